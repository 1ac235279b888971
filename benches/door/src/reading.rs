//! Reading: JavaScript has the text already, so it is told where the values stand in it.

use std::borrow::Cow;
use telnyx_device::message::{Frame, Message, Name, NameAddr, quoted, read};
use wasm_bindgen::prelude::*;

/// The place of a value that is not there.
const NOWHERE: u32 = u32::MAX;

/// How many numbers come before the places.
const NUMBERS: usize = 3;

/// Reads a message; nothing where it is none. Gives
///
/// - the status code, 0 in a request; the sequence number; how many Vias there are;
/// - then places, from and to, in the UTF-16 code units of the text: Request-URI or reason phrase, method, Call-ID, body;
///   name, URI and tag of From and of To; each Via; name and URI of each Contact. Names stand there with their escapes.
#[wasm_bindgen(js_name = placesIn)]
pub fn places_in(text: &str) -> Option<Vec<u32>> {
    let Ok(Frame::Message(message)) = read(text.as_bytes()) else { return None };
    let empty_lines = text.bytes().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let mut places = Places { text: message.text(), empty_lines, found: Vec::with_capacity(64) };
    let (status, target) = match &message {
        Message::Request(request) => (0, request.uri().as_str()),
        Message::Response(response) => (response.status().get(), response.reason()),
    };
    places.found.extend([u32::from(status), message.cseq().number, 0]);
    places.put(target);
    let method = message.value(Name::CSeq).and_then(|cseq| cseq.rsplit([' ', '\t']).next());
    places.put(method.unwrap_or_default());
    places.put(message.call_id());
    places.put(message.body_text().unwrap_or_default());
    for party in [message.from(), message.to()] {
        places.put_party(&party);
        places.put_any(party.tag());
    }
    let before = places.found.len();
    message.vias().for_each(|via| places.put(via.as_str()));
    let vias = (places.found.len() - before) as u32 / 2;
    if let Some(count) = places.found.get_mut(NUMBERS - 1) {
        *count = vias;
    }
    message.contacts().for_each(|contact| places.put_party(&contact));
    Some(places.in_utf_16(text))
}

struct Places<'a> {
    /// The message, without the empty lines before it.
    text: &'a str,
    empty_lines: usize,
    found: Vec<u32>,
}

impl Places<'_> {
    fn put(&mut self, value: &str) {
        // What is empty may stand anywhere.
        let within = (value.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        let from = self.empty_lines + if value.is_empty() { 0 } else { within };
        self.found.extend([from as u32, (from + value.len()) as u32]);
    }

    fn put_any(&mut self, value: Option<&str>) {
        match value {
            Some(value) => self.put(value),
            None => self.found.extend([NOWHERE, NOWHERE]),
        }
    }

    fn put_party(&mut self, party: &NameAddr<'_>) {
        match party.display_name() {
            None => self.put_any(None),
            Some(Cow::Borrowed(name)) => self.put(name),
            Some(Cow::Owned(_)) => {
                let name = quoted(party.as_str()).map(|(name, _)| name);
                self.put_any(name.and_then(|name| name.strip_prefix('"')?.strip_suffix('"')));
            }
        }
        self.put(party.uri().as_str());
    }

    /// The places as JavaScript counts them.
    fn in_utf_16(mut self, text: &str) -> Vec<u32> {
        if !text.is_ascii() {
            let mut units = Vec::with_capacity(text.len() + 1);
            let mut unit = 0;
            for c in text.chars() {
                units.extend((0..c.len_utf8()).map(|_| unit));
                unit += c.len_utf16() as u32;
            }
            units.push(unit);
            for place in self.found.iter_mut().skip(NUMBERS) {
                *place = units.get(*place as usize).copied().unwrap_or(NOWHERE);
            }
        }
        self.found
    }
}
