//! `systeminfo`, `Get-ComputerInfo`, `dism`, `winver`-like lines: edition, maker, virtual machine, domain.

use super::line::{Line, label_key};
use crate::fact::{Facts, Origin, Strength};

/// What makers' and models' names say about virtual machines.
const VM_MARKS: &[(&str, &str)] = &[
    ("vmware", "vmware"),
    ("virtualbox", "virtualbox"),
    ("innotek", "virtualbox"),
    ("qemu", "qemu"),
    ("kvm", "qemu"),
    ("xen", "xen"),
    ("parallels", "parallels"),
    ("amazon ec2", "aws"),
    ("google compute", "gcp"),
    ("virtual machine", "hyper-v"),
];

/// Reads the lines.
pub(super) fn read(facts: &mut Facts, lines: &mut [Line]) {
    for line in lines.iter_mut().filter(|line| !line.taken) {
        let Some((label, value)) = line.labelled() else { continue };
        let (key, value) = (label_key(label), value.to_owned());
        let lower = value.to_lowercase();
        let mut learn = |fact: &str, value: &str| facts.learn(fact, value, Strength::Strong, Origin::Tool);
        let known = match key.as_str() {
            "systemmanufacturer"
            | "システム製造元"
            | "systemmodel"
            | "システムモデル"
            | "csmanufacturer"
            | "csmodel"
            | "manufacturer"
            | "model"
            | "biosversion"
            | "biosバジョン" => {
                if let Some((_, vendor)) = VM_MARKS.iter().find(|(mark, _)| lower.contains(mark)) {
                    learn("hw.vm_vendor", vendor);
                }
                true
            }
            "domain" | "ドメイン" => {
                learn("dsreg.DomainJoined", if lower == "workgroup" { "no" } else { "yes" });
                true
            }
            "currentedition"
            | "現在のエディション"
            | "editionid"
            | "windowseditionid"
            | "compositioneditionid" => {
                learn("os.edition_id", value.split_whitespace().next().unwrap_or_default())
            }
            "osname" | "os名" | "osconfiguration" | "os構成" => {
                if lower.contains("evaluation") || lower.contains("評価") {
                    learn("lic.evaluation", "yes");
                }
                if lower.contains("server") && key.starts_with("os") && lower.contains("windows") {
                    learn("os.server", "yes");
                }
                true
            }
            "hostname"
            | "ホスト名"
            | "osversion"
            | "osバジョン"
            | "productid"
            | "プロダクトid"
            | "registeredowner"
            | "登録されている所有者"
            | "originalinstalldate"
            | "最初のインストル日付"
            | "systemboottime"
            | "システム起動時間"
            | "systemlocale"
            | "システムロケル"
            | "logonserver"
            | "ログオンサバ" => true,
            _ => false,
        };
        line.taken |= known;
    }
}
