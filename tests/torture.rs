//! The messages of RFC 4475 and RFC 5118, where they lie beside the project, against the RFCs' verdicts.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by panicking")]

#[path = "support/messages.rs"]
mod messages;

use telnyx_device::message::read;

/// Faults that the RFC lets an element tolerate, and that are tolerated: nothing here depends on the field.
const TOLERATED: [&str; 1] = ["baddate"];

#[test]
fn every_message_gets_the_verdict_of_its_rfc() {
    let corpus = messages::torture();
    for (name, valid, bytes) in &corpus {
        let verdict = read(bytes);
        assert_eq!(verdict.is_ok(), *valid || TOLERATED.contains(&&**name), "{name}: {verdict:?}");
    }
    println!("{} messages", corpus.len());
}
