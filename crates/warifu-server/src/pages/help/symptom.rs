//! What people see, in their own words, for those who have no code: each stands for answers.

use warifu_core::catalogue::Lang;

/// Something that somebody sees or has done.
pub(super) struct Symptom {
    /// The name in forms.
    pub(super) id: &'static str,
    ja: &'static str,
    en: &'static str,
    /// The facts that it stands for.
    pub(super) answers: &'static [(&'static str, &'static str)],
}

impl Symptom {
    /// In one language.
    pub(super) fn text(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::Ja => self.ja,
            Lang::En => self.en,
        }
    }

    /// The one of this name.
    pub(super) fn find(id: &str) -> Option<&'static Self> {
        SYMPTOMS.iter().find(|symptom| symptom.id == id)
    }
}

/// All of them, what people meet most first.
pub(super) static SYMPTOMS: &[Symptom] = &[
    Symptom {
        id: "sudden",
        ja: "認証されていたのに、急に外れた",
        en: "It was activated, and suddenly it is not",
        answers: &[("user.key_worked_before", "yes"), ("user.suddenly", "yes")],
    },
    Symptom {
        id: "board",
        ja: "マザーボードを交換したあと、認証されない",
        en: "Not activated after the motherboard was replaced",
        answers: &[("user.hw_changed", "board")],
    },
    Symptom {
        id: "drive",
        ja: "SSDやHDDを交換したあと、認証されない",
        en: "Not activated after the drive was replaced",
        answers: &[("user.hw_changed", "storage")],
    },
    Symptom {
        id: "reinstall",
        ja: "Windowsを入れ直したあと、認証されない",
        en: "Not activated after Windows was reinstalled",
        answers: &[("user.reinstalled", "clean")],
    },
    Symptom {
        id: "key_refused",
        ja: "プロダクトキーが「無効」と表示される",
        en: "The product key is said not to be valid",
        answers: &[("user.key_said_invalid", "yes")],
    },
    Symptom {
        id: "key_used",
        ja: "プロダクトキーが「使用済み」と表示される",
        en: "The product key is said to be in use already",
        answers: &[("user.key_said_used", "yes")],
    },
    Symptom {
        id: "cheap_key",
        ja: "オークションや格安サイトで買ったキーを使った",
        en: "The key comes from an auction or a cheap shop",
        answers: &[("user.bought_from", "marketplace")],
    },
    Symptom {
        id: "used_pc",
        ja: "中古や整備済みのPCで、認証されない",
        en: "A used or refurbished PC is not activated",
        answers: &[("user.used_pc", "yes")],
    },
    Symptom {
        id: "self_built",
        ja: "自作したPCで、認証されない",
        en: "A self-built PC is not activated",
        answers: &[("user.self_built", "yes")],
    },
    Symptom {
        id: "server",
        ja: "「認証サーバーに接続できない」と表示される",
        en: "Windows says that it cannot reach the activation server",
        answers: &[("user.server_unreachable", "yes")],
    },
    Symptom {
        id: "work",
        ja: "会社や学校のPCで、認証されない",
        en: "A PC of a company or school is not activated",
        answers: &[("user.org_device", "yes")],
    },
    Symptom {
        id: "vm",
        ja: "仮想マシンで、認証されない",
        en: "A virtual machine is not activated",
        answers: &[("user.vm", "yes")],
    },
    Symptom {
        id: "clock",
        ja: "PCの日付や時刻がずれている",
        en: "The date or time of the PC is wrong",
        answers: &[("user.clock_wrong", "yes")],
    },
];

#[cfg(test)]
mod tests {
    use warifu_troubleshoot::knowledge::WINDOWS;
    use warifu_troubleshoot::{Answer, Session};

    use super::*;

    #[test]
    fn every_symptom_is_understood_and_leads_on() {
        for symptom in SYMPTOMS {
            let mut session = Session::new(&WINDOWS);
            for (fact, value) in symptom.answers {
                assert_eq!(session.answer(fact, value), Answer::Taken, "{fact}={value}");
            }
            let diagnosis = session.diagnose();
            assert!(diagnosis.next.is_some() || !diagnosis.unknown, "{}", symptom.id);
            assert!(std::ptr::eq(Symptom::find(symptom.id).unwrap(), symptom));
        }
    }
}
