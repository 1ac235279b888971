//! The server itself: registrar (RFC 3261 §10.3), stateful proxy (§16) and robots, sans-IO.
//!
//! It is told what happened with [`Server::handle_input`], says what to do with [`Server::poll_output`] and when
//! it wants to be woken with [`Server::poll_timeout`]. It owns no socket, reads no clock and asks nobody for
//! random numbers.

mod account;
mod bindings;
mod context;
mod flows;
mod guard;
mod io;
mod proxy;
mod robots;
mod routing;

pub use account::Account;
use bindings::Bindings;
use context::{Context, Owner};
use guard::Guard;
pub use io::{ConnectionId, Input, MediaId, Output, Sound};
use proxy::Proxy;
pub use robots::Robot;
use robots::Robots;
use std::net::SocketAddr;
use telnyx_device::{
    message::{Frame, Message, Response, read},
    time::Instant,
    transaction::Expired,
};

/// What a server is made with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where its clients reach it: host and port of its Via, Record-Route and Contact.
    pub address: SocketAddr,
    /// Who may register and call.
    pub accounts: Vec<Account>,
}

/// A registrar, a proxy and some robots for WebSocket clients.
pub struct Server {
    context: Context,
    guard: Guard,
    bindings: Bindings,
    proxy: Proxy,
    robots: Robots,
}

impl Server {
    /// A server without connections. The seed must come from a cryptographic source: nonces are minted from it.
    pub fn new(config: Config, seed: [u8; 32]) -> Self {
        Self {
            context: Context::new(config.address, seed),
            guard: Guard::new(config.accounts),
            bindings: Bindings::default(),
            proxy: Proxy::default(),
            robots: Robots::default(),
        }
    }

    /// Takes what happened at this time, which never runs backwards.
    pub fn handle_input(&mut self, now: Instant, input: Input<'_>) {
        self.context.now = self.context.now.max(now);
        self.handle_timeout();
        match input {
            Input::Woke => {}
            Input::Received(connection, frame) => self.handle_frame(connection, frame),
            Input::Closed(connection) => self.handle_closed(connection),
            Input::Answered(media, answer) => self.robots.answered(media, answer, &mut self.context),
            Input::Heard(media, digit, lasted) => {
                self.robots.hear(media, digit, lasted, &mut self.context);
            }
            Input::MediaLost(media) => self.robots.lose_media(media, &mut self.context),
        }
    }

    /// The next thing to do. `None`: nothing more until there is input.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.context.outputs.pop_front()
    }

    /// When [`Input::Woke`] is wanted, unless something else happens before.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let transactions = self.context.transactions.poll_timeout().map(|(at, _)| at);
        [transactions, self.proxy.poll_timeout(), self.robots.poll_timeout()].into_iter().flatten().min()
    }

    fn handle_frame(&mut self, connection: ConnectionId, frame: &[u8]) {
        match read(frame) {
            Ok(Frame::Ping) => self.context.send(connection, b"\r\n".to_vec()), // RFC 5626 §4.4.1
            Ok(Frame::Pong) => {}
            Ok(Frame::Message(Message::Request(request))) => self.handle_request(connection, request),
            Ok(Frame::Message(Message::Response(response))) => self.handle_response(connection, &response),
            Err(refused) => {
                if let Some(draft) = refused.response() {
                    self.context.send(connection, draft.write());
                }
            }
        }
    }

    /// Strays are dropped, 2xx too (RFC 6026 §8.9).
    fn handle_response(&mut self, connection: ConnectionId, response: &Response) {
        let Some(answered) = self.context.transactions.handle_response(response, self.context.now) else {
            return;
        };
        if let Some(ack) = answered.send {
            self.context.send(connection, ack);
        }
        if let (true, Owner::Branch(fork, branch)) = (answered.deliver, answered.owner) {
            self.proxy.handle_response((fork, branch), response, connection, &mut self.context);
        }
    }

    /// What went over this connection goes nowhere any more.
    fn handle_closed(&mut self, connection: ConnectionId) {
        self.bindings.close(connection);
        self.context.flows.close(connection);
        self.proxy.close(connection, &mut self.context);
        self.robots.close(connection, &mut self.context);
    }

    fn handle_timeout(&mut self) {
        while let Some(expired) = self.context.transactions.handle_timeout(self.context.now) {
            if let Expired::TimedOut { owner: Owner::Branch(fork, branch), .. } = expired {
                self.proxy.time_out((fork, branch), &mut self.context);
            }
        }
        self.proxy.handle_timeout(&mut self.context);
        self.robots.handle_timeout(&mut self.context);
    }
}
