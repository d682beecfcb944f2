//! Records by what people call them: a policy by its name, a licence by its key number.

use serde_json::Value;
use warifu_core::catalogue::Failure;
use warifu_core::id::{LicenceId, PolicyId};
use warifu_core::key::KeyNumber;
use warifu_core::text::{Name, Slug, TextError};

use super::api::Api;
use crate::error::CliError;

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
    // What is neither is not shown: it may be a whole product key.
    let unknown = || api.at(Failure::record_not_found("licence", "?"));
    let number: KeyNumber = named.parse().map_err(|_| unknown())?;
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
    Name::new(text).map_err(|error| not_valid(option, text, error))
}

/// An option's value as a code.
pub(super) fn code(option: &str, text: &str) -> Result<Slug, CliError> {
    Slug::new(text).map_err(|error| not_valid(option, text, error))
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

fn not_valid(option: &str, text: &str, error: TextError) -> CliError {
    Failure::field_not_valid(option, text, error).into()
}
