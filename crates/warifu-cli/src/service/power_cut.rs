//! Power cuts while a service's keys, secrets and journal are written. The goal: a file is there whole or not at all, what a command has reported done is
//! done, and where it was cut the same command puts everything right.
//!
//! Each command is cut at every change and sync that it makes; each failure names where and with which seed.

#![expect(clippy::unwrap_used, reason = "test code: helpers that fail stop their test")]

use std::fs;
use std::path::{Path, PathBuf};

use warifu_client::SystemRandom;
use warifu_core::catalogue::Lang;
use warifu_core::time::Timestamp;
use warifu_proto::keys::RootKey;
use warifu_service::authority::{Authority, PassphraseCost, seal_root};
use warifu_service::clock::Clock as _;
use warifu_service::log::LogKeys;
use warifu_service::provisional::JournalFile as _;
use warifu_service::secrets::Secrets;
use warifu_sim::disk::cut_everywhere;

use super::clock::SystemClock;
use super::folder::ServiceFolder;
use super::journal::Journal;
use super::store::Place;
use super::{epochs, init, renew_keys, revoke_key, start};
use crate::args::{EpochsCommand, InitArgs, RenewKeysArgs, RevokeKeyArgs, RootArgs, StoreArgs};
use crate::ui::Ui;

/// A seal that is made in no time: what is tested is not its strength.
const CHEAP: PassphraseCost = PassphraseCost { memory_kib: 8, passes: 1 };
const PASSPHRASE: &str = "a passphrase that protects nothing";

fn ui() -> Ui {
    Ui::new(Lang::En, true, true, false)
}

/// A folder with keys and secrets, as `warifu init` leaves it, and the passphrase beside it.
fn prepare(home: &Path) {
    let folder = at(home);
    fs::create_dir(folder.path()).unwrap();
    let random = &mut SystemRandom;
    let root = RootKey::generate(random).unwrap();
    let now = SystemClock.now();
    fs::write(home.join("passphrase"), PASSPHRASE).unwrap();
    fs::write(folder.root(), seal_root(&root, PASSPHRASE, CHEAP, random).unwrap()).unwrap();
    fs::write(folder.issuing_keys(), &*Authority::issue(&root, now, false, random).unwrap().to_bytes())
        .unwrap();
    fs::write(folder.log_keys(), &*LogKeys::issue(&root, now, random).unwrap().to_bytes()).unwrap();
    fs::write(folder.secrets(), &*Secrets::generate(random).to_bytes()).unwrap();
}

fn at(home: &Path) -> ServiceFolder {
    ServiceFolder::new(Some(&home.join("service")))
}

fn root_args(home: &Path) -> RootArgs {
    RootArgs { root_file: None, passphrase_file: Some(home.join("passphrase")) }
}

fn signs_until(home: &Path) -> Timestamp {
    at(home).read_authority().unwrap().signs_until()
}

#[test]
fn an_init_that_is_cut_leaves_whole_files_and_one_that_is_done_leaves_a_service() {
    let init = |home: &Path| {
        let args = InitArgs {
            sandbox: false,
            passphrase_file: Some(home.join("passphrase")),
            token_file: None,
            owner: "owner".to_owned(),
            store: StoreArgs::default(),
        };
        init::make(&ui(), &at(home), &args, CHEAP)
    };
    let calls = cut_everywhere(
        |home| fs::write(home.join("passphrase"), PASSPHRASE).unwrap(),
        |home| drop(init(home)),
        |home, done, place| {
            let folder = at(home);
            let there = |path: &PathBuf| path.exists();
            let files = [folder.root(), folder.issuing_keys(), folder.log_keys(), folder.secrets()];
            if done {
                assert!(files.iter().all(there) && folder.store().exists(), "{place}: something is lost");
                let store = Place::File(folder.store());
                let service = start::start(
                    &folder,
                    &store,
                    folder.read_authority().unwrap(),
                    folder.read_secrets().unwrap(),
                );
                let service = service.unwrap_or_else(|error| panic!("{place}: {}", error.code()));
                assert_eq!(service.snapshot().registry.staff.len(), 1, "{place}: the owner is lost");
                service.stop();
                return;
            }
            // What is there is whole.
            if there(&files[1]) {
                folder.read_authority().unwrap();
            }
            if there(&files[2]) {
                folder.read_log_keys().unwrap().unwrap();
            }
            if there(&files[3]) {
                folder.read_secrets().unwrap();
            }
            // Nothing is overwritten by another try, and the person is told which file is in the way; without it, all is made.
            if let Err(error) = init(home) {
                assert_eq!(error.code(), "file_exists", "{place}");
                fs::remove_dir_all(folder.path()).unwrap();
                init(home).unwrap_or_else(|error| panic!("{place}: {}", error.code()));
            }
        },
    );
    assert!(calls > 40, "{calls} calls");
}

#[test]
fn issuing_keys_that_are_renewed_are_the_old_or_the_new_ones_whenever_the_power_goes() {
    let renew = |home: &Path| {
        let args = RenewKeysArgs { root: root_args(home), lost: false, sandbox: false };
        renew_keys::run(&ui(), Some(at(home).path()), &args)
    };
    let calls = cut_everywhere(
        prepare,
        |home| drop(renew(home)),
        |home, done, place| {
            let (folder, now) = (at(home), SystemClock.now());
            let years = signs_until(home).since(now).as_seconds() / (360 * 86_400);
            assert!(years == 2 || (years == 1 && !done), "{place}: keys for {years} years");
            folder.read_log_keys().unwrap().unwrap();
            folder.read_secrets().unwrap();
            renew(home).unwrap();
            assert!(signs_until(home).since(now).as_seconds() > (years + 1) * 360 * 86_400, "{place}");
        },
    );
    assert!(calls >= 8, "{calls} calls");
}

#[test]
fn a_stolen_key_is_never_used_again_however_its_withdrawal_is_cut() {
    let revoke = |home: &Path| {
        let args = RevokeKeyArgs { keys: Vec::new(), all: true, from: None, root: root_args(home) };
        revoke_key::run(&ui(), Some(at(home).path()), &args)
    };
    let calls = cut_everywhere(
        prepare,
        |home| drop(revoke(home)),
        |home, done, place| {
            let (folder, now) = (at(home), SystemClock.now());
            let authority = folder.read_authority().unwrap();
            let listed = authority.key_list().is_some();
            assert!(listed || !done, "{place}: the list is lost");
            if listed {
                // Until the other keys are there it signs with none, rather than with a stolen one.
                let list = authority.key_list().unwrap();
                assert!(authority.certificates().all(|known| !list.names(known.key.id())), "{place}");
                assert!(!done || authority.issuer(now).is_ok(), "{place}: the new keys are lost");
            } else {
                assert!(authority.issuer(now).is_ok(), "{place}: neither old nor new keys");
            }
            revoke(home).unwrap();
            let after = folder.read_authority().unwrap();
            assert!(
                after.key_list().is_some() && after.issuer(now).is_ok(),
                "{place}: run again, it does not help"
            );
        },
    );
    assert!(calls >= 8, "{calls} calls");
}

#[test]
fn secrets_are_never_lost_when_an_epoch_begins_or_is_marked() {
    for command in [EpochsCommand::New, EpochsCommand::Compromised { epoch: 1, yes: true }] {
        let change = |home: &Path| epochs::run(&ui(), Some(at(home).path()), &command);
        let calls = cut_everywhere(
            prepare,
            |home| drop(change(home)),
            |home, done, place| {
                let secrets = at(home).read_secrets().unwrap();
                let changed = secrets.newest_epoch() == 2;
                assert!(changed || !done, "{place}: the new epoch is lost");
                if matches!(command, EpochsCommand::Compromised { .. }) {
                    assert_eq!(secrets.is_compromised(1), changed, "{place}: half of it");
                }
                assert!(secrets.master(1).is_some(), "{place}");
                change(home).unwrap();
                at(home).read_secrets().unwrap().check_follows(&secrets).unwrap();
            },
        );
        assert!(calls >= 4, "{calls} calls");
    }
}

#[test]
fn a_provisional_lease_that_was_given_is_in_the_journal_after_every_power_cut() {
    let entry = |round: u8| [&[b'\n'][..], &[b'a' + round; 700]].concat();
    let rounds = |bytes: &[u8]| {
        let mut whole = 0;
        for round in 0..4 {
            let found = bytes.windows(701).any(|window| window == entry(round));
            whole += u8::from(found && whole == round);
        }
        whole
    };
    let write = |home: &Path| -> u8 {
        let mut journal = Journal::new(at(home).journal());
        (0..4).take_while(|round| journal.append(&entry(*round)).is_ok()).count() as u8
    };
    // What was acknowledged before the cut stands beside the folder that is cut.
    let acknowledged = std::cell::Cell::new(0);
    let calls = cut_everywhere(
        prepare,
        |home| acknowledged.set(write(home)),
        |home, _, place| {
            let mut journal = Journal::new(at(home).journal());
            let found = rounds(&journal.read().unwrap());
            // The append during which the power goes was not answered by the time it went.
            assert!(found >= acknowledged.get(), "{place}: {found} of {} entries", acknowledged.get());
            journal.append(b"\nand on it goes").unwrap();
            assert!(journal.read().unwrap().ends_with(b"\nand on it goes"), "{place}");
            // What is settled is taken out in one step.
            journal.replace(b"\nshort").unwrap();
            assert_eq!(journal.read().unwrap(), b"\nshort", "{place}");
        },
    );
    assert!(calls >= 8, "{calls} calls");

    let calls = cut_everywhere(
        |home| {
            prepare(home);
            write(home);
        },
        |home| drop(Journal::new(at(home).journal()).replace(&entry(9))),
        |home, done, place| {
            let bytes = Journal::new(at(home).journal()).read().unwrap();
            assert!(bytes == entry(9) || (!done && rounds(&bytes) == 4), "{place}: {} bytes", bytes.len());
        },
    );
    assert!(calls >= 4, "{calls} calls");
}
