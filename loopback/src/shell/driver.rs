//! The one task that owns the core: takes the time, feeds it, drains it, sleeps until it wants to be woken.

use super::{media::Media, websocket::BACKLOG};
use crate::{
    core::{ConnectionId, Input, MediaId, Output, Server},
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
use tokio::{sync::mpsc, time};

/// How long connections have to say goodbye.
const FAREWELL: Duration = Duration::from_millis(500);

/// Something that a connection or an endpoint tells the driver.
pub(super) enum Happening {
    Opened(ConnectionId, mpsc::Sender<Vec<u8>>),
    Received(ConnectionId, axum::body::Bytes),
    Closed(ConnectionId),
    Answered(MediaId, Result<String, String>),
    Heard(MediaId, Digit),
    MediaLost(MediaId),
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
}

/// Drives the core.
pub(super) struct Driver {
    server: Server,
    peers: BTreeMap<ConnectionId, mpsc::Sender<Vec<u8>>>,
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
            Happening::Opened(id, sender) => _ = self.peers.insert(id, sender),
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
        }
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
        if self.peers.get(&id).is_some_and(|peer| peer.try_send(message).is_err()) {
            self.peers.remove(&id);
        }
    }
}

async fn farewell(
    peers: BTreeMap<ConnectionId, mpsc::Sender<Vec<u8>>>,
    mut happenings: mpsc::Receiver<Happening>,
) {
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
