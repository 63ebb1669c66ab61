//! What the kernels ask of a machine: 64 bytes side by side. A kernel is written once, over this, and compiled for each machine; which
//! one is at hand is found out when the program runs. (As in the crate `pulp`, and much like `memchr`.)

#[cfg(target_arch = "x86_64")]
use std::sync::atomic::{AtomicU8, Ordering};

use super::portable::Portable;
#[cfg(target_arch = "x86_64")]
use super::{avx2::Avx2, avx512::Avx512};

/// So many bytes are looked at together.
pub const LANES: usize = 64;

/// The instructions of one kind of machine. Who has a value of such a type runs on a machine that has them.
pub trait Machine: Copy {
    /// 64 bytes.
    type Bytes: Copy;
    /// A yes or no for each of 64 bytes.
    type Marks: Copy;
    /// Bits of marks cost nothing, and are sooner had than asked whether there is any.
    const EAGER: bool;

    /// The 64 bytes from `at` on.
    ///
    /// # Safety
    /// So many must stand there.
    unsafe fn load(self, bytes: &[u8], at: usize) -> Self::Bytes;
    /// Bids the memory bring what stands `distance` behind `at`, if anything does.
    fn prefetch(self, bytes: &[u8], at: usize, distance: usize);
    /// One byte 64 times.
    fn splat(self, byte: u8) -> Self::Bytes;
    /// The bits that are set in either.
    fn or(self, a: Self::Bytes, b: Self::Bytes) -> Self::Bytes;
    /// Which bytes are the same in both.
    fn equal(self, a: Self::Bytes, b: Self::Bytes) -> Self::Marks;
    /// Which bytes are no ASCII.
    fn high(self, bytes: Self::Bytes) -> Self::Marks;
    fn none(self) -> Self::Marks;
    fn both(self, a: Self::Marks, b: Self::Marks) -> Self::Marks;
    fn either(self, a: Self::Marks, b: Self::Marks) -> Self::Marks;
    fn is_any(self, marks: Self::Marks) -> bool;
    /// A bit for each byte, the first one's the lowest.
    fn bits(self, marks: Self::Marks) -> u64;
}

/// Something to do with a machine's instructions. `run` and all that it calls must be inlined, or it is compiled without them.
pub trait Kernel {
    type Output;
    fn run<M: Machine>(self, machine: M) -> Self::Output;
}

/// Runs a kernel with the best instructions that there are.
#[inline]
pub fn run<K: Kernel>(kernel: K) -> K::Output {
    #[cfg(target_arch = "x86_64")]
    match level() {
        // SAFETY: `level` has asked for all of these.
        AVX512 => return unsafe { with_avx512(kernel) },
        // SAFETY: as above.
        AVX2 => return unsafe { with_avx2(kernel) },
        _ => {}
    }
    kernel.run(Portable)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx2,bmi1,bmi2,popcnt,lzcnt")]
fn with_avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run(Avx512::new())
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
fn with_avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run(Avx2::new())
}

#[cfg(target_arch = "x86_64")]
const PORTABLE: u8 = 1;
#[cfg(target_arch = "x86_64")]
const AVX2: u8 = 2;
#[cfg(target_arch = "x86_64")]
const AVX512: u8 = 3;

/// What this machine has; asked once.
#[cfg(target_arch = "x86_64")]
#[inline]
fn level() -> u8 {
    #[cfg(test)]
    if tests::HELD_TO.get() > 0 {
        return tests::HELD_TO.get();
    }
    static KNOWN: AtomicU8 = AtomicU8::new(0);
    match KNOWN.load(Ordering::Relaxed) {
        0 => {
            let level = detect();
            KNOWN.store(level, Ordering::Relaxed);
            level
        }
        known => known,
    }
}

#[cfg(target_arch = "x86_64")]
fn detect() -> u8 {
    use std::arch::is_x86_feature_detected as has;
    let avx2 = has!("avx2") && has!("bmi1") && has!("bmi2") && has!("popcnt");
    match avx2 {
        true if has!("avx512f") && has!("avx512bw") && has!("avx512vl") && has!("lzcnt") => AVX512,
        true => AVX2,
        false => PORTABLE,
    }
}

#[cfg(test)]
pub use tests::on_each;

#[cfg(test)]
mod tests {
    use super::*;

    thread_local! {
        /// The instructions that this thread has to do with, or 0.
        pub static HELD_TO: std::cell::Cell<u8> = const { std::cell::Cell::new(0) };
    }

    /// Runs a test with each kind of instructions that this machine has.
    pub fn on_each(test: impl Fn()) {
        #[cfg(target_arch = "x86_64")]
        for level in PORTABLE..=detect() {
            HELD_TO.set(level);
            test();
        }
        HELD_TO.set(0);
        test();
    }
}
