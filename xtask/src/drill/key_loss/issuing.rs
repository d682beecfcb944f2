//! The file of issuing keys is copied by a thief, who signs leases; the publisher withdraws the keys while clients run.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use warifu_core::id::{IdempotencyKey, IssuingKeyId, LeaseId};
use warifu_core::time::Span;
use warifu_proto::bundle::Bundle;
use warifu_proto::encoding::hex;
use warifu_proto::keys::{InstallationKey, KeyAlgorithm};
use warifu_proto::lease::Lease;
use warifu_service::authority::Authority;

use super::Scene;
use super::cli::{Cli, Device, taken_up};
use crate::drill::harness::watch;

const TIME_LIMIT: Duration = Duration::from_secs(120);
/// How often each client asks before the theft is noticed, and again afterwards.
const ASKS: usize = 3;
/// A port at which nobody answers.
const NOWHERE: &str = "http://127.0.0.1:9";

/// A client that asks without a pause.
struct Client {
    device: Device,
    /// How often it was told that it is licensed.
    asked: AtomicUsize,
}

/// The theft, and what came of it, in words.
pub(super) fn run(scene: &Scene<'_>) -> Result<String, String> {
    let Scene { cli, keys, clients, .. } = *scene;
    let clients: Vec<Client> = (0..clients)
        .map(|index| Client { device: cli.device(&format!("client-{index}")), asked: AtomicUsize::new(0) })
        .collect();
    for (client, key) in clients.iter().zip(keys) {
        cli.activate(&client.device, key)?;
    }
    let (sleeper, extender) = (cli.device("sleeper"), cli.device("extender"));
    cli.activate(&sleeper, &keys[clients.len()])?;
    cli.activate(&extender, &keys[clients.len() + 1])?;

    // The thief has the file, gives a stranger's folder a lease of a year, and lets a customer have more than they have.
    let path = cli.data.join("issuing-keys.json");
    let stolen = Authority::from_bytes(&fs::read(&path).map_err(|error| error.to_string())?);
    let stolen = stolen.map_err(|error| format!("{}: {error}", path.display()))?;
    let ids: BTreeSet<IssuingKeyId> = stolen.certificates().map(|certificate| certificate.key.id()).collect();
    let stranger = clients[0].device.again("stranger");
    forge_folder(cli, &clients[0].device, &stranger, &stolen)?;
    forge_longer(cli, &extender, &stolen)?;
    for (device, whose) in [(&stranger, "a stranger's"), (&extender, "a customer's")] {
        if !cli.on(device, &["status", "--offline"])?.licensed() {
            return Err(format!("{whose} forged lease is seen through before anything is withdrawn"));
        }
    }

    let stop = AtomicBool::new(false);
    let (took_up, all_new) = std::thread::scope(|scope| {
        let threads: Vec<_> =
            clients.iter().map(|client| scope.spawn(|| client.ask_on(cli, &stop))).collect();
        let acted = withdraw(scene, &clients, &ids);
        stop.store(true, Ordering::SeqCst);
        for thread in threads {
            thread.join().unwrap_or_else(|_| Err("a client's thread panicked".to_owned()))?;
        }
        acted
    })?;

    refuse_the_thief(cli, &clients[0].device, &stranger, &stolen)?;
    // The customer's own installation is known: it gets what it may have.
    if !cli.on(&extender, &["status"])?.licensed() {
        return Err("a customer with a forged lease is locked out although the licence is theirs".to_owned());
    }
    let lease = cli.lease(&extender)?;
    let term = lease.lease.expires.since(lease.lease.issued);
    if ids.contains(&lease.certificate.key.id()) || term > Span::days(61) {
        return Err("a forged lease was not replaced by one of the licence's own term".to_owned());
    }
    // Who had no network all the time goes on with the lease that it has, and hears of it afterwards.
    if !cli.on_at(&sleeper, &["status"], NOWHERE)?.licensed() || !cli.on(&sleeper, &["status"])?.licensed() {
        return Err("a device that was away is locked out".to_owned());
    }
    if ids.contains(&cli.lease(&sleeper)?.certificate.key.id()) {
        return Err("a device that was away keeps its lease by a withdrawn key".to_owned());
    }
    let asked: usize = clients.iter().map(|client| client.asked.load(Ordering::SeqCst)).sum();
    Ok(format!(
        "- **The file of issuing keys was copied.** {asked} times a client asked where it stands, before, during and after the withdrawal, and was licensed each time. The service \
         took the new keys up {:.1} s after `warifu revoke-key --all`, and {:.1} s later the lease of every client was by a new key. A device without a network went on, and got its next \
         lease when it was back. The thief's forged lease for a stranger held until that device asked, then came to `issuing_key_withdrawn`, and so did another; the one \
         for a customer's own device was replaced by a lease of the ordinary term.\n",
        took_up.as_secs_f64(),
        all_new.as_secs_f64(),
    ))
}

impl Client {
    fn ask_on(&self, cli: &Cli, stop: &AtomicBool) -> Result<(), String> {
        let mut renew = false;
        while !stop.load(Ordering::SeqCst) {
            let words: &[&str] = if renew { &["status", "--renew"] } else { &["status"] };
            let said = cli.on(&self.device, words)?;
            if !said.licensed() {
                stop.store(true, Ordering::SeqCst);
                return Err(format!("an honest client is told {:?}: {}", said.code, said.answer));
            }
            self.asked.fetch_add(1, Ordering::SeqCst);
            renew = !renew;
        }
        Ok(())
    }
}

/// Withdraws the keys once every client has asked a few times, and waits until each has asked a few times more. How long the service took to take it
/// up, and how long until every client's lease was by a new key.
fn withdraw(
    scene: &Scene<'_>,
    clients: &[Client],
    stolen: &BTreeSet<IssuingKeyId>,
) -> Result<(Duration, Duration), String> {
    let cli = scene.cli;
    let counts =
        || -> Vec<usize> { clients.iter().map(|client| client.asked.load(Ordering::SeqCst)).collect() };
    let more_than = |before: &[usize]| {
        counts().iter().zip(before).all(|(now, before)| *now >= before + ASKS).then_some(())
    };
    watch::until(TIME_LIMIT, "the clients' first questions", || more_than(&vec![0; clients.len()]))?;
    cli.at_the_service(&["revoke-key", "--all"], true)?;
    let took_up = taken_up(scene.running, "the issuing keys were taken up", 1)?;
    let begun = watch::now();
    let is_new = |client: &Client| {
        let lease = cli.lease(&client.device);
        lease.is_ok_and(|lease| !stolen.contains(&lease.certificate.key.id()))
            && client.device.folder.join("key-list").exists()
    };
    watch::until(TIME_LIMIT, "leases by the new keys", || clients.iter().all(is_new).then_some(()))?;
    let all_new = begun.elapsed();
    let before = counts();
    watch::until(TIME_LIMIT, "the clients' last questions", || more_than(&before))?;
    Ok((took_up, all_new))
}

/// The stranger's device hears of the list from the service that does not know it, and no lease by the stolen key does any more.
fn refuse_the_thief(cli: &Cli, honest: &Device, stranger: &Device, stolen: &Authority) -> Result<(), String> {
    if !cli.on(stranger, &["status", "--offline"])?.licensed() {
        return Err("a device that has not asked knows of the withdrawal".to_owned());
    }
    cli.on(stranger, &["status"])?.refused("installation_unknown", "a stranger's device asks the service")?;
    let offline = ["status", "--offline"];
    cli.on(stranger, &offline)?
        .refused("issuing_key_withdrawn", "a forged lease after the list was fetched")?;
    forge_lease(cli, honest, stranger, stolen)?;
    cli.on(stranger, &offline)?.refused("issuing_key_withdrawn", "another forged lease")
}

/// A folder that was never activated, with a lease of the thief's. It is on the machine whose lease it is made from.
fn forge_folder(cli: &Cli, honest: &Device, stranger: &Device, stolen: &Authority) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", stranger.folder.display());
    fs::create_dir(&stranger.folder).map_err(failed)?;
    let settings = "client.json";
    fs::copy(honest.folder.join(settings), stranger.folder.join(settings)).map_err(failed)?;
    let file = json!({
        "warifu": "installation-key", "version": 1, "algorithm": "ed25519", "secret": hex(&STRANGER),
    });
    fs::write(stranger.folder.join("installation-key"), file.to_string()).map_err(failed)?;
    forge_lease(cli, honest, stranger, stolen)
}

/// The private key of the stranger's installation.
const STRANGER: [u8; 32] = [0x5a; 32];

fn forge_lease(cli: &Cli, honest: &Device, stranger: &Device, stolen: &Authority) -> Result<(), String> {
    let key =
        InstallationKey::from_secret(KeyAlgorithm::Ed25519, &STRANGER).map_err(|error| error.to_string())?;
    let lease = Lease { installation: key.installation(), ..cli.lease(honest)?.lease };
    forge(&stranger.folder, lease, stolen)
}

/// A device of a customer, whose own lease the thief makes longer.
fn forge_longer(cli: &Cli, device: &Device, stolen: &Authority) -> Result<(), String> {
    forge(&device.folder, cli.lease(device)?.lease, stolen)
}

/// Puts a lease of more than a year, signed by a stolen key, into a folder.
fn forge(folder: &Path, lease: Lease, stolen: &Authority) -> Result<(), String> {
    let now = watch::wall();
    let forged = Lease {
        id: LeaseId::from_bytes([0x66; 16]),
        request: IdempotencyKey::from_bytes([0x67; 16]),
        issued: now,
        renew_after: now.plus(Span::days(300)),
        expires: now.plus(Span::days(399)),
        ..lease
    };
    let issuer = stolen.issuer(now).map_err(|failure| failure.code().to_string())?;
    let lease = forged.sign(issuer).map_err(|error| error.to_string())?;
    let bundle = Bundle { lease, certificate: issuer.certificate_token().to_owned() };
    fs::write(folder.join("lease"), bundle.to_bytes()).map_err(|error| error.to_string())
}
