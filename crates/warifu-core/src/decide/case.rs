//! What staff do to a case. The log tells who did what to which number, and nothing of what a case or a note says.

use crate::case::{Case, CaseAct, CaseChange, CaseNote};
use crate::catalogue::Failure;
use crate::event::{Action, Actor, Details, Event, Subject};
use crate::id::{EventId, StaffId};
use crate::time::Timestamp;

/// What an act on a case comes to. Without a change there is no event: closing what is closed is nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseDecision {
    /// What is written.
    pub change: Option<CaseChange>,
    /// The log's entry.
    pub event: Option<Event>,
}

/// Decides on an act of `by`.
///
/// # Errors
/// `field_not_valid` for a note on a case that has as many as it can have.
pub fn act_on_case(
    case: &Case,
    act: &CaseAct,
    by: StaffId,
    event: EventId,
    now: Timestamp,
) -> Result<CaseDecision, Failure> {
    let mut changed = case.clone();
    let action = match act {
        CaseAct::Note(text) => {
            if case.notes.len() >= Case::NOTES_MAX {
                return Err(Failure::field_not_valid("notes", case.notes.len() + 1, "0-50"));
            }
            changed.notes.push(CaseNote { at: now, by, text: text.clone() });
            Action::CaseNoted
        }
        CaseAct::Close if case.head.closed.is_none() => {
            changed.head.closed = Some((now, by));
            Action::CaseClosed
        }
        CaseAct::Reopen if case.head.closed.is_some() => {
            changed.head.closed = None;
            Action::CaseReopened
        }
        CaseAct::Close | CaseAct::Reopen => return Ok(CaseDecision { change: None, event: None }),
        CaseAct::Erase => Action::CaseErased,
    };
    let change = match act {
        CaseAct::Erase => CaseChange::Erase { id: case.head.id, revision: case.head.revision },
        _ => CaseChange::Write(Box::new(changed)),
    };
    let event = case_event(case, action, Actor::Staff(by), event, now);
    Ok(CaseDecision { change: Some(change), event: Some(event) })
}

/// The log's entry of what happened to a case.
#[must_use]
pub fn case_event(case: &Case, action: Action, actor: Actor, id: EventId, at: Timestamp) -> Event {
    let mut details = Details::default();
    details.push(("case", case.head.number.to_string()));
    if action == Action::CaseReceived {
        details.push(("subject", case.head.subject.clone()));
        details.extend(case.head.cause.clone().map(|cause| ("cause", cause)));
    }
    Event { id, at, actor, action, subject: Subject::default(), code: None, details }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{CaseHead, CaseLinkHash, CaseNumber, NoteText};
    use crate::id::CaseId;
    use crate::record::Revision;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn case() -> Case {
        let head = CaseHead {
            id: CaseId::from_bytes([1; 16]),
            number: CaseNumber::from_value(7).unwrap(),
            revision: Revision::NEW.next(),
            subject: "windows".to_owned(),
            cause: Some("clock_wrong".to_owned()),
            unknown: false,
            installation: None,
            received: NOW,
            closed: None,
        };
        Case { head, link: CaseLinkHash([2; 32]), digest: [3; 32], bundle: b"{}".to_vec(), notes: Vec::new() }
    }

    fn act(case: &Case, act: &CaseAct) -> Result<CaseDecision, Failure> {
        act_on_case(case, act, StaffId::from_bytes([9; 16]), EventId::from_bytes([8; 16]), NOW)
    }

    fn written(decision: CaseDecision) -> Case {
        match decision.change {
            Some(CaseChange::Write(case)) => *case,
            other => unreachable!("{other:?}"),
        }
    }

    #[test]
    fn what_is_closed_already_is_not_closed_again_and_can_be_opened() {
        let closed = written(act(&case(), &CaseAct::Close).unwrap());
        assert_eq!(closed.head.closed, Some((NOW, StaffId::from_bytes([9; 16]))));
        assert_eq!(act(&closed, &CaseAct::Close).unwrap(), CaseDecision { change: None, event: None });
        assert_eq!(written(act(&closed, &CaseAct::Reopen).unwrap()), case());
    }

    #[test]
    fn the_log_tells_the_number_and_no_word_of_a_note() {
        let note = CaseAct::Note(NoteText::new("spoke with them on the phone").unwrap());
        let decision = act(&case(), &note).unwrap();
        let told = format!("{:?}", decision.event);
        assert!(told.contains(&case().head.number.to_string()) && !told.contains("phone"), "{told}");
        assert_eq!(written(decision).notes.len(), 1);
        let mut full = case();
        full.notes =
            vec![
                CaseNote { at: NOW, by: StaffId::from_bytes([9; 16]), text: NoteText::new("x").unwrap() };
                Case::NOTES_MAX
            ];
        assert!(act(&full, &note).is_err());
    }

    #[test]
    fn an_erased_case_leaves_its_number_in_the_log_alone() {
        let decision = act(&case(), &CaseAct::Erase).unwrap();
        assert_eq!(
            decision.change,
            Some(CaseChange::Erase { id: case().head.id, revision: case().head.revision })
        );
        let event = decision.event.unwrap();
        assert_eq!(
            event.details.iter().collect::<Vec<_>>(),
            [("case", case().head.number.to_string().as_str())]
        );
    }
}
