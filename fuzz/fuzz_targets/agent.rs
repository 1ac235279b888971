//! Any bytes as the life of a user agent: no panic, and every promise is kept.
#![no_main]

#[path = "../../tests/network/ledger.rs"]
mod ledger;
#[path = "../../tests/support/steps.rs"]
mod steps;

use telnyx_device::time::Duration;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| drop(steps::live(bytes, Duration::ZERO)));
