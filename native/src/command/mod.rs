//! What is said to the command, and what it says.

mod options;
mod script;
mod told;

pub(crate) use options::{Crowd, HELP, Options};
pub(crate) use script::Script;
pub(crate) use told::told;
