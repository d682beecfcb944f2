//! The use cases of staff.

use aws_lc_rs::digest::{SHA256, digest};
use warifu_core::catalogue::Failure;
use warifu_core::decide::{LicenceAct, Moment, ProvePurchase};
use warifu_core::id::{ActivationId, BatchId, IdempotencyKey, LicenceId, PolicyId, ProductId, StaffId};
use warifu_core::key::{KeyNumber, ProofHours, PurchaseProof};
use warifu_core::staff::{Role, Staff};
use warifu_core::text::Name;
use warifu_core::time::{Span, Timestamp};

use super::registry::RegistryAct;
use super::token::StaffToken;
use crate::group::{Outcome, Task};
use crate::port::ReplyKey;
use crate::service::Service;

/// The member of staff that stands for the person who runs `warifu` on the service's own machine.
pub const LOCAL_OPERATOR: StaffId = StaffId::from_bytes([0; 16]);

/// A request of staff, as its repetition is recognised: the client's name for the attempt, and what was asked.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    key: IdempotencyKey,
    digest: [u8; 32],
}

impl Attempt {
    /// The attempt `key` at a request: its path and body, or whatever tells it from another.
    #[must_use]
    pub fn new(key: IdempotencyKey, path: &str, body: &[u8]) -> Self {
        let mut request = Vec::with_capacity(path.len() + 1 + body.len());
        request.extend_from_slice(path.as_bytes());
        request.push(0);
        request.extend_from_slice(body);
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, &request).as_ref());
        Self { key, digest: hash }
    }

    /// How the repetition of this attempt of `by` is recognised.
    pub(crate) const fn reply_of(self, by: StaffId) -> (ReplyKey, [u8; 32]) {
        (ReplyKey { staff: by, key: self.key }, self.digest)
    }
}

impl Service {
    /// The member of staff with a token.
    ///
    /// # Errors
    /// `token_not_valid` when there is none.
    pub fn authenticate(&self, token: &str) -> Result<Staff, Failure> {
        let token = StaffToken::parse(token).ok_or_else(Failure::token_not_valid)?;
        self.snapshot().registry.staff_with(&token.hash()).cloned().ok_or_else(Failure::token_not_valid)
    }

    /// Changes the registry, grants a licence or takes over keys, as `by`. A repeated attempt is answered with [`Outcome::Repeated`].
    ///
    /// # Errors
    /// Why not; nothing has changed then.
    pub async fn change_registry(
        &self,
        by: StaffId,
        act: RegistryAct,
        attempt: Option<Attempt>,
    ) -> Result<Outcome, Failure> {
        self.staff_task(Task::Registry { act: Box::new(act), by }, by, attempt).await
    }

    /// Acts on a licence, as `by`.
    ///
    /// # Errors
    /// Why not; nothing has changed then.
    pub async fn act_on_licence(
        &self,
        by: StaffId,
        licence: LicenceId,
        act: LicenceAct,
        attempt: Option<Attempt>,
    ) -> Result<Outcome, Failure> {
        self.staff_task(Task::Act { licence, act, by }, by, attempt).await
    }

    /// Notes that `by` is shown the key of a licence, and answers with the licence.
    ///
    /// # Errors
    /// `record_not_found` when there is no such licence, or it has no key.
    pub async fn show_key(&self, by: StaffId, licence: LicenceId) -> Result<Outcome, Failure> {
        self.staff_task(Task::ShowKey { licence, by }, by, None).await
    }

    /// Issues a proof of purchase for the key with a number, as `by`. It is in the answer and nowhere else.
    ///
    /// # Errors
    /// `record_not_found` for a number that was not issued, `purchase_proof_not_needed` where the key alone does, and what is wrong with its licence.
    pub async fn prove_purchase(
        &self,
        by: StaffId,
        number: KeyNumber,
        hours: ProofHours,
        attempt: Option<Attempt>,
    ) -> Result<PurchaseProof, Failure> {
        let batch = self.snapshot().keys.batch_of(number);
        let batch = batch.ok_or_else(|| Failure::record_not_found("key", number))?;
        let secrets = self.current.secrets();
        if !secrets.is_compromised(batch.epoch) {
            return Err(Failure::purchase_proof_not_needed(number));
        }
        let epoch = secrets.proof_epoch().ok_or_else(no_epoch_left)?;
        let asked = ProvePurchase { number, batch: batch.id, withdrawn: batch.withdrawn, hours };
        let made = match self.staff_task(Task::ProvePurchase { asked, epoch, by }, by, attempt).await? {
            Outcome::Proof { epoch, issued } => Some((epoch, issued)),
            // The same request has led to a proof before: it is made again.
            Outcome::Repeated(subject) => subject.split_once(' ').and_then(|(epoch, issued)| {
                Some((epoch.parse().ok()?, Timestamp::from_seconds(issued.parse().ok()?)))
            }),
            _ => None,
        };
        let (epoch, issued) = made.ok_or_else(|| Failure::internal_error("no proof was decided on"))?;
        let secret = secrets.proofs(epoch).ok_or_else(no_epoch_left)?;
        Ok(secret.issue(number, issued, hours))
    }

    /// Gives a device's seat back, as `by`.
    ///
    /// # Errors
    /// Why not; nothing has changed then.
    pub async fn release_seat(
        &self,
        by: StaffId,
        licence: LicenceId,
        activation: ActivationId,
        attempt: Option<Attempt>,
    ) -> Result<Outcome, Failure> {
        self.staff_task(Task::Release { licence, activation, by }, by, attempt).await
    }

    /// Erases a device's name, as `by`.
    ///
    /// # Errors
    /// Why not; nothing has changed then.
    pub async fn forget_device(
        &self,
        by: StaffId,
        licence: LicenceId,
        activation: ActivationId,
        attempt: Option<Attempt>,
    ) -> Result<Outcome, Failure> {
        self.staff_task(Task::Forget { licence, activation, by }, by, attempt).await
    }

    /// Makes a staff token, as `by`. The token is in the answer and nowhere else.
    ///
    /// # Errors
    /// Why not; nothing has changed then.
    pub async fn create_staff(
        &self,
        by: StaffId,
        name: Name,
        role: Role,
        attempt: Option<Attempt>,
    ) -> Result<(Outcome, StaffToken), Failure> {
        let (id, token) = {
            let mut random = self.random();
            let id = StaffId::generate(self.clock.now_millis(), &mut **random);
            (id, StaffToken::generate(&mut **random))
        };
        let act = RegistryAct::CreateStaff { id, name, role, token: token.hash() };
        Ok((self.change_registry(by, act, attempt).await?, token))
    }

    /// A new product's id.
    #[must_use]
    pub fn new_product_id(&self) -> ProductId {
        ProductId::generate(self.clock.now_millis(), &mut **self.random())
    }

    /// A new policy's id.
    #[must_use]
    pub fn new_policy_id(&self) -> PolicyId {
        PolicyId::generate(self.clock.now_millis(), &mut **self.random())
    }

    /// A new batch's id.
    #[must_use]
    pub fn new_batch_id(&self) -> BatchId {
        BatchId::generate(self.clock.now_millis(), &mut **self.random())
    }

    /// A new licence's id.
    #[must_use]
    pub fn new_licence_id(&self) -> LicenceId {
        LicenceId::generate(self.clock.now_millis(), &mut **self.random())
    }

    /// The epoch whose master secret new batches use.
    #[must_use]
    pub fn key_epoch(&self) -> u16 {
        self.current.secrets().newest_epoch()
    }

    /// What keys of other formats are hashed with.
    #[must_use]
    pub const fn import_secret(&self) -> &warifu_core::key::ImportSecret {
        &self.imports
    }

    async fn staff_task(
        &self,
        task: Task,
        by: StaffId,
        attempt: Option<Attempt>,
    ) -> Result<Outcome, Failure> {
        // Staff can repair a service whose issuing keys have run out, so no issuing key is asked for.
        let moment =
            Moment { now: self.clock.now(), longest_lease: Span::ZERO, latest_expiry: Timestamp::MAX };
        let reply = attempt.map(|attempt| attempt.reply_of(by));
        self.submit(task, moment, reply).await.map_err(|refusal| refusal.failure)
    }
}

/// `warifu epochs compromised` begins another epoch, so only a file that was edited by hand comes to this.
fn no_epoch_left() -> Failure {
    Failure::internal_error("every epoch is compromised: begin another with `warifu epochs new`")
}
