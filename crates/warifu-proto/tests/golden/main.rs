//! Golden vectors: signed documents, lease files, signed requests and bodies as files under `testdata/`, each with what a reader must
//! make of it. They are for every implementation of the protocol; `docs/protocol.md` describes the format.
//!
//! One test reads the files and checks what this crate makes of them. Another makes them anew from fixed seeds and compares, so that a
//! change of any released form is seen. `WARIFU_WRITE_VECTORS=1 cargo test -p warifu-proto --test golden` writes them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a vector that cannot be made or read fails its test")]

mod bodies;
mod bundles;
mod documents;
mod expectation;
mod requests;
mod sample;
mod vector;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use vector::Vector;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

fn made() -> BTreeMap<String, Vector> {
    let all = [documents::vectors(), bundles::vectors(), requests::vectors(), bodies::vectors()];
    let mut vectors = BTreeMap::new();
    for (name, vector) in all.into_iter().flatten() {
        assert!(vectors.insert(name.clone(), vector).is_none(), "two vectors are called {name}");
    }
    vectors
}

fn read() -> BTreeMap<String, Vector> {
    let mut vectors = BTreeMap::new();
    for area in fs::read_dir(folder()).unwrap() {
        let area = area.unwrap();
        for file in fs::read_dir(area.path()).unwrap() {
            let file = file.unwrap();
            let name = format!("{}/{}", area.file_name().display(), file.file_name().display());
            let vector = Vector::parse(&fs::read_to_string(file.path()).unwrap());
            let vector = vector.unwrap_or_else(|line| panic!("{name}: {line}"));
            vectors.insert(name, vector);
        }
    }
    vectors
}

#[test]
fn every_vector_is_judged_as_it_says() {
    let vectors = read();
    assert!(vectors.len() > 100, "only {} vectors", vectors.len());
    let wrong: Vec<String> = vectors
        .iter()
        .filter_map(|(name, vector)| {
            let (expected, found) = (vector.get("expect"), expectation::judge(vector));
            (found != expected).then(|| format!("{name}: expected {expected}, found {found}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_area_has_many_refused_vectors_for_each_accepted_one() {
    for area in ["document", "bundle", "request", "body"] {
        let vectors = read();
        let of_area = || vectors.iter().filter(|(name, _)| name.starts_with(area));
        let accepted = of_area().filter(|(_, vector)| vector.get("expect") == "accepted").count();
        let refused = of_area().count() - accepted;
        assert!(accepted >= 2 && refused >= 2 * accepted, "{area}: {accepted} accepted, {refused} refused");
    }
}

#[test]
fn the_files_are_those_that_the_fixed_seeds_make() {
    let made = made();
    if std::env::var_os("WARIFU_WRITE_VECTORS").is_some() {
        for (name, vector) in &made {
            let path = folder().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, vector.to_text()).unwrap();
        }
    }
    let read = read();
    for (name, vector) in &made {
        assert_eq!(read.get(name), Some(vector), "{name}");
    }
}
