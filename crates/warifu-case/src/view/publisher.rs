//! What the publisher sees: the trace. Every fact with its origin, every point with its rule, the versions, and who signed.

use std::fmt::Write as _;

use serde::Serialize;
use warifu_core::catalogue::Lang;
use warifu_proto::encoding::hex;

use super::agent::replayed;
use crate::bundle::{Bundle, SignedBy};
use crate::content::{Client, Finding, KnownFact};
use crate::replay::Replay;

/// The publisher's view.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Publisher {
    /// What it is about.
    pub subject: String,
    /// When it was made, by the sender's clock.
    pub made: String,
    /// The program that made it.
    pub client: Client,
    /// Whose key signed.
    pub signed_by: SignedBy,
    /// The installation, when its key signed.
    pub installation: Option<String>,
    /// SHA-256 of the content.
    pub digest: String,
    /// The version of the knowledge that found it, and that of this program.
    pub knowledge: String,
    /// The version of the knowledge of this program; none when it does not know the subject.
    pub knowledge_now: Option<&'static str>,
    /// The facts.
    pub facts: Vec<KnownFact>,
    /// The findings, with the points of each rule in thousandths.
    pub findings: Vec<Finding>,
    /// The findings now, where they are others.
    pub findings_now: Option<Vec<Finding>>,
    /// What a replay comes to.
    pub replay: Option<&'static str>,
}

/// Makes the view.
#[must_use]
pub fn of(bundle: &Bundle) -> Publisher {
    let content = bundle.content();
    let replay = Replay::of(content);
    Publisher {
        subject: content.subject.clone(),
        made: content.made.clone(),
        client: content.client.clone(),
        signed_by: bundle.signed_by(),
        installation: bundle.installation().map(|id| id.to_string()),
        digest: hex(&bundle.digest()),
        knowledge: content.knowledge.clone(),
        knowledge_now: replay.as_ref().map(|replay| replay.knowledge),
        facts: content.facts.clone(),
        findings: content.findings.clone(),
        findings_now: replay
            .as_ref()
            .filter(|replay| replay.recorded != replay.now)
            .map(|replay| replay.now.findings.clone()),
        replay: replay.map(|replay| replay.outcome().name()),
    }
}

impl Publisher {
    /// The view as text.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        let say = |ja, en| if lang == Lang::Ja { ja } else { en };
        let mut out = String::new();
        let signer = match (&self.installation, self.signed_by) {
            (Some(id), _) => id.clone(),
            (None, _) => say("このケースのために作られた鍵", "a key made for this case").to_owned(),
        };
        for (label, value) in [
            (say("対象", "subject"), self.subject.as_str()),
            (say("作成", "made"), &self.made),
            (
                say("プログラム", "program"),
                &format!("{} {} ({})", self.client.name, self.client.version, self.client.system),
            ),
            (say("署名", "signed by"), &signer),
            (say("ダイジェスト", "digest"), &self.digest),
            (say("知識", "knowledge"), &self.knowledge),
            (say("今の知識", "knowledge now"), self.knowledge_now.unwrap_or("-")),
        ] {
            let _ = writeln!(out, "{label}: {value}");
        }
        let _ = writeln!(out, "\n{}", say("事実", "Facts"));
        for fact in &self.facts {
            let _ = writeln!(out, "  {}={}  {} {}", fact.fact, fact.value, fact.from, fact.strength);
        }
        let mut findings = |title: &str, findings: &[Finding]| {
            let _ = writeln!(out, "\n{title}");
            for finding in findings {
                let _ = writeln!(out, "  {:.3}  {}", f64::from(finding.confidence) / 1000.0, finding.cause);
                for piece in &finding.evidence {
                    let points = f64::from(piece.points) / 1000.0;
                    let _ = writeln!(out, "    {points:>+7.3}  {}  [{}]", piece.rule, piece.facts.join(" "));
                }
            }
        };
        findings(say("診断結果", "Findings"), &self.findings);
        if let Some(now) = &self.findings_now {
            findings(say("今の知識による診断結果", "Findings by the knowledge of now"), now);
        }
        if let Some(outcome) = self.replay {
            let _ = writeln!(out, "\n{} {}", say("再診断:", "Replay:"), replayed(outcome, lang));
        }
        out
    }
}
