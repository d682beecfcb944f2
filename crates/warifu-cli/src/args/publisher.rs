//! The commands of the publisher's staff, over the API.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::client::CheckKeyArgs;

/// Which service is asked, and as whom.
#[derive(Clone, Debug, Args)]
pub(crate) struct Connection {
    /// The service's address.
    #[arg(long, value_name = "URL", env = "WARIFU_SERVICE", default_value = "http://127.0.0.1:7370")]
    pub(crate) service: String,
    /// The staff token. Better in the variable or a file: a command line can be seen by others.
    #[arg(long, value_name = "TOKEN", env = "WARIFU_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
    /// Read the staff token from this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Trust these certificate authorities too, in PEM.
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
}

/// `warifu keys`.
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Issue product keys and write them to a file.
    Issue {
        /// The SKU's number, as `warifu products editions` lists it.
        #[arg(long, value_name = "NUMBER")]
        sku: u16,
        /// The policy's id or name.
        #[arg(long, value_name = "POLICY")]
        policy: String,
        /// How many keys.
        #[arg(long, value_name = "COUNT")]
        count: u32,
        /// A note to find the batch by.
        #[arg(long, value_name = "TEXT")]
        label: Option<String>,
        /// The new file, ending in .csv or .json. Without it the batch is issued and no key is written.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Replace the file if it exists.
        #[arg(long, requires = "out")]
        force: bool,
        #[command(flatten)]
        connection: Connection,
    },
    /// Write the keys of a batch to a file, again or for the first time.
    Export {
        /// The batch's id.
        #[arg(value_name = "BATCH")]
        batch: String,
        /// The new file, ending in .csv or .json.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Replace the file if it exists.
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        connection: Connection,
    },
    /// Take over keys that were sold before, of any format. Only their hashes are kept.
    Import {
        /// A CSV file with the keys in its first column, or in one headed `key`.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The SKU's number.
        #[arg(long, value_name = "NUMBER")]
        sku: u16,
        /// The policy's id or name.
        #[arg(long, value_name = "POLICY")]
        policy: String,
        #[command(flatten)]
        connection: Connection,
    },
    /// List the batches.
    Batches {
        #[command(flatten)]
        connection: Connection,
    },
    /// Withdraw a batch: its unused keys start no licence any more.
    Withdraw {
        /// The batch's id.
        #[arg(value_name = "BATCH")]
        batch: String,
        /// Do not ask for confirmation.
        #[arg(short, long)]
        yes: bool,
        #[command(flatten)]
        connection: Connection,
    },
    /// Erase a batch's note.
    EraseLabel {
        /// The batch's id.
        #[arg(value_name = "BATCH")]
        batch: String,
        /// Do not ask for confirmation.
        #[arg(short, long)]
        yes: bool,
        #[command(flatten)]
        connection: Connection,
    },
    /// Tell what a text is, as a product key. Nothing is sent anywhere.
    Check(CheckKeyArgs),
}

/// `warifu products`.
#[derive(Debug, Subcommand)]
pub(crate) enum ProductsCommand {
    /// Add a product.
    Add {
        /// Its code: a-z, 0-9 and -, starting with a letter.
        #[arg(value_name = "CODE")]
        code: String,
        /// What people call it.
        #[arg(long, value_name = "NAME")]
        name: String,
        #[command(flatten)]
        connection: Connection,
    },
    /// List the products.
    List {
        #[command(flatten)]
        connection: Connection,
    },
    /// Add an edition of a product: a SKU.
    AddEdition {
        /// The product's code.
        #[arg(value_name = "PRODUCT")]
        product: String,
        /// The edition's code: a-z, 0-9 and -, starting with a letter.
        #[arg(value_name = "EDITION")]
        edition: String,
        /// What people call it, without the product's name: Professional.
        #[arg(long, value_name = "NAME")]
        name: String,
        /// The SKU's number; the next free one unless given.
        #[arg(long, value_name = "NUMBER")]
        number: Option<u16>,
        /// A feature that it unlocks. May be given several times.
        #[arg(long = "feature", value_name = "CODE")]
        features: Vec<String>,
        #[command(flatten)]
        connection: Connection,
    },
    /// List the editions with their SKU numbers.
    Editions {
        /// Of this product only.
        #[arg(long, value_name = "CODE")]
        product: Option<String>,
        #[command(flatten)]
        connection: Connection,
    },
}

/// `warifu policies`.
#[derive(Debug, Subcommand)]
pub(crate) enum PoliciesCommand {
    /// Add a policy. It starts from the channel's usual rules; options change them.
    Add {
        /// What people call it.
        #[arg(value_name = "NAME")]
        name: String,
        /// The kind of licence: retail, oem, volume, site, trial or subscription.
        #[arg(long, value_name = "CHANNEL", value_parser = ["retail", "oem", "volume", "site", "trial", "subscription"])]
        channel: String,
        #[command(flatten)]
        rules: PolicyRules,
        #[command(flatten)]
        connection: Connection,
    },
    /// List the policies.
    List {
        #[command(flatten)]
        connection: Connection,
    },
    /// Show a policy's rules.
    Show {
        /// The policy's id or name.
        #[arg(value_name = "POLICY")]
        policy: String,
        #[command(flatten)]
        connection: Connection,
    },
    /// Change rules: writes a new version, which counts from each device's next renewal.
    Set {
        /// The policy's id or name.
        #[arg(value_name = "POLICY")]
        policy: String,
        /// A new name.
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        #[command(flatten)]
        rules: PolicyRules,
        #[command(flatten)]
        connection: Connection,
    },
}

/// The rules of a policy that options can set.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct PolicyRules {
    /// On how many devices a licence may be active.
    #[arg(long, value_name = "COUNT")]
    pub(crate) seats: Option<u32>,
    /// How many seats may change hands within one lease term.
    #[arg(long, value_name = "COUNT")]
    pub(crate) change_budget: Option<u32>,
    /// How many seats may change hands within a year; `none` for no such bound.
    #[arg(long, value_name = "COUNT")]
    pub(crate) moves_per_year: Option<String>,
    /// Whether a licence may move to another device.
    #[arg(long, value_name = "YES/NO", value_parser = ["yes", "no"])]
    pub(crate) may_move: Option<String>,
    /// How long a lease lasts, in days.
    #[arg(long, value_name = "DAYS")]
    pub(crate) lease_days: Option<u32>,
    /// After how many days a lease is renewed.
    #[arg(long, value_name = "DAYS")]
    pub(crate) renew_after_days: Option<u32>,
    /// How many days an application goes on after its lease has ended.
    #[arg(long, value_name = "DAYS")]
    pub(crate) grace_days: Option<u32>,
    /// When the right ends: `perpetual`, days from the first activation as `30d`, or a last day as `2027-03-31`.
    #[arg(long, value_name = "TERM")]
    pub(crate) term: Option<String>,
    /// The time zone of a last day, as Asia/Tokyo. UTC unless given.
    #[arg(long, value_name = "ZONE", requires = "term")]
    pub(crate) zone: Option<String>,
    /// Whether virtual machines may be activated.
    #[arg(long, value_name = "YES/NO", value_parser = ["yes", "no"])]
    pub(crate) virtual_machines: Option<String>,
    /// Whether containers may be activated.
    #[arg(long, value_name = "YES/NO", value_parser = ["yes", "no"])]
    pub(crate) containers: Option<String>,
    /// Without a licence: whether personalisation is locked.
    #[arg(long, value_name = "YES/NO", value_parser = ["yes", "no"])]
    pub(crate) lock_personalisation: Option<String>,
    /// Without a licence: minutes between reminders; `none` for no reminder.
    #[arg(long, value_name = "MINUTES")]
    pub(crate) reminder_minutes: Option<String>,
    /// Without a licence: a text to draw over the window; empty for none.
    #[arg(long, value_name = "TEXT")]
    pub(crate) watermark: Option<String>,
    /// Without a licence: whether feature updates are withheld. Security fixes never are.
    #[arg(long, value_name = "YES/NO", value_parser = ["yes", "no"])]
    pub(crate) withhold_feature_updates: Option<String>,
    /// For how many days a revocation is announced before it takes effect.
    #[arg(long, value_name = "DAYS")]
    pub(crate) revocation_notice_days: Option<u32>,
    /// How far a device's bound hardware may follow accepted changes within a year: the sum of their scores; 0 for never.
    #[arg(long, value_name = "SCORE")]
    pub(crate) drift_per_year: Option<u16>,
    /// Two copies of an installation: `tell` both, or also `refuse` the one left behind further leases.
    #[arg(long, value_name = "TELL/REFUSE", value_parser = ["tell", "refuse"])]
    pub(crate) copies: Option<String>,
    /// For how many days the reclaim of a silent device's seat is announced: from the end of its last lease, beside the grace; the seat is safe until both are over.
    #[arg(long, value_name = "DAYS")]
    pub(crate) reclaim_notice_days: Option<u32>,
    /// For how many days a device whose seat was reclaimed gets it back.
    #[arg(long, value_name = "DAYS")]
    pub(crate) objection_days: Option<u32>,
    /// How many days a release that is asked for with the product key waits; 0 when it cannot be asked for.
    #[arg(long, value_name = "DAYS")]
    pub(crate) release_notice_days: Option<u32>,
}

/// A licence that a command acts on.
#[derive(Debug, Args)]
pub(crate) struct AnyLicence {
    /// The licence's id, or its key number as 20040-00001.
    #[arg(value_name = "LICENCE")]
    pub(crate) licence: String,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// `warifu licences`.
#[derive(Debug, Subcommand)]
pub(crate) enum LicencesCommand {
    /// List licences, oldest first.
    List {
        /// Of this SKU only.
        #[arg(long, value_name = "NUMBER")]
        sku: Option<u16>,
        /// With this key number only.
        #[arg(long, value_name = "NUMBER")]
        key_number: Option<String>,
        /// With exactly this label only.
        #[arg(long, value_name = "TEXT")]
        label: Option<String>,
        /// How many at most.
        #[arg(long, value_name = "COUNT", default_value_t = 50)]
        limit: u32,
        /// Those after this id: the last of the list before.
        #[arg(long, value_name = "ID")]
        after: Option<String>,
        #[command(flatten)]
        connection: Connection,
    },
    /// Show a licence.
    Show(AnyLicence),
    /// Grant a licence without a key.
    Grant {
        /// The SKU's number.
        #[arg(long, value_name = "NUMBER")]
        sku: u16,
        /// The policy's id or name.
        #[arg(long, value_name = "POLICY")]
        policy: String,
        /// Seats; the policy's unless given.
        #[arg(long, value_name = "COUNT")]
        seats: Option<u32>,
        /// A note to find it by.
        #[arg(long, value_name = "TEXT")]
        label: Option<String>,
        #[command(flatten)]
        connection: Connection,
    },
    /// Hold a licence back for a while.
    Suspend(AnyLicence),
    /// Let a suspended licence go on, or take a revocation back while its notice runs.
    Reinstate(AnyLicence),
    /// Take a licence back for good, after the policy's notice.
    Revoke {
        /// Do not ask for confirmation.
        #[arg(short, long)]
        yes: bool,
        #[command(flatten)]
        licence: AnyLicence,
    },
    /// Let a licence end later. An earlier end than the present one is asked about first.
    Extend {
        /// Until when: a last day as 2027-03-31, or an instant as 2027-03-31T15:00:00Z.
        #[arg(long, value_name = "DATE")]
        until: String,
        /// The time zone of a last day, as Asia/Tokyo. UTC unless given.
        #[arg(long, value_name = "ZONE")]
        zone: Option<String>,
        /// Do not ask for confirmation.
        #[arg(long, short)]
        yes: bool,
        #[command(flatten)]
        licence: AnyLicence,
    },
    /// Let a licence run for another term of its policy.
    Renew(AnyLicence),
    /// Add seats.
    TopUp {
        /// How many seats to add.
        #[arg(long, value_name = "COUNT")]
        seats: u32,
        #[command(flatten)]
        licence: AnyLicence,
    },
    /// Give a licence a new product key; the old one starts nothing any more.
    ReplaceKey {
        /// Do not ask for confirmation.
        #[arg(short, long)]
        yes: bool,
        #[command(flatten)]
        licence: AnyLicence,
    },
    /// Show a licence's product key to its owner again.
    ShowKey(AnyLicence),
    /// Issue a proof of purchase: it lets one more device in on a product key of an epoch that is marked as compromised.
    Proof {
        /// The number of the product key: its first two groups. Do not ask for the rest.
        #[arg(value_name = "KEY_NUMBER")]
        key_number: String,
        /// For how many hours it is good, at most 168. More than 72 needs the role of operator.
        #[arg(long, value_name = "HOURS", default_value_t = 72)]
        hours: u16,
        #[command(flatten)]
        connection: Connection,
    },
    /// List the devices that a licence is or was active on.
    Activations(AnyLicence),
    /// List the seats of all licences that are contested: reclaimed while their device may still object, or asked for with the product key.
    Contested {
        /// How many at most.
        #[arg(long, value_name = "COUNT", default_value_t = 50)]
        limit: u32,
        /// Those after this id: the last of the list before.
        #[arg(long, value_name = "ID")]
        after: Option<String>,
        #[command(flatten)]
        connection: Connection,
    },
    /// Erase a device's name. What it did stays in the log, without the name.
    ForgetDevice {
        /// The activation's id, as `warifu licences activations` lists it.
        #[arg(long, value_name = "ID")]
        activation: String,
        /// Do not ask for confirmation.
        #[arg(short, long)]
        yes: bool,
        #[command(flatten)]
        licence: AnyLicence,
    },
    /// Erase a licence's note.
    EraseLabel {
        /// Do not ask for confirmation.
        #[arg(short, long)]
        yes: bool,
        #[command(flatten)]
        licence: AnyLicence,
    },
    /// Take a seat back from a device.
    Release {
        /// The activation's id, as `warifu licences activations` lists it.
        #[arg(long, value_name = "ID")]
        activation: String,
        /// Do not ask for confirmation.
        #[arg(short, long)]
        yes: bool,
        #[command(flatten)]
        licence: AnyLicence,
    },
}

/// `warifu staff`.
#[derive(Debug, Subcommand)]
pub(crate) enum StaffCommand {
    /// Make a token for a member of staff or a program. It is shown once.
    Add {
        /// Their name.
        #[arg(value_name = "NAME")]
        name: String,
        /// What they may do: read-only, support, operator or owner.
        #[arg(long, value_name = "ROLE", value_parser = ["read-only", "support", "operator", "owner"])]
        role: String,
        #[command(flatten)]
        connection: Connection,
    },
    /// List the staff.
    List {
        #[command(flatten)]
        connection: Connection,
    },
    /// Withdraw a token.
    Remove {
        /// The member's id.
        #[arg(value_name = "ID")]
        staff: String,
        /// Do not ask for confirmation.
        #[arg(short, long)]
        yes: bool,
        #[command(flatten)]
        connection: Connection,
    },
    /// Erase the name of a member whose token has been withdrawn. What they did stays in the log, under their id.
    Forget {
        /// The member's id.
        #[arg(value_name = "ID")]
        staff: String,
        /// Do not ask for confirmation.
        #[arg(short, long)]
        yes: bool,
        #[command(flatten)]
        connection: Connection,
    },
}

/// `warifu events`.
#[derive(Debug, Args)]
pub(crate) struct EventsArgs {
    /// Of this licence only, by its id or key number.
    #[arg(long, value_name = "LICENCE")]
    pub(crate) licence: Option<String>,
    /// How many at most.
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    pub(crate) limit: u32,
    /// Those after this id: the last of the list before.
    #[arg(long, value_name = "ID")]
    pub(crate) after: Option<String>,
    #[command(flatten)]
    pub(crate) connection: Connection,
}
