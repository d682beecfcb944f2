//! Messages that get lost, and processes that die.

use std::panic::{AssertUnwindSafe, catch_unwind};

use warifu_client::{
    Code, Failure, Method, Request, Response, Span, State, StoreError, Transport, TransportError,
};

use crate::world::{Fault, World, another_key, key_of, product_key};

#[test]
fn a_lost_request_or_reply_is_repeated_under_the_same_name_and_has_one_effect() {
    for fault in [Fault::LoseRequest, Fault::LoseReply, Fault::Answer(502, b"<html>".to_vec())] {
        let world = World::new();
        let mut client = world.client();
        world.fault(fault.clone());
        let error = client.activate(&product_key(), &Default::default()).unwrap_err();
        assert!(error.is_retryable(), "{error}");
        assert_eq!(client.check().state, State::Unlicensed);
        // Another process goes on where the first gave up.
        let granted = world.client().activate(&product_key(), &Default::default()).unwrap();
        assert_eq!(granted.standing.state, State::Licensed);
        let sent = world.get().sent.clone();
        assert_eq!(sent[0].request, sent[1].request, "{fault:?}");
        assert_eq!(world.get().effects, 1, "{fault:?}");
        assert!(!world.get().blobs.contains_key("pending"));
    }
}

#[test]
fn whoever_never_got_the_first_lease_can_change_to_another_key() {
    let world = World::new();
    let error = world.client().change_key(&product_key()).unwrap_err();
    assert!(error.is(Code::NotActivated) && world.get().sent.is_empty(), "there is nothing to change");
    world.fault(Fault::LoseReply);
    assert!(world.client().activate(&product_key(), &Default::default()).unwrap_err().is_retryable());
    world.get().refuses = Some((Failure::installation_has_other_licence(), None));
    let error = world.client().activate(&another_key(), &Default::default()).unwrap_err();
    assert!(error.is(Code::InstallationHasOtherLicence));
    world.get().refuses = None;
    // What the refusal told them to do.
    assert_eq!(world.client().change_key(&another_key()).unwrap().standing.state, State::Licensed);
}

#[test]
fn whoever_lost_the_installation_key_can_change_to_another_product_key() {
    let world = World::new();
    world.activated();
    world.get().blobs.remove("installation-key");
    world.fault(Fault::LoseReply);
    assert!(world.client().activate(&product_key(), &Default::default()).unwrap_err().is_retryable());
    // The service knows the new key's installation under the first licence by now; the lease in the folder is of the lost one.
    assert_eq!(world.client().check().reason.unwrap().code(), Code::LeaseOfOtherInstallation);
    assert_eq!(world.client().change_key(&another_key()).unwrap().standing.state, State::Licensed);
}

#[test]
fn a_process_that_dies_with_the_answer_unread_goes_on_after_the_next_start() {
    let world = World::new();
    world.activated();
    world.pass(Span::days(8));
    world.fault(Fault::Crash);
    let mut dying = world.client();
    assert!(catch_unwind(AssertUnwindSafe(|| dying.renew())).is_err());
    assert_eq!(world.client().check().state, State::Licensed);
    let renewed = world.client().renew().unwrap();
    assert!(!renewed.standing.renewal_due);
    assert_eq!(world.get().effects, 2);
    assert_eq!(world.kept_lease().sequence, 2);
}

#[test]
fn a_lease_that_cannot_be_written_is_asked_for_again_and_had() {
    for error in [StoreError::Full, StoreError::ReadOnly] {
        let world = World::new();
        let mut client = world.client();
        world.get().store_fault = Some(("lease", error.clone()));
        let failed = client.activate(&product_key(), &Default::default()).unwrap_err();
        assert_eq!(failed.failure(), &error.failure("/data/draw"));
        world.get().store_fault = None;
        assert_eq!(
            world.client().activate(&product_key(), &Default::default()).unwrap().standing.state,
            State::Licensed
        );
        assert_eq!(world.get().effects, 1);
    }
}

#[test]
fn a_store_that_takes_nothing_is_noticed_before_anything_is_sent() {
    let world = World::new();
    let mut client = world.activated();
    world.pass(Span::days(8));
    world.get().store_fault = Some(("", StoreError::Full));
    let sent = world.get().sent.len();
    let code = client.renew().unwrap_err().failure().code();
    assert_eq!(code, Code::LeaseStoreFull);
    assert_eq!(client.deactivate().unwrap_err().failure().code(), code);
    assert_eq!(client.check().state, State::Licensed, "the lease from before is not lost");
    assert_eq!(world.get().sent.len(), sent);
    // A client on a full disk from the start.
    let empty = World::new();
    empty.get().store_fault = Some(("", StoreError::ReadOnly));
    let error = empty.client().activate(&product_key(), &Default::default()).unwrap_err();
    assert_eq!(error.failure().code(), Code::LeaseStoreReadOnly);
    assert!(empty.get().sent.is_empty());
}

#[test]
fn an_attempt_that_cannot_be_forgotten_is_not_sent_again() {
    let world = World::new();
    world.fault(Fault::LoseReply);
    world.client().activate(&product_key(), &Default::default()).unwrap_err();
    world.get().store_fault = Some(("", StoreError::ReadOnly));
    let sent = world.get().sent.len();
    let effects = world.get().effects;
    // Whatever it came to would have to be written, and a name that is used up would stay.
    let error = world.client().activate(&product_key(), &Default::default()).unwrap_err();
    assert_eq!(error.failure().code(), Code::LeaseStoreReadOnly);
    assert_eq!(world.get().sent.len(), sent);
    world.get().store_fault = None;
    world.client().activate(&product_key(), &Default::default()).unwrap();
    assert_eq!(world.get().effects, effects);
}

#[test]
fn an_attempt_that_was_answered_is_not_taken_up_again() {
    let world = World::new();
    let mut client = world.activated();
    let before = world.get().blobs.clone();
    client.renew().unwrap();
    let pending = {
        // The state just before the process forgot its attempt: the new lease is there, and so is the attempt.
        let request = world.get().sent.last().unwrap().request;
        assert!(!before.contains_key("pending"));
        format!(r#"{{"command":"/v1/renew","request":"{request}","input":"00000000"}}"#)
    };
    world.get().blobs.insert("pending".to_owned(), pending.into_bytes());
    world.client().renew().unwrap();
    assert_eq!(world.kept_lease().sequence, 3);
}

#[test]
fn another_product_key_is_another_attempt() {
    let world = World::new();
    let mut client = world.builder().accepted_skus([(7, "Draw Home")]).build().unwrap();
    world.fault(Fault::LoseRequest);
    client.activate(&product_key(), &Default::default()).unwrap_err();
    client.activate(&key_of(7, warifu_client::key::KeyFormat::Live), &Default::default()).unwrap();
    let sent = world.get().sent.clone();
    assert_ne!(sent[0].request, sent[1].request);
}

#[test]
fn a_nonce_that_grew_old_on_the_way_is_replaced_once_and_the_attempt_keeps_its_name() {
    let world = World::new();
    let mut client = world.activated();
    // The service's clock runs on while the device's stands still: the nonce at hand is too old.
    let later = world.get().wall.plus(Span::hours(1));
    world.get().service_now = later;
    client.renew().unwrap();
    let sent = world.get().sent.clone();
    assert_eq!(sent.len(), 3);
    assert_eq!(sent[1].request, sent[2].request);
    assert_eq!(world.get().effects, 2);
    // A service that never takes a nonce is not asked for ever.
    world.get().refuses = Some((Failure::nonce_not_valid(), None));
    assert_eq!(client.renew().unwrap_err().failure().code(), Code::NonceNotValid);
    assert_eq!(world.get().sent.len(), 5);
}

#[test]
fn two_processes_at_once_do_not_lock_each_other_out() {
    let world = World::new();
    let mut first = world.activated();
    let mut second = world.client();
    second.renew().unwrap();
    // The first's nonce is older than the one that the service has seen meanwhile.
    first.renew().unwrap();
    assert_eq!(world.kept_lease().sequence, 3);
}

/// Carries the world's messages. Before the first command's answer comes, another process activates.
struct Overtaken {
    world: World,
    done: bool,
    /// Whether that process looked for the installation's key when there was none yet, and drew one of its own.
    own_key: bool,
}

impl Transport for Overtaken {
    fn send(&mut self, request: &Request<'_>) -> Result<Response, TransportError> {
        let response = self.world.send(request);
        if request.method == Method::Post && !std::mem::replace(&mut self.done, true) {
            if self.own_key {
                self.world.get().blobs.remove("installation-key");
            }
            self.world.client().activate(&product_key(), &Default::default()).unwrap();
        }
        response
    }
}

#[test]
fn an_answer_that_comes_late_does_not_take_the_place_of_a_newer_lease_of_the_same_second() {
    let world = World::new();
    world.activated();
    let overtaken = Overtaken { world: world.clone(), done: false, own_key: false };
    let mut client = world.builder().transport(overtaken).build().unwrap();
    assert_eq!(client.renew().unwrap().standing.state, State::Licensed);
    assert_eq!(world.kept_lease().sequence, 3);
}

#[test]
fn the_lease_that_was_there_before_never_keeps_the_answer_of_the_same_second_out() {
    let world = World::new();
    let mut client = world.activated();
    client.renew().unwrap();
    client.renew().unwrap();
    let before = world.kept_lease();
    // The service was restored from a backup of after the activation: it counts anew, and not a second has passed.
    world.get().chains.values_mut().for_each(|chain| chain.sequence = 1);
    client.renew().unwrap();
    let kept = world.kept_lease();
    assert_eq!((before.sequence, kept.sequence, kept.issued), (3, 2, before.issued));
    assert_ne!(kept.id, before.id);
    // An installation with a new key begins its chain anew, beside a lease that is of no use to it.
    for _ in 0..3 {
        client.renew().unwrap();
    }
    world.get().blobs.remove("installation-key");
    let granted = world.client().activate(&product_key(), &Default::default()).unwrap();
    assert_eq!(granted.standing.state, State::Licensed);
    assert_eq!(world.kept_lease().sequence, 1);
    assert_eq!(world.client().check().state, State::Licensed);
}

#[test]
fn two_processes_that_activate_at_once_end_with_a_key_and_a_lease_that_fit() {
    let world = World::new();
    let mut waiting = world.client();
    assert_eq!(waiting.check().state, State::Unlicensed);
    let overtaken = Overtaken { world: world.clone(), done: false, own_key: true };
    let mut client = world.builder().transport(overtaken).build().unwrap();
    let granted = client.activate(&product_key(), &Default::default()).unwrap();
    assert_eq!(granted.standing.state, State::Licensed);
    assert_eq!(world.client().check().state, State::Licensed);
    assert_eq!(waiting.check().state, State::Licensed);
}

#[test]
fn a_process_that_holds_the_key_of_before_takes_up_the_new_one() {
    let world = World::new();
    let mut old = world.activated();
    world.pass(Span::days(8));
    assert!(old.check().renewal_due);
    world.get().blobs.remove("installation-key");
    world.client().activate(&product_key(), &Default::default()).unwrap();
    assert_eq!(old.check().state, State::Licensed);
    assert_eq!(old.renew().unwrap().standing.state, State::Licensed);
    assert_eq!(world.client().check().state, State::Licensed);
}

#[test]
fn what_cannot_come_from_the_service_is_told_apart_and_changes_nothing() {
    let world = World::new();
    let mut client = world.activated();
    let before = world.get().blobs["lease"].clone();
    for (fault, code) in [
        (Fault::Tls, Code::TlsFailed),
        (Fault::LoseRequest, Code::ServiceUnreachable),
        (Fault::Answer(200, b"<html>please sign in</html>".to_vec()), Code::AnswerNotGenuine),
        (Fault::Answer(200, b"{}".to_vec()), Code::AnswerNotGenuine),
        (Fault::Answer(200, vec![b' '; 100_000]), Code::AnswerNotGenuine),
        (Fault::Answer(302, Vec::new()), Code::ServiceUnreachable),
        (Fault::Answer(407, b"proxy".to_vec()), Code::ServiceUnreachable),
        (Fault::Answer(503, b"maintenance".to_vec()), Code::ServiceUnavailable),
    ] {
        world.fault(fault.clone());
        let error = client.renew().unwrap_err();
        assert_eq!(error.failure().code(), code, "{fault:?}");
        assert_eq!(client.check().state, State::Licensed, "{fault:?}");
    }
    assert_eq!(world.get().blobs["lease"], before);
    client.renew().unwrap();
    assert_eq!(world.get().effects, 2, "all of them were one attempt");
}
