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

use std::fs;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use network::Story;
use network::script::Script;

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().expect(name))
}

/// Tells a story: its messages, or where it broke.
fn tell(number: u64) -> Result<(u64, usize), String> {
    let mut story = Story::new(number, Script::default());
    finish(&mut story)
}

fn finish(story: &mut Story) -> Result<(u64, usize), String> {
    let told = catch_unwind(AssertUnwindSafe(|| (story.tell(), story.frames)));
    told.map_err(|panic| match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => String::from(*panic.downcast_ref::<&str>().unwrap_or(&"it panics")),
    })
}

/// Tells a story once more, and keeps what happens in it; the file's name.
fn write_down(number: u64) -> String {
    let mut story = Story::new(number, Script::written());
    let end = finish(&mut story).map_or_else(|why| why, |_| "all is well".into());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join(format!("simulation-{number}.txt"));
    let text = format!("{}\n{}\n{end}\n", replay_of(number), story.script.text());
    fs::create_dir_all(folder).and_then(|()| fs::write(&file, text)).unwrap();
    file.display().to_string()
}

/// What to type to hear a story again.
fn replay_of(number: u64) -> String {
    format!("SIMULATION_SEED={number} cargo test --test simulation replay -- --nocapture")
}

/// Tells many stories, and how to hear those again that ended badly.
fn tell_all(numbers: Range<u64>) -> usize {
    let mut frames = 0;
    let mut broken = Vec::new();
    for number in numbers {
        match tell(number) {
            Ok((_, sent)) => frames += sent,
            Err(why) => broken.push(format!("{}\n{}\n{why}\n", replay_of(number), write_down(number))),
        }
    }
    assert!(broken.is_empty(), "{} broken:\n{}", broken.len(), broken.join("\n"));
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
fn a_story_can_be_read_afterwards() {
    let script = fs::read_to_string(write_down(3)).unwrap();
    let [first, rest @ ..] = &script.lines().collect::<Vec<_>>()[..] else { panic!("nothing") };
    assert_eq!(*first, "SIMULATION_SEED=3 cargo test --test simulation replay -- --nocapture");
    for part in
        ["alice wishes: ", "bob   -> REGISTER sip:example.com SIP/2.0", "<- SIP/2.0 ", "CSeq: 1 REGISTER"]
    {
        assert!(rest.iter().any(|line| line.contains(part)), "{part}");
    }
    assert_eq!(rest.last(), Some(&"all is well"));
}

#[test]
fn replay() {
    if let Some(number) = variable("SIMULATION_SEED") {
        let mut story = Story::new(number, Script::written());
        let end = finish(&mut story);
        println!("{}", story.script.text());
        end.unwrap();
    }
}
