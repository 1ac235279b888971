//! The way to the control door over HTTP.

use super::driver::Handle;
use crate::host::{Asked, MAX_ORDER, Ordered, PATH, Told};
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};

pub(super) fn router(handle: Handle) -> Router {
    Router::new()
        .route(PATH, get(look))
        .route(&format!("{PATH}/{{fault}}"), post(order))
        .layer(DefaultBodyLimit::max(MAX_ORDER))
        .with_state(handle)
}

async fn look(State(handle): State<Handle>, headers: HeaderMap) -> Response {
    respond(handle.ask(Asked { host: text(&headers, &header::HOST), order: None }).await)
}

async fn order(
    State(handle): State<Handle>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let content_type = text(&headers, &header::CONTENT_TYPE);
    let order = Some(Ordered { name, content_type, body: body.into() });
    respond(handle.ask(Asked { host: text(&headers, &header::HOST), order }).await)
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn respond(told: Option<Told>) -> Response {
    let Some(Told { status, content_type, body }) = told else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, content_type)], body).into_response()
}
