//! The kernels in AVX2, with the bit instructions that all machines with AVX2 have.

use std::arch::x86_64::*;

use super::containers::{self, Structure};
use super::search::Probe;
use super::survey::Survey;

const LANES: usize = 32;

/// Has this machine what the kernels here are compiled for?
#[inline]
pub fn is_there() -> bool {
    use std::arch::is_x86_feature_detected as has;
    has!("avx2") && has!("bmi1") && has!("bmi2") && has!("popcnt")
}

/// The 32 bytes from `at` on.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
fn load(bytes: &[u8], at: usize) -> __m256i {
    debug_assert!(at + LANES <= bytes.len());
    // SAFETY: callers have made sure that 32 bytes stand from `at` on; the load needs no alignment.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().add(at).cast()) }
}

#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
fn splat(byte: u8) -> __m256i {
    _mm256_set1_epi8(byte.cast_signed())
}

/// The bits of two loads that follow each other.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
fn mask(low: __m256i, high: __m256i) -> u64 {
    let [low, high] = [_mm256_movemask_epi8(low), _mm256_movemask_epi8(high)];
    u64::from(low.cast_unsigned()) | u64::from(high.cast_unsigned()) << LANES
}

/// A probe, each byte in all lanes.
#[derive(Clone, Copy)]
struct Wanted {
    first: __m256i,
    second: __m256i,
    fold: __m256i,
    distance: usize,
}

#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
fn wanted(probe: Probe) -> Wanted {
    Wanted { first: splat(probe.first), second: splat(probe.second), fold: splat(probe.fold), distance: probe.distance }
}

/// The lanes of the 32 bytes from `at` on, which are `near`, where a probe hits.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
fn probed<const N: usize>(bytes: &[u8], at: usize, near: __m256i, wanted: &[Wanted; N]) -> __m256i {
    let mut hits = _mm256_setzero_si256();
    for wanted in wanted {
        let far = load(bytes, at + wanted.distance);
        let a = _mm256_cmpeq_epi8(_mm256_or_si256(near, wanted.fold), wanted.first);
        let b = _mm256_cmpeq_epi8(_mm256_or_si256(far, wanted.fold), wanted.second);
        hits = _mm256_or_si256(hits, _mm256_and_si256(a, b));
    }
    hits
}

/// Also says how far it came: what is left is shorter than the probes, or than a load.
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
pub fn find<const N: usize>(
    bytes: &[u8],
    from: usize,
    probes: &[Probe; N],
    accept: &mut impl FnMut(usize) -> bool,
) -> (Option<usize>, usize) {
    let farthest = probes.iter().map(|p| p.distance).max().unwrap_or(0);
    let wanted = probes.map(|p| wanted(p));
    let mut at = from;
    while at + 2 * LANES + farthest <= bytes.len() {
        let low = probed(bytes, at, load(bytes, at), &wanted);
        let high = probed(bytes, at + LANES, load(bytes, at + LANES), &wanted);
        let both = _mm256_or_si256(low, high);
        if _mm256_testz_si256(both, both) == 0 {
            let found = first(at, mask(low, high), accept);
            if found.is_some() {
                return (found, at);
            }
        }
        at += 2 * LANES;
    }
    // The last loads end with the text; the lanes before `at` were seen.
    while at + farthest < bytes.len() && LANES + farthest <= bytes.len() {
        let start = at.min(bytes.len() - farthest - LANES);
        let hits = mask(probed(bytes, start, load(bytes, start), &wanted), _mm256_setzero_si256());
        let found = first(start, hits >> (at - start) << (at - start), accept);
        if found.is_some() {
            return (found, at);
        }
        at = start + LANES;
    }
    (None, at)
}

/// The first of some lanes that is accepted.
#[inline(always)]
fn first(at: usize, mut lanes: u64, accept: &mut impl FnMut(usize) -> bool) -> Option<usize> {
    while lanes != 0 {
        let hit = at + lanes.trailing_zeros() as usize;
        if accept(hit) {
            return Some(hit);
        }
        lanes &= lanes - 1;
    }
    None
}

/// Surveys all bytes but for a rest, whose index it returns.
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
pub fn survey<const N: usize, A, E>(probes: &[Probe; N], survey: &mut Survey<'_, A, E>) -> usize
where
    A: Fn(usize) -> bool,
    E: Fn(usize) -> bool,
{
    let bytes = survey.bytes;
    let (line_feed, backslash, unicode) = (splat(b'\n'), splat(b'\\'), splat(b'u'));
    let farthest = probes.iter().map(|p| p.distance).max().unwrap_or(0).max(1);
    let wanted = probes.map(|p| wanted(p));
    let mut seen = _mm256_setzero_si256();
    let mut at = 0;
    while at + 2 * LANES + farthest <= bytes.len() {
        let (low, high) = (load(bytes, at), load(bytes, at + LANES));
        seen = _mm256_or_si256(seen, _mm256_or_si256(low, high));
        let (feeds_low, feeds_high) = (_mm256_cmpeq_epi8(low, line_feed), _mm256_cmpeq_epi8(high, line_feed));
        let (u_low, u_high) = (load(bytes, at + 1), load(bytes, at + LANES + 1));
        let escapes_low = _mm256_and_si256(_mm256_cmpeq_epi8(low, backslash), _mm256_cmpeq_epi8(u_low, unicode));
        let escapes_high = _mm256_and_si256(_mm256_cmpeq_epi8(high, backslash), _mm256_cmpeq_epi8(u_high, unicode));
        let probed_low = probed(bytes, at, low, &wanted);
        let probed_high = probed(bytes, at + LANES, high, &wanted);
        let feeds = _mm256_or_si256(feeds_low, feeds_high);
        let others = _mm256_or_si256(_mm256_or_si256(escapes_low, escapes_high), _mm256_or_si256(probed_low, probed_high));
        let any = _mm256_or_si256(feeds, others);
        if _mm256_testz_si256(any, any) == 0 {
            survey.block(at, mask(feeds_low, feeds_high), mask(escapes_low, escapes_high), mask(probed_low, probed_high));
        }
        at += 2 * LANES;
    }
    survey.summary.ascii &= _mm256_movemask_epi8(seen) == 0;
    at
}

/// See `containers::container_end`.
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
pub fn container_end(bytes: &[u8], at: usize) -> Option<usize> {
    containers::walk(bytes, at, |block| structure(block))
}

/// See `containers::cell_end`.
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
pub fn cell_end(bytes: &[u8], at: usize) -> Option<usize> {
    containers::pair(bytes, at, |block| structure(block))
}

/// Where quotes, backslashes and brackets stand in a block.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
fn structure(block: &[u8; containers::BLOCK]) -> Structure {
    let (low, high) = (load(block, 0), load(block, LANES));
    let fold = splat(0x20);
    let (folded_low, folded_high) = (_mm256_or_si256(low, fold), _mm256_or_si256(high, fold));
    let [quote, backslash, opening, closing] = [b'"', b'\\', b'{', b'}'].map(|byte| splat(byte));
    Structure {
        quotes: mask(_mm256_cmpeq_epi8(low, quote), _mm256_cmpeq_epi8(high, quote)),
        backslashes: mask(_mm256_cmpeq_epi8(low, backslash), _mm256_cmpeq_epi8(high, backslash)),
        opening: mask(_mm256_cmpeq_epi8(folded_low, opening), _mm256_cmpeq_epi8(folded_high, opening)),
        closing: mask(_mm256_cmpeq_epi8(folded_low, closing), _mm256_cmpeq_epi8(folded_high, closing)),
    }
}
