//! The journal of provisional leases: lines that are only ever appended, each with a checksum, durable before anybody is answered.
//!
//! A line is sixteen hexadecimal digits of SHA-256 over what follows the space after them, then JSON. A line that a crash left half written has no right
//! checksum and is passed over; so is one that was damaged later, and that is said in the log.

use std::io;

use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};
use warifu_core::catalogue::{Code, Failure};
use warifu_core::hardware::{ComponentKind, Reading, Scheme, StoredFingerprint, StoredHash};
use warifu_core::id::InstallationId;
use warifu_core::key::KeyNumber;
use warifu_core::text::Name;
use warifu_core::time::Timestamp;
use warifu_proto::encoding::{hex, parse_hex};

use super::{Entry, Settlement};

/// The file that a journal is kept in. It lies beside the secrets: it names hardware and devices.
pub trait JournalFile: Send {
    /// All its bytes; none when it is not there yet.
    ///
    /// # Errors
    /// What the system says.
    fn read(&mut self) -> io::Result<Vec<u8>>;

    /// Appends bytes. When it returns, they survive a loss of power; when it fails, the file is as it was, or ends in a part of them.
    ///
    /// # Errors
    /// What the system says.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Puts bytes in the place of all that is there, durably and in one step.
    ///
    /// # Errors
    /// What the system says.
    fn replace(&mut self, bytes: &[u8]) -> io::Result<()>;
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Line {
    Granted(Box<GrantedLine>),
    Settled(SettledLine),
}

#[derive(Serialize, Deserialize)]
struct GrantedLine {
    number: String,
    generation: u16,
    licence: String,
    activation: String,
    device: String,
    lease: String,
    installation: String,
    request: String,
    nonce_millis: u64,
    scheme: String,
    components: Vec<(String, Option<String>)>,
    device_name: Option<String>,
    issued: i64,
    renew_after: i64,
    expires: i64,
}

#[derive(Serialize, Deserialize)]
struct SettledLine {
    installation: String,
    number: String,
    /// Why it does not fit; none when the device was enrolled.
    refused: Option<(String, Vec<(String, String)>)>,
}

/// The lines of a new entry.
pub(super) fn granted(entry: &Entry) -> Vec<u8> {
    let components = entry.fingerprint.readings().filter_map(|(kind, reading)| match reading {
        Reading::Present(value) => Some((kind.name().to_owned(), Some(hex(&value.as_u64().to_be_bytes())))),
        Reading::Unreliable => Some((kind.name().to_owned(), None)),
        Reading::Missing => None,
    });
    line(&Line::Granted(Box::new(GrantedLine {
        number: entry.number.to_string(),
        generation: entry.generation,
        licence: entry.licence.to_string(),
        activation: entry.activation.to_string(),
        device: entry.device.to_string(),
        lease: entry.lease.to_string(),
        installation: entry.installation.to_string(),
        request: entry.request.to_string(),
        nonce_millis: entry.nonce_millis,
        scheme: entry.fingerprint.scheme().name().to_owned(),
        components: components.collect(),
        device_name: entry.device_name.as_ref().map(|name| name.as_str().to_owned()),
        issued: entry.issued.seconds(),
        renew_after: entry.renew_after.seconds(),
        expires: entry.expires.seconds(),
    })))
}

/// The line of what an entry came to, if that is known.
pub(super) fn settled(entry: &Entry) -> Vec<u8> {
    let refused = match &entry.settlement {
        None => return Vec::new(),
        Some(Settlement::Enrolled) => None,
        Some(Settlement::Refused(failure)) => {
            let values = failure.values().map(|(name, value)| (name.to_owned(), value.to_owned()));
            Some((failure.code().as_str().to_owned(), values.collect()))
        }
    };
    line(&Line::Settled(SettledLine {
        installation: entry.installation.to_string(),
        number: entry.number.to_string(),
        refused,
    }))
}

fn line(line: &Line) -> Vec<u8> {
    let json = serde_json::to_string(line).unwrap_or_default();
    // The line feed comes first, so that an entry never joins what a failed write has left.
    format!("\n{} {json}", checksum(json.as_bytes())).into_bytes()
}

fn checksum(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref().get(..8).unwrap_or_default())
}

/// The entries of a journal's bytes, and how many lines could not be read.
pub(super) fn parse(bytes: &[u8]) -> (Vec<Entry>, usize) {
    let mut entries: Vec<Entry> = Vec::new();
    let mut unread = 0;
    for bytes in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        match parse_line(bytes) {
            Some(Parsed::Granted(entry)) => entries.push(*entry),
            Some(Parsed::Settled(installation, number, settlement)) => {
                let entry = entries
                    .iter_mut()
                    .rfind(|entry| entry.installation == installation && entry.number == number);
                if let Some(entry) = entry {
                    entry.settlement = Some(settlement);
                }
            }
            None => unread += 1,
        }
    }
    (entries, unread)
}

enum Parsed {
    Granted(Box<Entry>),
    Settled(InstallationId, KeyNumber, Settlement),
}

fn parse_line(bytes: &[u8]) -> Option<Parsed> {
    let (sum, json) = std::str::from_utf8(bytes).ok()?.split_once(' ')?;
    if sum != checksum(json.as_bytes()) {
        return None;
    }
    match serde_json::from_str(json).ok()? {
        Line::Granted(line) => parse_granted(&line).map(|entry| Parsed::Granted(Box::new(entry))),
        Line::Settled(line) => {
            let settlement = match line.refused {
                None => Settlement::Enrolled,
                Some((code, values)) => {
                    let code: Code = code.parse().ok()?;
                    Settlement::Refused(Failure::from_parts(code, values).ok()?)
                }
            };
            let installation = InstallationId::from_bytes(parse_hex(&line.installation)?);
            Some(Parsed::Settled(installation, line.number.parse().ok()?, settlement))
        }
    }
}

fn parse_granted(line: &GrantedLine) -> Option<Entry> {
    let mut fingerprint = StoredFingerprint::new(Scheme::from_name(&line.scheme)?);
    for (kind, value) in &line.components {
        let reading = match value {
            Some(value) => Reading::Present(StoredHash::from_u64(u64::from_be_bytes(parse_hex(value)?))),
            None => Reading::Unreliable,
        };
        fingerprint = fingerprint.with(ComponentKind::from_name(kind)?, reading);
    }
    let device_name = line.device_name.as_deref().map(Name::new).transpose().ok()?;
    Some(Entry {
        number: line.number.parse().ok()?,
        generation: line.generation,
        licence: line.licence.parse().ok()?,
        activation: line.activation.parse().ok()?,
        device: line.device.parse().ok()?,
        lease: line.lease.parse().ok()?,
        installation: InstallationId::from_bytes(parse_hex(&line.installation)?),
        request: line.request.parse().ok()?,
        nonce_millis: line.nonce_millis,
        fingerprint,
        device_name,
        issued: Timestamp::from_seconds(line.issued),
        renew_after: Timestamp::from_seconds(line.renew_after),
        expires: Timestamp::from_seconds(line.expires),
        settlement: None,
    })
}
