//! `POST /v1/products`

use axum::extract::State;
use warifu_proto::wire::staff::product::{CreateProduct, Product};
use warifu_service::staff::registry::RegistryAct;

use super::made;
use crate::answer::{Created, created};
use crate::app::App;
use crate::received::Write;

/// Adds a product.
#[utoipa::path(post, path = "/v1/products", tag = "products", operation_id = "create_product",
    request_body = CreateProduct, responses((status = CREATED, body = Product)))]
pub(crate) async fn handle(State(app): State<App>, write: Write<CreateProduct>) -> Created<Product> {
    let CreateProduct { code, name } = write.body;
    let act = RegistryAct::CreateProduct { id: app.service.new_product_id(), code, name };
    let outcome = app.service.change_registry(write.by, act, Some(write.attempt)).await?;
    let product = made::product(outcome, &app.service.snapshot().registry)?;
    Ok(created((&product).into()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::World;

    #[tokio::test]
    async fn a_products_code_is_taken_once() {
        let world = World::new().await;
        let made = world.post("/v1/products", json!({"code": "draw", "name": " 描画 "})).await.expect(201);
        assert_eq!(made.member("name"), "描画");
        let again = world.post("/v1/products", json!({"code": "draw", "name": "Other"})).await.expect(409);
        assert_eq!(again.code(), "record_exists");
        let list = world.get("/v1/products").await.expect(200).json();
        assert_eq!(list["items"][0]["id"], made.member("id"));
    }
}
