//! What the application wishes to know of others, and to tell of itself: SUBSCRIBE, PUBLISH, OPTIONS.

use super::promises::Until;
use super::{
    Owner, PublicationId, PublishOptions, SubscribeOptions, SubscriptionId, Ticket, UserAgent, Verb,
};
use crate::error::ApiMisuse;
use crate::message::{HeaderValue, Method, Name, is_event_type, session, vq_report};
use crate::subscription::publication::Matter;
use crate::subscription::{Publication, Subject, Subscription};
use crate::time::Instant;

/// How long a subscription or publication is to last before it is refreshed, in seconds.
const EXPIRES: u32 = 3600;

impl UserAgent {
    /// Subscribes to the events of `target` (RFC 6665), connecting first where needed, and stays subscribed; with an
    /// expiry of 0 the state is told once, and the subscription is over. `event` is a package, such as `message-summary`, `dialog` or `presence`, with `;id=…` where one is wished. News are
    /// told by [`Event::Subscription`](super::Event::Subscription).
    ///
    /// # Errors
    /// [`ApiMisuse::InvalidTarget`]; [`ApiMisuse::InvalidHeader`] for an `event` or `accept` that is none.
    pub fn subscribe(
        &mut self,
        now: Instant,
        target: &str,
        event: &str,
        options: SubscribeOptions,
    ) -> Verb<SubscriptionId> {
        let target = self.target(target)?;
        let event = event_value(event)?;
        let accept = options.accept.as_deref().map(HeaderValue::new).transpose();
        let subject = Subject {
            target,
            from: self.address(),
            event,
            accept: accept.map_err(|_| ApiMisuse::InvalidHeader)?,
            expires: options.expires.unwrap_or(EXPIRES),
            extra: options.extra,
        };
        self.wish_for_connection(now);
        let id = SubscriptionId(self.subscriptions.next());
        let mut actions = Vec::new();
        let subscription = Subscription::new(&mut self.event_context(&mut actions), subject);
        self.subscriptions.add(id, subscription);
        self.do_for_subscription(id, actions);
        Ok(id)
    }

    /// Ends a subscription. Settles when it is over; at once where it was before.
    pub fn unsubscribe(&mut self, now: Instant, id: SubscriptionId) -> Ticket {
        self.enter(now);
        let ticket = self.promises.wait(Until::Unsubscribed(id));
        self.with_subscription(id, |subscription, cx| subscription.unsubscribe(cx));
        if !self.subscriptions.has(id) {
            self.promises.settle(Until::Unsubscribed(id), Ok(()), &mut self.outputs);
        }
        ticket
    }

    /// Publishes state of our address of record (RFC 3903), connecting first where needed, and keeps it published.
    /// `event` is the package, such as `presence`. News are told by [`Event::Publication`](super::Event::Publication).
    ///
    /// # Errors
    /// [`ApiMisuse::InvalidHeader`] for an `event` or content type that is none.
    pub fn publish(&mut self, now: Instant, event: &str, options: PublishOptions) -> Verb<PublicationId> {
        let matter = Matter {
            target: self.config.address_of_record.clone(),
            from: self.address(),
            event: event_value(event)?,
            content_type: HeaderValue::new(&options.content_type).map_err(|_| ApiMisuse::InvalidHeader)?,
            body: options.body,
            expires: options.expires.filter(|it| *it > 0).unwrap_or(EXPIRES),
            extra: options.extra,
        };
        self.wish_for_connection(now);
        let id = PublicationId(self.subscriptions.next());
        let mut actions = Vec::new();
        let publication = Publication::new(&mut self.event_context(&mut actions), matter);
        self.subscriptions.add_publication(id, publication);
        self.do_for_publication(id, actions);
        Ok(id)
    }

    /// Publishes something else in the place of what was published. Settles when the server has it, or when that failed
    /// for the first time.
    ///
    /// # Errors
    /// [`ApiMisuse::InvalidHeader`] for a `content_type` that is none; [`ApiMisuse::InvalidState`] where the
    /// publication is over.
    pub fn republish(
        &mut self,
        now: Instant,
        id: PublicationId,
        content_type: &str,
        body: Vec<u8>,
    ) -> Verb<Ticket> {
        let content_type = HeaderValue::new(content_type).map_err(|_| ApiMisuse::InvalidHeader)?;
        self.enter(now);
        if !self.subscriptions.has_publication(id) {
            return Err(ApiMisuse::InvalidState);
        }
        let ticket = self.promises.wait(Until::Published(id));
        self.with_publication(id, |publication, cx| publication.modify(cx, content_type, body));
        Ok(ticket)
    }

    /// Takes back what was published. Settles when it is gone; at once where it was before.
    pub fn unpublish(&mut self, now: Instant, id: PublicationId) -> Ticket {
        self.enter(now);
        let ticket = self.promises.wait(Until::Unpublished(id));
        self.with_publication(id, |publication, cx| publication.unpublish(cx));
        if !self.subscriptions.has_publication(id) {
            self.promises.settle(Until::Unpublished(id), Ok(()), &mut self.outputs);
        }
        ticket
    }

    /// Sends a report on a call's quality to `collector`, or to our own address of record (RFC 6035 §4), connecting first
    /// where needed. It is sent once and not kept up: the call is over. Settles with its answer, for which
    /// [`stop`](Self::stop) waits.
    ///
    /// # Errors
    /// [`ApiMisuse::InvalidTarget`].
    pub fn report_quality(&mut self, now: Instant, collector: Option<&str>, report: &str) -> Verb<Ticket> {
        let own = self.config.address_of_record.clone();
        let target = collector.map_or(Ok(own), |collector| self.target(collector))?;
        self.enter(now);
        // The calls that are ended by `stop` are reported over the connection that it is about to close.
        if !self.is_connected() {
            self.wish_for_connection(now);
        }
        let ticket = self.promises.ticket();
        let mut request = self.request_to(Method::Publish, target);
        request.set(Name::Event, HeaderValue::lossy(vq_report::EVENT));
        request.set_body(HeaderValue::lossy(vq_report::TYPE), report.as_bytes().to_vec());
        self.send_request(request, Owner::Verb(ticket));
        Ok(ticket)
    }

    /// Asks what `target` can (RFC 3261 §11), connecting first where needed. Settles with the answer; a 2xx is told by
    /// [`Event::Capabilities`](super::Event::Capabilities) before.
    ///
    /// # Errors
    /// [`ApiMisuse::InvalidTarget`].
    pub fn options(&mut self, now: Instant, target: &str) -> Verb<Ticket> {
        let target = self.target(target)?;
        self.wish_for_connection(now);
        let ticket = self.promises.ticket();
        let mut request = self.request_to(Method::Options, target);
        request.set(Name::Accept, HeaderValue::lossy(session::TYPE));
        request.set(Name::Contact, self.local.contact().clone());
        self.send_request(request, Owner::Options(ticket));
        Ok(ticket)
    }
}

fn event_value(event: &str) -> Verb<HeaderValue> {
    let value = HeaderValue::new(event).map_err(|_| ApiMisuse::InvalidHeader)?;
    if is_event_type(value.as_str()) { Ok(value) } else { Err(ApiMisuse::InvalidHeader) }
}
