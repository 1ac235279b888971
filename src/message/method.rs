//! Methods (RFC 3261 §7.1 and the RFCs that added to them).

use super::lex;

/// A method of a request. Names are case-sensitive.
#[derive(Clone, PartialEq, Eq, Debug)]
#[allow(missing_docs)] // each is the method of its name
pub enum Method {
    Invite,
    Ack,
    Bye,
    Cancel,
    Register,
    Options,
    Message,
    Info,
    Update,
    Prack,
    Refer,
    Notify,
    Subscribe,
    Publish,
    /// Any other token.
    Other(Token),
}

/// The name of an extension method: it comes only from [`Method::read`], which has checked it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Token(Box<str>);

const KNOWN: [(&str, Method); 14] = [
    ("INVITE", Method::Invite),
    ("ACK", Method::Ack),
    ("BYE", Method::Bye),
    ("CANCEL", Method::Cancel),
    ("REGISTER", Method::Register),
    ("OPTIONS", Method::Options),
    ("MESSAGE", Method::Message),
    ("INFO", Method::Info),
    ("UPDATE", Method::Update),
    ("PRACK", Method::Prack),
    ("REFER", Method::Refer),
    ("NOTIFY", Method::Notify),
    ("SUBSCRIBE", Method::Subscribe),
    ("PUBLISH", Method::Publish),
];

impl Method {
    /// The method of that name; `None` if it is not a token.
    pub fn read(name: &str) -> Option<Self> {
        match KNOWN.iter().find(|(known, _)| *known == name) {
            Some((_, method)) => Some(method.clone()),
            None => lex::is_token(name).then(|| Self::Other(Token(name.into()))),
        }
    }

    /// Its name, as in a request line.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(token) => &token.0,
            known => KNOWN.iter().find(|(_, method)| method == known).map_or("", |(name, _)| name),
        }
    }
}
