//! `DELETE /v1/staff/{id}`

use axum::extract::State;
use axum::http::StatusCode;
use warifu_core::id::StaffId;
use warifu_service::staff::registry::RegistryAct;

use crate::app::App;
use crate::problem::Problem;
use crate::received::{At, Nothing, Write, record_id};

/// Withdraws a staff token. The last owner stays.
#[utoipa::path(delete, path = "/v1/staff/{id}", tag = "staff", operation_id = "remove_staff",
    params(("id" = String, Path, format = "uuid", description = "The member of staff")),
    responses((status = NO_CONTENT, description = "The token is withdrawn")))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<String>,
    write: Write<Nothing>,
) -> Result<StatusCode, Problem> {
    let id: StaffId = record_id("staff", &id)?;
    app.service.change_registry(write.by, RegistryAct::RemoveStaff(id), Some(write.attempt)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use axum::http::Method;
    use serde_json::Value;
    use warifu_core::staff::Role;

    use crate::testing::World;

    #[tokio::test]
    async fn the_last_owner_stays() {
        let world = World::new().await;
        let members = world.get("/v1/staff").await.json();
        let id_of = |role: &str| {
            let member =
                members["items"].as_array().unwrap().iter().find(|member| member["role"] == role).unwrap();
            member["id"].as_str().unwrap().to_owned()
        };
        let remove = async |role: &str| {
            let path = format!("/v1/staff/{}", id_of(role));
            world.staff(Role::Owner, Method::DELETE, &path, Value::Null).await
        };
        assert_eq!(remove("owner").await.expect(422).code(), "field_not_valid");
        remove("support").await.expect(204);
        assert_eq!(
            world.staff(Role::Support, Method::GET, "/v1/products", Value::Null).await.code(),
            "token_not_valid"
        );
    }
}
