//! The API's stable words as people read them.

use warifu_core::catalogue::Lang;

/// Word, Japanese, English. A word that is not here is shown as it is.
const WORDS: &[(&str, &str, &str)] = &[
    // Channels
    ("retail", "小売", "retail"),
    ("oem", "OEM", "OEM"),
    ("volume", "ボリューム", "volume"),
    ("site", "サイト", "site"),
    ("trial", "体験版", "trial"),
    ("subscription", "サブスクリプション", "subscription"),
    // Routes
    ("online", "オンライン", "online"),
    ("human", "電話・窓口", "human"),
    ("file", "ファイル", "file"),
    // Standings of a licence
    ("active", "有効", "active"),
    ("suspended", "一時停止中", "suspended"),
    ("revoked", "取り消し", "revoked"),
    // Origins of a licence
    ("key", "プロダクトキー", "product key"),
    ("imported", "取り込んだキー", "imported key"),
    ("granted", "キーなしの付与", "granted without a key"),
    // Classes of device
    ("physical", "物理マシン", "physical machine"),
    ("vm", "仮想マシン", "virtual machine"),
    ("container", "コンテナー", "container"),
    ("wsl", "WSL", "WSL"),
    // Roles of staff
    ("read-only", "閲覧のみ", "read-only"),
    ("support", "サポート", "support"),
    ("operator", "オペレーター", "operator"),
    ("owner", "オーナー", "owner"),
    // Actors in the log
    ("installation", "デバイス", "device"),
    ("staff", "担当者", "staff"),
    ("service", "サービス", "service"),
    // Reasons for a release; the others are known as actors
    ("reclaim", "長期間の通信なし", "silence"),
    ("key_change", "キーの変更", "change of key"),
    ("hardware_change", "ハードウェアの変更", "change of hardware"),
    ("key_holder", "キーを持つ人の依頼", "asked for with the key"),
    ("objection", "元のデバイスの復帰", "another device came back"),
    // What happens to copies
    ("tell", "知らせる", "tell"),
    ("refuse", "知らせて、更新を断る", "tell and refuse"),
    // Terms of a policy
    ("perpetual", "無期限", "perpetual"),
];

/// A stable word in a language.
pub(super) fn word(word: &str, lang: Lang) -> String {
    let known = WORDS.iter().find(|(known, _, _)| *known == word);
    let said = known.map(|(_, ja, en)| match lang {
        Lang::Ja => *ja,
        Lang::En => *en,
    });
    said.unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use warifu_core::hardware::Scheme;
    use warifu_core::policy::{Channel, Copies, Route};
    use warifu_core::seat::ReleasedBy;
    use warifu_core::staff::Role;

    use super::*;

    #[test]
    fn every_channel_route_role_and_class_of_device_has_a_word() {
        let names = Channel::ALL.iter().map(|channel| channel.as_str());
        let names = names.chain(ReleasedBy::ALL.iter().map(|reason| reason.as_str()));
        let names = names.chain(Copies::ALL.iter().map(|rule| rule.as_str()));
        let names = names.chain(Route::ALL.iter().map(|route| route.as_str()));
        let names = names.chain(Role::ALL.iter().map(|role| role.as_str()));
        for name in names.chain(Scheme::ALL.iter().map(|scheme| scheme.name())) {
            assert!(WORDS.iter().any(|(word, _, _)| *word == name), "{name}");
        }
        assert_eq!(word("brand_new", Lang::Ja), "brand_new");
    }
}
