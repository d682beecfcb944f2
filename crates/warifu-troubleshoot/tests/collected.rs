//! The file of `docs/windows/warifu-collect.cmd` is taken whole, in both languages and in the encodings of Windows.

use std::fs;
use std::path::PathBuf;

use encoding_rs::SHIFT_JIS;
use warifu_troubleshoot::Session;
use warifu_troubleshoot::knowledge::WINDOWS;

const ENGLISH: &str = "warifu-collect 1\r\n\
==== \"slmgr /dlv\" ====\r\n\
Software licensing service version: 10.0.26100.4652\r\n\r\n\
Name: Windows(R), Enterprise edition\r\n\
Description: Windows(R) Operating System, VOLUME_KMSCLIENT channel\r\n\
Activation ID: 73111121-5638-40f6-bc11-f1d7b0d64300\r\n\
Application ID: 55c92734-d682-4d71-983e-d6ec3f16059f\r\n\
Product Key Channel: Volume:GVLK\r\n\
Partial Product Key: 2YT43\r\n\
License Status: Notification\r\n\
Notification Reason: 0xC004F056.\r\n\
==== \"kms registry\" ====\r\n\
    KeyManagementServiceName    REG_SZ    kms-old.example.com\r\n\
==== \"time\" ====\r\n\
Leap Indicator: 3(not synchronized)\r\n\
Last Successful Sync Time: unspecified\r\n\
Source: Local CMOS Clock\r\n\
==== \"kms dns\" ====\r\n\
*** dns1.example.com can't find _vlmcs._tcp: Non-existent domain\r\n\
==== \"directory\" ====\r\n\
             AzureAdJoined : NO\r\n\
              DomainJoined : YES\r\n\
==== \"proxy\" ====\r\n\
    Direct access (no proxy server).\r\n\
==== \"services\" ====\r\n\
sppsvc Automatic Stopped\r\nClipSVC Disabled Stopped\r\n\
==== \"events\" ====\r\n\
Event ID: 8198\r\nhr=0x8007007B, RuleId=x;Action=AutoActivate\r\n\
Event ID: 1058\r\n0xC004F057, ACPI\r\n";

const JAPANESE: &str = "名前: Windows(R), Enterprise edition\r\n\
説明: Windows(R) Operating System, VOLUME_KMSCLIENT channel\r\n\
プロダクト キーの一部: 2YT43\r\n\
ライセンスの状態: 通知\r\n\
通知の理由: 0xC004F056\r\n\
閏インジケーター: 3 (同期なし)\r\n\
最終正常同期時刻: 未指定\r\n\
ソース: Local CMOS Clock\r\n\
*** dns1.example.com が _vlmcs._tcp を見つけられません: Non-existent domain\r\n\
    直接アクセス (プロキシ サーバーなし)。\r\n";

fn facts(bytes: &[u8]) -> Vec<String> {
    let mut session = Session::new(&WINDOWS);
    session.read_bytes(bytes);
    session
        .facts()
        .all()
        .iter()
        .map(|fact| format!("{}={}", session.facts().kind(fact).id, fact.value))
        .collect()
}

#[test]
fn the_collected_file_becomes_facts_and_nothing_in_it_is_taken_for_words() {
    let found = facts(ENGLISH.as_bytes());
    for expected in [
        "os.edition_id=Enterprise",
        "lic.channel=Volume:GVLK",
        "lic.partial_key=2YT43",
        "key.kind=gvlk",
        "lic.status=5",
        "lic.status_reason=0xC004F056",
        "lic.kms_registered=kms-old.example.com",
        "kms.fixed=yes",
        "time.source=local_cmos",
        "time.synced=no",
        "net.srv_vlmcs=none",
        "net.proxy=none",
        "dsreg.AzureAdJoined=no",
        "dsreg.DomainJoined=yes",
        "user.org_device=yes",
        "svc.ClipSVC=disabled",
        "code.deep=0x8007007B",
        "evt=8198",
    ] {
        assert!(found.iter().any(|fact| fact == expected), "{expected} is not among {found:#?}");
    }
    // A stopped sppsvc and the event of the firmware table are normal.
    for wrong in ["svc.sppsvc=stopped", "svc.sppsvc=disabled", "code.deep=0xC004F057", "code=0xC004F057"] {
        assert!(!found.iter().any(|fact| fact == wrong), "{wrong} is among {found:#?}");
    }
}

#[test]
fn the_japanese_output_says_the_same_in_every_encoding() {
    let utf8 = facts(JAPANESE.as_bytes());
    for expected in [
        "lic.channel=Volume:GVLK",
        "lic.status=5",
        "lic.partial_key=2YT43",
        "time.source=local_cmos",
        "net.srv_vlmcs=none",
        "net.proxy=none",
    ] {
        assert!(utf8.iter().any(|fact| fact == expected), "{expected} is not among {utf8:#?}");
    }
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(JAPANESE.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(facts(&utf16), utf8);
    assert_eq!(facts(&SHIFT_JIS.encode(JAPANESE).0), utf8);
}

#[test]
fn the_collector_only_reads() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/windows/warifu-collect.cmd");
    let script = fs::read_to_string(path).expect("the collector").to_lowercase();
    for writing in [
        "/ato",
        "/ipk",
        "/upk",
        "/cpky",
        "/rearm",
        "/skms",
        "/ckms",
        "/rilc",
        "reg add",
        "reg delete",
        "net stop",
        "net start",
        "set-service",
        "del ",
        "/resync",
        "oa3xoriginalproductkey)",
        "invoke-webrequest",
        "curl",
    ] {
        assert!(!script.contains(writing), "{writing}");
    }
    assert!(script.lines().all(|line| !line.ends_with(' ')), "no trailing blanks");
    assert!(script.lines().next().is_some_and(|line| line == "@echo off"));
}

#[test]
fn a_pasted_key_is_in_no_fact() {
    let mut session = Session::new(&WINDOWS);
    let shown = session.read(
        "slmgr /ipk BCDFG-HJKMN-PQRTV-WXY23-46789 gave 0xC004F050; also tried bcdfghjkmnpqrtvwxy23467o5",
    );
    assert!(!shown.contains("BCDFG") && shown.contains("46789"), "{shown}");
    assert!(!shown.contains("bcdfg"), "{shown}");
    assert_eq!(session.keys().len(), 2);
    assert_eq!(session.keys()[1].impossible, [24, 25]);
    let known = format!("{:?}", session.facts());
    assert!(!known.contains("PQRTV") && !known.contains("pqrtv"), "{known}");
    assert_eq!(session.facts().value("code").unwrap(), "0xC004F050");
}
