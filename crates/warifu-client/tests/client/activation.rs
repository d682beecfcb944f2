//! The plain way through the client's life.

use warifu_client::{Code, LicenceState, Restrictions, Span, State};

use crate::world::{ALGORITHMS, START, World, key_of, product_key};

#[test]
fn a_fresh_device_is_unlicensed_and_holds_back_what_the_application_says() {
    let world = World::new();
    let standing = world.client().check();
    assert_eq!(standing.state, State::Unlicensed);
    assert_eq!(standing.reason.unwrap().code(), Code::NotActivated);
    assert!(standing.restrictions.personalisation_locked);
    assert!(standing.licence.is_none() && !standing.renewal_due);
    assert!(world.get().blobs.is_empty(), "looking leaves no files");
    assert!(world.get().sent.is_empty() && world.get().nonces_asked == 0, "looking asks nobody");
}

#[test]
fn a_device_lives_from_activation_to_deactivation_with_either_kind_of_key() {
    for algorithm in ALGORITHMS {
        let world = World::new();
        let mut client = world.builder().key_algorithm(algorithm).build().unwrap();
        let options = warifu_client::ActivateOptions::default().device_name("経理の PC");
        let granted = client.activate(&product_key().to_lowercase(), &options).unwrap();
        assert_eq!(granted.standing.state, State::Licensed);
        assert_eq!(granted.standing.reason, None);
        assert_eq!(granted.standing.restrictions, Restrictions::none());
        assert_eq!(granted.licence.state, LicenceState::Active);
        let licence = granted.standing.licence.unwrap();
        assert!(licence.has_feature("layers") && !licence.has_feature("export"));
        assert_eq!(licence.expires, START.plus(Span::days(60)));

        world.pass(Span::days(7));
        let standing = world.client().check();
        assert_eq!((standing.state, standing.renewal_due), (State::Licensed, true));
        let renewed = client.renew().unwrap().standing;
        assert!(!renewed.renewal_due);
        assert_eq!(world.kept_lease().sequence, 2);

        let status = client.status().unwrap();
        assert_eq!((status.licence.seats, status.service_time), (3, START.plus(Span::days(7))));

        let released = client.deactivate().unwrap();
        assert!(released.seat_released);
        assert_eq!(released.standing.state, State::Unlicensed);
        assert_eq!(world.client().check().reason.unwrap().code(), Code::NotActivated);
        assert_eq!(client.renew().unwrap_err().failure().code(), Code::NotActivated);

        let again = client.activate(&product_key(), &Default::default()).unwrap();
        assert_eq!(again.standing.state, State::Licensed);
        assert_eq!(world.kept_lease().sequence, 3, "the installation key and its chain have stayed");
    }
}

#[test]
fn another_key_moves_the_installation_to_another_licence() {
    let world = World::new();
    let mut client = world.builder().accepted_skus([(7, "Draw Home")]).build().unwrap();
    client.activate(&product_key(), &Default::default()).unwrap();
    let granted = client.change_key(&key_of(7, warifu_client::key::KeyFormat::Live)).unwrap();
    assert_eq!(granted.standing.licence.unwrap().sku.get(), 7);
    let paths: Vec<_> = world.get().sent.iter().map(|sent| sent.path.clone()).collect();
    assert_eq!(paths, ["activate", "change-key"]);
}

#[test]
fn commands_without_a_lease_say_so_and_send_nothing() {
    let world = World::new();
    let mut client = world.client();
    let codes = [
        client.renew().unwrap_err().failure().code(),
        client.status().unwrap_err().failure().code(),
        client.deactivate().unwrap_err().failure().code(),
        client.change_key(&product_key()).unwrap_err().failure().code(),
    ];
    assert_eq!(codes, [Code::NotActivated; 4]);
    assert!(world.get().sent.is_empty());
}

#[test]
fn an_answer_carries_the_nonce_for_the_next_command_while_it_is_fresh() {
    let world = World::new();
    let mut client = world.activated();
    client.renew().unwrap();
    client.status().unwrap();
    assert_eq!(world.get().nonces_asked, 1);
    world.pass(Span::seconds(481));
    client.status().unwrap();
    assert_eq!(world.get().nonces_asked, 2);
    world.get().nonces_in_answers = false;
    client.status().unwrap();
    client.status().unwrap();
    assert_eq!(world.get().nonces_asked, 3);
}

#[test]
fn while_all_is_well_a_second_look_reads_no_file() {
    let world = World::new();
    world.activated();
    let mut client = world.client();
    client.check();
    let reads = world.get().reads;
    for _ in 0..10 {
        assert_eq!(client.check().state, State::Licensed);
    }
    assert_eq!(world.get().reads, reads);
}

#[test]
fn a_second_process_sees_what_the_first_has_done() {
    let world = World::new();
    let mut first = world.client();
    let mut second = world.activated();
    assert_eq!(first.check().state, State::Licensed);
    world.pass(Span::days(8));
    second.renew().unwrap();
    assert!(!first.check().renewal_due);
    first.renew().unwrap();
    assert_eq!(world.kept_lease().sequence, 3);
}

#[test]
fn nothing_secret_is_in_debug_output() {
    let world = World::new();
    let client = world.activated();
    let key = product_key();
    let shown = format!("{client:?} {:?} {:?}", world.builder(), client.check_key(&key));
    assert!(!shown.contains(&key[12..]), "{shown}");
    let file = String::from_utf8(world.get().blobs["installation-key"].clone()).unwrap();
    let secret = file.split("\"secret\":\"").nth(1).unwrap().get(..64).unwrap().to_owned();
    assert!(!shown.contains(&secret));
    let options = warifu_client::ActivateOptions::default().purchase_proof("12345-67890");
    assert!(!format!("{options:?}").contains("12345"), "{options:?}");
}

#[test]
fn no_file_holds_the_product_key() {
    let world = World::new();
    let mut client = world.client();
    world.fault(crate::world::Fault::LoseReply);
    let _ = client.activate(&product_key(), &Default::default());
    let check = |world: &World| {
        for (name, bytes) in &world.get().blobs {
            let text = String::from_utf8_lossy(bytes).to_uppercase().replace('-', "");
            let key = product_key().replace('-', "");
            assert!(!text.contains(&key[10..]), "{name}");
        }
    };
    check(&world);
    client.activate(&product_key(), &Default::default()).unwrap();
    check(&world);
}

#[test]
fn a_client_can_be_given_to_another_thread() {
    fn is_send<T: Send>() {}
    is_send::<warifu_client::Client>();
    is_send::<warifu_client::Standing>();
    is_send::<warifu_client::Error>();
}
