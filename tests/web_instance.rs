//! Which device this is, after a reload and in a duplicated tab.
#![cfg(target_arch = "wasm32")]

#[macro_use]
mod web;

scenarios! { "/tests/web/instance.js",
    an_id_outlives_its_device: "anIdOutlivesItsDevice",
    devices_of_one_page_have_their_own: "devicesOfOnePageHaveTheirOwn",
    a_duplicated_tab_has_its_own: "aDuplicatedTabHasItsOwn",
    a_reloaded_page_waits_for_the_old_one: "aReloadedPageWaitsForTheOldOne",
    a_reloaded_page_waits_longer_where_calls_were_kept: "aReloadedPageWaitsLongerWhereCallsWereKept",
    without_storage_or_locks_there_is_a_fresh_one: "withoutStorageOrLocksThereIsAFreshOne",
}
