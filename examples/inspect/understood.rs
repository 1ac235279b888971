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
            let (status, reason) = answer(&message, frame);
            let (method, code, uri) = match &message {
                Message::Request(it) => (json!(it.method().as_str()), Value::Null, target(it.uri())),
                Message::Response(it) => (Value::Null, json!(it.status().get()), Value::Null),
            };
            let start = json!({
                "file": file, "verdict": "ok", "status": status, "reason": reason,
                "method": method, "statusCode": code, "requestUri": uri,
            });
            let lines = |name| message.lines(name).map(str::to_owned).collect();
            with_fields(start, &lines, message.body().len().into())
        }
        Ok(Frame::Ping | Frame::Pong) => keep_alive(file),
        Err(refused) => {
            let answer = refused.response();
            let start = json!({
                "file": file, "verdict": "refused",
                "status": answer.as_ref().map(|it| it.status().get()), "reason": refused.reason(),
                "method": null, "statusCode": null, "requestUri": null,
            });
            let lines = |name| {
                let fields = answer.iter().flat_map(|answer| answer.all(name));
                fields.map(|value| value.as_str().to_owned()).collect()
            };
            with_fields(start, &lines, Value::Null)
        }
    }
}

/// The status and reason phrase of our answer, or the reason phrase of the message itself.
fn answer(message: &Message, frame: &[u8]) -> (Option<u16>, Option<String>) {
    if let Message::Response(it) = message {
        return (None, Some(it.reason().to_owned()));
    }
    let response = |frame: &Vec<u8>| match read(frame) {
        Ok(Frame::Message(Message::Response(it))) if it.status().is_final() => Some(it),
        _ => None,
    };
    let answer = Device::connected().hears(frame).iter().find_map(response);
    (answer.as_ref().map(|it| it.status().get()), answer.map(|it| it.reason().to_owned()))
}

fn keep_alive(file: &str) -> Value {
    let start = json!({
        "file": file, "verdict": "ok", "status": null, "reason": "Keep-alive",
        "method": null, "statusCode": null, "requestUri": null,
    });
    with_fields(start, &|_| Vec::new(), 0.into())
}

/// Adds what stands in the fields, of which `lines` gives the values by name.
fn with_fields(mut start: Value, lines: &dyn Fn(Name) -> Vec<String>, body_length: Value) -> Value {
    let first = |name| lines(name).into_iter().next();
    let address = |name| first(name).as_deref().and_then(NameAddr::read).map_or(Value::Null, person);
    start["from"] = address(Name::From);
    start["to"] = address(Name::To);
    start["callId"] = first(Name::CallId).into();
    start["cseq"] = first(Name::CSeq).as_deref().and_then(cseq).unwrap_or_default();
    start["via"] = list(&lines(Name::Via), |text| Some(hop(Via::read(text)?)));
    start["contact"] = list(&lines(Name::Contact), |text| Some(target(NameAddr::read(text)?.uri())));
    start["bodyLength"] = body_length;
    start
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
