//! Made by `cargo xtask generate` from `knowledge/catalogue/*.toml`. Do not edit.

use std::fmt::Display;

use super::entry::{Entry, Kind, Retry, Text, Value, ValueKind};
use super::failure::{Failure, text, time};
use crate::time::Timestamp;

/// Every failure that Warifu knows, in the order of the names. A code is never renamed or used for something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Code {
    /// Another program uses `{address}`.
    AddressInUse,
    /// The answer could not be confirmed to come from the service.
    AnswerNotGenuine,
    /// `{url}` answered as no service of Warifu does (HTTP `{status}`).
    AnswerNotUnderstood,
    /// The command cannot be run as typed: `{detail}`.
    ArgumentsNotValid,
    /// This request is addressed to another service.
    AudienceMismatch,
    /// `{path}` cannot be used as a backup of Warifu.
    BackupNotValid,
    /// The data is in the PostgreSQL database `{address}`, which `warifu backup` does not back up.
    BackupOfDatabase,
    /// `{count}` are too many for one batch (the limit is `{limit}`).
    BatchTooLarge,
    /// This product key was withdrawn before its first use.
    BatchWithdrawn,
    /// Another node bridges outages of the database (journal `{journal}`, since `{since}`); this node's journal is `{own}`.
    BridgingElsewhere,
    /// This case cannot be taken: `{reason}`.
    CaseNotValid,
    /// The certificate that came with the lease does not hold.
    CertificateNotValid,
    /// All `{budget}` device changes of this period are used. The next one is possible from `{free_on}`.
    ChangeBudgetSpent,
    /// No service and product are set up on this device yet (`{path}`).
    ClientNotSetUp,
    /// `{path}` is set up otherwise (`{name}` is `{found}`, you gave `{asked}`).
    ClientSetUpOtherwise,
    /// The settings of this device in `{path}` cannot be read (`{detail}`).
    ClientSettingsDamaged,
    /// The clock of this device seems to be far ahead.
    ClockAhead,
    /// The date and time of this device seem to be wrong.
    ClockImplausible,
    /// The setting `{key}` cannot be ``{value}``.
    ConfigInvalid,
    /// This licence cannot be used in a container.
    ContainerNotAllowed,
    /// What arrived is not what was sent.
    ContentDigestMismatch,
    /// The database `{address}` does not let `{user}` in.
    DatabaseLoginRefused,
    /// There is no database `{database}` at `{address}`.
    DatabaseMissing,
    /// The database `{address}` would lose data in a power cut: its fsync is off.
    DatabaseNotDurable,
    /// `{user}` may not make and change tables in the database `{address}`.
    DatabaseNotPermitted,
    /// The database `{address}` cannot be written to.
    DatabaseReadOnly,
    /// No secure connection to the database `{address}` can be made: `{detail}`.
    DatabaseTlsRefused,
    /// The database `{address}` cannot be reached.
    DatabaseUnreachable,
    /// This licence cannot move to another device.
    DeviceMayNotMove,
    /// ``{value}`` cannot be used for `{field}`.
    FieldNotValid,
    /// `{path}` exists already.
    FileExists,
    /// `{path}` cannot be read: `{detail}`.
    FileNotReadable,
    /// `{path}` cannot be written: `{detail}`.
    FileNotWritable,
    /// Too little of this device can be recognised (`{matches}` parts of the `{needed}` needed).
    FingerprintTooWeak,
    /// So much hardware changed that this cannot be told to be the same device (change `{score}`, limit `{threshold}`).
    HardwareChanged,
    /// The header Idempotency-Key is missing.
    IdempotencyKeyMissing,
    /// This Idempotency-Key was used with another request before.
    IdempotencyKeyReused,
    /// Row `{row}` cannot be imported: `{detail}`.
    ImportRowNotValid,
    /// An answer is needed, and nobody can be asked here.
    InputNeeded,
    /// A copy of this installation is in use (last noticed on `{seen}`).
    InstallationCopied,
    /// This device is active on another licence.
    InstallationHasOtherLicence,
    /// Five installations on this device use this licence already.
    InstallationLimitReached,
    /// The licence data on this device seems to be copied from another device.
    InstallationOnOtherHardware,
    /// This installation is not registered with the service.
    InstallationUnknown,
    /// Something went wrong inside the service (request `{request_id}`).
    InternalError,
    /// The issuing key that signed this lease is past its term.
    IssuingKeyExpired,
    /// The lease on this device was signed by a key that has been withdrawn.
    IssuingKeyWithdrawn,
    /// The product key has a typing mistake, and a likely correction was found.
    KeyCorrectable,
    /// To activate with this product key, the purchase has to be confirmed first.
    KeyEpochCompromised,
    /// `{path}` cannot be used as a key file of this service.
    KeyFileNotValid,
    /// A product key has `{needed}` symbols; `{found}` were entered.
    KeyIncomplete,
    /// This is a live key; it does not work with a sandbox service.
    KeyIsLiveKey,
    /// This is a test key; it does not work with the live service.
    KeyIsTestKey,
    /// This looks like a Windows product key; it is not a key of this software.
    KeyIsWindowsKey,
    /// The product key seems to contain typing mistakes.
    KeyMalformed,
    /// This product key was not issued by this service.
    KeyNotGenuine,
    /// What was entered does not look like a product key of this software.
    KeyNotRecognised,
    /// This product key has a format that this version cannot read.
    KeyOfNewerFormat,
    /// This is a product key for `{found}`; it cannot be used for `{wanted}`.
    KeyOfOtherSku,
    /// This product key was replaced by a new one.
    KeyReplaced,
    /// What was entered can be read as `{count}` different product keys.
    KeySeveral,
    /// The product key could be completed, but not checked.
    KeyUnchecked,
    /// The lease file on this device is damaged.
    LeaseDamaged,
    /// The lease on this device ran out on `{expired}`.
    LeaseExpired,
    /// The signature of the lease on this device does not hold.
    LeaseNotGenuine,
    /// The lease kept here belongs to another installation.
    LeaseOfOtherInstallation,
    /// The lease kept here is for another product.
    LeaseOfOtherProduct,
    /// This software runs on a provisional lease (until `{until}`).
    LeaseProvisional,
    /// The licence data in `{path}` cannot be read.
    LeaseStoreDamaged,
    /// The disk is full; the lease cannot be saved in `{path}`.
    LeaseStoreFull,
    /// The lease cannot be saved: `{path}` cannot be written to.
    LeaseStoreReadOnly,
    /// This installation is one of two copies; its lease is not renewed. The present lease runs on to its end.
    LeaseSuperseded,
    /// This licence will end on `{effective}`.
    LicenceEndAnnounced,
    /// This licence ended on `{ended}`.
    LicenceExpired,
    /// No licence for this device was found.
    LicenceNotFound,
    /// This licence starts on `{starts}`.
    LicenceNotStarted,
    /// This licence was revoked.
    LicenceRevoked,
    /// This licence is suspended at present.
    LicenceSuspended,
    /// The audit of the verifiable log found problems: `{count}`.
    LogAuditFailed,
    /// Entry `{index}` of the verifiable log (event `{event}`) is not what got this place.
    LogEntryAltered,
    /// The verifiable log of this service is not signed yet.
    LogNotSigned,
    /// The event `{event}` does not have its place in the verifiable log yet.
    LogNotYet,
    /// The type of the request's body is not supported here.
    MediaTypeNotSupported,
    /// This address does not accept this method.
    MethodNotAllowed,
    /// The service has no issuing key that may sign at present.
    NoIssuingKey,
    /// The one-time number (nonce) of the request has run out or was not issued here.
    NonceNotValid,
    /// This software is not activated on this device yet.
    NotActivated,
    /// Stopped: the question was not answered with yes.
    NotConfirmed,
    /// The position in the list is not valid.
    PageNotValid,
    /// This passphrase will not do (`{rule}`).
    PassphraseNotSuitable,
    /// The passphrase is wrong.
    PassphraseWrong,
    /// This licence cannot be activated in this way.
    PolicyRouteNotAllowed,
    /// Protocol version `{version}` is not supported here (supported: `{supported}`).
    ProtocolNotSupported,
    /// This proof of purchase was good until `{expired}`.
    PurchaseProofExpired,
    /// The product key with the number `{number}` needs no proof of purchase.
    PurchaseProofNotNeeded,
    /// This proof of purchase is not good for this product key.
    PurchaseProofNotValid,
    /// This proof of purchase has been used; the newest that was used was issued at `{issued}`.
    PurchaseProofUsed,
    /// Too many attempts in a short time; wait `{seconds}` seconds.
    RateLimited,
    /// `{path}` proves no entry of this service's log: `{detail}`.
    ReceiptNotValid,
    /// The `{kind}` ``{id}`` exists already.
    RecordExists,
    /// There is no `{kind}` ``{id}``.
    RecordNotFound,
    /// Somebody asked for the release of this device's seat (on `{asked}`).
    ReleaseAsked,
    /// With the product key alone, this licence's other devices cannot be released.
    ReleaseNotByKey,
    /// That device is in use and keeps its seat (asked on `{asked}`).
    ReleaseObjected,
    /// The request is not well formed: `{detail}`.
    RequestMalformed,
    /// This request is older than one that was accepted already, so nothing was done.
    RequestReplayed,
    /// The signature of the request does not hold.
    RequestSignatureInvalid,
    /// The request is not signed.
    RequestSignatureMissing,
    /// The request is too large (`{bytes}` bytes; the limit is `{limit}`).
    RequestTooLarge,
    /// This needs the role of `{needed}` or higher; this token has the role of `{role}`.
    RoleInsufficient,
    /// The service that answered is not the one this app trusts.
    RootNotPinned,
    /// There is nothing at this address.
    RouteNotFound,
    /// This lease was issued by a sandbox; a released app does not accept it.
    SandboxLeaseRefused,
    /// `{active}` of `{seats}` devices are active on this licence.
    SeatLimitReached,
    /// From `{from}` at the earliest, this device's seat may be given to another device.
    SeatReclaimAnnounced,
    /// This device's activation was released.
    SeatReleased,
    /// This device's seat was given to another device on `{reclaimed}`; now this device has a seat again.
    SeatWasReclaimed,
    /// The activation service is busy.
    ServiceBusy,
    /// There is no service in `{path}`.
    ServiceFolderEmpty,
    /// The activation service cannot answer at present.
    ServiceUnavailable,
    /// The activation service (`{url}`) cannot be reached: `{detail}`.
    ServiceUnreachable,
    /// There are several products on this device: `{products}`.
    SeveralProducts,
    /// The data in `{path}` contradicts itself and cannot be read.
    StoreDamaged,
    /// The disk is full; nothing can be saved in `{path}`.
    StoreFull,
    /// Another Warifu uses `{path}`.
    StoreLocked,
    /// The data is of a newer Warifu (schema `{found}`; this program knows up to `{supported}`).
    StoreNewer,
    /// `{path}` cannot be written to.
    StoreReadOnly,
    /// No secure connection to `{host}` could be made: `{detail}`.
    TlsFailed,
    /// A staff token is needed for this.
    TokenMissing,
    /// This token is not valid.
    TokenNotValid,
    /// Somebody else changed this record first.
    VersionConflict,
    /// This licence cannot be used in a virtual machine.
    VmNotAllowed,
}

impl Code {
    /// Every code, in the order of the names.
    pub const ALL: &'static [Self] = &[
        Self::AddressInUse,
        Self::AnswerNotGenuine,
        Self::AnswerNotUnderstood,
        Self::ArgumentsNotValid,
        Self::AudienceMismatch,
        Self::BackupNotValid,
        Self::BackupOfDatabase,
        Self::BatchTooLarge,
        Self::BatchWithdrawn,
        Self::BridgingElsewhere,
        Self::CaseNotValid,
        Self::CertificateNotValid,
        Self::ChangeBudgetSpent,
        Self::ClientNotSetUp,
        Self::ClientSetUpOtherwise,
        Self::ClientSettingsDamaged,
        Self::ClockAhead,
        Self::ClockImplausible,
        Self::ConfigInvalid,
        Self::ContainerNotAllowed,
        Self::ContentDigestMismatch,
        Self::DatabaseLoginRefused,
        Self::DatabaseMissing,
        Self::DatabaseNotDurable,
        Self::DatabaseNotPermitted,
        Self::DatabaseReadOnly,
        Self::DatabaseTlsRefused,
        Self::DatabaseUnreachable,
        Self::DeviceMayNotMove,
        Self::FieldNotValid,
        Self::FileExists,
        Self::FileNotReadable,
        Self::FileNotWritable,
        Self::FingerprintTooWeak,
        Self::HardwareChanged,
        Self::IdempotencyKeyMissing,
        Self::IdempotencyKeyReused,
        Self::ImportRowNotValid,
        Self::InputNeeded,
        Self::InstallationCopied,
        Self::InstallationHasOtherLicence,
        Self::InstallationLimitReached,
        Self::InstallationOnOtherHardware,
        Self::InstallationUnknown,
        Self::InternalError,
        Self::IssuingKeyExpired,
        Self::IssuingKeyWithdrawn,
        Self::KeyCorrectable,
        Self::KeyEpochCompromised,
        Self::KeyFileNotValid,
        Self::KeyIncomplete,
        Self::KeyIsLiveKey,
        Self::KeyIsTestKey,
        Self::KeyIsWindowsKey,
        Self::KeyMalformed,
        Self::KeyNotGenuine,
        Self::KeyNotRecognised,
        Self::KeyOfNewerFormat,
        Self::KeyOfOtherSku,
        Self::KeyReplaced,
        Self::KeySeveral,
        Self::KeyUnchecked,
        Self::LeaseDamaged,
        Self::LeaseExpired,
        Self::LeaseNotGenuine,
        Self::LeaseOfOtherInstallation,
        Self::LeaseOfOtherProduct,
        Self::LeaseProvisional,
        Self::LeaseStoreDamaged,
        Self::LeaseStoreFull,
        Self::LeaseStoreReadOnly,
        Self::LeaseSuperseded,
        Self::LicenceEndAnnounced,
        Self::LicenceExpired,
        Self::LicenceNotFound,
        Self::LicenceNotStarted,
        Self::LicenceRevoked,
        Self::LicenceSuspended,
        Self::LogAuditFailed,
        Self::LogEntryAltered,
        Self::LogNotSigned,
        Self::LogNotYet,
        Self::MediaTypeNotSupported,
        Self::MethodNotAllowed,
        Self::NoIssuingKey,
        Self::NonceNotValid,
        Self::NotActivated,
        Self::NotConfirmed,
        Self::PageNotValid,
        Self::PassphraseNotSuitable,
        Self::PassphraseWrong,
        Self::PolicyRouteNotAllowed,
        Self::ProtocolNotSupported,
        Self::PurchaseProofExpired,
        Self::PurchaseProofNotNeeded,
        Self::PurchaseProofNotValid,
        Self::PurchaseProofUsed,
        Self::RateLimited,
        Self::ReceiptNotValid,
        Self::RecordExists,
        Self::RecordNotFound,
        Self::ReleaseAsked,
        Self::ReleaseNotByKey,
        Self::ReleaseObjected,
        Self::RequestMalformed,
        Self::RequestReplayed,
        Self::RequestSignatureInvalid,
        Self::RequestSignatureMissing,
        Self::RequestTooLarge,
        Self::RoleInsufficient,
        Self::RootNotPinned,
        Self::RouteNotFound,
        Self::SandboxLeaseRefused,
        Self::SeatLimitReached,
        Self::SeatReclaimAnnounced,
        Self::SeatReleased,
        Self::SeatWasReclaimed,
        Self::ServiceBusy,
        Self::ServiceFolderEmpty,
        Self::ServiceUnavailable,
        Self::ServiceUnreachable,
        Self::SeveralProducts,
        Self::StoreDamaged,
        Self::StoreFull,
        Self::StoreLocked,
        Self::StoreNewer,
        Self::StoreReadOnly,
        Self::TlsFailed,
        Self::TokenMissing,
        Self::TokenNotValid,
        Self::VersionConflict,
        Self::VmNotAllowed,
    ];
}

/// Codes that were used once and stay reserved.
pub const RETIRED: &[&str] = &[];

/// Names of the stable words that values of kind [`ValueKind::Terms`] hold, in the order of the words.
pub(super) const TERMS: &[(&str, Text)] = &[
    ("account", Text { ja: "アカウント", en: "account" }),
    ("activation", Text { ja: "ライセンス認証", en: "activation" }),
    ("after_now", Text { ja: "現在より後の日時", en: "later than now" }),
    ("at_least_one_route", Text { ja: "1つ以上の認証方法", en: "at least one route" }),
    ("batch", Text { ja: "キーバッチ", en: "key batch" }),
    ("board_model", Text { ja: "マザーボードの機種", en: "motherboard model" }),
    ("case", Text { ja: "ケース", en: "case" }),
    (
        "case_altered",
        Text {
            ja: "署名した後で内容が変わっています", en: "it was changed after it was signed"
        },
    ),
    (
        "case_content",
        Text {
            ja: "ケースに入れてはならない値があります", en: "it holds a value that a case may not hold"
        },
    ),
    (
        "case_contradicted",
        Text {
            ja: "診断結果が、記された事実と合いません", en: "its findings do not follow from its facts"
        },
    ),
    (
        "case_form",
        Text {
            ja: "ケースのファイルではないか、このバージョンで読めない形式です",
            en: "it is no case, or of a form that this version cannot read",
        },
    ),
    (
        "case_subject",
        Text {
            ja: "このバージョンでは扱えない種類です",
            en: "it is about something that this version does not know",
        },
    ),
    (
        "code_form",
        Text {
            ja: "英小文字で始まる、英小文字・数字・ハイフンの40文字以内",
            en: "up to 40 of a-z, 0-9 and -, starting with a letter",
        },
    ),
    ("cpu", Text { ja: "CPU", en: "CPU" }),
    ("days_0_to_90", Text { ja: "0～90日", en: "0 to 90 days" }),
    ("device", Text { ja: "デバイス", en: "device" }),
    (
        "device_name_form",
        Text {
            ja: "制御文字を含まない1～64文字", en: "1 to 64 characters, no control characters"
        },
    ),
    ("edition", Text { ja: "エディション", en: "edition" }),
    ("event", Text { ja: "イベント", en: "event" }),
    ("graphics", Text { ja: "グラフィックス", en: "graphics" }),
    (
        "host_and_port_only",
        Text {
            ja: "ホスト名と、必要ならポート番号だけを書いてください（パスなどは書きません）",
            en: "write the host and, if need be, the port; no path, user or query",
        },
    ),
    ("hour_1_to_days_400", Text { ja: "1時間～400日", en: "1 hour to 400 days" }),
    (
        "https_address",
        Text {
            ja: "https://host または https://host:port の形で書いてください",
            en: "write it as https://host or https://host:port",
        },
    ),
    ("installation", Text { ja: "インストール", en: "installation" }),
    ("key", Text { ja: "プロダクトキー", en: "product key" }),
    ("key_number_form", Text { ja: "キーの最初の2グループ", en: "the first two groups of a key" }),
    (
        "key_of_8_to_128_characters",
        Text {
            ja: "キーは8～128文字で、制御文字を含めません",
            en: "a key has 8 to 128 characters, none of them a control character",
        },
    ),
    (
        "key_of_another_format",
        Text {
            ja: "Warifuのキーは、取り込まなくてもそのまま使えます",
            en: "a key of Warifu's own works as it is and needs no import",
        },
    ),
    ("lease", Text { ja: "利用許可", en: "lease" }),
    ("licence", Text { ja: "ライセンス", en: "licence" }),
    ("licence_with_key", Text { ja: "プロダクトキーのあるライセンス", en: "a licence with a product key" }),
    ("memory", Text { ja: "メモリ", en: "memory" }),
    ("motherboard", Text { ja: "マザーボード", en: "motherboard" }),
    (
        "name_form",
        Text {
            ja: "制御文字を含まない1～100文字", en: "1 to 100 characters, no control characters"
        },
    ),
    ("network_adapter", Text { ja: "内蔵ネットワークアダプター", en: "built-in network adapter" }),
    (
        "new_licence",
        Text {
            ja: "新しいライセンス（キーの交換回数の上限に達しました）",
            en: "a new licence (its key was replaced as often as it can be)",
        },
    ),
    (
        "not_the_last_owner",
        Text {
            ja: "最後ではないオーナー（オーナーは1人以上必要です）",
            en: "an owner who is not the last (one has to stay)",
        },
    ),
    ("not_utf8", Text { ja: "文字コードがUTF-8ではありません", en: "it is not in UTF-8" }),
    (
        "note_form",
        Text {
            ja: "制御文字を含まない1～1000文字", en: "1 to 1000 characters, no control characters"
        },
    ),
    ("operator", Text { ja: "オペレーター", en: "operator" }),
    ("os_install", Text { ja: "OSのインストール", en: "OS installation" }),
    ("owner", Text { ja: "オーナー", en: "owner" }),
    ("policy", Text { ja: "ポリシー", en: "policy" }),
    (
        "policy_of_days",
        Text {
            ja: "期限が日数で決まるポリシーのライセンス",
            en: "a licence whose policy has a term of days",
        },
    ),
    ("product", Text { ja: "プロダクト", en: "product" }),
    (
        "proof_form",
        Text {
            ja: "購入証明コード（英数字30文字、5文字ずつ6組）",
            en: "a proof of purchase as it was received: 30 letters and digits in six groups of five",
        },
    ),
    ("proof_hours", Text { ja: "1～168時間", en: "1 to 168 hours" }),
    ("read_only", Text { ja: "閲覧のみ", en: "read-only" }),
    (
        "root_key_digits",
        Text {
            ja: "`warifu init` が表示した64桁の16進数を指定してください",
            en: "give the 64 hexadecimal digits that `warifu init` has printed",
        },
    ),
    (
        "row_of_64_kib",
        Text {
            ja: "1行が64 KiBより長くなっています（閉じていない引用符があるかもしれません）",
            en: "it is longer than 64 KiB, perhaps because a quotation mark is not closed",
        },
    ),
    (
        "seat_form",
        Text {
            ja: "台数枠の名前（16桁の16進数）",
            en: "a seat as the refusal has named it: 16 hexadecimal digits",
        },
    ),
    ("shorter_than_lease", Text { ja: "利用許可の期間より短い期間", en: "less than the lease lasts" }),
    ("sku", Text { ja: "SKU", en: "SKU" }),
    ("staff", Text { ja: "担当者", en: "staff member" }),
    ("support", Text { ja: "サポート", en: "support" }),
    ("system_disk", Text { ja: "システムディスク", en: "system disk" }),
    ("token", Text { ja: "トークン", en: "token" }),
    (
        "token_withdrawn_first",
        Text { ja: "トークンを取り消した担当者", en: "a member whose token has been withdrawn" },
    ),
    ("tpm", Text { ja: "TPM", en: "TPM" }),
    (
        "use_https",
        Text {
            ja: "https を使ってください（プロダクトキーを送信するため）",
            en: "use https: product keys travel in requests",
        },
    ),
    ("vm_generation", Text { ja: "仮想マシンの世代ID", en: "virtual machine generation id" }),
    ("vm_id", Text { ja: "仮想マシンのID", en: "virtual machine id" }),
    (
        "zero_or_renew_after_to_days_90",
        Text {
            ja: "0（依頼できない）、または更新までの期間以上90日以内",
            en: "0 (cannot be asked for), or from the renewal interval to 90 days",
        },
    ),
];

/// The entries, in the order of the codes.
pub(super) static ENTRIES: [Entry; 132] = [
    Entry {
        code: Code::AddressInUse,
        name: "address_in_use",
        status: 503,
        kind: Kind::Service,
        retry: Retry::Later,
        windows: None,
        values: &[Value { name: "address", kind: ValueKind::Text }],
        message: Text {
            ja: "{address} は、別のプログラムが使用中です。",
            en: "Another program uses {address}.",
        },
        cause: Text {
            ja: "同じアドレスとポートで待ち受けられるプログラムは、1つだけです。Warifuがすでに動いているのかもしれません。",
            en: "Only one program can listen at an address and port. Warifu may be running already.",
        },
        remedy: Text {
            ja: "使用中のプログラムを停止するか、`--listen` で別のポートを指定してください。",
            en: "Stop that program, or choose another port with `--listen`.",
        },
    },
    Entry {
        code: Code::AnswerNotGenuine,
        name: "answer_not_genuine",
        status: 502,
        kind: Kind::Network,
        retry: Retry::Later,
        windows: None,
        values: &[],
        message: Text {
            ja: "サービスからの応答が、本物であることを確認できませんでした。",
            en: "The answer could not be confirmed to come from the service.",
        },
        cause: Text {
            ja: "応答の署名が正しくないか、こちらの問い合わせに対するものではありません。途中の機器が応答を書き換えた可能性があります。",
            en: "Its signature does not hold, or it does not answer this request. Something in between may have changed it.",
        },
        remedy: Text {
            ja: "別のネットワークで、もう一度お試しください。これまでの利用許可は、そのまま有効です。",
            en: "Try again on another network. The lease that you have stays valid.",
        },
    },
    Entry {
        code: Code::AnswerNotUnderstood,
        name: "answer_not_understood",
        status: 502,
        kind: Kind::Network,
        retry: Retry::Later,
        windows: None,
        values: &[
            Value { name: "url", kind: ValueKind::Text },
            Value { name: "status", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "{url} から、Warifuのサービスではない応答が返りました（HTTP {status}）。",
            en: "{url} answered as no service of Warifu does (HTTP {status}).",
        },
        cause: Text {
            ja: "アドレスが違うか、プロキシやログイン画面のあるネットワークが、サービスの代わりに応答しています。",
            en: "The address is another one, or a proxy or a network with a sign-in page answers in the service's place.",
        },
        remedy: Text {
            ja: "`--service` のアドレスを確認してください。正しい場合は、ブラウザーでネットワークにログインするか、別のネットワークでお試しください。",
            en: "Check the address given with `--service`. If it is right, sign in to the network in a browser or try another network.",
        },
    },
    Entry {
        code: Code::ArgumentsNotValid,
        name: "arguments_not_valid",
        status: 400,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "detail", kind: ValueKind::Text }],
        message: Text {
            ja: "コマンドの指定を確認してください: {detail}。",
            en: "The command cannot be run as typed: {detail}.",
        },
        cause: Text {
            ja: "コマンドの名前、オプション、必要な値のいずれかが、このバージョンの warifu の使い方と合っていません。何も実行していません。",
            en: "A name, an option or a value is missing, or is not one that this version of warifu knows. Nothing was done.",
        },
        remedy: Text {
            ja: "コマンドに `--help` を付けて実行すると、使い方が表示されます。",
            en: "Run the command with `--help` to see how it is used.",
        },
    },
    Entry {
        code: Code::AudienceMismatch,
        name: "audience_mismatch",
        status: 421,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "このリクエストは、別のライセンス認証サービスに宛てたものです。",
            en: "This request is addressed to another service.",
        },
        cause: Text {
            ja: "リクエストに書かれたサービスのIDが、このサービスのものと違います。アドレスの設定が入れ替わっているか、サービスが作り直されています。",
            en: "It names another service id than this one: addresses were mixed up, or the service was set up anew.",
        },
        remedy: Text {
            ja: "アプリに設定されているサービスのアドレスとIDの組み合わせを確認してください。アプリの利用者の方は、アプリを最新版に更新してください。",
            en: "Check that the address and the service id in the app belong together. If you only use the app, update it.",
        },
    },
    Entry {
        code: Code::BackupNotValid,
        name: "backup_not_valid",
        status: 422,
        kind: Kind::Service,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "path", kind: ValueKind::Text }],
        message: Text {
            ja: "{path} は、Warifuのバックアップとして使えません。",
            en: "{path} cannot be used as a backup of Warifu.",
        },
        cause: Text {
            ja: "ファイルが壊れているか、途中で切れているか、別のファイルです。データフォルダーは変更していません。",
            en: "It is damaged, cut short or another file. The data folder was not changed.",
        },
        remedy: Text {
            ja: "別のバックアップを `warifu backup verify` で確かめてから、そちらを使ってください。",
            en: "Check another backup with `warifu backup verify` and use that one.",
        },
    },
    Entry {
        code: Code::BackupOfDatabase,
        name: "backup_of_database",
        status: 409,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[
            Value { name: "database", kind: ValueKind::Text },
            Value { name: "address", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "データはPostgreSQLのデータベース {address} にあるため、`warifu backup` は使えません。",
            en: "The data is in the PostgreSQL database {address}, which `warifu backup` does not back up.",
        },
        cause: Text {
            ja: "`warifu backup` は、データフォルダーのファイルをバックアップするコマンドです。",
            en: "`warifu backup` copies the file in the data folder.",
        },
        remedy: Text {
            ja: "`pg_dump --format=custom --schema=warifu --file=ファイル名 {database}` でバックアップし、`pg_restore` で戻してください。サービスを停止する必要はありません。",
            en: "Back up with `pg_dump --format=custom --schema=warifu --file=FILE {database}`, and restore with `pg_restore`. The service can run meanwhile.",
        },
    },
    Entry {
        code: Code::BatchTooLarge,
        name: "batch_too_large",
        status: 422,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[
            Value { name: "count", kind: ValueKind::Text },
            Value { name: "limit", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "1つのバッチに{count}件は多すぎます（上限は{limit}件）。",
            en: "{count} are too many for one batch (the limit is {limit}).",
        },
        cause: Text {
            ja: "1つのバッチで扱える件数には、上限があります。",
            en: "A batch holds a limited number.",
        },
        remedy: Text {
            ja: "複数のバッチに分けてください。", en: "Split it into several batches."
        },
    },
    Entry {
        code: Code::BatchWithdrawn,
        name: "batch_withdrawn",
        status: 403,
        kind: Kind::Licence,
        retry: Retry::Never,
        windows: Some("0xC004C003"),
        values: &[],
        message: Text {
            ja: "このプロダクトキーは、使われる前に発行元が取り下げました。",
            en: "This product key was withdrawn before its first use.",
        },
        cause: Text {
            ja: "発行元が、このキーを含むひとまとまりのキーの販売を取りやめました。",
            en: "The publisher has taken back the lot of keys that this one belongs to.",
        },
        remedy: Text {
            ja: "購入の記録を用意して、購入した店または発行元に交換を依頼してください。",
            en: "Ask the shop or the publisher for a replacement, with your proof of purchase at hand.",
        },
    },
    Entry {
        code: Code::BridgingElsewhere,
        name: "bridging_elsewhere",
        status: 503,
        kind: Kind::Service,
        retry: Retry::Never,
        windows: None,
        values: &[
            Value { name: "journal", kind: ValueKind::Text },
            Value { name: "since", kind: ValueKind::Text },
            Value { name: "own", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "データベースが止まっている間の仮の利用許可は、別のノード（控え {journal}、{since}から）が担当しています。このノードの控えは {own} です。",
            en: "Another node bridges outages of the database (journal {journal}, since {since}); this node's journal is {own}.",
        },
        cause: Text {
            ja: "仮の利用許可は1つのキー番号に1つだけなので、発行できるノードは、1つのデータベースにつき1つです。",
            en: "There is one provisional lease for a key number, so one node of a database may give them.",
        },
        remedy: Text {
            ja: "このノードを `--bridge-outages` なしで起動してください。担当していたノード（データフォルダーの provisional.id に、同じ控えの番号があるもの）がもう動かない場合は、`--bridge-outages --take-over-bridging` で引き継げます。",
            en: "Start this node without `--bridge-outages`. If the other one (whose provisional.id has that journal) has stopped for good, take over with `--bridge-outages --take-over-bridging`.",
        },
    },
    Entry {
        code: Code::CaseNotValid,
        name: "case_not_valid",
        status: 422,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "reason", kind: ValueKind::Terms }],
        message: Text {
            ja: "このケースは受け取れません: {reason}。",
            en: "This case cannot be taken: {reason}.",
        },
        cause: Text {
            ja: "ケースは、作られたときのまま署名付きで届く必要があります。編集したり、途中で切れたりすると、本物かどうかを確かめられません。",
            en: "A case has to arrive signed, just as it was made. Once it is edited or cut off, nobody can tell whether it is genuine.",
        },
        remedy: Text {
            ja: "元のファイルをそのまま送ってください。元のファイルがなければ、`warifu doctor` でもう一度診断して送り直してください。",
            en: "Send the original file unchanged. Without it, run `warifu doctor` again and send the new case.",
        },
    },
    Entry {
        code: Code::CertificateNotValid,
        name: "certificate_not_valid",
        status: 502,
        kind: Kind::Lease,
        retry: Retry::Later,
        windows: None,
        values: &[],
        message: Text {
            ja: "利用許可に付いている証明書を確認できません。",
            en: "The certificate that came with the lease does not hold.",
        },
        cause: Text {
            ja: "証明書の期間や範囲が、この利用許可に合っていません。サービス側の設定の誤りか、ファイルの破損が考えられます。",
            en: "Its term or scope does not cover the lease: the service is set up wrongly, or the file is damaged.",
        },
        remedy: Text {
            ja: "もう一度ライセンス認証してください。繰り返す場合は、このコードを発行元に伝えてください。発行元の設定を直すと解消します。",
            en: "Activate again. If it happens repeatedly, give this code to the publisher, whose settings need to be corrected.",
        },
    },
    Entry {
        code: Code::ChangeBudgetSpent,
        name: "change_budget_spent",
        status: 409,
        kind: Kind::Licence,
        retry: Retry::Later,
        windows: Some("0x803FABBD"),
        values: &[
            Value { name: "budget", kind: ValueKind::Text },
            Value { name: "free_on", kind: ValueKind::Time },
        ],
        message: Text {
            ja: "デバイスの変更は期間内に{budget}回までで、その回数を使い切りました。次に変更できるのは{free_on}からです。",
            en: "All {budget} device changes of this period are used. The next one is possible from {free_on}.",
        },
        cause: Text {
            ja: "解除したデバイスの利用許可は、期限が来るまで有効なままです。そのため、短い間に何度もデバイスを入れ替えることはできません。",
            en: "A device that was deactivated holds a valid lease until that runs out, so devices cannot be exchanged again and again in a short time.",
        },
        remedy: Text {
            ja: "{free_on}以降にもう一度お試しください。お急ぎの場合は、発行元に事情を伝えると、すぐに変更を認めてもらえることがあります。使用中のデバイスには影響ありません。",
            en: "Try again after {free_on}. If it is urgent, tell the publisher, who can allow a further change at once. Devices in use are not affected.",
        },
    },
    Entry {
        code: Code::ClientNotSetUp,
        name: "client_not_set_up",
        status: 400,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "path", kind: ValueKind::Text }],
        message: Text {
            ja: "このデバイスで使うサービスとプロダクトが、まだ設定されていません（{path}）。",
            en: "No service and product are set up on this device yet ({path}).",
        },
        cause: Text {
            ja: "接続先は、最初に成功したコマンドで指定したものを記憶します。まだ記憶したものがありません。",
            en: "They are remembered from the first command that succeeds with them; none has so far.",
        },
        remedy: Text {
            ja: "`--service`（サービスのアドレス）、`--root`（ルート公開鍵）、`--product`（プロダクトのコード）を指定してください（環境変数 `WARIFU_SERVICE`、`WARIFU_ROOT`、`WARIFU_PRODUCT` でも指定できます）。いずれも発行元が公開しています。",
            en: "Give `--service` (its address), `--root` (its root public key) and `--product` (the product's code), or set `WARIFU_SERVICE`, `WARIFU_ROOT` and `WARIFU_PRODUCT`. The publisher tells all three.",
        },
    },
    Entry {
        code: Code::ClientSetUpOtherwise,
        name: "client_set_up_otherwise",
        status: 409,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[
            Value { name: "path", kind: ValueKind::Text },
            Value { name: "name", kind: ValueKind::Text },
            Value { name: "found", kind: ValueKind::Text },
            Value { name: "asked", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "{path} は、別の設定で使われています（{name} は {found}、指定は {asked}）。",
            en: "{path} is set up otherwise ({name} is {found}, you gave {asked}).",
        },
        cause: Text {
            ja: "1つのフォルダーには、1つのサービスの1つのプロダクトの利用許可だけを保存します。",
            en: "A folder holds the lease of one product of one service.",
        },
        remedy: Text {
            ja: "`--{name}` の値を確認してください。別のサービスを試す場合は、`--data` で別のフォルダーを指定してください。",
            en: "Check the value of `--{name}`. To try another service, give another folder with `--data`.",
        },
    },
    Entry {
        code: Code::ClientSettingsDamaged,
        name: "client_settings_damaged",
        status: 422,
        kind: Kind::Lease,
        retry: Retry::Never,
        windows: None,
        values: &[
            Value { name: "path", kind: ValueKind::Text },
            Value { name: "detail", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "このデバイスの設定ファイル {path} を読み取れません（{detail}）。",
            en: "The settings of this device in {path} cannot be read ({detail}).",
        },
        cause: Text {
            ja: "ファイルが途中で切れたか、手作業で書き換えられました。利用許可は別のファイルにあり、失われていません。",
            en: "The file was cut short or edited by hand. The lease is in another file and is not lost.",
        },
        remedy: Text {
            ja: "`--service`、`--root`、`--product`（以前に付けた場合は `--ca`、`--sandbox` も）を付けて、同じコマンドをもう一度実行してください。成功すると、設定ファイルは作り直されます。",
            en: "Run the same command again with `--service`, `--root` and `--product`, and with `--ca` and `--sandbox` if you gave them before. When it succeeds, the file is written anew.",
        },
    },
    Entry {
        code: Code::ClockAhead,
        name: "clock_ahead",
        status: 409,
        kind: Kind::Lease,
        retry: Retry::Never,
        windows: Some("0xC004B011"),
        values: &[],
        message: Text {
            ja: "このデバイスの時計が、大きく進んでいるようです。",
            en: "The clock of this device seems to be far ahead.",
        },
        cause: Text {
            ja: "サービスの日時より48時間以上先を指しています。このままでは、安全な接続や期限の判定を正しく行えません。",
            en: "It is more than 48 hours ahead of the service, so secure connections and end dates cannot be judged correctly.",
        },
        remedy: Text {
            ja: "日時の自動設定をオンにして、年月日とタイムゾーンを確認してください。直すと、すぐに元の状態に戻ります。",
            en: "Turn on automatic date and time, and check the date and the time zone. Everything is as before once it is right.",
        },
    },
    Entry {
        code: Code::ClockImplausible,
        name: "clock_implausible",
        status: 409,
        kind: Kind::Lease,
        retry: Retry::Never,
        windows: Some("0x8004D102"),
        values: &[],
        message: Text {
            ja: "このデバイスの日時が正しくないようです。",
            en: "The date and time of this device seem to be wrong.",
        },
        cause: Text {
            ja: "時計が、サービスから最後に受け取った日時より前を指しています。電池切れ、手動での変更、スナップショットの復元で起こります。",
            en: "The clock is behind the time last received from the service: an empty battery, a manual change or a restored snapshot can do this.",
        },
        remedy: Text {
            ja: "日時の自動設定をオンにして、タイムゾーンを確認してください。直すまでの間も、72時間は使い続けられます。",
            en: "Turn on automatic date and time and check the time zone. The software keeps working for 72 hours meanwhile.",
        },
    },
    Entry {
        code: Code::ConfigInvalid,
        name: "config_invalid",
        status: 500,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[
            Value { name: "key", kind: ValueKind::Text },
            Value { name: "value", kind: ValueKind::Text },
            Value { name: "fix", kind: ValueKind::Terms },
        ],
        message: Text {
            ja: "設定 {key} の値「{value}」は使えません。",
            en: "The setting {key} cannot be `{value}`.",
        },
        cause: Text {
            ja: "設定は、起動時にすべて確認します。誤りがあるままでは起動しません。",
            en: "All settings are checked at start, and nothing starts with a wrong one.",
        },
        remedy: Text {
            ja: "{key} を次のように直してから、もう一度起動してください: {fix}。",
            en: "Correct {key} and start again: {fix}.",
        },
    },
    Entry {
        code: Code::ContainerNotAllowed,
        name: "container_not_allowed",
        status: 403,
        kind: Kind::Device,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "このライセンスは、コンテナーでは使えません。",
            en: "This licence cannot be used in a container.",
        },
        cause: Text {
            ja: "コンテナー内で動作していることを検出しました。コンテナーは作り直されるたびに別のデバイスのように見えるため、このライセンスの対象外です。",
            en: "The software runs in a container. Containers are made anew and then look like other devices, so this licence does not cover them.",
        },
        remedy: Text {
            ja: "コンテナーの外で使うか、コンテナーで使えるライセンスを発行元に申し込んでください。",
            en: "Run it outside the container, or ask the publisher for a licence that covers containers.",
        },
    },
    Entry {
        code: Code::ContentDigestMismatch,
        name: "content_digest_mismatch",
        status: 400,
        kind: Kind::Usage,
        retry: Retry::AtOnce,
        windows: None,
        values: &[],
        message: Text {
            ja: "届いた内容が、送られた内容と一致しません。",
            en: "What arrived is not what was sent.",
        },
        cause: Text {
            ja: "Content-Digest ヘッダーと本文が合いません。通信中に壊れたか、途中の機器が書き換えました。",
            en: "The header Content-Digest and the body do not agree: it was damaged on the way, or a device in between changed it.",
        },
        remedy: Text {
            ja: "もう一度お試しください。繰り返す場合は、別のネットワークでお試しください。",
            en: "Try again. If it goes on, try another network.",
        },
    },
    Entry {
        code: Code::DatabaseLoginRefused,
        name: "database_login_refused",
        status: 503,
        kind: Kind::Service,
        retry: Retry::Never,
        windows: None,
        values: &[
            Value { name: "user", kind: ValueKind::Text },
            Value { name: "address", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "データベース {address} が、ユーザー {user} の接続を拒否しました。",
            en: "The database {address} does not let {user} in.",
        },
        cause: Text {
            ja: "パスワードが違うか、指定されていないか、PostgreSQLの pg_hba.conf がこのマシンからの接続を許可していません。",
            en: "The password is wrong or missing, or PostgreSQL's pg_hba.conf does not allow connections from this machine.",
        },
        remedy: Text {
            ja: "パスワードをファイルに書いて `--store-password-file` で指定するか、環境変数 WARIFU_STORE_PASSWORD に設定してください。正しい場合は、データベースの pg_hba.conf を確認してください。",
            en: "Put the password into a file and name it with `--store-password-file`, or set the variable WARIFU_STORE_PASSWORD. If it is right, look at the database's pg_hba.conf.",
        },
    },
    Entry {
        code: Code::DatabaseMissing,
        name: "database_missing",
        status: 503,
        kind: Kind::Service,
        retry: Retry::Never,
        windows: None,
        values: &[
            Value { name: "database", kind: ValueKind::Text },
            Value { name: "address", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "{address} には、データベース {database} がありません。",
            en: "There is no database {database} at {address}.",
        },
        cause: Text {
            ja: "データベースがまだ作られていないか、名前かサーバーが違います。",
            en: "The database has not been made yet, or its name or the server is another.",
        },
        remedy: Text {
            ja: "`createdb --owner ユーザー名 {database}` でデータベースを作成するか、`--store` の名前を直してください。中の表は、Warifuが作ります。",
            en: "Make it with `createdb --owner USER {database}`, or correct the name in `--store`. Warifu makes the tables in it.",
        },
    },
    Entry {
        code: Code::DatabaseNotDurable,
        name: "database_not_durable",
        status: 503,
        kind: Kind::Service,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "address", kind: ValueKind::Text }],
        message: Text {
            ja: "データベース {address} は、fsync が無効なため、停電でデータを失います。",
            en: "The database {address} would lose data in a power cut: its fsync is off.",
        },
        cause: Text {
            ja: "PostgreSQLの設定 fsync が off になっています。この状態では、端末に渡した利用許可の記録が失われることがあります。",
            en: "PostgreSQL's setting fsync is off, so that the record of a lease that a device already has could be lost.",
        },
        remedy: Text {
            ja: "postgresql.conf の fsync を on に戻し、PostgreSQLを再起動してから、もう一度起動してください。",
            en: "Set fsync to on in postgresql.conf and restart PostgreSQL, then start again.",
        },
    },
    Entry {
        code: Code::DatabaseNotPermitted,
        name: "database_not_permitted",
        status: 503,
        kind: Kind::Service,
        retry: Retry::Never,
        windows: None,
        values: &[
            Value { name: "user", kind: ValueKind::Text },
            Value { name: "address", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "ユーザー {user} には、データベース {address} の表を作成・変更する権限がありません。",
            en: "{user} may not make and change tables in the database {address}.",
        },
        cause: Text {
            ja: "Warifuは、初めての起動と更新のときに、表の作成と変更を行います。",
            en: "Warifu makes its tables at its first start and changes them when it is updated.",
        },
        remedy: Text {
            ja: "データベースの所有者を {user} にするか（`ALTER DATABASE … OWNER TO {user}`）、所有者のユーザーで接続してください。",
            en: "Make {user} the database's owner (`ALTER DATABASE … OWNER TO {user}`), or connect as the owner.",
        },
    },
    Entry {
        code: Code::DatabaseReadOnly,
        name: "database_read_only",
        status: 503,
        kind: Kind::Service,
        retry: Retry::Later,
        windows: None,
        values: &[Value { name: "address", kind: ValueKind::Text }],
        message: Text {
            ja: "データベース {address} には書き込めません。",
            en: "The database {address} cannot be written to.",
        },
        cause: Text {
            ja: "スタンバイに接続しているか、データベースが読み取り専用に設定されています。",
            en: "It is a standby, or was set to be read-only.",
        },
        remedy: Text {
            ja: "プライマリのアドレスを指定してください。`postgres://ユーザー名@ホスト1,ホスト2/データベース名` のように並べると、書き込める方に接続します。",
            en: "Give the address of the primary. Of several in a row, as in `postgres://USER@HOST1,HOST2/DATABASE`, the one that can be written to is used.",
        },
    },
    Entry {
        code: Code::DatabaseTlsRefused,
        name: "database_tls_refused",
        status: 503,
        kind: Kind::Service,
        retry: Retry::Never,
        windows: None,
        values: &[
            Value { name: "address", kind: ValueKind::Text },
            Value { name: "detail", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "データベース {address} と、TLSで安全に接続できません: {detail}。",
            en: "No secure connection to the database {address} can be made: {detail}.",
        },
        cause: Text {
            ja: "サーバーでTLSが有効になっていないか、サーバーの証明書が信頼できる認証局のものではないか、証明書の名前がアドレスと違います。",
            en: "The server has no TLS, its certificate is not of a trusted authority, or the certificate names another server.",
        },
        remedy: Text {
            ja: "PostgreSQLのTLSを有効にし、証明書を発行した認証局の証明書を `--store-ca` で指定してください。アドレスには、証明書にある名前を使ってください。",
            en: "Switch TLS on in PostgreSQL and give the certificate of the authority with `--store-ca`. Use the name that the certificate has in the address.",
        },
    },
    Entry {
        code: Code::DatabaseUnreachable,
        name: "database_unreachable",
        status: 503,
        kind: Kind::Service,
        retry: Retry::Later,
        windows: None,
        values: &[Value { name: "address", kind: ValueKind::Text }],
        message: Text {
            ja: "データベース {address} に接続できません。",
            en: "The database {address} cannot be reached.",
        },
        cause: Text {
            ja: "PostgreSQLが動いていないか、アドレスやポート番号が違うか、途中のファイアウォールが通信を止めています。",
            en: "PostgreSQL is not running, the address or port is wrong, or a firewall between stops the connection.",
        },
        remedy: Text {
            ja: "PostgreSQLが動いているかを確認し、同じマシンから `pg_isready` で接続を試してください。アドレスは `--store` または設定の store.url で指定します。",
            en: "Check that PostgreSQL runs, and try `pg_isready` from this machine. The address is given by `--store` or the setting store.url.",
        },
    },
    Entry {
        code: Code::DeviceMayNotMove,
        name: "device_may_not_move",
        status: 403,
        kind: Kind::Licence,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "このライセンスは、別のデバイスに移せません。",
            en: "This licence cannot move to another device.",
        },
        cause: Text {
            ja: "最初に使ったデバイスに付属するライセンス（OEMなど）です。",
            en: "It belongs to the device on which it was first used, as licences sold with a device do.",
        },
        remedy: Text {
            ja: "最初のデバイスでは、引き続き使えます。修理でマザーボードを交換した場合は、修理の記録を用意して、発行元に修理用の手続きを依頼してください。別のデバイスで使うには、新しいライセンスが必要です。",
            en: "It keeps working on that device. If its motherboard was replaced in a repair, ask the publisher for a repair ticket, with the repair record at hand. Another device needs a licence of its own.",
        },
    },
    Entry {
        code: Code::FieldNotValid,
        name: "field_not_valid",
        status: 422,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[
            Value { name: "field", kind: ValueKind::Text },
            Value { name: "value", kind: ValueKind::Text },
            Value { name: "rule", kind: ValueKind::Terms },
        ],
        message: Text {
            ja: "{field} に「{value}」は使えません。",
            en: "`{value}` cannot be used for {field}.",
        },
        cause: Text { ja: "{field} に使える値: {rule}。", en: "The rule for {field}: {rule}." },
        remedy: Text {
            ja: "{field} の値を直して、もう一度実行してください。何も変更されていません。",
            en: "Correct {field} and try again. Nothing was changed.",
        },
    },
    Entry {
        code: Code::FileExists,
        name: "file_exists",
        status: 409,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "path", kind: ValueKind::Text }],
        message: Text { ja: "{path} は、すでにあります。", en: "{path} exists already." },
        cause: Text {
            ja: "大切なファイルを失わないように、上書きはしません。",
            en: "Nothing is overwritten, so that no important file is lost.",
        },
        remedy: Text {
            ja: "別の名前を指定するか、不要であることを確かめてから {path} を移動してください。コマンドに上書きのオプション（--force など）がある場合は、それも使えます。",
            en: "Choose another name, or move {path} away once you are sure that it is not needed. Some commands have an option to replace it (see --help).",
        },
    },
    Entry {
        code: Code::FileNotReadable,
        name: "file_not_readable",
        status: 400,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[
            Value { name: "path", kind: ValueKind::Text },
            Value { name: "detail", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "{path} を読み取れません: {detail}。", en: "{path} cannot be read: {detail}."
        },
        cause: Text {
            ja: "ファイルがないか、読み取りが許可されていないか、内容の形式が違います。",
            en: "The file does not exist, may not be read, or holds something else.",
        },
        remedy: Text {
            ja: "パスの打ち間違いがないかと、ファイルの権限を確認して、もう一度実行してください。",
            en: "Check the spelling of the path and the file's permissions, then run the command again.",
        },
    },
    Entry {
        code: Code::FileNotWritable,
        name: "file_not_writable",
        status: 507,
        kind: Kind::Service,
        retry: Retry::Later,
        windows: None,
        values: &[
            Value { name: "path", kind: ValueKind::Text },
            Value { name: "detail", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "{path} に書き込めません: {detail}。",
            en: "{path} cannot be written: {detail}.",
        },
        cause: Text {
            ja: "フォルダーがないか、書き込みが許可されていないか、ディスクに空きがありません。途中まで書いたファイルは残していません。",
            en: "Its folder does not exist or may not be written to, or the disk is full. No half-written file was left.",
        },
        remedy: Text {
            ja: "フォルダーの有無と権限、ディスクの空きを確認して、もう一度実行してください。",
            en: "Check the folder, its permissions and the free space, then run the command again.",
        },
    },
    Entry {
        code: Code::FingerprintTooWeak,
        name: "fingerprint_too_weak",
        status: 422,
        kind: Kind::Device,
        retry: Retry::Never,
        windows: None,
        values: &[
            Value { name: "matches", kind: ValueKind::Text },
            Value { name: "needed", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "デバイスを確認するための情報が足りません（確認できた部品{matches}、必要な数{needed}）。",
            en: "Too little of this device can be recognised ({matches} parts of the {needed} needed).",
        },
        cause: Text {
            ja: "部品の情報を読み取る権限がないか、製造元が部品に固有の番号を設定していません。",
            en: "The program may not read the parts, or their maker gave them no numbers of their own.",
        },
        remedy: Text {
            ja: "管理者の権限で、もう一度実行してください。それでも足りない場合は、プロダクトキーで新しくライセンス認証してください。",
            en: "Run it again with administrator rights. If that is not enough, activate anew with the product key.",
        },
    },
    Entry {
        code: Code::HardwareChanged,
        name: "hardware_changed",
        status: 409,
        kind: Kind::Device,
        retry: Retry::Never,
        windows: Some("0xC004F211"),
        values: &[
            Value { name: "score", kind: ValueKind::Text },
            Value { name: "threshold", kind: ValueKind::Text },
            Value { name: "parts", kind: ValueKind::Terms },
        ],
        message: Text {
            ja: "ハードウェアが大きく変わったため、登録済みのデバイスと同じものと判断できません（変化の大きさ{score}、上限{threshold}）。",
            en: "So much hardware changed that this cannot be told to be the same device (change {score}, limit {threshold}).",
        },
        cause: Text { ja: "変わった部品: {parts}。", en: "Parts that changed: {parts}." },
        remedy: Text {
            ja: "プロダクトキーでもう一度ライセンス認証してください。別のデバイスへの移行として扱われ、年間の変更回数を1回使います。変更できない場合は、交換の記録を発行元に示して、手続きを依頼してください。",
            en: "Activate again with the product key: it counts as a move to another device and uses one of the year's changes. If that is refused, show the publisher the record of the replacement and ask them to allow it.",
        },
    },
    Entry {
        code: Code::IdempotencyKeyMissing,
        name: "idempotency_key_missing",
        status: 400,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "Idempotency-Key ヘッダーがありません。",
            en: "The header Idempotency-Key is missing.",
        },
        cause: Text {
            ja: "変更を伴うリクエストには、同じ操作を二重に行わないための鍵が必要です。",
            en: "A request that changes something carries it, so that a retry has one effect.",
        },
        remedy: Text {
            ja: "操作ごとに1つ、ランダムな値を Idempotency-Key ヘッダーに入れて送ってください。再試行では同じ値を使います。",
            en: "Send one random value for each operation in the header Idempotency-Key, and the same value again in a retry.",
        },
    },
    Entry {
        code: Code::IdempotencyKeyReused,
        name: "idempotency_key_reused",
        status: 422,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "同じIdempotency-Keyが、別の内容のリクエストで使われています。",
            en: "This Idempotency-Key was used with another request before.",
        },
        cause: Text {
            ja: "この値は、前の操作ですでに使われました。前の操作の結果は変わっていません。",
            en: "The value belongs to an earlier operation, whose result stands.",
        },
        remedy: Text {
            ja: "新しい操作には、新しい値を使ってください。前の操作の再試行であれば、同じ内容をそのまま送ってください。",
            en: "Use a new value for a new operation. To retry the earlier one, send exactly the same content.",
        },
    },
    Entry {
        code: Code::ImportRowNotValid,
        name: "import_row_not_valid",
        status: 422,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[
            Value { name: "row", kind: ValueKind::Text },
            Value { name: "detail", kind: ValueKind::Terms },
        ],
        message: Text {
            ja: "{row}行目を取り込めません: {detail}。",
            en: "Row {row} cannot be imported: {detail}.",
        },
        cause: Text {
            ja: "この行の内容が、取り込みの形式に合っていません。途中までの取り込みを避けるため、どの行も取り込んでいません。",
            en: "What it holds does not fit the form. No row was imported, so that nothing is half done.",
        },
        remedy: Text {
            ja: "{row}行目を直して、ファイルをもう一度取り込んでください。",
            en: "Correct row {row} and import the file again.",
        },
    },
    Entry {
        code: Code::InputNeeded,
        name: "input_needed",
        status: 400,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "option", kind: ValueKind::Text }],
        message: Text {
            ja: "入力が必要ですが、ここでは尋ねることができません。",
            en: "An answer is needed, and nobody can be asked here.",
        },
        cause: Text {
            ja: "端末から実行されていないため（スクリプトやパイプの中など）、質問に答える人がいません。何も変更していません。",
            en: "The command does not run at a terminal but in a script or pipe. Nothing was changed.",
        },
        remedy: Text {
            ja: "`{option}` を指定して、もう一度実行してください。",
            en: "Run the command again with `{option}`.",
        },
    },
    Entry {
        code: Code::InstallationCopied,
        name: "installation_copied",
        status: 409,
        kind: Kind::Lease,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "seen", kind: ValueKind::Time }],
        message: Text {
            ja: "このインストールの複製が使われています（最後の確認: {seen}）。",
            en: "A copy of this installation is in use (last noticed on {seen}).",
        },
        cause: Text {
            ja: "仮想マシンやディスクを複製したか、古いスナップショットと新しいスナップショットを交互に使っています。このお知らせで使えなくなることはありません。",
            en: "A virtual machine or a disk was cloned, or an older and a newer snapshot are used in turn. Nothing stops working because of this notice.",
        },
        remedy: Text {
            ja: "複製した場合は、複製のほうで、プロダクトキーを入力してライセンス認証してください。スナップショットを切り替えているだけであれば、そのままお使いください。どちらにも心当たりがない場合は、発行元に連絡してください。",
            en: "If you made a copy, activate the copy with the product key. If you only switch between snapshots, just go on. If it is neither, tell the publisher.",
        },
    },
    Entry {
        code: Code::InstallationHasOtherLicence,
        name: "installation_has_other_licence",
        status: 409,
        kind: Kind::Licence,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "このデバイスは、すでに別のライセンスで認証されています。",
            en: "This device is active on another licence.",
        },
        cause: Text {
            ja: "認証済みのデバイスで、別のプロダクトキーによるライセンス認証が行われました。",
            en: "Activation with a different product key was tried on a device that is active already.",
        },
        remedy: Text {
            ja: "新しいキーに切り替えるには「プロダクトキーの変更」を使ってください。以前のライセンスの台数枠は空きます。",
            en: "To switch to the new key, use \"change product key\". The former licence's seat is freed.",
        },
    },
    Entry {
        code: Code::InstallationLimitReached,
        name: "installation_limit_reached",
        status: 409,
        kind: Kind::Licence,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "このデバイスでは、すでに5つのインストールがこのライセンスを使っています。",
            en: "Five installations on this device use this licence already.",
        },
        cause: Text {
            ja: "1台のデバイスでは、OSのユーザーやデュアルブートなどを合わせて5つまで、同じ台数枠で使えます。",
            en: "One device may hold up to five on one seat: several users of the system, a second system, a reinstallation.",
        },
        remedy: Text {
            ja: "同じデバイスの、使わなくなったユーザーまたはOSでライセンス認証を解除してから、もう一度お試しください。それらが残っていない場合は、発行元に古いインストールの解除を依頼してください。",
            en: "Deactivate a user or system on this device that you no longer use, then try again. If none of them exists any more, ask the publisher to release the old installations.",
        },
    },
    Entry {
        code: Code::InstallationOnOtherHardware,
        name: "installation_on_other_hardware",
        status: 409,
        kind: Kind::Device,
        retry: Retry::Never,
        windows: Some("0xC0EA000A"),
        values: &[],
        message: Text {
            ja: "このデバイスのライセンス情報は、別のデバイスからコピーされたもののようです。",
            en: "The licence data on this device seems to be copied from another device.",
        },
        cause: Text {
            ja: "保存されている利用許可が、このデバイスのハードウェアと一致しません。フォルダーのコピー、ディスクの複製、仮想マシンの複製で起こります。",
            en: "The lease kept here does not fit this hardware. This happens when a folder, a disk or a virtual machine is copied.",
        },
        remedy: Text {
            ja: "このデバイスで、プロダクトキーを入力してライセンス認証してください。コピー元のデバイスは、そのまま使えます。",
            en: "Activate on this device by entering a product key. The device that it was copied from keeps working.",
        },
    },
    Entry {
        code: Code::InstallationUnknown,
        name: "installation_unknown",
        status: 404,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "このインストールは、サービスに登録されていません。",
            en: "This installation is not registered with the service.",
        },
        cause: Text {
            ja: "ライセンス認証が済んでいないか、解除されています。別のサービスに登録されている場合もあります。",
            en: "It was not activated yet, or was deactivated; or it is registered with another service.",
        },
        remedy: Text {
            ja: "プロダクトキーを入力して、もう一度ライセンス認証してください。",
            en: "Activate it by entering a product key.",
        },
    },
    Entry {
        code: Code::InternalError,
        name: "internal_error",
        status: 500,
        kind: Kind::Internal,
        retry: Retry::Later,
        windows: Some("0xC004C00C"),
        values: &[Value { name: "request_id", kind: ValueKind::Text }],
        message: Text {
            ja: "サービスの内部で問題が起きました（受付番号 {request_id}）。",
            en: "Something went wrong inside the service (request {request_id}).",
        },
        cause: Text {
            ja: "Warifuの不具合です。操作の誤りではありません。途中の変更は残っていません。",
            en: "This is a fault of Warifu, not of what you did. No half-made change was kept.",
        },
        remedy: Text {
            ja: "もう一度お試しください。続く場合は、受付番号 {request_id} をサービスの運用者に伝えると、ログから原因を調べられます。",
            en: "Try again. If it goes on, give the number {request_id} to whoever runs the service; the cause is in the log under it.",
        },
    },
    Entry {
        code: Code::IssuingKeyExpired,
        name: "issuing_key_expired",
        status: 503,
        kind: Kind::Lease,
        retry: Retry::Later,
        windows: None,
        values: &[],
        message: Text {
            ja: "この利用許可に署名した発行鍵は、有効期間が終わっています。",
            en: "The issuing key that signed this lease is past its term.",
        },
        cause: Text {
            ja: "サービスの発行鍵が、期間内に更新されていません。このデバイスやキーの問題ではありません。",
            en: "The service's issuing key was not renewed in time. Nothing is wrong with this device or its key.",
        },
        remedy: Text {
            ja: "時間をおいて、もう一度お試しください。サービスを運用している方は、ルート鍵を用意して `warifu renew-keys` を実行し、サービスを再起動してください。",
            en: "Try again later. If you run the service, make the issuing keys of the next period with the root key and put them into the data folder.",
        },
    },
    Entry {
        code: Code::IssuingKeyWithdrawn,
        name: "issuing_key_withdrawn",
        status: 422,
        kind: Kind::Lease,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "このデバイスの利用許可は、無効になった鍵で署名されています。",
            en: "The lease on this device was signed by a key that has been withdrawn.",
        },
        cause: Text {
            ja: "発行元は、署名に使う鍵がほかの人の手に渡ったおそれがあるため、その鍵を無効にしました。正規のデバイスは、サービスにつながると自動で新しい利用許可を受け取ります。",
            en: "The publisher withdrew the signing key because somebody else may have it. A genuine device gets a new lease by itself when it reaches the service.",
        },
        remedy: Text {
            ja: "インターネットに接続して、もう一度ライセンス認証してください。同じデバイスであれば、台数は増えません。",
            en: "Connect to the internet and activate again. The same device takes no further seat.",
        },
    },
    Entry {
        code: Code::KeyCorrectable,
        name: "key_correctable",
        status: 422,
        kind: Kind::Key,
        retry: Retry::Never,
        windows: Some("0xC004F050"),
        values: &[],
        message: Text {
            ja: "プロダクトキーに打ち間違いがあり、正しいと思われるキーが見つかりました。",
            en: "The product key has a typing mistake, and a likely correction was found.",
        },
        cause: Text {
            ja: "キーに含まれる検査用の文字から、違っている箇所を特定できました。確認していただくまで、自動で置き換えることはありません。",
            en: "The check symbols inside the key tell where it differs. Nothing is replaced until you agree.",
        },
        remedy: Text {
            ja: "候補として示された箇所を手元のキーと見比べ、合っていれば候補を採用してください。違う場合は、もう一度入力してください。",
            en: "Compare the offered correction with your key. Accept it if it agrees; otherwise enter the key again.",
        },
    },
    Entry {
        code: Code::KeyEpochCompromised,
        name: "key_epoch_compromised",
        status: 403,
        kind: Kind::Key,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "このプロダクトキーで新しくライセンス認証するには、購入の確認が必要です。",
            en: "To activate with this product key, the purchase has to be confirmed first.",
        },
        cause: Text {
            ja: "同じ時期に発行されたキーについて、不正に作られたキーが出回るおそれが見つかりました。あなたのキーに問題があるという意味ではありません。",
            en: "Keys issued at the same time may have been forged by somebody. This does not mean that anything is wrong with yours.",
        },
        remedy: Text {
            ja: "購入の記録を発行元に示すと、購入証明コードを受け取れます。プロダクトキーと一緒に入力してください（`warifu activate`か`warifu change-key`に`--proof コード`を付けます）。認証済みのデバイスは、そのまま使えます。",
            en: "Show the publisher your proof of purchase to receive a code, and enter it together with the key (`--proof CODE` with `warifu activate` or `warifu change-key`). Devices that are active already go on as they are.",
        },
    },
    Entry {
        code: Code::KeyFileNotValid,
        name: "key_file_not_valid",
        status: 500,
        kind: Kind::Service,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "path", kind: ValueKind::Text }],
        message: Text {
            ja: "{path} は、このサービスの鍵ファイルとして使えません。",
            en: "{path} cannot be used as a key file of this service.",
        },
        cause: Text {
            ja: "ファイルが壊れているか、別のファイルか、ほかの鍵と組み合わせが合っていません。",
            en: "It is damaged or another file, or does not belong to the other keys.",
        },
        remedy: Text {
            ja: "`warifu init` の後に保管した {path} の控えを、元の場所に戻してください。鍵ファイルはバックアップには含まれていません。",
            en: "Put back the copy of {path} that you kept after `warifu init`. Backups do not hold key files.",
        },
    },
    Entry {
        code: Code::KeyIncomplete,
        name: "key_incomplete",
        status: 422,
        kind: Kind::Key,
        retry: Retry::Never,
        windows: Some("0xC004C00E"),
        values: &[
            Value { name: "found", kind: ValueKind::Text },
            Value { name: "needed", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "プロダクトキーは{needed}文字ですが、入力されたのは{found}文字です。",
            en: "A product key has {needed} symbols; {found} were entered.",
        },
        cause: Text {
            ja: "キーの一部が抜けているか、余分な文字が入っています。ハイフンや空白は数えません。",
            en: "A part of the key is missing, or something else was entered with it. Hyphens and spaces do not count.",
        },
        remedy: Text {
            ja: "5文字×5グループがそろっているかを確かめて、もう一度入力してください。読み取れない文字は「?」と入力できます。",
            en: "Check that all 5 groups of 5 symbols are there and enter the key again. Type `?` for a symbol that you cannot read.",
        },
    },
    Entry {
        code: Code::KeyIsLiveKey,
        name: "key_is_live_key",
        status: 422,
        kind: Kind::Key,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "これは本番用のプロダクトキーです。サンドボックスのサービスでは使えません。",
            en: "This is a live key; it does not work with a sandbox service.",
        },
        cause: Text {
            ja: "接続先がサンドボックス（開発者のための試験環境）になっています。キーに問題はなく、台数も使われていません。",
            en: "The address in use is that of a sandbox, a place for developers to try things. Nothing is wrong with the key, and no seat was taken.",
        },
        remedy: Text {
            ja: "アプリの接続先を本番のサービスに変更してください。試験を続ける場合は、テスト用のキーを発行して使ってください。",
            en: "Point the app at the live service. To go on trying things, issue a test key and use that.",
        },
    },
    Entry {
        code: Code::KeyIsTestKey,
        name: "key_is_test_key",
        status: 422,
        kind: Kind::Key,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "これはテスト用のプロダクトキーです。本番のサービスでは使えません。",
            en: "This is a test key; it does not work with the live service.",
        },
        cause: Text {
            ja: "テスト用のキーは、開発者が組み込みを試すために発行するものです。",
            en: "Test keys are issued for developers who try out their integration.",
        },
        remedy: Text {
            ja: "購入したキーを入力してください。組み込みを試している場合は、接続先をサンドボックスのサービスにして、アプリでテスト用のキーを受け付ける設定（コマンドでは `--sandbox`）を有効にしてください。",
            en: "Enter the key that you bought. If you are trying out an integration, point it at the sandbox service and have it accept test keys (on the command line: `--sandbox`).",
        },
    },
    Entry {
        code: Code::KeyIsWindowsKey,
        name: "key_is_windows_key",
        status: 422,
        kind: Kind::Key,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "これはWindowsのプロダクトキーのようです。このソフトウェアのキーではありません。",
            en: "This looks like a Windows product key; it is not a key of this software.",
        },
        cause: Text {
            ja: "Windowsのキーとこのソフトウェアのキーはどちらもハイフンでつながれた25文字ですが、使う文字が違います。",
            en: "Both kinds have 25 symbols joined by hyphens, but they use different symbols.",
        },
        remedy: Text {
            ja: "このソフトウェアを購入したときのメールやカードにあるキーを入力してください。WindowsのキーはWindowsの「設定」→「システム」→「ライセンス認証」で入力します。",
            en: "Enter the key from the e-mail or card that came with this software. A Windows key is entered in Windows itself: Settings, System, Activation.",
        },
    },
    Entry {
        code: Code::KeyMalformed,
        name: "key_malformed",
        status: 422,
        kind: Kind::Key,
        retry: Retry::Never,
        windows: Some("0xC004F050"),
        values: &[],
        message: Text {
            ja: "入力されたプロダクトキーに、打ち間違いがあるようです。",
            en: "The product key seems to contain typing mistakes.",
        },
        cause: Text {
            ja: "文字数は合っていますが、キーに含まれる検査用の文字と一致しません。複数の文字が違っているか、文字の位置がずれている可能性があります。",
            en: "Its length is right, but it does not agree with the check symbols inside it: several symbols differ or stand in the wrong place.",
        },
        remedy: Text {
            ja: "箱・カード・購入時のメールと1グループ（5文字）ずつ見比べて、もう一度入力してください。コピーと貼り付けも使えます。読み取れない文字は「?」と入力できます。",
            en: "Compare it group by group (5 symbols each) with the box, the card or the e-mail of your purchase, and enter it again. Pasting works too; type `?` for a symbol that you cannot read.",
        },
    },
    Entry {
        code: Code::KeyNotGenuine,
        name: "key_not_genuine",
        status: 403,
        kind: Kind::Key,
        retry: Retry::Never,
        windows: Some("0xC004C001"),
        values: &[],
        message: Text {
            ja: "このプロダクトキーは、発行された記録のないキーです。",
            en: "This product key was not issued by this service.",
        },
        cause: Text {
            ja: "形は正しいのですが、このサービスが発行したキーではありません。別のサービスのキーを入力したか、正規でないキーを購入した可能性があります。",
            en: "Its form is right, but it is not a key that was ever issued here. It may belong to another service, or what you bought was not genuine.",
        },
        remedy: Text {
            ja: "まず、キーをもう一度見比べてください。間違いがなければ、購入した店にこの表示を見せて、返金または交換を求めてください。正規の販売店は、発行元に確認できます。",
            en: "Compare the key once more. If it is as printed, show this to the shop that sold it and ask for a refund or an exchange; the publisher can name authorised shops.",
        },
    },
    Entry {
        code: Code::KeyNotRecognised,
        name: "key_not_recognised",
        status: 422,
        kind: Kind::Key,
        retry: Retry::Never,
        windows: Some("0xC004F010"),
        values: &[],
        message: Text {
            ja: "入力された内容は、このソフトウェアのプロダクトキーではないようです。",
            en: "What was entered does not look like a product key of this software.",
        },
        cause: Text {
            ja: "プロダクトキーとは形が違います。注文番号やシリアル番号など、別の番号を入力した可能性があります。",
            en: "It has another form: it may be another number, such as an order number or a serial number.",
        },
        remedy: Text {
            ja: "「プロダクトキー」と書かれた、5文字ずつ5つに区切られた番号を探して入力してください。購入時のメールや購入履歴でも確認できます。",
            en: "Look for the number named “product key”: five groups of five symbols. It is also in the e-mail or the order history of your purchase.",
        },
    },
    Entry {
        code: Code::KeyOfNewerFormat,
        name: "key_of_newer_format",
        status: 422,
        kind: Kind::Key,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "このプロダクトキーの形式は、このバージョンでは読み取れません。",
            en: "This product key has a format that this version cannot read.",
        },
        cause: Text {
            ja: "打ち間違いはありませんが、このソフトウェアより新しい形式で作られたキーのようです。",
            en: "It was typed without a mistake, but it seems to be made in a newer format than this software knows.",
        },
        remedy: Text {
            ja: "ソフトウェアを最新のバージョンに更新してから、もう一度入力してください。更新しても使えない場合は、購入した店か発行元に確認してください。",
            en: "Update the software, then enter the key again. If that does not help, ask the shop that sold it or the publisher.",
        },
    },
    Entry {
        code: Code::KeyOfOtherSku,
        name: "key_of_other_sku",
        status: 422,
        kind: Kind::Key,
        retry: Retry::Never,
        windows: Some("0xC004E016"),
        values: &[
            Value { name: "found", kind: ValueKind::Text },
            Value { name: "wanted", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "これは「{found}」のプロダクトキーです。「{wanted}」には使えません。",
            en: "This is a product key for {found}; it cannot be used for {wanted}.",
        },
        cause: Text {
            ja: "キーは、プロダクトとエディションの組み合わせごとに発行されています。キーそのものは正しく入力されています。",
            en: "A key is made for one product and edition. It was typed correctly.",
        },
        remedy: Text {
            ja: "「{found}」をインストールしてこのキーを使うか、「{wanted}」のキーを入力してください。",
            en: "Install {found} and use the key there, or enter a key for {wanted}.",
        },
    },
    Entry {
        code: Code::KeyReplaced,
        name: "key_replaced",
        status: 403,
        kind: Kind::Key,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "このプロダクトキーは、新しいキーに交換されています。",
            en: "This product key was replaced by a new one.",
        },
        cause: Text {
            ja: "ライセンスの持ち主に新しいキーが渡されたため、以前のキーでは新たにライセンス認証できません。認証済みのデバイスは、そのまま使えます。",
            en: "The holder of the licence was given a new key, so the earlier one activates no more devices. Devices that are active already are not affected.",
        },
        remedy: Text {
            ja: "交換後の新しいキーを入力してください。受け取った覚えがない場合は、購入の記録を用意して発行元に確認してください。",
            en: "Enter the new key. If you did not receive one, ask the publisher, with your proof of purchase at hand.",
        },
    },
    Entry {
        code: Code::KeySeveral,
        name: "key_several",
        status: 422,
        kind: Kind::Key,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "count", kind: ValueKind::Text }],
        message: Text {
            ja: "入力された内容から、プロダクトキーの候補が{count}つ見つかりました。",
            en: "What was entered can be read as {count} different product keys.",
        },
        cause: Text {
            ja: "複数のキーが一緒に貼り付けられたか、読み取れない文字や打ち間違いのために1つに絞れません。",
            en: "Several keys were pasted together, or a mistyped one can be corrected in more than one way.",
        },
        remedy: Text {
            ja: "使うキーを1つだけ入力してください。キーが1つしかない場合は、手元のキーと見比べて、違う箇所を直してください。",
            en: "Enter just the one key that you want to use. If you have only one, compare it with what was entered and correct the difference.",
        },
    },
    Entry {
        code: Code::KeyUnchecked,
        name: "key_unchecked",
        status: 422,
        kind: Kind::Key,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "プロダクトキーは補えましたが、正しいかどうかを確かめられません。",
            en: "The product key could be completed, but not checked.",
        },
        cause: Text {
            ja: "読み取れない文字が5つ以上あり、すべての検査用の文字を補うために使いました。",
            en: "Five or more symbols were unreadable, so every check symbol was used to fill the gaps and none is left to confirm the result.",
        },
        remedy: Text {
            ja: "読み取れる文字を1つでも増やして、もう一度入力してください。読めない場合は、購入時のメールや購入履歴でキーを確認してください。",
            en: "Enter it again with at least one more symbol. If you cannot read any, look the key up in the e-mail or the order history of your purchase.",
        },
    },
    Entry {
        code: Code::LeaseDamaged,
        name: "lease_damaged",
        status: 422,
        kind: Kind::Lease,
        retry: Retry::Never,
        windows: Some("0xC004E006"),
        values: &[],
        message: Text {
            ja: "このデバイスの利用許可のファイルが壊れています。",
            en: "The lease file on this device is damaged.",
        },
        cause: Text {
            ja: "ファイルが途中で切れているか、内容が書き換わっています。書き込み中の電源断、ディスクの不調、手作業での編集で起こります。",
            en: "It was cut short or its content changed: by a power failure while writing, a failing disk, or editing.",
        },
        remedy: Text {
            ja: "インターネットに接続して、もう一度ライセンス認証してください。同じデバイスであれば、台数は増えません。",
            en: "Connect to the internet and activate again. The same device takes no further seat.",
        },
    },
    Entry {
        code: Code::LeaseExpired,
        name: "lease_expired",
        status: 403,
        kind: Kind::Lease,
        retry: Retry::Never,
        windows: Some("0xC0EA0006"),
        values: &[Value { name: "expired", kind: ValueKind::Time }],
        message: Text {
            ja: "このデバイスの利用許可は、{expired}に期限が切れました。",
            en: "The lease on this device ran out on {expired}.",
        },
        cause: Text {
            ja: "利用許可は、インターネットにつながると自動で更新されます。長い間サービスに接続できなかったようです。ライセンスそのものが失われたわけではありません。",
            en: "A lease renews itself whenever the service can be reached, and it could not be for a long time. The licence itself is not lost.",
        },
        remedy: Text {
            ja: "インターネットに接続して、アプリを開き直してください。利用許可が更新され、すぐに使えるようになります。",
            en: "Connect to the internet and open the app again. The lease is renewed and everything works at once.",
        },
    },
    Entry {
        code: Code::LeaseNotGenuine,
        name: "lease_not_genuine",
        status: 422,
        kind: Kind::Lease,
        retry: Retry::Never,
        windows: Some("0xC0EA0004"),
        values: &[],
        message: Text {
            ja: "このデバイスの利用許可は、署名を確認できません。",
            en: "The signature of the lease on this device does not hold.",
        },
        cause: Text {
            ja: "利用許可の内容と署名が一致しません。ファイルが書き換えられたか、このサービスが発行したものではありません。",
            en: "The lease and its signature do not agree: the file was changed, or it was not issued by this service.",
        },
        remedy: Text {
            ja: "もう一度ライセンス認証して、新しい利用許可を受け取ってください。繰り返す場合は、ディスクの点検と、セキュリティソフトでの検査をおすすめします。",
            en: "Activate again to receive a new lease. If it happens repeatedly, check the disk and scan for malware.",
        },
    },
    Entry {
        code: Code::LeaseOfOtherInstallation,
        name: "lease_of_other_installation",
        status: 409,
        kind: Kind::Lease,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "保存されている利用許可は、別のインストールのものです。",
            en: "The lease kept here belongs to another installation.",
        },
        cause: Text {
            ja: "利用許可と、このインストールの鍵が一致しません。ほかのユーザーやデバイスからファイルがコピーされたか、鍵のファイルだけが作り直されています。",
            en: "It does not fit this installation's key: the file was copied from another user or device, or only the key file was made anew.",
        },
        remedy: Text {
            ja: "もう一度ライセンス認証してください。同じデバイスであれば、台数は増えません。",
            en: "Activate again. The same device takes no further seat.",
        },
    },
    Entry {
        code: Code::LeaseOfOtherProduct,
        name: "lease_of_other_product",
        status: 409,
        kind: Kind::Lease,
        retry: Retry::Never,
        windows: Some("0xC004F00A"),
        values: &[],
        message: Text {
            ja: "保存されている利用許可は、別のプロダクトのものです。",
            en: "The lease kept here is for another product.",
        },
        cause: Text {
            ja: "アプリが求めるプロダクトと、利用許可に書かれたプロダクトが違います。",
            en: "The app asks for one product, and the lease names another.",
        },
        remedy: Text {
            ja: "このプロダクトのキーでライセンス認証してください。アプリの開発者の方は、プロダクトごとに別の保存先を指定しているかを確認してください。",
            en: "Activate with a key for this product. If you develop the app, check that each product has a folder of its own.",
        },
    },
    Entry {
        code: Code::LeaseProvisional,
        name: "lease_provisional",
        status: 409,
        kind: Kind::Lease,
        retry: Retry::Later,
        windows: None,
        values: &[Value { name: "until", kind: ValueKind::Text }],
        message: Text {
            ja: "仮の利用許可で動作しています（{until}まで）。",
            en: "This software runs on a provisional lease (until {until}).",
        },
        cause: Text {
            ja: "こちら（サービス側）の障害のため、登録を完了できませんでした。お客様のデバイスやキーの問題ではありません。",
            en: "This is our fault: the service had an outage and could not register the device. Nothing is wrong with your device or your key.",
        },
        remedy: Text {
            ja: "何もする必要はありません。サービスが復旧すると、自動で通常の利用許可に切り替わります。{until}までに、一度インターネットに接続してください。",
            en: "There is nothing to do. The ordinary lease follows by itself once the service is well; be online once before {until}.",
        },
    },
    Entry {
        code: Code::LeaseStoreDamaged,
        name: "lease_store_damaged",
        status: 500,
        kind: Kind::Lease,
        retry: Retry::Never,
        windows: Some("0xC004E002"),
        values: &[Value { name: "path", kind: ValueKind::Text }],
        message: Text {
            ja: "{path} にあるライセンス情報を読み取れません。",
            en: "The licence data in {path} cannot be read.",
        },
        cause: Text {
            ja: "ファイルが壊れているか、読み取りが許可されていません。",
            en: "The files are damaged, or reading them is not permitted.",
        },
        remedy: Text {
            ja: "まず、{path} の読み取りが許可されているかを確認してください。許可されている場合は、フォルダーの名前を変えて残したまま、もう一度ライセンス認証してください。同じデバイスであれば、台数は増えません。",
            en: "First check that {path} may be read. If it may, rename the folder to keep it and activate again; the same device takes no further seat.",
        },
    },
    Entry {
        code: Code::LeaseStoreFull,
        name: "lease_store_full",
        status: 507,
        kind: Kind::Lease,
        retry: Retry::Never,
        windows: Some("0x80070070"),
        values: &[Value { name: "path", kind: ValueKind::Text }],
        message: Text {
            ja: "ディスクに空きがないため、利用許可を {path} に保存できません。",
            en: "The disk is full; the lease cannot be saved in {path}.",
        },
        cause: Text {
            ja: "ディスクの空き容量がないか、使用量の上限に達しています。これまでの利用許可は失われていません。",
            en: "No space is left, or a quota is used up. The lease from before is not lost.",
        },
        remedy: Text {
            ja: "数MBの空きを作ってから、もう一度お試しください。同じ操作を繰り返しても、台数は増えません。",
            en: "Free a few megabytes and try again. Repeating it takes no further seat.",
        },
    },
    Entry {
        code: Code::LeaseStoreReadOnly,
        name: "lease_store_read_only",
        status: 500,
        kind: Kind::Lease,
        retry: Retry::Never,
        windows: Some("0xC004E00D"),
        values: &[Value { name: "path", kind: ValueKind::Text }],
        message: Text {
            ja: "利用許可を保存できません。{path} に書き込めません。",
            en: "The lease cannot be saved: {path} cannot be written to.",
        },
        cause: Text {
            ja: "フォルダーへの書き込みが許可されていないか、読み取り専用のディスクにあります。これまでの利用許可は失われていません。",
            en: "Writing to the folder is not permitted, or it is on a read-only disk. The lease from before is not lost.",
        },
        remedy: Text {
            ja: "{path} への書き込みを許可するか、書き込めるフォルダーを指定してから、もう一度お試しください。",
            en: "Allow writing to {path}, or choose a folder that can be written to, then try again.",
        },
    },
    Entry {
        code: Code::LeaseSuperseded,
        name: "lease_superseded",
        status: 409,
        kind: Kind::Lease,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "このインストールは複製の一方のため、利用許可を更新できません。今の利用許可は、期限まで使えます。",
            en: "This installation is one of two copies; its lease is not renewed. The present lease runs on to its end.",
        },
        cause: Text {
            ja: "同じインストールから分かれた2つの状態（複製した仮想マシンやスナップショットなど）が、両方とも使われています。このライセンスでは、先に進んだ側だけが更新できます。",
            en: "Two states of the same installation, such as a cloned virtual machine or two snapshots, are both in use, and this licence renews only the one that is ahead.",
        },
        remedy: Text {
            ja: "このデバイスで、プロダクトキーを入力してライセンス認証してください。複製とは別のインストールになり、以後はどちらも更新できます。同じハードウェアであれば、台数は増えません。",
            en: "Activate here with the product key. It makes this an installation of its own, and both are renewed from then on. On the same hardware it takes no further seat.",
        },
    },
    Entry {
        code: Code::LicenceEndAnnounced,
        name: "licence_end_announced",
        status: 403,
        kind: Kind::Licence,
        retry: Retry::Later,
        windows: None,
        values: &[Value { name: "effective", kind: ValueKind::Time }],
        message: Text {
            ja: "このライセンスは、{effective}に使えなくなります。",
            en: "This licence will end on {effective}.",
        },
        cause: Text {
            ja: "発行元がライセンスの取り消しまたは一時停止を決め、予告の期間に入っています。その日までは、これまでどおり使えます。",
            en: "The publisher has decided to revoke or suspend it, and the time of notice runs. Until then everything works as before.",
        },
        remedy: Text {
            ja: "発行元からのメールを確認し、案内されている手続きを済ませてください。予告の期間中に取り下げられると、そのまま使い続けられます。別のライセンスをお持ちの場合は、そのキーに変更できます。",
            en: "Look for a message from the publisher and settle what it names; if the decision is taken back in time, nothing changes. If you hold another licence, you can change to its key.",
        },
    },
    Entry {
        code: Code::LicenceExpired,
        name: "licence_expired",
        status: 403,
        kind: Kind::Licence,
        retry: Retry::Never,
        windows: Some("0xC004F021"),
        values: &[Value { name: "ended", kind: ValueKind::Time }],
        message: Text {
            ja: "このライセンスの有効期間は、{ended}に終了しました。",
            en: "This licence ended on {ended}.",
        },
        cause: Text {
            ja: "体験版やサブスクリプションなど、期間の決まったライセンスです。",
            en: "It was granted for a fixed term, such as a trial or a subscription.",
        },
        remedy: Text {
            ja: "ライセンスを更新するか、新しいプロダクトキーを購入して、キーを変更してください。更新の手続きを済ませた直後であれば、少し待ってからもう一度お試しください。",
            en: "Extend the licence, or buy a new product key and change to it. If you extended it just now, wait a moment and try again.",
        },
    },
    Entry {
        code: Code::LicenceNotFound,
        name: "licence_not_found",
        status: 404,
        kind: Kind::Licence,
        retry: Retry::Never,
        windows: Some("0x803F7001"),
        values: &[],
        message: Text {
            ja: "このデバイスで使えるライセンスが見つかりませんでした。",
            en: "No licence for this device was found.",
        },
        cause: Text {
            ja: "このキーまたはデバイスに結び付いたライセンスが、このサービスにありません。",
            en: "This service knows no licence that belongs to this key or device.",
        },
        remedy: Text {
            ja: "プロダクトキーをお持ちの場合は、キーを入力してライセンス認証してください。キーを入力してもこの表示が出る場合は、アプリの接続先が購入先のサービスかどうかを確認してください。",
            en: "If you have a product key, activate by entering it. If this appears although you did, check that the app uses the service of the publisher you bought from.",
        },
    },
    Entry {
        code: Code::LicenceNotStarted,
        name: "licence_not_started",
        status: 403,
        kind: Kind::Licence,
        retry: Retry::Later,
        windows: Some("0xC004C030"),
        values: &[Value { name: "starts", kind: ValueKind::Time }],
        message: Text {
            ja: "このライセンスは、{starts}から使えます。",
            en: "This licence starts on {starts}.",
        },
        cause: Text {
            ja: "開始日より前にライセンス認証しようとしました。",
            en: "Activation was tried before its first day.",
        },
        remedy: Text {
            ja: "開始日を過ぎてから、もう一度ライセンス認証してください。すぐに必要な場合は、発行元に開始日の変更を依頼できます。",
            en: "Activate again once it has started. If you need it sooner, the publisher can change the first day.",
        },
    },
    Entry {
        code: Code::LicenceRevoked,
        name: "licence_revoked",
        status: 403,
        kind: Kind::Licence,
        retry: Retry::Never,
        windows: Some("0xC004C003"),
        values: &[],
        message: Text {
            ja: "このライセンスは取り消されています。", en: "This licence was revoked."
        },
        cause: Text {
            ja: "返金、キーの流出、不正な販売などの理由で、発行元がライセンスを取り消しました。",
            en: "The publisher withdrew it, for example after a refund, a leak of the key or an unauthorised sale.",
        },
        remedy: Text {
            ja: "別のライセンスをお持ちの場合は、そのキーに変更してください。心当たりがない場合は、購入の記録を用意して、購入した店または発行元に理由を確認してください。",
            en: "If you hold another licence, change to its key. If this comes as a surprise, ask the shop or the publisher for the reason, with your proof of purchase at hand.",
        },
    },
    Entry {
        code: Code::LicenceSuspended,
        name: "licence_suspended",
        status: 403,
        kind: Kind::Licence,
        retry: Retry::Later,
        windows: None,
        values: &[],
        message: Text {
            ja: "このライセンスは、現在一時停止されています。",
            en: "This licence is suspended at present.",
        },
        cause: Text {
            ja: "発行元がライセンスを一時的に止めています。お支払いの確認待ちなど、解決すれば元に戻せる停止です。",
            en: "The publisher has stopped it for the time being, for example until a payment is confirmed. A suspension can be lifted.",
        },
        remedy: Text {
            ja: "発行元からのメールを確認し、案内されている手続きを済ませてください。再開されると、同じキーのままライセンス認証できます。",
            en: "Look for a message from the publisher and settle what it names. Once the licence is reinstated, the same key works again.",
        },
    },
    Entry {
        code: Code::LogAuditFailed,
        name: "log_audit_failed",
        status: 422,
        kind: Kind::Service,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "count", kind: ValueKind::Text }],
        message: Text {
            ja: "検証可能ログの検査で、問題が{count}件見つかりました。",
            en: "The audit of the verifiable log found problems: {count}.",
        },
        cause: Text {
            ja: "記録が書き換えられた、消された、または古いバックアップに戻されたときに起こります。どの記録かは、検査の結果に示しています。",
            en: "Entries were altered or removed, or an older backup was restored. The report names each of them.",
        },
        remedy: Text {
            ja: "結果に示された記録を、バックアップや以前の書き出しと比べてください。バックアップから戻した覚えがある場合は、その日時以降の記録が失われています。",
            en: "Compare what the report names with a backup or an earlier export. If a backup was restored, what was logged after it is gone.",
        },
    },
    Entry {
        code: Code::LogEntryAltered,
        name: "log_entry_altered",
        status: 500,
        kind: Kind::Service,
        retry: Retry::Never,
        windows: None,
        values: &[
            Value { name: "index", kind: ValueKind::Text },
            Value { name: "event", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "検証可能ログの{index}番目の記録（{event}）が、並べられたときの内容と一致しません。",
            en: "Entry {index} of the verifiable log (event {event}) is not what got this place.",
        },
        cause: Text {
            ja: "データベースの中で、記録が後から書き換えられたか、消されています。",
            en: "The event was altered or removed in the database afterwards.",
        },
        remedy: Text {
            ja: "「warifu audit verify」ですべての食い違いを確かめ、書き換えられる前のバックアップと比べてください。データベースを直接書き換えられる人を確認してください。",
            en: "Find everything that differs with `warifu audit verify`, compare it with a backup from before, and find out who can write to the database.",
        },
    },
    Entry {
        code: Code::LogNotSigned,
        name: "log_not_signed",
        status: 404,
        kind: Kind::Service,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "このサービスの検証可能ログには、まだ署名がありません。",
            en: "The verifiable log of this service is not signed yet.",
        },
        cause: Text {
            ja: "ログに署名するログ鍵がないか、期限が切れています。記録は失われておらず、鍵を作成すると、これまでの分もまとめて検証できるようになります。",
            en: "There is no log key to sign it with, or its time is over. No entry is lost: once there is a key, everything up to now can be verified.",
        },
        remedy: Text {
            ja: "サービスの運用者が、ルート鍵を用意して「warifu renew-keys」でログ鍵を作成し、サービスを再起動してください。",
            en: "Whoever runs the service makes a log key with `warifu renew-keys` and the root key, and starts the service again.",
        },
    },
    Entry {
        code: Code::LogNotYet,
        name: "log_not_yet",
        status: 409,
        kind: Kind::Service,
        retry: Retry::Later,
        windows: None,
        values: &[Value { name: "event", kind: ValueKind::Text }],
        message: Text {
            ja: "記録 {event} は、まだ検証可能ログに並べられていません。",
            en: "The event {event} does not have its place in the verifiable log yet.",
        },
        cause: Text {
            ja: "記録は保存と同時に確定し、その数秒後にログの中の位置が決まります。",
            en: "An event is durable when it is committed, and gets its place in the log some seconds later.",
        },
        remedy: Text {
            ja: "数秒後に、もう一度お試しください。何分も続く場合は、サービスの運用者がサービスのログを確認してください。",
            en: "Try again in some seconds. If that does not help for minutes, whoever runs the service should look at its own log.",
        },
    },
    Entry {
        code: Code::MediaTypeNotSupported,
        name: "media_type_not_supported",
        status: 415,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "リクエストの本文の種類に対応していません。",
            en: "The type of the request's body is not supported here.",
        },
        cause: Text {
            ja: "このアドレスが受け付けるのは、APIの説明に書かれた種類（多くは application/json）だけです。",
            en: "This address accepts only what the API's description names, mostly application/json.",
        },
        remedy: Text {
            ja: "Content-Type ヘッダーと本文を、APIの説明（/openapi.json）に合わせて送り直してください。",
            en: "Send the header Content-Type and the body as described in /openapi.json.",
        },
    },
    Entry {
        code: Code::MethodNotAllowed,
        name: "method_not_allowed",
        status: 405,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "このアドレスでは、このメソッドを使えません。",
            en: "This address does not accept this method.",
        },
        cause: Text {
            ja: "アドレスごとに、使えるメソッド（GET、POSTなど）が決まっています。",
            en: "Each address accepts certain methods only (GET, POST and so on).",
        },
        remedy: Text {
            ja: "応答の Allow ヘッダーにあるメソッドで、送り直してください。",
            en: "Send the request again with a method named in the header Allow of this answer.",
        },
    },
    Entry {
        code: Code::NoIssuingKey,
        name: "no_issuing_key",
        status: 503,
        kind: Kind::Service,
        retry: Retry::Later,
        windows: None,
        values: &[],
        message: Text {
            ja: "サービスに、今の時点で使える発行鍵がありません。",
            en: "The service has no issuing key that may sign at present.",
        },
        cause: Text {
            ja: "発行鍵が配置されていないか、すべて署名できる期間を過ぎています。利用許可を新しく発行できませんが、発行済みのものは有効です。",
            en: "None was put in place, or all are past their time of signing. No new lease can be issued; those issued stay valid.",
        },
        remedy: Text {
            ja: "サービスを運用している方は、ルート鍵を用意して `warifu renew-keys` を実行し、サービスを再起動してください。それ以外の方は、時間をおいてお試しください。",
            en: "If you run the service, run `warifu renew-keys` with the root key and restart the service. Otherwise try again later.",
        },
    },
    Entry {
        code: Code::NonceNotValid,
        name: "nonce_not_valid",
        status: 400,
        kind: Kind::Usage,
        retry: Retry::AtOnce,
        windows: None,
        values: &[],
        message: Text {
            ja: "リクエストに付いている使い捨ての番号（ノンス）が、期限切れか、正しくありません。",
            en: "The one-time number (nonce) of the request has run out or was not issued here.",
        },
        cause: Text {
            ja: "番号は発行から10分間だけ使えます。応答に時間がかかったときなどに起こります。",
            en: "A nonce is valid for ten minutes; a slow connection can use them up.",
        },
        remedy: Text {
            ja: "もう一度お試しください。プログラムでは、この応答の Warifu-Nonce ヘッダーにある新しい番号を使います。",
            en: "Try again. A program takes the new nonce from the header Warifu-Nonce of this answer.",
        },
    },
    Entry {
        code: Code::NotActivated,
        name: "not_activated",
        status: 409,
        kind: Kind::Lease,
        retry: Retry::Never,
        windows: Some("0xC004E005"),
        values: &[],
        message: Text {
            ja: "このソフトウェアは、このデバイスではまだライセンス認証されていません。",
            en: "This software is not activated on this device yet.",
        },
        cause: Text {
            ja: "このデバイスに利用許可が保存されていません。",
            en: "No lease is kept on this device.",
        },
        remedy: Text {
            ja: "プロダクトキーを入力して、ライセンス認証してください。",
            en: "Activate it by entering a product key.",
        },
    },
    Entry {
        code: Code::NotConfirmed,
        name: "not_confirmed",
        status: 409,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "option", kind: ValueKind::Text }],
        message: Text {
            ja: "確認に「はい」と答えなかったため、中止しました。",
            en: "Stopped: the question was not answered with yes.",
        },
        cause: Text {
            ja: "大切な操作の前には、確認しています。何も変更していません。",
            en: "A command that changes something of weight asks first. Nothing was changed.",
        },
        remedy: Text {
            ja: "実行する場合は、もう一度同じコマンドを実行して「y」と答えるか、`{option}` を付けてください。",
            en: "To go ahead, run the command again and answer `y`, or add `{option}`.",
        },
    },
    Entry {
        code: Code::PageNotValid,
        name: "page_not_valid",
        status: 400,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "一覧の続きを示す値が正しくありません。",
            en: "The position in the list is not valid.",
        },
        cause: Text {
            ja: "ページの指定（cursor または limit）が、前の応答で渡されたものと違うか、範囲を超えています。",
            en: "The page asked for (cursor or limit) is not one that an earlier answer gave, or is out of range.",
        },
        remedy: Text {
            ja: "一覧を最初から取得し直してください。続きは、応答にある値をそのまま使って取得します。",
            en: "Start the list from the beginning, and take each next page with the value from the answer, unchanged.",
        },
    },
    Entry {
        code: Code::PassphraseNotSuitable,
        name: "passphrase_not_suitable",
        status: 400,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "rule", kind: ValueKind::Text }],
        message: Text {
            ja: "このパスフレーズは使えません（{rule}）。",
            en: "This passphrase will not do ({rule}).",
        },
        cause: Text {
            ja: "パスフレーズは、ルート鍵のファイルが盗まれたときの最後の守りです。",
            en: "The passphrase is the last protection of the root key when its file is stolen.",
        },
        remedy: Text {
            ja: "4つ以上の単語を組み合わせるなど、長くて覚えやすいものを選び、2回とも同じものを入力してください。",
            en: "Choose a long one that you can remember, such as four words or more, and enter it the same way both times.",
        },
    },
    Entry {
        code: Code::PassphraseWrong,
        name: "passphrase_wrong",
        status: 403,
        kind: Kind::Permission,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text { ja: "パスフレーズが違います。", en: "The passphrase is wrong." },
        cause: Text {
            ja: "このパスフレーズでは、鍵のファイルを開けませんでした。ファイルは変更していません。",
            en: "It does not open the key file. The file was not changed.",
        },
        remedy: Text {
            ja: "大文字と小文字、入力モード、前後の空白を確認して、もう一度入力してください。",
            en: "Check upper and lower case, the keyboard layout and spaces at either end, and enter it again.",
        },
    },
    Entry {
        code: Code::PolicyRouteNotAllowed,
        name: "policy_route_not_allowed",
        status: 403,
        kind: Kind::Licence,
        retry: Retry::Never,
        windows: Some("0xC004F07D"),
        values: &[],
        message: Text {
            ja: "このライセンスでは、この方法でのライセンス認証はできません。",
            en: "This licence cannot be activated in this way.",
        },
        cause: Text {
            ja: "ライセンスごとに、使える認証方法が決められています。",
            en: "Each licence names the ways in which it may be activated.",
        },
        remedy: Text {
            ja: "購入時の案内にある認証方法をお使いください。その方法が使えない場合は、発行元に別の方法を認めるよう依頼できます。",
            en: "Use the way that came with your purchase. If you cannot, the publisher can allow another one.",
        },
    },
    Entry {
        code: Code::ProtocolNotSupported,
        name: "protocol_not_supported",
        status: 400,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[
            Value { name: "version", kind: ValueKind::Text },
            Value { name: "supported", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "プロトコルのバージョン{version}には対応していません（対応しているのは{supported}）。",
            en: "Protocol version {version} is not supported here (supported: {supported}).",
        },
        cause: Text {
            ja: "アプリとサービスの新しさが大きく違います。",
            en: "The app is much older or newer than the service.",
        },
        remedy: Text {
            ja: "アプリを最新版に更新してください。最新版でも表示される場合は、サービスの運用者に更新を依頼してください。",
            en: "Update the app. If it is the newest, whoever runs the service needs to update that.",
        },
    },
    Entry {
        code: Code::PurchaseProofExpired,
        name: "purchase_proof_expired",
        status: 403,
        kind: Kind::Key,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "expired", kind: ValueKind::Time }],
        message: Text {
            ja: "この購入証明コードの有効期限（{expired}）が過ぎています。",
            en: "This proof of purchase was good until {expired}.",
        },
        cause: Text {
            ja: "購入証明コードは、人の手に渡ったときの悪用を防ぐため、数日間だけ使えます。",
            en: "Such a code is good for a few days only, so that it is of little use in other hands.",
        },
        remedy: Text {
            ja: "発行元に新しいコードを依頼してください。購入の記録をもう一度示す必要があるかもしれません。",
            en: "Ask the publisher for another code. You may be asked for your proof of purchase again.",
        },
    },
    Entry {
        code: Code::PurchaseProofNotNeeded,
        name: "purchase_proof_not_needed",
        status: 409,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "number", kind: ValueKind::Text }],
        message: Text {
            ja: "キー番号「{number}」のプロダクトキーには、購入証明コードは要りません。",
            en: "The product key with the number {number} needs no proof of purchase.",
        },
        cause: Text {
            ja: "このキーの元になるマスターは、漏えいしたものとして扱われていません。プロダクトキーだけで認証できます。",
            en: "The master that it derives from is not marked as compromised, so the key alone activates.",
        },
        remedy: Text {
            ja: "お客様には、プロダクトキーだけで認証するよう伝えてください。うまくいかない場合は、表示されたエラーコードを確認してください。",
            en: "Tell the customer to activate with the key alone. If that does not work, ask for the code of the error that is shown.",
        },
    },
    Entry {
        code: Code::PurchaseProofNotValid,
        name: "purchase_proof_not_valid",
        status: 403,
        kind: Kind::Key,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "この購入証明コードは、このプロダクトキーには使えません。",
            en: "This proof of purchase is not good for this product key.",
        },
        cause: Text {
            ja: "コードの打ち間違いか、別のプロダクトキーのために発行されたコードです。",
            en: "The code is mistyped, or it was issued for another key.",
        },
        remedy: Text {
            ja: "受け取ったコードと、同じ案内に書かれたプロダクトキーをもう一度入力してください。合っている場合は、発行元に新しいコードを依頼してください。",
            en: "Enter the code as you received it, together with the key that it was issued for. If both are right, ask the publisher for another code.",
        },
    },
    Entry {
        code: Code::PurchaseProofUsed,
        name: "purchase_proof_used",
        status: 403,
        kind: Kind::Key,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "issued", kind: ValueKind::Time }],
        message: Text {
            ja: "この購入証明コードは、すでに使われています（使われたコードの発行日時: {issued}）。",
            en: "This proof of purchase has been used; the newest that was used was issued at {issued}.",
        },
        cause: Text {
            ja: "購入証明コードは1回だけ使えます。より新しいコードが使われた場合も、それより前のコードは使えなくなります。",
            en: "Such a code is good once. When a newer one has been used, those before it are used up as well.",
        },
        remedy: Text {
            ja: "このデバイスで一度使ったコードであれば、コードなしで、同じプロダクトキーだけを入力してください。別のデバイスの場合は、発行元に新しいコードを依頼してください。",
            en: "If this device is the one that used it, enter the same product key without a code. For another device, ask the publisher for another code.",
        },
    },
    Entry {
        code: Code::RateLimited,
        name: "rate_limited",
        status: 429,
        kind: Kind::Service,
        retry: Retry::Later,
        windows: None,
        values: &[Value { name: "seconds", kind: ValueKind::Text }],
        message: Text {
            ja: "短い間に多くの操作が行われたため、{seconds}秒待つ必要があります。",
            en: "Too many attempts in a short time; wait {seconds} seconds.",
        },
        cause: Text {
            ja: "キーの総当たりを防ぐために、同じ接続元からの回数を制限しています。会社や学校では、ほかの人と接続元を共有している場合があります。",
            en: "Attempts from one place are limited, so that keys cannot be guessed. In a company or school you may share that place with others.",
        },
        remedy: Text {
            ja: "{seconds}秒待ってから、もう一度お試しください。",
            en: "Try again in {seconds} seconds.",
        },
    },
    Entry {
        code: Code::ReceiptNotValid,
        name: "receipt_not_valid",
        status: 422,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[
            Value { name: "path", kind: ValueKind::Text },
            Value { name: "detail", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "{path} は、このサービスの記録の証明になっていません: {detail}。",
            en: "{path} proves no entry of this service's log: {detail}.",
        },
        cause: Text {
            ja: "ファイルが途中で切れている、書き換えられている、または別のサービスの受領証です。",
            en: "The file is cut short or altered, or is a receipt of another service.",
        },
        remedy: Text {
            ja: "「warifu audit receipt」で、もう一度受領証を取得してください。ルート公開鍵の指定が正しいことも確認してください。",
            en: "Get the receipt again with `warifu audit receipt`, and check that the root public key is the right one.",
        },
    },
    Entry {
        code: Code::RecordExists,
        name: "record_exists",
        status: 409,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[
            Value { name: "kind", kind: ValueKind::Terms },
            Value { name: "id", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "{kind}「{id}」は、すでにあります。", en: "The {kind} `{id}` exists already."
        },
        cause: Text {
            ja: "同じIDやコードの記録は、1つしか作れません。",
            en: "There can be one record of an id or code.",
        },
        remedy: Text {
            ja: "別のIDやコードを使うか、すでにある記録を変更してください。",
            en: "Choose another id or code, or change the record that exists.",
        },
    },
    Entry {
        code: Code::RecordNotFound,
        name: "record_not_found",
        status: 404,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[
            Value { name: "kind", kind: ValueKind::Terms },
            Value { name: "id", kind: ValueKind::Text },
        ],
        message: Text { ja: "{kind}「{id}」が見つかりません。", en: "There is no {kind} `{id}`." },
        cause: Text {
            ja: "IDの打ち間違いか、別のサービスにある記録です。",
            en: "The id is misspelt, or the record is in another service.",
        },
        remedy: Text {
            ja: "一覧で検索して、正しいIDを確認してください。接続先のサービスが正しいかどうかも確認してください。",
            en: "Search the list for the right id, and check that this is the right service.",
        },
    },
    Entry {
        code: Code::ReleaseAsked,
        name: "release_asked",
        status: 409,
        kind: Kind::Lease,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "asked", kind: ValueKind::Time }],
        message: Text {
            ja: "このデバイスの台数枠を解除する依頼がありました（{asked}）。",
            en: "Somebody asked for the release of this device's seat (on {asked}).",
        },
        cause: Text {
            ja: "同じプロダクトキーを持つ人が、このデバイスの解除を申し込みました。使用中のデバイスは、利用許可を更新した時点で依頼が取り下げられ、枠を保ちます。",
            en: "The request came with this licence's product key. A device in use keeps its seat: renewing its lease withdraws the request.",
        },
        remedy: Text {
            ja: "ご自身の依頼で、このデバイスをもう使わない場合は、ライセンス認証を解除してください。心当たりがない場合は、キーが知られている可能性があります。発行元にキーの交換を依頼してください。",
            en: "If it was you and this device is no longer needed, deactivate it. If not, somebody else may know the key: ask the publisher to replace it.",
        },
    },
    Entry {
        code: Code::ReleaseNotByKey,
        name: "release_not_by_key",
        status: 403,
        kind: Kind::Licence,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "このライセンスでは、プロダクトキーだけでほかのデバイスを解除することはできません。",
            en: "With the product key alone, this licence's other devices cannot be released.",
        },
        cause: Text {
            ja: "組織のライセンスや、デバイスに付属するライセンスなどでは、デバイス自身または発行元だけが解除できます。",
            en: "Licences of organisations and those sold with a device are released by the device itself or by the publisher only.",
        },
        remedy: Text {
            ja: "解除したいデバイスが手元にある場合は、そのデバイスでライセンス認証を解除してください。手元にない場合は、発行元または組織の管理者に解除を依頼してください。",
            en: "If you have the device, deactivate it there. If not, ask the publisher or your organisation's administrator to release it.",
        },
    },
    Entry {
        code: Code::ReleaseObjected,
        name: "release_objected",
        status: 409,
        kind: Kind::Licence,
        retry: Retry::Later,
        windows: None,
        values: &[
            Value { name: "asked", kind: ValueKind::Time },
            Value { name: "again", kind: ValueKind::Time },
        ],
        message: Text {
            ja: "そのデバイスは使用中のため、解除されません（依頼: {asked}）。",
            en: "That device is in use and keeps its seat (asked on {asked}).",
        },
        cause: Text {
            ja: "解除の依頼のあと、そのデバイスから通信がありました。使われているデバイスの枠は、キーを持っているだけでは解除できません。",
            en: "It was heard of after the request. The seat of a device in use is not released to whoever has the key.",
        },
        remedy: Text {
            ja: "そのデバイスでライセンス認証を解除するか、発行元に解除を依頼してください。もう一度依頼できるのは、{again}以降です。",
            en: "Deactivate it on the device itself, or ask the publisher to release it. You can ask again from {again}.",
        },
    },
    Entry {
        code: Code::RequestMalformed,
        name: "request_malformed",
        status: 400,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "detail", kind: ValueKind::Text }],
        message: Text {
            ja: "リクエストの形式が正しくありません: {detail}。",
            en: "The request is not well formed: {detail}.",
        },
        cause: Text {
            ja: "必要な項目がないか、値の形が決まりと違います。",
            en: "A part that is needed is missing, or a value has another form than agreed.",
        },
        remedy: Text {
            ja: "示された箇所をAPIの説明（/openapi.json）と見比べて直してください。アプリの利用中に表示された場合は、アプリを最新版に更新してください。",
            en: "Compare the part named with the API's description (/openapi.json). If this appeared in an app, update the app.",
        },
    },
    Entry {
        code: Code::RequestReplayed,
        name: "request_replayed",
        status: 409,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "このリクエストは、すでに受け付けたものより古いため、処理しませんでした。",
            en: "This request is older than one that was accepted already, so nothing was done.",
        },
        cause: Text {
            ja: "同じリクエストがもう一度届きました。通信の記録を再送しているか、複製されたインストールが同時に動いています。",
            en: "It arrived a second time: something repeats recorded traffic, or a copy of this installation runs at the same time.",
        },
        remedy: Text {
            ja: "アプリを開き直して、もう一度お試しください。複製したデバイスや仮想マシンがある場合は、片方を止めてください。",
            en: "Open the app again and retry. If there is a copied device or virtual machine, stop one of them.",
        },
    },
    Entry {
        code: Code::RequestSignatureInvalid,
        name: "request_signature_invalid",
        status: 401,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "リクエストの署名が正しくありません。",
            en: "The signature of the request does not hold.",
        },
        cause: Text {
            ja: "署名した内容と届いた内容が違うか、別の鍵で署名されています。途中の機器がリクエストを書き換えることもあります。",
            en: "What was signed is not what arrived, or another key signed it. A device in between may have changed the request.",
        },
        remedy: Text {
            ja: "別のネットワークで、もう一度お試しください。繰り返す場合は、もう一度ライセンス認証すると、鍵が登録し直されます。同じデバイスであれば、台数は増えません。",
            en: "Try again on another network. If it goes on, activate again: the key is then registered anew, and the same device takes no further seat.",
        },
    },
    Entry {
        code: Code::RequestSignatureMissing,
        name: "request_signature_missing",
        status: 401,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "リクエストに署名がありません。", en: "The request is not signed."
        },
        cause: Text {
            ja: "デバイスからのリクエストには、インストールの鍵による署名（RFC 9421、ラベルwarifu）が必要です。途中の機器がヘッダーを取り除くこともあります。",
            en: "Requests of devices carry a signature by the installation's key (RFC 9421, label warifu). A device in between may have removed the headers.",
        },
        remedy: Text {
            ja: "Signature と Signature-Input のヘッダーが届いているかを確認してください。アプリの利用中に表示された場合は、プロキシを使わないネットワークでお試しください。",
            en: "Check that the headers Signature and Signature-Input arrive. If this appeared in an app, try a network without a proxy.",
        },
    },
    Entry {
        code: Code::RequestTooLarge,
        name: "request_too_large",
        status: 413,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[
            Value { name: "bytes", kind: ValueKind::Text },
            Value { name: "limit", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "リクエストが大きすぎます（{bytes}バイト、上限{limit}バイト）。",
            en: "The request is too large ({bytes} bytes; the limit is {limit}).",
        },
        cause: Text {
            ja: "1回に送れる量を超えています。", en: "It holds more than one request may carry."
        },
        remedy: Text {
            ja: "内容を分けて、複数回に送ってください。アプリの利用中に表示された場合は、アプリを最新版に更新してください。",
            en: "Split it into several requests. If this appeared in an app, update the app.",
        },
    },
    Entry {
        code: Code::RoleInsufficient,
        name: "role_insufficient",
        status: 403,
        kind: Kind::Permission,
        retry: Retry::Never,
        windows: None,
        values: &[
            Value { name: "role", kind: ValueKind::Terms },
            Value { name: "needed", kind: ValueKind::Terms },
        ],
        message: Text {
            ja: "この操作には「{needed}」以上の権限が必要です。このトークンの権限は「{role}」です。",
            en: "This needs the role of {needed} or higher; this token has the role of {role}.",
        },
        cause: Text {
            ja: "担当者ごとに、必要な操作だけを許可しています。",
            en: "Each member of staff may do what their work needs.",
        },
        remedy: Text {
            ja: "「{needed}」の権限を持つ担当者に操作を依頼するか、その権限のトークンを発行してもらってください。",
            en: "Ask a member of staff with the role of {needed} to do it, or to give you a token of that role.",
        },
    },
    Entry {
        code: Code::RootNotPinned,
        name: "root_not_pinned",
        status: 502,
        kind: Kind::Lease,
        retry: Retry::Never,
        windows: Some("0xC0EA0007"),
        values: &[],
        message: Text {
            ja: "接続先は、このアプリが信頼しているライセンス認証サービスではありません。",
            en: "The service that answered is not the one this app trusts.",
        },
        cause: Text {
            ja: "証明書が、アプリに組み込まれたものとは別のルート鍵で署名されています。接続先の間違い、通信への割り込み、サービスの作り直しで起こります。",
            en: "Its certificate is signed by another root key than the one built into the app: a wrong address, somebody in between, or a service that was set up anew.",
        },
        remedy: Text {
            ja: "接続先のアドレスを確認し、アプリを最新版に更新してください。会社や公共のネットワークを使っている場合は、別のネットワークでお試しください。",
            en: "Check the address of the service and update the app. On a company or public network, try another network.",
        },
    },
    Entry {
        code: Code::RouteNotFound,
        name: "route_not_found",
        status: 404,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "このアドレスには何もありません。", en: "There is nothing at this address."
        },
        cause: Text {
            ja: "アドレスの打ち間違いか、このバージョンのサービスにはない機能です。",
            en: "The address is misspelt, or this version of the service does not have the feature.",
        },
        remedy: Text {
            ja: "アドレスを確認してください。使えるアドレスの一覧は /openapi.json にあります。",
            en: "Check the address. All of them are listed in /openapi.json.",
        },
    },
    Entry {
        code: Code::SandboxLeaseRefused,
        name: "sandbox_lease_refused",
        status: 403,
        kind: Kind::Lease,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "これはサンドボックスで発行された利用許可です。製品版のアプリでは使えません。",
            en: "This lease was issued by a sandbox; a released app does not accept it.",
        },
        cause: Text {
            ja: "開発中の試験で使った利用許可が、デバイスに残っています。",
            en: "A lease from trying things out was left on the device.",
        },
        remedy: Text {
            ja: "購入したプロダクトキーでライセンス認証してください。開発中のアプリでは、サンドボックスの利用許可を受け入れる設定にできます。",
            en: "Activate with the product key that you bought. An app under development can be set to accept sandbox leases.",
        },
    },
    Entry {
        code: Code::SeatLimitReached,
        name: "seat_limit_reached",
        status: 409,
        kind: Kind::Licence,
        retry: Retry::Never,
        windows: Some("0xC004C008"),
        values: &[
            Value { name: "active", kind: ValueKind::Text },
            Value { name: "seats", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "このライセンスで使えるデバイスは{seats}台までで、すでに{active}台が使用中です。",
            en: "{active} of {seats} devices are active on this licence.",
        },
        cause: Text {
            ja: "このライセンスの台数枠を、すべてほかのデバイスが使っています。",
            en: "Other devices hold every seat of this licence.",
        },
        remedy: Text {
            ja: "使わなくなったデバイスでライセンス認証を解除すると、その分をこのデバイスで使えます。デバイスが手元にない場合は、下に示すデバイスの解除を申し込むか（認められているライセンスのみ）、発行元に解除または台数の追加を依頼してください。",
            en: "Deactivate a device that you no longer use, and its place is free for this one. If you no longer have it, ask for its release where the licence allows that, or ask the publisher to release it or for more seats.",
        },
    },
    Entry {
        code: Code::SeatReclaimAnnounced,
        name: "seat_reclaim_announced",
        status: 409,
        kind: Kind::Lease,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "from", kind: ValueKind::Time }],
        message: Text {
            ja: "このデバイスの台数枠は、早ければ{from}から、ほかのデバイスに回されることがあります。",
            en: "From {from} at the earliest, this device's seat may be given to another device.",
        },
        cause: Text {
            ja: "このデバイスの利用許可は、切れてから更新されていません。枠が足りなくなると、利用許可が切れたままのデバイスの枠は、自動でほかのデバイスに回されます。",
            en: "The lease of this device ran out and has not been renewed since. Where seats are short, the seat of a device whose lease stays ended goes to another device by itself.",
        },
        remedy: Text {
            ja: "インターネットに接続してアプリを開き直し、案内があればそれに従ってください。利用許可が更新されると、この予告は取り消されます。その日を過ぎていても、枠が空いているか、枠を取り戻せる期間のうちであれば、同じ方法で元に戻ります。",
            en: "Connect to the internet, open the app again, and do what it asks: renewing the lease withdraws this announcement. The same helps after that day as long as a seat is free or the time to take the seat back is not over.",
        },
    },
    Entry {
        code: Code::SeatReleased,
        name: "seat_released",
        status: 403,
        kind: Kind::Licence,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "このデバイスのライセンス認証は解除されています。",
            en: "This device's activation was released.",
        },
        cause: Text {
            ja: "このデバイスまたは発行元が解除したか、長いあいだ通信がなかったか、キーを持つ人が解除を依頼したため、台数枠がほかのデバイスに回されました。枠を取り戻したデバイスに譲った場合もあります。",
            en: "The device itself or the publisher released it, or its seat went to another device: after a long silence, at the request of somebody with the key, or back to one that had lost it.",
        },
        remedy: Text {
            ja: "このデバイスで引き続き使う場合は、プロダクトキーを入力して、もう一度ライセンス認証してください。",
            en: "To go on using this device, activate it again with the product key.",
        },
    },
    Entry {
        code: Code::SeatWasReclaimed,
        name: "seat_was_reclaimed",
        status: 409,
        kind: Kind::Lease,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "reclaimed", kind: ValueKind::Time }],
        message: Text {
            ja: "このデバイスの台数枠は{reclaimed}にほかのデバイスへ回されましたが、ふたたびこのデバイスの枠になりました。",
            en: "This device's seat was given to another device on {reclaimed}; now this device has a seat again.",
        },
        cause: Text {
            ja: "利用許可が切れたあと、予告の期間が過ぎても、このデバイスからの通信がありませんでした。そのあいだに、ほかのデバイスが枠を使い始めました。",
            en: "After its lease had run out and the notice was over, this device had still not been heard of, and another one needed a seat.",
        },
        remedy: Text {
            ja: "このデバイスは、このままお使いください。代わりに、最後に枠を使い始めたデバイスのライセンス認証が解除されている場合があります。両方で使うには、発行元に台数の追加を依頼してください。しばらく使わない予定があるときも、ときどきインターネットに接続しておくと、枠は回収されません。",
            en: "Go on using this device. The device that took a seat last may have lost it in return; to use both, ask the publisher for one more seat. A device that reaches the internet now and then keeps its seat.",
        },
    },
    Entry {
        code: Code::ServiceBusy,
        name: "service_busy",
        status: 503,
        kind: Kind::Service,
        retry: Retry::Later,
        windows: None,
        values: &[],
        message: Text {
            ja: "ライセンス認証サービスが混み合っています。",
            en: "The activation service is busy.",
        },
        cause: Text {
            ja: "一度に多くのリクエストが届いているため、このリクエストは処理しませんでした。",
            en: "Many requests arrive at once, so this one was not taken on.",
        },
        remedy: Text {
            ja: "少し待ってから、もう一度お試しください。同じ操作を繰り返しても、二重に処理されることはありません。",
            en: "Wait a moment and try again. Repeating the same operation does not do it twice.",
        },
    },
    Entry {
        code: Code::ServiceFolderEmpty,
        name: "service_folder_empty",
        status: 404,
        kind: Kind::Service,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "path", kind: ValueKind::Text }],
        message: Text {
            ja: "{path} には、サービスのデータがありません。",
            en: "There is no service in {path}.",
        },
        cause: Text {
            ja: "フォルダーの指定が違うか、まだサービスを作成していません。",
            en: "The folder is another one, or no service was made in it yet.",
        },
        remedy: Text {
            ja: "初めての場合は、`warifu init --data {path}` で作成してください。作成済みの場合は、`--data` のパスを確認してください。",
            en: "To make one, run `warifu init --data {path}`. If it exists, check the path given with `--data`.",
        },
    },
    Entry {
        code: Code::ServiceUnavailable,
        name: "service_unavailable",
        status: 503,
        kind: Kind::Service,
        retry: Retry::Later,
        windows: None,
        values: &[],
        message: Text {
            ja: "ライセンス認証サービスは、現在応答できません。",
            en: "The activation service cannot answer at present.",
        },
        cause: Text {
            ja: "サービスの保守中か、一時的な障害です。このデバイスやキーの問題ではありません。",
            en: "It is under maintenance or has a passing fault. Nothing is wrong with this device or its key.",
        },
        remedy: Text {
            ja: "数分おいて、もう一度お試しください。有効な利用許可があれば、その間もそのまま使えます。",
            en: "Try again in a few minutes. A device with a valid lease keeps working meanwhile.",
        },
    },
    Entry {
        code: Code::ServiceUnreachable,
        name: "service_unreachable",
        status: 503,
        kind: Kind::Network,
        retry: Retry::Later,
        windows: Some("0xC004B007"),
        values: &[
            Value { name: "url", kind: ValueKind::Text },
            Value { name: "detail", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "ライセンス認証サービス（{url}）に接続できません: {detail}。",
            en: "The activation service ({url}) cannot be reached: {detail}.",
        },
        cause: Text {
            ja: "インターネットに接続されていないか、プロキシ・ファイアウォール・セキュリティソフトが通信を止めています。サービスが止まっている場合もあります。",
            en: "This device is offline, or a proxy, firewall or security program stops the connection; or the service is down.",
        },
        remedy: Text {
            ja: "ブラウザーで {url} を開けるかを確認してください。開けない場合は、別のネットワークでお試しください。有効な利用許可があれば、つながらない間もそのまま使えます。",
            en: "See whether {url} opens in a browser. If not, try another network. A device with a valid lease keeps working meanwhile.",
        },
    },
    Entry {
        code: Code::SeveralProducts,
        name: "several_products",
        status: 400,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "products", kind: ValueKind::Text }],
        message: Text {
            ja: "このデバイスには、複数のプロダクトがあります: {products}。",
            en: "There are several products on this device: {products}.",
        },
        cause: Text {
            ja: "どのプロダクトに対する操作かを、決められませんでした。",
            en: "It is not clear which one is meant.",
        },
        remedy: Text {
            ja: "`--product` でプロダクトのコードを指定してください。",
            en: "Name one with `--product`.",
        },
    },
    Entry {
        code: Code::StoreDamaged,
        name: "store_damaged",
        status: 500,
        kind: Kind::Service,
        retry: Retry::Never,
        windows: None,
        values: &[Value { name: "path", kind: ValueKind::Text }],
        message: Text {
            ja: "{path} のデータに矛盾があり、読み取れません。",
            en: "The data in {path} contradicts itself and cannot be read.",
        },
        cause: Text {
            ja: "ファイルが壊れているか、Warifu以外のプログラムが書き換えました。誤った判断をしないように、処理を止めました。",
            en: "The file is damaged, or another program changed it. Work stopped so that nothing is decided wrongly.",
        },
        remedy: Text {
            ja: "{path} を別の場所にコピーして残してから、`warifu backup restore` で最新のバックアップに戻してください（PostgreSQLの場合は、そのバックアップから戻します）。デバイスの利用許可は有効なままです。",
            en: "Copy {path} to a safe place, then restore the latest backup with `warifu backup restore` (with PostgreSQL, from its own backup). Leases on devices stay valid.",
        },
    },
    Entry {
        code: Code::StoreFull,
        name: "store_full",
        status: 507,
        kind: Kind::Service,
        retry: Retry::Later,
        windows: None,
        values: &[Value { name: "path", kind: ValueKind::Text }],
        message: Text {
            ja: "ディスクに空きがないため、{path} に保存できません。",
            en: "The disk is full; nothing can be saved in {path}.",
        },
        cause: Text {
            ja: "保存できなかった操作は行われていません。それまでのデータは失われていません。",
            en: "The operation that could not be saved was not done. Everything before it is safe.",
        },
        remedy: Text {
            ja: "ディスクの空きを増やしてください。サービスを再起動しなくても、空きができると元に戻ります。",
            en: "Free some space. The service goes on by itself, without a restart.",
        },
    },
    Entry {
        code: Code::StoreLocked,
        name: "store_locked",
        status: 503,
        kind: Kind::Service,
        retry: Retry::Later,
        windows: Some("0x80070020"),
        values: &[Value { name: "path", kind: ValueKind::Text }],
        message: Text {
            ja: "{path} は、別のWarifuが使用中です。", en: "Another Warifu uses {path}."
        },
        cause: Text {
            ja: "1つのデータフォルダーを使えるサービスは、同時に1つだけです。",
            en: "Only one service at a time may use a data folder.",
        },
        remedy: Text {
            ja: "動いているサービスを停止してから、もう一度起動してください。2つ動かす場合は、別々のデータフォルダーを指定してください。",
            en: "Stop the service that is running, then start this one again. To run two, give each a data folder of its own.",
        },
    },
    Entry {
        code: Code::StoreNewer,
        name: "store_newer",
        status: 500,
        kind: Kind::Service,
        retry: Retry::Never,
        windows: None,
        values: &[
            Value { name: "found", kind: ValueKind::Text },
            Value { name: "supported", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "データは、より新しいWarifuのものです（データの版{found}、このプログラムが扱える版{supported}まで）。",
            en: "The data is of a newer Warifu (schema {found}; this program knows up to {supported}).",
        },
        cause: Text {
            ja: "新しいバージョンで一度起動したあと、古いバージョンに戻しています。",
            en: "A newer version ran here once, and this is an older one.",
        },
        remedy: Text {
            ja: "新しいバージョンのWarifuを使ってください。古いバージョンに戻す必要がある場合は、更新前のバックアップから復元してください。",
            en: "Use the newer version. If you must go back, restore the backup made before the update.",
        },
    },
    Entry {
        code: Code::StoreReadOnly,
        name: "store_read_only",
        status: 503,
        kind: Kind::Service,
        retry: Retry::Later,
        windows: None,
        values: &[Value { name: "path", kind: ValueKind::Text }],
        message: Text { ja: "{path} に書き込めません。", en: "{path} cannot be written to." },
        cause: Text {
            ja: "書き込みが許可されていないか、ディスクが読み取り専用になっています。ディスクの故障で、OSが読み取り専用に切り替えることもあります。",
            en: "Writing is not permitted, or the disk is read-only; a system makes a failing disk read-only by itself.",
        },
        remedy: Text {
            ja: "フォルダーの所有者と権限、ディスクの状態を確認して、書き込めるようにしてください。PostgreSQLの場合は、接続先がスタンバイになっていないかを確認してください。",
            en: "Check the folder's owner and permissions and the disk's health, and make it writable. With PostgreSQL, check that the server has not become a standby.",
        },
    },
    Entry {
        code: Code::TlsFailed,
        name: "tls_failed",
        status: 502,
        kind: Kind::Network,
        retry: Retry::Later,
        windows: Some("0x80072F8F"),
        values: &[
            Value { name: "host", kind: ValueKind::Text },
            Value { name: "detail", kind: ValueKind::Text },
        ],
        message: Text {
            ja: "{host} と安全に接続できません: {detail}。",
            en: "No secure connection to {host} could be made: {detail}.",
        },
        cause: Text {
            ja: "デバイスの日時がずれているか、ネットワークの機器やセキュリティソフトが通信に割り込んでいます。サービスの証明書の期限切れも考えられます。",
            en: "The date of this device is off, or a network device or security program sits in the connection; or the service's certificate has run out.",
        },
        remedy: Text {
            ja: "まず、デバイスの日時とタイムゾーンを確認してください。正しい場合は、別のネットワークでお試しください。セキュリティソフトを無効にする必要はありません。",
            en: "First check date, time and time zone of the device. If they are right, try another network. There is no need to turn security software off.",
        },
    },
    Entry {
        code: Code::TokenMissing,
        name: "token_missing",
        status: 401,
        kind: Kind::Permission,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "この操作には、担当者のトークンが必要です。",
            en: "A staff token is needed for this.",
        },
        cause: Text {
            ja: "リクエストに Authorization ヘッダーがありません。",
            en: "The request has no header Authorization.",
        },
        remedy: Text {
            ja: "環境変数 WARIFU_TOKEN にトークン（wst_ で始まる文字列）を設定してください。APIでは Authorization: Bearer の後に入れて送ります。",
            en: "Set the environment variable WARIFU_TOKEN to your token (it starts with wst_). In the API, send it after Authorization: Bearer.",
        },
    },
    Entry {
        code: Code::TokenNotValid,
        name: "token_not_valid",
        status: 401,
        kind: Kind::Permission,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text { ja: "このトークンは使えません。", en: "This token is not valid." },
        cause: Text {
            ja: "トークンの打ち間違い、期限切れ、取り消しのいずれかです。",
            en: "It is mistyped, has run out or was withdrawn.",
        },
        remedy: Text {
            ja: "トークンの全体が正しくコピーされているかを確認してください。期限切れや取り消しの場合は、オーナーの権限を持つ担当者が新しいトークンを発行できます。",
            en: "Check that the whole token was copied. If it has run out or was withdrawn, a member of staff with the role of owner can issue a new one.",
        },
    },
    Entry {
        code: Code::VersionConflict,
        name: "version_conflict",
        status: 409,
        kind: Kind::Usage,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "ほかの人が、この記録を先に変更しました。",
            en: "Somebody else changed this record first.",
        },
        cause: Text {
            ja: "読み込んでから保存するまでの間に、別の変更が保存されました。その変更を消さないように、今回の変更は保存していません。",
            en: "Another change was saved between your reading and saving. Yours was not saved, so that theirs is not lost.",
        },
        remedy: Text {
            ja: "記録を読み込み直して内容を確かめ、必要であればもう一度変更してください。",
            en: "Load the record again, look at it, and repeat your change if it is still wanted.",
        },
    },
    Entry {
        code: Code::VmNotAllowed,
        name: "vm_not_allowed",
        status: 403,
        kind: Kind::Device,
        retry: Retry::Never,
        windows: None,
        values: &[],
        message: Text {
            ja: "このライセンスは、仮想マシンでは使えません。",
            en: "This licence cannot be used in a virtual machine.",
        },
        cause: Text {
            ja: "仮想マシンで動作していることを検出しました。このライセンスの対象は、物理的なデバイスです。",
            en: "The software runs in a virtual machine; the licence is for physical devices.",
        },
        remedy: Text {
            ja: "物理的なデバイスで使うか、仮想マシンで使えるライセンス（ボリュームライセンスなど）を発行元に申し込んでください。",
            en: "Use it on a physical device, or ask the publisher for a licence that covers virtual machines, such as a volume licence.",
        },
    },
];

/// One constructor for each code: its arguments are the values that the texts need.
impl Failure {
    /// Another program uses `{address}`.
    #[must_use]
    pub fn address_in_use(address: impl Display) -> Self {
        Self::with(Code::AddressInUse, [text(&address)])
    }

    /// The answer could not be confirmed to come from the service.
    #[must_use]
    pub fn answer_not_genuine() -> Self {
        Self::with(Code::AnswerNotGenuine, [])
    }

    /// `{url}` answered as no service of Warifu does (HTTP `{status}`).
    #[must_use]
    pub fn answer_not_understood(url: impl Display, status: impl Display) -> Self {
        Self::with(Code::AnswerNotUnderstood, [text(&url), text(&status)])
    }

    /// The command cannot be run as typed: `{detail}`.
    #[must_use]
    pub fn arguments_not_valid(detail: impl Display) -> Self {
        Self::with(Code::ArgumentsNotValid, [text(&detail)])
    }

    /// This request is addressed to another service.
    #[must_use]
    pub fn audience_mismatch() -> Self {
        Self::with(Code::AudienceMismatch, [])
    }

    /// `{path}` cannot be used as a backup of Warifu.
    #[must_use]
    pub fn backup_not_valid(path: impl Display) -> Self {
        Self::with(Code::BackupNotValid, [text(&path)])
    }

    /// The data is in the PostgreSQL database `{address}`, which `warifu backup` does not back up.
    #[must_use]
    pub fn backup_of_database(database: impl Display, address: impl Display) -> Self {
        Self::with(Code::BackupOfDatabase, [text(&database), text(&address)])
    }

    /// `{count}` are too many for one batch (the limit is `{limit}`).
    #[must_use]
    pub fn batch_too_large(count: impl Display, limit: impl Display) -> Self {
        Self::with(Code::BatchTooLarge, [text(&count), text(&limit)])
    }

    /// This product key was withdrawn before its first use.
    #[must_use]
    pub fn batch_withdrawn() -> Self {
        Self::with(Code::BatchWithdrawn, [])
    }

    /// Another node bridges outages of the database (journal `{journal}`, since `{since}`); this node's journal is `{own}`.
    #[must_use]
    pub fn bridging_elsewhere(journal: impl Display, since: impl Display, own: impl Display) -> Self {
        Self::with(Code::BridgingElsewhere, [text(&journal), text(&since), text(&own)])
    }

    /// This case cannot be taken: `{reason}`.
    #[must_use]
    pub fn case_not_valid(reason: impl Display) -> Self {
        Self::with(Code::CaseNotValid, [text(&reason)])
    }

    /// The certificate that came with the lease does not hold.
    #[must_use]
    pub fn certificate_not_valid() -> Self {
        Self::with(Code::CertificateNotValid, [])
    }

    /// All `{budget}` device changes of this period are used. The next one is possible from `{free_on}`.
    #[must_use]
    pub fn change_budget_spent(budget: impl Display, free_on: Timestamp) -> Self {
        Self::with(Code::ChangeBudgetSpent, [text(&budget), time(free_on)])
    }

    /// No service and product are set up on this device yet (`{path}`).
    #[must_use]
    pub fn client_not_set_up(path: impl Display) -> Self {
        Self::with(Code::ClientNotSetUp, [text(&path)])
    }

    /// `{path}` is set up otherwise (`{name}` is `{found}`, you gave `{asked}`).
    #[must_use]
    pub fn client_set_up_otherwise(
        path: impl Display,
        name: impl Display,
        found: impl Display,
        asked: impl Display,
    ) -> Self {
        Self::with(Code::ClientSetUpOtherwise, [text(&path), text(&name), text(&found), text(&asked)])
    }

    /// The settings of this device in `{path}` cannot be read (`{detail}`).
    #[must_use]
    pub fn client_settings_damaged(path: impl Display, detail: impl Display) -> Self {
        Self::with(Code::ClientSettingsDamaged, [text(&path), text(&detail)])
    }

    /// The clock of this device seems to be far ahead.
    #[must_use]
    pub fn clock_ahead() -> Self {
        Self::with(Code::ClockAhead, [])
    }

    /// The date and time of this device seem to be wrong.
    #[must_use]
    pub fn clock_implausible() -> Self {
        Self::with(Code::ClockImplausible, [])
    }

    /// The setting `{key}` cannot be ``{value}``.
    #[must_use]
    pub fn config_invalid(key: impl Display, value: impl Display, fix: impl Display) -> Self {
        Self::with(Code::ConfigInvalid, [text(&key), text(&value), text(&fix)])
    }

    /// This licence cannot be used in a container.
    #[must_use]
    pub fn container_not_allowed() -> Self {
        Self::with(Code::ContainerNotAllowed, [])
    }

    /// What arrived is not what was sent.
    #[must_use]
    pub fn content_digest_mismatch() -> Self {
        Self::with(Code::ContentDigestMismatch, [])
    }

    /// The database `{address}` does not let `{user}` in.
    #[must_use]
    pub fn database_login_refused(user: impl Display, address: impl Display) -> Self {
        Self::with(Code::DatabaseLoginRefused, [text(&user), text(&address)])
    }

    /// There is no database `{database}` at `{address}`.
    #[must_use]
    pub fn database_missing(database: impl Display, address: impl Display) -> Self {
        Self::with(Code::DatabaseMissing, [text(&database), text(&address)])
    }

    /// The database `{address}` would lose data in a power cut: its fsync is off.
    #[must_use]
    pub fn database_not_durable(address: impl Display) -> Self {
        Self::with(Code::DatabaseNotDurable, [text(&address)])
    }

    /// `{user}` may not make and change tables in the database `{address}`.
    #[must_use]
    pub fn database_not_permitted(user: impl Display, address: impl Display) -> Self {
        Self::with(Code::DatabaseNotPermitted, [text(&user), text(&address)])
    }

    /// The database `{address}` cannot be written to.
    #[must_use]
    pub fn database_read_only(address: impl Display) -> Self {
        Self::with(Code::DatabaseReadOnly, [text(&address)])
    }

    /// No secure connection to the database `{address}` can be made: `{detail}`.
    #[must_use]
    pub fn database_tls_refused(address: impl Display, detail: impl Display) -> Self {
        Self::with(Code::DatabaseTlsRefused, [text(&address), text(&detail)])
    }

    /// The database `{address}` cannot be reached.
    #[must_use]
    pub fn database_unreachable(address: impl Display) -> Self {
        Self::with(Code::DatabaseUnreachable, [text(&address)])
    }

    /// This licence cannot move to another device.
    #[must_use]
    pub fn device_may_not_move() -> Self {
        Self::with(Code::DeviceMayNotMove, [])
    }

    /// ``{value}`` cannot be used for `{field}`.
    #[must_use]
    pub fn field_not_valid(field: impl Display, value: impl Display, rule: impl Display) -> Self {
        Self::with(Code::FieldNotValid, [text(&field), text(&value), text(&rule)])
    }

    /// `{path}` exists already.
    #[must_use]
    pub fn file_exists(path: impl Display) -> Self {
        Self::with(Code::FileExists, [text(&path)])
    }

    /// `{path}` cannot be read: `{detail}`.
    #[must_use]
    pub fn file_not_readable(path: impl Display, detail: impl Display) -> Self {
        Self::with(Code::FileNotReadable, [text(&path), text(&detail)])
    }

    /// `{path}` cannot be written: `{detail}`.
    #[must_use]
    pub fn file_not_writable(path: impl Display, detail: impl Display) -> Self {
        Self::with(Code::FileNotWritable, [text(&path), text(&detail)])
    }

    /// Too little of this device can be recognised (`{matches}` parts of the `{needed}` needed).
    #[must_use]
    pub fn fingerprint_too_weak(matches: impl Display, needed: impl Display) -> Self {
        Self::with(Code::FingerprintTooWeak, [text(&matches), text(&needed)])
    }

    /// So much hardware changed that this cannot be told to be the same device (change `{score}`, limit `{threshold}`).
    #[must_use]
    pub fn hardware_changed(score: impl Display, threshold: impl Display, parts: impl Display) -> Self {
        Self::with(Code::HardwareChanged, [text(&score), text(&threshold), text(&parts)])
    }

    /// The header Idempotency-Key is missing.
    #[must_use]
    pub fn idempotency_key_missing() -> Self {
        Self::with(Code::IdempotencyKeyMissing, [])
    }

    /// This Idempotency-Key was used with another request before.
    #[must_use]
    pub fn idempotency_key_reused() -> Self {
        Self::with(Code::IdempotencyKeyReused, [])
    }

    /// Row `{row}` cannot be imported: `{detail}`.
    #[must_use]
    pub fn import_row_not_valid(row: impl Display, detail: impl Display) -> Self {
        Self::with(Code::ImportRowNotValid, [text(&row), text(&detail)])
    }

    /// An answer is needed, and nobody can be asked here.
    #[must_use]
    pub fn input_needed(option: impl Display) -> Self {
        Self::with(Code::InputNeeded, [text(&option)])
    }

    /// A copy of this installation is in use (last noticed on `{seen}`).
    #[must_use]
    pub fn installation_copied(seen: Timestamp) -> Self {
        Self::with(Code::InstallationCopied, [time(seen)])
    }

    /// This device is active on another licence.
    #[must_use]
    pub fn installation_has_other_licence() -> Self {
        Self::with(Code::InstallationHasOtherLicence, [])
    }

    /// Five installations on this device use this licence already.
    #[must_use]
    pub fn installation_limit_reached() -> Self {
        Self::with(Code::InstallationLimitReached, [])
    }

    /// The licence data on this device seems to be copied from another device.
    #[must_use]
    pub fn installation_on_other_hardware() -> Self {
        Self::with(Code::InstallationOnOtherHardware, [])
    }

    /// This installation is not registered with the service.
    #[must_use]
    pub fn installation_unknown() -> Self {
        Self::with(Code::InstallationUnknown, [])
    }

    /// Something went wrong inside the service (request `{request_id}`).
    #[must_use]
    pub fn internal_error(request_id: impl Display) -> Self {
        Self::with(Code::InternalError, [text(&request_id)])
    }

    /// The issuing key that signed this lease is past its term.
    #[must_use]
    pub fn issuing_key_expired() -> Self {
        Self::with(Code::IssuingKeyExpired, [])
    }

    /// The lease on this device was signed by a key that has been withdrawn.
    #[must_use]
    pub fn issuing_key_withdrawn() -> Self {
        Self::with(Code::IssuingKeyWithdrawn, [])
    }

    /// The product key has a typing mistake, and a likely correction was found.
    #[must_use]
    pub fn key_correctable() -> Self {
        Self::with(Code::KeyCorrectable, [])
    }

    /// To activate with this product key, the purchase has to be confirmed first.
    #[must_use]
    pub fn key_epoch_compromised() -> Self {
        Self::with(Code::KeyEpochCompromised, [])
    }

    /// `{path}` cannot be used as a key file of this service.
    #[must_use]
    pub fn key_file_not_valid(path: impl Display) -> Self {
        Self::with(Code::KeyFileNotValid, [text(&path)])
    }

    /// A product key has `{needed}` symbols; `{found}` were entered.
    #[must_use]
    pub fn key_incomplete(found: impl Display, needed: impl Display) -> Self {
        Self::with(Code::KeyIncomplete, [text(&found), text(&needed)])
    }

    /// This is a live key; it does not work with a sandbox service.
    #[must_use]
    pub fn key_is_live_key() -> Self {
        Self::with(Code::KeyIsLiveKey, [])
    }

    /// This is a test key; it does not work with the live service.
    #[must_use]
    pub fn key_is_test_key() -> Self {
        Self::with(Code::KeyIsTestKey, [])
    }

    /// This looks like a Windows product key; it is not a key of this software.
    #[must_use]
    pub fn key_is_windows_key() -> Self {
        Self::with(Code::KeyIsWindowsKey, [])
    }

    /// The product key seems to contain typing mistakes.
    #[must_use]
    pub fn key_malformed() -> Self {
        Self::with(Code::KeyMalformed, [])
    }

    /// This product key was not issued by this service.
    #[must_use]
    pub fn key_not_genuine() -> Self {
        Self::with(Code::KeyNotGenuine, [])
    }

    /// What was entered does not look like a product key of this software.
    #[must_use]
    pub fn key_not_recognised() -> Self {
        Self::with(Code::KeyNotRecognised, [])
    }

    /// This product key has a format that this version cannot read.
    #[must_use]
    pub fn key_of_newer_format() -> Self {
        Self::with(Code::KeyOfNewerFormat, [])
    }

    /// This is a product key for `{found}`; it cannot be used for `{wanted}`.
    #[must_use]
    pub fn key_of_other_sku(found: impl Display, wanted: impl Display) -> Self {
        Self::with(Code::KeyOfOtherSku, [text(&found), text(&wanted)])
    }

    /// This product key was replaced by a new one.
    #[must_use]
    pub fn key_replaced() -> Self {
        Self::with(Code::KeyReplaced, [])
    }

    /// What was entered can be read as `{count}` different product keys.
    #[must_use]
    pub fn key_several(count: impl Display) -> Self {
        Self::with(Code::KeySeveral, [text(&count)])
    }

    /// The product key could be completed, but not checked.
    #[must_use]
    pub fn key_unchecked() -> Self {
        Self::with(Code::KeyUnchecked, [])
    }

    /// The lease file on this device is damaged.
    #[must_use]
    pub fn lease_damaged() -> Self {
        Self::with(Code::LeaseDamaged, [])
    }

    /// The lease on this device ran out on `{expired}`.
    #[must_use]
    pub fn lease_expired(expired: Timestamp) -> Self {
        Self::with(Code::LeaseExpired, [time(expired)])
    }

    /// The signature of the lease on this device does not hold.
    #[must_use]
    pub fn lease_not_genuine() -> Self {
        Self::with(Code::LeaseNotGenuine, [])
    }

    /// The lease kept here belongs to another installation.
    #[must_use]
    pub fn lease_of_other_installation() -> Self {
        Self::with(Code::LeaseOfOtherInstallation, [])
    }

    /// The lease kept here is for another product.
    #[must_use]
    pub fn lease_of_other_product() -> Self {
        Self::with(Code::LeaseOfOtherProduct, [])
    }

    /// This software runs on a provisional lease (until `{until}`).
    #[must_use]
    pub fn lease_provisional(until: impl Display) -> Self {
        Self::with(Code::LeaseProvisional, [text(&until)])
    }

    /// The licence data in `{path}` cannot be read.
    #[must_use]
    pub fn lease_store_damaged(path: impl Display) -> Self {
        Self::with(Code::LeaseStoreDamaged, [text(&path)])
    }

    /// The disk is full; the lease cannot be saved in `{path}`.
    #[must_use]
    pub fn lease_store_full(path: impl Display) -> Self {
        Self::with(Code::LeaseStoreFull, [text(&path)])
    }

    /// The lease cannot be saved: `{path}` cannot be written to.
    #[must_use]
    pub fn lease_store_read_only(path: impl Display) -> Self {
        Self::with(Code::LeaseStoreReadOnly, [text(&path)])
    }

    /// This installation is one of two copies; its lease is not renewed. The present lease runs on to its end.
    #[must_use]
    pub fn lease_superseded() -> Self {
        Self::with(Code::LeaseSuperseded, [])
    }

    /// This licence will end on `{effective}`.
    #[must_use]
    pub fn licence_end_announced(effective: Timestamp) -> Self {
        Self::with(Code::LicenceEndAnnounced, [time(effective)])
    }

    /// This licence ended on `{ended}`.
    #[must_use]
    pub fn licence_expired(ended: Timestamp) -> Self {
        Self::with(Code::LicenceExpired, [time(ended)])
    }

    /// No licence for this device was found.
    #[must_use]
    pub fn licence_not_found() -> Self {
        Self::with(Code::LicenceNotFound, [])
    }

    /// This licence starts on `{starts}`.
    #[must_use]
    pub fn licence_not_started(starts: Timestamp) -> Self {
        Self::with(Code::LicenceNotStarted, [time(starts)])
    }

    /// This licence was revoked.
    #[must_use]
    pub fn licence_revoked() -> Self {
        Self::with(Code::LicenceRevoked, [])
    }

    /// This licence is suspended at present.
    #[must_use]
    pub fn licence_suspended() -> Self {
        Self::with(Code::LicenceSuspended, [])
    }

    /// The audit of the verifiable log found problems: `{count}`.
    #[must_use]
    pub fn log_audit_failed(count: impl Display) -> Self {
        Self::with(Code::LogAuditFailed, [text(&count)])
    }

    /// Entry `{index}` of the verifiable log (event `{event}`) is not what got this place.
    #[must_use]
    pub fn log_entry_altered(index: impl Display, event: impl Display) -> Self {
        Self::with(Code::LogEntryAltered, [text(&index), text(&event)])
    }

    /// The verifiable log of this service is not signed yet.
    #[must_use]
    pub fn log_not_signed() -> Self {
        Self::with(Code::LogNotSigned, [])
    }

    /// The event `{event}` does not have its place in the verifiable log yet.
    #[must_use]
    pub fn log_not_yet(event: impl Display) -> Self {
        Self::with(Code::LogNotYet, [text(&event)])
    }

    /// The type of the request's body is not supported here.
    #[must_use]
    pub fn media_type_not_supported() -> Self {
        Self::with(Code::MediaTypeNotSupported, [])
    }

    /// This address does not accept this method.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        Self::with(Code::MethodNotAllowed, [])
    }

    /// The service has no issuing key that may sign at present.
    #[must_use]
    pub fn no_issuing_key() -> Self {
        Self::with(Code::NoIssuingKey, [])
    }

    /// The one-time number (nonce) of the request has run out or was not issued here.
    #[must_use]
    pub fn nonce_not_valid() -> Self {
        Self::with(Code::NonceNotValid, [])
    }

    /// This software is not activated on this device yet.
    #[must_use]
    pub fn not_activated() -> Self {
        Self::with(Code::NotActivated, [])
    }

    /// Stopped: the question was not answered with yes.
    #[must_use]
    pub fn not_confirmed(option: impl Display) -> Self {
        Self::with(Code::NotConfirmed, [text(&option)])
    }

    /// The position in the list is not valid.
    #[must_use]
    pub fn page_not_valid() -> Self {
        Self::with(Code::PageNotValid, [])
    }

    /// This passphrase will not do (`{rule}`).
    #[must_use]
    pub fn passphrase_not_suitable(rule: impl Display) -> Self {
        Self::with(Code::PassphraseNotSuitable, [text(&rule)])
    }

    /// The passphrase is wrong.
    #[must_use]
    pub fn passphrase_wrong() -> Self {
        Self::with(Code::PassphraseWrong, [])
    }

    /// This licence cannot be activated in this way.
    #[must_use]
    pub fn policy_route_not_allowed() -> Self {
        Self::with(Code::PolicyRouteNotAllowed, [])
    }

    /// Protocol version `{version}` is not supported here (supported: `{supported}`).
    #[must_use]
    pub fn protocol_not_supported(version: impl Display, supported: impl Display) -> Self {
        Self::with(Code::ProtocolNotSupported, [text(&version), text(&supported)])
    }

    /// This proof of purchase was good until `{expired}`.
    #[must_use]
    pub fn purchase_proof_expired(expired: Timestamp) -> Self {
        Self::with(Code::PurchaseProofExpired, [time(expired)])
    }

    /// The product key with the number `{number}` needs no proof of purchase.
    #[must_use]
    pub fn purchase_proof_not_needed(number: impl Display) -> Self {
        Self::with(Code::PurchaseProofNotNeeded, [text(&number)])
    }

    /// This proof of purchase is not good for this product key.
    #[must_use]
    pub fn purchase_proof_not_valid() -> Self {
        Self::with(Code::PurchaseProofNotValid, [])
    }

    /// This proof of purchase has been used; the newest that was used was issued at `{issued}`.
    #[must_use]
    pub fn purchase_proof_used(issued: Timestamp) -> Self {
        Self::with(Code::PurchaseProofUsed, [time(issued)])
    }

    /// Too many attempts in a short time; wait `{seconds}` seconds.
    #[must_use]
    pub fn rate_limited(seconds: impl Display) -> Self {
        Self::with(Code::RateLimited, [text(&seconds)])
    }

    /// `{path}` proves no entry of this service's log: `{detail}`.
    #[must_use]
    pub fn receipt_not_valid(path: impl Display, detail: impl Display) -> Self {
        Self::with(Code::ReceiptNotValid, [text(&path), text(&detail)])
    }

    /// The `{kind}` ``{id}`` exists already.
    #[must_use]
    pub fn record_exists(kind: impl Display, id: impl Display) -> Self {
        Self::with(Code::RecordExists, [text(&kind), text(&id)])
    }

    /// There is no `{kind}` ``{id}``.
    #[must_use]
    pub fn record_not_found(kind: impl Display, id: impl Display) -> Self {
        Self::with(Code::RecordNotFound, [text(&kind), text(&id)])
    }

    /// Somebody asked for the release of this device's seat (on `{asked}`).
    #[must_use]
    pub fn release_asked(asked: Timestamp) -> Self {
        Self::with(Code::ReleaseAsked, [time(asked)])
    }

    /// With the product key alone, this licence's other devices cannot be released.
    #[must_use]
    pub fn release_not_by_key() -> Self {
        Self::with(Code::ReleaseNotByKey, [])
    }

    /// That device is in use and keeps its seat (asked on `{asked}`).
    #[must_use]
    pub fn release_objected(asked: Timestamp, again: Timestamp) -> Self {
        Self::with(Code::ReleaseObjected, [time(asked), time(again)])
    }

    /// The request is not well formed: `{detail}`.
    #[must_use]
    pub fn request_malformed(detail: impl Display) -> Self {
        Self::with(Code::RequestMalformed, [text(&detail)])
    }

    /// This request is older than one that was accepted already, so nothing was done.
    #[must_use]
    pub fn request_replayed() -> Self {
        Self::with(Code::RequestReplayed, [])
    }

    /// The signature of the request does not hold.
    #[must_use]
    pub fn request_signature_invalid() -> Self {
        Self::with(Code::RequestSignatureInvalid, [])
    }

    /// The request is not signed.
    #[must_use]
    pub fn request_signature_missing() -> Self {
        Self::with(Code::RequestSignatureMissing, [])
    }

    /// The request is too large (`{bytes}` bytes; the limit is `{limit}`).
    #[must_use]
    pub fn request_too_large(bytes: impl Display, limit: impl Display) -> Self {
        Self::with(Code::RequestTooLarge, [text(&bytes), text(&limit)])
    }

    /// This needs the role of `{needed}` or higher; this token has the role of `{role}`.
    #[must_use]
    pub fn role_insufficient(role: impl Display, needed: impl Display) -> Self {
        Self::with(Code::RoleInsufficient, [text(&role), text(&needed)])
    }

    /// The service that answered is not the one this app trusts.
    #[must_use]
    pub fn root_not_pinned() -> Self {
        Self::with(Code::RootNotPinned, [])
    }

    /// There is nothing at this address.
    #[must_use]
    pub fn route_not_found() -> Self {
        Self::with(Code::RouteNotFound, [])
    }

    /// This lease was issued by a sandbox; a released app does not accept it.
    #[must_use]
    pub fn sandbox_lease_refused() -> Self {
        Self::with(Code::SandboxLeaseRefused, [])
    }

    /// `{active}` of `{seats}` devices are active on this licence.
    #[must_use]
    pub fn seat_limit_reached(active: impl Display, seats: impl Display) -> Self {
        Self::with(Code::SeatLimitReached, [text(&active), text(&seats)])
    }

    /// From `{from}` at the earliest, this device's seat may be given to another device.
    #[must_use]
    pub fn seat_reclaim_announced(from: Timestamp) -> Self {
        Self::with(Code::SeatReclaimAnnounced, [time(from)])
    }

    /// This device's activation was released.
    #[must_use]
    pub fn seat_released() -> Self {
        Self::with(Code::SeatReleased, [])
    }

    /// This device's seat was given to another device on `{reclaimed}`; now this device has a seat again.
    #[must_use]
    pub fn seat_was_reclaimed(reclaimed: Timestamp) -> Self {
        Self::with(Code::SeatWasReclaimed, [time(reclaimed)])
    }

    /// The activation service is busy.
    #[must_use]
    pub fn service_busy() -> Self {
        Self::with(Code::ServiceBusy, [])
    }

    /// There is no service in `{path}`.
    #[must_use]
    pub fn service_folder_empty(path: impl Display) -> Self {
        Self::with(Code::ServiceFolderEmpty, [text(&path)])
    }

    /// The activation service cannot answer at present.
    #[must_use]
    pub fn service_unavailable() -> Self {
        Self::with(Code::ServiceUnavailable, [])
    }

    /// The activation service (`{url}`) cannot be reached: `{detail}`.
    #[must_use]
    pub fn service_unreachable(url: impl Display, detail: impl Display) -> Self {
        Self::with(Code::ServiceUnreachable, [text(&url), text(&detail)])
    }

    /// There are several products on this device: `{products}`.
    #[must_use]
    pub fn several_products(products: impl Display) -> Self {
        Self::with(Code::SeveralProducts, [text(&products)])
    }

    /// The data in `{path}` contradicts itself and cannot be read.
    #[must_use]
    pub fn store_damaged(path: impl Display) -> Self {
        Self::with(Code::StoreDamaged, [text(&path)])
    }

    /// The disk is full; nothing can be saved in `{path}`.
    #[must_use]
    pub fn store_full(path: impl Display) -> Self {
        Self::with(Code::StoreFull, [text(&path)])
    }

    /// Another Warifu uses `{path}`.
    #[must_use]
    pub fn store_locked(path: impl Display) -> Self {
        Self::with(Code::StoreLocked, [text(&path)])
    }

    /// The data is of a newer Warifu (schema `{found}`; this program knows up to `{supported}`).
    #[must_use]
    pub fn store_newer(found: impl Display, supported: impl Display) -> Self {
        Self::with(Code::StoreNewer, [text(&found), text(&supported)])
    }

    /// `{path}` cannot be written to.
    #[must_use]
    pub fn store_read_only(path: impl Display) -> Self {
        Self::with(Code::StoreReadOnly, [text(&path)])
    }

    /// No secure connection to `{host}` could be made: `{detail}`.
    #[must_use]
    pub fn tls_failed(host: impl Display, detail: impl Display) -> Self {
        Self::with(Code::TlsFailed, [text(&host), text(&detail)])
    }

    /// A staff token is needed for this.
    #[must_use]
    pub fn token_missing() -> Self {
        Self::with(Code::TokenMissing, [])
    }

    /// This token is not valid.
    #[must_use]
    pub fn token_not_valid() -> Self {
        Self::with(Code::TokenNotValid, [])
    }

    /// Somebody else changed this record first.
    #[must_use]
    pub fn version_conflict() -> Self {
        Self::with(Code::VersionConflict, [])
    }

    /// This licence cannot be used in a virtual machine.
    #[must_use]
    pub fn vm_not_allowed() -> Self {
        Self::with(Code::VmNotAllowed, [])
    }
}
