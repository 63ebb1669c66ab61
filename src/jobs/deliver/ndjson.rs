//! A line for each alert at the end of a file, exactly once, whatever crashes and whoever rotates the file.
//!
//! Where the lines will stand is written down first. A run that finds such a note looks there: a whole line has arrived, a piece of it
//! is completed, none is written. Where the file is another by now, or another writer came between, the alert's id is looked for in the
//! file and in those that a rotation made of it. Nothing in the file is ever taken away.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::jobs::store::{Delivery, Place, Store, StoreError};

/// Appends the lines of a batch that are not in the file yet.
pub fn append(store: &Store, path: &Path, batch: &mut [(u64, Delivery)]) -> Result<Result<(), String>, StoreError> {
    let told = |error: io::Error| format!("{}: {error}", path.display());
    let mut missing = Vec::new();
    for (at, (_, delivery)) in batch.iter().enumerate() {
        match arrived(path, delivery) {
            Ok(true) => {}
            Ok(false) => missing.push(at),
            Err(error) => return Ok(Err(told(error))),
        }
    }
    if !missing.is_empty() {
        let mut file = match open(path) {
            Ok(file) => file,
            Err(error) => return Ok(Err(told(error))),
        };
        let lines = match plan(&mut file, batch, &missing) {
            Ok(lines) => lines,
            Err(error) => return Ok(Err(told(error))),
        };
        store.update_deliveries(batch)?;
        // One call: other writers' lines come before or behind, not between.
        if let Err(error) = file.write_all(&lines).and_then(|()| file.sync_data()) {
            return Ok(Err(told(error)));
        }
    }
    store.delivered(&batch.iter().map(|(number, _)| *number).collect::<Vec<_>>())?;
    Ok(Ok(()))
}

fn open(path: &Path) -> io::Result<File> {
    let is_new = !path.exists();
    let file = OpenOptions::new().create(true).append(true).read(true).open(path)?;
    if is_new && let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        // The file's name must survive a loss of power as well; systems that cannot do this on a folder do it by themselves.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    Ok(file)
}

/// Notes where each line will stand, and gives the lines. A line of another that has no end yet gets one first.
fn plan(file: &mut File, batch: &mut [(u64, Delivery)], missing: &[usize]) -> io::Result<Vec<u8>> {
    let metadata = file.metadata()?;
    let mut lines = Vec::new();
    if metadata.len() > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            lines.push(b'\n');
        }
    }
    for at in missing {
        let Some((_, delivery)) = batch.get_mut(*at) else { continue };
        delivery.place = Some(Place { file: identity(&metadata), offset: metadata.len() + lines.len() as u64 });
        lines.extend_from_slice(delivery.body.as_bytes());
        lines.push(b'\n');
    }
    Ok(lines)
}

/// Whether an earlier run has written the line, though it did not come to note it.
fn arrived(path: &Path, delivery: &Delivery) -> io::Result<bool> {
    let Some(place) = &delivery.place else { return Ok(false) };
    let files = with_rotated(path)?;
    for file in &files {
        let metadata = file.metadata()?;
        if identity(&metadata) == place.file && at_place(file, &metadata, place, &delivery.body)? {
            return Ok(true);
        }
    }
    for file in &files {
        if holds(file, &delivery.id)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the line stands at its place; the end of it that is missing is written.
fn at_place(path: &Path, metadata: &Metadata, place: &Place, body: &str) -> io::Result<bool> {
    let line = format!("{body}\n");
    if metadata.len() <= place.offset {
        return Ok(false);
    }
    let mut found = Vec::new();
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(place.offset))?;
    file.take(line.len() as u64).read_to_end(&mut found)?;
    let is_last = metadata.len() == place.offset + found.len() as u64;
    match line.as_bytes().strip_prefix(found.as_slice()) {
        Some([]) => Ok(true),
        Some(rest) if is_last => {
            let mut file = OpenOptions::new().append(true).open(path)?;
            file.write_all(rest)?;
            file.sync_data()?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// The file, and those beside it whose names begin as its own: `alerts.ndjson.1`, `alerts-20240604.ndjson.gz`.
fn with_rotated(path: &Path) -> io::Result<Vec<PathBuf>> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&name) && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

/// Whether a whole line of a file, compressed or not, begins as the alert of this id does.
fn holds(path: &Path, id: &str) -> io::Result<bool> {
    let file = File::open(path)?;
    let is_gzip = path.extension().is_some_and(|extension| extension == "gz");
    let reader: Box<dyn Read> = if is_gzip { Box::new(flate2::read::MultiGzDecoder::new(file)) } else { Box::new(file) };
    let start = format!("{{\"id\":\"{id}\"");
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Ok(false);
        }
        if line.starts_with(start.as_bytes()) && line.ends_with(b"}\n") {
            return Ok(true);
        }
    }
}

/// What stays the same when a file is renamed.
#[cfg(unix)]
fn identity(metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

/// Not told here: the alert's id is looked for instead.
#[cfg(not(unix))]
fn identity(_metadata: &Metadata) -> (u64, u64) {
    (0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::deliver::Output;

    fn delivery(id: &str) -> Delivery {
        Delivery {
            job: "j".into(),
            output: Output::Terminal,
            id: id.into(),
            severity: String::new(),
            body: format!("{{\"id\":\"{id}\",\"title\":\"t\"}}"),
            place: None,
            attempts: 0,
            last_error: None,
        }
    }

    /// A line that is noted in a file that holds one line already, and the folder.
    fn noted() -> (tempfile::TempDir, PathBuf, Delivery) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alerts.ndjson");
        std::fs::write(&path, "{\"id\":\"old\"}\n").unwrap();
        let mut batch = [(0, delivery("new"))];
        plan(&mut open(&path).unwrap(), &mut batch, &[0]).unwrap();
        let [(_, delivery)] = batch;
        (folder, path, delivery)
    }

    fn add(path: &Path, text: &str) {
        OpenOptions::new().append(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
    }

    #[test]
    fn a_noted_line_is_found_completed_or_missing() {
        let (_folder, path, delivery) = noted();
        assert!(!arrived(&path, &delivery).unwrap());
        add(&path, &delivery.body[..9]);
        assert!(arrived(&path, &delivery).unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("{{\"id\":\"old\"}}\n{}\n", delivery.body));
        assert!(arrived(&path, &delivery).unwrap());
    }

    #[test]
    fn a_line_that_another_writer_or_a_rotation_moved_is_found() {
        let (folder, path, delivery) = noted();
        add(&path, &format!("{{\"id\":\"other\"}}\n{}\n", delivery.body));
        assert!(arrived(&path, &delivery).unwrap());
        std::fs::rename(&path, folder.path().join("alerts.ndjson.1")).unwrap();
        std::fs::write(&path, "").unwrap();
        assert!(arrived(&path, &delivery).unwrap());
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&std::fs::read(folder.path().join("alerts.ndjson.1")).unwrap()).unwrap();
        std::fs::write(folder.path().join("alerts.ndjson.2.gz"), gzip.finish().unwrap()).unwrap();
        std::fs::remove_file(folder.path().join("alerts.ndjson.1")).unwrap();
        assert!(arrived(&path, &delivery).unwrap());
        std::fs::remove_file(folder.path().join("alerts.ndjson.2.gz")).unwrap();
        assert!(!arrived(&path, &delivery).unwrap());
    }
}
