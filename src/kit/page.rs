//! Paging: a bounded slice of a list, with the way to the next one.

use serde::{Deserialize, Serialize};

/// Rows on one page of a list.
pub const ROWS: i64 = 50;

/// `?page=` of a list: 1 and up.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct PageNumber {
    page: Option<u32>,
}

impl PageNumber {
    pub fn of(page: Option<u32>) -> Self {
        Self { page }
    }

    pub fn number(self) -> i64 {
        i64::from(self.page.unwrap_or(1).clamp(1, 100_000))
    }

    pub fn offset(self) -> i64 {
        (self.number() - 1) * ROWS
    }
}

/// What the paging part of a page needs. `base` is the address with its filters, ready for
/// `page=N`. A total is not counted: on a large list it would cost more than the list.
#[derive(Debug, Serialize)]
pub struct Paging {
    pub number: i64,
    /// Whether there is a page after this one.
    pub more: bool,
    pub base: String,
}

impl Paging {
    /// Cuts the one row too many that tells whether there is a next page.
    pub fn cut<T>(
        rows: &mut Vec<T>,
        page: PageNumber,
        path: &str,
        filters: &[(&str, &str)],
    ) -> Self {
        let most = usize::try_from(ROWS).unwrap_or(50);
        let more = rows.len() > most;
        rows.truncate(most);
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in filters.iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        let query = query.finish();
        let glue = if query.is_empty() { "" } else { "&" };
        Self { number: page.number(), more, base: format!("{path}?{query}{glue}") }
    }
}

/// `?limit=` and `?after=` of an API list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    pub limit: Option<i64>,
    pub after: Option<i64>,
}

/// An API list: its items, and the cursor of the next ones.
#[derive(Debug, Serialize)]
pub struct Listing<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

impl<T> Listing<T> {
    /// From one row more than was asked for: the extra one only tells that there is a next page.
    pub fn cut(mut items: Vec<T>, limit: i64, cursor: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(0);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(cursor) } else { None };
        Self { items, next }
    }
}

/// The most rows that one API answer holds.
pub fn limit_of(asked: Option<i64>) -> i64 {
    asked.unwrap_or(ROWS).clamp(1, 200)
}
