//! What the user of a phone wishes, and sees.

use super::Phone;
use telnyx_device::agent::{CallId, CallStatus, Digits, InviteOptions, MessageId};

impl Phone {
    pub fn start(&mut self) {
        let ticket = self.agent.start(self.now);
        self.awaits(ticket);
    }

    pub fn stop(&mut self) {
        let ticket = self.agent.stop(self.now);
        self.awaits(ticket);
    }

    pub fn register(&mut self) {
        let ticket = self.agent.register(self.now, Vec::new());
        self.awaits(ticket);
    }

    pub fn unregister(&mut self) {
        let ticket = self.agent.unregister(self.now, false, Vec::new());
        self.awaits(ticket);
    }

    pub fn unregister_all(&mut self) {
        let ticket = self.agent.unregister(self.now, true, Vec::new());
        self.awaits(ticket);
    }

    #[track_caller]
    pub fn dial(&mut self, target: &str) -> CallId {
        self.dial_with(target, InviteOptions::default())
    }

    #[track_caller]
    pub fn dial_with(&mut self, target: &str, options: InviteOptions) -> CallId {
        let call = self.agent.invite(self.now, target, options).unwrap();
        self.drain();
        call
    }

    #[track_caller]
    pub fn accept(&mut self, call: CallId) {
        let ticket = self.agent.accept(self.now, call, Vec::new()).unwrap();
        self.awaits(ticket);
    }

    #[track_caller]
    pub fn reject(&mut self, call: CallId, status: Option<u16>) {
        let ticket = self.agent.reject(self.now, call, status, None, Vec::new()).unwrap();
        self.awaits(ticket);
    }

    pub fn hang_up(&mut self, call: CallId) {
        let ticket = self.agent.disconnect(self.now, call, Vec::new());
        self.awaits(ticket);
    }

    /// Tones of 100 ms, 500 ms apart.
    #[track_caller]
    pub fn dial_tones(&mut self, call: CallId, digits: &str) {
        let ticket = self.agent.send_digits(self.now, call, &Digits::new(digits)).unwrap();
        self.awaits(ticket);
    }

    #[track_caller]
    pub fn write_to(&mut self, target: &str, body: &str) {
        let ticket = self.agent.send_message(self.now, target, "text/plain", body, Vec::new()).unwrap();
        self.awaits(ticket);
    }

    #[track_caller]
    pub fn write_in_call(&mut self, call: CallId, body: &str) {
        let ticket = self.agent.send_call_message(self.now, call, "text/plain", body, &[]).unwrap();
        self.awaits(ticket);
    }

    #[track_caller]
    pub fn respond(&mut self, id: MessageId, status: u16, reason: Option<&str>) {
        self.agent.respond_to_message(self.now, id, status, reason).unwrap();
        self.drain();
    }

    #[track_caller]
    pub fn hold(&mut self, call: CallId) {
        let ticket = self.agent.hold(self.now, call).unwrap();
        self.awaits(ticket);
    }

    #[track_caller]
    pub fn unhold(&mut self, call: CallId) {
        let ticket = self.agent.unhold(self.now, call).unwrap();
        self.awaits(ticket);
    }

    #[track_caller]
    pub fn renegotiate(&mut self, call: CallId) {
        let ticket = self.agent.renegotiate(self.now, call).unwrap();
        self.awaits(ticket);
    }

    #[track_caller]
    pub fn accept_refer(&mut self, call: CallId) -> CallId {
        let referred = self.agent.accept_refer(self.now, call).unwrap();
        self.drain();
        referred
    }

    #[track_caller]
    pub fn transfer(&mut self, call: CallId, target: &str) {
        let ticket = self.agent.transfer(self.now, call, target, &[]).unwrap();
        self.awaits(ticket);
    }

    /// The call goes on.
    #[track_caller]
    pub fn lives(&self, call: CallId) {
        assert_eq!(self.agent.call_status(call), CallStatus::Connected);
    }
}
