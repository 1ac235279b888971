//! One request from the wire that several tabs have got, as if it had been forked (RFC 3261 §16.7).
//!
//! | a tab says | becomes |
//! |---|---|
//! | 1xx | passed on where it is reliable or the first tab's; else swallowed |
//! | 2xx, the first | passed on; the others are told that the call was completed elsewhere |
//! | 2xx, a later one | swallowed: acknowledged, and hung up |
//! | a refusal of the user's | passed on, for all tabs; the others are told so |
//! | a refusal of the tab's own (it cannot, has no such dialog, or goes) | swallowed; the last one is passed on, the most telling of them |

use super::switch::{PortId, Routed};
use crate::entropy::Entropy;
use crate::message::{
    ExtraHeader, HeaderValue, Method, Name, Request, RequestDraft, Response, ResponseDraft, StatusCode,
    Transport, Via, push_number, via,
};
use crate::time::{Duration, Instant};

/// How long a request is remembered when all have answered it: for repeated messages, and for the ACK (64 × T1).
const LINGER: Duration = Duration::from_secs(32);

/// See the table above.
pub(super) struct Fork {
    request: Request,
    legs: Vec<Leg>,
    verdict: Verdict,
    /// Whose unreliable provisional answers are passed on.
    ringer: Option<PortId>,
    /// When it can be forgotten, once all have answered.
    until: Option<Instant>,
}

struct Leg {
    port: PortId,
    is_done: bool,
}

enum Verdict {
    /// Not decided; the most telling refusal so far, and whose.
    Open(Option<(PortId, Response, Vec<u8>)>),
    /// What this tab said is the answer.
    Passed(PortId),
    /// We have answered ourselves.
    Answered,
}

/// Names of ours, for what the switch itself has to say.
pub(super) struct Mint<'a> {
    pub(super) entropy: &'a mut Entropy,
    pub(super) host: &'a str,
    pub(super) out: &'a mut Vec<Routed>,
}

impl Fork {
    pub(super) fn new(request: Request, ports: &[PortId]) -> Self {
        let legs = ports.iter().map(|port| Leg { port: *port, is_done: false }).collect();
        Self { request, legs, verdict: Verdict::Open(None), ringer: None, until: None }
    }

    /// Whether this is the server transaction of a message (RFC 3261 §17.2.3); that of an INVITE is also a CANCEL's.
    pub(super) fn is_of(&self, via: &Via<'_>, method: &Method) -> bool {
        let own = self.request.via();
        own.branch() == via.branch()
            && own.host().eq_ignore_ascii_case(via.host())
            && own.port() == via.port()
            && self.request.method() == method
    }

    pub(super) fn ports(&self) -> impl Iterator<Item = PortId> {
        self.legs.iter().map(|leg| leg.port)
    }

    pub(super) fn until(&self) -> Option<Instant> {
        self.until
    }

    fn is_invite(&self) -> bool {
        *self.request.method() == Method::Invite
    }

    /// Takes a tab's answer. `retiring`: it speaks for itself alone.
    pub(super) fn handle_response(
        &mut self,
        now: Instant,
        port: PortId,
        retiring: bool,
        response: &Response,
        frame: Vec<u8>,
        mint: &mut Mint<'_>,
    ) {
        let status = response.status();
        if !status.is_final() {
            if self.passes_provisional(port, response) {
                mint.out.push(Routed::Wire(frame));
            }
            return;
        }
        let was_done = self.legs.iter().any(|leg| leg.port == port && leg.is_done);
        self.finish(port);
        match &self.verdict {
            Verdict::Passed(ours) if *ours == port => mint.out.push(Routed::Wire(frame)),
            Verdict::Passed(_) | Verdict::Answered => self.swallow(port, response, mint),
            Verdict::Open(_) if self.decides(status, retiring) => {
                mint.out.push(Routed::Wire(frame));
                self.verdict = Verdict::Passed(port);
                self.stop_others(status, mint);
            }
            Verdict::Open(best) => {
                let is_better = best.as_ref().is_none_or(|(_, best, _)| tells(status) > tells(best.status()));
                if !was_done {
                    self.swallow(port, response, mint);
                }
                if is_better {
                    self.verdict = Verdict::Open(Some((port, response.clone(), frame)));
                }
            }
        }
        self.conclude(now, mint);
    }

    /// A tab is not there any more, and will not answer.
    pub(super) fn handle_gone(&mut self, now: Instant, port: PortId, mint: &mut Mint<'_>) {
        if self.legs.iter().any(|leg| leg.port == port) {
            self.finish(port);
            self.conclude(now, mint);
        }
    }

    fn passes_provisional(&mut self, port: PortId, response: &Response) -> bool {
        match self.verdict {
            Verdict::Open(_) => {
                let ringer = *self.ringer.get_or_insert(port);
                ringer == port || response.has_token(Name::Require, "100rel")
            }
            _ => false,
        }
    }

    /// Whether a final answer is that of all tabs.
    fn decides(&self, status: StatusCode, retiring: bool) -> bool {
        if status.is_success() {
            return true;
        }
        // What a tab says of itself: it does not understand, is at its limits, or has no such dialog.
        let is_own = matches!(
            status.get(),
            400 | 405 | 406 | 413 | 415 | 416 | 420 | 422 | 481 | 482 | 488 | 500 | 501 | 503 | 504 | 513
        );
        if self.is_invite() { !is_own && !retiring } else { false }
    }

    fn finish(&mut self, port: PortId) {
        for leg in self.legs.iter_mut().filter(|leg| leg.port == port) {
            leg.is_done = true;
        }
    }

    /// When all have answered, the best of the refusals is the answer, or ours where nobody is left who gave any.
    fn conclude(&mut self, now: Instant, mint: &mut Mint<'_>) {
        if self.until.is_some() || self.legs.iter().any(|leg| !leg.is_done) {
            return;
        }
        self.until = Some(now + LINGER);
        if let Verdict::Open(best) = &mut self.verdict {
            self.verdict = match best.take() {
                Some((port, _, frame)) => {
                    mint.out.push(Routed::Wire(frame));
                    Verdict::Passed(port)
                }
                None => {
                    let mut answer = ResponseDraft::to(&self.request, StatusCode::TEMPORARILY_UNAVAILABLE);
                    answer.set_to_tag(&mint.entropy.tag());
                    mint.out.push(Routed::Wire(answer.write()));
                    Verdict::Answered
                }
            };
        }
    }

    /// Tells those that still ring that they need not, and why (RFC 3326).
    fn stop_others(&self, status: StatusCode, mint: &mut Mint<'_>) {
        if !self.is_invite() {
            return;
        }
        let mut cancel = RequestDraft::forward(&self.request).cancel();
        cancel.extra(&elsewhere(status));
        for leg in self.legs.iter().filter(|leg| !leg.is_done) {
            mint.out.push(Routed::Port(leg.port, cancel.write()));
        }
    }

    /// An answer that goes no further. The tab must hear that it has come, and hang up where it has answered too late.
    fn swallow(&self, port: PortId, response: &Response, mint: &mut Mint<'_>) {
        if !self.is_invite() {
            return;
        }
        if !response.status().is_success() {
            let ack = RequestDraft::forward(&self.request).ack(response);
            mint.out.push(Routed::Port(port, ack.write()));
            return;
        }
        let Some(contact) = response.contacts().next() else { return };
        let target = contact.uri().to_owned();
        let sequence = self.request.cseq().number;
        for (method, sequence) in [(Method::Ack, sequence), (Method::Bye, sequence.saturating_add(1))] {
            let mut draft = RequestDraft::new(
                method.clone(),
                target.clone(),
                via(Transport::Wss, mint.host, None, &mint.entropy.branch()),
                self.request.from().to_value(),
                response.to().to_value(),
                self.request.call_id(),
                sequence,
            );
            if method == Method::Bye {
                draft.extra(&elsewhere(StatusCode::OK));
            }
            mint.out.push(Routed::Port(port, draft.write()));
        }
    }
}

/// How much a refusal tells: that a tab has no such dialog says nothing.
fn tells(status: StatusCode) -> u8 {
    u8::from(status != StatusCode::CALL_OR_TRANSACTION_DOES_NOT_EXIST)
}

/// `Reason`: another tab has answered with this.
fn elsewhere(status: StatusCode) -> ExtraHeader {
    let mut value = String::from("SIP;cause=");
    push_number(&mut value, u32::from(status.get()));
    value.push_str(if status.is_success() {
        ";text=\"Call completed elsewhere\""
    } else {
        ";text=\"Call refused elsewhere\""
    });
    ExtraHeader::known(Name::Reason, HeaderValue::lossy(&value))
}
