//! The trace as text: a ladder of arrows between the device and the server, then every message whole.

use super::calendar::{push_date, push_time};
use super::{Kind, Line, Redact, Trace};
use crate::message::push_number;

/// Between the two rails, in columns.
const WIDTH: usize = 40;

impl Trace {
    /// Text to read or to send to somebody. Each message has a number, by which it is found below the ladder.
    ///
    /// ```text
    /// 11:20:32.123    1  |-- REGISTER sip:example.com ----------->|
    /// 11:20:32.151    2  |<----------------------------- 200 OK --|
    /// 11:20:32.151       |  registered 600
    /// ```
    pub fn ladder(&self) -> String {
        let mut out = String::from("SIP trace");
        if let Some(first) = self.lines.first() {
            out.push_str(" of ");
            push_date(&mut out, first.time);
        }
        out.push_str(", times in UTC, without ");
        out.push_str(if self.redact == Redact::All {
            "credentials, names and addresses\n\n"
        } else {
            "credentials\n\n"
        });
        let mut number = 0;
        for line in &self.lines {
            push_time(&mut out, line.time);
            let start = out.len();
            if !matches!(line.kind, Kind::Event { .. }) {
                number += 1;
                push_number(&mut out, number);
            }
            while out.len() - start < 5 {
                out.insert(start, ' ');
            }
            out.push_str("  |");
            push_step(&mut out, line);
            out.push('\n');
        }
        self.push_messages(&mut out);
        out
    }

    fn push_messages(&self, out: &mut String) {
        let messages = self.lines.iter().filter(|line| !matches!(line.kind, Kind::Event { .. }));
        for (line, number) in messages.zip(1..) {
            out.push_str("\n--- ");
            push_number(out, number);
            out.push_str(if line.kind == Kind::Sent { " sent " } else { " received " });
            push_time(out, line.time);
            out.push('\n');
            out.extend(line.text.trim_ascii_end().chars().filter(|c| *c != '\r'));
            out.push('\n');
        }
    }
}

fn push_step(out: &mut String, line: &Line) {
    match line.kind {
        Kind::Sent => {
            out.push_str("-- ");
            let dashes = push_start_line(out, line);
            out.push(' ');
            out.extend(core::iter::repeat_n('-', dashes));
            out.push_str("->|");
        }
        Kind::Received => {
            out.push_str("<-");
            let at = out.len();
            let dashes = push_start_line(out, line);
            out.insert(at, ' ');
            for _ in 0..dashes {
                out.insert(at, '-');
            }
            out.push_str(" --|");
        }
        Kind::Event { name, call } => {
            out.push_str("  ");
            if let Some(call) = call {
                out.push_str("call ");
                push_number(out, call.0);
                out.push(' ');
            }
            out.push_str(name);
            if !line.text.is_empty() {
                out.push(' ');
                out.push_str(&line.text);
            }
        }
    }
}

/// `INVITE sip:bob@example.com`, `200 OK`, and how much room it leaves.
fn push_start_line(out: &mut String, line: &Line) -> usize {
    let text = line.summary();
    let mut room = WIDTH - 6;
    for c in text.chars() {
        if room == 0 {
            break;
        }
        out.push(c);
        room -= 1;
    }
    room
}

impl Line {
    /// The first line of a message without the version of SIP. Empty for an event.
    pub fn summary(&self) -> &str {
        if matches!(self.kind, Kind::Event { .. }) {
            return "";
        }
        let end = self.text.bytes().position(|byte| matches!(byte, b'\r' | b'\n'));
        let line = end.and_then(|end| self.text.get(..end)).unwrap_or(&self.text);
        let line = line.strip_prefix("SIP/2.0 ").unwrap_or(line);
        line.strip_suffix(" SIP/2.0").unwrap_or(line)
    }
}
