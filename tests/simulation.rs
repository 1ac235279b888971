//! Whole phones, run by chance on a virtual network: whatever happens, their promises hold.
//!
//! `SIMULATION_RUNS=100000 cargo test --release --test simulation` runs more; `SIMULATION_SEED=7 cargo test --test
//! simulation replay -- --nocapture` tells one story aloud.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it expects by panicking"
)]

mod network;

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use network::Story;

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().expect(name))
}

/// Tells a story: its messages, or where it broke.
fn tell(number: u64) -> Result<(u64, usize), String> {
    let told = catch_unwind(AssertUnwindSafe(|| {
        let mut story = Story::new(number, false);
        (story.tell(), story.frames)
    }));
    told.map_err(|panic| match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => String::from(*panic.downcast_ref::<&str>().unwrap_or(&"it panics")),
    })
}

/// Tells many stories, and how to hear those again that ended badly.
fn tell_all(numbers: Range<u64>) -> usize {
    let mut frames = 0;
    let mut broken = Vec::new();
    for number in numbers {
        match tell(number) {
            Ok((_, sent)) => frames += sent,
            Err(why) => broken.push(format!("SIMULATION_SEED={number}: {why}")),
        }
    }
    assert!(
        broken.is_empty(),
        "{} broken; replay one by SIMULATION_SEED=N cargo test --test simulation replay -- --nocapture\n{}",
        broken.len(),
        broken.join("\n")
    );
    frames
}

#[test]
fn promises_hold_whatever_happens() {
    let runs = variable("SIMULATION_RUNS").unwrap_or(200);
    let frames = tell_all(0..runs);
    println!("{runs} stories, {frames} messages");
    assert!(frames > usize::try_from(runs).unwrap() * 20, "the phones hardly spoke");
}

#[test]
#[ignore = "long"]
fn promises_hold_for_long() {
    let runs = variable("SIMULATION_RUNS").unwrap_or(20_000);
    tell_all(1_000_000..1_000_000 + runs);
}

#[test]
fn the_same_seed_tells_the_same_story() {
    for number in 0..20 {
        assert_eq!(tell(number), tell(number), "story {number}");
    }
}

#[test]
fn replay() {
    if let Some(number) = variable("SIMULATION_SEED") {
        Story::new(number, true).tell();
    }
}
