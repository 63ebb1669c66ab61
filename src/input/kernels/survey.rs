//! What a scan must know of a text before it takes lines for records, and where its literals stand, in one pass.
//!
//! The kernel only notes which 64 bytes hold something, a round of them at a time; what it is, is looked at between the rounds. So its
//! constants stay in registers, and it has no branch that depends on the text.

use std::ops::Range;

use super::machine::{self, Kernel, LANES, Machine};
use super::search::{Probe, Wanted, farthest};

/// What a text holds, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary<'a> {
    /// Line feeds between a closing and an opening brace.
    pub between_objects: usize,
    pub ascii: Ascii<'a>,
}

/// The parts of a text that are ASCII.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ascii<'a> {
    bytes: &'a [u8],
    /// Of each so many bytes whether others were seen among them.
    others: Vec<bool>,
}

impl<'a> Ascii<'a> {
    /// A part of the text, if all around it is ASCII.
    #[inline]
    pub fn get(&self, range: Range<usize>) -> Option<&'a str> {
        let part = self.bytes.get(range.clone())?;
        let mut rounds = range.start / ROUND..=range.end / ROUND;
        // SAFETY: all of its bytes were seen to be ASCII. (Those of a mapped file stay what they are unless somebody writes to it meanwhile,
        // which a file that is mapped was not for some time: see `input::bytes`.)
        rounds.all(|round| self.others.get(round) == Some(&false)).then(|| unsafe { std::str::from_utf8_unchecked(part) })
    }

    fn see(&mut self, range: Range<usize>, all: bool) {
        if !all && !range.is_empty() {
            self.others[range.start / ROUND..=(range.end - 1) / ROUND].fill(true);
        }
    }
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

/// Where a pass found what it looked for, in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    pub line_feeds: Vec<usize>,
    pub hits: Vec<usize>,
}

impl Marks {
    pub fn clear(&mut self) {
        self.line_feeds.clear();
        self.hits.clear();
    }
}

/// One pass over a text. It tells what the text holds, and appends to the marks its line feeds, and as hits the indices at which the first
/// byte of a probe stands with its second and `accept` takes it (those of `folding` are taken always), and those of escapes like `\u0041`
/// that `escaped` takes; it is asked about those alone that may stand for an ASCII character or one that folds to one. Where there is no
/// `escaped`, escapes are not looked for, and neither are more than five probes.
pub fn survey<'a>(
    bytes: &'a [u8],
    sought: Sought<'_>,
    marks: &mut Marks,
    accept: impl Fn(usize) -> bool,
    escaped: Option<&dyn Fn(usize) -> bool>,
) -> Summary<'a> {
    let ascii = Ascii { bytes, others: vec![false; bytes.len() / ROUND + 1] };
    let mut notes = Notes { bytes, marks, accept, escaped, ascii, between_objects: 0 };
    // From here on the text is aligned, so that no load crosses the border of a cache line.
    let mut at = bytes.as_ptr().align_offset(LANES).min(bytes.len());
    notes.one_by_one(0..at, sought);
    let mut noted = [Lanes::default(); BLOCKS];
    loop {
        let (start, round) = (at, Round { bytes, at, sought, noted: &mut noted });
        let (count, ascii) = round.run(escaped.is_some(), &mut at);
        if at == start {
            break;
        }
        notes.ascii.see(start..at, ascii);
        noted[..count].iter().for_each(|lanes| notes.note(*lanes));
    }
    notes.one_by_one(at..bytes.len(), sought);
    Summary { between_objects: notes.between_objects, ascii: notes.ascii }
}

/// What a pass has found.
struct Notes<'a, 'n, A> {
    bytes: &'a [u8],
    marks: &'n mut Marks,
    accept: A,
    escaped: Option<&'n dyn Fn(usize) -> bool>,
    ascii: Ascii<'a>,
    between_objects: usize,
}

/// What stands in 64 bytes: a bit for each line feed, for each `\u`, and for each place where a probe hits.
#[derive(Clone, Copy, Default)]
struct Lanes {
    at: usize,
    feeds: u64,
    escapes: u64,
    probed: u64,
    folded: u64,
}

impl<A: Fn(usize) -> bool> Notes<'_, '_, A> {
    #[inline]
    fn note(&mut self, Lanes { at, mut feeds, escapes, probed, folded }: Lanes) {
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
                self.marks.hits.push(here);
            }
            lanes &= lanes - 1;
        }
    }

    #[inline]
    fn line_feed(&mut self, at: usize) {
        self.marks.line_feeds.push(at);
        let between = at > 0 && self.bytes.get(at - 1) == Some(&b'}') && self.bytes.get(at + 1) == Some(&b'{');
        self.between_objects += usize::from(between);
    }

    fn escape(&self, at: usize) -> bool {
        // The third digit of an escape whose character is ASCII and no control character, if the first two are zeros.
        self.bytes.get(at + 4).is_none_or(|digit| digit.wrapping_sub(b'2') < 6) && self.escaped.is_some_and(|escaped| escaped(at))
    }

    /// Goes through some bytes one by one.
    fn one_by_one(&mut self, range: Range<usize>, sought: Sought<'_>) {
        let bytes = self.bytes;
        self.ascii.see(range.clone(), bytes[range.clone()].is_ascii());
        for at in range {
            let here = bytes[at];
            let hits = |probes: &[Probe]| u64::from(probes.iter().any(|probe| probe.hits(bytes, at)));
            let escape = here == b'\\' && bytes.get(at + 1).is_none_or(|next| *next == b'u');
            let feeds = u64::from(here == b'\n');
            self.note(Lanes { at, feeds, escapes: u64::from(escape), probed: hits(sought.probes), folded: hits(sought.folding) });
        }
    }
}

/// So far ahead a mapped file is fetched: two pages, where the processor's own guesses end with each.
pub(super) const AHEAD: usize = 8 << 10;

/// So many times 64 bytes are a round.
const BLOCKS: usize = 64;
pub(super) const ROUND: usize = BLOCKS * LANES;

/// A round of a pass.
struct Round<'r> {
    bytes: &'r [u8],
    at: usize,
    sought: Sought<'r>,
    noted: &'r mut [Lanes; BLOCKS],
}

impl Round<'_> {
    /// Notes those 64 bytes that hold something; gives how many those are, and whether all are ASCII. `to` is how far all was looked at.
    fn run(self, escapes: bool, to: &mut usize) -> (usize, bool) {
        let (round, to) = (self, to);
        let (count, ascii, end) = match (round.sought.probes, escapes) {
            ([a], false) => machine::run(Survey::<1, false> { probes: [*a], round }),
            ([a, b], false) => machine::run(Survey::<2, false> { probes: [*a, *b], round }),
            ([a, b, c], false) => machine::run(Survey::<3, false> { probes: [*a, *b, *c], round }),
            ([a, b, c, d], false) => machine::run(Survey::<4, false> { probes: [*a, *b, *c, *d], round }),
            ([a, b, c, d, e], false) => machine::run(Survey::<5, false> { probes: [*a, *b, *c, *d, *e], round }),
            (_, false) => machine::run(Survey::<0, false> { probes: [], round }),
            ([a], true) => machine::run(Survey::<1, true> { probes: [*a], round }),
            ([a, b], true) => machine::run(Survey::<2, true> { probes: [*a, *b], round }),
            ([a, b, c], true) => machine::run(Survey::<3, true> { probes: [*a, *b, *c], round }),
            ([a, b, c, d], true) => machine::run(Survey::<4, true> { probes: [*a, *b, *c, *d], round }),
            ([a, b, c, d, e], true) => machine::run(Survey::<5, true> { probes: [*a, *b, *c, *d, *e], round }),
            (_, true) => machine::run(Survey::<0, true> { probes: [], round }),
        };
        *to = end;
        (count, ascii)
    }
}

struct Survey<'r, const N: usize, const ESCAPES: bool> {
    probes: [Probe; N],
    round: Round<'r>,
}

impl<const N: usize, const ESCAPES: bool> Kernel for Survey<'_, N, ESCAPES> {
    /// How many 64 bytes were noted, whether all are ASCII, and how far all was looked at.
    type Output = (usize, bool, usize);

    #[inline(always)]
    fn run<M: Machine>(self, machine: M) -> Self::Output {
        let Survey { probes, round: Round { bytes, mut at, sought, noted } } = self;
        let folding = sought.folding;
        let (line_feed, backslash, unicode) = (machine.splat(b'\n'), machine.splat(b'\\'), machine.splat(b'u'));
        let reach = farthest(&probes).max(farthest(folding)).max(1);
        let wanted = Wanted::each(machine, &probes);
        let mut seen = machine.splat(0);
        let mut count = 0;
        for _ in 0..BLOCKS {
            if at + LANES + reach > bytes.len() {
                break;
            }
            machine.prefetch(bytes, at, AHEAD);
            // SAFETY: 64 bytes stand from here on, and as many from `reach` further on.
            let near = unsafe { machine.load(bytes, at) };
            seen = machine.or(seen, near);
            let feeds = machine.equal(near, line_feed);
            let escapes = match ESCAPES {
                // SAFETY: as above.
                true => machine.both(machine.equal(near, backslash), machine.equal(unsafe { machine.load(bytes, at + 1) }, unicode)),
                false => machine.none(),
            };
            // SAFETY: as above; no probe reaches further.
            let hits = |wanted: &Wanted<M>| unsafe { wanted.hits(machine, bytes, at, near) };
            let probed = wanted.iter().fold(machine.none(), |marks, wanted| machine.either(marks, hits(wanted)));
            let mut any = machine.either(machine.either(feeds, escapes), probed);
            let mut folded = 0;
            if !folding.is_empty() && machine.is_any(machine.high(near)) {
                folded = folding.iter().fold(0, |bits, probe| bits | machine.bits(hits(&Wanted::new(machine, *probe))));
                any = machine.either(any, machine.high(near));
            }
            if M::EAGER || machine.is_any(any) {
                let (feeds, escapes, probed) = (machine.bits(feeds), machine.bits(escapes), machine.bits(probed));
                noted[count % BLOCKS] = Lanes { at, feeds, escapes, probed, folded };
                count += usize::from(machine.is_any(any));
            }
            at += LANES;
        }
        (count, !machine.is_any(machine.high(seen)), at)
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

    fn naive(bytes: &[u8], probes: &[Probe], escapes: bool) -> (usize, Marks) {
        let line_feeds: Vec<usize> = (0..bytes.len()).filter(|n| bytes[*n] == b'\n').collect();
        let between = |n: &&usize| **n > 0 && bytes[**n - 1] == b'}' && bytes.get(**n + 1) == Some(&b'{');
        let probed = |n: usize| probes.iter().any(|p| p.hits(bytes, n)) && accept(n) || FOLDING[0].hits(bytes, n);
        let next = |n: usize, accept: fn(&u8) -> bool| bytes.get(n).is_none_or(accept);
        let escape = |n: usize| escapes && bytes[n] == b'\\' && next(n + 1, |b| *b == b'u') && next(n + 4, |b| (b'2'..b'8').contains(b));
        let hits = (0..bytes.len()).filter(|n| probed(*n) || escape(*n)).collect();
        (line_feeds.iter().filter(between).count(), Marks { line_feeds, hits })
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
                        for escaped in [None, Some(&(|_| true) as &dyn Fn(usize) -> bool)] {
                            let mut marks = Marks::default();
                            let summary = survey(bytes, Sought { probes, folding: &FOLDING }, &mut marks, accept, escaped);
                            assert_eq!((summary.between_objects, marks), naive(bytes, probes, escaped.is_some()), "{start}..{end}");
                            assert_eq!(summary.ascii.get(0..bytes.len()).is_some(), bytes.is_ascii());
                        }
                    }
                }
            }
        });
    }

    #[test]
    fn parts_without_other_characters() {
        let text = format!("{}\u{e9}{}", "a".repeat(3 * ROUND), "b".repeat(5 * ROUND));
        machine::on_each(|| {
            for start in 0..LANES {
                let bytes = &text.as_bytes()[start..];
                let ascii = survey(bytes, Sought::of(&[]), &mut Marks::default(), |_| true, None).ascii;
                let other = 3 * ROUND - start;
                for from in (0..bytes.len()).step_by(97) {
                    for to in [from, from + 1, from + 2 * ROUND, bytes.len()] {
                        let (part, pure) = (ascii.get(from..to), bytes.get(from..to).is_some_and(<[u8]>::is_ascii));
                        assert!(part.is_none_or(|part| pure && part.as_bytes() == &bytes[from..to]), "{start} {from}..{to}");
                        let far = to + 2 * ROUND < other || from > other + 2 * ROUND;
                        assert!(part.is_some() || !far || to > bytes.len(), "{start} {from}..{to}");
                    }
                }
            }
        });
    }
}
