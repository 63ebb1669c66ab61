//! The members of archives. Those of a zip file are read in place; those of tar and 7z, which can only be read from front to back, are
//! unpacked into a temporary folder once.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use zip::CompressionMethod;

use super::{Access, Kind, Method};

/// A member of an archive.
#[derive(Debug)]
pub struct Member {
    pub name: String,
    pub path: PathBuf,
    pub access: Access,
    pub size: u64,
}

/// The members of the archive of this kind at `path`, or in `stream` where it is given. `folder` is for what must be unpacked.
pub fn members(kind: Kind, path: &Path, stream: Option<Box<dyn Read + Send>>, folder: &Path) -> io::Result<Vec<Member>> {
    let mut unpacked = Unpacked { folder, members: Vec::new() };
    match (kind, stream) {
        (Kind::Tar, Some(stream)) => unpacked.tar(stream)?,
        (Kind::Tar, None) => unpacked.tar(Box::new(File::open(path)?))?,
        (Kind::SevenZip, None) => unpacked.seven_zip(path)?,
        (Kind::Zip, None) => unpacked.zip(path)?,
        (_, stream) => {
            // What needs to seek is unpacked first and looked at again.
            let stream = stream.map_or_else(|| File::open(path).map(|f| Box::new(f) as Box<dyn Read + Send>), Ok)?;
            unpacked.write("content".to_owned(), stream)?;
        }
    }
    Ok(unpacked.members)
}

struct Unpacked<'a> {
    folder: &'a Path,
    members: Vec<Member>,
}

impl Unpacked<'_> {
    fn write(&mut self, name: String, mut content: impl Read) -> io::Result<()> {
        let (mut file, path) = tempfile::Builder::new().tempfile_in(self.folder)?.keep().map_err(|e| e.error)?;
        let size = io::copy(&mut content, &mut file)?;
        self.members.push(Member { name, path, access: Access::Plain, size });
        Ok(())
    }

    fn tar(&mut self, stream: Box<dyn Read + Send>) -> io::Result<()> {
        for entry in tar::Archive::new(stream).entries()? {
            let entry = entry?;
            if entry.header().entry_type().is_file() {
                let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
                self.write(name, entry)?;
            }
        }
        Ok(())
    }

    fn seven_zip(&mut self, path: &Path) -> io::Result<()> {
        let mut reader = sevenz_rust2::ArchiveReader::open(path, sevenz_rust2::Password::empty()).map_err(io::Error::other)?;
        let unpack = |entry: &sevenz_rust2::ArchiveEntry, content: &mut dyn Read| {
            if !entry.is_directory() {
                self.write(entry.name().to_owned(), content).map_err(sevenz_rust2::Error::from)?;
            }
            Ok(true)
        };
        reader.for_each_entries(unpack).map_err(io::Error::other)
    }

    fn zip(&mut self, path: &Path) -> io::Result<()> {
        let mut archive = zip::ZipArchive::new(File::open(path)?).map_err(io::Error::other)?;
        for index in 0..archive.len() {
            let member = archive.by_index(index).map_err(io::Error::other)?;
            let name = member.name().map(|n| n.into_owned()).unwrap_or_else(|_| format!("member {index}"));
            if member.is_dir() {
                continue;
            }
            let method = match member.compression() {
                _ if member.encrypted() => return Err(io::Error::other("the zip file is encrypted")),
                CompressionMethod::Stored => Some(Method::Stored),
                CompressionMethod::Deflated => Some(Method::Deflate),
                CompressionMethod::Zstd => Some(Method::Zstd),
                _ => None,
            };
            match (method, member.data_start()) {
                (Some(method), Some(start)) => {
                    let size = member.compressed_size();
                    self.members.push(Member { name, path: path.to_owned(), access: Access::ZipMember { start, size, method }, size });
                }
                _ => self.write(name, member)?,
            }
        }
        Ok(())
    }
}
