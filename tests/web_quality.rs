//! How calls are heard, as JavaScript sees it.
#![cfg(target_arch = "wasm32")]

#[macro_use]
mod web;

scenarios! { "/tests/web/quality.js",
    the_browser_is_asked_only_while_a_call_is_connected: "theBrowserIsAskedOnlyWhileACallIsConnected",
    a_freed_device_asks_no_more: "aFreedDeviceAsksNoMore",
    a_sample_has_what_the_browser_counts: "aSampleHasWhatTheBrowserCounts",
    what_firefox_tells_otherwise_is_understood: "whatFirefoxTellsOtherwiseIsUnderstood",
    trouble_is_told_and_its_end: "troubleIsToldAndItsEnd",
    a_silenced_microphone_is_noticed: "aSilencedMicrophoneIsNoticed",
    a_report_is_sent_when_a_call_ends: "aReportIsSentWhenACallEnds",
    a_report_is_sent_before_the_device_stops: "aReportIsSentBeforeTheDeviceStops",
    real_calls_are_measured: "realCallsAreMeasured",
    statistics_that_never_come_are_not_waited_for: "statisticsThatNeverComeAreNotWaitedFor",
}
