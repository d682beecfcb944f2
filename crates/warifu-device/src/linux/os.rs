//! This installation of the operating system: systemd's machine id, which every distribution keeps. Its manual asks that the id
//! itself stay on the machine; only its keyed hash leaves.

use warifu_core::hardware::ComponentKind;

use super::{Tree, first_of};
use crate::inventory::{Component, Privilege};

pub(super) fn install(tree: &Tree) -> Component {
    const SOURCES: &[(&str, Privilege)] =
        &[("etc/machine-id", Privilege::None), ("var/lib/dbus/machine-id", Privilege::None)];
    first_of(tree, ComponentKind::OsInstall, SOURCES)
}
