//! The line feeds of CSV, and whether they stand in quotes, 64 bytes at a time.

use super::containers::within;
use super::machine::{self, Kernel, LANES, Machine};
use super::survey::AHEAD;

/// Appends to `marks`, for each line feed, twice its index (the first byte has the index `first`), and one more where a quote is open: where
/// the number of quotes before it is odd, counting one more if `open`. Gives whether a quote is open at the end.
pub fn feeds(bytes: &[u8], first: usize, open: bool, marks: &mut Vec<usize>) -> bool {
    machine::run(Feeds { bytes, first, open, marks })
}

struct Feeds<'a, 'm> {
    bytes: &'a [u8],
    first: usize,
    open: bool,
    marks: &'m mut Vec<usize>,
}

impl Kernel for Feeds<'_, '_> {
    type Output = bool;

    #[inline(always)]
    fn run<M: Machine>(self, machine: M) -> bool {
        let Feeds { bytes, first, open, marks } = self;
        let mut open = if open { u64::MAX } else { 0 };
        let mut at = 0;
        while bytes.len() - at >= LANES {
            machine.prefetch(bytes, at, AHEAD);
            // SAFETY: 64 bytes stand from here on.
            note(machine, unsafe { machine.load(bytes, at) }, first + at, &mut open, marks);
            at += LANES;
        }
        let mut block = [0; LANES];
        block[..bytes.len() - at].copy_from_slice(&bytes[at..]);
        // SAFETY: a block has 64 bytes.
        note(machine, unsafe { machine.load(&block, 0) }, first + at, &mut open, marks);
        open != 0
    }
}

/// Notes the line feeds of 64 bytes. All bits of `open` are set where a quote is open before them, and then where one is behind them.
#[inline(always)]
fn note<M: Machine>(machine: M, block: M::Bytes, at: usize, open: &mut u64, marks: &mut Vec<usize>) {
    let stands = |byte: u8| machine.bits(machine.equal(block, machine.splat(byte)));
    let quoted = within(stands(b'"')) ^ *open;
    *open = (quoted.cast_signed() >> 63).cast_unsigned();
    let mut feeds = stands(b'\n');
    while feeds != 0 {
        let lane = feeds.trailing_zeros();
        marks.push((at + lane as usize) << 1 | (quoted >> lane & 1) as usize);
        feeds &= feeds - 1;
    }
}
