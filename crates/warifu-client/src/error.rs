//! What a command of the client can answer instead of success: an entry of the catalogue, and what the person can choose from.

use std::fmt;

use warifu_core::catalogue::{Code, Failure, Lang};
use warifu_core::key::{Flaw, ProductKey, Verdict};
use warifu_proto::wire::problem::{Problem, SeatHolder};

/// A command that did not succeed. Its `Display` is the English message; applications show [`Self::message`], [`Self::cause`] and
/// [`Self::remedy`] in the user's language, and [`Self::help_url`].
#[derive(Clone, Debug)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    failure: Failure,
    newer: Option<NewerFailure>,
    offer: Option<KeyOffer>,
    holders: Vec<SeatHolder>,
    instance: Option<String>,
    help_url: Option<String>,
}

/// A failure whose code a newer service knows and this build does not: its texts as they came.
#[derive(Clone, Debug)]
struct NewerFailure {
    code: String,
    message: String,
    cause: String,
    remedy: String,
    retryable: bool,
}

/// A mended product key. It is an offer: show it to the person who typed the key, and use it only if they agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyOffer {
    /// The mended key.
    pub key: ProductKey,
    /// What was wrong; none when symbols were filled in and nothing is left to check the result with.
    pub flaw: Option<Flaw>,
}

impl KeyOffer {
    /// The offer that a verdict makes, if it makes one.
    #[must_use]
    pub fn of(verdict: &Verdict) -> Option<Self> {
        match verdict {
            Verdict::Correctable(offer) => {
                Some(Self { key: offer.key.clone(), flaw: Some(offer.flaw.clone()) })
            }
            Verdict::Unchecked(key) => Some(Self { key: key.clone(), flaw: None }),
            _ => None,
        }
    }
}

impl Error {
    pub(crate) fn new(failure: Failure) -> Self {
        let inner =
            Inner { failure, newer: None, offer: None, holders: Vec::new(), instance: None, help_url: None };
        Self(Box::new(inner))
    }

    /// The error that a problem of the service stands for. `stand_in` is shown for a code that this build does not know.
    pub(crate) fn of_problem(problem: Problem, stand_in: impl FnOnce(&Problem) -> Failure) -> Self {
        let (failure, newer) = match problem.failure() {
            Some(failure) => (failure, None),
            None => {
                let failure = stand_in(&problem);
                let newer = NewerFailure {
                    code: problem.code,
                    message: problem.detail,
                    cause: problem.cause,
                    remedy: problem.remedy,
                    retryable: problem.retryable,
                };
                (failure, Some(newer))
            }
        };
        let mut error = Self::new(failure);
        error.0.newer = newer;
        error.0.holders = problem.holders;
        error.0.instance = problem.instance;
        error
    }

    pub(crate) fn with_offer(mut self, offer: Option<KeyOffer>) -> Self {
        self.0.offer = offer;
        self
    }

    pub(crate) fn with_help(mut self, service_url: Option<&str>) -> Self {
        self.0.help_url = service_url.map(|url| format!("{url}/help/{}", self.code()));
        self
    }

    /// The catalogue's entry with its values. For a code that only a newer service knows it is the nearest that this build knows.
    #[must_use]
    pub fn failure(&self) -> &Failure {
        &self.0.failure
    }

    /// The stable code, such as `seat_limit_reached`. It may be one that this build's catalogue does not have.
    #[must_use]
    pub fn code(&self) -> &str {
        self.0.newer.as_ref().map_or_else(|| self.0.failure.code().as_str(), |newer| &newer.code)
    }

    /// Whether this is the failure of that code.
    #[must_use]
    pub fn is(&self, code: Code) -> bool {
        self.code() == code.as_str()
    }

    /// What happened.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        self.0.newer.as_ref().map_or_else(|| self.0.failure.message(lang), |newer| newer.message.clone())
    }

    /// Why it happens.
    #[must_use]
    pub fn cause(&self, lang: Lang) -> String {
        self.0.newer.as_ref().map_or_else(|| self.0.failure.cause(lang), |newer| newer.cause.clone())
    }

    /// What the reader can do now.
    #[must_use]
    pub fn remedy(&self, lang: Lang) -> String {
        self.0.newer.as_ref().map_or_else(|| self.0.failure.remedy(lang), |newer| newer.remedy.clone())
    }

    /// Whether the same command may succeed when it is repeated, at once or later, without anybody doing anything. Repeating is always safe:
    /// it has one effect.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.newer.as_ref().map_or_else(|| self.0.failure.entry().retry.helps(), |newer| newer.retryable)
    }

    /// A mended key to show to the person who typed it.
    #[must_use]
    pub fn offer(&self) -> Option<&KeyOffer> {
        self.0.offer.as_ref()
    }

    /// Who holds the seats, when they are all taken: class, month and last contact of each device, and nothing that names one.
    #[must_use]
    pub fn holders(&self) -> &[SeatHolder] {
        &self.0.holders
    }

    /// The name of this occurrence in the service's log, when it came from there.
    #[must_use]
    pub fn instance(&self) -> Option<&str> {
        self.0.instance.as_deref()
    }

    /// The page that explains the failure, to show as a link and a QR code; none when the client knows no service.
    #[must_use]
    pub fn help_url(&self) -> Option<&str> {
        self.0.help_url.as_deref()
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::new(failure)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for Error {}
