//! `warifu keys import`: keys of other formats. The whole file is read and checked before the first key is sent, so that a bad row leaves
//! nothing half done; sending again what was sent before changes nothing.

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use csv::{ReaderBuilder, StringRecord, Trim};
use serde_json::json;
use warifu_core::catalogue::Failure;
use warifu_core::key::{ImportError, ImportedKey, SkuNumber};
use warifu_proto::wire::key_text::KeyText;
use warifu_proto::wire::staff::batch::{IMPORT_MAX, ImportKeys};

use super::api::{Api, Verb};
use super::find;
use crate::error::CliError;
use crate::files;
use crate::ui::Ui;

/// The most bytes of keys in one request: well below what the service takes, for JSON adds to them.
const REQUEST_KEY_BYTES_MAX: usize = 400 * 1024;

/// Takes over the keys of a file.
pub(super) fn run(ui: &Ui, api: &Api, path: &Path, sku: SkuNumber, policy: &str) -> Result<(), CliError> {
    let mut total = 0_u64;
    each_key(path, |_| {
        total += 1;
        Ok(())
    })?;
    if total == 0 {
        // As if the first row were bad: it is not there.
        let rule = ImportError::TooShort { found: 0 }.rule();
        return Err(Failure::import_row_not_valid(1, rule).into());
    }
    let policy = find::policy(api, policy)?;
    let progress = ui.progress(total);
    let (mut keys, mut bytes, mut sent) = (Vec::new(), 0, 0_u64);
    let mut send = |keys: &mut Vec<KeyText>| -> Result<(), CliError> {
        let count = keys.len() as u64;
        let body = ImportKeys { sku, policy, keys: std::mem::take(keys) };
        api.write(Verb::Post, "/v1/imports", Some(&body))?;
        sent += count;
        progress.at(sent);
        Ok(())
    };
    each_key(path, |key| {
        bytes += key.expose().len();
        keys.push(key);
        if keys.len() == IMPORT_MAX || bytes >= REQUEST_KEY_BYTES_MAX {
            bytes = 0;
            send(&mut keys)?;
        }
        Ok(())
    })?;
    if !keys.is_empty() {
        send(&mut keys)?;
    }
    drop(progress);
    ui.answer(&json!({ "file": path, "imported": total }), || {
        ui.say(
            format!("{total}件のキーを取り込みました（取り込み済みのキーは元のままです）。"),
            format!("Took over {total} keys; those that were taken over before stay as they were."),
        )
    });
    Ok(())
}

/// Reads and checks each key: of the column headed `key`, or of the first column of a file without such a heading.
fn each_key(path: &Path, mut each: impl FnMut(KeyText) -> Result<(), CliError>) -> Result<(), CliError> {
    let file = File::open(path).map_err(|error| files::not_readable(path, &error))?;
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).trim(Trim::All).from_reader(file);
    let mut record = StringRecord::new();
    let mut column = None;
    loop {
        let start = reader.position().byte();
        let bad = |detail: &dyn std::fmt::Display| {
            CliError::from(Failure::import_row_not_valid(line_at(path, start), detail))
        };
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) => {
                return Err(match error.kind() {
                    csv::ErrorKind::Utf8 { .. } => bad(&"not_utf8"),
                    _ => Failure::file_not_readable(path.display(), error).into(),
                });
            }
        }
        let column = match column {
            Some(column) => column,
            None => {
                let is_heading = |cell: &str| cell.trim_start_matches('\u{feff}').eq_ignore_ascii_case("key");
                let heading = record.iter().position(is_heading);
                column = Some(heading.unwrap_or(0));
                if heading.is_some() {
                    continue;
                }
                0
            }
        };
        let text = record.get(column).unwrap_or_default();
        ImportedKey::parse_import(text).map_err(|error| bad(&error.rule()))?;
        each(KeyText::new(text).ok_or_else(|| bad(&ImportError::TooLong.rule()))?)?;
    }
}

/// The line, counted from 1, of the record that the reader began to look for at a byte: blank lines come before it.
fn line_at(path: &Path, start: u64) -> u64 {
    let Ok(file) = File::open(path) else { return 0 };
    let mut line = 1;
    for (offset, byte) in BufReader::new(file).bytes().map_while(Result::ok).enumerate() {
        match byte {
            b'\n' => line += 1,
            b'\r' => {}
            _ if offset as u64 >= start => break,
            _ => {}
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Result<Vec<String>, CliError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.csv");
        std::fs::write(&path, text).unwrap();
        let mut found = Vec::new();
        each_key(&path, |key| {
            found.push(key.expose().to_owned());
            Ok(())
        })?;
        Ok(found)
    }

    #[test]
    fn keys_are_found_in_the_first_column_or_under_their_heading() {
        let expected = vec!["OLD-AAAA-1111".to_owned(), "OLD-BBBB-2222".to_owned()];
        for text in [
            "OLD-AAAA-1111\nOLD-BBBB-2222\n",
            "order,Key\n1,OLD-AAAA-1111\n2,OLD-BBBB-2222",
            "\u{feff}key\r\n OLD-AAAA-1111 \r\n\r\n\"OLD-BBBB-2222\"\r\n",
        ] {
            assert_eq!(keys(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn a_bad_row_is_named_by_its_line_and_its_key_is_not_shown() {
        for (text, line) in [("OLD-AAAA-1111\nshort\n", 2), ("key\nOLD-AAAA-1111\n\n,x\n", 4)] {
            let error = keys(text).unwrap_err();
            assert_eq!(error.code(), "import_row_not_valid");
            let message = error.message(warifu_core::catalogue::Lang::En);
            assert!(message.contains(&format!("Row {line} ")) && !message.contains("short,"), "{message}");
        }
    }
}
