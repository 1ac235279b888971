//! The server itself: registrar (RFC 3261 §10.3), stateful proxy (§16) and robots, sans-IO.
//!
//! It is told what happened with [`Server::handle_input`], says what to do with [`Server::poll_output`] and when
//! it wants to be woken with [`Server::poll_timeout`]. It owns no socket, reads no clock and asks nobody for
//! random numbers.

mod account;
mod bindings;
mod context;
mod faults;
mod flows;
mod guard;
mod io;
mod proxy;
mod robots;
mod routing;

pub use account::Account;
use bindings::Bindings;
use context::{Context, Owner};
pub use faults::{Answer, Direction, Fault, Harm, HarmKind};
use faults::{Fence, Held, corrupted};
use guard::Guard;
pub use io::{ConnectionId, Input, MediaId, Output, Sound};
use proxy::Proxy;
pub use robots::Robot;
use robots::Robots;
use std::net::SocketAddr;
use telnyx_device::{
    message::{Frame, Message, Response, read},
    time::{Duration, Instant},
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
    fence: Fence,
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
            fence: Fence::default(),
        }
    }

    /// Takes what happened at this time, which never runs backwards.
    pub fn handle_input(&mut self, now: Instant, input: Input<'_>) {
        self.context.now = self.context.now.max(now);
        self.handle_timeout();
        match input {
            Input::Woke => {}
            Input::Received(connection, frame) => self.receive(connection, frame),
            Input::Closed(connection) => self.handle_closed(connection),
            Input::Answered(media, answer) => self.robots.answered(media, answer, &mut self.context),
            Input::Heard(media, digit, lasted) => {
                self.robots.hear(media, digit, lasted, &mut self.context);
            }
            Input::MediaLost(media) => self.robots.lose_media(media, &mut self.context),
            Input::Fault(fault) => self.handle_fault(fault),
        }
    }

    /// The next thing to do. `None`: nothing more until there is input.
    pub fn poll_output(&mut self) -> Option<Output> {
        loop {
            if let Some(sent) = self.fence.sent() {
                return Some(sent);
            }
            match self.context.outputs.pop_front()? {
                Output::Send(connection, message) => self.send(connection, message),
                other => return Some(other),
            }
        }
    }

    /// When [`Input::Woke`] is wanted, unless something else happens before.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let transactions = self.context.transactions.poll_timeout().map(|(at, _)| at);
        let others = [self.proxy.poll_timeout(), self.robots.poll_timeout(), self.fence.poll_timeout()];
        others.into_iter().chain([transactions]).flatten().min()
    }

    /// The users who are bound over this connection.
    pub fn users(&self, connection: ConnectionId) -> Vec<&str> {
        self.bindings.users_over(connection, self.context.now)
    }

    /// How many orders of [`Fault::Harm`] and [`Fault::Answer`] are not used up, and messages held back.
    pub fn orders(&self) -> usize {
        self.fence.orders()
    }

    fn receive(&mut self, connection: ConnectionId, frame: &[u8]) {
        match self.harm_to(Direction::In, connection, frame) {
            None => self.handle_frame(connection, frame),
            Some(HarmKind::Drop) => {}
            Some(HarmKind::Repeat) => {
                self.handle_frame(connection, frame);
                self.handle_frame(connection, frame);
            }
            Some(HarmKind::Corrupt) => self.handle_frame(connection, &corrupted(frame)),
            Some(HarmKind::Delay(time)) => self.hold(Direction::In, connection, frame.to_vec(), time),
        }
    }

    fn send(&mut self, connection: ConnectionId, message: Vec<u8>) {
        match self.harm_to(Direction::Out, connection, &message) {
            None => self.fence.send(connection, message),
            Some(HarmKind::Drop) => {}
            Some(HarmKind::Repeat) => {
                self.fence.send(connection, message.clone());
                self.fence.send(connection, message);
            }
            Some(HarmKind::Corrupt) => self.fence.send(connection, corrupted(&message)),
            Some(HarmKind::Delay(time)) => self.hold(Direction::Out, connection, message, time),
        }
    }

    fn harm_to(
        &mut self,
        direction: Direction,
        connection: ConnectionId,
        message: &[u8],
    ) -> Option<HarmKind> {
        let is_bound = |user: &str| self.bindings.is_over(user, connection, self.context.now);
        self.fence.harm_to(direction, message, is_bound)
    }

    fn hold(&mut self, direction: Direction, connection: ConnectionId, message: Vec<u8>, time: Duration) {
        self.fence.hold(self.context.now + time, Held { direction, connection, message });
    }

    fn handle_fault(&mut self, fault: Fault) {
        match fault {
            Fault::Harm(harm) => self.fence.harm(harm),
            Fault::Answer(answer) => self.fence.answer(answer),
            Fault::ForgetBindings(user) => self.bindings.forget(user.as_deref()),
            Fault::ExpireNonces => self.guard.expire_nonces(),
            Fault::Restart { keeps_memory } => self.restart(keeps_memory),
            Fault::Heal => self.fence.heal(self.context.now),
        }
        self.release();
    }

    fn restart(&mut self, keeps_memory: bool) {
        self.context.restart();
        self.proxy = Proxy::default();
        self.robots.restart(keeps_memory, &mut self.context);
        if keeps_memory {
            self.bindings.detach();
        } else {
            self.bindings.forget(None);
            self.guard.expire_nonces();
        }
    }

    /// Lets go what was held back for long enough.
    fn release(&mut self) {
        while let Some(Held { direction, connection, message }) = self.fence.release(self.context.now) {
            match direction {
                Direction::In => self.handle_frame(connection, &message),
                Direction::Out => self.fence.send(connection, message),
            }
        }
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
        self.fence.close(connection);
        self.bindings.close(connection);
        self.context.flows.close(connection);
        self.proxy.close(connection, &mut self.context);
        self.robots.close(connection, &mut self.context);
    }

    fn handle_timeout(&mut self) {
        self.release();
        while let Some(expired) = self.context.transactions.handle_timeout(self.context.now) {
            if let Expired::TimedOut { owner: Owner::Branch(fork, branch), .. } = expired {
                self.proxy.time_out((fork, branch), &mut self.context);
            }
        }
        self.proxy.handle_timeout(&mut self.context);
        self.robots.handle_timeout(&mut self.context);
    }
}
