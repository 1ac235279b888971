//! The control door, for tests and the demo page: `/control/…` on the port of the server, where faults are ordered.

use super::{
    driver::Handle,
    handshakes::Handshakes,
    order::{Command, NAMES, Order, Sockets, read},
};
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};
use std::net::IpAddr;

/// Where the door is.
pub(super) const PATH: &str = "/control";

/// The largest order, in bytes.
const MAX_ORDER: usize = 4096;

#[derive(Clone)]
struct Door {
    handle: Handle,
    handshakes: Handshakes,
}

pub(super) fn router(handle: Handle, handshakes: Handshakes) -> Router {
    Router::new()
        .route(PATH, get(look))
        .route(&format!("{PATH}/{{fault}}"), post(command))
        .layer(DefaultBodyLimit::max(MAX_ORDER))
        .layer(from_fn(admit))
        .with_state(Door { handle, handshakes })
}

/// A page of elsewhere whose name was turned to this address (DNS rebinding) asks by that name.
async fn admit(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    if host.is_some_and(is_loopback) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "The control door is for localhost alone.\n").into_response()
    }
}

/// Whether a Host field names this machine's loopback: `localhost:8080`, `127.0.0.1`, `[::1]:8080`.
fn is_loopback(host: &str) -> bool {
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let name = host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(name, _)| name);
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost")
        || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
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
