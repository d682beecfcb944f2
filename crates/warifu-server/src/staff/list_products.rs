//! `GET /v1/products`

use axum::Json;
use axum::extract::State;
use warifu_proto::wire::staff::list::List;
use warifu_proto::wire::staff::product::Product;

use crate::app::App;

/// Lists all products, oldest first.
#[utoipa::path(get, path = "/v1/products", tag = "products", operation_id = "list_products",
    responses((status = OK, body = List<Product>)))]
pub(crate) async fn handle(State(app): State<App>) -> Json<List<Product>> {
    let snapshot = app.service.snapshot();
    let mut products: Vec<_> = snapshot.registry.products.values().collect();
    products.sort_by_key(|product| product.id);
    Json(List::whole(products.into_iter().map(Product::from).collect()))
}
