//! `GET /v1/skus`

use axum::Json;
use axum::extract::State;
use warifu_proto::wire::staff::list::List;
use warifu_proto::wire::staff::sku::Sku;

use crate::app::App;

/// Lists all SKUs by their numbers.
#[utoipa::path(get, path = "/v1/skus", tag = "products", operation_id = "list_skus",
    responses((status = OK, body = List<Sku>)))]
pub(crate) async fn handle(State(app): State<App>) -> Json<List<Sku>> {
    let snapshot = app.service.snapshot();
    let registry = &snapshot.registry;
    let mut skus: Vec<_> =
        registry.skus.values().filter_map(|sku| Some(Sku::of(sku, registry.product_of(sku)?))).collect();
    skus.sort_by_key(|sku| sku.number);
    Json(List::whole(skus))
}
