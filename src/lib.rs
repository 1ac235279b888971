//! A SIP user agent for browsers, whose protocol core does no IO.
//!
//! The core is [`agent::UserAgent`]: it is told what happened and the time at which it did, and says what to do. It has
//! four doors (the wire, the media, the clock, the application), and one queue through which everything leaves in causal
//! order, so that an ACK is sent before the application hears of the call that it confirms. The browser's `WebSocket`
//! and `RTCPeerConnection` are driven by a thin shell around it, and a thin face on the shell is what JavaScript sees;
//! both exist on wasm32 only. Everything else runs anywhere, on any clock:
//!
//! ```
//! use telnyx_device::agent::{Config, Input, Output, UserAgent};
//! use telnyx_device::{message::UriBuf, time::Instant};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config {
//!     servers: vec!["wss://sip.example.com/".into()],
//!     address_of_record: UriBuf::read("sip:alice@example.com")?,
//!     domain: UriBuf::read("sip:example.com")?,
//!     registrar: UriBuf::read("sip:example.com")?,
//!     display_name: None,
//!     credentials: None,
//!     flows: 1,
//!     reconnect: Default::default(),
//!     keep_alive_interval: 25,
//!     expires: 600,
//!     no_answer_timeout: 60,
//!     user_agent: "example".into(),
//!     extra: Vec::new(),
//!     instance: None,
//!     push: Vec::new(),
//!     persist: false,
//!     calls: Default::default(),
//! };
//! let mut agent = UserAgent::new(config, [42; 32]); // 32 random bytes
//! let now = Instant::from_millis(0);
//! agent.register(now, Vec::new()); // a wish
//! while let Some(output) = agent.poll_output() {
//!     if let Output::Open { socket, uri } = output {
//!         assert_eq!(uri, "wss://sip.example.com/");
//!         agent.handle_input(now, Input::SocketOpened(socket)); // a fact
//!     }
//! }
//! assert!(agent.poll_timeout().is_some()); // come back by then, with `Input::Wake`
//! # Ok(())
//! # }
//! ```
//!
//! # Layers
//!
//! | module | knows | RFC |
//! |---|---|---|
//! | [`trace`] | what happened lately, for whoever helps | |
//! | [`tabs`] | which of several tabs each message concerns | 3261 §16 |
//! | [`agent`] | whom each message and wish concerns | 3261 §8, 7118 |
//! | [`call`], [`registration`], [`subscription`] | what a call, a binding, a subscription go through | 3261 §10, §13–15, 6665, 3903 |
//! | [`dialog`], [`auth`], [`local`] | a peer, a realm, ourselves | 3261 §12, §22, 7616, 8760 |
//! | [`transaction`] | a request and its responses | 3261 §17, 6026 |
//! | [`message`] | the text | 3261 §7, §18–20, §25 |
//! | [`retry`] | when to try again | |
//! | [`quality`] | how well a call is heard | 6035, ITU-T G.107 |
//! | [`ice`] | when candidates are enough | 8445, 8838 |
//! | [`kept`] | what outlives a reload of the page, as text | |
//! | [`sound`] | which microphone and speaker were chosen, what a telephone sounds like | |
//! | [`time`], [`entropy`], [`error`] | nothing else | |
//!
//! Each uses those below it and none above.
//!
//! # What goes wrong
//!
//! A wish that cannot be is an [`error::ApiMisuse`], at once, and nothing has happened. What a peer sends wrong is
//! answered with the status that its RFC gives, and the device goes on. What the world does is an event. Nothing panics.

pub mod agent;
pub mod auth;
pub mod call;
pub mod dialog;
pub mod entropy;
pub mod error;
pub mod ice;
pub mod kept;
pub mod local;
pub mod message;
pub mod quality;
pub mod registration;
pub mod retry;
pub mod sound;
pub mod subscription;
pub mod tabs;
pub mod time;
pub mod trace;
pub mod transaction;

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
pub mod browser;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
pub mod facade;
