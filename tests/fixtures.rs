//! The small tenant in `fixtures/` is what the generator writes.

#[path = "../benches/generate/framing.rs"]
#[allow(dead_code, reason = "the story needs some of it")]
mod framing;
#[path = "../benches/generate/records.rs"]
#[allow(dead_code, reason = "the story needs some of it")]
mod records;
#[path = "../benches/generate/story/mod.rs"]
mod story;
#[path = "../benches/generate/tenant.rs"]
#[allow(dead_code, reason = "the story needs some of it")]
mod tenant;

use std::collections::BTreeMap;
use std::path::Path;

/// Names and bytes of all files.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
    let name = |path: &Path| path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
    entries.map(|entry| (name(entry.path()), std::fs::read(entry.path()).unwrap())).collect()
}

#[test]
fn the_tenant_is_what_the_generator_writes() {
    let written = tempfile::tempdir().unwrap();
    story::write(written.path()).unwrap();
    let (written, shipped) = (files(written.path()), files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tenant")));
    assert_eq!(written.keys().collect::<Vec<_>>(), shipped.keys().collect::<Vec<_>>());
    for (name, bytes) in &written {
        assert!(shipped[name] == *bytes, "{name} is not what `cargo run --example generate -- --story --out fixtures/tenant` writes");
    }
}
