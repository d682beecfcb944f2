//! What the client says lies behind a failure (feature `diagnose`).

use warifu_client::{Lang, Span, State};

use crate::world::{Fault, START, World, print, product_key};

#[test]
fn a_failure_carries_its_cause_the_first_remedy_and_the_next_question() {
    let world = World::new();
    let mut client = world.activated();
    world.fault(Fault::LoseRequest);
    let error = client.renew().unwrap_err();
    for finding in [error.finding(), client.finding(&error)] {
        assert!(!finding.is_unknown() && finding.confidence() > 0.2);
        assert!(finding.remedy().is_some_and(|remedy| remedy.steps(Lang::Ja).count() > 0));
        let question = finding.question().expect("where the connection ends is worth asking");
        assert!(question.answers(Lang::En).count() >= 2 && !question.text(Lang::Ja).is_empty());
    }
}

#[test]
fn a_clock_that_is_wrong_lies_behind_a_connection_that_is_not_secure() {
    let world = World::new();
    let mut client = world.activated();
    assert!(client.check().finding().is_none());
    world.get().wall = START.plus(Span::days(400));
    world.fault(Fault::Tls);
    let error = client.renew().unwrap_err();
    assert_ne!(error.finding().cause(), "clock_ahead", "the failure alone does not tell");
    let finding = client.finding(&error);
    assert_eq!(
        (finding.cause(), finding.remedy().map(|remedy| remedy.name())),
        ("clock_ahead", Some("set_clock"))
    );
}

#[test]
fn a_first_activation_that_fails_is_not_put_down_to_its_not_being_activated() {
    let world = World::new();
    let mut client = world.client();
    let error = client.activate("this is no key", &Default::default()).unwrap_err();
    assert_eq!(client.finding(&error).cause(), error.code());
    world.fault(Fault::Tls);
    let error = client.activate(&product_key(), &Default::default()).unwrap_err();
    assert_ne!(client.finding(&error).cause(), "not_activated");
    let error = client.renew().unwrap_err();
    assert_eq!(client.finding(&error).cause(), "not_activated");
}

#[test]
fn another_board_and_a_missing_lease_are_told_for_what_they_are() {
    let world = World::new();
    let mut client = world.client();
    let standing = client.check();
    assert_eq!(standing.finding().map(|finding| finding.cause()), Some("not_activated"));
    let mut client = world.activated();
    world.get().print = Ok(print(77));
    let standing = client.check_hardware();
    assert_eq!(standing.state, State::Restricted);
    let finding = standing.finding().expect("a reason");
    assert_eq!(finding.cause(), "hardware_changed");
    assert!(client.session().facts().is("hardware.part", "motherboard"));
}
