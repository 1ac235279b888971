//! Servers without manners, as JavaScript sees them.
#![cfg(target_arch = "wasm32")]

#[macro_use]
mod web;

scenarios! { "/tests/web/peers.js",
    a_megabyte_is_passed_over_and_told_once: "aMegabyteIsPassedOverAndToldOnce",
    what_is_no_sip_is_told_once_on_a_connection: "whatIsNoSipIsToldOnceOnAConnection",
    refused_handshakes_are_told_one_by_one: "refusedHandshakesAreToldOneByOne",
    a_server_that_reads_nothing_is_left: "aServerThatReadsNothingIsLeft",
}
