//! Cases: receiving them from anybody, and what staff do with them.
//!
//! A bundle is opened and replayed before it is stored: it must be as it was signed, hold nothing that a case may not hold, and say what its
//! facts say. The secret in its private link is computed from the bundle's digest under a key of the service, so that a repeated sending,
//! whose first answer was lost, leads to the same number and link although only a hash is stored.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use warifu_case::bundle::{BUNDLE_BYTES_MAX, BadBundle, Bundle, SignedBy};
use warifu_case::content::{Client, Content, Making};
use warifu_case::{Outcome as Replayed, Replay, Verdict};
use warifu_core::case::{Case, CaseAct, CaseChange, CaseHead, CaseLinkHash, CaseNumber};
use warifu_core::catalogue::{Code, Failure, Lang};
use warifu_core::decide::{Moment, act_on_case, case_event};
use warifu_core::event::{Action, Actor};
use warifu_core::id::{CaseId, EventId, InstallationId, StaffId};
use warifu_core::record::Revision;
use warifu_core::time::{Span, Timestamp};
use warifu_proto::encoding::{base64url, parse_base64url_exact};
use warifu_proto::keys::{InstallationKey, KeyAlgorithm};
use warifu_troubleshoot::Session;

use crate::group::{CaseTask, Outcome, Task};
use crate::port::{CaseSelector, ReplyKey, Want};
use crate::service::Service;
use crate::staff::acts::Attempt;

/// How many cases whose time is over one round erases.
const ERASED_AT_ONCE: u16 = 50;

/// The key under which the secrets of links are computed. Never shown by `Debug`.
pub struct CaseLinks(hmac::Key);

impl CaseLinks {
    /// The key derived from a secret of the service.
    #[must_use]
    pub fn derive(secret: &[u8; 32]) -> Self {
        let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), b"warifu case links v1");
        Self(hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()))
    }

    /// The secret in the link of the case with this digest.
    fn link(&self, digest: &[u8; 32]) -> CaseLink {
        let mut secret = [0; 16];
        secret.copy_from_slice(&hmac::sign(&self.0, digest).as_ref()[..16]);
        CaseLink(secret)
    }
}

impl fmt::Debug for CaseLinks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CaseLinks(…)")
    }
}

/// The secret in a private link: 128 bits that nobody can guess. Never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct CaseLink([u8; 16]);

impl CaseLink {
    /// The secret in a text, if it is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        parse_base64url_exact(text).map(Self)
    }

    /// The secret's text: the only way to see it.
    #[must_use]
    pub fn expose(&self) -> String {
        base64url(&self.0)
    }

    /// What is stored of it.
    #[must_use]
    pub fn hash(&self) -> CaseLinkHash {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, &self.0).as_ref());
        CaseLinkHash(hash)
    }
}

impl fmt::Debug for CaseLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CaseLink(…)")
    }
}

/// A bundle that somebody sent, verified and replayed.
#[derive(Clone, Debug)]
pub struct OpenedCase {
    bundle: Bundle,
    /// The likeliest cause by the service's own knowledge, whatever the sender has written.
    cause: Option<String>,
    /// Whether that cause is not well supported.
    unknown: bool,
    /// The installation that it is from: one that is enrolled, and has signed. Any key may say that it is an installation's.
    installation: Option<InstallationId>,
    known: Option<CaseHead>,
}

/// A case that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenCase {
    /// Its number.
    pub number: CaseNumber,
    /// The secret in its private link.
    pub link: CaseLink,
    /// When it was first taken.
    pub received: Timestamp,
    /// Until when it is kept.
    pub kept_until: Timestamp,
}

impl Service {
    /// Opens a bundle that anybody sent: verifies and replays it, and looks whether it is here already. Waits for the disk.
    ///
    /// # Errors
    /// `request_too_large`, `case_not_valid`, or why the store cannot be read.
    pub fn open_case(&self, bundle: &[u8]) -> Result<OpenedCase, Failure> {
        let (bundle, verdict) = open(bundle)?;
        let known = self.read_case(&CaseSelector::Digest(bundle.digest()))?.map(|case| case.head);
        let cause = verdict.findings.into_iter().next().map(|finding| finding.cause);
        let installation = match bundle.installation() {
            Some(id) if self.is_enrolled(id)? => Some(id),
            _ => None,
        };
        Ok(OpenedCase { bundle, cause, unknown: verdict.unknown, installation, known })
    }

    /// Takes an opened case. The same bundle, sent again, is the same case.
    ///
    /// # Errors
    /// `rate_limited`; `service_busy` when too many wait; `version_conflict` when its number was just taken or it came twice at once, and opening it again helps; or why the store
    /// cannot be written.
    pub async fn receive_case(&self, opened: OpenedCase, source: IpAddr) -> Result<TakenCase, Failure> {
        let digest = opened.bundle.digest();
        if let Some(head) = &opened.known {
            return Ok(self.taken(head, &digest));
        }
        let now_millis = self.clock.now_millis();
        let place = self.case_limits.admit(source, now_millis)?;
        let case = self.new_case(opened);
        let head = case.head.clone();
        let actor = head.installation.map_or(Actor::Service, Actor::Installation);
        let event = case_event(&case, Action::CaseReceived, actor, self.new_event_id(), head.received);
        let task = CaseTask {
            changes: vec![CaseChange::Write(Box::new(case))],
            events: vec![event],
            subject: head.number.to_string(),
            place: Some(Arc::new(place)),
        };
        self.write_cases(task, None).await.inspect_err(|_| self.case_limits.give_back(source))?;
        Ok(self.taken(&head, &digest))
    }

    /// The bundle of a session that ran on a page of the service, for [`Self::receive_case`]. A key that is made for it signs.
    ///
    /// # Errors
    /// `case_not_valid` when its subject has no cases.
    pub fn bundle_of_session(
        &self,
        session: &Session,
        language: Lang,
        message: Option<&str>,
    ) -> Result<Bundle, Failure> {
        let client = Client {
            name: "warifu".to_owned(),
            system: "page".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let making = Making {
            client,
            language,
            made: self.clock.now(),
            nonce: self.random_bytes(),
            message: message.map(str::to_owned),
        };
        let content = Content::of(session, making).ok_or_else(|| Failure::case_not_valid("case_subject"))?;
        let key = InstallationKey::generate(KeyAlgorithm::Ed25519, &mut **self.random());
        let signed = key.ok().and_then(|key| Bundle::sign(content, SignedBy::Once, &key).ok());
        signed.ok_or_else(|| Failure::internal_error("a case could not be signed"))
    }

    /// A case by its number, if it is there and its time is not over. Waits for the disk.
    ///
    /// # Errors
    /// `record_not_found`, or why the store cannot be read.
    pub fn case(&self, number: CaseNumber) -> Result<Case, Failure> {
        let found = self.read_case(&CaseSelector::Number(number))?;
        found.ok_or_else(|| Failure::record_not_found("case", number))
    }

    /// The case that a private link opens, if there is one. Waits for the disk.
    ///
    /// # Errors
    /// Why the store cannot be read.
    pub fn case_of_link(&self, link: &CaseLink) -> Result<Option<Case>, Failure> {
        self.read_case(&CaseSelector::Link(link.hash()))
    }

    /// Whether this attempt of `by` at an act on a case was carried out before: then nothing is to be decided any more, and the case may be gone.
    /// Waits for the disk.
    ///
    /// # Errors
    /// `idempotency_key_reused` when another request had its key; or why the store cannot be read.
    pub fn was_done(&self, by: StaffId, attempt: Attempt) -> Result<bool, Failure> {
        let (key, digest) = attempt.reply_of(by);
        let loaded = self.reads.load(&[Want::Reply(key)], self.clock.now());
        match loaded.map_err(|error| error.failure())?.replies.first() {
            None => Ok(false),
            Some((_, reply)) if reply.digest == digest => Ok(true),
            Some(_) => Err(Failure::idempotency_key_reused()),
        }
    }

    /// Writes a note on a case, closes it, opens it again or erases it, as `by`. It answers with nothing: the case is read again.
    ///
    /// # Errors
    /// `version_conflict` when the case is not as it was read; otherwise why not. Nothing has changed then.
    pub async fn act_on_case(
        &self,
        by: StaffId,
        case: &Case,
        act: &CaseAct,
        attempt: Option<Attempt>,
    ) -> Result<(), Failure> {
        let decision = act_on_case(case, act, by, self.new_event_id(), self.clock.now())?;
        let Some(change) = decision.change else { return Ok(()) };
        let task = CaseTask {
            changes: vec![change],
            events: decision.event.into_iter().collect(),
            subject: case.head.number.to_string(),
            place: None,
        };
        self.write_cases(task, attempt.map(|attempt| attempt.reply_of(by))).await.map(|_| ())
    }

    /// Cases whose time is over, a bounded number of them. Waits for the disk.
    ///
    /// # Errors
    /// Why the store cannot be read.
    pub fn old_cases(&self) -> Result<Vec<CaseHead>, Failure> {
        let over = self.clock.now().minus(Case::KEPT);
        self.reads.cases_until(over, ERASED_AT_ONCE).map_err(|error| error.failure())
    }

    /// Erases what [`Self::old_cases`] has found. How many were erased.
    ///
    /// # Errors
    /// Why the store cannot be written.
    pub async fn erase_old_cases(&self, old: Vec<CaseHead>) -> Result<usize, Failure> {
        let now = self.clock.now();
        let mut erased = 0;
        for head in old {
            let change = CaseChange::Erase { id: head.id, revision: head.revision };
            let subject = head.number.to_string();
            let case = Case {
                head,
                link: CaseLinkHash([0; 32]),
                digest: [0; 32],
                bundle: Vec::new(),
                notes: Vec::new(),
            };
            let event = case_event(&case, Action::CaseErased, Actor::Service, self.new_event_id(), now);
            let task = CaseTask { changes: vec![change], events: vec![event], subject, place: None };
            match self.write_cases(task, None).await {
                Ok(_) => erased += 1,
                // Another node was faster, or staff changed it just now.
                Err(failure) if failure.code() == Code::VersionConflict => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(erased)
    }

    async fn write_cases(
        &self,
        task: CaseTask,
        reply: Option<(ReplyKey, [u8; 32])>,
    ) -> Result<Outcome, Failure> {
        let moment =
            Moment { now: self.clock.now(), longest_lease: Span::ZERO, latest_expiry: Timestamp::MAX };
        let outcome = self.submit(Task::Cases(Box::new(task)), moment, reply).await;
        outcome.map_err(|refusal| refusal.failure)
    }

    fn read_case(&self, selector: &CaseSelector) -> Result<Option<Case>, Failure> {
        let now = self.clock.now();
        let found = self.reads.case(selector).map_err(|error| error.failure())?;
        Ok(found.filter(|case| !Case::is_over(case.head.received, now)))
    }

    fn is_enrolled(&self, id: InstallationId) -> Result<bool, Failure> {
        let loaded = self.reads.load(&[Want::Installation(id)], self.clock.now());
        Ok(loaded.map_err(|error| error.failure())?.installation(id).is_some())
    }

    fn new_event_id(&self) -> EventId {
        EventId::generate(self.clock.now_millis(), &mut **self.random())
    }

    fn new_case(&self, opened: OpenedCase) -> Case {
        let OpenedCase { bundle, cause, unknown, installation, .. } = opened;
        let digest = bundle.digest();
        let (id, number) = {
            let mut random = self.random();
            (CaseId::generate(self.clock.now_millis(), &mut **random), CaseNumber::draw(&mut **random))
        };
        Case {
            head: CaseHead {
                id,
                number,
                revision: Revision::NEW,
                subject: bundle.content().subject.clone(),
                cause,
                unknown,
                installation,
                received: self.clock.now(),
                closed: None,
            },
            link: self.case_links.link(&digest).hash(),
            digest,
            bundle: bundle.to_compact_bytes(),
            notes: Vec::new(),
        }
    }

    fn taken(&self, head: &CaseHead, digest: &[u8; 32]) -> TakenCase {
        TakenCase {
            number: head.number,
            link: self.case_links.link(digest),
            received: head.received,
            kept_until: head.received.plus(Case::KEPT),
        }
    }
}

/// Opens a bundle that a stranger sent, and replays it: what it says, and what its facts lead to here. What it says of other knowledge cannot
/// be verified, so only the latter goes into lists and the log.
fn open(bytes: &[u8]) -> Result<(Bundle, Verdict), Failure> {
    let bundle = Bundle::open(bytes).map_err(|bad| match bad {
        BadBundle::TooLarge(bytes) => Failure::request_too_large(bytes, BUNDLE_BYTES_MAX),
        BadBundle::Form { .. } => Failure::case_not_valid("case_form"),
        BadBundle::Content(_) => Failure::case_not_valid("case_content"),
        BadBundle::Altered => Failure::case_not_valid("case_altered"),
    })?;
    let replay = Replay::of(bundle.content()).ok_or_else(|| Failure::case_not_valid("case_subject"))?;
    if replay.outcome() == Replayed::Contradiction {
        return Err(Failure::case_not_valid("case_contradicted"));
    }
    Ok((bundle, replay.now))
}
