//! A far side without manners: answers in any order, from several forks, twice, never; calls, and asks for odd things.

use telnyx_device::message::{
    Frame, HeaderValue, Message, Method, Name, Request, RequestDraft, Response, ResponseDraft,
};
use telnyx_device::message::{StatusCode, Transport, UriBuf, name_addr, read, via};
use telnyx_device::time::Duration;

use super::chance::Chance;
use super::proxy::Delivery;

const HOST: &str = "robot.test";
const CONTACT: &str = "<sip:robot@robot.test>";

pub struct Robot {
    chance: Chance,
    mischief: u64,
    /// Its INVITEs, for their ACKs and CANCELs.
    invites: Vec<RequestDraft>,
    sequence: u32,
    after: Duration,
    out: Vec<Delivery>,
}

impl Robot {
    pub fn new(number: u64, mischief: u64) -> Self {
        let (chance, after) = (Chance::new(number, 60), Duration::ZERO);
        Self { chance, mischief, invites: Vec::new(), sequence: 0, after, out: Vec::new() }
    }

    fn odd(&mut self) -> bool {
        self.chance.percent(self.mischief)
    }

    /// What is said next comes this much later.
    fn wait(&mut self, low: u64, high: u64) {
        self.after += self.chance.millis(low, high);
    }

    fn say(&mut self, line: usize, frame: Vec<u8>) {
        self.out.push(Delivery { line, frame, after: self.after });
    }

    fn said(&mut self) -> Vec<Delivery> {
        self.after = Duration::ZERO;
        core::mem::take(&mut self.out)
    }

    /// A phone asks for something.
    pub fn handle_request(&mut self, line: usize, request: &Request) -> Vec<Delivery> {
        match request.method() {
            Method::Ack => {}
            Method::Invite => self.handle_invite(line, request),
            Method::Cancel => {
                self.answer(line, request, 200, "", false);
                // Its transaction is the same but for the method.
                let text = request.text().replace("CANCEL", "INVITE");
                if self.chance.percent(80)
                    && let Ok(Frame::Message(Message::Request(invite))) = read(text.as_bytes())
                {
                    self.answer(line, &invite, 487, "r1", false);
                }
            }
            Method::Subscribe if !self.odd() => self.handle_subscribe(line, request),
            _ => {
                let status =
                    if self.odd() { self.chance.pick(&[100, 401, 408, 415, 481, 500, 603]) } else { 200 };
                self.wait(0, 300);
                if !self.odd() {
                    self.answer(line, request, status, "r1", false);
                }
            }
        }
        self.said()
    }

    fn handle_invite(&mut self, line: usize, invite: &Request) {
        let tags = ["r1", "r2", "r3"];
        for _ in 0..self.chance.between(0, 4) {
            let (status, sdp) = (self.chance.pick(&[100, 180, 183, 199]), self.chance.percent(40));
            let tag = self.chance.pick(&tags);
            self.wait(0, 4_000);
            self.answer(line, invite, status, tag, sdp);
        }
        for _ in 0..self.chance.between(0, 2) {
            let status = self.chance.pick(&[200, 200, 200, 200, 202, 302, 407, 486, 500, 603]);
            let (tag, sdp) = (self.chance.pick(&tags), !self.odd());
            self.wait(0, 4_000);
            self.answer(line, invite, status, tag, sdp);
            if status == 200 && self.chance.percent(70) {
                self.converse(line, invite, tag);
            }
        }
    }

    /// Tells how it stands, and maybe that it is over.
    fn handle_subscribe(&mut self, line: usize, subscribe: &Request) {
        self.answer(line, subscribe, 200, "r1", false);
        let tag = subscribe.to().tag().unwrap_or("r1");
        let (from, to) = (subscribe.to().uri().to_owned(), subscribe.from().to_value());
        let from = name_addr(None, from.as_uri(), Some(tag));
        let Some(target) = subscribe.contacts().next().map(|it| it.uri().to_owned()) else { return };
        for state in ["active;expires=60", "terminated;reason=timeout"] {
            if self.odd() || (state.starts_with("term") && self.chance.percent(60)) {
                continue;
            }
            self.wait(0, 20_000);
            self.sequence += 1;
            let sequence = self.sequence;
            let ends = (from.clone(), to.clone());
            let mut notify = self.request(Method::Notify, &target, ends, subscribe.call_id(), sequence);
            notify.set(Name::Event, HeaderValue::lossy(subscribe.value(Name::Event).unwrap_or("dialog")));
            notify.set(Name::SubscriptionState, HeaderValue::lossy(state));
            self.say(line, notify.write());
        }
    }

    fn answer(&mut self, line: usize, request: &Request, status: u16, tag: &str, sdp: bool) {
        let mut answer = ResponseDraft::to(request, StatusCode::new(status).unwrap());
        if status > 100 && !(tag.is_empty() || self.odd()) {
            answer.set_to_tag(tag);
        }
        answer.copy_record_route(request);
        if !self.odd() {
            answer.set(Name::Contact, HeaderValue::lossy(CONTACT));
        }
        if sdp {
            answer.set_body(HeaderValue::lossy("application/sdp"), b"v=0\r\ns=robot\r\n".to_vec());
        }
        self.say(line, answer.write());
    }

    /// Requests within the dialog of the phone's INVITE, which `tag` has answered.
    fn converse(&mut self, line: usize, invite: &Request, tag: &str) {
        let (from, to) = (invite.to().to_value().with_param("tag", Some(tag)), invite.from().to_value());
        let Some(target) = invite.contacts().next().map(|it| it.uri().to_owned()) else { return };
        self.ask(line, target, (from, to), &String::from(invite.call_id()));
    }

    fn ask(&mut self, line: usize, target: UriBuf, ends: (HeaderValue, HeaderValue), call_id: &str) {
        for _ in 0..self.chance.between(0, 4) {
            let method = self.chance.pick(&ASKED);
            self.wait(0, 9_000);
            self.sequence = if self.odd() { self.sequence } else { self.sequence + 1 };
            let sequence = self.sequence;
            let mut request = self.request(method.clone(), &target, ends.clone(), call_id, sequence);
            match method {
                Method::Info => request.set_body(
                    HeaderValue::lossy("application/dtmf-relay"),
                    b"Signal=5\r\nDuration=160\r\n".to_vec(),
                ),
                Method::Refer => request.set(Name::ReferTo, HeaderValue::lossy("<sip:carol@example.com>")),
                Method::Invite => {
                    if !self.odd() {
                        request
                            .set_body(HeaderValue::lossy("application/sdp"), b"v=0\r\ns=again\r\n".to_vec());
                    }
                    self.invites.push(request.clone());
                }
                _ => {}
            }
            self.say(line, request.write());
        }
    }

    fn request(
        &mut self,
        method: Method,
        target: &UriBuf,
        (from, to): (HeaderValue, HeaderValue),
        call_id: &str,
        sequence: u32,
    ) -> RequestDraft {
        let branch = self.chance.entropy().branch();
        let via = via(Transport::Wss, HOST, None, &branch);
        let mut request = RequestDraft::new(method, target.clone(), via, from, to, call_id, sequence);
        request.set(Name::Contact, HeaderValue::lossy(CONTACT));
        request
    }

    /// Calls a phone.
    pub fn call(&mut self, line: usize, target: UriBuf) -> Vec<Delivery> {
        let (tag, call_id) = (self.chance.entropy().tag(), self.chance.entropy().call_id());
        let robot = UriBuf::read("sip:robot@robot.test").unwrap();
        let (from, to) =
            (name_addr(None, robot.as_uri(), Some(&tag)), name_addr(None, target.as_uri(), None));
        self.sequence += 1;
        let sequence = self.sequence;
        let method = if self.chance.percent(80) { Method::Invite } else { self.chance.pick(&ASKED) };
        let mut request = self.request(method, &target, (from, to), &call_id, sequence);
        if !self.odd() {
            request.set_body(HeaderValue::lossy("application/sdp"), b"v=0\r\ns=robot\r\n".to_vec());
        }
        if self.odd() {
            request.remove(Name::Contact);
        }
        self.say(line, request.write());
        if *request.method() == Method::Invite {
            self.invites.push(request.clone());
            if self.chance.percent(30) {
                self.wait(0, 20_000);
                self.say(line, request.cancel().write());
            }
        }
        self.said()
    }

    /// A phone answers a request of ours.
    pub fn handle_response(&mut self, line: usize, response: &Response) -> Vec<Delivery> {
        let branch = response.via().branch().unwrap_or_default();
        let invite = self.invites.iter().find(|it| it.branch() == branch).cloned();
        let is_invite = *response.cseq().method == Method::Invite;
        if let Some(invite) = invite.filter(|_| is_invite && response.status().is_final()) {
            if self.odd() {
                return Vec::new();
            }
            self.wait(0, 3_000);
            if response.status().is_success() {
                self.acknowledge(line, &invite, response);
            } else {
                self.say(line, invite.ack(response).write());
            }
        }
        self.said()
    }

    fn acknowledge(&mut self, line: usize, invite: &RequestDraft, response: &Response) {
        let Some(target) = response.contacts().next().map(|it| it.uri().to_owned()) else { return };
        let ends = (response.from().to_value(), response.to().to_value());
        let call_id = String::from(response.call_id());
        let mut ack = self.request(Method::Ack, &target, ends.clone(), &call_id, invite.cseq());
        if invite.body().is_empty() && !self.odd() {
            ack.set_body(HeaderValue::lossy("application/sdp"), b"v=0\r\ns=late answer\r\n".to_vec());
        }
        self.say(line, ack.write());
        self.ask(line, target, ends, &call_id);
    }
}

const ASKED: [Method; 9] = [
    Method::Bye,
    Method::Bye,
    Method::Invite,
    Method::Info,
    Method::Message,
    Method::Options,
    Method::Refer,
    Method::Update,
    Method::Prack,
];
