//! Where an installation stands: what an application asks once at start. A pure function of what is known; nothing here reads a file, a
//! clock or the network.

use warifu_core::catalogue::{Code, Failure};
use warifu_core::id::LicenceId;
use warifu_core::key::SkuNumber;
use warifu_core::policy::{Channel, Restrictions};
use warifu_core::text::Slug;
use warifu_core::time::{Span, Timestamp};
use warifu_proto::lease::Lease;
use warifu_proto::refusal::Refusal;

use crate::mark::Finding;

/// What the application may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// No usable lease: not activated, or the lease is damaged or not ours.
    Unlicensed,
    /// All is well.
    Licensed,
    /// The application works as if licensed, until then; the reason says what has to happen.
    Grace {
        /// When it ends, by the service's time as far as it is known.
        until: Timestamp,
    },
    /// The licence holds no longer; the restrictions of its policy apply.
    Restricted,
}

impl State {
    /// Whether the application may be used without restrictions: licensed, or in grace.
    #[must_use]
    pub const fn is_usable(self) -> bool {
        matches!(self, Self::Licensed | Self::Grace { .. })
    }

    /// The state's stable name: `unlicensed`, `licensed`, `grace` or `restricted`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unlicensed => "unlicensed",
            Self::Licensed => "licensed",
            Self::Grace { .. } => "grace",
            Self::Restricted => "restricted",
        }
    }
}

/// Where an installation stands.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Standing {
    /// What the application may do.
    pub state: State,
    /// Why it is not simply licensed; with [`State::Licensed`], something that will matter later (a clock far ahead).
    pub reason: Option<Failure>,
    /// What the application holds back now.
    pub restrictions: Restrictions,
    /// The licence, whenever a genuine lease of this installation is there.
    pub licence: Option<LicenceSummary>,
    /// What the user should know besides: what the service has told last (a copy of this installation was noticed, somebody asked for the release of its
    /// seat, another device had it meanwhile), and, once the lease has ended, from when the seat may go to another device. Show them; they hold nothing back.
    pub notices: Vec<Failure>,
    /// Whether the application should call `renew` when it next has the time and a network.
    pub renewal_due: bool,
}

/// What a lease says of its licence.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LicenceSummary {
    /// Names the licence, for support.
    pub id: LicenceId,
    /// The product's code.
    pub product: Slug,
    /// The edition's code.
    pub edition: Slug,
    /// Product and edition, by their number in product keys.
    pub sku: SkuNumber,
    /// The kind of licence.
    pub channel: Channel,
    /// What the application unlocks.
    pub features: Vec<Slug>,
    /// When the lease was granted.
    pub issued: Timestamp,
    /// When to renew the lease.
    pub renew_after: Timestamp,
    /// When the lease ends.
    pub expires: Timestamp,
    /// When the grace after the lease ends.
    pub grace_until: Timestamp,
    /// When the right itself ends, if it does.
    pub licence_ends: Option<Timestamp>,
    /// Whether it is a test licence of a sandbox.
    pub sandbox: bool,
}

impl LicenceSummary {
    pub(crate) fn of(lease: &Lease) -> Self {
        Self {
            id: lease.licence,
            product: lease.product.clone(),
            edition: lease.edition.clone(),
            sku: lease.sku,
            channel: lease.channel,
            features: lease.features.clone(),
            issued: lease.issued,
            renew_after: lease.renew_after,
            expires: lease.expires,
            grace_until: lease.expires.plus(lease.grace),
            licence_ends: lease.licence_ends,
            sandbox: lease.sandbox,
        }
    }

    /// Whether the licence unlocks a feature.
    #[must_use]
    pub fn has_feature(&self, code: &str) -> bool {
        self.features.iter().any(|feature| feature.as_str() == code)
    }
}

/// All that a standing depends on.
#[derive(Clone, Debug)]
pub(crate) struct Facts<'a> {
    /// The lease found: none, a genuine one of this installation, or why what is there is not.
    pub(crate) lease: Result<Option<&'a Lease>, &'a Failure>,
    /// A signed refusal of this installation, with its reason.
    pub(crate) refusal: Option<(&'a Refusal, &'a Failure)>,
    /// Why the hardware is not the lease's.
    pub(crate) hardware: Option<&'a Failure>,
    /// From when the key that signed the lease is believed no longer, if the root has withdrawn it.
    pub(crate) withdrawn: Option<Timestamp>,
    /// Why the service has not renewed this lease, as it said last without a signature: it tells what has to happen, and decides nothing.
    pub(crate) renewal_refused: Option<&'a Failure>,
    /// Whether the service has another lease in the place of this one.
    pub(crate) replaceable: bool,
    /// What an application without a licence holds back.
    pub(crate) unlicensed: &'a Restrictions,
}

/// What is known of the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Now {
    /// What the clock on the wall shows, less what it is known to be ahead.
    pub(crate) wall: Timestamp,
    /// It is at least this late: the high-water mark.
    pub(crate) certain: Timestamp,
    /// What is wrong with the wall clock.
    pub(crate) finding: Option<Finding>,
    /// For how much longer the device may run on a clock in doubt.
    pub(crate) doubt_left: Span,
}

impl Now {
    /// The time to judge by. A wall clock that is behind does not count, be it wrong or merely slow; one that is known to be ahead still tells how much
    /// time has passed.
    fn time(&self) -> Timestamp {
        self.wall.max(self.certain)
    }
}

/// A standing, and whether it rests on a clock in doubt: then the time for which it does is to be counted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Evaluation {
    pub(crate) standing: Standing,
    pub(crate) in_doubt: bool,
}

/// Where the installation stands.
pub(crate) fn evaluate(facts: &Facts<'_>, now: &Now) -> Evaluation {
    let lease = match facts.lease {
        Ok(Some(lease)) => lease,
        Ok(None) => return unlicensed(facts, Failure::not_activated(), false),
        // What was lost on the disk can be had again from the service.
        Err(failure) => {
            let lost = matches!(
                failure.code(),
                Code::LeaseDamaged | Code::LeaseNotGenuine | Code::CertificateNotValid
            );
            return unlicensed(facts, failure.clone(), lost);
        }
    };
    let time = now.time();
    let by_the_wall = time > now.certain && now.doubt_left > Span::ZERO;
    if facts.withdrawn.is_some_and(|from| now.certain >= from || (time >= from && !by_the_wall)) {
        // Nothing in the lease counts, its restrictions included: anybody may have written it.
        return unlicensed(facts, Failure::issuing_key_withdrawn(), true);
    }
    let (state, reason, in_doubt) = judge(lease, facts, now);
    let renewal_due = reason.is_some() || time >= lease.renew_after || facts.replaceable;
    let restrictions = if state.is_usable() { Restrictions::none() } else { lease.restrictions.clone() };
    let licence = Some(LicenceSummary::of(lease));
    let notices = announcement(lease, facts, reason.as_ref()).into_iter().collect();
    Evaluation { standing: Standing { state, reason, restrictions, licence, notices, renewal_due }, in_doubt }
}

/// What follows for the device's seat when it is not heard of. A silent device cannot be told, so it tells itself, from what its lease says: the seat is safe
/// until the grace has ended at least; the policy may give it longer. A provisional lease has no seat, and where the seat or the licence is gone nothing is
/// left to announce.
fn announcement(lease: &Lease, facts: &Facts<'_>, reason: Option<&Failure>) -> Option<Failure> {
    let reason = reason.filter(|_| !lease.provisional)?;
    let gone = matches!(
        reason.code(),
        Code::SeatReleased
            | Code::SeatLimitReached
            | Code::InstallationUnknown
            | Code::LicenceSuspended
            | Code::LicenceRevoked
            | Code::LicenceExpired
    );
    let not_renewed = reason.code() == Code::LeaseExpired || (facts.renewal_refused == Some(reason) && !gone);
    not_renewed.then(|| Failure::seat_reclaim_announced(lease.expires.plus(lease.grace)))
}

fn unlicensed(facts: &Facts<'_>, reason: Failure, renewal_due: bool) -> Evaluation {
    let standing = Standing {
        state: State::Unlicensed,
        reason: Some(reason),
        restrictions: facts.unlicensed.clone(),
        licence: None,
        notices: Vec::new(),
        renewal_due,
    };
    Evaluation { standing, in_doubt: false }
}

/// State, reason, and whether they rest on a clock in doubt. What the service has signed comes before what the clock shows.
fn judge(lease: &Lease, facts: &Facts<'_>, now: &Now) -> (State, Option<Failure>, bool) {
    let time = now.time();
    if let Some(failure) = facts.hardware {
        return (State::Restricted, Some(failure.clone()), false);
    }
    let refusal = facts
        .refusal
        .filter(|(refusal, _)| refusal.licence == lease.licence && refusal.issued >= lease.issued);
    let ended = || match lease.licence_ends {
        Some(ends) if ends <= time => Failure::licence_expired(ends),
        _ => facts.renewal_refused.cloned().unwrap_or_else(|| Failure::lease_expired(lease.expires)),
    };
    // What the service has announced holds in both directions: until then the installation runs, also when its lease would end before.
    let (mut end, mut why) = match refusal {
        Some((refusal, failure)) => (refusal.effective_from, failure.clone()),
        None => (lease.expires.plus(lease.grace), ended()),
    };
    if let Some(from) = facts.withdrawn.filter(|from| *from < end) {
        (end, why) = (from, Failure::issuing_key_withdrawn());
    }
    let doubt_until = now.certain.plus(now.doubt_left);
    let doubt_spent = now.doubt_left == Span::ZERO;
    if now.certain >= end {
        return (State::Restricted, Some(why), false);
    }
    if time >= end {
        // Only the wall clock says so. It may be right after a long time off, or wrong; the device runs on for a while to find out.
        let state =
            if doubt_spent { State::Restricted } else { State::Grace { until: time.plus(now.doubt_left) } };
        return (state, Some(why), true);
    }
    if now.finding == Some(Finding::Behind) {
        let state =
            if doubt_spent { State::Restricted } else { State::Grace { until: doubt_until.min(end) } };
        return (state, Some(Failure::clock_implausible()), true);
    }
    if let Some((refusal, _)) = refusal {
        let announced = Failure::licence_end_announced(refusal.effective_from);
        return (State::Grace { until: end }, Some(announced), false);
    }
    if time >= lease.expires {
        return (State::Grace { until: end }, Some(ended()), false);
    }
    if facts.withdrawn.is_some() {
        return (State::Grace { until: end }, Some(Failure::issuing_key_withdrawn()), false);
    }
    if lease.provisional {
        let by_itself = || Failure::lease_provisional(lease.expires);
        let why = facts.renewal_refused.cloned().unwrap_or_else(by_itself);
        return (State::Grace { until: end }, Some(why), false);
    }
    let finding = now.finding.map(|_| Failure::clock_ahead());
    (State::Licensed, finding, false)
}

#[cfg(test)]
mod tests;
