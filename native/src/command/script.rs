//! Verbs as they are read.

use super::told::{outcome, told};
use std::collections::BTreeMap;
use telnyx_device::{
    agent::{
        CallId, CallStatus, Digits, Event, InviteOptions, PublicationId, PublishOptions, SubscribeOptions,
        SubscriptionId, Ticket, UserAgent, Verb,
    },
    error::ApiMisuse,
};
use telnyx_device_native::Phone;

/// The silence after a tone, in milliseconds.
const GAP: u32 = 100;

/// What is published and written is plain text.
const TEXT: &str = "text/plain";

/// What was asked of a phone and is not done yet.
pub(crate) struct Script {
    answer: bool,
    waiting: BTreeMap<Ticket, String>,
    /// What was subscribed to last, and what was published.
    subscription: Option<SubscriptionId>,
    publication: Option<PublicationId>,
}

impl Script {
    /// Nothing was asked yet, but maybe to answer every call.
    pub(crate) const fn new(answer: bool) -> Self {
        Self { answer, waiting: BTreeMap::new(), subscription: None, publication: None }
    }

    /// Does what a line says, or prints why not.
    pub(crate) fn obey(&mut self, phone: &mut Phone, line: &str) {
        let (verb, rest) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        match self.wish(phone, verb, rest) {
            Ok(Wish::Settles(ticket)) => _ = self.waiting.insert(ticket, verb.into()),
            Ok(Wish::Call(call)) => println!("call {} placed", call.0),
            Ok(Wish::Done) => println!("done {verb}"),
            Err(why) => println!("refused {verb}: {why}"),
        }
    }

    /// Tells an event, and does what was asked for when it comes.
    pub(crate) fn handle(&mut self, phone: &mut Phone, event: &Event) {
        if let Some(line) = told(event) {
            println!("{line}");
        }
        match event {
            Event::Settled { ticket, outcome: result } => {
                if let Some(verb) = self.waiting.remove(ticket) {
                    println!("{}", outcome(&verb, result));
                }
            }
            Event::Incoming { .. } if self.answer => self.obey(phone, "answer"),
            Event::Message { id, .. } | Event::Info { id, .. } => {
                // It may have waited too long for us.
                let _ = phone.wish(|agent, now| agent.respond_to_message(now, *id, 200, None));
            }
            Event::Sip { outgoing, message } => {
                eprintln!("{} {}", if *outgoing { ">>>" } else { "<<<" }, message.redacted());
            }
            _ => {}
        }
    }

    fn wish(&mut self, phone: &mut Phone, verb: &str, rest: &str) -> Wished {
        match verb {
            "register" => Ok(Wish::Settles(phone.wish(|agent, now| agent.register(now, Vec::new())))),
            "unregister" => {
                Ok(Wish::Settles(phone.wish(|agent, now| agent.unregister(now, rest == "all", Vec::new()))))
            }
            "drop" => {
                phone.drop_connection();
                Ok(Wish::Done)
            }
            "call" => place(phone, rest, InviteOptions::default()),
            "lateoffer" => place(phone, rest, InviteOptions { late_offer: true, ..InviteOptions::default() }),
            "anonymous" => place(phone, rest, InviteOptions { anonymous: true, ..InviteOptions::default() }),
            "message" => {
                let (target, text) = rest.split_once(' ').ok_or("to whom, and what?")?;
                settles(phone.wish(|agent, now| agent.send_message(now, target, TEXT, text, Vec::new())))
            }
            "options" => settles(phone.wish(|agent, now| agent.options(now, rest))),
            "subscribe" | "unsubscribe" | "publish" | "republish" | "unpublish" => {
                self.wish_of_event(phone, verb, rest)
            }
            _ => {
                let call = phone.ask(|agent, _| meant(agent, verb)).ok_or("no such verb, or no call")?;
                wish_of_call(phone, call, verb, rest)
            }
        }
    }

    fn wish_of_event(&mut self, phone: &mut Phone, verb: &str, rest: &str) -> Wished {
        let (word, text) = rest.split_once(' ').unwrap_or((rest, ""));
        let subscription = self.subscription.ok_or("no subscription");
        let publication = self.publication.ok_or("no publication");
        match verb {
            "subscribe" => {
                let options = SubscribeOptions::default();
                let id = phone.wish(|agent, now| agent.subscribe(now, word, text, options));
                self.subscription = Some(id.map_err(ApiMisuse::message)?);
                Ok(Wish::Done)
            }
            "publish" => {
                let body = text.into();
                let options =
                    PublishOptions { content_type: TEXT.into(), body, expires: None, extra: Vec::new() };
                let id = phone.wish(|agent, now| agent.publish(now, word, options));
                self.publication = Some(id.map_err(ApiMisuse::message)?);
                Ok(Wish::Done)
            }
            "republish" => {
                let id = publication?;
                done(phone.wish(|agent, now| agent.republish(now, id, TEXT, rest.into()).map(|_| ())))
            }
            "unpublish" => {
                let id = publication?;
                Ok(Wish::Settles(phone.wish(|agent, now| agent.unpublish(now, id))))
            }
            _ => {
                let id = subscription?;
                Ok(Wish::Settles(phone.wish(|agent, now| agent.unsubscribe(now, id))))
            }
        }
    }
}

/// What a verb gave.
enum Wish {
    Settles(Ticket),
    Call(CallId),
    Done,
}

type Wished = Result<Wish, &'static str>;

/// A call that rings may wait behind the one that is talked to.
fn meant(agent: &UserAgent, verb: &str) -> Option<CallId> {
    if !matches!(verb, "answer" | "reject") {
        return agent.active_call();
    }
    let rings = |call: &CallId| agent.is_incoming(*call) && agent.call_status(*call) == CallStatus::Starting;
    agent.calls().into_iter().rfind(rings)
}

fn wish_of_call(phone: &mut Phone, call: CallId, verb: &str, rest: &str) -> Wished {
    match verb {
        "answer" => settles(phone.wish(|agent, now| agent.accept(now, call, Vec::new()))),
        "reject" => {
            let status = if rest.is_empty() { None } else { Some(rest.parse().map_err(|_| "no status")?) };
            settles(phone.wish(|agent, now| agent.reject(now, call, status, None, Vec::new())))
        }
        "hangup" => Ok(Wish::Settles(phone.wish(|agent, now| agent.disconnect(now, call, Vec::new())))),
        "hold" => settles(phone.wish(|agent, now| agent.hold(now, call))),
        "unhold" => settles(phone.wish(|agent, now| agent.unhold(now, call))),
        "digits" => {
            let digits = Digits { gap: GAP, ..Digits::new(rest) };
            settles(phone.wish(|agent, now| agent.send_digits(now, call, &digits)))
        }
        "info" => settles(phone.wish(|agent, now| agent.send_info(now, call, TEXT, rest, &[]))),
        "say" => settles(phone.wish(|agent, now| agent.send_call_message(now, call, TEXT, rest, &[]))),
        "transfer" => settles(phone.wish(|agent, now| agent.transfer(now, call, rest, &[]))),
        "connect" => {
            let other = CallId(rest.parse().map_err(|_| "with which call?")?);
            settles(phone.wish(|agent, now| agent.transfer_to(now, call, other, &[])))
        }
        "follow" => {
            phone.wish(|agent, now| agent.accept_refer(now, call)).map(Wish::Call).map_err(ApiMisuse::message)
        }
        "refuse" => done(phone.wish(|agent, now| agent.reject_refer(now, call))),
        "redirect" => {
            let contact = Some(rest).filter(|contact| !contact.is_empty());
            done(phone.wish(|agent, now| agent.redirect(now, call, contact)))
        }
        _ => Err("no such verb"),
    }
}

fn place(phone: &mut Phone, target: &str, options: InviteOptions) -> Wished {
    let placed = phone.wish(|agent, now| agent.invite(now, target, options));
    placed.map(Wish::Call).map_err(ApiMisuse::message)
}

fn settles(ticket: Verb<Ticket>) -> Wished {
    ticket.map(Wish::Settles).map_err(ApiMisuse::message)
}

fn done(result: Verb<()>) -> Wished {
    result.map(|()| Wish::Done).map_err(ApiMisuse::message)
}
