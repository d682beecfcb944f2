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
