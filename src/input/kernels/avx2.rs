//! AVX2: two registers of 32 bytes.

use std::arch::x86_64::*;

use super::machine::{LANES, Machine};

/// Made by those alone who have asked for AVX2.
#[derive(Clone, Copy)]
pub struct Avx2(());

/// The first 32 bytes and the last.
type Pair = (__m256i, __m256i);

impl Avx2 {
    #[inline]
    #[target_feature(enable = "avx2")]
    pub fn new() -> Avx2 {
        Avx2(())
    }
}

/// Calls an intrinsic on both halves.
macro_rules! halves {
    ($intrinsic:ident, $a:ident, $b:ident) => {
        // SAFETY: who has an `Avx2` runs on a machine that has it.
        unsafe { ($intrinsic($a.0, $b.0), $intrinsic($a.1, $b.1)) }
    };
}

impl Machine for Avx2 {
    type Bytes = Pair;
    /// All bits of a byte, or of the highest at least, stand for yes.
    type Marks = Pair;
    const EAGER: bool = false;

    #[inline(always)]
    unsafe fn load(self, bytes: &[u8], at: usize) -> Pair {
        debug_assert!(at + LANES <= bytes.len());
        // SAFETY: the caller says that 64 bytes stand there; the loads need no alignment.
        unsafe {
            let start = bytes.as_ptr().add(at);
            (_mm256_loadu_si256(start.cast()), _mm256_loadu_si256(start.add(LANES / 2).cast()))
        }
    }

    #[inline(always)]
    fn prefetch(self, bytes: &[u8], at: usize, distance: usize) {
        // SAFETY: a hint, which may be given for any address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(bytes.as_ptr().wrapping_add(at + distance).cast()) }
    }

    #[inline(always)]
    fn splat(self, byte: u8) -> Pair {
        // SAFETY: as for `halves`.
        let half = unsafe { _mm256_set1_epi8(byte.cast_signed()) };
        (half, half)
    }

    #[inline(always)]
    fn or(self, a: Pair, b: Pair) -> Pair {
        halves!(_mm256_or_si256, a, b)
    }

    #[inline(always)]
    fn equal(self, a: Pair, b: Pair) -> Pair {
        halves!(_mm256_cmpeq_epi8, a, b)
    }

    #[inline(always)]
    fn high(self, bytes: Pair) -> Pair {
        let highest = self.splat(0x80);
        halves!(_mm256_and_si256, bytes, highest)
    }

    #[inline(always)]
    fn none(self) -> Pair {
        self.splat(0)
    }

    #[inline(always)]
    fn both(self, a: Pair, b: Pair) -> Pair {
        halves!(_mm256_and_si256, a, b)
    }

    #[inline(always)]
    fn either(self, a: Pair, b: Pair) -> Pair {
        self.or(a, b)
    }

    #[inline(always)]
    fn is_any(self, marks: Pair) -> bool {
        // SAFETY: as for `halves`.
        unsafe {
            let any = _mm256_or_si256(marks.0, marks.1);
            _mm256_testz_si256(any, any) == 0
        }
    }

    #[inline(always)]
    fn bits(self, marks: Pair) -> u64 {
        // SAFETY: as for `halves`.
        let [low, high] = unsafe { [_mm256_movemask_epi8(marks.0), _mm256_movemask_epi8(marks.1)] };
        u64::from(low.cast_unsigned()) | u64::from(high.cast_unsigned()) << (LANES / 2)
    }
}
