//! The disk that the system starts from, by its maker's serial number. Never the file system's UUID, which a copy of the disk
//! would carry along.

use std::path::{Path, PathBuf};

use warifu_core::hardware::{ComponentKind, Scheme};

use super::Tree;
use super::mounts::RootMount;
use crate::inventory::{Component, Privilege};

const KIND: ComponentKind = ComponentKind::SystemDisk;
/// The most layers (encryption, volumes, RAID, partition) followed from the file system down to the disk.
const LAYERS_MAX: usize = 8;
/// Where drivers show a disk's own number: virtio; NVMe and MMC; a world-wide name.
const NUMBERS: &[&str] = &["serial", "device/serial", "wwid", "device/wwid", "device/cid"];
/// The unit serial number page of SCSI and SATA disks: 4 bytes of header, then text.
const SERIAL_PAGE: &str = "device/vpd_pg80";

pub(super) fn system_disk(tree: &Tree, root: Option<&RootMount>, scheme: Scheme) -> Component {
    let Some(start) = root.and_then(|root| block_device(tree, root, scheme)) else {
        return Component::missing(KIND);
    };
    let mut disks = Vec::new();
    collect_disks(tree, &start, LAYERS_MAX, &mut disks);
    // Of several disks (RAID) the first by number; a component that is missing or unreliable comes last.
    let mut components: Vec<Component> = disks.iter().map(|disk| number(tree, disk)).collect();
    components.sort_by(|a, b| {
        let key = |component: &Component| {
            (component.local_value().is_none(), component.local_value().map(str::to_owned))
        };
        key(a).cmp(&key(b))
    });
    components.into_iter().next().unwrap_or_else(|| Component::missing(KIND))
}

/// The block device below `/`, as a folder of `/sys`; in a container the one that holds the engine's files.
fn block_device(tree: &Tree, root: &RootMount, scheme: Scheme) -> Option<PathBuf> {
    if scheme == Scheme::Container {
        return tree.resolve(format!("sys/dev/block/{}", root.engine_device.as_ref()?));
    }
    if let Some(device) = tree.resolve(format!("sys/dev/block/{}", root.device)) {
        return Some(device);
    }
    // Btrfs has a device number of its own; what was mounted names a device.
    let name = root.what.strip_prefix("/dev/")?;
    if let Some(mapped) = name.strip_prefix("mapper/") {
        let is_mapped = |device: &String| {
            tree.text(format!("sys/class/block/{device}/dm/name"))
                .found()
                .is_some_and(|name| name.trim() == mapped)
        };
        let device = tree.names("sys/class/block").into_iter().find(is_mapped)?;
        return tree.resolve(format!("sys/class/block/{device}"));
    }
    tree.resolve(format!("sys/class/block/{name}"))
}

/// Follows a block device down to the disks it lies on.
fn collect_disks(tree: &Tree, device: &Path, layers_left: usize, disks: &mut Vec<PathBuf>) {
    let Some(layers_left) = layers_left.checked_sub(1) else { return };
    if tree.exists(device.join("partition")) {
        if let Some(whole) = device.parent() {
            collect_disks(tree, whole, layers_left, disks);
        }
        return;
    }
    let below = tree.names(device.join("slaves"));
    if below.is_empty() {
        disks.push(device.to_owned());
        return;
    }
    for name in below {
        if let Some(lower) = tree.resolve(device.join("slaves").join(name)) {
            collect_disks(tree, &lower, layers_left, disks);
        }
    }
}

/// The disk's number: what the first source says that says anything. The others repeat it in other words, so a number that is
/// unreliable in one is so in all.
fn number(tree: &Tree, disk: &Path) -> Component {
    let component = |path: &Path, raw: &str| {
        Component::found(KIND, &format!("/{}", path.display()), Privilege::None, raw)
    };
    let page = disk.join(SERIAL_PAGE);
    let from_page = tree.bytes(&page).and_then(|bytes| {
        let raw = String::from_utf8_lossy(bytes.get(4..)?).into_owned();
        (!raw.trim().is_empty()).then(|| component(&page, &raw))
    });
    from_page.unwrap_or_else(|| {
        let mut found = NUMBERS.iter().filter_map(|file| {
            let path = disk.join(file);
            Some(component(&path, &tree.text(&path).found()?))
        });
        found.next().unwrap_or_else(|| Component::missing(KIND))
    })
}
