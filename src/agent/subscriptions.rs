//! The living subscriptions and publications, and what they wish.

use super::{Event, Owner, PublicationId, SubscriptionId, UserAgent};
use crate::message::{Method, Request, RequestDraft, ResponseDraft, StatusCode};
use crate::subscription::publication::Action as Publish;
use crate::subscription::{Action, Context, Publication, Subscription};
use crate::time::{Instant, Reason, sooner};
use crate::transaction::ServerKey;

/// Those that have not ended, by age.
#[derive(Default)]
pub(super) struct Subscriptions {
    subscriptions: Vec<(SubscriptionId, Subscription)>,
    publications: Vec<(PublicationId, Publication)>,
    last: u32,
}

impl Subscriptions {
    pub(super) fn next(&mut self) -> u32 {
        self.last += 1;
        self.last
    }

    pub(super) fn add(&mut self, id: SubscriptionId, subscription: Subscription) {
        self.subscriptions.push((id, subscription));
    }

    pub(super) fn add_publication(&mut self, id: PublicationId, publication: Publication) {
        self.publications.push((id, publication));
    }

    fn get_mut(&mut self, id: SubscriptionId) -> Option<&mut Subscription> {
        self.subscriptions.iter_mut().find(|(it, _)| *it == id).map(|(_, subscription)| subscription)
    }

    fn publication_mut(&mut self, id: PublicationId) -> Option<&mut Publication> {
        self.publications.iter_mut().find(|(it, _)| *it == id).map(|(_, publication)| publication)
    }

    fn ids(&self) -> Vec<SubscriptionId> {
        self.subscriptions.iter().map(|(id, _)| *id).collect()
    }

    fn publication_ids(&self) -> Vec<PublicationId> {
        self.publications.iter().map(|(id, _)| *id).collect()
    }

    fn remove(&mut self, id: SubscriptionId) {
        self.subscriptions.retain(|(it, _)| *it != id);
    }

    fn remove_publication(&mut self, id: PublicationId) {
        self.publications.retain(|(it, _)| *it != id);
    }

    pub(super) fn has(&self, id: SubscriptionId) -> bool {
        self.subscriptions.iter().any(|(it, _)| *it == id)
    }

    pub(super) fn has_publication(&self, id: PublicationId) -> bool {
        self.publications.iter().any(|(it, _)| *it == id)
    }

    /// The subscription that a NOTIFY is for.
    fn owner(&self, notify: &Request) -> Option<SubscriptionId> {
        self.subscriptions.iter().find(|(_, it)| it.owns(notify)).map(|(id, _)| *id)
    }

    /// Whether this is the request whose answer its owner waits for.
    pub(super) fn awaits(&self, owner: Owner, request: &RequestDraft) -> bool {
        let sequence = request.cseq();
        match owner {
            Owner::Subscription(id) => self
                .subscriptions
                .iter()
                .any(|(it, subscription)| *it == id && subscription.is_last(sequence)),
            Owner::Publication(id) => {
                self.publications.iter().any(|(it, publication)| *it == id && publication.is_last(sequence))
            }
            _ => false,
        }
    }

    pub(super) fn next_sequence(&mut self, owner: Owner) -> Option<u32> {
        match owner {
            Owner::Subscription(id) => self.get_mut(id)?.next_sequence(),
            Owner::Publication(id) => Some(self.publication_mut(id)?.next_sequence()),
            _ => None,
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        let soonest = self.subscriptions.iter().fold(None, |found, (_, it)| sooner(found, it.poll_timeout()));
        self.publications.iter().fold(soonest, |found, (_, it)| sooner(found, it.poll_timeout()))
    }
}

impl UserAgent {
    /// What a subscription or publication needs that is none of ours.
    pub(super) fn event_context<'a, A>(&'a mut self, actions: &'a mut Vec<A>) -> Context<'a, A> {
        let online = self.connection.socket().is_some();
        let Self { now, entropy, local, .. } = self;
        Context { now: *now, online, entropy, local, actions }
    }

    /// Lets a subscription take a step, and does what it wishes.
    pub(super) fn with_subscription(
        &mut self,
        id: SubscriptionId,
        step: impl FnOnce(&mut Subscription, &mut Context<'_, Action>),
    ) {
        let mut actions = Vec::new();
        let online = self.connection.socket().is_some();
        let Self { now, entropy, local, subscriptions, .. } = self;
        let Some(subscription) = subscriptions.get_mut(id) else { return };
        step(subscription, &mut Context { now: *now, online, entropy, local, actions: &mut actions });
        if subscription.is_over() {
            subscriptions.remove(id);
        }
        self.do_for_subscription(id, actions);
    }

    pub(super) fn do_for_subscription(&mut self, id: SubscriptionId, actions: Vec<Action>) {
        for action in actions {
            match action {
                Action::Request(request) => self.send_request(request, Owner::Subscription(id)),
                Action::Farewell(request) => self.send_request(request, Owner::Nobody),
                Action::Respond(key, response) => self.respond(key, response),
                Action::Tell(event) => self.tell(Event::Subscription { id, event }),
            }
        }
    }

    /// Lets a publication take a step, and does what it wishes.
    pub(super) fn with_publication(
        &mut self,
        id: PublicationId,
        step: impl FnOnce(&mut Publication, &mut Context<'_, Publish>),
    ) {
        let mut actions = Vec::new();
        let online = self.connection.socket().is_some();
        let Self { now, entropy, local, subscriptions, .. } = self;
        let Some(publication) = subscriptions.publication_mut(id) else { return };
        step(publication, &mut Context { now: *now, online, entropy, local, actions: &mut actions });
        if publication.is_over() {
            subscriptions.remove_publication(id);
        }
        self.do_for_publication(id, actions);
    }

    pub(super) fn do_for_publication(&mut self, id: PublicationId, actions: Vec<Publish>) {
        for action in actions {
            match action {
                Publish::Request(request) => self.send_request(request, Owner::Publication(id)),
                Publish::Farewell(request) => self.send_request(request, Owner::Nobody),
                Publish::Tell(event) => self.tell(Event::Publication { id, event }),
            }
        }
    }

    /// Lets every subscription take a step.
    pub(super) fn with_subscriptions(
        &mut self,
        step: impl Fn(&mut Subscription, &mut Context<'_, Action>) + Copy,
    ) {
        for id in self.subscriptions.ids() {
            self.with_subscription(id, step);
        }
    }

    /// Lets every publication take a step.
    pub(super) fn with_publications(
        &mut self,
        step: impl Fn(&mut Publication, &mut Context<'_, Publish>) + Copy,
    ) {
        for id in self.subscriptions.publication_ids() {
            self.with_publication(id, step);
        }
    }

    /// The connection is lost.
    pub(super) fn lose_subscriptions(&mut self) {
        self.with_subscriptions(|subscription, cx| subscription.handle_connection_lost(cx));
        self.with_publications(|publication, cx| publication.handle_connection_lost(cx));
    }

    /// A request that is in no call's dialog: a NOTIFY for a subscription, or a stray.
    pub(super) fn handle_notify(&mut self, key: ServerKey, request: &Request) {
        let owner = match request.method() {
            Method::Notify => self.subscriptions.owner(request),
            _ => None,
        };
        match owner {
            Some(_) if self.lacks(request) => {
                let refusal = self.answer(request, StatusCode::BAD_EXTENSION);
                self.respond(key, refusal);
            }
            Some(id) => self.with_subscription(id, |it, cx| it.handle_notify(cx, key, request)),
            None => {
                let stray = StatusCode::CALL_OR_TRANSACTION_DOES_NOT_EXIST;
                self.respond(key, ResponseDraft::to(request, stray));
            }
        }
    }
}
