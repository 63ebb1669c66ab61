//! What a file is wrapped in: gzip, zstd, zip, tar, 7z, parquet, told by its first bytes; nested a few times.

mod archive;
mod deflate;
mod local;
mod parquet;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

pub use archive::{Member, members};
use deflate::Unpacked;

/// How to get at the bytes of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    Plain,
    /// Decompressed while it is read, in one or more layers.
    Compressed,
    /// A member of a zip file, and how it is compressed.
    ZipMember {
        start: u64,
        size: u64,
        method: Method,
        /// The checksum of its text, where it is known.
        crc: Option<u32>,
    },
    /// Rewritten as one JSON object per line.
    Parquet,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Stored,
    Deflate,
    Zstd,
}

/// A kind of container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    None,
    Gzip,
    Zstd,
    Zip,
    Tar,
    SevenZip,
    Parquet,
    /// bzip2, xz and others that are known and not read.
    Unsupported,
}

/// How deep containers may nest: the guard against archives that hold themselves.
pub const DEEPEST: usize = 4;

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::None => "plain",
            Kind::Gzip => "gzip",
            Kind::Zstd => "zstd",
            Kind::Zip => "zip",
            Kind::Tar => "tar",
            Kind::SevenZip => "7z",
            Kind::Parquet => "parquet",
            Kind::Unsupported => "unknown",
        }
    }

    pub fn detect(head: &[u8]) -> Kind {
        match head {
            [0x1F, 0x8B, ..] => Kind::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Kind::Zstd,
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Kind::Zip,
            [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, ..] => Kind::SevenZip,
            [b'P', b'A', b'R', b'1', ..] => Kind::Parquet,
            [b'B', b'Z', b'h', b'1'..=b'9', ..] | [0xFD, b'7', b'z', b'X', b'Z', 0, ..] | [b'R', b'a', b'r', b'!', ..] => Kind::Unsupported,
            _ if head.get(257..262) == Some(b"ustar") => Kind::Tar,
            _ => Kind::None,
        }
    }
}

/// The bytes of a source.
pub fn open(path: &Path, access: &Access) -> io::Result<Box<dyn Read + Send>> {
    let mut file = File::open(path)?;
    match access {
        Access::Plain => Ok(Box::new(file)),
        Access::Compressed => unwrap(Box::new(file), 0),
        Access::Parquet => parquet::lines(file),
        Access::ZipMember { start, size, method, crc } => {
            file.seek(SeekFrom::Start(*start))?;
            let member = file.take(*size);
            let text: Box<dyn Read + Send> = match method {
                Method::Stored => Box::new(member),
                Method::Deflate => Box::new(Unpacked::raw(member)),
                Method::Zstd => Box::new(zstd::stream::read::Decoder::new(member)?),
            };
            unwrap(if let Some(wanted) = *crc { Box::new(Checked { text, crc: flate2::Crc::new(), wanted }) } else { text }, 1)
        }
    }
}

/// `reader` without the compression around it. Members of gzip and frames of zstd follow one another as one text.
fn unwrap(reader: Box<dyn Read + Send>, depth: usize) -> io::Result<Box<dyn Read + Send>> {
    let (kind, whole) = peek(reader)?;
    if depth >= DEEPEST {
        return Err(io::Error::other("containers nest too deep"));
    }
    match kind {
        Kind::Gzip => unwrap(Box::new(Unpacked::gzip(whole)), depth + 1),
        Kind::Zstd => unwrap(Box::new(zstd::stream::read::Decoder::new(whole)?), depth + 1),
        _ => Ok(whole),
    }
}

/// Enough to tell every kind of container.
const PEEKED: usize = 512;

/// The kind of container that a stream is, and the stream from its start. An error of the stream comes after what was read before it; it
/// comes at once where that is nothing.
pub fn peek(mut reader: Box<dyn Read + Send>) -> io::Result<(Kind, Box<dyn Read + Send>)> {
    let mut head = Vec::with_capacity(PEEKED);
    let rest: Box<dyn Read + Send> = match reader.by_ref().take(PEEKED as u64).read_to_end(&mut head) {
        Err(error) if head.is_empty() => return Err(error),
        Err(error) => Box::new(Failed(Some(error))),
        Ok(_) => reader,
    };
    let kind = Kind::detect(&head);
    Ok((kind, Box::new(io::Cursor::new(head).chain(rest))))
}

/// A text whose end is an error where its checksum is not the one that is wanted.
struct Checked {
    text: Box<dyn Read + Send>,
    crc: flate2::Crc,
    wanted: u32,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.text.read(buffer)?;
        self.crc.update(&buffer[..read]);
        if read == 0 && !buffer.is_empty() && self.crc.sum() != self.wanted {
            self.wanted = self.crc.sum();
            return Err(io::Error::other("the checksum is another one"));
        }
        Ok(read)
    }
}

/// The rest of a stream that has failed.
struct Failed(Option<io::Error>);

impl Read for Failed {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
