//! What the browser counts of a call's audio: the few members of `getStats()` that are needed (W3C webrtc-stats).
//!
//! Chrome and Firefox differ. Chrome names the pair of candidates in use in `transport`; Firefox marks it `selected`.
//! Firefox says nothing of the microphone. Where a member is absent, nothing is known.

use super::get;
use crate::message::vq_report::MediaAddress;
use crate::quality::{Counters, Wanted};
use js_sys::Map;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::RtcPeerConnection;

/// One reading.
#[derive(Default)]
pub struct Reading {
    /// The counters.
    pub counters: Counters,
    /// The codec of the audio received, or else sent; empty where it is not known.
    pub codec: Codec,
    /// The candidates in use, where there are some.
    pub pair: Option<Pair>,
    /// The sources of the audio sent and received.
    pub sources: (u32, u32),
}

/// A codec as in SDP.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Codec {
    /// Its name, such as `opus` or `PCMU`.
    pub name: String,
    /// The RTP payload type.
    pub payload_type: Option<u32>,
    /// In Hz.
    pub clock_rate: Option<u32>,
}

/// Between what the audio goes.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Pair {
    /// Ours.
    pub local: Candidate,
    /// The far side's.
    pub remote: Candidate,
}

/// An ICE candidate.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Candidate {
    /// `host`, `srflx`, `prflx` or `relay`.
    pub kind: String,
    /// `udp` or `tcp`.
    pub protocol: String,
    /// Between us and a TURN server: `udp`, `tcp` or `tls`.
    pub relay_protocol: Option<String>,
    /// Where it is, as far as the browser tells.
    pub address: MediaAddress,
}

impl Reading {
    /// Of an `RTCStatsReport`.
    pub fn of(report: &JsValue) -> Self {
        // It has the methods of a Map, and is none.
        let report: &Map = report.unchecked_ref();
        let mut reading = Self::default();
        reading.counters.time = js_sys::Date::now();
        let (mut sent_codec, mut received_codec) = (JsValue::UNDEFINED, JsValue::UNDEFINED);
        let mut pair = JsValue::UNDEFINED;
        report.for_each(&mut |entry, _| match text(&entry, "type").as_str() {
            "inbound-rtp" if is_audio(&entry) => {
                // One that was replaced stays, in Firefox, and counts no further: the busiest is the present one.
                let packets = number(&entry, "packetsReceived");
                if packets >= reading.counters.packets_received {
                    received(&mut reading.counters, &entry);
                    reading.counters.time = number(&entry, "timestamp").unwrap_or(reading.counters.time);
                    reading.sources.1 = whole(&entry, "ssrc").unwrap_or(0);
                    received_codec = report.get(&get(&entry, "codecId"));
                }
            }
            "outbound-rtp" if is_audio(&entry) => {
                let packets = number(&entry, "packetsSent");
                if packets >= reading.counters.packets_sent {
                    reading.counters.packets_sent = packets;
                    reading.counters.bytes_sent = number(&entry, "bytesSent");
                    reading.sources.0 = whole(&entry, "ssrc").unwrap_or(0);
                    sent_codec = report.get(&get(&entry, "codecId"));
                }
            }
            "remote-inbound-rtp" if is_audio(&entry) => {
                reading.counters.remote_lost = number(&entry, "packetsLost");
                reading.counters.round_trip = number(&entry, "roundTripTime");
            }
            "media-source" if is_audio(&entry) => {
                reading.counters.energy_sent = number(&entry, "totalAudioEnergy");
                reading.counters.duration_sent = number(&entry, "totalSamplesDuration");
                reading.counters.level_sent = number(&entry, "audioLevel");
            }
            "transport" => {
                let selected = report.get(&get(&entry, "selectedCandidatePairId"));
                if selected.is_object() {
                    pair = selected;
                }
            }
            "candidate-pair" if get(&entry, "selected").is_truthy() && pair.is_undefined() => pair = entry,
            _ => {}
        });
        let codec = if received_codec.is_object() { received_codec } else { sent_codec };
        reading.codec = Codec::of(&codec);
        if pair.is_object() {
            // Between reports of the far side, the checks of ICE say how long a packet takes.
            reading.counters.round_trip =
                reading.counters.round_trip.or_else(|| number(&pair, "currentRoundTripTime"));
            let candidate = |id| Candidate::of(&report.get(&get(&pair, id)));
            reading.pair =
                Some(Pair { local: candidate("localCandidateId"), remote: candidate("remoteCandidateId") });
        }
        reading
    }
}

fn received(counters: &mut Counters, entry: &JsValue) {
    counters.packets_received = number(entry, "packetsReceived");
    counters.packets_lost = number(entry, "packetsLost");
    counters.packets_discarded = number(entry, "packetsDiscarded");
    counters.bytes_received = number(entry, "bytesReceived");
    counters.jitter = number(entry, "jitter");
    counters.jitter_buffer_delay = number(entry, "jitterBufferDelay");
    counters.jitter_buffer_emitted = number(entry, "jitterBufferEmittedCount");
    counters.samples_received = number(entry, "totalSamplesReceived");
    counters.samples_concealed = number(entry, "concealedSamples");
    counters.energy_received = number(entry, "totalAudioEnergy");
    counters.duration_received = number(entry, "totalSamplesDuration");
}

impl Codec {
    fn of(entry: &JsValue) -> Self {
        let kind = text(entry, "mimeType");
        Self {
            name: kind.split('/').next_back().unwrap_or_default().into(),
            payload_type: whole(entry, "payloadType"),
            clock_rate: whole(entry, "clockRate"),
        }
    }
}

impl Candidate {
    fn of(entry: &JsValue) -> Self {
        let address = MediaAddress {
            ip: text(entry, "address"),
            port: whole(entry, "port").and_then(|port| u16::try_from(port).ok()).unwrap_or(0),
            ssrc: 0,
        };
        let relay_protocol = get(entry, "relayProtocol").as_string();
        Self {
            kind: text(entry, "candidateType"),
            protocol: text(entry, "protocol"),
            relay_protocol,
            address,
        }
    }
}

/// What ought to flow: what was negotiated, and whether what we send is muted. `ended` where it is gone.
pub struct Flow {
    /// What ought to.
    pub wanted: Wanted,
    /// Whether the track that we send has ended, or was taken away.
    pub ended: bool,
    /// Whether ICE has the far side, or has not yet lost it.
    pub connected: bool,
}

impl Flow {
    /// Of a peer connection, now.
    pub fn of(connection: &RtcPeerConnection) -> Self {
        let mut flow = Self {
            wanted: Wanted { receive: false, send: false, sound: false },
            ended: false,
            connected: !matches!(text(connection, "iceConnectionState").as_str(), "disconnected" | "failed"),
        };
        for transceiver in connection.get_transceivers() {
            if text(&get(&get(&transceiver, "receiver"), "track"), "kind") != "audio" {
                continue;
            }
            let direction = text(&transceiver, "currentDirection");
            flow.wanted.receive |= matches!(direction.as_str(), "sendrecv" | "recvonly");
            if matches!(direction.as_str(), "sendrecv" | "sendonly") {
                let track = get(&get(&transceiver, "sender"), "track");
                flow.wanted.send = true;
                flow.ended = !track.is_object() || text(&track, "readyState") == "ended";
                flow.wanted.sound = flow.ended || get(&track, "enabled").is_truthy();
            }
        }
        flow
    }
}

fn is_audio(entry: &JsValue) -> bool {
    text(entry, "kind") == "audio"
}

fn number(entry: &JsValue, name: &str) -> Option<f64> {
    get(entry, name).as_f64()
}

fn whole(entry: &JsValue, name: &str) -> Option<u32> {
    number(entry, name).map(|number| number as u32)
}

fn text(entry: &JsValue, name: &str) -> String {
    get(entry, name).as_string().unwrap_or_default()
}
