//! The lease and the machine that it was granted to.

use warifu_client::hardware::{ComponentHash, ComponentKind, Fingerprint as Print, Match, Reading, Scheme};
use warifu_client::{Code, Failure, FingerprintUnavailable, Span, State};

use crate::world::{World, print, product_key};

#[test]
fn another_board_is_noticed_at_the_next_boot_and_put_right_by_the_service() {
    let world = World::new();
    let mut client = world.activated();
    world.get().print = Ok(print(9));
    assert_eq!(world.client().check().state, State::Licensed, "within a boot nobody changes a board");
    assert_eq!(client.check_hardware().state, State::Restricted, "unless asked to look");
    world.off(Span::hours(1));
    let standing = world.client().check();
    assert_eq!(standing.state, State::Restricted);
    let reason = standing.reason.unwrap();
    assert_eq!(reason.code(), Code::HardwareChanged);
    assert_eq!(reason.value("parts"), Some("motherboard, board_model"));
    assert!(standing.renewal_due && standing.restrictions.feature_updates_withheld);
    assert_eq!(
        world.client().compare_hardware().map(|comparison| comparison.verdict()),
        Some(Match::Different)
    );
    let key = world.get().blobs["installation-key"].clone();
    let granted = world.client().activate(&product_key(), &Default::default()).unwrap();
    assert_eq!(granted.standing.state, State::Licensed);
    assert_eq!(world.get().blobs["installation-key"], key, "the installation stays the same");
    assert_eq!(world.kept_lease().sequence, 2);
}

#[test]
fn a_renewal_looks_at_the_hardware_whatever_the_service_says() {
    let world = World::new();
    let mut client = world.activated();
    world.get().print = Ok(print(9));
    world.get().refuses = Some((Failure::hardware_changed(110, 50, "motherboard"), None));
    client.renew().unwrap_err();
    assert_eq!(world.client().check().reason.unwrap().code(), Code::HardwareChanged);
    // A more tolerant policy: the service grants, and the new lease fits the machine.
    world.get().refuses = None;
    assert_eq!(client.renew().unwrap().standing.state, State::Licensed);
}

#[test]
fn the_board_put_back_heals() {
    let world = World::new();
    world.activated();
    world.get().print = Ok(print(9));
    world.off(Span::hours(1));
    let mut client = world.client();
    assert_eq!(client.check().state, State::Restricted);
    world.get().print = Ok(print(1));
    assert_eq!(client.check().state, State::Licensed);
}

#[test]
fn a_copied_folder_is_caught_on_other_hardware() {
    let world = World::new();
    world.activated();
    let other = World::new();
    other.get().blobs = world.get().blobs.clone();
    other.get().boot = 77;
    let value = |bits: u64| Reading::Present(ComponentHash::from_u64(bits << 48));
    other.get().print = Ok(Print::new(Scheme::Physical)
        .with(ComponentKind::Motherboard, value(21))
        .with(ComponentKind::SystemDisk, value(22))
        .with(ComponentKind::OsInstall, value(23))
        .with(ComponentKind::Cpu, value(4)));
    let standing = other.client().check();
    assert_eq!(standing.state, State::Restricted);
    assert_eq!(standing.reason.unwrap().code(), Code::InstallationOnOtherHardware);
    assert_eq!(world.client().check().state, State::Licensed, "the original is not harmed");
}

#[test]
fn a_machine_that_shows_little_or_nothing_keeps_its_lease() {
    let world = World::new();
    world.activated();
    for seen in [Ok(Print::new(Scheme::Physical)), Err(FingerprintUnavailable("no collector".to_owned()))] {
        world.get().print = seen;
        world.off(Span::hours(1));
        assert_eq!(world.client().check().state, State::Licensed);
    }
    let error = world.client().activate(&product_key(), &Default::default()).unwrap_err();
    assert!(error.is(Code::FingerprintTooWeak));
}
