//! The models of the graphics adapters on the PCI bus.

use warifu_core::hardware::ComponentKind;

use super::Tree;
use crate::inventory::{Component, Privilege};

/// The PCI base class of display controllers.
const DISPLAY_CLASS: &str = "0x03";

pub(super) fn models(tree: &Tree) -> Component {
    const KIND: ComponentKind = ComponentKind::Graphics;
    const DEVICES: &str = "sys/bus/pci/devices";
    let mut models: Vec<String> = tree
        .names(DEVICES)
        .iter()
        .filter_map(|device| {
            let read = |file: &str| tree.text(format!("{DEVICES}/{device}/{file}")).found();
            let is_display = read("class")?.starts_with(DISPLAY_CLASS);
            is_display.then_some(())?;
            Some(format!("{}:{}", read("vendor")?.trim(), read("device")?.trim()))
        })
        .collect();
    if models.is_empty() {
        return Component::missing(KIND);
    }
    models.sort();
    Component::found(KIND, &format!("/{DEVICES}"), Privilege::None, &models.join(" "))
}
