//! DTMF tones by INFO, one at a time and in order.
//!
//! | state | event | becomes |
//! |---|---|---|
//! | Idle | tones queued | Sending |
//! | Sending | 2xx | Waiting, until tone and gap are over |
//! | Sending | another final answer | the string is given up |
//! | Waiting | over | Sending the next, or Idle |

use std::collections::VecDeque;

use super::{Action, Context, Tone};
use crate::dialog::Dialog;
use crate::message::{HeaderValue, Method, Response, dtmf};
use crate::time::{Duration, Instant, Reason};

/// What `,` in a string of tones means.
const PAUSE: Duration = Duration::from_secs(2);

/// The tones of a call.
pub(super) struct Digits {
    queue: VecDeque<Item>,
    state: State,
}

enum Item {
    Tone(Tone),
    Pause,
    /// The end of a string.
    End(u32),
}

enum State {
    Idle,
    /// An INFO waits for its answer; the next tone is not due before then.
    Sending(Instant),
    /// The next tone is due then.
    Waiting(Instant),
}

impl Digits {
    pub(super) fn new() -> Self {
        Self { queue: VecDeque::new(), state: State::Idle }
    }

    pub(super) fn queue(&mut self, tones: &[Option<Tone>], batch: u32) {
        self.queue.extend(tones.iter().map(|tone| tone.map_or(Item::Pause, Item::Tone)));
        self.queue.push_back(Item::End(batch));
    }

    /// Sends what is due.
    pub(super) fn proceed(&mut self, cx: &mut Context<'_>, dialog: &mut Dialog) {
        match self.state {
            State::Sending(_) => return,
            State::Waiting(until) if until > cx.now => return,
            State::Waiting(_) | State::Idle => self.state = State::Idle,
        }
        while let Some(item) = self.queue.pop_front() {
            match item {
                Item::End(batch) => cx.push(Action::DigitsSent { batch, outcome: Ok(()) }),
                Item::Pause => {
                    self.state = State::Waiting(cx.now + PAUSE);
                    return;
                }
                Item::Tone(tone) => {
                    let mut info = dialog.request(cx.via(), Method::Info);
                    info.set_body(HeaderValue::lossy(dtmf::RELAY), dtmf::write(tone.digit, tone.duration));
                    cx.push(Action::SendTone(info, tone));
                    let length = Duration::from_millis(u64::from(tone.duration) + u64::from(tone.gap));
                    self.state = State::Sending(cx.now + length);
                    return;
                }
            }
        }
    }

    pub(super) fn handle_response(&mut self, cx: &mut Context<'_>, dialog: &mut Dialog, response: &Response) {
        let State::Sending(until) = self.state else { return };
        self.state = State::Waiting(until);
        if !response.status().is_success() {
            while let Some(item) = self.queue.pop_front() {
                if let Item::End(batch) = item {
                    cx.push(Action::DigitsSent { batch, outcome: Err(Some(response.clone())) });
                    break;
                }
            }
        }
        self.proceed(cx, dialog);
    }

    /// The call ends before they were sent.
    pub(super) fn abandon(&mut self, cx: &mut Context<'_>) {
        for item in self.queue.drain(..) {
            if let Item::End(batch) = item {
                cx.push(Action::DigitsSent { batch, outcome: Err(None) });
            }
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        match self.state {
            State::Waiting(until) => Some((until, "tone")),
            State::Idle | State::Sending(_) => None,
        }
    }
}
