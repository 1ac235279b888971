//! From a server to a better one that is there again, with no moment without a connection.

use super::connection::Due;
use super::{Event, UserAgent};

impl UserAgent {
    /// Keeps the deadlines of the way back.
    pub(super) fn handle_return(&mut self) {
        match self.connection.return_due(self.now) {
            Some(Due::Return) => {
                let is_busy = self.is_busy();
                self.outputs.extend(self.connection.look_for_better(self.now, is_busy));
            }
            Some(Due::GiveUp) => _ = self.change_back() || self.drop_aside(),
            None => {}
        }
    }

    fn drop_aside(&mut self) -> bool {
        let dropped = self.connection.drop_aside(self.now, &mut self.entropy);
        let was_there = dropped.is_some();
        self.outputs.extend(dropped);
        was_there
    }

    /// A better server is there. The registration goes over to it, and what is subscribed to; the old connection stays
    /// until that is done.
    pub(super) fn change_over(&mut self) {
        if self.is_busy() || !self.connection.change_over(self.now, &mut self.entropy) {
            self.drop_aside();
            return;
        }
        let server = String::from(self.connection.server());
        self.local.set_server(&server);
        let flow = self.local.flow();
        self.tell(Event::Connected { flow, server: server.clone() });
        self.with_registration(|registration, cx| registration.handle_moved(cx, &server));
        self.lose_subscriptions();
        self.with_subscriptions(|subscription, cx| subscription.handle_connected(cx));
        self.with_publications(|publication, cx| publication.handle_connected(cx));
        if !self.registration.is_active() {
            self.outputs.extend(self.connection.settle(self.now, &mut self.entropy));
        }
    }

    /// Takes the connection again that was being left, as the new one is of no use, or somebody calls by the old one;
    /// false where none was.
    pub(super) fn change_back(&mut self) -> bool {
        let Some(closed) = self.connection.change_back(self.now, &mut self.entropy) else { return false };
        self.outputs.push_back(closed);
        self.go_down();
        self.come_up();
        true
    }

    /// Whether anything is under way that a change of servers could harm.
    fn is_busy(&self) -> bool {
        !self.is_idle() || self.stopping.is_some() || self.registration.is_asking()
    }
}
