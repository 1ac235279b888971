//! Which codecs a description has (WebRTC §5.4.1, `setCodecPreferences`).

use super::{get, invoke};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{RtcPeerConnection, RtcRtpReceiver, RtcRtpTransceiver};

/// What carries no speech or picture by itself, and stays whatever is preferred.
const HELPERS: [&str; 7] = ["telephone-event", "CN", "red", "rtx", "ulpfec", "flexfec-03", "flexfec"];

/// Has later descriptions name these codecs, in this order, and no others; of a kind of media none of whose codecs is
/// among them, all. An old browser names what it names.
pub fn prefer(connection: &RtcPeerConnection, names: &[String]) {
    if names.is_empty() {
        return;
    }
    for transceiver in connection.get_transceivers() {
        let transceiver: &RtcRtpTransceiver = transceiver.unchecked_ref();
        let kind = transceiver.receiver().track().kind();
        let known = RtcRtpReceiver::get_capabilities(&kind).map(|it| get(&it, "codecs"));
        let Some(known) = known.and_then(|it| it.dyn_into::<Array>().ok()) else { continue };
        let preferred = Array::new();
        let mut take = |name: &str| {
            known.iter().filter(|it| is_named(it, name)).for_each(|it| {
                preferred.push(&it);
            })
        };
        names.iter().for_each(|name| take(name));
        if preferred.length() > 0 {
            HELPERS.into_iter().for_each(&mut take);
            let _ = invoke(transceiver, "setCodecPreferences", &[&preferred]);
        }
    }
}

/// `audio/opus` is `opus`.
fn is_named(codec: &JsValue, name: &str) -> bool {
    let mime = get(codec, "mimeType").as_string().unwrap_or_default();
    mime.rsplit('/').next().is_some_and(|it| it.eq_ignore_ascii_case(name))
}
