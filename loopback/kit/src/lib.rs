//! The server as a module of WebAssembly: `turn` reads one frame from standard input and writes those that follow from it
//! to standard output. So no pointer crosses the border; whoever runs the module stands for both.

use std::{
    cell::RefCell,
    io::{self, Read, Write},
    time::Instant,
};
use telnyx_device_loopback::node::Node;

thread_local! {
    static NODE: RefCell<Node> = RefCell::default();
}

/// Takes what happened and says what to do. What is wrong is told on standard error, by a number other than 0.
#[allow(unsafe_code, reason = "the export needs its name")]
#[unsafe(no_mangle)]
pub extern "C" fn turn() -> i32 {
    match NODE.with_borrow_mut(exchange) {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("{error}");
            1
        }
    }
}

fn exchange(node: &mut Node) -> io::Result<()> {
    let mut frame = Vec::new();
    io::stdin().lock().read_to_end(&mut frame)?;
    let frames = node.turn(&frame, Instant::now())?;
    let mut output = io::stdout().lock();
    output.write_all(&frames)?;
    output.flush()
}
