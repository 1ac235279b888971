//! What a device takes for a config, and what it keeps to itself.
#![cfg(target_arch = "wasm32")]

#[macro_use]
mod web;

scenarios! { "/tests/web/config.js",
    what_is_missing_has_the_old_texts: "whatIsMissingHasTheOldTexts",
    what_is_wrong_is_named: "whatIsWrongIsNamed",
    what_is_right_is_taken: "whatIsRightIsTaken",
    an_unknown_key_is_a_warning_with_the_nearest: "anUnknownKeyIsAWarningWithTheNearest",
    constructing_has_no_side_effect: "constructingHasNoSideEffect",
    the_config_is_neither_kept_nor_readable: "theConfigIsNeitherKeptNorReadable",
    errors_keep_secrets: "errorsKeepSecrets",
    a_promise_that_is_ignored_raises_nothing: "aPromiseThatIsIgnoredRaisesNothing",
}
