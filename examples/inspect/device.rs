//! A connected device that nobody attends to: what it answers by itself.

use telnyx_device::agent::{Config, Input, Output, Reconnect, SocketId, UserAgent};
use telnyx_device::call::Settings;
use telnyx_device::message::UriBuf;
use telnyx_device::time::Instant;

/// The device of `sip:alice@example.com`.
pub struct Device {
    agent: UserAgent,
    socket: Option<SocketId>,
}

impl Device {
    /// Connected, and not registered.
    pub fn connected() -> Self {
        let config = Config {
            servers: vec!["wss://proxy.example.com".into()],
            address_of_record: UriBuf::read("sip:alice@example.com").unwrap_or_default(),
            domain: UriBuf::read("sip:example.com").unwrap_or_default(),
            registrar: UriBuf::read("sip:example.com").unwrap_or_default(),
            display_name: None,
            credentials: None,
            flows: 1,
            reconnect: Reconnect::default(),
            keep_alive_interval: 0,
            expires: 600,
            no_answer_timeout: 60,
            user_agent: "inspect".into(),
            extra: Vec::new(),
            instance: None,
            push: Vec::new(),
            persist: false,
            calls: Settings::default(),
        };
        let mut device = Self { agent: UserAgent::new(config, [1; 32]), socket: None };
        let _ = device.agent.start(NOW);
        device.sends();
        if let Some(socket) = device.socket {
            device.agent.handle_input(NOW, Input::SocketOpened(socket));
        }
        device.sends();
        device
    }

    /// What it says at once to what a peer sends.
    pub fn hears(&mut self, frame: &[u8]) -> Vec<Vec<u8>> {
        if let Some(socket) = self.socket {
            self.agent.handle_input(NOW, Input::Received { socket, frame: frame.into() });
        }
        self.sends()
    }

    fn sends(&mut self) -> Vec<Vec<u8>> {
        let mut sent = Vec::new();
        while let Some(output) = self.agent.poll_output() {
            match output {
                Output::Open { socket, .. } => self.socket = Some(socket),
                Output::Send { frame, .. } => sent.push(frame),
                _ => {}
            }
        }
        sent
    }
}

const NOW: Instant = Instant::from_millis(1_000);
