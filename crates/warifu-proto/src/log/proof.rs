//! Inclusion proofs (RFC 6962, section 2.1.1), made from tiles and verified as in RFC 9162, section 2.1.3.2.

use super::tree::{Hash, TILE_WIDTH, node_hash, perfect_root};

/// The hashes that lead from the leaf at `index` to the root of the tree of `size` leaves, the leaf's sibling first. `tile` gives the hashes of
/// the tile at a level and index. `None` when there is no such leaf, or a tile is too short.
///
/// # Errors
/// What `tile` answers.
pub fn inclusion_proof<E>(
    index: u64,
    size: u64,
    mut tile: impl FnMut(u8, u64) -> Result<Vec<Hash>, E>,
) -> Result<Option<Vec<Hash>>, E> {
    if index >= size {
        return Ok(None);
    }
    let mut proof = Vec::new();
    let (mut begin, mut end) = (0, size);
    while end - begin > 1 {
        let middle = begin + split(end - begin);
        let (other, next) =
            if index < middle { ((middle, end), (begin, middle)) } else { ((begin, middle), (middle, end)) };
        let Some(hash) = range_root(other.0, other.1, &mut tile)? else { return Ok(None) };
        proof.push(hash);
        (begin, end) = next;
    }
    proof.reverse();
    Ok(Some(proof))
}

/// The largest power of two that is smaller than `leaves`, which are more than one.
const fn split(leaves: u64) -> u64 {
    1 << (63 - (leaves - 1).leading_zeros())
}

/// The root over the leaves from `begin` to before `end`, as the tree has them.
fn range_root<E>(
    begin: u64,
    end: u64,
    tile: &mut impl FnMut(u8, u64) -> Result<Vec<Hash>, E>,
) -> Result<Option<Hash>, E> {
    let leaves = end - begin;
    if !leaves.is_power_of_two() {
        let middle = begin + split(leaves);
        let Some(left) = range_root(begin, middle, tile)? else { return Ok(None) };
        let Some(right) = range_root(middle, end, tile)? else { return Ok(None) };
        return Ok(Some(node_hash(&left, &right)));
    }
    let height = leaves.trailing_zeros();
    let (level, count) = (height / 8, 1_usize << (height % 8));
    let at = begin >> (8 * level);
    let hashes = tile(u8::try_from(level).unwrap_or(u8::MAX), at / TILE_WIDTH as u64)?;
    let first = usize::try_from(at % TILE_WIDTH as u64).unwrap_or(TILE_WIDTH);
    Ok(hashes.get(first..first + count).map(perfect_root))
}

/// Whether `proof` leads from the leaf hash at `index` to the root of the tree of `size` leaves.
#[must_use]
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tree::tests::{leaves, naive_root, tiles_of};
    use super::*;

    /// RFC 6962, section 2.1.1, word for word.
    fn naive_proof(index: usize, leaves: &[Hash]) -> Vec<Hash> {
        if leaves.len() <= 1 {
            return Vec::new();
        }
        let k = usize::try_from(split(leaves.len() as u64)).unwrap();
        let (own, other) = if index < k { (0, &leaves[k..]) } else { (k, &leaves[..k]) };
        let side = if index < k { &leaves[..k] } else { &leaves[k..] };
        let mut proof = naive_proof(index - own, side);
        proof.push(naive_root(other));
        proof
    }

    proptest! {
        #[test]
        fn a_proof_from_tiles_is_the_naive_one_and_proves_nothing_else(
            (size, index) in (1..1_200_usize).prop_flat_map(|size| (Just(size), 0..size)),
            spoiled in any::<prop::sample::Index>(),
        ) {
            let (tree, tiles) = tiles_of(size, 100);
            let all = leaves(size);
            let proof = inclusion_proof(index as u64, size as u64, |level, at| Ok::<_, ()>(tiles[&(level, at)].clone()));
            let proof = proof.unwrap().unwrap();
            prop_assert_eq!(&proof, &naive_proof(index, &all));
            let verify = |leaf: &Hash, index: u64, size: u64, proof: &[Hash]| verify_inclusion(leaf, index, size, proof, &tree.root());
            prop_assert!(verify(&all[index], index as u64, size as u64, &proof));
            prop_assert!(!verify(&all[index], index as u64 + 1, size as u64, &proof));
            prop_assert!(!verify(&all[index], index as u64, index as u64, &proof));
            prop_assert!(!verify(&[7; 32], index as u64, size as u64, &proof));
            if !proof.is_empty() {
                let mut other = proof.clone();
                other[spoiled.index(proof.len())][0] ^= 1;
                prop_assert!(!verify(&all[index], index as u64, size as u64, &other));
                prop_assert!(!verify(&all[index], index as u64, size as u64, &proof[1..]));
            }
            let longer = [proof.clone(), vec![[1; 32]]].concat();
            prop_assert!(!verify(&all[index], index as u64, size as u64, &longer));
        }
    }

    #[test]
    fn there_is_no_proof_of_what_is_not_there() {
        let (tree, tiles) = tiles_of(5, 5);
        let none = inclusion_proof(5, 5, |level, at| Ok::<_, ()>(tiles[&(level, at)].clone()));
        assert_eq!(none, Ok(None));
        assert_eq!(
            inclusion_proof(0, 5, |_, _| Ok::<_, ()>(vec![[0; 32]])),
            Ok(None),
            "a tile that is too short"
        );
        assert!(!verify_inclusion(&[0; 32], 0, 0, &[], &tree.root()));
    }
}
