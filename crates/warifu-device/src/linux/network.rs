//! A built-in network adapter, by the address that its maker gave it.
//!
//! Virtual, removable and USB adapters are no part of the machine. Of several built-in ones the same one must be chosen every time:
//! wired before wireless, PCI before other buses, then the lowest place on the bus. The choice never depends on the address, so that
//! a randomised one makes the reading unreliable rather than another adapter's.

use std::path::Path;

use warifu_core::hardware::ComponentKind;

use super::Tree;
use crate::inventory::{Component, Privilege};

const ADAPTERS: &str = "sys/class/net";
const KIND: ComponentKind = ComponentKind::NetworkAdapter;
/// `ARPHRD_ETHER`: wired and wireless adapters alike.
const TYPE_ETHERNET: &str = "1";
/// `NET_ADDR_PERM`: the address is the maker's.
const ASSIGNED_BY_MAKER: &str = "0";

pub(super) fn built_in_adapter(tree: &Tree) -> Component {
    let candidates = tree.names(ADAPTERS).into_iter().filter_map(|name| Some((rank(tree, &name)?, name)));
    match candidates.min() {
        Some((_, name)) => address(tree, &name),
        None => Component::missing(KIND),
    }
}

/// The adapter's place in the order of choice; none when it is not built in.
fn rank(tree: &Tree, name: &str) -> Option<(bool, bool, String)> {
    let adapter = format!("{ADAPTERS}/{name}");
    // A virtual adapter has no device behind it; a virtual function of one is handed out to guests.
    let device = tree.resolve(format!("{adapter}/device"))?;
    let place = device.to_string_lossy().into_owned();
    let is_ethernet =
        tree.text(format!("{adapter}/type")).found().is_some_and(|kind| kind.trim() == TYPE_ETHERNET);
    if !is_ethernet
        || place.contains("/usb")
        || tree.exists(device.join("physfn"))
        || is_removable(tree, &device)
    {
        return None;
    }
    let is_wireless =
        tree.exists(format!("{adapter}/wireless")) || tree.exists(format!("{adapter}/phy80211"));
    Some((is_wireless, !place.contains("/pci"), place))
}

/// Whether the device, or a bus it hangs on, can be pulled out (Thunderbolt docks).
fn is_removable(tree: &Tree, device: &Path) -> bool {
    device.ancestors().any(|folder| {
        tree.text(folder.join("removable")).found().is_some_and(|state| state.trim() == "removable")
    })
}

fn address(tree: &Tree, name: &str) -> Component {
    let adapter = format!("{ADAPTERS}/{name}");
    // A bonded adapter wears its bond's address and keeps its own here.
    let own = format!("{adapter}/bonding_slave/perm_hwaddr");
    let (path, by_maker) = if tree.exists(&own) {
        (own, true)
    } else {
        let assigned = tree.text(format!("{adapter}/addr_assign_type")).found();
        let by_maker = assigned.is_none_or(|assigned| assigned.trim() == ASSIGNED_BY_MAKER);
        (format!("{adapter}/address"), by_maker)
    };
    let source = format!("/{path}");
    let Some(raw) = tree.text(&path).found() else { return Component::missing(KIND) };
    if by_maker && !is_local_or_group(&raw) {
        Component::found(KIND, &source, Privilege::None, &raw)
    } else {
        Component::unreliable(KIND, &source)
    }
}

/// Whether an address is locally administered, or of a group: nobody's own.
fn is_local_or_group(address: &str) -> bool {
    let first = address.trim().get(..2).and_then(|octet| u8::from_str_radix(octet, 16).ok());
    first.is_none_or(|octet| octet & 0b11 != 0)
}
