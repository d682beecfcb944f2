//! `cargo xtask drill restore`: the service's machine is lost, and another one goes on from the backup, as docs/operations/backup.md says.
//!
//! Real clients activate, renew and deactivate while `warifu backup create` runs, and go on for a while afterwards. Then the service is killed and its data
//! folder removed. On the "new machine" the copies of the files of which `warifu init` had said so are put back, the backup is restored, and the service started.
//! - No client is locked out at any time: whoever held a lease may use its application, whatever the service has forgotten.
//! - What was acknowledged before the backup began is there. Nobody is taken for a copy.
//! - What was acknowledged after the backup is forgotten, and each kind of it shows itself as the page says; the page's way out works.
//! - A licence has at most as many running leases as seats, change budget, and activations that were forgotten.
//! - The log goes on and is signed: an auditor who begins anew finds nothing, and one who has seen more finds that.
//!
//! With `--postgres` the store is a database that the drill starts; it is dumped, dropped, made again and filled with the page's commands.

mod audit;
mod backup;
mod player;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};

use super::harness::options::Options;
use super::harness::publisher::{Publisher, text};
use super::harness::report;
use super::harness::service::{self, Database, Installed};
use super::harness::watch;
use crate::cluster::Cluster;

use self::audit::Auditor;
use self::backup::Backup;
use self::player::{AFTER, DURING, Player, Role, Stage};

const TIME_LIMIT: Duration = Duration::from_secs(120);
const SEATS: u32 = 3;
const BUDGET: u32 = 3;
/// Keys of a batch that is issued after the backup.
const LATE_KEYS: u32 = 40;

/// Runs the drill.
pub(super) fn run(args: &[String]) -> Result<(), String> {
    let options = Options::parse(args, &["quick", "postgres"], &["binary"])?;
    let licences: usize = if options.has("quick") { 6 } else { 40 };
    let binary = options.text("binary").map_or_else(service::binary, |path| Ok(path.into()))?;
    let cluster = if options.has("postgres") { Some(Cluster::start()?) } else { None };
    let installed = match &cluster {
        Some(cluster) => {
            let (address, password) = (cluster.database(backup::DATABASE)?, cluster.password().to_owned());
            Installed::on(&binary, Database { address, password })?
        }
        None => Installed::new(&binary)?,
    };
    let failed = |error: std::io::Error| error.to_string();

    // Copies of what `init` says, when it is made.
    let apart = installed.folder().join("safe");
    fs::create_dir(&apart).map_err(failed)?;
    for file in &installed.to_keep {
        fs::copy(file, in_folder(&apart, file)?).map_err(failed)?;
    }

    let running = installed.serve()?;
    let mut publisher = Publisher::new(running.address, &installed.token)?;
    let offer = publisher.offer(licences as u32, SEATS, BUDGET)?;
    let batch = publisher.get(&format!("/v1/batches/{}", offer.batch))?;
    let keys = publisher.keys(&offer.batch, 0, licences)?;
    let root = text(&publisher.get("/v1/service")?, "root")?.to_owned();
    let leaver = publisher.post("/v1/staff", &json!({ "name": "Leaver", "role": "support" }))?;
    let mut players = player::crowd(&keys, &root, &installed.folder().join("devices"));

    // Load, and the backup in the middle of it.
    let backup = Backup::new(&installed, cluster.as_ref());
    let stage = Stage::default();
    let url = format!("http://{}", running.address);
    let late = std::thread::scope(|scope| {
        let threads: Vec<_> =
            players.iter_mut().map(|player| scope.spawn(|| player.live(&url, &stage))).collect();
        let acted = (|| {
            let all = || (stage.activated.load(Ordering::SeqCst) == 2 * licences).then_some(());
            watch::until(TIME_LIMIT, "the first activations", all)?;
            stage.phase.store(DURING, Ordering::SeqCst);
            backup.take()?;
            stage.phase.store(AFTER, Ordering::SeqCst);
            // What staff does after the backup.
            let order = json!({ "sku": batch["sku"], "policy": batch["policy"], "count": LATE_KEYS });
            let late = publisher.post("/v1/batches", &order)?;
            publisher.delete(&format!("/v1/staff/{}", text(&leaver["staff"], "id")?))?;
            publisher.keys(text(&late, "id")?, 0, LATE_KEYS as usize)
        })();
        stage.phase.store(AFTER, Ordering::SeqCst);
        for thread in threads {
            thread.join().unwrap_or_else(|_| Err("a client's thread panicked".to_owned()))?;
        }
        acted
    })?;
    // One more device runs under a key of that batch.
    let mut newcomer = Player::new(&late[0], &root, &installed.folder().join("newcomer"), 9_999, Role::Late);
    newcomer.live(&url, &stage)?;
    backup.verify()?;
    let auditor = Auditor { installed: &installed, root: &root };
    auditor.all_have_places(&mut publisher)?;
    auditor.finds_nothing("long-standing", running.address)?;

    // The machine is lost.
    drop(publisher);
    running.kill()?;
    fs::remove_dir_all(installed.data()).map_err(failed)?;
    for player in players.iter_mut().chain([&mut newcomer]) {
        player.must_be_what_it_was("while there is no service")?;
    }

    // The new one, by the page: first secrets and keys, then the store, then the service.
    fs::create_dir(installed.data()).map_err(failed)?;
    for file in &installed.to_keep {
        fs::copy(in_folder(&apart, file)?, file).map_err(failed)?;
    }
    backup.bring_back()?;
    let running = installed.serve()?;
    let url = format!("http://{}", running.address);
    let mut publisher = Publisher::new(running.address, &installed.token)?;

    let tally = go_on(&mut players, &url, &mut publisher)?;
    newcomer.meet_again(&url, "installation_unknown")?;
    newcomer.refused_key(&url, "key_not_genuine")?;
    newcomer.must_be_usable("although its key is not known any more")?;
    staff_again(running.address, &leaver, &mut publisher)?;
    keys_again(&mut publisher, &batch, &late)?;
    nobody_is_a_copy(&mut publisher)?;
    auditor.all_have_places(&mut publisher)?;
    auditor.finds_nothing("new", running.address)?;
    auditor.finds_the_restore("long-standing", running.address)?;
    running.stop()?;
    let rest = format!(
        "{LATE_KEYS} keys and the removal of a member of staff were forgotten, and made good as the page says; nobody was locked out, nobody taken for a copy; the log is signed"
    );
    println!("{tally}\n{rest}");
    if options.has("quick") {
        return Ok(());
    }
    let scene = format!("{licences} licences with {SEATS} seats, {} devices", players.len() + 1);
    let name = if options.has("postgres") { "restore --postgres" } else { "restore" };
    report::keep(name, &format!("{scene}.\n\n{tally}.\n\n{rest}."))
}

/// Every device meets the restored service. What became of each kind, in words.
fn go_on(players: &mut [Player], url: &str, publisher: &mut Publisher) -> Result<String, String> {
    let (mut known, mut unknown, mut held_again, mut waited) = (0, 0, 0, 0);
    let mut forgotten: BTreeMap<String, u32> = BTreeMap::new();
    // Those whose seat was released since the backup: the store holds it again.
    for player in players.iter_mut() {
        player.must_be_what_it_was("before it has met the restored service")?;
        if player.released_after_backup() {
            held_again += 1;
        }
    }
    for player in players.iter_mut().filter(|player| player.is_active()) {
        let licence = player.licence()?;
        if player.renew_again(url)? {
            known += 1;
        } else {
            unknown += 1;
            *forgotten.entry(licence).or_default() += 1;
        }
        player.must_be_usable("after it has met the restored service")?;
    }
    running_leases_are_bounded(players, &forgotten)?;
    // The unknown ones activate again. Where a seat is held by a device that has given it back, somebody releases it once more.
    for index in 0..players.len() {
        if !players[index].is_forgotten() {
            continue;
        }
        if !players[index].activate_again(url)? {
            waited += 1;
            release_what_is_held_again(players, index, publisher)?;
            if !players[index].activate_again(url)? {
                return Err(format!("device {index} finds no seat although one was released again"));
            }
        }
        players[index].must_be_usable("after it was activated again")?;
    }
    if known == 0 || unknown == 0 || held_again == 0 {
        return Err(format!(
            "too little happened for this to prove anything: {known} known, {unknown} forgotten, {held_again} released"
        ));
    }
    Ok(format!(
        "{known} devices renewed as if nothing had been; {unknown} had been activated after the backup, were unknown, and activated again, {waited} of them once a seat was \
         released again; {held_again} releases were forgotten"
    ))
}

/// Seats, change budget and what the store has forgotten: never more running leases.
fn running_leases_are_bounded(players: &[Player], forgotten: &BTreeMap<String, u32>) -> Result<(), String> {
    let mut running: BTreeMap<String, u32> = BTreeMap::new();
    for player in players.iter().filter(|player| player.is_active()) {
        *running.entry(player.licence()?).or_default() += 1;
    }
    for (licence, count) in running {
        let lost = forgotten.get(&licence).copied().unwrap_or_default();
        if count > SEATS + BUDGET + lost {
            return Err(format!(
                "licence {licence} has {count} running leases, of which {lost} were forgotten"
            ));
        }
    }
    Ok(())
}

/// Staff releases the seat of a device that has given it back.
fn release_what_is_held_again(
    players: &mut [Player],
    index: usize,
    publisher: &mut Publisher,
) -> Result<(), String> {
    let licence = players[index].licence()?;
    let gone = players.iter_mut().find(|player| player.has_left(&licence));
    let gone = gone.ok_or_else(|| format!("licence {licence} is full, and nobody has left it"))?;
    let activation = gone.left_activation(publisher)?;
    publisher.post(&format!("/v1/licences/{licence}/activations/{activation}/release"), &json!({}))?;
    Ok(())
}

/// A token that was withdrawn after the backup is good again, until it is withdrawn once more.
fn staff_again(
    address: std::net::SocketAddr,
    leaver: &Value,
    publisher: &mut Publisher,
) -> Result<(), String> {
    let token = text(leaver, "token")?;
    Publisher::new(address, token)?
        .get("/v1/products")
        .map_err(|what| format!("the page is wrong about staff: {what}"))?;
    publisher.delete(&format!("/v1/staff/{}", text(&leaver["staff"], "id")?))?;
    match Publisher::new(address, token)?.get("/v1/products") {
        Err(_) => Ok(()),
        Ok(_) => Err("a token that was withdrawn again still works".to_owned()),
    }
}

/// As many keys as were lost are issued and withdrawn; then no new key has the number of a lost one.
fn keys_again(publisher: &mut Publisher, batch: &Value, lost: &[String]) -> Result<(), String> {
    let order = |count: u32| json!({ "sku": batch["sku"], "policy": batch["policy"], "count": count });
    let filler = publisher.post("/v1/batches", &order(lost.len() as u32))?;
    publisher.post(&format!("/v1/batches/{}/withdraw", text(&filler, "id")?), &json!({}))?;
    let next = publisher.post("/v1/batches", &order(LATE_KEYS))?;
    let fresh = publisher.keys(text(&next, "id")?, 0, LATE_KEYS as usize)?;
    let number = |key: &String| key.get(..11).unwrap_or_default().to_owned();
    let lost: Vec<String> = lost.iter().map(number).collect();
    match fresh.iter().map(number).find(|number| lost.contains(number)) {
        Some(number) => Err(format!("the number {number} stands for two keys")),
        None => Ok(()),
    }
}

/// The log calls nobody a copy.
fn nobody_is_a_copy(publisher: &mut Publisher) -> Result<(), String> {
    let mut copied = None;
    publisher.each_event(|event| {
        if event["action"] == "installation.copied" {
            copied = Some(event.to_string());
        }
    })?;
    copied.map_or(Ok(()), |event| Err(format!("a device is taken for a copy: {event}")))
}

/// Where the copy of a file lies.
fn in_folder(folder: &Path, file: &Path) -> Result<PathBuf, String> {
    let name = file.file_name().ok_or_else(|| format!("{} has no name", file.display()))?;
    Ok(folder.join(name))
}

impl Publisher {
    /// Looks at every event.
    fn each_event(&mut self, mut look: impl FnMut(&Value)) -> Result<(), String> {
        let mut path = "/v1/events?limit=200".to_owned();
        loop {
            let page = self.get(&path)?;
            page["items"].as_array().ok_or("no list of events")?.iter().for_each(&mut look);
            let Some(next) = page["next"].as_str() else { return Ok(()) };
            path = format!("/v1/events?limit=200&after={next}");
        }
    }

    /// Removes something.
    fn delete(&mut self, path: &str) -> Result<(), String> {
        let response = self.send("DELETE", path)?;
        if response.status < 300 {
            return Ok(());
        }
        Err(format!("DELETE {path}: status {}", response.status))
    }
}
