//! A device with the real client, which remembers what it was acknowledged and when.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use serde_json::Value;
use warifu_client::{ActivateOptions, Client, Fingerprint, FingerprintUnavailable, State, hardware};
use warifu_core::id::ServiceId;

use crate::drill::harness::device::Device;
use crate::drill::harness::publisher::{Publisher, text};
use crate::drill::harness::watch;

/// Before the backup begins; while it is taken; after it has ended.
pub(super) const BEFORE: u8 = 0;
pub(super) const DURING: u8 = 1;
pub(super) const AFTER: u8 = 2;

/// How far the drill is.
#[derive(Default)]
pub(super) struct Stage {
    /// [`BEFORE`], [`DURING`] or [`AFTER`].
    pub(super) phase: AtomicU8,
    /// How many devices have been activated before the backup.
    pub(super) activated: AtomicUsize,
}

/// How often a device renews in each phase at least.
const RENEWALS: usize = 3;

/// What a device does with its life.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Activated before the backup, renews all the time.
    Early,
    /// The same, and gives its seat back after the backup.
    Leaver,
    /// Activated after the backup, and renews.
    Late,
}

pub(super) struct Player {
    product_key: String,
    root: String,
    folder: PathBuf,
    hardware: u64,
    role: Role,
    /// In which phases the activation was asked for and acknowledged.
    activated: Option<(u8, u8)>,
    licence: Option<String>,
    left: bool,
    forgotten: bool,
}

struct Simulated(hardware::Fingerprint);

impl Fingerprint for Simulated {
    fn read(&mut self, _: &ServiceId) -> Result<hardware::Fingerprint, FingerprintUnavailable> {
        Ok(self.0)
    }
}

/// For each licence two devices that stay, of which one leaves after the backup, and two that come after it: one more than there are seats, once the store holds
/// the leaver's again.
pub(super) fn crowd(keys: &[String], root: &str, folder: &Path) -> Vec<Player> {
    let roles = [Role::Early, Role::Leaver, Role::Late, Role::Late];
    let place = |licence: usize, index: usize| folder.join(format!("{licence}-{index}"));
    let mut players = Vec::new();
    for (licence, key) in keys.iter().enumerate() {
        for (index, role) in roles.into_iter().enumerate() {
            let hardware = (licence * roles.len() + index) as u64;
            players.push(Player::new(key, root, &place(licence, index), hardware, role));
        }
    }
    players
}

impl Player {
    pub(super) fn new(product_key: &str, root: &str, folder: &Path, hardware: u64, role: Role) -> Self {
        Self {
            product_key: product_key.to_owned(),
            root: root.to_owned(),
            folder: folder.to_owned(),
            hardware,
            role,
            activated: None,
            licence: None,
            left: false,
            forgotten: false,
        }
    }

    fn client(&self, url: &str) -> Result<Client, String> {
        Client::builder(self.root.as_str(), "drill")
            .service_url(url)
            .data_dir(&self.folder)
            .fingerprint(Simulated(Device::new(self.hardware)?.fingerprint))
            .build()
            .map_err(|error| error.to_string())
    }

    /// The name by which staff find it.
    fn name(&self) -> String {
        format!("device {}", self.hardware)
    }

    fn options(&self) -> ActivateOptions {
        ActivateOptions::default().device_name(self.name())
    }

    fn told(&self, what: &str) -> String {
        format!("the device in {}: {what}", self.folder.display())
    }

    /// Lives until the backup has been taken and a while longer.
    pub(super) fn live(&mut self, url: &str, stage: &Stage) -> Result<(), String> {
        let now = || stage.phase.load(Ordering::SeqCst);
        let mut client = self.client(url)?;
        let asked = if self.role == Role::Late {
            watch::until(std::time::Duration::from_secs(120), "the backup's end", || {
                (now() == AFTER).then_some(AFTER)
            })?
        } else {
            now()
        };
        let options = self.options();
        let mut granted = client.activate(&self.product_key, &options);
        if self.role == Role::Late {
            // Its seat may still be that of the one who leaves.
            let again = || {
                if matches!(&granted, Err(error) if error.code() == "seat_limit_reached") {
                    granted = client.activate(&self.product_key, &options);
                }
                granted.is_ok().then_some(())
            };
            let _ = watch::until(std::time::Duration::from_secs(60), "a free seat", again);
        }
        let granted = granted.map_err(|error| self.told(&error.to_string()))?;
        self.licence = granted.standing.licence.map(|licence| licence.id.to_string());
        self.activated = Some((asked, now()));
        stage.activated.fetch_add(1, Ordering::SeqCst);
        let mut renewals = 0;
        while now() != AFTER || renewals < RENEWALS {
            renewals += usize::from(now() == AFTER);
            client.renew().map_err(|error| self.told(&error.to_string()))?;
        }
        if self.role == Role::Leaver {
            client.deactivate().map_err(|error| self.told(&error.to_string()))?;
            self.left = true;
        }
        Ok(())
    }

    /// Whether it holds a lease.
    pub(super) const fn is_active(&self) -> bool {
        self.activated.is_some() && !self.left
    }

    pub(super) const fn released_after_backup(&self) -> bool {
        self.left
    }

    pub(super) const fn is_forgotten(&self) -> bool {
        self.forgotten
    }

    /// The licence that it runs under.
    pub(super) fn licence(&self) -> Result<String, String> {
        self.licence.clone().ok_or_else(|| self.told("runs under no licence"))
    }

    /// Whether it has given back a seat of this licence.
    pub(super) fn has_left(&self, licence: &str) -> bool {
        self.left && self.licence.as_deref() == Some(licence)
    }

    /// The application may be used, without asking anybody.
    pub(super) fn must_be_usable(&self, when: &str) -> Result<(), String> {
        let state = self.client("http://127.0.0.1:9")?.check().state;
        if state == State::Licensed {
            Ok(())
        } else {
            Err(self.told(&format!("locked out {when}: {state:?}")))
        }
    }

    /// The same for those that hold a lease; the others are unlicensed.
    pub(super) fn must_be_what_it_was(&self, when: &str) -> Result<(), String> {
        if self.is_active() {
            return self.must_be_usable(when);
        }
        let state = self.client("http://127.0.0.1:9")?.check().state;
        if state == State::Unlicensed { Ok(()) } else { Err(self.told(&format!("{state:?} {when}"))) }
    }

    /// Renews at the restored service. Whether that knew the device; what was acknowledged before the backup it must know.
    pub(super) fn renew_again(&mut self, url: &str) -> Result<bool, String> {
        match (self.client(url)?.renew(), self.activated) {
            (Ok(granted), Some((asked, _))) => {
                if asked == AFTER {
                    return Err(self.told("the store knows an activation that came after the backup"));
                }
                if granted.standing.licence.map(|licence| licence.id.to_string()) != self.licence {
                    return Err(self.told("renewed under another licence"));
                }
                Ok(true)
            }
            (Err(error), Some((_, acknowledged))) if error.code() == "installation_unknown" => {
                if acknowledged == BEFORE {
                    return Err(self.told("acknowledged before the backup, and lost"));
                }
                self.forgotten = true;
                Ok(false)
            }
            (Err(error), _) => Err(self.told(&format!("refused to renew: {error}"))),
            (Ok(_), None) => Err(self.told("renewed what was never activated")),
        }
    }

    /// Renewing fails with this code.
    pub(super) fn meet_again(&self, url: &str, code: &str) -> Result<(), String> {
        self.expect(self.client(url)?.renew().map(drop), code)
    }

    /// Activating with its key fails with this code.
    pub(super) fn refused_key(&self, url: &str, code: &str) -> Result<(), String> {
        let asked = self.client(url)?.activate(&self.product_key, &self.options());
        self.expect(asked.map(drop), code)
    }

    fn expect(&self, outcome: Result<(), warifu_client::Error>, code: &str) -> Result<(), String> {
        match outcome {
            Err(error) if error.code() == code => Ok(()),
            Err(error) => Err(self.told(&format!("{} instead of {code}", error.code()))),
            Ok(()) => Err(self.told(&format!("granted instead of {code}"))),
        }
    }

    /// Activates with its key, unless all seats are taken.
    pub(super) fn activate_again(&mut self, url: &str) -> Result<bool, String> {
        match self.client(url)?.activate(&self.product_key, &self.options()) {
            Ok(_) => Ok(true),
            Err(error) if error.code() == "seat_limit_reached" => Ok(false),
            Err(error) => Err(self.told(&error.to_string())),
        }
    }

    /// The activation that the restored store holds for a device that has left.
    pub(super) fn left_activation(&self, publisher: &mut Publisher) -> Result<String, String> {
        let licence = self.licence()?;
        let listed = publisher.get(&format!("/v1/licences/{licence}/activations?limit=200"))?;
        let seats = listed["items"].as_array().ok_or("no list of activations")?;
        let held = |seat: &&Value| seat["active"] == true && seat["device_name"] == self.name();
        let seat = seats.iter().find(held).ok_or_else(|| self.told("its seat is not held again"))?;
        text(seat, "id").map(str::to_owned)
    }
}
