//! A failure on the terminal: what happened, why, what to do, and where to read more on a device that has a browser.

use std::io::{self, Write};

use super::{Style, Ui, qr};
use crate::error::CliError;
use crate::key_check::marked_offer;

impl Ui {
    /// Shows why a command did not succeed.
    pub(crate) fn failure(&self, error: &CliError) {
        let mut stderr = io::stderr().lock();
        // When standard error is closed, the exit code still tells.
        let _ = if self.json {
            writeln!(stderr, "{}", *error.to_json(self.lang))
        } else {
            stderr.write_all(self.failure_text(error).as_bytes())
        };
    }

    fn failure_text(&self, error: &CliError) -> String {
        let mut text = String::new();
        let mut line = |style, label: &str, said: &str| {
            text.push_str(&format!("{} {said}\n", self.paint(style, label)));
        };
        line(Style::Bad, self.say("エラー:", "error:"), &error.message(self.lang));
        line(Style::Strong, self.say("原因:", "cause:"), &error.cause(self.lang));
        line(Style::Good, self.say("対処:", "hint:"), &error.remedy(self.lang));
        if let Some(finding) = error.deeper_finding() {
            let (title, percent) = (finding.title(self.lang), finding.confidence() * 100.0);
            let what = self.say("ありそうな原因:", "likely:");
            line(Style::Strong, what, &format!("{title} ({percent:.0} %)"));
            if let Some(remedy) = finding.remedy() {
                line(Style::Good, self.say("最初の対処:", "first:"), remedy.title(self.lang));
            }
            let more = self.say(
                "`warifu doctor` で、さらに絞り込めます。",
                "`warifu doctor` asks what is still worth knowing.",
            );
            line(Style::Strong, self.say("絞り込み:", "narrow down:"), more);
        }
        for holder in error.holders() {
            let class = holder.class.label(self.lang);
            let said = self.say(
                format!(
                    "{class}、{}に追加、最後の通信 {}、通信がなければ {} に空きます（枠 {}）",
                    holder.since, holder.last_contact, holder.free_from, holder.seat
                ),
                format!(
                    "{class}, added {}, last heard of {}, free on {} if it stays silent (seat {})",
                    holder.since, holder.last_contact, holder.free_from, holder.seat
                ),
            );
            text.push_str(&format!("  - {said}\n"));
        }
        if !error.holders().is_empty() {
            text.push_str(self.say(
                "  失くしたデバイスがあれば、`warifu ask-release --seat 枠` で枠の解除を申し込めます（ライセンスが認めている場合）。\n",
                "  If one of these devices is lost, ask for its seat with `warifu ask-release --seat SEAT`, where the licence allows it.\n",
            ));
        }
        if let Some(offer) = error.offer() {
            text.push_str(&marked_offer(self, offer));
        }
        if let Some(url) = error.help_url() {
            text.push_str(&format!("{} {url}\n", self.paint(Style::Strong, self.say("詳細:", "more:"))));
            if let Some(code) = (self.qr && !on_this_machine(&url)).then(|| qr::code(&url)).flatten() {
                text.push_str(&code);
            }
        }
        text
    }
}

/// Whether an address means the machine itself, so that no telephone could open it.
fn on_this_machine(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    ["127.", "localhost", "[::1]"].iter().any(|start| host.starts_with(start))
}

#[cfg(test)]
mod tests {
    use warifu_core::catalogue::{Failure, Lang};

    use super::*;

    #[test]
    fn a_failure_says_what_why_and_what_to_do_and_ends_in_a_link_and_a_code() {
        let error = CliError::from(Failure::key_not_genuine()).at(Some("https://a.example"));
        for (lang, labels) in [
            (Lang::En, ["error: ", "cause: ", "hint: ", "more: "]),
            (Lang::Ja, ["エラー: ", "原因: ", "対処: ", "詳細: "]),
        ] {
            let ui = Ui { lang, json: false, colour: false, qr: true };
            let text = ui.failure_text(&error);
            let lines: Vec<&str> = text.lines().collect();
            for (line, label) in lines.iter().zip(labels) {
                assert!(line.starts_with(label), "{line}");
            }
            assert_eq!(lines[3].split(' ').next_back(), Some("https://a.example/help/key_not_genuine"));
            assert!(text.contains('█') && !text.contains('\u{1b}'));
            let here = CliError::from(Failure::key_not_genuine()).at(Some("http://127.0.0.1:7370"));
            assert!(!ui.failure_text(&here).contains('█'));
        }
    }
}
