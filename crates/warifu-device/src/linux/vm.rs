//! What a host tells its virtual machine: the machine's id and its generation.

use std::fmt::Write as _;

use warifu_core::hardware::ComponentKind;

use super::{Text, Tree, first_of};
use crate::inventory::{Component, Privilege};

/// What Amazon's instance ids begin with; other hosts use the same field for remarks.
const AMAZON_INSTANCE: &str = "i-";

/// The id. Sources that every user may read come first, so that all users of a machine see the same value.
pub(super) fn id(tree: &Tree) -> Component {
    const KIND: ComponentKind = ComponentKind::VmId;
    const ASSET_TAG: &str = "sys/class/dmi/id/board_asset_tag";
    const SOURCES: &[(&str, Privilege)] = &[
        ("sys/hypervisor/uuid", Privilege::None),
        ("proc/device-tree/vm,uuid", Privilege::None),
        ("sys/class/dmi/id/product_uuid", Privilege::Administrator),
    ];
    if let Some(tag) = tree.text(ASSET_TAG).found().filter(|tag| tag.starts_with(AMAZON_INSTANCE)) {
        return Component::found(KIND, &format!("/{ASSET_TAG}"), Privilege::None, &tag);
    }
    first_of(tree, KIND, SOURCES)
}

/// The generation, where the host is QEMU and the kernel shows its configuration files. The id has 16 bytes at offset 40 of its page
/// (QEMU `docs/specs/vmgenid.rst`). Other hosts' ids stay inside the kernel.
pub(super) fn generation(tree: &Tree) -> Component {
    const KIND: ComponentKind = ComponentKind::VmGeneration;
    const PAGE: &str = "sys/firmware/qemu_fw_cfg/by_name/etc/vmgenid_guid/raw";
    let source = format!("/{PAGE}");
    if tree.text(PAGE) == Text::Withheld {
        return Component::withheld(KIND, &source);
    }
    let page = tree.bytes(PAGE);
    let Some(id) = page.as_deref().and_then(|page| page.get(40..56)) else { return Component::missing(KIND) };
    let hex = id.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    Component::found(KIND, &source, Privilege::Administrator, &hex)
}
