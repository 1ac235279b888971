//! How an answer refuses a media line (RFC 3264 §6).

/// Marks the lines of an answer for which no codec was agreed, and which str0m therefore leaves without a format, as
/// refused: port zero, a format that says nothing, and no place in the BUNDLE group (RFC 9143 §7.3.3).
pub(super) fn mark(answer: &str) -> String {
    let mut lines: Vec<String> = answer.lines().map(str::to_owned).collect();
    let mut refused: Vec<String> = Vec::new();
    let mut inside = false;
    for line in &mut lines {
        if let Some(media) = line.strip_prefix("m=") {
            let refusal = refusal(media);
            inside = refusal.is_some();
            if let Some(refusal) = refusal {
                *line = refusal;
            }
        } else if let Some(mid) = line.strip_prefix("a=mid:").filter(|_| inside) {
            refused.push(mid.to_owned());
        }
    }
    for group in lines.iter_mut().filter(|line| line.starts_with("a=group:BUNDLE")) {
        *group = group
            .split(' ')
            .filter(|mid| !refused.iter().any(|other| other == mid))
            .collect::<Vec<_>>()
            .join(" ");
    }
    lines.push(String::new());
    lines.join("\r\n")
}

/// The media line that refuses one without formats.
fn refusal(media: &str) -> Option<String> {
    match media.split_whitespace().collect::<Vec<_>>().as_slice() {
        [kind, _port, protocol] => Some(format!("m={kind} 0 {protocol} 0")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_formats_is_refused_and_leaves_the_bundle() {
        let answer = "v=0\r\na=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n\
                      m=video 9 UDP/TLS/RTP/SAVPF \r\na=mid:1\r\n";
        assert_eq!(
            mark(answer),
            "v=0\r\na=group:BUNDLE 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n\
             m=video 0 UDP/TLS/RTP/SAVPF 0\r\na=mid:1\r\n"
        );
    }
}
