//! The loops that see every byte of a raw scan. In `portable` they are plain loops over blocks, which compilers turn into vector
//! code (SSE2 and NEON are in the baseline); in `avx2` they are written out, and chosen at run time where the machine has it.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod avx2;
mod containers;
mod portable;
mod search;
mod survey;

pub use containers::{cell_end, container_end};
pub use search::{Probe, find};
pub use survey::{Summary, survey};
