//! What is told of subscriptions and publications.

use crate::error::Cause;
use crate::message::{DialogInfo, Request, Response, SubscriptionState};
use crate::time::Duration;

/// News of a subscription.
pub enum SubscriptionEvent {
    /// A NOTIFY came. What it says is read by [`Notice::read`](crate::message::Notice::read).
    Notified {
        /// Where the subscription stands.
        state: SubscriptionState,
        /// The NOTIFY.
        request: Request,
        /// Of the package `dialog`: what this document and those before it say together (RFC 4235 §4.3).
        dialogs: Option<DialogInfo>,
    },
    /// It is interrupted, and made anew by itself: after `wait`, or as soon as there is a connection.
    Interrupted {
        /// Why.
        cause: Cause,
        /// The answer that said so, if one did.
        response: Option<Response>,
        /// How long.
        wait: Option<Duration>,
    },
    /// It is over. Its last news.
    Terminated {
        /// `None` after `unsubscribe`.
        cause: Option<Cause>,
        /// The answer that said so, if one did.
        response: Option<Response>,
    },
}

/// News of a publication.
pub enum PublicationEvent {
    /// The server holds what was published last.
    Published {
        /// For how many seconds, unless it is refreshed.
        expires: u32,
        /// Whether this is only the refresh.
        refresh: bool,
        /// The 2xx.
        response: Response,
    },
    /// It does not, and is tried again by itself: after `wait`, or as soon as there is a connection.
    Interrupted {
        /// Why.
        cause: Cause,
        /// The answer that said so, if one did.
        response: Option<Response>,
        /// How long.
        wait: Option<Duration>,
    },
    /// It is over. Its last news.
    Terminated {
        /// `None` after `unpublish`.
        cause: Option<Cause>,
        /// The answer that said so, if one did.
        response: Option<Response>,
    },
}
