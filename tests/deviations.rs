//! Every departure from an RFC that the sources mark is listed in `docs/DEVIATIONS.md`, and none that is no more.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

use std::fs;
use std::path::Path;

/// The files below `folder` that hold the mark, each as often as it does.
fn marked(root: &Path, folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root.join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            found.extend(marked(root, &path));
        } else if path.ends_with(".rs") {
            let marks = fs::read_to_string(entry.path()).unwrap().matches("Deviation:").count();
            found.extend(std::iter::repeat_n(path, marks));
        }
    }
    found
}

#[test]
fn every_deviation_is_listed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/DEVIATIONS.md")).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let mut listed = Vec::new();
    for (file, reason) in rows {
        assert!(reason.contains('§') && reason.matches('|').count() == 4, "section, what and why of {file}");
        listed.push(String::from(file));
    }
    let mut marked: Vec<String> =
        ["src", "loopback/src"].into_iter().flat_map(|folder| marked(root, folder)).collect();
    listed.sort();
    marked.sort();
    assert_eq!(listed, marked);
}
