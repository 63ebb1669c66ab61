//! The loops that see every byte of a raw scan. In `portable` they are plain loops over blocks, which compilers turn into vector
//! code (SSE2 and NEON are in the baseline); in `avx2` they are written out, and chosen at run time where the machine has it.
#![allow(unsafe_code)]

/// Two bytes that a wanted text holds, at a fixed distance; compared after `fold` was set in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    pub first: u8,
    pub second: u8,
    /// 0, or 0x20 to let ASCII letters match in either case.
    pub fold: u8,
    /// How far the second byte stands behind the first; at most `Probe::FARTHEST`.
    pub distance: usize,
}

impl Probe {
    pub const FARTHEST: usize = 64;
}

/// The first index from `from` on at which the first byte of a probe stands with its second, and which `accept` takes.
pub fn find(bytes: &[u8], from: usize, probes: &[Probe], mut accept: impl FnMut(usize) -> bool) -> Option<usize> {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the machine has AVX2.
        let (found, rest) = unsafe {
            match probes {
                [a] => avx2::find(bytes, from, &[*a], &mut accept),
                [a, b] => avx2::find(bytes, from, &[*a, *b], &mut accept),
                [a, b, c] => avx2::find(bytes, from, &[*a, *b, *c], &mut accept),
                [a, b, c, d] => avx2::find(bytes, from, &[*a, *b, *c, *d], &mut accept),
                _ => (None, from),
            }
        };
        return found.or_else(|| portable::find(bytes, rest, probes, accept));
    }
    portable::find(bytes, from, probes, accept)
}

/// What a text holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub line_feeds: usize,
    /// Those between a closing and an opening brace.
    pub between_objects: usize,
    pub ascii: bool,
}

/// One pass over a text. It tells what the text holds, and appends to `hits`, in ascending order, the indices at which the first byte of
/// a probe stands with its second and `accept` takes it, and those of escapes like `\u0041` that `escaped` takes; it is asked
/// about those alone that may stand for an ASCII character or one that folds to one.
pub fn survey(
    bytes: &[u8],
    probes: &[Probe],
    hits: &mut Vec<usize>,
    accept: impl Fn(usize) -> bool,
    escaped: impl Fn(usize) -> bool,
) -> Summary {
    let summary = Summary { ascii: true, ..Summary::default() };
    let mut survey = Survey { bytes, hits, accept, escaped, summary };
    let mut at = 0;
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the machine has AVX2.
        at = unsafe {
            match probes {
                [] => avx2::survey(&[], &mut survey),
                [a] => avx2::survey(&[*a], &mut survey),
                [a, b] => avx2::survey(&[*a, *b], &mut survey),
                [a, b, c] => avx2::survey(&[*a, *b, *c], &mut survey),
                [a, b, c, d] => avx2::survey(&[*a, *b, *c, *d], &mut survey),
                _ => 0,
            }
        };
    }
    portable::survey(at, probes, &mut survey);
    survey.summary
}

/// A pass in progress.
struct Survey<'a, A, E> {
    bytes: &'a [u8],
    hits: &'a mut Vec<usize>,
    accept: A,
    escaped: E,
    summary: Summary,
}

impl<A: Fn(usize) -> bool, E: Fn(usize) -> bool> Survey<'_, A, E> {
    /// Notes what stands in 64 bytes: a bit for each line feed, for each `\u` and for each place where a probe hits.
    #[inline(never)]
    fn block(&mut self, at: usize, mut feeds: u64, escapes: u64, probed: u64) {
        while feeds != 0 {
            self.line_feed(at + feeds.trailing_zeros() as usize);
            feeds &= feeds - 1;
        }
        let mut lanes = escapes | probed;
        while lanes != 0 {
            let lane = lanes & lanes.wrapping_neg();
            let here = at + lanes.trailing_zeros() as usize;
            if (probed & lane != 0 && (self.accept)(here)) || (escapes & lane != 0 && self.escape(here)) {
                self.hits.push(here);
            }
            lanes &= lanes - 1;
        }
    }

    #[inline]
    fn line_feed(&mut self, at: usize) {
        self.summary.line_feeds += 1;
        let between = at > 0 && self.bytes.get(at - 1) == Some(&b'}') && self.bytes.get(at + 1) == Some(&b'{');
        self.summary.between_objects += usize::from(between);
    }

    #[inline]
    fn escape(&self, at: usize) -> bool {
        // The third digit of an escape whose character is ASCII and no control character, if the first two are zeros.
        self.bytes.get(at + 4).is_none_or(|digit| digit.wrapping_sub(b'2') < 6) && (self.escaped)(at)
    }
}

mod portable {
    use super::{Probe, Survey};

    const BLOCK: usize = 64;

    pub fn find(bytes: &[u8], from: usize, probes: &[Probe], mut accept: impl FnMut(usize) -> bool) -> Option<usize> {
        let farthest = probes.iter().map(|p| p.distance).max()?;
        let mut at = from;
        while at + BLOCK + farthest <= bytes.len() {
            let mut hits = [0u8; BLOCK];
            for probe in probes {
                let (Some(near), Some(far)) = (block(bytes, at), block(bytes, at + probe.distance)) else { break };
                for lane in 0..BLOCK {
                    let hit = ((near[lane] | probe.fold) == probe.first) & ((far[lane] | probe.fold) == probe.second);
                    hits[lane] |= u8::from(hit);
                }
            }
            if hits.iter().fold(0, |any, hit| any | hit) != 0 {
                for (lane, _) in hits.iter().enumerate().filter(|(_, hit)| **hit != 0) {
                    if accept(at + lane) {
                        return Some(at + lane);
                    }
                }
            }
            at += BLOCK;
        }
        let stands = |at: usize, byte: u8, fold: u8| bytes.get(at).is_some_and(|b| b | fold == byte);
        (at..bytes.len())
            .find(|at| probes.iter().any(|p| stands(*at, p.first, p.fold) && stands(*at + p.distance, p.second, p.fold)) && accept(*at))
    }

    #[inline(always)]
    fn block(bytes: &[u8], at: usize) -> Option<&[u8; BLOCK]> {
        bytes.get(at..at + BLOCK).and_then(|block| block.try_into().ok())
    }

    /// Surveys the bytes from `at` on.
    pub fn survey<A: Fn(usize) -> bool, E: Fn(usize) -> bool>(mut at: usize, probes: &[Probe], survey: &mut Survey<'_, A, E>) {
        let bytes = survey.bytes;
        let farthest = probes.iter().map(|p| p.distance).max().unwrap_or(0).max(1);
        while at + BLOCK + farthest <= bytes.len() {
            let (Some(near), Some(next)) = (block(bytes, at), block(bytes, at + 1)) else { break };
            let (mut high, mut rare) = ([0u8; BLOCK], [0u8; BLOCK]);
            for lane in 0..BLOCK {
                high[lane] |= near[lane];
                rare[lane] = u8::from(near[lane] == b'\n') | (u8::from(near[lane] == b'\\') & u8::from(next[lane] == b'u'));
            }
            for probe in probes {
                let Some(far) = block(bytes, at + probe.distance) else { break };
                for lane in 0..BLOCK {
                    rare[lane] |= u8::from(((near[lane] | probe.fold) == probe.first) & ((far[lane] | probe.fold) == probe.second));
                }
            }
            survey.summary.ascii &= high.is_ascii();
            if rare.iter().fold(0, |any, lane| any | lane) != 0 {
                (0..BLOCK).filter(|lane| rare[*lane] != 0).for_each(|lane| byte(at + lane, probes, survey));
            }
            at += BLOCK;
        }
        for at in at..bytes.len() {
            survey.summary.ascii &= bytes[at].is_ascii();
            byte(at, probes, survey);
        }
    }

    /// Notes what stands at an index.
    fn byte<A: Fn(usize) -> bool, E: Fn(usize) -> bool>(at: usize, probes: &[Probe], survey: &mut Survey<'_, A, E>) {
        let stands = |at: usize, byte: u8, fold: u8| survey.bytes.get(at).is_some_and(|b| b | fold == byte);
        let probed = probes.iter().any(|p| stands(at, p.first, p.fold) && stands(at + p.distance, p.second, p.fold));
        let escape = stands(at, b'\\', 0) && survey.bytes.get(at + 1).is_none_or(|b| *b == b'u');
        let feed = stands(at, b'\n', 0);
        survey.block(at, u64::from(feed), u64::from(escape), u64::from(probed));
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::*;

    use super::{Probe, Survey};

    const LANES: usize = 32;

    /// The 32 bytes from `at` on.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(bytes: &[u8], at: usize) -> __m256i {
        debug_assert!(at + LANES <= bytes.len());
        // SAFETY: callers have made sure that 32 bytes stand from `at` on; the load needs no alignment.
        unsafe { _mm256_loadu_si256(bytes.as_ptr().add(at).cast()) }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn splat(byte: u8) -> __m256i {
        _mm256_set1_epi8(byte.cast_signed())
    }

    /// The bits of two loads that follow each other.
    #[inline]
    #[target_feature(enable = "avx2")]
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
    #[target_feature(enable = "avx2")]
    fn wanted(probe: Probe) -> Wanted {
        Wanted { first: splat(probe.first), second: splat(probe.second), fold: splat(probe.fold), distance: probe.distance }
    }

    /// The lanes of the 32 bytes from `at` on, which are `near`, where a probe hits.
    #[inline]
    #[target_feature(enable = "avx2")]
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
    #[target_feature(enable = "avx2")]
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
    #[target_feature(enable = "avx2")]
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
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROBES: [Probe; 3] = [
        Probe { first: b'o', second: b'n', fold: 0x20, distance: 8 },
        Probe { first: b'"', second: b'U', fold: 0, distance: 1 },
        Probe { first: b'}', second: b'{', fold: 0, distance: 2 },
    ];

    fn accept(at: usize) -> bool {
        at % 3 != 0
    }

    fn naive(bytes: &[u8], probes: &[Probe]) -> (Summary, Vec<usize>) {
        let feeds: Vec<usize> = (0..bytes.len()).filter(|n| bytes[*n] == b'\n').collect();
        let between = |n: &&usize| **n > 0 && bytes[**n - 1] == b'}' && bytes.get(**n + 1) == Some(&b'{');
        let stands = |n: usize, byte: u8, fold: u8| bytes.get(n).is_some_and(|b| b | fold == byte);
        let probed = |n: usize| probes.iter().any(|p| stands(n, p.first, p.fold) && stands(n + p.distance, p.second, p.fold));
        let next = |n: usize, accept: fn(&u8) -> bool| bytes.get(n).is_none_or(accept);
        let escape = |n: usize| bytes[n] == b'\\' && next(n + 1, |b| *b == b'u') && next(n + 4, |b| (b'2'..b'8').contains(b));
        let hits = (0..bytes.len()).filter(|n| probed(*n) && accept(*n) || escape(*n)).collect();
        let between_objects = feeds.iter().filter(between).count();
        (Summary { line_feeds: feeds.len(), between_objects, ascii: bytes.is_ascii() }, hits)
    }

    #[test]
    fn a_survey_sees_every_byte() {
        let text = "x,\"Operation\":\"New\",\n{\"a\\u0041\\\\\":\"\\u00e9\"}\n{\"UserId\":1}\n\n{x}\n".repeat(9);
        for start in 0..90 {
            for end in [start, start + 3, start + 64, start + 100, start + 129, text.len()] {
                let bytes = &text.as_bytes()[start..end];
                for probes in (0..=PROBES.len()).map(|count| &PROBES[..count]) {
                    let (mut hits, mut plain) = (Vec::new(), Vec::new());
                    let summary = survey(bytes, probes, &mut hits, accept, |_| true);
                    let mut pass = Survey { bytes, hits: &mut plain, accept, escaped: |_| true, summary: Summary::default() };
                    portable::survey(0, probes, &mut pass);
                    let portable = Summary { ascii: summary.ascii, ..pass.summary };
                    assert_eq!((summary, &hits), (portable, &plain), "{start}..{end}");
                    assert_eq!((summary, hits), naive(bytes, probes), "{start}..{end}");
                }
            }
        }
        let ascii = |bytes: &[u8]| survey(bytes, &[], &mut Vec::new(), accept, |_| true).ascii;
        assert!(ascii(&b"x".repeat(600)) && !ascii("é".repeat(200).as_bytes()) && !ascii(&[b"x".repeat(600), "é".into()].concat()));
    }

    #[test]
    fn finds_what_a_plain_search_finds() {
        let text = "the BreakGlass account, breakglass1, and some more text so that blocks are passed ".repeat(5);
        let probe = |fold| Probe { first: b'b', second: b'k', fold, distance: 4 };
        let bytes = text.as_bytes();
        for from in 0..text.len() {
            for fold in [0, 0x20] {
                let stands = |n: &usize| bytes[*n] | fold == b'b' && bytes[n + 4] | fold == b'k';
                assert_eq!(find(bytes, from, &[probe(fold)], |_| true), (from..text.len() - 4).find(stands));
                let later = (from..text.len() - 4).find(|n| stands(n) && n % 3 == 0);
                assert_eq!(find(bytes, from, &[probe(fold)], |at| at % 3 == 0), later);
                assert_eq!(portable::find(bytes, from, &[probe(fold)], |at| at % 3 == 0), later);
            }
        }
        assert_eq!(find(b"b", 0, &[probe(0)], |_| true), None);
    }
}
