//! The config of a device: read once, checked whole, never shown again.

mod credentials;
mod reconnect;
mod servers;

use super::call_quality::Reports;
use super::console::{Console, Level};
use super::error::type_error;
use super::given::{Given, is_absent, whole};
use super::given_media::media_options;
use super::nearest::nearest;
use crate::agent::Config;
use crate::browser::{MediaOptions, Rtc, Scope, can_share};
use crate::call::Settings as CallSettings;
use crate::message::{HeaderValue, Role, UriBuf};
use credentials::credentials;
use js_sys::Function;
use reconnect::reconnect;
use servers::{has_scheme, servers};
use wasm_bindgen::JsValue;

const WHO: &str = "TelnyxDevice";
const USER_AGENT: &str = concat!("telnyx-device/", env!("CARGO_PKG_VERSION"));

/// Seconds for which a registration is asked.
const EXPIRES: u32 = 600;

/// Seconds of silence on a connection.
const KEEP_ALIVE_INTERVAL: u32 = 25;

/// What that time must be.
const KEEP_ALIVE: &str = "a whole number of seconds, 0 for never";

/// What such a time must be.
const SECONDS: &str = "a whole number of seconds, at least 1";

/// The shortest session interval, in seconds (RFC 4028 §4).
const SHORTEST_SESSION: u32 = 90;

/// The longest time that SIP can say, in seconds (RFC 3261 §20.19).
const LONGEST: u32 = u32::MAX;

/// Seconds for which an incoming call rings.
const NO_ANSWER_TIMEOUT: u32 = 60;

/// What a config says.
pub struct Settings {
    /// To the core.
    pub agent: Config,
    /// To the peer connections.
    pub rtc: Rtc,
    /// What calls send, take and play.
    pub media: MediaOptions,
    /// Who is to be one device.
    pub scope: Scope,
    /// Whom to ask for a password: `(realm) => Promise<string>`.
    pub password: Option<Function>,
    /// Whether SIP messages are written to the console.
    pub trace_sip: bool,
    /// To whom reports on the quality of calls go.
    pub quality_reports: Reports,
    /// What else is.
    pub console: Console,
}

impl Settings {
    /// Reads and checks a config. A key is known by being read here, so this comes before the search for unknown ones.
    ///
    /// # Errors
    /// A `TypeError` that names the key and what was expected of it.
    pub fn read(config: &JsValue) -> Result<Self, JsValue> {
        if is_absent(config) {
            return Err(type_error(&[WHO, ": Missing config"]));
        }
        let given = Given::new(WHO, config)?;
        let console = Console(level(&given)?);
        let scope = scope(&given, console)?;
        let settings = Self {
            agent: agent(&given, scope, console)?,
            rtc: servers::rtc(&given)?,
            media: media_options(&given, &MediaOptions::default())?,
            scope,
            password: credentials::function(&given),
            trace_sip: given.boolean("traceSip")?,
            quality_reports: quality_reports(&given)?,
            console,
        };
        warn_of_unknown_keys(&given, console);
        Ok(settings)
    }
}

fn agent(given: &Given<'_>, scope: Scope, console: Console) -> Result<Config, JsValue> {
    let host = required(given, "host")?.as_string().ok_or_else(|| given.wrong("host", "a string"))?;
    let port = port(given)?;
    let bad_host = |_| given.wrong("host", "a host name or an IP address");
    let domain = UriBuf::sip(None, &host, Some(port)).map_err(bad_host)?;
    let user = text(given, "username")?;
    let credentials = credentials(given, user.as_deref())?;
    let named = user.as_deref().unwrap_or("anonymous");
    let servers = servers(given, &domain)?;
    Ok(Config {
        flows: flows(given, servers.len(), scope, console)?,
        servers,
        address_of_record: UriBuf::sip(Some(named), &host, Some(port)).map_err(bad_host)?,
        registrar: registrar(given)?.unwrap_or_else(|| domain.clone()),
        domain,
        display_name: text(given, "displayName")?.or(user),
        credentials,
        reconnect: reconnect(given)?,
        keep_alive_interval: given
            .number("keepAliveInterval", KEEP_ALIVE, 0, LONGEST)?
            .unwrap_or(KEEP_ALIVE_INTERVAL),
        expires: given.number("expires", SECONDS, 1, LONGEST)?.unwrap_or(EXPIRES),
        no_answer_timeout: given.number("noAnswerTimeout", SECONDS, 1, LONGEST)?.unwrap_or(NO_ANSWER_TIMEOUT),
        user_agent: user_agent(given)?,
        extra: given.extra_headers()?,
        instance: None,
        push: Vec::new(),
        persist: persist(given)?,
        calls: session_timers(given)?,
    })
}

/// How many connections there are to be at once.
fn flows(given: &Given<'_>, servers: usize, scope: Scope, console: Console) -> Result<u8, JsValue> {
    const KEY: &str = "flows";
    match given.number(KEY, "1 or 2", 1, 2)? {
        Some(2) if servers < 2 => {
            Err(given.wrong(KEY, "1, or 2 with the URIs of two servers at least in 'wsServers'"))
        }
        Some(2) if scope == Scope::Tabs => {
            let what = &["'", KEY, "': tabs that share a registration have one connection between them"];
            console.write(Level::Warn, what);
            Ok(1)
        }
        Some(2) => Ok(2),
        _ => Ok(1),
    }
}

/// A string with something in it; forms give an empty one for none.
fn text(given: &Given<'_>, key: &'static str) -> Result<Option<String>, JsValue> {
    Ok(given.string(key)?.filter(|text| !text.is_empty()))
}

fn required(given: &Given<'_>, key: &'static str) -> Result<JsValue, JsValue> {
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

fn user_agent(given: &Given<'_>) -> Result<String, JsValue> {
    let name = text(given, "userAgent")?.unwrap_or_else(|| USER_AGENT.into());
    HeaderValue::new(&name).map_err(|_| given.wrong("userAgent", "a string on one line"))?;
    Ok(name)
}

/// A boolean, or an object that says how (RFC 4028).
fn session_timers(given: &Given<'_>) -> Result<CallSettings, JsValue> {
    const KEY: &str = "sessionTimers";
    let wrong = || given.wrong(KEY, "a boolean or {expires: seconds from 90, refresher: \"uac\" or \"uas\"}");
    let mut settings = CallSettings::default();
    let Some(value) = given.value(KEY) else { return Ok(settings) };
    if let Some(is_on) = value.as_bool() {
        settings.session_expires = settings.session_expires.filter(|_| is_on);
        return Ok(settings);
    }
    if !value.is_object() {
        return Err(wrong());
    }
    let timers = Given::new(WHO, &value).map_err(|_| wrong())?;
    let expires = timers.number("expires", "", SHORTEST_SESSION, LONGEST).map_err(|_| wrong())?;
    settings.session_expires = expires.or(settings.session_expires);
    settings.session_refresher = match timers.string("refresher").map_err(|_| wrong())?.as_deref() {
        None => None,
        Some("uac") => Some(Role::Uac),
        Some("uas") => Some(Role::Uas),
        Some(_) => return Err(wrong()),
    };
    Ok(settings)
}

/// Whether calls outlive the page.
fn persist(given: &Given<'_>) -> Result<bool, JsValue> {
    const KEY: &str = "persist";
    match given.string(KEY)?.as_deref() {
        None | Some("none") => Ok(false),
        Some("session") => Ok(true),
        Some(_) => Err(given.wrong(KEY, "\"none\" or \"session\"")),
    }
}

/// Whether one registration is to serve all tabs.
fn scope(given: &Given<'_>, console: Console) -> Result<Scope, JsValue> {
    const KEY: &str = "tabs";
    match given.string(KEY)?.as_deref() {
        None | Some("own") => Ok(Scope::Tab),
        Some("shared") if can_share() => Ok(Scope::Tabs),
        Some("shared") => {
            console.write(
                Level::Warn,
                &[
                    "'",
                    KEY,
                    "': this page has no Web Locks or no BroadcastChannel; each tab registers for itself",
                ],
            );
            Ok(Scope::Tab)
        }
        Some(_) => Err(given.wrong(KEY, "\"own\" or \"shared\"")),
    }
}

fn quality_reports(given: &Given<'_>) -> Result<Reports, JsValue> {
    const KEY: &str = "qualityReports";
    let Some(value) = given.value(KEY) else { return Ok(Reports::Off) };
    if let Some(wanted) = value.as_bool() {
        return Ok(if wanted { Reports::Own } else { Reports::Off });
    }
    let collector =
        value.as_string().filter(|it| has_scheme(it, &["sip:", "sips:"]) && UriBuf::read(it).is_ok());
    collector
        .map(Reports::To)
        .ok_or_else(|| given.wrong(KEY, "a boolean, or a URI such as \"sip:collector@host\""))
}

fn registrar(given: &Given<'_>) -> Result<Option<UriBuf>, JsValue> {
    let Some(mut registrar) = text(given, "registrarServer")? else { return Ok(None) };
    if !has_scheme(&registrar, &["sip:", "sips:"]) {
        registrar.insert_str(0, "sip:");
    }
    let uri = UriBuf::read(&registrar).ok().filter(|uri| uri.as_uri().is_sip() || uri.as_uri().is_sips());
    uri.map(Some).ok_or_else(|| given.wrong("registrarServer", "a URI such as \"sip:host:port\""))
}

fn warn_of_unknown_keys(given: &Given<'_>, console: Console) {
    let known = given.asked();
    for key in given.keys() {
        if !known.contains(&key.as_str()) {
            let meant = nearest(&key, &known);
            console.write(Level::Warn, &["unknown config key '", &key, "'; did you mean '", meant, "'?"]);
        }
    }
}
