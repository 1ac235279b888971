//! A registrar and forking proxy in the middle, which does the allowed and, now and then, the odd. It is stateless
//! but for forks.

use std::collections::{BTreeMap, BTreeSet};

use telnyx_device::auth::digest::Algorithm;
use telnyx_device::auth::server::{Gate, Verdict};
use telnyx_device::message::{
    Frame, HeaderValue, Message, Method, Name, NameAddr, Request, RequestDraft, Response, Uri,
};
use telnyx_device::message::{ResponseDraft, StatusCode, Transport, UriBuf, read, via};
use telnyx_device::time::{Duration, Instant};

use super::chance::Chance;
use super::robot::Robot;

const HOST: &str = "proxy.test";
/// What stands before the number of the line and the caller's branch in a branch of ours.
const BRANCH: &str = "z9hG4bKp";

/// A frame for a phone, after a while.
pub struct Delivery {
    pub line: usize,
    pub frame: Vec<u8>,
    pub after: Duration,
}

pub struct Proxy {
    chance: Chance,
    gate: Gate,
    lines: Vec<Line>,
    /// Branches that we have refused ourselves, whose ACK goes nowhere.
    refused: BTreeSet<String>,
    /// By the caller's branch.
    forks: BTreeMap<String, Fork>,
    robot: Robot,
    /// How often, in percent, something odd happens.
    mischief: u64,
    /// Whether it answers pings (RFC 5626 §4.4.1).
    pongs: bool,
    out: Vec<Delivery>,
}

struct Line {
    user: &'static str,
    /// What it calls itself.
    host: String,
    contact: Option<UriBuf>,
}

/// The proxy on a way, as a loose router or one of RFC 2543.
fn hop(strict: bool) -> String {
    format!("<sip:{HOST}{}>", if strict { "" } else { ";lr" })
}

/// The request with its target in its place, where it is sent as to a strict router (RFC 3261 §16.4).
fn straightened(request: &Request) -> Request {
    let mut routes: Vec<HeaderValue> = request.addresses(Name::Route).map(|it| it.to_value()).collect();
    let target = routes.pop().filter(|_| request.uri().host() == HOST);
    let Some(target) = target else { return request.clone() };
    let mut draft = RequestDraft::forward(request);
    draft.set_uri(NameAddr::read(target.as_str()).unwrap().uri().to_owned());
    draft.remove(Name::Route);
    routes.into_iter().for_each(|hop| draft.push(Name::Route, hop));
    draft.to_request()
}

/// An INVITE that rings at several phones.
struct Fork {
    caller: usize,
    request: Request,
    pending: BTreeMap<usize, RequestDraft>,
    refusal: Option<Response>,
}

impl Proxy {
    pub fn new(users: &[&'static str], number: u64, mischief: u64) -> Self {
        let algorithms = ["SHA-256", "MD5"].map(|name| Algorithm::read(name).unwrap());
        let line = |user: &&'static str| Line { user, host: String::new(), contact: None };
        let mut chance = Chance::new(number, 50);
        Self {
            pongs: chance.percent(60),
            chance,
            gate: Gate::new("example.com", &algorithms, Duration::from_secs(40)),
            lines: users.iter().map(line).collect(),
            refused: BTreeSet::new(),
            forks: BTreeMap::new(),
            robot: Robot::new(number, mischief),
            mischief,
            out: Vec::new(),
        }
    }

    /// A frame from a phone; what becomes of it.
    pub fn handle(&mut self, line: usize, frame: &[u8], now: Instant) -> Vec<Delivery> {
        match read(frame) {
            Ok(Frame::Message(Message::Request(request))) => self.handle_request(line, &request, now),
            Ok(Frame::Message(Message::Response(response))) => self.handle_response(line, &response),
            Ok(Frame::Ping) if self.pongs => self.deliver(line, b"\r\n".to_vec()),
            _ => {}
        }
        core::mem::take(&mut self.out)
    }

    /// The robot calls somebody.
    pub fn stir(&mut self) -> Vec<Delivery> {
        let reachable: Vec<usize> =
            (0..self.lines.len()).filter(|it| self.lines[*it].contact.is_some()).collect();
        if !reachable.is_empty() {
            let line = self.chance.pick(&reachable);
            let target = self.lines[line].contact.clone().unwrap();
            let said = self.robot.call(line, target);
            self.out.extend(said);
        }
        core::mem::take(&mut self.out)
    }

    fn deliver(&mut self, line: usize, frame: Vec<u8>) {
        self.out.push(Delivery { line, frame, after: Duration::ZERO });
    }

    fn odd(&mut self) -> bool {
        self.chance.percent(self.mischief)
    }

    fn handle_request(&mut self, line: usize, request: &Request, now: Instant) {
        self.lines[line].host = request.via().host().into();
        let branch = String::from(request.via().branch().unwrap_or_default());
        if *request.method() == Method::Ack && self.refused.contains(&branch) {
            return;
        }
        if let Some(fork) = self.forks.get(&branch) {
            let drafts: Vec<(usize, RequestDraft)> = fork.pending.clone().into_iter().collect();
            if *request.method() == Method::Cancel {
                self.answer(line, request, StatusCode::OK);
                drafts.into_iter().for_each(|(to, draft)| self.deliver(to, draft.cancel().write()));
            }
            return;
        }
        if *request.method() == Method::Register {
            return self.register(line, request, now);
        }
        if !matches!(request.method(), Method::Ack | Method::Cancel) && !self.lets_pass(line, request, now) {
            return;
        }
        let request = &straightened(request);
        let targets = self.targets(line, request);
        if request.uri().host() == "robot.test" || request.uri().user().as_deref() == Some("robot") {
            let said = self.robot.handle_request(line, request);
            self.out.extend(said);
        } else if targets.is_empty() && request.uri().user().as_deref() != Some("void") {
            self.answer(line, request, StatusCode::NOT_FOUND);
        }
        let forks = targets.len() > 1 && *request.method() == Method::Invite;
        let mut pending = BTreeMap::new();
        for target in targets {
            let draft = self.forward(target, request);
            self.deliver(target, draft.write());
            pending.insert(target, draft);
        }
        if forks {
            self.forks
                .insert(branch, Fork { caller: line, request: request.clone(), pending, refusal: None });
        }
    }

    /// Credentials, and whims.
    fn lets_pass(&mut self, line: usize, request: &Request, now: Instant) -> bool {
        let invite = *request.method() == Method::Invite;
        if invite && self.chance.percent(60) {
            self.answer(line, request, StatusCode::TRYING);
        }
        let verdict = self.gate.verify(request, Name::ProxyAuthorization, |_| Some("secret".into()), now);
        let asked = self.chance.percent(40) || verdict == Verdict::Stale;
        if asked && !matches!(verdict, Verdict::Granted { .. }) {
            self.challenge(line, request, StatusCode::PROXY_AUTHENTICATION_REQUIRED, verdict, now);
            return false;
        }
        if self.odd() {
            let status = self.chance.pick(&[302, 408, 480, 481, 486, 488, 491, 500, 503, 603]);
            self.answer(line, request, StatusCode::new(status).unwrap());
            return false;
        }
        true
    }

    fn challenge(
        &mut self,
        line: usize,
        request: &Request,
        status: StatusCode,
        verdict: Verdict,
        now: Instant,
    ) {
        let mut challenge = ResponseDraft::to(request, status);
        challenge.set_to_tag("challenge");
        self.gate.challenge(&mut challenge, verdict == Verdict::Stale, self.chance.entropy(), now);
        self.refused.insert(request.via().branch().unwrap_or_default().into());
        self.deliver(line, challenge.write());
    }

    fn answer(&mut self, line: usize, request: &Request, status: StatusCode) {
        if *request.method() == Method::Ack {
            return;
        }
        let mut answer = ResponseDraft::to(request, status);
        if status.is_final() {
            answer.set_to_tag("proxy");
            self.refused.insert(request.via().branch().unwrap_or_default().into());
        }
        self.deliver(line, answer.write());
    }

    fn register(&mut self, line: usize, request: &Request, now: Instant) {
        let verdict = self.gate.verify(request, Name::Authorization, |_| Some("secret".into()), now);
        if !matches!(verdict, Verdict::Granted { .. }) {
            return self.challenge(line, request, StatusCode::UNAUTHORIZED, verdict, now);
        }
        if self.odd() {
            let status = self.chance.pick(&[100, 403, 423, 480, 500, 503, 503]);
            let mut refusal = ResponseDraft::to(request, StatusCode::new(status).unwrap());
            refusal.set(Name::RetryAfter, HeaderValue::from(self.chance.between(0, 40) as u32));
            refusal.set(Name::MinExpires, HeaderValue::from(self.chance.between(0, 3_000) as u32));
            return self.deliver(line, refusal.write());
        }
        let asked = request.expires().unwrap_or(0);
        let mut granted = ResponseDraft::to(request, StatusCode::OK);
        self.lines[line].contact = None;
        if asked > 0 && !request.is_contact_star() {
            let expires = if self.odd() { self.chance.between(0, 30) as u32 } else { asked };
            let contact = request.contacts().next().map(|it| it.uri().to_owned());
            self.lines[line].contact = contact.clone();
            let mut value = format!("<{}>;expires={expires}", contact.unwrap_or_default().as_str());
            self.grant(line, &mut granted, &mut value);
            granted.set(Name::Contact, HeaderValue::lossy(&value));
        }
        self.deliver(line, granted.write());
    }

    /// What a registrar may grant besides, by chance and anew each time (RFC 3327, 3608, 5626, 5627).
    fn grant(&mut self, line: usize, granted: &mut ResponseDraft, contact: &mut String) {
        let user = self.lines[line].user;
        if self.chance.percent(30) {
            contact.push_str(&format!(";pub-gruu=\"sip:{user}@example.com;gr=line{line}\""));
            contact.push_str(&format!(";temp-gruu=\"sip:t{line}@example.com;gr\""));
        }
        if self.pongs && self.chance.percent(30) {
            granted.set(Name::Require, HeaderValue::lossy("outbound"));
            granted.set(Name::FlowTimer, HeaderValue::from(self.chance.between(30, 120) as u32));
        }
        if self.chance.percent(30) {
            let strict = self.chance.percent(20);
            granted.set(Name::ServiceRoute, HeaderValue::lossy(&hop(strict)));
        }
        if self.chance.percent(30) {
            granted.set(Name::Path, HeaderValue::lossy(&hop(false)));
        }
    }

    /// The line that a GRUU of ours means.
    fn line_of(&self, uri: Uri<'_>) -> Option<usize> {
        let user = uri.user()?;
        let named = uri.params().get("gr")?;
        self.lines.iter().enumerate().map(|(at, _)| at).find(|at| {
            named.strip_prefix("line").or(user.strip_prefix('t')).is_some_and(|it| it == at.to_string())
        })
    }

    fn targets(&mut self, from: usize, request: &Request) -> Vec<usize> {
        let (host, user) = (request.uri().host(), request.uri().user().unwrap_or_default());
        if let Some(line) = self.line_of(request.uri()) {
            return vec![line];
        }
        let lines = self.lines.iter().enumerate();
        if host.ends_with(".invalid") {
            let is_there = |line: &Line| line.contact.as_ref().is_some_and(|it| it.as_uri().host() == host);
            return lines.filter(|(_, line)| line.host == host || is_there(line)).map(|(at, _)| at).collect();
        }
        let bound = lines.filter(|(_, line)| line.contact.is_some());
        match &*user {
            "team" => bound.filter(|(at, _)| *at != from).map(|(at, _)| at).collect(),
            user => bound.filter(|(_, line)| line.user == user).map(|(at, _)| at).collect(),
        }
    }

    fn forward(&mut self, target: usize, request: &Request) -> RequestDraft {
        let mut draft = RequestDraft::forward(request);
        let branch = request.via().branch().unwrap_or_default();
        draft.push_via(via(Transport::Wss, HOST, None, &format!("{BRANCH}{target}x{branch}")));
        let ours = request.addresses(Name::Route).next().is_some_and(|route| route.uri().host() == HOST);
        if ours {
            draft.pop_first(Name::Route);
        }
        if self.line_of(request.uri()).is_some()
            && let Some(contact) = self.lines[target].contact.clone()
        {
            draft.set_uri(contact);
        }
        if request.to().tag().is_none() {
            if *request.method() == Method::Invite && self.chance.percent(50) {
                let strict = self.chance.percent(15);
                draft.push(Name::RecordRoute, HeaderValue::lossy(&hop(strict)));
            }
            if let Some(contact) = self.lines[target].contact.clone() {
                draft.set_uri(contact);
            }
        }
        draft
    }

    fn handle_response(&mut self, line: usize, response: &Response) {
        let branch = response.via().branch().unwrap_or_default();
        let Some((_, upstream)) = branch.strip_prefix(BRANCH).and_then(|it| it.split_once('x')) else {
            let said = self.robot.handle_response(line, response);
            return self.out.extend(said);
        };
        let Some(fork) = self.forks.get_mut(upstream).filter(|_| *response.cseq().method == Method::Invite)
        else {
            return self.pass_back(response);
        };
        if response.status().is_provisional() {
            return self.pass_back(response);
        }
        let draft = fork.pending.remove(&line);
        if response.status().is_success() {
            let others = core::mem::take(&mut fork.pending);
            self.pass_back(response);
            return others.into_iter().for_each(|(to, draft)| self.deliver(to, draft.cancel().write()));
        }
        let Some(draft) = draft else { return };
        fork.refusal = Some(response.clone());
        let over = fork.pending.is_empty();
        let (caller, invite) = (fork.caller, fork.request.clone());
        self.deliver(line, draft.ack(response).write());
        if over {
            let status = response.status();
            self.answer(caller, &invite, status);
        }
    }

    /// Upstream, to whomever the next Via names.
    fn pass_back(&mut self, response: &Response) {
        let Some(host) = response.vias().nth(1).map(|via| via.host().to_owned()) else { return };
        let mut draft = ResponseDraft::forward(response);
        draft.pop_via();
        if let Some(line) = self.lines.iter().position(|line| line.host == host) {
            self.deliver(line, draft.write());
        }
    }
}
