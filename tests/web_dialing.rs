//! How soon a call begins.
#![cfg(target_arch = "wasm32")]

#[macro_use]
mod web;

scenarios! { "/tests/web/dialing.js",
    without_servers_an_offer_leaves_after_the_last_host_candidate: "withoutServersAnOfferLeavesAfterTheLastHostCandidate",
    a_silent_server_is_waited_for_once: "aSilentServerIsWaitedForOnce",
    a_peer_connection_is_ready_while_registered: "aPeerConnectionIsReadyWhileRegistered",
    nothing_is_ready_before_the_microphone_is_permitted: "nothingIsReadyBeforeTheMicrophoneIsPermitted",
    nothing_is_ready_with_turn_or_where_not_wanted: "nothingIsReadyWithTurnOrWhereNotWanted",
    ice_that_fails_is_restarted: "iceThatFailsIsRestarted",
    a_call_comes_back_after_a_lost_connection: "aCallComesBackAfterALostConnection",
    candidates_that_come_late_go_by_themselves: "candidatesThatComeLateGoByThemselves",
    a_call_with_a_stream_of_the_applications_has_it: "aCallWithAStreamOfTheApplicationsHasIt",
}
