//! What calls send and play: constraints, streams, elements, codecs, processors.
#![cfg(target_arch = "wasm32")]

#[macro_use]
mod web;

scenarios! { "/tests/web/streams.js",
    constraints_are_asked_for_as_given: "constraintsAreAskedForAsGiven",
    wrong_wishes_are_refused_at_once: "wrongWishesAreRefusedAtOnce",
    without_a_microphone_a_call_only_listens: "withoutAMicrophoneACallOnlyListens",
    a_given_stream_is_sent_and_given_back: "aGivenStreamIsSentAndGivenBack",
    what_the_application_disabled_stays_so: "whatTheApplicationDisabledStaysSo",
    a_mute_before_the_processor_is_undone_after_it: "aMuteBeforeTheProcessorIsUndoneAfterIt",
    only_the_preferred_codecs_are_offered: "onlyThePreferredCodecsAreOffered",
    only_the_preferred_codecs_are_answered: "onlyThePreferredCodecsAreAnswered",
    media_connected_is_told_once_and_tracks_are_shown: "mediaConnectedIsToldOnceAndTracksAreShown",
    the_given_element_plays_and_stays: "theGivenElementPlaysAndStays",
    early_media_is_not_played_where_it_is_not_wanted: "earlyMediaIsNotPlayedWhereItIsNotWanted",
    why_there_is_no_microphone_is_told_apart: "whyThereIsNoMicrophoneIsToldApart",
    processors_stand_on_both_sides: "processorsStandOnBothSides",
    a_processor_that_fails_is_left_out: "aProcessorThatFailsIsLeftOut",
    hanging_up_does_not_wait_for_a_processor: "hangingUpDoesNotWaitForAProcessor",
    nothing_is_left_of_twenty_calls: "nothingIsLeftOfTwentyCalls",
    a_microphone_that_is_chosen_while_one_is_asked_for_is_sent: "aMicrophoneThatIsChosenWhileOneIsAskedForIsSent",
    the_default_microphone_is_not_the_one_of_the_constraints: "theDefaultMicrophoneIsNotTheOneOfTheConstraints",
}
