//! Real collection, on whatever machine the tests run: a PC, a virtual machine, a container.

#![cfg(target_os = "linux")]

use warifu_core::catalogue::Lang;
use warifu_core::hardware::{ComponentKind, ComponentState, Match, Reading, Tolerance, compare};
use warifu_core::id::ServiceId;
use warifu_device::{Hardware as _, ThisMachine};

const SERVICE: ServiceId = ServiceId::from_bytes([5; 32]);

#[test]
fn this_machine_gives_the_same_fingerprint_twice() {
    let first = ThisMachine.inventory().unwrap().fingerprint(&SERVICE);
    let second = ThisMachine.inventory().unwrap().fingerprint(&SERVICE);
    assert_eq!(first, second);
    let comparison = compare(&first, &second, &Tolerance::default_rule());
    assert!(comparison.lines().iter().all(|line| line.state != ComponentState::Different));
}

#[test]
fn the_processor_and_the_memory_of_this_machine_are_readable() {
    let inventory = ThisMachine.inventory().unwrap();
    for kind in [ComponentKind::Cpu, ComponentKind::Memory] {
        assert_eq!(
            inventory.component(kind).reading(),
            Reading::Present(()),
            "{:?}",
            inventory.component(kind)
        );
    }
}

#[test]
fn another_service_sees_other_values() {
    let inventory = ThisMachine.inventory().unwrap();
    let (ours, theirs) =
        (inventory.fingerprint(&SERVICE), inventory.fingerprint(&ServiceId::from_bytes([6; 32])));
    for ((kind, ours), (_, theirs)) in ours.readings().zip(theirs.readings()) {
        if ours.present().is_some() {
            assert_ne!(ours, theirs, "{kind:?}");
        }
    }
}

#[test]
fn a_simulated_other_board_is_another_device() {
    let inventory = ThisMachine.inventory().unwrap();
    let bound =
        if inventory.shows_board() { inventory.clone() } else { inventory.with_board_replaced("first") };
    let seen = inventory.with_board_replaced("second");
    let rule = Tolerance::default_rule();
    let verdict = compare(&bound.fingerprint(&SERVICE), &seen.fingerprint(&SERVICE), &rule).verdict();
    assert_eq!(verdict, Match::Different);
}

#[test]
fn no_value_of_this_machine_is_in_its_description() {
    let inventory = ThisMachine.inventory().unwrap();
    for lang in Lang::ALL {
        let text = inventory.describe(lang).join("\n");
        for kind in [ComponentKind::OsInstall, ComponentKind::SystemDisk, ComponentKind::NetworkAdapter] {
            if let Some(value) = inventory.component(kind).local_value() {
                assert!(!text.to_lowercase().contains(value), "{kind:?}");
            }
        }
    }
}
