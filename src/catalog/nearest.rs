//! "Did you mean": the candidates that are close to a name that was not found.

/// Up to `max` of the `candidates` that are near `wanted`, nearest first, ties in the order given.
///
/// Near means one of:
/// - at most a third of the length of `wanted` (at least one) insertions, deletions, replacements or swaps
///   of neighbours away, upper and lower case being equal;
/// - `wanted` is how the candidate begins (the rest was forgotten); it counts as one edit, and needs two
///   characters;
/// - the candidate is how `wanted` begins and makes up half of it.
///
/// Returns nothing for an empty name. The cost is bounded by the candidates: a long name that fits none is
/// cheap.
#[must_use]
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>, max: usize) -> Vec<&'a str> {
    let wanted = folded(wanted);
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut near: Vec<(usize, usize, &'a str)> = candidates
        .into_iter()
        .filter_map(|candidate| {
            let (edits, unlike) = closeness(&wanted, &folded(candidate))?;
            Some((edits, unlike, candidate))
        })
        .collect();
    near.sort_by_key(|&(edits, unlike, _)| (edits, unlike));
    near.dedup_by_key(|&mut (_, _, candidate)| candidate);
    near.truncate(max);
    near.into_iter().map(|(_, _, candidate)| candidate).collect()
}

/// The sort key of a near candidate: edits, then how much of it lies behind the common beginning.
fn closeness(wanted: &[char], candidate: &[char]) -> Option<(usize, usize)> {
    let common = wanted.iter().zip(candidate).take_while(|(a, b)| a == b).count();
    let unlike = candidate.len() - common;
    if wanted == candidate {
        return Some((0, 0));
    }
    if common == wanted.len() && common >= 2 {
        return Some((1, unlike));
    }
    let limit = (wanted.len() / 3).max(1);
    if common == candidate.len() && common * 2 >= wanted.len() {
        return Some((limit.min(wanted.len() - common), unlike));
    }
    let edits = edit_distance(wanted, candidate, limit)?;
    Some((edits, unlike))
}

/// Damerau-Levenshtein distance (no substring is edited twice), or `None` if it is over `limit`.
fn edit_distance(a: &[char], b: &[char], limit: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    // Row i holds the distances of a[..i] to every beginning of b.
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut a_before = None;
    for (i, &from) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        let mut left = i + 1;
        let mut b_before = None;
        for (j, &to) in b.iter().enumerate() {
            let above = *last.get(j + 1)?;
            let diagonal = *last.get(j)?;
            let mut edits = (left + 1).min(above + 1).min(diagonal + usize::from(from != to));
            if a_before == Some(to) && b_before == Some(from) && j > 0 {
                edits = edits.min(before_last.get(j - 1)? + 1);
            }
            row.push(edits);
            left = edits;
            b_before = Some(to);
        }
        if row.iter().all(|&edits| edits > limit) {
            return None;
        }
        before_last = std::mem::replace(&mut last, row);
        a_before = Some(from);
    }
    last.last().copied().filter(|&edits| edits <= limit)
}

fn folded(name: &str) -> Vec<char> {
    name.chars().map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(a: &str, b: &str) -> Option<usize> {
        edit_distance(&folded(a), &folded(b), 99)
    }

    #[test]
    fn a_swap_of_neighbours_is_one_edit() {
        assert_eq!(distance("standrad", "standard"), Some(1));
        assert_eq!(distance("ab", "ba"), Some(1));
        assert_eq!(distance("kitten", "sitting"), Some(3));
        assert_eq!(distance("", "abc"), Some(3));
        assert_eq!(distance("same", "same"), Some(0));
    }

    #[test]
    fn the_distance_is_symmetric() {
        let words = ["a", "ab", "ba", "replicas", "relpicas", "g6-standard-8", "ca", "abc"];
        for a in words {
            for b in words {
                assert_eq!(distance(a, b), distance(b, a), "{a} {b}");
            }
        }
    }

    #[test]
    fn the_nearest_come_first_and_ties_keep_their_order() {
        let fields = ["replicas", "resources", "region", "retention", "port", "image"];
        assert_eq!(nearest("relpicas", fields, 3), ["replicas"]);
        assert_eq!(nearest("Replicas", fields, 3), ["replicas"]);
        assert_eq!(nearest("re", fields, 2), ["region", "replicas"]);
        assert_eq!(nearest("regoin", fields, 3), ["region"]);
        assert_eq!(nearest("imagee", fields, 3), ["image"]);
    }

    #[test]
    fn an_unrelated_name_has_no_neighbours() {
        let fields = ["replicas", "resources", "region", "port"];
        for name in ["", "x", "database", "host", "zzzzzzzzzzzz"] {
            assert!(nearest(name, fields, 3).is_empty(), "{name:?}");
        }
    }

    #[test]
    fn a_huge_name_is_compared_with_nothing() {
        let name = "a".repeat(1_000_000);
        assert!(nearest(&name, ["aaa", "bbb"], 3).is_empty());
    }

    #[test]
    fn no_more_than_max_are_returned_and_none_twice() {
        assert_eq!(nearest("ab", ["abc", "abc", "abd", "abe"], 2), ["abc", "abd"]);
        assert!(nearest("ab", ["abc"], 0).is_empty());
    }
}
