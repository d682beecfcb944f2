//! What people paste into the troubleshooter, and the files of cases.

use warifu_troubleshoot::evidence::Evidence;
use warifu_troubleshoot::knowledge::WINDOWS;
use warifu_troubleshoot::{Session, read};

/// The most that a text grows when keys are cut down in it: a key of 25 symbols and no dash becomes one of 29 with dashes.
const GROWTH: f64 = 29.0 / 25.0;

/// Any bytes as pasted output: read to the end, the same way each time, without a product key in what is given back.
pub(crate) fn evidence(data: &[u8]) {
    let mut session = Session::new(&WINDOWS);
    let shown = session.read_bytes(data);
    // What is given back may be shown and read again: it holds no key to cut down any more.
    assert_eq!(read::redact(&shown), shown);
    let decoded = read::bytes::decode(data);
    #[expect(clippy::cast_precision_loss, reason = "lengths of at most some megabytes")]
    let bound = decoded.len() as f64 * GROWTH + 1.0;
    #[expect(clippy::cast_precision_loss, reason = "lengths of at most some megabytes")]
    let length = shown.len() as f64;
    assert!(length <= bound, "{length} bytes shown of {} read", decoded.len());
    let mut again = Session::new(&WINDOWS);
    assert_eq!(again.read_bytes(data), shown);
    assert_eq!(again.facts().all(), session.facts().all());
    assert_eq!(again.keys(), session.keys());
    sound(&session);
}

/// What holds of every diagnosis, whatever is known.
fn sound(session: &Session) {
    let diagnosis = session.diagnose();
    let shares: Vec<f64> = diagnosis.findings.iter().map(|finding| finding.confidence).collect();
    assert!(!shares.is_empty(), "there is always a finding, at the least that nothing is known");
    assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)), "{shares:?}");
    assert!(shares.is_sorted_by(|a, b| a >= b), "{shares:?}");
    assert!(shares.iter().sum::<f64>() <= 1.0 + 1e-9, "{shares:?}");
    for finding in &diagnosis.findings {
        assert!(!finding.remedies.is_empty(), "a finding without a remedy is no help");
    }
}

pub(crate) fn evidence_seeds() -> Vec<Vec<u8>> {
    let utf16: Vec<u8> = SLMGR_JA.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut seeds: Vec<Vec<u8>> = [SLMGR_EN, SLMGR_JA, EVENT, TOOLS, WMI, WORDS_EN, WORDS_JA]
        .map(|text| text.as_bytes().to_vec())
        .to_vec();
    seeds.push(utf16);
    seeds
}

/// Any text as the file of a case: refused, or read within its bounds.
pub(crate) fn case(data: &[u8]) {
    let text = read::bytes::decode(data);
    let Some(evidence) = Evidence::from_json(&text) else { return };
    assert!(evidence.error_codes.len() <= 32);
    let mut session = Session::new(&WINDOWS);
    session.evidence(&evidence);
    sound(&session);
}

pub(crate) fn case_seeds() -> Vec<Vec<u8>> {
    let object = |member: &str, text: &str| serde_json::json!({ "evidence": { member: text } }).to_string();
    [
        r#"{"error_codes": ["0xC004F074", "８００７２３２Ｂ", -1073418219], "narrative": "at home"}"#
            .to_owned(),
        object("slmgr_text", SLMGR_EN),
        object("other_output", EVENT),
        object("narrative", WORDS_JA),
    ]
    .map(String::into_bytes)
    .to_vec()
}

const SLMGR_EN: &str = "Software licensing service version: 10.0.22621.1\n\nName: Windows(R), Professional edition\n\
Description: Windows(R) Operating System, VOLUME_KMSCLIENT channel\nPartial Product Key: T83GX\nLicense Status: Notification\n\
Notification Reason: 0xC004F074\nProduct Key Certificate URL: none\nKMS machine name from DNS: kms.example.com:1688\n\
Key Management Service client information\n    Activation interval: 120 minutes\nkey BCDFG-HJKMN-PQRTV-WXY23-46789";
const SLMGR_JA: &str = "名前: Windows(R), Professional edition\n説明: Windows(R) Operating System, OEM_DM channel\n\
プロダクト キーの一部: 8HVX7\nライセンスの状態: 通知\n通知の理由: 0xC004F200";
const EVENT: &str = "Log Name: Application\nSource: Microsoft-Windows-Security-SPP\nEvent ID: 12288\n\
The client has sent an activation request to the key management service machine.\nInfo:\n0xC004F06C, 0x00000000, kms.example.com:1688, \
11111111-2222-3333-4444-555555555555, 2026/01/05 01:00, 0, 5, 0, 2de67392-b7a7-462a-b1ca-108dd189f588, 25";
const TOOLS: &str = "Time zone: UTC\nLeap Indicator: 3(not synchronized)\nSource: Local CMOS Clock\n\
*** UnKnown can't find _vlmcs._tcp: Non-existent domain\nAzureAdJoined : YES\nDomainJoined : NO\n\
Host Name: PC1\nOS Name: Microsoft Windows 11 Pro\nSystem Model: Virtual Machine";
const WMI: &str = r#"[{"Name":"Windows(R), Professional edition","LicenseStatus":5,"PartialProductKey":"3V66T","LicenseStatusReason":3221549108}]"#;
const WORDS_EN: &str = "I swapped the motherboard, the hardware is otherwise unchanged. ESD key from an auction, worked for two months.";
const WORDS_JA: &str = "マザーボードを交換したら「ライセンス認証されていません」と出ます。キーは BCDFG HJKMN PQRTV WXY23 46789 です。会社のパソコンではありません。";
