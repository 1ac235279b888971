//! A far side that notifies (RFC 6665).

use super::{Phone, field};
use telnyx_device::agent::{SubscribeOptions, SubscriptionId};

pub const MAILBOX: &str = "message-summary";
pub const SUMMARY: &str = "Content-Type: application/simple-message-summary\n\nMessages-Waiting: yes\r\n";

pub fn subscribe(alice: &mut Phone, event: &str) -> SubscriptionId {
    let id = alice.agent.subscribe(alice.now, "bob", event, SubscribeOptions::default()).unwrap();
    alice.drain();
    id
}

pub fn unsubscribe(alice: &mut Phone, id: SubscriptionId) {
    let ticket = alice.agent.unsubscribe(alice.now, id);
    alice.awaits(ticket);
}

/// The notifier `far` says this of the subscription that `sent` asked for.
pub fn notify(alice: &mut Phone, sent: &str, number: u32, state: &str, more: &str) {
    notify_from("far", alice, sent, number, state, more);
}

pub fn notify_from(far: &str, alice: &mut Phone, sent: &str, number: u32, state: &str, more: &str) {
    let event = field(sent, "Event");
    let to = if field(sent, "To").contains(";tag=") { "{To}".into() } else { format!("{{To}};tag={far}") };
    let text = format!(
        "NOTIFY {{contact}} SIP/2.0
        Via: SIP/2.0/WSS proxy.example.com;branch=z9hG4bK{far}{number}{}
        Max-Forwards: 69
        From: {to}
        To: {{From}}
        Call-ID: {{Call-ID}}
        CSeq: {number} NOTIFY
        Contact: <sip:notifier@{far}.invalid>
        Event: {event}
        Subscription-State: {state}\n{more}",
        field(sent, "Call-ID").len()
    );
    alice.hear_about(sent, &text);
}

/// With the SUBSCRIBE, answered and notified: active for 600 s.
pub fn subscribed(event: &str) -> (Phone, SubscriptionId, String) {
    let mut alice = Phone::connected();
    let id = subscribe(&mut alice, event);
    let subscribe = alice.sends("SUBSCRIBE sip:bob@example.com");
    alice.answer(&subscribe, "200 OK\nExpires: 600");
    notify(&mut alice, &subscribe, 1, "active;expires=600", SUMMARY);
    alice.sends("SIP/2.0 200 OK");
    alice.told(&["notified active"]);
    (alice, id, subscribe)
}
