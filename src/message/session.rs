//! What the SIP side needs to know of a session description (RFC 4566, RFC 3264).

/// The content type of a session description.
pub const TYPE: &str = "application/sdp";

/// Whether the side that wrote `sdp` has put the other on hold: its first stream is `sendonly` or `inactive`
/// (RFC 3264 §8.4), or has the address 0.0.0.0 as before that (RFC 2543 §B.5). With port 9 that address says only that
/// a browser knows none yet (RFC 8829 §5.2.1).
pub fn is_hold(sdp: &str) -> bool {
    let (mut direction, mut address, mut port) = ("", "", "");
    let mut media = 0;
    for line in sdp.lines() {
        if let Some(stream) = line.strip_prefix("m=") {
            media += 1;
            if media == 1 {
                port = stream.split(' ').nth(1).unwrap_or_default();
            }
        }
        // What stands before the first stream is for all of them, what stands in it for that one.
        match line.split_at_checked(2) {
            _ if media > 1 => break,
            Some(("a=", value @ ("sendrecv" | "sendonly" | "recvonly" | "inactive"))) => direction = value,
            Some(("c=", value)) => address = value,
            _ => {}
        }
    }
    matches!(direction, "sendonly" | "inactive")
        || port != "9" && address.trim_ascii_end().ends_with(" 0.0.0.0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hold_is_read_from_the_first_stream() {
        let sdp = |session: &str, audio: &str, video: &str| {
            format!(
                "v=0\r\n{session}m=audio 4000 UDP/TLS/RTP/SAVPF 0\r\n{audio}m=video 9 RTP/AVP 96\r\n{video}"
            )
        };
        assert!(!is_hold(&sdp("c=IN IP4 192.0.2.1\r\n", "", "a=inactive\r\n")));
        assert!(is_hold(&sdp("", "a=sendonly\r\n", "")));
        assert!(is_hold(&sdp("a=inactive\r\n", "", "")));
        assert!(!is_hold(&sdp("a=sendonly\r\n", "a=sendrecv\r\n", "")));
        assert!(!is_hold(&sdp("", "a=recvonly\r\n", "")));
        let zeros = sdp("", "c=IN IP4 0.0.0.0\r\na=sendrecv\r\n", "");
        assert!(is_hold(&zeros));
        assert!(!is_hold(&zeros.replace("audio 4000", "audio 9")), "a browser without candidates");
    }
}
