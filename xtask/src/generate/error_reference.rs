//! `docs/errors.md`: the reference of every failure in both languages, one heading (and so one anchor) for each code.

use std::fmt::{self, Write};

use super::catalogue::{Catalogue, Entry};

/// Chapters in the order of a product's life, by file, with their titles.
const CHAPTERS: [(&str, &str); 9] = [
    ("keys", "Product keys · プロダクトキー"),
    ("licences", "Licences and seats · ライセンスと台数"),
    ("hardware", "Hardware · ハードウェア"),
    ("lease", "On the device · デバイス上の状態"),
    ("protocol", "Requests · リクエスト"),
    ("service", "The service and its store · サービスとデータ"),
    ("staff", "Staff and records · 担当者と記録"),
    ("log", "The verifiable log · 検証可能ログ"),
    ("command", "The command line · コマンド"),
];

/// The whole file. A file of the catalogue without a chapter is an error: its codes would have no page.
pub(crate) fn markdown(catalogue: &Catalogue) -> Result<String, String> {
    if let Some((code, entry)) =
        catalogue.entries.iter().find(|(_, entry)| CHAPTERS.iter().all(|(file, _)| *file != entry.file))
    {
        return Err(format!("{}.toml: [{code}]: add a chapter for this file to {}", entry.file, file!()));
    }
    let mut out = String::new();
    write(catalogue, &mut out).map_err(|error| error.to_string())?;
    Ok(out)
}

fn write(catalogue: &Catalogue, out: &mut String) -> fmt::Result {
    writeln!(out, "<!-- Made by `cargo xtask generate` from knowledge/catalogue. Do not edit. -->\n")?;
    writeln!(out, "# Error reference · エラー一覧\n")?;
    writeln!(
        out,
        "Every failure of Warifu carries one of these codes: in the API (`code`), in the SDK, on the command line and on every"
    )?;
    writeln!(
        out,
        "page. A code is never renamed or used for something else. *Retry* says whether the same request may succeed later without"
    )?;
    writeln!(
        out,
        "anybody doing anything; *exit* is the exit code of the command line; *Windows* is the code with which Windows says the same.\n"
    )?;
    writeln!(
        out,
        "Warifu の失敗には、必ずこの一覧のコードが付きます。コードの名前と意味が変わることはありません。\n"
    )?;
    for (file, title) in CHAPTERS {
        let entries = || catalogue.entries.iter().filter(move |(_, entry)| entry.file == file);
        writeln!(
            out,
            "- {title}: {}",
            entries().map(|(code, _)| format!("[{code}](#{code})")).collect::<Vec<_>>().join(" · ")
        )?;
    }
    for (file, title) in CHAPTERS {
        writeln!(out, "\n## {title}")?;
        for (code, entry) in catalogue.entries.iter().filter(|(_, entry)| entry.file == file) {
            write_entry(code, entry, out)?;
        }
    }
    if !catalogue.retired.is_empty() {
        writeln!(out, "\n## Retired codes · 廃止したコード\n")?;
        for code in &catalogue.retired {
            writeln!(out, "- `{code}`")?;
        }
    }
    Ok(())
}

fn write_entry(code: &str, entry: &Entry, out: &mut String) -> fmt::Result {
    let data = &entry.data;
    let retry = match entry.retry() {
        Some("AtOnce") => "at once",
        Some("Later") => "later",
        _ => "no",
    };
    write!(
        out,
        "\n### {code}\n\nHTTP {} · kind `{}` (exit {}) · retry: {retry}",
        data.status,
        data.kind,
        exit_code(&data.kind)
    )?;
    if let Some(windows) = &data.windows {
        write!(out, " · Windows {windows}")?;
    }
    if !entry.values.is_empty() {
        let names: Vec<_> = entry.values.iter().map(|(name, _)| format!("`{name}`")).collect();
        write!(out, " · values: {}", names.join(", "))?;
    }
    writeln!(out, "\n")?;
    writeln!(out, "**{}** {} *{}*\n", data.en.message, data.en.cause, data.en.remedy)?;
    writeln!(out, "**{}** {} *{}*", data.ja.message, data.ja.cause, data.ja.remedy)
}

/// As `Kind::exit_code` in core, which this program must not need to compile.
fn exit_code(kind: &str) -> u8 {
    ["internal", "usage", "key", "licence", "device", "lease", "network", "service", "permission"]
        .iter()
        .position(|known| *known == kind)
        .map_or(1, |index| index as u8 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use warifu_core::catalogue::Kind;

    #[test]
    fn the_reference_names_the_exit_codes_of_the_product() {
        for kind in Kind::ALL {
            assert_eq!(exit_code(kind.as_str()), kind.exit_code(), "{}", kind.as_str());
        }
    }
}
