//! `warifu audit export`: the whole log in one file, for an audit without the service. A line of JSON for the head, then one for each entry.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::json;
use warifu_core::catalogue::Failure;
use warifu_core::id::EventId;
use warifu_proto::encoding::{hex, parse_hex};
use warifu_proto::keys::RootPublicKey;
use warifu_proto::log::{ENTRY_BYTES_MAX, Hash, LogCertificate, TILE_WIDTH, Tile};
use warifu_service::clock::Clock as _;
use warifu_service::log::{Listed, LogEntry, Source};
use warifu_service::port::SignedHead;

use super::super::api::Api;
use super::service::ServiceSource;
use crate::error::CliError;
use crate::files::{self, Existing, NewFile, not_writable};
use crate::service::clock::SystemClock;
use crate::ui::Ui;

const FORMAT: &str = "warifu-log/1";
/// The longest line: an entry whose every byte is escaped.
const LINE_BYTES_MAX: u64 = 8 * ENTRY_BYTES_MAX as u64;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    format: String,
    checkpoint: String,
    certificate: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    index: u64,
    event: String,
    /// The hash of the leaf as the tree has it.
    leaf: Option<String>,
    entry: Option<String>,
}

/// Writes the log of a service to a new file.
pub(super) fn run(ui: &Ui, api: &Api, out: &Path) -> Result<(), CliError> {
    let mut source = ServiceSource::new(api);
    let head = source.head()?.ok_or_else(Failure::log_not_signed)?;
    let root: RootPublicKey = api.get("/v1/service", &[])?["root"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .ok_or_else(Failure::root_not_pinned)?;
    let certificate = LogCertificate::verify(&root, &head.certificate, SystemClock.now());
    let certificate = certificate.map_err(|error| error.failure())?;
    let size = certificate.checkpoint(&head.checkpoint).map_err(|_| Failure::answer_not_genuine())?.size;

    let failed = |error: std::io::Error| not_writable(out, &error);
    let mut file = BufWriter::new(NewFile::begin(out, Existing::Keep)?);
    let first =
        Head { format: FORMAT.to_owned(), checkpoint: head.checkpoint, certificate: head.certificate };
    let mut line = |json: serde_json::Result<String>| {
        json.map_err(std::io::Error::from).and_then(|json| writeln!(file, "{json}")).map_err(failed)
    };
    line(serde_json::to_string(&first))?;
    let progress = ui.progress(size);
    let (mut next, mut tile, mut hashes) = (0, u64::MAX, Vec::new());
    while next < size {
        let entries = source.entries(next)?;
        // A place that no event has: the audit of the file will say so.
        let Some(last) = entries.last().map(|entry| entry.index) else {
            next += 1;
            continue;
        };
        for LogEntry { index, event, bytes } in entries.into_iter().filter(|entry| entry.index < size) {
            let at = index / TILE_WIDTH as u64;
            if at != tile {
                hashes = source.leaves(at, Tile::width(0, at, size))?;
                tile = at;
            }
            let place = usize::try_from(index % TILE_WIDTH as u64).unwrap_or_default();
            let entry = Line {
                index,
                event: event.to_string(),
                leaf: hashes.get(place).map(|hash: &Hash| hex(hash)),
                entry: bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
            };
            line(serde_json::to_string(&entry))?;
        }
        next = last + 1;
        progress.at(next.min(size));
    }
    let file = file.into_inner().map_err(|error| not_writable(out, error.error()))?;
    file.finish()?;
    ui.answer(&json!({ "file": out, "entries": size }), || {
        ui.say(
            format!(
                "ログ{size}件を {} に書き出しました。「warifu audit verify --from」で検査できます。",
                out.display()
            ),
            format!("Wrote {size} entries to {}. `warifu audit verify --from` checks them.", out.display()),
        )
    });
    Ok(())
}

/// An exported log, read once from its beginning to its end.
pub(super) struct Exported {
    path: PathBuf,
    head: SignedHead,
    lines: BufReader<File>,
    /// The entry that was read last and belongs to a later page, with its hash.
    waiting: Option<(LogEntry, Option<Hash>)>,
    page: Vec<LogEntry>,
    hashes: Vec<Option<Hash>>,
    tile: u64,
}

impl Exported {
    /// Opens an exported log.
    ///
    /// # Errors
    /// `file_not_readable` when it is none.
    pub(super) fn read(path: &Path) -> Result<Self, CliError> {
        let file = File::open(path).map_err(|error| files::not_readable(path, &error))?;
        let mut exported = Self {
            path: path.to_owned(),
            head: SignedHead { checkpoint: String::new(), certificate: String::new() },
            lines: BufReader::new(file),
            waiting: None,
            page: Vec::new(),
            hashes: Vec::new(),
            tile: u64::MAX,
        };
        let head: Option<Head> = exported.line()?;
        let head = head.filter(|head| head.format == FORMAT).ok_or_else(|| exported.not_one())?;
        exported.head = SignedHead { checkpoint: head.checkpoint, certificate: head.certificate };
        Ok(exported)
    }

    fn not_one(&self) -> Failure {
        Failure::file_not_readable(self.path.display(), "not an export of a log")
    }

    fn line<T: serde::de::DeserializeOwned>(&mut self) -> Result<Option<T>, CliError> {
        let mut line = String::new();
        let mut bounded = std::io::Read::take(&mut self.lines, LINE_BYTES_MAX);
        match bounded.read_line(&mut line) {
            Ok(0) => Ok(None),
            Ok(_) => serde_json::from_str(&line).map(Some).map_err(|_| self.not_one().into()),
            Err(_) => Err(self.not_one().into()),
        }
    }

    /// Reads the entries of one tile.
    fn load(&mut self, tile: u64) -> Result<(), CliError> {
        if self.tile == tile {
            return Ok(());
        }
        self.tile = tile;
        self.page.clear();
        self.hashes = vec![None; TILE_WIDTH];
        loop {
            let next = match self.waiting.take() {
                Some(next) => next,
                None => match self.line::<Line>()? {
                    Some(line) => {
                        let event: EventId = line.event.parse().map_err(|_| self.not_one())?;
                        let bytes = line.entry.map(String::into_bytes);
                        let hash = line.leaf.as_deref().and_then(parse_hex);
                        (LogEntry { index: line.index, event, bytes }, hash)
                    }
                    None => return Ok(()),
                },
            };
            if next.0.index / TILE_WIDTH as u64 > tile {
                self.waiting = Some(next);
                return Ok(());
            }
            let place = usize::try_from(next.0.index % TILE_WIDTH as u64).unwrap_or_default();
            self.hashes[place] = next.1;
            self.page.push(next.0);
        }
    }
}

impl Source<CliError> for Exported {
    fn head(&mut self) -> Result<Option<SignedHead>, CliError> {
        Ok(Some(self.head.clone()))
    }

    fn entries(&mut self, first: u64) -> Result<Vec<LogEntry>, CliError> {
        self.load(first / TILE_WIDTH as u64)?;
        Ok(self.page.iter().filter(|entry| entry.index >= first).cloned().collect())
    }

    fn leaves(&mut self, tile: u64, width: usize) -> Result<Vec<Hash>, CliError> {
        self.load(tile)?;
        Ok(self.hashes.iter().take(width).map_while(|hash| *hash).collect())
    }

    /// The file holds the log and nothing beside it.
    fn events(&mut self, _: Option<EventId>) -> Result<Vec<Listed>, CliError> {
        Ok(Vec::new())
    }
}
