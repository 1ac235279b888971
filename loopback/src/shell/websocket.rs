//! One WebSocket connection: frames in to the driver, frames out from it.

use super::{
    driver::{Handle, Happening},
    valve::Valve,
};
use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use std::time::Duration;
use tokio::{sync::mpsc, time};

/// How many messages may wait for a peer that reads slowly; with one more the connection is cut.
pub(super) const BACKLOG: usize = 512;
/// How long a peer has to answer a closing frame.
const CLOSING: Duration = Duration::from_millis(500);

/// What the driver tells a connection.
pub(super) enum Outgoing {
    Message(Vec<u8>),
    /// Close with this code and reason.
    Close(u16, String),
}

/// Serves a connection until either side closes it.
pub(super) async fn serve(mut socket: WebSocket, valve: Valve, handle: Handle) {
    let id = handle.new_connection();
    let (sender, mut outgoing) = mpsc::channel(BACKLOG);
    if !handle.tell(Happening::Opened(id, sender, valve)).await {
        return;
    }
    loop {
        tokio::select! {
            received = socket.recv() => match received {
                Some(Ok(Message::Text(text))) => {
                    handle.tell(Happening::Received(id, text.into())).await;
                }
                Some(Ok(Message::Binary(bytes))) => {
                    handle.tell(Happening::Received(id, bytes)).await;
                }
                // The next turn sends the pong or the closing handshake's second half.
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Close(_))) => {}
                Some(Err(_)) | None => break,
            },
            message = outgoing.recv() => match message {
                Some(Outgoing::Message(message)) => {
                    if socket.send(frame(message)).await.is_err() {
                        break;
                    }
                }
                Some(Outgoing::Close(code, reason)) => break close(&mut socket, code, reason).await,
                None => break close(&mut socket, close_code::AWAY, String::new()).await,
            }
        }
    }
    handle.tell(Happening::Closed(id)).await;
}

/// Takes what the peer sends, and says nothing, until it goes.
pub(super) async fn stay_mute(mut socket: WebSocket) {
    while let Some(Ok(_)) = socket.recv().await {}
}

async fn close(socket: &mut WebSocket, code: u16, reason: String) {
    let reason = reason.into();
    if socket.send(Message::Close(Some(CloseFrame { code, reason }))).await.is_ok() {
        // To break off before the peer has answered would be no clean end for it.
        let _ = time::timeout(CLOSING, async { while let Some(Ok(_)) = socket.recv().await {} }).await;
    }
}

/// A text frame, which is readable in a browser's tools; a binary one where the bytes are no UTF-8.
fn frame(message: Vec<u8>) -> Message {
    match String::from_utf8(message) {
        Ok(text) => Message::Text(text.into()),
        Err(error) => Message::Binary(error.into_bytes().into()),
    }
}
