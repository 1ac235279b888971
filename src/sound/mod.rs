//! Sound apart from any browser: which device was chosen.

mod choice;

pub use choice::{Choice, find};
