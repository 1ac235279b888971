//! The shell over real sockets: SIP by WebSocket, and the page.
#![allow(clippy::unwrap_used)]

use futures_util::{SinkExt, StreamExt};
use std::{fs, path::PathBuf};
use telnyx_device_loopback::shell::{Options, Shell};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest, http::HeaderValue},
};

type Client = WebSocketStream<MaybeTlsStream<TcpStream>>;

const OPTIONS: &str = "OPTIONS sip:localhost SIP/2.0\r\n\
    Via: SIP/2.0/WS a.invalid;branch=z9hG4bKa\r\n\
    Max-Forwards: 70\r\n\
    From: <sip:alice@localhost>;tag=a\r\n\
    To: <sip:localhost>\r\n\
    Call-ID: a\r\n\
    CSeq: 1 OPTIONS\r\n\r\n";

/// Runs what is to be tried against a server on a free port, then stops it.
async fn with_server<F: Future<Output = ()>>(
    options: Options,
    attempt: impl FnOnce(u16, oneshot::Sender<()>) -> F,
) {
    let shell = Shell::listen(Options { port: 0, ..options }).await.unwrap();
    let port = shell.address().port();
    let (stop, stopped) = oneshot::channel();
    let serve = shell.serve(async {
        let _ = stopped.await;
    });
    let (served, ()) = tokio::join!(serve, attempt(port, stop));
    served.unwrap();
}

async fn connect(port: u16, protocol: Option<&'static str>) -> Result<(Client, Option<HeaderValue>), Error> {
    let mut request = format!("ws://localhost:{port}/sip").into_client_request().unwrap();
    if let Some(protocol) = protocol {
        request.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static(protocol));
    }
    let stream = MaybeTlsStream::Plain(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
    let (client, response) = client_async(request, stream).await?;
    Ok((client, response.headers().get("Sec-WebSocket-Protocol").cloned()))
}

async fn get(port: u16, path: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    response
}

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
        assert!(page.contains("cache-control: no-store"), "{page}");
        assert!(get(port, "/phone.wasm").await.contains("content-type: application/wasm"));
        assert!(get(port, "/../Cargo.toml").await.starts_with("HTTP/1.1 404"));
        stop.send(()).unwrap();
    })
    .await;
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
