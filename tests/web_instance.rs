//! Which device this is, after a reload and in a duplicated tab.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // clippy does not see that these functions are tests

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

mod web;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/web/instance.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn run(name: &str, make: &JsValue) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen_test]
async fn an_id_outlives_its_device() {
    web::passes(run("anIdOutlivesItsDevice", &web::make()).await);
}

#[wasm_bindgen_test]
async fn devices_of_one_page_have_their_own() {
    web::passes(run("devicesOfOnePageHaveTheirOwn", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_duplicated_tab_has_its_own() {
    web::passes(run("aDuplicatedTabHasItsOwn", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_reloaded_page_waits_for_the_old_one() {
    web::passes(run("aReloadedPageWaitsForTheOldOne", &web::make()).await);
}

#[wasm_bindgen_test]
async fn without_storage_or_locks_there_is_a_fresh_one() {
    web::passes(run("withoutStorageOrLocksThereIsAFreshOne", &web::make()).await);
}
