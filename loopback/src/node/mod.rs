//! The server for Node.js, which has the sockets: it is told in frames what happened, and says in frames what to do.
//!
//! `loopback/kit` makes a module of WebAssembly of it, `npm/loopback` is the other side.

mod calls;
mod frames;
#[cfg(test)]
mod tests;

use crate::{
    core::{self, Account, Config, ConnectionId, Input, MediaId, Server},
    host::{self, Asked, HELP, Host, Misfortune, Options, Ordered, Output, Places},
};
use calls::{Calls, News};
use frames::{Fate, Frames, Heard, Told};
use serde_json::Value;
use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};
use telnyx_device::time;

/// The whole server but its sockets.
#[derive(Default)]
pub struct Node {
    state: State,
    frames: Frames,
}

#[derive(Default)]
enum State {
    /// Its arguments are awaited.
    #[default]
    New,
    /// It is to listen.
    Ready(Options),
    Serving(Box<Serving>),
}

/// A server that listens.
struct Serving {
    host: Host,
    calls: Calls,
    control: bool,
    offer: Value,
    origin: Instant,
}

impl Node {
    /// Takes one frame at this time, and gives those that follow from it.
    ///
    /// # Errors
    ///
    /// It is no frame, or comes out of turn.
    pub fn turn(&mut self, frame: &[u8], now: Instant) -> io::Result<Vec<u8>> {
        let (heard, bytes) = frames::read(frame)?;
        match (&mut self.state, heard) {
            (State::New, Heard::Started { arguments }) => self.start(arguments)?,
            (State::Ready(options), Heard::Listening { address, has_page }) => {
                match options.allow(address).and_then(|()| accounts(options, bytes)) {
                    Ok(accounts) => {
                        let places = Places::at(address);
                        let greeting = host::greeting(&places, &accounts, has_page);
                        self.frames.push(&Told::Print, greeting.as_bytes())?;
                        self.frames.push(&Told::Serving(places), &[])?;
                        let serving = Serving::new(options, address, accounts, now)?;
                        self.state = State::Serving(Box::new(serving));
                    }
                    Err(error) => self.exit(1, &error.to_string())?,
                }
            }
            (State::Serving(serving), heard) => serving.turn(heard, bytes, now, &mut self.frames)?,
            (_, heard) => return Err(io::Error::other(format!("{heard:?} comes out of turn"))),
        }
        Ok(self.frames.take())
    }

    fn start(&mut self, arguments: Vec<String>) -> io::Result<()> {
        match Options::read(arguments.into_iter().map(Into::into)) {
            Ok(None) => {
                self.frames.push(&Told::Print, HELP.as_bytes())?;
                self.exit(0, "")
            }
            Err(error) => self.exit(2, &format!("{error}\n\n{HELP}")),
            Ok(Some(options)) => {
                self.frames.push(&Told::listen(&options), &[])?;
                self.state = State::Ready(options);
                Ok(())
            }
        }
    }

    fn exit(&mut self, code: u8, why: &str) -> io::Result<()> {
        self.frames.push(&Told::Exit { code }, why.as_bytes())
    }
}

/// A request of HTTP.
struct Request {
    method: String,
    path: String,
    host: Option<String>,
    content_type: Option<String>,
    body: Vec<u8>,
}

/// Those of the file that was named, or the ready-made ones.
fn accounts(options: &Options, file: &[u8]) -> io::Result<Vec<Account>> {
    match &options.accounts {
        None => host::read_accounts(host::READY_MADE),
        Some(path) => {
            let text = std::str::from_utf8(file).map_err(io::Error::other);
            let read = text.and_then(host::read_accounts);
            read.map_err(|error| io::Error::other(format!("{}: {error}", path.display())))
        }
    }
}

impl Serving {
    fn new(options: &Options, address: SocketAddr, accounts: Vec<Account>, now: Instant) -> io::Result<Self> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(io::Error::other)?;
        let offer = host::offer(&accounts, options);
        Ok(Self {
            host: Host::new(Server::new(Config { address, accounts }, seed)),
            calls: Calls::new(options.loopback_media),
            control: options.control,
            offer,
            origin: now,
        })
    }

    fn turn(&mut self, heard: Heard, bytes: &[u8], now: Instant, frames: &mut Frames) -> io::Result<()> {
        let at = self.at(now);
        let mut news = Vec::new();
        match heard {
            Heard::Handshake { id } => {
                let (becomes, status) = match self.host.handshake(at) {
                    None => (Fate::Connection, 101),
                    Some(Misfortune::Refused(status)) => (Fate::Refused, status),
                    Some(Misfortune::Reset) => (Fate::Reset, 0),
                    Some(Misfortune::Unanswered) => (Fate::Unanswered, 0),
                    Some(Misfortune::Mute) => (Fate::Mute, 101),
                };
                frames.push(&Told::Handshake { id, becomes, status }, &[])?;
            }
            Heard::Opened { id } => self.host.open(ConnectionId(id)),
            Heard::Received { id } => self.host.handle_input(at, Input::Received(ConnectionId(id), bytes)),
            Heard::Closed { id } => self.host.handle_input(at, Input::Closed(ConnectionId(id))),
            Heard::Asked { id, method, path, host, content_type } => {
                let request = Request { method, path, host, content_type, body: bytes.to_vec() };
                let host::Told { status, content_type, body } = self.respond(at, request);
                frames.push(&Told::Respond { id, status, content_type }, body.as_bytes())?;
            }
            Heard::Surveyed { media, addresses } => {
                self.calls.surveyed(MediaId(media), &addresses, &mut news);
            }
            Heard::Bound { media, addresses } => {
                self.calls.bound(MediaId(media), &addresses, now, &mut news);
            }
            Heard::Datagram { media, from, to } => {
                self.calls.datagram(MediaId(media), (from, to), bytes, now, &mut news);
            }
            Heard::Woke => self.host.handle_input(at, Input::Woke),
            other @ (Heard::Started { .. } | Heard::Listening { .. }) => {
                return Err(io::Error::other(format!("{other:?} comes out of turn")));
            }
        }
        self.calls.wake(now, &mut news);
        self.settle(now, news, frames)?;
        if let Some(wake) = self.poll_timeout() {
            let after = wake.saturating_duration_since(now).as_micros().div_ceil(1000);
            frames.push(&Told::Wake { after: u64::try_from(after).unwrap_or(u64::MAX) }, &[])?;
        }
        Ok(())
    }

    /// Lets the core and the media tell each other what they have for each other, until there is nothing left.
    fn settle(&mut self, now: Instant, mut news: Vec<News>, frames: &mut Frames) -> io::Result<()> {
        let at = self.at(now);
        loop {
            while let Some(output) = self.host.poll_output() {
                self.carry_out(output, now, &mut news, frames)?;
            }
            if news.is_empty() {
                return Ok(());
            }
            for item in news.drain(..) {
                match item {
                    News::Told(told, bytes) => frames.push(&told, &bytes)?,
                    News::Answered(id, answer) => self.host.handle_input(at, Input::Answered(id, answer)),
                    News::Heard(id, digit) => {
                        self.host.handle_input(at, Input::Heard(id, digit.sign, digit.lasted));
                    }
                    News::Lost(id) => self.host.handle_input(at, Input::MediaLost(id)),
                }
            }
        }
    }

    fn carry_out(
        &mut self,
        output: Output,
        now: Instant,
        news: &mut Vec<News>,
        frames: &mut Frames,
    ) -> io::Result<()> {
        match output {
            Output::Core(core::Output::Send(id, message)) => {
                // A text frame is readable in a browser's tools.
                let text = std::str::from_utf8(&message).is_ok();
                return frames.push(&Told::Send { id: id.0, text }, &message);
            }
            Output::Core(core::Output::AnswerOffer { media, sound, offer }) => {
                self.calls.answer(media, sound, offer, now, news);
            }
            Output::Core(core::Output::EndMedia(media)) => self.calls.end(media, news),
            Output::Close(id, code, reason) => {
                return frames.push(&Told::Close { id: id.0, code, reason }, &[]);
            }
            Output::Reset(id) => return frames.push(&Told::Reset { id: id.0 }, &[]),
            Output::Freeze(id) => return frames.push(&Told::Freeze { id: id.0 }, &[]),
            Output::Thaw(id) => return frames.push(&Told::Thaw { id: id.0 }, &[]),
        }
        Ok(())
    }

    /// What stands at a path, the page's own files aside.
    fn respond(&mut self, at: time::Instant, request: Request) -> host::Told {
        let Request { method, path, host, content_type, body } = request;
        let at_door = path.strip_prefix(host::PATH).filter(|_| self.control);
        match (method.as_str(), path.as_str(), at_door) {
            ("GET", "/server.json", _) => {
                host::Told { status: 200, content_type: "application/json", body: self.offer.to_string() }
            }
            ("GET", _, Some("")) => self.host.ask(at, Asked { host, order: None }),
            ("POST", _, Some(name)) if name.starts_with('/') => {
                let name = name.trim_start_matches('/').to_owned();
                let order = Some(Ordered { name, content_type, body });
                self.host.ask(at, Asked { host, order })
            }
            _ => host::Told {
                status: 404,
                content_type: "text/plain; charset=utf-8",
                body: "SIP over WebSocket is at /sip, whom to call at /server.json.\n".to_owned(),
            },
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let core = self.host.poll_timeout().map(|at| self.origin + Duration::from_millis(at.as_millis()));
        core.into_iter().chain(self.calls.poll_timeout()).min()
    }

    fn at(&self, now: Instant) -> time::Instant {
        let elapsed = now.saturating_duration_since(self.origin).as_millis();
        time::Instant::from_millis(u64::try_from(elapsed).unwrap_or(u64::MAX))
    }
}
