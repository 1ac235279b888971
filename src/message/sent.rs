//! What we sent, as a message to look at: the application sees its own requests and responses as it sees others'.

use super::check::Facts;
use super::read::take_in;
use super::{Head, Method, Name, Request, RequestDraft, Response, ResponseDraft, lex};
use core::ops::Range;

impl RequestDraft {
    /// A view of this request as it is written.
    pub fn to_request(&self) -> Request {
        let start = self.method().as_str().len() + 1;
        let target = start..start + self.uri().as_str().len();
        Request::new(head(&self.write(), target, self.method().clone(), self.cseq(), self.body().len()))
    }
}

impl ResponseDraft {
    /// A view of this response as it is written.
    pub fn to_response(&self) -> Response {
        let cseq = self.get(Name::CSeq).map_or("", |value| value.as_str());
        let method = cseq.split_once([' ', '\t']).and_then(|(_, method)| Method::read(method.trim()));
        let number = lex::leading_number(cseq).unwrap_or_default();
        let start = "SIP/2.0 200 ".len();
        let target = start..start + self.reason().len();
        // A CSeq without a method is in no request that could be answered.
        let head = head(&self.write(), target, method.unwrap_or(Method::Options), number, self.body().len());
        Response::new(head, self.status())
    }
}

fn head(frame: &[u8], target: Range<usize>, method: Method, cseq: u32, body_len: usize) -> Head {
    let (index, binary) = take_in(frame);
    Facts { status: None, target, method, cseq, body_len }.into_head(index, binary)
}
