//! The server over real sockets, and clients of it.
#![allow(dead_code)] // each test file uses its part
#![allow(clippy::unwrap_used, clippy::panic)]

use futures_util::{SinkExt, StreamExt};
use telnyx_device_loopback::{host::Options, shell::Shell};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest, http::HeaderValue},
};

pub type Client = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Runs what is to be tried against a server on a free port, then stops it.
pub async fn with_server<F: Future<Output = ()>>(
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

pub async fn connect(
    port: u16,
    protocol: Option<&'static str>,
) -> Result<(Client, Option<HeaderValue>), Error> {
    let mut request = format!("ws://localhost:{port}/sip").into_client_request().unwrap();
    if let Some(protocol) = protocol {
        request.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static(protocol));
    }
    let stream = MaybeTlsStream::Plain(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
    let (client, response) = client_async(request, stream).await?;
    Ok((client, response.headers().get("Sec-WebSocket-Protocol").cloned()))
}

/// The response to a GET.
pub async fn get(port: u16, path: &str) -> String {
    ask(port, &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).await
}

/// The status and the body of the response to a POST of JSON.
pub async fn post(port: u16, path: &str, body: &str) -> (u16, String) {
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let response = ask(port, &request).await;
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// What comes back for this text.
pub async fn ask(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    response
}

/// The next SIP message, which must begin so.
pub async fn expect(client: &mut Client, start: &str) -> String {
    let message = client.next().await.unwrap().unwrap().into_text().unwrap();
    assert!(message.starts_with(start), "expected {start}, got\n{message}");
    message.to_string()
}

pub async fn send(client: &mut Client, text: &str) {
    client.send(Message::text(text.replace("\r\n", "\n").replace('\n', "\r\n"))).await.unwrap();
}
