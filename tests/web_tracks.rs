//! Video, screens and other streams in a call: added, removed, replaced, offered by the far side.
#![cfg(target_arch = "wasm32")]

#[macro_use]
mod web;

scenarios! { "/tests/web/tracks.js",
    a_track_is_added_and_removed: "aTrackIsAddedAndRemoved",
    a_refused_track_is_taken_back: "aRefusedTrackIsTakenBack",
    a_stream_is_replaced_without_a_word_where_it_can_be: "aStreamIsReplacedWithoutAWordWhereItCanBe",
    the_camera_is_sent_where_it_is_wanted: "theCameraIsSentWhereItIsWanted",
    offered_video_is_taken_and_no_camera_opened: "offeredVideoIsTakenAndNoCameraOpened",
    a_track_added_on_hold_keeps_the_hold: "aTrackAddedOnHoldKeepsTheHold",
}
