//! The addresses that become host candidates (RFC 8445 §5.1.1.1).

use std::net::IpAddr;

/// More addresses than a robot needs sockets: virtual bridges may bring dozens.
const MOST: usize = 8;

/// Of a machine's addresses those to offer, IPv4 first: the 127.x ones, or the others. A machine that has no others gives
/// its loopback addresses all the same, for the browsers that take them.
pub(crate) fn choose(all: &[IpAddr], loopback_media: bool) -> Vec<IpAddr> {
    let outside = if loopback_media { Vec::new() } else { select(all, is_outside) };
    if outside.is_empty() { select(all, is_loopback) } else { outside }
}

fn select(all: &[IpAddr], wanted: fn(&IpAddr) -> bool) -> Vec<IpAddr> {
    let mut chosen: Vec<IpAddr> = all.iter().copied().filter(wanted).collect();
    chosen.sort_by_key(IpAddr::is_ipv6);
    chosen.truncate(MOST);
    chosen
}

fn is_loopback(ip: &IpAddr) -> bool {
    ip.is_ipv4() && ip.is_loopback()
}

/// Link-local addresses are left out: a candidate carries no zone (RFC 8839 §5.1).
fn is_outside(ip: &IpAddr) -> bool {
    let link_local = match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    };
    !(link_local || ip.is_loopback() || ip.is_unspecified() || ip.is_multicast())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_and_loopback_addresses_are_told_apart() {
        let all: Vec<IpAddr> =
            ["::1", "127.0.0.1", "fd00::7", "fe80::1", "169.254.1.1", "192.168.1.20", "127.0.5.1"]
                .map(|ip| ip.parse().unwrap())
                .to_vec();
        let texts = |wanted| select(&all, wanted).iter().map(IpAddr::to_string).collect::<Vec<_>>();
        assert_eq!(texts(is_outside), ["192.168.1.20", "fd00::7"]);
        assert_eq!(texts(is_loopback), ["127.0.0.1", "127.0.5.1"]);
        let inside: Vec<IpAddr> = vec!["127.0.0.1".parse().unwrap()];
        assert_eq!(choose(&inside, false), inside);
        assert_eq!(choose(&all, false), select(&all, is_outside));
        assert_eq!(choose(&all, true), select(&all, is_loopback));
    }
}
