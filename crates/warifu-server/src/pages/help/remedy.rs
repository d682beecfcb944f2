//! A remedy as pages show it: what it is for, what to mind, and its steps.

use warifu_core::catalogue::Lang;
use warifu_troubleshoot::knowledge::{Knowledge, Remedy, Step};

use super::words::{HelpWords, words};
use crate::pages::text::Rich;

/// A remedy in one language.
pub(super) struct RemedyView {
    pub(super) title: &'static str,
    pub(super) explain: Rich<'static>,
    pub(super) caution: Rich<'static>,
    /// What it takes: minutes, an administrator, a risk.
    pub(super) takes: String,
    pub(super) steps: Vec<StepView>,
}

/// One step.
pub(super) struct StepView {
    pub(super) text: Rich<'static>,
    pub(super) command: &'static str,
    pub(super) admin: bool,
    pub(super) place: Option<Place>,
}

/// A page of Windows' Settings.
pub(super) struct Place {
    /// The way to it by hand, as Windows 11 names it.
    pub(super) path: &'static str,
    /// The address that opens it on the PC itself.
    pub(super) address: &'static str,
}

impl RemedyView {
    pub(super) fn new(remedy: &'static Remedy, lang: Lang) -> Self {
        Self {
            title: remedy.title.get(lang),
            explain: remedy.explain.get(lang).into(),
            caution: remedy.caution.get(lang).into(),
            takes: takes(remedy, lang),
            steps: steps(remedy, lang),
        }
    }

    /// Whether its one step is this sentence.
    pub(super) fn says_only(&self, sentence: &str) -> bool {
        matches!(&self.steps[..], [step] if step.text.0 == sentence)
    }

    pub(super) fn all(
        knowledge: &'static Knowledge,
        remedies: impl IntoIterator<Item = usize>,
        lang: Lang,
    ) -> Vec<Self> {
        remedies.into_iter().map(|remedy| Self::new(&knowledge.remedies[remedy], lang)).collect()
    }
}

/// The steps. Where several are done on one page of Settings, the first of them tells the way there.
fn steps(remedy: &'static Remedy, lang: Lang) -> Vec<StepView> {
    let mut before = "";
    let view = |step: &'static Step| {
        let mut view = StepView::new(step, lang);
        if step.settings == before {
            view.place = None;
        }
        before = step.settings;
        view
    };
    remedy.steps.iter().map(view).collect()
}

impl StepView {
    fn new(step: &'static Step, lang: Lang) -> Self {
        Self {
            text: step.text.get(lang).into(),
            command: step.command,
            admin: step.admin && !step.command.is_empty(),
            place: place(step.settings, lang),
        }
    }
}

fn takes(remedy: &Remedy, lang: Lang) -> String {
    let words: &HelpWords = words(lang);
    let mut parts = vec![match (remedy.minutes, lang) {
        (minutes @ 0..=90, Lang::Ja) => format!("約{minutes}分"),
        (minutes @ 0..=90, Lang::En) => format!("About {minutes} minutes"),
        (minutes, Lang::Ja) => format!("約{}時間", minutes.div_ceil(60)),
        (minutes, Lang::En) => format!("About {} hours", minutes.div_ceil(60)),
    }];
    if remedy.admin {
        parts.push(words.needs_admin.to_owned());
    }
    if remedy.reversible == "no" {
        parts.push(words.cannot_be_undone.to_owned());
    }
    if matches!(remedy.risk, "medium" | "high") || !remedy.safe {
        parts.push(words.with_care.to_owned());
    }
    parts.join(if lang == Lang::Ja { "・" } else { ", " })
}

/// Where an address of Settings leads. Addresses that are none of Settings are not offered as links.
fn place(address: &'static str, lang: Lang) -> Option<Place> {
    let (ja, en) = match address {
        "ms-settings:about" => ("設定 › システム › バージョン情報", "Settings › System › About"),
        "ms-settings:activation" => ("設定 › システム › ライセンス認証", "Settings › System › Activation"),
        "ms-settings:dateandtime" => {
            ("設定 › 時刻と言語 › 日付と時刻", "Settings › Time & language › Date & time")
        }
        "ms-settings:network" => ("設定 › ネットワークとインターネット", "Settings › Network & internet"),
        "ms-settings:network-vpn" => {
            ("設定 › ネットワークとインターネット › VPN", "Settings › Network & internet › VPN")
        }
        "ms-settings:optionalfeatures" => {
            ("設定 › システム › オプション機能", "Settings › System › Optional features")
        }
        "ms-settings:recovery" => ("設定 › システム › 回復", "Settings › System › Recovery"),
        "ms-settings:storagesense" => ("設定 › システム › ストレージ", "Settings › System › Storage"),
        "ms-settings:windowsupdate" => ("設定 › Windows Update", "Settings › Windows Update"),
        "ms-settings:yourinfo" => ("設定 › アカウント › ユーザーの情報", "Settings › Accounts › Your info"),
        _ => return None,
    };
    Some(Place { path: if lang == Lang::Ja { ja } else { en }, address })
}

#[cfg(test)]
mod tests {
    use warifu_troubleshoot::knowledge::WINDOWS;

    use super::*;

    #[test]
    fn every_page_of_settings_that_a_step_names_has_its_path_in_both_languages() {
        for remedy in WINDOWS.remedies {
            for step in remedy.steps.iter().filter(|step| step.settings.starts_with("ms-settings:")) {
                for lang in Lang::ALL {
                    assert!(place(step.settings, lang).is_some(), "{}: {}", remedy.id, step.settings);
                }
            }
        }
    }

    #[test]
    fn the_way_to_a_page_of_settings_is_told_once() {
        let remedy = &WINDOWS.remedies[WINDOWS.remedy("reactivate_after_hw_change").unwrap()];
        let view = RemedyView::new(remedy, Lang::En);
        assert!(view.steps[0].place.is_some() && view.steps[1].place.is_none());
    }

    #[test]
    fn what_cannot_be_undone_or_wants_care_says_so() {
        let remedy =
            WINDOWS.remedies.iter().find(|remedy| remedy.reversible == "no" && !remedy.safe).unwrap();
        let said = RemedyView::new(remedy, Lang::Ja).takes;
        assert!(
            said.contains(words(Lang::Ja).cannot_be_undone) && said.contains(words(Lang::Ja).with_care),
            "{said}"
        );
    }
}
