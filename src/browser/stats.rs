//! What the browser counts of a call's audio: the few members of `getStats()` that are needed (W3C webrtc-stats).
//!
//! Chrome and Firefox differ. Chrome names the pair of candidates in use in `transport`; Firefox marks it `selected`.
//! Firefox says nothing of the microphone. Where a member is absent, nothing is known.

use super::get;
use super::media::Session;
use crate::message::vq_report::MediaAddress;
use crate::quality::{Counters, Wanted};
use js_sys::Map;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::RtcPeerConnection;

impl Session {
    /// What the browser counts of the call.
    ///
    /// # Errors
    /// What the browser says; `undefined` where there is no peer connection, or no more.
    pub async fn stats(&self) -> Result<JsValue, JsValue> {
        let connection = self.connection().ok_or(JsValue::UNDEFINED)?;
        self.promised(&connection.get_stats()).await
    }
}

/// One reading. What is not there is `undefined`.
#[derive(Default)]
pub struct Reading {
    /// The counters.
    pub counters: Counters,
    /// The `inbound-rtp` of the audio.
    pub received: JsValue,
    /// Its `outbound-rtp`.
    pub sent: JsValue,
    /// The codec of the audio received, or else sent.
    pub codec: JsValue,
    /// Our ICE candidate in use.
    pub local: JsValue,
    /// The far side's.
    pub remote: JsValue,
}

impl Reading {
    /// Of an `RTCStatsReport`.
    pub fn of(report: &JsValue) -> Self {
        // It has the methods of a Map, and is none.
        let report: &Map = report.unchecked_ref();
        let mut reading = Self::default();
        let (mut pair, mut source, mut far) = Default::default();
        report.for_each(&mut |entry, _| {
            let is_audio = is(&entry, "kind", "audio");
            match text(&entry, "type").as_str() {
                "inbound-rtp" if is_audio => busiest(&mut reading.received, entry, "packetsReceived"),
                "outbound-rtp" if is_audio => busiest(&mut reading.sent, entry, "packetsSent"),
                "remote-inbound-rtp" if is_audio => far = entry,
                "media-source" if is_audio => source = entry,
                "transport" => pair = report.get(&get(&entry, "selectedCandidatePairId")),
                "candidate-pair" if get(&entry, "selected").is_truthy() => pair = entry,
                _ => {}
            }
        });
        let Self { counters, received, sent, .. } = &mut reading;
        let time = number(received, "timestamp");
        counters.time = if time.is_nan() { js_sys::Date::now() } else { time };
        for (counter, of, name) in [
            (&mut counters.packets_received, &*received, "packetsReceived"),
            (&mut counters.packets_lost, received, "packetsLost"),
            (&mut counters.packets_discarded, received, "packetsDiscarded"),
            (&mut counters.bytes_received, received, "bytesReceived"),
            (&mut counters.jitter, received, "jitter"),
            (&mut counters.jitter_buffer_delay, received, "jitterBufferDelay"),
            (&mut counters.jitter_buffer_emitted, received, "jitterBufferEmittedCount"),
            (&mut counters.samples_received, received, "totalSamplesReceived"),
            (&mut counters.samples_concealed, received, "concealedSamples"),
            (&mut counters.energy_received, received, "totalAudioEnergy"),
            (&mut counters.duration_received, received, "totalSamplesDuration"),
            (&mut counters.packets_sent, sent, "packetsSent"),
            (&mut counters.bytes_sent, sent, "bytesSent"),
            (&mut counters.energy_sent, &source, "totalAudioEnergy"),
            (&mut counters.duration_sent, &source, "totalSamplesDuration"),
            (&mut counters.level_sent, &source, "audioLevel"),
            (&mut counters.remote_lost, &far, "packetsLost"),
            (&mut counters.round_trip, &far, "roundTripTime"),
        ] {
            *counter = number(of, name);
        }
        if counters.round_trip.is_nan() {
            // Between reports of the far side, the checks of ICE say how long a packet takes.
            counters.round_trip = number(&pair, "currentRoundTripTime");
        }
        let named = |by: &JsValue, id| report.get(&get(by, id));
        reading.codec = named(&reading.received, "codecId");
        if reading.codec.is_undefined() {
            reading.codec = named(&reading.sent, "codecId");
        }
        reading.local = named(&pair, "localCandidateId");
        reading.remote = named(&pair, "remoteCandidateId");
        reading
    }

    /// The codec's name, as in SDP; empty where it is not known.
    pub fn codec_name(&self) -> String {
        let mut kind = text(&self.codec, "mimeType");
        kind.split_off(kind.find('/').map_or(0, |at| at + 1))
    }
}

/// A stream that was replaced stays, in Firefox, and counts no further: the busiest is the present one.
fn busiest(present: &mut JsValue, entry: JsValue, packets: &str) {
    if present.is_undefined() || number(&entry, packets) >= number(present, packets) {
        *present = entry;
    }
}

/// Where a candidate is, as far as the browser tells, with the source of a stream.
pub fn media_address(candidate: &JsValue, stream: &JsValue) -> MediaAddress {
    MediaAddress {
        ip: text(candidate, "address"),
        port: number(candidate, "port") as u16,
        ssrc: number(stream, "ssrc") as u32,
    }
}

/// What ought to flow: what was negotiated, and whether what we send is muted.
pub struct Flow {
    /// What ought to.
    pub wanted: Wanted,
    /// Whether the track that we send has ended, was taken away, or is muted by the system or a switch at the microphone.
    pub silenced: bool,
    /// Whether ICE has the far side, or has not yet lost it.
    pub connected: bool,
}

impl Flow {
    /// Of a peer connection, now.
    pub fn of(connection: &RtcPeerConnection) -> Self {
        let state = text(connection, "iceConnectionState");
        let mut flow = Self {
            wanted: Wanted { receive: false, send: false, sound: false },
            silenced: false,
            connected: state != "disconnected" && state != "failed",
        };
        for transceiver in connection.get_transceivers() {
            if !is(&get(&get(&transceiver, "receiver"), "track"), "kind", "audio") {
                continue;
            }
            let both = is(&transceiver, "currentDirection", "sendrecv");
            flow.wanted.receive |= both || is(&transceiver, "currentDirection", "recvonly");
            if both || is(&transceiver, "currentDirection", "sendonly") {
                let track = get(&get(&transceiver, "sender"), "track");
                flow.wanted.send = true;
                flow.silenced = !is(&track, "readyState", "live") || get(&track, "muted").is_truthy();
                // The application's own mute is no fault, but there must be a microphone for its end.
                flow.wanted.sound = !track.is_object() || get(&track, "enabled").is_truthy();
            }
        }
        flow
    }
}

fn is(entry: &JsValue, name: &str, value: &str) -> bool {
    text(entry, name) == value
}

/// A number of an entry; NaN where there is none.
pub fn number(entry: &JsValue, name: &str) -> f64 {
    get(entry, name).as_f64().unwrap_or(f64::NAN)
}

fn text(entry: &JsValue, name: &str) -> String {
    get(entry, name).as_string().unwrap_or_default()
}
