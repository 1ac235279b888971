//! Starts the server and says what can be done with it.

use std::{env, io, process::ExitCode};
use telnyx_device_loopback::{
    host::{HELP, Options, Places, greeting},
    shell::Shell,
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
    let has_page = options.www.join("index.html").is_file();
    if !has_page {
        eprintln!("There is no page in {}: npm run build makes it.", options.www.display());
    }
    let shell = Shell::listen(options).await?;
    print!("{}", greeting(&Places::at(shell.address()), shell.accounts(), has_page));
    shell.serve(stop).await
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
