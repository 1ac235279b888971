//! The one registration of all tabs.
//!
//! A tab registers as if it were alone. The first REGISTER goes to the registrar; while the binding lives that it has
//! brought, those of the other tabs are answered here, with what is left of its life. Who brought it refreshes it. Where it
//! does not, because its tab is gone or asleep, the next tab that asks does.
//!
//! A tab that wants no registration any more is answered here while another one wants it; the last one's wish goes to the
//! registrar, and so does that of one who wants none for any device (`Contact: *`), which the others then follow.

use super::switch::{PortId, Routed};
use crate::entropy::Entropy;
use crate::local::{Binding, FLOW, Names, ours};
use crate::message::{HeaderValue, Name, Request, Response, ResponseDraft, StatusCode, name_addr, unquote};
use crate::time::{Duration, Instant, Reason};

/// How long the others wait for the answer to a REGISTER (Timer F).
const PATIENCE: Duration = Duration::from_secs(32);
/// How long they do for another attempt of the same tab, which was challenged.
const RETRY_PATIENCE: Duration = Duration::from_secs(5);

/// See above.
#[derive(Default)]
pub(super) struct Shared {
    /// Who wants to be registered.
    wanting: Vec<PortId>,
    granted: Option<Granted>,
    asked: Option<Asked>,
    /// Those that wait for what becomes of it.
    waiting: Vec<(PortId, Request, Vec<u8>)>,
}

struct Granted {
    response: Response,
    since: Instant,
    /// Seconds.
    life: u32,
    /// Who refreshes it.
    keeper: Option<PortId>,
}

/// A REGISTER that is under way.
struct Asked {
    port: PortId,
    call_id: String,
    sequence: u32,
    wish: Wish,
    /// The life that it asks for, in seconds.
    life: u32,
    until: Instant,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    Bind,
    Remove,
    RemoveAll,
}

impl Wish {
    fn of(request: &Request) -> Self {
        match request.expires() {
            _ if request.is_contact_star() => Self::RemoveAll,
            Some(0) => Self::Remove,
            _ => Self::Bind,
        }
    }
}

impl Shared {
    /// Whether this tab expects calls.
    pub(super) fn wants(&self, port: PortId) -> bool {
        self.wanting.contains(&port)
    }

    pub(super) fn handle_request(
        &mut self,
        now: Instant,
        port: PortId,
        request: &Request,
        frame: Vec<u8>,
        cx: &mut Context<'_>,
    ) {
        let wish = Wish::of(request);
        self.waiting.retain(|(waits, ..)| *waits != port);
        self.wanting.retain(|wants| *wants != port);
        if wish != Wish::Bind {
            self.forsake(port);
            let is_kept = wish == Wish::Remove && !self.wanting.is_empty();
            return if is_kept {
                answer(port, request, None, cx)
            } else {
                self.ask(now, port, request, wish, frame, cx)
            };
        }
        self.wanting.push(port);
        if self.asked.as_ref().is_some_and(|asked| asked.port != port) {
            self.waiting.push((port, request.clone(), frame));
        } else if self.serves(now, port) {
            answer(port, request, self.granted.as_ref().map(|it| (it, now)), cx);
        } else {
            self.ask(now, port, request, wish, frame, cx);
        }
    }

    /// Whether the binding that is there will do for this tab: another one refreshes it, and is not late.
    fn serves(&self, now: Instant, port: PortId) -> bool {
        self.granted.as_ref().is_some_and(|granted| {
            granted.keeper.is_some_and(|keeper| keeper != port) && granted.left(now) > granted.life / 4
        })
    }

    fn ask(
        &mut self,
        now: Instant,
        port: PortId,
        request: &Request,
        wish: Wish,
        frame: Vec<u8>,
        cx: &mut Context<'_>,
    ) {
        let (call_id, sequence) = (request.call_id().into(), request.cseq().number);
        let life = request.expires().unwrap_or_default();
        self.asked = Some(Asked { port, call_id, sequence, wish, life, until: now + PATIENCE });
        cx.out.push(Routed::Wire(frame));
    }

    /// The registrar says this.
    pub(super) fn handle_response(&mut self, now: Instant, response: &Response, cx: &mut Context<'_>) {
        let status = response.status();
        let sequence = response.cseq().number;
        let is_meant = |it: &&mut Asked| it.call_id == response.call_id() && it.sequence == sequence;
        if !status.is_final() {
            return;
        }
        let Some(asked) = self.asked.as_mut().filter(is_meant) else { return };
        // Its tab knows what to do, and tries again.
        if matches!(status.get(), 401 | 407 | 423 | 439) {
            asked.until = now + RETRY_PATIENCE;
            return;
        }
        let (port, wish, requested) = (asked.port, asked.wish, asked.life);
        self.asked = None;
        match wish {
            _ if !status.is_success() => self.forsake(port),
            Wish::Bind => {
                let life = Binding::read(cx.names, FLOW, response).map(|it| it.expires.unwrap_or(requested));
                self.granted = life.filter(|life| *life > 0).map(|life| Granted {
                    response: response.clone(),
                    since: now,
                    life,
                    keeper: Some(port),
                });
            }
            Wish::Remove => self.granted = None,
            Wish::RemoveAll => {
                self.granted = None;
                cx.out.extend(self.wanting.iter().map(|port| Routed::Unregister(*port)));
            }
        }
        self.serve_waiting(now, cx);
    }

    /// Those that have waited are answered, or the first of them asks in its turn.
    fn serve_waiting(&mut self, now: Instant, cx: &mut Context<'_>) {
        for (port, request, frame) in core::mem::take(&mut self.waiting) {
            self.handle_request(now, port, &request, frame, cx);
        }
    }

    /// A tab is not there any more; what it has brought stays while it lasts.
    pub(super) fn handle_gone(&mut self, now: Instant, port: PortId, cx: &mut Context<'_>) {
        self.wanting.retain(|wants| *wants != port);
        self.waiting.retain(|(waits, ..)| *waits != port);
        self.forsake(port);
        if self.asked.as_ref().is_some_and(|asked| asked.port == port) {
            self.asked = None;
            self.serve_waiting(now, cx);
        }
    }

    /// This tab refreshes the binding no more.
    fn forsake(&mut self, port: PortId) {
        if let Some(granted) = &mut self.granted {
            granted.keeper = granted.keeper.filter(|keeper| *keeper != port);
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        // Whom nobody waits for may take its time.
        self.asked
            .as_ref()
            .filter(|_| !self.waiting.is_empty())
            .map(|asked| (asked.until, "shared registration"))
    }

    pub(super) fn handle_timeout(&mut self, now: Instant, cx: &mut Context<'_>) {
        if self.poll_timeout().is_some_and(|(until, _)| until <= now) {
            self.asked = None;
            self.serve_waiting(now, cx);
        }
    }
}

impl Granted {
    /// Seconds.
    fn left(&self, now: Instant) -> u32 {
        let passed = u32::try_from(now.since(self.since).as_secs()).unwrap_or(u32::MAX);
        self.life.saturating_sub(passed)
    }
}

/// What it needs that is none of its own.
pub(super) struct Context<'a> {
    pub(super) names: &'a Names,
    pub(super) entropy: &'a mut Entropy,
    pub(super) out: &'a mut Vec<Routed>,
}

/// Answers a tab in the registrar's place: with the binding that is there, or that it wants none.
fn answer(port: PortId, request: &Request, granted: Option<(&Granted, Instant)>, cx: &mut Context<'_>) {
    let mut answer = ResponseDraft::to(request, StatusCode::OK);
    answer.set_to_tag(&cx.entropy.tag());
    if let Some((granted, now)) = granted {
        let left = granted.left(now);
        for name in [Name::ServiceRoute, Name::Path, Name::Require, Name::Supported, Name::FlowTimer] {
            for value in granted.response.lines(name) {
                answer.push(name, HeaderValue::lossy(value));
            }
        }
        if let Some(binding) = ours(cx.names, FLOW, &granted.response) {
            let mut contact = name_addr(None, binding.uri(), None);
            for (name, value) in
                binding.params().iter().filter(|(name, _)| !name.eq_ignore_ascii_case("expires"))
            {
                contact = contact.with_param(name, value.map(unquote).as_deref());
            }
            answer.push(Name::Contact, contact.with_number("expires", left));
        }
        answer.set(Name::Expires, HeaderValue::from(left));
    }
    cx.out.push(Routed::Port(port, answer.write()));
}
