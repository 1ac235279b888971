//! Sound apart from any browser: which device was chosen, and what a telephone sounds like.

mod choice;
mod tones;

pub use choice::{Choice, find};
pub use tones::{RATE, Sound};
