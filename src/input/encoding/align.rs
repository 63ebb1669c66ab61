//! Text in UTF-16 into which a tool has put an odd number of bytes of ASCII (`Add-Content` of Windows PowerShell between two batches):
//! from there on the two bytes of each character stand in two units.

use std::io::{self, Read};

/// So many characters of ASCII in a row show that the alignment is lost: as units they would be rare characters of one kind.
const SHOWN: usize = 4;

/// Bytes that have to be seen to know how a unit is to be read: itself, and the units after it.
const AHEAD: usize = 2 + 2 * SHOWN;

/// Does the text go on one byte later than its units do? `nul` is which byte of such a unit is NUL.
fn is_shifted(bytes: &[u8], nul: usize) -> bool {
    let shifted = |unit: &[u8]| unit[nul] == 0 && (unit[1 - nul].is_ascii_graphic() || unit[1 - nul].is_ascii_whitespace());
    bytes.len() >= AHEAD && bytes[2..AHEAD].chunks_exact(2).all(shifted)
}

/// Writes the units at the start of `bytes` aligned, as far as can be known; returns how many bytes that were.
fn align(bytes: &[u8], nul: usize, last: bool, out: &mut Vec<u8>) -> usize {
    let mut at = 0;
    while at + AHEAD <= bytes.len() {
        if is_shifted(&bytes[at..], nul) {
            // The first byte is a character alone.
            let mut unit = [bytes[at]; 2];
            unit[1 - nul] = 0;
            out.extend_from_slice(&unit);
            at += 1;
        } else {
            out.extend_from_slice(&bytes[at..at + 2]);
            at += 2;
        }
    }
    if last {
        out.extend_from_slice(&bytes[at..]);
        at = bytes.len();
    }
    at
}

/// A sample, aligned.
pub fn aligned(bytes: &[u8], nul: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    align(bytes, nul, true, &mut out);
    out
}

/// A stream, aligned.
pub struct Aligned {
    reader: Box<dyn Read + Send>,
    nul: usize,
    input: Vec<u8>,
    output: Vec<u8>,
    at: usize,
    ended: bool,
}

const BLOCK: usize = 64 << 10;

impl Aligned {
    pub fn new(reader: Box<dyn Read + Send>, nul: usize) -> Aligned {
        Aligned { reader, nul, input: Vec::new(), output: Vec::new(), at: 0, ended: false }
    }
}

impl Read for Aligned {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.output.len() {
            if self.ended {
                return Ok(0);
            }
            let before = self.input.len();
            self.input.resize(before + BLOCK, 0);
            let read = self.reader.read(&mut self.input[before..]);
            self.input.truncate(before + *read.as_ref().unwrap_or(&0));
            self.ended = read? == 0;
            self.output.clear();
            self.at = 0;
            let done = align(&self.input, self.nul, self.ended, &mut self.output);
            self.input.drain(..done);
        }
        let count = (self.output.len() - self.at).min(buffer.len());
        buffer[..count].copy_from_slice(&self.output[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}
