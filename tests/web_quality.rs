//! How calls are heard, as JavaScript sees it.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // clippy does not see that these functions are tests

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

mod web;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/web/quality.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn run(name: &str, make: &JsValue) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen_test]
async fn the_browser_is_asked_only_while_a_call_is_connected() {
    web::passes(run("theBrowserIsAskedOnlyWhileACallIsConnected", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_freed_device_asks_no_more() {
    web::passes(run("aFreedDeviceAsksNoMore", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_sample_has_what_the_browser_counts() {
    web::passes(run("aSampleHasWhatTheBrowserCounts", &web::make()).await);
}

#[wasm_bindgen_test]
async fn what_firefox_tells_otherwise_is_understood() {
    web::passes(run("whatFirefoxTellsOtherwiseIsUnderstood", &web::make()).await);
}

#[wasm_bindgen_test]
async fn trouble_is_told_and_its_end() {
    web::passes(run("troubleIsToldAndItsEnd", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_silenced_microphone_is_noticed() {
    web::passes(run("aSilencedMicrophoneIsNoticed", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_report_is_sent_when_a_call_ends() {
    web::passes(run("aReportIsSentWhenACallEnds", &web::make()).await);
}

#[wasm_bindgen_test]
async fn real_calls_are_measured() {
    web::passes(run("realCallsAreMeasured", &web::make()).await);
}
