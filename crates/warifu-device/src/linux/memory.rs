//! The amount of memory, in whole GiB: what the kernel and the firmware keep for themselves varies by a little.

use warifu_core::hardware::ComponentKind;

use super::Tree;
use crate::inventory::{Component, Privilege};

const KIB_PER_GIB: u64 = 1024 * 1024;

pub(super) fn size(tree: &Tree) -> Component {
    const KIND: ComponentKind = ComponentKind::Memory;
    let info = tree.text("proc/meminfo").found().unwrap_or_default();
    let total = info.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kib = total.and_then(|total| total.split_whitespace().next()).and_then(|kib| kib.parse::<u64>().ok());
    match kib {
        Some(kib) => {
            let size = format!("{} gib", kib.div_ceil(KIB_PER_GIB));
            Component::found(KIND, "/proc/meminfo", Privilege::None, &size)
        }
        None => Component::missing(KIND),
    }
}
