//! How a call was heard, for a collector: `application/vq-rtcpxr` (RFC 6035 §4.6).
//!
//! The lines stand in the order of the grammar (§4.6.1), in which the groups are not optional; the example of §4.7.3 has
//! them in another one.

use super::lex;
use crate::quality::Summary;

/// The media type.
pub const TYPE: &str = "application/vq-rtcpxr";
/// The event package (RFC 6035 §4.1).
pub const EVENT: &str = "vq-rtcpxr";

/// What is between a microphone and the wire, at least: a packet's worth of speech, in milliseconds.
const PACKET: f64 = 20.0;

/// Where media goes to or comes from. Browsers hide addresses as they like.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MediaAddress {
    /// The IP address; empty where it is not known.
    pub ip: String,
    /// The port; 0 where it is not known.
    pub port: u16,
    /// The RTP source; 0 where it is not known.
    pub ssrc: u32,
}

/// The report of a call that is over: `VQSessionReport: CallTerm`.
pub struct VqReport<'a> {
    /// Its Call-ID.
    pub call_id: &'a str,
    /// We, as in From or To.
    pub local: &'a str,
    /// The far side, as in To or From.
    pub remote: &'a str,
    /// Whether we called.
    pub outgoing: bool,
    /// The tags of From and To of the INVITE's dialog, where both are known.
    pub tags: Option<(&'a str, &'a str)>,
    /// Our end of the media.
    pub local_address: &'a MediaAddress,
    /// The far end of it.
    pub remote_address: &'a MediaAddress,
    /// By what collectors are to sum up reports of ours and of the far side's (§4.6.2): the domains.
    pub groups: (&'a str, &'a str),
    /// When it began and ended (RFC 3339).
    pub times: (&'a str, &'a str),
    /// The RTP payload type; NaN where it is not known.
    pub payload_type: f64,
    /// The codec, as in SDP; empty where it is not known.
    pub codec: &'a str,
    /// Its clock rate in Hz; NaN where it is not known.
    pub clock_rate: f64,
    /// The figures.
    pub summary: &'a Summary,
}

impl VqReport<'_> {
    /// As a body.
    pub fn write(&self) -> String {
        let mut out = Writer(String::with_capacity(768));
        out.0.push_str("VQSessionReport: CallTerm\r\n");
        out.line("CallID: ", self.call_id);
        out.line("LocalID: ", self.local);
        out.line("RemoteID: ", self.remote);
        out.line("OrigID: ", if self.outgoing { self.local } else { self.remote });
        out.address("LocalAddr:", self.local_address);
        out.address("RemoteAddr:", self.remote_address);
        out.group("LocalGroup: ", self.groups.0);
        out.group("RemoteGroup: ", self.groups.1);
        out.line("LocalMetrics:", "");
        self.metrics(&mut out);
        if let Some((from, to)) = self.tags {
            out.0.push_str("DialogID: ");
            out.text(self.call_id);
            out.0.push_str(";to-tag=");
            out.text(to);
            out.0.push_str(";from-tag=");
            out.text(from);
            out.end();
        }
        out.0
    }

    fn metrics(&self, out: &mut Writer) {
        let summary = self.summary;
        out.0.push_str("Timestamps:");
        out.word("START", self.times.0);
        out.word("STOP", self.times.1);
        out.end();
        out.0.push_str("SessionDesc:");
        out.number("PT", self.payload_type, 0);
        out.word("PD", self.codec);
        out.number("SR", self.clock_rate, 0);
        out.end();
        let buffer = summary.buffer_delay;
        // Browsers adapt (RFC 3611 §4.7.7: 3).
        out.0.push_str("JitterBuffer: JBA=3");
        out.number("JBN", buffer.average(), 0);
        out.number("JBM", buffer.max, 0);
        out.end();
        let loss = summary.loss();
        if !loss.is_nan() {
            let discarded = summary.discarded();
            out.0.push_str("PacketLoss:");
            out.number("NLR", loss * 100.0, 2);
            out.number("JDR", if discarded.is_nan() { 0.0 } else { discarded * 100.0 }, 2);
            out.end();
        }
        out.0.push_str("Delay:");
        out.number("RTD", summary.round_trip.average(), 0);
        out.number("ESD", buffer.average() + PACKET, 0);
        out.number("IAJ", summary.jitter.average(), 0);
        out.end();
        out.0.push_str("QualityEst:");
        out.number("MOSLQ", summary.mos_listening.average(), 1);
        out.number("MOSCQ", summary.mos.average(), 1);
        out.word("QoEEstAlg", "G.107");
        out.end();
    }
}

/// Nothing that comes from outside can end a line, or what stands in it.
struct Writer(String);

impl Writer {
    fn line(&mut self, name: &str, value: &str) {
        self.0.push_str(name);
        self.text(value);
        self.end();
    }

    /// Where there is no domain, as in `tel:`, it is a dash.
    fn group(&mut self, name: &str, domain: &str) {
        self.line(name, if domain.is_empty() { "-" } else { domain });
    }

    fn end(&mut self) {
        self.0.push_str("\r\n");
    }

    fn text(&mut self, text: &str) {
        self.0.extend(text.chars().filter(|char| !char.is_ascii_control()));
    }

    fn address(&mut self, name: &str, address: &MediaAddress) {
        self.0.push_str(name);
        // As in SDP (RFC 3264 §5.1): an address that is not known.
        self.word("IP", if address.ip.is_empty() { "0.0.0.0" } else { &address.ip });
        self.number("PORT", f64::from(address.port), 0);
        self.0.push_str(" SSRC=0x");
        self.hexadecimal(address.ssrc);
        self.end();
    }

    /// ` NAME=value`; nothing for an empty value.
    fn word(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.name(name);
            self.0.extend(value.chars().filter(char::is_ascii_graphic));
        }
    }

    /// ` NAME=value` with this many decimal places; nothing for a value that is not known.
    fn number(&mut self, name: &str, value: f64, places: u32) {
        if value.is_nan() {
            return;
        }
        self.name(name);
        let unit = 10_u32.pow(places);
        // `as` keeps what is too large within bounds.
        let scaled = (value.max(0.0) * f64::from(unit)).round() as u32;
        lex::push_number(&mut self.0, scaled / unit);
        if places > 0 {
            self.0.push('.');
            let mut unit = unit / 10;
            while unit > 0 {
                lex::push_number(&mut self.0, scaled / unit % 10);
                unit /= 10;
            }
        }
    }

    fn name(&mut self, name: &str) {
        self.0.push(' ');
        self.0.push_str(name);
        self.0.push('=');
    }

    fn hexadecimal(&mut self, number: u32) {
        for shift in (0..8).rev() {
            self.0.extend(char::from_digit(number >> (shift * 4) & 0xf, 16));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quality::{Counters, Sample};

    fn summary() -> Summary {
        let mut summary = Summary::default();
        let counters = Counters {
            packets_received: 950.0,
            packets_lost: 50.0,
            packets_discarded: 2.0,
            ..Counters::default()
        };
        let sample = Sample {
            mos: 4.04,
            mos_listening: 4.2,
            round_trip: 100.4,
            jitter: 9.6,
            buffer_delay: 40.0,
            ..Sample::UNKNOWN
        };
        summary.add(&sample, counters);
        summary.add(&Sample { buffer_delay: 60.0, ..sample }, counters);
        summary
    }

    fn report<'a>(summary: &'a Summary, address: &'a [MediaAddress; 2]) -> VqReport<'a> {
        VqReport {
            call_id: "1890463548@alice.example.com",
            local: "Alice <sip:alice@example.org>",
            remote: "Bill <sip:bill@example.net>",
            outgoing: true,
            tags: Some(("9123dh311", "8472761")),
            local_address: &address[0],
            remote_address: &address[1],
            groups: ("example.org", "example.net"),
            times: ("2004-10-10T18:23:43Z", "2004-10-10T18:26:02Z"),
            payload_type: 111.0,
            codec: "opus",
            clock_rate: 48000.0,
            summary,
        }
    }

    #[test]
    fn a_report_has_the_lines_of_the_rfc() {
        let addresses = [
            MediaAddress { ip: "10.10.1.100".into(), port: 5000, ssrc: 0x1a3b_5c7d },
            MediaAddress { ip: "2001:db8::7".into(), port: 5002, ssrc: 0x2468 },
        ];
        assert_eq!(
            report(&summary(), &addresses).write(),
            "VQSessionReport: CallTerm\r\n\
             CallID: 1890463548@alice.example.com\r\n\
             LocalID: Alice <sip:alice@example.org>\r\n\
             RemoteID: Bill <sip:bill@example.net>\r\n\
             OrigID: Alice <sip:alice@example.org>\r\n\
             LocalAddr: IP=10.10.1.100 PORT=5000 SSRC=0x1a3b5c7d\r\n\
             RemoteAddr: IP=2001:db8::7 PORT=5002 SSRC=0x00002468\r\n\
             LocalGroup: example.org\r\n\
             RemoteGroup: example.net\r\n\
             LocalMetrics:\r\n\
             Timestamps: START=2004-10-10T18:23:43Z STOP=2004-10-10T18:26:02Z\r\n\
             SessionDesc: PT=111 PD=opus SR=48000\r\n\
             JitterBuffer: JBA=3 JBN=50 JBM=60\r\n\
             PacketLoss: NLR=5.00 JDR=0.21\r\n\
             Delay: RTD=100 ESD=70 IAJ=10\r\n\
             QualityEst: MOSLQ=4.2 MOSCQ=4.0 QoEEstAlg=G.107\r\n\
             DialogID: 1890463548@alice.example.com;to-tag=8472761;from-tag=9123dh311\r\n"
        );
    }

    #[test]
    fn what_is_not_known_is_left_out_and_nothing_breaks_the_lines() {
        let addresses = [MediaAddress::default(), MediaAddress::default()];
        let empty = Summary::default();
        let mut report = report(&empty, &addresses);
        report.tags = None;
        report.groups.1 = "";
        report.outgoing = false;
        report.remote = "<sip:x@y>\r\nQualityEst: MOSCQ=4.5";
        report.codec = "o p\r\nus";
        let text = report.write();
        assert!(text.contains(
            "OrigID: <sip:x@y>QualityEst: MOSCQ=4.5\r\nLocalAddr: IP=0.0.0.0 PORT=0 SSRC=0x00000000\r\n"
        ));
        assert!(text.contains("SessionDesc: PT=111 PD=opus SR=48000\r\nJitterBuffer: JBA=3\r\nDelay:\r\nQualityEst: QoEEstAlg=G.107\r\n"), "{text}");
        assert!(text.contains("RemoteGroup: -\r\nLocalMetrics:"), "{text}");
        let starting = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
        assert_eq!((starting("QualityEst"), starting("DialogID")), (1, 0));
    }
}
