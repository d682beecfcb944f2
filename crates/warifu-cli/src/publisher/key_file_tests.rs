//! Files of keys, as any program might write them. Apart from the reader, which the fuzzer includes.

use std::convert::Infallible;
use std::io::{self, Read};

use proptest::prelude::*;
use warifu_core::key::ImportedKey;

use super::key_file::{ROW_BYTES_MAX, Stopped, each_key};

fn keys(bytes: &[u8]) -> Result<Vec<String>, Stopped<Infallible>> {
    let mut found = Vec::new();
    each_key(&|| Ok(bytes), |key| {
        found.push(key.expose().to_owned());
        Ok(())
    })?;
    Ok(found)
}

/// The line that a refusal names.
fn line_of(stopped: &Stopped<Infallible>) -> u64 {
    match stopped {
        Stopped::Row { line, .. } => *line,
        other => panic!("{other:?}"),
    }
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
fn a_bad_row_is_named_by_its_line() {
    for (text, line) in [
        ("OLD-AAAA-1111\nshort\n", 2),
        ("key\nOLD-AAAA-1111\n\n,x\n", 4),
        ("key\rOLD-AAAA-1111\r\rshort\r", 4),
        ("\"OLD-AAAA\n-1111\"\r\nshort", 3),
    ] {
        assert_eq!(line_of(&keys(text.as_bytes()).unwrap_err()), line, "{text:?}");
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
    let stopped = each_key(&|| Ok(Endless(0)), |_| Ok(())).unwrap_err();
    assert!(matches!(&stopped, Stopped::Row { rule: "row_of_64_kib", .. }) && line_of(&stopped) == 1);
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
            let cell = if quoted || key.is_empty() { quote(&key) } else { format!("{space}{key}{space}") };
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
            (Err(stopped), Some(line)) => prop_assert_eq!(line_of(&stopped), line, "{:?}", text),
            (found, bad) => prop_assert!(false, "{found:?} {bad:?} {text:?}"),
        }
    }

    #[test]
    fn no_bytes_stop_the_reader_but_as_a_row_that_it_names(
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..400),
            "([\"\r\n, ;\u{feff}]|key|CELL|OLD-AAAA-1111){0,60}".prop_map(String::into_bytes),
        ],
    ) {
        match keys(&bytes) {
            Ok(found) => {
                for key in found {
                    prop_assert!(ImportedKey::parse_import(&key).is_ok());
                }
            }
            Err(stopped) => {
                let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64 + 1;
                prop_assert!((1..=lines).contains(&line_of(&stopped)));
            }
        }
    }
}
