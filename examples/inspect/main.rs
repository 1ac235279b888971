//! What is understood of SIP messages, and what a device would answer: one line of JSON for each file.
//!     cargo run --example inspect -- FILE…

mod device;
mod understood;

use std::process::ExitCode;

fn main() -> ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() {
        eprintln!("Usage: cargo run --example inspect -- FILE…");
        return ExitCode::FAILURE;
    }
    let mut code = ExitCode::SUCCESS;
    for file in files {
        match std::fs::read(&file) {
            Ok(frame) => println!("{}", understood::understood(&file, &frame)),
            Err(error) => {
                eprintln!("{file}: {error}");
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}
