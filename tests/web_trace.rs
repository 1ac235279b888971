//! The trace of a device, as JavaScript sees it.
#![cfg(target_arch = "wasm32")]

#[macro_use]
mod web;

scenarios! { "/tests/web/trace.js",
    messages_and_events_stand_in_their_order: "messagesAndEventsStandInTheirOrder",
    credentials_and_on_request_names_are_left_out: "credentialsAndOnRequestNamesAreLeftOut",
    a_call_has_its_events: "aCallHasItsEvents",
    a_trace_is_exported: "aTraceIsExported",
    wrong_options_throw_at_once: "wrongOptionsThrowAtOnce",
}
