//! The two loops that see every byte of a raw scan. In `portable` they are plain loops over blocks, which compilers turn into vector
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
    /// Whether an escape that stands for an ASCII character other than a control character may be in it (`\u0041`).
    pub escapes: bool,
}

/// One pass that tells whether lines can be taken for records without a look at each.
pub fn summary(bytes: &[u8]) -> Summary {
    let mut summary = Summary { ascii: true, ..Summary::default() };
    let mut at = 0;
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the machine has AVX2.
        at = unsafe { avx2::summary(bytes, &mut summary) };
    }
    at = portable::summary(bytes, at, &mut summary);
    // Each line feed is counted with the byte in front of it, so the very first is not.
    summary.line_feeds += usize::from(bytes.first() == Some(&b'\n'));
    let tail = bytes.get(at..).unwrap_or(&[]);
    for (n, byte) in tail.iter().enumerate() {
        let next = tail.get(n + 1).copied().unwrap_or(0);
        summary.line_feeds += usize::from(next == b'\n');
        summary.between_objects += usize::from(*byte == b'}' && next == b'\n' && tail.get(n + 2) == Some(&b'{'));
        summary.ascii &= byte.is_ascii();
        summary.escapes |= *byte == b'\\' && tail.get(n + 4).is_none_or(|digit| stands_for_ascii(*digit));
    }
    summary
}

/// The third digit of an escape whose character is ASCII and no control character, if the first two are zeros.
#[inline(always)]
fn stands_for_ascii(digit: u8) -> bool {
    digit.wrapping_sub(b'2') < 6
}

mod portable {
    use super::{Probe, Summary, stands_for_ascii};

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

    /// Sums up the bytes from `at` on, but for a rest, whose index it returns.
    pub fn summary(bytes: &[u8], mut at: usize, summary: &mut Summary) -> usize {
        let (mut high, mut escapes) = ([0u8; BLOCK], [0u8; BLOCK]);
        while at + BLOCK + 4 <= bytes.len() {
            let (mut feeds, mut between) = ([0u8; BLOCK], [0u8; BLOCK]);
            let [Some(zero), Some(one), Some(two), Some(four)] = [0, 1, 2, 4].map(|n| block(bytes, at + n)) else { break };
            for lane in 0..BLOCK {
                let feed = u8::from(one[lane] == b'\n');
                feeds[lane] += feed;
                between[lane] += feed & u8::from(zero[lane] == b'}') & u8::from(two[lane] == b'{');
                high[lane] |= zero[lane];
                escapes[lane] |= u8::from((zero[lane] == b'\\') & (one[lane] == b'u') & stands_for_ascii(four[lane]));
            }
            summary.line_feeds += usize::from(feeds.iter().sum::<u8>());
            summary.between_objects += usize::from(between.iter().sum::<u8>());
            at += BLOCK;
        }
        summary.ascii &= high.iter().all(u8::is_ascii);
        summary.escapes |= escapes.iter().any(|n| *n != 0);
        at
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::*;

    use super::{Probe, Summary};

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

    #[inline]
    #[target_feature(enable = "avx2")]
    fn mask(lanes: __m256i) -> u32 {
        _mm256_movemask_epi8(lanes).cast_unsigned()
    }

    /// Also says how far it came: the rest is shorter than two loads.
    #[target_feature(enable = "avx2")]
    pub fn find<const N: usize>(
        bytes: &[u8],
        from: usize,
        probes: &[Probe; N],
        accept: &mut impl FnMut(usize) -> bool,
    ) -> (Option<usize>, usize) {
        let farthest = probes.iter().map(|p| p.distance).max().unwrap_or(0);
        let wanted = probes.map(|p| (splat(p.first), splat(p.second), splat(p.fold), p.distance));
        let mut at = from;
        while at + 2 * LANES + farthest <= bytes.len() {
            let near = [load(bytes, at), load(bytes, at + LANES)];
            let mut hits = [_mm256_setzero_si256(); 2];
            for (first, second, fold, distance) in &wanted {
                for (half, hit) in hits.iter_mut().enumerate() {
                    let far = load(bytes, at + half * LANES + distance);
                    let a = _mm256_cmpeq_epi8(_mm256_or_si256(near[half], *fold), *first);
                    let b = _mm256_cmpeq_epi8(_mm256_or_si256(far, *fold), *second);
                    *hit = _mm256_or_si256(*hit, _mm256_and_si256(a, b));
                }
            }
            let any = _mm256_or_si256(hits[0], hits[1]);
            if _mm256_testz_si256(any, any) == 0 {
                let mut lanes = u64::from(mask(hits[0])) | u64::from(mask(hits[1])) << LANES;
                while lanes != 0 {
                    let hit = at + lanes.trailing_zeros() as usize;
                    if accept(hit) {
                        return (Some(hit), hit);
                    }
                    lanes &= lanes - 1;
                }
            }
            at += 2 * LANES;
        }
        (None, at)
    }

    /// Sums up all bytes but for a rest, whose index it returns.
    #[target_feature(enable = "avx2")]
    pub fn summary(bytes: &[u8], summary: &mut Summary) -> usize {
        let (feed, closing, opening) = (splat(b'\n'), splat(b'}'), splat(b'{'));
        let (backslash, unicode) = (splat(b'\\'), splat(b'u'));
        let mut high = _mm256_setzero_si256();
        let mut escapes = _mm256_setzero_si256();
        let mut at = 0;
        while at + LANES + 4 <= bytes.len() {
            let (zero, one) = (load(bytes, at), load(bytes, at + 1));
            high = _mm256_or_si256(high, zero);
            let feeds = _mm256_cmpeq_epi8(one, feed);
            let found = mask(feeds);
            if found != 0 {
                let objects = _mm256_and_si256(_mm256_cmpeq_epi8(zero, closing), _mm256_cmpeq_epi8(load(bytes, at + 2), opening));
                summary.line_feeds += found.count_ones() as usize;
                summary.between_objects += mask(_mm256_and_si256(feeds, objects)).count_ones() as usize;
            }
            let escape = _mm256_and_si256(_mm256_cmpeq_epi8(zero, backslash), _mm256_cmpeq_epi8(one, unicode));
            if _mm256_testz_si256(escape, escape) == 0 {
                let digit = _mm256_sub_epi8(load(bytes, at + 4), splat(b'2'));
                let ascii = _mm256_cmpeq_epi8(_mm256_min_epu8(digit, splat(5)), digit);
                escapes = _mm256_or_si256(escapes, _mm256_and_si256(escape, ascii));
            }
            at += LANES;
        }
        summary.ascii &= mask(high) == 0;
        summary.escapes |= mask(escapes) != 0;
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(bytes: &[u8]) -> Summary {
        let feeds: Vec<usize> = (0..bytes.len()).filter(|n| bytes[*n] == b'\n').collect();
        let between = |n: &&usize| **n > 0 && bytes[**n - 1] == b'}' && bytes.get(**n + 1) == Some(&b'{');
        Summary {
            line_feeds: feeds.len(),
            between_objects: feeds.iter().filter(between).count(),
            ascii: bytes.is_ascii(),
            escapes: bytes.windows(5).any(|w| w.starts_with(b"\\u") && (b'2'..b'8').contains(&w[4])),
        }
    }

    #[test]
    fn a_summary_counts_every_byte() {
        let text = "{\"a\":1}\n{\"b\\u0041\":2}\n\n{x}\n".repeat(60);
        for start in 0..70 {
            for end in [start, start + 1, start + 5, start + 300, start + 777, text.len()] {
                let bytes = &text.as_bytes()[start..end];
                let (found, expected) = (summary(bytes), naive(bytes));
                let mut plain = Summary::default();
                portable::summary(bytes, 0, &mut plain);
                assert!(plain.line_feeds <= expected.line_feeds && plain.between_objects <= expected.between_objects);
                assert_eq!((found.line_feeds, found.between_objects), (expected.line_feeds, expected.between_objects), "{start}..{end}");
                assert!(found.ascii && (found.escapes || !expected.escapes));
            }
        }
        assert!(!summary("é".repeat(200).as_bytes()).ascii);
        assert!(!summary(&[b"x".repeat(600), "é".into()].concat()).ascii);
        assert!(!summary("\\u00e9 ".repeat(200).as_bytes()).escapes);
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
