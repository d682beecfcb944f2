//! The keys of a batch as a file: page by page, so that its size does not matter.

use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use serde_json::Value;
use warifu_core::catalogue::Failure;

use super::api::Api;
use crate::error::CliError;
use crate::files::{Existing, NewFile, not_writable};
use crate::ui::Ui;

/// Keys asked for at a time: the most that the API gives.
const PAGE: u32 = 10_000;

/// A file that keys are about to be written to.
pub(super) struct Export {
    path: PathBuf,
    form: Form,
    file: NewFile,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Csv,
    Json,
}

impl Export {
    /// Begins the file. Its ending says its form.
    ///
    /// # Errors
    /// `field_not_valid` for another ending, `file_exists`, `file_not_writable`.
    pub(super) fn begin(ui: &Ui, path: &Path, existing: Existing) -> Result<Self, CliError> {
        let form = match path.extension().and_then(|ending| ending.to_str()).map(str::to_lowercase).as_deref()
        {
            Some("csv") => Form::Csv,
            Some("json") => Form::Json,
            _ => {
                let rule = ui.say(".csv または .json で終わる名前", "a name that ends in .csv or .json");
                return Err(Failure::field_not_valid("out", path.display(), rule).into());
            }
        };
        Ok(Self { path: path.to_owned(), form, file: NewFile::begin(path, existing)? })
    }

    /// Writes all keys of `batch` and puts the file in its place. Answers with its path and the number of keys.
    pub(super) fn write(self, ui: &Ui, api: &Api, batch: &Value) -> Result<(PathBuf, u64), CliError> {
        let Self { path, form, file } = self;
        let id = batch["id"].as_str().unwrap_or_default();
        let progress = ui.progress(batch["count"].as_u64().unwrap_or(0));
        let failed = |error: std::io::Error| not_writable(&path, &error);
        let mut out = BufWriter::new(file);
        match form {
            Form::Csv => writeln!(out, "key,key_number").map_err(failed)?,
            Form::Json => write!(out, "{{\"batch\":{batch},\"keys\":[").map_err(failed)?,
        }
        let (mut count, mut after) = (0_u64, 0_u64);
        loop {
            let query = [("after", after.to_string()), ("limit", PAGE.to_string())];
            let page = api.get(&format!("/v1/batches/{id}/keys"), &query)?;
            for key in page["keys"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                // Keys hold letters, digits and dashes only, so that neither form needs an escape.
                match form {
                    Form::Csv => {
                        writeln!(out, "{key},{}", key.get(..11).unwrap_or_default()).map_err(failed)?
                    }
                    Form::Json => {
                        write!(out, "{}\n\"{key}\"", if count == 0 { "" } else { "," }).map_err(failed)?;
                    }
                }
                count += 1;
            }
            progress.at(count);
            match page["next"].as_u64() {
                Some(next) if next > after => after = next,
                _ => break,
            }
        }
        if form == Form::Json {
            writeln!(out, "\n]}}").map_err(failed)?;
        }
        let file = out.into_inner().map_err(|error| not_writable(&path, error.error()))?;
        file.finish()?;
        Ok((path, count))
    }
}
