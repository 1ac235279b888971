//! The one task that owns the core: takes the time, feeds it, drains it, sleeps until it wants to be woken.

use super::{
    media::Media,
    order::{Ending, Order, Socket, Sockets},
    valve::Valve,
    websocket::{BACKLOG, Outgoing},
};
use crate::{
    core::{ConnectionId, Fault, Input, MediaId, Output, Server},
    media::{Digit, MediaConfig},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use telnyx_device::time::{Duration, Instant};
use tokio::{
    sync::{mpsc, oneshot},
    time,
};

/// How long connections have to say goodbye.
const FAREWELL: Duration = Duration::from_millis(500);

/// Something that a connection or an endpoint tells the driver.
pub(super) enum Happening {
    Opened(ConnectionId, mpsc::Sender<Outgoing>, Valve),
    Received(ConnectionId, axum::body::Bytes),
    Closed(ConnectionId),
    Answered(MediaId, Result<String, String>),
    Heard(MediaId, Digit),
    MediaLost(MediaId),
    /// An order from the control door, and where to say which sockets it was carried out on.
    Ordered(Order, oneshot::Sender<Sockets>),
}

/// The way to the driver.
#[derive(Clone)]
pub(super) struct Handle {
    connections: Arc<AtomicU64>,
    sender: mpsc::Sender<Happening>,
}

impl Handle {
    pub(super) fn new_connection(&self) -> ConnectionId {
        ConnectionId(self.connections.fetch_add(1, Ordering::Relaxed))
    }

    /// False: the server is stopping.
    pub(super) async fn tell(&self, happening: Happening) -> bool {
        self.sender.send(happening).await.is_ok()
    }

    /// Has an order carried out. `None`: the server is stopping.
    pub(super) async fn order(&self, order: Order) -> Option<Sockets> {
        let (sender, done) = oneshot::channel();
        self.tell(Happening::Ordered(order, sender)).await;
        done.await.ok()
    }
}

/// An open connection.
struct Peer {
    sender: mpsc::Sender<Outgoing>,
    valve: Valve,
}

/// Drives the core.
pub(super) struct Driver {
    server: Server,
    peers: BTreeMap<ConnectionId, Peer>,
    media: Media,
    happenings: mpsc::Receiver<Happening>,
    origin: time::Instant,
}

impl Driver {
    pub(super) fn new(server: Server, media: MediaConfig) -> (Self, Handle) {
        let (sender, happenings) = mpsc::channel(BACKLOG);
        let handle = Handle { connections: Arc::default(), sender };
        let media = Media::new(media, handle.clone());
        let origin = time::Instant::now();
        (Self { server, peers: BTreeMap::new(), media, happenings, origin }, handle)
    }

    /// Runs until `stop` is ready, then lets every connection close itself.
    pub(super) async fn run(mut self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        loop {
            let wake =
                self.server.poll_timeout().map(|at| self.origin + Duration::from_millis(at.as_millis()));
            tokio::select! {
                () = &mut stop => break,
                Some(happening) = self.happenings.recv() => self.handle(happening),
                () = sleep_until(wake) => self.turn(Input::Woke),
            }
        }
        // Without its sender a connection says goodbye; a peer that does not listen is not waited for.
        let _ = time::timeout(FAREWELL, farewell(self.peers, self.happenings)).await;
    }

    fn handle(&mut self, happening: Happening) {
        match happening {
            Happening::Opened(id, sender, valve) => _ = self.peers.insert(id, Peer { sender, valve }),
            // What is still read from a connection that was cut off comes too late.
            Happening::Received(id, message) if self.peers.contains_key(&id) => {
                self.turn(Input::Received(id, &message));
            }
            Happening::Received(..) => {}
            Happening::Closed(id) => {
                self.peers.remove(&id);
                self.turn(Input::Closed(id));
            }
            Happening::Answered(id, answer) => self.turn(Input::Answered(id, answer)),
            Happening::Heard(id, digit) => self.turn(Input::Heard(id, digit.sign, digit.lasted)),
            Happening::MediaLost(id) => {
                self.media.end(id);
                self.turn(Input::MediaLost(id));
            }
            Happening::Ordered(order, done) => _ = done.send(self.carry_out(order)),
        }
    }

    fn carry_out(&mut self, order: Order) -> Sockets {
        match order {
            Order::Close { user, code, reason } => {
                let chosen = self.chosen(user.as_deref());
                // Its end is told to the core once the peer has answered.
                for peer in chosen.keys().filter_map(|id| self.peers.remove(id)) {
                    let _ = peer.sender.try_send(Outgoing::Close(code, reason.clone()));
                }
                chosen
            }
            Order::Reset { user } => self.turn_valves(user.as_deref(), Valve::reset),
            Order::Freeze { user } => self.turn_valves(user.as_deref(), Valve::freeze),
            Order::Thaw { user } => self.turn_valves(user.as_deref(), Valve::thaw),
            Order::Restart { keeps_memory, by } => self.restart(keeps_memory, by),
            Order::Fault(fault) => {
                self.turn(Input::Fault(fault));
                self.chosen(None)
            }
            Order::Heal => {
                self.turn(Input::Fault(Fault::Heal));
                self.turn_valves(None, Valve::thaw)
            }
            Order::Nothing => self.chosen(None),
        }
    }

    /// As if the process had ended and another one were there at once: what goes is told to the core only afterwards.
    fn restart(&mut self, keeps_memory: bool, by: Ending) -> Sockets {
        let gone = self.chosen(None);
        self.turn(Input::Fault(Fault::Restart { keeps_memory }));
        for (id, peer) in std::mem::take(&mut self.peers) {
            match by {
                Ending::Reset => peer.valve.reset(),
                Ending::Close(code) => _ = peer.sender.try_send(Outgoing::Close(code, String::new())),
            }
            self.turn(Input::Closed(id));
        }
        gone
    }

    fn turn_valves(&self, user: Option<&str>, turn: fn(&Valve)) -> Sockets {
        let chosen = self.chosen(user);
        chosen.keys().filter_map(|id| self.peers.get(id)).for_each(|peer| turn(&peer.valve));
        self.chosen(user)
    }

    /// The sockets over which this user is bound, or all.
    fn chosen(&self, user: Option<&str>) -> Sockets {
        let sockets = self.peers.iter().map(|(id, peer)| {
            let users = self.server.users(*id).into_iter().map(str::to_owned).collect();
            (*id, Socket { users, is_frozen: peer.valve.is_frozen() })
        });
        sockets
            .filter(|(_, socket)| user.is_none_or(|user| socket.users.iter().any(|it| it == user)))
            .collect()
    }

    fn turn(&mut self, input: Input<'_>) {
        let elapsed = self.origin.elapsed().as_millis();
        let now = Instant::from_millis(u64::try_from(elapsed).unwrap_or(u64::MAX));
        self.server.handle_input(now, input);
        while let Some(output) = self.server.poll_output() {
            match output {
                Output::Send(id, message) => self.send(id, message),
                Output::AnswerOffer { media, sound, offer } => self.media.answer(media, sound, offer),
                Output::EndMedia(media) => self.media.end(media),
            }
        }
    }

    /// A peer that does not read loses its connection: dropping the sender ends its task.
    fn send(&mut self, id: ConnectionId, message: Vec<u8>) {
        let message = Outgoing::Message(message);
        if self.peers.get(&id).is_some_and(|peer| peer.sender.try_send(message).is_err()) {
            self.peers.remove(&id);
        }
    }
}

async fn farewell(peers: BTreeMap<ConnectionId, Peer>, mut happenings: mpsc::Receiver<Happening>) {
    let mut open: BTreeSet<_> = peers.into_keys().collect();
    while !open.is_empty() {
        match happenings.recv().await {
            Some(Happening::Closed(id)) => open.remove(&id),
            Some(_) => continue,
            None => return,
        };
    }
}

async fn sleep_until(wake: Option<time::Instant>) {
    match wake {
        Some(at) => time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
