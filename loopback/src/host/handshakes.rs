//! What becomes of the next WebSocket handshakes.

use telnyx_device::time::{Duration, Instant};

/// How a handshake ends that does not end well.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Misfortune {
    /// With this status of HTTP, 400 to 599.
    Refused(u16),
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
    /// All from now on, for so long.
    For(Duration),
}

/// The order that is in force.
#[derive(Default)]
pub(super) struct Handshakes(Option<(Misfortune, Left)>);

enum Left {
    Next(u32),
    Until(Instant),
}

impl Handshakes {
    /// Replaces the order that was in force.
    pub(super) fn order(&mut self, now: Instant, misfortune: Misfortune, extent: Extent) {
        let left = match extent {
            Extent::Next(count) => Left::Next(count),
            Extent::For(time) => Left::Until(now + time),
        };
        self.0 = Some((misfortune, left));
    }

    /// Lets every handshake end well again.
    pub(super) fn heal(&mut self) {
        self.0 = None;
    }

    /// What happens to a handshake that comes now.
    pub(super) fn next(&mut self, now: Instant) -> Option<Misfortune> {
        let (misfortune, left) = self.0.take()?;
        let left = match left {
            // Clocks tell whole milliseconds, and no order shall end before its time.
            Left::Until(end) if end < now => return None,
            Left::Until(end) => Some(Left::Until(end)),
            Left::Next(count) => Some(count - 1).filter(|count| *count > 0).map(Left::Next),
        };
        self.0 = left.map(|left| (misfortune, left));
        Some(misfortune)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_for_so_many_or_for_so_long() {
        let at = Instant::from_millis;
        let mut handshakes = Handshakes::default();
        handshakes.order(at(0), Misfortune::Mute, Extent::Next(2));
        assert_eq!(
            [handshakes.next(at(1)), handshakes.next(at(2)), handshakes.next(at(3))],
            [Some(Misfortune::Mute), Some(Misfortune::Mute), None]
        );
        handshakes.order(at(3), Misfortune::Reset, Extent::For(Duration::from_millis(10)));
        assert_eq!([handshakes.next(at(13)), handshakes.next(at(14))], [Some(Misfortune::Reset), None]);
        handshakes.order(at(14), Misfortune::Reset, Extent::For(Duration::from_millis(10)));
        handshakes.heal();
        assert_eq!(handshakes.next(at(15)), None);
    }
}
