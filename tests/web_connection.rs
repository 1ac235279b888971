//! Connection, registration and messages, as JavaScript sees them.
#![cfg(target_arch = "wasm32")]

#[macro_use]
mod web;

scenarios! { "/tests/web/connection.js",
    starting_opens_a_socket_for_sip: "startingOpensASocketForSip",
    a_server_without_the_sub_protocol_is_a_failure: "aServerWithoutTheSubProtocolIsAFailure",
    a_server_that_cannot_even_be_tried_is_a_failure: "aServerThatCannotEvenBeTriedIsAFailure",
    the_console_shows_no_secret_of_a_server: "theConsoleShowsNoSecretOfAServer",
    a_lost_socket_is_told_at_once: "aLostSocketIsToldAtOnce",
    registration_is_told: "registrationIsTold",
    a_password_is_asked_for_when_a_challenge_comes: "aPasswordIsAskedForWhenAChallengeComes",
    what_the_registrar_grants_is_told: "whatTheRegistrarGrantsIsTold",
    a_refused_registration_rejects_and_is_told: "aRefusedRegistrationRejectsAndIsTold",
    a_new_device_inside_registered: "aNewDeviceInsideRegistered",
    stopping_unregisters_and_starting_restores: "stoppingUnregistersAndStartingRestores",
    a_message_is_answered_after_its_listeners: "aMessageIsAnsweredAfterItsListeners",
    a_message_is_sent: "aMessageIsSent",
    sip_messages_pass_without_credentials: "sipMessagesPassWithoutCredentials",
    the_keys_of_media_are_for_the_call_alone: "theKeysOfMediaAreForTheCallAlone",
    every_promise_settles_when_a_device_is_freed: "everyPromiseSettlesWhenADeviceIsFreed",
    binary_frames_are_read: "binaryFramesAreRead",
}
