//! The Merkle tree of RFC 6962, section 2.1, kept by its right edge: of each level of tiles the one that is not full yet. Appending and the root
//! need nothing else.

use aws_lc_rs::digest::{Context, SHA256, digest};

/// A SHA-256 hash of the tree.
pub type Hash = [u8; 32];

/// How many hashes a full tile has.
pub const TILE_WIDTH: usize = 256;

/// How many levels of full tiles lie below one, as bits of an index.
const TILE_BITS: u32 = 8;

/// The hash of a leaf: SHA-256 of a zero byte and the entry.
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    hashed(&[&[0], entry])
}

/// The hash of an inner node: SHA-256 of a one byte and both children.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    hashed(&[&[1], left, right])
}

/// The root of a tree without leaves.
#[must_use]
pub fn empty_root() -> Hash {
    to_hash(digest(&SHA256, &[]).as_ref())
}

fn hashed(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    to_hash(context.finish().as_ref())
}

fn to_hash(bytes: &[u8]) -> Hash {
    let mut hash = [0; 32];
    hash.copy_from_slice(bytes);
    hash
}

/// The root of a perfect tree over `hashes`, whose number is a power of two.
pub(super) fn perfect_root(hashes: &[Hash]) -> Hash {
    match hashes {
        [hash] => *hash,
        _ => {
            let (left, right) = hashes.split_at(hashes.len() / 2);
            node_hash(&perfect_root(left), &perfect_root(right))
        }
    }
}

/// A tile: consecutive hashes of one level. Those of level 0 are of leaves; those above each of a full tile of the level below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// The level, from 0.
    pub level: u8,
    /// Its place in the level, from 0.
    pub index: u64,
    /// 1 to [`TILE_WIDTH`] hashes.
    pub hashes: Vec<Hash>,
}

impl Tile {
    /// How many hashes the tile at this place has in a tree of `size` leaves: 0 to [`TILE_WIDTH`].
    #[must_use]
    pub fn width(level: u8, index: u64, size: u64) -> usize {
        let level_width = size.checked_shr(TILE_BITS * u32::from(level)).unwrap_or(0);
        let before = index.saturating_mul(TILE_WIDTH as u64);
        usize::try_from(level_width.saturating_sub(before)).unwrap_or(TILE_WIDTH).min(TILE_WIDTH)
    }

    /// The hashes in a row of bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.hashes.concat()
    }

    /// The hashes in a row of bytes; `None` when it is empty, longer than a tile, or cut short.
    #[must_use]
    pub fn parse_hashes(bytes: &[u8]) -> Option<Vec<Hash>> {
        let (hashes, rest) = bytes.as_chunks::<32>();
        let fits = rest.is_empty() && (1..=TILE_WIDTH).contains(&hashes.len());
        fits.then(|| hashes.to_vec())
    }
}

/// A tree by its right edge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    size: u64,
    /// Of each level the hashes that fill no tile yet.
    edge: Vec<Vec<Hash>>,
}

impl Tree {
    /// The tree of `size` leaves, from the tiles of its right edge: `tile` gives the hashes of the partial tile at a level and index.
    ///
    /// # Errors
    /// What `tile` answers, and `None` inside when a tile has not the width that the size asks for.
    pub fn from_tiles<E>(
        size: u64,
        mut tile: impl FnMut(u8, u64) -> Result<Vec<Hash>, E>,
    ) -> Result<Option<Self>, E> {
        let mut edge = Vec::new();
        for level in 0..8_u8 {
            if size.checked_shr(TILE_BITS * u32::from(level)).unwrap_or(0) == 0 {
                break;
            }
            let index = size.checked_shr(TILE_BITS * (u32::from(level) + 1)).unwrap_or(0);
            let width = Tile::width(level, index, size);
            let hashes = if width == 0 { Vec::new() } else { tile(level, index)? };
            if hashes.len() != width {
                return Ok(None);
            }
            edge.push(hashes);
        }
        Ok(Some(Self { size, edge }))
    }

    /// How many leaves it has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Appends leaves, and answers with every tile that is new or has grown, each once as it is then.
    pub fn append(&mut self, leaves: impl IntoIterator<Item = Hash>) -> Vec<Tile> {
        let mut tiles = Vec::new();
        let mut highest = None;
        for leaf in leaves {
            self.size += 1;
            let mut hash = leaf;
            for level in 0.. {
                if self.edge.len() == usize::from(level) {
                    self.edge.push(Vec::new());
                }
                let hashes = &mut self.edge[usize::from(level)];
                hashes.push(hash);
                highest = highest.max(Some(level));
                if hashes.len() < TILE_WIDTH {
                    break;
                }
                let hashes = std::mem::take(hashes);
                hash = perfect_root(&hashes);
                tiles.push(Tile { level, index: self.index_at(level) - 1, hashes });
            }
        }
        for level in highest.map_or(0..0, |highest: u8| 0..highest + 1) {
            let hashes = &self.edge[usize::from(level)];
            if !hashes.is_empty() {
                tiles.push(Tile { level, index: self.index_at(level), hashes: hashes.clone() });
            }
        }
        tiles
    }

    /// The index of the tile at the right edge of a level.
    fn index_at(&self, level: u8) -> u64 {
        self.size.checked_shr(TILE_BITS * (u32::from(level) + 1)).unwrap_or(0)
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut root = None;
        // From the right: each level's hashes are perfect subtrees, as the bits of their number say, the smallest on the right.
        for hashes in &self.edge {
            let mut end = hashes.len();
            while end > 0 {
                let begin = end - (1 << end.trailing_zeros());
                let left = perfect_root(&hashes[begin..end]);
                root = Some(root.map_or(left, |right| node_hash(&left, &right)));
                end = begin;
            }
        }
        root.unwrap_or_else(empty_root)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::encoding::{hex, parse_hex};

    /// RFC 6962, section 2.1, word for word.
    pub(crate) fn naive_root(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let mut k = 1;
                while k * 2 < leaves.len() {
                    k *= 2;
                }
                node_hash(&naive_root(&leaves[..k]), &naive_root(&leaves[k..]))
            }
        }
    }

    pub(crate) fn leaves(count: usize) -> Vec<Hash> {
        (0..count as u64).map(|index| leaf_hash(&index.to_be_bytes())).collect()
    }

    /// Every tile as it is after the appends.
    pub(crate) fn tiles_of(count: usize, step: usize) -> (Tree, HashMap<(u8, u64), Vec<Hash>>) {
        let mut tree = Tree::default();
        let mut tiles = HashMap::new();
        for part in leaves(count).chunks(step.max(1)) {
            for tile in tree.append(part.iter().copied()) {
                tiles.insert((tile.level, tile.index), tile.hashes);
            }
        }
        (tree, tiles)
    }

    /// The eight leaves and the roots that the tests of Certificate Transparency have used since 2011.
    #[test]
    fn the_known_roots_of_rfc_6962_come_out() {
        let inputs = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut tree = Tree::default();
        assert_eq!(hex(&tree.root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        for (input, root) in inputs.iter().zip(roots) {
            let bytes: Vec<u8> = (0..input.len())
                .step_by(2)
                .map(|at| parse_hex::<1>(&input[at..at + 2]).unwrap()[0])
                .collect();
            tree.append([leaf_hash(&bytes)]);
            assert_eq!(hex(&tree.root()), root);
        }
    }

    #[test]
    fn the_example_of_the_specification_has_its_tiles() {
        let widths = |level, index| Tile::width(level, index, 70_000);
        assert_eq!((widths(0, 272), widths(0, 273), widths(0, 274)), (256, 112, 0));
        assert_eq!((widths(1, 0), widths(1, 1), widths(1, 2)), (256, 17, 0));
        assert_eq!((widths(2, 0), widths(3, 0), widths(63, 0)), (1, 0, 0));
        assert_eq!((Tile::width(0, 0, 256), Tile::width(1, 0, 256)), (256, 1));
    }

    #[test]
    fn two_levels_of_tiles_agree_with_the_naive_tree() {
        let count = 66_000;
        let (tree, tiles) = tiles_of(count, 997);
        assert_eq!(tree.root(), naive_root(&leaves(count)));
        for (&(level, index), hashes) in &tiles {
            assert_eq!(hashes.len(), Tile::width(level, index, count as u64), "{level} {index}");
        }
        let again =
            Tree::from_tiles(count as u64, |level, index| Ok::<_, ()>(tiles[&(level, index)].clone()));
        assert_eq!(again, Ok(Some(tree)));
    }

    proptest! {
        #[test]
        fn any_way_of_appending_gives_the_naive_tree(count in 0..1_500_usize, step in 1..700_usize) {
            let (tree, tiles) = tiles_of(count, step);
            prop_assert_eq!(tree.size(), count as u64);
            prop_assert_eq!(tree.root(), naive_root(&leaves(count)));
            for (&(level, index), hashes) in &tiles {
                prop_assert_eq!(hashes.len(), Tile::width(level, index, count as u64));
            }
            let zero: Vec<Hash> = (0..)
                .map_while(|index| tiles.get(&(0, index)))
                .flat_map(|hashes| hashes.iter().copied())
                .collect();
            prop_assert_eq!(zero, leaves(count));
            let again = Tree::from_tiles(count as u64, |level, index| Ok::<_, ()>(tiles[&(level, index)].clone()));
            prop_assert_eq!(again, Ok(Some(tree)));
        }
    }
}
