//! What parts the rows and cells of CSV, 64 bytes at a time.

use super::containers::within;
use super::machine::{self, Kernel, LANES, Machine};
use super::survey::AHEAD;

/// Where CSV is parted, in ascending order, and what is known at its end. A quote opens where the number of quotes before it is even.
#[derive(Clone, Debug)]
pub struct Parts {
    /// Twice the index of each line feed, and one more where a quote is open.
    pub feeds: Vec<usize>,
    /// The delimiters where no quote is open, if there is a `delimiter`.
    pub delimiters: Vec<usize>,
    /// And then quotes that open elsewhere than at the start of a cell or behind a quote, and what else than another quote or the end of a
    /// cell follows one that closes.
    pub misplaced: Vec<usize>,
    pub length: usize,
    /// What parts cells, if they are to be parted: that takes a tenth longer.
    pub delimiter: Option<u8>,
    end: End,
}

/// What is known behind a byte, as the lowest bit; all bits of `open` are the same.
#[derive(Clone, Copy, Debug)]
struct End {
    open: u64,
    /// It was a quote that closes.
    closed: u64,
    /// A quote may open behind it.
    opens: u64,
}

impl Parts {
    /// Of nothing, before which a quote is open or not.
    pub fn new(open: bool, delimiter: Option<u8>) -> Parts {
        let end = End { open: if open { u64::MAX } else { 0 }, closed: 0, opens: 1 };
        Parts { feeds: Vec::new(), delimiters: Vec::new(), misplaced: Vec::new(), length: 0, delimiter, end }
    }

    /// Goes on with what follows.
    pub fn add(&mut self, bytes: &[u8]) {
        match self.delimiter {
            Some(delimiter) => machine::run(Add::<true> { parts: self, bytes, delimiter }),
            None => machine::run(Add::<false> { parts: self, bytes, delimiter: 0 }),
        }
    }

    /// Whether a quote is open at the end.
    pub fn is_open(&self) -> bool {
        self.end.open != 0
    }
}

struct Add<'a, 'p, const CELLS: bool> {
    parts: &'p mut Parts,
    bytes: &'a [u8],
    delimiter: u8,
}

impl<const CELLS: bool> Kernel for Add<'_, '_, CELLS> {
    type Output = ();

    #[inline(always)]
    fn run<M: Machine>(self, machine: M) {
        let Add { parts, bytes, delimiter } = self;
        let (mut at, mut end) = (0, parts.end);
        while bytes.len() - at >= LANES {
            machine.prefetch(bytes, at, AHEAD);
            // SAFETY: 64 bytes stand from here on.
            end = note::<M, CELLS>(machine, unsafe { machine.load(bytes, at) }, LANES, at, delimiter, end, parts);
            at += LANES;
        }
        if at < bytes.len() {
            let mut block = [0; LANES];
            block[..bytes.len() - at].copy_from_slice(&bytes[at..]);
            // SAFETY: a block has 64 bytes.
            end = note::<M, CELLS>(machine, unsafe { machine.load(&block, 0) }, bytes.len() - at, at, delimiter, end, parts);
        }
        parts.end = end;
        parts.length += bytes.len();
    }
}

/// Notes what stands in the first bytes of a block, at least one, `at` bytes behind those that were noted in other runs.
#[inline(always)]
fn note<M: Machine, const CELLS: bool>(
    machine: M,
    block: M::Bytes,
    count: usize,
    at: usize,
    delimiter: u8,
    end: End,
    parts: &mut Parts,
) -> End {
    let stands = |byte: u8| machine.bits(machine.equal(block, machine.splat(byte)));
    let (own, last) = (u64::MAX >> (LANES - count), count - 1);
    let (quotes, feeds) = (stands(b'"') & own, stands(b'\n') & own);
    let quoted = within(quotes) ^ end.open;
    let open = (quoted.cast_signed() >> 63).cast_unsigned();
    each(feeds, |lane| parts.feeds.push((parts.length + at + lane) << 1 | (quoted >> lane & 1) as usize));
    if !CELLS {
        return End { open, ..end };
    }
    let delimiters = stands(delimiter) & own;
    let (opening, closing, starts) = (quotes & quoted, quotes & !quoted, delimiters | feeds | quotes);
    let followed = closing << 1 | end.closed;
    let misplaced = opening & !(starts << 1 | end.opens) | followed & own & !(starts | stands(b'\r'));
    each(misplaced, |lane| parts.misplaced.push(parts.length + at + lane));
    each(delimiters & !quoted, |lane| parts.delimiters.push(parts.length + at + lane));
    End { open, closed: closing >> last & 1, opens: starts >> last & 1 }
}

#[inline(always)]
fn each(mut lanes: u64, mut see: impl FnMut(usize)) {
    while lanes != 0 {
        see(lanes.trailing_zeros() as usize);
        lanes &= lanes - 1;
    }
}
