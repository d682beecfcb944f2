//! The paths of tiles and bundles: `x001/x234/067.p/12`.

use super::tree::TILE_WIDTH;

/// Which tile or bundle a path names: its index in the level, and how many hashes or entries are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TilePath {
    /// The index.
    pub index: u64,
    /// 1 to [`TILE_WIDTH`]; all of a full one.
    pub width: usize,
}

/// The path of a tile or bundle after its level.
#[must_use]
pub fn tile_path(path: &TilePath) -> String {
    let mut rest = path.index / 1_000;
    let mut text = format!("{:03}", path.index % 1_000);
    while rest > 0 {
        text = format!("x{:03}/{text}", rest % 1_000);
        rest /= 1_000;
    }
    if path.width < TILE_WIDTH {
        text.push_str(&format!(".p/{}", path.width));
    }
    text
}

/// The tile or bundle that a path names; `None` for any other spelling.
#[must_use]
pub fn parse_tile_path(text: &str) -> Option<TilePath> {
    let (path, width) = match text.split_once(".p/") {
        Some((path, width)) => (path, width.parse().ok().filter(|width| (1..TILE_WIDTH).contains(width))?),
        None => (text, TILE_WIDTH),
    };
    let mut index: u64 = 0;
    for part in path.split('/') {
        let digits = part.strip_prefix('x').unwrap_or(part);
        if digits.len() != 3 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        index = index.checked_mul(1_000)?.checked_add(digits.parse().ok()?)?;
    }
    let found = TilePath { index, width };
    (tile_path(&found) == text).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        let check = |index, width, text: &str| {
            assert_eq!(tile_path(&TilePath { index, width }), text);
            assert_eq!(parse_tile_path(text), Some(TilePath { index, width }));
        };
        check(1_234_067, 256, "x001/x234/067");
        check(0, 256, "000");
        check(999, 1, "999.p/1");
        check(1_000, 255, "x001/000.p/255");
        for text in [
            "",
            "0",
            "00",
            "0000",
            "x000/001",
            "001/002",
            "x01/002",
            "000.p/0",
            "000.p/256",
            "000.p/01",
            "000.p/",
            "000/",
            "-01",
            "x001",
        ] {
            assert_eq!(parse_tile_path(text), None, "{text}");
        }
    }
}
