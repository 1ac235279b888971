//! What is to be done with a request: RFC 3261 §8.2 for the server's own users, §16.3 to §16.5 for the others.

use super::{
    Server,
    bindings::{MIN_EXPIRES, Refusal, names_flow},
    context::{Incoming, METHODS, Owner},
    faults::Answer,
    guard::Admission,
    io::ConnectionId,
    proxy::{Target, relayed},
    robots::{Robot, answer_with_abilities},
};
use telnyx_device::{
    message::{HeaderValue, Method, Name, Request, ResponseDraft, StatusCode, Uri},
    transaction::Arrived,
};

/// Who a request is for.
enum Destination {
    Server,
    Robot(Robot),
    Contacts(Vec<Target>),
    Nobody(StatusCode),
}

impl Server {
    pub(super) fn handle_request(&mut self, connection: ConnectionId, request: Request) {
        match self.context.transactions.handle_request(&request) {
            Arrived::Retransmission { send } => {
                if let Some(message) = send {
                    self.context.send(connection, message);
                }
            }
            Arrived::New(key) => self.handle_new(Incoming { request, connection, key }),
            Arrived::Merged(key) => {
                self.context.reply(&Incoming { request, connection, key }, StatusCode::LOOP_DETECTED);
            }
            Arrived::Cancel { server, target } => {
                let cancel = Incoming { request, connection, key: server };
                self.handle_cancel(&cancel, target.map(|(_, owner)| owner));
            }
            Arrived::AckForDialog => self.handle_ack(&request),
            Arrived::Ack { .. } => {}
            Arrived::Overload => {
                let draft = ResponseDraft::to(&request, StatusCode::SERVICE_UNAVAILABLE);
                self.context.send(connection, draft.write());
            }
        }
    }

    fn handle_cancel(&mut self, cancel: &Incoming, target: Option<Owner>) {
        let Some(owner) = target else {
            return self.context.reply(cancel, StatusCode::CALL_OR_TRANSACTION_DOES_NOT_EXIST);
        };
        self.context.reply(cancel, StatusCode::OK);
        match owner {
            Owner::Fork(fork) => self.proxy.cancel(fork, &mut self.context),
            Owner::Robot(media) => self.robots.cancel(media, &mut self.context),
            Owner::Branch(..) | Owner::Nobody => {}
        }
    }

    /// The ACK of a 2xx belongs to no transaction and goes from end to end.
    fn handle_ack(&mut self, ack: &Request) {
        if ack.max_forwards() == Some(0) {
            return;
        }
        if let Some(connection) = self.context.flows.find(ack.uri()) {
            let draft = relayed(ack, &ack.uri().to_owned(), &mut self.context);
            self.context.send(connection, draft.write());
        } else {
            self.robots.handle_ack(ack);
        }
    }

    fn handle_new(&mut self, incoming: Incoming) {
        let is_bound = |user: &str| self.bindings.is_over(user, incoming.connection, self.context.now);
        if let Some(answer) = self.fence.answer_to(&incoming.request, is_bound) {
            return self.answer_as_ordered(&incoming, &answer);
        }
        if let Err(status) = self.validate(&incoming.request) {
            return self.context.reply(&incoming, status);
        }
        if self.refuse_proxy_extension(&incoming) {
            return;
        }
        if *incoming.request.method() == Method::Register {
            return self.handle_register(&incoming);
        }
        if incoming.request.to().tag().is_some() {
            return self.handle_in_dialog(incoming);
        }
        let destination = self.destination(&incoming.request);
        // Whether the server lives may be asked by anybody.
        let is_question = matches!(destination, Destination::Server);
        if !is_question && self.admit(&incoming, Name::ProxyAuthorization).is_none() {
            return;
        }
        self.learn(&incoming);
        match destination {
            Destination::Server => self.answer_for_server(&incoming),
            Destination::Robot(robot) => self.robots.handle_request(robot, incoming, &mut self.context),
            Destination::Contacts(targets) => self.forward(incoming, targets),
            Destination::Nobody(status) => self.context.reply(&incoming, status),
        }
    }

    fn answer_as_ordered(&mut self, incoming: &Incoming, answer: &Answer) {
        let mut draft = incoming.draft(answer.status, &self.context.entropy.tag());
        if let Some(reason) = &answer.reason {
            draft.set_reason(reason);
        }
        if let Some(seconds) = answer.retry_after {
            draft.set(Name::RetryAfter, HeaderValue::from(seconds));
        }
        self.context.respond(incoming, draft);
    }

    /// §16.3 steps 2 and 4.
    fn validate(&self, request: &Request) -> Result<(), StatusCode> {
        let uri = request.uri();
        if !(uri.is_sip() || uri.is_sips() || uri.is_tel()) {
            return Err(StatusCode::UNSUPPORTED_URI_SCHEME);
        }
        // Clients have no way to send a request back rightly: what was here before goes in circles.
        if request.vias().any(|via| self.context.is_own(via.host(), via.port())) {
            return Err(StatusCode::LOOP_DETECTED);
        }
        Ok(())
    }

    /// §16.3 step 5: no extension is known.
    fn refuse_proxy_extension(&mut self, incoming: &Incoming) -> bool {
        let required: Vec<_> = incoming.request.elements(Name::ProxyRequire).collect();
        if required.is_empty() {
            return false;
        }
        let mut draft = incoming.draft(StatusCode::BAD_EXTENSION, &self.context.entropy.tag());
        draft.set(Name::Unsupported, HeaderValue::lossy(&required.join(", ")));
        self.context.respond(incoming, draft);
        true
    }

    /// §16.5. Deviation: every user part that is known is ours, whatever the host, for the server is
    /// reached by many names.
    fn destination(&self, request: &Request) -> Destination {
        let uri = request.uri();
        if let Some(connection) = self.context.flows.find(uri) {
            return Destination::Contacts(vec![Target { uri: uri.to_owned(), connection }]);
        }
        let user = match uri.user() {
            Some(user) => user,
            None if uri.is_tel() => return Destination::Nobody(StatusCode::NOT_FOUND),
            None => return Destination::Server,
        };
        if is_contact(uri) {
            return Destination::Nobody(StatusCode::TEMPORARILY_UNAVAILABLE);
        }
        if let Some(robot) = Robot::named(&user) {
            return Destination::Robot(robot);
        }
        if !self.guard.knows(&user) {
            return Destination::Nobody(StatusCode::NOT_FOUND);
        }
        let targets = self.bindings.targets(&user, self.context.now).into_iter();
        let targets: Vec<_> =
            targets.map(|(uri, connection)| Target { uri: uri.clone(), connection }).collect();
        if targets.is_empty() {
            return Destination::Nobody(StatusCode::TEMPORARILY_UNAVAILABLE);
        }
        Destination::Contacts(targets)
    }

    /// Within a dialog the other side's contact is asked for, and nobody for a password.
    fn handle_in_dialog(&mut self, incoming: Incoming) {
        self.learn(&incoming);
        let uri = incoming.request.uri();
        if let Some(connection) = self.context.flows.find(uri) {
            let targets = vec![Target { uri: uri.to_owned(), connection }];
            return self.forward(incoming, targets);
        }
        if is_contact(uri) {
            return self.context.reply(&incoming, StatusCode::FLOW_FAILED);
        }
        self.robots.handle_in_dialog(incoming, &mut self.context);
    }

    /// §16.3 step 3, then onwards.
    fn forward(&mut self, incoming: Incoming, targets: Vec<Target>) {
        match incoming.request.max_forwards() {
            Some(0) => self.context.reply(&incoming, StatusCode::TOO_MANY_HOPS),
            _ => self.proxy.forward(incoming, targets, &mut self.context),
        }
    }

    /// The contact of a dialog may be another one than was registered.
    fn learn(&mut self, incoming: &Incoming) {
        for contact in incoming.request.contacts() {
            self.context.flows.learn(contact.uri(), incoming.connection);
        }
    }

    fn answer_for_server(&mut self, incoming: &Incoming) {
        let status = match incoming.request.method() {
            Method::Options => StatusCode::OK,
            _ => StatusCode::METHOD_NOT_ALLOWED,
        };
        answer_with_abilities(incoming, status, &mut self.context);
    }

    /// The user who sent it, or `None` and it has been answered.
    fn admit(&mut self, incoming: &Incoming, field: Name) -> Option<String> {
        let now = self.context.now;
        match self.guard.admit(&incoming.request, field, now) {
            Admission::Granted(user) => return Some(user),
            Admission::Challenged { stale } => {
                let status = match field {
                    Name::Authorization => StatusCode::UNAUTHORIZED,
                    _ => StatusCode::PROXY_AUTHENTICATION_REQUIRED,
                };
                let mut draft = incoming.draft(status, &self.context.entropy.tag());
                self.guard.challenge(&mut draft, stale, now, &mut self.context.entropy);
                self.context.respond(incoming, draft);
            }
            Admission::Forbidden => self.context.reply(incoming, StatusCode::FORBIDDEN),
        }
        None
    }

    /// §10.3.
    fn handle_register(&mut self, incoming: &Incoming) {
        let Some(user) = self.admit(incoming, Name::Authorization) else { return };
        let now = self.context.now;
        let changed = self.bindings.update(&user, &incoming.request, incoming.connection, now);
        let status = match changed {
            Ok(()) => StatusCode::OK,
            Err(Refusal::Malformed) => StatusCode::BAD_REQUEST,
            Err(Refusal::TooBrief) => StatusCode::INTERVAL_TOO_BRIEF,
            Err(Refusal::OutOfOrder) => StatusCode::SERVER_INTERNAL_ERROR,
            Err(Refusal::TooMany) => StatusCode::SERVICE_UNAVAILABLE,
        };
        let mut draft = incoming.draft(status, &self.context.entropy.tag());
        match changed {
            Ok(()) => {
                for binding in self.bindings.of(&user, now) {
                    draft.push(Name::Contact, binding.value(now));
                    if binding.connection == Some(incoming.connection) {
                        self.context.flows.register(binding.contact.as_uri(), incoming.connection);
                    }
                }
                if names_flow(&incoming.request) {
                    draft.set(Name::Require, HeaderValue::lossy("outbound"));
                }
                draft.set(Name::Allow, HeaderValue::lossy(METHODS));
            }
            Err(Refusal::TooBrief) => draft.set(Name::MinExpires, HeaderValue::from(MIN_EXPIRES)),
            Err(_) => {}
        }
        self.context.respond(incoming, draft);
    }
}

/// The contact of a WebSocket client, which only a connection can reach (RFC 7118 §5).
fn is_contact(uri: Uri<'_>) -> bool {
    uri.host().to_ascii_lowercase().ends_with(".invalid")
}
