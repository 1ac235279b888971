//! SIP messages: the only place that reads and writes their text (RFC 3261 §7, §18–20, §25, RFC 7118).
//!
//! Coming in, [`read`] turns the bytes of one WebSocket message into a [`Message`]: one copy of the text, shared by
//! every clone, and an index of where its fields stand. What it lets through is coherent, so that nobody after it
//! meets a message without a Via; what it does not is [`Refused`], which knows the answer. Fields are looked up by
//! [`Name`] and taken apart into views when asked for: [`NameAddr`], [`Uri`], [`Via`], [`Params`].
//!
//! Going out, a [`RequestDraft`] or [`ResponseDraft`] is made with all that RFC 3261 demands of it, is given more,
//! and is written. Every value is a [`HeaderValue`], which cannot hold the end of a line.

mod anonymous;
mod auto_answer;
mod check;
mod dialog_info;
pub mod dtmf;
mod escape;
mod extensions;
mod head;
mod host;
mod index;
mod lex;
mod lists;
mod message_summary;
mod method;
mod multipart;
mod name;
mod name_addr;
mod notice;
mod params;
mod presence;
mod read;
mod received;
mod redact;
mod refused;
mod request;
mod response;
mod sent;
pub mod session;
pub mod sipfrag;
mod status;
#[cfg(all(feature = "rsip", not(target_arch = "wasm32")))]
mod to_rsip;
pub mod trickle;
mod uri;
mod value;
mod via;
pub mod vq_report;
mod write;
mod xml;

pub use anonymous::{Pseudonyms, anonymous};
pub use dialog_info::{DialogEntry, DialogInfo, DialogState, Party};
pub use extensions::{Replaces, Role, SessionExpires, rack};
pub use head::{CSeq, Head};
pub use lex::{push_number, quote, quoted, unquote};
pub use lists::Elements;
pub use message_summary::{MessageCount, MessageSummary};
pub use method::{Method, Token};
pub use name::Name;
pub use name_addr::{NameAddr, name_addr};
pub use notice::{Notice, SubscriptionState, TerminationReason, accepted_type, event_package, is_event_type};
pub use params::Params;
pub use presence::{Presence, Tuple};
pub use read::{MAX_FIELDS, MAX_MESSAGE, read};
pub use received::{Frame, Message, Request, Response};
pub use redact::{is_credential, redacted, redacted_body};
pub use refused::Refused;
pub use request::RequestDraft;
pub use response::ResponseDraft;
pub use status::StatusCode;
#[cfg(all(feature = "rsip", not(target_arch = "wasm32")))]
pub use to_rsip::Unconvertible;
pub use uri::{BadUri, MAX_URI, Uri, UriBuf};
pub use value::{BadHeader, ExtraHeader, HeaderValue};
pub use via::{Transport, Via, via};
pub use write::Fields;
