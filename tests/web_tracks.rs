//! Video, screens and other streams in a call: added, removed, replaced, offered by the far side.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // clippy does not see that these functions are tests

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

mod web;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/web/tracks.js")]
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
    a_track_is_added_and_removed: "aTrackIsAddedAndRemoved",
    a_refused_track_is_taken_back: "aRefusedTrackIsTakenBack",
    a_stream_is_replaced_without_a_word_where_it_can_be: "aStreamIsReplacedWithoutAWordWhereItCanBe",
    the_camera_is_sent_where_it_is_wanted: "theCameraIsSentWhereItIsWanted",
    offered_video_is_taken_and_no_camera_opened: "offeredVideoIsTakenAndNoCameraOpened",
    a_track_added_on_hold_keeps_the_hold: "aTrackAddedOnHoldKeepsTheHold",
}
