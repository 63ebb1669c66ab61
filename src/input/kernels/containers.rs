//! Finds where JSON objects and arrays end, and the cells of CSV, 64 bytes at a time. (Langdale and Lemire, "Parsing gigabytes of JSON per second", 2019.)

use super::machine::{self, Kernel, LANES, Machine};
use super::survey::AHEAD;

/// Where quotes, backslashes and brackets stand in 64 bytes: a bit for each byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Structure {
    quotes: u64,
    backslashes: u64,
    opening: u64,
    closing: u64,
}

/// The index after the bracket that closes the one at `at`; `None` where the text ends before. Brackets are counted, not matched, and
/// those in strings do not count.
pub fn container_end(bytes: &[u8], at: usize) -> Option<usize> {
    machine::run(ContainerEnd { bytes, at })
}

struct ContainerEnd<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Kernel for ContainerEnd<'_> {
    type Output = Option<usize>;

    #[inline(always)]
    fn run<M: Machine>(self, machine: M) -> Option<usize> {
        container(machine, self.bytes, self.at)
    }
}

/// The same, with a machine at hand.
#[inline(always)]
pub(super) fn container(machine: impl Machine, bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut walk = Walk::default();
    loop {
        machine.prefetch(bytes, at, AHEAD);
        if let Some(end) = walk.step(read(bytes, at, machine)?, true)? {
            return Some(at + end as usize + 1);
        }
        at += LANES;
    }
}

/// The way through a text, 64 bytes by 64 bytes.
#[derive(Default)]
struct Walk {
    depth: u32,
    /// All bits are set where the next block starts in a string.
    in_string: u64,
    /// Whether its first byte is escaped.
    escaped: u64,
}

impl Walk {
    /// The bytes of the next block that stand in strings, with the opening quotes.
    #[inline(always)]
    fn strings(&mut self, found: Structure) -> u64 {
        let quotes = found.quotes & !escapes(found.backslashes, &mut self.escaped);
        let strings = within(quotes) ^ self.in_string;
        self.in_string = (strings.cast_signed() >> 63).cast_unsigned();
        strings
    }

    /// Counts the brackets of the next block; if `ends`, up to one that brings the depth to zero, and gives where that stands. `None` where
    /// the depth would fall below zero.
    #[inline(always)]
    fn step(&mut self, found: Structure, ends: bool) -> Option<Option<u32>> {
        let strings = self.strings(found);
        let (opening, closing) = (found.opening & !strings, found.closing & !strings);
        if closing.count_ones() < self.depth {
            self.depth = self.depth + opening.count_ones() - closing.count_ones();
            return Some(None);
        }
        let mut brackets = opening | closing;
        while brackets != 0 {
            let bracket = brackets & brackets.wrapping_neg();
            if opening & bracket != 0 {
                self.depth += 1;
            } else {
                self.depth = self.depth.checked_sub(1)?;
                if self.depth == 0 && ends {
                    return Some(Some(brackets.trailing_zeros()));
                }
            }
            brackets &= brackets - 1;
        }
        Some(None)
    }
}

/// How many containers are open at `to`, where `open` are at `from`; neither is in a string. `None` where one more is closed than is open,
/// and where `to` turns out to be in a string.
pub fn opened(bytes: &[u8], from: usize, to: usize, open: u32) -> Option<u32> {
    machine::run(Opened { bytes: bytes.get(from..to)?, open })
}

struct Opened<'a> {
    bytes: &'a [u8],
    open: u32,
}

impl Kernel for Opened<'_> {
    type Output = Option<u32>;

    #[inline(always)]
    fn run<M: Machine>(self, machine: M) -> Option<u32> {
        let mut walk = Walk { depth: self.open, ..Walk::default() };
        let mut at = 0;
        while let Some(found) = read(self.bytes, at, machine) {
            walk.step(found, false)?;
            at += LANES;
        }
        (walk.in_string == 0).then_some(walk.depth)
    }
}

/// Whether nothing but strings holds white space, or a backslash.
pub fn is_compact(bytes: &[u8]) -> bool {
    machine::run(IsCompact { bytes })
}

struct IsCompact<'a> {
    bytes: &'a [u8],
}

impl Kernel for IsCompact<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<M: Machine>(self, machine: M) -> bool {
        let mut walk = Walk::default();
        let mut at = 0;
        while let Some(block) = block(self.bytes, at, machine) {
            let found = structure(machine, block);
            let stands = |byte: u8| machine.equal(block, machine.splat(byte));
            let spaces = machine.either(machine.either(stands(b' '), stands(b'\n')), machine.either(stands(b'\r'), stands(b'\t')));
            let strings = walk.strings(found);
            if (machine.bits(spaces) | found.backslashes) & !strings != 0 {
                return false;
            }
            at += LANES;
        }
        true
    }
}

/// The index of the quote that ends the cell whose text starts at `at`: the first that is not one of a pair.
pub fn cell_end(bytes: &[u8], at: usize) -> Option<usize> {
    machine::run(CellEnd { bytes, at })
}

struct CellEnd<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Kernel for CellEnd<'_> {
    type Output = Option<usize>;

    #[inline(always)]
    fn run<M: Machine>(self, machine: M) -> Option<usize> {
        pair(self.bytes, self.at, machine)
    }
}

/// A quote escapes the one after it: what is no quote, and escaped all the same, stands behind the end.
#[inline(always)]
fn pair(bytes: &[u8], mut at: usize, machine: impl Machine) -> Option<usize> {
    let mut escaped = 0;
    loop {
        let Some(Structure { quotes, .. }) = read(bytes, at, machine) else {
            return (escaped == 1).then(|| bytes.len() - 1);
        };
        let behind = escapes(quotes, &mut escaped) & !quotes;
        if behind != 0 {
            return Some(at + behind.trailing_zeros() as usize - 1);
        }
        at += LANES;
    }
}

/// What stands in the 64 bytes from `at` on, or in those that are left; `None` at the end.
#[inline(always)]
fn read<M: Machine>(bytes: &[u8], at: usize, machine: M) -> Option<Structure> {
    Some(structure(machine, block(bytes, at, machine)?))
}

/// The 64 bytes from `at` on, or those that are left and zeros; `None` at the end.
#[inline(always)]
fn block<M: Machine>(bytes: &[u8], at: usize, machine: M) -> Option<M::Bytes> {
    let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
    if rest.len() >= LANES {
        // SAFETY: 64 bytes stand from here on.
        return Some(unsafe { machine.load(rest, 0) });
    }
    let mut block = [0; LANES];
    block[..rest.len()].copy_from_slice(rest);
    // SAFETY: a block has 64 bytes.
    Some(unsafe { machine.load(&block, 0) })
}

#[inline(always)]
fn structure<M: Machine>(machine: M, block: M::Bytes) -> Structure {
    // Brackets of both kinds are the same but for this bit.
    let folded = machine.or(block, machine.splat(0x20));
    let stands = |bytes: M::Bytes, byte: u8| machine.bits(machine.equal(bytes, machine.splat(byte)));
    Structure {
        quotes: stands(block, b'"'),
        backslashes: stands(block, b'\\'),
        opening: stands(folded, b'{'),
        closing: stands(folded, b'}'),
    }
}

/// The bytes that a backslash escapes. `carry` tells whether the first one is, and then whether the first of the next block is.
#[inline(always)]
pub(super) fn escapes(backslashes: u64, carry: &mut u64) -> u64 {
    const ODD: u64 = 0xAAAA_AAAA_AAAA_AAAA;
    // Of a run of backslashes every other one escapes: adding carries a run that starts at an odd place to its end.
    let starts = backslashes & !*carry;
    let follows = starts << 1 | *carry;
    let odd_starts = starts & ODD & !follows;
    let (even_series, overflow) = odd_starts.overflowing_add(starts);
    *carry = u64::from(overflow);
    let invert = even_series << 1;
    ((ODD >> 1) ^ invert) & follows
}

/// Sets the bits from every odd quote on up to the next.
#[inline(always)]
pub(super) fn within(quotes: u64) -> u64 {
    [1, 2, 4, 8, 16, 32].into_iter().fold(quotes, |bits, shift| bits ^ (bits << shift))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Byte by byte.
    fn plain(bytes: &[u8], at: usize) -> Option<usize> {
        let (mut depth, mut in_string, mut escaped) = (0, false, false);
        for (n, byte) in bytes.iter().enumerate().skip(at) {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if in_string => escaped = true,
                b'"' => in_string = !in_string,
                b'{' | b'[' if !in_string => depth += 1,
                b'}' | b']' if !in_string => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(n + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }

    #[test]
    fn ends_where_a_plain_count_ends() {
        // Seeded: strings of the bytes that matter, so that every meeting of backslashes, quotes and the ends of blocks comes up.
        let mut state = 7u64;
        let mut next = move |below: usize| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as usize % below
        };
        for round in 0..20_000 {
            let mut text = b"{".to_vec();
            let length = 1 + next(300);
            while text.len() < length {
                match next(12) {
                    0..4 => {
                        // A string, with runs of backslashes in pairs or in front of a quote.
                        text.push(b'"');
                        for _ in 0..next(40) {
                            match next(8) {
                                0 => text.extend(b"\\\\".repeat(next(40))),
                                1 => text.extend(b"\\\""),
                                2 => text.push(b"{}[]"[next(4)]),
                                _ => text.push(b'x'),
                            }
                        }
                        text.push(b'"');
                    }
                    4..6 => text.push(b"{["[next(2)]),
                    6..8 => text.push(b"}]"[next(2)]),
                    _ => text.extend(b"1, ".repeat(next(20))),
                }
            }
            let expected = plain(&text, 0);
            let shown = String::from_utf8_lossy(&text);
            machine::on_each(|| assert_eq!(container_end(&text, 0), expected, "{round}: {shown}"));
            let (to, open) = (next(text.len() + 1), next(3) as u32);
            let expected = plainly_open(&text[..to], open);
            machine::on_each(|| assert_eq!(opened(&text, 0, to, open), expected, "{round}, up to {to}, {open} open: {shown}"));
        }
    }

    /// Byte by byte.
    fn plainly_open(bytes: &[u8], mut depth: u32) -> Option<u32> {
        let (mut in_string, mut escaped) = (false, false);
        for byte in bytes {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = !in_string,
                b'{' | b'[' if !in_string => depth += 1,
                b'}' | b']' if !in_string => depth = depth.checked_sub(1)?,
                _ => {}
            }
        }
        (!in_string).then_some(depth)
    }

    #[test]
    fn a_cell_ends_at_its_last_quote() {
        for length in (0..200).chain([255, 256]) {
            for pairs in 0..70 {
                let text = format!("{}{}\",\"next\"", "x".repeat(length), "\"\"".repeat(pairs));
                let expected = Some(length + 2 * pairs);
                machine::on_each(|| {
                    assert_eq!(cell_end(text.as_bytes(), 0), expected);
                    assert_eq!(cell_end(&text.as_bytes()[..length + 2 * pairs + 1], 0), expected);
                });
            }
        }
        assert_eq!((cell_end(b"abc", 0), cell_end(b"a\"\"", 0), cell_end(b"", 0)), (None, None, None));
    }
}
