//! What the tests share: this test program, run again as another process.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Names the store, and the part to play, to a process that a test starts.
const STORE: &str = "WARIFU_TEST_STORE";

/// This program again, as a process that runs only the test `name` and finds `store` with [`played`].
pub(crate) fn play(program: &Path, name: &str, store: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(["--exact", name, "--nocapture", "--test-threads=1"]).env(STORE, store);
    command
}

/// The store that this process was started for. None in the process that starts others: there the part has nothing to do.
pub(crate) fn played() -> Option<PathBuf> {
    std::env::var_os(STORE).map(PathBuf::from)
}
