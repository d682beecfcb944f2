//! Tables whose columns line up, wide characters included.

use unicode_width::UnicodeWidthStr;

/// Rows under headings. The last column is not padded.
pub(crate) fn aligned(headings: &[&str], rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = (0..headings.len())
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width());
            cells.chain([headings[column].width()]).max().unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    let headings: Vec<String> = headings.iter().map(|&heading| heading.to_owned()).collect();
    for row in std::iter::once(&headings).chain(rows) {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width()) + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Names with their values, one a line, the values lined up. Lines without a value are left out.
pub(crate) fn facts(facts: &[(&str, String)]) -> String {
    let shown = || facts.iter().filter(|(_, value)| !value.is_empty());
    let width = shown().map(|(name, _)| name.width()).max().unwrap_or(0);
    let mut text = String::new();
    for (name, value) in shown() {
        let padding = " ".repeat(width - name.width() + 2);
        let indent = format!("\n{}", " ".repeat(width + 2));
        text.push_str(&format!("{name}{padding}{}\n", value.replace('\n', &indent)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_by_what_the_terminal_shows_not_by_characters() {
        let rows = vec![vec!["描画".to_owned(), "1".to_owned()], vec!["draw".to_owned(), "2".to_owned()]];
        assert_eq!(aligned(&["名前", "数"], &rows), "名前  数\n描画  1\ndraw  2\n");
        assert_eq!(
            facts(&[("状態", "認証済み".into()), ("a", String::new()), ("b", "1\n2".into())]),
            "状態  認証済み\nb     1\n      2\n"
        );
    }
}
