//! What is broken, in how many ways, and how it comes about in the world.

use std::fmt;

use serde_json::json;
use warifu_client::Method;
use warifu_core::hardware::{ComponentKind, Scheme};
use warifu_core::id::BatchId;
use warifu_core::key::{KeyFormat, KeyNumber, MasterSecret, SkuNumber, TagSecret};

use super::patient::{Outage, Patient};
use crate::dice::Dice;
use crate::fault::Command;
use crate::folder::DiskTrouble;
use crate::staff::Act;
use crate::stop::Stop;
use crate::world::{KINDS, Key};

/// What is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ailment {
    /// The clock of the device is days to decades from the truth.
    WrongClock,
    /// Every seat is taken by other devices.
    ExhaustedSeats,
    /// The publisher has suspended the licence.
    Suspended,
    /// The key was typed wrongly.
    MistypedKey,
    /// The key is one for something else.
    ForeignKey,
    /// The motherboard was replaced.
    ChangedBoard,
    /// The installation was copied, and both run.
    ClonedLease,
    /// What is kept on the device is damaged or cannot be used.
    DamagedStore,
    /// The publisher has revoked the licence.
    Revoked,
    /// The service does not answer.
    ServiceDown,
}

impl Ailment {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::WrongClock,
        Self::ExhaustedSeats,
        Self::Suspended,
        Self::MistypedKey,
        Self::ForeignKey,
        Self::ChangedBoard,
        Self::ClonedLease,
        Self::DamagedStore,
        Self::Revoked,
        Self::ServiceDown,
    ];
}

impl fmt::Display for Ailment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WrongClock => "wrong clock",
            Self::ExhaustedSeats => "exhausted seats",
            Self::Suspended => "suspended licence",
            Self::MistypedKey => "mistyped key",
            Self::ForeignKey => "foreign key",
            Self::ChangedBoard => "changed board",
            Self::ClonedLease => "cloned lease",
            Self::DamagedStore => "damaged lease store",
            Self::Revoked => "revoked licence",
            Self::ServiceDown => "service down",
        })
    }
}

/// The kinds of licence that a person buys for a few devices: retail, volume and subscription.
const SHARED: [usize; 3] = [0, 1, 4];
/// The symbols of Windows keys.
const OF_WINDOWS: &[u8] = b"BCDFGHJKMPQRTVWXY2346789";

impl Patient {
    /// Breaks something, and says what.
    pub(super) fn fall_ill(&mut self, ailment: Ailment, dice: &mut Dice) -> Result<String, Stop> {
        self.ailment = ailment;
        match ailment {
            Ailment::WrongClock => self.wrong_clock(dice),
            Ailment::ExhaustedSeats => self.exhausted_seats(dice),
            Ailment::Suspended => self.ended(Act::Suspend, dice),
            Ailment::Revoked => self.ended(Act::Revoke, dice),
            Ailment::MistypedKey => self.mistyped_key(dice),
            Ailment::ForeignKey => self.foreign_key(dice),
            Ailment::ChangedBoard => self.changed_board(dice),
            Ailment::ClonedLease => self.cloned_lease(dice),
            Ailment::DamagedStore => self.damaged_store(dice),
            Ailment::ServiceDown => self.service_down(dice),
        }
    }

    /// A device with a key in hand.
    fn with_key(&mut self, scheme: Scheme, kind: usize) -> Result<(), Stop> {
        let machine = self.world.add_machine(scheme);
        self.place = self.world.add_installation(machine);
        let key = self.world.sell(kind)?;
        self.world.installations[self.place].key = key;
        self.printed.clone_from(&self.world.keys[key].text);
        self.typed.clone_from(&self.printed);
        Ok(())
    }

    /// A device that has worked for some days.
    fn active(&mut self, scheme: Scheme, kind: usize, dice: &mut Dice) -> Result<(), Stop> {
        self.with_key(scheme, kind)?;
        self.activate_here()?;
        self.days(dice.between(0, 20));
        Ok(())
    }

    fn activate_here(&mut self) -> Result<(), Stop> {
        self.command(Command::Activate)?;
        match &self.error {
            None => Ok(()),
            Some(error) => Err(Stop::harness(format_args!("a sound device was refused: {}", error.code()))),
        }
    }

    fn days(&mut self, days: u64) {
        self.world.pass(days * 86_400_000);
    }

    fn wrong_clock(&mut self, dice: &mut Dice) -> Result<String, Stop> {
        let kind = dice.pick(&SHARED).unwrap_or(0);
        self.active(Scheme::Physical, kind, dice)?;
        let machine = self.world.installations[self.place].machine;
        let days = match dice.below(3) {
            0 => dice.between(3, 25),
            1 => dice.between(40, 400),
            _ => dice.between(1_000, 9_000),
        };
        let ahead = dice.percent(50);
        let seconds = i64::try_from(days * 86_400).unwrap_or(i64::MAX);
        self.world.machines[machine].clock.set_ahead(if ahead { seconds } else { -seconds });
        let rebooted = dice.percent(60);
        if rebooted {
            let period = warifu_core::random::bytes(dice);
            self.world.machines[machine].clock.reboot(period);
            self.world.pass(120_000);
        }
        self.tls_minds_the_clock = dice.percent(60);
        self.last = Command::Renew;
        let renewed = dice.percent(50);
        if renewed {
            self.command(Command::Renew)?;
        }
        Ok(format!(
            "{days} days {}{}{}{}",
            if ahead { "ahead" } else { "behind" },
            if rebooted { ", after a restart" } else { "" },
            if self.tls_minds_the_clock { ", certificates looked at" } else { "" },
            if renewed { ", renewal tried" } else { "" },
        ))
    }

    fn exhausted_seats(&mut self, dice: &mut Dice) -> Result<String, Stop> {
        let kind = dice.pick(&SHARED).unwrap_or(0);
        self.with_key(Scheme::Physical, kind)?;
        let here = self.place;
        let key = self.world.installations[here].key;
        let at_hand = dice.percent(60);
        for taken in 0..KINDS[kind].seats {
            let machine = self.world.add_machine(Scheme::Physical);
            self.place = self.world.add_installation(machine);
            self.world.installations[self.place].key = key;
            self.activate_here()?;
            self.days(dice.between(0, 3));
            if taken == 0 {
                self.other = Some((self.place, at_hand));
            }
        }
        self.place = here;
        self.knows.push(("user.old_device", if at_hand { "at_hand" } else { "gone" }));
        self.command(Command::Activate)?;
        let hand = if at_hand { "the old device at hand" } else { "the old device gone" };
        Ok(format!("{} of {} seats, {hand}", KINDS[kind].channel, KINDS[kind].seats))
    }

    /// The publisher has suspended or revoked the licence; the device hears of it, in time or late, or is a new one.
    fn ended(&mut self, act: Act, dice: &mut Dice) -> Result<String, Stop> {
        let kind = dice.pick(&SHARED).unwrap_or(0);
        self.active(Scheme::Physical, kind, dice)?;
        let key = self.world.installations[self.place].key;
        let when = dice.below(4);
        if !self.world.act(key, act)? {
            return Err(Stop::harness(format_args!("{act:?} was refused")));
        }
        let told = match when {
            0 => {
                self.command(Command::Renew)?;
                "in the time of notice"
            }
            1 => {
                self.command(Command::Renew)?;
                self.days(dice.between(16, 40));
                self.command(Command::Renew)?;
                "after the notice"
            }
            2 => {
                self.days(dice.between(90, 200));
                self.last = Command::Renew;
                "after months without the network"
            }
            _ => {
                let machine = self.world.add_machine(Scheme::Physical);
                self.place = self.world.add_installation(machine);
                self.world.installations[self.place].key = key;
                self.command(Command::Activate)?;
                "on a new device"
            }
        };
        Ok(format!("{}, {told}", KINDS[kind].channel))
    }

    fn mistyped_key(&mut self, dice: &mut Dice) -> Result<String, Stop> {
        self.with_key(Scheme::Physical, 0)?;
        let symbols: Vec<char> = self.printed.chars().filter(|c| *c != '-').collect();
        let mut typed = symbols.clone();
        let flip = |typed: &mut Vec<char>, dice: &mut Dice| {
            let at = dice.place(typed.len()).unwrap_or(0);
            typed[at] = if typed[at] == 'A' { 'B' } else { 'A' };
        };
        let how = match dice.below(7) {
            0 => {
                flip(&mut typed, dice);
                "one symbol wrong"
            }
            1 => {
                flip(&mut typed, dice);
                flip(&mut typed, dice);
                "two symbols wrong"
            }
            2 => {
                let at = dice.place(24).unwrap_or(0);
                typed.swap(at, at + 1);
                if typed == symbols {
                    flip(&mut typed, dice);
                }
                "neighbours swapped"
            }
            3 => {
                typed.remove(dice.place(25).unwrap_or(0));
                "one symbol dropped"
            }
            4 => {
                let at = dice.place(25).unwrap_or(0);
                typed.insert(at, symbols[at]);
                "one symbol doubled"
            }
            5 => {
                for _ in 0..8 {
                    flip(&mut typed, dice);
                }
                "many symbols wrong"
            }
            _ => {
                typed.truncate(usize::try_from(dice.between(6, 20)).unwrap_or(10));
                "the end left out"
            }
        };
        self.typed = typed.into_iter().collect();
        self.command(Command::Activate)?;
        if self.error.is_none() {
            return Err(Stop::harness("the mistyped key was taken"));
        }
        Ok(how.to_owned())
    }

    fn foreign_key(&mut self, dice: &mut Dice) -> Result<String, Stop> {
        self.with_key(Scheme::Physical, 0)?;
        let (typed, how) = match dice.below(4) {
            0 => {
                // Of the alphabet of Windows keys, with the one N that each has; nobody's.
                let mut key: Vec<u8> = (0..25).map(|_| dice.pick(OF_WINDOWS).unwrap_or(b'B')).collect();
                let at = dice.place(25).unwrap_or(0);
                key[at] = b'N';
                let groups: Vec<String> =
                    key.chunks(5).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
                (groups.join("-"), "a key of Windows")
            }
            1 => (format!("ORDER-{:08}", dice.below(100_000_000)), "an order number"),
            2 => {
                let master = MasterSecret::from_bytes(warifu_core::random::bytes(dice), 1);
                let secret =
                    TagSecret::derive(&master, BatchId::from_bytes(warifu_core::random::bytes(dice)));
                let sku = SkuNumber::new(1).ok_or_else(|| Stop::harness("no such SKU"))?;
                let serial = u32::try_from(dice.below(1 << 30)).unwrap_or(1);
                let key = secret.issue(KeyNumber { format: KeyFormat::Live, sku, serial }, 0);
                (key.expose().as_str().to_owned(), "a key of another service")
            }
            _ => (self.key_of_another_product()?, "a key of another product"),
        };
        self.typed = typed;
        self.command(Command::Activate)?;
        if self.error.is_none() {
            return Err(Stop::harness("the foreign key was taken"));
        }
        Ok(how.to_owned())
    }

    fn key_of_another_product(&mut self) -> Result<String, Stop> {
        let world = &mut self.world;
        world.command(Method::Post, "/v1/products", &json!({"code": "sketch", "name": "Sketch"}))?;
        let sku = json!({"product": "sketch", "edition": "basic", "name": "Basic"});
        let sku = world.command(Method::Post, "/v1/skus", &sku)?;
        let policy = json!({"name": "sketch", "channel": "retail", "seats": 1});
        let policy = world.command(Method::Post, "/v1/policies", &policy)?;
        self.issued(&json!({"sku": sku["number"], "policy": policy["id"], "count": 1}))
    }

    /// A key of a batch of its own.
    fn issued(&mut self, batch: &serde_json::Value) -> Result<String, Stop> {
        let batch = self.world.command(Method::Post, "/v1/batches", batch)?;
        let path = format!("/v1/batches/{}/keys?limit=1", batch["id"].as_str().unwrap_or_default());
        let page = self.world.command(Method::Get, &path, &serde_json::Value::Null)?;
        Ok(page["keys"][0].as_str().unwrap_or_default().to_owned())
    }

    fn changed_board(&mut self, dice: &mut Dice) -> Result<String, Stop> {
        let kind = dice.pick(&[0, 1, 2, 4]).unwrap_or(0);
        self.active(Scheme::Physical, kind, dice)?;
        let machine = self.world.installations[self.place].machine;
        let hardware = self.world.machines[machine].hardware.clone();
        self.former = Some(hardware.parts());
        let mut parts = vec![ComponentKind::Motherboard];
        // What sits on the board goes with it.
        for on_board in [ComponentKind::BoardModel, ComponentKind::Tpm, ComponentKind::NetworkAdapter] {
            if dice.percent(60) {
                parts.push(on_board);
            }
        }
        if dice.percent(30) {
            parts.push(ComponentKind::SystemDisk);
        }
        for part in &parts {
            hardware.swap(*part, dice);
        }
        let period = warifu_core::random::bytes(dice);
        self.world.machines[machine].clock.reboot(period);
        self.world.pass(120_000);
        self.knows.push(("user.hw_changed", if parts.len() > 1 { "several" } else { "board" }));
        self.last = Command::Renew;
        if dice.percent(50) {
            self.command(Command::Renew)?;
        }
        let parts: Vec<&str> = parts.iter().map(|part| part.name()).collect();
        Ok(format!("{}: {}", KINDS[kind].channel, parts.join(", ")))
    }

    fn cloned_lease(&mut self, dice: &mut Dice) -> Result<String, Stop> {
        let how = dice.below(3);
        if how == 0 {
            let kind = dice.pick(&SHARED).unwrap_or(0);
            self.active(Scheme::Physical, kind, dice)?;
            let original = self.place;
            let machine = self.world.add_machine(Scheme::Physical);
            self.copy_to(machine);
            let copy = self.copy.take().unwrap_or(original);
            // The person sits before the copy.
            self.place = copy;
            self.copy = Some(original);
            self.last = Command::Renew;
            if dice.percent(50) {
                self.command(Command::Renew)?;
            }
            self.knows.push(("user.copied", "folder"));
            return Ok(format!("{}: the folder on another device", KINDS[kind].channel));
        }
        self.active(Scheme::Vm, 0, dice)?;
        if how == 2 {
            self.with_refused_copies()?;
        }
        let machine = self.world.installations[self.place].machine;
        self.copy_to(machine);
        let copy = self.copy.unwrap_or(self.place);
        // The original goes ahead, then the copy, then the original: now it shows that there are two.
        for place in [self.place, copy, self.place, copy] {
            let error = self.command_at(place, Command::Renew, String::new())?;
            if place == self.place {
                self.error = error;
            }
        }
        self.last = Command::Renew;
        self.knows.push(("user.copied", "clone"));
        Ok(format!("a cloned virtual machine, copies are {}", if how == 2 { "refused" } else { "told" }))
    }

    /// The same device on a licence whose policy refuses copies.
    fn with_refused_copies(&mut self) -> Result<(), Stop> {
        let policy = json!({
            "name": "single", "channel": "retail", "seats": 2, "change_budget": 3, "copies": "refuse",
        });
        let policy = self.world.command(Method::Post, "/v1/policies", &policy)?;
        let text = self.issued(&json!({"sku": 1, "policy": policy["id"], "count": 1}))?;
        self.world.keys.push(Key {
            text: text.clone(),
            kind: 0,
            forgotten: Vec::new(),
            provisional: Vec::new(),
            known: Default::default(),
            holder: None,
            leaked_millis: None,
            licence: None,
            added: 0,
            bad_last: None,
            suspended: false,
            revoked: false,
            former: None,
        });
        self.world.installations[self.place].key = self.world.keys.len() - 1;
        (self.printed, self.typed) = (text.clone(), text);
        self.command(Command::ChangeKey)
    }

    /// The folder as another installation of a machine has it.
    fn copy_to(&mut self, machine: usize) {
        let original = self.place;
        let copy = self.world.add_installation(machine);
        let [from, to] = [original, copy].map(|place| &self.world.installations[place]);
        to.folder.set_files(from.folder.files());
        let (key, algorithm) = (from.key, from.algorithm);
        let made = &mut self.world.installations[copy];
        (made.key, made.algorithm) = (key, algorithm);
        self.copy = Some(copy);
    }

    fn damaged_store(&mut self, dice: &mut Dice) -> Result<String, Stop> {
        let kind = dice.pick(&SHARED).unwrap_or(0);
        self.active(Scheme::Physical, kind, dice)?;
        let folder = self.world.installations[self.place].folder.clone();
        let how = match dice.below(8) {
            0 => {
                folder.cut("lease", usize::try_from(dice.below(400)).unwrap_or(0));
                "the lease cut short"
            }
            1 => {
                let mut files = folder.files();
                if let Some(lease) = files.get_mut("lease") {
                    let at = dice.place(lease.len()).unwrap_or(0);
                    lease[at] ^= 1 << dice.below(7);
                }
                folder.set_files(files);
                "a bit of the lease flipped"
            }
            2 => {
                folder.cut("installation-key", usize::try_from(dice.below(60)).unwrap_or(0));
                "the installation key cut short"
            }
            3 => {
                let mut files = folder.files();
                files.remove("installation-key");
                folder.set_files(files);
                "the installation key lost"
            }
            4 => {
                folder.set_files(Default::default());
                "everything lost"
            }
            5 => {
                folder.set_trouble(DiskTrouble::NotPermitted);
                self.knows.push(("user.ran_as_other", "yes"));
                "the folder of another user"
            }
            6 => {
                folder.set_trouble(DiskTrouble::Broken);
                "the files not readable"
            }
            _ => {
                let full = dice.percent(50);
                folder.set_trouble(if full { DiskTrouble::Full } else { DiskTrouble::ReadOnly });
                self.days(70);
                if full { "the disk full at the renewal" } else { "the disk read-only at the renewal" }
            }
        };
        self.last = Command::Renew;
        // Whoever only opens the application has not asked the service.
        let renewed = folder.trouble() != DiskTrouble::None || dice.percent(30);
        if renewed {
            self.command(Command::Renew)?;
        }
        Ok(format!("{}: {how}{}", KINDS[kind].channel, if renewed { ", renewal tried" } else { "" }))
    }

    fn service_down(&mut self, dice: &mut Dice) -> Result<String, Stop> {
        let outage =
            dice.pick(&[Outage::Refused, Outage::Silent, Outage::Gateway]).unwrap_or(Outage::Refused);
        let minutes = dice.between(2, 28);
        let fresh = dice.percent(50);
        if fresh {
            self.with_key(Scheme::Physical, 0)?;
        } else {
            self.active(Scheme::Physical, 0, dice)?;
            self.days(70);
        }
        self.outage = Some((self.world.time.millis() + minutes * 60_000, outage));
        self.command(if fresh { Command::Activate } else { Command::Renew })?;
        if self.error.is_none() {
            return Err(Stop::harness("a service that is down has answered"));
        }
        let device = if fresh { "a new device" } else { "a device past its lease" };
        Ok(format!("{outage:?} for {minutes} minutes, {device}"))
    }
}
