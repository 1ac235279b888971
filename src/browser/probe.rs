//! What can be tried before a call: the microphone, and whether a STUN or TURN server gives candidates. Everything is
//! let go again.

use super::rtc::{Made, Rtc, list};
use super::{get, invoke, object, set};
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use js_sys::{Array, Date, Function, Object, Promise};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaDevices, MediaStream, MediaStreamTrack, RtcPeerConnection};

/// A promise that is rejected with `undefined` where it takes too long. It takes its time from its making on.
struct Bounded {
    promise: Promise,
    _timer: Timeout,
}

impl Bounded {
    /// So many milliseconds at the most.
    fn new(milliseconds: u32, promise: &Promise) -> Self {
        // `Function::default()` would be `eval` to a page's Content Security Policy.
        let mut reject = None;
        let late = Promise::new(&mut |_, given| reject = Some(given));
        let timer = Timeout::new(milliseconds, move || settle(reject.as_ref()));
        Self { promise: Promise::race(&Array::of2(promise, &late)), _timer: timer }
    }

    /// What it comes to.
    async fn outcome(self) -> Result<JsValue, JsValue> {
        JsFuture::from(self.promise).await
    }
}

/// What `promise` comes to, unless that takes longer than so many milliseconds: then it is rejected with `undefined`.
pub async fn within(milliseconds: u32, promise: &Promise) -> Result<JsValue, JsValue> {
    Bounded::new(milliseconds, promise).outcome().await
}

/// Waits.
pub async fn pause(milliseconds: u32) {
    let _ = within(milliseconds, &Promise::new(&mut |_, _| {})).await;
}

/// Opens the microphone and closes it again, however late that is.
///
/// # Errors
/// Where the browser has no microphones at all.
pub fn try_microphone() -> Result<Promise, JsValue> {
    let devices = web_sys::window().map(|page| get(&page.navigator(), "mediaDevices")).unwrap_or_default();
    if !devices.is_object() {
        return Err(object(&[("name", &"NotSupportedError".into())]).into());
    }
    let constraints = object(&[("audio", &JsValue::TRUE)]);
    let opened = devices
        .unchecked_into::<MediaDevices>()
        .get_user_media_with_constraints(constraints.unchecked_ref())?;
    let close = Closure::once_into_js(|stream: MediaStream| {
        for track in stream.get_tracks() {
            track.unchecked_ref::<MediaStreamTrack>().stop();
        }
    });
    invoke(&opened, "then", &[&close]).map(JsCast::unchecked_into)
}

/// Gathers candidates with one STUN or TURN server alone.
pub struct Probe {
    /// The server's.
    pub url: String,
    /// When it began, in milliseconds since 1970.
    pub began: f64,
    seen: Rc<RefCell<Seen>>,
    gathered: Option<Bounded>,
    _connection: Option<Made>,
    _listeners: Vec<EventListener>,
}

#[derive(Default)]
struct Seen {
    ended: f64,
    trouble: Option<String>,
}

/// What became of it.
pub struct Probed {
    /// The server's.
    pub url: String,
    /// How many milliseconds it took.
    pub took: f64,
    /// What is wrong, in the browser's words, which may be none.
    pub outcome: Result<(), String>,
}

impl Probe {
    /// One for each URL of the ICE servers, all at once, for so many milliseconds at the most.
    pub fn all(rtc: &Rtc, milliseconds: u32) -> Vec<Self> {
        let mut probes = Vec::new();
        for server in list(&get(&rtc.configuration, "iceServers")) {
            for url in list(&get(&server, "urls")) {
                let alone = Object::assign(&Object::new(), server.unchecked_ref());
                set(&alone, "urls", &url);
                probes.push(Self::start(url.as_string().unwrap_or_default(), &alone, milliseconds));
            }
        }
        probes
    }

    fn start(url: String, server: &JsValue, milliseconds: u32) -> Self {
        let is_turn = is_turn(&url);
        let policy = if is_turn { "relay" } else { "all" };
        let configuration =
            object(&[("iceServers", &Array::of1(server)), ("iceTransportPolicy", &policy.into())]);
        let seen = Rc::new(RefCell::default());
        let connection = RtcPeerConnection::new_with_configuration(configuration.unchecked_ref());
        let mut probe =
            Self { url, began: Date::now(), seen, gathered: None, _connection: None, _listeners: Vec::new() };
        if let Ok(connection) = connection {
            let gathered = probe.gather(&connection, is_turn);
            connection.create_data_channel("probe");
            // It makes the offer itself (WebRTC §4.4.1.6).
            if let Ok(described) = invoke(&connection, "setLocalDescription", &[]) {
                let both = Promise::all(&Array::of2(&gathered, &described));
                probe.gathered = Some(Bounded::new(milliseconds, &both));
            }
            probe._connection = Some(Made { connection, since: None });
        }
        probe
    }

    /// Resolves with the first candidate of the server's, or at the end of gathering.
    fn gather(&mut self, connection: &RtcPeerConnection, is_turn: bool) -> Promise {
        let kind = if is_turn { "relay" } else { "srflx" };
        let mut resolve = None;
        let gathered = Promise::new(&mut |given, _| resolve = Some(given));
        for name in ["icecandidate", "icecandidateerror", "icegatheringstatechange"] {
            let (seen, resolve) = (Rc::clone(&self.seen), resolve.clone());
            self._listeners.push(EventListener::new(connection, name, move |event| {
                if seen.borrow().ended > 0.0 {
                    return;
                }
                let is_found = get(&get(event, "candidate"), "type") == kind;
                if name == "icecandidateerror" {
                    seen.borrow_mut().trouble = get(event, "errorText").as_string();
                } else if is_found || get(&get(event, "target"), "iceGatheringState") == "complete" {
                    let trouble = if is_turn { Some(String::new()) } else { None };
                    let trouble = seen.take().trouble.or(trouble).filter(|_| !is_found);
                    seen.replace(Seen { ended: Date::now(), trouble });
                    settle(resolve.as_ref());
                }
            }));
        }
        gathered
    }

    /// A TURN server has to give a candidate. A STUN server that names the address which we have anyway gives none: it
    /// has failed where there was an error, or where gathering did not end.
    pub async fn end(mut self) -> Probed {
        let is_complete = match self.gathered.take() {
            Some(gathered) => gathered.outcome().await.is_ok(),
            None => false,
        };
        let seen = self.seen.take();
        let ended = if is_complete { seen.ended } else { Date::now() };
        let outcome = match seen.trouble {
            None if is_complete => Ok(()),
            trouble => Err(trouble.unwrap_or_default()),
        };
        Probed { url: core::mem::take(&mut self.url), took: ended - self.began, outcome }
    }
}

/// Whether a URL is that of a TURN server.
pub fn is_turn(url: &str) -> bool {
    url.starts_with("turn")
}

/// Settles a promise with nothing.
fn settle(how: Option<&Function>) {
    if let Some(how) = how {
        let _ = how.call0(&JsValue::UNDEFINED);
    }
}
