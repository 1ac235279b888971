//! Whether the connection leads to somebody: what is asked, and what is made of the answer (RFC 5626 §4.4, RFC 6223).

use super::connection::{Probe, Verdict};
use super::{Output, Owner, UserAgent};
use crate::message::{Method, Response, StatusCode};
use crate::time::Duration;

/// A ping is two line ends, a pong is one (RFC 5626 §4.4.1).
const PING: &[u8] = b"\r\n\r\n";

impl UserAgent {
    /// There is reason to think that the connection is dead.
    pub(super) fn suspect_connection(&mut self) {
        if self.stopping.is_none()
            && let Some(probe) = self.connection.suspect(self.now)
        {
            self.ask(probe);
        }
    }

    /// Asks whether there is somebody, or gives the connection up as nobody was.
    pub(super) fn handle_silence(&mut self) {
        match self.connection.verdict(self.now, &mut self.entropy) {
            None => {}
            Some((_, Verdict::Ask(probe))) => self.ask(probe),
            Some((socket, Verdict::Dead)) => {
                self.outputs.push_back(Output::Close(socket));
                self.handle_closed(socket, 1006, "The server does not answer any more".into(), false);
            }
        }
    }

    fn ask(&mut self, probe: Probe) {
        if probe.ping {
            self.send(PING.to_vec());
        }
        if probe.options {
            // As it is, without credentials: a refusal is an answer.
            let options = self.request_to(Method::Options, self.config.registrar.clone());
            self.transact(options, Owner::Probe(self.local.flow()));
        }
    }

    /// A server that keeps to flows, says for how long one may be silent, or fills in what our Via has asked for, answers
    /// pings.
    pub(super) fn note_keep_alive(&mut self, outbound: bool, flow_timer: Option<u32>, granted: &Response) {
        let kept = granted.via().params().get("keep").filter(|interval| !interval.is_empty());
        if outbound || flow_timer.is_some() || kept.is_some() {
            let interval = flow_timer.or_else(|| kept?.parse().ok());
            self.connection.promised(interval.map(|seconds| Duration::from_secs(seconds.into())));
        }
    }

    /// A registrar that is overloaded or down says how long that is to last (RFC 3261 §21.5.4): the server is in its way.
    pub(super) fn spare_server(&mut self, refusal: Option<&Response>) {
        if let Some(refusal) = refusal.filter(|it| it.status() == StatusCode::SERVICE_UNAVAILABLE)
            && let Some(seconds) = refusal.retry_after()
        {
            self.connection.spare(self.now + Duration::from_secs(seconds.into()));
        }
    }
}
