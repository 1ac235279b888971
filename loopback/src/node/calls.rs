//! The media of the robots' calls, from the wish for sockets to their end.

use super::frames::Told;
use crate::{
    core::{MediaId, Sound},
    media::{
        Digit, interfaces,
        session::{Output, Session},
    },
};
use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    time::Instant,
};

/// What the media tell.
pub(super) enum News {
    /// For Node.js, with its bytes.
    Told(Told, Vec<u8>),
    /// For the core: the answer to an offer.
    Answered(MediaId, Result<String, String>),
    /// For the core.
    Heard(MediaId, Digit),
    /// For the core.
    Lost(MediaId),
}

/// A call's media.
enum Call {
    /// Sockets are wished for.
    Waiting { sound: Sound, offer: String },
    /// Until `wake` there is nothing to do.
    Running { session: Box<Session>, wake: Instant },
}

/// The calls, by the number of their media.
pub(super) struct Calls {
    loopback_media: bool,
    calls: BTreeMap<MediaId, Call>,
}

impl Calls {
    pub(super) const fn new(loopback_media: bool) -> Self {
        Self { loopback_media, calls: BTreeMap::new() }
    }

    /// Answers an offer by the session of this number, or wishes for sockets for a new one.
    pub(super) fn answer(
        &mut self,
        id: MediaId,
        sound: Sound,
        offer: String,
        now: Instant,
        news: &mut Vec<News>,
    ) {
        match self.calls.get_mut(&id) {
            None => {
                self.calls.insert(id, Call::Waiting { sound, offer });
                news.push(News::Told(Told::Survey { media: id.0 }, Vec::new()));
            }
            // The core owes an answer to the first offer before it takes a second one.
            Some(Call::Waiting { .. }) => {
                news.push(News::Answered(id, Err("the first offer is not answered yet".to_owned())));
            }
            Some(Call::Running { session, .. }) => {
                let answer = session.renegotiate(&offer, now).map_err(|error| error.to_string());
                news.push(News::Answered(id, answer));
                self.drain(id, news);
            }
        }
    }

    /// Knows the machine's addresses, of which some are to be bound.
    pub(super) fn surveyed(&self, id: MediaId, machine: &[IpAddr], news: &mut Vec<News>) {
        let addresses = interfaces::choose(machine, self.loopback_media);
        news.push(News::Told(Told::Bind { media: id.0, addresses }, Vec::new()));
    }

    /// Has the sockets, and begins.
    pub(super) fn bound(
        &mut self,
        id: MediaId,
        addresses: &[SocketAddr],
        now: Instant,
        news: &mut Vec<News>,
    ) {
        let Some(Call::Waiting { sound, offer }) = self.calls.remove(&id) else {
            // The caller has gone meanwhile.
            return news.push(unbind(id));
        };
        let begun = if addresses.is_empty() {
            Err("no socket for media".to_owned())
        } else {
            Session::answer(&offer, sound.into(), addresses, now).map_err(|error| error.to_string())
        };
        match begun {
            Ok((session, answer)) => {
                self.calls.insert(id, Call::Running { session: Box::new(session), wake: now });
                news.push(News::Answered(id, Ok(answer)));
                self.drain(id, news);
            }
            Err(why) => news.extend([unbind(id), News::Answered(id, Err(why))]),
        }
    }

    pub(super) fn datagram(
        &mut self,
        id: MediaId,
        (from, to): (SocketAddr, SocketAddr),
        contents: &[u8],
        now: Instant,
        news: &mut Vec<News>,
    ) {
        if let Some(Call::Running { session, .. }) = self.calls.get_mut(&id) {
            session.handle_datagram(now, from, to, contents);
            self.drain(id, news);
        }
    }

    /// Does what is due.
    pub(super) fn wake(&mut self, now: Instant, news: &mut Vec<News>) {
        let due = |(id, call): (&MediaId, &Call)| match call {
            Call::Running { wake, .. } if *wake <= now => Some(*id),
            _ => None,
        };
        for id in self.calls.iter().filter_map(due).collect::<Vec<_>>() {
            if let Some(Call::Running { session, .. }) = self.calls.get_mut(&id) {
                session.handle_timeout(now);
            }
            self.drain(id, news);
        }
    }

    /// When [`wake`](Self::wake) is wanted.
    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        let wakes = self.calls.values().filter_map(|call| match call {
            Call::Running { wake, .. } => Some(*wake),
            Call::Waiting { .. } => None,
        });
        wakes.min()
    }

    /// Frees what this call had, with a goodbye to the peer.
    pub(super) fn end(&mut self, id: MediaId, news: &mut Vec<News>) {
        if let Some(Call::Running { mut session, .. }) = self.calls.remove(&id) {
            session.close();
            poll(id, &mut session, news);
            news.push(unbind(id));
        }
    }

    fn drain(&mut self, id: MediaId, news: &mut Vec<News>) {
        let Some(Call::Running { session, wake }) = self.calls.get_mut(&id) else { return };
        match poll(id, session, news) {
            Some(deadline) => *wake = deadline,
            None => {
                self.calls.remove(&id);
                news.extend([unbind(id), News::Lost(id)]);
            }
        }
    }
}

/// Takes what a session wants; gives when to go on, or `None` where it has ended.
fn poll(id: MediaId, session: &mut Session, news: &mut Vec<News>) -> Option<Instant> {
    loop {
        match session.poll_output() {
            Output::Transmit(sent) => {
                let told = Told::Transmit { media: id.0, from: sent.source, to: sent.destination };
                news.push(News::Told(told, sent.contents.to_vec()));
            }
            Output::Heard(digit) => news.push(News::Heard(id, digit)),
            Output::Wait(deadline) => return Some(deadline),
            Output::Ended(_) => return None,
        }
    }
}

const fn unbind(id: MediaId) -> News {
    News::Told(Told::Unbind { media: id.0 }, Vec::new())
}
