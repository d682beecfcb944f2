//! QR codes made of half-block characters.

use fast_qr::qr::QRBuilder;

/// The code of a text as lines for a terminal; `None` when the text is too long for one.
pub(crate) fn code(text: &str) -> Option<String> {
    let code = QRBuilder::new(text).build().ok()?;
    Some(format!("{}\n", code.to_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_square_of_blocks_half_as_many_lines_as_columns() {
        let text = code("https://licences.example.com/help/seat_limit_reached").unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let columns = lines[0].chars().count();
        assert!(lines.iter().all(|line| line.chars().count() == columns));
        assert!(lines.len().abs_diff(columns / 2) <= 1, "{} lines, {columns} columns", lines.len());
        assert!(code(&"x".repeat(10_000)).is_none());
    }
}
