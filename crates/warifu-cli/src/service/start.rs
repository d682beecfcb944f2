//! Putting a service together from its folder. The only place that picks a store.

use std::sync::Arc;

use warifu_client::SystemRandom;
use warifu_core::catalogue::Failure;
use warifu_service::authority::Authority;
use warifu_service::port::{Reads, Store, StoreError};
use warifu_service::secrets::Secrets;
use warifu_service::service::{Parts, Service, StartError};
use warifu_store::{postgres, sqlite};

use super::clock::SystemClock;
use super::folder::ServiceFolder;
use super::journal::Journal;
use super::store::Place;
use crate::error::CliError;
use crate::files;

/// Opens the store, making it when it is not there, and starts the service on it.
///
/// # Errors
/// `store_locked` when another service has it, and what else a store can have.
pub(crate) fn start(
    folder: &ServiceFolder,
    place: &Place,
    authority: Authority,
    secrets: Secrets,
) -> Result<Service, CliError> {
    let log_keys = folder.read_log_keys()?;
    let (store, reads) = open(place).map_err(|error| {
        // What the failure shown does not say.
        if let StoreError::Damaged { .. } | StoreError::Unavailable(_) | StoreError::Refused { .. } = &error {
            tracing::error!(%error, "the store cannot be opened");
        }
        error.failure()
    })?;
    let parts = Parts {
        authority,
        secrets,
        store,
        reads,
        clock: Arc::new(SystemClock),
        random: Box::new(SystemRandom),
    };
    let service = Service::start(parts).map_err(|error| match error {
        StartError::Store(error) => error.failure(),
        StartError::Thread(error) => Failure::internal_error(error),
    })?;
    if let Some(keys) = log_keys {
        let not_valid = |_| Failure::key_file_not_valid(folder.log_keys().display());
        service.take_up_log_keys(keys).map_err(not_valid)?;
    }
    // Of provisional leases there is one for a key number. Nodes that cannot reach their database cannot agree on which of them gives it: `bridging` says.
    let Place::File(_) = place else { return Ok(service) };
    let journal = folder.journal();
    let opened = service.with_journal(Box::new(Journal::new(journal.clone())));
    opened.map_err(|error| files::not_writable(&journal, &error))
}

/// The two sides of an open store.
type Sides = (Box<dyn Store>, Arc<dyn Reads>);

fn open(place: &Place) -> Result<Sides, StoreError> {
    match place {
        Place::File(path) => {
            let (store, reads) = sqlite::open(path)?;
            Ok((Box::new(store), Arc::new(reads)))
        }
        Place::Database(options) => {
            let (store, reads) = postgres::open(options)?;
            Ok((Box::new(store), Arc::new(reads)))
        }
    }
}

/// Passes if no service was made in a database.
///
/// # Errors
/// `file_exists`, or what keeps the database from being used.
pub(super) fn require_unused(options: &postgres::Options) -> Result<(), CliError> {
    let (_store, reads) = postgres::open(options).map_err(|error| error.failure())?;
    let registry = reads.registry().map_err(|error| error.failure())?;
    if registry.staff.is_empty() { Ok(()) } else { Err(Failure::file_exists(&options.address).into()) }
}
