//! A small crowd around an embedded server. The large one needs a server for many users: tests/interop/load.mjs.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by panicking")]

use std::{fs, process};
use telnyx_device_loopback::{host::Options, shell::Shell};
use telnyx_device_native::{Account, crowd};
use tokio::sync::oneshot;

const COUNT: usize = 50;

fn account(server: &str, number: usize) -> Account {
    let (user, password) = (format!("phone{number}"), Some(format!("secret{number}")));
    Account { server: server.into(), domain: "localhost".into(), user, password }
}

#[tokio::test]
async fn fifty_phones_lose_nothing() {
    let table = |number| {
        let Account { user, password, .. } = account("", number);
        format!("[[account]]\nuser = {user:?}\npassword = {:?}\n", password.unwrap())
    };
    let accounts = std::env::temp_dir().join(format!("telnyx-device-load-{}.toml", process::id()));
    fs::write(&accounts, (0..COUNT).map(table).collect::<String>()).unwrap();
    let options = Options { port: 0, accounts: Some(accounts.clone()), ..Options::default() };
    let shell = Shell::listen(options).await.unwrap();
    fs::remove_file(accounts).unwrap();

    let server = format!("ws://127.0.0.1:{}/sip", shell.address().port());
    let (stop, stopped) = oneshot::channel();
    let serve = shell.serve(async { _ = stopped.await });
    let calls = async {
        let result = crowd::run(|number| account(&server, number), COUNT, 2).await;
        stop.send(()).unwrap();
        result
    };
    let (served, result) = tokio::join!(serve, calls);
    served.unwrap();
    let figures = result.unwrap_or_else(|lost| panic!("{lost}"));
    println!("{figures}");
}
