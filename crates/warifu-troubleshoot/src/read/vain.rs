//! What people tried in vain. "I disabled the antivirus, no change" says that the antivirus is *not* at work.

/// The attempt failed, or it is told as an attempt by somebody who still asks. Compared as [`super::spelling`] leaves it.
const IN_VAIN: &[&str] = &[
    "no luck",
    "no change",
    "not help",
    "no help",
    "no avail",
    "no effect",
    "no difference",
    "without success",
    "no success",
    "in vain",
    "not solve",
    "not fix",
    "not work",
    "same error",
    "same result",
    "same problem",
    "same message",
    "nothing work",
    "nothing help",
    "nothing chang",
    "changed nothing",
    "no joy",
    "already tried",
    "also tried",
    "have tried",
    "i tried",
    "we tried",
    "tried:",
    "things tried",
    "even after",
    "even with",
    "ても直",
    "でも直",
    "ても治",
    "ても変わ",
    "ても認証",
    "てもだめ",
    "てもダメ",
    "ても駄目",
    "ても同じ",
    "ても改善",
    "ても解決",
    "ても無駄",
    "ても消え",
    "ても症状",
    "でも同じ",
    "でもだめ",
    "でもダメ",
    "でも変わ",
    "変わらな",
    "効果な",
    "効果はな",
    "改善しな",
    "改善せず",
    "直らな",
    "治らな",
    "解決しな",
    "解決せず",
    "だめでした",
    "ダメでした",
    "駄目でした",
    "だめだった",
    "ダメだった",
    "駄目だった",
    "無駄",
    "試した",
    "試しました",
    "試してみ",
    "試し済",
    "試みた",
    "試みまし",
    "やってみ",
    "変化な",
    "変化はな",
    "意味がな",
];

/// It was the cure after all.
const CURED: &[&str] = &[
    "it worked",
    "that worked",
    "it works",
    "fixed it",
    "fixed the",
    "solved it",
    "solved the",
    "activated fine",
    "activates fine",
    "直った",
    "直りました",
    "治った",
    "解決した",
    "解決しました",
    "認証でき",
    "認証された",
    "成功",
    "うまくいった",
];

/// Words that judge everything said just before: "Nothing worked."
const ALL_IN_VAIN: &[&str] = &[
    "nothing",
    "none of",
    "no luck",
    "no change",
    "all in vain",
    "still the same",
    "same error",
    "same result",
    "no success",
    "どれも",
    "いずれも",
    "すべてだめ",
    "全部だめ",
    "変わらな",
    "変わりな",
    "効果な",
    "改善しな",
    "だめでした",
    "ダメでした",
    "駄目でした",
];

/// How long, in bytes, a sentence is that judges the one before it.
const VERDICT_BYTES_MAX: usize = 90;

/// Whether a sentence tells of attempts that changed nothing; the sentence after it may say so.
pub(super) fn is_in_vain(sentence: &str, next: Option<&str>) -> bool {
    let any = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    // 合わせても認証できない holds 認証でき, and is no cure.
    if any(sentence, CURED) && !any(sentence, &["ても認証", "でも認証"]) {
        return false;
    }
    any(sentence, IN_VAIN)
        || next.is_some_and(|next| {
            next.len() <= VERDICT_BYTES_MAX && any(next, ALL_IN_VAIN) && !any(next, CURED)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_is_in_vain_when_it_or_what_follows_says_so() {
        for (sentence, next) in [
            ("i disabled the antivirus, no change", None),
            ("even with the firewall off it fails", None),
            ("turned the vpn off and flushed dns", Some("nothing helped")),
            ("ウイルス対策ソフトを止めても変わらない", None),
            ("vpnを切ってみた", Some("変わらない")),
            ("時計を合わせても認証できない", None),
        ] {
            assert!(is_in_vain(sentence, next), "{sentence}");
        }
    }

    #[test]
    fn a_cure_and_a_plain_statement_are_not_in_vain() {
        for (sentence, next) in [
            ("i disabled the antivirus and it worked", None),
            ("セキュリティソフトを止めたら認証できた", None),
            ("the firewall only allows a few hosts", None),
            (
                "the firewall only allows a few hosts",
                Some(
                    "since then the licences of all our machines can not be activated and nothing in the event log tells why",
                ),
            ),
        ] {
            assert!(!is_in_vain(sentence, next), "{sentence}");
        }
    }
}
