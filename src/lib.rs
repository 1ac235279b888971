//! A SIP user agent for browsers.

pub mod auth;
pub mod entropy;
pub mod message;
pub mod time;
pub mod transaction;
