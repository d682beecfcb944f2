//! The seed's table as cases, then properties over arbitrary fingerprints and rules.

use proptest::prelude::*;

use super::super::{ComponentHash, Fingerprint, Weight};
use super::*;

use ComponentKind::{
    BoardModel, Cpu, Graphics, Memory, Motherboard, NetworkAdapter, OsInstall, SystemDisk, VmGeneration, VmId,
};

fn machine(scheme: Scheme, kinds: &[ComponentKind]) -> Fingerprint {
    kinds.iter().fold(Fingerprint::new(scheme), |fingerprint, &kind| {
        fingerprint.with(kind, Reading::Present(ComponentHash::from_u64((kind as u64 + 1) << 48)))
    })
}

fn change(fingerprint: Fingerprint, kinds: &[ComponentKind]) -> Fingerprint {
    kinds.iter().fold(fingerprint, |fingerprint, &kind| {
        fingerprint.with(kind, Reading::Present(ComponentHash::from_u64(0xabcd << 48)))
    })
}

const PC_AS_ROOT: [ComponentKind; 8] =
    [Motherboard, BoardModel, Cpu, SystemDisk, NetworkAdapter, OsInstall, Memory, Graphics];
const PC_AS_USER: [ComponentKind; 7] =
    [BoardModel, Cpu, SystemDisk, NetworkAdapter, OsInstall, Memory, Graphics];

#[track_caller]
fn check(scheme: Scheme, kinds: &[ComponentKind], changed: &[ComponentKind], expected: Match) {
    let bound = machine(scheme, kinds);
    let seen = change(bound, changed);
    let comparison = compare(&bound, &seen, &Tolerance::default_rule());
    assert_eq!(comparison.verdict(), expected, "{changed:?}: {comparison}");
    let short = compare(&bound.shorten(), &seen.shorten(), &Tolerance::default_rule());
    assert_eq!(short, comparison, "the short form decides alike");
}

#[test]
fn another_motherboard_needs_reactivation() {
    check(Scheme::Physical, &PC_AS_ROOT, &[Motherboard], Match::Different);
    check(Scheme::Physical, &PC_AS_USER, &[BoardModel], Match::Different);
    check(Scheme::Vm, &[VmId, OsInstall, Cpu], &[VmId], Match::Different);
}

#[test]
fn another_disk_counts_only_together_with_other_changes() {
    for kinds in [PC_AS_ROOT.as_slice(), &PC_AS_USER] {
        check(Scheme::Physical, kinds, &[SystemDisk], Match::Drifted);
        check(Scheme::Physical, kinds, &[SystemDisk, OsInstall], Match::Drifted);
        check(Scheme::Physical, kinds, &[SystemDisk, Cpu], Match::Different);
        check(Scheme::Physical, kinds, &[SystemDisk, NetworkAdapter], Match::Different);
    }
}

#[test]
fn other_memory_and_graphics_change_nothing() {
    check(Scheme::Physical, &PC_AS_ROOT, &[Memory, Graphics], Match::Same);
    check(Scheme::Physical, &PC_AS_USER, &[Memory, Graphics], Match::Same);
}

#[test]
fn a_folder_copied_to_another_pc_of_the_same_model_is_found_without_privileges() {
    check(Scheme::Physical, &PC_AS_USER, &[SystemDisk, NetworkAdapter, OsInstall], Match::Different);
}

#[test]
fn a_pc_activated_as_root_is_recognised_by_an_ordinary_user_and_back() {
    let (root, user) = (machine(Scheme::Physical, &PC_AS_ROOT), machine(Scheme::Physical, &PC_AS_USER));
    for (bound, seen) in [(root, user), (user, root)] {
        assert_eq!(compare(&bound, &seen, &Tolerance::default_rule()).verdict(), Match::Same);
    }
}

#[test]
fn a_virtual_machine_may_change_hosts_and_generation() {
    let kinds = [VmId, VmGeneration, BoardModel, Cpu, SystemDisk, OsInstall];
    check(Scheme::Vm, &kinds, &[VmGeneration], Match::Same);
    check(Scheme::Vm, &kinds, &[VmGeneration, BoardModel, Cpu], Match::Drifted);
}

#[test]
fn a_virtual_machine_that_shows_only_os_install_and_cpu_is_recognised_and_its_copy_is_not() {
    check(Scheme::Vm, &[OsInstall, Cpu, Memory], &[Memory], Match::Same);
    check(Scheme::Vm, &[OsInstall, Cpu], &[Cpu], Match::TooWeak);
    check(Scheme::Vm, &[OsInstall, Cpu], &[OsInstall], Match::TooWeak);
    check(Scheme::Vm, &[SystemDisk, OsInstall, Cpu], &[SystemDisk, OsInstall], Match::Different);
}

#[test]
fn models_that_many_machines_share_do_not_suffice() {
    check(Scheme::Physical, &[BoardModel, Cpu, Memory, Graphics], &[], Match::TooWeak);
}

#[test]
fn another_kind_of_machine_is_another_device_whatever_its_components() {
    let bound = machine(Scheme::Physical, &PC_AS_ROOT);
    for scheme in [Scheme::Vm, Scheme::Container, Scheme::Wsl] {
        let comparison = compare(&bound, &machine(scheme, &PC_AS_ROOT), &Tolerance::default_rule());
        assert_eq!(comparison.verdict(), Match::Different);
        assert_eq!(comparison.score(), 0);
    }
}

fn readings() -> impl Strategy<Value = Fingerprint> {
    // Few values, so that equal ones are common.
    let reading = prop_oneof![
        4 => (0_u64..3).prop_map(|value| Reading::Present(ComponentHash::from_u64(value << 48))),
        1 => Just(Reading::Missing),
        1 => Just(Reading::Unreliable),
    ];
    let scheme = prop_oneof![3 => Just(Scheme::Physical), 2 => Just(Scheme::Vm), 1 => Just(Scheme::Wsl)];
    (scheme, proptest::array::uniform11(reading)).prop_map(|(scheme, readings)| {
        ComponentKind::ALL
            .into_iter()
            .zip(readings)
            .fold(Fingerprint::new(scheme), |fingerprint, (kind, reading)| fingerprint.with(kind, reading))
    })
}

fn rules() -> impl Strategy<Value = Tolerance> {
    let weights = proptest::collection::vec((0_u16..=100, 0_u16..=3), ComponentKind::COUNT * Scheme::COUNT);
    (weights, 1_u16..200, 0_u16..8).prop_map(|(weights, threshold, matches_min)| {
        let mut rule = Tolerance::default_rule().with_version(2);
        let mut weights = weights.into_iter();
        for scheme in Scheme::ALL {
            rule = rule.with_limits(scheme, threshold, matches_min).unwrap();
            for (kind, (difference, sameness)) in ComponentKind::ALL.into_iter().zip(weights.by_ref()) {
                rule = rule.with_weight(scheme, kind, Weight { difference, sameness }).unwrap_or(rule);
            }
        }
        rule
    })
}

fn kinds() -> impl Strategy<Value = ComponentKind> {
    proptest::sample::select(ComponentKind::ALL.to_vec())
}

proptest! {
    #[test]
    fn what_is_missing_or_unreliable_never_raises_the_score(
        bound in readings(), seen in readings(), rule in rules(), kind in kinds(), unreliable: bool,
    ) {
        let lost = seen.with(kind, if unreliable { Reading::Unreliable } else { Reading::Missing });
        let before = compare(&bound, &seen, &rule);
        let after = compare(&bound, &lost, &rule);
        prop_assert!(after.score() <= before.score());
        prop_assert!(after.matches() <= before.matches(), "nor does it help the device");
    }

    #[test]
    fn memory_and_graphics_never_change_the_verdict(
        bound in readings(), seen in readings(), rule in rules(), value: u64,
    ) {
        let before = compare(&bound, &seen, &rule).verdict();
        for kind in [Memory, Graphics] {
            for reading in [Reading::Present(ComponentHash::from_u64(value)), Reading::Missing, Reading::Unreliable] {
                prop_assert_eq!(compare(&bound, &seen.with(kind, reading), &rule).verdict(), before);
                prop_assert_eq!(compare(&bound.with(kind, reading), &seen, &rule).verdict(), before);
            }
        }
    }

    #[test]
    fn a_comparison_is_symmetric(bound in readings(), seen in readings(), rule in rules()) {
        let (there, back) = (compare(&bound, &seen, &rule), compare(&seen, &bound, &rule));
        prop_assert_eq!(there.verdict(), back.verdict());
        prop_assert_eq!(there.lines(), back.lines());
    }

    #[test]
    fn a_machine_is_never_different_from_itself(machine in readings(), rule in rules()) {
        prop_assert!(matches!(compare(&machine, &machine, &rule).verdict(), Match::Same | Match::TooWeak));
    }

    #[test]
    fn a_record_gives_the_comparison_back(bound in readings(), seen in readings(), rule in rules()) {
        let comparison = compare(&bound, &seen, &rule);
        prop_assert_eq!(comparison.to_string().parse(), Ok(comparison));
    }

    #[test]
    fn arbitrary_text_is_refused_without_a_crash(text in ".{0,200}") {
        prop_assert!(text.parse::<Comparison>().is_err());
    }
}
