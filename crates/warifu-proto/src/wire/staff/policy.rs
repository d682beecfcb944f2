//! Policies: the rules of a kind of licence.

use serde::{Deserialize, Serialize};
use warifu_core::catalogue::Failure;
use warifu_core::id::PolicyId;
use warifu_core::policy::{self, Channel, Copies, Route};
use warifu_core::text::Name;
use warifu_core::time::{Span, Timestamp};

use super::restrictions::Restrictions;
use super::term::Term;
use super::tolerance::Tolerance;
use crate::json;

macro_rules! policy_requests {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)+
            /// How many devices a new licence may be active on: 1 to 10,000,000.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 10_000_000))]
            pub seats: Option<u32>,
            /// How many seats may be given away within one lease term while their former holder's lease still runs.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[cfg_attr(feature = "openapi", schema(maximum = 1000))]
            pub change_budget: Option<u32>,
            /// How many seats may be given away within 365 days. To lift the bound, see `moves_unbounded`.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub moves_per_year: Option<u32>,
            /// Lifts the bound on moves within 365 days.
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            pub moves_unbounded: bool,
            /// Whether a licence may go to another device at all.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub may_move: Option<bool>,
            /// How long a lease lasts: 1 hour to 400 days.
            #[serde(default, with = "json::optional_span", skip_serializing_if = "Option::is_none")]
            #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>, minimum = 3_600, maximum = 34_560_000))]
            pub lease_seconds: Option<Span>,
            /// How long after its issue a client renews a lease; less than `lease_seconds`.
            #[serde(default, with = "json::optional_span", skip_serializing_if = "Option::is_none")]
            #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>))]
            pub renew_after_seconds: Option<Span>,
            /// How long an application goes on after its lease has expired: at most 90 days.
            #[serde(default, with = "json::optional_span", skip_serializing_if = "Option::is_none")]
            #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>, maximum = 7_776_000))]
            pub grace_seconds: Option<Span>,
            /// When the right ends.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub term: Option<Term>,
            /// How much changed hardware is still the same device.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub tolerance: Option<Tolerance>,
            /// How far a device's bound hardware may follow accepted changes within 365 days: the sum of their scores; 0: it never follows.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub drift_per_year: Option<u16>,
            /// What happens when two copies of an installation are alive: `tell` both, or `refuse` the superseded one further leases as well.
            #[serde(default, with = "json::optional_text", skip_serializing_if = "Option::is_none")]
            #[cfg_attr(feature = "openapi", schema(value_type = Option<CopiesName>))]
            pub copies: Option<Copies>,
            /// The notice of a reclaim: how long after the end of its last lease a silent device's seat may be given to another, at most 90 days. It runs
            /// beside the grace, and the seat is safe until both are over.
            #[serde(default, with = "json::optional_span", skip_serializing_if = "Option::is_none")]
            #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>, maximum = 7_776_000))]
            pub reclaim_notice_seconds: Option<Span>,
            /// For how long a device whose seat was reclaimed gets it back when it is heard of again: at most 90 days.
            #[serde(default, with = "json::optional_span", skip_serializing_if = "Option::is_none")]
            #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>, maximum = 7_776_000))]
            pub objection_seconds: Option<Span>,
            /// How long a release that the holder of the bare key asks for waits for the device's objection: 0 when it cannot be asked for, else from
            /// `renew_after_seconds` to 90 days.
            #[serde(default, with = "json::optional_span", skip_serializing_if = "Option::is_none")]
            #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>, maximum = 7_776_000))]
            pub release_notice_seconds: Option<Span>,
            /// Whether virtual machines may be activated.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub virtual_machines: Option<bool>,
            /// Whether containers may be activated.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub containers: Option<bool>,
            /// What an application holds back while it is not activated.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub restrictions: Option<Restrictions>,
            /// The ways of activating that are allowed, each once: `online`, `human`, `file`, `site`.
            #[serde(default, with = "json::optional_texts", skip_serializing_if = "Option::is_none")]
            #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<RouteName>>, min_items = 1, max_items = 4))]
            pub routes: Option<Vec<Route>>,
            /// How long a revocation is announced before it takes effect: at most 90 days.
            #[serde(default, with = "json::optional_span", skip_serializing_if = "Option::is_none")]
            #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>, maximum = 7_776_000))]
            pub revocation_notice_seconds: Option<Span>,
        }

        impl $name {
            fn rules(self) -> Rules {
                Rules {
                    seats: self.seats,
                    change_budget: self.change_budget,
                    moves_per_year: if self.moves_unbounded { Some(None) } else { self.moves_per_year.map(Some) },
                    may_move: self.may_move,
                    lease: self.lease_seconds,
                    renew_after: self.renew_after_seconds,
                    grace: self.grace_seconds,
                    term: self.term,
                    tolerance: self.tolerance,
                    drift_per_year: self.drift_per_year,
                    copies: self.copies,
                    reclaim_notice: self.reclaim_notice_seconds,
                    objection: self.objection_seconds,
                    release_notice: self.release_notice_seconds,
                    virtual_machines: self.virtual_machines,
                    containers: self.containers,
                    restrictions: self.restrictions,
                    routes: self.routes,
                    revocation_notice: self.revocation_notice_seconds,
                }
            }
        }
    )+};
}

policy_requests! {
    /// Asks for a new policy. What is not given is as the channel usually has it.
    CreatePolicy {
        /// What people call it. Unique.
        #[serde(with = "json::text")]
        #[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"))]
        name: Name,
        /// The kind of licence.
        #[serde(with = "json::text")]
        #[cfg_attr(feature = "openapi", schema(value_type = ChannelName))]
        channel: Channel,
    }

    /// Asks for a new version of a policy. What is not given stays as it is.
    ChangePolicy {
        /// What people call it.
        #[serde(default, with = "json::optional_text", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"))]
        name: Option<Name>,
    }
}

struct Rules {
    seats: Option<u32>,
    change_budget: Option<u32>,
    moves_per_year: Option<Option<u32>>,
    may_move: Option<bool>,
    lease: Option<Span>,
    renew_after: Option<Span>,
    grace: Option<Span>,
    term: Option<Term>,
    tolerance: Option<Tolerance>,
    drift_per_year: Option<u16>,
    copies: Option<Copies>,
    reclaim_notice: Option<Span>,
    objection: Option<Span>,
    release_notice: Option<Span>,
    virtual_machines: Option<bool>,
    containers: Option<bool>,
    restrictions: Option<Restrictions>,
    routes: Option<Vec<Route>>,
    revocation_notice: Option<Span>,
}

impl CreatePolicy {
    /// A request with nothing but what it must hold.
    #[must_use]
    pub const fn new(name: Name, channel: Channel) -> Self {
        Self {
            name,
            channel,
            seats: None,
            change_budget: None,
            moves_per_year: None,
            moves_unbounded: false,
            may_move: None,
            lease_seconds: None,
            renew_after_seconds: None,
            grace_seconds: None,
            term: None,
            tolerance: None,
            drift_per_year: None,
            copies: None,
            reclaim_notice_seconds: None,
            objection_seconds: None,
            release_notice_seconds: None,
            virtual_machines: None,
            containers: None,
            restrictions: None,
            routes: None,
            revocation_notice_seconds: None,
        }
    }

    /// The policy that is asked for. Whether its rules hold is decided by the service.
    ///
    /// # Errors
    /// `field_not_valid` for a field that cannot be understood.
    pub fn into_core(
        self,
        id: PolicyId,
        now: Timestamp,
        end_of_day: impl FnOnce(&str, &str) -> Result<Timestamp, Failure>,
    ) -> Result<policy::Policy, Failure> {
        let preset = policy::Policy::preset(self.channel, id, self.name.clone(), now);
        self.rules().over(preset, end_of_day)
    }
}

impl ChangePolicy {
    /// What `present` becomes. Whether its rules hold is decided by the service.
    ///
    /// # Errors
    /// `field_not_valid` for a field that cannot be understood.
    pub fn into_core(
        self,
        present: &policy::Policy,
        end_of_day: impl FnOnce(&str, &str) -> Result<Timestamp, Failure>,
    ) -> Result<policy::Policy, Failure> {
        let name = self.name.clone().unwrap_or_else(|| present.name.clone());
        self.rules().over(policy::Policy { name, ..present.clone() }, end_of_day)
    }
}

impl Rules {
    fn over(
        self,
        present: policy::Policy,
        end_of_day: impl FnOnce(&str, &str) -> Result<Timestamp, Failure>,
    ) -> Result<policy::Policy, Failure> {
        let may_move = |yes| if yes { policy::MayMove::Yes } else { policy::MayMove::No };
        let mut routes = self.routes.unwrap_or(present.routes);
        routes.sort_unstable();
        routes.dedup();
        Ok(policy::Policy {
            seats: self.seats.unwrap_or(present.seats),
            change_budget: self.change_budget.unwrap_or(present.change_budget),
            moves_per_year: self.moves_per_year.unwrap_or(present.moves_per_year),
            may_move: self.may_move.map_or(present.may_move, may_move),
            lease: self.lease.unwrap_or(present.lease),
            renew_after: self.renew_after.unwrap_or(present.renew_after),
            grace: self.grace.unwrap_or(present.grace),
            term: self.term.map_or(Ok(present.term), |term| term.into_core(end_of_day))?,
            tolerance: match self.tolerance {
                Some(tolerance) => tolerance.over(&present.tolerance)?,
                None => present.tolerance,
            },
            drift_per_year: self.drift_per_year.unwrap_or(present.drift_per_year),
            copies: self.copies.unwrap_or(present.copies),
            reclaim_notice: self.reclaim_notice.unwrap_or(present.reclaim_notice),
            objection: self.objection.unwrap_or(present.objection),
            release_notice: self.release_notice.unwrap_or(present.release_notice),
            virtual_machines: self.virtual_machines.unwrap_or(present.virtual_machines),
            containers: self.containers.unwrap_or(present.containers),
            restrictions: self.restrictions.map_or(present.restrictions, Into::into),
            routes,
            revocation_notice: self.revocation_notice.unwrap_or(present.revocation_notice),
            ..present
        })
    }
}

/// The rules of a kind of licence, in their latest version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Policy {
    /// Names the policy.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub id: PolicyId,
    /// Counts the versions, from 1.
    pub version: u32,
    /// What people call it.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: Name,
    /// The kind of licence.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = ChannelName))]
    pub channel: Channel,
    /// How many devices a new licence may be active on.
    pub seats: u32,
    /// How many seats may be given away within one lease term while their former holder's lease still runs.
    pub change_budget: u32,
    /// How many seats may be given away within 365 days, if that is bounded.
    pub moves_per_year: Option<u32>,
    /// Whether a licence may go to another device at all.
    pub may_move: bool,
    /// How long a lease lasts.
    #[serde(with = "json::span")]
    #[cfg_attr(feature = "openapi", schema(value_type = u32))]
    pub lease_seconds: Span,
    /// How long after its issue a client renews a lease.
    #[serde(with = "json::span")]
    #[cfg_attr(feature = "openapi", schema(value_type = u32))]
    pub renew_after_seconds: Span,
    /// How long an application goes on after its lease has expired.
    #[serde(with = "json::span")]
    #[cfg_attr(feature = "openapi", schema(value_type = u32))]
    pub grace_seconds: Span,
    /// When the right ends.
    pub term: Term,
    /// How much changed hardware is still the same device.
    pub tolerance: Tolerance,
    /// How far a device's bound hardware may follow accepted changes within 365 days.
    pub drift_per_year: u16,
    /// What happens when two copies of an installation are alive.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = CopiesName))]
    pub copies: Copies,
    /// The notice of a reclaim: how long after the end of its last lease a silent device's seat may be given to another. It runs beside the grace, and the
    /// seat is safe until both are over.
    #[serde(with = "json::span")]
    #[cfg_attr(feature = "openapi", schema(value_type = u32))]
    pub reclaim_notice_seconds: Span,
    /// For how long a device whose seat was reclaimed gets it back when it is heard of again.
    #[serde(with = "json::span")]
    #[cfg_attr(feature = "openapi", schema(value_type = u32))]
    pub objection_seconds: Span,
    /// How long a release asked for with the bare key waits; 0 when it cannot be asked for.
    #[serde(with = "json::span")]
    #[cfg_attr(feature = "openapi", schema(value_type = u32))]
    pub release_notice_seconds: Span,
    /// Whether virtual machines may be activated.
    pub virtual_machines: bool,
    /// Whether containers may be activated.
    pub containers: bool,
    /// What an application holds back while it is not activated.
    pub restrictions: Restrictions,
    /// The ways of activating that are allowed.
    #[serde(with = "json::texts")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<RouteName>))]
    pub routes: Vec<Route>,
    /// How long a revocation is announced before it takes effect.
    #[serde(with = "json::span")]
    #[cfg_attr(feature = "openapi", schema(value_type = u32))]
    pub revocation_notice_seconds: Span,
    /// When this version was written.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created: Timestamp,
}

impl From<&policy::Policy> for Policy {
    fn from(policy: &policy::Policy) -> Self {
        Self {
            id: policy.id,
            version: policy.version,
            name: policy.name.clone(),
            channel: policy.channel,
            seats: policy.seats,
            change_budget: policy.change_budget,
            moves_per_year: policy.moves_per_year,
            may_move: policy.may_move == policy::MayMove::Yes,
            lease_seconds: policy.lease,
            renew_after_seconds: policy.renew_after,
            grace_seconds: policy.grace,
            term: policy.term.into(),
            tolerance: (&policy.tolerance).into(),
            drift_per_year: policy.drift_per_year,
            copies: policy.copies,
            reclaim_notice_seconds: policy.reclaim_notice,
            objection_seconds: policy.objection,
            release_notice_seconds: policy.release_notice,
            virtual_machines: policy.virtual_machines,
            containers: policy.containers,
            restrictions: (&policy.restrictions).into(),
            routes: policy.routes.clone(),
            revocation_notice_seconds: policy.revocation_notice,
            created: policy.created,
        }
    }
}

/// The kinds of licence, for the OpenAPI file; never built.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[schema(as = Channel, rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used")]
enum ChannelName {
    Retail,
    Oem,
    Volume,
    Site,
    Trial,
    Subscription,
}

/// What happens to copies, for the OpenAPI file; never built.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[schema(as = Copies, rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used")]
enum CopiesName {
    Tell,
    Refuse,
}

/// The ways of activating, for the OpenAPI file; never built.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[schema(as = Route, rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used")]
enum RouteName {
    Online,
    Human,
    File,
    Site,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: PolicyId = PolicyId::from_bytes([1; 16]);

    fn no_days(_: &str, _: &str) -> Result<Timestamp, Failure> {
        Err(Failure::service_unavailable())
    }

    fn created(text: &str) -> policy::Policy {
        let body: CreatePolicy = serde_json::from_str(text).unwrap();
        body.into_core(ID, Timestamp::MIN, no_days).unwrap()
    }

    #[test]
    fn a_policy_that_says_nothing_is_as_its_channel_has_it() {
        for channel in Channel::ALL {
            let policy = created(&format!(r#"{{"name":"p","channel":"{}"}}"#, channel.as_str()));
            let preset = policy::Policy::preset(channel, ID, Name::new("p").unwrap(), Timestamp::MIN);
            assert_eq!(policy, preset);
            let answer = Policy::from(&policy);
            let text = serde_json::to_string(&answer).unwrap();
            assert_eq!(serde_json::from_str::<Policy>(&text).unwrap(), answer);
        }
    }

    #[test]
    fn what_is_said_replaces_the_usual_and_the_rest_stays() {
        let policy = created(
            r#"{"name":"p","channel":"retail","seats":5,"may_move":false,"moves_unbounded":true,
                "term":{"kind":"days","days":90},"routes":["site","online","site"],
                "restrictions":{"watermark":"試用版"}}"#,
        );
        assert_eq!((policy.seats, policy.may_move, policy.moves_per_year), (5, policy::MayMove::No, None));
        assert_eq!(policy.term, policy::Term::Days(90));
        assert_eq!(policy.routes, [Route::Online, Route::Site]);
        assert!(!policy.restrictions.personalisation_locked);
        let change: ChangePolicy = serde_json::from_str(r#"{"seats":7}"#).unwrap();
        let changed = change.into_core(&policy, no_days).unwrap();
        assert_eq!(changed, policy::Policy { seats: 7, ..policy });
    }

    #[test]
    fn a_misspelt_rule_is_refused() {
        for text in [r#"{"name":"p","channel":"retail","seat":5}"#, r#"{"name":"p","channel":"kms"}"#, "{}"] {
            assert!(serde_json::from_str::<CreatePolicy>(text).is_err(), "{text}");
        }
    }
}
