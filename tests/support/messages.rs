//! Messages for the tests and the benchmark.
#![allow(dead_code, reason = "not everyone who shares this file uses all of it")]

use std::path::{Path, PathBuf};

/// The messages that the fuzzer begins with: their names and bytes.
pub fn samples() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/message");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|end| end == "sip")).collect();
    files.sort();
    let name = |path: &PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
    files.into_iter().map(|path| (name(&path), std::fs::read(&path).unwrap())).collect()
}

/// The RFCs' torture messages, where they lie beside the project: name, whether it is valid, bytes.
pub fn torture() -> Vec<(String, bool, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = ["../shared/torture", "../../shared/torture"].map(|place| root.join(place));
    let Some(folder) = places.iter().find(|place| place.exists()) else { return Vec::new() };
    let manifest = std::fs::read_to_string(folder.join("manifest.tsv")).unwrap();
    let row = |line: &str| {
        let mut columns = line.split('\t');
        let (name, verdict) = (columns.next().unwrap().to_owned(), columns.next().unwrap());
        let bytes = std::fs::read(folder.join(&name).with_extension("dat")).unwrap();
        (name, verdict == "valid", bytes)
    };
    manifest.lines().skip(1).map(row).collect()
}
