//! Bugs that are put in on purpose, by wrappers around the product's ports: each breaks one promise, so that a test can see its checker fail. A run
//! without one is [`Planted::Nothing`].

/// A promise that is broken on purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Planted {
    /// None: what is simulated is the product.
    #[default]
    Nothing,
    /// 1: decisions do not see which seats are taken.
    SeatsHidden,
    /// 2: the store says that it has written, now and then, and has not.
    CommitForgotten,
    /// 3: a licence that nobody revoked is refused as revoked, with a signature.
    FalseRevocation,
    /// 1: decisions take every lease for one that ended long ago, so that seats are given away early.
    SilenceInvented,
    /// 1: a device that comes back to a seat which was reclaimed is not known as one that may object.
    ObjectionIgnored,
    /// 1: a seat that somebody has asked for is given away at once, whether or not its device is heard of.
    ReleaseHurried,
    /// 1: once it has leaked, a master of product keys is trusted as before.
    EpochTrusted,
    /// 1: devices are not told of the list of withdrawn issuing keys.
    ListWithheld,
    /// 2: the journal of provisional leases says that it has written, and has not.
    JournalForgotten,
    /// 4: problems arrive without a remedy.
    RemedyMissing,
    /// 4: a remedy does not help: renewals are refused again and again.
    RemedyUseless,
    /// 5: a request's body gets into the log.
    BodyInLog,
    /// 5: a problem's detail repeats what was asked.
    RequestInAnswer,
    /// 5: the SDK's folder gets the product key.
    KeyInFolder,
    /// 6: a stranger who guesses is told whether the number exists.
    GuessTold,
    /// 6: what staff do is not in the log.
    ActUnlogged,
    /// 6: an event loses its place in the verifiable log, now and then.
    PlaceLost,
    /// 7: one choice is not the seed's.
    Unseeded,
}
