//! What people see, in their own words, for those who have no code: each stands for facts.

use warifu_core::catalogue::Lang;

use super::subject::Subject;

/// Something that somebody sees or has done.
pub(super) struct Symptom {
    /// The name in forms.
    pub(super) id: &'static str,
    pub(super) subject: Subject,
    ja: &'static str,
    en: &'static str,
    /// The facts that it stands for.
    pub(super) facts: &'static [(&'static str, &'static str)],
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

/// All about one subject, what people meet most first.
pub(super) fn about(subject: Subject) -> Vec<&'static Symptom> {
    SYMPTOMS.iter().filter(|symptom| symptom.subject == subject).collect()
}

static SYMPTOMS: &[Symptom] = &[
    Symptom {
        id: "sudden",
        subject: Subject::Windows,
        ja: "認証されていたのに、急に外れた",
        en: "It was activated, and suddenly it is not",
        facts: &[("user.key_worked_before", "yes"), ("user.suddenly", "yes")],
    },
    Symptom {
        id: "board",
        subject: Subject::Windows,
        ja: "マザーボードを交換したあと、認証されない",
        en: "Not activated after the motherboard was replaced",
        facts: &[("user.hw_changed", "board")],
    },
    Symptom {
        id: "drive",
        subject: Subject::Windows,
        ja: "SSDやHDDを交換したあと、認証されない",
        en: "Not activated after the drive was replaced",
        facts: &[("user.hw_changed", "storage")],
    },
    Symptom {
        id: "reinstall",
        subject: Subject::Windows,
        ja: "Windowsを入れ直したあと、認証されない",
        en: "Not activated after Windows was reinstalled",
        facts: &[("user.reinstalled", "clean")],
    },
    Symptom {
        id: "key_refused",
        subject: Subject::Windows,
        ja: "プロダクトキーが「無効」と表示される",
        en: "The product key is said not to be valid",
        facts: &[("user.key_said_invalid", "yes")],
    },
    Symptom {
        id: "key_used",
        subject: Subject::Windows,
        ja: "プロダクトキーが「使用済み」と表示される",
        en: "The product key is said to be in use already",
        facts: &[("user.key_said_used", "yes")],
    },
    Symptom {
        id: "cheap_key",
        subject: Subject::Windows,
        ja: "オークションや格安サイトで買ったキーを使った",
        en: "The key comes from an auction or a cheap shop",
        facts: &[("user.bought_from", "marketplace")],
    },
    Symptom {
        id: "used_pc",
        subject: Subject::Windows,
        ja: "中古や整備済みのPCで、認証されない",
        en: "A used or refurbished PC is not activated",
        facts: &[("user.used_pc", "yes")],
    },
    Symptom {
        id: "self_built",
        subject: Subject::Windows,
        ja: "自作したPCで、認証されない",
        en: "A self-built PC is not activated",
        facts: &[("user.self_built", "yes")],
    },
    Symptom {
        id: "server",
        subject: Subject::Windows,
        ja: "「認証サーバーに接続できない」と表示される",
        en: "Windows says that it cannot reach the activation server",
        facts: &[("user.server_unreachable", "yes")],
    },
    Symptom {
        id: "work",
        subject: Subject::Windows,
        ja: "会社や学校のPCで、認証されない",
        en: "A PC of a company or school is not activated",
        facts: &[("user.org_device", "yes")],
    },
    Symptom {
        id: "vm",
        subject: Subject::Windows,
        ja: "仮想マシンで、認証されない",
        en: "A virtual machine is not activated",
        facts: &[("user.vm", "yes")],
    },
    Symptom {
        id: "clock",
        subject: Subject::Windows,
        ja: "PCの日付や時刻がずれている",
        en: "The date or time of the PC is wrong",
        facts: &[("user.clock_wrong", "yes")],
    },
    Symptom {
        id: "app_first",
        subject: Subject::Warifu,
        ja: "初めて認証しようとしたが、できない",
        en: "The first activation does not work",
        facts: &[("user.first_time", "yes")],
    },
    Symptom {
        id: "app_key",
        subject: Subject::Warifu,
        ja: "プロダクトキーが正しくないと表示される",
        en: "The product key is said to be wrong",
        facts: &[("failure", "key_malformed")],
    },
    Symptom {
        id: "app_seats",
        subject: Subject::Warifu,
        ja: "台数の上限に達したと表示される",
        en: "The limit of devices is said to be reached",
        facts: &[("failure", "seat_limit_reached")],
    },
    Symptom {
        id: "app_moved",
        subject: Subject::Warifu,
        ja: "古いPCが手元になく、新しいPCで使えない",
        en: "The old PC is gone, and the new one is refused",
        facts: &[("user.old_device", "gone")],
    },
    Symptom {
        id: "app_parts",
        subject: Subject::Warifu,
        ja: "部品を交換したあと、認証が外れた",
        en: "Not activated after a part was replaced",
        facts: &[("failure", "hardware_changed")],
    },
    Symptom {
        id: "app_ended",
        subject: Subject::Warifu,
        ja: "ライセンスや認証の期限が切れたと表示される",
        en: "The licence or the activation is said to have ended",
        facts: &[("failure", "lease_expired")],
    },
    Symptom {
        id: "app_service",
        subject: Subject::Warifu,
        ja: "サービスに接続できないと表示される",
        en: "The service is said to be out of reach",
        facts: &[("failure", "service_unreachable")],
    },
    Symptom {
        id: "app_copied",
        subject: Subject::Warifu,
        ja: "仮想マシンやディスクを複製した",
        en: "A virtual machine or a disk was cloned",
        facts: &[("user.copied", "clone")],
    },
];

#[cfg(test)]
mod tests {
    use warifu_troubleshoot::{Origin, Session, Strength};

    use super::*;

    #[test]
    fn every_symptom_is_understood_and_leads_on() {
        for symptom in SYMPTOMS {
            let mut session = Session::new(symptom.subject.knowledge());
            for (fact, value) in symptom.facts {
                assert!(session.recall(fact, value, Strength::Strong, Origin::Words), "{fact}={value}");
            }
            let diagnosis = session.diagnose();
            assert!(diagnosis.next.is_some() || !diagnosis.unknown, "{}", symptom.id);
            assert!(std::ptr::eq(Symptom::find(symptom.id).unwrap(), symptom));
        }
    }
}
