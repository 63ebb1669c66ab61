//! Looks for a few texts by two bytes of each.

use super::machine::{self, Kernel, LANES, Machine};

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

    /// Does it hit at this index?
    #[inline]
    pub(super) fn hits(&self, bytes: &[u8], at: usize) -> bool {
        let stands = |at: usize, byte: u8| bytes.get(at).is_some_and(|b| b | self.fold == byte);
        stands(at, self.first) && stands(at + self.distance, self.second)
    }
}

/// How far a text must reach beyond an index for all of these to be tried there.
pub(super) fn farthest(probes: &[Probe]) -> usize {
    probes.iter().map(|p| p.distance).max().unwrap_or(0)
}

/// A probe, each byte 64 times.
#[derive(Clone, Copy)]
pub(super) struct Wanted<M: Machine> {
    first: M::Bytes,
    second: M::Bytes,
    fold: M::Bytes,
    distance: usize,
}

impl<M: Machine> Wanted<M> {
    #[inline(always)]
    pub fn new(machine: M, probe: Probe) -> Wanted<M> {
        let (first, second, fold) = (machine.splat(probe.first), machine.splat(probe.second), machine.splat(probe.fold));
        Wanted { first, second, fold, distance: probe.distance }
    }

    /// Of each probe. (What iterators and `array::map` call would not be inlined, and so not have the machine's instructions.)
    #[inline(always)]
    pub fn each<const N: usize>(machine: M, probes: &[Probe; N]) -> [Wanted<M>; N] {
        let mut wanted = [Wanted::new(machine, Probe { first: 0, second: 0, fold: 0, distance: 0 }); N];
        let mut at = 0;
        while at < N {
            wanted[at] = Wanted::new(machine, probes[at]);
            at += 1;
        }
        wanted
    }

    /// Where the probe hits among the 64 bytes from `at` on, which are `near`.
    ///
    /// # Safety
    /// 64 bytes must stand from `at` on, and as many from the probe's distance behind it.
    #[inline(always)]
    pub unsafe fn hits(&self, machine: M, bytes: &[u8], at: usize, near: M::Bytes) -> M::Marks {
        // SAFETY: the caller says so.
        let far = unsafe { machine.load(bytes, at + self.distance) };
        let first = machine.equal(machine.or(near, self.fold), self.first);
        machine.both(first, machine.equal(machine.or(far, self.fold), self.second))
    }
}

/// The first index from `from` on at which the first byte of a probe stands with its second, and which `accept` takes.
#[inline]
pub fn find(bytes: &[u8], from: usize, probes: &[Probe], mut accept: impl FnMut(usize) -> bool) -> Option<usize> {
    let (found, rest) = match probes {
        [a] => machine::run(Find { bytes, from, probes: [*a], accept: &mut accept }),
        [a, b] => machine::run(Find { bytes, from, probes: [*a, *b], accept: &mut accept }),
        [a, b, c] => machine::run(Find { bytes, from, probes: [*a, *b, *c], accept: &mut accept }),
        [a, b, c, d] => machine::run(Find { bytes, from, probes: [*a, *b, *c, *d], accept: &mut accept }),
        [a, b, c, d, e] => machine::run(Find { bytes, from, probes: [*a, *b, *c, *d, *e], accept: &mut accept }),
        _ => (None, from),
    };
    found.or_else(|| (rest..bytes.len()).find(|at| probes.iter().any(|probe| probe.hits(bytes, *at)) && accept(*at)))
}

struct Find<'a, const N: usize, A> {
    bytes: &'a [u8],
    from: usize,
    probes: [Probe; N],
    accept: A,
}

impl<const N: usize, A: FnMut(usize) -> bool> Kernel for Find<'_, N, A> {
    /// What was found, and how far all was looked at.
    type Output = (Option<usize>, usize);

    #[inline(always)]
    fn run<M: Machine>(self, machine: M) -> Self::Output {
        let Find { bytes, from, probes, mut accept } = self;
        let wanted = Wanted::each(machine, &probes);
        // The last index from which 64 bytes can be tried.
        let Some(last) = bytes.len().checked_sub(LANES + farthest(&probes)) else { return (None, from) };
        let mut at = from;
        loop {
            // The last step goes back to it; the lanes before `at` were seen.
            let start = at.min(last);
            // SAFETY: `start` is at most `last`.
            let marks = unsafe {
                let near = machine.load(bytes, start);
                wanted.iter().fold(machine.none(), |marks, wanted| machine.either(marks, wanted.hits(machine, bytes, start, near)))
            };
            if machine.is_any(marks) {
                let seen = at - start;
                let found = if seen < LANES { first(start, machine.bits(marks) >> seen << seen, &mut accept) } else { None };
                if found.is_some() {
                    return (found, at);
                }
            }
            at = at.max(start + LANES);
            if start == last {
                return (None, at);
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_plain_search_finds() {
        let text = "the BreakGlass account, breakglass1, and some more text so that blocks are passed ".repeat(5);
        let probe = |fold| Probe { first: b'b', second: b'k', fold, distance: 4 };
        let bytes = text.as_bytes();
        machine::on_each(|| {
            for (from, fold) in (0..text.len()).flat_map(|from| [(from, 0), (from, 0x20)]) {
                let stands = |n: &usize| bytes[*n] | fold == b'b' && bytes[n + 4] | fold == b'k';
                assert_eq!(find(bytes, from, &[probe(fold)], |_| true), (from..text.len() - 4).find(stands));
                let later = (from..text.len() - 4).find(|n| stands(n) && n % 3 == 0);
                assert_eq!(find(bytes, from, &[probe(fold)], |at| at % 3 == 0), later);
                assert_eq!(find(&bytes[..100], from, &[probe(fold)], |_| true), (from..96).find(stands));
            }
            assert_eq!(find(b"b", 0, &[probe(0)], |_| true), None);
        });
    }
}
