//! The members of archives. Those of a zip file are read in place; those of tar and 7z, which can only be read from front to back, are
//! unpacked into a temporary folder once.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use zip::CompressionMethod;

use super::{Access, Kind, Method, local};

/// A member of an archive.
#[derive(Debug)]
pub struct Member {
    pub name: String,
    pub path: PathBuf,
    pub access: Access,
    pub size: u64,
}

/// A part of an archive that could not be had.
#[derive(Debug)]
pub struct Loss {
    /// The member, where it is one.
    pub name: Option<String>,
    /// How many bytes of it there are before the damage.
    pub offset: u64,
    /// Why, where it is not damage.
    pub reason: Option<&'static str>,
}

/// What an archive holds, as far as it can be read.
#[derive(Debug, Default)]
pub struct Found {
    pub members: Vec<Member>,
    pub losses: Vec<Loss>,
}

pub const ENCRYPTED: &str = "encrypted: unpack it first";

/// The members of the archive of this kind at `path`, or in `stream` where it is given. `folder` is for what must be unpacked.
pub fn members(kind: Kind, path: &Path, stream: Option<Box<dyn Read + Send>>, folder: &Path) -> io::Result<Found> {
    let mut unpacked = Unpacked { folder, found: Found::default() };
    match (kind, stream) {
        (Kind::Tar, Some(stream)) => unpacked.tar(stream),
        (Kind::Tar, None) => unpacked.tar(Box::new(File::open(path)?)),
        (Kind::SevenZip, None) => unpacked.seven_zip(path),
        (Kind::Zip, None) => unpacked.zip(path)?,
        (_, stream) => {
            // What needs to seek is unpacked first and looked at again.
            let stream = stream.map_or_else(|| File::open(path).map(|f| Box::new(f) as Box<dyn Read + Send>), Ok)?;
            unpacked.write("content".to_owned(), stream, None)?;
        }
    }
    Ok(unpacked.found)
}

struct Unpacked<'a> {
    folder: &'a Path,
    found: Found,
}

impl Unpacked<'_> {
    /// Unpacks a member as far as it goes; `length` is how long it should be. The error is one of the folder.
    fn write(&mut self, name: String, mut content: impl Read, length: Option<u64>) -> io::Result<()> {
        let (mut file, path) = tempfile::Builder::new().tempfile_in(self.folder)?.keep().map_err(|e| e.error)?;
        let mut damaged = false;
        let mut buffer = vec![0; 1 << 16];
        let mut size = 0;
        loop {
            match content.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => {
                    file.write_all(&buffer[..read])?;
                    size += read as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => {
                    damaged = true;
                    break;
                }
            }
        }
        if damaged || length.is_some_and(|length| size < length) {
            self.lose(Some(name.clone()), size, None);
        }
        if size > 0 || !damaged {
            self.found.members.push(Member { name, path, access: Access::Plain, size });
        }
        Ok(())
    }

    fn lose(&mut self, name: Option<String>, offset: u64, reason: Option<&'static str>) {
        self.found.losses.push(Loss { name, offset, reason });
    }

    fn tar(&mut self, stream: Box<dyn Read + Send>) {
        let mut archive = tar::Archive::new(stream);
        match self.tar_members(&mut archive) {
            // What is around it has a checksum at its end.
            Ok(at) if io::copy(&mut archive.into_inner(), &mut io::sink()).is_err() => self.lose(None, at, None),
            Ok(_) => {}
            Err(Some(at)) => self.lose(None, at, None),
            Err(None) => {}
        }
    }

    /// How far its members go. The error is where it stops, if that is not told yet.
    fn tar_members(&mut self, archive: &mut tar::Archive<Box<dyn Read + Send>>) -> Result<u64, Option<u64>> {
        let mut at = 0;
        for entry in archive.entries().map_err(|_| Some(0))? {
            let entry = entry.map_err(|_| Some(at))?;
            at = entry.raw_file_position() + entry.size();
            if entry.header().entry_type().is_file() {
                let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
                let (length, before) = (entry.size(), self.found.losses.len());
                self.write(name, entry, Some(length)).map_err(|_| Some(at))?;
                if self.found.losses.len() > before {
                    // What follows cannot be found.
                    return Err(None);
                }
            }
        }
        Ok(at)
    }

    fn seven_zip(&mut self, path: &Path) {
        let Ok(mut reader) = sevenz_rust2::ArchiveReader::open(path, sevenz_rust2::Password::empty()) else {
            return self.lose(None, 0, None);
        };
        let unpack = |entry: &sevenz_rust2::ArchiveEntry, content: &mut dyn Read| {
            if !entry.is_directory() {
                self.write(entry.name().to_owned(), content, Some(entry.size())).map_err(sevenz_rust2::Error::from)?;
            }
            Ok(true)
        };
        let (unpacked, before) = (reader.for_each_entries(unpack), self.found.losses.len());
        if unpacked.is_err() && before == 0 {
            self.lose(None, 0, None);
        }
    }

    fn zip(&mut self, path: &Path) -> io::Result<()> {
        let file = File::open(path)?;
        let Ok(mut archive) = zip::ZipArchive::new(&file) else {
            self.lose(None, file.metadata()?.len(), None);
            return self.zip_by_headers(path, &file);
        };
        for index in 0..archive.len() {
            let Ok(member) = archive.by_index_raw(index) else {
                self.lose(Some(format!("member {index}")), 0, None);
                continue;
            };
            if member.is_dir() {
                continue;
            }
            let name = member.name().map(|n| n.into_owned()).unwrap_or_else(|_| format!("member {index}"));
            let method = match member.compression() {
                _ if member.encrypted() => {
                    self.lose(Some(name), 0, Some(ENCRYPTED));
                    continue;
                }
                CompressionMethod::Stored => Some(Method::Stored),
                CompressionMethod::Deflated => Some(Method::Deflate),
                CompressionMethod::Zstd => Some(Method::Zstd),
                _ => None,
            };
            match (method, member.data_start()) {
                (Some(method), Some(start)) => {
                    let access = Access::ZipMember { start, size: member.compressed_size(), method, crc: Some(member.crc32()) };
                    self.zip_member(path, name, access);
                }
                _ => {
                    drop(member);
                    match archive.by_index(index) {
                        Ok(member) => {
                            let size = member.size();
                            self.write(name, member, Some(size))?;
                        }
                        Err(_) => self.lose(Some(name), 0, None),
                    }
                }
            }
        }
        Ok(())
    }

    /// The members of a zip file without its directory.
    fn zip_by_headers(&mut self, path: &Path, file: &File) -> io::Result<()> {
        for member in local::members(file)? {
            match member.method {
                _ if member.name.ends_with('/') => {}
                _ if member.encrypted => self.lose(Some(member.name), 0, Some(ENCRYPTED)),
                Some(method) => {
                    let access = Access::ZipMember { start: member.start, size: member.size, method, crc: member.crc };
                    self.zip_member(path, member.name, access);
                }
                None => self.lose(Some(member.name), 0, None),
            }
        }
        Ok(())
    }

    fn zip_member(&mut self, path: &Path, name: String, access: Access) {
        let Access::ZipMember { size, .. } = access else { return };
        self.found.members.push(Member { name, path: path.to_owned(), access, size });
    }
}
