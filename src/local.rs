//! What a device says of itself in every message (RFC 7118 §5).

use crate::entropy::Entropy;
use crate::message::{HeaderValue, Transport, UriBuf, name_addr, via};

/// The methods that we answer otherwise than by 405.
pub const ALLOW: &str = "INVITE, ACK, CANCEL, BYE, OPTIONS, MESSAGE, INFO, REFER, NOTIFY, PRACK, UPDATE";
/// The extensions that we support in calls.
pub const SUPPORTED: &str = "100rel, replaces, norefersub";
/// The same with session timers.
pub const SUPPORTED_TIMER: &str = "100rel, replaces, norefersub, timer";

/// One device's names. A browser has no address of its own to tell, so they are random and end in `.invalid`.
pub struct Local {
    transport: Transport,
    host: String,
    contact: HeaderValue,
    contact_uri: UriBuf,
    user_agent: HeaderValue,
}

impl Local {
    /// Names for a device that introduces itself as `user_agent`.
    pub fn new(user_agent: &str, entropy: &mut Entropy) -> Self {
        let host = entropy.host();
        // Letters and digits always make an address.
        let contact_uri = UriBuf::sip(Some(&entropy.token(8)), &host, None).unwrap_or_default();
        let contact_uri = contact_uri.with_param("transport", Some("ws"));
        let contact = name_addr(None, contact_uri.as_uri(), None);
        Self {
            transport: Transport::Wss,
            host,
            contact,
            contact_uri,
            user_agent: HeaderValue::lossy(user_agent),
        }
    }

    /// Takes the transport of the server's URI.
    pub fn set_server(&mut self, uri: &str) {
        let secure = uri.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("wss:"));
        self.transport = if secure { Transport::Wss } else { Transport::Ws };
    }

    /// A Via with a new branch.
    pub fn via(&self, entropy: &mut Entropy) -> HeaderValue {
        via(self.transport, &self.host, None, &entropy.branch())
    }

    /// Our Contact.
    pub fn contact(&self) -> &HeaderValue {
        &self.contact
    }

    /// The URI in it.
    pub fn contact_uri(&self) -> &UriBuf {
        &self.contact_uri
    }

    /// Our User-Agent.
    pub fn user_agent(&self) -> &HeaderValue {
        &self.user_agent
    }
}
