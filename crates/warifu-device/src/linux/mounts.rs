//! What `/` is mounted from, by `/proc/self/mountinfo` (proc_pid_mountinfo(5)).

use super::Tree;

/// The places that container engines mount one file each onto, from a folder of theirs on the host's disk.
const FILES_OF_THE_ENGINE: &[&str] = &["/etc/hostname", "/etc/hosts", "/etc/resolv.conf"];

/// The mount at `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RootMount {
    /// The device as `major:minor`; major 0 where the file system has no device of its own.
    pub(super) device: String,
    /// The folder of the file system that is mounted; `/` for the whole of it.
    pub(super) folder: String,
    /// The file system's type.
    pub(super) file_system: String,
    /// What was mounted, such as `/dev/sda2`.
    pub(super) what: String,
    /// The file system's options.
    pub(super) options: String,
    /// The device that holds the engine's files, where a container engine mounted some.
    pub(super) engine_device: Option<String>,
    /// Whether LXC's view of `/proc` is mounted.
    pub(super) has_lxcfs: bool,
}

impl RootMount {
    pub(super) fn read(tree: &Tree) -> Option<Self> {
        Self::parse(&tree.text("proc/self/mountinfo").found()?)
    }

    fn parse(info: &str) -> Option<Self> {
        let mut found: Option<Self> = None;
        let mut engine_device = None;
        let mut has_lxcfs = false;
        for line in info.lines() {
            let Some((place, mount)) = parse_line(line) else { continue };
            has_lxcfs |= mount.file_system == "fuse.lxcfs";
            if FILES_OF_THE_ENGINE.contains(&place) && mount.what.starts_with("/dev/") {
                engine_device = Some(mount.device);
            } else if place == "/" {
                // A later mount hides an earlier one.
                found = Some(mount);
            }
        }
        found.map(|mount| Self { engine_device, has_lxcfs, ..mount })
    }

    /// Whether `/` is a whole file system on a block device: so it is on machines, and never in an engine's container.
    pub(super) fn is_whole_device(&self) -> bool {
        self.folder == "/" && self.what.starts_with("/dev/")
    }
}

/// A line's mount point and mount:
/// `36 35 98:0 /folder /place rw,noatime master:1 - ext4 /dev/sda2 rw,errors=continue`.
fn parse_line(line: &str) -> Option<(&str, RootMount)> {
    let (before, after) = line.split_once(" - ")?;
    let mut before = before.split(' ').skip(2);
    let (device, folder, place) = (before.next()?, before.next()?, before.next()?);
    let mut after = after.split(' ');
    let (file_system, what, options) = (after.next()?, after.next()?, after.next().unwrap_or_default());
    let mount = RootMount {
        device: device.to_owned(),
        folder: folder.to_owned(),
        file_system: file_system.to_owned(),
        what: what.to_owned(),
        options: options.to_owned(),
        engine_device: None,
        has_lxcfs: false,
    };
    Some((place, mount))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mount_at_the_root_is_the_last_one_there() {
        let info = "1 1 0:2 / / rw - rootfs rootfs rw\n\
            27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard\n\
            28 27 0:5 / /dev rw - devtmpfs devtmpfs rw\n\
            nonsense\n";
        let root = RootMount::parse(info).unwrap();
        assert_eq!((root.device.as_str(), root.what.as_str()), ("254:0", "/dev/vda"));
        assert!(root.is_whole_device());
        assert_eq!(root.engine_device, None);
    }

    #[test]
    fn the_disk_of_a_container_engine_is_told_by_the_files_it_mounts() {
        let info = "600 500 0:60 / / rw - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A\n\
            610 600 259:2 /var/lib/docker/containers/1/hosts /etc/hosts rw - ext4 /dev/nvme0n1p2 rw\n";
        let root = RootMount::parse(info).unwrap();
        assert_eq!(root.engine_device.as_deref(), Some("259:2"));
        assert!(!root.is_whole_device());
    }
}
