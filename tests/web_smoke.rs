//! What every other test in a browser stands on: a microphone, and two peer connections that find each other.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // clippy does not see that these functions are tests

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{
    MediaStream, MediaStreamConstraints, MediaStreamTrack, RtcPeerConnection, RtcSessionDescriptionInit,
};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn the_microphone_is_offered_as_audio() {
    let devices = web_sys::window().unwrap().navigator().media_devices().unwrap();
    let constraints = MediaStreamConstraints::new();
    constraints.set_audio(&true.into());
    let stream =
        JsFuture::from(devices.get_user_media_with_constraints(&constraints).unwrap()).await.unwrap();
    let stream: MediaStream = stream.unchecked_into();
    let track: MediaStreamTrack = stream.get_audio_tracks().get(0).unchecked_into();

    let connection = RtcPeerConnection::new().unwrap();
    connection.add_track_0(&track, &stream);
    let offer = JsFuture::from(connection.create_offer()).await.unwrap();
    let sdp = offer.unchecked_into::<RtcSessionDescriptionInit>().get_sdp().unwrap();
    connection.close();
    track.stop();

    assert!(sdp.contains("m=audio"), "{sdp}");
}
