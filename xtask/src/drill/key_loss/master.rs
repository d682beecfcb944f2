//! The file of secrets is copied by a thief, who computes product keys; the publisher marks the epoch, and customers with its keys go on.

use std::fs;

use warifu_core::id::BatchId;
use warifu_core::key::{TagSecret, Verdict, read};
use warifu_service::secrets::Secrets;

use super::Scene;
use super::cli::taken_up;
use crate::drill::harness::publisher::{Publisher, text};

/// The theft, and what came of it, in words.
pub(super) fn run(scene: &Scene<'_>, publisher: &mut Publisher) -> Result<String, String> {
    let Scene { cli, keys, clients, batch, .. } = *scene;
    let path = cli.data.join("secrets.json");
    let stolen = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let stolen = Secrets::from_bytes(&stolen).map_err(|error| error.to_string())?;
    // Of the last keys of the batch nobody has used one. The thief knows their numbers, or computes them, and makes the rest.
    let (unsold, bought) = (&keys[clients + 2], &keys[clients + 3]);
    let forged = forge(&stolen, batch, unsold)?;
    if forged != *unsold {
        return Err("whoever has the master makes other keys than the service".to_owned());
    }
    let known = cli.device("client-0");
    cli.at_the_service(&["epochs", "compromised", "1", "--yes"], false)?;
    let took_up = taken_up(scene.running, "the secrets were taken up", 1)?;

    // Keys of the thief's let nobody in, sold or not.
    let thief = cli.device("thief");
    for key in [&forged, &forge(&stolen, batch, &keys[0])?] {
        cli.on(&thief, &["activate", key])?.refused("key_epoch_compromised", "a key of the thief's")?;
    }
    // Who is known goes on, after a reinstallation too.
    for index in 0..clients {
        let device = cli.device(&format!("client-{index}"));
        cli.on(&device, &["status", "--renew"])?.succeeded(&["status"])?;
    }
    cli.activate(&known.again("client-0-reinstalled"), &keys[0])?;

    // A customer with a marked key and a new device shows that they bought it.
    let customer = cli.device("customer");
    cli.on(&customer, &["activate", bought])?.refused("key_epoch_compromised", "a customer's new device")?;
    let number = bought.get(..11).ok_or("a product key without a number")?;
    let issued = cli.staff(&["licences", "proof", number])?.succeeded(&["licences", "proof"])?;
    let proof = text(&issued, "proof")?;
    cli.on(&thief, &["activate", unsold, "--proof", proof])?
        .refused("purchase_proof_not_valid", "a proof with another key")?;
    cli.on(&customer, &["activate", bought, "--proof", proof])?.succeeded(&["activate", "--proof"])?;
    cli.on(&thief, &["activate", bought, "--proof", proof])?
        .refused("purchase_proof_used", "the same proof on another device")?;
    cli.on(&customer, &["status", "--renew"])?.succeeded(&["status"])?;

    // New batches are of the new epoch, and sound.
    let of = publisher.get(&format!("/v1/batches/{batch}"))?;
    let order = serde_json::json!({ "sku": of["sku"], "policy": of["policy"], "count": 1 });
    let fresh = publisher.post("/v1/batches", &order)?;
    let fresh = publisher.keys(text(&fresh, "id")?, 0, 1)?;
    cli.activate(&cli.device("newcomer"), &fresh[0])?;
    let events = publisher.get("/v1/events?limit=200")?.to_string();
    if events.matches("purchase_proof.issued").count() != 1 || events.contains(proof) {
        return Err("the log does not tell of the proof, or tells all of it".to_owned());
    }
    Ok(format!(
        "- **The file of secrets was copied.** With it the thief made two genuine-looking keys. {:.1} s after `warifu epochs compromised 1` they came to \
         `key_epoch_compromised`; all {clients} clients renewed, and one that was installed again activated with its old key. A customer's new device was let in by a proof of \
         purchase, which was good neither for another key nor a second time. A key of the next batch activates as ever.\n",
        took_up.as_secs_f64(),
    ))
}

/// The key with the number of `key`, as whoever has the master makes it.
fn forge(stolen: &Secrets, batch: &str, key: &str) -> Result<String, String> {
    let Verdict::Valid(key) = read(key) else { return Err("the service has issued no key".to_owned()) };
    let batch: BatchId = batch.parse().map_err(|_| "a batch without an id")?;
    let master = stolen.master(1).ok_or("secrets without a master")?;
    Ok(TagSecret::derive(master, batch).issue(key.number(), 0).expose())
}
