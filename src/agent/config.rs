//! What a user agent needs to know.

use super::connection::Reconnect;
use crate::auth::Credentials;
use crate::call::Settings;
use crate::message::{ExtraHeader, UriBuf};

/// The settings of a [`UserAgent`](super::UserAgent). They never change while it lives.
pub struct Config {
    /// WebSocket URIs, in the order in which they are tried.
    pub servers: Vec<String>,
    /// `sip:user@host:port`.
    pub address_of_record: UriBuf,
    /// The domain of targets that are only a user: `sip:host:port`.
    pub domain: UriBuf,
    /// Where REGISTER goes.
    pub registrar: UriBuf,
    /// The name in From.
    pub display_name: Option<String>,
    /// Absent: every challenge is final.
    pub credentials: Option<Credentials>,
    /// How many connections there are at once, each to another server: 1, or 2 where the registrar keeps to flows and there
    /// are two servers at least (RFC 5626).
    pub flows: u8,
    /// When to connect again after a loss.
    pub reconnect: Reconnect,
    /// The longest silence on a connection, in seconds, after which the server is asked whether it is there; less where it
    /// wants to hear of us more often. Zero: it is never asked.
    pub keep_alive_interval: u32,
    /// Requested registration life, in seconds.
    pub expires: u32,
    /// Incoming calls ring this long, in seconds.
    pub no_answer_timeout: u32,
    /// The User-Agent header.
    pub user_agent: String,
    /// In every request outside any dialog, unless it has one of the same name.
    pub extra: Vec<ExtraHeader>,
    /// The UUID of this device, the same each time that it starts (RFC 5626 §4.1). Absent: one is made up, unless
    /// [`set_instance`](super::UserAgent::set_instance) says it in time.
    pub instance: Option<String>,
    /// What a push service needs to know: `pn-provider`, `pn-prid`, `pn-param` and their like, with their values, which
    /// may be empty (RFC 8599 §4.1).
    pub push: Vec<(String, String)>,
    /// Whether calls outlive the page: [`Output::Keep`](super::Output::Keep).
    pub persist: bool,
    /// How calls are to be.
    pub calls: Settings,
}

impl Config {
    /// The URI that `target` means: a `sip:`, `sips:` or `tel:` URI as it is, `user@host` with `sip:` before it, a user
    /// or phone number (its visual separators removed, RFC 3966 §5.1.1) in our domain. `None` for what is none of these.
    pub(super) fn target(&self, target: &str) -> Option<UriBuf> {
        let target = target.trim();
        let scheme = target.split(':').next().unwrap_or_default().to_ascii_lowercase();
        if matches!(scheme.as_str(), "sip" | "sips" | "tel") && scheme.len() < target.len() {
            return UriBuf::read(target).ok();
        }
        if target.is_empty() || target.contains(|c: char| c.is_control() || "<>\":\\[]{}|^`".contains(c)) {
            return None;
        }
        if target.contains('@') {
            let mut uri = String::from("sip:");
            uri.push_str(target);
            return UriBuf::read(&uri).ok();
        }
        let domain = self.domain.as_uri();
        let in_domain = |user: &str| UriBuf::sip(Some(user), domain.host(), domain.port()).ok();
        let digits = target.trim_start_matches('+');
        let is_number = digits.contains(|c: char| c.is_ascii_digit())
            && digits.chars().all(|c| c.is_ascii_digit() || " -.()/".contains(c));
        if is_number {
            let dialed: String = target.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
            return in_domain(&dialed);
        }
        if target.contains(char::is_whitespace) { None } else { in_domain(target) }
    }
}
