//! How well a call is heard: from the browser's counters to a mean opinion score, warnings and a report.
//!
//! [`Counters`] are what `getStats()` counts since the beginning of a call. Two of them, a second apart, make a
//! [`Sample`]; samples make a [`Summary`] of the call, and [`Warnings`] where something stays bad. The score is that of
//! the E-model, [`mos`].
//!
//! Nothing here knows of browsers. A number that a browser does not tell is NaN: whatever is computed from it is unknown,
//! too, and no limit is ever crossed by it.

pub mod mos;
mod sample;
mod summary;
mod warnings;

pub use mos::Codec;
pub use sample::{Counters, Sample, Sampler, Wanted};
pub use summary::{Range, Summary};
pub use warnings::{Change, Warning, Warnings};
