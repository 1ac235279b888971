//! What holds for a user agent whatever happens to it, in whatever order.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it expects by panicking"
)]

#[path = "network/ledger.rs"]
mod ledger;
#[path = "support/steps.rs"]
mod steps;

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use steps::live;
use telnyx_device::time::Duration;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_life_comes_to_rest_with_its_promises_kept(bytes in vec(any::<u8>(), 0..700)) {
        live(&bytes, Duration::ZERO);
    }

    #[test]
    fn a_clock_that_goes_back_changes_nothing(bytes in vec(any::<u8>(), 0..500), millis in 1_u64..100_000) {
        prop_assert!(live(&bytes, Duration::ZERO) == live(&bytes, Duration::from_millis(millis)));
    }
}

#[test]
fn kept_lives_are_lived_again() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/agent");
    let mut sent = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        sent += live(&std::fs::read(file.unwrap().path()).unwrap(), Duration::ZERO).len();
    }
    assert!(sent > 10_000, "they hardly speak");
}
