//! Each fault in each phase of a call: what becomes of it, and how long it takes.
//!
//! Two phones and a third one talk through the embedded server's own core, on one virtual clock, with media that behave as
//! ICE does. Nothing is left to chance. `cargo test --test matrix -- --nocapture` prints the table, and leaves it as
//! Markdown in `target/tmp/recovery-matrix.md`.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test says what it expects by panicking"
)]

mod faults;
#[path = "../network/ledger.rs"]
#[allow(dead_code, reason = "not all promises are made here")]
mod ledger;
mod media;
mod phases;
mod phone;
#[path = "../../loopback/src/core/mod.rs"]
#[allow(dead_code, unused_imports, clippy::all, clippy::pedantic, reason = "it is tested there")]
mod server;
mod world;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use faults::Fault;
use phases::Phase;
use telnyx_device::time::{Duration, Instant};
use world::{ALICE, BOB, World};

/// What was seen in one cell.
struct Seen {
    fault: Fault,
    phase: Phase,
    disconnected: Option<Duration>,
    registered: Option<Duration>,
    recovered: Option<Duration>,
    audio: Option<Duration>,
    outcome: String,
}

#[test]
fn every_fault_in_every_phase() {
    let (mut table, mut broken) = (Vec::new(), Vec::new());
    for fault in Fault::ALL {
        for phase in Phase::ALL {
            match catch_unwind(AssertUnwindSafe(|| cell(fault, phase))) {
                Ok(seen) => table.push(seen),
                Err(_) => broken.push(format!("{} while {}", fault.name(), phase.name())),
            }
        }
    }
    let text = written(&table);
    println!("{text}");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(folder).and_then(|()| fs::write(folder.join("recovery-matrix.md"), text)).unwrap();
    assert!(broken.is_empty(), "{} cells broke:\n{}", broken.len(), broken.join("\n"));
}

/// One cell: reaches the phase, lets the fault happen, watches, and hangs up.
fn cell(fault: Fault, phase: Phase) -> Seen {
    let mut world = World::new();
    phase.reach(&mut world);
    let (begin, mark) = (world.now, world.phones[ALICE].mark());
    fault.happen(&mut world);
    let end = world.now.max(begin + fault.lasts());
    world.run_until(end + fault.watched());
    let after =
        |since: Instant, name: &str| world.phones[ALICE].told_after(mark, name).map(|at| at.since(since));
    let mut seen = Seen {
        fault,
        phase,
        disconnected: after(begin + fault.sleeps(), "disconnected"),
        registered: after(end, "registered"),
        recovered: after(end, "recovered"),
        audio: world.media.is_back(begin).map(|at| at.since(end)),
        outcome: String::new(),
    };
    let (alice, bob) = (world.call_of(ALICE), world.call_of(BOB));
    let what = format!("{} while {}", fault.name(), phase.name());
    assert_eq!(
        alice.is_some(),
        bob.is_some(),
        "{what}: one side goes on, the other does not\n{}",
        world.story()
    );
    if phase.is_up() && fault.keeps_calls() {
        assert!(alice.is_some(), "{what}: the call is lost\n{}", world.story());
    }
    if let Some(bound) = fault.registered_within()
        && phase.wants_registration()
    {
        let is_kept = seen.disconnected.is_none() && seen.registered.is_none();
        let took = seen.registered.unwrap_or_default();
        assert!(is_kept || took <= bound, "{what}: registered after {took:?}\n{}", world.story());
        assert!(world.is_registered(ALICE), "{what}: not registered\n{}", world.story());
    }
    seen.outcome = match alice {
        Some(call) => {
            assert!(world.media.flows(), "{what}: a call without media\n{}", world.story());
            let pairs = world.phones[ALICE].unpaired();
            assert_eq!(pairs, 0, "{what}: recovering without recovered\n{}", world.story());
            world.hang_up(ALICE, call);
            world.run_for(Duration::from_secs(5));
            let cause = world.phones[BOB].last_end();
            assert_eq!(
                cause.as_deref(),
                Some("Terminated"),
                "{what}: the hang-up is lost\n{}",
                world.story()
            );
            "kept; the hang-up arrives".into()
        }
        None => {
            let ends = [ALICE, BOB].map(|line| world.phones[line].last_end());
            match ends {
                [Some(ours), Some(theirs)] => format!("ends: {ours} / {theirs}"),
                [None, None] => "no call".into(),
                // A page that is gone tells nobody.
                [None, Some(theirs)] => format!("ends: – / {theirs}"),
                [Some(ours), None] => format!("ends: {ours} / –"),
            }
        }
    };
    world.close();
    seen
}

fn written(table: &[Seen]) -> String {
    let mut text = String::from(
        "| fault | while | `wsDisconnected` | `registered` | `recovered` | audio | what becomes of the call: us / them |\n\
         |---|---|---|---|---|---|---|\n",
    );
    let seconds =
        |time: Option<Duration>| time.map_or("–".into(), |time| format!("{:.1} s", time.as_secs_f64()));
    for seen in table {
        text.push_str(&format!(
            "| {} | {} | {} | {} | {} | {} | {} |\n",
            seen.fault.name(),
            seen.phase.name(),
            seconds(seen.disconnected),
            seconds(seen.registered),
            seconds(seen.recovered),
            seconds(seen.audio),
            seen.outcome
        ));
    }
    text
}

/// Where the only way of the media is cut, there is audio within three seconds of its return.
#[test]
fn audio_is_back_three_seconds_after_the_way_is() {
    for seconds in [3, 8, 20, 30, 45] {
        let mut world = World::new();
        Phase::InCall.reach(&mut world);
        world.cut(Duration::from_secs(seconds));
        let end = world.now + Duration::from_secs(seconds);
        world.run_until(end + Duration::from_secs(30));
        let took = world.media.is_back(world.now).or(world.media.is_back(Instant::default()));
        let took = took.expect("no audio").since(end);
        assert!(
            took <= Duration::from_secs(3),
            "cut for {seconds} s: audio after {took:?}\n{}",
            world.story()
        );
    }
}

/// Both have lost their connections, and neither is where the other one looks: INVITE with Replaces brings them together, in
/// one call for each of the users.
#[test]
fn both_find_each_other_by_name() {
    for phase in [Phase::InCall, Phase::OnHold] {
        let mut world = World::new();
        phase.reach(&mut world);
        let calls = [ALICE, BOB].map(|line| world.call_of(line).expect("a call"));
        world.contacts_are_stale = true;
        world.break_socket(ALICE, 1006, false);
        world.break_socket(BOB, 1006, false);
        world.run_for(Duration::from_secs(20));
        world.contacts_are_stale = false;
        assert_eq!([ALICE, BOB].map(|line| world.call_of(line)), calls.map(Some), "{}", world.story());
        for line in [ALICE, BOB] {
            assert!(world.phones[line].told_after(0, "recovered signaling").is_some(), "{}", world.story());
            assert_eq!((world.phones[line].unpaired(), world.phones[line].agent.calls().len()), (0, 1));
        }
        assert!(world.media.flows(), "{}", world.story());
        world.hang_up(BOB, calls[1]);
        world.run_for(Duration::from_secs(5));
        assert_eq!(world.phones[ALICE].last_end().as_deref(), Some("Terminated"), "{}", world.story());
        world.close();
    }
}
