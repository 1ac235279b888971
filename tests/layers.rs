//! The shape of the house, read from its own sources: which module may use which, how long a file may grow,
//! and where the web may be spoken of.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// Who may use whom: a layer may use its own line's modules only within themselves, and everything below.
const LAYERS: &[&[&str]] = &[
    &["facade"],
    &["browser"],
    &["trace", "tabs"],
    &["agent"],
    &["call", "registration", "subscription"],
    &["dialog", "auth", "local"],
    &["transaction"],
    &["message"],
    &["retry", "ice", "sound", "kept"],
    &["time", "entropy", "error", "quality"],
];
/// Crates of the web, by the start of their names.
const WEB: [&str; 5] = ["web_sys", "js_sys", "wasm_bindgen", "gloo_", "console_error_panic_hook"];
const LONGEST: usize = 500;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The top-level module that a file below `src/` belongs to.
fn module_of(file: &Path) -> String {
    let below = file.strip_prefix(root().join("src")).unwrap();
    below.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

fn layer_of(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// The code without comments and string literals, so that only real paths are left.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// What a file names after `crate::`, in `use` lines, groups and plain paths.
fn used_modules(code: &str) -> Vec<String> {
    let mut used = Vec::new();
    for (at, found) in code.match_indices("crate::") {
        let rest = code[at + found.len()..].trim_start();
        match rest.strip_prefix('{') {
            Some(group) => used.extend(group_heads(group)),
            None => used.push(first_word(rest)),
        }
    }
    used
}

/// The first segments of `{a::b, c::{d, e}, f}`, its opening brace taken off.
fn group_heads(group: &str) -> Vec<String> {
    let mut heads = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, char) in group.char_indices() {
        match char {
            '{' => depth += 1,
            ',' if depth == 0 => {
                heads.push(first_word(group[start..at].trim()));
                start = at + 1;
            }
            '}' if depth == 0 => {
                heads.push(first_word(group[start..at].trim()));
                break;
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    heads.retain(|head| !head.is_empty());
    heads
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|char| char.is_alphanumeric() || *char == '_').collect()
}

/// Why this file may not stay as it is. `lib` is above all layers, but does not touch the web either.
fn offences(module: &str, code: &str) -> Vec<String> {
    let mut offences = Vec::new();
    if module != "lib" {
        let Some(own) = layer_of(module) else {
            return vec![format!("{module} is in no layer")];
        };
        for used in used_modules(code) {
            if used != module && layer_of(&used).is_none_or(|layer| layer <= own) {
                offences.push(format!("{module} uses {used}, which is not below it"));
            }
        }
    }
    if !matches!(module, "browser" | "facade") {
        offences
            .extend(WEB.iter().filter(|web| code.contains(**web)).map(|web| format!("{module} uses {web}")));
    }
    offences
}

#[test]
fn every_arrow_points_down() {
    let mut found = Vec::new();
    for file in sources(&root().join("src")) {
        let text = fs::read_to_string(&file).unwrap();
        found.extend(
            offences(&module_of(&file), &code(&text))
                .into_iter()
                .map(|why| format!("{}: {why}", file.display())),
        );
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn no_file_is_longer_than_a_reader_can_hold() {
    let mut long = Vec::new();
    for folder in ["src", "loopback/src"] {
        for file in sources(&root().join(folder)) {
            let lines = fs::read_to_string(&file).unwrap().lines().count();
            if lines > LONGEST {
                long.push(format!("{} has {lines} lines", file.display()));
            }
        }
    }
    assert_eq!(long, Vec::<String>::new());
}

#[test]
fn this_test_sees_what_it_is_to_see() {
    let wrong = |module: &str, code: &str| offences(module, code).len();
    assert_eq!(wrong("message", "use crate::transaction::Transactions;"), 1);
    assert_eq!(wrong("message", "use crate::{time::Instant, agent::{io, config}, error};"), 1);
    assert_eq!(wrong("call", "fn f() { crate::registration::bind() }"), 1);
    assert_eq!(wrong("auth", "use web_sys::WebSocket;"), 1);
    assert_eq!(wrong("lib", "pub use wasm_bindgen::JsValue;"), 1);
    assert_eq!(wrong("unheard_of", ""), 1);
    assert_eq!(wrong("call", "use crate::Reexported;"), 1);
    assert_eq!(wrong("agent", "use crate::{call::Call, message::Head, agent::io, time};"), 0);
    assert_eq!(wrong("facade", "use web_sys::WebSocket; use crate::browser;"), 0);
    assert_eq!(wrong("message", &code("// use crate::agent::UserAgent;")), 0);
}
