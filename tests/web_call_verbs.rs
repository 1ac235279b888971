//! What a call can do: hold, transfer, tones, messages, several at once; and what it knows of itself.
#![cfg(target_arch = "wasm32")]

#[macro_use]
mod web;

scenarios! { "/tests/web/call_verbs.js",
    on_hold_nobody_is_heard: "onHoldNobodyIsHeard",
    a_refused_hold_is_a_rejection_and_changes_nothing: "aRefusedHoldIsARejectionAndChangesNothing",
    the_far_side_holds: "theFarSideHolds",
    one_call_is_heard_at_a_time: "oneCallIsHeardAtATime",
    a_call_that_waits_is_accepted_and_the_other_held: "aCallThatWaitsIsAcceptedAndTheOtherHeld",
    a_transfer_is_told_until_they_talk: "aTransferIsToldUntilTheyTalk",
    a_transfer_that_fails_leaves_the_call: "aTransferThatFailsLeavesTheCall",
    two_far_sides_are_connected: "twoFarSidesAreConnected",
    a_call_takes_the_place_of_another: "aCallTakesThePlaceOfAnother",
    infos_and_messages_go_both_ways: "infosAndMessagesGoBothWays",
    a_reply_stays_in_the_call: "aReplyStaysInTheCall",
    tones_are_played_where_the_far_side_takes_them: "tonesArePlayedWhereTheFarSideTakesThem",
    tones_go_by_info_where_it_is_wished_or_nothing_else_is_there: "tonesGoByInfoWhereItIsWishedOrNothingElseIsThere",
    hanging_up_between_tones_is_a_rejection: "hangingUpBetweenTonesIsARejection",
    a_call_knows_who_and_when_and_why: "aCallKnowsWhoAndWhenAndWhy",
    a_call_may_speak_for_another: "aCallMaySpeakForAnother",
    hanging_up_says_why: "hangingUpSaysWhy",
}
