//! DTMF tones, one at a time and in order: in the audio (RFC 4733), or by INFO.
//!
//! | state | event | becomes |
//! |---|---|---|
//! | Idle | tones queued | Playing; Sending where INFO is wished |
//! | Playing | it plays | Waiting, until tone and gap are over |
//! | Playing | it cannot be played, no word in time | Sending |
//! | Sending | 2xx | Waiting, until tone and gap are over |
//! | Sending | another final answer | the string is given up |
//! | Waiting | over | the next, or Idle |

use std::collections::VecDeque;

use super::{Action, CallEvent, Context, Tone, ToneTransport};
use crate::dialog::Dialog;
use crate::message::{HeaderValue, Method, Response, dtmf};
use crate::time::{Duration, Instant, Reason};

/// What `,` in a string of tones means.
const PAUSE: Duration = Duration::from_secs(2);

/// How long the browser may take to say whether it plays a tone.
const PATIENCE: Duration = Duration::from_secs(10);

/// The tones of a call.
pub(super) struct Digits {
    queue: VecDeque<Item>,
    state: State,
}

enum Item {
    Tone(Tone, ToneTransport),
    Pause,
    /// The end of a string.
    End(u32),
}

enum State {
    Idle,
    /// The audio was asked to play it, and says by then whether it does.
    Playing(Tone, Instant),
    /// An INFO waits for its answer; the next tone is not due before then.
    Sending(Instant),
    /// The next tone is due then.
    Waiting(Instant),
}

impl Digits {
    pub(super) fn new() -> Self {
        Self { queue: VecDeque::new(), state: State::Idle }
    }

    pub(super) fn queue(&mut self, tones: &[Option<Tone>], transport: ToneTransport, batch: u32) {
        let item = |tone: &Option<Tone>| tone.map_or(Item::Pause, |tone| Item::Tone(tone, transport));
        self.queue.extend(tones.iter().map(item));
        self.queue.push_back(Item::End(batch));
    }

    /// Sends what is due.
    pub(super) fn proceed(&mut self, cx: &mut Context<'_>, dialog: &mut Dialog) {
        match self.state {
            State::Playing(tone, until) if until <= cx.now => return self.send(cx, dialog, tone),
            State::Playing(..) | State::Sending(_) => return,
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
                Item::Tone(tone, ToneTransport::Audio) => {
                    cx.push(Action::PlayTone(tone));
                    self.state = State::Playing(tone, cx.now + PATIENCE);
                    return;
                }
                Item::Tone(tone, ToneTransport::Info) => return self.send(cx, dialog, tone),
            }
        }
    }

    fn send(&mut self, cx: &mut Context<'_>, dialog: &mut Dialog, tone: Tone) {
        let mut info = dialog.request(cx.via(), Method::Info);
        info.set_body(HeaderValue::lossy(dtmf::RELAY), dtmf::write(tone.digit, tone.duration));
        cx.push(Action::SendTone(info, tone));
        self.state = State::Sending(cx.now + length(tone));
    }

    /// Whether the audio plays the tone that it was asked for.
    pub(super) fn handle_played(&mut self, cx: &mut Context<'_>, dialog: &mut Dialog, plays: bool) {
        let State::Playing(tone, _) = self.state else { return };
        if plays {
            cx.tell(CallEvent::Dtmf { request: None, tone, outgoing: true });
            self.state = State::Waiting(cx.now + length(tone));
        } else {
            self.send(cx, dialog, tone);
        }
    }

    pub(super) fn handle_response(&mut self, cx: &mut Context<'_>, dialog: &mut Dialog, response: &Response) {
        if response.status().is_success() {
            self.go_on(cx, dialog, None);
        } else {
            self.go_on(cx, dialog, Some(Some(response)));
        }
    }

    /// The connection went before the answer came.
    pub(super) fn handle_lost(&mut self, cx: &mut Context<'_>, dialog: &mut Dialog) {
        self.go_on(cx, dialog, Some(None));
    }

    /// After an INFO, which may have `failed`, with an answer or without: then its string is given up.
    fn go_on(&mut self, cx: &mut Context<'_>, dialog: &mut Dialog, failed: Option<Option<&Response>>) {
        let State::Sending(until) = self.state else { return };
        self.state = State::Waiting(until);
        if let Some(response) = failed {
            while let Some(item) = self.queue.pop_front() {
                if let Item::End(batch) = item {
                    cx.push(Action::DigitsSent { batch, outcome: Err(response.cloned()) });
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
            State::Waiting(until) | State::Playing(_, until) => Some((until, "tone")),
            State::Idle | State::Sending(_) => None,
        }
    }
}

/// From its beginning to that of the next.
fn length(tone: Tone) -> Duration {
    Duration::from_millis(u64::from(tone.duration) + u64::from(tone.gap))
}
