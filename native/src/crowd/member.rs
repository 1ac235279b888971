//! One of the crowd.

use super::Lost;
use crate::{Account, Phone};
use std::{collections::VecDeque, rc::Rc, time::Duration};
use telnyx_device::agent::{CallEvent, CallId, Event, InviteOptions, Ticket};
use tokio::{sync::Barrier, time::timeout};

/// What does not come for so long is lost.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a member does in each round.
pub(super) enum Role {
    /// Calls this one.
    Caller(String),
    /// Answers.
    Called,
}

/// A phone and what it waits for.
pub(super) struct Member {
    user: String,
    phone: Phone,
    role: Role,
    meeting: Rc<Barrier>,
    /// Told while it waited for the others.
    kept: VecDeque<Event>,
    messages: u32,
}

impl Member {
    pub(super) fn new(account: &Account, role: Role, meeting: Rc<Barrier>) -> Result<Self, Lost> {
        let broken = |why: &dyn ToString| Lost(why.to_string());
        let config = account.config().map_err(|error| broken(&error))?;
        let mut phone = Phone::new(config).map_err(|error| broken(&error))?;
        phone.wish(|agent, _| agent.set_tracing(true));
        Ok(Self { user: account.user.clone(), phone, role, meeting, kept: VecDeque::new(), messages: 0 })
    }

    /// Registers, plays its role in each round, stops. Gives the number of SIP messages.
    pub(super) async fn live(mut self, pair: usize, rounds: u32) -> Result<u32, Lost> {
        let registering = self.phone.wish(|agent, now| agent.register(now, Vec::new()));
        self.settled(registering).await?;
        let mut ends = matches!(self.role, Role::Caller(_)) == pair.is_multiple_of(2);
        for _ in 0..rounds {
            self.meet().await?;
            let call = match &self.role {
                Role::Caller(target) => {
                    let target = target.clone();
                    self.call(&target).await?
                }
                Role::Called => self.answer().await?,
            };
            // Everybody talks at once before the first hangs up.
            self.meet().await?;
            if ends {
                let ending = self.phone.wish(|agent, now| agent.disconnect(now, call, Vec::new()));
                self.over(call).await?;
                self.settled(ending).await?;
            } else {
                self.over(call).await?;
            }
            if !self.phone.ask(|agent, _| agent.calls()).is_empty() {
                return Err(self.lost("has a call too many"));
            }
            ends = !ends;
        }
        self.meet().await?;
        let stopping = self.phone.wish(|agent, now| agent.stop(now));
        self.settled(stopping).await?;
        if self.phone.ask(|agent, _| agent.is_idle()) {
            Ok(self.messages)
        } else {
            Err(self.lost("does not rest"))
        }
    }

    async fn call(&mut self, target: &str) -> Result<CallId, Lost> {
        let placed = self.phone.wish(|agent, now| agent.invite(now, target, InviteOptions::default()));
        let call = placed.map_err(|misuse| self.lost(misuse.message()))?;
        self.answered(call).await?;
        Ok(call)
    }

    async fn answer(&mut self) -> Result<CallId, Lost> {
        let call = loop {
            if let Event::Incoming { call, .. } = self.next("a call").await? {
                break call;
            }
        };
        let accepted = self.phone.wish(|agent, now| agent.accept(now, call, Vec::new()));
        let accepting = accepted.map_err(|misuse| self.lost(misuse.message()))?;
        self.answered(call).await?;
        self.settled(accepting).await?;
        Ok(call)
    }

    async fn answered(&mut self, this: CallId) -> Result<(), Lost> {
        loop {
            match self.next("an answer").await? {
                Event::Call { call, event: CallEvent::Accepted(_) } if call == this => return Ok(()),
                Event::Call { event: CallEvent::Terminated { cause, .. }, .. } => {
                    return Err(self.lost(&format!("has a call that ended unanswered: {cause:?}")));
                }
                _ => {}
            }
        }
    }

    async fn over(&mut self, this: CallId) -> Result<(), Lost> {
        loop {
            match self.next("the end").await? {
                Event::Call { call, event: CallEvent::Terminated { .. } } if call == this => return Ok(()),
                _ => {}
            }
        }
    }

    async fn settled(&mut self, this: Ticket) -> Result<(), Lost> {
        loop {
            match self.next("a verb to settle").await? {
                Event::Settled { ticket, outcome } if ticket == this => {
                    return outcome.map_err(|it| self.lost(&format!("was refused: {}", it.cause.as_str())));
                }
                _ => {}
            }
        }
    }

    /// Waits for all others. The phone lives on meanwhile; what happens to it is looked at afterwards.
    async fn meet(&mut self) -> Result<(), Lost> {
        let meeting = Rc::clone(&self.meeting);
        let all = timeout(PATIENCE, meeting.wait());
        tokio::pin!(all);
        loop {
            tokio::select! {
                met = &mut all => return met.map(|_| ()).map_err(|_| self.lost("waits in vain for the others")),
                event = self.phone.next() => self.kept.push_back(event),
            }
        }
    }

    async fn next(&mut self, what: &str) -> Result<Event, Lost> {
        let event = match self.kept.pop_front() {
            Some(event) => event,
            None => match timeout(PATIENCE, self.phone.next()).await {
                Ok(event) => event,
                Err(_) => return Err(self.lost(&format!("waits in vain for {what}"))),
            },
        };
        match &event {
            Event::Sip { .. } => self.messages += 1,
            Event::Disconnected { will_retry: true, reason, .. } => {
                return Err(self.lost(&format!("lost its connection: {reason}")));
            }
            _ => {}
        }
        Ok(event)
    }

    fn lost(&self, what: &str) -> Lost {
        Lost(format!("{} {what}", self.user))
    }
}
