//! `POST /v1/purchase-proofs`

use axum::extract::State;
use axum::{Extension, Json};
use warifu_core::catalogue::Failure;
use warifu_core::key::ProofHours;
use warifu_core::staff::Role;
use warifu_proto::wire::staff::purchase_proof::{ProofIssued, ProvePurchase};

use crate::answer::Answer;
use crate::app::App;
use crate::received::{By, Write};
use crate::route::term;

/// Issues a one-time proof of purchase for a product key of an epoch that is marked as compromised, named by its number.
#[utoipa::path(post, path = "/v1/purchase-proofs", tag = "licences", operation_id = "prove_purchase",
    request_body = ProvePurchase, responses((status = OK, body = ProofIssued)))]
pub(crate) async fn handle(
    State(app): State<App>,
    Extension(By(staff)): Extension<By>,
    write: Write<ProvePurchase>,
) -> Answer<ProofIssued> {
    let ProvePurchase { key_number, hours } = write.body;
    let hours = match hours {
        None => ProofHours::USUAL,
        Some(asked) => {
            ProofHours::new(asked).ok_or_else(|| Failure::field_not_valid("hours", asked, "proof_hours"))?
        }
    };
    if hours > ProofHours::USUAL && !staff.role.allows(Role::Operator) {
        return Err(Failure::role_insufficient(term(staff.role), term(Role::Operator)).into());
    }
    let proof = app.service.prove_purchase(write.by, key_number, hours, Some(write.attempt)).await?;
    let ends = proof.ends();
    Ok(Json(ProofIssued { key_number, proof, ends }))
}

#[cfg(test)]
mod tests {
    use axum::http::Method;
    use serde_json::{Value, json};
    use warifu_core::staff::Role;
    use warifu_core::time::Span;
    use warifu_proto::keys::KeyAlgorithm;

    use crate::testing::{Counting, Device, Reply, World, lease_id};

    /// A shop with two keys whose master is known to somebody else, and their numbers.
    async fn leaked(policy: Value) -> (World, Vec<String>, Vec<String>) {
        let world = World::new().await;
        let policy = world.shop(policy).await;
        let keys = world.keys(&policy, 2).await;
        world.change_secrets(|secrets| {
            secrets.begin_epoch(&mut Counting(99)).unwrap();
            assert!(secrets.mark_compromised(1));
        });
        let numbers = keys.iter().map(|key| key[..11].to_owned()).collect();
        (world, keys, numbers)
    }

    async fn prove(world: &World, role: Role, number: &str, hours: u16) -> Reply {
        let body = json!({"key_number": number, "hours": hours});
        world.staff(role, Method::POST, "/v1/purchase-proofs", body).await
    }

    async fn activate_with(world: &World, seed: u8, key: &str, proof: &str) -> Reply {
        let device = Device::new(seed, KeyAlgorithm::Ed25519);
        let mut request = device.activate_request(world, key);
        request.purchase_proof = Some(proof.parse().unwrap());
        world.deliver(&device.sign(world, &request)).await
    }

    #[tokio::test]
    async fn a_proof_lets_one_device_in_once_and_the_log_knows_who_gave_it() {
        let (world, keys, numbers) = leaked(json!({"seats": 3})).await;
        let refused = Device::new(1, KeyAlgorithm::Ed25519).activate(&world, &keys[0]).await;
        assert_eq!(refused.code(), "key_epoch_compromised");
        let issued = prove(&world, Role::Support, &numbers[0], 72).await.expect(200);
        let proof = issued.member("proof");
        activate_with(&world, 1, &keys[0], &proof).await.expect(200);
        assert_eq!(
            activate_with(&world, 2, &keys[0], &proof).await.expect(403).code(),
            "purchase_proof_used"
        );
        // The device that is in needs none any more, and another device gets another, in the same second too.
        Device::new(1, KeyAlgorithm::Ed25519).activate(&world, &keys[0]).await.expect(200);
        let second = prove(&world, Role::Operator, &numbers[0], 72).await.expect(200).member("proof");
        assert_ne!(second, proof);
        activate_with(&world, 2, &keys[0], &second).await.expect(200);
        let events = world.get("/v1/events?limit=200").await.expect(200);
        let support = world.get("/v1/staff").await.json()["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|staff| staff["role"] == "support")
            .unwrap()["id"]
            .clone();
        let items = events.json()["items"].as_array().unwrap().clone();
        let issues: Vec<_> =
            items.iter().filter(|event| event["action"] == "purchase_proof.issued").collect();
        assert_eq!(issues.len(), 2);
        assert!(issues.iter().any(|event| event["actor_id"] == support), "{issues:?}");
        assert!(
            issues.iter().all(|event| event["details"]["key_number"] == numbers[0].as_str()),
            "{issues:?}"
        );
        let grants = items.iter().filter(|event| event["action"] == "activation.granted");
        assert_eq!(grants.filter(|event| event["details"]["purchase_proof"].is_string()).count(), 2);
        assert!(!events.text.contains(&proof) && !events.text.contains(&keys[0]));
        // A device that is in repeats what it once sent: that the proof has had its time is nothing to it.
        world.pass(Span::hours(73));
        activate_with(&world, 1, &keys[0], &proof).await.expect(200);
        assert_eq!(activate_with(&world, 3, &keys[0], &proof).await.code(), "purchase_proof_expired");
    }

    #[tokio::test]
    async fn a_device_that_is_active_on_another_licence_changes_to_a_leaked_key_with_a_proof() {
        let (world, keys, numbers) = leaked(json!({"seats": 1})).await;
        let device = Device::new(1, KeyAlgorithm::Ed25519);
        let proof = prove(&world, Role::Support, &numbers[0], 72).await.expect(200).member("proof");
        let lease = lease_id(&activate_with(&world, 1, &keys[0], &proof).await.expect(200));
        assert_eq!(device.change_key(&world, lease, &keys[1]).await.code(), "key_epoch_compromised");
        let proof = prove(&world, Role::Support, &numbers[1], 72).await.expect(200).member("proof");
        // Whoever types the key where a device is activated is told to change the key, and has not used the proof up.
        let refused = activate_with(&world, 1, &keys[1], &proof).await;
        assert_eq!(refused.code(), "installation_has_other_licence");
        // Nor is anybody sent for a proof before that.
        assert_eq!(device.activate(&world, &keys[1]).await.code(), "installation_has_other_licence");
        let with = |proof: &str| {
            let mut request = device.change_key_request(&world, lease, &keys[1]);
            request.purchase_proof = Some(proof.parse().unwrap());
            device.sign(&world, &request)
        };
        world.deliver(&with(&proof)).await.expect(200);
        let events = world.get("/v1/events?limit=200").await.expect(200).json();
        let changed =
            events["items"].as_array().unwrap().iter().find(|event| event["action"] == "key.changed");
        assert!(changed.unwrap()["details"]["purchase_proof"].is_string(), "{changed:?}");
    }

    /// Nobody is given a code that lets no device in.
    #[tokio::test]
    async fn a_licence_that_stays_with_its_device_gets_no_proof_for_another() {
        let (world, keys, numbers) = leaked(json!({"channel": "oem", "seats": 1})).await;
        let proof = prove(&world, Role::Support, &numbers[0], 72).await.expect(200).member("proof");
        activate_with(&world, 1, &keys[0], &proof).await.expect(200);
        let refused = prove(&world, Role::Support, &numbers[0], 72).await.expect(403);
        assert_eq!(refused.code(), "device_may_not_move");
        // Its own device needs none.
        Device::new(1, KeyAlgorithm::Ed25519).activate(&world, &keys[0]).await.expect(200);
    }

    #[tokio::test]
    async fn a_proof_of_another_key_of_another_form_or_past_its_time_lets_nobody_in() {
        let (world, keys, numbers) = leaked(json!({"seats": 3})).await;
        let proof = prove(&world, Role::Support, &numbers[0], 72).await.expect(200).member("proof");
        let other = activate_with(&world, 1, &keys[1], &proof).await.expect(403);
        assert_eq!(other.code(), "purchase_proof_not_valid");
        let last = if proof.ends_with('0') { "1" } else { "0" };
        let forged = format!("{}{last}", &proof[..proof.len() - 1]);
        assert_eq!(activate_with(&world, 1, &keys[0], &forged).await.code(), "purchase_proof_not_valid");
        world.pass(Span::hours(73));
        assert_eq!(activate_with(&world, 1, &keys[0], &proof).await.code(), "purchase_proof_expired");
        // None of this has used a seat, or the proof of anybody.
        let proof = prove(&world, Role::Support, &numbers[0], 1).await.expect(200).member("proof");
        activate_with(&world, 1, &keys[0], &proof).await.expect(200);
    }

    #[tokio::test]
    async fn a_refused_activation_leaves_the_proof_as_it_was_and_a_newer_one_replaces_it() {
        let (world, keys, numbers) = leaked(json!({"seats": 1, "change_budget": 3})).await;
        let older = prove(&world, Role::Support, &numbers[0], 72).await.expect(200).member("proof");
        world.pass(Span::seconds(60));
        let newer = prove(&world, Role::Support, &numbers[0], 72).await.expect(200).member("proof");
        activate_with(&world, 1, &keys[0], &newer).await.expect(200);
        assert_eq!(activate_with(&world, 2, &keys[0], &older).await.code(), "purchase_proof_used");
        let third = prove(&world, Role::Support, &numbers[0], 72).await.expect(200).member("proof");
        assert_eq!(activate_with(&world, 2, &keys[0], &third).await.code(), "seat_limit_reached");
        let licence = world.get("/v1/licences").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
        world.post(&format!("/v1/licences/{licence}/top-up"), json!({"seats": 1})).await.expect(200);
        activate_with(&world, 2, &keys[0], &third).await.expect(200);
    }

    #[tokio::test]
    async fn support_gives_three_days_at_most_and_only_where_it_is_needed() {
        let (world, _, numbers) = leaked(json!({})).await;
        assert_eq!(prove(&world, Role::ReadOnly, &numbers[0], 1).await.code(), "role_insufficient");
        assert_eq!(prove(&world, Role::Support, &numbers[0], 73).await.code(), "role_insufficient");
        prove(&world, Role::Operator, &numbers[0], 168).await.expect(200);
        for hours in [0, 169] {
            assert_eq!(
                prove(&world, Role::Owner, &numbers[0], hours).await.expect(422).code(),
                "field_not_valid"
            );
        }
        let policies = world.get("/v1/policies").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
        let sound = world.keys(&policies, 1).await[0][..11].to_owned();
        assert_eq!(
            prove(&world, Role::Owner, &sound, 1).await.expect(409).code(),
            "purchase_proof_not_needed"
        );
        let unissued = "20040-0000V";
        assert_eq!(prove(&world, Role::Owner, unissued, 1).await.code(), "record_not_found");
        let batch = world.get("/v1/batches").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
        world.post(&format!("/v1/batches/{batch}/withdraw"), Value::Null).await.expect(200);
        assert_eq!(prove(&world, Role::Owner, &numbers[0], 1).await.code(), "batch_withdrawn");
    }

    #[tokio::test]
    async fn a_request_that_is_repeated_gets_the_same_proof_and_whoever_guesses_is_slowed_down() {
        let (world, keys, numbers) = leaked(json!({})).await;
        let attempt = world.attempt();
        let mut proofs = Vec::new();
        for _ in 0..2 {
            let body = json!({"key_number": numbers[0]});
            proofs.push(
                world.staff_again(Role::Support, "/v1/purchase-proofs", body, attempt).await.member("proof"),
            );
            world.pass(Span::seconds(300));
        }
        assert_eq!(proofs[0], proofs[1]);
        let events = world.get("/v1/events?limit=200").await.text;
        assert_eq!(events.matches("purchase_proof.issued").count(), 1);
        // Its head is right, the rest invented.
        let guess = format!("{}000-00000-00000-00000", &proofs[0][..14]);
        let mut codes = Vec::new();
        for _ in 0..30 {
            codes.push(activate_with(&world, 1, &keys[0], &guess).await.code());
        }
        assert_eq!(codes[0], "purchase_proof_not_valid");
        assert_eq!(codes.last().unwrap(), "rate_limited");
    }
}
