//! Starts the server and says what can be done with it.

use std::{env, io, process::ExitCode};
use telnyx_device_loopback::{
    core::Robot,
    shell::{HELP, Options, Shell},
};

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

/// The core is not for several threads, and a development server needs no more than one.
#[tokio::main(flavor = "current_thread")]
async fn run(options: Options) -> io::Result<()> {
    let stop = stop_signal()?;
    if !options.www.join("index.html").is_file() {
        eprintln!("There is no page in {}: npm run build makes it.", options.www.display());
    }
    let shell = Shell::listen(options).await?;
    greet(&shell);
    shell.serve(stop).await
}

/// What a person wants to know, then one line for programs.
fn greet(shell: &Shell) {
    let address = shell.address();
    let host = if address.ip().is_loopback() { "localhost".into() } else { address.ip().to_string() };
    let (host, port) = (if host.contains(':') { format!("[{host}]") } else { host }, address.port());
    println!("The softphone is at http://{host}:{port}/ and speaks SIP with ws://{host}:{port}/sip.\n");
    println!("Sign in as one of these, in each window as another, and call each other:");
    for account in shell.accounts() {
        println!("  {:<10} password {}", account.user, account.password);
    }
    println!("\nOr call a robot:");
    for robot in Robot::ALL {
        println!("  {:<10} {}", robot.name(), robot.does());
    }
    println!(
        "\nlistening {{\"port\":{port},\"page\":\"http://{host}:{port}/\",\"sip\":\"ws://{host}:{port}/sip\"}}"
    );
}

/// Ready at the first SIGINT (Ctrl-C) or SIGTERM.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ready at Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
