//! Changes of the keys that sign and of the secrets, while the service and its clients run.

use warifu_proto::keys::RootKey;
use warifu_service::authority::{Authority, AuthorityError};
use warifu_service::secrets::Secrets;

use crate::fault::Fault;
use crate::forge::Stolen;
use crate::planted::Planted;
use crate::stop::Stop;
use crate::world::World;

/// How many epochs a run has at most: each brings keys of its own into the shop.
const EPOCHS_MAX: usize = 3;

impl World {
    /// The keys that sign, and the list of those that do not any more, as a node reads them from its files.
    pub(crate) fn authority(&self) -> Result<Authority, Stop> {
        let authority = Authority::from_bytes(&self.issuing).map_err(Stop::harness)?;
        match &self.key_list {
            Some(list) => authority.with_key_list(list).map_err(Stop::harness),
            None => Ok(authority),
        }
    }

    fn root_again(&self) -> Result<RootKey, Stop> {
        RootKey::from_seed(self.root.seed()).map_err(Stop::harness)
    }

    /// Further issuing keys from the root, taken up by a restart of every node.
    pub(crate) fn renew_keys(&mut self) -> Result<(), Stop> {
        let (authority, root) = (self.authority()?, self.root_again()?);
        let more = authority.extended(&root, self.time.now(), &mut self.dice).map_err(Stop::harness)?;
        self.issuing = more.to_bytes().to_vec();
        self.trace.note("the issuing keys are renewed, the nodes started again");
        self.count_all_work(Fault::KeysRenewed);
        for place in self.idle() {
            self.tag(place, Fault::KeysRenewed);
        }
        self.stop_nodes();
        for place in 0..self.places.len() {
            self.start_node(place)?;
        }
        Ok(())
    }

    /// The issuing key that signs now is stolen and withdrawn. Each node takes the list and the new key up when it next looks at its files.
    pub(crate) fn withdraw_key(&mut self) -> Result<(), Stop> {
        let (authority, root, now) = (self.authority()?, self.root_again()?, self.time.now());
        let Ok(issuer) = authority.issuer(now) else { return Ok(()) };
        let (id, seed) = (issuer.key().id(), *issuer.key().seed());
        let stolen = Stolen { key: id, seed, certificate: issuer.certificate_token().to_owned() };
        let next = match authority.withdrawn(&root, &[id], (now, now), &mut self.dice) {
            Ok(next) => next,
            // A list names only so many keys; nobody loses one a week.
            Err(AuthorityError::TooManyWithdrawn) => return Ok(()),
            Err(error) => return Err(Stop::harness(error)),
        };
        self.issuing = next.to_bytes().to_vec();
        self.key_list = next.key_list().map(|list| list.token.clone());
        self.stolen.push(stolen);
        self.trace.note("an issuing key is withdrawn");
        self.count_all_work(Fault::KeyWithdrawn);
        for place in self.idle() {
            self.tag(place, Fault::KeyWithdrawn);
        }
        self.outdate_nodes()
    }

    /// A master of product keys has leaked: its epoch is marked, and the shop sells keys of the next.
    pub(crate) fn compromise_epoch(&mut self) -> Result<(), Stop> {
        let mut secrets = Secrets::from_bytes(&self.secrets).map_err(Stop::harness)?;
        if secrets.epochs().count() >= EPOCHS_MAX {
            return Ok(());
        }
        let leaked = secrets.newest_epoch();
        let next = secrets.begin_epoch(&mut self.dice).ok_or_else(|| Stop::harness("no further epoch"))?;
        if self.planted != Planted::EpochTrusted {
            secrets.mark_compromised(leaked);
        }
        self.secrets = secrets.to_bytes().to_vec();
        self.trace.note(format_args!("the master of epoch {leaked} has leaked, epoch {next} begins"));
        self.count_all_work(Fault::EpochCompromised);
        for place in self.idle() {
            self.tag(place, Fault::EpochCompromised);
        }
        let now = self.time.millis();
        for key in &mut self.keys {
            key.leaked_millis.get_or_insert(now);
        }
        // Whoever issues keys backs up after it: a store of before would not know them.
        self.backup = None;
        // A node that is started knows the batches that are there then.
        self.stop_nodes();
        self.start_node(0)?;
        self.stock_shop()?;
        for place in 1..self.places.len() {
            self.start_node(place)?;
        }
        Ok(())
    }

    /// What a node has of its files is old; one of them looks at once.
    fn outdate_nodes(&mut self) -> Result<(), Stop> {
        for place in &mut self.places {
            place.outdated = place.node.is_some();
        }
        match self.dice.place(self.places.len()) {
            Some(place) => self.take_files_up(place),
            None => Ok(()),
        }
    }

    /// A node looks at its key files and takes up what is new.
    pub(crate) fn take_files_up(&mut self, place: usize) -> Result<(), Stop> {
        if !std::mem::take(&mut self.places[place].outdated) || self.places[place].node.is_none() {
            return Ok(());
        }
        let (authority, secrets) =
            (self.authority()?, Secrets::from_bytes(&self.secrets).map_err(Stop::harness)?);
        let service = self.node(place)?.service.clone();
        service.take_up_authority(authority).map_err(Stop::harness)?;
        service.take_up_secrets(secrets).map_err(Stop::harness)?;
        self.trace.note(format_args!("node {place} takes its new key files up"));
        Ok(())
    }
}
