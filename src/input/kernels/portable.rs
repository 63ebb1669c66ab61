//! Plain loops over 64 bytes, of which compilers make vector code (SSE2 and NEON are in the baseline).

use super::machine::{LANES, Machine};

#[derive(Clone, Copy)]
pub struct Portable;

impl Machine for Portable {
    type Bytes = [u8; LANES];
    /// The highest bit stands for yes, and no other is set.
    type Marks = [u8; LANES];
    const EAGER: bool = false;

    #[inline(always)]
    unsafe fn load(self, bytes: &[u8], at: usize) -> [u8; LANES] {
        bytes.get(at..at + LANES).and_then(|block| block.try_into().ok()).unwrap_or([0; LANES])
    }

    #[inline(always)]
    fn prefetch(self, _: &[u8], _: usize, _: usize) {}

    #[inline(always)]
    fn splat(self, byte: u8) -> [u8; LANES] {
        [byte; LANES]
    }

    #[inline(always)]
    fn or(self, a: [u8; LANES], b: [u8; LANES]) -> [u8; LANES] {
        lanes(|lane| a[lane] | b[lane])
    }

    #[inline(always)]
    fn equal(self, a: [u8; LANES], b: [u8; LANES]) -> [u8; LANES] {
        lanes(|lane| u8::from(a[lane] == b[lane]) << 7)
    }

    #[inline(always)]
    fn high(self, bytes: [u8; LANES]) -> [u8; LANES] {
        lanes(|lane| bytes[lane] & 0x80)
    }

    #[inline(always)]
    fn none(self) -> [u8; LANES] {
        [0; LANES]
    }

    #[inline(always)]
    fn both(self, a: [u8; LANES], b: [u8; LANES]) -> [u8; LANES] {
        lanes(|lane| a[lane] & b[lane])
    }

    #[inline(always)]
    fn either(self, a: [u8; LANES], b: [u8; LANES]) -> [u8; LANES] {
        self.or(a, b)
    }

    #[inline(always)]
    fn is_any(self, marks: [u8; LANES]) -> bool {
        marks.iter().fold(0, |any, mark| any | mark) != 0
    }

    #[inline(always)]
    fn bits(self, marks: [u8; LANES]) -> u64 {
        marks.iter().enumerate().fold(0, |bits, (lane, mark)| bits | u64::from(mark >> 7) << lane)
    }
}

#[inline(always)]
fn lanes(byte: impl Fn(usize) -> u8) -> [u8; LANES] {
    let mut all = [0; LANES];
    for (lane, each) in all.iter_mut().enumerate() {
        *each = byte(lane);
    }
    all
}
