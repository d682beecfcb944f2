//! The protocol's golden vectors as seeds.

use std::fs;
use std::path::PathBuf;

/// The fields of each vector of an area: `document`, `bundle`, `request`, `body`.
pub(crate) fn of(area: &str) -> Vec<Vec<(String, String)>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../crates/warifu-proto/testdata").join(area);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let fields = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let pairs = text.lines().filter_map(|line| line.split_once(": "));
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    paths.iter().map(fields).collect()
}

/// A field of a vector.
pub(crate) fn field<'a>(vector: &'a [(String, String)], name: &str) -> Option<&'a str> {
    vector.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// That field of each vector of an area that has it.
pub(crate) fn fields(area: &str, name: &str) -> Vec<Vec<u8>> {
    of(area).iter().filter_map(|vector| field(vector, name).map(|value| value.as_bytes().to_vec())).collect()
}
