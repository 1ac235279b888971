//! The module that browsers load: all that the SDK exports to JavaScript, and nothing of its own.
#![cfg(target_arch = "wasm32")]

use telnyx_device as _;
