//! The tables of the report.

use std::fmt::Write as _;

use crate::drill::bench::REPORT;
use crate::drill::bench::table::thousands;
use crate::drill::harness::report;

use super::Postgres;

/// Writes the report's part.
pub(in crate::drill::bench) fn write(measured: &[Postgres]) -> Result<(), String> {
    let mut text = format!("Measured on {}.\n\n", report::today());
    for one in measured {
        text.push_str(&one.table());
        text.push('\n');
    }
    report::write(REPORT, "bench --only postgres", text.trim_end())
}

impl Postgres {
    /// The table of one size of database.
    pub(in crate::drill::bench) fn table(&self) -> String {
        let mut table = format!(
            "{} licences in the database\n\n\
             | processor time, µs | nodes | HTTP alone | signatures | rows written by `pgbench` | rows found by `pgbench` | **sum of the parts** | \
             the nodes | the server | **÷ parts** |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
            thousands(u64::from(self.licences))
        );
        for work in &self.works {
            let _ = writeln!(
                table,
                "| {} | {} | {:.1} | {:.1} | {:.1} | {:.1} | **{:.1}** | {:.1} | {:.1} | **{:.2}** |",
                work.name,
                work.nodes,
                work.http,
                work.signatures,
                work.rows,
                work.finding,
                work.parts(),
                work.node,
                work.server,
                work.ratio(),
            );
        }
        table.push_str(
            "\n| by the clock | nodes | a second | p50 | p99 | commands a commit |\n|---|--:|--:|--:|--:|--:|\n",
        );
        for work in &self.works {
            let group = if work.group > 0.0 { format!("{:.0}", work.group) } else { "–".to_owned() };
            let _ = writeln!(
                table,
                "| {} | {} | {} | {:.1} ms | {:.1} ms | {group} |",
                work.name,
                work.nodes,
                thousands(work.per_second.round() as u64),
                work.p50_millis,
                work.p99_millis,
            );
        }
        let (grouped, alone) = (&self.parts.activation, &self.parts.activation_alone);
        let _ = writeln!(
            table,
            "\nAlone, `pgbench` with its server takes {:.1} µs ({:.1} µs by the clock) for the rows of an activation when 64 share a commit, and {:.1} µs \
             ({:.1} µs by the clock, 64 connections) when each has a commit of its own.",
            grouped.cpu_micros, grouped.wall_micros, alone.cpu_micros, alone.wall_micros,
        );
        table
    }
}
