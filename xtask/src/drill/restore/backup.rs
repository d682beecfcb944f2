//! A backup of the store, taken and brought back with the commands of docs/operations/backup.md: those of `warifu`, or of PostgreSQL.

use std::path::{Path, PathBuf};

use crate::cluster::{Cluster, USER};
use crate::drill::harness::service::Installed;

/// The database of the drill.
pub(super) const DATABASE: &str = "restore";
/// The schema that holds all of Warifu's tables.
const SCHEMA: &str = "warifu";

/// A file, and the store that it is a backup of.
pub(super) struct Backup<'a> {
    installed: &'a Installed,
    cluster: Option<&'a Cluster>,
    file: PathBuf,
}

impl<'a> Backup<'a> {
    /// A backup that has not been taken yet. Without a cluster the store is a file in the data folder.
    pub(super) fn new(installed: &'a Installed, cluster: Option<&'a Cluster>) -> Self {
        Self { installed, cluster, file: installed.folder().join("backup") }
    }

    fn shown(&self) -> String {
        self.file.display().to_string()
    }

    /// Takes it while the service runs.
    pub(super) fn take(&self) -> Result<(), String> {
        let Some(cluster) = self.cluster else {
            let data = self.installed.data();
            return self.run(&["backup", "create", "--data"], &data, &["--to"], Some(&self.file));
        };
        let (schema, file) = (format!("--schema={SCHEMA}"), format!("--file={}", self.shown()));
        cluster.run("pg_dump", &["--format=custom", &schema, &file, DATABASE]).map(drop)
    }

    /// Reads all of it.
    pub(super) fn verify(&self) -> Result<(), String> {
        match self.cluster {
            None => self.run(&["backup", "verify"], &self.file, &[], None),
            Some(cluster) => cluster.run("pg_restore", &["--list", &self.shown()]).map(drop),
        }
    }

    /// Brings it back into an empty folder, or a fresh database.
    pub(super) fn bring_back(&self) -> Result<(), String> {
        let Some(cluster) = self.cluster else {
            let data = self.installed.data();
            return self.run(&["backup", "restore"], &self.file, &["--data"], Some(&data));
        };
        cluster.run("dropdb", &["--if-exists", "--force", DATABASE])?;
        cluster.run("createdb", &["--owner", USER, DATABASE])?;
        let database = format!("--dbname={DATABASE}");
        cluster.run("pg_restore", &["--single-transaction", &database, &self.shown()]).map(drop)
    }

    /// Runs a command of the binary: words, a path, and perhaps more words with another path.
    fn run(&self, words: &[&str], path: &Path, more: &[&str], other: Option<&Path>) -> Result<(), String> {
        let mut command = self.installed.command();
        command.args(words).arg(path).args(more).args(other);
        let output = command.output().map_err(|error| error.to_string())?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!("`warifu {}` failed: {}", words.join(" "), said.trim()))
    }
}
