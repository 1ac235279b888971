//! What a call asks for, and what it tells.

use crate::error::Cause;
use crate::message::trickle::RemoteCandidate;
use crate::message::{ExtraHeader, Message, Request, RequestDraft, Response, ResponseDraft, StatusCode};
use crate::transaction::ServerKey;

/// A wish of a call, carried out by the agent in this order.
pub enum Action {
    /// Start a client transaction. Its answers come to [`Call::handle_response`](super::Call::handle_response).
    Request(RequestDraft),
    /// Play this tone in the audio that we send. Answered by [`MediaFact::TonePlays`] or [`MediaFact::NoTone`].
    PlayTone(Tone),
    /// Start the client transaction of a tone's INFO, of which the application is told as it leaves.
    SendTone(RequestDraft, Tone),
    /// Send the ACK of a 2xx: outside any transaction.
    Acknowledge(RequestDraft),
    /// Start a BYE whose answer nobody waits for.
    HangUp(RequestDraft),
    /// CANCEL the pending INVITE, with these headers; does nothing before its first provisional response, and after the
    /// first time.
    Cancel(Vec<ExtraHeader>),
    /// Answer a request.
    Respond(ServerKey, ResponseDraft),
    /// Ask the application for the answer to this INFO.
    AskAbout(ServerKey, Request),
    /// Get the microphone, or what else the call sends.
    AcquireMedia,
    /// Make an offer.
    CreateOffer,
    /// Take the far side's offer, make an answer.
    CreateAnswer(String),
    /// Take the far side's answer; `provisional` where another may follow.
    ApplyAnswer {
        /// The far side's SDP.
        answer: String,
        /// True in a provisional response.
        provisional: bool,
    },
    /// From now on, descriptions say that we are on hold, or are not.
    Hold(bool),
    /// The next offer is to restart ICE.
    RestartIce,
    /// From now on the far side takes candidates by themselves.
    Trickle,
    /// Take candidates of the far side's.
    AddCandidates(Vec<RemoteCandidate>),
    /// Take back the offer that was made: it was refused.
    Rollback,
    /// What [`Call::set_hold`](super::Call::set_hold) wanted stands, or will not for now.
    HoldStands {
        /// Whether we have the far side on hold.
        held: bool,
        /// Why it is not the other way, with the answer that said so.
        otherwise: (Cause, Option<Response>),
    },
    /// The change that [`Call::renegotiate`](super::Call::renegotiate) wanted stands, or was refused.
    Renegotiated(Result<(), (Cause, Option<Response>)>),
    /// A transfer is through, or has failed.
    TransferSettled(Result<(), (Cause, Option<Response>)>),
    /// Release microphone, peer connection and audio; more than once does no harm.
    ReleaseMedia,
    /// Tell the application. [`CallEvent::Terminated`] also lets the call go.
    Tell(CallEvent),
    /// A string of tones is through, or was cut short by the end of the call or a refusal.
    DigitsSent {
        /// As given to [`Call::send_digits`](super::Call::send_digits).
        batch: u32,
        /// `Err` where a tone was refused.
        outcome: Result<(), Option<Response>>,
    },
}

/// What happens to a call. After [`Terminated`](CallEvent::Terminated) there is nothing more.
pub enum CallEvent {
    /// There is media to send, and the description is being made.
    Connecting,
    /// Our INVITE, as it leaves; again for each attempt with credentials.
    Inviting(Request),
    /// A provisional response arrived, 100 included.
    Progress(Response),
    /// Answered: the 2xx received, or sent.
    Accepted(Response),
    /// ACK sent, or received.
    Confirmed,
    /// One side has put the other on hold.
    Hold(Originator),
    /// And off.
    Unhold(Originator),
    /// Sent elsewhere by this 3xx: nothing is followed without consent.
    Redirect(Response),
    /// The referred call gets on.
    TransferProgress {
        /// How far.
        status: StatusCode,
        /// In its words.
        reason: String,
    },
    /// The far side talks to somebody else now.
    Transferred,
    /// Canceled by either side.
    Cancel,
    /// The far side asks to be transferred.
    Refer(Request),
    /// A tone is sent, or was received.
    Dtmf {
        /// The INFO; `None` for one in the audio (RFC 4733).
        request: Option<Request>,
        /// The tone.
        tone: Tone,
        /// True for one that we sent.
        outgoing: bool,
    },
    /// A final refusal, received or sent.
    Rejected {
        /// The refusal, if there is one.
        response: Option<Response>,
        /// Why.
        cause: Cause,
    },
    /// Ended before it was answered.
    Failed {
        /// The answer that said so, if one did.
        response: Option<Response>,
        /// Why.
        cause: Cause,
    },
    /// Something was lost, and is being restored; told once, until `Recovered` or the end.
    Recovering {
        /// What was lost first.
        reason: Outage,
    },
    /// All that was lost is back.
    Recovered {
        /// As in `Recovering`.
        reason: Outage,
    },
    /// A BYE was sent or received.
    Bye,
    /// The end, always, and once.
    Terminated {
        /// The message that ended it, if one did.
        message: Option<Message>,
        /// Why; `None` for our own hang-up.
        cause: Option<Cause>,
    },
}

impl CallEvent {
    /// Its name in JavaScript.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Inviting(_) => "inviting",
            Self::Progress(_) => "progress",
            Self::Accepted(_) => "accepted",
            Self::Confirmed => "confirmed",
            Self::Hold(_) => "hold",
            Self::Unhold(_) => "unhold",
            Self::Redirect(_) => "redirect",
            Self::TransferProgress { .. } => "transferProgress",
            Self::Transferred => "transferred",
            Self::Cancel => "cancel",
            Self::Refer(_) => "refer",
            Self::Dtmf { .. } => "dtmf",
            Self::Rejected { .. } => "rejected",
            Self::Failed { .. } => "failed",
            Self::Recovering { .. } => "recovering",
            Self::Recovered { .. } => "recovered",
            Self::Bye => "bye",
            Self::Terminated { .. } => "terminated",
        }
    }
}

/// What a call has lost for a while.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outage {
    /// The connection over which it is signaled.
    Signaling,
    /// The way of its media.
    Media,
    /// The network that both went over.
    Network,
    /// All but its dialog, as its page was loaded anew.
    Reload,
}

impl Outage {
    /// Its name in JavaScript.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signaling => "signaling",
            Self::Media => "media",
            Self::Network => "network",
            Self::Reload => "reload",
        }
    }
}

/// Which side did it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Originator {
    /// We.
    Local,
    /// The far side.
    Remote,
}

/// One DTMF tone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tone {
    /// `0`–`9`, `A`–`D`, `*` or `#`.
    pub digit: char,
    /// Milliseconds.
    pub duration: u32,
    /// Milliseconds from its end to the next one.
    pub gap: u32,
}

/// How tones are sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ToneTransport {
    /// In the audio where the far side takes them there (RFC 4733), else by INFO.
    #[default]
    Audio,
    /// By INFO.
    Info,
}

/// Where a call stands, in the application's four words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallStatus {
    /// Nothing sent yet, or not yet accepted by the user.
    Starting,
    /// Being set up.
    Initiating,
    /// Answered.
    Connected,
    /// Over.
    Ended,
}

/// What a call's media reports.
pub enum MediaFact {
    /// [`Action::AcquireMedia`] is done: there is something to send.
    Acquired,
    /// The description that [`Action::CreateOffer`] or [`Action::CreateAnswer`] asked for, ready to be sent.
    LocalDescription(String),
    /// Candidates have come after the description had left; after [`Action::Trickle`] only.
    Candidates {
        /// Our description with all candidates so far.
        description: String,
        /// Whether there will be no more.
        complete: bool,
    },
    /// ICE hears nothing of the far side for now.
    IceDisconnected,
    /// ICE has found no way to the far side, or none any more.
    IceFailed,
    /// ICE has found a way.
    IceConnected,
    /// [`Action::PlayTone`] is being done.
    TonePlays,
    /// It cannot be: telephone events are not negotiated, or nothing is sent now.
    NoTone,
    /// It cannot go on. The call ends with this cause.
    Failed(Cause),
}
