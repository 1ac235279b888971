//! What a user agent has promised, and whether it keeps it. Every output goes through here, and each step is checked.

use std::collections::{BTreeMap, BTreeSet};

use telnyx_device::agent::{
    CallEvent, CallId, CallStatus, Event, Input, MediaFact, Output, SocketId, SubscriptionEvent, Ticket,
    UserAgent,
};
use telnyx_device::message::{Frame, Message, Method, Request, read};
use telnyx_device::time::{Duration, Instant};

/// The book of one user agent. A broken promise panics.
#[derive(Default)]
pub struct Ledger {
    /// Tickets that are out: the verb, and when it must have settled.
    open: BTreeMap<u32, (&'static str, Option<Instant>)>,
    settled: BTreeSet<u32>,
    calls: BTreeMap<u32, Record>,
    /// Subscriptions that are over.
    unsubscribed: BTreeSet<u32>,
    sockets: BTreeMap<SocketId, Socket>,
    /// An attempt to connect that was promised, and since when.
    owed: Owed,
    /// Nobody sees the page, and what it promises comes when it is shown.
    hidden: bool,
    /// Call-IDs of the INVITEs whose 2xx we acknowledged.
    acknowledged: BTreeSet<String>,
    /// Branches and methods of the requests sent.
    sent: BTreeSet<(String, String)>,
    /// The highest sequence number by Call-ID and tags.
    sequences: BTreeMap<(String, [String; 2]), u32>,
}

#[derive(Default)]
struct Record {
    acquired: bool,
    released: bool,
    ended: bool,
    /// What was lost is being restored.
    recovering: bool,
    /// Of our INVITE; none where they called.
    call_id: Option<String>,
}

#[derive(Default)]
enum Owed {
    #[default]
    Nothing,
    /// In this step.
    Promised,
    By(Instant),
}

/// The longest wait between two attempts, with its jitter.
const LONGEST_WAIT: Duration = Duration::from_millis(37_500);

#[derive(Clone, Copy, PartialEq, Debug)]
enum Socket {
    Opening,
    /// Closed in this step, of which the agent hears after it has kept its deadlines.
    Refused,
    Lost,
    Open,
}

impl Ledger {
    /// A verb gave this ticket, to be settled by `until`.
    pub fn promise(&mut self, ticket: Ticket, verb: &'static str, until: Option<Instant>) {
        if !self.settled.contains(&ticket.0) {
            assert!(self.open.insert(ticket.0, (verb, until)).is_none(), "{ticket:?} was given twice");
        }
    }

    /// Whoever sleeps keeps nobody waiting by his own fault.
    pub fn forgive(&mut self, slept: Duration) {
        for (_, until) in self.open.values_mut() {
            *until = until.map(|until| until + slept);
        }
        if let Owed::By(until) = &mut self.owed {
            *until = *until + slept;
        }
    }

    /// What the agent is about to be told.
    pub fn input(&mut self, input: &Input) {
        match input {
            Input::PageHidden { .. } => self.hidden = true,
            Input::PageShown => self.hidden = false,
            Input::SocketOpened(socket) => {
                self.move_on(*socket, Socket::Opening, Socket::Open);
            }
            Input::SocketClosed { socket, .. } => {
                self.move_on(*socket, Socket::Opening, Socket::Refused);
                self.move_on(*socket, Socket::Open, Socket::Lost);
            }
            _ => {}
        }
    }

    fn move_on(&mut self, socket: SocketId, from: Socket, to: Socket) {
        if let Some(state) = self.sockets.get_mut(&socket).filter(|state| **state == from) {
            *state = to;
        }
    }

    /// Those in this state that are of the same flow as `like`, which their names say.
    fn count(&self, wanted: Socket, like: SocketId) -> usize {
        let is_of_it = |it: &SocketId| it.0 >> 24 == like.0 >> 24;
        self.sockets.iter().filter(|(it, state)| **state == wanted && is_of_it(it)).count()
    }

    /// What the agent wants.
    pub fn output(&mut self, output: &Output) {
        match output {
            Output::Open { socket, .. } => {
                // A second one is for a better server.
                let is_free =
                    self.count(Socket::Opening, *socket) == 0 && self.count(Socket::Open, *socket) <= 1;
                assert!(is_free, "too many sockets: {:?}", self.sockets);
                self.sockets.insert(*socket, Socket::Opening);
            }
            Output::Close(socket) => {
                assert!(self.sockets.remove(socket).is_some(), "{socket:?} is closed already");
            }
            Output::Send { socket, frame } => {
                let is_open = matches!(self.sockets.get(socket), Some(Socket::Open | Socket::Lost));
                assert!(is_open, "sent where nothing can be sent");
                self.frame(frame);
            }
            Output::AcquireMedia(call) => {
                let record = self.calls.entry(call.0).or_default();
                assert!(!record.acquired && !record.ended, "{call:?} acquires again");
                record.acquired = true;
            }
            Output::CreateOffer(call)
            | Output::CreateAnswer { call, .. }
            | Output::ApplyAnswer { call, .. }
            | Output::Hold { call, .. }
            | Output::RestartIce(call)
            | Output::PlayTone { call, .. }
            | Output::Trickle(call)
            | Output::AddCandidates { call, .. }
            | Output::Rollback(call) => {
                let record = self.living(*call);
                assert!(record.acquired, "{call:?} negotiates without media");
            }
            Output::ReleaseMedia(call) => self.living(*call).released = true,
            Output::Keep(_) => {}
            Output::Event(event) => self.event(event),
        }
    }

    fn living(&mut self, call: CallId) -> &mut Record {
        let record = self.calls.get_mut(&call.0).unwrap_or_else(|| panic!("{call:?} is unknown"));
        assert!(!record.ended, "{call:?} has ended");
        record
    }

    fn event(&mut self, event: &Event) {
        match event {
            Event::Settled { ticket, .. } => {
                assert!(self.settled.insert(ticket.0), "{ticket:?} settles twice");
                self.open.remove(&ticket.0);
            }
            Event::Incoming { call, .. } => {
                assert!(self.calls.insert(call.0, Record::default()).is_none(), "{call:?} comes twice");
            }
            Event::Connecting { .. } => self.owed = Owed::Nothing,
            Event::Disconnected { will_retry, .. } => {
                self.owed = if *will_retry && !self.hidden { Owed::Promised } else { Owed::Nothing };
            }
            Event::Restoring(call) => {
                assert!(self.calls.insert(call.0, Record::default()).is_none(), "{call:?} comes back twice");
            }
            Event::Call { call, event } => self.call_event(*call, event),
            Event::Subscription { id, event } => {
                assert!(!self.unsubscribed.contains(&id.0), "{id:?} is over");
                if let SubscriptionEvent::Terminated { .. } = event {
                    self.unsubscribed.insert(id.0);
                }
            }
            _ => {}
        }
    }

    fn call_event(&mut self, call: CallId, event: &CallEvent) {
        let record = self.living(call);
        match event {
            CallEvent::Inviting(invite) => record.call_id = Some(invite.call_id().into()),
            CallEvent::Accepted(_) => {
                if let Some(call_id) = record.call_id.clone() {
                    assert!(self.acknowledged.contains(&call_id), "{call:?} is accepted before its ACK left");
                }
            }
            CallEvent::Recovering { .. } => {
                assert!(!core::mem::replace(&mut record.recovering, true), "{call:?} recovers twice at once");
            }
            CallEvent::Recovered { .. } => {
                assert!(core::mem::take(&mut record.recovering), "{call:?} has recovered from nothing");
            }
            CallEvent::Terminated { .. } => {
                assert!(record.released || !record.acquired, "{call:?} keeps its media");
                record.ended = true;
            }
            _ => {}
        }
    }

    fn frame(&mut self, frame: &[u8]) {
        let text = String::from_utf8_lossy(frame);
        match read(frame) {
            Ok(Frame::Message(Message::Request(request))) => self.request(&request),
            Ok(Frame::Message(Message::Response(response))) => {
                let tagged = response.to().tag().is_some() || response.status().get() == 100;
                assert!(tagged, "an answer without a To-tag: {text}");
            }
            Ok(_) => {}
            // The refusal of what is no SIP gives back what was wrong.
            Err(_) => {
                assert!(text.starts_with("SIP/2.0 4") || text.starts_with("SIP/2.0 5"), "no SIP: {text}")
            }
        }
    }

    /// Sequence numbers rise (RFC 3261 §8.1.1.5, §10.2, §12.2.1.1); branches are new (§8.1.1.7).
    fn request(&mut self, request: &Request) {
        let branch = request.via().branch().unwrap_or_default();
        assert!(branch.starts_with("z9hG4bK"), "no branch: {}", request.text());
        if !self.sent.insert((branch.into(), request.method().as_str().into())) {
            return; // once more on a new connection
        }
        let call_id = String::from(request.call_id());
        match request.method() {
            Method::Ack => {
                self.acknowledged.insert(call_id);
            }
            Method::Cancel => {
                assert!(self.sent.contains(&(branch.into(), "INVITE".into())), "a CANCEL of nothing");
            }
            _ => {
                // A REGISTER has a new From-tag each time, but its sequence is one (RFC 3261 §10.2).
                let ours = if *request.method() == Method::Register { None } else { request.from().tag() };
                let theirs = request.to().tag();
                let key = (call_id, [ours, theirs].map(|tag| String::from(tag.unwrap_or_default())));
                let number = request.cseq().number;
                let last = self.sequences.insert(key, number).unwrap_or(0);
                assert!(number > last, "CSeq {number} after {last}: {}", request.text());
            }
        }
    }

    /// After each step, once every output is taken.
    pub fn check(&mut self, agent: &UserAgent, now: Instant) {
        let shown: Vec<u32> = agent.calls().iter().map(|call| call.0).collect();
        // One that is hung up and waits for its ACK has a Terminated to come, but is shown no more.
        let lives = |call: u32| agent.call_status(CallId(call)) != CallStatus::Ended;
        let living = self.calls.iter().filter(|(call, record)| !record.ended && lives(**call));
        assert!(living.map(|(call, _)| *call).eq(shown.iter().copied()), "living calls: {shown:?}");
        let ended = self.calls.iter().filter(|(_, record)| record.ended);
        assert!(!ended.into_iter().any(|(call, _)| lives(*call)), "a call lives after its end");
        self.sockets.retain(|_, state| !matches!(state, Socket::Refused | Socket::Lost));
        assert_eq!(agent.is_connected(), self.sockets.values().any(|state| *state == Socket::Open));
        match self.owed {
            Owed::Nothing => {}
            Owed::Promised => self.owed = Owed::By(now + LONGEST_WAIT),
            Owed::By(until) => assert!(now <= until, "it was to connect again, and does not"),
        }
        for (ticket, (verb, until)) in &self.open {
            assert!(until.is_none_or(|until| now <= until), "{verb} (ticket {ticket}) does not settle");
        }
    }

    /// After everything: nothing is left.
    pub fn close(&mut self, agent: &UserAgent, now: Instant) {
        self.check(agent, now);
        assert!(self.open.is_empty(), "never settled: {:?}", self.open);
        assert!(agent.calls().is_empty(), "calls are left: {:?}", agent.calls());
        assert_eq!(agent.poll_timeout(), None, "a timer is left");
        assert!(agent.is_idle(), "a transaction is left");
    }

    /// The calls that have not ended.
    pub fn living_calls(&self) -> Vec<CallId> {
        self.calls.iter().filter(|(_, record)| !record.ended).map(|(call, _)| CallId(*call)).collect()
    }
}

/// A fact about `call`, as an input.
pub fn media(call: CallId, fact: MediaFact) -> Input {
    Input::Media { call, fact }
}
