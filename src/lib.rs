//! A SIP user agent for browsers.
