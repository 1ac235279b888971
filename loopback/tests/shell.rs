//! The shell over real sockets: SIP by WebSocket, and the page.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod sockets;
mod support;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use sockets::{connect, expect, get, send, with_server};
use std::{fs, net::UdpSocket, path::PathBuf};
use telnyx_device_loopback::{
    host::Options,
    media::{MediaConfig, MediaEndpoint, Sound},
    shell::Shell,
};
use tokio_tungstenite::tungstenite::{Error, Message};

const OPTIONS: &str = "OPTIONS sip:localhost SIP/2.0\r\n\
    Via: SIP/2.0/WS a.invalid;branch=z9hG4bKa\r\n\
    Max-Forwards: 70\r\n\
    From: <sip:alice@localhost>;tag=a\r\n\
    To: <sip:localhost>\r\n\
    Call-ID: a\r\n\
    CSeq: 1 OPTIONS\r\n\r\n";

#[tokio::test]
async fn text_and_binary_frames_carry_sip_and_pings() {
    with_server(Options::default(), |port, stop| async move {
        let (mut client, protocol) = connect(port, Some("chat, sip")).await.unwrap();
        assert_eq!(protocol.unwrap(), "sip");
        for frame in [Message::text(OPTIONS), Message::binary(OPTIONS.replace("z9hG4bKa", "z9hG4bKb"))] {
            client.send(frame).await.unwrap();
            let answer = client.next().await.unwrap().unwrap();
            assert!(answer.to_text().unwrap().starts_with("SIP/2.0 200 OK\r\n"), "{answer}");
        }
        client.send(Message::text("\r\n\r\n")).await.unwrap();
        assert_eq!(client.next().await.unwrap().unwrap(), Message::text("\r\n"));
        client.close(None).await.unwrap();
        assert!(matches!(client.next().await, Some(Ok(Message::Close(_)))));
        stop.send(()).unwrap();
    })
    .await;
}

#[tokio::test]
async fn without_the_sub_protocol_there_is_no_connection() {
    with_server(Options::default(), |port, stop| async move {
        for protocol in [None, Some("chat")] {
            let refused = connect(port, protocol).await.unwrap_err();
            assert!(matches!(refused, Error::Http(response) if response.status() == 400));
        }
        stop.send(()).unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_stopping_server_says_goodbye() {
    with_server(Options::default(), |port, stop| async move {
        let (mut client, _) = connect(port, Some("sip")).await.unwrap();
        stop.send(()).unwrap();
        let Some(Ok(Message::Close(Some(frame)))) = client.next().await else { panic!("no closing frame") };
        assert_eq!(u16::from(frame.code), 1001);
    })
    .await;
}

#[tokio::test]
async fn the_page_is_served_fresh_and_its_wasm_as_such() {
    let www = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("www");
    fs::create_dir_all(&www).unwrap();
    fs::write(www.join("index.html"), "<title>phone</title>").unwrap();
    fs::write(www.join("phone.wasm"), "\0asm").unwrap();
    with_server(Options { www, ..Options::default() }, |port, stop| async move {
        let page = get(port, "/").await;
        assert!(page.starts_with("HTTP/1.1 200") && page.ends_with("<title>phone</title>"), "{page}");
        assert!(page.contains("cache-control: no-cache"), "{page}");
        assert!(get(port, "/phone.wasm").await.contains("content-type: application/wasm"));
        assert!(get(port, "/../Cargo.toml").await.starts_with("HTTP/1.1 404"));
        stop.send(()).unwrap();
    })
    .await;
}

async fn offer(port: u16) -> Value {
    let response = get(port, "/server.json").await;
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("content-type: application/json"), "{head}");
    serde_json::from_str(body).unwrap()
}

#[tokio::test]
async fn the_page_learns_whom_it_may_offer_and_no_password_that_is_not_ready_made() {
    with_server(Options::default(), |port, stop| async move {
        let offer = offer(port).await;
        assert_eq!(offer["accounts"][0], json!({ "user": "alice", "password": "alice-pass" }));
        assert_eq!(offer["robots"][1], json!({ "name": "tone", "does": "answers and plays a tone" }));
        stop.send(()).unwrap();
    })
    .await;
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("accounts.toml");
    fs::write(&file, "[[account]]\nuser = \"dave\"\npassword = \"hush\"\n").unwrap();
    with_server(Options { accounts: Some(file), ..Options::default() }, |port, stop| async move {
        assert_eq!(offer(port).await["accounts"], json!([{ "user": "dave" }]));
        stop.send(()).unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_page_learns_of_the_control_door_where_it_is_open() {
    for (control, told) in [(false, Value::Null), (true, json!("/control"))] {
        with_server(Options { control, ..Options::default() }, |port, stop| async move {
            assert_eq!(offer(port).await["control"], told);
            stop.send(()).unwrap();
        })
        .await;
    }
}

#[tokio::test]
async fn a_taken_port_is_an_error() {
    with_server(Options::default(), |port, stop| async move {
        let options = Options { host: "127.0.0.1".into(), port, ..Options::default() };
        assert!(Shell::listen(options).await.is_err());
        stop.send(()).unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_robot_answers_with_media_and_frees_it_after_the_call() {
    let media = MediaConfig { loopback_media: true };
    with_server(Options { loopback_media: true, ..Options::default() }, |port, stop| async move {
        let (mut client, _) = connect(port, Some("sip")).await.unwrap();
        let (offer, endpoint) = MediaEndpoint::offer(Sound::TONE, media).unwrap();
        let sdp = "Content-Type: application/sdp\n";
        let invite = support::request("INVITE", "sip:echo@localhost", "alice", "a.invalid", sdp, &offer);
        send(&mut client, &invite).await;
        let challenged = expect(&mut client, "SIP/2.0 407").await;
        send(&mut client, &support::authorized(&invite, &challenged, "alice", "alice-pass")).await;

        let ok = expect(&mut client, "SIP/2.0 200").await;
        let (_, answer) = ok.split_once("\r\n\r\n").unwrap();
        let candidates: Vec<_> = answer.lines().filter(|line| line.starts_with("a=candidate:")).collect();
        assert!(!candidates.is_empty() && candidates.iter().all(|line| line.contains(" 127.")), "{answer}");
        endpoint.apply_answer(answer).await.unwrap();
        let mut words = candidates[0].split(' ').skip(4);
        let socket = (words.next().unwrap(), words.next().unwrap().parse::<u16>().unwrap());
        assert!(UdpSocket::bind(socket).is_err(), "nothing listens at {socket:?}");
        send(&mut client, &support::in_dialog("ACK", 2, &ok, "", "")).await;

        // A hold, to see that the same endpoint answers: it keeps its ICE credentials.
        let hold = offer.replace("a=sendonly", "a=inactive");
        send(&mut client, &support::in_dialog("INVITE", 3, &ok, sdp, &hold)).await;
        let held = expect(&mut client, "SIP/2.0 200").await;
        let password = |sdp: &str| sdp.lines().find(|line| line.starts_with("a=ice-pwd:")).map(str::to_owned);
        assert_eq!(password(&held), password(answer));
        send(&mut client, &support::in_dialog("ACK", 3, &ok, "", "")).await;

        send(&mut client, &support::in_dialog("BYE", 4, &ok, "", "")).await;
        expect(&mut client, "SIP/2.0 200").await;
        while UdpSocket::bind(socket).is_err() {
            tokio::task::yield_now().await; // the endpoint says goodbye to its peer first
        }
        stop.send(()).unwrap();
    })
    .await;
}
