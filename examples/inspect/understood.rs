//! A message as JSON.

use super::device::Device;
use serde_json::{Value, json};
use telnyx_device::message::*;

/// What `frame`, the content of `file`, says.
///
/// `verdict` is `"ok"`, or `"refused"` where a SIP element must not act on the message as it stands. `status` is the
/// final answer that a device gives by itself, null where it gives none or a person decides. `reason` goes with it; in
/// a response that is ok it is the one that stands there. Of a message that is refused, the fields are what was
/// understood of it all the same.
pub fn understood(file: &str, frame: &[u8]) -> Value {
    match read(frame) {
        Ok(Frame::Message(message)) => {
            let lines = |name| message.lines(name).map(str::to_owned).collect();
            let start = match &message {
                Message::Request(it) => request(it, frame),
                Message::Response(it) => Start {
                    code: Some(it.status().get()),
                    reason: Some(it.reason().to_owned()),
                    ..Start::default()
                },
            };
            shown(file, Verdict::Ok, start, &lines, Some(message.body().len()))
        }
        Ok(Frame::Ping | Frame::Pong) => {
            let start = Start { reason: Some("Keep-alive".into()), ..Start::default() };
            shown(file, Verdict::Ok, start, &|_| Vec::new(), Some(0))
        }
        Err(refused) => {
            let answer = refused.response();
            let status = answer.as_ref().map(|it| it.status().get());
            let start = Start { status, reason: Some(refused.reason().into()), ..Start::default() };
            let lines = |name| {
                let fields = answer.iter().flat_map(|answer| answer.all(name));
                fields.map(|value| value.as_str().to_owned()).collect()
            };
            shown(file, Verdict::Refused, start, &lines, None)
        }
    }
}

enum Verdict {
    Ok,
    Refused,
}

/// What is known before the fields.
#[derive(Default)]
struct Start {
    status: Option<u16>,
    reason: Option<String>,
    method: Option<String>,
    code: Option<u16>,
    uri: Value,
}

fn request(request: &Request, frame: &[u8]) -> Start {
    let response = |frame: &Vec<u8>| match read(frame) {
        Ok(Frame::Message(Message::Response(it))) if it.status().is_final() => Some(it),
        _ => None,
    };
    let answer = Device::connected().hears(frame).iter().find_map(response);
    Start {
        status: answer.as_ref().map(|it| it.status().get()),
        reason: answer.map(|it| it.reason().to_owned()),
        method: Some(request.method().as_str().to_owned()),
        uri: target(request.uri()),
        code: None,
    }
}

/// `lines` gives the values of the fields of a name.
fn shown(
    file: &str,
    verdict: Verdict,
    start: Start,
    lines: &dyn Fn(Name) -> Vec<String>,
    body: Option<usize>,
) -> Value {
    let first = |name| lines(name).into_iter().next();
    let address = |name| first(name).as_deref().and_then(NameAddr::read).map(person);
    json!({
        "file": file,
        "verdict": match verdict { Verdict::Ok => "ok", Verdict::Refused => "refused" },
        "status": start.status,
        "reason": start.reason,
        "method": start.method,
        "statusCode": start.code,
        "requestUri": start.uri,
        "from": address(Name::From),
        "to": address(Name::To),
        "callId": first(Name::CallId),
        "cseq": first(Name::CSeq).as_deref().and_then(cseq),
        "via": list(&lines(Name::Via), |text| Some(hop(Via::read(text)?))),
        "contact": list(&lines(Name::Contact), |text| Some(target(NameAddr::read(text)?.uri()))),
        "bodyLength": body,
    })
}

/// The elements of all `lines` that can be read.
fn list(lines: &[String], read: fn(&str) -> Option<Value>) -> Value {
    lines.iter().flat_map(|line| Elements::of(line)).filter_map(read).collect()
}

fn person(address: NameAddr<'_>) -> Value {
    json!({ "displayName": address.display_name(), "uri": target(address.uri()), "tag": address.tag() })
}

fn cseq(text: &str) -> Option<Value> {
    let (number, method) = text.split_once([' ', '\t'])?;
    Some(json!({ "number": number.parse::<u64>().ok()?, "method": method.trim() }))
}

fn hop(via: Via<'_>) -> Value {
    json!({
        "transport": via.transport(), "host": via.host(), "port": via.port(), "branch": via.params().get("branch"),
    })
}

fn target(uri: Uri<'_>) -> Value {
    let host = Some(uri.host()).filter(|host| !host.is_empty());
    json!({ "scheme": uri.scheme(), "user": uri.user(), "host": host, "port": uri.port() })
}
