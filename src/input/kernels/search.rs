//! Looks for a few texts by two bytes of each.

#[cfg(target_arch = "x86_64")]
use super::avx2;
use super::portable;

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
    if avx2::is_there() {
        // SAFETY: the machine has what they are compiled for.
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

#[cfg(test)]
mod tests {
    use super::*;

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
