//! Every seed and every input that was ever kept, once through its target, without the engine.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use warifu_fuzz::TARGETS;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_seed_and_every_kept_input_is_read_as_promised() {
    for target in TARGETS {
        let seeds = (target.seeds)();
        assert!(!seeds.is_empty(), "{} has no seeds", target.name);
        for seed in &seeds {
            (target.run)(seed);
        }
        for file in files(&corpus().join(target.name)) {
            (target.run)(&fs::read(&file).unwrap());
        }
        (target.run)(b"");
    }
}

#[test]
fn a_corpus_is_small_and_of_a_target_that_exists() {
    let names: BTreeSet<&str> = TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(names.len(), TARGETS.len(), "two targets of one name");
    for folder in files(&corpus()) {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(names.contains(name.as_str()), "a corpus of no target: {name}");
        let bytes: u64 = files(&folder).iter().map(|file| file.metadata().unwrap().len()).sum();
        assert!(bytes <= 256 * 1_024, "the corpus of {name} has {bytes} bytes: minimise it");
    }
}
