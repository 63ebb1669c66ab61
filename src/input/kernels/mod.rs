//! The loops that see every byte of a raw scan: each is written once, over 64 bytes side by side, and compiled for AVX-512, for AVX2 and
//! as plain loops; `machine` chooses at run time. So is the unpacking of what is compressed. And files as memory. The only module with unsafe code.
#![allow(unsafe_code)]
#![deny(clippy::undocumented_unsafe_blocks)]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod containers;
#[cfg(test)]
mod fuzz;
mod inflate;
mod machine;
#[cfg(unix)]
mod mapping;
mod members;
mod parts;
mod portable;
mod search;
mod survey;

pub use containers::{cell_end, container_end, is_compact, opened};
pub use inflate::{Inflate, SLACK, Stop, WINDOW};
#[cfg(unix)]
pub use mapping::Mapping;
pub use members::{Members, members};
pub use parts::Parts;
pub use search::{Probe, find};
pub use survey::{Ascii, Marks, Sought, Summary, survey};
