//! Deflate (RFC 1951) unpacked piece by piece, as fast as libraries do that need the whole at once. Tables and the loop over them are laid
//! out as in libdeflate: an entry tells all of a code, and the bits at hand are topped up eight bytes at once. As in fdeflate an entry
//! may hold two literals. All of it is safe code; it stands here to be compiled for the machine at hand.

mod codes;

use codes::{BITS, DISTANCE_ENTRIES, DISTANCES, END, LENGTHS, LITERAL, MORE, SPECIAL, SYMBOL_ENTRIES, SYMBOLS, look_up, value};

use super::machine::{self, Kernel, Machine};

/// How far a match reaches back at most.
pub const WINDOW: usize = 32 << 10;
/// So much room at the end of the output stays unused: it is for the longest match, literals before it, and what a copy writes beyond its end.
pub const SLACK: usize = 258 + 2 * 3 + COPIED;
/// So many bytes of input one round takes at most.
const ROUND: usize = 16;
/// So many bytes are copied at once.
const COPIED: usize = 32;
/// A length and a distance with their extra bits have no more bits than this.
const PAIR: u32 = 15 + 5 + 15 + 13;

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

/// Bits of the input, the next one lowest.
#[derive(Clone, Copy, Debug, Default)]
struct Bits {
    word: u64,
    /// How many are known. Above them may stand bits of the input that are not counted yet.
    count: u32,
}

impl Bits {
    /// Tops them up to at least 56, where eight bytes are left.
    #[inline(always)]
    fn fill(&mut self, input: &[u8], at: &mut usize) {
        if let Some(eight) = input.get(*at..).and_then(|rest| rest.first_chunk()) {
            self.word |= u64::from_le_bytes(*eight) << self.count;
            *at += (63 - self.count as usize) >> 3;
            self.count |= 56;
        } else {
            self.fill_slowly(input, at);
        }
    }

    /// The same, byte by byte.
    fn fill_slowly(&mut self, input: &[u8], at: &mut usize) {
        self.word &= (1 << self.count) - 1;
        while self.count < 56
            && let Some(byte) = input.get(*at)
        {
            self.word |= u64::from(*byte) << self.count;
            self.count += 8;
            *at += 1;
        }
    }

    #[inline(always)]
    fn low(self, count: u32) -> u32 {
        (self.word & ((1 << count) - 1)) as u32
    }

    /// Leaves behind bits that are known.
    #[inline(always)]
    fn pass(&mut self, count: u32) {
        self.word >>= count;
        self.count = self.count.wrapping_sub(count);
    }

    /// The next bits, if they are known.
    fn take(&mut self, count: u32) -> Option<u32> {
        let value = self.low(count);
        (count <= self.count).then(|| self.pass(count)).map(|()| value)
    }
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
                State::Codes => match machine::run(Codes { of: self, input, taken, output, at }) {
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
                codes::symbols(&mut self.symbols, &lengths[..288]) && codes::distances(&mut self.distances, &lengths[288..])
            }
            2 => {
                let mut lengths = [0; 288 + 32];
                let (symbols, all) = self.lengths(input, at, &mut lengths)?;
                lengths[256] > 0
                    && codes::symbols(&mut self.symbols, &lengths[..symbols])
                    && codes::distances(&mut self.distances, &lengths[symbols..all])
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
        if !codes::lengths(&mut table, &first) {
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

/// Unpacks up to the end of the block.
struct Codes<'a> {
    of: &'a mut Inflate,
    input: &'a [u8],
    taken: &'a mut usize,
    output: &'a mut [u8],
    at: &'a mut usize,
}

impl Kernel for Codes<'_> {
    type Output = Stop;

    #[inline(always)]
    fn run<M: Machine>(mut self, _: M) -> Stop {
        let room = self.output.len().saturating_sub(SLACK);
        loop {
            if let Some(stop) = self.many() {
                return stop;
            }
            if *self.at >= room {
                return Stop::Full;
            }
            if let Some(stop) = self.one() {
                return stop;
            }
        }
    }
}

impl Codes<'_> {
    /// Goes on as long as there is room and input for whatever comes.
    #[inline(always)]
    fn many(&mut self) -> Option<Stop> {
        let (input, output) = (self.input, &mut *self.output);
        let (symbols, distances) = (&*self.of.symbols, &*self.of.distances);
        let (mut bits, mut from, mut at) = (self.of.bits, *self.taken, *self.at);
        let (until, room) = (input.len().saturating_sub(ROUND), output.len().saturating_sub(SLACK));
        let mut stop = None;
        if from < until && at < room {
            bits.fill(input, &mut from);
        }
        let mut entry = symbols[bits.low(SYMBOLS) as usize];
        while from < until && at < room {
            // 56 bits are known here, of which twice literals and a length with its extra bits take 44.
            let mut before = bits;
            bits.pass(entry & BITS);
            if entry & LITERAL != 0 {
                literals(output, &mut at, entry);
                entry = symbols[bits.low(SYMBOLS) as usize];
                before = bits;
                bits.pass(entry & BITS);
                if entry & LITERAL != 0 {
                    literals(output, &mut at, entry);
                    entry = symbols[bits.low(SYMBOLS) as usize];
                    before = bits;
                    bits.pass(entry & BITS);
                    if entry & LITERAL != 0 {
                        literals(output, &mut at, entry);
                        entry = symbols[bits.low(SYMBOLS) as usize];
                        bits.fill(input, &mut from);
                        continue;
                    }
                }
            }
            if entry & MORE != 0 {
                entry = symbols[((entry >> 16) + bits.low(entry >> 8 & 0xF)) as usize % SYMBOL_ENTRIES];
                before = bits;
                bits.pass(entry & BITS);
                if entry & LITERAL != 0 {
                    literals(output, &mut at, entry);
                    bits.fill(input, &mut from);
                    entry = symbols[bits.low(SYMBOLS) as usize];
                    continue;
                }
            }
            if entry & SPECIAL != 0 {
                stop = Some(if entry & END != 0 { Stop::End } else { Stop::Broken });
                break;
            }
            let length = ((entry >> 16) + (before.low(entry & BITS) >> (entry >> 8 & 0xF))) as usize;
            if bits.count < 15 + 13 {
                bits.fill(input, &mut from);
            }
            entry = distances[bits.low(DISTANCES) as usize];
            if entry & MORE != 0 {
                bits.pass(DISTANCES);
                entry = distances[((entry >> 16) + bits.low(entry >> 8 & 0xF)) as usize % DISTANCE_ENTRIES];
            }
            let distance = ((entry >> 16) + (bits.low(entry & BITS) >> (entry >> 8 & 0xF))) as usize;
            bits.pass(entry & BITS);
            if entry & SPECIAL != 0 || distance > at {
                stop = Some(Stop::Broken);
                break;
            }
            bits.fill(input, &mut from);
            entry = symbols[bits.low(SYMBOLS) as usize];
            repeat(output, at, distance, length);
            at += length;
        }
        (self.of.bits, *self.taken, *self.at) = (bits, from, at);
        stop
    }

    /// Takes one code, or a length and its distance, where the input may end in it.
    fn one(&mut self) -> Option<Stop> {
        self.of.bits.fill_slowly(self.input, self.taken);
        let mut bits = self.of.bits;
        // All of it would be there.
        let missing = Some(if bits.count >= PAIR { Stop::Broken } else { Stop::Input });
        let Some(symbol) = look_up(&*self.of.symbols, SYMBOLS, &mut bits) else { return missing };
        if symbol & LITERAL != 0 {
            literals(self.output, self.at, symbol);
        } else if symbol & SPECIAL != 0 {
            if symbol & END == 0 {
                return missing;
            }
            self.of.bits = bits;
            return Some(Stop::End);
        } else {
            let Some(length) = value(symbol, &mut bits) else { return missing };
            let Some(distance) = look_up(&*self.of.distances, DISTANCES, &mut bits).filter(|found| found & SPECIAL == 0) else {
                return missing;
            };
            let Some(distance) = value(distance, &mut bits) else { return missing };
            if distance > *self.at {
                return Some(Stop::Broken);
            }
            repeat(self.output, *self.at, distance, length);
            *self.at += length;
        }
        self.of.bits = bits;
        None
    }
}

/// Writes one or two of them, and what comes next over the second.
#[inline(always)]
fn literals(output: &mut [u8], at: &mut usize, entry: u32) {
    output[*at..*at + 2].copy_from_slice(&((entry >> 16) as u16).to_le_bytes());
    *at += (entry >> 8 & 3) as usize;
}

/// Repeats what stands `distance` before `at`; writes beyond it, but no more than `COPIED` bytes.
#[inline(always)]
fn repeat(output: &mut [u8], at: usize, distance: usize, length: usize) {
    const FEW: usize = 8;
    let (mut from, mut to, end) = (at - distance, at, at + length);
    if distance >= COPIED {
        while to < end {
            output.copy_within(from..from + COPIED, to);
            (from, to) = (from + COPIED, to + COPIED);
        }
    } else if distance >= FEW {
        while to < end {
            output.copy_within(from..from + FEW, to);
            (from, to) = (from + FEW, to + FEW);
        }
    } else if distance == 1 {
        let byte = output[from];
        output[at..end].fill(byte);
    } else {
        for to in at..end {
            output[to] = output[to - distance];
        }
    }
}

#[cfg(test)]
mod tests;
