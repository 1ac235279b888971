//! Calls: their order of events, their media, and listeners that call back.
#![cfg(target_arch = "wasm32")]

#[macro_use]
mod web;

scenarios! { "/tests/web/calls.js",
    a_refused_microphone_ends_the_call_in_order: "aRefusedMicrophoneEndsTheCallInOrder",
    other_media_trouble_is_a_web_rtc_error: "otherMediaTroubleIsAWebRtcError",
    a_browser_without_web_rtc_says_so: "aBrowserWithoutWebRtcSaysSo",
    an_answered_call_tells_its_story_in_order: "anAnsweredCallTellsItsStoryInOrder",
    a_refusal_tells_its_story_in_order: "aRefusalTellsItsStoryInOrder",
    a_canceled_call_tells_its_story_in_order: "aCanceledCallTellsItsStoryInOrder",
    hanging_up_before_the_invite_sends_nothing: "hangingUpBeforeTheInviteSendsNothing",
    everything_is_released_at_the_end: "everythingIsReleasedAtTheEnd",
    a_listener_may_change_descriptions: "aListenerMayChangeDescriptions",
    a_mute_before_media_holds_when_there_is_some: "aMuteBeforeMediaHoldsWhenThereIsSome",
    only_the_mute_that_stands_is_told: "onlyTheMuteThatStandsIsTold",
    a_transfer_that_nobody_hears_is_declined: "aTransferThatNobodyHearsIsDeclined",
    a_transfer_is_placed_once_it_is_accepted: "aTransferIsPlacedOnceItIsAccepted",
    a_redirection_that_nobody_hears_ends_the_call: "aRedirectionThatNobodyHearsEndsTheCall",
    a_redirection_is_followed_by_consent: "aRedirectionIsFollowedByConsent",
    an_answer_without_microphone_says_what_the_browser_said: "anAnswerWithoutMicrophoneSaysWhatTheBrowserSaid",
    accept_inside_invite: "acceptInsideInvite",
    disconnect_inside_accepted: "disconnectInsideAccepted",
    free_inside_an_event: "freeInsideAnEvent",
}
