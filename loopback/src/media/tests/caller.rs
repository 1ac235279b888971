//! A browser's part, played by str0m itself.

use std::net::SocketAddr;
use std::time::Instant;

use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::format::{Codec, FormatParams};
use str0m::media::{Direction, Frequency, MediaKind, Mid, Pt};
use str0m::rtp::{RtpPacket, RtpWrite};
use str0m::{Candidate, Rtc, RtcConfig};

use crate::media::crypto;

pub(super) const OPUS: u8 = 111;
pub(super) const PCMU: u8 = 0;
pub(super) const EVENTS: u8 = 126;

/// Somebody who calls.
pub(super) struct Caller {
    pub(super) rtc: Rtc,
    pub(super) mid: Option<Mid>,
    pub(super) heard: Vec<RtpPacket>,
}

impl Caller {
    pub(super) fn new(now: Instant, address: SocketAddr, codecs: &[Codec]) -> Self {
        let mut config =
            RtcConfig::new().set_rtp_mode(true).set_crypto_provider(crypto::provider()).clear_codecs();
        let params = config.codec_config();
        params.enable_opus(codecs.contains(&Codec::Opus), false);
        params.enable_pcmu(codecs.contains(&Codec::PCMU), false);
        params.add_config(
            EVENTS.into(),
            None,
            Codec::Tele,
            Frequency::EIGHT_KHZ,
            None,
            FormatParams::default(),
        );
        params.enable_vp8(true);
        let mut rtc = config.build(now);
        rtc.add_local_candidate(Candidate::host(address, "udp").unwrap());
        Self { rtc, mid: None, heard: Vec::new() }
    }

    pub(super) fn offer(&mut self, direction: Direction) -> (String, SdpPendingOffer) {
        let mut change = self.rtc.sdp_api();
        match self.mid {
            Some(mid) => change.set_direction(mid, direction),
            None => self.mid = Some(change.add_media(MediaKind::Audio, direction, None, None, None)),
        }
        let (offer, pending) = change.apply().unwrap();
        (offer.to_sdp_string(), pending)
    }

    pub(super) fn accept(&mut self, pending: SdpPendingOffer, answer: &str) {
        self.rtc.sdp_api().accept_answer(pending, SdpAnswer::from_sdp_string(answer).unwrap()).unwrap();
    }

    pub(super) fn say(&mut self, pt: u8, sequence: u64, timestamp: u32, payload: &[u8], now: Instant) {
        let mid = self.mid.unwrap();
        let mut api = self.rtc.direct_api();
        let stream = api.stream_tx_by_mid(mid, None).unwrap();
        stream.write_rtp(RtpWrite::new(Pt::from(pt), sequence.into(), timestamp, now, payload));
    }
}
