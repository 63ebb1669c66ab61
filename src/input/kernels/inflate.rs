//! Deflate (RFC 1951) unpacked piece by piece, as fast as libraries do that need the whole at once. Tables and the loop over them are laid
//! out as in libdeflate: an entry tells all of a code, and the bits at hand are topped up eight bytes at once. As in fdeflate an entry
//! may hold two literals. All of it is safe code; it stands here to be compiled for the machine at hand.

mod bits;
mod block;
mod tables;

use bits::Bits;
use block::{Block, COPIED};
use tables::{BITS, DISTANCE_ENTRIES, LENGTHS, SPECIAL, SYMBOL_ENTRIES};

use super::machine;

/// How far a match reaches back at most.
pub const WINDOW: usize = 32 << 10;
/// So much room at the end of the output stays unused: it is for the longest match, literals before it, and what a copy writes beyond its end.
pub const SLACK: usize = 258 + 2 * 3 + COPIED;

/// Why the unpacking stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The text has ended.
    End,
    /// The room is used.
    Full,
    /// What comes next is not there yet.
    Input,
    /// The text is damaged.
    Broken,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before a block.
    Header,
    /// In a block that is not compressed, and how much of it is left.
    Stored(usize),
    /// In a block of codes.
    Codes,
    End,
}

/// A text that is being unpacked.
pub struct Inflate {
    state: State,
    /// No block follows this one.
    last: bool,
    bits: Bits,
    symbols: Box<[u32; SYMBOL_ENTRIES]>,
    distances: Box<[u32; DISTANCE_ENTRIES]>,
}

impl Default for Inflate {
    fn default() -> Inflate {
        let (symbols, distances) = (Box::new([SPECIAL; SYMBOL_ENTRIES]), Box::new([SPECIAL; DISTANCE_ENTRIES]));
        Inflate { state: State::Header, last: false, bits: Bits::default(), symbols, distances }
    }
}

impl Inflate {
    /// Begins with another text.
    pub fn restart(&mut self) {
        (self.state, self.last, self.bits) = (State::Header, false, Bits::default());
    }

    /// Unpacks `input` from `taken` on to where `at` stands in `output`, and moves both on. Before `at` stands what was unpacked last, `WINDOW`
    /// bytes of it at least, or all; behind it `SLACK` bytes and more are free. What the input has behind the end of the text is not taken.
    pub fn run(&mut self, input: &[u8], taken: &mut usize, output: &mut [u8], at: &mut usize) -> Stop {
        loop {
            match self.state {
                State::Header => {
                    let before = (self.bits, *taken);
                    if let Err(stop) = self.header(input, taken) {
                        // A header is read as a whole or not at all.
                        (self.bits, *taken) = before;
                        return stop;
                    }
                }
                State::Stored(0) => self.end_block(),
                State::Stored(left) => {
                    let room = output.len().saturating_sub(SLACK + *at);
                    let count = left.min(room).min(input.len() - *taken);
                    output[*at..*at + count].copy_from_slice(&input[*taken..*taken + count]);
                    (*taken, *at) = (*taken + count, *at + count);
                    self.state = State::Stored(left - count);
                    if count < left {
                        return if count == room { Stop::Full } else { Stop::Input };
                    }
                }
                State::Codes => match machine::run(Block { of: self, input, taken, output, at }) {
                    Stop::End => self.end_block(),
                    stop => return stop,
                },
                State::End => {
                    self.return_bytes(taken);
                    return Stop::End;
                }
            }
        }
    }

    fn end_block(&mut self) {
        self.state = if self.last { State::End } else { State::Header };
    }

    /// Gives back the whole bytes that are known, and drops the bits before them.
    fn return_bytes(&mut self, taken: &mut usize) {
        *taken -= (self.bits.count / 8) as usize;
        self.bits = Bits::default();
    }

    fn header(&mut self, input: &[u8], at: &mut usize) -> Result<(), Stop> {
        self.bits.fill(input, at);
        self.last = self.bits.take(1).ok_or(Stop::Input)? == 1;
        let is_code = match self.bits.take(2).ok_or(Stop::Input)? {
            0 => {
                self.bits.pass(self.bits.count % 8);
                self.bits.fill(input, at);
                let length = self.bits.take(16).ok_or(Stop::Input)?;
                let inverse = self.bits.take(16).ok_or(Stop::Input)?;
                self.return_bytes(at);
                self.state = State::Stored(length as usize);
                return if length == inverse ^ 0xFFFF { Ok(()) } else { Err(Stop::Broken) };
            }
            1 => {
                let mut lengths = [8; 288 + 32];
                lengths[144..256].fill(9);
                lengths[256..280].fill(7);
                lengths[288..].fill(5);
                tables::symbols(&mut self.symbols, &lengths[..288]) && tables::distances(&mut self.distances, &lengths[288..])
            }
            2 => {
                let mut lengths = [0; 288 + 32];
                let (symbols, all) = self.lengths(input, at, &mut lengths)?;
                lengths[256] > 0
                    && tables::symbols(&mut self.symbols, &lengths[..symbols])
                    && tables::distances(&mut self.distances, &lengths[symbols..all])
            }
            _ => false,
        };
        self.state = State::Codes;
        if is_code { Ok(()) } else { Err(Stop::Broken) }
    }

    /// The lengths of the codes of a block: how many are of symbols, and how many there are.
    fn lengths(&mut self, input: &[u8], at: &mut usize, lengths: &mut [u8; 288 + 32]) -> Result<(usize, usize), Stop> {
        /// In which order the lengths of their own codes stand.
        const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
        let bits = &mut self.bits;
        let mut take = |count: u32, add: u32| {
            bits.fill(input, at);
            bits.take(count).map(|value| (value + add) as usize).ok_or(Stop::Input)
        };
        let (symbols, distances, own) = (take(5, 257)?, take(5, 1)?, take(4, 4)?);
        if symbols > 286 || distances > 30 {
            return Err(Stop::Broken);
        }
        let mut first = [0; 19];
        for place in &ORDER[..own] {
            first[*place] = take(3, 0)? as u8;
        }
        let mut table = [SPECIAL; 1 << LENGTHS];
        if !tables::lengths(&mut table, &first) {
            return Err(Stop::Broken);
        }
        let (mut known, all) = (0, symbols + distances);
        while known < all {
            self.bits.fill(input, at);
            let found = table[self.bits.low(LENGTHS) as usize];
            if found & SPECIAL != 0 {
                return Err(if self.bits.count < LENGTHS { Stop::Input } else { Stop::Broken });
            }
            let mut take = |count: u32| self.bits.take(count).ok_or(Stop::Input);
            take(found & BITS)?;
            let (length, times) = match found >> 16 {
                16 => (lengths[..known].last().copied().ok_or(Stop::Broken)?, 3 + take(2)?),
                17 => (0, 3 + take(3)?),
                18 => (0, 11 + take(7)?),
                length => (length as u8, 1),
            };
            let until = known + times as usize;
            lengths.get_mut(known..until).filter(|_| until <= all).ok_or(Stop::Broken)?.fill(length);
            known = until;
        }
        Ok((symbols, all))
    }
}

#[cfg(test)]
mod tests;
