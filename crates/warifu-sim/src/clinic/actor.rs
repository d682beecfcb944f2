//! Whoever carries a remedy out: the person at the device, and the publisher where a step says so. They do what the step says and nothing else.

use warifu_troubleshoot::knowledge::Step;

use super::ailment::Ailment;
use super::patient::Patient;
use crate::fault::Command;
use crate::folder::DiskTrouble;
use crate::staff::Act;
use crate::stop::Stop;

/// How long somebody waits who is told to wait for some minutes, up to half an hour.
const WAIT_MILLIS: u64 = 30 * 60_000;

impl Patient {
    /// Carries one step out.
    pub(super) fn carry_out(&mut self, step: &Step) -> Result<(), Stop> {
        self.world.pass(60_000);
        let place = self.place;
        let machine = self.world.installations[place].machine;
        let key = self.world.installations[place].key;
        match step.act {
            // Words with people, and looks: nothing on the device changes.
            "" | "look" | "ask" | "settle" | "connect" | "other_network" | "update_app" => Ok(()),
            "set_clock" => {
                self.world.right_clock(machine);
                Ok(())
            }
            "wait" => {
                self.world.pass(WAIT_MILLIS);
                Ok(())
            }
            "renew" => self.command(Command::Renew),
            "retry" => self.command(self.last_or_renewal(step)),
            "retry_or_buy" => {
                self.command(self.last_or_renewal(step))?;
                if self.error.is_some() { self.buy(0) } else { Ok(()) }
            }
            "claim_if_refused" if self.error.is_none() => Ok(()),
            "claim_if_refused" => self.command(self.claim()),
            "activate" => self.command(Command::Activate),
            "change_key" => self.command(Command::ChangeKey),
            "claim" => self.command(self.claim()),
            "find_key" => {
                self.typed.clone_from(&self.printed);
                Ok(())
            }
            "accept_correction" => {
                let offer = self.error.as_ref().and_then(|error| error.offer());
                let offer = offer.ok_or_else(|| Stop::violation(4, "no correction was offered"))?;
                self.typed = offer.key.expose().as_str().to_owned();
                self.command(Command::Activate)
            }
            "buy" => self.buy(0),
            "buy_for_vm" => self.buy(1),
            "fetch_key" => {
                self.world.fetch_key(key)?;
                self.typed.clone_from(&self.world.keys[key].text);
                Ok(())
            }
            "deactivate_other" => match self.other {
                Some((other, true)) => self.command_at(other, Command::Deactivate, String::new()).map(drop),
                // What is gone cannot be started.
                _ => Ok(()),
            },
            "activate_copy" => {
                let typed = self.typed.clone();
                let copy = self.copy.unwrap_or(place);
                self.command_at(copy, Command::Activate, typed).map(drop)
            }
            "set_folder_aside" => {
                let folder = &self.world.installations[place].folder;
                folder.set_files(Default::default());
                if folder.trouble() == DiskTrouble::Broken {
                    // The bad sectors stay where the old folder is.
                    folder.set_trouble(DiskTrouble::None);
                }
                Ok(())
            }
            "allow_folder" => self.mend(&[DiskTrouble::ReadOnly, DiskTrouble::NotPermitted]),
            "free_space" => self.mend(&[DiskTrouble::Full]),
            "as_admin" => {
                self.world.machines[machine].hardware.set_unprivileged(false);
                Ok(())
            }
            "put_back" => {
                if let Some(former) = self.former.take() {
                    self.world.machines[machine].hardware.set_parts(former);
                }
                Ok(())
            }
            "release" => self.world.act(key, Act::Release(0)).map(drop),
            // A refunded or leaked licence stays revoked, whoever asks.
            "reinstate" if self.ailment == Ailment::Revoked => Ok(()),
            "reinstate" => self.world.act(key, Act::Reinstate).map(drop),
            "extend" => self.world.act(key, Act::Renew).map(drop),
            "top_up" => self.world.act(key, Act::TopUp(1)).map(drop),
            other => Err(Stop::violation(4, format_args!("nobody can carry out {other}"))),
        }
    }

    /// Whoever is told to renew on an active device, and else to try again, looks whether there is a lease.
    fn last_or_renewal(&self, step: &Step) -> Command {
        let has_lease = self.world.installations[self.place].folder.file("lease").is_some();
        if has_lease && step.command.ends_with("--renew") { Command::Renew } else { self.last }
    }

    /// An active device changes its key, another activates.
    fn claim(&self) -> Command {
        let has_lease = self.world.installations[self.place].folder.file("lease").is_some();
        if has_lease { Command::ChangeKey } else { Command::Activate }
    }

    /// Another licence, of a shop that asks what it is for.
    fn buy(&mut self, kind: usize) -> Result<(), Stop> {
        let key = self.world.sell(kind)?;
        self.world.installations[self.place].key = key;
        self.printed.clone_from(&self.world.keys[key].text);
        self.typed.clone_from(&self.printed);
        Ok(())
    }

    /// Puts right what is wrong with the folder, if it is one of these.
    fn mend(&mut self, troubles: &[DiskTrouble]) -> Result<(), Stop> {
        let folder = &self.world.installations[self.place].folder;
        if troubles.contains(&folder.trouble()) {
            folder.set_trouble(DiskTrouble::None);
        }
        Ok(())
    }
}
