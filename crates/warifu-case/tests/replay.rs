//! A case replayed gives its verdict again, whatever facts it is made of; where the knowledge has moved on, that is told; and a bundle that
//! was touched is no case any more.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::Value;
use warifu_case::bundle::{BUNDLE_BYTES_MAX, BadBundle, Bundle, SignedBy};
use warifu_case::content::{BadContent, Client, Content, MESSAGE_MAX, Making};
use warifu_case::{Outcome, Replay, redact};
use warifu_core::catalogue::Lang;
use warifu_core::time::Timestamp;
use warifu_proto::keys::{InstallationKey, KeyAlgorithm};
use warifu_troubleshoot::engine::diagnose;
use warifu_troubleshoot::evidence::Evidence;
use warifu_troubleshoot::knowledge::{Knowledge, Shape, WARIFU, WINDOWS};
use warifu_troubleshoot::{Answer, Origin, Session};

fn making(message: Option<&str>) -> Making {
    Making {
        client: Client { name: "warifu".to_owned(), system: "linux".to_owned(), version: "0.1.0".to_owned() },
        language: Lang::En,
        made: Timestamp::from_seconds(1_790_000_000),
        nonce: [7; 16],
        message: message.map(str::to_owned),
    }
}

fn key(algorithm: KeyAlgorithm) -> InstallationKey {
    InstallationKey::from_secret(algorithm, &[3; 32]).unwrap()
}

fn signed(content: Content) -> Bundle {
    Bundle::sign(content, SignedBy::Once, &key(KeyAlgorithm::Ed25519)).unwrap()
}

/// Every worked case of the knowledge.
fn worked() -> Vec<(PathBuf, Evidence)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                found.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    walk(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../knowledge/windows/cases"), &mut paths);
    paths.sort();
    let read = |path: PathBuf| {
        let evidence = Evidence::from_json(&fs::read_to_string(&path).unwrap()).expect("a case");
        (path, evidence)
    };
    paths.into_iter().map(read).collect()
}

#[test]
fn the_case_of_every_worked_failure_says_what_was_diagnosed_and_replays_to_it() {
    let worked = worked();
    assert!(worked.len() > 100);
    for (place, (path, evidence)) in worked.into_iter().enumerate() {
        let mut session = Session::new(&WINDOWS);
        session.evidence(&evidence);
        let before = session.diagnose();
        let content =
            Content::of(&session, making((place % 8 == 0).then_some(evidence.narrative.as_str()))).unwrap();
        assert_eq!(content.check(), Ok(()), "{}", path.display());
        let told: Vec<&str> = content.findings.iter().map(|finding| finding.cause.as_str()).collect();
        let found: Vec<&str> =
            before.findings.iter().map(|finding| WINDOWS.causes[finding.cause].id).collect();
        assert_eq!((told, content.unknown), (found, before.unknown), "{}", path.display());
        let opened = Bundle::open(&signed(content).to_bytes()).unwrap();
        assert_eq!(Replay::of(opened.content()).unwrap().outcome(), Outcome::Same, "{}", path.display());
    }
}

#[test]
fn what_worked_failures_rest_on_survives_redaction() {
    // Facts that name somebody, or that were read out of a name ("kms-old").
    let naming = [
        "text.words",
        "user.kms",
        "user.kms_dns",
        "user.kms_old_host",
        "lic.kms_registered",
        "lic.kms_discovered",
        "lic.kms_asked",
        "lic.cmid",
        "kms.host_kind",
        "key.form",
        "key.typed_kind",
    ];
    let mut lost = Vec::new();
    for (path, evidence) in worked() {
        for (text, told) in
            [(&evidence.slmgr_text, false), (&evidence.other_output, false), (&evidence.narrative, true)]
        {
            let facts = |text: &str| {
                let mut session = Session::new(&WINDOWS);
                session.read(text);
                let facts = session.facts();
                // Words in the output of a tool may be pieces of a name ("VDI-017", "wsus01").
                let kept = facts.all().iter().filter(|fact| {
                    !naming.contains(&facts.kind(fact).id) && (told || fact.origin != Origin::Words)
                });
                kept.map(|fact| format!("{}={}", facts.kind(fact).id, fact.value)).collect::<Vec<_>>()
            };
            let after = redact::text(text).text;
            if facts(text) != facts(&after) {
                lost.push(format!(
                    "{}\n{:?}\n{:?}\n{text}\n{after}",
                    path.display(),
                    facts(text),
                    facts(&after)
                ));
            }
        }
    }
    let shown: Vec<String> = lost.iter().take(6).cloned().collect();
    assert!(lost.is_empty(), "{}\n{}", lost.len(), shown.join("\n\n"));
}

/// What people write of themselves, in pieces.
const PARTS: &[&str] = &[
    "\n",
    " ",
    "、",
    "。",
    ",",
    ":",
    "-",
    "(",
    ")",
    "> ",
    "名前:",
    "Name: ",
    "私は",
    "僕は",
    "です",
    "と申します",
    "さん",
    "田中太郎",
    "田中 ",
    "たろう",
    "Taro",
    "Tanaka ",
    "090",
    "09012345678",
    "1234",
    "03-1234-",
    "5678",
    "+81 ",
    "〒100-",
    "0005",
    "東京都",
    "港区",
    "横浜市",
    "丸の内",
    "1-2-3",
    "2丁目3番",
    "ビル",
    "4階",
    "12 Baker ",
    "Street",
    "IL 62704",
    "0xC004F074",
    "192.168.1.20",
    "kms1.corp.local",
    "PC名: ",
    "TANAKA-PC",
    "Host Name: ",
    "\u{202E}",
];

/// Any facts that the knowledge knows, with any values that they can have.
fn any_facts() -> impl Strategy<Value = (bool, Vec<(usize, usize)>)> {
    (any::<bool>(), proptest::collection::vec((any::<usize>(), 0..64_usize), 0..24))
}

fn session_of((windows, facts): &(bool, Vec<(usize, usize)>)) -> Session {
    let knowledge: &'static Knowledge = if *windows { &WINDOWS } else { &WARIFU };
    let mut session = Session::new(knowledge);
    for &(fact, value) in facts {
        let kind = &knowledge.facts[fact % knowledge.facts.len()];
        let value = match kind.shape {
            Shape::YesNo | Shape::Word => kind.values[value % kind.values.len()].is.to_owned(),
            Shape::Number => (value * 977).to_string(),
            Shape::Code => format!("0x{:08X}", WINDOWS.codes[value * 7 % WINDOWS.codes.len()].value),
            Shape::Text => ["kms01.corp.example", "10.1.2.3:1688", "Volume:GVLK", "Enterprise", "TANAKA-PC"]
                [value % 5]
                .to_owned(),
        };
        assert_eq!(session.answer(kind.id, &value), Answer::Taken, "{}={value}", kind.id);
    }
    session
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_case_replays_to_the_same_verdict_and_names_nobody(facts in any_facts()) {
        let session = session_of(&facts);
        let bundle = signed(Content::of(&session, making(None)).unwrap());
        let bytes = bundle.to_compact_bytes();
        let opened = Bundle::open(&bytes).unwrap();
        prop_assert_eq!(&opened, &bundle);
        let replay = Replay::of(opened.content()).unwrap();
        prop_assert_eq!(replay.outcome(), Outcome::Same);
        prop_assert!(replay.lost.is_empty());
        let text = String::from_utf8(bytes).unwrap();
        for name in ["corp.example", "10.1.2.3", "TANAKA"] {
            prop_assert!(!text.contains(name), "{}", text);
        }
    }

    #[test]
    fn marks_in_the_place_of_names_change_no_verdict(facts in any_facts()) {
        let session = session_of(&facts);
        let content = Content::of(&session, making(None)).unwrap();
        let whole = diagnose(session.facts());
        let knowledge = session.facts().knowledge();
        let causes: Vec<&str> = whole.findings.iter().map(|finding| knowledge.causes[finding.cause].id).collect();
        let told: Vec<&str> = content.findings.iter().map(|finding| finding.cause.as_str()).collect();
        prop_assert_eq!(told, causes);
    }

    #[test]
    fn redacting_twice_is_redacting_once_for_what_a_case_takes(text in "(.|\\n){0,200}") {
        let once = warifu_case::content::message(&text);
        prop_assert_eq!(warifu_case::content::message(&once), once.clone());
        prop_assert!(once.chars().count() <= MESSAGE_MAX);
    }

    #[test]
    fn redacting_comes_to_rest_for_whatever_people_put_together_of_names_numbers_and_places(
        parts in proptest::collection::vec(proptest::sample::select(PARTS), 1..24),
    ) {
        let once = warifu_case::content::message(&format!("x{}", parts.concat()));
        prop_assert!(!once.is_empty());
        prop_assert_eq!(warifu_case::content::message(&once), once);
    }

    #[test]
    fn no_bytes_make_the_reader_stumble(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Bundle::open(&bytes).is_err());
    }
}

fn example() -> Bundle {
    let mut session = Session::new(&WINDOWS);
    session.read("Event ID: 12288\n0xC004F06C, 0x00000000, kms.example.com:1688, 36f27b39-2fb0-4ca9-8ed2-1c3a1a1ba9c2, 2026/11/22 09:58, 0, 5, 0, ae2ee509-1b34-41c0-acb7-6d4650168915, 25");
    session.code("c004f074");
    session.answer("user.org_device", "yes");
    signed(Content::of(&session, making(Some("The PC TANAKA-PC7 asks 10.1.2.3."))).unwrap())
}

/// The example with one member of its file exchanged.
fn edited(pointer: &str, value: Value) -> Result<Bundle, BadBundle> {
    let mut file: Value = serde_json::from_slice(&example().to_bytes()).unwrap();
    *file.pointer_mut(pointer).expect(pointer) = value;
    Bundle::open(&serde_json::to_vec(&file).unwrap())
}

#[test]
fn every_edit_of_a_case_is_noticed() {
    for (pointer, value) in [
        ("/content/facts/0/strength", "weak".into()),
        ("/content/findings/0/confidence", 1.into()),
        ("/content/unknown", true.into()),
        ("/content/made", "2026-09-21T14:13:21Z".into()),
        ("/content/nonce", "00".repeat(16).into()),
        ("/content/message", "Hello.".into()),
        ("/digest", "00".repeat(32).into()),
        ("/signature", "A".repeat(86).into()),
        ("/signed_by", "installation".into()),
        ("/key/public", "11".repeat(32).into()),
        ("/key/algorithm", "ecdsa-p256-sha256".into()),
    ] {
        assert_eq!(edited(pointer, value), Err(BadBundle::Altered), "{pointer}");
    }
    for (pointer, value, member) in [
        ("/content/facts/0/value", "taro@example.com".into(), "facts"),
        ("/content/findings/0/evidence/0/facts/0", "lic.kms_asked=kms.example.com".into(), "findings"),
        ("/content/message", "my key is BCDFG-HJKMN-PQRTV-WXY23-46789".into(), "message"),
        ("/content/knowledge", "x".into(), "knowledge"),
        ("/content/client/name", "two words".into(), "client"),
        ("/content/format", "warifu-case/2".into(), "format"),
    ] {
        let value: Value = value;
        assert_eq!(edited(pointer, value), Err(BadBundle::Content(BadContent(member))), "{pointer}");
    }
    assert_eq!(
        Bundle::open(&vec![b' '; BUNDLE_BYTES_MAX + 1]),
        Err(BadBundle::TooLarge(BUNDLE_BYTES_MAX + 1))
    );
    for other in ["", "[]", "{}", "null", "{\"content\":{}}"] {
        assert!(matches!(Bundle::open(other.as_bytes()), Err(BadBundle::Form { .. })), "{other}");
    }
}

#[test]
fn a_case_is_the_same_case_however_its_file_is_laid_out() {
    let bundle = example();
    assert_eq!(Bundle::open(&bundle.to_bytes()).unwrap(), bundle);
    assert_eq!(Bundle::open(&bundle.to_compact_bytes()).unwrap().digest(), bundle.digest());
    let marked = [b"\xEF\xBB\xBF".as_slice(), &bundle.to_bytes()].concat();
    assert_eq!(Bundle::open(&marked).unwrap(), bundle);
    let message = bundle.content().message.as_deref().unwrap();
    assert!(message.contains("hiddenaddress1") && !message.contains("TANAKA"), "{message}");
}

#[test]
fn an_installation_signs_as_itself_with_either_algorithm() {
    for algorithm in KeyAlgorithm::ALL {
        let key = key(algorithm);
        let bundle = Bundle::sign(example().content().clone(), SignedBy::Installation, &key).unwrap();
        let opened = Bundle::open(&bundle.to_bytes()).unwrap();
        assert_eq!(opened.installation(), Some(key.installation()));
    }
    assert_eq!(example().installation(), None, "a key that was made for one case names nobody");
}

#[test]
fn knowledge_that_has_moved_on_is_told_with_both_verdicts() {
    let mut older = example().content().clone();
    older.knowledge = "00".repeat(32);
    assert_eq!(Replay::of(&older).unwrap().outcome(), Outcome::SameByOther);
    older.findings.reverse();
    let replay = Replay::of(&older).unwrap();
    assert_eq!(replay.outcome(), Outcome::MovedOn);
    assert_ne!(replay.recorded.findings[0].cause, replay.now.findings[0].cause);
    older.facts[0].fact = "a_fact.of_long_ago".to_owned();
    assert_eq!(Replay::of(&older).unwrap().lost, ["a_fact.of_long_ago"]);
    // What it says in words that are gone can be read all the same.
    older.facts[0].value = "a_value_of_long_ago".to_owned();
    assert_eq!(older.check(), Ok(()));
    older.facts[0].value = "taro@example.com".to_owned();
    assert_eq!(older.check(), Err(BadContent("facts")));
}

#[test]
fn a_case_that_does_not_say_what_its_facts_say_is_told_from_one_of_other_knowledge() {
    let mut forged = example().content().clone();
    forged.findings.reverse();
    let forged = signed(forged);
    let opened = Bundle::open(&forged.to_bytes())
        .expect("its signature is good: anybody can sign with a key of their own");
    assert_eq!(Replay::of(opened.content()).unwrap().outcome(), Outcome::Contradiction);
}
