//! Which bytes of a text are rare in the input, so that a search for them seldom hits.

use super::super::kernels::{self, Probe};

/// How often bytes stand in a sample of the input.
pub struct Frequencies<'s> {
    sample: &'s [u8],
    counts: [usize; 256],
}

impl<'s> Frequencies<'s> {
    /// So many of a needle's rarest bytes are tried in pairs.
    const TRIED: usize = 3;

    pub fn of(sample: &'s [u8]) -> Frequencies<'s> {
        let mut counts = [0; 256];
        sample.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
        Frequencies { sample, counts }
    }

    /// The two bytes of a needle that stand together least often, and where the first of them is in it.
    pub fn probe(&self, needle: &[u8], any_case: bool) -> Option<(usize, Probe)> {
        let count = |byte: u8| {
            let other = if any_case && byte.is_ascii_alphabetic() { self.counts[usize::from(byte ^ 0x20)] } else { 0 };
            (self.counts[usize::from(byte)] + other, std::cmp::Reverse(rarity(byte)))
        };
        let mut positions: Vec<usize> = (0..needle.len()).collect();
        positions.sort_by_key(|at| count(needle[*at]));
        positions.truncate(Self::TRIED);
        positions.sort_unstable();
        let fold = if any_case { 0x20 } else { 0 };
        let pairs = positions.iter().enumerate().flat_map(|(n, first)| positions[n + 1..].iter().map(move |second| (*first, *second)));
        let probes = pairs.filter(|(first, second)| second - first <= Probe::FARTHEST).map(|(first, second)| {
            let probe = Probe { first: needle[first] | fold, second: needle[second] | fold, fold, distance: second - first };
            (first, probe, count(needle[first]).1, count(needle[second]).1)
        });
        let best = probes.min_by_key(|(_, probe, first, second)| (self.together(*probe), *first.max(second)));
        best.map(|(first, probe, ..)| (first, probe))
    }

    fn together(&self, probe: Probe) -> usize {
        let mut count = 0;
        kernels::find(self.sample, 0, &[probe], |_| {
            count += 1;
            false
        });
        count
    }
}

/// How rare a character is in audit records, about.
pub fn rarity(byte: u8) -> u32 {
    match byte.to_ascii_lowercase() {
        b'q' | b'z' | b'j' | b'x' => 9,
        b'k' | b'v' | b'w' | b'y' | b'@' => 7,
        b'_' | b'h' | b'g' | b'b' | b'f' | b'p' | b'm' => 6,
        b'-' | b'.' | b'0'..=b'9' => 4,
        b' ' => 3,
        b'e' | b't' | b'i' | b'a' | b'n' | b'o' | b'r' | b's' => 1,
        _ => 3,
    }
}
