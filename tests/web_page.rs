//! What a device does as the page, its network and its clock change.
#![cfg(target_arch = "wasm32")]

#[macro_use]
mod web;

scenarios! { "/tests/web/page.js",
    the_page_is_listened_to_while_the_device_is_up: "thePageIsListenedToWhileTheDeviceIsUp",
    a_page_that_goes_away_says_farewell_at_once: "aPageThatGoesAwaySaysFarewellAtOnce",
    a_page_that_comes_back_from_the_cache_registers_again: "aPageThatComesBackFromTheCacheRegistersAgain",
    what_was_stopped_stays_stopped: "whatWasStoppedStaysStopped",
    news_of_the_page_cut_a_wait_short: "newsOfThePageCutAWaitShort",
    news_of_the_page_revive_a_device_that_gave_up: "newsOfThePageReviveADeviceThatGaveUp",
    a_clock_that_has_run_ahead_is_a_wake_up: "aClockThatHasRunAheadIsAWakeUp",
    a_freed_device_ends_its_calls: "aFreedDeviceEndsItsCalls",
    a_device_may_be_freed_by_a_listener: "aDeviceMayBeFreedByAListener",
}
