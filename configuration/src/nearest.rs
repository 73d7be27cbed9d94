//! What somebody may have meant.

/// Letters that may be wrong, missing or too many in a word that was meant as another: more, and it is likelier to be none of them.
const SLIPS_MAX: usize = 2;

/// The fix for a `word` that is none of `known`: the one that is nearest to it, if one is near, and otherwise all of them.
pub(super) fn one_of<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let near = known.iter().map(|name| (slips(word, name), *name));
    match near.min() {
        Some((slips, name)) if slips <= SLIPS_MAX => format!("did you mean {name}?"),
        _ => format!("one of: {}", known.join(", ")),
    }
}

/// How many letters to change, add or leave out to make one word of the other.
fn slips(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (number, letter) in one.chars().enumerate() {
        let mut next = vec![number + 1];
        for (pair, also) in row.windows(2).zip(&other) {
            let (Some(above_left), Some(above), Some(left)) =
                (pair.first(), pair.last(), next.last())
            else {
                break;
            };
            let change = above_left + usize::from(letter != *also);
            next.push(change.min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_meant_if_it_is_near() {
        let known = ["per_day", "per_month", "environments"];
        let fix = |word| one_of(word, known);
        assert_eq!(fix("per_dya"), "did you mean per_day?");
        assert_eq!(fix("perday"), "did you mean per_day?");
        assert_eq!(fix("enviroments"), "did you mean environments?");
        assert_eq!(fix("limit"), "one of: per_day, per_month, environments");
        assert_eq!(
            (slips("", "abc"), slips("abc", ""), slips("abc", "abc")),
            (3, 3, 0)
        );
    }
}
