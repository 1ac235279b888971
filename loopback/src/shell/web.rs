//! One port for two things: the demo page, and SIP over WebSocket at `/sip`.

use super::{driver::Handle, websocket};
use axum::{
    Router,
    extract::{State, WebSocketUpgrade},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use std::path::Path;
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

/// The largest WebSocket message that is read, in bytes; the SIP reader has its own, smaller limit.
const MAX_MESSAGE: usize = 256 * 1024;

pub(super) fn router(www: &Path, handle: Handle) -> Router {
    // A page under development changes between two loads.
    let fresh =
        SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Router::new().route("/sip", any(sip)).with_state(handle).fallback_service(ServeDir::new(www)).layer(fresh)
}

async fn sip(State(handle): State<Handle>, upgrade: WebSocketUpgrade) -> Response {
    let upgrade = upgrade.max_message_size(MAX_MESSAGE).protocols(["sip"]);
    if upgrade.selected_protocol().is_none() {
        // RFC 7118 §4: without the sub-protocol there is no SIP.
        return (StatusCode::BAD_REQUEST, "The WebSocket sub-protocol must be sip.\n").into_response();
    }
    upgrade.on_upgrade(move |socket| websocket::serve(socket, handle))
}
