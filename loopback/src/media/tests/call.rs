//! A session and a caller on a clock turned by hand.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use str0m::format::Codec;
use str0m::media::Direction;
use str0m::net::{Protocol, Receive, Transmit};
use str0m::{Event, Input};

use super::caller::Caller;
use crate::media::session::{Output, Session};
use crate::media::{Digit, MediaEnd, Sound};

pub(super) const CALLER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 1);
pub(super) const ROBOT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 2);

/// The two of them, and the time.
pub(super) struct Call {
    pub(super) robot: Session,
    pub(super) caller: Caller,
    pub(super) now: Instant,
    pub(super) ended: Option<MediaEnd>,
    /// What the robot has heard.
    pub(super) digits: Vec<Digit>,
    wire: VecDeque<Transmit>,
    /// Whether datagrams arrive.
    pub(super) network: bool,
}

impl Call {
    pub(super) fn new(sound: Sound, codecs: &[Codec]) -> Self {
        let now = Instant::now();
        let mut caller = Caller::new(now, CALLER, codecs);
        let (offer, pending) = caller.offer(Direction::SendRecv);
        let (robot, answer) = Session::answer(&offer, sound, &[ROBOT], now).unwrap();
        caller.accept(pending, &answer);
        Self::between(robot, caller, now)
    }

    pub(super) fn between(robot: Session, caller: Caller, now: Instant) -> Self {
        Self { robot, caller, now, ended: None, digits: Vec::new(), wire: VecDeque::new(), network: true }
    }

    /// The caller says something now.
    pub(super) fn say(&mut self, pt: u8, sequence: u64, timestamp: u32, payload: &[u8]) {
        self.caller.say(pt, sequence, timestamp, payload, self.now);
    }

    pub(super) fn connected(sound: Sound, codecs: &[Codec]) -> Self {
        let mut call = Self::new(sound, codecs);
        call.pass(Duration::from_secs(3));
        assert!(call.caller.rtc.is_connected());
        call.caller.heard.clear();
        call
    }

    pub(super) fn renegotiate(&mut self, direction: Direction) {
        let (offer, pending) = self.caller.offer(direction);
        let answer = self.robot.renegotiate(&offer, self.now).unwrap();
        self.caller.accept(pending, &answer);
    }

    /// Lets time pass, deadline by deadline.
    pub(super) fn pass(&mut self, time: Duration) {
        let until = self.now + time;
        loop {
            let next = self.settle().max(self.now + Duration::from_millis(1));
            if next > until || self.ended.is_some() {
                break;
            }
            self.now = next;
            self.robot.handle_timeout(self.now);
            self.caller.rtc.handle_input(Input::Timeout(self.now)).unwrap();
        }
        self.now = until;
    }

    /// Delivers what is on the wire, and what comes of it, until nobody has anything to do before the instant given.
    fn settle(&mut self) -> Instant {
        loop {
            let next = self.drain_robot().min(self.drain_caller());
            match self.wire.pop_front() {
                Some(datagram) if datagram.destination == ROBOT => {
                    self.robot.handle_datagram(self.now, CALLER, ROBOT, &datagram.contents);
                }
                Some(datagram) => {
                    let receive = Receive::new(Protocol::Udp, ROBOT, CALLER, &datagram.contents).unwrap();
                    self.caller.rtc.handle_input(Input::Receive(self.now, receive)).unwrap();
                }
                None => return next,
            }
        }
    }

    fn drain_robot(&mut self) -> Instant {
        loop {
            match self.robot.poll_output() {
                Output::Transmit(transmit) => self.wire.extend(self.network.then_some(transmit)),
                Output::Heard(digit) => self.digits.push(digit),
                Output::Wait(next) => return next,
                Output::Ended(reason) => {
                    self.ended.get_or_insert(reason);
                    return self.now;
                }
            }
        }
    }

    fn drain_caller(&mut self) -> Instant {
        loop {
            match self.caller.rtc.poll_output().unwrap() {
                str0m::Output::Transmit(transmit) => self.wire.extend(self.network.then_some(transmit)),
                str0m::Output::Event(Event::RtpPacket(packet)) => self.caller.heard.push(packet),
                str0m::Output::Event(_) => {}
                str0m::Output::Timeout(next) => return next,
            }
        }
    }
}
