//! A robot's side of a dialog (RFC 3261 §12), always the one that was called.

use super::super::{
    context::{Context, Incoming, Owner},
    io::ConnectionId,
};
use telnyx_device::message::{
    HeaderValue, Method, Name, Request, RequestDraft, ResponseDraft, StatusCode, UriBuf, name_addr,
};

pub(super) struct Dialog {
    call_id: String,
    local_tag: String,
    remote_tag: String,
    /// Our address, the INVITE's To, with our tag.
    local: HeaderValue,
    /// The caller's, its From.
    remote: HeaderValue,
    local_cseq: u32,
    remote_cseq: u32,
    routes: Vec<HeaderValue>,
    /// The caller's contact.
    target: UriBuf,
    connection: ConnectionId,
}

impl Dialog {
    /// What a dialog-making response to this INVITE makes (§12.1.1). `None`: it has no Contact.
    pub(super) fn from_invite(incoming: &Incoming, local_tag: String) -> Option<Self> {
        let request = &incoming.request;
        let to = request.to();
        Some(Self {
            call_id: request.call_id().into(),
            remote_tag: request.from().tag().unwrap_or_default().into(),
            local: name_addr(to.display_name().as_deref(), to.uri(), Some(&local_tag)),
            remote: request.from().to_value(),
            local_cseq: 0,
            remote_cseq: request.cseq().number,
            routes: request.addresses(Name::RecordRoute).map(|route| route.to_value()).collect(),
            target: request.contacts().next()?.uri().to_owned(),
            connection: incoming.connection,
            local_tag,
        })
    }

    pub(super) fn owns(&self, request: &Request) -> bool {
        request.call_id() == self.call_id
            && request.to().tag() == Some(&self.local_tag)
            && request.from().tag().unwrap_or_default() == self.remote_tag
    }

    /// Takes over what a request in the dialog says of its sender (§12.2.2). False: it is out of order.
    pub(super) fn follow(&mut self, incoming: &Incoming) -> bool {
        let number = incoming.request.cseq().number;
        if number <= self.remote_cseq {
            return false;
        }
        self.remote_cseq = number;
        self.connection = incoming.connection;
        if matches!(incoming.request.method(), Method::Invite | Method::Update)
            && let Some(contact) = incoming.request.contacts().next()
        {
            self.target = contact.uri().to_owned();
        }
        true
    }

    pub(super) fn response(&self, incoming: &Incoming, status: StatusCode) -> ResponseDraft {
        incoming.draft(status, &self.local_tag)
    }

    /// Sends a request of the robot's own (§12.2.1.1), with a body of the type beside it, and does not wait for what
    /// becomes of it.
    pub(super) fn request(&mut self, method: Method, body: Option<(&str, Vec<u8>)>, context: &mut Context) {
        self.local_cseq += 1;
        let mut draft = RequestDraft::new(
            method,
            self.target.clone(),
            context.via(),
            self.local.clone(),
            self.remote.clone(),
            &self.call_id,
            self.local_cseq,
        );
        for route in &self.routes {
            draft.push(Name::Route, route.clone());
        }
        if let Some((kind, body)) = body {
            draft.set_body(HeaderValue::lossy(kind), body);
        }
        let connection = context.flows.find(self.target.as_uri()).unwrap_or(self.connection);
        context.request(draft, Owner::Nobody, connection);
    }
}
