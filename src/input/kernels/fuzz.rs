//! The kernels against plain loops, on each kind of instructions: random and adversarial bytes, at all alignments and lengths, each at
//! the very end of an allocation, so that Miri sees a read beyond it. `KALYPSO_CASES=1000000 cargo test --lib kernels::fuzz` tries more
//! than the everyday number.

use super::machine::{LANES, on_each};
use super::{Probe, Sought, cell_end, container_end, find, survey};

/// Numbers that follow from a seed.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % most
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Bytes of few kinds, in runs or not, so that all meetings of them and the ends of blocks come up; the rest is any byte.
    fn bytes(&mut self, kinds: &[u8]) -> Vec<u8> {
        let length = self.pick(&[0, 1, LANES - 1, LANES, LANES + 1, 2 * LANES, 3 * LANES]) + self.below(2 * LANES + 2);
        let (wild, runs) = (self.below(4), self.below(3));
        let mut bytes = Vec::with_capacity(length);
        while bytes.len() < length {
            let byte = if self.below(4) < wild { self.below(256) as u8 } else { self.pick(kinds) };
            let run = if self.below(3) < runs { 1 + self.below(LANES + 2) } else { 1 };
            bytes.extend(std::iter::repeat_n(byte, run.min(length - bytes.len())));
        }
        bytes
    }

    /// Probes of bytes that the text may hold.
    fn probes(&mut self, most: usize, kinds: &[u8]) -> Vec<Probe> {
        let probe = |random: &mut Random| {
            let fold = random.pick(&[0, 0x20]);
            let [first, second] = [random.pick(kinds) | fold, random.pick(kinds) | fold];
            Probe { first, second, fold, distance: random.pick(&[0, 1, 2, 31, 63, Probe::FARTHEST]) }
        };
        (0..self.below(most + 1)).map(|_| probe(self)).collect()
    }
}

/// Tries seeds, and each text that `kinds` make of them at every alignment that a block can have.
fn tried(kinds: &[u8], check: impl Fn(&mut Random, &[u8])) {
    let more = std::env::var("KALYPSO_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = more.unwrap_or(if cfg!(miri) { 20 } else { 3_000 });
    for seed in 0..cases {
        let mut random = Random(seed);
        let bytes = random.bytes(kinds);
        let lead = random.below(LANES);
        let text: Box<[u8]> = std::iter::repeat_n(b'{', lead).chain(bytes).collect();
        on_each(|| check(&mut Random(seed), &text[lead..]));
    }
}

const TEXT: &[u8] = b"bKk\"\\un20{}\n,\xC5\xBF";

fn stands(bytes: &[u8], at: usize, byte: u8, fold: u8) -> bool {
    bytes.get(at).is_some_and(|b| b | fold == byte)
}

fn any_hits(probes: &[Probe], bytes: &[u8], at: usize) -> bool {
    probes.iter().any(|p| stands(bytes, at, p.first, p.fold) && stands(bytes, at + p.distance, p.second, p.fold))
}

#[test]
fn a_search_finds_what_a_loop_finds() {
    tried(TEXT, |random, bytes| {
        let probes = random.probes(4, TEXT);
        let from = random.below(bytes.len() + 2);
        let every = 1 + random.below(4);
        let accept = |at: usize| at.is_multiple_of(every);
        let plain = (from..bytes.len()).find(|at| any_hits(&probes, bytes, *at) && accept(*at));
        assert_eq!(find(bytes, from, &probes, accept), plain, "{probes:?} from {from} in {bytes:?}");
    });
}

#[test]
fn a_survey_tells_what_a_loop_tells() {
    tried(TEXT, |random, bytes| {
        let probes = random.probes(4, TEXT);
        let folding: Vec<Probe> = random.probes(2, b"\xC5\xBF").into_iter().filter(|p| p.first >= 0x80).collect();
        let accept = |at: usize| !at.is_multiple_of(3);
        let mut hits = Vec::new();
        let summary = survey(bytes, Sought { probes: &probes, folding: &folding }, &mut hits, accept, |_| true);
        let feeds: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] == b'\n').collect();
        let between = feeds.iter().filter(|at| **at > 0 && bytes[**at - 1] == b'}' && bytes.get(**at + 1) == Some(&b'{')).count();
        let or_end = |at: usize, is: fn(&u8) -> bool| bytes.get(at).is_none_or(is);
        let escape = |at: usize| bytes[at] == b'\\' && or_end(at + 1, |b| *b == b'u') && or_end(at + 4, |b| (b'2'..b'8').contains(b));
        let hit = |at: &usize| any_hits(&folding, bytes, *at) || any_hits(&probes, bytes, *at) && accept(*at) || escape(*at);
        assert_eq!(hits, (0..bytes.len()).filter(hit).collect::<Vec<_>>(), "{probes:?} and {folding:?} in {bytes:?}");
        assert_eq!((summary.line_feeds, summary.between_objects), (feeds.len(), between), "{bytes:?}");
        assert_eq!(summary.ascii, std::str::from_utf8(bytes).ok().filter(|text| text.is_ascii()), "{bytes:?}");
    });
}

#[test]
fn a_container_ends_where_a_count_ends() {
    tried(b"{}[]\"\\x, ", |_, bytes| {
        // Outside of strings JSON has no backslashes: there too one is held to escape a quote.
        let (mut depth, mut in_string, mut escaped) = (0i32, false, false);
        let plain = bytes.iter().position(|byte| {
            let quote = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            in_string ^= quote;
            let bracket = !in_string && matches!(byte, b'{' | b'[' | b'}' | b']');
            depth += i32::from(bracket) * if matches!(byte, b'{' | b'[') { 1 } else { -1 };
            bracket && depth == 0
        });
        // Only texts that begin with a bracket are asked about.
        if matches!(bytes.first(), Some(b'{' | b'[')) {
            assert_eq!(container_end(bytes, 0), plain.map(|at| at + 1), "{}", bytes.escape_ascii());
        }
    });
}

#[test]
fn a_cell_ends_where_a_loop_ends_it() {
    tried(b"\"\",x", |_, bytes| {
        let (mut at, mut plain) = (0, None);
        while let Some(quote) = bytes[at..].iter().position(|b| *b == b'"').map(|found| at + found) {
            if bytes.get(quote + 1) != Some(&b'"') {
                plain = Some(quote);
                break;
            }
            at = quote + 2;
        }
        assert_eq!(cell_end(bytes, 0), plain, "{}", bytes.escape_ascii());
    });
}
