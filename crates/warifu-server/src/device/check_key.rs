//! `POST /v1/keys/check`

use axum::Json;
use axum::extract::State;
use warifu_core::key::{SkuNumber, read};
use warifu_core::text::Slug;
use warifu_proto::wire::key_check::{KeyCheckAnswer, KeyCheckRequest};
use warifu_service::port::Registry;

use crate::answer::Answer;
use crate::app::App;
use crate::received::JsonBody;

/// What the symbols of a product key alone tell, before it is used. Whether the key is genuine, only an activation tells.
#[utoipa::path(post, path = "/v1/keys/check", tag = "device", operation_id = "check_key",
    request_body = KeyCheckRequest, responses((status = OK, body = KeyCheckAnswer)))]
pub(crate) async fn handle(
    State(app): State<App>,
    JsonBody(request): JsonBody<KeyCheckRequest>,
) -> Answer<KeyCheckAnswer> {
    let verdict = read(request.key.expose());
    let Some(product) = request.product else { return Ok(Json(KeyCheckAnswer::from(&verdict))) };
    let snapshot = app.service.snapshot();
    let wanted = skus_of(&snapshot.registry, &product);
    let mut answer = KeyCheckAnswer::from(&verdict.for_skus(&wanted));
    // A product that the asker did not name is not named to them: it may not be on sale yet.
    let sku = answer.key_number.map(|number| number.sku).filter(|sku| wanted.contains(sku));
    if let Some(sku) = sku.and_then(|sku| snapshot.registry.skus.get(&sku)) {
        answer.edition = Some(sku.edition.clone());
        answer.product = Some(product);
    }
    Ok(Json(answer))
}

fn skus_of(registry: &Registry, product: &Slug) -> Vec<SkuNumber> {
    let is_of = |sku: &&warifu_core::product::Sku| {
        registry.product_of(sku).is_some_and(|found| found.code == *product)
    };
    registry.skus.values().filter(is_of).map(|sku| sku.number).collect()
}
