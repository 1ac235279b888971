//! Many phones on one machine that register, call each other in pairs and hang up. Nothing may get lost on the way.

mod member;

use crate::Account;
use member::{Member, Role};
use std::{fmt, fs, rc::Rc};
use tokio::{
    sync::Barrier,
    task::{JoinSet, LocalSet},
    time::Instant,
};

/// What a run has cost.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// From the first connection to the last farewell, in seconds.
    pub seconds: f64,
    /// SIP messages that the phones sent and received.
    pub messages: u32,
    /// The most memory that this process ever held, in KiB; 0 where the system does not tell.
    pub memory: u64,
}

/// `messages` in the time that they took.
impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seconds, messages, memory } = self;
        let rate = f64::from(*messages) / seconds;
        write!(
            f,
            "{messages} messages in {seconds:.1} s, {rate:.0} a second, in {} MiB at most",
            memory / 1024
        )
    }
}

/// A phone that did not get what was its due: which one, and what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lost(String);

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Lost {}

/// `count` phones (an even number) with the accounts of 0, 1, 2 … register. In each of `rounds` every second one calls
/// the next; when all of them talk, half of the pairs are ended by the caller and half by the other. Then all stop.
///
/// # Errors
///
/// The first thing that was lost: a verb that failed, a call that was not answered or did not end on both sides, a
/// connection, or anything else that did not come within a minute.
pub async fn run(account: impl Fn(usize) -> Account, count: usize, rounds: u32) -> Result<Figures, Lost> {
    let began = Instant::now();
    let meeting = Rc::new(Barrier::new(count));
    let mut members = JoinSet::new();
    let all = async {
        for number in 0..count {
            let role =
                if number.is_multiple_of(2) { Role::Caller(account(number + 1).user) } else { Role::Called };
            let member = Member::new(&account(number), role, Rc::clone(&meeting))?;
            members.spawn_local(member.live(number / 2, rounds));
        }
        let mut messages = 0;
        while let Some(member) = members.join_next().await {
            messages += member.map_err(|error| Lost(error.to_string()))??;
        }
        Ok(messages)
    };
    let messages = LocalSet::new().run_until(all).await?;
    Ok(Figures { seconds: began.elapsed().as_secs_f64(), messages, memory: peak_memory() })
}

/// Linux tells it.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
