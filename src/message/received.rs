//! Messages that were received.

use super::{Head, Method, StatusCode, Uri};
use core::ops::Deref;

/// What one WebSocket message holds.
#[derive(Clone, Debug)]
pub enum Frame {
    /// CRLF CRLF: the far side asks for a pong (RFC 5626 §3.5.1).
    Ping,
    /// CRLF: the answer to our ping.
    Pong,
    /// A SIP message.
    Message(Message),
}

/// A received message.
#[derive(Clone, Debug)]
pub enum Message {
    /// A request.
    Request(Request),
    /// A response.
    Response(Response),
}

impl Deref for Message {
    type Target = Head;

    fn deref(&self) -> &Head {
        match self {
            Self::Request(request) => request,
            Self::Response(response) => response,
        }
    }
}

/// A received request.
#[derive(Clone, Debug)]
pub struct Request(Head);

impl Request {
    pub(super) fn new(head: Head) -> Self {
        Self(head)
    }

    /// The method.
    pub fn method(&self) -> &Method {
        self.cseq().method // they are the same
    }

    /// The Request-URI.
    pub fn uri(&self) -> Uri<'_> {
        Uri::read(self.target()).unwrap_or_default() // `read` has checked it
    }
}

impl Deref for Request {
    type Target = Head;

    fn deref(&self) -> &Head {
        &self.0
    }
}

/// A received response.
#[derive(Clone, Debug)]
pub struct Response(Head, StatusCode);

impl Response {
    pub(super) fn new(head: Head, status: StatusCode) -> Self {
        Self(head, status)
    }

    /// The status code.
    pub fn status(&self) -> StatusCode {
        self.1
    }

    /// The reason phrase as sent; it may be empty.
    pub fn reason(&self) -> &str {
        self.target()
    }
}

impl Deref for Response {
    type Target = Head;

    fn deref(&self) -> &Head {
        &self.0
    }
}
