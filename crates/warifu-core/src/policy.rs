//! The rules of a kind of licence, as data. A channel is only a name for people and a set of starting values: no decision asks for it.

use std::fmt;

use crate::hardware::Tolerance;
use crate::id::PolicyId;
use crate::record::Revision;
use crate::text::Name;
use crate::time::{Span, Timestamp};

/// The kind of licence, as the trade names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// Sold to a person, who may move it to another device.
    Retail,
    /// Sold with a device, and bound to its first motherboard.
    Oem,
    /// An organisation's, for many devices.
    Volume,
    /// An organisation's, handed out by its own site host.
    Site,
    /// To try a product for some days.
    Trial,
    /// Paid for by the month or year.
    Subscription,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 6] =
        [Self::Retail, Self::Oem, Self::Volume, Self::Site, Self::Trial, Self::Subscription];

    /// The channel's name in data and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Retail => "retail",
            Self::Oem => "oem",
            Self::Volume => "volume",
            Self::Site => "site",
            Self::Trial => "trial",
            Self::Subscription => "subscription",
        }
    }

    /// The channel with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == name)
    }
}

/// A way of activating.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Route {
    /// The device talks to the service.
    Online,
    /// A person carries an installation ID and a confirmation ID.
    Human,
    /// A file or a QR code carries the request and the answer.
    File,
    /// An organisation's own host answers.
    Site,
}

impl Route {
    /// Every route.
    pub const ALL: [Self; 4] = [Self::Online, Self::Human, Self::File, Self::Site];

    /// The route's name in data and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Human => "human",
            Self::File => "file",
            Self::Site => "site",
        }
    }

    /// The route with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|route| route.as_str() == name)
    }
}

/// Whether a licence may go to another device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MayMove {
    /// Within the change budget.
    Yes,
    /// Never: it is bound to the first device. A repair ticket is the way out.
    No,
}

/// What happens when two copies of an installation turn out to be alive on the same hardware. A copy on other hardware never gets a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Copies {
    /// Both are told, and both go on: it may be a person who switches between snapshots.
    Tell,
    /// Both are told, and the one that was superseded gets no further lease. Activating it with the product key makes it an installation of its own.
    Refuse,
}

impl Copies {
    /// Every rule.
    pub const ALL: [Self; 2] = [Self::Tell, Self::Refuse];

    /// The rule's name in data and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tell => "tell",
            Self::Refuse => "refuse",
        }
    }

    /// The rule with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == name)
    }
}

/// When a licence's right ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// Never.
    Perpetual,
    /// So many days after the first activation.
    Days(u32),
    /// At an instant: the end of a day in the publisher's time zone, worked out when the policy was written.
    Until(Timestamp),
}

/// What an application should hold back while it is not activated. The policy sets it, the lease carries it, the application applies it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restrictions {
    /// Personalisation (themes, wallpaper, layouts) is locked.
    pub personalisation_locked: bool,
    /// How often to remind, if at all. At least [`Restrictions::REMINDER_MIN`].
    pub reminder_every: Option<Span>,
    /// A text to draw over the window, if any. At most [`Name::MAX`] characters.
    pub watermark: Option<Name>,
    /// Feature updates are withheld. Security fixes never are (docs/adr/0004-security-fixes-are-never-withheld.md).
    pub feature_updates_withheld: bool,
    /// Whether the device is entitled to the publisher's support.
    pub support_eligible: bool,
}

impl Restrictions {
    /// The shortest interval between reminders: five minutes.
    pub const REMINDER_MIN: Span = Span::seconds(300);

    /// What holds while a device is activated: nothing is held back.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            personalisation_locked: false,
            reminder_every: None,
            watermark: None,
            feature_updates_withheld: false,
            support_eligible: true,
        }
    }
}

/// The rules of a kind of licence. A change makes a new version; a decision's record names the version it was made under.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Names the policy.
    pub id: PolicyId,
    /// Which writing of the record this is.
    pub revision: Revision,
    /// Counts the policy's versions, from 1.
    pub version: u32,
    /// What people call it.
    pub name: Name,
    /// The kind of licence.
    pub channel: Channel,
    /// How many devices a new licence of this kind may be active on: 1 to [`Policy::SEATS_MAX`].
    pub seats: u32,
    /// How many seats may be given away within one lease term while the lease of their former holder still runs: 0 to
    /// [`Policy::CHANGE_BUDGET_MAX`]. It bounds the unexpired leases at seats + budget.
    pub change_budget: u32,
    /// How many seats may be given away within 365 days, if that is bounded.
    pub moves_per_year: Option<u32>,
    /// Whether a licence may go to another device at all.
    pub may_move: MayMove,
    /// How long a lease lasts: 1 hour to [`Policy::LEASE_MAX`].
    pub lease: Span,
    /// How long after its issue a client should renew a lease; less than `lease`.
    pub renew_after: Span,
    /// How long an application goes on, in Grace, after its lease has expired.
    pub grace: Span,
    /// When the right ends.
    pub term: Term,
    /// How much changed hardware is still the same device.
    pub tolerance: Tolerance,
    /// How far a device's bound hardware may follow accepted changes within 365 days: the sum of their scores. Beyond it changes are still compared
    /// with the hardware bound last, so that many small ones come to one large one. 0: it never follows.
    pub drift_per_year: u16,
    /// What happens when two copies of an installation are alive.
    pub copies: Copies,
    /// The notice of a reclaim: how long after the end of its last lease, which announces it, a silent device's seat may be given to another. It runs beside
    /// the grace, and the seat is safe until both are over; a renewal withdraws it.
    pub reclaim_notice: Span,
    /// For how long a device whose seat was reclaimed gets it back when it is heard of again. So long the seat counts against the change budget.
    pub objection: Span,
    /// How long a release that the holder of the bare key asks for waits for an objection of the device: [`Span::ZERO`] when it cannot be asked for,
    /// else not less than `renew_after`, so that a device in use is heard of in time.
    pub release_notice: Span,
    /// Whether virtual machines may be activated.
    pub virtual_machines: bool,
    /// Whether containers may be activated.
    pub containers: bool,
    /// What an application holds back while it is not activated.
    pub restrictions: Restrictions,
    /// The ways of activating that are allowed. At least one.
    pub routes: Vec<Route>,
    /// How long a revocation or a suspension is announced before it ends leases that still run.
    pub revocation_notice: Span,
    /// When this version was written.
    pub created: Timestamp,
}

impl Policy {
    /// The most seats of one licence.
    pub const SEATS_MAX: u32 = 10_000_000;
    /// The largest change budget.
    pub const CHANGE_BUDGET_MAX: u32 = 1_000;
    /// The shortest lease.
    pub const LEASE_MIN: Span = Span::hours(1);
    /// The longest lease: 400 days.
    pub const LEASE_MAX: Span = Span::days(400);
    /// The longest grace.
    pub const GRACE_MAX: Span = Span::days(90);
    /// The longest notice of a revocation.
    pub const NOTICE_MAX: Span = Span::days(90);
    /// The longest notice of a reclaim or of a release, and the longest time for an objection.
    pub const SEAT_NOTICE_MAX: Span = Span::days(90);
    /// How far bound hardware follows in a year, unless a policy says otherwise: twice what makes another device.
    pub const DRIFT_PER_YEAR: u16 = 100;
    /// How many installations one device may hold on one seat: two OS users, dual boot, a reinstall and some room.
    pub const INSTALLATIONS_PER_DEVICE: usize = 5;

    /// How much of the change budget decisions may use. Of a budget of two or more, one is kept back for outages: a node whose store is down cannot
    /// see what is left, and the lease by which it bridges the outage must fit all the same (`decide/provisional.rs`).
    #[must_use]
    pub const fn ordinary_budget(&self) -> u32 {
        if self.bridges_outages() { self.change_budget - 1 } else { self.change_budget }
    }

    /// Whether a lease may be granted without a look at what is left of the budget.
    #[must_use]
    pub const fn bridges_outages(&self) -> bool {
        self.change_budget >= 2
    }

    /// A channel's usual rules, which a publisher then edits.
    #[must_use]
    pub fn preset(channel: Channel, id: PolicyId, name: Name, created: Timestamp) -> Self {
        let retail = Self {
            id,
            revision: Revision::NEW,
            version: 1,
            name,
            channel,
            seats: 1,
            change_budget: 3,
            moves_per_year: Some(6),
            may_move: MayMove::Yes,
            lease: Span::days(60),
            renew_after: Span::days(7),
            grace: Span::days(14),
            term: Term::Perpetual,
            tolerance: Tolerance::default_rule(),
            drift_per_year: Self::DRIFT_PER_YEAR,
            copies: Copies::Tell,
            reclaim_notice: Span::days(14),
            objection: Span::days(30),
            release_notice: Span::days(14),
            virtual_machines: true,
            containers: false,
            restrictions: Restrictions {
                personalisation_locked: true,
                reminder_every: Some(Span::hours(4)),
                watermark: None,
                feature_updates_withheld: true,
                support_eligible: false,
            },
            routes: vec![Route::Online, Route::Human, Route::File],
            revocation_notice: Span::days(14),
            created,
        };
        match channel {
            Channel::Retail => retail,
            Channel::Oem => Self {
                may_move: MayMove::No,
                change_budget: 0,
                release_notice: Span::ZERO,
                virtual_machines: false,
                ..retail
            },
            Channel::Volume => Self {
                seats: 100,
                change_budget: 10,
                moves_per_year: None,
                objection: Span::days(14),
                release_notice: Span::ZERO,
                containers: true,
                routes: vec![Route::Online, Route::Human, Route::File, Route::Site],
                ..retail
            },
            Channel::Site => Self {
                seats: 100,
                change_budget: 100,
                moves_per_year: None,
                lease: Span::days(180),
                objection: Span::days(14),
                release_notice: Span::ZERO,
                containers: true,
                routes: vec![Route::Site],
                ..retail
            },
            Channel::Trial => Self {
                may_move: MayMove::No,
                change_budget: 0,
                term: Term::Days(30),
                lease: Span::days(30),
                grace: Span::ZERO,
                release_notice: Span::ZERO,
                routes: vec![Route::Online],
                ..retail
            },
            Channel::Subscription => Self { seats: 3, term: Term::Days(365), ..retail },
        }
    }

    /// The first rule that the policy breaks.
    ///
    /// # Errors
    /// Names the field, what it holds, and what it should hold: a range, or a word of the catalogue's terms.
    pub fn validate(&self) -> Result<(), Broken> {
        let check = |field: &'static str, holds: bool, found: i64, rule: &dyn fmt::Display| {
            if holds { Ok(()) } else { Err(Broken { field, found, rule: rule.to_string() }) }
        };
        let (seats, budget) = (i64::from(self.seats), i64::from(self.change_budget));
        let range = |from: u32, to: u32| format!("{from}-{to}");
        check("seats", (1..=Self::SEATS_MAX).contains(&self.seats), seats, &range(1, Self::SEATS_MAX))?;
        let most = Self::CHANGE_BUDGET_MAX;
        check("change_budget", self.change_budget <= most, budget, &range(0, most))?;
        let lease = self.lease;
        let lasts = (Self::LEASE_MIN..=Self::LEASE_MAX).contains(&lease);
        check("lease_seconds", lasts, lease.as_seconds(), &"hour_1_to_days_400")?;
        let after = self.renew_after;
        check("renew_after_seconds", after < lease, after.as_seconds(), &"shorter_than_lease")?;
        check("grace_seconds", self.grace <= Self::GRACE_MAX, self.grace.as_seconds(), &"days_0_to_90")?;
        let notice = self.revocation_notice;
        check("revocation_notice_seconds", notice <= Self::NOTICE_MAX, notice.as_seconds(), &"days_0_to_90")?;
        for (field, span) in
            [("reclaim_notice_seconds", self.reclaim_notice), ("objection_seconds", self.objection)]
        {
            check(field, span <= Self::SEAT_NOTICE_MAX, span.as_seconds(), &"days_0_to_90")?;
        }
        let release = self.release_notice;
        let waits = release == Span::ZERO || (after..=Self::SEAT_NOTICE_MAX).contains(&release);
        check("release_notice_seconds", waits, release.as_seconds(), &"zero_or_renew_after_to_days_90")?;
        check("term_days", self.term != Term::Days(0), 0, &"≥ 1")?;
        check("routes", !self.routes.is_empty(), 0, &"at_least_one_route")?;
        let every = self.restrictions.reminder_every;
        let least = Restrictions::REMINDER_MIN;
        check(
            "reminder_every_seconds",
            every.is_none_or(|every| every >= least),
            every.map_or(0, Span::as_seconds),
            &format_args!("≥ {}", least.as_seconds()),
        )
    }
}

/// A rule that a policy breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The field's name.
    pub field: &'static str,
    /// What it holds.
    pub found: i64,
    /// What it should hold.
    pub rule: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preset(channel: Channel) -> Policy {
        Policy::preset(channel, PolicyId::from_bytes([1; 16]), Name::new("test").unwrap(), Timestamp::MIN)
    }

    #[test]
    fn every_channel_starts_from_rules_that_hold() {
        for channel in Channel::ALL {
            assert_eq!(preset(channel).validate(), Ok(()), "{channel:?}");
        }
    }

    #[test]
    fn a_broken_rule_is_named_with_its_field() {
        let mut policy = preset(Channel::Retail);
        policy.seats = 0;
        assert_eq!(policy.validate().unwrap_err().field, "seats");
        let mut policy = preset(Channel::Retail);
        policy.renew_after = policy.lease;
        assert_eq!(policy.validate().unwrap_err().field, "renew_after_seconds");
        let mut policy = preset(Channel::Retail);
        policy.restrictions.reminder_every = Some(Span::seconds(1));
        assert_eq!(policy.validate().unwrap_err().field, "reminder_every_seconds");
        let mut policy = preset(Channel::Retail);
        policy.release_notice = Span::days(6);
        let broken = policy.validate().unwrap_err();
        assert_eq!(
            broken.field, "release_notice_seconds",
            "a device that renews weekly is not heard of in time"
        );
        policy.release_notice = Span::ZERO;
        assert_eq!(policy.validate(), Ok(()), "then nobody can ask for it");
        policy.objection = Span::days(91);
        assert_eq!(policy.validate().unwrap_err().field, "objection_seconds");
    }

    #[test]
    fn names_of_channels_and_routes_read_back() {
        for channel in Channel::ALL {
            assert_eq!(Channel::from_name(channel.as_str()), Some(channel));
        }
        for route in Route::ALL {
            assert_eq!(Route::from_name(route.as_str()), Some(route));
        }
        for rule in Copies::ALL {
            assert_eq!(Copies::from_name(rule.as_str()), Some(rule));
        }
        assert_eq!(Channel::from_name("kms"), None);
    }
}
