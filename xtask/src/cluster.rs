//! A PostgreSQL cluster of its own for tests and drills: made in an empty folder, gone with whoever started it.
//!
//! Nothing of it is shared with a cluster that the machine may run. It is as durable as one in earnest (`fsync` on), asks for a password and
//! speaks TLS with a certificate of its own. Where PostgreSQL is lacking it is installed from the distribution, or the error names it.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use rcgen::{CertificateParams, KeyPair};

use crate::{debian, process};

/// Where clusters are made: a place on a disk, not in memory, that every user can get to.
const PARENT: &str = "/var/tmp";
const PREFIX: &str = "warifu-cluster-";
/// Debian's package of the server.
const PACKAGE: &str = "postgresql";
const NEEDED_BY: &str = "the tests of the PostgreSQL store";
/// How long a cluster may take to be ready; after a hard stop of the machine it has nothing to recover.
const READY_MAX: Duration = Duration::from_secs(60);

/// The user, who may do anything in the cluster.
pub(crate) const USER: &str = "warifu";

/// A cluster that runs. Dropped, it is stopped and its folder removed.
pub(crate) struct Cluster {
    server: Child,
    folder: PathBuf,
    programs: PathBuf,
    port: u16,
    password: String,
}

impl Cluster {
    /// Makes a cluster and starts it on a free port of this machine.
    ///
    /// # Errors
    /// When PostgreSQL is lacking and cannot be installed, or does not start; the message says what it said.
    pub(crate) fn start() -> Result<Self, String> {
        let programs = programs()?;
        remove_left_over();
        let folder = Path::new(PARENT).join(format!("{PREFIX}{}", std::process::id()));
        let owner = Owner::find()?;
        let made = make(&programs, &folder, &owner);
        let made = made.and_then(|password| Ok((password, serve(&programs, &folder, &owner, free_port()?)?)));
        match made {
            Ok((password, (server, port))) => Ok(Self { server, folder, programs, port, password }),
            Err(error) => {
                let _ = fs::remove_dir_all(&folder);
                Err(error)
            }
        }
    }

    /// Where it listens, as `HOST:PORT`.
    pub(crate) fn place(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The user's password.
    #[cfg(feature = "drill")]
    pub(crate) fn password(&self) -> &str {
        &self.password
    }

    /// The variables by which tests find it.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("WARIFU_TEST_POSTGRES", self.place()),
            ("WARIFU_TEST_POSTGRES_PASSWORD", self.password.clone()),
            ("WARIFU_TEST_POSTGRES_CA", self.folder.join("server.crt").display().to_string()),
            ("WARIFU_TEST_POSTGRES_PROGRAMS", self.programs.display().to_string()),
        ]
    }

    /// Makes an empty database and gives its address.
    #[cfg(feature = "drill")]
    pub(crate) fn database(&self, name: &str) -> Result<String, String> {
        self.sql("postgres", &format!("CREATE DATABASE {name}"))?;
        Ok(format!("postgres://{USER}@{}/{name}", self.place()))
    }

    /// Carries statements out in a database.
    #[cfg(feature = "drill")]
    pub(crate) fn sql(&self, database: &str, sql: &str) -> Result<String, String> {
        let quiet = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1"];
        self.run("psql", &[&quiet[..], &["--dbname", database, "--command", sql]].concat())
    }

    /// Runs one of PostgreSQL's programs for its clients, as the cluster's user and without TLS, and gives what it printed.
    #[cfg(feature = "drill")]
    pub(crate) fn run(&self, program: &str, args: &[&str]) -> Result<String, String> {
        let output = Command::new(self.programs.join(program))
            .args(args)
            .env("PGHOST", "127.0.0.1")
            .env("PGPORT", self.port.to_string())
            .env("PGUSER", USER)
            .env("PGPASSWORD", &self.password)
            .env("PGSSLMODE", "disable")
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("{program}: {error}"))?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
        } else {
            Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim()))
        }
    }
}

/// What happens to databases.
#[cfg(feature = "drill")]
impl Cluster {
    /// The server's process.
    pub(crate) fn pid(&self) -> u32 {
        self.server.id()
    }

    /// The process that serves a session of a database: one with a transaction under way, if there is one.
    pub(crate) fn session(&self, database: &str) -> Result<u32, String> {
        let sessions = format!(
            "SELECT pid FROM pg_stat_activity WHERE datname = '{database}' AND pid <> pg_backend_pid() \
             ORDER BY state = 'idle', xact_start LIMIT 1"
        );
        let pid = self.sql("postgres", &sessions)?;
        pid.parse().map_err(|_| format!("the database {database} has no session"))
    }

    /// Starts the server again on the same port and data, once all its processes have been killed.
    pub(crate) fn start_again(&mut self) -> Result<(), String> {
        self.server.wait().map_err(|error| format!("postgres: {error}"))?;
        (self.server, _) = serve(&self.programs, &self.folder, &Owner::find()?, self.port)?;
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // An interrupt asks the server to end its sessions and stop.
        let pid = self.server.id().to_string();
        let asked = Command::new("kill").args(["-INT", &pid]).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Whom the server runs as: PostgreSQL refuses to run as root.
struct Owner(Option<(u32, u32)>);

impl Owner {
    fn find() -> Result<Self, String> {
        if !is_root() {
            return Ok(Self(None));
        }
        let users = fs::read_to_string("/etc/passwd").map_err(|error| format!("/etc/passwd: {error}"))?;
        let ids = |name: &str| {
            let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
            let mut fields = line.split(':').skip(2);
            Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
        };
        ids("postgres").or_else(|| ids("nobody")).map(|ids| Self(Some(ids))).ok_or_else(|| {
            "this machine has neither a user `postgres` nor `nobody` to run PostgreSQL as".to_owned()
        })
    }

    /// A program of this owner's that ends with us, however we end.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "INT"]);
        if let Some((user, group)) = self.0 {
            command.args(["--reuid", &user.to_string(), "--regid", &group.to_string(), "--clear-groups"]);
        }
        command.arg("--").arg(program).current_dir(PARENT).stdin(Stdio::null());
        command
    }

    fn own(&self, path: &Path) -> Result<(), String> {
        match self.0 {
            Some((user, group)) => chown(path, Some(user), Some(group)).map_err(|error| said(path, &error)),
            None => Ok(()),
        }
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|owner| owner.uid() == 0)
}

fn said(path: &Path, error: &dyn std::fmt::Display) -> String {
    format!("{}: {error}", path.display())
}

/// The folder of the newest server programs, installed first if there are none.
fn programs() -> Result<PathBuf, String> {
    if let Some(found) = find_programs() {
        return Ok(found);
    }
    install()?;
    find_programs()
        .ok_or_else(|| "PostgreSQL was installed, but its program `initdb` was not found".to_owned())
}

fn find_programs() -> Option<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"));
    let mut folders: Vec<PathBuf> = debian.collect();
    let version = |path: &PathBuf| {
        path.parent().and_then(|path| path.file_name()?.to_str()?.parse::<u32>().ok()).unwrap_or(0)
    };
    folders.sort_by_key(|path| std::cmp::Reverse(version(path)));
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    folders
        .into_iter()
        .find(|folder| ["initdb", "postgres", "psql"].iter().all(|name| folder.join(name).exists()))
}

/// Installs Debian's package, without the cluster that it would make and run.
fn install() -> Result<(), String> {
    debian::may_install(NEEDED_BY, &[PACKAGE])?;
    println!("{NEEDED_BY} lack {PACKAGE}; installing it");
    process::run("apt-get", &["update"])?;
    debian::get(&["postgresql-common"])?;
    let settings = Path::new("/etc/postgresql-common/createcluster.conf");
    if let Ok(text) = fs::read_to_string(settings) {
        let text = text.replace("#create_main_cluster = true", "create_main_cluster = false");
        fs::write(settings, text).map_err(|error| said(settings, &error))?;
    }
    debian::get(&[PACKAGE])
}

/// Removes what processes that are gone have left: one that was killed could not.
fn remove_left_over() {
    for entry in fs::read_dir(PARENT).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else { continue };
        if !Path::new("/proc").join(pid).exists() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Makes the cluster's folder and answers with the password.
fn make(programs: &Path, folder: &Path, owner: &Owner) -> Result<String, String> {
    let failed = |error: std::io::Error| said(folder, &error);
    let _ = fs::remove_dir_all(folder);
    fs::create_dir(folder).map_err(failed)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).map_err(failed)?;
    owner.own(folder)?;
    let key = KeyPair::generate().map_err(|error| format!("a key for TLS: {error}"))?;
    // Any unguessable text will do; the key pair is at hand.
    let password: String =
        key.public_key_raw().iter().skip(1).take(16).map(|byte| format!("{byte:02x}")).collect();
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let certificate = CertificateParams::new(names)
        .and_then(|params| params.self_signed(&key))
        .map_err(|error| format!("a certificate for TLS: {error}"))?;
    let secret = |name: &str, content: &str, mode| {
        let path = folder.join(name);
        fs::write(&path, content).map_err(failed)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).map_err(failed)?;
        owner.own(&path)
    };
    secret("server.key", &key.serialize_pem(), 0o600)?;
    secret("server.crt", &certificate.pem(), 0o644)?;
    secret("password", &password, 0o600)?;
    let output = owner
        .command(&programs.join("initdb"))
        .args(["--username", USER, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C"])
        .arg("--pwfile")
        .arg(folder.join("password"))
        .arg("--pgdata")
        .arg(folder.join("data"))
        .output()
        .map_err(|error| format!("initdb: {error}"))?;
    if output.status.success() {
        Ok(password)
    } else {
        Err(format!("initdb: {}", String::from_utf8_lossy(&output.stderr).trim()))
    }
}

fn free_port() -> Result<u16, String> {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    free.map(|address| address.port()).map_err(|error| format!("a free port: {error}"))
}

/// Starts the server on a port and waits until it accepts connections.
fn serve(programs: &Path, folder: &Path, owner: &Owner, port: u16) -> Result<(Child, u16), String> {
    let file = |name: &str| folder.join(name).display().to_string();
    let settings = [
        format!("port={port}"),
        "listen_addresses=127.0.0.1".to_owned(),
        "unix_socket_directories=".to_owned(),
        "max_connections=200".to_owned(),
        "fsync=on".to_owned(),
        "ssl=on".to_owned(),
        format!("ssl_cert_file={}", file("server.crt")),
        format!("ssl_key_file={}", file("server.key")),
    ];
    let mut command = owner.command(&programs.join("postgres"));
    command.arg("-D").arg(folder.join("data"));
    for setting in settings {
        command.arg("-c").arg(setting);
    }
    let mut server = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("postgres: {error}"))?;
    let (ready, is_ready) = sync_channel(1);
    let mut log = File::create(folder.join("log")).map_err(|error| said(folder, &error))?;
    let said = server.stderr.take().map(BufReader::new);
    std::thread::spawn(move || {
        for line in said.into_iter().flat_map(BufRead::lines).map_while(Result::ok) {
            // A log that cannot be written is no reason to stop reading it: the server would wait.
            let _ = writeln!(log, "{line}");
            if line.contains("ready to accept connections") {
                let _ = ready.try_send(());
            }
        }
    });
    match is_ready.recv_timeout(READY_MAX) {
        Ok(()) => Ok((server, port)),
        Err(waited) => {
            let _ = server.kill();
            let _ = server.wait();
            let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
            let why = match waited {
                RecvTimeoutError::Timeout => "is not ready in time",
                RecvTimeoutError::Disconnected => "ended",
            };
            Err(format!("postgres {why}: {}", log.lines().last().unwrap_or_default()))
        }
    }
}
