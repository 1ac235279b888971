//! What may happen to alice's phone, or to the world around it.

use telnyx_device::agent::{Hint, Input};
use telnyx_device::time::Duration;

use crate::world::{ALICE, World};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    ClosedCleanly,
    Reset,
    HalfOpen,
    ServerRestarts,
    ServerForgets,
    OtherAddress,
    MediaCut,
    RelayGone,
    PageReloaded,
    PageGone,
    TabStopped,
    TabFrozen,
    ClockJumps,
    WallClockSet,
    Asleep,
}

impl Fault {
    pub const ALL: [Self; 15] = [
        Self::ClosedCleanly,
        Self::Reset,
        Self::HalfOpen,
        Self::ServerRestarts,
        Self::ServerForgets,
        Self::OtherAddress,
        Self::MediaCut,
        Self::RelayGone,
        Self::PageReloaded,
        Self::PageGone,
        Self::TabStopped,
        Self::TabFrozen,
        Self::ClockJumps,
        Self::WallClockSet,
        Self::Asleep,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::ClosedCleanly => "socket closed cleanly",
            Self::Reset => "socket reset",
            Self::HalfOpen => "socket half open",
            Self::ServerRestarts => "server down for 5 s",
            Self::ServerForgets => "server down for 5 s, without its memory",
            Self::OtherAddress => "another network address",
            Self::MediaCut => "way of the media cut for 30 s",
            Self::PageReloaded => "page reloaded",
            Self::PageGone => "page gone, another one opened",
            Self::TabStopped => "tab frozen for a minute",
            Self::TabFrozen => "tab frozen for 10 min",
            Self::RelayGone => "STUN and TURN gone for 20 s",
            Self::ClockJumps => "clock jumped ahead by 5 min",
            Self::WallClockSet => "wall clock set ahead by an hour",
            Self::Asleep => "laptop asleep for an hour",
        }
    }

    /// How long it is before things can be well again.
    pub const fn lasts(self) -> Duration {
        match self {
            Self::ServerRestarts | Self::ServerForgets => Duration::from_secs(5),
            Self::MediaCut => Duration::from_secs(30),
            Self::RelayGone => Duration::from_secs(20),
            Self::TabStopped => Duration::from_secs(60),
            Self::TabFrozen => Duration::from_secs(600),
            Self::Asleep => Duration::from_secs(3_600),
            _ => Duration::ZERO,
        }
    }

    /// How long alice's phone hears of nothing.
    pub const fn sleeps(self) -> Duration {
        match self {
            Self::TabStopped | Self::TabFrozen | Self::Asleep => self.lasts(),
            _ => Duration::ZERO,
        }
    }

    /// How long it is watched after that: a call without media has ended by then, and one that rings; whoever is held by a
    /// page that is gone waits for the end of the session.
    pub const fn watched(self) -> Duration {
        Duration::from_secs(if matches!(self, Self::PageGone) { 1_900 } else { 260 })
    }

    /// Whether a call that is up goes on.
    pub const fn keeps_calls(self) -> bool {
        !matches!(self, Self::PageGone | Self::TabFrozen | Self::Asleep)
    }

    /// How soon alice is registered again once it is over.
    pub const fn registered_within(self) -> Option<Duration> {
        Some(match self {
            Self::ClosedCleanly | Self::Reset | Self::OtherAddress | Self::PageReloaded | Self::PageGone => {
                Duration::from_millis(1_000)
            }
            Self::ServerRestarts
            | Self::ServerForgets
            | Self::TabStopped
            | Self::TabFrozen
            | Self::Asleep => Duration::from_millis(2_500),
            // A silence of 25 s, and no answer for 10 s.
            Self::HalfOpen => Duration::from_millis(36_000),
            Self::MediaCut | Self::RelayGone | Self::ClockJumps | Self::WallClockSet => return None,
        })
    }

    pub fn happen(self, world: &mut World) {
        match self {
            Self::ClosedCleanly => world.break_socket(ALICE, 1000, true),
            Self::Reset => world.break_socket(ALICE, 1006, false),
            Self::HalfOpen => {
                if let Some(line) = &mut world.lines[ALICE] {
                    line.is_dead = true;
                }
            }
            Self::ServerRestarts => world.restart_server(self.lasts(), true),
            Self::ServerForgets => world.restart_server(self.lasts(), false),
            Self::OtherAddress => {
                world.phones[ALICE].address += 1;
                world.lose_media(&[ALICE]);
                world.break_socket(ALICE, 1006, false);
                world.feed(ALICE, Input::Hint(Hint::NetworkChanged));
            }
            Self::MediaCut => world.cut(self.lasts()),
            Self::RelayGone => world.lose_relay(ALICE, self.lasts()),
            Self::PageReloaded => world.reload(ALICE),
            Self::PageGone => {
                world.phones[ALICE].kept.clear();
                world.reload(ALICE);
            }
            Self::TabStopped | Self::TabFrozen => {
                world.freeze(ALICE);
                world.after(self.lasts(), |world| world.thaw(ALICE, None));
            }
            Self::ClockJumps => {
                world.phones[ALICE].ahead = Duration::from_secs(300);
                world.feed(ALICE, Input::Wake);
            }
            // For the driver, people's clocks have run on while ours stood still.
            Self::WallClockSet => {
                let (now, hour) = (world.now, Duration::from_secs(3_600));
                world.phones[ALICE].agent.set_wall(now, (now + hour).as_millis());
                world.feed(ALICE, Input::Hint(Hint::Woke));
            }
            Self::Asleep => {
                world.freeze(ALICE);
                // Its peers and the server have noticed long before.
                world.after(Duration::from_secs(60), |world| world.break_socket(ALICE, 1006, false));
                world.after(self.lasts(), |world| world.thaw(ALICE, Some(Hint::Woke)));
            }
        }
    }
}
