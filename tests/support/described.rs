//! All that is read of a message, as text: one line for the start, one for each element of each field, one for the body.

use std::borrow::Cow;
use std::fmt::Write;
use telnyx_device::message::*;

/// What was understood of `message`, to the last parameter. Texts that were unescaped are in quotes.
pub fn described(message: &Message) -> String {
    let mut out = match message {
        Message::Request(it) => format!("{} {}\n", it.method().as_str(), uri(it.uri())),
        Message::Response(it) => format!("{} {:?}\n", it.status().get(), it.reason()),
    };
    for (label, value) in message.fields() {
        let name = Name::find(label);
        let label = if name == Name::Other { label } else { name.as_str() };
        let elements = if name.is_list() { Elements::of(value).collect() } else { vec![value] };
        for element in elements {
            writeln!(out, "{label}: {}", field(name, element)).unwrap();
        }
    }
    let body = message.body();
    let text = message.body_text().map_or("not text".to_owned(), |text| format!("{text:?}"));
    if !body.is_empty() {
        writeln!(out, "{} bytes: {text}", body.len()).unwrap();
    }
    out
}

fn field(name: Name, value: &str) -> String {
    match name {
        Name::Via => via(Via::read(value).unwrap()),
        Name::From | Name::To | Name::Contact | Name::Route | Name::RecordRoute => {
            address(NameAddr::read(value).unwrap())
        }
        _ => value.to_owned(),
    }
}

fn via(via: Via<'_>) -> String {
    format!("{} {}{}{}", via.transport(), via.host(), port(via.port()), params(via.params()))
}

fn address(address: NameAddr<'_>) -> String {
    let name = address.display_name().map_or(String::new(), |name| format!("{name:?} "));
    format!("{name}{}{}", uri(address.uri()), params(address.params()))
}

fn uri(uri: Uri<'_>) -> String {
    if !uri.is_sip() {
        return format!("<{}>", uri.as_str());
    }
    let part =
        |sign: &str, part: Option<Cow<'_, str>>| part.map_or(String::new(), |it| format!("{sign}{it:?}"));
    let user = part("", uri.user()) + &part(":", uri.password().map(Cow::Borrowed));
    let headers = if uri.headers().is_empty() { String::new() } else { format!(" ?{}", uri.headers()) };
    format!("<{} {user}@{}{}{}{headers}>", uri.scheme(), uri.host(), port(uri.port()), params(uri.params()))
}

fn port(port: Option<u16>) -> String {
    port.map_or(String::new(), |port| format!(" {port}"))
}

/// Each by its name as written, and what is given when it is asked for.
fn params(params: Params<'_>) -> String {
    let describe = |(name, value): (&str, Option<&str>)| match value {
        Some(_) => format!(" ;{name}={:?}", params.unquoted(name).unwrap_or_default()),
        None => format!(" ;{name}"),
    };
    params.iter().map(describe).collect()
}
