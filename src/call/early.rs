//! Early dialogs of a call that we place: one for each fork that rings (RFC 3261 §12.1, §13.2.2.1; RFC 3262, 3311).
//!
//! The media listens to the first fork that sends any, and to another when that one answers.

use super::established::Settled;
use super::reliable::Acknowledged;
use super::session_timer::{agree_early, too_brief};
use super::trickle::handle_info;
use super::{Action, CallEvent, Context, SDP, answers, sdp};
use crate::dialog::Dialog;
use crate::message::session::{Body, body_of, is_welcome};
use crate::message::trickle;
use crate::message::{
    HeaderValue, Method, Name, Replaces, Request, RequestDraft, Response, ResponseDraft, StatusCode, rack,
};
use crate::retry::Rounds;
use crate::time::Instant;
use crate::transaction::ServerKey;

/// Forks beyond this many ring unheard; an answer of theirs is taken all the same.
const MAX_FORKS: usize = 16;

/// What became of our INVITE so far.
pub struct Early {
    /// Whether the INVITE had an offer.
    offered: bool,
    forks: Vec<Fork>,
    /// The fork that the media listens to, and whose descriptions it has.
    heard: Option<usize>,
    making: Making,
    /// How often in a row the INVITE was to ask for a longer session.
    pub(super) rounds: Rounds,
}

struct Fork {
    tag: Box<str>,
    /// `None` where the response had no Contact, so that nothing can be asked there.
    dialog: Option<Dialog>,
    acknowledged: Acknowledged,
    /// The far side's last description.
    description: Option<String>,
    /// Whether the far side has offered and been answered.
    answered: bool,
    /// Whether a BYE of either side has ended it.
    ended: bool,
}

/// What the answer that is being made is for, and until when it is waited for.
enum Making {
    Nothing,
    /// A PRACK: the reliable response offered.
    Prack(usize, Response, Instant),
    /// The far side's UPDATE.
    Update(ServerKey, Request, Instant),
}

impl Early {
    pub(super) fn new(offered: bool) -> Self {
        Self { offered, forks: Vec::new(), heard: None, making: Making::Nothing, rounds: Rounds::default() }
    }

    pub(super) fn offered(&self) -> bool {
        self.offered
    }

    pub(super) fn handle_provisional(
        &mut self,
        cx: &mut Context<'_>,
        invite: &RequestDraft,
        response: &Response,
    ) {
        let Some(at) = self.fork(invite, response) else {
            return cx.tell(CallEvent::Progress(response.clone()));
        };
        let Some(fork) = self.forks.get_mut(at) else { return };
        let rseq = response.rseq();
        if fork.ended || rseq.is_some_and(|rseq| !fork.acknowledged.takes(rseq)) {
            return;
        }
        let is_reliable = rseq.is_some() && fork.dialog.is_some();
        let description =
            sdp(response).filter(|it| fork.description.as_deref() != Some(*it)).map(String::from);
        // What a response says that is not reliable is no offer (RFC 3261 §13.2.1).
        let description = description.filter(|_| self.offered || is_reliable);
        let is_offer = description.is_some() && !self.offered && !fork.answered;
        if !is_offer {
            fork.acknowledge(cx, response, None);
        }
        if let Some(description) = description {
            fork.description = Some(description.clone());
            let heard = *self.heard.get_or_insert(at) == at;
            match (is_offer, heard) {
                (true, true) => {
                    self.making = Making::Prack(at, response.clone(), cx.description_due());
                    cx.push(Action::CreateAnswer(description));
                }
                (true, false) => fork.hang_up(cx),
                (false, true) if self.offered => {
                    cx.push(Action::ApplyAnswer { answer: description, provisional: true });
                }
                (false, _) => {}
            }
        }
        cx.tell(CallEvent::Progress(response.clone()));
    }

    /// The far side hangs up before it has answered, which only the caller may do (RFC 3261 §15): it rings there no more.
    fn handle_bye(&mut self, cx: &mut Context<'_>, key: ServerKey, bye: &Request, at: usize) {
        cx.respond(key, bye, StatusCode::OK);
        if let Some(fork) = self.forks.get_mut(at) {
            fork.end();
        }
        match (self.heard == Some(at), &self.making) {
            // Another may be heard now.
            (true, Making::Nothing) => self.heard = None,
            (true, _) => self.abandon(cx),
            (false, _) => {}
        }
    }

    /// The early dialog of a response, made if it is new.
    fn fork(&mut self, invite: &RequestDraft, response: &Response) -> Option<usize> {
        let tag = response.to().tag().unwrap_or_default();
        let known = self.forks.iter().position(|fork| *fork.tag == *tag);
        if known.is_some() || response.status() == StatusCode::TRYING || self.forks.len() >= MAX_FORKS {
            return known;
        }
        self.forks.push(Fork {
            tag: tag.into(),
            dialog: Dialog::uac(invite, response),
            acknowledged: Acknowledged::default(),
            description: None,
            answered: false,
            ended: false,
        });
        Some(self.forks.len() - 1)
    }

    fn answered_by(&self, response: &Response) -> Option<&Fork> {
        let tag = response.to().tag().unwrap_or_default();
        self.forks.iter().find(|fork| *fork.tag == *tag)
    }

    /// Our answer to an offer in an early dialog is made.
    pub(super) fn handle_description(&mut self, cx: &mut Context<'_>, answer: String) {
        match core::mem::replace(&mut self.making, Making::Nothing) {
            Making::Nothing => {}
            Making::Prack(at, response, _) => {
                let Some(fork) = self.forks.get_mut(at) else { return };
                fork.answered = true;
                fork.acknowledge(cx, &response, Some(answer));
            }
            Making::Update(key, request, _) => {
                let Some(dialog) = self.dialog_of(&request) else { return };
                dialog.refresh_target(&request);
                let mut ok = agree_early(cx, &request, dialog);
                ok.set_body(HeaderValue::lossy(SDP), answer.into_bytes());
                cx.push(Action::Respond(key, ok));
            }
        }
    }

    /// Until when the answer that is being made is waited for.
    pub(super) fn description_due(&self) -> Option<Instant> {
        match self.making {
            Making::Nothing => None,
            Making::Prack(.., until) | Making::Update(.., until) => Some(until),
        }
    }

    /// The next sequence number in the early dialog of a request of ours.
    pub(super) fn next_sequence(&mut self, request: &RequestDraft) -> Option<u32> {
        let mut dialogs = self.forks.iter_mut().filter_map(|fork| fork.dialog.as_mut());
        dialogs.find(|dialog| dialog.has_sent(request)).map(Dialog::next_sequence)
    }

    pub(super) fn owns(&self, request: &Request) -> bool {
        self.dialogs().any(|dialog| dialog.owns(request))
    }

    pub(super) fn is_meant_by(&self, replaces: &Replaces) -> bool {
        self.dialogs().any(|dialog| dialog.is_meant_by(replaces))
    }

    /// The early dialog of a request that arrived.
    pub(super) fn dialog_of(&mut self, request: &Request) -> Option<&mut Dialog> {
        let mut dialogs = self.forks.iter_mut().filter_map(|fork| fork.dialog.as_mut());
        dialogs.find(|dialog| dialog.owns(request))
    }

    fn dialogs(&self) -> impl Iterator<Item = &Dialog> {
        self.forks.iter().filter_map(|fork| fork.dialog.as_ref())
    }

    /// A request in an early dialog: UPDATE (RFC 3311 §5.2), INFO (RFC 6086 §4.2.1, RFC 8840 §4.4).
    pub(super) fn handle_request(&mut self, cx: &mut Context<'_>, key: ServerKey, request: &Request) {
        let owns = |fork: &Fork| fork.dialog.as_ref().is_some_and(|dialog| dialog.owns(request));
        let Some(at) = self.forks.iter().position(owns) else { return };
        let Some(Fork { dialog: Some(dialog), description, .. }) = self.forks.get_mut(at) else { return };
        if *request.method() == Method::Info && trickle::read(request).is_some() {
            cx.respond(key, request, StatusCode::OK);
            if self.heard == Some(at) && description.is_some() {
                handle_info(cx, request);
            }
            return;
        }
        match request.method() {
            Method::Update => {}
            Method::Info => return answers::take_info(cx, key, request),
            Method::Bye => return self.handle_bye(cx, key, request, at),
            // Ours is not answered yet (RFC 3261 §14.2).
            Method::Invite => return cx.respond(key, request, StatusCode::REQUEST_PENDING),
            _ => return cx.push(Action::Respond(key, answers::too_early(request))),
        }
        let refusal = match body_of(request) {
            Body::Silent => None,
            Body::Foreign => Some(answers::unsupported_media(request, SDP)),
            // Our offer has no answer yet, or an answer of ours is under way.
            Body::Describes(_) if description.is_none() => {
                Some(ResponseDraft::to(request, StatusCode::REQUEST_PENDING))
            }
            Body::Describes(_) if !matches!(self.making, Making::Nothing) => {
                Some(answers::pending(cx, request))
            }
            // Nobody listens to this fork; if it answers, its answer will be taken.
            Body::Describes(_) if self.heard != Some(at) => {
                Some(ResponseDraft::to(request, StatusCode::NOT_ACCEPTABLE_HERE))
            }
            Body::Describes(_) if !is_welcome(request) => {
                Some(ResponseDraft::to(request, StatusCode::NOT_ACCEPTABLE))
            }
            Body::Describes(_) => None,
        };
        let refusal = refusal.or_else(|| too_brief(cx, request));
        if let Some(refusal) = refusal {
            return cx.push(Action::Respond(key, refusal));
        }
        match sdp(request) {
            Some(offer) => {
                *description = Some(offer.into());
                self.making = Making::Update(key, request.clone(), cx.description_due());
                cx.push(Action::CreateAnswer(offer.into()));
            }
            None => {
                dialog.refresh_target(request);
                cx.push(Action::Respond(key, agree_early(cx, request, dialog)));
            }
        }
    }

    /// The offer of an UPDATE cannot be taken: the session stays as it was (RFC 3311 §5.2). False where there is none.
    pub(super) fn refuse_update(&mut self, cx: &mut Context<'_>) -> bool {
        match core::mem::replace(&mut self.making, Making::Nothing) {
            Making::Update(key, request, ..) => {
                cx.respond(key, &request, StatusCode::NOT_ACCEPTABLE_HERE);
                true
            }
            _ => false,
        }
    }

    /// It is over, one way or the other: an UPDATE that still waits hears 487.
    pub(super) fn abandon(&mut self, cx: &mut Context<'_>) {
        if let Making::Update(key, request, _) = core::mem::replace(&mut self.making, Making::Nothing) {
            cx.respond(key, &request, StatusCode::REQUEST_TERMINATED);
        }
    }

    /// The dialog that a 2xx confirms, with the sequence numbers of its early life; `None` where that has ended.
    pub(super) fn confirm(&self, invite: &RequestDraft, response: &Response) -> Option<Dialog> {
        let fork = self.answered_by(response);
        let mut dialog = Dialog::uac(invite, response).filter(|_| !fork.is_some_and(|fork| fork.ended))?;
        if let Some(early) = fork.and_then(|fork| fork.dialog.as_ref()) {
            dialog.inherit(early);
        }
        Some(dialog)
    }

    /// How offer and answer are settled with the fork that answers; `None` where they are not yet.
    pub(super) fn settled(&self, response: &Response) -> Option<Settled> {
        let fork = self.answered_by(response);
        if !self.offered {
            return fork.is_some_and(|fork| fork.answered).then_some(Settled::Before);
        }
        // The answer stands in the 2xx; a peer that gave it in an unreliable 1xx alone meant the same one.
        let early = || fork.and_then(|fork| fork.description.clone());
        sdp(response).map(String::from).or_else(early).map(Settled::ByThem)
    }
}

impl Fork {
    /// Lets a phone go whose offer is not heard.
    ///
    /// Deviation: no PRACK (RFC 3262 §4), as it would have to carry an answer (§5), and the media takes one offer alone.
    /// Without it the far side would ring on, and could not be talked to.
    fn hang_up(&mut self, cx: &mut Context<'_>) {
        if let Some(dialog) = &mut self.dialog {
            let bye = dialog.request(cx.via(), Method::Bye);
            cx.push(Action::HangUp(bye));
        }
        self.end();
    }

    fn end(&mut self) {
        self.dialog = None;
        self.ended = true;
    }

    /// PRACK, with our answer where the response offered (RFC 3262 §4, §5). Nothing for an unreliable response.
    fn acknowledge(&mut self, cx: &mut Context<'_>, response: &Response, answer: Option<String>) {
        let (Some(rseq), Some(dialog)) = (response.rseq(), &mut self.dialog) else { return };
        let mut prack = dialog.request(cx.via(), Method::Prack);
        prack.set(Name::RAck, rack(rseq, response.cseq()));
        if let Some(answer) = answer {
            prack.set_body(HeaderValue::lossy(SDP), answer.into_bytes());
        }
        cx.push(Action::Request(prack));
    }
}
