//! One port for everything: the demo page, what it may offer at `/server.json`, SIP over WebSocket at `/sip`.

use super::{driver::Handle, valve::Valve, websocket};
use crate::host::Misfortune;
use axum::{
    Router,
    extract::{ConnectInfo, State, WebSocketUpgrade},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use serde_json::Value;
use std::path::Path;
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

/// The largest WebSocket message that is read, in bytes; the SIP reader has its own, smaller limit.
const MAX_MESSAGE: usize = 256 * 1024;

pub(super) fn router(www: &Path, offer: &Value, handle: Handle) -> Router {
    let offer = ([(header::CONTENT_TYPE, "application/json")], offer.to_string());
    // A page under development changes between two loads.
    let fresh =
        SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Router::new()
        .route("/sip", any(sip))
        .route("/server.json", get(async || offer))
        .with_state(handle)
        .fallback_service(ServeDir::new(www))
        .layer(fresh)
}

async fn sip(
    State(handle): State<Handle>,
    ConnectInfo(valve): ConnectInfo<Valve>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let upgrade = upgrade.max_message_size(MAX_MESSAGE).protocols(["sip"]);
    if upgrade.selected_protocol().is_none() {
        // RFC 7118 §4: without the sub-protocol there is no SIP.
        return (StatusCode::BAD_REQUEST, "The WebSocket sub-protocol must be sip.\n").into_response();
    }
    match handle.handshake().await {
        None => upgrade.on_upgrade(move |socket| websocket::serve(socket, valve, handle)),
        Some(Misfortune::Refused(status)) => {
            StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE).into_response()
        }
        Some(Misfortune::Reset) => {
            valve.reset();
            // It does not get out any more.
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        Some(Misfortune::Unanswered) => std::future::pending().await,
        Some(Misfortune::Mute) => upgrade.on_upgrade(websocket::stay_mute),
    }
}
