//! Via (RFC 3261 §20.42, RFC 3581).

use super::host::{host_port, push_host_port};
use super::{HeaderValue, Params, lex};

/// What every branch since RFC 3261 begins with (§8.1.1.7).
const MAGIC_COOKIE: &str = "z9hG4bK";

/// One value of Via.
#[derive(Clone, Copy, Default)]
pub struct Via<'a> {
    text: &'a str,
    transport: &'a str,
    host: &'a str,
    port: Option<u16>,
    params: Params<'a>,
}

impl<'a> Via<'a> {
    /// Reads one value; `None` if it is not well formed.
    pub fn read(text: &'a str) -> Option<Self> {
        Self::reread(text).filter(|via| via.params.are_valid())
    }

    /// Reads one value whose parameters were read before.
    pub(super) fn reread(text: &'a str) -> Option<Self> {
        let text = text.trim_ascii();
        let (sent, params) = lex::cut_before(text, b';');
        let (protocol, sent) = lex::split(sent, b'/')?;
        let (version, sent) = lex::split(sent, b'/')?;
        let (transport, sent_by) = lex::split_word(sent.trim_ascii());
        let (host, port) = host_port(sent_by)?;
        let params = Params::of(params.trim_ascii());
        let well_formed = lex::is_token(protocol.trim_ascii())
            && lex::is_token(version.trim_ascii())
            && lex::is_token(transport);
        well_formed.then_some(Self { text, transport, host, port, params })
    }

    /// The transport as written: `WS`, `UDP` and so on.
    pub fn transport(&self) -> &'a str {
        self.transport
    }

    /// The host as written, an IPv6 address in its brackets.
    pub fn host(&self) -> &'a str {
        self.host
    }

    /// The port, where one is written.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// All parameters.
    pub fn params(&self) -> Params<'a> {
        self.params
    }

    /// The branch, if it tells one transaction from another: RFC 2543 peers send none, and the magic cookie alone is as
    /// good as none (RFC 4475 §3.2.1).
    pub fn branch(&self) -> Option<&'a str> {
        self.params
            .get("branch")
            .filter(|branch| !branch.is_empty() && !branch.eq_ignore_ascii_case(MAGIC_COOKIE))
    }

    /// The source address that the next hop saw.
    pub fn received(&self) -> Option<&'a str> {
        self.params.get("received").filter(|address| !address.is_empty())
    }

    /// `None`: absent; `Some(None)`: asked for; `Some(Some(port))`: the source port that the next hop saw.
    pub fn rport(&self) -> Option<Option<u16>> {
        let port = self.params.get("rport")?;
        Some(lex::number(port).and_then(|port| u16::try_from(port).ok()))
    }

    /// As written.
    pub fn as_str(&self) -> &'a str {
        self.text
    }
}

/// A transport that Via can name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)] // each is the transport of its name
pub enum Transport {
    Udp,
    Tcp,
    Tls,
    Ws,
    Wss,
}

impl Transport {
    /// Its name, as in Via.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
            Self::Ws => "WS",
            Self::Wss => "WSS",
        }
    }
}

/// Makes a Via to write.
pub fn via(transport: Transport, host: &str, port: Option<u16>, branch: &str) -> HeaderValue {
    let mut text = String::from("SIP/2.0/");
    text.push_str(transport.as_str());
    text.push(' ');
    push_host_port(&mut text, host, port);
    text.push_str(";branch=");
    text.push_str(branch);
    HeaderValue::lossy(&text)
}
