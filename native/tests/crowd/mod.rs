//! A crowd of phones around an embedded server of their own.

mod member;

use member::{Member, Role};
use std::{fs, path::PathBuf, process, rc::Rc, thread};
use telnyx_device_loopback::shell::{Options, Shell};
use tokio::{
    runtime::Builder,
    sync::{Barrier, oneshot},
    task::{JoinSet, LocalSet},
    time::Instant,
};

/// What a run has cost.
pub struct Figures {
    /// From the first connection to the last farewell.
    pub seconds: f64,
    /// SIP messages that the phones sent and received.
    pub messages: u32,
    /// The most memory that the process held, server and all, in KiB; 0 where the system does not tell.
    pub memory: u64,
}

/// `count` phones register. In each of `rounds` every second one calls the next; when all of them talk, half of the
/// pairs are ended by the caller and half by the other. Then all of them stop.
pub fn run(count: usize, rounds: u32) -> Figures {
    let server = Server::start(count);
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let began = Instant::now();
    let messages = LocalSet::new().block_on(&runtime, async {
        let together = Rc::new(Barrier::new(count));
        let mut members = JoinSet::new();
        for number in 0..count {
            let mut member = Member::new(&server.uri, number, Rc::clone(&together));
            members.spawn_local(async move {
                member.takes_part(Role::of(number), rounds).await;
                member.messages()
            });
        }
        let mut messages = 0;
        while let Some(member) = members.join_next().await {
            messages += member.unwrap(); // the first to fail ends the run
        }
        messages
    });
    let seconds = began.elapsed().as_secs_f64();
    server.stop();
    Figures { seconds, messages, memory: peak_memory() }
}

/// How a member is called, in addresses and in the server's accounts.
fn name(number: usize) -> String {
    format!("phone{number}")
}

fn password(number: usize) -> String {
    format!("secret{number}")
}

/// The embedded server, on a thread and a port of its own.
struct Server {
    uri: String,
    stop: oneshot::Sender<()>,
    thread: thread::JoinHandle<()>,
    accounts: PathBuf,
}

impl Server {
    fn start(count: usize) -> Self {
        let accounts =
            std::env::temp_dir().join(format!("telnyx-device-load-{}-{count}.toml", process::id()));
        let table = |number| {
            format!("[[account]]\nuser = \"{}\"\npassword = \"{}\"\n", name(number), password(number))
        };
        fs::write(&accounts, (0..count).map(table).collect::<String>()).unwrap();
        let options = Options { port: 0, accounts: Some(accounts.clone()), ..Options::default() };
        let (stop, stopped) = oneshot::channel();
        let (ready, port) = std::sync::mpsc::channel();
        let thread = thread::spawn(move || {
            Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
                let shell = Shell::listen(options).await.unwrap();
                ready.send(shell.address().port()).unwrap();
                let stop = async { _ = stopped.await };
                shell.serve(stop).await.unwrap();
            });
        });
        let uri = format!("ws://127.0.0.1:{}/sip", port.recv().unwrap());
        Self { uri, stop, thread, accounts }
    }

    fn stop(self) {
        self.stop.send(()).unwrap();
        self.thread.join().unwrap();
        fs::remove_file(self.accounts).unwrap();
    }
}

/// Linux tells it.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
