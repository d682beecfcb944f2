//! Files of keys to be imported: comma-separated, written by whatever program a publisher had. Reads from anything that reads, so that a test can
//! give it anything.

use std::io::{self, BufReader, Read};
use std::path::Path;

use csv::{ReaderBuilder, StringRecord, Trim};
use warifu_core::catalogue::Failure;
use warifu_core::key::{ImportError, ImportedKey};
use warifu_proto::wire::key_text::KeyText;

use crate::error::CliError;
use crate::files;

/// The most bytes of a row. A quotation mark that is never closed would make one row of all that follows.
const ROW_BYTES_MAX: usize = 64 * 1024;
/// How much is read ahead.
const BUFFER_BYTES: usize = 8 * 1024;

/// Reads and checks each key: of the column headed `key`, or of the first column of a file without such a heading. `path` is the file's name in
/// failures, and `open` begins it anew.
///
/// # Errors
/// `import_row_not_valid` for the first row that is no key, `file_not_readable`, and what `each` answers.
pub(super) fn each_key<R: Read>(
    path: &Path,
    open: &dyn Fn() -> io::Result<R>,
    mut each: impl FnMut(KeyText) -> Result<(), CliError>,
) -> Result<(), CliError> {
    let file = open().map_err(|error| files::not_readable(path, &error))?;
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
        let bad = |detail: &dyn std::fmt::Display| {
            CliError::from(Failure::import_row_not_valid(line_at(open, start), detail))
        };
        reader.get_mut().left = ROW_BYTES_MAX + BUFFER_BYTES;
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) => {
                return Err(match error.kind() {
                    csv::ErrorKind::Utf8 { .. } => bad(&"not_utf8"),
                    csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                        bad(&"row_of_64_kib")
                    }
                    csv::ErrorKind::Io(error) => files::not_readable(path, error),
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use warifu_core::catalogue::Lang;

    use super::*;

    fn keys(bytes: &[u8]) -> Result<Vec<String>, CliError> {
        let mut found = Vec::new();
        each_key(Path::new("keys.csv"), &|| Ok(bytes), |key| {
            found.push(key.expose().to_owned());
            Ok(())
        })?;
        Ok(found)
    }

    /// The line that a refusal names, in a file of so many bytes.
    fn line_of(error: &CliError) -> u64 {
        let message = error.message(Lang::En);
        message.trim_start_matches("Row ").split(' ').next().unwrap().parse().unwrap()
    }

    #[test]
    fn keys_are_found_in_the_first_column_or_under_their_heading() {
        let expected = vec!["OLD-AAAA-1111".to_owned(), "OLD-BBBB-2222".to_owned()];
        for text in [
            "OLD-AAAA-1111\nOLD-BBBB-2222\n",
            "order,Key\n1,OLD-AAAA-1111\n2,OLD-BBBB-2222",
            "\u{feff}key\r\n OLD-AAAA-1111 \r\n\r\n\"OLD-BBBB-2222\"\r\n",
            "key\rOLD-AAAA-1111\rOLD-BBBB-2222\r",
        ] {
            assert_eq!(keys(text.as_bytes()).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn a_bad_row_is_named_by_its_line_and_its_key_is_not_shown() {
        for (text, line) in [
            ("OLD-AAAA-1111\nshort\n", 2),
            ("key\nOLD-AAAA-1111\n\n,x\n", 4),
            ("key\rOLD-AAAA-1111\r\rshort\r", 4),
            ("\"OLD-AAAA\n-1111\"\r\nshort", 3),
        ] {
            let error = keys(text.as_bytes()).unwrap_err();
            assert_eq!(error.code(), "import_row_not_valid");
            assert_eq!(line_of(&error), line, "{text:?}");
            assert!(!error.message(Lang::En).contains("short,"));
        }
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_does_not_take_the_file_into_memory() {
        struct Endless(u64);
        impl Read for Endless {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                assert!(self.0 < 1 << 20, "a megabyte was read of one row");
                buffer.fill(b'x');
                if self.0 == 0 {
                    buffer[0] = b'"';
                }
                self.0 += buffer.len() as u64;
                Ok(buffer.len())
            }
        }
        let error = each_key(Path::new("keys.csv"), &|| Ok(Endless(0)), |_| Ok(())).unwrap_err();
        assert_eq!((error.code(), line_of(&error)), ("import_row_not_valid", 1));
        let longest = format!("OLD-AAAA-1111,{}", "x".repeat(ROW_BYTES_MAX - 14));
        assert_eq!(keys(longest.as_bytes()).unwrap().len(), 1);
    }

    /// A row as some program might write it, its key and whether it is one.
    fn row() -> impl Strategy<Value = (String, String, bool)> {
        let key = prop_oneof![
            4 => ("[A-Z0-9]{4}(-[A-Z0-9]{4}){1,6}", Just(true)),
            1 => ("[a-j]{0,7}", Just(false)),
        ];
        (key, any::<bool>(), "[ \t]{0,2}", "(,[a-j\"\n]{0,9}){0,2}").prop_map(
            |((key, good), quoted, space, rest)| {
                let quote = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
                let rest: Vec<String> = rest.split(',').skip(1).map(quote).collect();
                let cell =
                    if quoted || key.is_empty() { quote(&key) } else { format!("{space}{key}{space}") };
                let row = [&[cell][..], &rest[..]].concat().join(",");
                (row, key, good)
            },
        )
    }

    proptest! {
        #[test]
        fn the_keys_of_any_programs_file_are_read_or_the_first_bad_one_is_named_by_its_line(
            heading in any::<bool>(),
            rows in prop::collection::vec((row(), "(\r\n|\n|\r)", 0_usize..3), 1..12),
        ) {
            let mut text = if heading { "KEY,note\n".to_owned() } else { String::new() };
            let (mut expected, mut bad) = (Vec::new(), None);
            for ((row, key, good), end, blank) in &rows {
                text.push_str(&end.repeat(*blank));
                let lines = text.replace("\r\n", "\n").matches(['\n', '\r']).count() as u64;
                if !good && bad.is_none() {
                    bad = Some(lines + 1);
                }
                expected.push(key.clone());
                text.push_str(row);
                text.push_str(end);
            }
            match (keys(text.as_bytes()), bad) {
                (Ok(found), None) => prop_assert_eq!(found, expected),
                (Err(error), Some(line)) => {
                    prop_assert_eq!(error.code(), "import_row_not_valid");
                    prop_assert_eq!(line_of(&error), line, "{:?}", text);
                }
                (found, bad) => prop_assert!(false, "{found:?} {bad:?} {text:?}"),
            }
        }

        #[test]
        fn no_bytes_stop_the_reader_and_no_cell_comes_back_in_a_failure(
            bytes in prop_oneof![
                prop::collection::vec(any::<u8>(), 0..400),
                "([\"\r\n, ;\u{feff}]|key|SECRETCELL|OLD-AAAA-1111){0,60}".prop_map(String::into_bytes),
            ],
        ) {
            match keys(&bytes) {
                Ok(found) => {
                    for key in found {
                        prop_assert!(ImportedKey::parse_import(&key).is_ok());
                    }
                }
                Err(error) => {
                    let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64 + 1;
                    prop_assert_eq!(error.code(), "import_row_not_valid");
                    prop_assert!((1..=lines).contains(&line_of(&error)));
                    for lang in Lang::ALL {
                        let texts = [error.message(lang), error.cause(lang), error.remedy(lang)].concat();
                        prop_assert!(!texts.contains("SECRET") && !texts.contains("OLD-"), "{}", texts);
                    }
                }
            }
        }
    }
}
