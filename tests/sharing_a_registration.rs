//! Several tabs of one origin register once, and each finds what is its own.

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::browser::{Browser, INSTANCE};
use common::{config, field, seconds};
use proptest::prelude::*;
use telnyx_device::agent::Config;

#[test]
fn one_socket_and_one_registration_serve_all_tabs() {
    let browser = Browser::registered(3);
    assert_eq!(browser.sockets, 1);
    assert_eq!(browser.leader(), Some(0));
    for tab in 0..3 {
        assert!(browser.is_registered(tab), "{tab}");
    }
    browser.sends_nothing();
}

#[test]
fn the_instance_that_the_browser_keeps_is_that_of_all() {
    let mut browser = Browser::new();
    let (first, second) = (browser.open_tab(), browser.open_tab());
    browser.register(first);
    browser.connects();
    let register = browser.grants();
    assert!(field(&register, "Contact").contains(INSTANCE), "{register}");
    browser.register(second);
    assert_eq!(browser.names(first), browser.names(second));
}

#[test]
fn tabs_that_come_before_the_socket_is_open_wait_for_it() {
    let mut browser = Browser::new();
    for _ in 0..3 {
        let tab = browser.open_tab();
        browser.register(tab);
    }
    browser.connects();
    browser.grants();
    browser.sends_nothing();
    for tab in 0..3 {
        assert_eq!(browser.told(tab), ["connecting 1", "connected", "registered 600 refresh false"], "{tab}");
    }
}

/// Two tabs wish to be registered before there is a connection; with the REGISTER of the first.
fn two_that_register() -> (Browser, String) {
    let mut browser = Browser::new();
    for _ in 0..2 {
        let tab = browser.open_tab();
        browser.register(tab);
    }
    browser.connects();
    let register = browser.sends("REGISTER");
    (browser, register)
}

#[test]
fn those_that_register_meanwhile_wait_for_the_first_answer_also_through_a_challenge() {
    let (mut browser, register) = two_that_register();
    browser.sends_nothing();
    browser.answer(&register, "401 Unauthorized\nWWW-Authenticate: Digest realm=\"x\", nonce=\"n\"");
    browser.grants();
    browser.sends_nothing();
    assert!(browser.is_registered(0) && browser.is_registered(1));
}

#[test]
fn where_the_first_is_refused_the_next_one_asks() {
    let (mut browser, register) = two_that_register();
    browser.answer(&register, "403 Forbidden");
    browser.grants();
    assert!(!browser.is_registered(0) && browser.is_registered(1));
}

#[test]
fn where_the_first_is_challenged_and_says_no_more_the_next_one_asks() {
    let (mut browser, register) = two_that_register();
    browser.answer(&register, "401 Unauthorized\nWWW-Authenticate: Unheard-of realm=\"x\"");
    browser.sends_nothing();
    browser.pass(seconds(5));
    browser.grants();
    assert!(browser.is_registered(1));
}

#[test]
fn what_is_left_of_the_life_is_told_and_the_tab_that_registered_refreshes() {
    let mut browser = Browser::registered(1);
    browser.pass(seconds(100));
    let second = browser.open_tab();
    browser.register(second);
    assert_eq!(browser.told(second).last().unwrap(), "registered 500 refresh false");
    for _ in 0..5 {
        // Half to three quarters of what the first was granted.
        assert!((200..=450).contains(&browser.grants_later()));
        assert!(browser.is_registered(0) && browser.is_registered(second));
    }
}

#[test]
fn where_the_tab_that_registered_has_stopped_another_one_refreshes() {
    let mut browser = Browser::new();
    let (first, second) = (browser.open_tab(), browser.open_tab());
    browser.wish(first, |agent, now| agent.start(now));
    browser.connects();
    browser.register(second);
    browser.grants();
    browser.register(first);
    browser.stop(second);
    browser.sends_nothing();
    assert_eq!((browser.is_registered(first), browser.is_registered(second)), (true, false));
    for _ in 0..3 {
        assert!((300..=450).contains(&browser.grants_later()));
        assert!(browser.is_registered(first));
    }
}

#[test]
fn gruu_and_service_route_reach_all_tabs() {
    let mut browser = Browser::new();
    let (first, second) = (browser.open_tab(), browser.open_tab());
    browser.register(first);
    browser.connects();
    let register = browser.sends("REGISTER");
    let granted = format!(
        "200 OK
        Contact: <sip:other@other.invalid>;expires=20
        Contact: {};expires=600;pub-gruu=\"sip:alice@example.com;gr=1\"
        Service-Route: <sip:edge.example.com;lr>",
        field(&register, "Contact")
    );
    browser.answer(&register, &granted);
    browser.register(second);
    browser.told(second);
    browser.wish(second, |agent, now| agent.invite(now, "bob", Default::default())).unwrap();
    let invite = browser.sends("INVITE");
    assert_eq!(field(&invite, "Contact"), "<sip:alice@example.com;gr=1>");
    assert_eq!(field(&invite, "Route"), "<sip:edge.example.com;lr>");
}

#[test]
fn the_binding_is_removed_when_the_last_tab_wants_it_no_more() {
    let mut browser = Browser::registered(3);
    browser.wish(2, |agent, now| agent.unregister(now, false, Vec::new()));
    browser.sends_nothing();
    assert_eq!(browser.told(2), ["unregistered -"]);
    browser.wish(0, |agent, now| agent.unregister(now, false, Vec::new()));
    browser.sends_nothing();
    assert!(browser.is_registered(1));
    browser.wish(1, |agent, now| agent.unregister(now, false, Vec::new()));
    let removal = browser.sends("REGISTER");
    assert_eq!(field(&removal, "Expires"), "0");
    browser.answer(&removal, "200 OK");
    assert_eq!(browser.told(1), ["unregistered -"]);
}

#[test]
fn who_wants_no_registration_of_any_device_ends_that_of_all_tabs() {
    let mut browser = Browser::registered(2);
    browser.wish(1, |agent, now| agent.unregister(now, true, Vec::new()));
    let removal = browser.sends("REGISTER");
    assert_eq!(field(&removal, "Contact"), "*");
    browser.answer(&removal, "200 OK");
    let own = browser.sends("REGISTER");
    browser.answer(&own, "200 OK");
    assert_eq!(browser.told(0), ["unregistered -"]);
    assert_eq!(browser.told(1), ["unregistered -"]);
}

#[test]
fn another_tab_may_want_it_again() {
    let mut browser = Browser::registered(2);
    for tab in 0..2 {
        browser.wish(tab, |agent, now| agent.unregister(now, false, Vec::new()));
    }
    let removal = browser.sends("REGISTER");
    browser.answer(&removal, "200 OK");
    browser.register(0);
    browser.grants();
    assert!(browser.is_registered(0) && !browser.is_registered(1));
}

#[test]
fn a_lost_socket_is_lost_and_regained_in_all_tabs() {
    let mut browser = Browser::registered(2);
    browser.pass(seconds(3));
    browser.loses_socket();
    for tab in 0..2 {
        let told = browser.told(tab);
        assert_eq!(told.first().unwrap(), "disconnected 1006 retry true", "{tab}");
        assert!(!browser.is_registered(tab));
    }
    browser.connects();
    browser.grants();
    browser.sends_nothing();
    assert!(browser.is_registered(0) && browser.is_registered(1));
    assert_eq!(browser.sockets, 2);
}

#[test]
fn when_the_leading_tab_is_closed_the_next_one_leads_under_the_same_names() {
    let mut browser = Browser::registered(3);
    browser.pass(seconds(3));
    let names = browser.names(1).clone();
    browser.close_tab(0);
    assert_eq!(browser.leader(), Some(1));
    browser.connects();
    let register = browser.grants();
    assert!(field(&register, "Contact").contains(names.contact.as_str()));
    browser.sends_nothing();
    assert!(browser.is_registered(1) && browser.is_registered(2));
    assert_eq!(browser.names(2), &names);
}

#[test]
fn when_the_leading_tab_stops_the_next_one_leads_and_the_first_may_follow() {
    let mut browser = Browser::registered(2);
    browser.pass(seconds(3));
    browser.stop(0);
    assert_eq!(browser.told(0), ["unregistered -", "disconnected 1000 retry false"]);
    assert_eq!(browser.leader(), Some(1));
    browser.connects();
    browser.grants();
    browser.register(0);
    browser.sends_nothing();
    assert!(browser.is_registered(0) && browser.is_registered(1));
}

#[test]
fn a_leading_tab_that_is_about_to_be_frozen_gives_the_lead_away() {
    let mut browser = Browser::registered(2);
    browser.pass(seconds(3));
    browser.freeze(0);
    assert_eq!(browser.leader(), Some(1));
    browser.connects();
    browser.grants();
    browser.sends_nothing();
    assert!(browser.is_registered(0) && browser.is_registered(1));
}

#[test]
fn a_tab_that_has_given_up_leads_nobody() {
    let mut browser = Browser::registered(3);
    browser.stop(1);
    browser.close_tab(0);
    assert_eq!(browser.leader(), Some(2));
}

#[test]
fn pings_of_followers_go_no_further_than_the_leading_tab() {
    let mut browser = Browser::registered(2);
    browser.hear_bytes(b"\r\n\r\n");
    assert_eq!(browser.sends("\r\n"), "\r\n");
    browser.sends_nothing();
}

#[test]
fn a_tab_that_waits_to_try_again_is_told_when_the_leading_one_is_connected() {
    let mut browser = Browser::new();
    let (first, second) = (browser.open_tab(), browser.open_tab());
    browser.register(first);
    browser.register(second);
    // The server refuses: both wait, the second until it has asked in vain for a while.
    browser.refuses();
    for _ in 0..8 {
        browser.pass(seconds(31));
        browser.refuses();
    }
    browser.pass(seconds(31));
    browser.connects();
    browser.grants();
    assert!(browser.is_registered(first) && browser.is_registered(second));
}

#[test]
fn a_follower_finds_out_that_the_leading_tab_hangs() {
    let mut browser = Browser::registered(1);
    let follower = browser.open_tab_with(Config { keep_alive_interval: 25, ..config() });
    browser.register(follower);
    browser.pass(seconds(120));
    browser.told(follower);
    assert!(browser.is_registered(follower), "its pings are answered");
    browser.sends("OPTIONS"); // before it knows that they are
    browser.sends_nothing();
    browser.hang(0);
    browser.pass(seconds(35));
    assert!(browser.told(follower).iter().any(|it| it.starts_with("disconnected")));
    // The browser ends it, in the end.
    browser.close_tab(0);
    browser.connects();
    browser.grants();
    assert!(browser.is_registered(follower));
}

#[test]
fn the_connection_of_all_tabs_is_not_left_for_a_better_server() {
    let mut browser = Browser::new();
    let servers = vec!["wss://better.example.com/".into(), "wss://other.example.com/".into()];
    let config = || Config { servers: servers.clone(), ..config() };
    let (first, second) = (browser.open_tab_with(config()), browser.open_tab_with(config()));
    browser.register(first);
    browser.refuses();
    browser.connects();
    browser.grants();
    browser.register(second);
    browser.told(first);
    browser.pass(seconds(290));
    assert_eq!(browser.sockets, 2);
    for tab in [first, second] {
        assert!(browser.is_registered(tab));
        assert!(!browser.told(tab).iter().any(|it| it.contains("disconnected")), "{tab}");
        browser.wish(tab, |agent, now| agent.invite(now, "bob", Default::default())).unwrap();
        browser.sends("INVITE");
    }
}

proptest! {
    /// Whoever is of this origin may say anything on the channel. It does no harm beyond that to the tab that it names.
    #[test]
    fn nothing_that_is_said_on_the_channel_breaks_a_tab(
        letters in prop::collection::vec((0..9_usize, 0..4_usize, 0..4_usize, 0..3_u32, ".{0,40}"), 1..30),
    ) {
        let mut browser = Browser::registered(2);
        browser.pass(seconds(3));
        let names = [browser.tab_name(0).to_owned(), browser.tab_name(1).to_owned(), "stranger".into(), "*".into()];
        for (kind, from, to, socket, rest) in letters {
            let kind = ["lead", "open", "opened", "closed", "close", "retire", "unregister", "frame", "x"][kind];
            browser.overhears(format!("{kind} {} {} {socket}\n{rest}", names[from], names[to]).into_bytes());
            browser.skips();
        }
        // All settles again, once the server answers.
        for _ in 0..6 {
            browser.pass(seconds(40));
            browser.connects_if_asked();
            browser.grants_all();
        }
        prop_assert_eq!(browser.leader(), Some(0));
    }
}
