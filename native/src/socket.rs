//! A WebSocket that carries SIP (RFC 7118).

use futures_util::{SinkExt, StreamExt};
use std::{future::Future, time::Duration};
use telnyx_device::agent::{Input, SocketId};
use tokio::{net::TcpStream, sync::mpsc, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        http::{HeaderValue, header::SEC_WEBSOCKET_PROTOCOL},
        protocol::CloseFrame,
    },
};

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// RFC 7118 §4.1.
const SUB_PROTOCOL: HeaderValue = HeaderValue::from_static("sip");

/// No close frame was seen (RFC 6455 §7.1.5).
pub(crate) const ABNORMAL: u16 = 1006;

/// A close frame without a code (RFC 6455 §7.1.5).
const NO_STATUS: u16 = 1005;

/// How long a server may take to answer our close frame.
const FAREWELL: Duration = Duration::from_secs(1);

/// An open or opening socket. Dropped, it sends what it was given, closes and tells nothing more.
pub(crate) struct Socket {
    outgoing: mpsc::UnboundedSender<Order>,
}

/// What a socket is told to do.
enum Order {
    Send(Vec<u8>),
    /// End without a farewell.
    Break,
}

impl Socket {
    /// Begins to open it; what becomes of it is told to `news`.
    pub(crate) fn open(id: SocketId, uri: String, news: mpsc::UnboundedSender<Input>) -> Self {
        let (outgoing, orders) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            if let Some(closed) = carry(id, &uri, orders, &news).await {
                let _ = news.send(closed); // nobody listens any more: nothing to tell
            }
        });
        Self { outgoing }
    }

    /// Ends it without a farewell once it has sent what it was given, and tells nothing more.
    pub(crate) fn drop_connection(self) {
        let _ = self.outgoing.send(Order::Break);
    }

    /// Sends one message; as text where it is UTF-8.
    pub(crate) fn send(&self, frame: Vec<u8>) {
        // A socket that cannot send any more says so by its last news.
        let _ = self.outgoing.send(Order::Send(frame));
    }
}

/// Carries messages both ways. Gives the last news, unless the socket was dropped.
async fn carry(
    id: SocketId,
    uri: &str,
    mut orders: mpsc::UnboundedReceiver<Order>,
    news: &mpsc::UnboundedSender<Input>,
) -> Option<Input> {
    let mut stream = tokio::select! {
        connected = connect(uri) => match connected {
            Ok(stream) => stream,
            Err(error) => return Some(closed(id, Err(error))),
        },
        _ = orders.recv() => return None, // dropped: before it is open, there is nothing to send
    };
    news.send(Input::SocketOpened(id)).ok()?;
    let mut farewell = None;
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                Some(Order::Send(frame)) => {
                    // A failure shows when the stream is read.
                    let _ = stream.send(message_of(frame)).await;
                }
                Some(Order::Break) => return None,
                None => return part(stream).await,
            },
            received = stream.next() => match received {
                Some(Ok(Message::Text(text))) => tell(news, id, text.as_bytes())?,
                Some(Ok(Message::Binary(bytes))) => tell(news, id, &bytes)?,
                Some(Ok(Message::Close(frame))) => farewell = Some(frame),
                // The library answers pings; nobody sends raw frames.
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Err(error)) if farewell.is_none() => return Some(closed(id, Err(error))),
                Some(Err(_)) | None => return Some(closed(id, Ok(farewell))),
            },
        }
    }
}

fn connect(uri: &str) -> impl Future<Output = Result<Stream, Error>> {
    let request = uri.into_client_request().map(|mut request| {
        request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, SUB_PROTOCOL);
        request
    });
    async {
        // A server that does not choose the sub-protocol is refused by the library, as a browser does.
        let (stream, _) = connect_async_with_config(request?, None, true).await?;
        Ok(stream)
    }
}

fn tell(news: &mpsc::UnboundedSender<Input>, socket: SocketId, frame: &[u8]) -> Option<()> {
    news.send(Input::Received { socket, frame: frame.into() }).ok()
}

fn message_of(frame: Vec<u8>) -> Message {
    match String::from_utf8(frame) {
        Ok(text) => Message::text(text),
        Err(error) => Message::binary(error.into_bytes()),
    }
}

/// Closes politely. The server's last words interest nobody.
async fn part(mut stream: Stream) -> Option<Input> {
    let _ = timeout(FAREWELL, async {
        stream.close(None).await.ok();
        while let Some(Ok(_)) = stream.next().await {}
    })
    .await;
    None
}

/// `Ok(Some(_))`: the closing handshake took place; with or without a code in it.
fn closed(socket: SocketId, how: Result<Option<Option<CloseFrame>>, Error>) -> Input {
    let (code, reason, was_clean) = match how {
        Ok(Some(Some(frame))) => (frame.code.into(), frame.reason.to_string(), true),
        Ok(Some(None)) => (NO_STATUS, String::new(), true),
        Ok(None) => (ABNORMAL, String::new(), false),
        Err(error) => (ABNORMAL, error.to_string(), false),
    };
    Input::SocketClosed { socket, code, reason, was_clean }
}
