//! What a later description needs so that no browser harms what is agreed.

use super::media::Session;
use super::{get, object, set};
use crate::ice;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{RtcIceConnectionState, RtcPeerConnection, RtcSessionDescription};

/// What is in force: our description and the far side's.
fn agreed(connection: &RtcPeerConnection) -> Option<(RtcSessionDescription, RtcSessionDescription)> {
    connection.current_local_description().zip(connection.current_remote_description())
}

/// A later offer leaves who is the DTLS client as it is.
pub fn keep_role(connection: &RtcPeerConnection, offer: &JsValue) {
    let Some((local, remote)) = agreed(connection) else { return };
    let offered = get(offer, "sdp").as_string().unwrap_or_default();
    if let Some(kept) = ice::keep_role(&offered, &local.sdp(), &remote.sdp()) {
        set(offer, "sdp", &kept.into());
    }
}

/// Whether an offer of ours is in force. One that is the first of its side must not be taken back, in Chromium (156): it
/// neither hears nor sends any more. So there is a rehearsal before.
pub fn has_offered(connection: &RtcPeerConnection) -> bool {
    agreed(connection).is_none_or(|(local, _)| get(&local, "type") != "answer")
}

/// Whether only another one can be heard: Firefox (153) sends nothing any more by a peer connection whose ICE has failed,
/// whatever restarts it, and counts it as sent.
pub fn is_spent(connection: &RtcPeerConnection) -> bool {
    let is_firefox = || {
        let agent = web_sys::window().and_then(|page| page.navigator().user_agent().ok());
        agent.is_some_and(|agent| agent.contains("Firefox/"))
    };
    connection.ice_connection_state() == RtcIceConnectionState::Failed && is_firefox()
}

/// Offers what is agreed and answers it on behalf of the far side, which is not asked. In Chromium, it mends what is heard
/// and sent after an offer that would have changed it was taken back.
pub async fn rehearse(session: &Session, connection: &RtcPeerConnection) {
    let Some((local, remote)) = agreed(connection) else { return };
    if get(connection, "signalingState") != "stable" {
        return;
    }
    let transceivers = connection.get_transceivers();
    // One that was never agreed on would be offered, and the far side has no answer to it.
    if transceivers.iter().any(|transceiver| !get(&transceiver, "mid").is_string()) {
        return;
    }
    // What is asked for beyond what is agreed is for the later offer.
    let wishes: Vec<_> = transceivers.iter().map(|transceiver| get(&transceiver, "direction")).collect();
    for transceiver in transceivers.iter() {
        let current = get(&transceiver, "currentDirection");
        if current.is_string() {
            set(&transceiver, "direction", &current); // a stopped one refuses it
        }
    }
    let remote = remote.sdp();
    let sdp = ice::keep_role(&remote, &local.sdp(), &remote).unwrap_or(remote);
    let answer = object(&[("type", &"answer".into()), ("sdp", &sdp.into())]);
    if let Ok(offer) = session.promised(&connection.create_offer()).await
        && session.promised(&connection.set_local_description(offer.unchecked_ref())).await.is_ok()
    {
        let _ = session.promised(&connection.set_remote_description(answer.unchecked_ref())).await;
    }
    for (transceiver, wish) in transceivers.iter().zip(wishes) {
        set(&transceiver, "direction", &wish);
    }
}
