//! One call's media without IO: descriptions, datagrams and the time go in; datagrams and deadlines come out.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::format::{Codec, CodecConfig};
use str0m::media::{Direction, MediaKind, Mid, Pt};
use str0m::net::{Protocol, Receive, Transmit};
use str0m::rtp::{RtpPacket, RtpWrite};
use str0m::{Candidate, Event, IceConnectionState, Input, Rtc, RtcConfig, RtcError};

use super::digits::Digits;
use super::echo::{Arrival, Echo};
use super::tone::{Law, Tone};
use super::{Digit, MediaEnd, MediaError, Sound, codecs, crypto, rejected};

/// How long a call may be without a working path, so that an ICE restart (RFC 8445 §9) has the time to mend it.
pub(crate) const UNREACHABLE_AFTER: Duration = Duration::from_secs(30);

/// What the session wants of its shell. After any other method has been called it is polled until it says `Wait`.
pub(crate) enum Output {
    /// To be sent from its source, which is one of the addresses given at the start.
    Transmit(Transmit),
    /// Nothing to do before this instant, unless something arrives.
    Wait(Instant),
    /// The caller has pressed a key.
    Heard(Digit),
    /// Nothing to do any more.
    Ended(MediaEnd),
}

/// A robot's side of one peer connection.
pub(crate) struct Session {
    rtc: Rtc,
    player: Player,
    digits: Digits,
    /// The media line the sound is played on.
    audio: Option<Mid>,
    pending: Option<SdpPendingOffer>,
    path: Path,
    /// RTP was written, and leaves when the time is told next.
    unsent: bool,
    end: Option<MediaEnd>,
    now: Instant,
}

enum Player {
    Echo(Echo),
    Tone(Tone),
}

/// The way to the peer, as ICE sees it.
enum Path {
    /// No description of the peer yet, so nobody to reach.
    Unknown,
    Broken {
        until: Instant,
    },
    Open,
}

impl Session {
    /// A session that accepts the offer, and its answer.
    pub(crate) fn answer(
        offer: &str,
        sound: Sound,
        addresses: &[SocketAddr],
        now: Instant,
    ) -> Result<(Self, String), MediaError> {
        let (_, codecs) = acceptable(&read_offer(offer)?, sound)?;
        let mut session = Self::new(codecs, sound, addresses, now);
        let answer = session.renegotiate(offer, now)?;
        Ok((session, answer))
    }

    /// A session that waits for the answer to its offer.
    pub(crate) fn offer(
        sound: Sound,
        addresses: &[SocketAddr],
        now: Instant,
    ) -> Result<(Self, String), MediaError> {
        let mut session = Self::new(codecs::proposed(sound), sound, addresses, now);
        let direction = match sound {
            Sound::Echo => Direction::SendRecv,
            Sound::Tone { .. } => Direction::SendOnly,
        };
        let mut change = session.rtc.sdp_api();
        session.audio = Some(change.add_media(MediaKind::Audio, direction, None, None, None));
        let (offer, pending) = change.apply().ok_or(MediaError::NoOfferPending)?;
        session.pending = Some(pending);
        Ok((session, offer.to_sdp_string()))
    }

    fn new(codecs: CodecConfig, sound: Sound, addresses: &[SocketAddr], now: Instant) -> Self {
        let mut config = RtcConfig::new().set_rtp_mode(true).set_crypto_provider(crypto::provider());
        *config.codec_config() = codecs;
        let mut rtc = config.build(now);
        for candidate in addresses.iter().filter_map(|address| Candidate::host(*address, "udp").ok()) {
            rtc.add_local_candidate(candidate);
        }
        let player = match sound {
            Sound::Echo => Player::Echo(Echo::default()),
            Sound::Tone { hertz } => Player::Tone(Tone::new(hertz, now)),
        };
        Self {
            rtc,
            player,
            digits: Digits::default(),
            audio: None,
            pending: None,
            path: Path::Unknown,
            unsent: false,
            end: None,
            now,
        }
    }

    fn sound(&self) -> Sound {
        match &self.player {
            Player::Echo(_) => Sound::Echo,
            Player::Tone(tone) => Sound::Tone { hertz: tone.hertz() },
        }
    }

    /// Accepts an offer, the first or a later one (hold, ICE restart), and gives the answer. An offer that is not
    /// acceptable changes nothing.
    pub(crate) fn renegotiate(&mut self, offer: &str, now: Instant) -> Result<String, MediaError> {
        self.now = now;
        let offer = read_offer(offer)?;
        let (audio, _) = acceptable(&offer, self.sound())?;
        let answer = self.rtc.sdp_api().accept_offer(offer).map_err(not_acceptable)?;
        self.pending = None;
        self.described(audio);
        Ok(rejected::mark(&answer.to_sdp_string()))
    }

    /// Accepts the answer to the offer that waits for one.
    pub(crate) fn apply_answer(&mut self, answer: &str, now: Instant) -> Result<(), MediaError> {
        self.now = now;
        let answer = SdpAnswer::from_sdp_string(answer).map_err(|error| not_acceptable(error.into()))?;
        let pending = self.pending.take().ok_or(MediaError::NoOfferPending)?;
        self.rtc.sdp_api().accept_answer(pending, answer).map_err(not_acceptable)?;
        if let Some(audio) = self.audio {
            self.described(audio);
        }
        Ok(())
    }

    fn described(&mut self, audio: Mid) {
        self.audio = Some(audio);
        if !matches!(self.path, Path::Open) {
            self.path = Path::Broken { until: self.now + UNREACHABLE_AFTER };
        }
    }

    /// Takes a datagram that came to one of the session's addresses. What is no STUN, DTLS or SRTP of this session is
    /// ignored.
    pub(crate) fn handle_datagram(
        &mut self,
        now: Instant,
        source: SocketAddr,
        destination: SocketAddr,
        contents: &[u8],
    ) {
        match Receive::new(Protocol::Udp, source, destination, contents) {
            Ok(receive) if !covers_nothing(contents) => self.handle_input(now, Input::Receive(now, receive)),
            _ => self.handle_timeout(now),
        }
    }

    /// Takes the time.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        self.handle_input(now, Input::Timeout(now));
    }

    fn handle_input(&mut self, now: Instant, input: Input<'_>) {
        self.now = now;
        self.digits.handle_timeout(now);
        // Anyone may send a datagram that makes no sense; only what also ends the connection counts.
        if let (Err(error), false) = (self.rtc.handle_input(input), self.rtc.is_alive()) {
            self.end.get_or_insert(MediaEnd::Failed(error.to_string()));
        }
    }

    /// Says goodbye to the peer: RTCP BYE and DTLS close_notify, in the outputs that follow.
    pub(crate) fn close(&mut self) {
        self.end.get_or_insert(MediaEnd::Closed);
        if self.rtc.close().is_err() {
            self.rtc.disconnect();
        }
    }

    /// What is to be done next.
    pub(crate) fn poll_output(&mut self) -> Output {
        loop {
            match self.rtc.poll_output() {
                Ok(str0m::Output::Transmit(transmit)) => return Output::Transmit(transmit),
                Ok(str0m::Output::Event(event)) => self.handle_event(event),
                Ok(str0m::Output::Timeout(next)) => match self.next_step(next) {
                    Some(output) => return output,
                    None => continue,
                },
                Err(error) => return Output::Ended(MediaEnd::Failed(error.to_string())),
            }
        }
    }

    /// What to do when str0m has nothing to do before `next`; `None` when it has been given something to send.
    fn next_step(&mut self, next: Instant) -> Option<Output> {
        if let Some(digit) = self.digits.poll() {
            return Some(Output::Heard(digit));
        }
        if !self.rtc.is_alive() {
            let unexplained = || MediaEnd::Failed("the connection was given up".to_owned());
            return Some(Output::Ended(self.end.take().unwrap_or_else(unexplained)));
        }
        if std::mem::take(&mut self.unsent) {
            self.handle_timeout(self.now);
            return None;
        }
        let mut deadline = self.digits.poll_timeout().map_or(next, |until| until.min(next));
        if let Path::Broken { until } = self.path {
            if until <= self.now {
                return Some(Output::Ended(MediaEnd::Unreachable));
            }
            deadline = deadline.min(until);
        }
        if let Some((mid, pt, law)) = self.tone_line()
            && let Player::Tone(tone) = &mut self.player
        {
            if let Some(frame) = tone.poll_frame(self.now, law) {
                let packet =
                    RtpWrite::new(pt, frame.sequence.into(), frame.timestamp, self.now, frame.payload);
                self.write(mid, packet);
                return None;
            }
            deadline = deadline.min(tone.poll_timeout());
        }
        Some(Output::Wait(deadline))
    }

    fn handle_event(&mut self, event: Event) {
        match event {
            Event::IceConnectionStateChange(state) => self.path_changed(state),
            Event::RtpPacket(packet) => self.heard(packet),
            Event::Closed => {
                self.end.get_or_insert(MediaEnd::PeerClosed);
            }
            _ => {}
        }
    }

    fn path_changed(&mut self, state: IceConnectionState) {
        self.path = match (state.is_connected(), &self.path) {
            (true, _) => Path::Open,
            (false, Path::Open) => Path::Broken { until: self.now + UNREACHABLE_AFTER },
            (false, _) => return,
        };
    }

    fn heard(&mut self, packet: RtpPacket) {
        let ssrc = packet.header.ssrc;
        let Some(mid) = self.rtc.direct_api().stream_rx(&ssrc).map(|stream| stream.mid()) else { return };
        if self.audio != Some(mid) {
            return;
        }
        let arrival = Arrival {
            ssrc: *ssrc,
            sequence: *packet.seq_no,
            timestamp: packet.header.timestamp,
            clock_rate: packet.time.frequency().get(),
            at: packet.timestamp,
        };
        let pt = packet.header.payload_type;
        if self
            .rtc
            .codec_config()
            .find(|codec| codec.pt() == pt && codec.spec().codec == Codec::Tele)
            .is_some()
        {
            self.digits.hear(arrival, &packet.payload);
        }
        if let Player::Echo(echo) = &mut self.player
            && let Some(place) = echo.place(arrival)
        {
            let reply =
                RtpWrite::new(pt, place.sequence.into(), place.timestamp, packet.timestamp, packet.payload);
            self.write(mid, reply.marker(packet.header.marker));
        }
    }

    /// Sends on a line whose direction allows it (RFC 3264 §8.4: a line on hold does not).
    fn write(&mut self, mid: Mid, packet: RtpWrite) {
        if !self.sends_on(mid) {
            return;
        }
        if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(mid, None) {
            stream.write_rtp(packet);
            self.unsent = true;
        }
    }

    fn sends_on(&self, mid: Mid) -> bool {
        self.rtc.is_connected() && self.rtc.media(mid).is_some_and(|media| media.direction().is_sending())
    }

    /// The line, payload type and law for the tone, while it may be sent.
    fn tone_line(&self) -> Option<(Mid, Pt, Law)> {
        let mid = self.audio.filter(|mid| self.sends_on(*mid))?;
        let agreed = self.rtc.media(mid)?.remote_pts();
        agreed.iter().find_map(|pt| {
            let codec = self.rtc.codec_config().find(|codec| codec.pt() == *pt)?;
            Some((mid, *pt, codecs::law(codec.spec().codec)?))
        })
    }
}

/// Whether this is a STUN message whose first attribute is MESSAGE-INTEGRITY (RFC 8489 §14.5), which so has nothing
/// that it protects. No check of ICE looks like that, and str0m 0.24 panics at the answer to one that does.
fn covers_nothing(datagram: &[u8]) -> bool {
    const MESSAGE_INTEGRITY: [u8; 2] = [0x00, 0x08];
    datagram.first().is_some_and(|byte| *byte < 4) && datagram.get(20..22) == Some(&MESSAGE_INTEGRITY)
}

fn read_offer(text: &str) -> Result<SdpOffer, MediaError> {
    SdpOffer::from_sdp_string(text).map_err(|error| not_acceptable(error.into()))
}

fn acceptable(offer: &SdpOffer, sound: Sound) -> Result<(Mid, CodecConfig), MediaError> {
    codecs::offered(offer, sound)
        .ok_or_else(|| MediaError::NotAcceptable("no audio in a codec that this robot speaks".to_owned()))
}

fn not_acceptable(error: RtcError) -> MediaError {
    MediaError::NotAcceptable(error.to_string())
}
