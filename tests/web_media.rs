//! What calls do with the browser's media.
#![cfg(target_arch = "wasm32")]

#[macro_use]
mod web;

scenarios! { "/tests/web/media.js",
    late_news_of_a_released_call_is_not_told: "lateNewsOfAReleasedCallIsNotTold",
    the_end_of_ice_is_told_before_that_of_the_call: "theEndOfIceIsToldBeforeThatOfTheCall",
    tracks_that_are_of_no_stream_stand_together: "tracksThatAreOfNoStreamStandTogether",
    the_ice_servers_are_those_of_the_config: "theIceServersAreThoseOfTheConfig",
    early_media_is_heard_before_the_answer: "earlyMediaIsHeardBeforeTheAnswer",
    an_answer_that_is_no_sdp_ends_the_call: "anAnswerThatIsNoSdpEndsTheCall",
    a_later_offer_of_the_far_side_is_answered: "aLaterOfferOfTheFarSideIsAnswered",
}
