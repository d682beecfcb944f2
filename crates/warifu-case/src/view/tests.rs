use warifu_core::catalogue::Lang;
use warifu_core::time::Timestamp;
use warifu_proto::keys::{InstallationKey, KeyAlgorithm};
use warifu_troubleshoot::Session;
use warifu_troubleshoot::knowledge::WINDOWS;

use super::{agent, person, publisher};
use crate::bundle::{Bundle, SignedBy};
use crate::content::{Client, Content, Making};

fn content(told: &[&str]) -> Content {
    let mut session = Session::new(&WINDOWS);
    for text in told {
        if text.len() == "0xC004F074".len() {
            session.code(text);
        } else {
            session.read(text);
        }
    }
    session.answer("user.org_device", "yes");
    let making = Making {
        client: Client { name: "warifu".to_owned(), system: "linux".to_owned(), version: "0.1.0".to_owned() },
        language: Lang::En,
        made: Timestamp::from_seconds(1_790_000_000),
        nonce: [1; 16],
        message: Some("It worked until Friday.".to_owned()),
    };
    Content::of(&session, making).unwrap()
}

fn bundle(content: Content) -> Bundle {
    let key = InstallationKey::from_secret(KeyAlgorithm::Ed25519, &[4; 32]).unwrap();
    Bundle::sign(content, SignedBy::Once, &key).unwrap()
}

const EVENT: &str = "Event ID: 12288\n0xC004F06C, 0x00000000, kms.example.com:1688, 36f27b39-2fb0-4ca9-8ed2-1c3a1a1ba9c2, 2026/11/22 09:58, 0, 5, 0, ae2ee509-1b34-41c0-acb7-6d4650168915, 25";

#[test]
fn a_person_sees_steps_an_agent_the_reasoning_and_the_publisher_the_trace() {
    let content = content(&["0xC004F074", EVENT]);
    let person = person::of(&content, Lang::En);
    let first = content.findings[0].cause.clone();
    assert_eq!(person.cause.as_ref().map(|cause| &cause.id), Some(&first));
    assert!(!person.remedies[0].steps.is_empty() && !person.explain.is_empty());
    assert!(!person.text(Lang::En).contains(&first), "names of the data are no words");
    let agent = agent::of(&content, Lang::En);
    assert!(agent.text(Lang::En).contains(&first) && agent.text(Lang::En).contains("Friday"));
    assert_eq!((agent.replay, agent.answers.len()), (Some("same"), 1));
    let publisher = publisher::of(&bundle(content));
    let text = publisher.text(Lang::En);
    assert!(
        text.contains(WINDOWS.version) && text.contains("code.deep=0xC004F06C  event_log strong"),
        "{text}"
    );
    assert!(publisher.findings_now.is_none());
}

#[test]
fn every_view_speaks_both_languages() {
    let content = content(&["0xC004F074", EVENT]);
    let publisher = publisher::of(&bundle(content.clone()));
    for (ja, en) in [
        (person::of(&content, Lang::Ja).text(Lang::Ja), person::of(&content, Lang::En).text(Lang::En)),
        (agent::of(&content, Lang::Ja).text(Lang::Ja), agent::of(&content, Lang::En).text(Lang::En)),
        (publisher.text(Lang::Ja), publisher.text(Lang::En)),
    ] {
        assert_ne!(ja, en);
        assert!(ja.contains(|c: char| ('\u{3040}'..'\u{30FF}').contains(&c)), "{ja}");
        assert!(!en.contains(|c: char| ('\u{3040}'..'\u{30FF}').contains(&c)), "{en}");
    }
}

#[test]
fn without_a_cause_the_way_leads_to_people() {
    let person = person::of(&content(&[]), Lang::Ja);
    assert!(person.cause.is_none());
    assert!(person.remedies.iter().any(|remedy| remedy.id == "contact_ms_support"));
    assert!(person.text(Lang::Ja).contains("原因を特定できません"));
}

#[test]
fn a_cause_and_a_remedy_that_are_not_known_are_shown_by_no_name_of_the_sender() {
    let mut content = content(&["0xC004F074"]);
    content.findings[0].cause = "a_cause_of_long_ago".to_owned();
    content.findings[0].remedies = vec!["a_remedy_of_long_ago".to_owned()];
    content.unknown = false;
    let person = person::of(&content, Lang::En);
    assert!(!person.text(Lang::En).contains("long_ago"), "{}", person.text(Lang::En));
    let unknown = &WINDOWS.causes[WINDOWS.cause("unknown").unwrap()];
    assert_eq!(
        (person.cause.unwrap().title.as_str(), person.remedies.len()),
        (unknown.title.get(Lang::En), 0)
    );
}
