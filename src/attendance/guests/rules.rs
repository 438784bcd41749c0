//! Whether a session has room for one who makes up for another.

use crate::kit::columns::words;

words! {
    /// Where a guest stands.
    pub enum Place { Seat = "seat", Waiting = "waiting", Withdrawn = "withdrawn" }
}

/// A session's chairs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Chairs {
    /// Of its batch.
    pub seats: i64,
    pub enrolled: i64,
    /// Of those enrolled, who have said that they cannot come, with the trainer's consent.
    pub excused: i64,
    pub guests: i64,
}

impl Chairs {
    /// An approved apology frees the chair of one session, not the seat on the batch.
    pub fn free(self) -> i64 {
        (self.seats - (self.enrolled - self.excused) - self.guests).max(0)
    }
}

/// How far a person is expected to travel for it: the district, the second of these segments of his
/// unit's path, or as much of it as he has.
pub fn within_reach(path: &str) -> &str {
    path.get(..38).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_apology_frees_one_chair() {
        let check = |seats, enrolled, excused, guests, free| {
            assert_eq!(Chairs { seats, enrolled, excused, guests }.free(), free);
        };
        check(30, 28, 0, 0, 2);
        check(30, 30, 0, 0, 0);
        check(30, 30, 1, 0, 1);
        check(30, 30, 1, 1, 0);
        check(20, 30, 0, 0, 0);
    }

    #[test]
    fn reach_is_the_district() {
        let path = "1".repeat(57);
        assert_eq!(within_reach(&path).len(), 38);
        assert_eq!(within_reach("123"), "123");
    }
}
