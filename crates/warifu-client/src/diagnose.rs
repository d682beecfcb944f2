//! What the troubleshooter makes of a failure (feature `diagnose`): the likeliest cause, the first remedy, the next question.
//!
//! Nothing here runs unless it is asked for, and an application that does not enable the feature carries none of it. The engine and its
//! knowledge are [`warifu_troubleshoot`]; this module only tells it what the client knows, and must hold no rule of its own.

use warifu_core::catalogue::{Code, Failure, Lang};
use warifu_core::hardware::{ComponentKind, Match, Tolerance, compare};
use warifu_proto::wire::standing::{LicenceState, MayMove, Standing as LicenceStatus};
use warifu_troubleshoot::knowledge::{self, WARIFU};
use warifu_troubleshoot::{Session, engine};

use crate::client::Client;
use crate::error::Error;
use crate::records;
use crate::standing::{Standing, State};
use crate::store::StoreError;

/// What lies behind a failure, as far as can be told.
#[derive(Clone, Debug)]
pub struct Finding {
    diagnosis: engine::Diagnosis,
}

/// What to do, in order.
#[derive(Clone, Copy, Debug)]
pub struct Remedy(&'static knowledge::Remedy);

/// What would help most to know.
#[derive(Clone, Debug)]
pub struct Question {
    kind: &'static knowledge::FactKind,
    words: knowledge::Words,
    choices: Vec<&'static str>,
}

impl Finding {
    /// The finding of a session.
    fn of(session: &Session) -> Self {
        Self { diagnosis: session.diagnose() }
    }

    fn first(&self) -> Option<&engine::Finding> {
        self.diagnosis.findings.first()
    }

    fn entry(&self) -> Option<&'static knowledge::Cause> {
        self.first().map(|first| &WARIFU.causes[first.cause])
    }

    /// The stable name of the likeliest cause. Often that is the code of a failure, for which nothing lies deeper; `unknown` when nothing is
    /// well supported.
    #[must_use]
    pub fn cause(&self) -> &'static str {
        self.entry().map_or("unknown", |cause| cause.id)
    }

    /// How likely it is, from 0 to 1.
    #[must_use]
    pub fn confidence(&self) -> f64 {
        self.first().map_or(0.0, |first| first.confidence)
    }

    /// Whether nothing is well supported: the cause is a hint then, and the way goes to people.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.diagnosis.unknown
    }

    /// The cause in a line.
    #[must_use]
    pub fn title(&self, lang: Lang) -> &'static str {
        self.entry().map_or("", |cause| cause.title.get(lang))
    }

    /// The cause in a few sentences.
    #[must_use]
    pub fn explanation(&self, lang: Lang) -> &'static str {
        self.entry().map_or("", |cause| cause.explain.get(lang))
    }

    /// What to try first.
    #[must_use]
    pub fn remedy(&self) -> Option<Remedy> {
        self.remedies().next()
    }

    /// What to try, in this order.
    pub fn remedies(&self) -> impl Iterator<Item = Remedy> + '_ {
        let first = self.first().map_or(&[][..], |first| &first.remedies);
        first.iter().map(|&remedy| Remedy(&WARIFU.remedies[remedy]))
    }

    /// What would help most to know, if anything would.
    #[must_use]
    pub fn question(&self) -> Option<Question> {
        let next = self.diagnosis.next.as_ref()?;
        let kind = &WARIFU.facts[next.fact];
        let choices = next.choices.iter().map(|choice| choice.value).collect();
        Some(Question { kind, words: kind.question?, choices })
    }
}

impl Remedy {
    /// The stable name, such as `set_clock`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.0.id
    }

    /// A line.
    #[must_use]
    pub fn title(&self, lang: Lang) -> &'static str {
        self.0.title.get(lang)
    }

    /// The steps, one text each.
    pub fn steps(&self, lang: Lang) -> impl Iterator<Item = &'static str> + use<> {
        self.0.steps.iter().map(move |step| step.text.get(lang))
    }
}

impl Question {
    /// The name of the fact that is asked for, such as `net.internet`.
    #[must_use]
    pub fn fact(&self) -> &'static str {
        self.kind.id
    }

    /// The question.
    #[must_use]
    pub fn text(&self, lang: Lang) -> &'static str {
        self.words.get(lang)
    }

    /// The answers, the likeliest first: the value for programs, and what people call it.
    pub fn answers(&self, lang: Lang) -> impl Iterator<Item = (&'static str, &'static str)> + '_ {
        self.choices.iter().filter_map(move |value| {
            let known = self.kind.values.iter().find(|known| known.is == *value)?;
            Some((known.is, known.label.get(lang)))
        })
    }
}

/// All that can be found out about an installation without changing anything: what `warifu doctor` begins with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Examination {
    /// A session that knows everything that was measured and met.
    pub session: Session,
    /// Where the installation stands.
    pub standing: Standing,
    /// What the service says of the licence, if it was reached and knows one. Not signed: for showing.
    pub licence: Option<LicenceStatus>,
    /// Every failure that was met, each code once, with its values.
    pub failures: Vec<Failure>,
}

impl Error {
    /// What lies behind this failure, from the failure alone. [`Client::finding`] knows more.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let mut session = Session::new(&WARIFU);
        session.failure(self.failure());
        Finding::of(&session)
    }
}

impl Standing {
    /// What lies behind the reason of this standing; `None` when all is well. [`Client::finding`] knows more.
    #[must_use]
    pub fn finding(&self) -> Option<Finding> {
        self.reason.as_ref()?;
        let mut session = Session::new(&WARIFU);
        tell(&mut session, self);
        Some(Finding::of(&session))
    }
}

impl Client {
    /// What lies behind a failure of this installation, from the failure and from what can be seen on this device: its standing, clock, store
    /// and hardware. It never talks to the network.
    ///
    /// ```
    /// use warifu_client::{Client, Lang, MemoryStore};
    ///
    /// # let root = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    /// let mut client = Client::builder(root, "draw")
    ///     .service_url("https://licences.example.com")
    ///     .store(MemoryStore::default())
    ///     .build()?;
    /// if let Err(error) = client.renew() {
    ///     let finding = client.finding(&error);
    ///     println!("{} ({:.0} %)", finding.title(Lang::En), finding.confidence() * 100.0);
    ///     for step in finding.remedy().into_iter().flat_map(|remedy| remedy.steps(Lang::En)) {
    ///         println!("- {step}");
    ///     }
    /// #   assert_eq!(finding.cause(), "not_activated");
    /// }
    /// # Ok::<(), warifu_client::Error>(())
    /// ```
    pub fn finding(&mut self, error: &Error) -> Finding {
        let standing = self.check_hardware();
        let begins = standing.reason.as_ref().is_some_and(|reason| reason.code() == Code::NotActivated);
        // That nothing is activated yet is where every activation begins; it lies behind no other failure.
        let told = !begins || error.failure().code() == Code::NotActivated;
        let mut session = self.seen(told.then_some(&standing));
        session.failure(error.failure());
        Finding::of(&session)
    }

    /// A session of the troubleshooter that knows what can be seen on this device. It never talks to the network.
    pub fn session(&mut self) -> Session {
        let standing = self.check_hardware();
        self.seen(Some(&standing))
    }

    fn seen(&mut self, standing: Option<&Standing>) -> Session {
        let mut session = Session::new(&WARIFU);
        if let Some(standing) = standing {
            tell(&mut session, standing);
        }
        self.tell_clock(&mut session);
        self.tell_store(&mut session);
        self.tell_hardware(&mut session);
        if let Some(licence) = standing.and_then(|standing| standing.licence.as_ref()) {
            let left = licence.expires.since(self.ports.clock.read().wall).as_days_rounded_up();
            session.measured("lease.days_left", &left.to_string());
            session.measured("lic.channel", licence.channel.as_str());
        }
        session
    }

    /// Looks at lease, store, clock and hardware, and asks the service. It takes no seat and changes nothing that counts.
    pub fn examine(&mut self) -> Examination {
        let before = self.check_hardware();
        // With a lease, or one that was lost here, the service says how it stands; without one it can only be seen whether it is there.
        let (licence, refused) = match self.status() {
            Ok(status) => (Some(status.licence), None),
            Err(error) => (None, Some(error)),
        };
        let unreached = if licence.is_some() { None } else { self.take_nonce().err() };
        // What the service has signed has set the idea of the time right.
        let mut session = self.session();
        if unreached.is_none() {
            session.measured("service.reach", "ok");
        }
        if let Some(licence) = &licence {
            session.measured("lic.state", state_name(licence.state));
            session.measured("lic.may_move", may_move_name(licence.may_move));
        }
        let standing = self.check();
        let mut failures: Vec<Failure> = Vec::new();
        let told = refused.iter().chain(&unreached).map(Error::failure);
        for failure in before.reason.iter().chain(told).chain(&standing.reason).chain(&standing.notices) {
            if failures.iter().all(|met| met.code() != failure.code()) {
                session.failure(failure);
                failures.push(failure.clone());
            }
        }
        Examination { session, standing, licence, failures }
    }

    /// How the clock stands beside what the service has signed. Without signed time of this boot only a clock that is behind shows.
    fn tell_clock(&mut self, session: &mut Session) {
        let moment = self.ports.clock.read();
        let mark = self.observe(&moment).mark;
        let offset = moment.wall.since(mark.time).as_seconds();
        if mark.exact || mark.finding(moment.wall).is_some() {
            session.measured("clock.offset_s", &offset.to_string());
        }
    }

    /// Whether what is kept can be read.
    fn tell_store(&self, session: &mut Session) {
        let names = [
            records::LEASE,
            records::KEY,
            records::OBSERVED,
            records::REFUSAL,
            records::RENEWAL_REFUSED,
            records::NOTICES,
        ];
        let failed = names.iter().find_map(|name| self.ports.store.read(name).err());
        let health = match failed {
            None => "ok",
            Some(StoreError::Damaged(detail)) if is_not_permitted(&detail) => "not_readable",
            Some(StoreError::Damaged(_)) => "damaged",
            Some(StoreError::Full) => "full",
            Some(StoreError::ReadOnly) => "not_writable",
        };
        session.measured("store.health", health);
    }

    fn tell_hardware(&mut self, session: &mut Session) {
        let Ok(seen) = self.ports.fingerprint.read(&self.config.service) else { return };
        session.measured("machine.kind", seen.scheme().name());
        let Some(lease) = self.lease() else { return };
        let comparison = compare(&lease.fingerprint, &seen.shorten(), &Tolerance::default_rule());
        let few = comparison.matches() < u32::from(comparison.matches_min());
        session.measured(
            "hardware.verdict",
            match comparison.verdict() {
                Match::Different if few => "other",
                Match::Different => "changed",
                _ if few => "weak",
                _ => "same",
            },
        );
        for part in comparison.differences().map(ComponentKind::name) {
            session.measured("hardware.part", part);
        }
    }
}

fn state_name(state: LicenceState) -> &'static str {
    match state {
        LicenceState::Active => "active",
        LicenceState::NotStarted => "not_started",
        LicenceState::Ended => "ended",
        LicenceState::Suspended => "suspended",
        LicenceState::Revoked => "revoked",
        _ => "",
    }
}

fn may_move_name(may_move: MayMove) -> &'static str {
    match may_move {
        MayMove::Yes => "yes",
        MayMove::No => "no",
        MayMove::WithTicket => "with_ticket",
        _ => "",
    }
}

/// State, reason and notices.
fn tell(session: &mut Session, standing: &Standing) {
    session.measured("standing.state", State::name(standing.state));
    for failure in standing.reason.iter().chain(&standing.notices) {
        session.failure(failure);
    }
}

/// Whether a store's own words say that reading is not permitted.
fn is_not_permitted(detail: &str) -> bool {
    let detail = detail.to_ascii_lowercase();
    // Number 5 is a denied access on Windows, and a disk that does not answer elsewhere.
    let windows = detail.contains("os error 5)") && !detail.contains("input/output");
    windows
        || ["permission denied", "access is denied", "os error 13)"].iter().any(|part| detail.contains(part))
}
