//! Product keys against the golden vectors, in every spelling, and with damage of every kind.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail by panicking, as tests do")]

use proptest::prelude::*;
use warifu_core::id::BatchId;
use warifu_core::key::{
    Flaw, KeyFormat, KeyNumber, MasterSecret, NotAKey, Position, ProductKey, SerialPermutation, SkuNumber,
    TEXT_BYTES_MAX, TagSecret, Verdict, read,
};

#[path = "../testdata/keys/vectors.rs"]
mod vectors;

use self::vectors::{Vector, describe, vectors};

/// The pairs of `issue.txt`: each `issue:` line with the `expect:` line that follows it.
fn issued(file: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut lines = file.lines();
    std::iter::from_fn(move || {
        let given = lines.by_ref().find_map(|line| line.strip_prefix("issue: "))?;
        let expected = lines.next().and_then(|line| line.strip_prefix("expect: ")).unwrap();
        Some((given, expected))
    })
}

fn setting<'a>(file: &'a str, name: &str) -> &'a str {
    file.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim()
}

fn issue(sku: u16, serial: u32) -> ProductKey {
    let secret = TagSecret::derive(&MasterSecret::from_bytes([3; 32], 1), BatchId::from_bytes([4; 16]));
    secret.issue(KeyNumber { format: KeyFormat::Live, sku: SkuNumber::new(sku).unwrap(), serial }, 0)
}

#[test]
fn issued_keys_match_the_golden_vectors() {
    let file = include_str!("../testdata/keys/issue.txt");
    let hex = setting(file, "master:");
    let master = std::array::from_fn(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap());
    let master = MasterSecret::from_bytes(master, setting(file, "epoch:").parse().unwrap());
    let batch = TagSecret::derive(&master, setting(file, "batch:").parse().unwrap());
    let mut count = 0;
    for (given, expected) in issued(file) {
        let [format, _, sku, _, index, _, generation] = given.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{given}")
        };
        let format = if format == "live" { KeyFormat::Live } else { KeyFormat::Sandbox };
        let sku = SkuNumber::new(sku.parse().unwrap()).unwrap();
        let permutation = SerialPermutation::derive(&master, format, sku);
        let serial = permutation.serial(index.parse().unwrap());
        let key = batch.issue(KeyNumber { format, sku, serial }, generation.parse().unwrap());
        assert_eq!(format!("{serial} {}", key.expose()), expected, "{given}");
        assert_eq!(permutation.index(serial).to_string(), index);
        assert_eq!(read(&key.expose()), Verdict::Valid(key));
        count += 1;
    }
    assert_eq!(count, 11);
}

#[test]
fn texts_are_read_as_the_golden_vectors_say() {
    let mut wrong = Vec::new();
    for Vector { text, expected, .. } in vectors() {
        let found = describe(&read(&text));
        if found != expected {
            wrong.push(format!("text: {text:?}\n  expected {expected}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Unicode's property `Dash` (PropList 17.0), less those that join words in scripts where a key cannot stand; and what is typed for a dash.
const DASHES: &str = "-\u{058a}\u{05be}\u{1400}\u{1806}\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{2053}\u{207b}\u{208b}\u{2212}\u{2e17}\u{2e1a}\u{2e3a}\u{2e3b}\u{2e40}\u{2e5d}\u{301c}\u{3030}\u{30a0}\u{fe31}\u{fe32}\u{fe58}\u{fe63}\u{ff0d}\u{10d6e}\u{10ead}\
    \u{ad}~_ー一ｰ～＿─━‾¯⁃➖˗";

const SPACES: &str = " \t\n\r\u{b}\u{c}\u{85}\u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\
    \u{200b}\u{200c}\u{200d}\u{2060}\u{feff}\u{180e}\u{200e}\u{200f}\u{fe0f}\u{3164}\u{2800}";

#[test]
fn every_dash_and_every_space_may_separate_the_groups() {
    let key = issue(42, 1);
    for separator in DASHES.chars().chain(SPACES.chars()) {
        for text in [
            key.expose().replace('-', &separator.to_string()),
            key.expose().replace('-', &format!(" {separator}{separator}\n")),
        ] {
            assert_eq!(read(&text), Verdict::Valid(key.clone()), "U+{:04X}", u32::from(separator));
            let sentence = format!("お客様のキーは「{text}」です。");
            assert_eq!(
                read(&sentence),
                Verdict::Valid(key.clone()),
                "U+{:04X} in a sentence",
                u32::from(separator)
            );
        }
    }
}

#[test]
fn a_text_beyond_the_bound_is_not_searched() {
    let key = issue(42, 1).expose();
    let padded = format!("{}{key}", "。".repeat((TEXT_BYTES_MAX - key.len()) / 3));
    assert_eq!(read(&padded).name(), "valid");
    let text = format!("{key}{}", " ".repeat(TEXT_BYTES_MAX));
    assert_eq!(read(&text), Verdict::NotAKey(NotAKey::TooLong { bytes: text.len() }));
}

#[test]
fn a_key_of_another_sku_is_named() {
    let key = issue(42, 1);
    let sku = |number| SkuNumber::new(number).unwrap();
    assert_eq!(read(&key.expose()).for_skus(&[sku(1), sku(42)]), Verdict::Valid(key.clone()));
    assert_eq!(read(&key.expose()).for_skus(&[sku(1)]), Verdict::OtherSku(key.clone()));
    assert_eq!(read(&key.expose()).for_skus(&[]), Verdict::Valid(key));
}

#[test]
fn every_verdict_but_valid_is_a_failure_of_the_catalogue() {
    let key = issue(42, 1).expose();
    let check = |text: &str, code: Option<&str>| {
        let verdict = read(text).for_skus(&[SkuNumber::new(42).unwrap()]);
        let failure = verdict.failure(|sku| format!("SKU {sku}"), "Cat Editor");
        assert_eq!(failure.map(|failure| failure.code().as_str()), code, "{text}");
    };
    check(&key, None);
    check(&issue(7, 1).expose(), Some("key_of_other_sku"));
    check(&key[..28], Some("key_correctable"));
    check(&format!("{}?????", &key[..24]), Some("key_unchecked"));
    check(&key[..20], Some("key_incomplete"));
    check(&format!("{key} {}", issue(42, 2).expose()), Some("key_several"));
    check("BCDFG-HJKMP-QRTVW-XY234-6789B", Some("key_is_windows_key"));
    check("20000-00000-12345-67890-12345", Some("key_malformed"));
    check(&"2".repeat(30), Some("key_incomplete"));
    check("00000-00000-00000-00000-00000", Some("key_of_newer_format"));
    check("hello", Some("key_not_recognised"));
}

#[test]
fn positions_are_counted_as_people_count() {
    let position = Position::new(13).unwrap();
    assert_eq!((position.group(), position.symbol(), position.index()), (3, 4, 13));
    assert_eq!(Position::new(25), None);
}

#[test]
fn a_verdict_shows_no_more_than_the_key_number() {
    let key = issue(42, 1).expose();
    let mistyped = format!("{}-{}", &key[..23], "ZZZZZ");
    for text in
        [key.clone(), format!("{}{}", &key[..28], if key.ends_with('0') { '1' } else { '0' }), mistyped]
    {
        let shown = format!("{:?}", read(&text));
        assert!(key.split('-').skip(2).all(|group| !shown.contains(group)), "{shown}");
    }
}

fn keys() -> impl Strategy<Value = ProductKey> {
    (0_u16..=16_383, any::<u32>()).prop_map(|(sku, serial)| issue(sku, serial))
}

fn symbols(key: &ProductKey) -> Vec<u8> {
    key.expose().replace('-', "").into_bytes()
}

fn read_bytes(symbols: &[u8]) -> Verdict {
    read(std::str::from_utf8(symbols).unwrap())
}

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The key with each of these places changed to another symbol.
fn mistype(key: &ProductKey, places: &[usize], by: usize) -> Vec<u8> {
    let mut typed = symbols(key);
    for (nth, &place) in places.iter().enumerate() {
        let value = ALPHABET.iter().position(|&symbol| symbol == typed[place]).unwrap();
        typed[place] = ALPHABET[(value + 1 + (by + 11 * nth) % 31) % 32];
    }
    typed
}

fn places(count: impl Into<proptest::sample::SizeRange>) -> impl Strategy<Value = Vec<usize>> {
    proptest::sample::subsequence((0..25).collect::<Vec<_>>(), count)
}

fn offered(verdict: &Verdict) -> Option<(&ProductKey, &Flaw)> {
    if let Verdict::Correctable(offer) = verdict { Some((&offer.key, &offer.flaw)) } else { None }
}

proptest! {
    #[test]
    fn a_key_is_read_in_any_spelling(key in keys(), separator in "[-–—ー　 \r\n\u{200b}~_]{0,3}", wide: bool, lower: bool, letters: bool) {
        let mut text = key.expose();
        if letters {
            text = text.replace('0', "O").replace('1', "l");
        }
        if lower {
            text = text.to_lowercase();
        }
        if wide {
            text = text.chars().map(|c| if c == '-' { c } else { char::from_u32(c as u32 + 0xfee0).unwrap() }).collect();
        }
        let text = text.replace('-', &separator);
        prop_assert_eq!(read(&text), Verdict::Valid(key.clone()));
        let mail = format!("Your order 2025-11-22 of Cat Editor 4:\n\n  {text}\n\nBest wishes,\nThe Cat Editor team");
        prop_assert_eq!(read(&mail), Verdict::Valid(key));
    }

    #[test]
    fn one_or_two_wrong_symbols_are_offered_and_named(key in keys(), wrong in places(1..=2), by in 0_usize..31) {
        let verdict = read_bytes(&mistype(&key, &wrong, by));
        let (mended, flaw) = offered(&verdict).unwrap();
        prop_assert_eq!(mended, &key);
        if let Flaw::Symbols(named) = flaw {
            prop_assert_eq!(named.iter().map(|place| place.index()).collect::<Vec<_>>(), wrong);
        }
    }

    #[test]
    fn three_or_four_wrong_symbols_are_never_offered_as_another_key(key in keys(), wrong in places(3..=4), by in 0_usize..31) {
        let verdict = read_bytes(&mistype(&key, &wrong, by));
        prop_assert!(matches!(verdict, Verdict::NotAKey(NotAKey::Damaged) | Verdict::WindowsKey), "{:?}", verdict);
    }

    #[test]
    fn swapped_dropped_and_doubled_symbols_are_offered_and_named(key in keys(), place in 0_usize..24) {
        let typed = symbols(&key);
        let mut swapped = typed.clone();
        swapped.swap(place, place + 1);
        if swapped != typed {
            let verdict = read_bytes(&swapped);
            prop_assert_eq!(offered(&verdict), Some((&key, &Flaw::Swapped(Position::new(place).unwrap()))));
        }
        let mut doubled = typed.clone();
        doubled.insert(place, typed[place]);
        let verdict = read_bytes(&doubled);
        prop_assert!(matches!(offered(&verdict), Some((mended, Flaw::Doubled(_))) if *mended == key), "{:?}", verdict);
        let mut dropped = typed.clone();
        dropped.remove(place);
        let verdict = read_bytes(&dropped);
        prop_assert!(matches!(offered(&verdict), Some((mended, Flaw::Dropped(_))) if *mended == key), "{:?}", verdict);
    }

    #[test]
    fn up_to_four_unreadable_symbols_are_offered_and_up_to_six_completed(key in keys(), unreadable in places(1..=8)) {
        let mut typed = symbols(&key);
        unreadable.iter().for_each(|&place| typed[place] = b'?');
        match read_bytes(&typed) {
            Verdict::Correctable(offer) => prop_assert!(unreadable.len() <= 4 && offer.key == key),
            Verdict::Unchecked(found) => prop_assert!((5..=6).contains(&unreadable.len()) && found == key),
            Verdict::Incomplete { present } => prop_assert!(unreadable.len() >= 7 && present + unreadable.len() == 25),
            verdict => prop_assert!(false, "{:?}", verdict),
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic_or_find_a_key(text in any::<String>()) {
        prop_assert_ne!(read(&text).name(), "valid");
    }

    #[test]
    fn no_text_of_symbols_gaps_and_question_marks_makes_the_reader_panic(text in "[0-9A-Za-z?＝ \n=>|-]{0,80}") {
        prop_assert_ne!(read(&text).name(), "valid");
    }

    #[test]
    fn plain_words_around_a_key_never_hide_it(key in keys(), before in "[a-z ]{0,60}", after in "[a-z ]{0,60}") {
        prop_assert_eq!(read(&format!("{before} {} {after}", key.expose())), Verdict::Valid(key.clone()));
        prop_assert_eq!(read(&format!("{before} {} {after}", key.expose().replace('-', " "))), Verdict::Valid(key));
    }
}
