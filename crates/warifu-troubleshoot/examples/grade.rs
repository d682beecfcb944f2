//! Grades the engine on files of cases: `cargo run -p warifu-troubleshoot --example grade -- FOLDER...`. The development tool; the
//! graded corpus itself is `tests/cases.rs`.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a developer's tool")]

use std::fs;

use warifu_troubleshoot::Session;
use warifu_troubleshoot::evidence::Evidence;
use warifu_troubleshoot::knowledge::WINDOWS;

fn main() {
    let mut buckets = [(0_u32, 0_u32, 0.0_f64); 10];
    let (mut n, mut top1, mut top3, mut cw, mut unk) = (0, 0, 0, 0, 0);
    for folder in std::env::args().skip(1) {
        let mut paths: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().path())
            .filter(|p| p.extension().is_some_and(|e| e == "json"))
            .collect();
        paths.sort();
        for path in paths {
            let text = fs::read_to_string(&path).unwrap();
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            let truth: Vec<&str> =
                value["truth"]["cause"].as_array().unwrap().iter().filter_map(|v| v.as_str()).collect();
            let Some(evidence) = Evidence::from_json(&text) else { continue };
            let mut session = Session::new(&WINDOWS);
            session.evidence(&evidence);
            let d = session.diagnose();
            let names: Vec<(&str, f64)> =
                d.findings.iter().map(|f| (WINDOWS.causes[f.cause].id, f.confidence)).collect();
            let first = names.first().is_some_and(|(id, _)| truth.contains(id));
            let third = names.iter().take(3).any(|(id, _)| truth.contains(id));
            n += 1;
            top1 += u32::from(first);
            top3 += u32::from(third);
            unk += u32::from(d.unknown);
            let confident = !first && !d.unknown && names.first().is_some_and(|(_, c)| *c >= 0.7);
            cw += u32::from(confident);
            if let Some((_, confidence)) = names.first() {
                let bucket = &mut buckets[((confidence * 10.0) as usize).min(9)];
                bucket.0 += 1;
                bucket.1 += u32::from(first);
                bucket.2 += confidence;
            }
            if !first {
                let facts: Vec<String> = session
                    .facts()
                    .all()
                    .iter()
                    .map(|f| format!("{}={}", session.facts().kind(f).id, f.value))
                    .collect();
                println!(
                    "{}{} truth {truth:?}\n   got {:?}{}\n   facts {facts:?}\n   next {:?}",
                    if confident { "!! " } else { "" },
                    path.file_stem().unwrap().to_string_lossy(),
                    names.iter().map(|(i, c)| format!("{i} {c:.2}")).collect::<Vec<_>>(),
                    if d.unknown { " UNKNOWN" } else { "" },
                    d.next.map(|q| WINDOWS.facts[q.fact].id)
                );
            }
        }
    }
    for (count, right, sum) in buckets.iter().filter(|bucket| bucket.0 > 0) {
        println!("  confidence {:.2}: {right} of {count} right", sum / f64::from(*count));
    }
    println!("{n} cases: first {top1}, three {top3}, confidently wrong {cw}, unknown {unk}");
}
