//! The tables of the report.

use std::fmt::Write as _;

use crate::drill::harness::report;

use super::hot::Hot;
use super::size::Size;

/// A whole number with commas.
pub(super) fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The table of one size of store.
pub(super) fn size(size: &Size) -> String {
    let mut table = format!(
        "{} licences in the store\n\n\
         | processor time, µs | HTTP alone | rows written alone | signature made + verified | *sum* | rows found alone | **sum of the parts** | the service | *÷ sum without finding* | **÷ parts** |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
        thousands(u64::from(size.licences))
    );
    for work in &size.works {
        let _ = writeln!(
            table,
            "| {} | {:.1} | {:.1} | {:.1} | *{:.1}* | {:.1} | **{:.1}** | {:.1} | *{:.2}* | **{:.2}** |",
            work.name,
            work.http,
            work.rows,
            work.signatures,
            work.without_finding(),
            work.finding,
            work.parts(),
            work.whole,
            work.ratio_without_finding(),
            work.ratio(),
        );
    }
    table.push_str("\n| by the clock | a second | p50 | p99 | commands a commit |\n|---|--:|--:|--:|--:|\n");
    for work in &size.works {
        let group = if work.group > 0.0 { format!("{:.0}", work.group) } else { "–".to_owned() };
        let _ = writeln!(
            table,
            "| {} | {} | {:.1} ms | {:.1} ms | {group} |",
            work.name,
            thousands(work.per_second.round() as u64),
            work.p50_millis,
            work.p99_millis,
        );
    }
    table
}

/// All tables.
pub(super) fn all(sizes: &[Size], hot: &Hot, signers: &str, start: &str) -> String {
    let mut text = format!("Measured on {}.\n\n## The service\n\n", report::today());
    for one in sizes {
        let _ = writeln!(text, "{}", size(one));
    }
    let _ = writeln!(text, "{}", by_size(sizes));
    let _ = writeln!(text, "## One licence with many devices\n\n{}", self::hot(hot));
    let _ = writeln!(text, "## The signatures\n\n{signers}\n## The client\n\n{start}");
    text
}

/// What grows with the store and what does not.
fn by_size(sizes: &[Size]) -> String {
    let mut table = String::from(
        "## From small to large\n\n\
         ![What the service costs beside its parts, from small stores to large ones](benchmarks-parts.svg)\n\n\
         ![How many times the parts the service costs](benchmarks-ratio.svg)\n\n\
         | licences | activation: service ÷ parts | service ÷ service at the smallest | rows alone, µs (by the clock, synced) | one row alone, µs | memory, MiB | at most |\n\
         |--:|--:|--:|--:|--:|--:|--:|\n",
    );
    let smallest = sizes.first().and_then(|size| size.works.first()).map_or(f64::NAN, |work| work.whole);
    for size in sizes {
        let Some(activation) = size.works.first() else { continue };
        let _ = writeln!(
            table,
            "| {} | {:.2} | {:.2} | {:.1} ({:.1}) | {:.1} ({:.1}) | {:.0} | {:.0} |",
            thousands(u64::from(size.licences)),
            activation.ratio(),
            activation.whole / smallest,
            size.activation_rows.cpu_micros,
            size.activation_rows.wall_micros,
            size.renewal_row.cpu_micros,
            size.renewal_row.wall_micros,
            size.memory.resident,
            size.memory.peak
        );
    }
    table
}

/// The hot licence.
pub(super) fn hot(hot: &Hot) -> String {
    let mut table = format!(
        "Activations beside a licence that has {} devices when they begin.\n\n\
         | activations | processor time, µs | ratio | a second | p50 | p99 |\n|---|--:|--:|--:|--:|--:|\n",
        thousands(hot.devices as u64)
    );
    let spread = hot.loads.first().map_or(f64::NAN, |load| load.micros);
    for load in &hot.loads {
        let _ = writeln!(
            table,
            "| {} | {:.1} | {:.2} | {} | {:.1} ms | {:.1} ms |",
            load.name,
            load.micros,
            load.micros / spread,
            thousands(load.per_second.round() as u64),
            load.p50_millis,
            load.p99_millis,
        );
    }
    table
}
