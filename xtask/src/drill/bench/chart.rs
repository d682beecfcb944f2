//! The report's pictures: SVG files beside it, drawn from the same numbers as its tables, readable on light and on dark pages.

use std::fmt::Write as _;
use std::fs;

use crate::repository;

use super::RATIO_MAX;
use super::size::{Size, Work};
use super::table::thousands;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 320.0;
/// Room for the axis' numbers, the title and the names below.
const LEFT: f64 = 48.0;
const TOP: f64 = 56.0;
const BOTTOM: f64 = 64.0;

/// Writes the pictures.
pub(super) fn write(sizes: &[Size]) -> Result<(), String> {
    for (path, picture) in
        [("docs/benchmarks-ratio.svg", ratios(sizes)), ("docs/benchmarks-parts.svg", parts(sizes))]
    {
        fs::write(repository::root().join(path), picture).map_err(|error| format!("{path}: {error}"))?;
        println!("wrote {path}");
    }
    Ok(())
}

/// One bar: its height, and the class that colours it.
struct Bar {
    value: f64,
    class: String,
}

/// Bars in groups: for each kind of work one group, in it one bar for each size of store.
struct Picture {
    text: String,
    /// The value at the top.
    most: f64,
}

impl Picture {
    fn new(title: &str, most: f64) -> Self {
        let text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}\" \
             font-family=\"system-ui, sans-serif\" font-size=\"12\">\n<style>\n\
             text {{ fill: #24292f }} .line {{ stroke: #8c959f }} .limit {{ stroke: #cf222e }} .text-limit {{ fill: #cf222e }}\n\
             .a {{ fill: #54aeff }} .b {{ fill: #218bff }} .c {{ fill: #0969da }} .d {{ fill: #033d8b }}\n\
             .http {{ fill: #218bff }} .rows {{ fill: #2da44e }} .signatures {{ fill: #8250df }} .finding {{ fill: #bf8700 }} .whole {{ fill: none; stroke: #24292f }}\n\
             @media (prefers-color-scheme: dark) {{\n\
             text {{ fill: #e6edf3 }} .line {{ stroke: #6e7681 }} .limit {{ stroke: #ff7b72 }} .text-limit {{ fill: #ff7b72 }}\n\
             .a {{ fill: #cae8ff }} .b {{ fill: #80ccff }} .c {{ fill: #388bfd }} .d {{ fill: #1f6feb }}\n\
             .http {{ fill: #388bfd }} .rows {{ fill: #3fb950 }} .signatures {{ fill: #a371f7 }} .finding {{ fill: #d29922 }} .whole {{ stroke: #e6edf3 }}\n\
             }}\n</style>\n<text x=\"{LEFT}\" y=\"20\" font-size=\"14\" font-weight=\"600\">{title}</text>\n"
        );
        Self { text, most }
    }

    fn height(&self, value: f64) -> f64 {
        value / self.most * (HEIGHT - TOP - BOTTOM)
    }

    fn level(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - self.height(value)
    }

    fn words(&mut self, x: f64, y: f64, anchor: &str, class: &str, words: &str) {
        let _ = writeln!(
            self.text,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" class=\"{class}\">{words}</text>"
        );
    }

    /// A line across, with its value beside it.
    fn across(&mut self, value: f64, digits: usize, class: &str) {
        let y = self.level(value);
        let dashes = if class == "limit" { " stroke-dasharray=\"6 4\"" } else { "" };
        let _ = writeln!(
            self.text,
            "<line x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{y:.1}\" y2=\"{y:.1}\" class=\"{class}\" stroke-width=\"1\"{dashes}/>"
        );
        self.words(LEFT - 6.0, y + 4.0, "end", &format!("text-{class}"), &format!("{value:.digits$}"));
    }

    /// Bars on top of each other, `from` being where the lowest stands.
    fn stack(&mut self, x: f64, width: f64, bars: &[Bar]) {
        let mut from = 0.0;
        for Bar { value, class } in bars {
            let (y, height) = (self.level(from + value), self.height(*value));
            let _ = writeln!(
                self.text,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" class=\"{class}\"/>"
            );
            from += value;
        }
    }

    /// What the colours mean.
    fn legend(&mut self, entries: &[(&str, String)]) {
        let mut x = LEFT;
        for (class, words) in entries {
            let _ = writeln!(
                self.text,
                "<rect x=\"{x:.1}\" y=\"30\" width=\"12\" height=\"12\" class=\"{class}\"/>"
            );
            self.words(x + 17.0, 40.0, "start", "", words);
            x += 40.0 + 6.6 * words.chars().count() as f64;
        }
    }

    fn end(mut self) -> String {
        self.text.push_str("</svg>\n");
        self.text
    }
}

/// Each kind of work with its figures at every size of store.
fn by_work(sizes: &[Size]) -> Vec<(&'static str, Vec<&Work>)> {
    let names = sizes.first().map_or(&[][..], |size| &size.works);
    let work = |place: usize| sizes.iter().filter_map(|size| size.works.get(place)).collect();
    names.iter().enumerate().map(|(place, first)| (first.name, work(place))).collect()
}

/// A size as it stands below a bar.
fn short(licences: u32) -> String {
    match licences {
        1_000_000.. => format!("{}M", licences / 1_000_000),
        1_000.. => format!("{}k", licences / 1_000),
        _ => licences.to_string(),
    }
}

/// How many times the parts the service costs.
fn ratios(sizes: &[Size]) -> String {
    const COLOURS: [&str; 4] = ["a", "b", "c", "d"];
    let works = by_work(sizes);
    let highest = works.iter().flat_map(|(_, works)| works).map(|work| work.ratio()).fold(2.0, f64::max);
    let mut picture =
        Picture::new("Processor time of the service ÷ sum of its unavoidable parts", highest.ceil());
    for value in 0..=highest.ceil() as u32 {
        picture.across(f64::from(value), 1, "line");
    }
    let legend: Vec<_> = sizes
        .iter()
        .zip(COLOURS.iter().cycle())
        .map(|(size, colour)| (*colour, format!("{} licences", thousands(u64::from(size.licences)))))
        .collect();
    picture.legend(&legend);
    let span = (WIDTH - LEFT) / works.len() as f64;
    for (place, (name, works)) in works.iter().enumerate() {
        let (begin, width) = (LEFT + span * place as f64 + span * 0.1, span * 0.8 / works.len() as f64);
        for (at, (work, colour)) in works.iter().zip(COLOURS.iter().cycle()).enumerate() {
            let x = begin + width * at as f64;
            picture.stack(x, width * 0.86, &[Bar { value: work.ratio(), class: (*colour).to_owned() }]);
            let ratio = format!("{:.2}", work.ratio());
            picture.words(x + width * 0.43, picture.level(work.ratio()) - 4.0, "middle", "", &ratio);
        }
        picture.words(begin + span * 0.4, HEIGHT - BOTTOM + 20.0, "middle", "", name);
    }
    picture.across(RATIO_MAX, 1, "limit");
    picture.end()
}

/// The parts on top of each other, and the service as a frame around them.
fn parts(sizes: &[Size]) -> String {
    let works = by_work(sizes);
    let highest = works.iter().flat_map(|(_, works)| works).map(|work| work.whole).fold(50.0, f64::max);
    let top = (highest / 50.0).ceil() * 50.0;
    let mut picture =
        Picture::new("Processor time, µs: the parts alone, and the service as a frame around them", top);
    for step in 0..=(top / 50.0) as u32 {
        picture.across(f64::from(step) * 50.0, 0, "line");
    }
    let legend = [
        ("signatures", "signatures".to_owned()),
        ("http", "HTTP".to_owned()),
        ("rows", "rows written".to_owned()),
        ("finding", "rows found".to_owned()),
        ("whole", "the service".to_owned()),
    ];
    picture.legend(&legend);
    let span = (WIDTH - LEFT) / works.len() as f64;
    for (place, (name, works)) in works.iter().enumerate() {
        let (begin, width) = (LEFT + span * place as f64 + span * 0.1, span * 0.8 / works.len() as f64);
        for (at, (work, size)) in works.iter().zip(sizes).enumerate() {
            let x = begin + width * at as f64;
            let bar = |value, class: &str| Bar { value, class: class.to_owned() };
            let bars = [
                bar(work.signatures, "signatures"),
                bar(work.http, "http"),
                bar(work.rows, "rows"),
                bar(work.finding, "finding"),
            ];
            picture.stack(x, width * 0.8, &bars);
            picture.stack(x, width * 0.8, &[bar(work.whole, "whole")]);
            picture.words(x + width * 0.4, HEIGHT - BOTTOM + 16.0, "middle", "", &short(size.licences));
        }
        picture.words(begin + span * 0.4, HEIGHT - BOTTOM + 36.0, "middle", "", name);
    }
    picture.end()
}

#[cfg(test)]
mod tests {
    use crate::drill::bench::rows::RowCost;
    use crate::drill::harness::process::Memory;

    use super::*;

    fn size(licences: u32, whole: f64) -> Size {
        let row = RowCost { cpu_micros: 1.0, wall_micros: 1.0 };
        let work = |name, whole| Work {
            name,
            http: 15.0,
            rows: 30.0,
            signatures: 55.0,
            finding: 10.0,
            whole,
            per_second: 1.0,
            p50_millis: 1.0,
            p99_millis: 1.0,
            group: 1.0,
        };
        Size {
            licences,
            activation_rows: row,
            renewal_row: row,
            works: vec![work("activation", whole), work("status", whole / 2.0)],
            memory: Memory { resident: 1.0, peak: 1.0 },
        }
    }

    #[test]
    fn a_picture_shows_every_work_at_every_size_with_its_limit() {
        let sizes = [size(10_000, 154.0), size(1_000_000, 165.0)];
        let picture = ratios(&sizes);
        for part in
            ["1.40", "1.50", "10,000 licences", "class=\"limit\"", "prefers-color-scheme: dark", ">status<"]
        {
            assert!(picture.contains(part), "{part}: {picture}");
        }
        let picture = parts(&sizes);
        assert_eq!(picture.matches("class=\"whole\"").count(), 1 + 4, "four frames and their legend");
        assert!(picture.contains(">1M<") && picture.ends_with("</svg>\n"));
    }
}
