//! A SIP user agent for browsers.

pub mod time;
