//! What the service has said last of renewing a lease. It is not signed and takes nothing: the lease runs to its end, and no state depends on it. But once the
//! lease has ended, or while it is provisional, "the next one comes by itself" would be wrong advice to somebody whom the service has told better.

use serde::{Deserialize, Serialize};
use warifu_core::catalogue::{Code, Failure};
use warifu_core::id::LeaseId;
use warifu_proto::wire::notice::Notice;

use crate::client::Client;
use crate::error::Error;
use crate::records;

/// The refusal of a renewal, and of which lease's.
#[derive(Serialize, Deserialize)]
struct RenewalRefused {
    lease: String,
    #[serde(flatten)]
    notice: Notice,
}

impl Client {
    /// Keeps why the lease that is held was not renewed, if that is something which trying again does not mend. Should it fail, the next renewal brings it again.
    pub(crate) fn keep_renewal_refused(&mut self, error: &Error) {
        let failure = error.failure();
        if !tells_more(failure.code()) {
            return;
        }
        let Some(lease) = self.lease().map(|lease| lease.id) else { return };
        let file = RenewalRefused { lease: lease.to_string(), notice: Notice::from(failure) };
        let bytes = serde_json::to_vec(&file).unwrap_or_default();
        let _ = self.ports.store.write(records::RENEWAL_REFUSED, &bytes);
        self.unsettle();
    }

    /// Why the lease that is held was not renewed, as the service said last.
    pub(crate) fn read_renewal_refused(&self) -> Option<Failure> {
        let held = self.lease()?.id;
        let bytes = self.ports.store.read(records::RENEWAL_REFUSED).ok()??;
        let file: RenewalRefused = serde_json::from_slice(&bytes).ok()?;
        let of_held = file.lease.parse::<LeaseId>().is_ok_and(|lease| lease == held);
        file.notice.failure().filter(|failure| of_held && tells_more(failure.code()))
    }
}

/// Whether this says more than that a lease has ended: it has a way out of its own, and the lease does not come by itself. What ends a lease before its time is
/// signed, and kept elsewhere.
const fn tells_more(code: Code) -> bool {
    matches!(
        code,
        Code::SeatReleased
            | Code::SeatLimitReached
            | Code::InstallationLimitReached
            | Code::ChangeBudgetSpent
            | Code::DeviceMayNotMove
            | Code::InstallationUnknown
            | Code::InstallationOnOtherHardware
            | Code::HardwareChanged
            | Code::FingerprintTooWeak
            | Code::LeaseSuperseded
            | Code::KeyReplaced
            | Code::KeyEpochCompromised
    )
}
