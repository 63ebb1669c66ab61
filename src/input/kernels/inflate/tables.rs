//! The tables that a block's codes are looked up in: an entry tells all that its code says.

use super::bits::Bits;

/// How many bits a table is looked into with. Longer codes go on in a table of their own behind it.
pub const SYMBOLS: u32 = 12;
pub const DISTANCES: u32 = 8;
pub const LENGTHS: u32 = 7;

/// More entries than the codes of 288 symbols and 32 distances can take, and a power of two: a table that begins with the same bits has at
/// most twice as many entries as codes where these have no more than three bits more, and of distances zlib's `enough` counts 402.
pub const SYMBOL_ENTRIES: usize = 8192;
pub const DISTANCE_ENTRIES: usize = 512;

/// The low byte of an entry is the number of bits that it takes.
pub const BITS: u32 = 0xFF;
/// An entry is one or two literals: how many from bit 8 on, they themselves from bit 16 on.
pub const LITERAL: u32 = 1 << 15;
/// An entry is no literal, no length and no distance: with none of the next two, no code at all. Lengths and distances have their base
/// from bit 16 on and the bits of the code alone, without the extra bits, from bit 8 on.
pub const SPECIAL: u32 = 1 << 14;
/// More bits decide: how many from bit 8 on, the table that they are looked up in from bit 16 on.
pub const MORE: u32 = 1 << 13;
/// The end of the block.
pub const END: u32 = 1 << 12;

/// Base and extra bits of the lengths of matches (RFC 1951, 3.2.5).
#[rustfmt::skip]
const LENGTH_CODES: [(u32, u32); 29] = [
    (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 1), (13, 1), (15, 1), (17, 1), (19, 2), (23, 2), (27, 2), (31, 2),
    (35, 3), (43, 3), (51, 3), (59, 3), (67, 4), (83, 4), (99, 4), (115, 4), (131, 5), (163, 5), (195, 5), (227, 5), (258, 0),
];
/// The same of distances.
#[rustfmt::skip]
const DISTANCE_CODES: [(u32, u32); 30] = [
    (1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (7, 1), (9, 2), (13, 2), (17, 3), (25, 3), (33, 4), (49, 4), (65, 5), (97, 5), (129, 6), (193, 6),
    (257, 7), (385, 7), (513, 8), (769, 8), (1025, 9), (1537, 9), (2049, 10), (3073, 10), (4097, 11), (6145, 11), (8193, 12), (12289, 12),
    (16385, 13), (24577, 13),
];

/// The longest code.
const LONGEST: usize = 15;

/// The table of literals and lengths. `false` where the lengths of the codes make no code.
pub fn symbols(table: &mut [u32; SYMBOL_ENTRIES], lengths: &[u8]) -> bool {
    let is_code = build(table, SYMBOLS, lengths, |symbol, length| match symbol {
        0..256 => LITERAL | symbol << 16 | 1 << 8 | length,
        256 => SPECIAL | END | length,
        _ => LENGTH_CODES.get(symbol as usize - 257).map_or(SPECIAL, |code| with_extra(*code, length)),
    });
    if is_code {
        join_literals(table);
    }
    is_code
}

/// The table of distances.
pub fn distances(table: &mut [u32; DISTANCE_ENTRIES], lengths: &[u8]) -> bool {
    build(table, DISTANCES, lengths, |symbol, length| DISTANCE_CODES.get(symbol as usize).map_or(SPECIAL, |code| with_extra(*code, length)))
}

/// The table of the lengths of codes.
pub fn lengths(table: &mut [u32; 1 << LENGTHS], lengths: &[u8]) -> bool {
    build(table, LENGTHS, lengths, |symbol, length| symbol << 16 | length)
}

fn with_extra((base, extra): (u32, u32), length: u32) -> u32 {
    base << 16 | length << 8 | (length + extra)
}

/// Joins two literals where the bits of both are an index of the table.
fn join_literals(table: &mut [u32; SYMBOL_ENTRIES]) {
    for index in (0..1 << SYMBOLS).rev() {
        let first = table[index];
        if first & LITERAL != 0 {
            // Its index is smaller, so it is not joined with another yet.
            let second = table[index >> (first & BITS)];
            let length = (first & BITS) + (second & BITS);
            if second & LITERAL != 0 && length <= SYMBOLS {
                table[index] = LITERAL | (second >> 16 & 0xFF) << 24 | (first >> 16 & 0xFF) << 16 | 2 << 8 | length;
            }
        }
    }
}

/// Fills a table from the lengths of the codes; `entry` makes one of a symbol and the number of bits that are left of its code. `false`
/// where they are too many, or leave some unused: as in zlib only a single code of one bit may.
fn build(table: &mut [u32], index: u32, lengths: &[u8], entry: impl Fn(u32, u32) -> u32) -> bool {
    let mut counts = [0usize; LONGEST + 1];
    lengths.iter().for_each(|length| counts[usize::from(*length)] += 1);
    counts[0] = 0;
    let longest = counts.iter().rposition(|count| *count > 0).unwrap_or(0);
    let mut left = 1usize;
    for count in &counts[1..] {
        let Some(unused) = (2 * left).checked_sub(*count) else { return false };
        left = unused;
    }
    if left > 0 && longest > 1 || longest == 0 && index == LENGTHS {
        return false;
    }
    let size = 1 << index;
    table[..size].fill(SPECIAL);
    let sorted = sorted(lengths, &counts);
    let mut symbols = sorted.iter().copied();
    // Where the codes go on that begin with the same bits.
    let (mut prefix, mut rest) = (None, size..size);
    let mut code = 0u32;
    for length in 1..=longest as u32 {
        for (done, symbol) in symbols.by_ref().take(counts[length as usize]).enumerate() {
            // The first bit of a code is its highest, and the lowest of an index.
            let reversed = (code.reverse_bits() >> (32 - length)) as usize;
            code += 1;
            let Some(more) = length.checked_sub(index).filter(|more| *more > 0) else {
                let entry = entry(u32::from(symbol), length);
                table[reversed..size].iter_mut().step_by(1 << length).for_each(|place| *place = entry);
                continue;
            };
            if prefix != Some(reversed % size) {
                prefix = Some(reversed % size);
                let bits = rest_bits(&counts, index, (length as usize, done), longest);
                rest = rest.end..rest.end + (1 << bits);
                let Some(rest_entries) = table.get_mut(rest.clone()) else { return false };
                rest_entries.fill(SPECIAL);
                table[reversed % size] = SPECIAL | MORE | (rest.start as u32) << 16 | bits << 8 | index;
            }
            let entry = entry(u32::from(symbol), more);
            table[rest.clone()][reversed >> index..].iter_mut().step_by(1 << more).for_each(|place| *place = entry);
        }
        code <<= 1;
    }
    true
}

/// The symbols that have codes, those of the shortest first.
fn sorted(lengths: &[u8], counts: &[usize; LONGEST + 1]) -> [u16; 288] {
    let mut starts = [0; LONGEST + 2];
    for length in 1..=LONGEST {
        starts[length + 1] = starts[length] + counts[length];
    }
    let mut sorted = [0; 288];
    for (symbol, length) in lengths.iter().enumerate().filter(|(_, length)| **length > 0) {
        let place = &mut starts[usize::from(*length)];
        sorted[*place] = symbol as u16;
        *place += 1;
    }
    sorted
}

/// How many bits more the codes need that begin as the one does which is the `done`th of its `length`.
fn rest_bits(counts: &[usize; LONGEST + 1], index: u32, (length, done): (usize, usize), longest: usize) -> u32 {
    let index = index as usize;
    let mut bits = length - index;
    let mut room = (1usize << bits).saturating_sub(counts[length] - done);
    while room > 0 && bits + index < longest {
        bits += 1;
        room = (2 * room).saturating_sub(counts[bits + index]);
    }
    bits as u32
}

/// What the next code says. Its bits are used, but not the extra bits behind it. `None` where it is none, or where its end is not there.
pub fn look_up(table: &[u32], index: u32, bits: &mut Bits) -> Option<u32> {
    let mut found = table[bits.low(index) as usize];
    if found & (SPECIAL | MORE) == SPECIAL | MORE {
        bits.take(index)?;
        found = table[((found >> 16) + bits.low(found >> 8 & 0xF)) as usize];
    }
    let length = if found & (LITERAL | SPECIAL) != 0 { found & BITS } else { found >> 8 & 0xF };
    bits.take(length).map(|_| found)
}

/// A length or a distance, whose extra bits follow; `None` where they are not there.
pub fn value(entry: u32, bits: &mut Bits) -> Option<usize> {
    let extra = (entry & BITS) - (entry >> 8 & 0xF);
    bits.take(extra).map(|extra| ((entry >> 16) + extra) as usize)
}
