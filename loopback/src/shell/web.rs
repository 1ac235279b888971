//! One port for everything: the demo page, what it may offer at `/server.json`, SIP over WebSocket at `/sip`.

use super::{
    driver::Handle,
    handshakes::{Handshakes, Misfortune},
    valve::Valve,
    websocket,
};
use crate::core::{Account, Robot};
use axum::{
    Router,
    extract::{ConnectInfo, State, WebSocketUpgrade},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use serde_json::{Value, json};
use std::path::Path;
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

/// The largest WebSocket message that is read, in bytes; the SIP reader has its own, smaller limit.
const MAX_MESSAGE: usize = 256 * 1024;

/// Whom the page may suggest to sign in as and to call, and the path of the control door, null where that is closed:
/// `{"accounts": [{"user", "password"?}], "robots": [{"name", "does"}], "control"}`.
pub(super) fn offer(accounts: &[Account], are_ready_made: bool, control: Option<&str>) -> Value {
    let accounts = accounts.iter().map(|Account { user, password }| {
        // Whoever brings accounts of their own may have a secret to keep.
        if are_ready_made { json!({ "user": user, "password": password }) } else { json!({ "user": user }) }
    });
    let robots = Robot::ALL.map(|robot| json!({ "name": robot.name(), "does": robot.does() }));
    json!({ "accounts": accounts.collect::<Vec<_>>(), "robots": robots, "control": control })
}

pub(super) fn router(www: &Path, offer: &Value, handle: Handle, handshakes: Handshakes) -> Router {
    let offer = ([(header::CONTENT_TYPE, "application/json")], offer.to_string());
    // A page under development changes between two loads.
    let fresh =
        SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Router::new()
        .route("/sip", any(sip))
        .route("/server.json", get(async || offer))
        .with_state(Sip { handle, handshakes })
        .fallback_service(ServeDir::new(www))
        .layer(fresh)
}

#[derive(Clone)]
struct Sip {
    handle: Handle,
    handshakes: Handshakes,
}

async fn sip(
    State(Sip { handle, handshakes }): State<Sip>,
    ConnectInfo(valve): ConnectInfo<Valve>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let upgrade = upgrade.max_message_size(MAX_MESSAGE).protocols(["sip"]);
    if upgrade.selected_protocol().is_none() {
        // RFC 7118 §4: without the sub-protocol there is no SIP.
        return (StatusCode::BAD_REQUEST, "The WebSocket sub-protocol must be sip.\n").into_response();
    }
    match handshakes.next() {
        None => upgrade.on_upgrade(move |socket| websocket::serve(socket, valve, handle)),
        Some(Misfortune::Refused(status)) => status.into_response(),
        Some(Misfortune::Reset) => {
            valve.reset();
            // It does not get out any more.
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        Some(Misfortune::Unanswered) => std::future::pending().await,
        Some(Misfortune::Mute) => upgrade.on_upgrade(websocket::stay_mute),
    }
}
