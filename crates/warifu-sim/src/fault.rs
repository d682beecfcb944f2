//! The faults and the commands, and which of them have met.

use std::collections::BTreeMap;
use std::fmt;

macro_rules! names {
    ($(#[$doc:meta])* $type:ident { $($(#[$variant_doc:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $type { $($(#[$variant_doc])* $variant,)+ }

        impl $type {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Its name in tables and traces.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

names! {
    /// A command of a device.
    Command {
        /// Activation with a product key.
        Activate = "activate",
        /// Renewal.
        Renew = "renew",
        /// The question where the licence stands.
        Status = "status",
        /// Deactivation.
        Deactivate = "deactivate",
        /// Change of product key.
        ChangeKey = "change-key",
        /// The request to release a seat that another device holds.
        AskRelease = "ask-release",
    }
}

names! {
    /// What can go wrong around a command.
    Fault {
        /// Its request is lost.
        RequestLost = "request lost",
        /// Its request arrives twice.
        RequestRepeated = "request repeated",
        /// Its request is overtaken by later messages, or arrives when nobody waits any more.
        RequestLate = "request late",
        /// Its answer is lost after everything was done.
        ReplyLost = "reply lost",
        /// Its answer arrives when nobody waits any more.
        ReplyLate = "reply late",
        /// Its process ends in the middle.
        ProcessKilled = "process killed",
        /// The wall clock is ahead.
        ClockAhead = "clock ahead",
        /// The wall clock is behind.
        ClockBehind = "clock behind",
        /// The wall clock runs fast or slow.
        ClockDrifts = "clock drifts",
        /// The machine was restarted.
        Rebooted = "machine restarted",
        /// The folder's disk is full, or may not be written.
        DiskRefuses = "disk refuses",
        /// The folder was copied to another machine.
        FolderCopied = "folder copied",
        /// The folder was restored from a backup.
        FolderRestored = "folder restored",
        /// The machine was set back to a snapshot: folder, hardware and clocks.
        SnapshotRestored = "snapshot restored",
        /// A file of the folder was cut short.
        FileCut = "file cut short",
        /// A part was swapped that may be.
        PartSwapped = "part swapped",
        /// So much was swapped that it is another device.
        Rebuilt = "machine rebuilt",
        /// Serial numbers cannot be read.
        Unprivileged = "unprivileged user",
        /// The service ended before the group was written.
        ServiceKilled = "service killed",
        /// The service ended after the group was written, before anybody was answered.
        ServiceKilledAfter = "service killed after commit",
        /// The service was shut down in an orderly way, and a later version of it was started, which says more than clients of today know.
        ServiceUpgraded = "service upgraded",
        /// The same the other way: the version of before was put back.
        ServiceTakenBack = "service taken back",
        /// The service was restored from a backup.
        ServiceRestored = "service restored",
        /// The service got further issuing keys.
        KeysRenewed = "issuing keys renewed",
        /// An issuing key was stolen and withdrawn; nodes and devices learn of it one after the other.
        KeyWithdrawn = "issuing key withdrawn",
        /// The master of an epoch of product keys has leaked.
        EpochCompromised = "key epoch compromised",
        /// The nodes' clocks part by some seconds.
        NodesApart = "node clocks apart",
        /// The store was down for a while: nothing could be read or written.
        StoreDown = "store down",
        /// The journal of provisional leases could not be written, or was cut off in the middle of a line.
        JournalTorn = "journal torn",
        /// The store could not be read.
        LoadFails = "store not readable",
        /// The store could not be written.
        CommitFails = "commit fails",
        /// The store had written and said that it had not.
        CommitUnknown = "commit took effect, error",
        /// The store said that another node was faster.
        Conflict = "conflict",
        /// Another node wrote between load and commit.
        OtherNode = "other node between",
        /// The log's sequencer ended between computing and writing.
        SequencerKilled = "sequencer killed",
        /// Two sequencers wrote the same.
        SequencerOvertaken = "sequencer overtaken",
        /// Its device was silent for long, and its seat was given to another.
        SeatReclaimed = "seat reclaimed",
        /// Somebody with its product key had asked for the release of its seat.
        ReleaseAsked = "release asked for",
        /// Staff acted on its licence meanwhile.
        StaffActs = "staff act meanwhile",
    }
}

impl Fault {
    /// Whether the two can meet at all: the question where a licence stands writes nothing, and whoever asks for a seat has none to lose.
    #[must_use]
    pub const fn can_meet(self, command: Command) -> bool {
        let of_groups = matches!(
            self,
            Self::ServiceKilled
                | Self::ServiceKilledAfter
                | Self::CommitFails
                | Self::CommitUnknown
                | Self::Conflict
                | Self::OtherNode
        );
        // Only activations are granted, and journalled, while the store is down.
        let of_journal = matches!(self, Self::JournalTorn);
        let of_seats = matches!(self, Self::SeatReclaimed | Self::ReleaseAsked);
        !(of_groups && matches!(command, Command::Status)
            || of_journal && !matches!(command, Command::Activate)
            || of_seats && matches!(command, Command::AskRelease))
    }
}

/// How often each fault has met each command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage(BTreeMap<(Fault, Command), u64>);

impl Coverage {
    /// Counts a meeting.
    pub fn count(&mut self, fault: Fault, command: Command) {
        *self.0.entry((fault, command)).or_insert(0) += 1;
    }

    /// How often the two have met.
    #[must_use]
    pub fn met(&self, fault: Fault, command: Command) -> u64 {
        self.0.get(&(fault, command)).copied().unwrap_or(0)
    }

    /// Takes another run's meetings up.
    pub fn add(&mut self, other: &Self) {
        for (cell, count) in &other.0 {
            *self.0.entry(*cell).or_insert(0) += count;
        }
    }

    /// The cells that can be met and were met less often than `least`.
    #[must_use]
    pub fn below(&self, least: u64) -> Vec<(Fault, Command, u64)> {
        let cells =
            Fault::ALL.iter().flat_map(|fault| Command::ALL.iter().map(move |command| (*fault, *command)));
        cells
            .filter(|(fault, command)| fault.can_meet(*command) && self.met(*fault, *command) < least)
            .map(|(fault, command)| (fault, command, self.met(fault, command)))
            .collect()
    }

    /// The table in Markdown.
    #[must_use]
    pub fn table(&self) -> String {
        let heads: Vec<_> = Command::ALL.iter().map(|command| command.name()).collect();
        let mut text = format!("| fault | {} |\n|---|{}\n", heads.join(" | "), "--:|".repeat(heads.len()));
        for fault in Fault::ALL {
            let cells: Vec<_> = Command::ALL
                .iter()
                .map(|command| {
                    if fault.can_meet(*command) {
                        self.met(*fault, *command).to_string()
                    } else {
                        "–".to_owned()
                    }
                })
                .collect();
            text.push_str(&format!("| {fault} | {} |\n", cells.join(" | ")));
        }
        text
    }
}
