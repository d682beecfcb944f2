//! Answers that say no, and answers that are not what they seem.

use warifu_client::{Code, Failure, Lang, Span, State};
use warifu_proto::bundle::Bundle;
use warifu_proto::wire::device::LeaseAnswer;
use warifu_proto::wire::problem::Problem;

use crate::world::{Fault, START, World, product_key};

#[test]
fn an_unsigned_refusal_changes_nothing() {
    let world = World::new();
    let mut client = world.activated();
    world.get().refuses = Some((Failure::licence_revoked(), None));
    assert!(client.renew().unwrap_err().is(Code::LicenceRevoked));
    let standing = world.client().check();
    assert_eq!((standing.state, standing.reason), (State::Licensed, None));
    assert!(!world.get().blobs.contains_key("pending"), "the attempt has had its answer");
}

#[test]
fn whose_renewal_was_refused_is_told_why_once_the_lease_has_ended() {
    let world = World::new();
    let mut client = world.activated();
    world.get().refuses = Some((Failure::seat_released(), None));
    assert!(client.renew().unwrap_err().is(Code::SeatReleased));
    assert_eq!((client.check().state, client.check().reason), (State::Licensed, None), "the lease runs on");
    let over = world.kept_lease().expires.since(START);
    world.pass(over);
    for mut client in [client, world.client()] {
        let standing = client.check();
        assert!(matches!(standing.state, State::Grace { .. }), "{:?}", standing.state);
        assert_eq!(standing.reason, Some(Failure::seat_released()), "to be online is not enough");
        assert!(standing.renewal_due, "the seat may be free again");
    }
    // The publisher gives the seat back.
    world.get().refuses = None;
    world.client().renew().unwrap();
    world.pass(over);
    assert_eq!(
        world.client().check().reason.unwrap().code(),
        Code::LeaseExpired,
        "it was of the lease before"
    );
}

#[test]
fn a_provisional_lease_that_does_not_become_an_ordinary_one_by_itself_says_why() {
    let world = World::new();
    world.get().alter_lease = Some(|lease| {
        (lease.provisional, lease.grace) = (true, Span::ZERO);
        (lease.renew_after, lease.expires) = (START.plus(Span::hours(1)), START.plus(Span::days(7)));
    });
    let mut client = world.activated();
    assert_eq!(client.check().reason.unwrap().code(), Code::LeaseProvisional);
    world.get().refuses = Some((Failure::service_unavailable(), None));
    client.renew().unwrap_err();
    assert_eq!(client.check().reason.unwrap().code(), Code::LeaseProvisional, "trying again mends that");
    world.get().refuses = Some((Failure::seat_limit_reached(2, 2), None));
    client.renew().unwrap_err();
    let standing = world.client().check();
    assert!(matches!(standing.state, State::Grace { .. }), "{:?}", standing.state);
    assert_eq!(standing.reason, Some(Failure::seat_limit_reached(2, 2)));
}

#[test]
fn a_signed_refusal_is_announced_and_then_takes_effect() {
    let world = World::new();
    let mut client = world.activated();
    let effective = START.plus(Span::days(14));
    world.get().refuses = Some((Failure::licence_revoked(), Some(effective)));
    assert!(client.renew().unwrap_err().is(Code::LicenceRevoked));
    let standing = world.client().check();
    assert_eq!(standing.state, State::Grace { until: effective });
    assert_eq!(standing.reason, Some(Failure::licence_end_announced(effective)), "before it comes");
    world.pass(Span::days(14));
    let standing = world.client().check();
    assert_eq!(standing.state, State::Restricted);
    assert!(standing.restrictions.feature_updates_withheld, "the policy's restrictions, from the lease");
    // The publisher thinks better of it.
    world.get().refuses = None;
    assert_eq!(world.client().renew().unwrap().standing.state, State::Licensed);
    assert_eq!(world.client().check().reason, None);
}

#[test]
fn a_refusal_whose_texts_need_a_value_has_one() {
    let world = World::new();
    let mut client = world.activated();
    world.get().refuses = Some((Failure::licence_expired(START), Some(START)));
    client.renew().unwrap_err();
    let standing = client.check();
    assert_eq!((standing.state, standing.reason), (State::Restricted, Some(Failure::licence_expired(START))));
}

#[test]
fn a_refusal_of_another_request_or_an_altered_one_is_not_kept() {
    let world = World::new();
    let mut client = world.activated();
    world.get().refuses = Some((Failure::licence_revoked(), Some(START)));
    world.fault(Fault::Alter(|body| {
        let text = String::from_utf8(body).unwrap();
        let at = text.find("\"refusal\":\"v4.public.").unwrap() + 40;
        let other = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
        format!("{}{other}{}", &text[..at], &text[at + 1..]).into_bytes()
    }));
    client.renew().unwrap_err();
    assert_eq!(client.check().state, State::Licensed);
    client.renew().unwrap_err();
    assert_eq!(client.check().state, State::Restricted);
    // The stored refusal names the attempt that it answers; under another name it is nothing.
    let kept = String::from_utf8(world.get().blobs["refusal"].clone()).unwrap();
    let at = kept.find("\"request\":\"").unwrap() + 11;
    let other = format!("{}ffffffff{}", &kept[..at], &kept[at + 8..]);
    world.get().blobs.insert("refusal".to_owned(), other.into_bytes());
    assert_eq!(world.client().check().state, State::Licensed);
}

#[test]
fn an_old_answer_played_again_is_not_genuine() {
    let world = World::new();
    let mut client = world.activated();
    let licence = client.renew().unwrap().licence;
    let before = world.get().blobs["lease"].clone();
    // What somebody on the way has kept of the renewal.
    let bundle = Bundle::parse(&before).unwrap();
    let seen = LeaseAnswer {
        lease: bundle.lease,
        certificate: bundle.certificate,
        standing: licence,
        notices: Vec::new(),
    };
    world.pass(Span::days(1));
    world.fault(Fault::Answer(200, serde_json::to_vec(&seen).unwrap()));
    assert!(client.renew().unwrap_err().is(Code::AnswerNotGenuine));
    assert_eq!(world.get().blobs["lease"], before);
}

#[test]
fn an_answer_of_another_service_names_it_so() {
    let world = World::new();
    world.get().root_seed = 3;
    let error = world.client().activate(&product_key(), &Default::default()).unwrap_err();
    assert!(error.is(Code::RootNotPinned));
    assert_eq!(world.client().check().state, State::Unlicensed);
    world.get().root_seed = 1;
    let mut client = world.activated();
    world.get().root_seed = 3;
    for error in [client.status().map(drop).unwrap_err(), client.deactivate().map(drop).unwrap_err()] {
        assert!(error.is(Code::RootNotPinned));
    }
    assert_eq!(client.check().state, State::Licensed);
}

#[test]
fn an_answer_for_another_product_or_installation_is_not_taken() {
    let world = World::new();
    world.get().alter_lease = Some(|lease| lease.product = warifu_client::Slug::new("write").unwrap());
    let error = world.client().activate(&product_key(), &Default::default()).unwrap_err();
    assert!(error.is(Code::LeaseOfOtherProduct));
    world.get().alter_lease =
        Some(|lease| lease.installation = warifu_client::id::InstallationId::from_bytes([8; 32]));
    let error = world.client().activate(&product_key(), &Default::default()).unwrap_err();
    assert!(error.is(Code::AnswerNotGenuine));
    assert!(!world.get().blobs.contains_key("lease"));
}

#[test]
fn a_failure_that_only_a_newer_service_knows_keeps_its_texts() {
    let world = World::new();
    let mut client = world.activated();
    let mut problem = Problem::new(&Failure::licence_suspended(), Lang::Ja, Some("req-9".to_owned()));
    problem.code = "licence_lent_out".to_owned();
    problem.detail = "貸出中です。".to_owned();
    world.fault(Fault::Answer(409, serde_json::to_vec(&problem).unwrap()));
    let error = client.renew().unwrap_err();
    assert_eq!((error.code(), error.message(Lang::En).as_str()), ("licence_lent_out", "貸出中です。"));
    assert_eq!(error.instance(), Some("req-9"));
    assert_eq!(error.help_url(), Some("https://licences.example/help/licence_lent_out"));
    assert_eq!(client.check().state, State::Licensed);
}

#[test]
fn who_holds_the_seats_comes_with_the_error() {
    let world = World::new();
    let mut client = world.client();
    let holder = warifu_core::state::Holder {
        seat: warifu_core::seat::SeatHandle::from_bytes([7; 8]),
        class: warifu_client::hardware::Scheme::Vm,
        since: START,
        last_contact: START,
        free_from: START,
    };
    let failure = Failure::seat_limit_reached(3, 3);
    let problem = Problem::new(&failure, Lang::En, None).with_holders(&[holder]);
    world.fault(Fault::Answer(409, serde_json::to_vec(&problem).unwrap()));
    let error = client.activate(&product_key(), &Default::default()).unwrap_err();
    assert_eq!(error.failure(), &failure);
    assert_eq!(error.holders().len(), 1);
}
