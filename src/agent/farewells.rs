//! BYEs that wait for a connection: the next one says them, of this page or, as they are kept as long as they wait, of one
//! after it. They outlive a stop, as the far sides wait all the same.

use super::{Owner, UserAgent};
use crate::kept::Reader;
use crate::message::{Frame, Message, Method, Name, RequestDraft};
use crate::time::{Duration, Instant};

/// How long one is worth saying: the far side's session has run out by then, where it has a timer (RFC 4028).
pub(super) const PATIENCE: Duration = Duration::from_secs(1800);
/// How many wait at the most.
const MOST: usize = 64;

/// See above. The oldest is first.
#[derive(Default)]
pub(super) struct Farewells {
    waiting: Vec<(RequestDraft, Instant)>,
    /// Whether they may be others than when they were last asked for.
    changed: bool,
}

impl Farewells {
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    fn wait(&mut self, now: Instant, bye: RequestDraft) {
        self.changed = true;
        self.waiting.retain(|(_, until)| *until > now);
        if self.waiting.len() < MOST {
            self.waiting.push((bye, now + PATIENCE));
        }
    }

    fn take(&mut self, now: Instant) -> Vec<RequestDraft> {
        self.touch();
        let all = core::mem::take(&mut self.waiting).into_iter();
        all.filter(|(_, until)| *until > now).map(|(bye, _)| bye).collect()
    }

    pub(super) fn touch(&mut self) {
        self.changed = true;
    }

    /// Whether they may have changed since this was last asked.
    pub(super) fn take_changed(&mut self) -> bool {
        core::mem::take(&mut self.changed)
    }

    /// As they are kept, those for which there is `room`: how many, and each as it would be sent, without credentials.
    pub(super) fn written(&self, room: usize) -> (u64, String) {
        let (mut count, mut all) = (0, String::new());
        for (bye, _) in &self.waiting {
            let mut bye = bye.clone();
            bye.remove(Name::Authorization);
            bye.remove(Name::ProxyAuthorization);
            let bye = bye.write();
            if all.len() + bye.len() < room {
                all.push_str(&String::from_utf8_lossy(&bye));
                count += 1;
            }
        }
        (count, all)
    }
}

impl UserAgent {
    /// This BYE is said by the next connection.
    pub(super) fn bid_later(&mut self, bye: RequestDraft) {
        self.farewells.wait(self.now, bye);
    }

    /// There is a connection.
    pub(super) fn bid_farewells(&mut self) {
        for mut bye in self.farewells.take(self.now) {
            bye.set_via(self.local.via(&mut self.entropy));
            self.send_request(bye, Owner::Nobody);
        }
    }

    /// Those that were sent, and perhaps lost with the connection, wait for the next one.
    pub(super) fn take_back_farewells(&mut self) {
        self.fail_requests(&|request, owner| *request.method() == Method::Bye && *owner == Owner::Nobody);
    }

    /// Takes over so many that the page before this one could not say, unless they are `stale`. The calls are not this
    /// page's, so nothing is told of them. `None` where they cannot be read.
    pub(super) fn inherit_farewells(&mut self, kept: &mut Reader<'_>, count: u64, stale: bool) -> Option<()> {
        for _ in 0..count {
            let mut frame = String::new();
            while !frame.ends_with("\n\r\n") {
                frame.push_str(kept.text()?);
                frame.push('\n');
            }
            if let Ok(Frame::Message(Message::Request(bye))) = crate::message::read(frame.as_bytes())
                && *bye.method() == Method::Bye
                && !stale
            {
                self.send_request(RequestDraft::forward(&bye).in_dialog(), Owner::Nobody);
            }
        }
        Some(())
    }
}
