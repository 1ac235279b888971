//! Far sides in scripted text, and a clock turned by hand.
#![allow(dead_code)] // each test file uses its part
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::{BTreeMap, VecDeque};
use telnyx_device::{
    auth::digest::{Algorithm, Qop, Question},
    time::{Duration, Instant},
};
use telnyx_device_loopback::core::{
    Account, Config, ConnectionId, Fault, Input, MediaId, Output, Server, Sound,
};

pub const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

/// A server, its clients' wires, and the time.
pub struct World {
    server: Server,
    now: u64,
    connections: u64,
    wires: BTreeMap<ConnectionId, VecDeque<String>>,
    /// What was asked of the media, in order.
    pub media: VecDeque<Output>,
}

impl World {
    pub fn new() -> Self {
        let account = |user: &str| Account { user: user.into(), password: format!("{user}-pass") };
        let config = Config {
            address: "127.0.0.1:8080".parse().unwrap(),
            accounts: ["alice", "bob", "carol"].map(account).into(),
        };
        Self {
            server: Server::new(config, [7; 32]),
            now: 1_000_000,
            connections: 0,
            wires: BTreeMap::new(),
            media: VecDeque::new(),
        }
    }

    pub fn connect(&mut self) -> ConnectionId {
        self.connections += 1;
        let id = ConnectionId(self.connections);
        self.wires.insert(id, VecDeque::new());
        id
    }

    pub fn disconnect(&mut self, id: ConnectionId) {
        self.wires.remove(&id);
        self.input(Input::Closed(id));
    }

    /// Sends text whose lines end in bare LF.
    pub fn send(&mut self, id: ConnectionId, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
        self.input(Input::Received(id, text.as_bytes()));
    }

    /// The next message that came down this wire.
    #[track_caller]
    pub fn take(&mut self, id: ConnectionId) -> String {
        self.wires.get_mut(&id).and_then(VecDeque::pop_front).expect("nothing was sent")
    }

    /// The next message, whose first line must begin so.
    #[track_caller]
    pub fn expect(&mut self, id: ConnectionId, start: &str) -> String {
        let message = self.take(id);
        assert!(message.starts_with(start), "expected {start}, got\n{message}");
        message
    }

    #[track_caller]
    pub fn expect_quiet(&self) {
        for (id, wire) in &self.wires {
            assert!(wire.is_empty(), "{id:?} got {wire:#?}");
        }
    }

    #[track_caller]
    pub fn expect_quiet_of(&self, id: ConnectionId) {
        assert!(self.wires.get(&id).is_none_or(VecDeque::is_empty), "got {:#?}", self.wires.get(&id));
    }

    pub fn answer_media(&mut self, media: MediaId, answer: Result<&str, &str>) {
        let answer = answer.map(str::to_owned).map_err(str::to_owned);
        self.input(Input::Answered(media, answer));
    }

    pub fn hear(&mut self, media: MediaId, digit: char, millis: u64) {
        self.input(Input::Heard(media, digit, Duration::from_millis(millis)));
    }

    pub fn fault(&mut self, fault: Fault) {
        self.input(Input::Fault(fault));
    }

    pub fn lose_media(&mut self, media: MediaId) {
        self.input(Input::MediaLost(media));
    }

    /// What the media was asked, which must be an answer.
    #[track_caller]
    pub fn asked_media(&mut self) -> (MediaId, Sound, String) {
        match self.media.pop_front() {
            Some(Output::AnswerOffer { media, sound, offer }) => (media, sound, offer),
            other => panic!("expected an offer for the media, got {other:?}"),
        }
    }

    /// Turns the clock, stopping wherever the server wants to be woken.
    pub fn advance(&mut self, millis: u64) {
        let end = self.now + millis;
        while let Some(at) = self.server.poll_timeout().map(Instant::as_millis).filter(|at| *at <= end) {
            assert!(at > self.now, "a timer of the past is still there");
            self.now = at;
            self.input(Input::Woke);
        }
        self.now = end;
        self.input(Input::Woke);
    }

    /// No timer runs: nothing is left of what was.
    pub fn is_idle(&self) -> bool {
        self.server.poll_timeout().is_none()
    }

    fn input(&mut self, input: Input<'_>) {
        self.server.handle_input(Instant::from_millis(self.now), input);
        while let Some(output) = self.server.poll_output() {
            match output {
                Output::Send(id, message) => {
                    if let Some(wire) = self.wires.get_mut(&id) {
                        wire.push_back(String::from_utf8(message).unwrap());
                    }
                }
                media => self.media.push_back(media),
            }
        }
    }

    /// Sends a request, answers its challenge with this user's password, and returns the text that was let in.
    #[track_caller]
    pub fn send_as(&mut self, id: ConnectionId, user: &str, request: &str) -> String {
        self.send(id, request);
        let challenged = self.take(id);
        assert!(challenged.starts_with("SIP/2.0 40"), "not challenged:\n{challenged}");
        if request.starts_with("INVITE") {
            self.send(id, &ack_of_refusal(request, &challenged));
        }
        let again = authorized(request, &challenged, user, &format!("{user}-pass"));
        self.send(id, &again);
        again
    }

    /// A new connection on which this user has registered this contact.
    #[track_caller]
    pub fn registered(&mut self, user: &str, host: &str) -> ConnectionId {
        let id = self.connect();
        self.send_as(id, user, &register(user, host, 1, "Expires: 600\n"));
        self.expect(id, "SIP/2.0 200");
        id
    }
}

/// A REGISTER of `sip:user@host`, where the host stands for the tab.
pub fn register(user: &str, host: &str, cseq: u32, more: &str) -> String {
    format!(
        "REGISTER sip:localhost SIP/2.0\n\
         Via: SIP/2.0/WS {host};branch=z9hG4bK-{host}-r{cseq}\n\
         Max-Forwards: 70\n\
         From: <sip:{user}@localhost>;tag=r{host}\n\
         To: <sip:{user}@localhost>\n\
         Call-ID: register-{host}\n\
         CSeq: {cseq} REGISTER\n\
         Contact: <sip:{user}@{host};transport=ws>\n\
         {more}\n"
    )
}

/// A request outside a dialog from `sip:user@host`; `more` holds further fields.
pub fn request(method: &str, target: &str, user: &str, host: &str, more: &str, body: &str) -> String {
    format!(
        "{method} {target} SIP/2.0\n\
         Via: SIP/2.0/WS {host};branch=z9hG4bK-{host}-{method}\n\
         Max-Forwards: 70\n\
         From: <sip:{user}@localhost>;tag=from-{host}\n\
         To: <{target}>\n\
         Call-ID: call-{host}\n\
         CSeq: 1 {method}\n\
         Contact: <sip:{user}@{host};transport=ws>\n\
         {more}\n{body}"
    )
}

pub fn invite(target: &str, user: &str, host: &str) -> String {
    request("INVITE", target, user, host, "Content-Type: application/sdp\n", OFFER)
}

/// The CANCEL of an INVITE that was sent.
pub fn cancel(invite: &str) -> String {
    same_transaction(invite, "CANCEL", &field(invite, "To"))
}

fn ack_of_refusal(invite: &str, response: &str) -> String {
    same_transaction(invite, "ACK", &field(response, "To"))
}

fn same_transaction(invite: &str, method: &str, to: &str) -> String {
    let target = invite.split(' ').nth(1).unwrap();
    let number = field(invite, "CSeq").replace(" INVITE", "");
    format!(
        "{method} {target} SIP/2.0\nVia: {}\nMax-Forwards: 70\nFrom: {}\nTo: {to}\nCall-ID: {}\nCSeq: {number} {method}\n\n",
        field(invite, "Via"),
        field(invite, "From"),
        field(invite, "Call-ID"),
    )
}

/// A response to a request as it was received: `more` holds further fields.
pub fn response(request: &str, status: &str, tag: &str, more: &str, body: &str) -> String {
    let lines = request.split("\r\n").take_while(|line| !line.is_empty());
    let copied = ["Via:", "From:", "Call-ID:", "CSeq:", "Record-Route:"];
    let copied: Vec<_> = lines.filter(|line| copied.iter().any(|name| line.starts_with(name))).collect();
    let to = field(request, "To");
    let to = if to.contains("tag=") { to } else { format!("{to};tag={tag}") };
    format!("SIP/2.0 {status}\n{}\nTo: {to}\n{more}\n{body}", copied.join("\n"))
}

/// A request that the caller sends in the dialog which this response made.
pub fn in_dialog(method: &str, cseq: u32, ok: &str, more: &str, body: &str) -> String {
    dialog_request(method, cseq, ok, &field(ok, "From"), &field(ok, "To"), &field(ok, "Contact"), more, body)
}

/// The same of the one who was called, by the INVITE as it was received and the tag that was given it.
pub fn in_dialog_of_callee(method: &str, cseq: u32, invite: &str, tag: &str) -> String {
    let local = format!("{};tag={tag}", field(invite, "To"));
    dialog_request(method, cseq, invite, &local, &field(invite, "From"), &field(invite, "Contact"), "", "")
}

#[allow(clippy::too_many_arguments)]
fn dialog_request(
    method: &str,
    cseq: u32,
    told: &str,
    from: &str,
    to: &str,
    contact: &str,
    more: &str,
    body: &str,
) -> String {
    let target = contact.trim_start_matches('<').split('>').next().unwrap();
    let route = find_field(told, "Record-Route").map(|route| format!("Route: {route}\n")).unwrap_or_default();
    let call_id = field(told, "Call-ID");
    format!(
        "{method} {target} SIP/2.0\n\
         Via: SIP/2.0/WS dialog.invalid;branch=z9hG4bK-{call_id}-{cseq}-{method}\n\
         Max-Forwards: 70\n\
         {route}From: {from}\n\
         To: {to}\n\
         Call-ID: {call_id}\n\
         CSeq: {cseq} {method}\n\
         {more}\n{body}"
    )
}

/// The request again with credentials, the next CSeq and another branch.
pub fn authorized(request: &str, challenged: &str, user: &str, password: &str) -> String {
    let (name, challenge) = match find_field(challenged, "WWW-Authenticate") {
        Some(challenge) => ("Authorization", challenge),
        None => ("Proxy-Authorization", field(challenged, "Proxy-Authenticate")),
    };
    let (realm, nonce) = (parameter(&challenge, "realm"), parameter(&challenge, "nonce"));
    let algorithm_name = parameter(&challenge, "algorithm");
    let algorithm = Algorithm::read(&algorithm_name).unwrap();
    let mut words = request.split(' ');
    let (method, uri) = (words.next().unwrap(), words.next().unwrap());
    let question = Question {
        algorithm,
        nonce: &nonce,
        cnonce: "0a4f113b",
        protection: Some((Qop::Auth, 1)),
        method,
        uri,
        body: b"",
    };
    let answer = question.response(&algorithm.hash.ha1(user, &realm, password));
    let credentials = format!(
        "{name}: Digest username=\"{user}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", \
         response=\"{answer}\", algorithm={algorithm_name}, cnonce=\"0a4f113b\", qop=auth, nc=00000001"
    );
    let cseq = field(request, "CSeq");
    let number: u32 = cseq.split(' ').next().unwrap().parse().unwrap();
    let branch = format!("z9hG4bK-again{number}-");
    request.replacen("z9hG4bK-", &branch, 1).replacen(
        &format!("CSeq: {cseq}"),
        &format!("CSeq: {} {method}\n{credentials}", number + 1),
        1,
    )
}

/// The value of the first field of this name.
#[track_caller]
pub fn field(message: &str, name: &str) -> String {
    find_field(message, name).unwrap_or_else(|| panic!("no {name} in\n{message}"))
}

pub fn find_field(message: &str, name: &str) -> Option<String> {
    let prefix = format!("{name}: ");
    let mut head = message.lines().take_while(|line| !line.is_empty());
    head.find_map(|line| line.strip_prefix(&prefix)).map(str::to_owned)
}

fn parameter(challenge: &str, name: &str) -> String {
    let start = challenge.find(&format!("{name}=")).unwrap() + name.len() + 1;
    challenge[start..].split([',', ' ']).next().unwrap().trim_matches('"').to_owned()
}
