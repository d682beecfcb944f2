//! Which node of a database gives provisional leases while it is down: the one that an operator appoints, and whose journal's id the database has.
//!
//! The id lies beside the journal. Its file is locked as long as the node runs, so that no two processes write one journal.

use std::fs::{File, TryLockError};
use std::path::Path;

use warifu_client::SystemRandom;
use warifu_core::catalogue::Failure;
use warifu_core::id::JournalId;
use warifu_service::clock::Clock as _;
use warifu_service::service::Service;
use warifu_store::postgres;

use super::clock::SystemClock;
use super::folder::ServiceFolder;
use super::journal::Journal;
use super::store::Place;
use crate::error::CliError;
use crate::files::{self, Existing};

/// What a node holds while it runs.
#[derive(Debug, Default)]
pub(super) struct Bridging {
    /// Where it looks whether the appointment is still its own.
    appointment: Option<(postgres::Bridging, JournalId)>,
    /// The journal is its own as long as this is open.
    _lock: Option<File>,
}

impl Bridging {
    /// The service with its journal, if its store is a database. With `wanted` the node is to bridge outages, and takes this over from another one when that
    /// says so. Without it, what the journal of a node that was appointed before still holds is decided, and nothing is granted.
    ///
    /// # Errors
    /// `bridging_elsewhere` when another node has it; `store_locked` when another process has the journal; what files and the database can have.
    pub(super) fn begin(
        service: Service,
        folder: &ServiceFolder,
        place: &Place,
        wanted: Option<bool>,
    ) -> Result<(Service, Self), CliError> {
        let Place::Database(options) = place else { return Ok((service, Self::default())) };
        let id_file = folder.journal_id();
        let Some(take_over) = wanted else {
            return match id_file.exists().then(|| lock(&id_file)).transpose()?.flatten() {
                None => Ok((service, Self::default())),
                Some(lock) => {
                    let service = with_journal(service, folder)?;
                    service.stop_bridging();
                    Ok((service, Self { appointment: None, _lock: Some(lock) }))
                }
            };
        };
        if !id_file.exists() {
            let id = JournalId::generate(SystemClock.now_millis(), &mut SystemRandom);
            files::write(&id_file, format!("{id}\n").as_bytes(), Existing::Keep)?;
        }
        let lock = lock(&id_file)?.ok_or_else(|| Failure::store_locked(id_file.display()))?;
        let own: JournalId = files::read_line(&id_file)?
            .parse()
            .map_err(|_| Failure::key_file_not_valid(id_file.display()))?;
        let appointment = postgres::Bridging::of(options).map_err(|error| error.failure())?;
        let holder = appointment.claim(own, SystemClock.now(), take_over).map_err(|error| error.failure())?;
        if holder.journal != own {
            return Err(Failure::bridging_elsewhere(holder.journal, holder.since, own).into());
        }
        tracing::warn!(journal = %own, since = %holder.since, take_over, "this node bridges outages of the database");
        let service = with_journal(service, folder)?;
        Ok((service, Self { appointment: Some((appointment, own)), _lock: Some(lock) }))
    }

    /// Stops bridging for good once the database says that another node does. While it cannot be asked, the appointment stands.
    pub(super) fn check(&self, service: &Service) {
        let Some((appointment, own)) = self.appointment.as_ref().filter(|_| service.is_bridging()) else {
            return;
        };
        match appointment.holder() {
            Ok(Some(holder)) if holder.journal == *own => {}
            Ok(holder) => {
                service.stop_bridging();
                let journal = holder.map(|holder| holder.journal.to_string());
                tracing::error!(%own, journal, "this node bridges outages no longer: the database names another journal");
            }
            Err(error) => tracing::debug!(%error, "the database cannot be asked who bridges its outages"),
        }
    }
}

fn with_journal(service: Service, folder: &ServiceFolder) -> Result<Service, CliError> {
    let journal = folder.journal();
    let opened = service.with_journal(Box::new(Journal::new(journal.clone())));
    opened.map_err(|error| files::not_writable(&journal, &error))
}

/// The file, locked; none if another process has it.
fn lock(path: &Path) -> Result<Option<File>, CliError> {
    let file = File::open(path).map_err(|error| files::not_readable(path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(files::not_readable(path, &error)),
    }
}
