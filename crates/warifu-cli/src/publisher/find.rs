//! Records by what people call them: a policy by its name, a licence by its key number.

use serde_json::Value;
use warifu_core::catalogue::Failure;
use warifu_core::id::{LicenceId, PolicyId};
use warifu_core::key::{KeyNumber, Verdict, read};
use warifu_core::text::{Name, Slug};

use super::api::Api;
use crate::error::CliError;

/// How much is repeated of a text that names no licence: a key number's length, so that no product key is shown.
const SHOWN_MAX: usize = 11;

/// The id of the policy with this id or name.
pub(super) fn policy(api: &Api, named: &str) -> Result<PolicyId, CliError> {
    if let Ok(id) = named.parse() {
        return Ok(id);
    }
    let all = api.get("/v1/policies", &[])?;
    let found = items(&all)
        .find(|policy| policy["name"] == named)
        .and_then(|policy| policy["id"].as_str()?.parse().ok());
    found.ok_or_else(|| api.at(Failure::record_not_found("policy", named)))
}

/// The id of the licence with this id or key number.
pub(super) fn licence(api: &Api, named: &str) -> Result<LicenceId, CliError> {
    if let Ok(id) = named.parse() {
        return Ok(id);
    }
    // Of a whole product key, the public number is what counts; the rest is not shown.
    let number: KeyNumber = match (named.parse(), read(named)) {
        (Ok(number), _) => number,
        (Err(_), Verdict::Valid(key)) => key.number(),
        (Err(_), _) => {
            let shown: String = named.chars().take(SHOWN_MAX).collect();
            let rest = if shown == named { "" } else { "…" };
            return Err(api.at(Failure::record_not_found("licence", format!("{shown}{rest}"))));
        }
    };
    let page = api.get("/v1/licences", &[("key_number", number.to_string())])?;
    let found = items(&page).next().and_then(|licence| licence["id"].as_str()?.parse().ok());
    found.ok_or_else(|| api.at(Failure::record_not_found("licence", number)))
}

/// The records of a list.
pub(super) fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list["items"].as_array().into_iter().flatten()
}

/// An option's value as a name.
pub(super) fn name(option: &str, text: &str) -> Result<Name, CliError> {
    Name::new(text).map_err(|_| Failure::field_not_valid(option, text, Name::RULE).into())
}

/// An option's value as a code.
pub(super) fn code(option: &str, text: &str) -> Result<Slug, CliError> {
    Slug::new(text).map_err(|_| Failure::field_not_valid(option, text, Slug::RULE).into())
}

/// An id of which a path is made; it must be one, so that the path stays what it is.
pub(super) fn id<T: std::str::FromStr + ToString>(
    api: &Api,
    kind: &str,
    text: &str,
) -> Result<String, CliError> {
    let id: Result<T, _> = text.parse();
    id.map(|id| id.to_string()).map_err(|_| api.at(Failure::record_not_found(kind, text)))
}
