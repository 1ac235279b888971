//! It rings here, it rings there, a key was pressed.
#![cfg(target_arch = "wasm32")]

#[macro_use]
mod web;

scenarios! { "/tests/web/tones.js",
    nothing_sounds_unless_wanted: "nothingSoundsUnlessWanted",
    it_rings_there_until_the_answer: "itRingsThereUntilTheAnswer",
    early_media_is_heard_instead: "earlyMediaIsHeardInstead",
    it_rings_here_until_it_is_answered_or_over: "itRingsHereUntilItIsAnsweredOrOver",
    keys_are_heard_as_they_are_sent: "keysAreHeardAsTheyAreSent",
    a_page_that_may_not_sound_says_so: "aPageThatMayNotSoundSaysSo",
}
