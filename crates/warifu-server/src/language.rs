//! Which language a reader wants.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use warifu_core::catalogue::Lang;

/// The language of `Accept-Language`: of those that Warifu speaks the one with the highest weight, the first of equals; English when none is
/// named.
pub(crate) fn language(headers: &HeaderMap) -> Lang {
    let text = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut best = (0, Lang::En);
    for entry in text.split(',').take(32) {
        let mut parts = entry.split(';');
        let Some(lang) = Lang::from_tag(parts.next().unwrap_or_default().trim()) else { continue };
        let weight = parts.find_map(|part| part.trim().strip_prefix("q=").map(weight)).unwrap_or(1000);
        if weight > best.0 {
            best = (weight, lang);
        }
    }
    best.1
}

/// A weight in thousandths; what cannot be read weighs nothing.
fn weight(text: &str) -> u16 {
    match text.parse::<f32>() {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000 by the guard")]
        Ok(weight) if (0.0..=1.0).contains(&weight) => (weight * 1000.0) as u16,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_language_that_warifu_speaks_is_taken() {
        for (header, lang) in [
            ("ja", Lang::Ja),
            ("ja-JP,ja;q=0.9,en-US;q=0.8,en;q=0.7", Lang::Ja),
            ("en;q=0.5, ja;q=0.6", Lang::Ja),
            ("fr, de;q=0.9", Lang::En),
            ("fr, ja;q=0.1", Lang::Ja),
            ("ja;q=0", Lang::En),
            ("ja;q=NaN", Lang::En),
            ("ja;q=7", Lang::En),
            ("", Lang::En),
            ("*", Lang::En),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, header.parse().unwrap());
            assert_eq!(language(&headers), lang, "{header}");
        }
        assert_eq!(language(&HeaderMap::new()), Lang::En);
    }
}
