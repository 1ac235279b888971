//! The one task that owns the core: takes the time, feeds it, drains it, sleeps until it wants to be woken.

use super::{
    media::Media,
    valve::Valve,
    websocket::{BACKLOG, Outgoing},
};
use crate::{
    core::{self, ConnectionId, Input, MediaId, Server},
    host::{Asked, Host, Misfortune, Output, Told},
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
    /// A request for the control door, and where to respond.
    Asked(Asked, oneshot::Sender<Told>),
    /// A handshake has come, and where to say what becomes of it.
    Handshake(oneshot::Sender<Option<Misfortune>>),
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

    /// Asks at the control door. `None`: the server is stopping.
    pub(super) async fn ask(&self, asked: Asked) -> Option<Told> {
        let (sender, told) = oneshot::channel();
        self.tell(Happening::Asked(asked, sender)).await;
        told.await.ok()
    }

    /// What becomes of a handshake that comes now.
    pub(super) async fn handshake(&self) -> Option<Misfortune> {
        let (sender, fate) = oneshot::channel();
        self.tell(Happening::Handshake(sender)).await;
        fate.await.unwrap_or(Some(Misfortune::Reset))
    }
}

/// An open connection.
struct Peer {
    sender: mpsc::Sender<Outgoing>,
    valve: Valve,
}

/// Drives the core.
pub(super) struct Driver {
    host: Host,
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
        (Self { host: Host::new(server), peers: BTreeMap::new(), media, happenings, origin }, handle)
    }

    /// Runs until `stop` is ready, then lets every connection close itself.
    pub(super) async fn run(mut self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        loop {
            let wake = self.host.poll_timeout().map(|at| self.origin + Duration::from_millis(at.as_millis()));
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
            Happening::Opened(id, sender, valve) => {
                self.peers.insert(id, Peer { sender, valve });
                self.host.open(id);
            }
            Happening::Received(id, message) => self.turn(Input::Received(id, &message)),
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
            Happening::Asked(asked, told) => {
                let _ = told.send(self.host.ask(self.now(), asked));
                self.drain();
            }
            Happening::Handshake(fate) => _ = fate.send(self.host.handshake(self.now())),
        }
    }

    fn turn(&mut self, input: Input<'_>) {
        self.host.handle_input(self.now(), input);
        self.drain();
    }

    fn now(&self) -> Instant {
        Instant::from_millis(u64::try_from(self.origin.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    fn drain(&mut self) {
        while let Some(output) = self.host.poll_output() {
            match output {
                Output::Core(core::Output::Send(id, message)) => self.send(id, message),
                Output::Core(core::Output::AnswerOffer { media, sound, offer }) => {
                    self.media.answer(media, sound, offer);
                }
                Output::Core(core::Output::EndMedia(media)) => self.media.end(media),
                // The peer's end is told when its task has ended.
                Output::Close(id, code, reason) => {
                    if let Some(peer) = self.peers.remove(&id) {
                        let _ = peer.sender.try_send(Outgoing::Close(code, reason));
                    }
                }
                Output::Reset(id) => self.turn_valve(id, Valve::reset),
                Output::Freeze(id) => self.turn_valve(id, Valve::freeze),
                Output::Thaw(id) => self.turn_valve(id, Valve::thaw),
            }
        }
    }

    fn turn_valve(&self, id: ConnectionId, turn: fn(&Valve)) {
        self.peers.get(&id).into_iter().for_each(|peer| turn(&peer.valve));
    }

    /// A peer that does not read loses its connection: dropping the sender ends its task.
    fn send(&mut self, id: ConnectionId, message: Vec<u8>) {
        let message = Outgoing::Message(message);
        if self.peers.get(&id).is_some_and(|peer| peer.sender.try_send(message).is_err()) {
            self.peers.remove(&id);
            self.host.abandon(id);
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
