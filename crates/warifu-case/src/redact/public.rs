//! Names and addresses that are everybody's: they say what was asked, not who asked, and a diagnosis may rest on them.

/// Domains whose hosts stay, with everything below them.
const DOMAINS: &[&str] = &[
    "microsoft.com",
    "windows.com",
    "windows.net",
    "windowsupdate.com",
    "live.com",
    "office.com",
    "office.net",
    "office365.com",
    "microsoftonline.com",
    "azure.com",
    "msftconnecttest.com",
    "msftncsi.com",
    "digicert.com",
    "nist.gov",
    "nict.jp",
    "ntp.org",
    "googlecloud.com",
    "amazonaws.com",
    "apple.com",
    "google.com",
];

/// Ends of names that are no domains: files, and parts of programs.
const ENDINGS: &[&str] = &[
    "exe", "dll", "vbs", "cmd", "bat", "ps1", "psm1", "sys", "log", "txt", "xml", "json", "dat", "inf",
    "msi", "evtx", "iso", "wim", "zip", "png", "jpg", "pdf", "csv", "ini", "tmp", "mui", "msc", "cpl", "ocx",
    "bin", "cat", "etl", "js", "py", "rs", "md", "db", "htm", "html", "xrm", "ps", "vb", "lnk", "reg",
];

/// Last labels longer than two letters that domains have.
const LAST_LABELS: &[&str] = &[
    "com",
    "net",
    "org",
    "info",
    "biz",
    "edu",
    "gov",
    "mil",
    "int",
    "local",
    "localdomain",
    "lan",
    "internal",
    "intranet",
    "intra",
    "corp",
    "corporate",
    "home",
    "office",
    "company",
    "private",
    "domain",
    "dom",
    "priv",
    "loc",
    "test",
    "example",
    "invalid",
    "localhost",
    "arpa",
    "cloud",
    "dev",
    "app",
    "tech",
    "online",
    "site",
    "store",
    "shop",
    "tokyo",
    "osaka",
    "group",
    "name",
    "pro",
    "work",
    "works",
    "school",
    "ac",
    "page",
    "network",
    "systems",
    "digital",
    "solutions",
    "inc",
    "ltd",
    "gmbh",
    "host",
    "server",
    "root",
    "main",
    "hq",
    "branch",
    "factory",
    "hospital",
    "univ",
    "city",
    "pref",
    "asia",
    "xyz",
    "top",
    "club",
];

/// Addresses of a machine itself, masks, and Azure's KMS hosts, which are the same for all.
const ADDRESSES: &[&str] = &[
    "127.0.0.1",
    "127.0.0.2",
    "127.0.1.1",
    "0.0.0.0",
    "255.255.255.255",
    "255.255.255.0",
    "255.255.0.0",
    "255.0.0.0",
    "8.8.8.8",
    "8.8.4.4",
    "1.1.1.1",
    "20.118.99.224",
    "40.83.235.53",
    "23.102.135.246",
    "::1",
    "::",
];

/// Identifiers of applications, the same on every machine.
const IDENTIFIERS: &[&str] = &[
    "55c92734-d682-4d71-983e-d6ec3f16059f",
    "0ff1ce15-a989-479d-af46-f275c6370663",
    "59a52881-a989-479d-af46-f275c6370663",
];

/// Words that stand in the place of a name and are none.
const NO_NAMES: &[&str] = &[
    "administrator",
    "admin",
    "user",
    "users",
    "owner",
    "guest",
    "system",
    "default",
    "public",
    "localhost",
    "local",
    "unknown",
    "none",
    "null",
    "not",
    "no",
    "yes",
    "n/a",
    "na",
    "workgroup",
    "windows",
    "microsoft",
    "true",
    "false",
    "unspecified",
    "any",
    "available",
    "dns",
    "kms",
    "name",
    "server",
    "host",
    "the",
    "this",
    "is",
    "was",
    "for",
    "from",
    "and",
    "not_found",
    "defaultaccount",
    "なし",
    "不明",
    "管理者",
    "既定",
    "未設定",
    "すべて",
    "自分",
    "会社",
    "個人",
    "windowsユーザー",
];

/// Names of the roots of the registry and of well-known authorities, which stand before a backslash as domains do.
const AUTHORITIES: &[&str] = &[
    "hklm",
    "hkcu",
    "hkcr",
    "hku",
    "hkcc",
    "hkey_local_machine",
    "hkey_current_user",
    "hkey_users",
    "hkey_classes_root",
    "hkey_current_config",
    "nt",
    "authority",
    "service",
    "builtin",
    "root",
    "software",
    "system",
    "system32",
    "syswow64",
    "windows",
    "microsoft",
    "currentversion",
    "currentcontrolset",
    "policies",
    "program",
    "users",
    "programdata",
    "appdata",
    "drivers",
    "etc",
    "spp",
    "store",
    "cimv2",
    "winnt",
    "localservice",
    "networkservice",
    "controlset001",
    "services",
    "files",
    "temp",
    "oem",
    "sources",
];

fn among(list: &[&str], word: &str) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// Whether a whole name of a host stays as it is.
pub(super) fn host(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    DOMAINS.iter().any(|domain| {
        name.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })
}

/// Whether a dotted word can be the name of a host at all.
pub(super) fn is_domain(name: &str) -> bool {
    let Some((_, last)) = name.rsplit_once('.') else { return false };
    let last = last.to_ascii_lowercase();
    let two = last.len() == 2 && last.bytes().all(|b| b.is_ascii_alphabetic());
    !ENDINGS.contains(&last.as_str()) && (two || LAST_LABELS.contains(&last.as_str()))
}

/// Whether an address stays as it is.
pub(super) fn address(text: &str) -> bool {
    ADDRESSES.contains(&text)
}

/// Whether an identifier stays as it is.
pub(super) fn identifier(text: &str) -> bool {
    among(IDENTIFIERS, text)
}

/// Whether a word in the place of a name is none.
pub(super) fn no_name(word: &str) -> bool {
    let word = word.trim_matches(['"', '\'', '.', ',', '(', ')', '<', '>']);
    word.is_empty() || among(NO_NAMES, word) || word.starts_with(['%', '\u{FFFD}'])
}

/// Whether a word before a backslash is no domain.
pub(super) fn authority(word: &str) -> bool {
    among(AUTHORITIES, word)
}
