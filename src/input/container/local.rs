//! The members of a zip file as their own headers tell them, from front to back: for files whose directory, which stands at the end, is
//! lost or damaged.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use memchr::memmem;

use super::Method;
use super::deflate::Unpacked;

/// A member as its header tells it. What is left of the last one may be shorter than it was.
#[derive(Debug)]
pub struct Local {
    pub name: String,
    /// Where its bytes start in the file, and how many there are.
    pub start: u64,
    pub size: u64,
    /// `None` for a way of compression that is not supported.
    pub method: Option<Method>,
    pub encrypted: bool,
    /// The checksum of its text, where the header has it.
    pub crc: Option<u32>,
}

const HEADER: [u8; 4] = *b"PK\x03\x04";
/// Bytes of a header before the name.
const FIXED: usize = 30;
/// The sizes stand after the content.
const SIZES_AFTER: u16 = 1 << 3;
const ENCRYPTED: u16 = 1;
/// A size that stands in an extra field of eight bytes.
const LARGE: u64 = 0xFFFF_FFFF;

/// All members whose headers are found, in their order.
pub fn members(file: &File) -> io::Result<Vec<Local>> {
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let length = reader.seek(SeekFrom::End(0))?;
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = next_header(&mut reader, at)? {
        at = start + 4;
        if let Some(member) = member(&mut reader, start, length)? {
            at = member.start + member.size;
            found.push(member);
        }
    }
    Ok(found)
}

/// Where the next header starts.
fn next_header(reader: &mut BufReader<&File>, from: u64) -> io::Result<Option<u64>> {
    reader.seek(SeekFrom::Start(from))?;
    let mut at = from;
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.len() < HEADER.len() {
            return Ok(None);
        }
        if let Some(found) = memmem::find(bytes, &HEADER) {
            return Ok(Some(at + found as u64));
        }
        // A header may begin in the last three bytes.
        let step = bytes.len() - (HEADER.len() - 1);
        at += step as u64;
        reader.consume(step);
        if reader.buffer().len() < HEADER.len() {
            reader.seek(SeekFrom::Start(at))?;
        }
    }
}

fn member(reader: &mut BufReader<&File>, start: u64, length: u64) -> io::Result<Option<Local>> {
    let mut fixed = [0; FIXED];
    reader.seek(SeekFrom::Start(start))?;
    if reader.read_exact(&mut fixed).is_err() {
        return Ok(None);
    }
    let short = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
    let (flags, name, extra) = (short(6), short(26) as usize, short(28) as usize);
    let mut names = vec![0; name + extra];
    if reader.read_exact(&mut names).is_err() {
        return Ok(None);
    }
    let method = match short(8) {
        0 => Some(Method::Stored),
        8 => Some(Method::Deflate),
        93 => Some(Method::Zstd),
        _ => None,
    };
    let long = |at: usize| u32::from_le_bytes([fixed[at], fixed[at + 1], fixed[at + 2], fixed[at + 3]]);
    let crc = (flags & SIZES_AFTER == 0).then(|| long(14));
    let mut size = u64::from(long(18));
    if size == LARGE {
        size = large_size(&names[name..]).unwrap_or(0);
    }
    let start = start + (FIXED + name + extra) as u64;
    if flags & SIZES_AFTER != 0 && size == 0 {
        size = match method {
            Some(Method::Deflate) => deflated(reader),
            _ => next_header(reader, start)?.unwrap_or(length) - start,
        };
    }
    let name = String::from_utf8_lossy(&names[..name]).into_owned();
    Ok(Some(Local { name, start, size: size.min(length.saturating_sub(start)), method, encrypted: flags & ENCRYPTED != 0, crc }))
}

/// How many bytes a deflated text has that starts at the reader: it tells itself where it ends.
fn deflated(reader: &mut BufReader<&File>) -> u64 {
    let mut text = Unpacked::raw(reader);
    // What is damaged is told when the member is read.
    let _ = io::copy(&mut text, &mut io::sink());
    text.used()
}

/// The compressed size in the extra field of large files, after the other one.
fn large_size(mut extra: &[u8]) -> Option<u64> {
    while let [a, b, c, d, rest @ ..] = extra {
        let (id, length) = (u16::from_le_bytes([*a, *b]), u16::from_le_bytes([*c, *d]) as usize);
        let (field, next) = rest.split_at_checked(length)?;
        if id == 1 {
            return Some(u64::from_le_bytes(field.get(8..16)?.try_into().ok()?));
        }
        extra = next;
    }
    None
}
