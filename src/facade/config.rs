//! The config of a device: read once, checked whole, never shown again.

use super::console::{Console, Level};
use super::error::type_error;
use super::given::{Given, is_absent, whole};
use super::nearest::nearest;
use crate::agent::Config;
use crate::auth::Credentials;
use crate::browser::{Rtc, object};
use crate::call::Settings as CallSettings;
use crate::message::UriBuf;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::RtcConfiguration;

const WHO: &str = "TelnyxDevice";
const USER_AGENT: &str = concat!("telnyx-device/", env!("CARGO_PKG_VERSION"));

/// Seconds for which a registration is asked.
const EXPIRES: u32 = 600;

/// Seconds for which an incoming call rings.
const NO_ANSWER_TIMEOUT: u32 = 60;

const KEYS: [&str; 11] = [
    "host",
    "port",
    "wsServers",
    "username",
    "password",
    "displayName",
    "stunServers",
    "turnServers",
    "registrarServer",
    "traceSip",
    "logLevel",
];

/// What a config says.
pub struct Settings {
    /// To the core.
    pub agent: Config,
    /// To the peer connections.
    pub rtc: Rtc,
    /// Whether SIP messages are written to the console.
    pub trace_sip: bool,
    /// What else is.
    pub console: Console,
}

impl Settings {
    /// Reads and checks a config.
    ///
    /// # Errors
    /// A `TypeError` that names the key and what was expected of it.
    pub fn read(config: &JsValue) -> Result<Self, JsValue> {
        if is_absent(config) {
            return Err(type_error(&[WHO, ": Missing config"]));
        }
        let given = Given::new(WHO, config)?;
        let console = Console(level(&given)?);
        warn_of_unknown_keys(&given, console);
        Ok(Self {
            agent: agent(&given)?,
            rtc: Rtc(ice_servers(&given)?),
            trace_sip: given.boolean("traceSip")?,
            console,
        })
    }
}

fn agent(given: &Given<'_>) -> Result<Config, JsValue> {
    let host = required(given, "host")?.as_string().ok_or_else(|| given.wrong("host", "a string"))?;
    let port = port(given)?;
    let bad_host = |_| given.wrong("host", "a host name or an IP address");
    let domain = UriBuf::sip(None, &host, Some(port)).map_err(bad_host)?;
    let user = text(given, "username")?;
    let credentials = match (&user, text(given, "password")?) {
        (Some(user), Some(password)) => Some(Credentials::new(user, &password)),
        _ => None,
    };
    let named = user.as_deref().unwrap_or("anonymous");
    Ok(Config {
        servers: servers(given, &domain)?,
        address_of_record: UriBuf::sip(Some(named), &host, Some(port)).map_err(bad_host)?,
        registrar: registrar(given)?.unwrap_or_else(|| domain.clone()),
        domain,
        display_name: text(given, "displayName")?.or(user),
        credentials,
        expires: EXPIRES,
        no_answer_timeout: NO_ANSWER_TIMEOUT,
        user_agent: USER_AGENT.into(),
        instance: None,
        push: Vec::new(),
        calls: CallSettings::default(),
    })
}

/// A string with something in it; forms give an empty one for none.
fn text(given: &Given<'_>, key: &str) -> Result<Option<String>, JsValue> {
    Ok(given.string(key)?.filter(|text| !text.is_empty()))
}

fn required(given: &Given<'_>, key: &str) -> Result<JsValue, JsValue> {
    let value = given.value(key).filter(|value| !value.is_falsy());
    value.ok_or_else(|| type_error(&[WHO, ": Missing '", key, "' parameter"]))
}

fn port(given: &Given<'_>) -> Result<u16, JsValue> {
    let value = required(given, "port")?;
    let port = match value.as_string() {
        Some(text) => text.trim().parse().ok().filter(|port| *port > 0),
        None => whole(&value, 1, 65535).and_then(|port| u16::try_from(port).ok()),
    };
    port.ok_or_else(|| given.wrong("port", "a port number from 1 to 65535"))
}

fn level(given: &Given<'_>) -> Result<Level, JsValue> {
    let Some(name) = given.string("logLevel")? else { return Ok(Level::Log) };
    Level::named(&name)
        .ok_or_else(|| given.wrong("logLevel", "\"debug\", \"log\", \"warn\", \"error\" or \"off\""))
}

fn registrar(given: &Given<'_>) -> Result<Option<UriBuf>, JsValue> {
    let Some(mut registrar) = text(given, "registrarServer")? else { return Ok(None) };
    if !has_scheme(&registrar, &["sip:", "sips:"]) {
        registrar.insert_str(0, "sip:");
    }
    let uri = UriBuf::read(&registrar).ok().filter(|uri| uri.as_uri().is_sip() || uri.as_uri().is_sips());
    uri.map(Some).ok_or_else(|| given.wrong("registrarServer", "a URI such as \"sip:host:port\""))
}

/// By weight, the heaviest first, then in the order given.
fn servers(given: &Given<'_>, domain: &UriBuf) -> Result<Vec<String>, JsValue> {
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

fn ice_servers(given: &Given<'_>) -> Result<RtcConfiguration, JsValue> {
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
    let configuration: RtcConfiguration = object(&[("iceServers", &servers)]).unchecked_into();
    Ok(configuration)
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

fn has_scheme(uri: &str, schemes: &[&str]) -> bool {
    schemes
        .iter()
        .any(|scheme| uri.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

fn warn_of_unknown_keys(given: &Given<'_>, console: Console) {
    for key in given.keys() {
        if !KEYS.contains(&key.as_str()) {
            let known = nearest(&key, &KEYS);
            console.write(Level::Warn, &["unknown config key '", &key, "'; did you mean '", known, "'?"]);
        }
    }
}
