//! Who of the two is the DTLS client. A restart of ICE does not change it: the association goes on (RFC 8842 §3.1).

/// A later offer that leaves the roles open, with the role that the far side has; `None` where nothing is to be said.
///
/// `local` and `remote` are the descriptions in force. Firefox answers an offer that restarts ICE as if no roles had been
/// agreed, and no other browser takes an answer that changes them.
pub fn keep_role(offer: &str, local: &str, remote: &str) -> Option<String> {
    let is_same = fingerprints(offer).eq(fingerprints(remote));
    if !is_same || !setups(offer).any(|setup| setup == "actpass") {
        return None;
    }
    let role = match (setups(remote).next()?, setups(local).next()?) {
        (role @ ("active" | "passive"), _) => role,
        (_, "active") => "passive",
        (_, "passive") => "active",
        _ => return None,
    };
    Some(offer.replace("a=setup:actpass", &["a=setup:", role].concat()))
}

fn values<'a>(sdp: &'a str, name: &'static str) -> impl Iterator<Item = &'a str> {
    sdp.lines().filter_map(move |line| line.strip_prefix(name)).map(str::trim)
}

fn setups(sdp: &str) -> impl Iterator<Item = &str> {
    values(sdp, "a=setup:")
}

fn fingerprints(sdp: &str) -> impl Iterator<Item = &str> {
    values(sdp, "a=fingerprint:")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sdp(fingerprint: &str, setup: &str) -> String {
        [
            "v=0\r\na=fingerprint:sha-256 ",
            fingerprint,
            "\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=setup:",
            setup,
            "\r\n",
        ]
        .concat()
    }

    #[test]
    fn the_role_of_the_far_side_is_kept_whoever_offered_before() {
        for (local, remote, kept) in [
            ("actpass", "active", "active"),
            ("actpass", "passive", "passive"),
            ("active", "actpass", "passive"),
            ("passive", "actpass", "active"),
            ("passive", "active", "active"),
        ] {
            let offer = keep_role(&sdp("FA:R", "actpass"), &sdp("NE:AR", local), &sdp("FA:R", remote));
            assert_eq!(offer, Some(sdp("FA:R", kept)), "{local} {remote}");
        }
    }

    #[test]
    fn another_association_and_an_offer_that_says_its_role_stay_as_they_are() {
        let (local, remote) = (sdp("NE:AR", "active"), sdp("FA:R", "actpass"));
        assert_eq!(keep_role(&sdp("NE:W", "actpass"), &local, &remote), None);
        assert_eq!(keep_role(&sdp("FA:R", "passive"), &local, &remote), None);
        assert_eq!(keep_role("v=0\r\n", &local, &remote), None);
        assert_eq!(keep_role(&sdp("FA:R", "actpass"), "", ""), None);
    }
}
