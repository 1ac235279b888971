//! The control door over real sockets.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod sockets;
mod support;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use sockets::{Client, ask, connect, expect, get, post, send, with_server};
use std::{future::poll_fn, io::ErrorKind, task::Poll, time::Duration};
use support::{authorized, register, request};
use telnyx_device_loopback::{host::Options, shell::Shell};
use tokio::time::{self, Instant};
use tokio_tungstenite::tungstenite::{self, Message, error::ProtocolError};

fn with_door() -> Options {
    Options { control: true, ..Options::default() }
}

async fn client(port: u16) -> Client {
    connect(port, Some("sip")).await.unwrap().0
}

async fn registered(port: u16, user: &str) -> Client {
    let mut client = client(port).await;
    let request = register(user, &format!("{user}.invalid"), 1, "");
    send(&mut client, &request).await;
    let challenged = expect(&mut client, "SIP/2.0 401").await;
    send(&mut client, &authorized(&request, &challenged, user, &format!("{user}-pass"))).await;
    expect(&mut client, "SIP/2.0 200").await;
    client
}

/// Orders a fault; gives the users of the sockets that it was for.
async fn order(port: u16, fault: &str, body: Value) -> Vec<Value> {
    let (status, told) = post(port, &format!("/control/{fault}"), &body.to_string()).await;
    assert_eq!(status, 200, "{told}");
    let told: Value = serde_json::from_str(&told).unwrap();
    told["sockets"].as_array().unwrap().iter().map(|socket| socket["users"].clone()).collect()
}

fn options(number: u32) -> String {
    request("OPTIONS", "sip:localhost", "alice", &format!("{number}.invalid"), "", "")
}

async fn lives(client: &mut Client, number: u32) {
    send(client, &options(number)).await;
    expect(client, "SIP/2.0 200").await;
}

/// Nothing has come, and the connection is open as far as can be seen.
async fn is_silent(client: &mut Client) -> bool {
    poll_fn(|context| Poll::Ready(client.poll_next_unpin(context).is_pending())).await
}

async fn code_of_close(client: &mut Client) -> (u16, String) {
    let Some(Ok(Message::Close(Some(frame)))) = client.next().await else { panic!("no closing frame") };
    (frame.code.into(), frame.reason.to_string())
}

fn is_reset(received: &Option<Result<Message, tungstenite::Error>>) -> bool {
    match received {
        Some(Err(tungstenite::Error::Io(error))) => error.kind() == ErrorKind::ConnectionReset,
        Some(Err(tungstenite::Error::Protocol(error))) => {
            *error == ProtocolError::ResetWithoutClosingHandshake
        }
        _ => false,
    }
}

#[tokio::test]
async fn there_is_no_door_unless_it_is_asked_for_and_none_but_on_loopback() {
    with_server(Options::default(), |port, stop| async move {
        assert!(get(port, "/control").await.starts_with("HTTP/1.1 404"));
        assert_ne!(post(port, "/control/close", "{}").await.0, 200);
        stop.send(()).unwrap();
    })
    .await;
    let everywhere = Options { host: "0.0.0.0".into(), port: 0, ..with_door() };
    assert!(Shell::listen(everywhere).await.is_err());
}

#[tokio::test]
async fn what_is_no_order_is_refused_and_says_why() {
    with_server(with_door(), |port, stop| async move {
        for (path, body, status, told) in [
            ("/control/explode", "{}", 404, "close, reset, freeze"),
            ("/control/close", "{", 400, "EOF"),
            ("/control/close", r#"{"code":1005}"#, 400, "cannot be sent"),
            ("/control/freeze", r#"{"users":"alice"}"#, 400, "unknown field `users`"),
            ("/control/freeze", r#"{"user":"alice"}"#, 400, "alice"),
        ] {
            let (got, why) = post(port, path, body).await;
            assert!(got == status && why.contains(told), "{path} {body}: {got} {why}");
        }
        assert_eq!(post(port, "/control/heal", &" ".repeat(4097)).await.0, 413);
        let form = "POST /control/heal HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        assert!(ask(port, form).await.starts_with("HTTP/1.1 400"), "a page could send it");
        for (host, status) in [("127.0.0.1", 200), ("[::1]:80", 200), ("rebound.example", 403), ("127.0.0.1.example:80", 403)] {
            let look = format!("GET /control HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            assert!(ask(port, &look).await.starts_with(&format!("HTTP/1.1 {status}")), "{host}");
        }
        stop.send(()).unwrap();
    })
    .await;
}

#[tokio::test]
async fn sockets_close_with_a_code_those_of_one_user_or_all() {
    with_server(with_door(), |port, stop| async move {
        let (mut alice, mut bob) = (registered(port, "alice").await, registered(port, "bob").await);
        let mut stranger = client(port).await;
        assert_eq!(
            order(port, "close", json!({ "user": "alice", "code": 4000, "reason": "Tea" })).await,
            [json!(["alice"])]
        );
        assert_eq!(code_of_close(&mut alice).await, (4000, "Tea".into()));
        lives(&mut bob, 1).await;
        assert_eq!(order(port, "close", json!({})).await, [json!(["bob"]), json!([])]);
        assert_eq!(code_of_close(&mut bob).await.0, 1000);
        assert_eq!(code_of_close(&mut stranger).await.0, 1000);
        stop.send(()).unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_reset_is_no_goodbye() {
    with_server(with_door(), |port, stop| async move {
        let (mut alice, mut bob) = (registered(port, "alice").await, registered(port, "bob").await);
        order(port, "reset", json!({ "user": "alice" })).await;
        assert!(is_reset(&alice.next().await));
        lives(&mut bob, 1).await;
        stop.send(()).unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_frozen_socket_takes_nothing_says_nothing_and_stays_open_until_it_is_thawed() {
    with_server(with_door(), |port, stop| async move {
        let (mut alice, mut bob) = (registered(port, "alice").await, registered(port, "bob").await);
        order(port, "freeze", json!({ "user": "alice" })).await;
        send(&mut alice, &options(1)).await;
        alice.send(Message::Ping("".into())).await.unwrap();
        lives(&mut bob, 2).await;
        assert!(is_silent(&mut alice).await);
        let told: Value =
            serde_json::from_str(get(port, "/control").await.split_once("\r\n\r\n").unwrap().1).unwrap();
        assert_eq!(told["sockets"][0]["frozen"], true);
        order(port, "thaw", json!({})).await;
        expect(&mut alice, "SIP/2.0 200").await;

        order(port, "freeze", json!({})).await;
        order(port, "reset", json!({})).await;
        loop {
            match alice.next().await {
                Some(Ok(Message::Pong(_))) => {}
                other => break assert!(is_reset(&other), "{other:?}"),
            }
        }
        stop.send(()).unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_restart_ends_every_socket_and_may_last() {
    with_server(with_door(), |port, stop| async move {
        let mut alice = registered(port, "alice").await;
        order(port, "restart", json!({})).await;
        assert_eq!(code_of_close(&mut alice).await.0, 1012);

        let mut alice = registered(port, "alice").await;
        let began = Instant::now();
        order(port, "restart", json!({ "by": "reset", "memory": true, "down": 300 })).await;
        assert!(is_reset(&alice.next().await));
        while connect(port, Some("sip")).await.is_err() {}
        assert!(began.elapsed() >= Duration::from_millis(300));
        stop.send(()).unwrap();
    })
    .await;
}

#[tokio::test]
async fn handshakes_are_refused_broken_left_alone_or_lead_to_nobody() {
    with_server(with_door(), |port, stop| async move {
        order(port, "handshakes", json!({ "fault": "refuse", "status": 502, "count": 2 })).await;
        for _ in 0..2 {
            let refused = connect(port, Some("sip")).await.unwrap_err();
            assert!(matches!(refused, tungstenite::Error::Http(response) if response.status() == 502));
        }
        lives(&mut client(port).await, 1).await;

        order(port, "handshakes", json!({ "fault": "reset" })).await;
        assert!(is_reset(&Some(Err(connect(port, Some("sip")).await.unwrap_err()))));

        order(port, "handshakes", json!({ "fault": "silent" })).await;
        let unanswered = time::timeout(Duration::from_millis(200), connect(port, Some("sip")));
        assert!(unanswered.await.is_err());
        lives(&mut client(port).await, 2).await;

        order(port, "handshakes", json!({ "fault": "mute" })).await;
        let mut mute = client(port).await;
        send(&mut mute, &options(3)).await;
        lives(&mut client(port).await, 4).await;
        assert!(is_silent(&mut mute).await);
        mute.close(None).await.unwrap();
        assert!(matches!(mute.next().await, Some(Ok(Message::Close(_)))));

        order(port, "handshakes", json!({ "fault": "refuse", "milliseconds": 60_000 })).await;
        assert!(connect(port, Some("sip")).await.is_err());
        order(port, "heal", json!({})).await;
        lives(&mut client(port).await, 5).await;
        stop.send(()).unwrap();
    })
    .await;
}

#[tokio::test]
async fn messages_and_requests_are_harmed_as_ordered() {
    with_server(with_door(), |port, stop| async move {
        let mut alice = client(port).await;
        order(port, "messages", json!({ "fault": "drop", "direction": "out", "method": "OPTIONS" })).await;
        send(&mut alice, &options(1)).await;
        lives(&mut alice, 2).await;
        order(port, "messages", json!({ "fault": "delay", "direction": "in", "milliseconds": 200 })).await;
        let began = Instant::now();
        lives(&mut alice, 3).await;
        assert!(began.elapsed() >= Duration::from_millis(200));
        order(port, "answer", json!({ "status": 503, "retryAfter": 3, "method": "OPTIONS" })).await;
        send(&mut alice, &options(4)).await;
        assert!(expect(&mut alice, "SIP/2.0 503").await.contains("\r\nRetry-After: 3\r\n"));
        order(port, "forget", json!({})).await;
        order(port, "expire", json!({})).await;
        lives(&mut alice, 5).await;
        stop.send(()).unwrap();
    })
    .await;
}
