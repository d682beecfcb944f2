//! `GET /v1/licences/{id}/activations`

#![expect(unused_qualifications, reason = "utoipa's macro writes the parameters' type with its path")]

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use warifu_core::id::LicenceId;
use warifu_proto::wire::staff::activation::Activation;
use warifu_proto::wire::staff::list::List;

use super::made::{activation_list, read_licence};
use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, Params, page, record_id};

/// Which page is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ActivationsPage {
    /// `next` of the page before.
    #[param(format = "uuid")]
    after: Option<String>,
    /// How many at most; 50 when it is not given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
}

/// Lists a licence's devices, released ones included, oldest first.
#[utoipa::path(get, path = "/v1/licences/{id}/activations", tag = "licences", operation_id = "list_activations",
    params(("id" = String, Path, format = "uuid", description = "The licence"), ActivationsPage),
    responses((status = OK, body = List<Activation>)))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<String>,
    Params(wanted): Params<ActivationsPage>,
) -> Answer<List<Activation>> {
    let id: LicenceId = record_id("licence", &id)?;
    let page = page(wanted.after.as_deref(), wanted.limit)?;
    let list = app
        .aside(move |service| {
            read_licence(service, id)?;
            let seats = service.reads().activations(id, &page)?;
            activation_list(service, &seats, page.limit)
        })
        .await?;
    Ok(Json(list))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use warifu_core::time::{Span, Timestamp};
    use warifu_proto::keys::KeyAlgorithm;

    use crate::testing::{Device, World, lease_id};

    #[tokio::test]
    async fn a_reclaim_is_listed_while_it_is_announced_and_the_device_that_comes_back_is_told() {
        let world = World::new().await;
        let policy = world.shop(json!({"seats": 1, "reclaim_notice_seconds": 30 * 86_400})).await;
        let keys = world.keys(&policy, 1).await;
        let [silent, other] = [1, 2].map(|number| Device::new(number, KeyAlgorithm::Ed25519));
        let lease = lease_id(&silent.activate(&world, &keys[0]).await.expect(200));
        let licences = world.get("/v1/licences").await.expect(200).json();
        let path = format!("/v1/licences/{}/activations", licences["items"][0]["id"].as_str().unwrap());
        let seat = async || world.get(&path).await.expect(200).json()["items"][0].clone();
        let time = |value: &Value| value.as_str().unwrap().parse::<Timestamp>().unwrap();

        world.pass(Span::days(59));
        assert_eq!(seat().await["reclaim_announced"], Value::Null);
        world.pass(Span::days(1));
        let announced = seat().await;
        assert_eq!(announced["reclaim_announced"], announced["lease_until"]);
        let from = time(&announced["reclaimable_from"]);
        assert_eq!(
            from,
            time(&announced["lease_until"]).plus(Span::days(30)),
            "the notice, beside the grace"
        );

        world.pass(Span::days(30));
        assert_eq!(other.activate(&world, &keys[0]).await.expect(409).code(), "seat_limit_reached");
        world.pass(Span::seconds(1));
        other.activate(&world, &keys[0]).await.expect(200);
        let reclaimed = seat().await;
        assert_eq!((&reclaimed["reclaim_announced"], &reclaimed["active"]), (&Value::Null, &json!(false)));
        assert_eq!(reclaimed["reclaimed"], reclaimed["released"]);

        world.pass(Span::days(3));
        let told = silent.renew(&world, lease).await.expect(200).json();
        assert_eq!(told["notices"][0]["code"], "seat_was_reclaimed");
        assert_eq!(told["notices"][0]["values"], json!({ "reclaimed": reclaimed["reclaimed"] }));
        let held = seat().await;
        assert_eq!((&held["active"], &held["reclaimed"]), (&json!(true), &reclaimed["reclaimed"]));
    }
}
