//! What every shell has in common: the core with its sockets, the orders of the control door, the command line. No IO:
//! sockets are numbers here, and the time is told.

mod accounts;
mod door;
mod greeting;
mod handshakes;
mod options;
mod order;

pub use accounts::{READY_MADE, read as read_accounts};
pub use door::{Asked, MAX_ORDER, Ordered, PATH, Told};
pub use greeting::{Places, greeting, offer};
pub use handshakes::Misfortune;
pub use options::{HELP, Options};

use crate::core::{self, ConnectionId, Fault, Input, Server};
use handshakes::Handshakes;
use order::{Command, Ending, Order, Socket, Sockets};
use std::collections::{BTreeMap, VecDeque};
use telnyx_device::time::Instant;

/// Something to do, in this order.
#[derive(Debug)]
pub enum Output {
    /// What the core wants.
    Core(core::Output),
    /// Send a closing frame with this code and reason. What still comes from there is for nobody, but that it is closed.
    Close(ConnectionId, u16, String),
    /// Break the connection with a RST. That it is closed is told as ever.
    Reset(ConnectionId),
    /// Neither read nor write, and keep the connection: half-open.
    Freeze(ConnectionId),
    /// Read and write again.
    Thaw(ConnectionId),
}

/// The core and its sockets.
pub struct Host {
    server: Server,
    /// The open ones, and whether they are frozen.
    sockets: BTreeMap<ConnectionId, bool>,
    handshakes: Handshakes,
    outputs: VecDeque<Output>,
}

impl Host {
    /// A host without sockets.
    pub fn new(server: Server) -> Self {
        Self { server, sockets: BTreeMap::new(), handshakes: Handshakes::default(), outputs: VecDeque::new() }
    }

    /// What becomes of a handshake that comes now; `None`: a connection.
    pub fn handshake(&mut self, now: Instant) -> Option<Misfortune> {
        self.handshakes.next(now)
    }

    /// A connection is there.
    pub fn open(&mut self, id: ConnectionId) {
        self.sockets.insert(id, false);
    }

    /// A connection is being given up: nothing that comes over it counts any more, but that it is closed.
    pub fn abandon(&mut self, id: ConnectionId) {
        self.sockets.remove(&id);
    }

    /// Takes what happened at this time.
    pub fn handle_input(&mut self, now: Instant, input: Input<'_>) {
        match input {
            // What is still read from a connection that was cut off comes too late.
            Input::Received(id, _) if !self.sockets.contains_key(&id) => return,
            Input::Closed(id) => self.abandon(id),
            _ => {}
        }
        self.turn(now, input);
    }

    /// The next thing to do. `None`: nothing more until there is input.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Input::Woke`] is wanted, unless something else happens before.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.server.poll_timeout()
    }

    fn turn(&mut self, now: Instant, input: Input<'_>) {
        self.server.handle_input(now, input);
        while let Some(output) = self.server.poll_output() {
            self.outputs.push_back(Output::Core(output));
        }
    }

    /// Does what was ordered; gives the sockets that it was for.
    fn carry_out(&mut self, now: Instant, Command { order, handshakes }: Command) -> Sockets {
        if let Some((misfortune, extent)) = handshakes {
            self.handshakes.order(now, misfortune, extent);
        }
        match order {
            Order::Close { user, code, reason } => {
                let chosen = self.chosen(user.as_deref());
                // Its end is told to the core once the peer has answered.
                for id in chosen.keys().copied() {
                    self.abandon(id);
                    self.outputs.push_back(Output::Close(id, code, reason.clone()));
                }
                chosen
            }
            Order::Reset { user } => {
                let chosen = self.chosen(user.as_deref());
                self.outputs.extend(chosen.keys().copied().map(Output::Reset));
                chosen
            }
            Order::Freeze { user } => self.freeze(user.as_deref(), true),
            Order::Thaw { user } => self.freeze(user.as_deref(), false),
            Order::Restart { keeps_memory, by } => self.restart(now, keeps_memory, by),
            Order::Fault(fault) => {
                self.turn(now, Input::Fault(fault));
                self.chosen(None)
            }
            Order::Heal => {
                self.handshakes.heal();
                self.turn(now, Input::Fault(Fault::Heal));
                self.freeze(None, false)
            }
            Order::Nothing => self.chosen(None),
        }
    }

    /// As if the process had ended and another one were there at once: what goes is told to the core only afterwards.
    fn restart(&mut self, now: Instant, keeps_memory: bool, by: Ending) -> Sockets {
        let gone = self.chosen(None);
        self.turn(now, Input::Fault(Fault::Restart { keeps_memory }));
        for id in gone.keys().copied() {
            self.abandon(id);
            self.outputs.push_back(match by {
                Ending::Reset => Output::Reset(id),
                Ending::Close(code) => Output::Close(id, code, String::new()),
            });
            self.turn(now, Input::Closed(id));
        }
        gone
    }

    fn freeze(&mut self, user: Option<&str>, is_frozen: bool) -> Sockets {
        for id in self.chosen(user).into_keys() {
            self.sockets.insert(id, is_frozen);
            self.outputs.push_back(if is_frozen { Output::Freeze(id) } else { Output::Thaw(id) });
        }
        self.chosen(user)
    }

    /// The sockets over which this user is bound, or all.
    fn chosen(&self, user: Option<&str>) -> Sockets {
        let sockets = self.sockets.iter().map(|(id, is_frozen)| {
            let users = self.server.users(*id).into_iter().map(str::to_owned).collect();
            (*id, Socket { users, is_frozen: *is_frozen })
        });
        sockets
            .filter(|(_, socket)| user.is_none_or(|user| socket.users.iter().any(|it| it == user)))
            .collect()
    }
}
