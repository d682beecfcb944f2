//! What is known by the label before it: names, serial numbers.

use super::{Kind, Pattern, Work, public};

/// Labels whose value is one word that names a machine or a network.
static HOST: Pattern = Pattern::new(
    r#"(?i)(?:\b(?:registered kms machine name|kms machine name from dns|kms machine name|host machine name|client machine name|(?:full )?computer ?name|host ?name|device ?name|machine ?name|cs ?name|dns ?host ?name|logon ?server|user ?domain|user dns domain|domain ?name|dns domain|primary dns suffix|connection-specific dns suffix|dns suffix search list|tenant ?name|default server|server ?name|source computer|workstation|name ?target|svr hostname|remote ?address|(?:discovered)?key ?management ?service(?: ?machine)?(?: ?name)?|primary name server|ssid|domain|server)\b|登録(?:された|済みの) ?kms ?コンピューター? ?名|dns ?の ?kms ?コンピューター? ?名|kms ?(?:コンピューター?|ホスト) ?名|ホスト ?名|コンピューター? ?名|デバイス ?名|端末 ?名|pc ?名|ログオン ?サーバー?|ドメイン ?名|ドメイン|既定の ?サーバー?|サーバー? ?名|サーバー?|プライマリ ?dns ?サフィックス)(?:["' .]*[:=]["' ]*|\s+REG_SZ\s+|[ \t]{2,})\\*([^\s"',;<>\[\]()\\]{1,128})"#,
);
/// Labels whose value is a person's or an organisation's name, to the end of the line or field.
static USER: Pattern = Pattern::new(
    r#"(?i)(?:\b(?:user ?name|logged on user|registered ?(?:owner|organization|organisation|user)|owner ?name|full ?name|account ?name|executing account name|display ?name|user ?email|user identity|contact)\b|ユーザー? ?名|登録されている ?(?:所有者|組織)|所有者 ?名?|使用者|氏名|お名前|担当者 ?名?|アカウント ?名|連絡先)["' .]*[:=]["' ]*([^\n"<>|,;\u{E000}-\u{E0FE}]{1,64})"#,
);
/// A bare label of a name, where a line or a part of a sentence begins, before words that can be a person's name.
static NAME: Pattern = Pattern::new(
    r"(?im)(?:^|[,;、。(\u{E0FF}])[ \t>|*・-]*(?:name|名前|なまえ|フリガナ|ふりがな|(?:first|last|family|given|your) ?name|姓名?)[ \t.]*[:=][ \t]*(\p{L}[\p{L}ー・.'’-]{0,30}(?:[ \t]\p{L}[\p{L}ー・.'’-]{0,30}){0,3})[ \t]*(?:$|[,;、。()<>|\u{E0FF}])",
);
/// Names in the middle of a sentence.
static TOLD: Pattern = Pattern::new(
    r"(?i:\bmy (?:full )?name is|\bmy (?:user ?name|account) is)\s+([\w.'-]+(?:\s[A-Z][\w.'-]+)?)|(?:\b(?:Mr|Ms|Mrs|Dr)\.?\s+)([A-Z][\w'-]+(?:\s[A-Z][\w'-]+)?)",
);
static TOLD_JAPANESE: Pattern = Pattern::new(
    r"(?:私の名前は|名前は|わたしは|担当の|私、)\s*([\p{Han}\p{Hiragana}\p{Katakana}ー・ ]{2,16}?)(?:です|と申し|といい|と言い|が|、|。)|([\p{Han}\p{Katakana}ー・]{2,12})(?:と申します|といいます|と言います)",
);
/// Whoever writes, called by what can only be a name: words that end as verbs do are none.
static MYSELF: Pattern = Pattern::new(
    r"(?:私|僕|俺|わたくし|ぼく)は[、 ]?(\p{Han}{2,6}|\p{Han}{1,4} [\p{Han}\p{Hiragana}]{1,5}|[\p{Katakana}ー]{2,10}[・ ][\p{Katakana}ー]{2,10})(?:です|でございます|と申し|といい|と言い|という)",
);
static HONOURED: Pattern = Pattern::new(r"(\p{Han}{1,4}|\p{Katakana}{2,10})(?:さん|様|さま|氏|くん|君)");
/// Labels whose value is a number that a maker or an owner gave to a machine.
static SERIAL: Pattern = Pattern::new(
    r#"(?i)(?:\b(?:serial ?(?:number|no\.?)|s/n|service ?tag|asset ?tag(?: ?number)?|identifying ?number|product ?number|part ?number|uuid|machine ?guid)\b|シリアル ?(?:番号|ナンバー|no\.?)?|製造 ?番号|製造番号|資産 ?(?:番号|タグ)|サービス ?タグ|機器 ?番号|管理 ?番号)(?:["' .]*(?:is|は|[:=])["' ]*|[ \t]{2,}|[ \t]+)([A-Za-z0-9][A-Za-z0-9._/-]{3,40})"#,
);
/// The same with the value on the next line, as the columns of a table have it.
static COLUMN: Pattern = Pattern::new(
    r"(?im)^[ \t>|]*(serialnumber|identifyingnumber|uuid|username|registereduser|csname|dnshostname|hostname)[ \t]*\n(?:[ \t>|]*-+[ \t]*\n)?[ \t>|]*([^\s\[][^\n]{1,64}?)[ \t]*$",
);
/// Variables of the environment.
static VARIABLE: Pattern = Pattern::new(
    r"(?i)\b(username|userdomain|userdnsdomain|computername|logonserver|userdomain_roamingprofile|clientname)=\\*([^\s\\]{1,64})",
);

/// Parts of what people call themselves without a name.
const ROLES: &[&str] = &[
    "者", "素人", "学生", "社員", "会社", "個人", "担当", "主婦", "利用", "使用", "自営", "年金", "教員",
    "教師", "職員", "企業", "法人", "同様", "同じ",
];
/// Words in what a program calls `Name` and is no person.
const THINGS: &[&str] = &[
    "windows",
    "microsoft",
    "office",
    "visio",
    "project",
    "software",
    "service",
    "services",
    "protection",
    "platform",
    "edition",
    "server",
    "update",
    "time",
    "license",
    "licensing",
    "activation",
    "manager",
    "enterprise",
    "professional",
    "pro",
    "home",
    "education",
    "sppsvc",
    "osppsvc",
    "clipsvc",
    "wuauserv",
    "licensemanager",
    "ソフトウェア",
    "サービス",
    "ライセンス",
    "ライセンス認証",
];

/// Words before さん and 様 that name nobody.
const NOBODY: &[&str] = &[
    "皆",
    "お客",
    "客",
    "奥",
    "神",
    "業者",
    "店員",
    "お店",
    "店",
    "担当者",
    "相談者",
    "管理者",
    "友人",
    "娘",
    "息子",
    "兄",
    "姉",
    "父",
    "母",
    "何",
    "同",
    "多",
    "有",
    "仕",
    "模",
    "諸",
    "各",
    "王",
    "殿",
    "販売者",
    "出品者",
    "メーカー",
    "サポート",
    "ショップ",
];

/// Takes out what a label names.
pub(super) fn names(work: &mut Work) {
    work.apply_inside(&SERIAL, |_, found| {
        let value = found.get(1)?;
        let digit = value.as_str().contains(|c: char| c.is_ascii_digit());
        (digit && !public::no_name(value.as_str()) && !is_code(value.as_str()))
            .then(|| (Kind::Serial, value.range()))
    });
    work.apply_inside(&COLUMN, |_, found| {
        let (label, value) = (found.get(1)?, found.get(2)?);
        let kind = match label.as_str().to_ascii_lowercase().as_str() {
            "username" | "registereduser" => Kind::User,
            "csname" | "dnshostname" | "hostname" => Kind::Host,
            _ => Kind::Serial,
        };
        (!public::no_name(value.as_str())).then(|| (kind, value.range()))
    });
    work.apply_inside(&VARIABLE, |_, found| {
        let (label, value) = (found.get(1)?, found.get(2)?);
        let kind = if label.as_str().eq_ignore_ascii_case("username") { Kind::User } else { Kind::Host };
        (!public::no_name(value.as_str())).then(|| (kind, value.range()))
    });
    work.apply_inside(&USER, |_, found| {
        let value = found.get(1)?;
        // Two spaces begin another column.
        let text = value.as_str();
        let text = text.split("  ").find(|part| !part.trim().is_empty()).unwrap_or(text).trim();
        let start = value.start() + value.as_str().find(text)?;
        let windows = text.to_lowercase().starts_with("windows");
        (!public::no_name(text) && !windows && !text.is_empty())
            .then(|| (Kind::User, start..start + text.len()))
    });
    work.apply_inside(&HOST, |text, found| {
        let value = found.get(1)?;
        let name = value.as_str().trim_end_matches(['.', ':']);
        let bare = name.split(':').next().unwrap_or(name);
        let marked = bare.contains(|c| ('\u{E000}'..='\u{E0FE}').contains(&c));
        let number = bare.parse::<std::net::Ipv4Addr>().is_ok();
        let file = name.contains('.') && !public::is_domain(bare);
        // `Windows Server: …`, `server  error`: words of a sentence are no names.
        let spaced = text[..value.start()].ends_with("  ") && bare.bytes().all(|b| b.is_ascii_lowercase());
        let goes = !marked
            && !number
            && !file
            && !spaced
            && !is_code(bare)
            && !public::host(bare)
            && !public::no_name(bare);
        let name = bare.contains(|c: char| c.is_alphanumeric());
        let told = bare.ends_with("ません") || bare.ends_with("ない");
        (goes && name && !told).then(|| (Kind::Host, value.start()..value.start() + bare.len()))
    });
    work.apply_inside(&NAME, |_, found| {
        let value = found.get(1)?;
        let thing =
            value.as_str().split_whitespace().any(|word| THINGS.contains(&word.to_lowercase().as_str()));
        (!thing && !public::no_name(value.as_str()) && !public::is_domain(value.as_str()))
            .then(|| (Kind::User, value.range()))
    });
    work.apply_inside(&MYSELF, |_, found| {
        let value = found.get(1)?;
        let role = ROLES.iter().any(|role| value.as_str().contains(role));
        (!role && !public::no_name(value.as_str())).then(|| (Kind::User, value.range()))
    });
    for pattern in [&TOLD, &TOLD_JAPANESE] {
        work.apply_inside(pattern, |_, found| {
            let value = found.get(1).or_else(|| found.get(2))?;
            (!public::no_name(value.as_str())).then(|| (Kind::User, value.range()))
        });
    }
    work.apply_inside(&HONOURED, |text, found| {
        let value = found.get(1)?;
        let polite = text[..value.start()].ends_with(['お', 'ご']);
        let nobody = NOBODY.iter().any(|word| value.as_str().ends_with(word));
        // 仕様, 同様, 模様 are words; a name before 様 has two characters and more.
        let word = text[value.end()..].starts_with('様') && value.as_str().chars().count() < 2;
        (!polite && !nobody && !word).then(|| (Kind::User, value.range()))
    });
}

/// Whether a word is an error code or another hexadecimal number of a program.
fn is_code(word: &str) -> bool {
    let hex = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")).unwrap_or(word);
    (word.len() != hex.len() || hex.starts_with(['8', 'C', 'c']))
        && hex.len() <= 8
        && !hex.is_empty()
        && hex.bytes().all(|b| b.is_ascii_hexdigit())
        && hex.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_one() {
        for pattern in
            [&HOST, &USER, &NAME, &MYSELF, &TOLD, &TOLD_JAPANESE, &HONOURED, &SERIAL, &COLUMN, &VARIABLE]
        {
            assert!(pattern.get().is_some(), "{}", pattern.text);
        }
    }
}
