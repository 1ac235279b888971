//! Subscriptions, publications and OPTIONS, as JavaScript sees them.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // clippy does not see that these functions are tests

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

mod web;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/web/watching.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn run(name: &str, make: &JsValue) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen_test]
async fn bodies_are_understood() {
    web::passes(run("bodiesAreUnderstood", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_subscription_tells_its_story() {
    web::passes(run("aSubscriptionTellsItsStory", &web::make()).await);
}

#[wasm_bindgen_test]
async fn unsubscribing_ends_it() {
    web::passes(run("unsubscribingEndsIt", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_refused_subscription_says_why() {
    web::passes(run("aRefusedSubscriptionSaysWhy", &web::make()).await);
}

#[wasm_bindgen_test]
async fn state_published_is_changed_and_taken_back() {
    web::passes(run("statePublishedIsChangedAndTakenBack", &web::make()).await);
}

#[wasm_bindgen_test]
async fn an_update_that_fails_rejects() {
    web::passes(run("anUpdateThatFailsRejects", &web::make()).await);
}

#[wasm_bindgen_test]
async fn options_resolve_with_the_answer() {
    web::passes(run("optionsResolveWithTheAnswer", &web::make()).await);
}

#[wasm_bindgen_test]
async fn wrong_arguments_are_refused_at_once() {
    web::passes(run("wrongArgumentsAreRefusedAtOnce", &web::make()).await);
}
