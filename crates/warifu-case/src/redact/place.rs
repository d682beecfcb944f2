//! Where somebody lives or works: postal codes and addresses of Japan and of English-speaking countries.

use super::{Kind, Pattern, Work};

/// A postal code that says that it is one.
static POSTAL_CODE: Pattern =
    Pattern::new(r"〒[ \t]?[0-9]{3}-?§[0-9]{4}\b|郵便番号[ は:]{0,3}[0-9]{3}-?§[0-9]{4}\b");
/// A prefecture and a town in it, with the house and the building when they are told.
static OF_PREFECTURE: Pattern = Pattern::new(concat!(
    r"(?:\b[0-9]{3}-§[0-9]{4}[ \t\n§]*)?(?:北海道|東京都|京都府|大阪府|\p{Han}{2,3}県)§?[ \t]?",
    r"[\p{Han}\p{Hiragana}\p{Katakana}ーヶ]{1,8}?[市区町村郡]",
    r"(?:[\p{Han}\p{Hiragana}\p{Katakana}ーヶ§ ]{0,16}?[ \t]?",
    r"[0-9]{1,4}(?:§?(?:丁目|番地?|号|の|-)§?[0-9]{1,5})+(?:§?(?:番地?|号室?))?",
    r"(?:[ \t]?[\p{Han}\p{Hiragana}\p{Katakana}ーA-Za-z]{1,16}?(?:ビル|マンション|ハイツ|アパート|コーポ|荘|タワー|ハウス|メゾン)(?:[ \t]?[0-9]{1,4}(?:階|号室?|F\b)?)?)?)?",
));
/// A house in a town.
static HOUSE: Pattern = Pattern::new(concat!(
    r"[\p{Han}\p{Katakana}ヶー]{1,8}[市区町村郡]§?[\p{Han}\p{Hiragana}\p{Katakana}ーヶ§]{1,16}?[ \t]?",
    r"[0-9]{1,4}(?:§?(?:丁目|番地?|号|の|-)§?[0-9]{1,5})+(?:§?(?:番地?|号室?))?",
));
/// A house in a street, with the town when its code follows.
static STREET: Pattern = Pattern::new(concat!(
    r"\b[0-9]{1,5}[A-Za-z]? (?:[A-Z][A-Za-z'.]+ ){1,3}",
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Court|Ct|Terrace|Crescent|Square|Drive)\b",
    r"(?:,? (?:Apt|Apartment|Suite|Unit|Flat|Floor)\b\.? ?[0-9A-Za-z-]{1,6})?",
    r"(?:(?:, [A-Z][a-z]+(?: [A-Z][a-z]+){0,2})?,? (?:[A-Z]{2} [0-9]{5}(?:-[0-9]{4})?|[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2})\b)?",
));

/// Takes out places. Numbers that are keys or telephone numbers are gone already.
pub(super) fn places(work: &mut Work) {
    work.apply(&OF_PREFECTURE, |_, found| Some((Kind::Place, found.get(0)?.range())));
    work.apply(&HOUSE, |_, found| Some((Kind::Place, found.get(0)?.range())));
    work.apply(&POSTAL_CODE, |_, found| Some((Kind::Place, found.get(0)?.range())));
    work.apply(&STREET, |_, found| {
        let whole = found.get(0)?;
        // `1 Solid State Drive` is none.
        let disk = ["State Drive", "Hard Drive", "Disk Drive", "Flash Drive", "External Drive"];
        (!disk.iter().any(|disk| whole.as_str().contains(disk))).then(|| (Kind::Place, whole.range()))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_one() {
        for pattern in [&POSTAL_CODE, &OF_PREFECTURE, &HOUSE, &STREET] {
            assert!(pattern.get().is_some(), "{}", pattern.text);
        }
    }
}
