//! It rings here, it rings there, a key was pressed.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // clippy does not see that these functions are tests

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

mod web;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/web/tones.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn run(name: &str, make: &JsValue) -> Result<JsValue, JsValue>;
}

/// A test for each scenario.
macro_rules! scenarios {
    ($($test:ident: $name:literal,)+) => {
        $(
            #[wasm_bindgen_test]
            async fn $test() {
                web::passes(run($name, &web::make()).await);
            }
        )+
    };
}

scenarios! {
    nothing_sounds_unless_wanted: "nothingSoundsUnlessWanted",
    it_rings_there_until_the_answer: "itRingsThereUntilTheAnswer",
    early_media_is_heard_instead: "earlyMediaIsHeardInstead",
    it_rings_here_until_it_is_answered_or_over: "itRingsHereUntilItIsAnsweredOrOver",
    keys_are_heard_as_they_are_sent: "keysAreHeardAsTheyAreSent",
    a_page_that_may_not_sound_says_so: "aPageThatMayNotSoundSaysSo",
}
