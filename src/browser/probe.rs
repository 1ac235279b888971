//! What can be tried before a call: the microphone, and whether a STUN or TURN server gives candidates. Everything is
//! let go again.

use super::rtc::{Rtc, list};
use super::{get, object, set};
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use js_sys::{Array, Promise};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaStream, MediaStreamTrack, RtcPeerConnection, RtcSessionDescriptionInit};

/// What `promise` comes to, unless that takes longer than so many milliseconds: then it is rejected with `undefined`.
pub async fn within(milliseconds: u32, promise: &Promise) -> Result<JsValue, JsValue> {
    let mut timer = None;
    let late = Promise::new(&mut |_, reject| {
        timer = Some(Timeout::new(milliseconds, move || {
            let _ = reject.call0(&JsValue::UNDEFINED);
        }));
    });
    let outcome = JsFuture::from(Promise::race(&Array::of2(promise, &late))).await;
    drop(timer);
    outcome
}

/// Waits.
pub async fn pause(milliseconds: u32) {
    let _ = within(milliseconds, &Promise::new(&mut |_, _| {})).await;
}

/// Opens the microphone and closes it again. A prompt that is not answered in time is rejected with `undefined`; where
/// it is answered later, the microphone is closed all the same.
pub async fn try_microphone(milliseconds: u32) -> Result<(), JsValue> {
    let page = web_sys::window().ok_or(JsValue::UNDEFINED)?;
    let devices = get(&page.navigator(), "mediaDevices");
    if devices.is_undefined() {
        return Err(object(&[("name", &"NotSupportedError".into())]).into());
    }
    let constraints = object(&[("audio", &JsValue::TRUE)]);
    let devices: web_sys::MediaDevices = devices.unchecked_into();
    let opened = devices.get_user_media_with_constraints(constraints.unchecked_ref())?;
    let close = wasm_bindgen::closure::Closure::once_into_js(|stream: MediaStream| {
        for track in stream.get_tracks() {
            track.unchecked_ref::<MediaStreamTrack>().stop();
        }
    });
    let closed = get(&opened, "then").unchecked_into::<js_sys::Function>().call1(&opened, &close)?;
    within(milliseconds, closed.unchecked_ref()).await.map(drop)
}

/// Each URL of the ICE servers, with an `RTCIceServer` that has it alone.
pub fn ice_servers(rtc: &Rtc) -> Vec<(String, JsValue)> {
    let mut alone = Vec::new();
    for server in list(&get(&rtc.configuration, "iceServers")) {
        for url in list(&get(&server, "urls")) {
            let copy = js_sys::Object::assign(&js_sys::Object::new(), server.unchecked_ref());
            set(&copy, "urls", &url);
            alone.push((url.as_string().unwrap_or_default(), copy.into()));
        }
    }
    alone
}

/// What became of a try to reach a STUN or TURN server.
pub enum Gathered {
    /// It gave a candidate.
    Candidate,
    /// Gathering is complete without one, and without an error: a STUN server that names the address which we have
    /// anyway gives none.
    Nothing,
    /// The browser's words, where it has some.
    Failed(String),
}

/// Gathers candidates with only this server: `kind` is that of the candidates that it is to give, `srflx` or `relay`.
pub async fn gather(server: &JsValue, kind: &'static str, milliseconds: u32) -> Gathered {
    let policy = if kind == "relay" { "relay" } else { "all" };
    let configuration =
        object(&[("iceServers", &Array::of1(server)), ("iceTransportPolicy", &policy.into())]);
    match RtcPeerConnection::new_with_configuration(configuration.unchecked_ref()) {
        Ok(connection) => {
            let outcome = gather_with(&connection, kind, milliseconds).await;
            connection.close();
            outcome
        }
        Err(error) => Gathered::Failed(words(&error)),
    }
}

async fn gather_with(connection: &RtcPeerConnection, kind: &'static str, milliseconds: u32) -> Gathered {
    let trouble = Rc::new(RefCell::new(None));
    let mut listeners = Vec::new();
    let gathered = Promise::new(&mut |resolve, _| {
        for name in ["icecandidate", "icecandidateerror", "icegatheringstatechange"] {
            let (trouble, resolve, connection) = (Rc::clone(&trouble), resolve.clone(), connection.clone());
            listeners.push(EventListener::new(&connection.clone(), name, move |event| {
                let is_found = get(&get(event, "candidate"), "type") == kind;
                let is_over = get(&connection, "iceGatheringState") == "complete";
                if name == "icecandidateerror" {
                    *trouble.borrow_mut() = get(event, "errorText").as_string();
                }
                if is_found || is_over {
                    let _ = resolve.call1(&JsValue::UNDEFINED, &is_found.into());
                }
            }));
        }
    });
    connection.create_data_channel("probe");
    let offered = JsFuture::from(connection.create_offer()).await;
    let described = match offered {
        Ok(offer) => {
            let offer: &RtcSessionDescriptionInit = offer.unchecked_ref();
            JsFuture::from(connection.set_local_description(offer)).await
        }
        Err(error) => Err(error),
    };
    if let Err(error) = described {
        return Gathered::Failed(words(&error));
    }
    match (within(milliseconds, &gathered).await, trouble.take()) {
        (Ok(found), _) if found.is_truthy() => Gathered::Candidate,
        (Ok(_), None) => Gathered::Nothing,
        (_, trouble) => Gathered::Failed(trouble.unwrap_or_default()),
    }
}

fn words(error: &JsValue) -> String {
    get(error, "message").as_string().unwrap_or_default()
}
