//! A phone at the end of a pipe: verbs in, a line for each event out.

mod command;

use command::{Crowd, HELP, Options, Script, told};
use std::{env, io, process::ExitCode, thread};
use telnyx_device::agent::Event;
use telnyx_device_native::{Account, Phone, crowd};
use tokio::sync::mpsc;

fn main() -> ExitCode {
    let options = match Options::read(env::args_os().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("{error}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The core is not for several threads, and phones need no more than one.
#[tokio::main(flavor = "current_thread")]
async fn run(options: Options) -> io::Result<()> {
    match &options.crowd {
        Some(crowd) => run_crowd(&options.account, crowd).await,
        None => run_phone(options).await,
    }
}

async fn run_crowd(account: &Account, &Crowd { count, rounds }: &Crowd) -> io::Result<()> {
    let member = |number| {
        let user = format!("{}{number}", account.user);
        let password = account.password.as_ref().map(|password| password.replace("{user}", &user));
        Account { user, password, ..account.clone() }
    };
    let figures = crowd::run(member, count, rounds).await.map_err(io::Error::other)?;
    println!("{figures}");
    Ok(())
}

async fn run_phone(options: Options) -> io::Result<()> {
    let mut config = options.account.config().map_err(|error| io::Error::other(error.to_string()))?;
    config.expires = options.expires.unwrap_or(config.expires);
    config.push = options.push;
    let mut phone = Phone::new(config)?;
    phone.wish(|agent, _| agent.set_tracing(options.trace));
    let mut script = Script::new(options.answer);
    for verb in &options.verbs {
        script.obey(&mut phone, verb);
    }
    let mut lines = standard_input();
    loop {
        tokio::select! {
            event = phone.next() => script.handle(&mut phone, &event),
            line = lines.recv() => match line {
                Some(line) => script.obey(&mut phone, &line),
                None => break,
            },
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    let stopping = phone.wish(|agent, now| agent.stop(now));
    loop {
        match phone.next().await {
            Event::Settled { ticket, .. } if ticket == stopping => return Ok(()),
            event => told(&event).into_iter().for_each(|line| println!("{line}")),
        }
    }
}

/// Its lines, until it ends. A thread reads them, as standard input can only be waited for.
fn standard_input() -> mpsc::UnboundedReceiver<String> {
    let (sender, lines) = mpsc::unbounded_channel();
    thread::spawn(move || io::stdin().lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
    lines
}
