//! Turns a recorded machine (`tests/machines`, whose README gives the format) into a tree.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a recording that cannot be played fails its test"
)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use warifu_device::{Hardware as _, Inventory, Linux};

/// The inventory of a recorded machine.
pub(crate) fn inventory(name: &str) -> Inventory {
    let tree = play(name, |line| Some(line.to_owned()));
    Linux::over(tree.path().to_owned()).inventory().unwrap()
}

/// The inventory of a recorded machine with some lines changed or left out.
pub(crate) fn inventory_with(name: &str, edit: impl Fn(&str) -> Option<String>) -> Inventory {
    let tree = play(name, edit);
    Linux::over(tree.path().to_owned()).inventory().unwrap()
}

fn play(name: &str, edit: impl Fn(&str) -> Option<String>) -> TempDir {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/machines").join(format!("{name}.txt"));
    let recording = fs::read_to_string(&file).unwrap();
    let tree = tempfile::tempdir().unwrap();
    let mut many_lines = None;
    for line in recording.lines().filter_map(edit) {
        if line.starts_with('#') {
            continue;
        } else if let Some(text) = line.strip_prefix('|') {
            let path: &PathBuf = many_lines.as_ref().expect("a line of a file");
            let text =
                format!("{}{}\n", fs::read_to_string(path).unwrap(), text.strip_prefix(' ').unwrap_or(text));
            fs::write(path, text).unwrap();
        } else if let Some((path, target)) = line.split_once(" -> ") {
            symlink(target, place(&tree, path)).unwrap();
        } else if let Some(path) = line.strip_suffix(" !") {
            // A link to itself is there and cannot be opened, not even by root.
            let path = place(&tree, path);
            symlink(path.file_name().unwrap(), &path).unwrap();
        } else if let Some((path, hex)) = line.split_once(" hex ") {
            let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
            fs::write(place(&tree, path), hex.as_bytes().chunks(2).map(byte).collect::<Vec<u8>>()).unwrap();
        } else if let Some((path, text)) = line.split_once(": ") {
            fs::write(place(&tree, path), format!("{text}\n")).unwrap();
        } else {
            let path = place(&tree, line.strip_suffix(':').expect("a line of the format"));
            fs::write(&path, "").unwrap();
            many_lines = Some(path);
        }
    }
    tree
}

fn place(tree: &TempDir, path: &str) -> PathBuf {
    let path = tree.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    path
}
