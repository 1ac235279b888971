//! One call to a robot, from its INVITE to its BYE.

use super::{
    super::{
        context::{Context, Incoming, METHODS},
        io::{ConnectionId, MediaId, Output},
    },
    dialog::Dialog,
    robot::{Manner, Robot},
};
use telnyx_device::{
    message::{HeaderValue, Method, Name, Request, ResponseDraft, StatusCode, dtmf, quote},
    time::{Duration, Instant},
};

const T1: Duration = Duration::from_millis(500);
const T2: Duration = Duration::from_secs(4);
/// 64 × T1: how long a 2xx is repeated (§13.3.1.4).
const PATIENCE: Duration = Duration::from_secs(32);

pub(super) struct Call {
    media: MediaId,
    robot: Robot,
    dialog: Dialog,
    state: State,
}

enum State {
    /// 180 was sent.
    Ringing {
        incoming: Incoming,
        until: Instant,
        then: Then,
    },
    /// The answer to the first offer is being made.
    Answering {
        incoming: Incoming,
    },
    /// The answer to a later offer is being made, of a re-INVITE or an UPDATE.
    Renegotiating {
        incoming: Incoming,
    },
    /// 200 was sent and is repeated until the ACK comes.
    Answered {
        incoming: Incoming,
        ok: ResponseDraft,
        repeat: Instant,
        pause: Duration,
        give_up: Instant,
    },
    /// Both talk.
    Confirmed,
    Over,
}

#[derive(Clone, Copy)]
enum Then {
    Answer,
    GiveUp,
}

impl Call {
    pub(super) fn start(
        media: MediaId,
        robot: Robot,
        incoming: Incoming,
        dialog: Dialog,
        context: &mut Context,
    ) -> Self {
        let mut call = Self { media, robot, dialog, state: State::Over };
        call.state = match robot.manner() {
            Manner::Answer => call.answer(incoming, context),
            Manner::RingThenAnswer(time) => call.ring(incoming, time, Then::Answer, context),
            Manner::RingThenGiveUp(time) => call.ring(incoming, time, Then::GiveUp, context),
            Manner::Busy => call.refuse(&incoming, StatusCode::BUSY_HERE, context),
            Manner::Decline => call.refuse(&incoming, StatusCode::DECLINE, context),
        };
        call
    }

    fn ring(&self, incoming: Incoming, time: Duration, then: Then, context: &mut Context) -> State {
        let mut ringing = self.dialog.response(&incoming, StatusCode::RINGING);
        self.describe(&mut ringing, &incoming.request, context);
        context.respond(&incoming, ringing);
        State::Ringing { incoming, until: context.now + time, then }
    }

    fn answer(&self, incoming: Incoming, context: &mut Context) -> State {
        match offer(&incoming.request) {
            Ok(offer) => {
                self.ask_media(offer, context);
                State::Answering { incoming }
            }
            Err(status) => self.refuse(&incoming, status, context),
        }
    }

    fn ask_media(&self, offer: String, context: &mut Context) {
        let (media, sound) = (self.media, self.robot.sound());
        context.outputs.push_back(Output::AnswerOffer { media, sound, offer });
    }

    fn refuse(&self, incoming: &Incoming, status: StatusCode, context: &mut Context) -> State {
        context.respond(incoming, self.dialog.response(incoming, status));
        State::Over
    }

    fn refuse_offer(&self, incoming: &Incoming, why: &str, context: &mut Context) {
        let mut draft = self.dialog.response(incoming, StatusCode::NOT_ACCEPTABLE_HERE);
        let warning = format!("399 localhost {}", quote(why)); // §20.43: miscellaneous
        draft.set(Name::Warning, HeaderValue::lossy(&warning));
        context.respond(incoming, draft);
    }

    /// The answer to an offer is there, or there is none.
    pub(super) fn answered(&mut self, answer: Result<String, String>, context: &mut Context) {
        self.state = match (core::mem::replace(&mut self.state, State::Over), answer) {
            (State::Answering { incoming } | State::Renegotiating { incoming }, Ok(sdp)) => {
                self.accept(incoming, sdp, context)
            }
            (State::Answering { incoming }, Err(why)) => {
                self.refuse_offer(&incoming, &why, context);
                State::Over
            }
            (State::Renegotiating { incoming }, Err(why)) => {
                // The session goes on as it was (§14.2).
                self.refuse_offer(&incoming, &why, context);
                State::Confirmed
            }
            (state, _) => state,
        };
    }

    fn accept(&self, incoming: Incoming, sdp: String, context: &mut Context) -> State {
        let mut ok = self.dialog.response(&incoming, StatusCode::OK);
        self.describe(&mut ok, &incoming.request, context);
        ok.set_body(HeaderValue::lossy("application/sdp"), sdp.into_bytes());
        context.respond(&incoming, ok.clone());
        if *incoming.request.method() == Method::Update {
            return State::Confirmed;
        }
        let now = context.now;
        State::Answered { incoming, ok, repeat: now + T1, pause: T1, give_up: now + PATIENCE }
    }

    /// What a response that makes or refreshes a dialog carries (§12.1.1).
    fn describe(&self, draft: &mut ResponseDraft, request: &Request, context: &Context) {
        draft.copy_record_route(request);
        draft.set(Name::Contact, context.own_uri(Some(self.robot.name()), ""));
        draft.set(Name::Allow, HeaderValue::lossy(METHODS));
    }

    pub(super) fn owns(&self, request: &Request) -> bool {
        self.dialog.owns(request)
    }

    pub(super) const fn media(&self) -> MediaId {
        self.media
    }

    /// True: its INVITE waits for an answer that would go down this connection.
    pub(super) fn is_called_over(&self, connection: ConnectionId) -> bool {
        match &self.state {
            State::Ringing { incoming, .. } | State::Answering { incoming } => {
                incoming.connection == connection
            }
            _ => false,
        }
    }

    pub(super) const fn is_over(&self) -> bool {
        matches!(self.state, State::Over)
    }

    pub(super) const fn is_confirmed(&self) -> bool {
        matches!(self.state, State::Confirmed)
    }

    /// A request in the dialog, other than ACK and CANCEL.
    pub(super) fn handle_request(&mut self, incoming: Incoming, context: &mut Context) {
        if !self.dialog.follow(&incoming) {
            return context.reply(&incoming, StatusCode::SERVER_INTERNAL_ERROR);
        }
        match incoming.request.method() {
            Method::Bye => {
                context.respond(&incoming, self.dialog.response(&incoming, StatusCode::OK));
                self.hang_up(context);
            }
            Method::Invite => self.renegotiate(incoming, context),
            Method::Update if incoming.request.body().is_empty() => self.acknowledge(&incoming, context),
            Method::Update => self.renegotiate(incoming, context),
            Method::Info | Method::Message | Method::Options => self.acknowledge(&incoming, context),
            _ => {
                let mut draft = self.dialog.response(&incoming, StatusCode::METHOD_NOT_ALLOWED);
                draft.set(Name::Allow, HeaderValue::lossy(METHODS));
                context.respond(&incoming, draft);
            }
        }
    }

    fn acknowledge(&self, incoming: &Incoming, context: &mut Context) {
        let mut ok = self.dialog.response(incoming, StatusCode::OK);
        self.describe(&mut ok, &incoming.request, context);
        context.respond(incoming, ok);
    }

    /// A later offer: the media is asked, unless it or the caller still owes the end of an earlier one (§14.2).
    fn renegotiate(&mut self, incoming: Incoming, context: &mut Context) {
        if !matches!(self.state, State::Confirmed) {
            let mut draft = self.dialog.response(&incoming, StatusCode::SERVER_INTERNAL_ERROR);
            draft.set(Name::RetryAfter, HeaderValue::from(context.entropy.between(0, 10) as u32));
            return context.respond(&incoming, draft);
        }
        match offer(&incoming.request) {
            Ok(offer) => {
                self.ask_media(offer, context);
                self.state = State::Renegotiating { incoming };
            }
            Err(status) => context.respond(&incoming, self.dialog.response(&incoming, status)),
        }
    }

    /// The caller has our 200.
    pub(super) fn handle_ack(&mut self, ack: &Request) {
        if let State::Answered { incoming, .. } = &self.state
            && incoming.request.cseq().number == ack.cseq().number
        {
            self.state = State::Confirmed;
        }
    }

    /// CANCEL, which changes nothing once the call is answered (§9.2).
    pub(super) fn cancel(&mut self, context: &mut Context) {
        if matches!(self.state, State::Ringing { .. } | State::Answering { .. }) {
            self.hang_up(context);
        }
    }

    /// Ends it from outside: what is still owed to the caller is sent, the media freed.
    fn hang_up(&mut self, context: &mut Context) {
        match core::mem::replace(&mut self.state, State::Over) {
            State::Ringing { incoming, .. } => {
                self.refuse(&incoming, StatusCode::REQUEST_TERMINATED, context);
            }
            State::Answering { incoming } | State::Renegotiating { incoming } => {
                self.refuse(&incoming, StatusCode::REQUEST_TERMINATED, context);
                context.outputs.push_back(Output::EndMedia(self.media));
            }
            State::Answered { .. } | State::Confirmed => {
                context.outputs.push_back(Output::EndMedia(self.media));
            }
            State::Over => {}
        }
    }

    /// A digit was heard in the media; the robot that listens for them tells it back.
    pub(super) fn hear(&mut self, digit: char, lasted: Duration, context: &mut Context) {
        if self.robot == Robot::Dtmf && !self.is_over() {
            let millis = u32::try_from(lasted.as_millis()).unwrap_or(u32::MAX);
            self.dialog.request(Method::Info, Some((dtmf::RELAY, dtmf::write(digit, millis))), context);
        }
    }

    /// Nothing can be heard any more: says goodbye.
    pub(super) fn lose_media(&mut self, context: &mut Context) {
        if let State::Answering { incoming } | State::Renegotiating { incoming } = &self.state {
            self.refuse(incoming, StatusCode::NOT_ACCEPTABLE_HERE, context);
        }
        if !matches!(self.state, State::Answering { .. } | State::Over) {
            self.dialog.request(Method::Bye, None, context);
        }
        self.state = State::Over;
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        match &self.state {
            State::Ringing { until, .. } => Some(*until),
            State::Answered { repeat, give_up, .. } => Some(*repeat.min(give_up)),
            State::Answering { .. } | State::Renegotiating { .. } | State::Confirmed | State::Over => None,
        }
    }

    pub(super) fn handle_timeout(&mut self, context: &mut Context) {
        let now = context.now;
        if self.poll_timeout().is_none_or(|at| at > now) {
            return;
        }
        self.state = match core::mem::replace(&mut self.state, State::Over) {
            State::Ringing { incoming, then: Then::Answer, .. } => self.answer(incoming, context),
            State::Ringing { incoming, then: Then::GiveUp, .. } => {
                self.refuse(&incoming, StatusCode::TEMPORARILY_UNAVAILABLE, context)
            }
            State::Answered { give_up, .. } if give_up <= now => {
                // No ACK: a call that never was (§13.3.1.4).
                self.dialog.request(Method::Bye, None, context);
                context.outputs.push_back(Output::EndMedia(self.media));
                State::Over
            }
            State::Answered { incoming, ok, pause, give_up, .. } => {
                context.respond(&incoming, ok.clone());
                let pause = T2.min(pause * 2);
                State::Answered { incoming, ok, repeat: now + pause, pause, give_up }
            }
            state => state,
        };
    }
}

/// The offer of an INVITE or UPDATE, or the status that refuses it.
fn offer(request: &Request) -> Result<String, StatusCode> {
    match request.content_type() {
        Some(kind) if kind.eq_ignore_ascii_case("application/sdp") => {
            request.body_text().map(str::to_owned).ok_or(StatusCode::BAD_REQUEST)
        }
        Some(_) => Err(StatusCode::UNSUPPORTED_MEDIA_TYPE),
        // Robots make no offers of their own.
        None => Err(StatusCode::NOT_ACCEPTABLE_HERE),
    }
}
