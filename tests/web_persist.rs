//! A page that is reloaded with a call up.
#![cfg(target_arch = "wasm32")]

#[macro_use]
mod web;

scenarios! { "/tests/web/persist.js",
    a_call_is_back_with_new_media: "aCallIsBackWithNewMedia",
    its_quality_is_reported_at_its_end: "itsQualityIsReportedAtItsEnd",
    without_the_option_nothing_is_kept: "withoutTheOptionNothingIsKept",
    a_call_that_has_ended_is_told_as_lost: "aCallThatHasEndedIsToldAsLost",
    what_cannot_be_read_is_told_once: "whatCannotBeReadIsToldOnce",
    a_duplicated_tab_takes_no_call: "aDuplicatedTabTakesNoCall",
    without_room_a_call_goes_on: "withoutRoomACallGoesOn",
}
