//! The kinds of component and the schemes under which they are compared. Their names are part of every hash and every stored
//! record: a name is never changed or used again for something else.

use crate::catalogue::Lang;

/// A kind of component that a fingerprint has a reading of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ComponentKind {
    /// The mainboard itself, by its serial number. Where serial numbers need a privilege, an ordinary user's reading is missing.
    Motherboard,
    /// The mainboard's make and model, which every user may read. Many devices share one.
    BoardModel,
    /// The trusted platform module, by its endorsement key.
    Tpm,
    /// The processor's make, family, model and stepping. Many devices share one.
    Cpu,
    /// The disk that the operating system starts from, by the maker's serial number.
    SystemDisk,
    /// A built-in network adapter, by the address that its maker gave it.
    NetworkAdapter,
    /// This installation of the operating system.
    OsInstall,
    /// The amount of memory.
    Memory,
    /// The graphics adapter's model.
    Graphics,
    /// The virtual machine, by the id that its host gave it.
    VmId,
    /// The virtual machine's generation, which its host changes when the machine is copied or set back.
    VmGeneration,
}

impl ComponentKind {
    /// Every kind, in the order in which people are told about them.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Motherboard,
        Self::BoardModel,
        Self::Tpm,
        Self::Cpu,
        Self::SystemDisk,
        Self::NetworkAdapter,
        Self::OsInstall,
        Self::Memory,
        Self::Graphics,
        Self::VmId,
        Self::VmGeneration,
    ];
    /// How many kinds there are.
    pub const COUNT: usize = 11;

    /// The kind's stable name, as hashes, records and messages write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Motherboard => "motherboard",
            Self::BoardModel => "board_model",
            Self::Tpm => "tpm",
            Self::Cpu => "cpu",
            Self::SystemDisk => "system_disk",
            Self::NetworkAdapter => "network_adapter",
            Self::OsInstall => "os_install",
            Self::Memory => "memory",
            Self::Graphics => "graphics",
            Self::VmId => "vm_id",
            Self::VmGeneration => "vm_generation",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What a person is told the component is.
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Motherboard, Lang::Ja) => "マザーボード",
            (Self::Motherboard, Lang::En) => "motherboard",
            (Self::BoardModel, Lang::Ja) => "マザーボードの機種",
            (Self::BoardModel, Lang::En) => "motherboard model",
            (Self::Tpm, _) => "TPM",
            (Self::Cpu, _) => "CPU",
            (Self::SystemDisk, Lang::Ja) => "システムディスク",
            (Self::SystemDisk, Lang::En) => "system disk",
            (Self::NetworkAdapter, Lang::Ja) => "内蔵ネットワークアダプター",
            (Self::NetworkAdapter, Lang::En) => "built-in network adapter",
            (Self::OsInstall, Lang::Ja) => "OSのインストール",
            (Self::OsInstall, Lang::En) => "OS installation",
            (Self::Memory, Lang::Ja) => "メモリ",
            (Self::Memory, Lang::En) => "memory",
            (Self::Graphics, Lang::Ja) => "グラフィックス",
            (Self::Graphics, Lang::En) => "graphics",
            (Self::VmId, Lang::Ja) => "仮想マシンのID",
            (Self::VmId, Lang::En) => "virtual machine id",
            (Self::VmGeneration, Lang::Ja) => "仮想マシンの世代ID",
            (Self::VmGeneration, Lang::En) => "virtual machine generation id",
        }
    }

    /// Whether a difference of this component may ever count. Memory and graphics may be changed freely under every policy.
    #[must_use]
    pub const fn may_count(self) -> bool {
        !matches!(self, Self::Memory | Self::Graphics)
    }
}

/// What kind of machine a fingerprint was taken of. Each has its own weights, and no machine of one is a machine of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Scheme {
    /// A computer that one can touch.
    Physical,
    /// A virtual machine.
    Vm,
    /// A container, on whatever host.
    Container,
    /// The Windows Subsystem for Linux.
    Wsl,
}

impl Scheme {
    /// Every scheme.
    pub const ALL: [Self; Self::COUNT] = [Self::Physical, Self::Vm, Self::Container, Self::Wsl];
    /// How many schemes there are.
    pub const COUNT: usize = 4;

    /// The scheme's stable name, as records and messages write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Physical => "physical",
            Self::Vm => "vm",
            Self::Container => "container",
            Self::Wsl => "wsl",
        }
    }

    /// The scheme of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.name() == name)
    }

    /// What a person is told the machine is.
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Physical, Lang::Ja) => "物理マシン",
            (Self::Physical, Lang::En) => "physical machine",
            (Self::Vm, Lang::Ja) => "仮想マシン",
            (Self::Vm, Lang::En) => "virtual machine",
            (Self::Container, Lang::Ja) => "コンテナー",
            (Self::Container, Lang::En) => "container",
            (Self::Wsl, _) => "WSL",
        }
    }

    /// The components that can tell one machine of this scheme from every other, the strongest first. Look-ups go by them.
    #[must_use]
    pub const fn anchors(self) -> &'static [ComponentKind] {
        use ComponentKind::{Motherboard, NetworkAdapter, OsInstall, SystemDisk, Tpm, VmId};
        match self {
            Self::Physical => &[Motherboard, Tpm, SystemDisk, OsInstall, NetworkAdapter],
            Self::Vm => &[VmId, SystemDisk, OsInstall, NetworkAdapter],
            // An image's OS install is the same in every container made of it; a container's adapter is virtual.
            Self::Container => &[Motherboard, VmId, SystemDisk],
            // WSL's adapter gets another address at every start.
            Self::Wsl => &[VmId, SystemDisk, OsInstall],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_and_scheme_is_found_by_its_name_and_stands_at_its_own_place() {
        for (index, kind) in ComponentKind::ALL.into_iter().enumerate() {
            assert_eq!(ComponentKind::from_name(kind.name()), Some(kind));
            assert_eq!(kind as usize, index);
        }
        for (index, scheme) in Scheme::ALL.into_iter().enumerate() {
            assert_eq!(Scheme::from_name(scheme.name()), Some(scheme));
            assert_eq!(scheme as usize, index);
        }
        assert_eq!(ComponentKind::from_name("Motherboard"), None);
        assert_eq!(Scheme::from_name(""), None);
    }
}
