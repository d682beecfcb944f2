//! Nothing that identifies survives: a generated corpus has every kind of it in the contexts in which readers meet it, in both languages, in
//! the encodings of Windows, wrapped, quoted and in full width. What a diagnosis rests on survives all the same.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use encoding_rs::SHIFT_JIS;
use warifu_case::bundle::{Bundle, SignedBy};
use warifu_case::content::{Client, Content, Making};
use warifu_case::redact;
use warifu_core::catalogue::Lang;
use warifu_core::random::Random;
use warifu_core::time::Timestamp;
use warifu_proto::keys::{InstallationKey, KeyAlgorithm};
use warifu_troubleshoot::knowledge::WINDOWS;
use warifu_troubleshoot::{Session, read};

/// A small generator of numbers, so that each case is the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % sides as u64).unwrap()
    }

    fn of<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.roll(list.len())]
    }

    fn text(&mut self, symbols: &str, length: usize) -> String {
        let symbols: Vec<char> = symbols.chars().collect();
        (0..length).map(|_| symbols[self.roll(symbols.len())]).collect()
    }
}

impl Random for Dice {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.iter_mut().for_each(|byte| *byte = u8::try_from(self.roll(256)).unwrap());
    }
}

fn title(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

const HEX: &str = "0123456789abcdef";
const KEY: &str = "BCDFGHJKMNPQRTVWXY2346789";
const OURS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What identifies one machine, drawn by the dice.
struct Identity {
    values: Vec<(&'static str, String)>,
}

impl Identity {
    fn draw(dice: &mut Dice) -> Self {
        let group = |dice: &mut Dice, symbols: &str| loop {
            let five: Vec<String> = (0..5).map(|_| dice.text(symbols, 5)).collect();
            if five.concat().contains(|c: char| c.is_ascii_digit())
                && five.concat().contains(char::is_alphabetic)
            {
                return five;
            }
        };
        let windows_key = group(dice, KEY);
        let our_key = group(dice, OURS);
        let installation: Vec<String> = (0..9).map(|_| dice.text("0123456789", 7)).collect();
        let confirmation: Vec<String> = (0..8).map(|_| dice.text("0123456789", 6)).collect();
        let pair = |dice: &mut Dice| dice.text(HEX, 2);
        let mac: Vec<String> = (0..6).map(|_| pair(dice)).collect();
        let uuid = |dice: &mut Dice| {
            [8, 4, 4, 4, 12].iter().map(|&length| dice.text(HEX, length)).collect::<Vec<_>>().join("-")
        };
        let surname = dice.of(&["tanaka", "watanabe", "kobayashi", "okazaki"]);
        let first = dice.of(&["taro", "hanako", "jiro", "misaki"]);
        let japanese = dice.of(&["田中太郎", "渡辺花子", "小林次郎", "岡崎美咲"]);
        let company = dice.of(&["kitayama-denki", "minami-koumuten", "ueno-clinic"]);
        let ending = dice.of(&["co.jp", "local", "com", "corp"]);
        let number = dice.text("123456789", 3);
        // Dice of their own, so that the values above stay what they were.
        let mut of_person = Dice(dice.0);
        Self {
            values: vec![
                ("WINKEY", windows_key.join("-")),
                ("OURKEY", our_key.join("-")),
                ("SPACEDKEY", group(dice, KEY).join(" ")),
                ("PLAINKEY", group(dice, KEY).concat()),
                ("LOWERKEY", group(dice, KEY).join("-").to_lowercase()),
                ("IID", installation.join(" ")),
                ("PLAINIID", installation.iter().rev().cloned().collect::<Vec<_>>().concat()),
                ("CID", confirmation.join("-")),
                ("SERIAL", format!("PF{}{}", dice.text("0123456789", 1), dice.text("2Z7Q8XK4", 5))),
                ("MAC", mac.join("-").to_uppercase()),
                ("COLONMAC", mac.iter().rev().cloned().collect::<Vec<_>>().join(":")),
                ("IP", format!("192.168.{}.{}", 1 + dice.roll(250), 2 + dice.roll(250))),
                ("PUBLICIP", format!("203.{}.113.{}", 1 + dice.roll(250), 2 + dice.roll(250))),
                (
                    "IPV6",
                    format!(
                        "fe80::{}:{}ff:fe{}:{}",
                        dice.text(HEX, 3),
                        dice.text("123456789", 2),
                        pair(dice),
                        dice.text("123456789abcdef", 4)
                    ),
                ),
                ("MAIL", format!("{first}.{surname}{number}@{company}.{ending}")),
                (
                    "SID",
                    format!(
                        "S-1-5-21-{}-{}-{}-1{number}",
                        dice.text("123456789", 9),
                        dice.text("123456789", 10),
                        dice.text("123456789", 9)
                    ),
                ),
                ("USER", format!("{surname}.{first}{number}")),
                ("NAME", japanese.to_owned()),
                ("HOST", format!("DESKTOP-{}", dice.text("ABCDEFGHJK23456789", 7))),
                ("SHORTHOST", format!("{}PC{number}", surname.to_uppercase())),
                ("FQDN", format!("kms{number}.{company}.{ending}")),
                ("DOMAIN", format!("{company}{number}.{ending}")),
                ("NETBIOS", format!("{}{number}", company.split('-').next().unwrap().to_uppercase())),
                ("LATINNAME", format!("{} {}", title(first), title(surname))),
                ("MOBILE", format!("090{}", of_person.text("0123456789", 8))),
                (
                    "SPACEDMOBILE",
                    format!("080 {} {}", of_person.text("123456789", 4), of_person.text("123456789", 4)),
                ),
                (
                    "DASHEDPHONE",
                    format!("03-{}-{}", of_person.text("123456789", 4), of_person.text("123456789", 4)),
                ),
                (
                    "POSTCODE",
                    format!("{}-{}", of_person.text("123456789", 3), of_person.text("0123456789", 4)),
                ),
                (
                    "TOWN",
                    of_person
                        .of(&[
                            "東京都千代田区丸の内",
                            "神奈川県横浜市西区みなとみらい",
                            "北海道札幌市中央区北一条西",
                        ])
                        .to_owned(),
                ),
                (
                    "HOUSE",
                    format!(
                        "{}-{}-{}",
                        1 + of_person.roll(9),
                        10 + of_person.roll(80),
                        10 + of_person.roll(80)
                    ),
                ),
                (
                    "STREET",
                    format!(
                        "{} {} Street",
                        10 + of_person.roll(990),
                        title(of_person.of(&["baker", "maple", "harbour"]))
                    ),
                ),
                ("UUID", uuid(dice)),
                ("CMID", uuid(dice)),
            ],
        }
    }

    fn fill(&self, template: &str) -> String {
        let mut text = template.to_owned();
        for (name, value) in &self.values {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        assert!(self.used(&text).is_empty(), "{text}");
        text
    }

    fn used(&self, template: &str) -> Vec<&(&'static str, String)> {
        self.values.iter().filter(|(name, _)| template.contains(&format!("{{{name}}}"))).collect()
    }
}

/// The contexts. `{NAME}` stands for a value.
const TEMPLATES: &[&str] = &[
    // slmgr, both languages.
    "Name: Windows(R), Enterprise edition\nDescription: Windows(R) Operating System, VOLUME_KMSCLIENT channel\nPartial Product Key: 2YT43\nLicense Status: Notification\nNotification Reason: 0xC004F074.\nClient Machine ID (CMID): {CMID}\nRegistered KMS machine name: {FQDN}:1688\nKMS machine IP address: {IP}\n",
    "名前: Windows(R), Professional edition\n説明: Windows(R) Operating System, RETAIL channel\nプロダクト キーの一部: 3V66T\nライセンスの状態: 通知\n通知の理由: 0xC004F034\n登録された KMS コンピューター名: {SHORTHOST}:1688\nインストール ID: {PLAINIID}\n",
    "Installation ID: {IID}\nConfirmation ID for product: {CID} deposited.\nError: 0xC004F064\n",
    "slmgr /ipk {WINKEY} gave 0xC004F050; then {LOWERKEY}, then {PLAINKEY} and {SPACEDKEY}.",
    "アプリのキー {OURKEY} を入れると seat_limit_reached と出ます。",
    // Event log.
    "Event ID: 12288\n0xC004F06C, 0x00000000, {FQDN}:1688, {CMID}, 2026/11/22 09:58, 0, 5, 0, {UUID}, 25\n",
    "Event ID: 12290\n0x0, 5, {SHORTHOST}, {CMID}, 2026/11/22 10:00, 0, 5, 0, {UUID}\n",
    "イベント ID: 8198\nユーザー: {NETBIOS}\\{USER}\nコンピューター名: {HOST}\nhr=0xC004F074\n",
    // Network.
    "Host Name . . . . . . . . . . . . : {SHORTHOST}\nPrimary Dns Suffix  . . . . . . . : {DOMAIN}\nPhysical Address. . . . . . . . . : {MAC}\nIPv4 Address. . . . . . . . . . . : {IP}(Preferred)\nLink-local IPv6 Address . . . . . : {IPV6}%12(Preferred)\n",
    "ホスト名 . . . . . . . . . . . . .: {HOST}\n物理アドレス. . . . . . . . . . . .: {MAC}\nリンクローカル IPv6 アドレス. . . . .: {IPV6}%5(優先)\nIPv4 アドレス . . . . . . . . . . : {IP}(優先)\n",
    "Server:  {DOMAIN}\nAddress:  {IP}\n\n_vlmcs._tcp.{DOMAIN}  SRV service location:\n  port = 1688\n  svr hostname = {FQDN}\n{FQDN}  internet address = {PUBLICIP}\n",
    "*** {DOMAIN} が _vlmcs._tcp を見つけられません: Non-existent domain\n",
    "ComputerName     : {FQDN}\nRemoteAddress    : {PUBLICIP}\nRemotePort       : 1688\nTcpTestSucceeded : False\n",
    "ソース: {FQDN},0x9\n最終正常同期時刻: 未指定\n",
    "127.0.0.1 activation.sls.microsoft.com\n{IP} {FQDN}\n",
    // Directory and system.
    "             AzureAdJoined : YES\n              DomainJoined : NO\n               Device Name : {HOST}\n                  DeviceId : {UUID}\n                TenantName : {NETBIOS}\n    Executing Account Name : {NETBIOS}\\{USER}, {MAIL}\n",
    "ホスト名:               {SHORTHOST}\n登録されている所有者:   {NAME}\nシステム製造元:         VMware, Inc.\nドメイン:               {DOMAIN}\nログオン サーバー:      \\\\{NETBIOS}\n",
    "SerialNumber\n{SERIAL}\n\nUUID\n{UUID}\n",
    "{\"CSName\": \"{SHORTHOST}\", \"SerialNumber\": \"{SERIAL}\", \"RegisteredUser\": \"{USER}\", \"ClientMachineID\": \"{CMID}\"}",
    "Service Tag: {SERIAL}\nシリアル番号は{SERIAL}です。エラーは 0xC004F211\n",
    "USERNAME={USER}\nCOMPUTERNAME={SHORTHOST}\nUSERDNSDOMAIN={DOMAIN}\nLOGONSERVER=\\\\{NETBIOS}\n",
    "Get-LocalUser: {SID}\nS-1-5-20 is the network service. UserName: {USER}\n",
    // Paths, mails, words.
    "Log file: C:\\Users\\{USER}\\AppData\\Local\\Temp\\log.txt code 0x8007232B\n",
    "ログは C:\\Users\\{NAME}\\Desktop\\slmgr.txt と \\\\{SHORTHOST}\\share\\log.txt にあります。0x80072EE7\n",
    "From: {MAIL}\n> my name is Hanako. The PC {HOST} shows 0xC004C003, MAC {COLONMAC}.\n",
    "{NAME}と申します。マザーボードを交換したら 0xC004F211 が出ました。PC名: {SHORTHOST}、連絡先: {MAIL}\n",
    "{NAME}さんのパソコン（{HOST}）でエラー0xC004F213。IPは{IP}です。",
    "The clone of {HOST} asks {FQDN} from {IP}, error 0xC004F074 since the update to 10.0.26100.4652.",
    // A person and where to find them.
    "名前：{NAME}\n電話：{MOBILE}\nマザーボードを交換したら 0xC004F211 が出ました。\n",
    "私は{NAME}です。携帯は{SPACEDMOBILE}、会社は{DASHEDPHONE}です。エラーは 0xC004F213\n",
    "Name: {LATINNAME}\nPhone: {MOBILE}\nThe motherboard was replaced, code 0xC004F211\n",
    "住所は〒{POSTCODE} {TOWN}{HOUSE}です。0xC004F074 が出ます。\n",
    "I live at {STREET}, Springfield, IL 62704 and see 0xC004C003. Call {SPACEDMOBILE}.\n",
];

/// The ways in which a text reaches a reader.
fn layouts(text: &str) -> Vec<(&'static str, String)> {
    let wrapped = |width: usize| {
        text.lines()
            .map(|line| {
                let symbols: Vec<char> = line.chars().collect();
                symbols
                    .chunks(width)
                    .map(|part| part.iter().collect::<String>())
                    .collect::<Vec<_>>()
                    .join("\n")
            })
            .collect::<Vec<_>>()
            .join("\n")
    };
    let quoted = text.lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n");
    let at_signs = text.replace("-", "-\n");
    let wide: String = text
        .chars()
        .map(|c| if ('!'..='~').contains(&c) { char::from_u32(u32::from(c) + 0xFEE0).unwrap() } else { c })
        .collect();
    vec![
        ("plain", text.to_owned()),
        ("console of 80 columns", wrapped(80)),
        ("quoted", quoted),
        ("wrapped after hyphens", at_signs),
        ("full width", wide),
        ("windows lines", text.replace('\n', "\r\n")),
    ]
}

fn encodings(text: &str) -> Vec<Vec<u8>> {
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut all = vec![
        text.as_bytes().to_vec(),
        [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        [&[0xFF, 0xFE], utf16.as_slice()].concat(),
    ];
    let (bytes, _, lossy) = SHIFT_JIS.encode(text);
    if !lossy {
        all.push(bytes.into_owned());
    }
    all
}

/// Letters and digits alone, small: what is left of a text when layout does not matter.
fn bare(text: &str) -> String {
    read::normal(text).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn bundle(session: &Session, message: &str, dice: &mut Dice) -> String {
    let making = Making {
        client: Client {
            name: "warifu".to_owned(),
            system: "windows".to_owned(),
            version: "0.1.0".to_owned(),
        },
        language: Lang::Ja,
        made: Timestamp::from_seconds(1_790_000_000),
        nonce: warifu_core::random::bytes(dice),
        message: Some(message.to_owned()),
    };
    let content = Content::of(session, making).expect("a subject");
    let key = InstallationKey::generate(KeyAlgorithm::Ed25519, dice).unwrap();
    let bundle = Bundle::sign(content, SignedBy::Once, &key).unwrap();
    let bytes = bundle.to_compact_bytes();
    assert_eq!(Bundle::open(&bytes).as_ref(), Ok(&bundle));
    // The nonce, digest, key and signature are random and may spell anything.
    String::from_utf8(bundle.content().to_bytes()).unwrap().replace(&bundle.content().nonce, "")
}

#[test]
fn no_identity_survives_in_any_context_language_encoding_or_layout() {
    let mut leaks = Vec::new();
    let mut tried = 0;
    for seed in 0..3 {
        let mut dice = Dice(seed * 7919 + 1);
        for template in TEMPLATES {
            let identity = Identity::draw(&mut dice);
            for (layout, text) in layouts(&identity.fill(template)) {
                for bytes in encodings(&text) {
                    assert_eq!(read::bytes::decode(&bytes), text, "every encoding is the same text");
                    tried += 1;
                }
                let redacted = redact::text(&text).text;
                let mut session = Session::new(&WINDOWS);
                session.read(&text);
                let case = bundle(&session, &text, &mut dice);
                for (name, value) in identity.used(template) {
                    for (place, left) in [("text", &redacted), ("case", &case)] {
                        if bare(left).contains(&bare(value)) {
                            leaks.push(format!("{name} {value} in the {place}, {layout}:\n{left}\n"));
                        }
                    }
                }
            }
        }
    }
    let shown: Vec<String> = leaks.iter().take(12).cloned().collect();
    assert!(leaks.is_empty(), "{} of {tried} leak\n{}", leaks.len(), shown.join("\n"));
    assert!(tried > 1500, "{tried}");
}

/// Facts that name somebody, or say of a key what only the key tells.
const NAMING: [&str; 9] = [
    "lic.kms_registered",
    "lic.kms_discovered",
    "lic.kms_asked",
    "lic.cmid",
    "kms.host_kind",
    "key.form",
    "key.typed_kind",
    "kms.same_cmid",
    // Pieces of a name may be words of cases too: DESKTOP-1A2B3C4.
    "text.words",
];

fn facts(text: &str) -> Vec<String> {
    let mut session = Session::new(&WINDOWS);
    session.read(text);
    let facts = session.facts();
    facts
        .all()
        .iter()
        .filter(|fact| !NAMING.contains(&facts.kind(fact).id))
        .map(|fact| format!("{}={}", facts.kind(fact).id, fact.value))
        .collect()
}

#[test]
fn what_a_diagnosis_rests_on_survives_redaction() {
    let mut lost = Vec::new();
    for seed in 0..4 {
        let mut dice = Dice(seed * 104_729 + 3);
        for template in TEMPLATES {
            let text = Identity::draw(&mut dice).fill(template);
            let (before, after) = (facts(&text), facts(&redact::text(&text).text));
            if before != after {
                lost.push(format!("{before:?}\n{after:?}\n{text}\n{}", redact::text(&text).text));
            }
        }
    }
    let shown: Vec<String> = lost.iter().take(8).cloned().collect();
    assert!(lost.is_empty(), "{}\n{}", lost.len(), shown.join("\n\n"));
}

#[test]
fn versions_codes_ports_and_public_services_stay() {
    for text in [
        "10.0.22631.4317",
        "version 10.0.26100.4652",
        "build 6.3.9600",
        "0xC004F213, c004f213, -1073418188, 80072F8F",
        "port 1688, TCP 443",
        "activation-v2.sls.microsoft.com:443",
        "time.windows.com,0x9",
        "ntp.nict.jp",
        "kms.core.windows.net:1688",
        "azkms.core.windows.net",
        "127.0.0.1 and ::1",
        "KB5034123 for 24H2 (26100)",
        "S-1-5-20",
        "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform",
        "C:\\Windows\\System32\\spp\\store\\2.0\\tokens.dat",
        "slmgr.vbs /dlv, sppsvc.exe, winhttp.dll",
        "Application ID: 55c92734-d682-4d71-983e-d6ec3f16059f",
        "Windows(R), ServerStandard edition",
        "2026-11-30T09:58:00Z, 2026/11/22 09:58, 12:34:56",
        "仕様が変わった模様です。お客様のPC",
        "five words which never match",
        "Name: Software Protection",
        "名前: Windows(R), Professional edition",
        "私は初心者です。私は再起動したいです。私はマザーボードを交換しましたが、",
        "2 Solid State Drive",
        "この町の2台のPC、区分1、都道府県",
        "Volume activation expiration: 259200 minute(s) (180 day(s))",
    ] {
        let redacted = redact::text(text);
        assert_eq!((redacted.text.as_str(), redacted.removed.len()), (text, 0));
    }
}

#[test]
fn the_same_value_leaves_the_same_mark_and_marks_are_counted() {
    let redacted = redact::text("10.1.2.3 asked 10.1.2.4, and 10.1.2.3 again. Mail: a.b@firma.example");
    assert_eq!(
        redacted.text,
        "[hiddenaddress1] asked [hiddenaddress2], and [hiddenaddress1] again. Mail: [hiddenmail1]"
    );
    assert_eq!(redacted.removed, [(redact::Kind::Address, 2), (redact::Kind::Mail, 1)]);
}

#[test]
fn a_text_made_to_be_slow_is_redacted_all_the_same() {
    for text in [
        "a.".repeat(20_000),
        "1-".repeat(20_000),
        "A1B2C3D4 ".repeat(5_000),
        "ab:".repeat(20_000),
        "x@".repeat(20_000),
    ] {
        assert!(!redact::text(&text).text.is_empty());
    }
}

#[test]
fn every_name_of_many_is_found_where_it_stands_without_its_label() {
    let names: Vec<String> = (0..100)
        .map(|n| format!("tower{}{}", char::from(b'a' + n / 26), char::from(b'a' + n % 26)))
        .collect();
    let labelled: String = names.iter().map(|name| format!("Host Name: {name}\n")).collect();
    let redacted = redact::text(&format!("{labelled}{}", names.join(" "))).text;
    let left: Vec<&String> = names.iter().filter(|name| redacted.contains(name.as_str())).collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(redacted.ends_with("[hiddenhost99] [hiddenhost100]"), "the same marks: {redacted}");
}

#[test]
fn a_person_and_where_to_find_them_go_however_they_are_written() {
    for (text, left) in [
        ("名前：田中太郎", "名前:[hiddenuser1]"),
        ("私は田中太郎です", "私は[hiddenuser1]です"),
        ("僕は田中 たろうといいます", "僕は[hiddenuser1]といいます"),
        ("Name: Taro Tanaka", "Name: [hiddenuser1]"),
        ("Hello (name: taro tanaka)", "Hello (name: [hiddenuser1])"),
        ("09012345678", "[hiddenphone1]"),
        ("090 1234 5678", "[hiddenphone1]"),
        ("Call 090-1234-5678.", "Call [hiddenphone1]."),
        ("(03) 1234-5678", "[hiddenphone1]"),
        ("03(1234)5678", "[hiddenphone1]"),
        ("+819012345678", "[hiddenphone1]"),
        ("〒100-0005", "[hiddenplace1]"),
        ("東京都千代田区丸の内1-2-3 丸の内ビル4階に", "[hiddenplace1]に"),
        ("横浜市西区みなとみらい2丁目3番4号の", "[hiddenplace1]の"),
        ("東京都港区のPC", "[hiddenplace1]のPC"),
        ("at 12 Baker Street, Apt 4, Springfield, IL 62704 now", "at [hiddenplace1] now"),
        ("221B Baker Street, London NW1 6XE", "[hiddenplace1]"),
    ] {
        assert_eq!(redact::text(text).text, left);
        assert_eq!(redact::text(left).text, left);
    }
}
