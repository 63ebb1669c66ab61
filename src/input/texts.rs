//! The whole text of a small file, whatever it is wrapped in: what `externaldata` reads.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

use super::container::{self, Access, Kind};
use super::dataset::{BROKEN_CONTAINER, UNSUPPORTED_CONTAINER};
use super::encoding::Encoding;

/// A file, or a member of an archive.
pub struct Text {
    /// The file's name, or the member's, without the ending of a compression.
    pub name: String,
    pub text: String,
    /// The rows of a Parquet file, one JSON object per line.
    pub is_parquet: bool,
}

/// The texts in a file: several for an archive. Other encodings than UTF-8 are told by their first bytes.
pub fn texts(path: &Path) -> io::Result<Vec<Text>> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (kind, _) = container::peek(Box::new(File::open(path)?))?;
    match kind {
        Kind::Parquet => Ok(vec![read(&name, container::open(path, &Access::Parquet)?, true)?]),
        Kind::Zip | Kind::SevenZip => members(kind, path, None),
        Kind::None | Kind::Gzip | Kind::Zstd | Kind::Tar | Kind::Unsupported => {
            let (inner, stream) = container::peek(container::open(path, &Access::Compressed)?)?;
            match inner {
                Kind::None => Ok(vec![read(&name, stream, false)?]),
                Kind::Tar => members(inner, path, Some(stream)),
                _ => Err(io::Error::other(UNSUPPORTED_CONTAINER)),
            }
        }
    }
}

fn members(kind: Kind, path: &Path, stream: Option<Box<dyn Read + Send>>) -> io::Result<Vec<Text>> {
    let folder = tempfile::tempdir()?;
    let found = container::members(kind, path, stream, folder.path())?;
    if !found.losses.is_empty() {
        return Err(io::Error::other(BROKEN_CONTAINER));
    }
    found.members.iter().map(|member| read(&member.name, container::open(&member.path, &member.access)?, false)).collect()
}

fn read(name: &str, mut reader: Box<dyn Read + Send>, is_parquet: bool) -> io::Result<Text> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    let (encoding, mark) = Encoding::detect(&bytes, true);
    let mut decoded = Vec::new();
    encoding.reader(Box::new(Cursor::new(bytes)), mark)?.read_to_end(&mut decoded)?;
    let text = String::from_utf8(decoded).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    let name = [".gz", ".zst", ".zstd"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name).to_owned();
    Ok(Text { name, text, is_parquet })
}
