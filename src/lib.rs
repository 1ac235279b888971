//! A SIP user agent for browsers.

pub mod entropy;
pub mod time;
