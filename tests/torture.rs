//! The messages of RFC 4475 and RFC 5118, where they lie beside the project, against the RFCs' verdicts.
#![cfg(not(target_arch = "wasm32"))]

use std::path::PathBuf;
use telnyx_device::message::{Frame, read};

/// Faults that the RFC allows an element to tolerate, and that are tolerated: the field has no meaning here.
const TOLERATED: [&str; 1] = ["baddate"];

fn corpus() -> Option<(PathBuf, String)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let beside = |up: &str| root.join(up).join("shared/torture");
    let folder = [beside(".."), beside("../..")].into_iter().find(|folder| folder.exists())?;
    let manifest = std::fs::read_to_string(folder.join("manifest.tsv")).ok()?;
    Some((folder, manifest))
}

#[test]
fn every_message_gets_the_verdict_of_its_rfc() {
    let Some((folder, manifest)) = corpus() else {
        return println!("skipped: no corpus beside the project");
    };
    let mut seen = 0;
    for line in manifest.lines() {
        let mut columns = line.split('\t');
        let (name, verdict) = (columns.next().unwrap(), columns.next().unwrap());
        if name == "name" {
            continue;
        }
        let bytes = std::fs::read(folder.join(name).with_extension("dat")).unwrap();
        let accepted = match read(&bytes) {
            Ok(Frame::Message(_)) => Ok(()),
            Ok(_) => panic!("{name}: taken for a keep-alive"),
            Err(refused) => Err(refused),
        };
        let expected = verdict == "valid" || TOLERATED.contains(&name);
        assert_eq!(accepted.is_ok(), expected, "{name}: {accepted:?}");
        seen += 1;
    }
    assert_eq!(seen, 61);
}
