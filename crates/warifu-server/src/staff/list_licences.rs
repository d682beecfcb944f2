//! `GET /v1/licences`

#![expect(unused_qualifications, reason = "utoipa's macro writes the parameters' type with its path")]

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use warifu_core::catalogue::Failure;
use warifu_core::key::SkuNumber;
use warifu_proto::wire::staff::licence::Licence;
use warifu_proto::wire::staff::list::List;
use warifu_service::port::LicenceFilter;

use crate::answer::Answer;
use crate::app::App;
use crate::received::{Params, page};

/// Which licences are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LicencesPage {
    /// `next` of the page before.
    #[param(format = "uuid")]
    after: Option<String>,
    /// How many at most; 50 when it is not given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// Only those of this SKU.
    #[param(maximum = 16383)]
    sku: Option<u16>,
    /// Only the one that this product key claims, by the key's public number.
    #[param(example = "20040-00001")]
    key_number: Option<String>,
    /// Only those with exactly this label.
    #[param(max_length = 100)]
    label: Option<String>,
}

/// Lists licences, oldest first.
#[utoipa::path(get, path = "/v1/licences", tag = "licences", operation_id = "list_licences",
    params(LicencesPage), responses((status = OK, body = List<Licence>)))]
pub(crate) async fn handle(
    State(app): State<App>,
    Params(wanted): Params<LicencesPage>,
) -> Answer<List<Licence>> {
    let page = page(wanted.after.as_deref(), wanted.limit)?;
    let bad_sku = |number| Failure::field_not_valid("sku", number, "0-16383");
    let sku = wanted.sku.map(|number| SkuNumber::new(number).ok_or_else(|| bad_sku(number))).transpose()?;
    // What is no key number is not quoted: it may be a whole key.
    let bad_number = |_| Failure::field_not_valid("key_number", "", "key_number_form");
    let key = wanted.key_number.map(|text| text.parse().map_err(bad_number)).transpose()?;
    let filter = LicenceFilter { sku, key, label: wanted.label };
    let licences = app.aside(move |service| Ok(service.reads().licences(&filter, &page)?)).await?;
    let full = licences.len() == usize::from(page.limit);
    let next = licences.last().filter(|_| full).map(|licence| licence.id.to_string());
    Ok(Json(List { items: licences.iter().map(Licence::from).collect(), next }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::World;

    #[tokio::test]
    async fn pages_and_filters_find_each_licence_once() {
        let world = World::new().await;
        let policy = world.shop(json!({})).await;
        for number in 0..7 {
            let label = if number % 2 == 0 { "even" } else { "odd" };
            let body = json!({"sku": 1, "policy": policy, "seats": number + 1, "label": label});
            world.post("/v1/licences", body).await.expect(201);
        }
        let mut seats = Vec::new();
        let mut path = "/v1/licences?limit=3".to_owned();
        loop {
            let page = world.get(&path).await.expect(200).json();
            seats.extend(
                page["items"].as_array().unwrap().iter().map(|licence| licence["seats"].as_u64().unwrap()),
            );
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/v1/licences?limit=3&after={next}");
        }
        seats.sort_unstable();
        assert_eq!(seats, [1, 2, 3, 4, 5, 6, 7]);
        for (filter, count) in [("label=odd", 3), ("label=none", 0), ("sku=1", 7), ("sku=2", 0)] {
            let page = world.get(&format!("/v1/licences?{filter}")).await.expect(200).json();
            assert_eq!(page["items"].as_array().unwrap().len(), count, "{filter}");
        }
    }
}
