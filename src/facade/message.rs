//! Read-only views of SIP messages.

use crate::browser::object;
use crate::message::{Message, Name, NameAddr, Request, Response, UriBuf, is_credential, redacted_body};
use wasm_bindgen::prelude::*;

/// A SIP request or response. Nothing of it can be changed.
#[wasm_bindgen]
pub struct SipMessage {
    message: Message,
    /// Whether the body is shown without the keys of media, too: to whoever looks at all that passes.
    is_watched: bool,
}

/// A SIP URI.
#[wasm_bindgen]
pub struct SipUri(UriBuf);

impl SipMessage {
    /// The view of a message.
    pub fn of(message: Message) -> JsValue {
        Self { message, is_watched: false }.into()
    }

    /// The view of a message as it passes, for logs.
    pub fn watched(message: Message) -> JsValue {
        Self { message, is_watched: true }.into()
    }

    /// The view of a response.
    pub fn view(response: Response) -> JsValue {
        Self::of(Message::Response(response))
    }

    /// The view of a request.
    pub fn request(request: Request) -> JsValue {
        Self::of(Message::Request(request))
    }

    fn values(&self, name: &str) -> impl Iterator<Item = String> {
        let secret = is_credential(Name::find(name));
        self.message.named(name).map(move |value| if secret { "***" } else { value }.into())
    }

    fn response(&self) -> Option<&Response> {
        match &self.message {
            Message::Response(response) => Some(response),
            Message::Request(_) => None,
        }
    }
}

#[wasm_bindgen]
impl SipMessage {
    /// The method; of a response, that of its request.
    #[wasm_bindgen(getter)]
    pub fn method(&self) -> String {
        self.message.cseq().method.as_str().into()
    }

    /// The status code of a response.
    #[wasm_bindgen(getter, js_name = statusCode)]
    pub fn status_code(&self) -> Option<u16> {
        self.response().map(|response| response.status().get())
    }

    /// The old name of `statusCode`.
    #[wasm_bindgen(getter, js_name = status_code)]
    pub fn old_status_code(&self) -> Option<u16> {
        self.status_code()
    }

    /// The reason phrase of a response.
    #[wasm_bindgen(getter, js_name = reasonPhrase)]
    pub fn reason_phrase(&self) -> Option<String> {
        self.response().map(|response| response.reason().into())
    }

    /// The old name of `reasonPhrase`.
    #[wasm_bindgen(getter, js_name = reason_phrase)]
    pub fn old_reason_phrase(&self) -> Option<String> {
        self.reason_phrase()
    }

    /// Who sent the request.
    #[wasm_bindgen(getter, unchecked_return_type = "SipIdentity")]
    pub fn from(&self) -> JsValue {
        identity(self.message.from())
    }

    /// To whom the request was sent.
    #[wasm_bindgen(getter, unchecked_return_type = "SipIdentity")]
    pub fn to(&self) -> JsValue {
        identity(self.message.to())
    }

    /// The old name for who sent a request.
    #[wasm_bindgen(getter, js_name = remoteIdentity, unchecked_return_type = "SipIdentity")]
    pub fn remote_identity(&self) -> JsValue {
        self.from()
    }

    /// The media type of the body.
    #[wasm_bindgen(getter, js_name = contentType)]
    pub fn content_type(&self) -> Option<String> {
        self.message.content_type().map(Into::into)
    }

    /// The old name of `contentType`.
    #[wasm_bindgen(getter, js_name = content_type)]
    pub fn old_content_type(&self) -> Option<String> {
        self.content_type()
    }

    /// The body as text; empty where there is none. In the event `sip`, the keys of media are hidden, as in `toString()`.
    #[wasm_bindgen(getter)]
    pub fn body(&self) -> String {
        let body = String::from_utf8_lossy(self.message.body());
        if self.is_watched { redacted_body(&body) } else { body.into_owned() }
    }

    /// The first value of a header field, by its name in any case or its compact name.
    #[wasm_bindgen(js_name = getHeader)]
    pub fn get_header(&self, name: &str) -> Option<String> {
        self.values(name).next()
    }

    /// Every value of a header field, in order.
    #[wasm_bindgen(js_name = getHeaders)]
    pub fn get_headers(&self, name: &str) -> Vec<String> {
        self.values(name).collect()
    }

    /// The text of the message with `***` for credentials.
    #[wasm_bindgen(js_name = toString)]
    #[allow(clippy::inherent_to_string)] // what JavaScript calls
    pub fn to_string(&self) -> String {
        self.message.redacted()
    }
}

#[wasm_bindgen]
impl SipUri {
    /// Such as `sip`.
    #[wasm_bindgen(getter)]
    pub fn scheme(&self) -> String {
        self.0.as_uri().scheme().into()
    }

    /// The user part, without percent escapes.
    #[wasm_bindgen(getter)]
    pub fn user(&self) -> Option<String> {
        self.0.as_uri().user().map(Into::into)
    }

    /// The host.
    #[wasm_bindgen(getter)]
    pub fn host(&self) -> String {
        self.0.as_uri().host().into()
    }

    /// The port, where it is given.
    #[wasm_bindgen(getter)]
    pub fn port(&self) -> Option<u16> {
        self.0.as_uri().port()
    }

    /// The URI as text.
    #[wasm_bindgen(js_name = toString)]
    #[allow(clippy::inherent_to_string)] // what JavaScript calls
    pub fn to_string(&self) -> String {
        self.0.as_str().into()
    }
}

/// `{uri, displayName, friendlyName}`.
pub fn identity(party: NameAddr<'_>) -> JsValue {
    let uri = party.uri();
    let name = party.display_name().filter(|name| !name.is_empty());
    let friendly = name.clone().or_else(|| uri.user()).unwrap_or_else(|| uri.as_str().into());
    object(&[
        ("uri", &SipUri(uri.to_owned()).into()),
        ("displayName", &name.as_deref().map_or(JsValue::UNDEFINED, JsValue::from_str)),
        ("friendlyName", &friendly.as_ref().into()),
    ])
    .into()
}
