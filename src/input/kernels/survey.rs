//! What a scan must know of a text before it takes lines for records, and where its literals stand, in one pass.

use super::machine::{self, Kernel, LANES, Machine};
use super::search::{Probe, Wanted, farthest};

/// What a text holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary<'a> {
    pub line_feeds: usize,
    /// Those between a closing and an opening brace.
    pub between_objects: usize,
    /// The text itself, if it is ASCII.
    pub ascii: Option<&'a str>,
}

/// What a pass looks for beside line feeds.
#[derive(Clone, Copy, Debug)]
pub struct Sought<'p> {
    pub probes: &'p [Probe],
    /// Probes whose first byte is no ASCII; they cost nothing where there is none.
    pub folding: &'p [Probe],
}

impl<'p> Sought<'p> {
    pub fn of(probes: &'p [Probe]) -> Sought<'p> {
        Sought { probes, folding: &[] }
    }
}

/// One pass over a text. It tells what the text holds, and appends to `hits`, in ascending order, the indices at which the first byte of
/// a probe stands with its second and `accept` takes it (those of `folding` are taken always), and those of escapes like `\u0041` that
/// `escaped` takes; it is asked about those alone that may stand for an ASCII character or one that folds to one. More than four probes
/// are not looked for.
pub fn survey<'a>(
    bytes: &'a [u8],
    sought: Sought<'_>,
    hits: &mut Vec<usize>,
    accept: impl Fn(usize) -> bool,
    escaped: impl Fn(usize) -> bool,
) -> Summary<'a> {
    let mut notes = Notes { bytes, hits, accept, escaped, ascii: true, line_feeds: 0, between_objects: 0 };
    let folding = sought.folding;
    let at = match sought.probes {
        [a] => machine::run(Survey { probes: [*a], folding, notes: &mut notes }),
        [a, b] => machine::run(Survey { probes: [*a, *b], folding, notes: &mut notes }),
        [a, b, c] => machine::run(Survey { probes: [*a, *b, *c], folding, notes: &mut notes }),
        [a, b, c, d] => machine::run(Survey { probes: [*a, *b, *c, *d], folding, notes: &mut notes }),
        _ => machine::run(Survey { probes: [], folding, notes: &mut notes }),
    };
    notes.rest(at, sought);
    let Notes { ascii, line_feeds, between_objects, .. } = notes;
    // SAFETY: all of its bytes were seen to be ASCII.
    let ascii = ascii.then(|| unsafe { std::str::from_utf8_unchecked(bytes) });
    Summary { line_feeds, between_objects, ascii }
}

/// What a pass has found.
struct Notes<'a, 'h, A, E> {
    bytes: &'a [u8],
    hits: &'h mut Vec<usize>,
    accept: A,
    escaped: E,
    /// All bytes seen so far are ASCII.
    ascii: bool,
    line_feeds: usize,
    between_objects: usize,
}

/// What stands in 64 bytes: a bit for each line feed, for each `\u`, and for each place where a probe hits.
#[derive(Clone, Copy, Default)]
struct Lanes {
    feeds: u64,
    escapes: u64,
    probed: u64,
    folded: u64,
}

impl<A: Fn(usize) -> bool, E: Fn(usize) -> bool> Notes<'_, '_, A, E> {
    #[inline(never)]
    fn note(&mut self, at: usize, Lanes { mut feeds, escapes, probed, folded }: Lanes) {
        while feeds != 0 {
            self.line_feed(at + feeds.trailing_zeros() as usize);
            feeds &= feeds - 1;
        }
        let mut lanes = escapes | probed | folded;
        while lanes != 0 {
            let lane = lanes & lanes.wrapping_neg();
            let here = at + lanes.trailing_zeros() as usize;
            let hit = folded & lane != 0 || (probed & lane != 0 && (self.accept)(here)) || (escapes & lane != 0 && self.escape(here));
            if hit {
                self.hits.push(here);
            }
            lanes &= lanes - 1;
        }
    }

    #[inline]
    fn line_feed(&mut self, at: usize) {
        self.line_feeds += 1;
        let between = at > 0 && self.bytes.get(at - 1) == Some(&b'}') && self.bytes.get(at + 1) == Some(&b'{');
        self.between_objects += usize::from(between);
    }

    #[inline]
    fn escape(&self, at: usize) -> bool {
        // The third digit of an escape whose character is ASCII and no control character, if the first two are zeros.
        self.bytes.get(at + 4).is_none_or(|digit| digit.wrapping_sub(b'2') < 6) && (self.escaped)(at)
    }

    /// Goes through what is left, byte by byte.
    fn rest(&mut self, from: usize, sought: Sought<'_>) {
        let bytes = self.bytes;
        for (at, here) in bytes.iter().enumerate().skip(from) {
            self.ascii &= here.is_ascii();
            let hits = |probes: &[Probe]| u64::from(probes.iter().any(|probe| probe.hits(bytes, at)));
            let escape = *here == b'\\' && bytes.get(at + 1).is_none_or(|next| *next == b'u');
            let lanes = Lanes {
                feeds: u64::from(*here == b'\n'),
                escapes: u64::from(escape),
                probed: hits(sought.probes),
                folded: hits(sought.folding),
            };
            self.note(at, lanes);
        }
    }
}

struct Survey<'n, 'p, 'a, 'h, const N: usize, A, E> {
    probes: [Probe; N],
    folding: &'p [Probe],
    notes: &'n mut Notes<'a, 'h, A, E>,
}

impl<const N: usize, A: Fn(usize) -> bool, E: Fn(usize) -> bool> Kernel for Survey<'_, '_, '_, '_, N, A, E> {
    /// How far all was looked at.
    type Output = usize;

    #[inline(always)]
    fn run<M: Machine>(self, machine: M) -> usize {
        let Survey { probes, folding, notes } = self;
        let bytes = notes.bytes;
        let [line_feed, backslash, unicode] = [b'\n', b'\\', b'u'].map(|byte| machine.splat(byte));
        let reach = farthest(&probes).max(farthest(folding)).max(1);
        let wanted = probes.map(|probe| Wanted::new(machine, probe));
        let mut seen = machine.splat(0);
        let mut at = 0;
        while at + LANES + reach <= bytes.len() {
            // SAFETY: 64 bytes stand from here on, and as many from `reach` further on.
            let (near, next) = unsafe { (machine.load(bytes, at), machine.load(bytes, at + 1)) };
            seen = machine.or(seen, near);
            let feeds = machine.equal(near, line_feed);
            let escapes = machine.both(machine.equal(near, backslash), machine.equal(next, unicode));
            // SAFETY: as above; no probe reaches further.
            let hits = |wanted: &Wanted<M>| unsafe { wanted.hits(machine, bytes, at, near) };
            let probed = wanted.iter().fold(machine.none(), |marks, wanted| machine.either(marks, hits(wanted)));
            let high = if folding.is_empty() { machine.none() } else { machine.high(near) };
            let any = machine.either(machine.either(feeds, escapes), machine.either(probed, high));
            if machine.is_any(any) {
                let mut folded = 0;
                if machine.is_any(high) {
                    folded = folding.iter().fold(0, |bits, probe| bits | machine.bits(hits(&Wanted::new(machine, *probe))));
                }
                let (feeds, escapes, probed) = (machine.bits(feeds), machine.bits(escapes), machine.bits(probed));
                notes.note(at, Lanes { feeds, escapes, probed, folded });
            }
            at += LANES;
        }
        notes.ascii &= !machine.is_any(machine.high(seen));
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
        !at.is_multiple_of(3)
    }

    const FOLDING: [Probe; 1] = [Probe { first: 0xC5, second: 0xBF, fold: 0, distance: 1 }];

    fn naive<'a>(bytes: &'a [u8], probes: &[Probe]) -> (Summary<'a>, Vec<usize>) {
        let feeds: Vec<usize> = (0..bytes.len()).filter(|n| bytes[*n] == b'\n').collect();
        let between = |n: &&usize| **n > 0 && bytes[**n - 1] == b'}' && bytes.get(**n + 1) == Some(&b'{');
        let probed = |n: usize| probes.iter().any(|p| p.hits(bytes, n)) && accept(n) || FOLDING[0].hits(bytes, n);
        let next = |n: usize, accept: fn(&u8) -> bool| bytes.get(n).is_none_or(accept);
        let escape = |n: usize| bytes[n] == b'\\' && next(n + 1, |b| *b == b'u') && next(n + 4, |b| (b'2'..b'8').contains(b));
        let hits = (0..bytes.len()).filter(|n| probed(*n) || escape(*n)).collect();
        let between_objects = feeds.iter().filter(between).count();
        (Summary { line_feeds: feeds.len(), between_objects, ascii: std::str::from_utf8(bytes).ok().filter(|text| text.is_ascii()) }, hits)
    }

    #[test]
    fn a_survey_sees_every_byte() {
        let ascii = "x,\"Operation\":\"New\",\n{\"a\\u0041\\\\\":\"\\u00e9\"}\n{\"UserId\":1}\n\n{x}\n".repeat(9);
        let other = ascii.replacen("{x}", "{ſ\u{17e}}", 3);
        machine::on_each(|| {
            for (text, start) in [&ascii, &other].into_iter().flat_map(|text| (0..90).map(move |start| (text, start))) {
                for end in [start, start + 3, start + 64, start + 100, start + 129, text.len()] {
                    let bytes = &text.as_bytes()[start..end];
                    for probes in (0..=PROBES.len()).map(|count| &PROBES[..count]) {
                        let mut hits = Vec::new();
                        let summary = survey(bytes, Sought { probes, folding: &FOLDING }, &mut hits, accept, |_| true);
                        assert_eq!((summary, hits), naive(bytes, probes), "{start}..{end}");
                    }
                }
            }
        });
    }
}
