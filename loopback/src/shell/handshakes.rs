//! What becomes of the next WebSocket handshakes.

use axum::http::StatusCode;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::time::Instant;

/// How a handshake ends that does not end well.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Misfortune {
    /// With this status.
    Refused(StatusCode),
    /// With a RST.
    Reset,
    /// Never.
    Unanswered,
    /// In a WebSocket that takes everything and says nothing.
    Mute,
}

/// Which handshakes it happens to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Extent {
    /// So many.
    Next(u32),
    /// All before that time.
    Until(Instant),
}

/// The order that is in force, shared by whoever takes handshakes and whoever gives orders.
#[derive(Clone, Default)]
pub(super) struct Handshakes(Arc<Mutex<Option<(Misfortune, Extent)>>>);

impl Handshakes {
    /// Replaces the order that was in force.
    pub(super) fn order(&self, misfortune: Misfortune, extent: Extent) {
        self.set(Some((misfortune, extent)));
    }

    /// Lets every handshake end well again.
    pub(super) fn heal(&self) {
        self.set(None);
    }

    /// What happens to a handshake that comes now.
    pub(super) fn next(&self) -> Option<Misfortune> {
        let mut order = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (misfortune, extent) = (*order)?;
        match extent {
            Extent::Until(end) if end <= Instant::now() => {
                *order = None;
                return None;
            }
            Extent::Until(_) => {}
            Extent::Next(left @ 2..) => *order = Some((misfortune, Extent::Next(left - 1))),
            Extent::Next(_) => *order = None,
        }
        Some(misfortune)
    }

    fn set(&self, order: Option<(Misfortune, Extent)>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = order;
    }
}
