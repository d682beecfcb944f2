//! Collecting on Linux, from `/sys`, `/proc` and `/etc` alone: no program is started, nothing is opened for writing, no device is
//! asked. Each file below reads one component.

mod board;
mod cpu;
mod disk;
mod graphics;
mod memory;
mod mounts;
mod network;
mod os;
mod scheme;
mod tree;
mod vm;

use std::path::PathBuf;

use self::mounts::RootMount;
use self::tree::{Text, Tree};
use crate::inventory::{Component, Inventory, Privilege};
use crate::{Hardware, UnsupportedPlatform};
use warifu_core::hardware::{ComponentKind, Scheme};

/// Collects on Linux.
#[derive(Clone, Debug)]
pub struct Linux {
    tree: Tree,
}

impl Linux {
    /// The collector of the machine that the program runs on.
    #[must_use]
    pub fn new() -> Self {
        Self::over(PathBuf::from("/"))
    }

    /// A collector that takes `root` for `/`: a recorded tree, or the file system of a machine started from a rescue disk.
    #[must_use]
    pub fn over(root: PathBuf) -> Self {
        Self { tree: Tree::new(root) }
    }
}

impl Default for Linux {
    fn default() -> Self {
        Self::new()
    }
}

impl Hardware for Linux {
    fn inventory(&self) -> Result<Inventory, UnsupportedPlatform> {
        let tree = &self.tree;
        let root = RootMount::read(tree);
        let (scheme, evidence) = scheme::detect(tree, root.as_ref());
        let mut inventory = Inventory::new(scheme, &evidence);
        // Inside a container one sees the host's board or, if the host is virtual, the host's VM id.
        let is_virtual = match scheme {
            Scheme::Physical => false,
            Scheme::Vm | Scheme::Wsl => true,
            Scheme::Container => scheme::hypervisor(tree).is_some(),
        };
        if is_virtual {
            inventory.put(vm::id(tree));
            inventory.put(vm::generation(tree));
        } else {
            inventory.put(board::serial(tree));
        }
        inventory.put(board::model(tree));
        inventory.put(cpu::model(tree));
        inventory.put(disk::system_disk(tree, root.as_ref(), scheme));
        inventory.put(network::built_in_adapter(tree));
        inventory.put(os::install(tree));
        inventory.put(memory::size(tree));
        inventory.put(graphics::models(tree));
        Ok(inventory)
    }
}

/// The first usable one of several sources of one component; else what the first that is there says.
fn first_of(tree: &Tree, kind: ComponentKind, sources: &[(&str, Privilege)]) -> Component {
    let mut fallback: Option<Component> = None;
    for &(path, privilege) in sources {
        let source = format!("/{path}");
        let component = match tree.text(path) {
            Text::Found(raw) => Component::found(kind, &source, privilege, &raw),
            Text::Withheld => Component::withheld(kind, &source),
            Text::Absent => continue,
        };
        if component.local_value().is_some() {
            return component;
        }
        fallback.get_or_insert(component);
    }
    fallback.unwrap_or_else(|| Component::missing(kind))
}
