//! What a running service does by itself every two seconds: it decides on provisional leases that wait, sees whether it may still give them, and looks for key files that have changed: they are read, checked against what is in use, and taken up; whatever is wrong with them, the
//! service goes on with what it has.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use warifu_service::service::Service;

use super::bridging::Bridging;
use super::folder::ServiceFolder;

/// How often the files are looked at. A hang-up signal makes the next look come at once.
const EVERY: Duration = Duration::from_secs(2);

/// What tells one state of a file from another without reading it: none while it is not there.
type Trace = Option<(SystemTime, u64)>;

/// The files that are watched, and how they were when last taken up or refused.
pub(super) struct Watch {
    folder: ServiceFolder,
    service: Arc<Service>,
    keys: (Trace, Trace),
    secrets: Trace,
    log_keys: Trace,
    bridging: Bridging,
}

impl Watch {
    /// Watches the folder's key files from how they are now.
    pub(super) fn new(folder: ServiceFolder, service: Arc<Service>, bridging: Bridging) -> Self {
        let keys = (trace(&folder.issuing_keys()), trace(&folder.key_list()));
        let (secrets, log_keys) = (trace(&folder.secrets()), trace(&folder.log_keys()));
        Self { folder, service, keys, secrets, log_keys, bridging }
    }

    /// Looks for ever, every two seconds and whenever `hang_up` says so.
    pub(super) async fn run(mut self, mut hang_up: impl HangUp) {
        let mut ticks = tokio::time::interval(EVERY);
        loop {
            let asked = tokio::select! {
                _ = ticks.tick() => false,
                () = hang_up.heard() => true,
            };
            // While the store is down this fails, and is tried again.
            let _ = self.service.reconcile().await;
            // Small files, seldom; but a disk may be slow.
            let looked = tokio::task::spawn_blocking(move || {
                self.look(asked);
                self
            });
            match looked.await {
                Ok(watch) => self = watch,
                Err(error) => {
                    tracing::error!(%error, "the key files are no longer watched");
                    return;
                }
            }
        }
    }

    /// Takes up what has changed, or everything when `asked`.
    fn look(&mut self, asked: bool) {
        self.bridging.check(&self.service);
        let keys = (trace(&self.folder.issuing_keys()), trace(&self.folder.key_list()));
        if asked || keys != self.keys {
            self.keys = keys;
            self.take_up_keys();
        }
        let secrets = trace(&self.folder.secrets());
        if asked || secrets != self.secrets {
            self.secrets = secrets;
            self.take_up_secrets();
        }
        let log_keys = trace(&self.folder.log_keys());
        if asked || log_keys != self.log_keys {
            self.log_keys = log_keys;
            self.take_up_log_keys();
        }
    }

    fn take_up_log_keys(&self) {
        let taken_up =
            self.folder.read_log_keys().map(|keys| keys.map(|keys| self.service.take_up_log_keys(keys)));
        match taken_up {
            Ok(Some(Ok(()))) => tracing::info!("the log keys were taken up"),
            Ok(None) => {}
            Ok(Some(Err(error))) => {
                tracing::error!(%error, "the log keys are not taken up; the service goes on with those it has");
            }
            Err(error) => {
                tracing::error!(
                    code = error.code(),
                    "the log keys cannot be read; the service goes on with those it has"
                );
            }
        }
    }

    fn take_up_keys(&self) {
        match self.folder.read_authority() {
            Err(error) => {
                tracing::error!(
                    code = error.code(),
                    "the issuing keys cannot be read; the service goes on with those it has"
                );
            }
            Ok(authority) => match self.service.take_up_authority(authority) {
                Ok(()) => {
                    let ends = self.service.authority().signs_until();
                    tracing::info!(%ends, "the issuing keys were taken up");
                }
                Err(error) => {
                    tracing::error!(%error, "the issuing keys are not taken up; the service goes on with those it has");
                }
            },
        }
    }

    fn take_up_secrets(&self) {
        match self.folder.read_secrets() {
            Err(error) => {
                tracing::error!(
                    code = error.code(),
                    "the secrets cannot be read; the service goes on with those it has"
                );
            }
            Ok(secrets) => {
                let compromised: Vec<u16> =
                    secrets.epochs().filter(|&epoch| secrets.is_compromised(epoch)).collect();
                match self.service.take_up_secrets(secrets) {
                    Ok(()) => {
                        let newest = self.service.key_epoch();
                        tracing::info!(newest, ?compromised, "the secrets were taken up");
                    }
                    Err(_) => {
                        tracing::error!(
                            "the secrets differ from those in use by more than new epochs; the service goes on with those it has"
                        );
                    }
                }
            }
        }
    }
}

fn trace(path: &Path) -> Trace {
    let data = path.metadata().ok()?;
    Some((data.modified().ok()?, data.len()))
}

/// The signal that asks to look at once.
pub(super) trait HangUp {
    /// Ends when it came.
    fn heard(&mut self) -> impl Future<Output = ()> + Send;
}

#[cfg(unix)]
impl HangUp for tokio::signal::unix::Signal {
    async fn heard(&mut self) {
        if self.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

/// Where there is no such signal.
#[cfg(not(unix))]
pub(super) struct Never;

#[cfg(not(unix))]
impl HangUp for Never {
    async fn heard(&mut self) {
        std::future::pending::<()>().await;
    }
}
