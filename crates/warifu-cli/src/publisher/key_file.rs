//! Files of keys to be imported: comma-separated, written by whatever program a publisher had. Reads from anything that reads, so that a test can
//! give it anything; the fuzzer includes this file, which therefore knows nothing else of the command line.

use std::io::{self, BufReader, Read};

use csv::{ReaderBuilder, StringRecord, Trim};
use warifu_core::key::{ImportError, ImportedKey};
use warifu_proto::wire::key_text::KeyText;

/// The most bytes of a row. A quotation mark that is never closed would make one row of all that follows.
pub(crate) const ROW_BYTES_MAX: usize = 64 * 1024;
/// How much is read ahead.
const BUFFER_BYTES: usize = 8 * 1024;

/// Why a file was not read to its end.
#[derive(Debug)]
pub(crate) enum Stopped<E> {
    /// A row is no key.
    Row {
        /// Its line, counted from 1.
        line: u64,
        /// The rule that it breaks, a term of the catalogue. Nothing of the row itself is told.
        rule: &'static str,
    },
    /// The file cannot be read.
    Unreadable(io::Error),
    /// What whoever takes the keys answered.
    Taker(E),
}

/// Reads and checks each key: of the column headed `key`, or of the first column of a file without such a heading. `open` begins the file anew.
///
/// # Errors
/// The first row that is no key, a file that cannot be read, and what `each` answers.
pub(crate) fn each_key<R: Read, E>(
    open: &dyn Fn() -> io::Result<R>,
    mut each: impl FnMut(KeyText) -> Result<(), E>,
) -> Result<(), Stopped<E>> {
    let file = open().map_err(Stopped::Unreadable)?;
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .buffer_capacity(BUFFER_BYTES)
        .from_reader(Metered { file, left: 0 });
    let mut record = StringRecord::new();
    let mut column = None;
    loop {
        let start = reader.position().byte();
        let bad = |rule| Stopped::Row { line: line_at(open, start), rule };
        reader.get_mut().left = ROW_BYTES_MAX + BUFFER_BYTES;
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) => {
                return Err(match error.into_kind() {
                    csv::ErrorKind::Utf8 { .. } => bad("not_utf8"),
                    csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                        bad("row_of_64_kib")
                    }
                    csv::ErrorKind::Io(error) => Stopped::Unreadable(error),
                    other => Stopped::Unreadable(io::Error::other(format!("{other:?}"))),
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
        ImportedKey::parse_import(text).map_err(|error| bad(error.rule()))?;
        let key = KeyText::new(text).ok_or_else(|| bad(ImportError::TooLong.rule()))?;
        each(key).map_err(Stopped::Taker)?;
    }
}

/// Reads no more than it is allowed to between two rows.
struct Metered<R> {
    file: R,
    left: usize,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = self.left.min(buffer.len());
        if room == 0 && !buffer.is_empty() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let read = self.file.read(&mut buffer[..room])?;
        self.left -= read;
        Ok(read)
    }
}

/// The line, counted from 1, of the record that the reader began to look for at a byte: blank lines come before it. Lines end as the reader takes
/// them to end: in LF, CR, or CR and LF.
fn line_at<R: Read>(open: &dyn Fn() -> io::Result<R>, start: u64) -> u64 {
    let Ok(file) = open() else { return 0 };
    let (mut line, mut after_return) = (1, false);
    for (offset, byte) in BufReader::new(file).bytes().map_while(Result::ok).enumerate() {
        match byte {
            b'\n' => line += u64::from(!after_return),
            b'\r' => line += 1,
            _ if offset as u64 >= start => break,
            _ => {}
        }
        after_return = byte == b'\r';
    }
    line
}
