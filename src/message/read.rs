//! Reading: from the bytes of one WebSocket message to a coherent [`Message`], or to a [`Refused`] that knows the
//! answer (RFC 3261 §7, §8.2, §16.3, RFC 7118).

use super::head::{Head, Parts};
use super::index::Index;
use super::{Method, Name, NameAddr, ResponseDraft, StatusCode, Uri, Via, lex};
use core::fmt;
use core::ops::{Deref, Range};
use std::rc::Rc;

/// The longest message that is read, in bytes.
pub const MAX_MESSAGE: usize = 256 * 1024;

/// The most header fields that a message may have.
pub const MAX_FIELDS: usize = 512;

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
    /// The method.
    pub fn method(&self) -> &Method {
        &self.0.0.method
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

/// A message that is not taken, and what to answer.
pub struct Refused {
    fault: Fault,
    response: Option<Box<ResponseDraft>>,
}

#[derive(Clone, Copy)]
struct Fault(StatusCode, &'static str);

const fn bad(reason: &'static str) -> Fault {
    Fault(StatusCode::BAD_REQUEST, reason)
}

impl Refused {
    /// The status that says what is wrong: 400, 505 or 513.
    pub fn status(&self) -> StatusCode {
        self.fault.0
    }

    /// What is wrong, to be used as the reason phrase.
    pub fn reason(&self) -> &'static str {
        self.fault.1
    }

    /// The answer. `None` for a response, an ACK and what has too little of a request.
    pub fn response(&self) -> Option<ResponseDraft> {
        self.response.as_deref().cloned()
    }
}

impl fmt::Debug for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.fault.1)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.fault.1)
    }
}

impl core::error::Error for Refused {}

/// Reads one WebSocket message, text or binary, in time linear in its length.
///
/// Line ends may be bare LF, empty lines may come first, and a missing Content-Length means that the body is all the
/// rest (RFC 7118 §5.2). What follows the body is dropped.
///
/// # Errors
/// [`Refused`] for everything that is not a coherent SIP message.
pub fn read(frame: &[u8]) -> Result<Frame, Refused> {
    let line_ends = frame.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let message = frame.get(line_ends..).unwrap_or_default();
    if message.is_empty() && line_ends > 0 {
        return Ok(if line_ends > 2 { Frame::Ping } else { Frame::Pong });
    }
    let unanswerable = |fault| Refused { fault, response: None };
    if message.len() > MAX_MESSAGE {
        return Err(unanswerable(Fault(StatusCode::MESSAGE_TOO_LARGE, "Message Too Large")));
    }
    let Some(head_len) = end_of_head(message) else {
        return Err(unanswerable(bad("No end of header")));
    };
    let (index, binary) = take_in(message, head_len);
    match check(&index, message.len() - head_len) {
        Ok(facts) => Ok(Frame::Message(facts.into_message(index, binary))),
        Err(fault) => {
            let response = ResponseDraft::refusing(&index, fault.0, fault.1).map(Box::new);
            Err(Refused { fault, response })
        }
    }
}

/// The length of the head, its empty line included.
fn end_of_head(message: &[u8]) -> Option<usize> {
    let mut empty = false;
    let at = message.iter().position(|byte| match byte {
        b'\n' if empty => true,
        b'\n' => {
            empty = true;
            false
        }
        b'\r' => false,
        _ => {
            empty = false;
            false
        }
    })?;
    Some(at + 1)
}

/// The one copy of the message: folded lines joined, fields indexed, a body that is not UTF-8 beside it.
fn take_in(message: &[u8], head_len: usize) -> (Index, Vec<u8>) {
    let mut bytes = message.to_vec();
    let stray = bytes.get_mut(..head_len).is_some_and(unfold);
    let mut binary = Vec::new();
    let mut index = match String::from_utf8(bytes) {
        Ok(text) => Index::of(text, head_len),
        Err(error) => {
            let mut bytes = error.into_bytes();
            binary = bytes.split_off(head_len.min(bytes.len()));
            match String::from_utf8(bytes) {
                Ok(head) => Index::of(head, head_len),
                Err(error) => {
                    let head = String::from_utf8_lossy(error.as_bytes()).into_owned();
                    let len = head.len();
                    let mut index = Index::of(head, len);
                    index.fault = Some("Header is not UTF-8");
                    index
                }
            }
        }
    };
    if stray {
        index.fault = Some("CR without LF");
    }
    (index, binary)
}

/// Replaces the line end of each folded line by spaces (RFC 3261 §7.3.1). Says whether a CR stands without its LF.
fn unfold(head: &mut [u8]) -> bool {
    let (mut next, mut folded, mut stray) = (0, false, false);
    for byte in head.iter_mut().rev() {
        let this = *byte;
        match this {
            b'\n' => folded = matches!(next, b' ' | b'\t'),
            b'\r' if next == b'\n' => {}
            b'\r' => stray = true,
            _ => folded = false,
        }
        if folded {
            *byte = b' ';
        }
        next = this;
    }
    stray
}

/// What [`check`] has found out.
struct Facts {
    status: Option<StatusCode>,
    target: Range<usize>,
    method: Method,
    cseq: u32,
    body_len: usize,
}

impl Facts {
    fn into_message(self, index: Index, mut binary: Vec<u8>) -> Message {
        let start = index.head_len;
        let in_text = if binary.is_empty() { self.body_len } else { 0 };
        binary.truncate(self.body_len);
        let Self { status, target, method, cseq, .. } = self;
        let head = Head(Rc::new(Parts { index, target, method, cseq, body: start..start + in_text, binary }));
        match status {
            Some(status) => Message::Response(Response(head, status)),
            None => Message::Request(Request(head)),
        }
    }
}

fn check(index: &Index, rest: usize) -> Result<Facts, Fault> {
    let (start, target) = start_line(index.start_line())?;
    if let Some(fault) = index.fault {
        return Err(bad(fault));
    }
    let address = |name, fault| match NameAddr::read(single(index, name)?.ok_or(bad(fault))?) {
        Some(_) => Ok(()),
        None => Err(bad(fault)),
    };
    address(Name::From, "Bad From")?;
    address(Name::To, "Bad To")?;
    let call_id = single(index, Name::CallId)?.unwrap_or_default();
    if call_id.is_empty() || call_id.contains(lex::is_space) {
        return Err(bad("Bad Call-ID"));
    }
    let (cseq, method) = single(index, Name::CSeq)?.and_then(cseq).ok_or(bad("Bad CSeq"))?;
    if index.lines(Name::Via).next().is_none()
        || !index.elements(Name::Via).all(|via| Via::read(via).is_some())
    {
        return Err(bad("Bad Via"));
    }
    let status = match start {
        Start::Request(line) if line != method => return Err(bad("CSeq does not match the method")),
        Start::Request(_) => None,
        Start::Response(status) => Some(status),
    };
    if single(index, Name::MaxForwards)?.is_some_and(|hops| lex::number(hops).is_none_or(|hops| hops > 255)) {
        return Err(bad("Bad Max-Forwards"));
    }
    let mut addresses =
        [Name::Contact, Name::Route, Name::RecordRoute].into_iter().flat_map(|name| index.elements(name));
    if !addresses.all(|text| NameAddr::read(text).is_some() || text == "*") {
        return Err(bad("Bad Contact, Route or Record-Route"));
    }
    single(index, Name::ContentType)?;
    let body_len = match single(index, Name::ContentLength)? {
        Some(length) => lex::number(length).ok_or(bad("Bad Content-Length"))? as usize,
        None => rest,
    };
    if body_len > rest {
        return Err(bad("Body shorter than Content-Length"));
    }
    Ok(Facts { status, target, method, cseq, body_len })
}

/// The value of a field that may not be repeated.
fn single(index: &Index, name: Name) -> Result<Option<&str>, Fault> {
    let mut lines = index.lines(name);
    let first = lines.next();
    if lines.next().is_some() { Err(bad("Repeated header field")) } else { Ok(first) }
}

enum Start {
    Request(Method),
    Response(StatusCode),
}

/// Reads the start line; with the place in it of the Request-URI or the reason phrase (RFC 3261 §7.1, §7.2).
fn start_line(line: &str) -> Result<(Start, Range<usize>), Fault> {
    let malformed = bad("Malformed start line");
    let (first, rest) = line.split_once(' ').ok_or(malformed)?;
    if is_sip(first) {
        check_version(first)?;
        let (code, reason) = rest.split_once(' ').unwrap_or((rest, ""));
        let status = lex::number(code).and_then(|code| StatusCode::new(u16::try_from(code).ok()?));
        return Ok((
            Start::Response(status.ok_or(bad("Bad status code"))?),
            line.len() - reason.len()..line.len(),
        ));
    }
    let (uri, version) = rest.split_once(' ').ok_or(malformed)?;
    let method = Method::read(first).ok_or(malformed)?;
    check_version(version)?;
    // Headers in a Request-URI are for addresses that are turned into a request, not for the request (§19.1.1).
    if !Uri::read(uri).is_some_and(|uri| uri.headers().is_empty()) {
        return Err(bad("Bad Request-URI"));
    }
    let start = first.len() + 1;
    Ok((Start::Request(method), start..start + uri.len()))
}

fn is_sip(version: &str) -> bool {
    version.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("SIP/"))
}

fn check_version(version: &str) -> Result<(), Fault> {
    if version.eq_ignore_ascii_case("SIP/2.0") {
        Ok(())
    } else if is_sip(version) && !version.contains(' ') {
        Err(Fault(StatusCode::VERSION_NOT_SUPPORTED, "Version Not Supported"))
    } else {
        Err(bad("Malformed start line"))
    }
}

fn cseq(value: &str) -> Option<(u32, Method)> {
    let (number, method) = value.split_once(lex::is_space)?;
    let number = lex::number(number).filter(|number| *number < 1 << 31)?; // §8.1.1.5
    Some((number, Method::read(lex::trim(method))?))
}
