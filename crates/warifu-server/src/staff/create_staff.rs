//! `POST /v1/staff`

use axum::extract::State;
use warifu_proto::wire::staff::member::{CreateStaff, CreatedStaff};
use warifu_service::group::Outcome;

use super::made;
use crate::answer::{Created, created};
use crate::app::App;
use crate::received::Write;

/// Makes a staff token, which is shown this once.
#[utoipa::path(post, path = "/v1/staff", tag = "staff", operation_id = "create_staff",
    request_body = CreateStaff, responses((status = CREATED, body = CreatedStaff)))]
pub(crate) async fn handle(State(app): State<App>, write: Write<CreateStaff>) -> Created<CreatedStaff> {
    let CreateStaff { name, role } = write.body;
    let (outcome, token) = app.service.create_staff(write.by, name, role, Some(write.attempt)).await?;
    // The token of an earlier answer is kept nowhere, and the one just drawn belongs to nobody.
    let token = if matches!(outcome, Outcome::Repeated(_)) { None } else { Some(token.expose().to_string()) };
    let staff = made::staff(outcome, &app.service.snapshot().registry)?;
    Ok(created(CreatedStaff { staff: (&staff).into(), token }))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
    use serde_json::json;
    use warifu_core::staff::Role;

    use crate::testing::World;

    #[tokio::test]
    async fn a_token_is_shown_once_even_when_the_request_is_repeated() {
        let world = World::new().await;
        let send = async || {
            let request = Request::post("/v1/staff")
                .header(AUTHORIZATION, format!("bearer {}", world.token(Role::Owner)))
                .header(CONTENT_TYPE, "application/json")
                .header("idempotency-key", "01890a5d-ac96-774b-bcce-b302099a8057")
                .body(Body::from(json!({"name": "CI", "role": "read-only"}).to_string()));
            world.send(request.unwrap()).await.expect(201).json()
        };
        let (first, second) = (send().await, send().await);
        assert_eq!(first["staff"], second["staff"]);
        assert!(first["token"].as_str().unwrap().starts_with("wst_") && second["token"].is_null());
        assert_eq!(
            world.get("/v1/staff").await.json()["items"].as_array().unwrap().len(),
            Role::ALL.len() + 1
        );
    }
}
