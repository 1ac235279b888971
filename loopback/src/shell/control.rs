//! The control door, for tests alone: `/control/…` on the port of the server, where faults are ordered.

use super::{
    driver::Handle,
    handshakes::Handshakes,
    order::{Command, NAMES, Order, Sockets, read},
};
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};

/// The largest order, in bytes.
const MAX_ORDER: usize = 4096;

#[derive(Clone)]
struct Door {
    handle: Handle,
    handshakes: Handshakes,
}

pub(super) fn router(handle: Handle, handshakes: Handshakes) -> Router {
    Router::new()
        .route("/control", get(look))
        .route("/control/{fault}", post(command))
        .layer(DefaultBodyLimit::max(MAX_ORDER))
        .with_state(Door { handle, handshakes })
}

/// The open sockets.
async fn look(State(door): State<Door>) -> Response {
    tell(door.handle.order(Order::Nothing).await)
}

/// Carries out an order, and tells which sockets it was for.
async fn command(
    State(door): State<Door>,
    Path(fault): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    // A page of another origin cannot send this without being asked first, and nobody here says yes.
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != "application/json") {
        return wrong("The content type must be application/json.");
    }
    let Command { order, handshakes } = match read(&fault, &body) {
        None => {
            let told = format!("There is no {fault:?} here, only {}.\n", NAMES.join(", "));
            return (StatusCode::NOT_FOUND, told).into_response();
        }
        Some(Err(error)) => return wrong(&error),
        Some(Ok(command)) => command,
    };
    if matches!(order, Order::Heal) {
        door.handshakes.heal();
    }
    if let Some((misfortune, extent)) = handshakes {
        door.handshakes.order(misfortune, extent);
    }
    let user = order.user().map(str::to_owned);
    let sockets = door.handle.order(order).await;
    match user {
        Some(user) if sockets.as_ref().is_some_and(Sockets::is_empty) => {
            wrong(&format!("No socket is open over which {user:?} is bound."))
        }
        _ => tell(sockets),
    }
}

fn wrong(why: &str) -> Response {
    (StatusCode::BAD_REQUEST, format!("{why}\n")).into_response()
}

fn tell(sockets: Option<Sockets>) -> Response {
    let Some(sockets) = sockets else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let told = sockets
        .into_iter()
        .map(|(id, socket)| json!({ "id": id.0, "users": socket.users, "frozen": socket.is_frozen }));
    let told = json!({ "sockets": told.collect::<Vec<Value>>() });
    ([(header::CONTENT_TYPE, "application/json")], told.to_string()).into_response()
}
