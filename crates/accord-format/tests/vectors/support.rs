//! Reading the vector files.

use base64::Engine as _;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The path of a vector file.
pub(crate) fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors").join(name)
}

pub(crate) fn read(name: &str) -> Vec<u8> {
    std::fs::read(path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

pub(crate) fn read_text(name: &str) -> String {
    String::from_utf8(read(name)).unwrap()
}

pub(crate) fn read_json(name: &str) -> Value {
    serde_json::from_slice(&read(name)).unwrap()
}

/// Every JSON file below a folder.
pub(crate) fn json_files(name: &str) -> Vec<(PathBuf, Value)> {
    let mut folders = vec![path(name)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).unwrap() {
            let item = item.unwrap().path();
            if item.is_dir() {
                folders.push(item);
            } else if item.extension().is_some_and(|e| e == "json") {
                let value = serde_json::from_slice(&std::fs::read(&item).unwrap()).unwrap();
                files.push((item, value));
            }
        }
    }
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    files
}

pub(crate) fn text<'a>(case: &'a Value, member: &str) -> &'a str {
    case[member].as_str().unwrap_or_else(|| panic!("{member} of {case}"))
}

pub(crate) fn list<'a>(case: &'a Value, member: &str) -> &'a [Value] {
    case[member].as_array().unwrap_or_else(|| panic!("{member} of {case}"))
}

pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

pub(crate) fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
}
