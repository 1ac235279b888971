//! The shell, over UDP on the loopback address.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use str0m::format::Codec;
use str0m::media::Direction;
use str0m::net::{Protocol, Receive};
use str0m::{Event, Input, Output};
use tokio::net::UdpSocket;
use tokio::time::{sleep_until, timeout};

use super::caller::{Caller, EVENTS, OPUS, PCMU};
use crate::media::g711::tests::from_mu_law;
use crate::media::tone::tests::level;
use crate::media::{Digit, MediaConfig, MediaEnd, MediaEndpoint, MediaError, Sound};

const CONFIG: MediaConfig = MediaConfig { loopback_media: true };
/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A caller with a socket of its own, in a call with a robot.
struct Line {
    caller: Caller,
    socket: UdpSocket,
    robot: MediaEndpoint,
    answer: String,
}

impl Line {
    async fn to(sound: Sound) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let mut caller = Caller::new(Instant::now(), address, &[Codec::Opus, Codec::PCMU]);
        let (offer, pending) = caller.offer(Direction::SendRecv);
        let (answer, robot) = MediaEndpoint::answer(&offer, sound, CONFIG).unwrap();
        caller.accept(pending, &answer);
        Self { caller, socket, robot, answer }
    }

    async fn connected(sound: Sound) -> Self {
        let mut line = Self::to(sound).await;
        line.until(|caller| caller.rtc.is_connected()).await;
        line
    }

    /// Runs the caller's side until something is so.
    async fn until(&mut self, mut so: impl FnMut(&Caller) -> bool) {
        let run = async {
            let mut buffer = [0; 2000];
            loop {
                let deadline = self.drain().await;
                if so(&self.caller) {
                    return;
                }
                tokio::select! {
                    received = self.socket.recv_from(&mut buffer) => {
                        let (length, source) = received.unwrap();
                        let here = self.socket.local_addr().unwrap();
                        let receive = Receive::new(Protocol::Udp, source, here, &buffer[..length]).unwrap();
                        self.caller.rtc.handle_input(Input::Receive(Instant::now(), receive)).unwrap();
                    }
                    () = sleep_until(deadline.into()) => {
                        self.caller.rtc.handle_input(Input::Timeout(Instant::now())).unwrap();
                    }
                }
            }
        };
        timeout(PATIENCE, run).await.unwrap();
    }

    async fn drain(&mut self) -> Instant {
        loop {
            match self.caller.rtc.poll_output().unwrap() {
                Output::Transmit(transmit) => {
                    self.socket.send_to(&transmit.contents, transmit.destination).await.unwrap();
                }
                Output::Event(Event::RtpPacket(packet)) => self.caller.heard.push(packet),
                Output::Event(_) => {}
                Output::Timeout(deadline) => return deadline,
            }
        }
    }

    fn robots_addresses(&self) -> Vec<SocketAddr> {
        let candidates = self.answer.lines().filter_map(|line| line.strip_prefix("a=candidate:"));
        candidates
            .map(|candidate| {
                let words: Vec<&str> = candidate.split(' ').collect();
                SocketAddr::new(words[4].parse().unwrap(), words[5].parse().unwrap())
            })
            .collect()
    }
}

async fn all_free(addresses: &[SocketAddr]) -> bool {
    for address in addresses {
        if UdpSocket::bind(address).await.is_err() {
            return false;
        }
    }
    !addresses.is_empty()
}

#[tokio::test]
async fn an_echo_returns_what_was_said_and_a_tone_sounds() {
    let mut echo = Line::connected(Sound::Echo).await;
    echo.caller.say(OPUS, 1, 960, b"anybody there?", Instant::now());
    echo.until(|caller| caller.heard.iter().any(|packet| *packet.payload == *b"anybody there?")).await;

    let mut tone = Line::connected(Sound::TONE).await;
    tone.until(|caller| caller.heard.len() >= 25).await;
    let heard = tone.caller.heard.iter().filter(|packet| *packet.header.payload_type == PCMU);
    let samples: Vec<i16> =
        heard.flat_map(|packet| packet.payload.iter()).map(|byte| from_mu_law(*byte)).collect();
    assert!((level(&samples, 440.0) - 0.5).abs() < 0.05, "{}", level(&samples, 440.0));
}

#[tokio::test]
async fn digits_are_told_to_whoever_listens() {
    let mut line = Line::connected(Sound::Echo).await;
    let mut digits = line.robot.digits();
    line.caller.say(EVENTS, 1, 960, &[12, 0x8a, 3, 32], Instant::now());
    line.until(|caller| !caller.heard.is_empty()).await;
    let heard = timeout(PATIENCE, digits.recv()).await.unwrap().unwrap();
    assert_eq!(heard, Digit { sign: 'A', lasted: Duration::from_millis(100) });
    line.robot.close().await;
    assert!(timeout(PATIENCE, digits.recv()).await.unwrap().is_err());
}

#[tokio::test]
async fn many_calls_have_an_address_each_and_give_it_back() {
    let mut lines = Vec::new();
    for _ in 0..20 {
        lines.push(Line::connected(Sound::Echo).await);
    }
    let mut addresses: Vec<SocketAddr> = lines.iter().flat_map(Line::robots_addresses).collect();
    assert!(addresses.iter().all(|address| address.ip().is_loopback()), "{addresses:?}");
    addresses.sort();
    let all = addresses.len();
    addresses.dedup();
    assert_eq!(addresses.len(), all);
    for line in lines {
        line.robot.close().await;
    }
    assert!(all_free(&addresses).await);
}

#[tokio::test]
async fn a_robot_that_is_dropped_gives_its_sockets_back() {
    let line = Line::connected(Sound::Echo).await;
    let addresses = line.robots_addresses();
    assert!(!all_free(&addresses).await);
    let ended = line.robot.ended();
    drop(line.robot);
    assert_eq!(timeout(PATIENCE, ended).await.unwrap(), MediaEnd::Closed);
    assert!(all_free(&addresses).await);
}

#[tokio::test]
async fn a_caller_who_goes_ends_the_robot() {
    let mut line = Line::connected(Sound::Echo).await;
    let addresses = line.robots_addresses();
    line.caller.rtc.close().unwrap();
    line.until(|caller| !caller.rtc.is_alive()).await;
    assert_eq!(timeout(PATIENCE, line.robot.ended()).await.unwrap(), MediaEnd::PeerClosed);
    assert!(all_free(&addresses).await);
    assert!(matches!(line.robot.renegotiate("v=0").await, Err(MediaError::Ended)));
}

#[tokio::test]
async fn a_hold_is_answered_on_the_same_connection() {
    let mut line = Line::connected(Sound::TONE).await;
    let (offer, pending) = line.caller.offer(Direction::SendOnly);
    let answer = line.robot.renegotiate(&offer).await.unwrap();
    assert!(answer.contains("a=recvonly\r\n"), "{answer}");
    line.caller.accept(pending, &answer);
    assert!(matches!(line.robot.renegotiate("v=0").await, Err(MediaError::NotAcceptable(_))));
    let (offer, pending) = line.caller.offer(Direction::SendRecv);
    let answer = line.robot.renegotiate(&offer).await.unwrap();
    line.caller.accept(pending, &answer);
    line.caller.heard.clear();
    line.until(|caller| caller.heard.len() > 5).await;
}

#[tokio::test]
async fn a_robot_that_calls_waits_for_its_answer() {
    let (offer, robot) = MediaEndpoint::offer(Sound::Echo, CONFIG).unwrap();
    assert!(offer.contains("a=setup:actpass\r\n") && offer.contains("typ host"), "{offer}");
    assert!(matches!(robot.apply_answer("v=0").await, Err(MediaError::NotAcceptable(_))));
    let mut callee = Caller::new(Instant::now(), ([127, 0, 0, 1], 9).into(), &[Codec::Opus]);
    let offer = str0m::change::SdpOffer::from_sdp_string(&offer).unwrap();
    let answer = callee.rtc.sdp_api().accept_offer(offer).unwrap().to_sdp_string();
    robot.apply_answer(&answer).await.unwrap();
    assert!(matches!(robot.apply_answer(&answer).await, Err(MediaError::NoOfferPending)));
}
