//! Promise 2 for what staff do: an act that was answered is in the store, unless another has undone it since.

use serde_json::Value;
use warifu_client::Response;
use warifu_core::licence::Standing;

use crate::staff::Act;
use crate::stop::Stop;
use crate::world::World;

impl World {
    /// An act that was answered is in the store.
    pub(crate) fn check_act(&self, place: usize, response: &Response) -> Result<(), Stop> {
        let attempt = &self.attempts[place];
        let key = &self.keys[attempt.key];
        let Some(licence) = key.licence.map(|id| self.licence(id)).transpose()?.flatten() else {
            return Err(Stop::violation(
                2,
                format_args!("{:?} was answered, and there is no such licence", attempt.act),
            ));
        };
        let answer: Value = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
        let holds = match attempt.act {
            Act::Suspend => licence.standing != Standing::Active,
            Act::Revoke => matches!(licence.standing, Standing::Revoked { .. }),
            Act::Reinstate => licence.standing == Standing::Active,
            Act::TopUp(_) => answer["seats"].as_u64().is_some(),
            Act::ReplaceKey => licence.key_generation > 0,
            Act::Release(_) | Act::Renew => true,
        };
        if holds || self.may_be_undone(place) {
            return self.check_licence(attempt.key);
        }
        Err(Stop::violation(
            2,
            format_args!("{:?} was acknowledged and is not in the store: {licence:?}", attempt.act),
        ))
    }

    /// Whether an act may have been undone before its answer left: the answer may be to a repetition, and another act that undoes it had no answer yet when
    /// it was begun, or was begun since. One that was refused did nothing.
    pub(crate) fn may_be_undone(&self, place: usize) -> bool {
        let attempt = &self.attempts[place];
        self.attempts.iter().any(|other| {
            other.key == attempt.key
                && undoes(other.act, attempt.act)
                && !other.refused
                && other.closed.is_none_or(|closed| closed >= attempt.begun)
        })
    }
}

const fn undoes(act: Act, other: Act) -> bool {
    matches!(
        (act, other),
        (Act::Reinstate, Act::Suspend | Act::Revoke) | (Act::Suspend | Act::Revoke, Act::Reinstate)
    )
}
