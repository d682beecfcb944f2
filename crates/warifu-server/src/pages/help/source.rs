//! Where a piece of knowledge comes from, as pages name it.

use warifu_core::catalogue::Lang;

/// A source: a link, or a name.
pub(super) struct SourceView {
    pub(super) text: String,
    /// Empty for a source that has no address.
    pub(super) address: &'static str,
}

/// The sources of an entry, each document once.
pub(super) fn sources(entry: &[&'static str], lang: Lang) -> Vec<SourceView> {
    entry.iter().map(|source| SourceView::new(source, lang)).collect()
}

impl SourceView {
    fn new(source: &'static str, lang: Lang) -> Self {
        if let Some(rest) = source.strip_prefix("https://") {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            let document = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            let text = if document.is_empty() { host.to_owned() } else { format!("{host} … {document}") };
            return Self { text, address: source };
        }
        Self { text: by(source, lang).to_owned(), address: "" }
    }
}

/// Whose word something is.
pub(super) fn by(name: &'static str, lang: Lang) -> &'static str {
    match (name, lang) {
        ("Windows guide (Japanese)", Lang::Ja) => "Windows 11のライセンス認証についての解説記事",
        ("Windows guide (Japanese)", Lang::En) => "a Japanese guide to Windows 11 activation",
        ("Microsoft (consumer page)", Lang::Ja) => "Microsoft（個人向けのページ）",
        ("Microsoft (volume page)", Lang::Ja) => "Microsoft（組織向けのページ）",
        ("Win32", Lang::Ja) => "Windowsの汎用メッセージ",
        ("Win32", Lang::En) => "Windows’ generic message",
        _ => name,
    }
}

/// How sure a piece of knowledge is.
pub(super) const fn basis(basis: &str, lang: Lang) -> &'static str {
    match (basis.as_bytes(), lang) {
        (b"read", Lang::Ja) => "公開されている文書で確認した内容です。",
        (b"read", Lang::En) => "Checked against published documents.",
        (b"derived", Lang::Ja) => {
            "公開されているコード表から導いた内容です。実際の状況とは合わないことがあります。"
        }
        (b"derived", Lang::En) => "Derived from a published table of codes; your situation may differ.",
        (_, Lang::Ja) => "公開された文書では確認できていない内容です。参考としてお読みください。",
        (_, Lang::En) => "Not confirmed by a published document; take it as a hint.",
    }
}
