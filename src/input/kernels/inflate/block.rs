//! The loop over the codes of a block.

use super::super::machine::{Kernel, Machine};
use super::tables::{BITS, DISTANCE_ENTRIES, DISTANCES, END, LITERAL, MORE, SPECIAL, SYMBOL_ENTRIES, SYMBOLS, look_up, value};
use super::{Inflate, SLACK, Stop};

/// So many bytes of input one round takes at most.
const ROUND: usize = 16;
/// So many bytes are copied at once.
pub const COPIED: usize = 32;
/// A length and a distance with their extra bits have no more bits than this.
const PAIR: u32 = 15 + 5 + 15 + 13;

/// Unpacks up to the end of the block.
pub struct Block<'a> {
    pub of: &'a mut Inflate,
    pub input: &'a [u8],
    pub taken: &'a mut usize,
    pub output: &'a mut [u8],
    pub at: &'a mut usize,
}

impl Kernel for Block<'_> {
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

impl Block<'_> {
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
            if entry & SPECIAL != 0 {
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
            }
            let length = ((entry >> 16) + (before.low(entry & BITS) >> (entry >> 8 & 0xF))) as usize;
            if bits.count < 15 + 13 {
                bits.fill(input, &mut from);
            }
            entry = distances[bits.low(DISTANCES) as usize];
            if entry & SPECIAL != 0 {
                if entry & MORE != 0 {
                    bits.pass(DISTANCES);
                    entry = distances[((entry >> 16) + bits.low(entry >> 8 & 0xF)) as usize % DISTANCE_ENTRIES];
                }
                if entry & SPECIAL != 0 {
                    stop = Some(Stop::Broken);
                    break;
                }
            }
            let distance = ((entry >> 16) + (bits.low(entry & BITS) >> (entry >> 8 & 0xF))) as usize;
            bits.pass(entry & BITS);
            if distance > at {
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
    if let Some(place) = output[*at..].first_chunk_mut() {
        *place = ((entry >> 16) as u16).to_le_bytes();
    }
    *at += (entry >> 8 & 3) as usize;
}

/// Copies by whole arrays: functions of slices are not inlined in every build, and a call for each match costs a seventh of the time.
#[inline(always)]
fn copy<const N: usize>(output: &mut [u8], from: usize, to: usize) {
    if let Some(piece) = output[from..].first_chunk::<N>().copied()
        && let Some(place) = output[to..].first_chunk_mut::<N>()
    {
        *place = piece;
    }
}

/// Repeats what stands `distance` before `at`; writes beyond it, but no more than `COPIED` bytes.
#[inline(always)]
fn repeat(output: &mut [u8], at: usize, distance: usize, length: usize) {
    const FEW: usize = 8;
    let (mut from, mut to, end) = (at - distance, at, at + length);
    if distance >= COPIED {
        while to < end {
            copy::<COPIED>(output, from, to);
            (from, to) = (from + COPIED, to + COPIED);
        }
    } else if distance >= FEW {
        while to < end {
            copy::<FEW>(output, from, to);
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
