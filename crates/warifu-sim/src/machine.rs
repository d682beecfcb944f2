//! Machines and their parts.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use warifu_client::{Fingerprint, FingerprintUnavailable};
use warifu_core::hardware::{self, ComponentHash, ComponentKind, Reading, Scheme};
use warifu_core::id::ServiceId;

use crate::dice::Dice;
use crate::time::{MachineClock, WorldTime};

/// What begins every serial number here: where it turns up, it has leaked.
pub(crate) const SERIAL: &str = "SERIAL-KOKESHI-";

/// The parts of a machine, by the number on each; a part without one cannot be read.
pub(crate) type Parts = BTreeMap<ComponentKind, u64>;

#[derive(Debug)]
struct Inner {
    scheme: Scheme,
    parts: Parts,
    /// Whether only an ordinary user looks, who cannot read serial numbers.
    unprivileged: bool,
}

/// A machine's hardware; clones are the same machine's.
#[derive(Clone, Debug)]
pub(crate) struct Hardware(Arc<Mutex<Inner>>);

impl Hardware {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new machine of its kind: every part has a number of its own but those that many share.
    pub(crate) fn new(scheme: Scheme, dice: &mut Dice) -> Self {
        use ComponentKind::{
            BoardModel, Cpu, Graphics, Memory, Motherboard, NetworkAdapter, OsInstall, SystemDisk, Tpm,
            VmGeneration, VmId,
        };
        let kinds: &[ComponentKind] = match scheme {
            Scheme::Physical => {
                &[Motherboard, BoardModel, Tpm, Cpu, SystemDisk, NetworkAdapter, OsInstall, Memory, Graphics]
            }
            Scheme::Vm => {
                &[BoardModel, Cpu, SystemDisk, NetworkAdapter, OsInstall, Memory, VmId, VmGeneration]
            }
            Scheme::Container | Scheme::Wsl => &[Motherboard, BoardModel, Cpu, SystemDisk, OsInstall, VmId],
        };
        let parts = kinds.iter().map(|kind| (*kind, new_part(*kind, dice))).collect();
        Self(Arc::new(Mutex::new(Inner { scheme, parts, unprivileged: false })))
    }

    /// What kind of machine it is.
    pub(crate) fn scheme(&self) -> Scheme {
        self.inner().scheme
    }

    /// Puts a new part in. A kind that the machine does not have is left alone.
    pub(crate) fn swap(&self, kind: ComponentKind, dice: &mut Dice) {
        let part = new_part(kind, dice);
        self.inner().parts.entry(kind).and_modify(|old| *old = part);
    }

    /// Whether serial numbers can be read from now on.
    pub(crate) fn set_unprivileged(&self, unprivileged: bool) {
        self.inner().unprivileged = unprivileged;
    }

    /// Whether serial numbers can be read.
    pub(crate) fn is_unprivileged(&self) -> bool {
        self.inner().unprivileged
    }

    /// What it is made of.
    pub(crate) fn parts(&self) -> Parts {
        self.inner().parts.clone()
    }

    /// Makes it of these parts.
    pub(crate) fn set_parts(&self, parts: Parts) {
        self.inner().parts = parts;
    }
}

/// A new part: its number, or one of a few where many machines share one.
fn new_part(kind: ComponentKind, dice: &mut Dice) -> u64 {
    let shared = matches!(kind, ComponentKind::Cpu | ComponentKind::BoardModel | ComponentKind::Memory);
    if shared { dice.below(3) } else { dice.draw() }
}

impl Fingerprint for Hardware {
    fn read(&mut self, service: &ServiceId) -> Result<hardware::Fingerprint, FingerprintUnavailable> {
        let inner = self.inner();
        let mut seen = hardware::Fingerprint::new(inner.scheme);
        for (kind, number) in &inner.parts {
            let needs_privilege = matches!(
                kind,
                ComponentKind::Motherboard
                    | ComponentKind::Tpm
                    | ComponentKind::SystemDisk
                    | ComponentKind::VmId
            );
            if inner.unprivileged && needs_privilege {
                continue;
            }
            let value = ComponentHash::of(service, *kind, &format!("{SERIAL}{number:016x}"));
            seen = seen.with(*kind, Reading::Present(value));
        }
        Ok(seen)
    }
}

/// A machine.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) hardware: Hardware,
    pub(crate) clock: MachineClock,
    /// Which machine it counts as: a copy that nothing can tell from its original counts as that.
    pub(crate) identity: usize,
    /// How often its hardware was changed so that it may count as another.
    pub(crate) rebuilt: u32,
    /// For how long it has been running since its clock was first wrong, in milliseconds; none while its clock has been right.
    pub(crate) doubt_millis: Option<u64>,
}

impl Machine {
    pub(crate) fn new(place: usize, scheme: Scheme, time: &WorldTime, dice: &mut Dice) -> Self {
        let period = warifu_core::random::bytes(dice);
        let counts_sleep = dice.percent(70);
        Self {
            hardware: Hardware::new(scheme, dice),
            clock: MachineClock::new(time, period, counts_sleep),
            identity: place,
            rebuilt: 0,
            doubt_millis: None,
        }
    }

    /// The machine's address: each has its own.
    pub(crate) fn address(place: usize) -> SocketAddr {
        let [.., high, low] = place.to_be_bytes();
        SocketAddr::new(IpAddr::V4(Ipv4Addr::new(203, 0, high, low)), 40_000)
    }
}
