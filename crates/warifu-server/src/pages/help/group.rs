//! The groups of Windows' error codes.

use warifu_core::catalogue::Lang;

/// The groups in the order in which people need them, with their titles.
const GROUPS: [(&str, &str, &str); 21] = [
    ("product_key", "プロダクトキー", "Product keys"),
    ("license", "ライセンスの有無と種類", "The licence itself"),
    ("hardware", "ハードウェアの変更", "Changed hardware"),
    ("account", "アカウントと再認証", "Accounts and reactivation"),
    ("network", "ネットワーク", "Network"),
    ("time", "日付と時刻", "Date and time"),
    ("server", "Microsoftのサーバー", "Microsoft’s servers"),
    ("temporary", "一時的なもの", "Passing troubles"),
    ("volume", "会社や学校のライセンス（KMS・MAK）", "Volume licences (KMS and MAK)"),
    ("token", "証明書とスマートカードによる認証", "Activation by certificate or smart card"),
    ("vm", "仮想マシン", "Virtual machines"),
    ("phone", "電話での認証", "Activation by phone"),
    ("store", "Microsoft Store", "Microsoft Store"),
    ("genuine", "正規品の確認", "Genuine checks"),
    ("system", "Windowsの機能", "Parts of Windows"),
    ("token_store", "ライセンスの保管ファイル", "The licence store on the PC"),
    ("security_processor", "ライセンス保護の仕組み", "Protection of the licence"),
    ("internal", "内部のエラー", "Internal errors"),
    ("general", "広い意味のコード", "Codes of wide meaning"),
    ("info", "エラーではない状態", "States that are no errors"),
    ("lookalike", "ライセンス認証とは別のコード", "Codes of something else"),
];

/// Each group's name and title.
pub(super) fn groups(lang: Lang) -> impl Iterator<Item = (&'static str, &'static str)> {
    GROUPS.iter().map(move |&(name, ja, en)| (name, if lang == Lang::Ja { ja } else { en }))
}

/// A group's title.
pub(super) fn title(name: &str, lang: Lang) -> &'static str {
    groups(lang).find(|(known, _)| *known == name).map_or("", |(_, title)| title)
}

#[cfg(test)]
mod tests {
    use warifu_troubleshoot::knowledge::WINDOWS;

    use super::*;

    #[test]
    fn every_code_is_in_a_group_that_has_a_title() {
        for code in WINDOWS.codes {
            assert!(!title(code.group, Lang::Ja).is_empty(), "{}", code.group);
        }
        for (name, _) in groups(Lang::En) {
            assert!(WINDOWS.codes.iter().any(|code| code.group == name), "{name}");
        }
    }
}
