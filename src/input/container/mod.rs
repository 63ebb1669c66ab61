//! What a file is wrapped in: gzip, zstd, zip, tar, 7z, parquet, told by its first bytes.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// How to get at the bytes of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    Plain,
    /// Decompressed while it is read, in one or two layers.
    Compressed,
}

/// A kind of container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    None,
    Gzip,
    Zstd,
}

/// How deep containers may nest.
pub const DEEPEST: usize = 4;

impl Kind {
    pub fn detect(head: &[u8]) -> Kind {
        match head {
            [0x1F, 0x8B, ..] => Kind::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Kind::Zstd,
            _ => Kind::None,
        }
    }
}

/// The bytes of a source.
pub fn open(path: &Path, access: &Access) -> io::Result<Box<dyn Read + Send>> {
    let file: Box<dyn Read + Send> = Box::new(File::open(path)?);
    match access {
        Access::Plain => Ok(file),
        Access::Compressed => unwrap(file, 0),
    }
}

/// `reader` without the compression around it.
pub fn unwrap(mut reader: Box<dyn Read + Send>, depth: usize) -> io::Result<Box<dyn Read + Send>> {
    let mut head = Vec::new();
    reader.by_ref().take(512).read_to_end(&mut head)?;
    let kind = Kind::detect(&head);
    let whole: Box<dyn Read + Send> = Box::new(io::Cursor::new(head).chain(reader));
    if depth >= DEEPEST {
        return Err(io::Error::other("containers nest too deep"));
    }
    match kind {
        Kind::None => Ok(whole),
        Kind::Gzip => unwrap(Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(1 << 16, whole))), depth + 1),
        Kind::Zstd => unwrap(Box::new(zstd::stream::read::Decoder::new(whole)?), depth + 1),
    }
}
