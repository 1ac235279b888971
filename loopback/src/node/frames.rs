//! What Node.js and the server tell each other: a line of JSON, and the bytes that it counts.

use crate::host::{Options, Places};
use serde::{Deserialize, Serialize};
use std::{
    io,
    net::{IpAddr, SocketAddr},
};

/// Something that happened. The bytes behind it are the message, datagram, file or body that it speaks of.
#[derive(Debug, Deserialize)]
#[serde(tag = "is", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub(super) enum Heard {
    /// The program was started with these arguments.
    Started { arguments: Vec<String> },
    /// It listens; the bytes are the accounts file, where there is one.
    Listening { address: SocketAddr, has_page: bool },
    /// A WebSocket handshake.
    Handshake { id: u64 },
    /// It has become a connection.
    Opened { id: u64 },
    /// A WebSocket message.
    Received { id: u64 },
    /// A connection is gone.
    Closed { id: u64 },
    /// A request of HTTP. The path has no query.
    Asked { id: u64, method: String, path: String, host: Option<String>, content_type: Option<String> },
    /// The addresses of the machine, for a call's media.
    Surveyed { media: u64, addresses: Vec<IpAddr> },
    /// Sockets for a call's media.
    Bound { media: u64, addresses: Vec<SocketAddr> },
    /// A datagram.
    Datagram { media: u64, from: SocketAddr, to: SocketAddr },
    /// The time has come.
    Woke,
}

/// Something to do.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "do", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub(super) enum Told {
    /// Print the bytes.
    Print,
    /// Print the bytes as an error and end with this exit code.
    Exit { code: u8 },
    /// Read the accounts file and listen.
    Listen { host: String, port: u16, www: String, accounts: Option<String> },
    /// It serves, there.
    Serving(Places),
    /// What becomes of a handshake.
    Handshake { id: u64, becomes: Fate, status: u16 },
    /// Send the bytes as one WebSocket message.
    Send { id: u64, text: bool },
    /// Send a closing frame.
    Close { id: u64, code: u16, reason: String },
    /// Break the connection with a RST.
    Reset { id: u64 },
    /// Neither read nor write.
    Freeze { id: u64 },
    /// Read and write again.
    Thaw { id: u64 },
    /// The bytes are a response of HTTP.
    Respond { id: u64, status: u16, content_type: &'static str },
    /// [`Heard::Surveyed`] is owed.
    Survey { media: u64 },
    /// A socket for each address; [`Heard::Bound`] is owed with those that could be had.
    Bind { media: u64, addresses: Vec<IpAddr> },
    /// Send the bytes as a datagram, from the socket with that address.
    Transmit { media: u64, from: SocketAddr, to: SocketAddr },
    /// Close the sockets, once what is to be sent has been.
    Unbind { media: u64 },
    /// Say [`Heard::Woke`] after so many milliseconds, unless something else happens before.
    Wake { after: u64 },
}

/// What a handshake becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Fate {
    Connection,
    Refused,
    Reset,
    Unanswered,
    Mute,
}

impl Told {
    pub(super) fn listen(options: &Options) -> Self {
        let text = |path: &std::path::Path| path.to_string_lossy().into_owned();
        Self::Listen {
            host: options.host.clone(),
            port: options.port,
            www: text(&options.www),
            accounts: options.accounts.as_deref().map(text),
        }
    }
}

/// Takes one frame apart.
pub(super) fn read(frame: &[u8]) -> io::Result<(Heard, &[u8])> {
    let end = frame.iter().position(|byte| *byte == b'\n').ok_or(io::ErrorKind::UnexpectedEof)?;
    let (line, rest) = frame.split_at(end);
    Ok((serde_json::from_slice(line)?, rest.get(1..).unwrap_or_default()))
}

/// Frames, one behind the other.
#[derive(Default)]
pub(super) struct Frames(Vec<u8>);

impl Frames {
    pub(super) fn push(&mut self, told: &Told, bytes: &[u8]) -> io::Result<()> {
        #[derive(Serialize)]
        struct Line<'a> {
            #[serde(flatten)]
            told: &'a Told,
            bytes: usize,
        }
        serde_json::to_writer(&mut self.0, &Line { told, bytes: bytes.len() })?;
        self.0.push(b'\n');
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
    }
}
