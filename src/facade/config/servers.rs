//! Where the servers are: of SIP, and of ICE.

use super::super::given::Given;
use super::WHO;
use crate::browser::{Rtc, object};
use crate::message::UriBuf;
use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};

/// By weight, the heaviest first, then in the order given.
pub(super) fn servers(given: &Given<'_>, domain: &UriBuf) -> Result<Vec<String>, JsValue> {
    const KEY: &str = "wsServers";
    let wrong = || given.wrong(KEY, "one or more WebSocket URIs (ws: or wss:), or objects {uri, weight}");
    let mut servers = Vec::new();
    for server in given.list(KEY) {
        let (uri, weight) = match server.as_string() {
            Some(uri) => (uri, 0.0),
            None => {
                let server = Given::new(WHO, &server).map_err(|_| wrong())?;
                let weight =
                    server.value("weight").map_or(Some(0.0), |weight| weight.as_f64()).ok_or_else(wrong)?;
                (server.string("uri")?.ok_or_else(wrong)?, weight)
            }
        };
        if !has_scheme(&uri, &["ws://", "wss://"]) {
            return Err(wrong());
        }
        let lighter = servers.iter().position(|(_, other)| *other < weight);
        servers.insert(lighter.unwrap_or(servers.len()), (uri, weight));
    }
    if servers.is_empty() {
        let authority = domain.as_str().trim_start_matches("sip:");
        return Ok(vec![["wss://", authority].concat()]);
    }
    Ok(servers.into_iter().map(|(uri, _)| uri).collect())
}

/// Milliseconds for which a description waits for ICE servers, once there is a candidate.
const ICE_GATHERING_TIMEOUT: u32 = 500;

/// How peer connections are made.
pub(super) fn rtc(given: &Given<'_>) -> Result<Rtc, JsValue> {
    const TIMEOUT: &str = "iceGatheringTimeout";
    const OWN: &str = "rtcConfiguration";
    let configuration = ice_servers(given)?;
    if let Some(own) = given.value(OWN) {
        if !own.is_object() || Array::is_array(&own) {
            return Err(given.wrong(OWN, "an RTCConfiguration"));
        }
        Object::assign(&configuration, own.unchecked_ref());
    }
    let timeout = given.number(TIMEOUT, "a whole number of milliseconds up to 60000", 0, 60_000)?;
    let warm = given.value("warm").is_none() || given.boolean("warm")?;
    Ok(Rtc::new(configuration.unchecked_into(), timeout.unwrap_or(ICE_GATHERING_TIMEOUT), warm))
}

fn ice_servers(given: &Given<'_>) -> Result<Object, JsValue> {
    let servers = Array::new();
    for stun in given.list("stunServers") {
        let urls = urls("stunServers", given, &stun, &["stun:", "stuns:"])?;
        servers.push(&object(&[("urls", &urls.into())]));
    }
    for turn in given.list("turnServers") {
        let wrong = || given.wrong("turnServers", "one or more objects {urls, username, password}");
        let turn = Given::new(WHO, &turn).map_err(|_| wrong())?;
        let every = Array::new();
        for url in turn.list("urls") {
            every.push(&urls("turnServers", given, &url, &["turn:", "turns:"])?.into());
        }
        if every.length() == 0 {
            return Err(wrong());
        }
        // Browsers take no TURN server without them.
        let username = turn.string("username")?.ok_or_else(wrong)?;
        let password = turn.string("password")?.ok_or_else(wrong)?;
        servers.push(&object(&[
            ("urls", &every),
            ("username", &username.into()),
            ("credential", &password.into()),
        ]));
    }
    Ok(object(&[("iceServers", &servers)]))
}

/// One ICE server URI; where only the host is given, with the first scheme.
fn urls(key: &str, given: &Given<'_>, value: &JsValue, schemes: &[&str]) -> Result<String, JsValue> {
    let scheme = schemes.first().copied().unwrap_or_default();
    let url = value.as_string().unwrap_or_default();
    match url.trim() {
        url if has_scheme(url, schemes) => Ok(url.into()),
        url if is_authority(url) => Ok([scheme, url].concat()),
        _ => Err(given.wrong(key, &["one or more URIs such as \"", scheme, "host:port\""].concat())),
    }
}

/// `host` or `host:port`, perhaps with a query, against a URI of whatever scheme.
fn is_authority(text: &str) -> bool {
    let authority = text.split('?').next().unwrap_or_default();
    match authority.split_once(':') {
        _ if authority.starts_with('[') => true,
        Some((host, port)) => !host.is_empty() && port.parse::<u16>().is_ok(),
        None => !authority.is_empty(),
    }
}

pub(super) fn has_scheme(uri: &str, schemes: &[&str]) -> bool {
    schemes
        .iter()
        .any(|scheme| uri.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}
