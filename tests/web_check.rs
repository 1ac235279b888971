//! The check before a call, as JavaScript sees it.
#![cfg(target_arch = "wasm32")]

#[macro_use]
mod web;

scenarios! { "/tests/web/check.js",
    what_works_is_said_and_nothing_is_left: "whatWorksIsSaidAndNothingIsLeft",
    a_refused_microphone_has_its_advice: "aRefusedMicrophoneHasItsAdvice",
    a_refused_registration_is_told: "aRefusedRegistrationIsTold",
    an_unreachable_server_is_told: "anUnreachableServerIsTold",
    servers_without_an_answer_are_told: "serversWithoutAnAnswerAreTold",
    the_media_path_is_tried_by_a_call: "theMediaPathIsTriedByACall",
    a_kept_call_and_its_device_are_left_alone: "aKeptCallAndItsDeviceAreLeftAlone",
    the_call_is_neither_heard_nor_seen: "theCallIsNeitherHeardNorSeen",
    a_call_that_is_not_answered_is_told: "aCallThatIsNotAnsweredIsTold",
}
