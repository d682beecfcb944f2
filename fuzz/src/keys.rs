//! What people type: product keys, and keys of other formats.

use std::convert::Infallible;

use warifu_core::catalogue::Lang;
use warifu_core::id::BatchId;
use warifu_core::key::{
    ImportSecret, ImportedKey, KeyFormat, KeyNumber, MasterSecret, SkuNumber, TagSecret, Verdict, read,
};

use crate::key_file::{Stopped, each_key};

/// A genuine key of the tests' secrets.
pub(crate) fn genuine() -> String {
    let secret = TagSecret::derive(&MasterSecret::from_bytes([7; 32], 1), BatchId::from_bytes([1; 16]));
    secret
        .issue(KeyNumber { format: KeyFormat::Live, sku: SkuNumber::new(42).unwrap(), serial: 12_345 }, 0)
        .expose()
}

/// The part of a key that must never be shown.
pub(crate) fn secret_part(key: &str) -> String {
    key.split('-').skip(2).collect::<Vec<_>>().join("-")
}

/// Any text: what is valid reads as itself, what is offered is valid, and nothing that is shown has the secret part of a key.
pub(crate) fn product_key(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let verdict = read(text);
    let key = match &verdict {
        Verdict::Valid(key) | Verdict::OtherSku(key) => Some(key),
        Verdict::Correctable(offer) => Some(&offer.key),
        _ => None,
    };
    let shown = format!("{verdict:?}");
    let failure = verdict.failure(|sku| sku.to_string(), "Draw");
    assert_eq!(failure.is_none(), matches!(verdict, Verdict::Valid(_)));
    if let Some(key) = key {
        let exposed = key.expose();
        assert_eq!(exposed.len(), 29);
        assert!(
            matches!(read(&exposed), Verdict::Valid(again) if again == *key),
            "a key that does not read back"
        );
        let secret = secret_part(&exposed);
        assert!(!shown.contains(&secret), "Debug shows a key");
        let said = failure.map(|failure| [Lang::Ja, Lang::En].map(|lang| failure.message(lang)).concat());
        assert!(!said.unwrap_or_default().contains(&secret), "a failure shows a key");
    }
    // The service reads the text again when it imports: the same text gives the same verdict.
    assert_eq!(format!("{:?}", read(text)), shown);
}

pub(crate) fn product_key_seeds() -> Vec<Vec<u8>> {
    let key = genuine();
    let plain = key.replace('-', "");
    let mut seeds = vec![
        key.clone(),
        plain.clone(),
        key.to_lowercase(),
        plain.chars().map(|symbol| char::from_u32(symbol as u32 + 0xfee0).unwrap()).collect(),
        format!("Your key: {key}\r\nThank you"),
        format!("{key}\n{key}"),
        key.replacen('0', "O", 2).replacen('1', "l", 2),
        plain[1..].to_owned(),
        format!("{}{plain}", &plain[..1]),
        "VK7JG-NPHTM-C97JM-9MPGT-3V66T".to_owned(),
        "?????-?????".to_owned(),
        String::new(),
    ];
    for (at, erased) in [(0, 1), (7, 2), (12, 4), (19, 6)] {
        let mut symbols: Vec<char> = plain.chars().collect();
        symbols[at..at + erased].fill('?');
        seeds.push(symbols.into_iter().collect());
    }
    seeds.into_iter().map(String::into_bytes).collect()
}

/// Any text: the bounds hold, and neither the text nor its normal form is shown.
pub(crate) fn imported_key(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let ours = matches!(read(text), Verdict::Valid(_));
    let Ok(key) = ImportedKey::parse(text) else {
        assert!(ImportedKey::parse_import(text).is_err());
        return;
    };
    assert_eq!(ImportedKey::parse_import(text).is_err(), ours);
    assert!(text.chars().count() <= 4 * ImportedKey::LONGEST);
    let bits = key.entropy_bits();
    assert!(bits <= 8 * ImportedKey::LONGEST as u32);
    assert_eq!(key.weak(), bits < ImportedKey::STRONG_BITS);
    assert_eq!(format!("{key:?}"), "ImportedKey(…)");
    // Dashes and spaces do not matter.
    let secret = ImportSecret::derive(&MasterSecret::from_bytes([9; 32], 0));
    let spaced = format!(" {text}-");
    if let Ok(again) = ImportedKey::parse(&spaced) {
        assert!(secret.hash(&again) == secret.hash(&key), "the same key in another spelling");
    }
}

pub(crate) fn imported_key_seeds() -> Vec<Vec<u8>> {
    let texts = [
        "OLD-AAAA-1111",
        "abcdefgh",
        "12345678",
        "ＡＢＣＤ－１２３４",
        "ﬁﬂ½ǅß\u{130}ab",
        "key,with\tcontrol",
    ];
    let mut seeds: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    seeds.push(genuine().into_bytes());
    seeds.push(vec![b'a'; 129]);
    seeds
}

/// Any file of keys to be imported: what is taken are keys, and where it stops is a line of the file.
pub(crate) fn import_file(data: &[u8]) {
    let mut taken = Vec::new();
    let done: Result<(), Stopped<Infallible>> = each_key(&|| Ok(data), |key| {
        taken.push(key);
        Ok(())
    });
    assert!(taken.iter().all(|key| ImportedKey::parse_import(key.expose()).is_ok()));
    assert!(taken.len() <= data.len() / 8 + 1, "more keys than the file has room for");
    match done {
        Ok(()) => {}
        Err(Stopped::Row { line, rule }) => {
            let lines = data.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64 + 1;
            assert!((1..=lines).contains(&line), "line {line} of {lines}");
            assert!(!rule.is_empty());
        }
        Err(Stopped::Unreadable(error)) => panic!("bytes in memory can be read: {error}"),
    }
}

pub(crate) fn import_file_seeds() -> Vec<Vec<u8>> {
    let texts = [
        "OLD-AAAA-1111\nOLD-BBBB-2222\n",
        "order,Key\n1,OLD-AAAA-1111\n2,OLD-BBBB-2222",
        "\u{feff}key\r\n OLD-AAAA-1111 \r\n\r\n\"OLD-BBBB-2222\"\r\n",
        "key\rOLD-AAAA-1111\r\rshort\r",
        "\"OLD-AAAA\n-1111\"\r\n\"never closed",
        "key,key,KEY\n,,\n",
    ];
    let mut seeds: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    seeds.push(format!("key\n{}\n", genuine()).into_bytes());
    seeds.push(b"key\n\xff\xfe\x00\n".to_vec());
    seeds.push(["OLD-AAAA-1111,".as_bytes(), &[b'x'; 9_000]].concat());
    seeds
}
