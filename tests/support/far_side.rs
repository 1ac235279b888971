//! What the far side says to a user agent whose life is read from bytes.

use super::{Life, SDP};
use telnyx_device::message::{HeaderValue, Method, Name, Request, ResponseDraft, StatusCode};

/// What an answer or a request may say besides.
const ALSO: [&str; 19] = [
    "",
    "",
    "",
    "",
    "Supported: 100rel, timer\r\n",
    "Require: 100rel\r\nRSeq: 1\r\n",
    "Require: 100rel\r\nRSeq: 2\r\n",
    "RAck: 1 1 INVITE\r\n",
    "Session-Expires: 90;refresher=uas\r\n",
    "Supported: timer\r\nSession-Expires: 90;refresher=uac\r\n",
    "Min-SE: 200\r\n",
    "Require: nothing-known\r\n",
    "Replaces: call-1;to-tag=b1;from-tag=one\r\n",
    "Event: refer\r\nSubscription-State: active;expires=60\r\n",
    "Event: refer\r\nSubscription-State: terminated;reason=noresource\r\n",
    "Contact: <sip:elsewhere@c.invalid>\r\n",
    "Event: dialog\r\nSubscription-State: active;expires=60\r\n",
    "Event: dialog\r\nSubscription-State: terminated;reason=timeout\r\n",
    "SIP-ETag: e1\r\nExpires: 60\r\n",
];

impl Life<'_> {
    /// An answer to `request`, of any kind.
    pub(super) fn answer(&mut self, request: &Request) -> Vec<u8> {
        let statuses = [100, 180, 183, 200, 200, 200, 202, 302, 401, 407, 408, 423, 481, 486, 491, 503];
        let status = self.pick(&statuses).and_then(StatusCode::new).unwrap_or(StatusCode::OK);
        let shape = self.byte();
        let mut answer = ResponseDraft::to(request, status);
        if !shape.is_multiple_of(8) {
            answer.set_to_tag(if shape & 8 == 0 { "one" } else { "two" });
        }
        if shape & 16 == 0 {
            answer.set(Name::Contact, HeaderValue::lossy("<sip:bob@b.invalid>;expires=90"));
        }
        if *request.method() == Method::Register && shape & 64 == 0 {
            answer.set(Name::Require, HeaderValue::lossy("outbound"));
        }
        if shape & 32 == 0 {
            answer.set_body(HeaderValue::lossy("application/sdp"), SDP.as_bytes().to_vec());
        }
        if matches!(status.get(), 401 | 407) {
            let name = if status.get() == 401 { Name::WwwAuthenticate } else { Name::ProxyAuthenticate };
            let stale = if shape & 64 == 0 { ", stale=true" } else { "" };
            let nonce = shape / 64;
            let value = format!("Digest realm=\"r\", nonce=\"{nonce}\", qop=\"auth\"{stale}");
            answer.set(name, HeaderValue::lossy(&value));
        }
        answer.set(Name::MinExpires, HeaderValue::from(u32::from(shape) * 100));
        let also = self.pick(&ALSO).unwrap_or_default();
        let text = String::from_utf8_lossy(&answer.write()).into_owned();
        text.replacen("Content-Length:", &format!("{also}Content-Length:"), 1).into_bytes()
    }

    /// A request of the far side: a new one, or in the dialog of an answer or of a request of ours.
    pub(super) fn request(&mut self) -> Vec<u8> {
        let methods = [
            Method::Invite,
            Method::Invite,
            Method::Ack,
            Method::Ack,
            Method::Bye,
            Method::Info,
            Method::Message,
            Method::Options,
            Method::Refer,
            Method::Update,
            Method::Update,
            Method::Prack,
            Method::Prack,
            Method::Notify,
        ];
        let method = self.pick(&methods).unwrap_or(Method::Invite);
        let (number, shape) = (self.byte(), self.byte());
        let (answers, requests) = (self.answers.clone(), self.requests.clone());
        let (mut from, mut to) =
            (format!("<sip:bob@b.invalid>;tag=b{}", number % 4), String::from("<sip:alice@a>"));
        let mut call_id = format!("call-{}", number % 4);
        if shape & 1 == 0 {
            if let Some(answer) = self.pick(&answers) {
                (from, to) = (answer.from().as_str().into(), answer.to().as_str().into());
                call_id = answer.call_id().into();
            }
        } else if shape & 2 == 0
            && let Some(ours) = self.pick(&requests)
        {
            let tag = if ours.to().tag().is_some() { "" } else { ";tag=one" };
            (from, to) = (format!("{}{tag}", ours.to().as_str()), ours.from().as_str().into());
            call_id = ours.call_id().into();
        }
        let mut text = format!(
            "{method} sip:alice@a.invalid SIP/2.0\r\nVia: SIP/2.0/WSS b.invalid;branch=z9hG4bK{call_id}{number}\r\n\
             From: {from}\r\nTo: {to}\r\nCall-ID: {call_id}\r\nCSeq: {} {method}\r\n",
            number % 16,
            method = method.as_str(),
        );
        if shape & 4 == 0 {
            text.push_str("Contact: <sip:bob@b.invalid>\r\n");
        }
        text.push_str(self.pick(&ALSO).unwrap_or_default());
        match (method, shape & 32) {
            (Method::Refer, _) => text.push_str("Refer-To: <sip:carol@c>\r\n\r\n"),
            (Method::Notify, _) => {
                text.push_str("Content-Type: message/sipfrag\r\n\r\nSIP/2.0 200 OK\r\n");
            }
            (Method::Info, 0) => {
                text.push_str("Content-Type: application/dtmf-relay\r\n\r\nSignal=1\r\nDuration=100\r\n");
            }
            (_, 0) => text.push_str("Content-Type: application/sdp\r\n\r\nv=0\r\n"),
            _ => text.push_str("\r\n"),
        }
        text.into_bytes()
    }
}
