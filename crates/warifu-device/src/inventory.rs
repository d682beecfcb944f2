//! What a collector found: one component per kind, with its source, and the kind of machine. Raw values are kept from `Debug`,
//! from copies and from everything but the caller who asks for one by name.

use std::fmt;

use warifu_core::catalogue::Lang;
use warifu_core::hardware::{
    Assessment, ComponentHash, ComponentKind, Fingerprint, Match, Reading, Scheme, Tolerance, assess, compare,
};
use warifu_core::id::ServiceId;

/// What reading a component takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Privilege {
    /// Every user may read it.
    None,
    /// Only the administrator may read it.
    Administrator,
}

/// One component of this machine.
#[derive(Clone, PartialEq, Eq)]
pub struct Component {
    kind: ComponentKind,
    source: Option<String>,
    privilege: Privilege,
    withheld: bool,
    simulated: bool,
    reading: Reading<String>,
}

impl Component {
    /// A component that the machine does not have, or that nobody looked for.
    pub(crate) const fn missing(kind: ComponentKind) -> Self {
        Self {
            kind,
            source: None,
            privilege: Privilege::None,
            withheld: false,
            simulated: false,
            reading: Reading::Missing,
        }
    }

    /// A component found at `source`, whose value is judged here.
    pub(crate) fn found(kind: ComponentKind, source: &str, privilege: Privilege, raw: &str) -> Self {
        let reading = match assess(kind, raw) {
            Assessment::Missing => Reading::Missing,
            Assessment::Unreliable => Reading::Unreliable,
            Assessment::Usable(value) => Reading::Present(value),
        };
        Self { source: Some(source.to_owned()), privilege, reading, ..Self::missing(kind) }
    }

    /// A component whose value at `source` is known to say nothing.
    pub(crate) fn unreliable(kind: ComponentKind, source: &str) -> Self {
        Self { source: Some(source.to_owned()), reading: Reading::Unreliable, ..Self::missing(kind) }
    }

    /// A component whose source exists and may not be read by this user.
    pub(crate) fn withheld(kind: ComponentKind, source: &str) -> Self {
        Self {
            source: Some(source.to_owned()),
            privilege: Privilege::Administrator,
            withheld: true,
            ..Self::missing(kind)
        }
    }

    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> ComponentKind {
        self.kind
    }

    /// Where it was read, such as `/etc/machine-id`; none when no source was found.
    #[must_use]
    pub fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    /// What reading the source takes.
    #[must_use]
    pub const fn privilege(&self) -> Privilege {
        self.privilege
    }

    /// Whether the source is there, but this user may not read it.
    #[must_use]
    pub const fn is_withheld(&self) -> bool {
        self.withheld
    }

    /// Whether the value was made up by [`Inventory::with_component_replaced`].
    #[must_use]
    pub const fn is_simulated(&self) -> bool {
        self.simulated
    }

    /// The reading, without its value.
    #[must_use]
    pub fn reading(&self) -> Reading<()> {
        match self.reading {
            Reading::Present(_) => Reading::Present(()),
            Reading::Missing => Reading::Missing,
            Reading::Unreliable => Reading::Unreliable,
        }
    }

    /// The value itself, normalised as it is hashed. For showing it to the person at this machine who asks what is read
    /// (`--explain`); it must never be sent, logged or stored.
    #[must_use]
    pub fn local_value(&self) -> Option<&str> {
        match &self.reading {
            Reading::Present(value) => Some(value),
            Reading::Missing | Reading::Unreliable => None,
        }
    }

    fn describe(&self, lang: Lang) -> Option<String> {
        let (label, source) = (self.kind.label(lang), self.source.as_deref()?);
        let state = match (&self.reading, lang) {
            _ if self.simulated && lang == Lang::Ja => "シミュレーション用の値",
            _ if self.simulated => "a simulated value",
            (Reading::Present(_), Lang::Ja) => "読み取れました",
            (Reading::Present(_), Lang::En) => "read",
            (Reading::Unreliable, Lang::Ja) => "個体を区別できない値のため使いません",
            (Reading::Unreliable, Lang::En) => "not used, because the value does not identify it",
            (Reading::Missing, Lang::Ja) if self.withheld => "読み取りには管理者権限が必要です",
            (Reading::Missing, Lang::En) if self.withheld => "needs administrator rights",
            (Reading::Missing, Lang::Ja) => "値がありません",
            (Reading::Missing, Lang::En) => "has no value",
        };
        Some(match lang {
            Lang::Ja => format!("{label}: {state}（{source}）"),
            Lang::En => format!("{label}: {state} ({source})"),
        })
    }
}

impl fmt::Debug for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Component")
            .field("kind", &self.kind)
            .field("source", &self.source)
            .field("reading", &self.reading())
            .finish_non_exhaustive()
    }
}

/// All that was read of a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inventory {
    scheme: Scheme,
    scheme_evidence: String,
    components: [Component; ComponentKind::COUNT],
}

impl Inventory {
    /// An inventory with nothing in it, of a machine that is of this scheme because of `evidence`.
    pub(crate) fn new(scheme: Scheme, evidence: &str) -> Self {
        let components = ComponentKind::ALL.map(Component::missing);
        Self { scheme, scheme_evidence: evidence.to_owned(), components }
    }

    pub(crate) fn put(&mut self, component: Component) {
        let place = component.kind as usize;
        self.components[place] = component;
    }

    /// What kind of machine it is.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// By what the kind of machine was told, such as `/proc/cpuinfo: hypervisor`.
    #[must_use]
    pub fn scheme_evidence(&self) -> &str {
        &self.scheme_evidence
    }

    /// One component per kind, in the order of [`ComponentKind::ALL`].
    #[must_use]
    pub const fn components(&self) -> &[Component; ComponentKind::COUNT] {
        &self.components
    }

    /// The component of a kind.
    #[must_use]
    pub const fn component(&self, kind: ComponentKind) -> &Component {
        &self.components[kind as usize]
    }

    /// The fingerprint of the machine for one service: no other service can compare it with its own.
    #[must_use]
    pub fn fingerprint(&self, service: &ServiceId) -> Fingerprint {
        self.components.iter().fold(Fingerprint::new(self.scheme), |fingerprint, component| {
            let kind = component.kind;
            let hash = |value: &String| ComponentHash::of(service, kind, value);
            let reading = match &component.reading {
                Reading::Present(value) => Reading::Present(hash(value)),
                Reading::Missing => Reading::Missing,
                Reading::Unreliable => Reading::Unreliable,
            };
            fingerprint.with(kind, reading)
        })
    }

    /// A simulation: the same machine with another component of this kind. Equal salts give equal components.
    #[must_use]
    pub fn with_component_replaced(&self, kind: ComponentKind, salt: &str) -> Self {
        let mut changed = self.clone();
        changed.put(Component {
            source: Some("simulation".to_owned()),
            simulated: true,
            reading: Reading::Present(format!("simulated {} {salt}", kind.name())),
            ..Component::missing(kind)
        });
        changed
    }

    /// A simulation: the same machine with another mainboard, or, for a virtual machine, as another virtual machine.
    ///
    /// Where this machine shows no board to compare with ([`Self::shows_board`]), the simulation must be made on both sides: bind the
    /// device with one salt, then compare with another.
    #[must_use]
    pub fn with_board_replaced(&self, salt: &str) -> Self {
        match self.scheme {
            Scheme::Physical | Scheme::Container => self
                .with_component_replaced(ComponentKind::Motherboard, salt)
                .with_component_replaced(ComponentKind::BoardModel, salt),
            Scheme::Vm | Scheme::Wsl => self.with_component_replaced(ComponentKind::VmId, salt),
        }
    }

    /// Whether the default rule would notice another mainboard (another virtual machine) with what this user can read.
    #[must_use]
    pub fn shows_board(&self) -> bool {
        let service = ServiceId::from_bytes([0; 32]);
        let other = self.with_board_replaced("other").fingerprint(&service);
        let verdict = compare(&self.fingerprint(&service), &other, &Tolerance::default_rule()).verdict();
        verdict == Match::Different
    }

    /// What was read and what was not, as lines of text without any value.
    #[must_use]
    pub fn describe(&self, lang: Lang) -> Vec<String> {
        let (scheme, evidence) = (self.scheme.label(lang), &self.scheme_evidence);
        let mut text = vec![match lang {
            Lang::Ja => format!("マシンの種類: {scheme}（{evidence}）"),
            Lang::En => format!("kind of machine: {scheme} ({evidence})"),
        }];
        text.extend(self.components.iter().filter_map(|component| component.describe(lang)));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICE: ServiceId = ServiceId::from_bytes([1; 32]);

    fn machine() -> Inventory {
        let mut inventory = Inventory::new(Scheme::Physical, "test");
        for (kind, raw) in [
            (ComponentKind::BoardModel, "maker board"),
            (ComponentKind::SystemDisk, "SECRET-SERIAL"),
            (ComponentKind::OsInstall, "7b1e0c9d8a7f4625"),
        ] {
            inventory.put(Component::found(kind, "/test", Privilege::None, raw));
        }
        inventory.put(Component::withheld(ComponentKind::Motherboard, "/sys/class/dmi/id/board_serial"));
        inventory
    }

    #[test]
    fn a_raw_value_is_not_in_debug_output_nor_in_the_description() {
        let inventory = machine();
        let shown =
            format!("{inventory:?} {:?} {:?}", inventory.describe(Lang::En), inventory.describe(Lang::Ja));
        assert!(!shown.to_lowercase().contains("secret"), "{shown}");
        assert_eq!(inventory.component(ComponentKind::SystemDisk).local_value(), Some("secret-serial"));
    }

    #[test]
    fn the_description_says_what_needs_administrator_rights() {
        assert!(machine().describe(Lang::En).contains(
            &"motherboard: needs administrator rights (/sys/class/dmi/id/board_serial)".to_owned()
        ));
    }

    #[test]
    fn a_simulated_board_is_another_device_even_where_only_the_model_is_readable() {
        assert!(machine().shows_board());
        let replaced = machine().with_board_replaced("b");
        assert_ne!(replaced.fingerprint(&SERVICE), machine().fingerprint(&SERVICE));
        assert_eq!(replaced.fingerprint(&SERVICE), machine().with_board_replaced("b").fingerprint(&SERVICE));
        assert!(replaced.component(ComponentKind::BoardModel).is_simulated());
    }

    #[test]
    fn a_machine_that_shows_no_board_says_so() {
        let mut inventory = Inventory::new(Scheme::Vm, "test");
        inventory.put(Component::found(
            ComponentKind::OsInstall,
            "/test",
            Privilege::None,
            "7b1e0c9d8a7f4625",
        ));
        assert!(!inventory.shows_board());
        let simulated = inventory.with_board_replaced("first");
        assert!(simulated.shows_board());
    }
}
