//! The collector over recorded machines: what it reads of each, as which user, and that what must not matter does not.

#![cfg(unix)]

mod recording;

use recording::{inventory, inventory_with};
use warifu_core::hardware::{ComponentKind, Match, Reading, Scheme, Tolerance, compare};
use warifu_core::id::ServiceId;
use warifu_device::{Inventory, Privilege};

const SERVICE: ServiceId = ServiceId::from_bytes([5; 32]);

/// What is expected of a component.
enum Expected {
    Value(&'static str),
    Missing,
    Withheld,
    Unreliable,
}

use ComponentKind::{
    BoardModel, Cpu, Graphics, Memory, Motherboard, NetworkAdapter, OsInstall, SystemDisk, VmGeneration, VmId,
};
use Expected::{Missing, Unreliable, Value, Withheld};

#[track_caller]
fn check(machine: &str, scheme: Scheme, expected: &[(ComponentKind, Expected)]) {
    let inventory = inventory(machine);
    assert_eq!(inventory.scheme(), scheme, "{machine}: {}", inventory.scheme_evidence());
    for (kind, expected) in expected {
        let component = inventory.component(*kind);
        match expected {
            Value(value) => assert_eq!(component.local_value(), Some(*value), "{machine}: {component:?}"),
            Unreliable => assert_eq!(component.reading(), Reading::Unreliable, "{machine}: {component:?}"),
            Missing | Withheld => {
                assert_eq!(component.reading(), Reading::Missing, "{machine}: {component:?}");
                assert_eq!(component.is_withheld(), matches!(expected, Withheld), "{machine}: {component:?}");
            }
        }
    }
}

#[track_caller]
fn verdict(bound: &Inventory, seen: &Inventory) -> Match {
    let comparison =
        compare(&bound.fingerprint(&SERVICE), &seen.fingerprint(&SERVICE), &Tolerance::default_rule());
    comparison.verdict()
}

#[test]
fn a_desktop_is_read_in_full_by_root() {
    check(
        "desktop-root",
        Scheme::Physical,
        &[
            (Motherboard, Value("191265870001234")),
            (BoardModel, Value("example boards inc. prime x570")),
            (Cpu, Value("vendor_id=authenticamd,cpu family=23,model=113,stepping=0")),
            (SystemDisk, Value("s4ewnx0m912345z")),
            (NetworkAdapter, Value("04:d4:c4:aa:bb:cc")),
            (OsInstall, Value("8f6d1c2e3b4a59687786950413223140")),
            (Memory, Value("32 gib")),
            (Graphics, Value("0x10de:0x1f08")),
            (VmId, Missing),
        ],
    );
}

#[test]
fn an_ordinary_user_of_a_desktop_lacks_only_the_serial_number_of_the_board() {
    let (root, user) = (inventory("desktop-root"), inventory("desktop-user"));
    for (root, user) in root.components().iter().zip(user.components()) {
        if root.kind() == Motherboard {
            assert!(user.is_withheld());
            assert_eq!(user.privilege(), Privilege::Administrator);
            assert_eq!(user.source(), Some("/sys/class/dmi/id/board_serial"));
        } else {
            assert_eq!(root, user);
        }
    }
    assert_eq!(verdict(&root, &user), Match::Same);
    assert_eq!(verdict(&user, &root), Match::Same);
}

#[test]
fn a_laptop_keeps_its_placeholders_and_its_dock_out_of_the_fingerprint() {
    check(
        "laptop-user",
        Scheme::Physical,
        &[
            (Motherboard, Withheld),
            (BoardModel, Value("example laptops slim 14")),
            (SystemDisk, Value("z1d9x7q2")),
            (NetworkAdapter, Unreliable),
            (Memory, Value("8 gib")),
            (Graphics, Missing),
        ],
    );
}

#[test]
fn a_virtual_machine_with_dmi_is_known_by_its_id() {
    check(
        "kvm-root",
        Scheme::Vm,
        &[
            (Motherboard, Missing),
            (VmId, Value("9d3c4f0e-3b1a-4c7e-8f55-2f1f7a6f1d20")),
            (VmGeneration, Value("af6e4e32d1d1f64bbf41b9bb6c91fb87")),
            (SystemDisk, Unreliable),
            (NetworkAdapter, Unreliable),
        ],
    );
    check("kvm-user", Scheme::Vm, &[(VmId, Withheld), (VmGeneration, Withheld), (SystemDisk, Unreliable)]);
    assert_eq!(verdict(&inventory("kvm-root"), &inventory("kvm-user")), Match::Same);
}

#[test]
fn a_virtual_machine_without_dmi_is_known_by_its_os_install_and_cpu() {
    check(
        "microvm-user",
        Scheme::Vm,
        &[
            (Motherboard, Missing),
            (BoardModel, Missing),
            (VmId, Missing),
            (SystemDisk, Unreliable),
            (NetworkAdapter, Unreliable),
            (OsInstall, Value("7b1e0c9d8a7f46253b4c5d6e7f809112")),
        ],
    );
    let machine = inventory("microvm-user");
    assert_eq!(verdict(&machine, &machine), Match::Same);
    assert!(!machine.shows_board());
}

#[test]
fn a_container_is_known_by_what_it_sees_of_its_host() {
    check(
        "docker-root",
        Scheme::Container,
        &[
            (Motherboard, Value("191265870001234")),
            (SystemDisk, Value("s4ewnx0m912345z")),
            (NetworkAdapter, Missing),
            (OsInstall, Missing),
        ],
    );
    let container = inventory("docker-root");
    assert_eq!(verdict(&container, &container), Match::Same);
    assert_eq!(verdict(&inventory("desktop-root"), &container), Match::Different);
}

#[test]
fn wsl_is_named_and_known_by_its_os_install_and_virtual_disk() {
    check(
        "wsl2-user",
        Scheme::Wsl,
        &[
            (OsInstall, Value("11223344556677889900aabbccddeeff")),
            (SystemDisk, Value("naa.60022480f2b6ad0a8fd2f2a6a0b1c2d3")),
            (VmId, Missing),
        ],
    );
    let wsl = inventory("wsl2-user");
    assert_eq!(verdict(&wsl, &wsl), Match::Same);
}

#[test]
fn a_board_without_dmi_is_read_from_the_device_tree_by_every_user() {
    check(
        "raspberry-pi-user",
        Scheme::Physical,
        &[
            (Motherboard, Value("100000003d21f7a8")),
            (BoardModel, Value("raspberry pi 4 model b rev 1.4")),
            (SystemDisk, Value("0x3d21f7a8")),
            (NetworkAdapter, Value("dc:a6:32:01:02:03")),
        ],
    );
}

#[test]
fn every_recorded_machine_is_recognised_as_itself_and_as_no_other() {
    let machines = [
        "desktop-root",
        "laptop-user",
        "kvm-root",
        "microvm-user",
        "docker-root",
        "wsl2-user",
        "raspberry-pi-user",
    ];
    let inventories = machines.map(inventory);
    for (i, bound) in inventories.iter().enumerate() {
        for (j, seen) in inventories.iter().enumerate() {
            let verdict = verdict(bound, seen);
            assert_eq!(verdict.is_accepted(), i == j, "{} / {}: {verdict:?}", machines[i], machines[j]);
        }
    }
}

#[test]
fn a_different_serial_number_of_the_disk_is_another_disk() {
    let other =
        inventory_with("desktop-user", |line| Some(line.replace("S4EWNX0M912345Z", "S4EWNX0M999999A")));
    assert_eq!(verdict(&inventory("desktop-user"), &other), Match::Drifted);
}

#[test]
fn a_randomised_address_of_the_chosen_adapter_does_not_choose_another_adapter() {
    let randomised =
        inventory_with("desktop-user", |line| Some(line.replace("04:d4:c4:aa:bb:cc", "06:d4:c4:aa:bb:cc")));
    assert_eq!(randomised.component(NetworkAdapter).reading(), Reading::Unreliable);
    assert_eq!(verdict(&inventory("desktop-user"), &randomised), Match::Same);
}

#[test]
fn a_kernel_update_and_another_core_change_nothing() {
    let updated = inventory_with("desktop-user", |line| match line {
        line if line.contains("MemTotal") => Some("| MemTotal:       32780000 kB".to_owned()),
        line if line.contains("flags") => Some("| flags\t\t: fpu vme de pse tsc msr md_clear".to_owned()),
        line if line.contains("osrelease") => Some("proc/sys/kernel/osrelease: 6.12.0".to_owned()),
        line => Some(line.to_owned()),
    });
    assert_eq!(updated.fingerprint(&SERVICE), inventory("desktop-user").fingerprint(&SERVICE));
}

#[test]
fn a_container_in_a_virtual_machine_is_a_container() {
    let group = inventory_with("microvm-user", |line| {
        Some(line.replace("| 0::/", "| 0::/system.slice/docker-0123456789abcdef.scope"))
    });
    assert_eq!(group.scheme(), Scheme::Container);
}

#[test]
fn an_empty_tree_gives_an_empty_inventory_and_no_error() {
    let nothing = inventory_with("microvm-user", |_| None);
    assert!(nothing.components().iter().all(|component| component.reading() == Reading::Missing));
    assert_eq!(verdict(&nothing, &nothing), Match::TooWeak);
}
