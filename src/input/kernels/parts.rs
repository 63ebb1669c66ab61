//! What parts the rows and cells of CSV, 64 bytes at a time.

use super::containers::within;
use super::machine::{self, Kernel, LANES, Machine};
use super::survey::AHEAD;

/// Where CSV is parted, in ascending order, and what is known at its end. A quote opens where the number of quotes before it is even.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Twice the index of each line feed, and one more where a quote is open.
    pub feeds: Vec<usize>,
    /// The delimiters where no quote is open.
    pub delimiters: Vec<usize>,
    /// Quotes that open elsewhere than at the start of a cell or behind a quote, and what else than another quote or the end of a cell
    /// follows one that closes.
    pub misplaced: Vec<usize>,
    pub length: usize,
    /// A quote is open.
    pub open: bool,
    /// The last byte was a quote that closes; a quote may open behind it.
    closed: bool,
    opens: bool,
}

impl Parts {
    /// Of nothing, before which a quote is open or not.
    pub fn new(open: bool) -> Parts {
        Parts { feeds: Vec::new(), delimiters: Vec::new(), misplaced: Vec::new(), length: 0, open, closed: false, opens: true }
    }

    /// Goes on with what follows.
    pub fn add(&mut self, bytes: &[u8], delimiter: u8) {
        machine::run(Add { parts: self, bytes, delimiter });
    }
}

struct Add<'a, 'p> {
    parts: &'p mut Parts,
    bytes: &'a [u8],
    delimiter: u8,
}

impl Kernel for Add<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<M: Machine>(self, machine: M) {
        let Add { parts, bytes, delimiter } = self;
        let mut at = 0;
        while bytes.len() - at >= LANES {
            machine.prefetch(bytes, at, AHEAD);
            // SAFETY: 64 bytes stand from here on.
            note(machine, unsafe { machine.load(bytes, at) }, LANES, delimiter, parts);
            at += LANES;
        }
        if at < bytes.len() {
            let mut block = [0; LANES];
            block[..bytes.len() - at].copy_from_slice(&bytes[at..]);
            // SAFETY: a block has 64 bytes.
            note(machine, unsafe { machine.load(&block, 0) }, bytes.len() - at, delimiter, parts);
        }
    }
}

/// Notes what stands in the first bytes of a block, at least one.
#[inline(always)]
fn note<M: Machine>(machine: M, block: M::Bytes, count: usize, delimiter: u8, parts: &mut Parts) {
    let stands = |byte: u8| machine.bits(machine.equal(block, machine.splat(byte)));
    let (own, last) = (u64::MAX >> (LANES - count), count - 1);
    let (quotes, delimiters, feeds) = (stands(b'"') & own, stands(delimiter) & own, stands(b'\n') & own);
    let quoted = within(quotes) ^ if parts.open { u64::MAX } else { 0 };
    let (opening, closing) = (quotes & quoted, quotes & !quoted);
    let starts = delimiters | feeds | quotes;
    let followed = closing << 1 | u64::from(parts.closed);
    let misplaced = opening & !(starts << 1 | u64::from(parts.opens)) | followed & own & !(starts | stands(b'\r'));
    let at = parts.length;
    if misplaced != 0 {
        each(misplaced, |lane| parts.misplaced.push(at + lane));
    }
    each(delimiters & !quoted, |lane| parts.delimiters.push(at + lane));
    each(feeds, |lane| parts.feeds.push((at + lane) << 1 | (quoted >> lane & 1) as usize));
    (parts.open, parts.closed, parts.opens) = (quoted >> last & 1 != 0, closing >> last & 1 != 0, starts >> last & 1 != 0);
    parts.length += count;
}

#[inline(always)]
fn each(mut lanes: u64, mut see: impl FnMut(usize)) {
    while lanes != 0 {
        see(lanes.trailing_zeros() as usize);
        lanes &= lanes - 1;
    }
}
