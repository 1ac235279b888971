//! One WebSocket connection: frames in to the driver, frames out from it.

use super::driver::{Handle, Happening};
use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use tokio::sync::mpsc;

/// How many messages may wait for a peer that reads slowly; with one more the connection is cut.
pub(super) const BACKLOG: usize = 512;

/// Serves a connection until either side closes it.
pub(super) async fn serve(mut socket: WebSocket, handle: Handle) {
    let id = handle.new_connection();
    let (sender, mut outgoing) = mpsc::channel::<Vec<u8>>(BACKLOG);
    if !handle.tell(Happening::Opened(id, sender)).await {
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
            message = outgoing.recv() => {
                let Some(message) = message else {
                    let reason = "".into();
                    let _ = socket.send(Message::Close(Some(CloseFrame { code: close_code::AWAY, reason }))).await;
                    break;
                };
                if socket.send(frame(message)).await.is_err() {
                    break;
                }
            }
        }
    }
    handle.tell(Happening::Closed(id)).await;
}

/// A text frame, which is readable in a browser's tools; a binary one where the bytes are no UTF-8.
fn frame(message: Vec<u8>) -> Message {
    match String::from_utf8(message) {
        Ok(text) => Message::Text(text.into()),
        Err(error) => Message::Binary(error.into_bytes().into()),
    }
}
