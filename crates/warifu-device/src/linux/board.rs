//! The mainboard: its serial number (for the administrator) and its make and model (for everybody).
//!
//! The two are components of their own. One component that held whichever can be read would make a device that root activated look
//! changed to its ordinary user.

use warifu_core::hardware::ComponentKind;

use super::{Tree, first_of};
use crate::inventory::{Component, Privilege};

/// The board's own number. Makers who leave `board_serial` empty usually fill in one of the next two, which the board's firmware
/// holds as well. Boards without DMI (ARM) give theirs in the device tree, to every user.
pub(super) fn serial(tree: &Tree) -> Component {
    const SOURCES: &[(&str, Privilege)] = &[
        ("proc/device-tree/serial-number", Privilege::None),
        ("sys/class/dmi/id/board_serial", Privilege::Administrator),
        ("sys/class/dmi/id/product_uuid", Privilege::Administrator),
        ("sys/class/dmi/id/product_serial", Privilege::Administrator),
    ];
    first_of(tree, ComponentKind::Motherboard, SOURCES)
}

/// Make and model. Version numbers are left out: a firmware update may change them.
pub(super) fn model(tree: &Tree) -> Component {
    const KIND: ComponentKind = ComponentKind::BoardModel;
    let mut fallback = Component::missing(KIND);
    for (vendor, name) in [("board_vendor", "board_name"), ("sys_vendor", "product_name")] {
        let source = format!("/sys/class/dmi/id/{name}");
        let read = |file: &str| tree.text(format!("sys/class/dmi/id/{file}")).found();
        let Some(name) = read(name) else { continue };
        let component = Component::found(KIND, &source, Privilege::None, &name);
        if component.local_value().is_some() {
            let whole = format!("{} {name}", read(vendor).unwrap_or_default());
            return Component::found(KIND, &source, Privilege::None, &whole);
        }
        fallback = component;
    }
    let device_tree = first_of(tree, KIND, &[("proc/device-tree/model", Privilege::None)]);
    if device_tree.local_value().is_some() { device_tree } else { fallback }
}
