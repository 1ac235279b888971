//! A SIP user agent for browsers.

pub mod agent;
pub mod auth;
pub mod call;
pub mod dialog;
pub mod entropy;
pub mod error;
pub mod local;
pub mod message;
pub mod registration;
pub mod time;
pub mod transaction;
