//! The four doors: what comes in, what goes out.

pub use crate::call::{CallEvent, CallStatus, MediaFact, Originator, Outage, Tone, ToneTransport};
use crate::error::{ApiMisuse, Cause, PeerMisbehaved};
pub use crate::message::trickle::RemoteCandidate;
use crate::message::{ExtraHeader, HeaderValue, Message, Request, Response};
pub use crate::subscription::{PublicationEvent, SubscriptionEvent};

/// A socket, as the driver knows it. Every [`Output::Open`] names a new one, so that news of an old socket is never
/// taken for news of the present one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SocketId(pub u32);

/// A call, as the application knows it; not the wire's Call-ID. Never used again within a device.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct CallId(pub u32);

/// A verb that settles later, exactly once, by [`Event::Settled`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Ticket(pub u32);

/// A MESSAGE or INFO that waits for its answer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct MessageId(pub u32);

/// A subscription, as the application knows it. Never used again within a device.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SubscriptionId(pub u32);

/// A publication, as the application knows it. Never used again within a device.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct PublicationId(pub u32);

/// A fact that the driver reports.
pub enum Input {
    /// The socket is open, with the sub-protocol `sip`.
    SocketOpened(SocketId),
    /// The socket closed, or could not be opened. Its last news.
    SocketClosed {
        /// Which one.
        socket: SocketId,
        /// The WebSocket close code; 1006 where the browser tells no more.
        code: u16,
        /// The close reason, often empty.
        reason: String,
        /// Whether the closing handshake was completed.
        was_clean: bool,
    },
    /// One WebSocket message arrived.
    Received {
        /// Over which socket.
        socket: SocketId,
        /// Its bytes (UTF-8 where it came as text).
        frame: Vec<u8>,
    },
    /// News of a call's media.
    Media {
        /// Whose.
        call: CallId,
        /// What happened.
        fact: MediaFact,
    },
    /// Something that the platform has noticed.
    Hint(Hint),
    /// The page goes away, for ever or, where it is `persisted`, perhaps into the back/forward cache: the event `pagehide`.
    /// Whatever is to be sent has to be carried out before it is over.
    PageHidden {
        /// Whether it may come back, by [`Input::PageShown`].
        persisted: bool,
    },
    /// The page is back from the back/forward cache: the event `pageshow`, `persisted`.
    PageShown,
    /// Nothing but the time: a deadline of [`poll_timeout`](super::UserAgent::poll_timeout) has come.
    Wake,
}

/// What the platform notices of the device and its network. It is a reason to look again at once, and nothing more: a
/// platform that never hints, or does so falsely, costs time and no correctness.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hint {
    /// There is a network again.
    Online,
    /// The network is another one than before, or the device has another address in it.
    NetworkChanged,
    /// The device has slept, and no timer ran.
    Woke,
    /// The user looks at the page again.
    Visible,
}

/// A wish of the core, to be carried out in this order.
pub enum Output {
    /// Open a WebSocket with the sub-protocol `sip`.
    Open {
        /// Its name from now on.
        socket: SocketId,
        /// Its `ws:` or `wss:` URI.
        uri: String,
    },
    /// Send one message (as text where it is UTF-8).
    Send {
        /// Over which socket.
        socket: SocketId,
        /// The bytes.
        frame: Vec<u8>,
    },
    /// Close the socket, and forget it: no further news of it is wanted.
    Close(SocketId),
    /// Get the microphone, or what else the call sends. Answered by [`MediaFact::Acquired`] or [`MediaFact::Failed`].
    AcquireMedia(CallId),
    /// Make an offer. Answered by [`MediaFact::LocalDescription`] or [`MediaFact::Failed`].
    CreateOffer(CallId),
    /// Take the far side's offer and make an answer. Answered like an offer.
    CreateAnswer {
        /// Whose.
        call: CallId,
        /// The far side's SDP.
        offer: String,
    },
    /// Take the far side's answer. Answered only where it fails, by [`MediaFact::Failed`].
    ApplyAnswer {
        /// Whose.
        call: CallId,
        /// The far side's SDP.
        answer: String,
        /// True in a provisional response: `pranswer`, another may follow.
        provisional: bool,
    },
    /// From now on the call's descriptions say that we are on hold (`sendonly`, or `inactive` where the far side is, too),
    /// or are not.
    Hold {
        /// Whose.
        call: CallId,
        /// Whether we are.
        hold: bool,
    },
    /// The next offer is to restart ICE, as connectivity has failed (RFC 8839 §4.4.1.1).
    RestartIce(CallId),
    /// Play this tone in the audio that is sent (RFC 4733). Answered by [`MediaFact::TonePlays`] or
    /// [`MediaFact::NoTone`]; where no answer comes for ten seconds, the tone goes by INFO.
    PlayTone {
        /// Whose.
        call: CallId,
        /// The tone. Its gap is the core's to keep.
        tone: Tone,
    },
    /// The far side takes candidates by themselves: from now on those that come after a description has left are
    /// reported by [`MediaFact::Candidates`], and now those that have come since (RFC 8838).
    Trickle(CallId),
    /// Take candidates of the far side's, some of which may be known already. Those that do not fit its description are
    /// to be ignored.
    AddCandidates {
        /// Whose.
        call: CallId,
        /// In this order.
        candidates: Vec<RemoteCandidate>,
    },
    /// Take back the offer that was made: it was refused.
    Rollback(CallId),
    /// The call is over: release microphone, peer connection and audio. Facts about it are no longer wanted.
    ReleaseMedia(CallId),
    /// Keep this where a reload of the page does not reach, in place of what was kept before, for the
    /// [`restore`](super::UserAgent::restore) of the next page; keep nothing where it is empty.
    Keep(String),
    /// Tell the application.
    Event(Event),
}

/// What the application is told. State getters already show the new state.
pub enum Event {
    /// An attempt to connect begins.
    Connecting {
        /// By which flow: its number, 1 where there is one at a time (RFC 5626 §4.2).
        flow: u8,
        /// 1, 2, 3 … since the last success.
        attempts: u32,
    },
    /// The socket is open.
    Connected {
        /// By which flow: its number, 1 where there is one at a time (RFC 5626 §4.2).
        flow: u8,
        /// The WebSocket URI.
        server: String,
    },
    /// An attempt failed, or the socket is gone. The other flow, where there is one, goes on: see
    /// [`is_connected`](super::UserAgent::is_connected).
    Disconnected {
        /// By which flow: its number, 1 where there is one at a time (RFC 5626 §4.2).
        flow: u8,
        /// The WebSocket URI.
        server: String,
        /// The WebSocket close code.
        code: u16,
        /// The close reason.
        reason: String,
        /// Whether the closing handshake was completed.
        was_clean: bool,
        /// Whether another attempt follows by itself.
        will_retry: bool,
    },
    /// The registrar granted a binding, or refreshed it.
    Registered {
        /// By which flow: its number, 1 where there is one at a time (RFC 5626 §4.2).
        flow: u8,
        /// Seconds granted.
        expires: u32,
        /// Our Contact URI.
        contact: String,
        /// True for a refresh.
        refresh: bool,
        /// The public GRUU, where the registrar has granted one: it reaches this device wherever it is (RFC 5627 §3.1).
        public_gruu: Option<String>,
        /// The seconds of silence after which the server takes the connection for dead (RFC 5626 §5.4).
        flow_timer: Option<u32>,
        /// The 2xx.
        response: Response,
    },
    /// The binding is gone, and with two flows the other one's, too.
    Unregistered {
        /// `None` after `unregister`, unless the registrar refused or did not answer.
        cause: Option<Cause>,
        /// The answer that said so, if one did.
        response: Option<Response>,
    },
    /// An attempt to register failed.
    RegistrationFailed {
        /// By which flow: its number, 1 where there is one at a time (RFC 5626 §4.2).
        flow: u8,
        /// Why.
        cause: Cause,
        /// The answer that said so, if one did.
        response: Option<Response>,
    },
    /// A call arrived and is ringing.
    Incoming {
        /// Its name from now on.
        call: CallId,
        /// The INVITE.
        request: Request,
        /// The call that it will take the place of if it is accepted.
        replaces: Option<CallId>,
    },
    /// A MESSAGE arrived. It waits for [`respond`](super::UserAgent::respond_to_message).
    Message {
        /// Its name.
        id: MessageId,
        /// The call in whose dialog it came.
        call: Option<CallId>,
        /// The request.
        request: Request,
    },
    /// An INFO arrived that is no tone and of no package that we know. It waits like a MESSAGE.
    Info {
        /// Its name.
        id: MessageId,
        /// Whose.
        call: CallId,
        /// The request.
        request: Request,
    },
    /// A SIP message as it passes; only while [`trace`](super::UserAgent::set_tracing) is on.
    Sip {
        /// True for one that we send.
        outgoing: bool,
        /// As on the wire. Show it by [`redacted`](crate::message::Head::redacted) only.
        message: Message,
    },
    /// News of a call.
    Call {
        /// Which one.
        call: CallId,
        /// What.
        event: CallEvent,
    },
    /// A call has taken the place of another, which ends (RFC 3891).
    Replaced {
        /// The one that ends.
        call: CallId,
        /// The new one.
        by: CallId,
    },
    /// A call of before a reload of the page is being brought back. [`CallEvent::Recovered`] tells that it is.
    Restoring(CallId),
    /// A call of before a reload of the page cannot be brought back.
    Lost {
        /// Who was at its other end, as far as is known.
        peer: Option<HeaderValue>,
        /// Why.
        cause: Cause,
    },
    /// News of a subscription.
    Subscription {
        /// Which one.
        id: SubscriptionId,
        /// What.
        event: SubscriptionEvent,
    },
    /// News of a publication.
    Publication {
        /// Which one.
        id: PublicationId,
        /// What.
        event: PublicationEvent,
    },
    /// The far side has said what it can: its 2xx to [`options`](super::UserAgent::options).
    Capabilities {
        /// Whose question it was; it settles next.
        ticket: Ticket,
        /// Allow, Accept, Supported and the like.
        response: Response,
    },
    /// A server asks for a password that only the application knows. It says it by
    /// [`credentials`](super::UserAgent::credentials) within a minute.
    CredentialsWanted {
        /// For what.
        realm: String,
    },
    /// A peer did what no call and no request owns. Each fault is told once on a connection.
    PeerMisbehaved(PeerMisbehaved),
    /// A verb has come to its end.
    Settled {
        /// Which one.
        ticket: Ticket,
        /// How.
        outcome: Result<(), Failure>,
    },
}

/// Why a verb's work failed: the world's or the peer's fault.
#[derive(Clone)]
pub struct Failure {
    /// In the application's words.
    pub cause: Cause,
    /// The answer that said so, if one did.
    pub response: Option<Response>,
}

/// A verb's answer.
pub type Verb<T> = Result<T, ApiMisuse>;

/// How a call is placed.
#[derive(Default)]
pub struct InviteOptions {
    /// Headers of the application's.
    pub extra: Vec<ExtraHeader>,
    /// Send no offer: the far side is to make one.
    pub late_offer: bool,
    /// The name in From, in place of the device's.
    pub display_name: Option<String>,
    /// The user in From, in place of the device's.
    pub from_user: Option<String>,
    /// Ask the network to keep our identity to itself (RFC 3323, RFC 3325).
    pub anonymous: bool,
}

/// Tones to send.
#[derive(Clone, Copy)]
pub struct Digits<'a> {
    /// `0-9 A-D * #`, and `,` for two seconds of silence.
    pub text: &'a str,
    /// Milliseconds of a tone.
    pub duration: u32,
    /// Milliseconds from its end to the next.
    pub gap: u32,
    /// How they go.
    pub transport: ToneTransport,
}

impl<'a> Digits<'a> {
    /// Tones of 100 ms, 500 ms apart.
    pub const fn new(text: &'a str) -> Self {
        Self { text, duration: 100, gap: 500, transport: ToneTransport::Audio }
    }
}

/// How events are subscribed to.
#[derive(Default)]
pub struct SubscribeOptions {
    /// For how many seconds at a time; one hour unless given. It is refreshed by itself.
    pub expires: Option<u32>,
    /// The media types that are understood, as the value of Accept; those of the event package unless given.
    pub accept: Option<String>,
    /// Headers of the application's.
    pub extra: Vec<ExtraHeader>,
}

/// What is published.
pub struct PublishOptions {
    /// The media type of the body.
    pub content_type: String,
    /// The state.
    pub body: Vec<u8>,
    /// For how many seconds at a time; one hour unless given. It is refreshed by itself.
    pub expires: Option<u32>,
    /// Headers of the application's.
    pub extra: Vec<ExtraHeader>,
}
