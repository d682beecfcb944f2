//! The lease and the machine that it was granted to.

use warifu_client::hardware::{ComponentHash, ComponentKind, Fingerprint as Print, Match, Reading, Scheme};
use warifu_client::{Code, Failure, FingerprintUnavailable, Random, Span, State};

use crate::world::{Fault, START, World, another_key, print, product_key};

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
    let other = copied_to_another_machine(&world);
    let standing = other.client().check();
    assert_eq!(standing.state, State::Restricted);
    assert_eq!(standing.reason.unwrap().code(), Code::InstallationOnOtherHardware);
    assert_eq!(world.client().check().state, State::Licensed, "the original is not harmed");
}

/// Another machine, with its own connection to the service, and with a copy of this one's folder.
fn copied_to_another_machine(world: &World) -> World {
    let other = World::new();
    other.get().blobs = world.get().blobs.clone();
    other.get().boot = 77;
    let value = |bits: u64| Reading::Present(ComponentHash::from_u64(bits << 48));
    other.get().print = Ok(Print::new(Scheme::Physical)
        .with(ComponentKind::Motherboard, value(21))
        .with(ComponentKind::SystemDisk, value(22))
        .with(ComponentKind::OsInstall, value(23))
        .with(ComponentKind::Cpu, value(4)));
    Random::fill(&mut other.clone(), &mut [0; 5]);
    other
}

#[test]
fn a_copied_folder_that_is_activated_becomes_an_installation_of_its_own() {
    let world = World::new();
    let original = world.activated().installation();
    let other = copied_to_another_machine(&world);
    let mut client = other.client();
    let granted = client.activate(&product_key(), &Default::default()).unwrap();
    assert_eq!(granted.standing.state, State::Licensed);
    assert_ne!(client.installation(), original, "the original keeps its name, and with it its seat");
    assert_eq!(Some(other.kept_lease().installation), client.installation());
    // What is on the disk fits together, for this process and for the next.
    let mut next = other.client();
    assert_eq!((next.check().state, next.installation()), (State::Licensed, client.installation()));
    assert!(!other.get().blobs.contains_key("installation-key.new"));
    assert_eq!(next.renew().unwrap().standing.state, State::Licensed);
}

#[test]
fn a_copy_that_was_refused_a_renewal_becomes_an_installation_of_its_own_and_is_shown_why() {
    let world = World::new();
    let original = world.activated().installation();
    world.get().refuses = Some((Failure::lease_superseded(), None));
    let mut client = world.client();
    assert!(client.renew().unwrap_err().is(Code::LeaseSuperseded));
    for standing in [client.check(), world.client().check()] {
        assert_eq!((standing.state, standing.notices), (State::Licensed, vec![Failure::lease_superseded()]));
    }
    world.get().refuses = None;
    // An answer that is lost does not make a third.
    world.fault(Fault::LoseReply);
    client.activate(&product_key(), &Default::default()).unwrap_err();
    let granted = world.client().activate(&product_key(), &Default::default()).unwrap();
    assert_eq!(granted.standing.notices, []);
    let mut client = world.client();
    assert_ne!(client.installation(), original);
    assert_eq!(world.get().chains.len(), 2);
    let own = client.installation();
    client.activate(&product_key(), &Default::default()).unwrap();
    assert_eq!(client.installation(), own, "once is enough");
}

#[test]
fn a_copy_that_was_told_of_another_becomes_an_installation_of_its_own_when_it_is_activated() {
    let world = World::new();
    let original = world.activated().installation();
    world.get().tells = vec![Failure::installation_copied(START)];
    let mut client = world.client();
    client.renew().unwrap();
    // Somebody looks first, as the troubleshooter does.
    client.status().unwrap();
    world.get().tells = Vec::new();
    client.activate(&product_key(), &Default::default()).unwrap();
    let own = client.installation();
    assert_ne!(own, original);
    client.activate(&product_key(), &Default::default()).unwrap();
    assert_eq!(client.installation(), own, "once is enough");
}

/// What seed 66 of the simulator was stopped by: activation and change of key each named the other as the way out.
#[test]
fn a_copy_that_lost_its_key_file_and_the_answer_to_its_activation_can_change_to_another_product_key() {
    for key_again in [false, true] {
        let world = World::new();
        world.activated();
        world.get().tells = vec![Failure::installation_copied(START)];
        world.client().renew().unwrap();
        world.get().blobs.remove("installation-key");
        world.fault(Fault::LoseReply);
        world.client().activate(&product_key(), &Default::default()).unwrap_err();
        if key_again {
            // Whoever has asked for somebody's seat meanwhile has drawn a key for that.
            let other = World::new();
            for _ in 0..3 {
                other.get().blobs.clear();
                other.activated();
            }
            let another = other.get().blobs["installation-key"].clone();
            assert_ne!(another, world.get().blobs["installation-key.new"]);
            world.get().blobs.insert("installation-key".to_owned(), another);
        }
        world.get().refuses = Some((Failure::installation_has_other_licence(), None));
        world.client().activate(&another_key(), &Default::default()).unwrap_err();
        (world.get().refuses, world.get().tells) = (None, Vec::new());
        let granted = world.client().change_key(&another_key()).unwrap();
        assert_eq!(granted.standing.state, State::Licensed);
        assert_eq!(world.get().chains.len(), 2, "the installation that the service knows has moved");
    }
}

#[test]
fn what_the_service_tells_besides_is_shown_until_it_tells_otherwise_and_holds_nothing_back() {
    let world = World::new();
    let mut client = world.activated();
    let copied = Failure::installation_copied(START);
    world.get().tells = vec![copied.clone()];
    assert_eq!(client.renew().unwrap().standing.notices, std::slice::from_ref(&copied));
    let standing = world.client().check();
    assert_eq!((standing.state, standing.reason, standing.notices), (State::Licensed, None, vec![copied]));
    world.get().tells = vec![Failure::release_asked(START)];
    assert_eq!(client.status().unwrap().standing.notices, [Failure::release_asked(START)]);
    world.get().tells = Vec::new();
    client.renew().unwrap();
    assert_eq!(world.client().check().notices, []);
    world.get().blobs.insert("notices".to_owned(), b"[{\"code\":1}, damaged".to_vec());
    assert_eq!(world.client().check().notices, [], "a damaged note is none");
}

#[test]
fn an_activation_of_a_copied_folder_that_fails_leaves_the_folder_as_it_was() {
    let world = World::new();
    world.activated();
    let other = copied_to_another_machine(&world);
    let before = other.get().blobs.clone();
    other.get().refuses = Some((Failure::seat_limit_reached(1, 1), None));
    let mut client = other.client();
    let error = client.activate(&product_key(), &Default::default()).unwrap_err();
    assert!(error.is(Code::SeatLimitReached));
    for name in ["installation-key", "lease"] {
        assert_eq!(other.get().blobs[name], before[name]);
    }
    assert_eq!(client.check().reason.unwrap().code(), Code::InstallationOnOtherHardware);
    // Back on its own machine, it is still the original.
    other.get().print = Ok(print(1));
    assert_eq!(client.check().state, State::Licensed);
}

#[test]
fn a_lost_answer_of_a_copied_folders_activation_is_asked_for_again_under_the_same_names() {
    let world = World::new();
    world.activated();
    let other = copied_to_another_machine(&world);
    other.fault(Fault::LoseReply);
    let effects = other.get().effects;
    assert!(other.client().activate(&product_key(), &Default::default()).unwrap_err().is_retryable());
    let mut next = other.client();
    assert_eq!(next.activate(&product_key(), &Default::default()).unwrap().standing.state, State::Licensed);
    assert_eq!(other.get().effects, effects + 1, "it is one installation");
}

#[test]
fn a_copied_folder_whose_activation_went_unanswered_can_change_to_another_key() {
    let world = World::new();
    let original = world.activated().installation();
    let other = copied_to_another_machine(&world);
    other.fault(Fault::LoseReply);
    assert!(other.client().activate(&product_key(), &Default::default()).unwrap_err().is_retryable());
    // The service knows the copy under the first key by now, and says so when another is tried.
    let mut client = other.client();
    assert_eq!(client.change_key(&another_key()).unwrap().standing.state, State::Licensed);
    assert_ne!(client.installation(), original, "it is not the original that was moved");
    assert_eq!(other.client().check().state, State::Licensed);
}

#[test]
fn a_copied_folder_does_not_move_the_original_to_another_key() {
    let world = World::new();
    world.activated();
    let other = copied_to_another_machine(&world);
    let sent = other.get().sent.len();
    let error = other.client().change_key(&product_key()).unwrap_err();
    assert!(error.is(Code::InstallationOnOtherHardware), "{error}");
    assert_eq!(other.get().sent.len(), sent);
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
