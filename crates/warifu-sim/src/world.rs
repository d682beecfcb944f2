//! A world: a service with its store and staff, machines with installations, and the network between them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;
use tokio::runtime::Runtime;
use warifu_client::{Client, KeyAlgorithm, Response};
use warifu_core::hardware::Scheme;
use warifu_core::id::{InstallationId, LeaseId, LicenceId};
use warifu_core::time::{Span, Timestamp};
use warifu_proto::keys::RootKey;
use warifu_service::authority::Authority;
use warifu_service::log::LogKeys;
use warifu_service::port::LogAppend;
use warifu_service::secrets::Secrets;

use crate::canary::{Canaries, Log};
use crate::dice::Dice;
use crate::fault::{Command, Coverage, Fault};
use crate::fiber::{Call, Fiber};
use crate::folder::{Files, Folder};
use crate::forge::Stolen;
use crate::journal::SimJournal;
use crate::ledger::Ledger;
use crate::machine::{Machine, Parts};
use crate::node::{self, Node, Origin};
use crate::planted::Planted;
use crate::remedy::Remedies;
use crate::staff::{Attempt, Staff};
use crate::stop::Stop;
use crate::store::SimStore;
use crate::time::{Clocks, NodeClock, WorldTime};
use crate::trace::Trace;

/// The product's code.
pub(crate) const PRODUCT: &str = "draw";
/// The service's address, as applications know it.
pub(crate) const ADDRESS: &str = "https://licences.example";

/// A kind of licence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    pub(crate) channel: &'static str,
    pub(crate) seats: u32,
    pub(crate) budget: u32,
    /// Whether its leases are short, so that silent devices lose their seats within a run.
    pub(crate) short: bool,
}

/// The kinds of licence that are sold.
pub(crate) const KINDS: [Kind; 6] = [
    Kind { channel: "retail", seats: 2, budget: 3, short: false },
    Kind { channel: "volume", seats: 5, budget: 3, short: false },
    Kind { channel: "oem", seats: 1, budget: 0, short: false },
    Kind { channel: "trial", seats: 1, budget: 0, short: false },
    Kind { channel: "subscription", seats: 3, budget: 3, short: false },
    Kind { channel: "retail", seats: 1, budget: 3, short: true },
];

/// Which of them is short.
pub(crate) const SHORT_KIND: usize = 5;

/// For a short licence: how long after its lease a silent device keeps its seat.
pub(crate) const SHORT_NOTICE: Span = Span::days(2);

/// For a short licence: how long after somebody has asked for a seat that is given away.
pub(crate) const SHORT_RELEASE_NOTICE: Span = Span::days(1);

/// The same for other licences.
pub(crate) const RELEASE_NOTICE: Span = Span::days(14);

/// A product key that was sold, and what the simulator knows of its licence.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    /// The key as it is now.
    pub(crate) text: String,
    pub(crate) kind: usize,
    /// The licence that it has claimed, once it has.
    pub(crate) licence: Option<LicenceId>,
    /// Licences that it had claimed and that a restored service has forgotten. What was signed of them holds on.
    pub(crate) forgotten: Vec<LicenceId>,
    /// What provisional leases call its licence, which the store may not know.
    pub(crate) provisional: Vec<LicenceId>,
    /// Who has had a lease of it: machines, by what they count as, and installations.
    pub(crate) known: (BTreeSet<usize>, BTreeSet<InstallationId>),
    /// A seat of the licence that a refusal has named to somebody with the key.
    pub(crate) holder: Option<String>,
    /// When every node knew that the master behind it has leaked.
    pub(crate) leaked_millis: Option<u64>,
    /// Seats that staff are known to have added.
    pub(crate) added: u32,
    /// When the licence was last known, or could have been, suspended or revoked.
    pub(crate) bad_last: Option<Timestamp>,
    pub(crate) suspended: bool,
    pub(crate) revoked: bool,
    /// The key before it was replaced, if somebody still types that one.
    pub(crate) former: Option<String>,
}

impl Key {
    /// Whether its licence is one with short leases, and strangers may activate with it.
    pub(crate) const fn is_wanted(&self) -> bool {
        KINDS[self.kind].short && !self.revoked && !self.suspended && self.leaked_millis.is_none()
    }

    /// Whether a lease of this licence is one of the key's.
    pub(crate) fn is_of(&self, licence: LicenceId) -> bool {
        self.licence == Some(licence) || self.provisional.contains(&licence)
    }
}

/// An installation of the product on a machine.
pub(crate) struct Installation {
    pub(crate) machine: usize,
    pub(crate) folder: Folder,
    pub(crate) algorithm: KeyAlgorithm,
    /// The key that its user types.
    pub(crate) key: usize,
    /// The proof of purchase that its user was given, and for which key.
    pub(crate) proof: Option<(usize, String)>,
    /// The process that runs between commands, if one does.
    pub(crate) client: Option<Client>,
    /// The command that is being carried out.
    pub(crate) work: Option<Work>,
    /// Copies of the folder, with how long the machine's clock had been in doubt.
    pub(crate) backups: Vec<(Files, Option<u64>)>,
    /// Faults that its next commands meet, and how many of them.
    pub(crate) tags: Vec<(Fault, u8)>,
    /// For how long the machine has been running in doubt since the service was last heard, in milliseconds.
    pub(crate) doubt_millis: Option<u64>,
    /// For how long the machine has been running since the program was first seen to go on after its lease and grace, in milliseconds.
    pub(crate) overdue_millis: Option<u64>,
    /// The lease that the service, restored from a backup, has said that it does not know.
    pub(crate) forgotten: Option<LeaseId>,
    /// The code of the last refusal.
    pub(crate) refused: Option<String>,
    /// Its folder came from another machine, and it has not been activated here.
    pub(crate) copied: bool,
    /// Nobody uses it any more.
    pub(crate) retired: bool,
}

/// What a command of the SDK came to.
pub(crate) type Done = Result<(), warifu_client::Error>;

/// A command in the middle of its work.
pub(crate) struct Work {
    pub(crate) command: Command,
    /// Whether it may repeat an attempt that went unanswered: then its answer may be an old one, and tells no time.
    pub(crate) resumed: bool,
    /// When it was begun, by the true time.
    pub(crate) began_millis: u64,
    pub(crate) fiber: Fiber<(Client, Done)>,
    /// The call that it waits for.
    pub(crate) call: Option<u64>,
}

/// Something under way.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) call: u64,
    pub(crate) content: Content,
    /// Not delivered before this step.
    pub(crate) held_until: u64,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Request(Call),
    Reply(Response),
}

/// Whose call it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller {
    pub(crate) installation: usize,
    pub(crate) command: Command,
    /// The key that it is about, if it names one.
    pub(crate) key: usize,
    /// The key whose purchase the request proves, if it carries such a proof.
    pub(crate) proven: Option<usize>,
    /// When it was sent, by the true time.
    pub(crate) sent_millis: u64,
}

/// A snapshot of a machine: its clocks, parts and the folders of its installations.
pub(crate) struct Snapshot {
    pub(crate) machine: usize,
    pub(crate) clocks: (Clocks, u64),
    pub(crate) parts: Parts,
    pub(crate) folders: Vec<(usize, Files, Option<u64>)>,
    pub(crate) taken: Timestamp,
    pub(crate) doubt: Option<u64>,
}

/// A backup of the store, with the simulator's book at that time.
pub(crate) struct Backup {
    pub(crate) path: PathBuf,
    pub(crate) ledger: Ledger,
}

/// A place for a node.
pub(crate) struct Place {
    pub(crate) node: Option<Node>,
    pub(crate) clock: NodeClock,
    /// When it is started again, by the step.
    pub(crate) down_until: u64,
    /// Whether its key files have changed since it read them.
    pub(crate) outdated: bool,
    /// Whether a later version of the service is installed there.
    pub(crate) later: bool,
}

/// See the module.
pub(crate) struct World {
    pub(crate) dice: Dice,
    pub(crate) time: WorldTime,
    pub(crate) trace: Trace,
    pub(crate) coverage: Coverage,
    pub(crate) step: u64,
    pub(crate) planted: Planted,
    pub(crate) root: RootKey,
    pub(crate) issuing: Vec<u8>,
    /// The list of withdrawn issuing keys, as signed.
    pub(crate) key_list: Option<String>,
    /// The issuing keys that were stolen, and are on it.
    pub(crate) stolen: Vec<Stolen>,
    pub(crate) secrets: Vec<u8>,
    pub(crate) log_keys: Vec<u8>,
    /// The journal of provisional leases, which a node keeps that is alone.
    pub(crate) journal: SimJournal,
    /// What a sequencer has computed and not written yet.
    pub(crate) computed: Option<LogAppend>,
    /// Until when the store is down, by the step.
    pub(crate) outage_until: u64,
    pub(crate) runtime: Arc<Runtime>,
    /// Dropped before the folder that it lies in.
    pub(crate) places: Vec<Place>,
    pub(crate) store: Option<SimStore>,
    pub(crate) folder: TempDir,
    pub(crate) backup: Option<Backup>,
    pub(crate) staff: Staff,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) unsold: BTreeMap<usize, Vec<String>>,
    pub(crate) keys: Vec<Key>,
    /// The proofs of purchase that the publisher has given, each with its key.
    pub(crate) proofs: BTreeMap<String, usize>,
    pub(crate) machines: Vec<Machine>,
    pub(crate) installations: Vec<Installation>,
    pub(crate) snapshot: Option<Snapshot>,
    pub(crate) messages: Vec<Message>,
    pub(crate) callers: BTreeMap<u64, Caller>,
    pub(crate) next_call: u64,
    pub(crate) ledger: Ledger,
    pub(crate) canaries: Canaries,
    pub(crate) log: Log,
    pub(crate) remedies: Remedies,
    /// A store's fault that the next group meets.
    pub(crate) armed: Option<Fault>,
    /// Installations whose standing is to be looked at after this step.
    pub(crate) touched: BTreeSet<usize>,
    pub(crate) commands: u64,
    /// When the last refusal for a spent budget said that a change is free again, by installation.
    pub(crate) free_on: BTreeMap<usize, Timestamp>,
}

impl World {
    /// The world of a seed.
    pub(crate) fn new(seed: u64, planted: Planted, keep_trace: bool) -> Result<Self, Stop> {
        let mut dice = Dice::new(seed);
        let log = Log::catch();
        let time = WorldTime::new();
        let root = RootKey::generate(&mut dice).map_err(Stop::harness)?;
        let authority =
            Authority::issue(&root, time.now(), false, &mut dice).map_err(Stop::harness)?.to_bytes().to_vec();
        let secrets = Secrets::generate(&mut dice).to_bytes().to_vec();
        let log_keys =
            LogKeys::issue(&root, time.now(), &mut dice).map_err(Stop::harness)?.to_bytes().to_vec();
        // Memory, where the system has some as a file system: the disk itself is another simulation's.
        let shared = std::path::Path::new("/dev/shm");
        let builder = tempfile::Builder::new().prefix("warifu-sim-").to_owned();
        let folder = if shared.is_dir() { builder.tempdir_in(shared) } else { builder.tempdir() };
        let folder = folder.map_err(Stop::harness)?;
        let nodes = if dice.percent(55) { 2 } else { 1 };
        let places = (0..nodes).map(|_| Place {
            node: None,
            clock: NodeClock::new(&time),
            down_until: 0,
            outdated: false,
            later: false,
        });
        let mut world = Self {
            trace: Trace::new(keep_trace),
            coverage: Coverage::default(),
            step: 0,
            planted,
            root,
            issuing: authority,
            key_list: None,
            stolen: Vec::new(),
            secrets,
            log_keys,
            journal: SimJournal::new(planted == Planted::JournalForgotten),
            computed: None,
            outage_until: 0,
            runtime: Arc::new(node::runtime().map_err(Stop::harness)?),
            places: places.collect(),
            store: None,
            folder,
            backup: None,
            staff: Staff::default(),
            attempts: Vec::new(),
            unsold: BTreeMap::new(),
            keys: Vec::new(),
            proofs: BTreeMap::new(),
            machines: Vec::new(),
            installations: Vec::new(),
            snapshot: None,
            messages: Vec::new(),
            callers: BTreeMap::new(),
            next_call: 1,
            ledger: Ledger::default(),
            canaries: Canaries::default(),
            log,
            remedies: Remedies::default(),
            armed: None,
            touched: BTreeSet::new(),
            commands: 0,
            free_on: BTreeMap::new(),
            time,
            dice,
        };
        world.open_store()?;
        world.start_node(0)?;
        world.open_shop()?;
        for place in 1..world.places.len() {
            world.start_node(place)?;
        }
        world.settle_people()?;
        Ok(world)
    }

    /// Where the store lies.
    pub(crate) fn store_path(&self) -> PathBuf {
        self.folder.path().join("store.db")
    }

    /// The store that is open.
    pub(crate) fn store(&self) -> Result<&SimStore, Stop> {
        self.store.as_ref().ok_or_else(|| Stop::harness("the store is not open"))
    }

    /// Opens the store from its file.
    pub(crate) fn open_store(&mut self) -> Result<(), Stop> {
        let sides = warifu_store::sqlite::open(self.store_path()).map_err(Stop::harness)?;
        self.store = Some(SimStore::new(sides, self.planted));
        Ok(())
    }

    /// Starts the node of a place from what is committed.
    pub(crate) fn start_node(&mut self, place: usize) -> Result<(), Stop> {
        let mut random = self.dice.fork();
        if self.planted == Planted::Unseeded {
            random = Dice::new(u64::from(std::process::id()) ^ unseeded());
        }
        let clock = self.places[place].clock.clone();
        let files = node::Files {
            authority: self.authority()?,
            secrets: &self.secrets,
            log_keys: &self.log_keys,
            // Nodes that share a store give no provisional leases: they could not agree on who gives the one of a key.
            journal: (self.places.len() == 1).then(|| self.journal.clone()),
            later: self.places[place].later,
        };
        let node = Node::start(self.store()?, files, clock, random, self.runtime.clone())?;
        self.places[place].node = Some(node);
        self.places[place].outdated = false;
        Ok(())
    }

    /// A node that runs; the first that is found from `from` on.
    pub(crate) fn running(&self, from: usize) -> Option<usize> {
        let count = self.places.len();
        (from..from + count).map(|place| place % count).find(|place| self.places[*place].node.is_some())
    }

    /// The node of a place.
    pub(crate) fn node(&mut self, place: usize) -> Result<&mut Node, Stop> {
        let node = self.places.get_mut(place).and_then(|place| place.node.as_mut());
        node.ok_or_else(|| Stop::harness("the node does not run"))
    }

    /// Whose call this is.
    pub(crate) fn caller(&self, origin: Origin) -> Option<Caller> {
        match origin {
            Origin::Client { call, .. } => self.callers.get(&call).copied(),
            Origin::Staff(_) | Origin::Sequencer | Origin::Stranger => None,
        }
    }

    /// Puts a key on sale and gives its place.
    pub(crate) fn sell(&mut self, kind: usize) -> Result<usize, Stop> {
        let text = self.unsold.get_mut(&kind).and_then(Vec::pop);
        let text = text.ok_or_else(|| Stop::harness("all keys are sold"))?;
        self.canaries.add_key(&text);
        self.keys.push(Key {
            text,
            kind,
            licence: None,
            forgotten: Vec::new(),
            provisional: Vec::new(),
            known: Default::default(),
            holder: None,
            leaked_millis: None,
            added: 0,
            bad_last: None,
            suspended: false,
            revoked: false,
            former: None,
        });
        Ok(self.keys.len() - 1)
    }

    /// Some machines with installations, and keys for them.
    fn settle_people(&mut self) -> Result<(), Stop> {
        for kind in 0..KINDS.len() {
            self.sell(kind)?;
        }
        for scheme in [Scheme::Physical, Scheme::Physical, Scheme::Vm, Scheme::Physical, Scheme::Container] {
            let machine = self.add_machine(scheme);
            for _ in 0..self.dice.between(1, 2) {
                self.add_installation(machine);
            }
        }
        Ok(())
    }

    pub(crate) fn add_machine(&mut self, scheme: Scheme) -> usize {
        let place = self.machines.len();
        let machine = Machine::new(place, scheme, &self.time, &mut self.dice);
        self.machines.push(machine);
        place
    }

    /// A fresh installation on a machine.
    pub(crate) fn add_installation(&mut self, machine: usize) -> usize {
        let algorithm =
            if self.dice.percent(80) { KeyAlgorithm::Ed25519 } else { KeyAlgorithm::EcdsaP256Sha256 };
        let key = self.dice.place(self.keys.len()).unwrap_or(0);
        self.installations.push(Installation {
            machine,
            folder: Folder::default(),
            algorithm,
            key,
            proof: None,
            client: None,
            work: None,
            backups: Vec::new(),
            tags: Vec::new(),
            doubt_millis: self.machines[machine].doubt_millis,
            overdue_millis: None,
            forgotten: None,
            refused: None,
            copied: false,
            retired: false,
        });
        self.installations.len() - 1
    }

    /// Lets time pass while every machine runs.
    pub(crate) fn pass(&mut self, millis: u64) {
        self.time.advance(millis);
        for installation in &mut self.installations {
            // A program in the middle of a command does not look where it stands.
            let overdue = installation.overdue_millis.as_mut().filter(|_| installation.work.is_none());
            for counted in installation.doubt_millis.iter_mut().chain(overdue) {
                *counted += millis;
            }
        }
        for machine in &mut self.machines {
            if let Some(doubt) = &mut machine.doubt_millis {
                *doubt += millis;
            }
        }
    }
}

/// A number that differs from run to run: what a planted bug draws from.
fn unseeded() -> u64 {
    static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
    COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}
