//! The known name that somebody who mistyped may have meant.

/// The name of `known` with the smallest edit distance, upper and lower case being alike.
pub fn nearest<'a>(typed: &str, known: &[&'a str]) -> &'a str {
    known.iter().copied().min_by_key(|name| distance(typed, name)).unwrap_or_default()
}

/// Levenshtein's distance, one row at a time.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, from) in one.bytes().enumerate() {
        let (mut diagonal, mut left) = (above, above + 1);
        for (cell, to) in row.iter_mut().skip(1).zip(other.bytes()) {
            let changed = diagonal + usize::from(!from.eq_ignore_ascii_case(&to));
            diagonal = *cell;
            left = changed.min(diagonal + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = above + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}
