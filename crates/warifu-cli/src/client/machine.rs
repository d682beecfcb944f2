//! The machine that a command runs on, or one that it pretends to run on: for demonstrations, for drills, and for integrators who want to see
//! what their users will see after a repair. A simulation is always asked for and always said.

use warifu_client::{Fingerprint, FingerprintUnavailable, ThisMachine};
use warifu_core::hardware::{self, ComponentHash, ComponentKind, Reading, Scheme};
use warifu_core::id::ServiceId;

use crate::args::InstallationArgs;

/// The hardware that the client sees.
#[derive(Clone, Debug, Default)]
pub(super) struct Machine {
    /// A whole physical machine made from this name, in the place of the real one.
    whole: Option<String>,
    /// A motherboard made from this name, in the place of the machine's.
    board: Option<String>,
}

impl Machine {
    pub(super) fn new(args: &InstallationArgs) -> Self {
        Self { whole: args.simulate_machine.clone(), board: args.simulate_board.clone() }
    }

    /// Whether anything about it is not real.
    pub(super) const fn is_simulated(&self) -> bool {
        self.whole.is_some() || self.board.is_some()
    }

    fn seen(&self, service: &ServiceId) -> Result<hardware::Fingerprint, FingerprintUnavailable> {
        let machine = match &self.whole {
            Some(name) => ComponentKind::ALL
                .into_iter()
                .filter(|kind| {
                    !matches!(kind, ComponentKind::Tpm | ComponentKind::VmId | ComponentKind::VmGeneration)
                })
                .fold(hardware::Fingerprint::new(Scheme::Physical), |print, kind| {
                    print.with(kind, simulated(service, kind, name))
                }),
            None => ThisMachine.read(service)?,
        };
        let boards = [ComponentKind::Motherboard, ComponentKind::BoardModel];
        Ok(match &self.board {
            Some(name) => boards
                .into_iter()
                .fold(machine, |print, kind| print.with(kind, simulated(service, kind, name))),
            None => machine,
        })
    }
}

impl Fingerprint for Machine {
    fn read(&mut self, service: &ServiceId) -> Result<hardware::Fingerprint, FingerprintUnavailable> {
        self.seen(service)
    }
}

fn simulated(service: &ServiceId, kind: ComponentKind, name: &str) -> Reading<ComponentHash> {
    Reading::Present(ComponentHash::of(service, kind, &format!("simulated {name}")))
}

#[cfg(test)]
mod tests {
    use warifu_core::hardware::{Match, Tolerance, compare};

    use super::*;

    fn print(whole: &str, board: Option<&str>) -> hardware::Fingerprint {
        let machine = Machine { whole: Some(whole.to_owned()), board: board.map(str::to_owned) };
        machine.seen(&ServiceId::from_bytes([1; 32])).unwrap()
    }

    #[test]
    fn equal_names_are_one_machine_and_another_board_is_not_forgiven() {
        let verdict = |a, b| compare(&a, &b, &Tolerance::default_rule()).verdict();
        assert_eq!(verdict(print("a", None), print("a", None)), Match::Same);
        assert_eq!(verdict(print("a", None), print("a", Some("spare"))), Match::Different);
        assert_eq!(verdict(print("a", None), print("b", None)), Match::Different);
    }
}
