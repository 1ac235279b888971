//! How a device is listened to, and what it says to wrong arguments.
#![cfg(target_arch = "wasm32")]

#[macro_use]
mod web;

scenarios! { "/tests/web/listeners.js",
    the_target_is_the_device: "theTargetIsTheDevice",
    options_are_those_of_event_target: "optionsAreThoseOfEventTarget",
    on_gives_the_payload_and_returns_the_device: "onGivesThePayloadAndReturnsTheDevice",
    old_names_are_aliases: "oldNamesAreAliases",
    a_listener_that_throws_is_reported_and_the_others_run: "aListenerThatThrowsIsReportedAndTheOthersRun",
    the_class_says_what_it_knows: "theClassSaysWhatItKnows",
    what_is_no_listener_is_refused: "whatIsNoListenerIsRefused",
    wrong_arguments_are_type_errors_at_once: "wrongArgumentsAreTypeErrorsAtOnce",
}
