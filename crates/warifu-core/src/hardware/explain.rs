//! A comparison in words, for the person at the device and for support.

use super::{Comparison, ComponentKind, ComponentState, Line, Match};
use crate::catalogue::Lang;

impl Comparison {
    /// The comparison as lines of text: the verdict, one line per component that could be compared or should have been, and how
    /// the verdict came about.
    #[must_use]
    pub fn describe(&self, lang: Lang) -> Vec<String> {
        let mut text = vec![self.headline(lang)];
        text.extend(self.lines().iter().filter_map(|line| self.describe_line(line, lang)));
        text.push(self.reckoning(lang));
        text
    }

    /// The changed components that counted, as a list for a sentence: "motherboard, CPU". Empty when none did.
    #[must_use]
    pub fn changed_parts(&self, lang: Lang) -> String {
        let parts: Vec<_> = self.differences().map(|kind| kind.label(lang)).collect();
        parts.join(match lang {
            Lang::Ja => "、",
            Lang::En => ", ",
        })
    }

    fn headline(&self, lang: Lang) -> String {
        let (bound, seen) = (self.scheme(), self.seen_scheme());
        if bound != seen {
            let (bound, seen) = (bound.label(lang), seen.label(lang));
            return match lang {
                Lang::Ja => format!("別のデバイスです。認証したときは{bound}でしたが、今は{seen}です。"),
                Lang::En => format!("Another device: it was activated as a {bound} and is now a {seen}."),
            };
        }
        let text = match (self.verdict(), lang) {
            (Match::Same, Lang::Ja) => "同じデバイスです。",
            (Match::Same, Lang::En) => "The same device.",
            (Match::Drifted, Lang::Ja) => "同じデバイスです。変更された部品がありますが、許容範囲内です。",
            (Match::Drifted, Lang::En) => {
                "The same device. Some components have changed, within what is allowed."
            }
            (Match::Different, Lang::Ja) => "別のデバイスです。変更された部品が許容範囲を超えています。",
            (Match::Different, Lang::En) => "Another device: more has changed than is allowed.",
            (Match::TooWeak, Lang::Ja) => {
                "同じデバイスかどうか確認できません。読み取れる部品が不足しています。"
            }
            (Match::TooWeak, Lang::En) => {
                "Not recognised: too few components could be read or are still the same."
            }
        };
        text.to_owned()
    }

    fn describe_line(&self, line: &Line, lang: Lang) -> Option<String> {
        let part = line.kind.label(lang);
        let counted = line.counted;
        Some(match (line.state, lang) {
            // Every machine lacks some of the components; those say nothing.
            (ComponentState::Missing, _) => return None,
            (ComponentState::Same, Lang::Ja) => format!("{part}: 同じ（一致 +{counted}）"),
            (ComponentState::Same, Lang::En) => format!("{part}: the same (match +{counted})"),
            (ComponentState::Different, Lang::Ja) if counted == 0 => {
                format!("{part}: 変更あり（{}）", uncounted(line.kind, lang))
            }
            (ComponentState::Different, Lang::En) if counted == 0 => {
                format!("{part}: different ({})", uncounted(line.kind, lang))
            }
            (ComponentState::Different, Lang::Ja) => format!("{part}: 変更あり（変更 +{counted}）"),
            (ComponentState::Different, Lang::En) => format!("{part}: different (change +{counted})"),
            (ComponentState::Unreliable, Lang::Ja) => {
                format!("{part}: 個体を区別できない値のため判定に使いません")
            }
            (ComponentState::Unreliable, Lang::En) => {
                format!("{part}: not used, because the value does not identify it")
            }
        })
    }

    fn reckoning(&self, lang: Lang) -> String {
        let (score, threshold) = (self.score(), self.threshold());
        let (matches, matches_min) = (self.matches(), self.matches_min());
        let (rule, scheme) = (self.rule_version(), self.scheme().label(lang));
        match lang {
            Lang::Ja => format!(
                "変更{score}点（{threshold}点以上で別のデバイス）、一致{matches}点（{matches_min}点以上が必要）。\
                 判定ルール: 第{rule}版、{scheme}用。"
            ),
            Lang::En => format!(
                "Changes {score} (another device from {threshold}), matches {matches} (at least {matches_min} needed). \
                 Rule version {rule}, for a {scheme}."
            ),
        }
    }
}

const fn uncounted(kind: ComponentKind, lang: Lang) -> &'static str {
    match (kind.may_count(), lang) {
        (false, Lang::Ja) => "自由に交換できます",
        (false, Lang::En) => "may be changed freely",
        (true, Lang::Ja) => "判定には影響しません",
        (true, Lang::En) => "does not count here",
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ComponentHash, Fingerprint, Reading, Scheme, Tolerance, compare};
    use super::*;

    fn swapped() -> Comparison {
        let value = |bits| Reading::Present(ComponentHash::from_u64(bits));
        let bound = [ComponentKind::Motherboard, ComponentKind::SystemDisk, ComponentKind::Memory]
            .into_iter()
            .fold(Fingerprint::new(Scheme::Physical), |machine, kind| machine.with(kind, value(1)))
            .with(ComponentKind::NetworkAdapter, Reading::Unreliable);
        let seen = bound.with(ComponentKind::Motherboard, value(2)).with(ComponentKind::Memory, value(2));
        compare(&bound, &seen, &Tolerance::default_rule())
    }

    #[test]
    fn a_comparison_explains_itself_in_english() {
        assert_eq!(
            swapped().describe(Lang::En),
            [
                "Another device: more has changed than is allowed.",
                "motherboard: different (change +60)",
                "system disk: the same (match +2)",
                "built-in network adapter: not used, because the value does not identify it",
                "memory: different (may be changed freely)",
                "Changes 60 (another device from 50), matches 2 (at least 3 needed). Rule version 1, for a physical machine.",
            ]
        );
        assert_eq!(swapped().changed_parts(Lang::En), "motherboard");
    }

    #[test]
    fn a_comparison_explains_itself_in_japanese() {
        assert_eq!(
            swapped().describe(Lang::Ja),
            [
                "別のデバイスです。変更された部品が許容範囲を超えています。",
                "マザーボード: 変更あり（変更 +60）",
                "システムディスク: 同じ（一致 +2）",
                "内蔵ネットワークアダプター: 個体を区別できない値のため判定に使いません",
                "メモリ: 変更あり（自由に交換できます）",
                "変更60点（50点以上で別のデバイス）、一致2点（3点以上が必要）。判定ルール: 第1版、物理マシン用。",
            ]
        );
    }

    #[test]
    fn a_change_of_the_kind_of_machine_is_said_first() {
        let comparison = compare(
            &Fingerprint::new(Scheme::Physical),
            &Fingerprint::new(Scheme::Vm),
            &Tolerance::default_rule(),
        );
        let text = comparison.describe(Lang::En);
        assert_eq!(
            text[0],
            "Another device: it was activated as a physical machine and is now a virtual machine."
        );
    }
}
