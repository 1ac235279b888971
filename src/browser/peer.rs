//! One RTCPeerConnection and what is heard of it.

use super::media::Session;
use super::rtc::Made;
use super::set;
use crate::agent::MediaFact;
use crate::time::Instant;
use gloo_events::EventListener;
use js_sys::Promise;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Event, MediaStream, MediaStreamTrack, RtcDataChannelEvent, RtcIceConnectionState, RtcIceGatheringState,
    RtcOfferOptions, RtcPeerConnection, RtcPeerConnectionIceEvent, RtcPeerConnectionState, RtcRtpTransceiver,
    RtcSessionDescription, RtcTrackEvent,
};

/// A peer connection with its listeners. Dropped, it is closed and not heard any more.
pub struct Peer {
    made: Made,
    /// The gathering's head start, until the first description takes it into account.
    head_start: Cell<Option<Instant>>,
    described: Cell<bool>,
    /// The next offer is to restart ICE.
    restarts: Cell<bool>,
    /// Whether we hold, and send silence meanwhile.
    hold: Cell<(bool, bool)>,
    /// The description left before the last candidate had come.
    incomplete: Cell<bool>,
    /// The far side takes candidates by themselves.
    trickles: Cell<bool>,
    _listeners: [EventListener; 6],
}

impl Peer {
    /// Connects nothing yet; sends what `local` has.
    pub fn new(session: &Rc<Session>, made: Made, local: Option<&MediaStream>) -> Self {
        let connection = &made.connection;
        if let Some(stream) = local {
            for track in stream.get_tracks() {
                connection.add_track_0(track.unchecked_ref::<MediaStreamTrack>(), stream);
            }
        }
        let hear = |name, react| listen(session, connection, name, react);
        let listeners = [
            hear("icegatheringstatechange", on_gathering),
            hear("icecandidate", on_candidate),
            hear("iceconnectionstatechange", on_connection),
            hear("connectionstatechange", on_state),
            hear("track", on_track),
            hear("datachannel", on_data_channel),
        ];
        let head_start = Cell::new(made.since);
        Self {
            made,
            head_start,
            described: Cell::new(false),
            restarts: Cell::new(false),
            hold: Cell::new((false, false)),
            incomplete: Cell::new(false),
            trickles: Cell::new(false),
            _listeners: listeners,
        }
    }

    /// The browser's object.
    pub fn connection(&self) -> RtcPeerConnection {
        self.made.connection.clone()
    }

    /// When it began to gather, where that was before the first description. It counts once.
    pub const fn take_head_start(&self) -> Option<Instant> {
        self.head_start.replace(None)
    }

    /// The far side takes candidates by themselves. Whether it has missed any, or their end.
    pub fn begin_trickling(&self) -> bool {
        self.trickles.set(true);
        self.incomplete.get()
    }

    /// Whether it does.
    pub const fn trickles(&self) -> bool {
        self.trickles.get()
    }

    /// The next offer restarts ICE.
    pub fn restart_ice(&self) {
        self.restarts.set(true);
        self.described.set(false);
    }

    /// Makes an offer, with what was asked of it. What it asks for is forgotten where it is taken back, unlike
    /// `restartIce()`.
    pub fn create_offer(&self) -> Promise {
        let options = RtcOfferOptions::new();
        options.set_ice_restart(self.restarts.replace(false));
        self.made.connection.create_offer_with_rtc_offer_options(&options)
    }

    /// Whether it has described itself before.
    pub const fn has_described(&self) -> bool {
        self.described.get()
    }

    /// Says in the next description that nothing is to be sent to us, or that it may be (JSEP §4.2.4); on hold, whether we
    /// send `silence`, or nothing.
    pub fn set_hold(&self, hold: bool, silence: bool) {
        self.hold.set((hold, silence));
        self.keep_direction();
    }

    /// The same for the tracks that there are now.
    pub fn keep_direction(&self) {
        let (hold, silence) = self.hold.get();
        for transceiver in self.made.connection.get_transceivers() {
            let transceiver: &RtcRtpTransceiver = transceiver.unchecked_ref();
            let direction = match (transceiver.sender().track().is_some(), hold) {
                (true, true) if silence => "sendonly",
                (true, false) => "sendrecv",
                (_, true) => "inactive",
                (false, false) => "recvonly",
            };
            set(transceiver, "direction", &direction.into()); // a stopped one refuses it
        }
    }

    /// Our side's description, with the candidates gathered so far.
    pub fn describe(&self) -> Option<RtcSessionDescription> {
        self.described.set(true);
        self.incomplete.set(self.made.connection.ice_gathering_state() != RtcIceGatheringState::Complete);
        self.made.connection.local_description()
    }
}

/// An offer of ours has audio, whether we send any or not.
pub fn expect_audio(connection: &RtcPeerConnection) {
    let is_audio = |it: JsValue| it.unchecked_ref::<RtcRtpTransceiver>().receiver().track().kind() == "audio";
    if !connection.get_transceivers().iter().any(is_audio) {
        set(&connection.add_transceiver_with_str("audio"), "direction", &"recvonly".into());
    }
}

type Reaction = fn(&Rc<Session>, &Event);

fn listen(
    session: &Rc<Session>,
    connection: &RtcPeerConnection,
    name: &'static str,
    react: Reaction,
) -> EventListener {
    let session = Rc::downgrade(session);
    EventListener::new(connection, name, move |event| {
        if let Some(session) = session.upgrade() {
            react(&session, event);
        }
    })
}

fn connection_of(event: &Event) -> Option<RtcPeerConnection> {
    event.target().map(JsCast::unchecked_into)
}

fn on_gathering(session: &Rc<Session>, event: &Event) {
    match connection_of(event).map(|connection| connection.ice_gathering_state()) {
        Some(RtcIceGatheringState::Gathering) => session.gathering_began(event),
        Some(RtcIceGatheringState::Complete) => session.gathering_ended(event),
        _ => {}
    }
}

fn on_candidate(session: &Rc<Session>, event: &Event) {
    // The end of the candidates is told by the gathering state.
    let event: &RtcPeerConnectionIceEvent = event.unchecked_ref();
    if event.candidate().is_some_and(|candidate| !candidate.candidate().is_empty()) {
        session.candidate_came(event);
    }
}

fn on_connection(session: &Rc<Session>, event: &Event) {
    let name = match connection_of(event).map(|connection| connection.ice_connection_state()) {
        Some(RtcIceConnectionState::Checking) => "iceConnectionChecking",
        Some(RtcIceConnectionState::Connected) => "iceConnectionConnected",
        Some(RtcIceConnectionState::Completed) => "iceConnectionCompleted",
        Some(RtcIceConnectionState::Failed) => "iceConnectionFailed",
        Some(RtcIceConnectionState::Disconnected) => "iceConnectionDisconnected",
        Some(RtcIceConnectionState::Closed) => "iceConnectionClosed",
        _ => return session.tell("iceConnection", "event", event),
    };
    session.tell("iceConnection", "event", event);
    session.tell(name, "event", event);
    match name {
        "iceConnectionConnected" | "iceConnectionCompleted" => session.report(MediaFact::IceConnected),
        "iceConnectionDisconnected" => session.report(MediaFact::IceDisconnected),
        "iceConnectionFailed" => session.report(MediaFact::IceFailed),
        _ => {}
    }
}

fn on_state(session: &Rc<Session>, event: &Event) {
    if connection_of(event).map(|it| it.connection_state()) == Some(RtcPeerConnectionState::Connected) {
        session.connected();
    }
}

/// `addStream` is this event with a stream beside it, where the `addstream` event of old had it: the one that has all tracks.
/// Where a far side names none, browsers make one up for each track.
fn on_track(session: &Rc<Session>, event: &Event) {
    let track: &RtcTrackEvent = event.unchecked_ref();
    let Some(all) = session.received(&track.track()) else { return };
    session.tell("track", "event", event);
    set(event, "stream", &all);
    session.tell("addStream", "event", event);
}

fn on_data_channel(session: &Rc<Session>, event: &Event) {
    session.tell("dataChannel", "channel", &event.unchecked_ref::<RtcDataChannelEvent>().channel());
}
