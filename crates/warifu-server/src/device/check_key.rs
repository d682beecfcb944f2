//! `POST /v1/keys/check`

use axum::Json;
use axum::extract::State;
use warifu_core::key::{SkuNumber, read};
use warifu_core::text::Slug;
use warifu_proto::wire::key_check::{KeyCheckAnswer, KeyCheckRequest, KeyVerdict};
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
    if wanted.is_empty() && answer.verdict == KeyVerdict::Valid {
        // A product that does not exist has no key; an empty list of SKUs would mean that any will do.
        answer.verdict = KeyVerdict::OtherSku;
    }
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

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use axum::http::header::CONTENT_TYPE;
    use serde_json::{Value, json};

    use crate::key_vectors::vectors;
    use crate::testing::World;

    async fn check(world: &World, body: Value) -> Value {
        let request = Request::post("/v1/keys/check").header(CONTENT_TYPE, "application/json; charset=utf-8");
        world.send(request.body(Body::from(body.to_string())).unwrap()).await.expect(200).json()
    }

    #[tokio::test]
    async fn a_check_tells_what_the_symbols_tell_and_names_no_other_product() {
        let world = World::new().await;
        let policy = world.shop(json!({})).await;
        let key = world.keys(&policy, 1).await.remove(0);
        let valid = check(&world, json!({"key": key, "product": "draw"})).await;
        assert_eq!((&valid["verdict"], &valid["edition"]), (&json!("valid"), &json!("pro")));
        let other = check(&world, json!({"key": key, "product": "paint"})).await;
        assert_eq!((&other["verdict"], &other["product"]), (&json!("other_sku"), &Value::Null));
        assert_eq!(check(&world, json!({"key": "hello"})).await["verdict"], "not_a_key");
    }

    #[tokio::test]
    async fn a_text_is_what_the_golden_vectors_say() {
        let world = World::new().await;
        for vector in vectors().into_iter().filter(|vector| !vector.text.is_empty()) {
            let answer = check(&world, json!({"key": vector.text})).await;
            let is_mended = matches!(vector.verdict, "correctable" | "unchecked");
            let expected = json!({
                "verdict": vector.verdict,
                "key_number": vector.key.map(|key| &key[..11]),
                "offer": vector.key.filter(|_| is_mended),
                "flaw": vector.flaw,
                "positions": vector.places,
                "symbols": vector.symbols,
                "product": null,
                "edition": null,
            });
            assert_eq!(answer, expected, "{:?}", vector.text);
        }
    }
}
