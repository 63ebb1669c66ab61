//! AVX-512: one register of 64 bytes, and marks that are bits.

use std::arch::x86_64::*;

use super::machine::{LANES, Machine};

/// Made by those alone who have asked for AVX-512 with bytes.
#[derive(Clone, Copy)]
pub struct Avx512(());

impl Avx512 {
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    pub fn new() -> Avx512 {
        Avx512(())
    }
}

impl Machine for Avx512 {
    type Bytes = __m512i;
    type Marks = u64;
    const EAGER: bool = true;

    #[inline(always)]
    unsafe fn load(self, bytes: &[u8], at: usize) -> __m512i {
        debug_assert!(at + LANES <= bytes.len());
        // SAFETY: the caller says that 64 bytes stand there; the load needs no alignment.
        unsafe { _mm512_loadu_si512(bytes.as_ptr().add(at).cast()) }
    }

    #[inline(always)]
    fn prefetch(self, bytes: &[u8], at: usize, distance: usize) {
        // SAFETY: a hint, which may be given for any address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(bytes.as_ptr().wrapping_add(at + distance).cast()) }
    }

    #[inline(always)]
    fn splat(self, byte: u8) -> __m512i {
        // SAFETY: who has an `Avx512` runs on a machine that has it.
        unsafe { _mm512_set1_epi8(byte.cast_signed()) }
    }

    #[inline(always)]
    fn or(self, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: as for `splat`.
        unsafe { _mm512_or_si512(a, b) }
    }

    #[inline(always)]
    fn equal(self, a: __m512i, b: __m512i) -> u64 {
        // SAFETY: as for `splat`.
        unsafe { _mm512_cmpeq_epi8_mask(a, b) }
    }

    #[inline(always)]
    fn high(self, bytes: __m512i) -> u64 {
        // SAFETY: as for `splat`.
        unsafe { _mm512_movepi8_mask(bytes) }
    }

    #[inline(always)]
    fn none(self) -> u64 {
        0
    }

    #[inline(always)]
    fn both(self, a: u64, b: u64) -> u64 {
        a & b
    }

    #[inline(always)]
    fn either(self, a: u64, b: u64) -> u64 {
        a | b
    }

    #[inline(always)]
    fn is_any(self, marks: u64) -> bool {
        marks != 0
    }

    #[inline(always)]
    fn bits(self, marks: u64) -> u64 {
        marks
    }
}
