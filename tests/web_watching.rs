//! Subscriptions, publications and OPTIONS, as JavaScript sees them.
#![cfg(target_arch = "wasm32")]

#[macro_use]
mod web;

scenarios! { "/tests/web/watching.js",
    bodies_are_understood: "bodiesAreUnderstood",
    a_subscription_tells_its_story: "aSubscriptionTellsItsStory",
    an_expiry_of_no_time_asks_once: "anExpiryOfNoTimeAsksOnce",
    unsubscribing_ends_it: "unsubscribingEndsIt",
    a_refused_subscription_says_why: "aRefusedSubscriptionSaysWhy",
    state_published_is_changed_and_taken_back: "statePublishedIsChangedAndTakenBack",
    an_update_that_fails_rejects: "anUpdateThatFailsRejects",
    options_resolve_with_the_answer: "optionsResolveWithTheAnswer",
    wrong_arguments_are_refused_at_once: "wrongArgumentsAreRefusedAtOnce",
}
