//! Pages of lists.

/// Which part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<C> {
    /// Past the last one seen; takes precedence over `offset`.
    pub cursor: Option<C>,
    /// Past the first so many.
    pub offset: i64,
    /// At most so many, 1 to 500.
    pub limit: i64,
}

impl<C> Page<C> {
    /// The first `limit` of a list.
    #[must_use]
    pub fn first(limit: i64) -> Self {
        Self { cursor: None, offset: 0, limit }
    }
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T, C> {
    /// The part.
    pub items: Vec<T>,
    /// How many there are in all; not counted when a cursor continues a filtered list.
    pub total_count: Option<i64>,
    /// Where the next part begins, if there is one.
    pub next: Option<C>,
}

/// Cuts a list that was read with one item more than asked for, to see whether it goes on.
pub(crate) fn cut<T, C>(
    mut items: Vec<T>,
    limit: i64,
    total_count: Option<i64>,
    cursor_of: impl Fn(&T) -> C,
) -> Listed<T, C> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let goes_on = items.len() > limit;
    items.truncate(limit);
    let next = if goes_on { items.last().map(cursor_of) } else { None };
    Listed { items, total_count, next }
}

/// A part of a list that is read as a whole because it is short by nature (keys, users, roles).
pub(crate) fn part<T>(items: Vec<T>, page: &Page<i64>) -> Listed<T, i64> {
    let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let start = page.cursor.unwrap_or(page.offset);
    let skip = usize::try_from(start).unwrap_or(usize::MAX);
    let take = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let items: Vec<T> = items.into_iter().skip(skip).take(take).collect();
    let end = start.saturating_add(page.limit);
    Listed { items, total_count: Some(total), next: (end < total).then_some(end) }
}
