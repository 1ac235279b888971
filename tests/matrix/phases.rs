//! Where alice's phone stands when something happens.

use telnyx_device::time::Duration;

use crate::world::{ALICE, BOB, CAROL, World};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Connecting,
    Registering,
    Registered,
    Dialing,
    Ringing,
    EarlyMedia,
    Answering,
    InCall,
    OnHold,
    Transferring,
    HangingUp,
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

impl Phase {
    pub const ALL: [Self; 11] = [
        Self::Connecting,
        Self::Registering,
        Self::Registered,
        Self::Dialing,
        Self::Ringing,
        Self::EarlyMedia,
        Self::Answering,
        Self::InCall,
        Self::OnHold,
        Self::Transferring,
        Self::HangingUp,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Registering => "registering",
            Self::Registered => "registered",
            Self::Dialing => "dialing",
            Self::Ringing => "ringing",
            Self::EarlyMedia => "early media",
            Self::Answering => "answering",
            Self::InCall => "in call",
            Self::OnHold => "on hold",
            Self::Transferring => "transferring",
            Self::HangingUp => "hanging up",
        }
    }

    /// Whether a call is up, and nobody wishes it to end.
    pub const fn is_up(self) -> bool {
        matches!(self, Self::InCall | Self::OnHold)
    }

    pub const fn wants_registration(self) -> bool {
        !matches!(self, Self::Connecting)
    }

    /// Brings the world there.
    pub fn reach(self, world: &mut World) {
        match self {
            Self::Connecting => {
                let now = world.now;
                world.phones[ALICE].agent.start(now);
                world.carry_out(ALICE);
                return world.run_for(millis(5));
            }
            Self::Registering => {
                world.register(ALICE);
                return world.run_for(millis(25));
            }
            _ => {
                world.register(ALICE);
                world.run_for(millis(5_000));
                assert!(world.is_registered(ALICE), "{}", world.story());
            }
        }
        match self {
            Self::Connecting | Self::Registering | Self::Registered => {}
            Self::Dialing => {
                world.dial(ALICE, "bob");
                world.run_for(millis(45));
            }
            Self::EarlyMedia => {
                world.has_early_media = true;
                world.dial(ALICE, "bob");
                world.run_for(millis(500));
            }
            Self::Ringing => {
                world.dial(BOB, "alice");
                world.run_for(millis(500));
            }
            Self::Answering => {
                world.dial(BOB, "alice");
                world.run_for(millis(500));
                let call = world.call_of(ALICE).expect("it rings");
                world.accept(ALICE, call);
                world.run_for(millis(15));
            }
            Self::InCall | Self::OnHold | Self::Transferring | Self::HangingUp => self.go_on(world),
        }
    }

    fn go_on(self, world: &mut World) {
        world.answers[BOB] = Some(millis(200));
        world.answers[CAROL] = Some(millis(8_000));
        let call = world.dial(ALICE, "bob");
        world.run_for(millis(5_000));
        assert!(world.media.flows(), "no call: {}", world.story());
        let now = world.now;
        let agent = &mut world.phones[ALICE].agent;
        let wait = match self {
            Self::OnHold => {
                agent.hold(now, call).unwrap();
                1_000
            }
            Self::Transferring => {
                agent.transfer(now, call, "carol", &[]).unwrap();
                1_000
            }
            Self::HangingUp => {
                agent.disconnect(now, call, Vec::new());
                5
            }
            _ => 0,
        };
        world.carry_out(ALICE);
        world.run_for(millis(wait));
    }
}
