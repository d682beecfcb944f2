//! What checking and issuing a key costs, as a ratio to one HMAC-SHA256 of the library used, in the same run on one core.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use aws_lc_rs::hmac;
use warifu_core::key::{Verdict, code, read};

use super::Publisher;

const KEYS: usize = 4096;
const ROUNDS: usize = 9;
/// The aim: key checks a second a core.
const CHECKS_PER_SECOND_MIN: f64 = 1_000_000.0;

/// Measures and gives the table. Fails when a check is slower than promised.
pub(super) fn measure(publisher: &Publisher) -> Result<String, String> {
    let numbers: Vec<_> = (0..KEYS as u32).map(|index| publisher.number(index)).collect();
    let keys: Vec<_> = numbers.iter().map(|number| publisher.batch.issue(*number, 0)).collect();
    let texts: Vec<String> = keys.iter().map(|key| key.expose()).collect();
    let mistyped: Vec<String> = texts
        .iter()
        .map(|text| format!("{}{}", &text[..28], if text.ends_with('7') { '8' } else { '7' }))
        .collect();
    let mails: Vec<String> = texts.iter().map(|text| format!("お買い上げありがとうございます。\n注文番号：2045-1177\nプロダクトキー：{text}\nセットアップ画面でご入力ください。")).collect();
    let words: Vec<[u8; code::LENGTH]> = (0..KEYS)
        .map(|index| code::encode(&std::array::from_fn(|place| (index >> (place % 5)) as u8 & 31)))
        .collect();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);

    let base = per_item(|index| {
        black_box(hmac::sign(&key, &numbers[index].pack().to_be_bytes()));
    });
    let rows = [
        ("one HMAC-SHA256 of 8 bytes, key prepared: the unit", base),
        (
            "the code alone: is it a code word?",
            per_item(|index| {
                black_box(code::is_code_word(black_box(&words[index])));
            }),
        ),
        (
            "check a typed key (`read`: text to verdict)",
            per_item(|index| {
                black_box(read(black_box(&texts[index])));
            }),
        ),
        (
            "find the mistyped symbol (`read`)",
            per_item(|index| {
                black_box(read(black_box(&mistyped[index])));
            }),
        ),
        (
            "find a key in a Japanese mail of 190 bytes (`read`)",
            per_item(|index| {
                black_box(read(black_box(&mails[index])));
            }),
        ),
        (
            "is it genuine? (`TagSecret::verify`)",
            per_item(|index| {
                black_box(publisher.batch.verify(black_box(&keys[index]), 0));
            }),
        ),
        (
            "issue a key of a known serial (`TagSecret::issue`)",
            per_item(|index| {
                black_box(publisher.batch.issue(black_box(numbers[index]), 0));
            }),
        ),
        (
            "deal a serial (FF1 permutation)",
            per_item(|index| {
                black_box(publisher.serials.serial(black_box(index as u32)));
            }),
        ),
        (
            "issue the next key: serial, tag and text",
            per_item(|index| {
                black_box(publisher.batch.issue(publisher.number(index as u32), 0).expose());
            }),
        ),
    ];
    if !mails.iter().all(|mail| matches!(read(mail), Verdict::Valid(_))) {
        return Err("a mail was not read".to_owned());
    }
    let mut table =
        String::from("| on one core | ratio to one HMAC | a second in this run |\n|---|--:|--:|\n");
    for (name, cost) in &rows {
        let _ = writeln!(table, "| {name} | {:.2} | {:.2} million |", cost / base, 1e-6 / cost);
    }
    let check = rows[2].1;
    if 1.0 / check < CHECKS_PER_SECOND_MIN {
        return Err(format!("{table}\nonly {:.0} checks a second", 1.0 / check));
    }
    Ok(table)
}

/// Seconds for one item: the fastest of several rounds, which other work on the machine disturbs least.
fn per_item(mut work: impl FnMut(usize)) -> f64 {
    let mut fastest = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = now();
        (0..KEYS).for_each(&mut work);
        fastest = fastest.min(now().duration_since(start));
    }
    fastest.as_secs_f64() / KEYS as f64
}

#[expect(
    clippy::disallowed_methods,
    reason = "a stop-watch of a measurement; no rule of the product depends on it"
)]
fn now() -> Instant {
    Instant::now()
}
