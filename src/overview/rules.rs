//! What stands first on a start page.

use crate::kit::clock::Moment;

/// The place of the next session: the first, by time, that is on and not over.
pub fn next_of<'a>(
    meetings: impl Iterator<Item = (&'a str, Moment)>,
    now: Moment,
) -> Option<usize> {
    meetings
        .enumerate()
        .find(|(_, (state, ends_at))| *state == "published" && *ends_at > now)
        .map(|(i, _)| i)
}

/// Whether the roll can be taken: from 15 minutes before the start.
pub fn roll_is_open(starts_at: Moment, now: Moment) -> bool {
    now >= starts_at.plus_minutes(-15)
}

/// Whole percent, rounded down; nothing of nothing is none.
pub fn percent(part: i64, whole: i64) -> i64 {
    if whole <= 0 { 0 } else { part * 100 / whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_session_is_on_and_not_over() {
        let at = |text: &str| Moment::parse(text).unwrap();
        let now = at("2026-03-02 08:00");
        let check = |meetings: &[(&str, &str)], next: Option<usize>| {
            assert_eq!(
                next_of(meetings.iter().map(|(s, e)| (*s, at(e))), now),
                next,
                "{meetings:?}"
            );
        };
        check(&[], None);
        check(&[("published", "2026-03-01 10:00")], None);
        check(&[("published", "2026-03-01 10:00"), ("published", "2026-03-02 08:01")], Some(1));
        check(&[("cancelled", "2026-03-03 10:00"), ("published", "2026-03-04 10:00")], Some(1));
    }

    #[test]
    fn percents_round_down() {
        for (part, whole, said) in [(0, 0, 0), (1, 3, 33), (2, 3, 66), (3, 3, 100)] {
            assert_eq!(percent(part, whole), said);
        }
    }
}
