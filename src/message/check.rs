//! Whether a message is coherent: its start line, its mandatory fields, and the fields that route it (RFC 3261 §7,
//! §8.2, §16.3, RFC 4475 §3).

use super::head::{Head, Parts};
use super::index::Index;
use super::refused::{Fault, bad};
use super::{MAX_URI, Message, Method, Name, NameAddr, Request, Response, StatusCode, Uri, Via, lex};
use core::ops::Range;
use std::rc::Rc;

/// What [`check`] has found out.
pub(super) struct Facts {
    pub(super) status: Option<StatusCode>,
    pub(super) target: Range<usize>,
    pub(super) method: Method,
    pub(super) cseq: u32,
    pub(super) body_len: usize,
}

impl Facts {
    pub(super) fn into_message(self, index: Index, binary: Vec<u8>) -> Message {
        match self.status {
            Some(status) => Message::Response(Response::new(self.into_head(index, binary), status)),
            None => Message::Request(Request::new(self.into_head(index, binary))),
        }
    }

    pub(super) fn into_head(self, index: Index, mut binary: Vec<u8>) -> Head {
        let start = index.head_len;
        let in_text = if binary.is_empty() { self.body_len } else { 0 };
        binary.truncate(self.body_len);
        let Self { target, method, cseq, .. } = self;
        Head(Rc::new(Parts { index, target, method, cseq, body: start..start + in_text, binary }))
    }
}

pub(super) fn check(index: &Index, rest: usize) -> Result<Facts, Fault> {
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
    if call_id.is_empty() || call_id.bytes().any(lex::is_space) {
        return Err(bad("Bad Call-ID"));
    }
    let (cseq, method) = single(index, Name::CSeq)?.and_then(cseq).ok_or(bad("Bad CSeq"))?;
    if index.lines(Name::Via).next().is_none()
        || !index.elements(Name::Via).all(|via| Via::read(via).is_some())
    {
        return Err(bad("Bad Via"));
    }
    addresses(index, Name::RecordRoute)?;
    let status = match start {
        Start::Request(line) if line != method => return Err(bad("CSeq does not match the method")),
        Start::Request(_) => {
            check_request(index)?;
            None
        }
        // In a response other people's bindings may be listed: a bad one is passed over, not a reason to drop it.
        Start::Response(status) => Some(status),
    };
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

fn check_request(index: &Index) -> Result<(), Fault> {
    if single(index, Name::MaxForwards)?.is_some_and(|hops| lex::number(hops).is_none_or(|hops| hops > 255)) {
        return Err(bad("Bad Max-Forwards"));
    }
    addresses(index, Name::Route)?;
    let mut contacts = index.elements(Name::Contact);
    match (contacts.next(), contacts.next()) {
        (Some("*"), None) => Ok(()), // §10.2.2
        _ => addresses(index, Name::Contact),
    }
}

fn addresses(index: &Index, name: Name) -> Result<(), Fault> {
    let well_formed = index.elements(name).all(|text| NameAddr::read(text).is_some());
    if well_formed { Ok(()) } else { Err(bad("Bad Contact, Route or Record-Route")) }
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
    let (first, rest) = lex::split(line, b' ').ok_or(malformed)?;
    if is_sip(first) {
        check_version(first)?;
        let (code, reason) = lex::split(rest, b' ').unwrap_or((rest, ""));
        let status = lex::number(code)
            .filter(|_| code.len() == 3)
            .and_then(|code| StatusCode::new(u16::try_from(code).ok()?));
        return Ok((
            Start::Response(status.ok_or(bad("Bad status code"))?),
            line.len() - reason.len()..line.len(),
        ));
    }
    let (uri, version) = lex::split(rest, b' ').ok_or(malformed)?;
    let method = Method::read(first).ok_or(malformed)?;
    check_version(version)?;
    if uri.len() > MAX_URI {
        return Err(Fault(StatusCode::REQUEST_URI_TOO_LONG, "Request-URI Too Long"));
    }
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
    } else if is_sip(version) && !version.bytes().any(lex::is_space) {
        Err(Fault(StatusCode::VERSION_NOT_SUPPORTED, "Version Not Supported"))
    } else {
        Err(bad("Malformed start line"))
    }
}

fn cseq(value: &str) -> Option<(u32, Method)> {
    let (number, method) = lex::split_word(value);
    let number = lex::number(number).filter(|number| *number < 1 << 31)?; // §8.1.1.5
    Some((number, Method::read(method)?))
}
