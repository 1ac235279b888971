//! Many phones on one machine, through the embedded server: they register, call each other in pairs, hang up, and go.
//! Nothing may get lost on the way.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what it expects by panicking"
)]

mod crowd;

use crowd::Figures;

#[test]
fn fifty_phones_lose_nothing() {
    crowd::run(50, 2);
}

#[test]
#[ignore = "takes a minute"]
fn a_thousand_phones_lose_nothing() {
    let Figures { seconds, messages, memory } = crowd::run(1_000, 10);
    let rate = f64::from(messages) / seconds;
    println!("{messages} messages in {seconds:.1} s: {rate:.0} a second; {memory} KiB at most");
}
