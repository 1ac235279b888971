//! One of the crowd.

use super::{name, password};
use std::{collections::VecDeque, rc::Rc, time::Duration};
use telnyx_device::agent::{CallEvent, CallId, Event, InviteOptions, Ticket};
use telnyx_device_native::{Account, Phone};
use tokio::{sync::Barrier, time::timeout};

/// What does not come for so long is lost.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a member does in each round.
#[derive(Clone, Copy)]
pub enum Role {
    /// Calls this one.
    Caller(usize),
    /// Answers.
    Called,
}

impl Role {
    /// The even ones call the next.
    pub const fn of(number: usize) -> Self {
        if number % 2 == 0 { Self::Caller(number + 1) } else { Self::Called }
    }
}

/// A phone whose every event is expected: one that comes unasked is a failure.
pub struct Member {
    number: usize,
    phone: Phone,
    together: Rc<Barrier>,
    /// Told while it waited for the others.
    kept: VecDeque<Event>,
    messages: u32,
}

impl Member {
    pub fn new(server: &str, number: usize, together: Rc<Barrier>) -> Self {
        let domain = "localhost".into();
        let account =
            Account { server: server.into(), domain, user: name(number), password: Some(password(number)) };
        let mut phone = Phone::new(account.config().unwrap()).unwrap();
        phone.wish(|agent, _| agent.set_tracing(true));
        Self { number, phone, together, kept: VecDeque::new(), messages: 0 }
    }

    /// SIP messages sent and received so far.
    pub const fn messages(&self) -> u32 {
        self.messages
    }

    /// Registers, plays its role, stops. Every verb must settle well, every call be answered and end on both sides.
    pub async fn takes_part(&mut self, role: Role, rounds: u32) {
        let registering = self.phone.wish(|agent, now| agent.register(now, Vec::new()));
        self.settles(registering).await;
        for round in 0..rounds {
            if self.number == 0 {
                eprintln!(
                    "ROUND {round} {:?}",
                    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64()
                );
            }
            self.waits_for_all().await;
            let call = match role {
                Role::Caller(number) => self.calls(&name(number)).await,
                Role::Called => self.answers().await,
            };
            // Everybody talks at once before the first hangs up.
            self.waits_for_all().await;
            let ends = matches!(role, Role::Caller(_)) == ((self.number / 2 + round as usize) % 2 == 0);
            if ends {
                let ending = self.phone.wish(|agent, now| agent.disconnect(now, call, Vec::new()));
                self.is_over(call).await;
                self.settles(ending).await;
            } else {
                self.is_over(call).await;
            }
            assert_eq!(self.phone.ask(|agent, _| agent.calls()), [], "phone {}", self.number);
        }
        self.waits_for_all().await;
        let stopping = self.phone.wish(|agent, now| agent.stop(now));
        self.settles(stopping).await;
        assert_eq!(self.phone.ask(|agent, _| agent.poll_timeout()), None, "something is left");
    }

    async fn calls(&mut self, target: &str) -> CallId {
        let call = self.phone.wish(|agent, now| agent.invite(now, target, InviteOptions::default())).unwrap();
        self.is_answered(call).await;
        call
    }

    async fn answers(&mut self) -> CallId {
        let call = loop {
            if let Event::Incoming { call, .. } = self.next().await {
                break call;
            }
        };
        let answering = self.phone.wish(|agent, now| agent.accept(now, call, Vec::new())).unwrap();
        self.is_answered(call).await;
        self.settles(answering).await;
        call
    }

    async fn is_answered(&mut self, this: CallId) {
        loop {
            match self.next().await {
                Event::Call { call, event: CallEvent::Accepted(_) } if call == this => return,
                Event::Call { event: CallEvent::Terminated { cause, .. }, .. } => {
                    panic!("phone {}: the call ended unanswered: {cause:?}", self.number)
                }
                _ => {}
            }
        }
    }

    async fn is_over(&mut self, this: CallId) {
        loop {
            match self.next().await {
                Event::Call { call, event: CallEvent::Terminated { .. } } if call == this => return,
                _ => {}
            }
        }
    }

    async fn settles(&mut self, this: Ticket) {
        loop {
            match self.next().await {
                Event::Settled { ticket, outcome } if ticket == this => {
                    if let Err(failure) = outcome {
                        panic!("phone {}: a verb failed: {:?}", self.number, failure.cause);
                    }
                    return;
                }
                _ => {}
            }
        }
    }

    /// The phone lives on meanwhile; what happens to it is looked at afterwards.
    async fn waits_for_all(&mut self) {
        let together = Rc::clone(&self.together);
        let all = together.wait();
        tokio::pin!(all);
        loop {
            tokio::select! {
                _ = &mut all => return,
                event = self.phone.next() => self.kept.push_back(event),
            }
        }
    }

    async fn next(&mut self) -> Event {
        let event = match self.kept.pop_front() {
            Some(event) => event,
            None => timeout(PATIENCE, self.phone.next()).await.unwrap_or_else(|_| {
                panic!("phone {} waits in vain", self.number);
            }),
        };
        self.watches(&event);
        event
    }

    fn watches(&mut self, event: &Event) {
        match event {
            Event::Sip { .. } => self.messages += 1,
            Event::Disconnected { will_retry: true, reason, .. } => {
                panic!("phone {} lost its connection: {reason}", self.number)
            }
            Event::RegistrationFailed { cause, .. } => {
                panic!("phone {} was not registered: {cause:?}", self.number)
            }
            _ => {}
        }
    }
}
