//! `POST /v1/skus`

use axum::extract::State;
use warifu_core::catalogue::Failure;
use warifu_proto::wire::staff::sku::{CreateSku, Sku};
use warifu_service::staff::registry::RegistryAct;

use super::made;
use crate::answer::{Created, created};
use crate::app::App;
use crate::received::Write;

/// Adds a SKU: an edition of a product as it is sold.
#[utoipa::path(post, path = "/v1/skus", tag = "products", operation_id = "create_sku",
    request_body = CreateSku, responses((status = CREATED, body = Sku)))]
pub(crate) async fn handle(State(app): State<App>, write: Write<CreateSku>) -> Created<Sku> {
    let CreateSku { product: code, edition, name, number, features } = write.body;
    let snapshot = app.service.snapshot();
    let product = snapshot.registry.products.values().find(|product| product.code == code);
    let product = product.ok_or_else(|| Failure::record_not_found("product", &code))?;
    let act = RegistryAct::CreateSku { number, product: product.id, edition, name, features };
    let outcome = app.service.change_registry(write.by, act, Some(write.attempt)).await?;
    let sku = made::sku(outcome, &app.service.snapshot().registry)?;
    Ok(created(Sku::of(&sku, product)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::World;

    #[tokio::test]
    async fn a_sku_takes_the_next_number_or_the_one_asked_for() {
        let world = World::new().await;
        world.shop(json!({})).await;
        let sku = |edition: &str, number: Option<u16>| json!({"product": "draw", "edition": edition, "name": edition, "number": number});
        assert_eq!(world.post("/v1/skus", sku("home", Some(40))).await.expect(201).json()["number"], 40);
        assert_eq!(world.post("/v1/skus", sku("team", None)).await.expect(201).json()["number"], 41);
        assert_eq!(world.post("/v1/skus", sku("lite", Some(40))).await.expect(409).code(), "record_exists");
        let unknown = json!({"product": "none", "edition": "pro", "name": "Pro"});
        assert_eq!(world.post("/v1/skus", unknown).await.expect(404).code(), "record_not_found");
        let list = world.get("/v1/skus").await.expect(200).json();
        let numbers: Vec<_> =
            list["items"].as_array().unwrap().iter().map(|sku| sku["number"].clone()).collect();
        assert_eq!(numbers, [1, 40, 41]);
    }
}
