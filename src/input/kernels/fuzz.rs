//! The kernels against plain loops, on each kind of instructions: random and adversarial bytes, at all alignments and lengths, each at
//! the very end of an allocation, so that Miri sees a read beyond it. `KALYPSO_CASES=1000000 cargo test --lib kernels::fuzz` tries more
//! than the everyday number.

use super::machine::{LANES, on_each};
use super::members::tests::{Noted, plainly};
use super::survey::ROUND;
use super::{Marks, Parts, Probe, Sought, cell_end, container_end, find, is_compact, members, opened, survey};

/// Numbers that follow from a seed.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % most
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Bytes of few kinds, in runs or not, so that all meetings of them and the ends of blocks come up; the rest is any byte.
    fn bytes(&mut self, kinds: &[u8]) -> Vec<u8> {
        let more = if self.below(32) == 0 { ROUND } else { 0 };
        let length = more + self.pick(&[0, 1, LANES - 1, LANES, LANES + 1, 2 * LANES, 3 * LANES]) + self.below(2 * LANES + 2);
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
        let probes = random.probes(5, TEXT);
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
        let probes = random.probes(5, TEXT);
        let folding: Vec<Probe> = random.probes(2, b"\xC5\xBF").into_iter().filter(|p| p.first >= 0x80).collect();
        let accept = |at: usize| !at.is_multiple_of(3);
        let escaped = random.pick(&[None, Some(&(|at: usize| !at.is_multiple_of(5)) as &dyn Fn(usize) -> bool)]);
        let mut marks = Marks::default();
        let summary = survey(bytes, Sought { probes: &probes, folding: &folding }, &mut marks, accept, escaped);
        let feeds: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] == b'\n').collect();
        let between = feeds.iter().filter(|at| **at > 0 && bytes[**at - 1] == b'}' && bytes.get(**at + 1) == Some(&b'{')).count();
        let or_end = |at: usize, is: fn(&u8) -> bool| bytes.get(at).is_none_or(is);
        let escape = |at: usize| bytes[at] == b'\\' && or_end(at + 1, |b| *b == b'u') && or_end(at + 4, |b| (b'2'..b'8').contains(b));
        let wanted = |at: usize| escape(at) && escaped.is_some_and(|escaped| escaped(at));
        let hit = |at: &usize| any_hits(&folding, bytes, *at) || any_hits(&probes, bytes, *at) && accept(*at) || wanted(*at);
        assert_eq!(marks.hits, (0..bytes.len()).filter(hit).collect::<Vec<_>>(), "{probes:?} and {folding:?} in {bytes:?}");
        assert_eq!((marks.line_feeds, summary.between_objects), (feeds, between), "{bytes:?}");
        // A part is given as text only where it is ASCII, and the whole wherever it is.
        let from = random.below(bytes.len() + 1);
        let part = from..from + random.below(bytes.len() + 1 - from);
        let given = summary.ascii.get(part.clone()).map(str::as_bytes);
        assert!(given.is_none_or(|given| given.is_ascii() && given == &bytes[part]), "{bytes:?}");
        assert_eq!(summary.ascii.get(0..bytes.len()).is_some(), bytes.is_ascii(), "{bytes:?}");
    });
}

/// What a walk byte by byte finds: the index behind the outermost container, if that ends; and how many are open at the end, if none is
/// closed too often and the end is in no string.
fn walk(bytes: &[u8], open: u32) -> (Option<usize>, Option<u32>) {
    let (mut depth, mut in_string, mut escaped) = (i64::from(open), false, false);
    let (mut end, mut least) = (None, depth);
    for (at, byte) in bytes.iter().enumerate() {
        let quote = *byte == b'"' && !escaped;
        // Outside of strings JSON has no backslashes: there too one is held to escape a quote.
        escaped = *byte == b'\\' && !escaped;
        let (opens, closes) = (!in_string && matches!(byte, b'{' | b'['), !in_string && matches!(byte, b'}' | b']'));
        in_string ^= quote;
        depth += i64::from(opens) - i64::from(closes);
        least = least.min(depth);
        if depth == 0 && closes {
            end.get_or_insert(at + 1);
        }
    }
    (end, (least >= 0 && !in_string).then_some(depth as u32))
}

/// Byte by byte: whether nothing but strings holds white space, or a backslash.
fn compact(bytes: &[u8]) -> bool {
    let (mut in_string, mut escaped) = (false, false);
    bytes.iter().all(|byte| {
        let quote = *byte == b'"' && !escaped;
        let counts = !in_string && matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b'\\');
        escaped = *byte == b'\\' && !escaped;
        in_string ^= quote;
        !counts
    })
}

const CONTAINERS: &[u8] = b"{}[]\"\\x,: ";

#[test]
fn containers_end_where_a_walk_ends() {
    tried(CONTAINERS, |random, bytes| {
        let open = random.below(4) as u32;
        let to = random.below(bytes.len() + 1);
        assert_eq!(opened(bytes, 0, to, open), walk(&bytes[..to], open).1, "{open} open, {}", bytes[..to].escape_ascii());
        assert_eq!(is_compact(bytes), compact(bytes), "{}", bytes.escape_ascii());
        // Only texts that begin with a bracket are asked about.
        if matches!(bytes.first(), Some(b'{' | b'[')) {
            assert_eq!(container_end(bytes, 0), walk(bytes, 0).0, "{}", bytes.escape_ascii());
            let mut noted = Noted::new(bytes);
            let end = members(bytes, 0, &mut noted);
            assert_eq!(end.map(|end| (noted.values, end)), plainly(bytes), "{}", bytes.escape_ascii());
        }
    });
}

#[test]
fn csv_is_parted_where_a_loop_parts_it() {
    tried(b"\"\"\n,\rx", |random, bytes| {
        let open = random.below(2) == 1;
        let (mut quoted, mut opens, mut closed) = (open, true, false);
        let [mut feeds, mut delimiters, mut misplaced] = [const { Vec::new() }; 3];
        for (at, byte) in bytes.iter().enumerate() {
            quoted ^= *byte == b'"';
            let starts = matches!(byte, b'"' | b'\n' | b',');
            if *byte == b'"' && quoted && !opens || closed && !starts && *byte != b'\r' {
                misplaced.push(at);
            }
            if *byte == b',' && !quoted {
                delimiters.push(at);
            }
            if *byte == b'\n' {
                feeds.push(2 * at + usize::from(quoted));
            }
            (opens, closed) = (starts, *byte == b'"' && !quoted);
        }
        // In one go and in two, with cells and without.
        let cut = random.below(bytes.len() + 1);
        for (parts, cells) in [([bytes, &[]], true), ([&bytes[..cut], &bytes[cut..]], true), ([&bytes[..cut], &bytes[cut..]], false)] {
            let mut found = Parts::new(open, cells.then_some(b','));
            parts.iter().for_each(|part| found.add(part));
            assert_eq!((&found.feeds, found.length, found.is_open()), (&feeds, bytes.len(), quoted), "{}", bytes.escape_ascii());
            let told = if cells { (&delimiters, &misplaced) } else { (&Vec::new(), &Vec::new()) };
            assert_eq!((&found.delimiters, &found.misplaced), told, "{}", bytes.escape_ascii());
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
