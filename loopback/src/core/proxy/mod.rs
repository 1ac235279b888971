//! The stateful proxy (RFC 3261 §16): requests that are on their way to one or several contacts.

mod fork;

use super::{
    context::{Context, ForkId, Incoming, Owner},
    io::ConnectionId,
};
use fork::Fork;
use std::collections::BTreeMap;
use telnyx_device::{
    message::{
        HeaderValue, Method, Name, Request, RequestDraft, Response, ResponseDraft, StatusCode, UriBuf,
    },
    time::Instant,
};

/// Where a request goes.
pub(super) struct Target {
    pub uri: UriBuf,
    pub connection: ConnectionId,
}

/// All requests that are being proxied.
#[derive(Default)]
pub(super) struct Proxy {
    forks: BTreeMap<ForkId, Fork>,
    next: u64,
}

impl Proxy {
    /// Sends a request to all targets at once, whatever their q values (§16.6).
    pub(super) fn forward(&mut self, incoming: Incoming, targets: Vec<Target>, context: &mut Context) {
        let id = ForkId(self.next);
        self.next += 1;
        context.transactions.adopt(incoming.key, Owner::Fork(id));
        if *incoming.request.method() == Method::Invite {
            let trying = ResponseDraft::to(&incoming.request, StatusCode::TRYING);
            context.respond(&incoming, trying);
        }
        self.forks.insert(id, Fork::start(id, incoming, targets, context));
    }

    /// Takes a response to one of the branches.
    pub(super) fn handle_response(
        &mut self,
        (id, branch): (ForkId, usize),
        response: &Response,
        connection: ConnectionId,
        context: &mut Context,
    ) {
        if let Some(fork) = self.forks.get_mut(&id) {
            fork.handle_response(branch, response, connection, context);
        }
    }

    /// A branch has heard nothing for too long: its transaction is over, which is like a 408 (§16.8).
    pub(super) fn time_out(&mut self, (id, branch): (ForkId, usize), context: &mut Context) {
        if let Some(fork) = self.forks.get_mut(&id) {
            fork.give_up(branch, StatusCode::REQUEST_TIMEOUT, context);
        }
    }

    /// The caller has canceled (§16.10).
    pub(super) fn cancel(&mut self, id: ForkId, context: &mut Context) {
        if let Some(fork) = self.forks.get_mut(&id) {
            fork.cancel_all(context);
        }
    }

    /// Who was to be reached over this connection is not; who called over it does not wait any more.
    pub(super) fn close(&mut self, connection: ConnectionId, context: &mut Context) {
        for fork in self.forks.values_mut() {
            fork.close(connection, context);
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.forks.values().filter_map(Fork::poll_timeout).min()
    }

    pub(super) fn handle_timeout(&mut self, context: &mut Context) {
        for fork in self.forks.values_mut() {
            fork.handle_timeout(context);
        }
        self.forks.retain(|_, fork| !fork.is_over(context.now));
    }
}

/// The request as it goes on (§16.6 steps 1 to 8).
pub(super) fn relayed(request: &Request, target: &UriBuf, context: &mut Context) -> RequestDraft {
    let mut draft = RequestDraft::forward(request);
    draft.set_uri(target.clone());
    let hops = request.max_forwards().map_or(70, |hops| hops.saturating_sub(1));
    draft.set(Name::MaxForwards, HeaderValue::from(u32::from(hops)));
    draft.push_via(context.via());
    draft.remove(Name::ProxyAuthorization); // it was for us (§22.3)
    if is_via_own_route(request, context) {
        draft.pop_first(Name::Route);
    }
    if makes_dialog(request.method()) {
        draft.push_front(Name::RecordRoute, context.own_uri(None, ";lr"));
    }
    draft
}

/// The topmost Route is the one that this server recorded, or the client's outbound proxy (§16.4).
fn is_via_own_route(request: &Request, context: &Context) -> bool {
    let top = request.addresses(Name::Route).next();
    top.is_some_and(|route| context.is_own(route.uri().host(), route.uri().port()))
}

/// Both ends of the dialog that may come of it shall go on through this server.
fn makes_dialog(method: &Method) -> bool {
    matches!(method, Method::Invite | Method::Subscribe | Method::Refer)
}
