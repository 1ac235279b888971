//! The robots' calls and messages: small user agents inside the server.

mod call;
mod dialog;
mod robot;

use super::{
    context::{Context, Incoming, METHODS, Owner},
    io::{ConnectionId, MediaId, Output},
};
use call::Call;
use dialog::Dialog;
pub use robot::Robot;
use telnyx_device::{
    message::{HeaderValue, Method, Name, Request, RequestDraft, StatusCode, name_addr},
    time::{Duration, Instant},
};

/// All calls to robots.
#[derive(Default)]
pub(super) struct Robots {
    calls: Vec<Call>,
    next: u64,
}

impl Robots {
    /// A request that makes no part of a dialog, to this robot.
    pub(super) fn handle_request(&mut self, robot: Robot, incoming: Incoming, context: &mut Context) {
        match incoming.request.method() {
            Method::Invite => self.start(robot, incoming, context),
            Method::Message => take_message(robot, &incoming, context),
            Method::Options => answer_with_abilities(&incoming, StatusCode::OK, context),
            _ => answer_with_abilities(&incoming, StatusCode::METHOD_NOT_ALLOWED, context),
        }
    }

    fn start(&mut self, robot: Robot, incoming: Incoming, context: &mut Context) {
        if refuse_required_extension(&incoming, context) {
            return;
        }
        let tag = context.entropy.tag();
        let Some(dialog) = Dialog::from_invite(&incoming, tag) else {
            return context.reply(&incoming, StatusCode::BAD_REQUEST);
        };
        let media = MediaId(self.next);
        self.next += 1;
        context.transactions.adopt(incoming.key, Owner::Robot(media));
        self.calls.push(Call::start(media, robot, incoming, dialog, context));
        self.forget();
    }

    /// A request within a dialog, or what claims to be one.
    pub(super) fn handle_in_dialog(&mut self, incoming: Incoming, context: &mut Context) {
        match self.calls.iter_mut().find(|call| call.owns(&incoming.request)) {
            Some(call) => call.handle_request(incoming, context),
            None => context.reply(&incoming, StatusCode::CALL_OR_TRANSACTION_DOES_NOT_EXIST),
        }
        self.forget();
    }

    /// The ACK of a 2xx.
    pub(super) fn handle_ack(&mut self, ack: &Request) {
        if let Some(call) = self.calls.iter_mut().find(|call| call.owns(ack)) {
            call.handle_ack(ack);
        }
    }

    pub(super) fn cancel(&mut self, media: MediaId, context: &mut Context) {
        self.with(media, |call| call.cancel(context));
    }

    pub(super) fn answered(&mut self, media: MediaId, answer: Result<String, String>, context: &mut Context) {
        self.with(media, |call| call.answered(answer, context));
    }

    pub(super) fn hear(&mut self, media: MediaId, digit: char, lasted: Duration, context: &mut Context) {
        self.with(media, |call| call.hear(digit, lasted, context));
    }

    pub(super) fn lose_media(&mut self, media: MediaId, context: &mut Context) {
        self.with(media, |call| call.lose_media(context));
    }

    /// A caller that is gone does not wait for an answer. One that was answered may come back.
    pub(super) fn close(&mut self, connection: ConnectionId, context: &mut Context) {
        for call in self.calls.iter_mut().filter(|call| call.is_called_over(connection)) {
            call.cancel(context);
        }
        self.forget();
    }

    /// The server begins anew. What was not confirmed hung on its transactions, and is gone.
    pub(super) fn restart(&mut self, keeps_calls: bool, context: &mut Context) {
        let is_kept = |call: &Call| keeps_calls && call.is_confirmed();
        for call in self.calls.iter().filter(|call| !is_kept(call)) {
            context.outputs.push_back(Output::EndMedia(call.media()));
        }
        self.calls.retain(is_kept);
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.calls.iter().filter_map(Call::poll_timeout).min()
    }

    pub(super) fn handle_timeout(&mut self, context: &mut Context) {
        for call in &mut self.calls {
            call.handle_timeout(context);
        }
        self.forget();
    }

    fn with(&mut self, media: MediaId, act: impl FnOnce(&mut Call)) {
        if let Some(call) = self.calls.iter_mut().find(|call| call.media() == media) {
            act(call);
        }
        self.forget();
    }

    fn forget(&mut self) {
        self.calls.retain(|call| !call.is_over());
    }
}

/// Takes a MESSAGE (RFC 3428 §7); the echo sends it back down the connection that it came from.
fn take_message(robot: Robot, incoming: &Incoming, context: &mut Context) {
    context.reply(incoming, StatusCode::OK);
    let request = &incoming.request;
    let (Robot::Echo, Some(kind)) = (robot, request.content_type()) else { return };
    let (from, to) = (request.from(), request.to());
    let tag = context.entropy.tag();
    let mut draft = RequestDraft::new(
        Method::Message,
        from.uri().to_owned(),
        context.via(),
        name_addr(to.display_name().as_deref(), to.uri(), Some(&tag)),
        name_addr(from.display_name().as_deref(), from.uri(), None),
        &context.entropy.call_id(),
        1,
    );
    draft.set_body(HeaderValue::lossy(kind), request.body().to_vec());
    context.request(draft, Owner::Nobody, incoming.connection);
}

/// Answers with what can be done here (RFC 3261 §11.2).
pub(super) fn answer_with_abilities(incoming: &Incoming, status: StatusCode, context: &mut Context) {
    let tag = context.entropy.tag();
    let mut draft = incoming.draft(status, &tag);
    draft.set(Name::Allow, HeaderValue::lossy(METHODS));
    draft.set(Name::Accept, HeaderValue::lossy("application/sdp, text/plain"));
    context.respond(incoming, draft);
}

/// A robot has no extensions that could be required of it (RFC 3261 §8.2.2.3).
fn refuse_required_extension(incoming: &Incoming, context: &mut Context) -> bool {
    let required: Vec<_> = incoming.request.elements(Name::Require).collect();
    if required.is_empty() {
        return false;
    }
    let tag = context.entropy.tag();
    let mut draft = incoming.draft(StatusCode::BAD_EXTENSION, &tag);
    draft.set(Name::Unsupported, HeaderValue::lossy(&required.join(", ")));
    context.respond(incoming, draft);
    true
}
