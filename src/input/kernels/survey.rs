//! What a scan must know of a text before it takes lines for records, and where its literals stand, in one pass.

#[cfg(target_arch = "x86_64")]
use super::avx2;
use super::portable;
use super::search::Probe;

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
    if avx2::is_there() {
        // SAFETY: the machine has what they are compiled for.
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
pub(super) struct Survey<'a, A, E> {
    pub bytes: &'a [u8],
    hits: &'a mut Vec<usize>,
    accept: A,
    escaped: E,
    pub summary: Summary,
}

impl<A: Fn(usize) -> bool, E: Fn(usize) -> bool> Survey<'_, A, E> {
    /// Notes what stands in 64 bytes: a bit for each line feed, for each `\u` and for each place where a probe hits.
    #[inline(never)]
    pub fn block(&mut self, at: usize, mut feeds: u64, escapes: u64, probed: u64) {
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

#[cfg(test)]
mod tests {
    use super::*;

    const PROBES: [Probe; 3] = [
        Probe { first: b'o', second: b'n', fold: 0x20, distance: 8 },
        Probe { first: b'"', second: b'U', fold: 0, distance: 1 },
        Probe { first: b'}', second: b'{', fold: 0, distance: 2 },
    ];

    fn accept(at: usize) -> bool {
        !at.is_multiple_of(3)
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
}
