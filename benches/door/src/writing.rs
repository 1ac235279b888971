//! Writing: what a phone knows is there; what is new in a request comes from JavaScript, and its text goes there.

use telnyx_device::message::{HeaderValue, Method, Name, RequestDraft, Transport, UriBuf, name_addr, via};
use wasm_bindgen::prelude::*;

/// What stands in every request of a phone.
#[wasm_bindgen]
pub struct Writer {
    host: String,
    name: String,
    uri: UriBuf,
    constant: Vec<(Name, HeaderValue)>,
}

#[wasm_bindgen]
impl Writer {
    /// Of the phone `name` at `uri`, whose Via names `host`.
    #[wasm_bindgen(constructor)]
    pub fn new(
        host: String,
        name: String,
        uri: &str,
        contact: &str,
        allow: &str,
        supported: &str,
        user_agent: &str,
    ) -> Self {
        let constant = [
            (Name::Contact, contact),
            (Name::Allow, allow),
            (Name::Supported, supported),
            (Name::UserAgent, user_agent),
        ];
        Self {
            host,
            name,
            uri: UriBuf::read(uri).unwrap_or_default(),
            constant: constant.map(|(name, value)| (name, HeaderValue::lossy(value))).into(),
        }
    }

    /// The text of a request; empty where `method` or `target` is none.
    #[allow(clippy::too_many_arguments)] // each is new in every request
    pub fn request(
        &self,
        method: &str,
        target: &str,
        call_id: &str,
        tag: &str,
        branch: &str,
        sequence: u32,
        body: &str,
    ) -> String {
        let (Some(method), Ok(target)) = (Method::read(method), UriBuf::read(target)) else {
            return String::new();
        };
        let from = name_addr(Some(&self.name), self.uri.as_uri(), Some(tag));
        let to = name_addr(None, target.as_uri(), None);
        let hop = via(Transport::Wss, &self.host, None, branch);
        let mut draft = RequestDraft::new(method, target, hop, from, to, call_id, sequence);
        for (name, value) in &self.constant {
            draft.push(*name, value.clone());
        }
        if !body.is_empty() {
            draft.set_body(HeaderValue::lossy("application/sdp"), body.into());
        }
        String::from_utf8(draft.write()).unwrap_or_default()
    }
}
