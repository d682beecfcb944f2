//! `GET /v1/batches`

use axum::Json;
use axum::extract::State;
use warifu_proto::wire::staff::batch::Batch;
use warifu_proto::wire::staff::list::List;

use crate::app::App;

/// Lists all batches of product keys, oldest first.
#[utoipa::path(get, path = "/v1/batches", tag = "keys", operation_id = "list_batches",
    responses((status = OK, body = List<Batch>)))]
pub(crate) async fn handle(State(app): State<App>) -> Json<List<Batch>> {
    let snapshot = app.service.snapshot();
    let mut batches: Vec<_> = snapshot.registry.batches.values().collect();
    batches.sort_by_key(|batch| batch.id);
    Json(List::whole(batches.into_iter().map(Batch::from).collect()))
}
