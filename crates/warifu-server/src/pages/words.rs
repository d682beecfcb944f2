//! The words of the pages themselves.

use warifu_core::catalogue::{Kind, Lang, Retry};

/// The words of one language.
#[derive(Debug)]
pub(in crate::pages) struct Words {
    pub(in crate::pages) skip: &'static str,
    pub(in crate::pages) languages: &'static str,
    pub(in crate::pages) sandbox: &'static str,
    pub(in crate::pages) home_title: &'static str,
    pub(in crate::pages) home_lead: &'static str,
    pub(in crate::pages) home_error_title: &'static str,
    pub(in crate::pages) home_error: &'static str,
    pub(in crate::pages) home_developers: &'static str,
    pub(in crate::pages) description: &'static str,
    pub(in crate::pages) service_id: &'static str,
    pub(in crate::pages) version: &'static str,
    pub(in crate::pages) help_title: &'static str,
    pub(in crate::pages) help_lead: &'static str,
    pub(in crate::pages) cause: &'static str,
    pub(in crate::pages) remedy: &'static str,
    pub(in crate::pages) retry: &'static str,
    pub(in crate::pages) windows: &'static str,
    pub(in crate::pages) values: &'static str,
    pub(in crate::pages) unknown_title: &'static str,
    pub(in crate::pages) unknown_lead: &'static str,
    pub(in crate::pages) missing_title: &'static str,
    pub(in crate::pages) missing_lead: &'static str,
    pub(in crate::pages) home_link: &'static str,
    pub(in crate::pages) help_link: &'static str,
}

const JA: Words = Words {
    skip: "本文へ移動",
    languages: "表示言語",
    sandbox: "テスト用のサービスです。ここで発行されるキーと利用許可は、製品版のアプリでは使えません。",
    home_title: "ライセンス認証サービス",
    home_lead: "アプリのライセンス認証を受け付けているサービスです。認証の操作は、アプリの画面から行ってください。",
    home_error_title: "エラーが表示されたとき",
    home_error: "エラーコードや起きたことから、原因と直し方を調べられます。アプリのライセンス認証にも、Windowsのライセンス認証にも使えます。",
    home_developers: "開発者の方へ",
    description: "APIの説明",
    service_id: "サービスID",
    version: "バージョン",
    help_title: "エラーコード一覧",
    help_lead: "表示されたコードを選ぶと、原因と対処を確認できます。",
    cause: "原因",
    remedy: "対処",
    retry: "再試行",
    windows: "Windowsで同じ意味のコード",
    values: "「…」の部分には、実際の画面では数や日付などが入ります。",
    unknown_title: "このエラーコードは見つかりません",
    unknown_lead: "コードの打ち間違いがないかを確認してください。近いものは次のとおりです。",
    missing_title: "このページは見つかりません",
    missing_lead: "アドレスの打ち間違いか、このサービスにはないページです。次のページからお探しください。",
    home_link: "トップページ",
    help_link: "ライセンス認証で困ったとき",
};

const EN: Words = Words {
    skip: "Skip to content",
    languages: "Language",
    sandbox: "This is a service for testing. Released applications do not accept its keys or leases.",
    home_title: "Activation service",
    home_lead: "This service activates applications. To activate one, use the application itself.",
    home_error_title: "When you see an error",
    home_error: "From an error code or from what happened, find the cause and how to put it right: for applications, and for Windows itself.",
    home_developers: "For developers",
    description: "API description",
    service_id: "Service id",
    version: "Version",
    help_title: "Error codes",
    help_lead: "Choose the code that you were shown to see its cause and what to do.",
    cause: "Cause",
    remedy: "What to do",
    retry: "Trying again",
    windows: "Windows code of the same meaning",
    values: "Where this page shows “…”, your screen has a number, a date or a name.",
    unknown_title: "There is no such error code",
    unknown_lead: "Check its spelling. These are the nearest:",
    missing_title: "There is no such page",
    missing_lead: "The address is misspelt, or this service does not have the page. Start from one of these:",
    home_link: "Front page",
    help_link: "Help with activation",
};

pub(in crate::pages) const fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Ja => &JA,
        Lang::En => &EN,
    }
}

/// The heading of a kind of failure.
pub(in crate::pages) const fn kind(kind: Kind, lang: Lang) -> &'static str {
    match (kind, lang) {
        (Kind::Key, Lang::Ja) => "プロダクトキー",
        (Kind::Key, Lang::En) => "Product key",
        (Kind::Licence, Lang::Ja) => "ライセンス",
        (Kind::Licence, Lang::En) => "Licence",
        (Kind::Device, Lang::Ja) => "デバイス",
        (Kind::Device, Lang::En) => "Device",
        (Kind::Lease, Lang::Ja) => "デバイスに保存された利用許可",
        (Kind::Lease, Lang::En) => "Lease kept on the device",
        (Kind::Network, Lang::Ja) => "通信",
        (Kind::Network, Lang::En) => "Network",
        (Kind::Service, Lang::Ja) => "サービス",
        (Kind::Service, Lang::En) => "Service",
        (Kind::Permission, Lang::Ja) => "権限",
        (Kind::Permission, Lang::En) => "Permission",
        (Kind::Usage, Lang::Ja) => "リクエストと操作",
        (Kind::Usage, Lang::En) => "Requests and commands",
        (_, Lang::Ja) => "Warifuの不具合",
        (_, Lang::En) => "Faults of Warifu",
    }
}

pub(in crate::pages) const fn retry(retry: Retry, lang: Lang) -> &'static str {
    match (retry, lang) {
        (Retry::Never, Lang::Ja) => "対処を行うまで、同じ操作を繰り返しても結果は変わりません。",
        (Retry::Never, Lang::En) => "The same attempt fails again until something changes.",
        (Retry::AtOnce, Lang::Ja) => "すぐに、もう一度お試しください。",
        (Retry::AtOnce, Lang::En) => "Try again at once.",
        (Retry::Later, Lang::Ja) => "少し時間をおいて、もう一度お試しください。",
        (Retry::Later, Lang::En) => "Try again after a while.",
    }
}
