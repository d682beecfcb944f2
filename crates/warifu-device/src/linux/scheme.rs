//! What kind of machine this is. Only marks that every user may read are used: root and an ordinary user must come to the same
//! answer, for another kind of machine is another device.

use warifu_core::hardware::Scheme;

use super::Tree;
use super::mounts::RootMount;

/// Beginnings of a maker's or a product's name in DMI by which virtual machines are told (as `systemd-detect-virt` does).
const VIRTUAL_MAKERS: &[&str] = &[
    "alibaba cloud",
    "amazon ec2",
    "apple virtualization",
    "bhyve",
    "bochs",
    "digitalocean",
    "google compute engine",
    "hetzner",
    "innotek gmbh",
    "kvm",
    "openstack",
    "parallels",
    "qemu",
    "virtual machine",
    "virtualbox",
    "vmware",
    "vmw",
    "xen",
];

/// Parts of a control group's path that container engines give it.
const CONTAINER_GROUPS: &[&str] = &[
    "/docker/",
    "/docker-",
    "/kubepods",
    "/lxc/",
    "/lxc.payload",
    "/libpod-",
    "/libpod_parent",
    "cri-containerd",
];

/// Parts of an overlay's options that lead to where container engines keep their layers.
const CONTAINER_LAYERS: &[&str] = &["/docker/", "/containerd/", "/containers/", "/buildkit/"];

/// The scheme and by what it was told.
pub(super) fn detect(tree: &Tree, root: Option<&RootMount>) -> (Scheme, String) {
    if let Some(mark) = container(tree, root) {
        return (Scheme::Container, mark);
    }
    let release = tree.text("proc/sys/kernel/osrelease").found().unwrap_or_default();
    if release.to_ascii_lowercase().contains("microsoft") {
        return (Scheme::Wsl, "/proc/sys/kernel/osrelease: microsoft".to_owned());
    }
    match hypervisor(tree) {
        Some(mark) => (Scheme::Vm, mark),
        None => (Scheme::Physical, "no mark of a container or a hypervisor".to_owned()),
    }
}

/// The mark of a container, if there is one.
fn container(tree: &Tree, root: Option<&RootMount>) -> Option<String> {
    if let Some(groups) = tree.text("proc/self/cgroup").found()
        && let Some(group) = CONTAINER_GROUPS.iter().find(|group| groups.contains(*group))
    {
        return Some(format!("/proc/self/cgroup: {group}"));
    }
    if tree.text("run/systemd/container").found().is_some() {
        return Some("/run/systemd/container".to_owned());
    }
    let root = root?;
    if root.has_lxcfs {
        return Some("/proc/self/mountinfo: lxcfs".to_owned());
    }
    // A machine whose disk was made from a container's image still has the image's marks.
    if root.is_whole_device() {
        return None;
    }
    for mark in [".dockerenv", "run/.containerenv"] {
        if tree.exists(mark) {
            return Some(format!("/{mark}"));
        }
    }
    let layers = CONTAINER_LAYERS.iter().find(|layers| root.options.contains(*layers))?;
    root.file_system.contains("overlay").then(|| format!("/proc/self/mountinfo: {layers}"))
}

/// The mark of a hypervisor below this system, if there is one. On x86 the processor says it; elsewhere firmware does.
pub(super) fn hypervisor(tree: &Tree) -> Option<String> {
    // Xen's first domain sees the real hardware.
    if tree.text("proc/xen/capabilities").found().is_some_and(|text| text.contains("control_d")) {
        return None;
    }
    let cpuinfo = tree.text("proc/cpuinfo").found().unwrap_or_default();
    if let Some((_, flags)) =
        cpuinfo.lines().filter_map(|line| line.split_once(':')).find(|(name, _)| name.trim() == "flags")
    {
        let is_virtual = flags.split_whitespace().any(|flag| flag == "hypervisor");
        return is_virtual.then(|| "/proc/cpuinfo: hypervisor".to_owned());
    }
    // Amazon rents out whole computers too.
    if tree.text("sys/class/dmi/id/product_name").found().is_some_and(|name| name.contains(".metal")) {
        return None;
    }
    for file in ["sys_vendor", "product_name", "board_vendor", "bios_vendor"] {
        let path = format!("sys/class/dmi/id/{file}");
        let value = tree.text(&path).found().unwrap_or_default().to_ascii_lowercase();
        if let Some(maker) = VIRTUAL_MAKERS.iter().find(|maker| value.starts_with(*maker)) {
            return Some(format!("/{path}: {maker}"));
        }
    }
    for path in ["sys/hypervisor/type", "proc/device-tree/hypervisor"] {
        if tree.exists(path) {
            return Some(format!("/{path}"));
        }
    }
    let compatible = tree.text("proc/device-tree/compatible").found().unwrap_or_default();
    compatible
        .contains("linux,dummy-virt")
        .then(|| "/proc/device-tree/compatible: linux,dummy-virt".to_owned())
}
