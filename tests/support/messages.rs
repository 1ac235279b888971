//! Messages for the tests and the benchmark.
#![allow(dead_code, reason = "not everyone who shares this file uses all of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by panicking")]

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

/// A case of RFC 4475 or RFC 5118.
pub struct Case {
    /// Our name for it.
    pub name: String,
    /// The documents' name for it.
    pub document: String,
    pub verdict: Verdict,
    /// What a device may answer: a status, `drop` for nothing, `told` where the application is asked.
    pub answers: Vec<String>,
    pub bytes: Vec<u8>,
}

/// What the documents ask of an element that reads it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    Valid,
    Invalid,
    /// It may be refused or tolerated.
    Either,
}

/// The project's own messages, one for each case.
pub fn vectors() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let manifest = std::fs::read_to_string(folder.join("manifest.tsv")).unwrap();
    manifest.lines().skip(1).map(|line| case(&folder, line)).collect()
}

fn case(folder: &Path, line: &str) -> Case {
    let [name, _section, document, verdict, answers] =
        line.split('\t').collect::<Vec<_>>().try_into().unwrap();
    let verdict = match verdict {
        "valid" => Verdict::Valid,
        "invalid" => Verdict::Invalid,
        "either" => Verdict::Either,
        other => panic!("{other} is no verdict"),
    };
    Case {
        name: name.into(),
        document: document.into(),
        verdict,
        answers: answers.split('|').map(str::to_owned).collect(),
        bytes: std::fs::read(folder.join(name).with_extension("sip")).unwrap(),
    }
}

/// The documents' own messages for the same cases. They are not in this repository: they are read from a folder
/// `shared/torture` next to it, where there is one; else there are none.
pub fn documents() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = ["../shared/torture", "../../shared/torture"].map(|place| root.join(place));
    let Some(folder) = places.iter().find(|place| place.exists()) else { return Vec::new() };
    let read = |case: Case| {
        let bytes = std::fs::read(folder.join(&case.document).with_extension("dat")).unwrap();
        Case { name: case.document.clone(), bytes, ..case }
    };
    vectors().into_iter().map(read).collect()
}
