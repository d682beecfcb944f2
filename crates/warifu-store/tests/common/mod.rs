//! What the tests share: a test that needs another process runs this program again, and plays the other part there itself. So there is no function that the
//! runner counts as a test and that tests nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Names the store, and the part to play, to a process that a test starts.
const STORE: &str = "WARIFU_TEST_STORE";

/// This program again, as a process that runs only the test `name`, which finds `store` with [`played`] there.
pub(crate) fn play(program: &Path, name: &str, store: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(["--exact", name, "--nocapture", "--test-threads=1"]).env(STORE, store);
    command
}

/// The store that this process was started for, in the process that plays the other part. None in the one that the runner started.
pub(crate) fn played() -> Option<PathBuf> {
    std::env::var_os(STORE).map(PathBuf::from)
}
