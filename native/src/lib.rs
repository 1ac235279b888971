//! Runs the SDK's user agent outside a browser: sockets and a clock, and canned descriptions in place of media.
//!
//! [`Phone`] is the counterpart of the browser's driver and as ignorant: it decides nothing about SIP. Tests let many of
//! them talk to each other, or to other software, through a real server; the command of the same name is one of them at
//! the end of a pipe.

pub mod crowd;
pub mod media;
mod phone;
mod socket;

pub use phone::{Account, Phone};
