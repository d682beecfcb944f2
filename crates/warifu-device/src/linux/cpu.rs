//! The processor's make and model. Features, microcode, clock rates and the number of cores are left out: a kernel, a firmware
//! update or a host may change them.

use std::collections::BTreeSet;

use warifu_core::hardware::ComponentKind;

use super::Tree;
use crate::inventory::{Component, Privilege};

/// The fields of `/proc/cpuinfo` that name a model: x86, ARM, POWER, RISC-V.
const FIELDS: &[&str] = &[
    "vendor_id",
    "cpu family",
    "model",
    "stepping",
    "CPU implementer",
    "CPU architecture",
    "CPU variant",
    "CPU part",
    "CPU revision",
    "cpu",
    "revision",
    "mvendorid",
    "marchid",
    "mimpid",
];

pub(super) fn model(tree: &Tree) -> Component {
    const KIND: ComponentKind = ComponentKind::Cpu;
    let Some(info) = tree.text("proc/cpuinfo").found() else { return Component::missing(KIND) };
    // One entry per processor, parted by empty lines; a machine may have processors of several models.
    let models: BTreeSet<String> =
        info.split("\n\n").map(entry_model).filter(|model| !model.is_empty()).collect();
    let models: Vec<String> = models.into_iter().collect();
    Component::found(KIND, "/proc/cpuinfo", Privilege::None, &models.join("; "))
}

fn entry_model(entry: &str) -> String {
    let fields: Vec<String> = entry
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim(), value.trim()))
        .filter(|(name, _)| FIELDS.contains(name))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    fields.join(",")
}
