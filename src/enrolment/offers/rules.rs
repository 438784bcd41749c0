//! How long an offer stands.

use chrono_tz::Tz;

use crate::kit::clock::Moment;
use crate::kit::columns::words;
use crate::kit::night;

words! {
    /// What became of an offer.
    pub enum Said {
        Open = "open",
        Taken = "taken",
        Declined = "declined",
        Lapsed = "lapsed",
        /// Withdrawn with the name.
        Void = "void",
    }
}

/// The longest an offer stands, in hours.
const HOURS: i64 = 48;

/// When an offer is told of and when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    pub told_at: Moment,
    pub ends_at: Moment,
}

/// The life of an offer made now: the shorter of 48 hours and a quarter of the time that is left
/// until the first session, counted from when it can be read. An end at night becomes the morning
/// after; where the batch begins before that, the evening before. None when there is no such time.
pub fn life(now: Moment, start: Option<Moment>, zone: Tz) -> Option<Life> {
    let told_at = night::morning(now, zone);
    let left = |start: Moment| (start.micros() - told_at.micros()) / 1_000_000;
    let most = HOURS * 3600;
    let seconds = start.map_or(most, |start| (left(start) / 4).min(most));
    // Whole minutes: that is what is told.
    let ends_at = told_at.plus_seconds(seconds - seconds % 60);
    let ends_at = match night::is_within(ends_at.local(zone)) {
        false => ends_at,
        true => {
            let next = night::morning(ends_at, zone);
            if start.is_none_or(|start| next < start) {
                next
            } else {
                night::evening(ends_at, night::hour(night::EVENING), zone)
            }
        }
    };
    let is_real = ends_at > told_at && start.is_none_or(|start| ends_at < start);
    is_real.then_some(Life { told_at, ends_at })
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDateTime;
    use chrono_tz::Asia::Kolkata;

    use super::*;

    /// Clock readings in India.
    fn at(text: &str) -> Moment {
        let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
        Moment::of_local(local, Kolkata)
    }

    fn check(now: &str, start: &str, told_and_ends: &str) {
        let start = (!start.is_empty()).then(|| at(start));
        let said = |m: Moment| m.local(Kolkata).format("%Y-%m-%d %H:%M").to_string();
        let found = life(at(now), start, Kolkata)
            .map(|l| format!("{} {}", said(l.told_at), said(l.ends_at)));
        assert_eq!(found.unwrap_or_default(), told_and_ends, "{now} {start:?}");
    }

    #[test]
    fn an_offer_stands_a_quarter_of_the_time_left_but_never_over_two_days() {
        check("2026-03-02 10:00", "", "2026-03-02 10:00 2026-03-04 10:00");
        check("2026-03-02 10:00", "2026-03-30 10:00", "2026-03-02 10:00 2026-03-04 10:00");
        check("2026-03-02 10:00", "2026-03-06 10:00", "2026-03-02 10:00 2026-03-03 10:00");
        check("2026-03-02 10:00", "2026-03-02 12:00", "2026-03-02 10:00 2026-03-02 10:30");
    }

    #[test]
    fn an_offer_never_ends_at_night() {
        // 20 h left: five hours, to 21:00 sharp; a minute more would be night.
        check("2026-03-02 16:00", "2026-03-03 12:00", "2026-03-02 16:00 2026-03-02 21:00");
        check("2026-03-02 17:00", "2026-03-03 12:00", "2026-03-02 17:00 2026-03-03 07:00");
        // The batch begins before the morning: the evening before.
        check("2026-03-02 20:30", "2026-03-03 06:30", "2026-03-02 20:30 2026-03-02 21:00");
        // Made at night, told in the morning, counted from there.
        check("2026-03-02 23:00", "2026-03-03 11:00", "2026-03-03 07:00 2026-03-03 08:00");
        check("2026-03-03 05:00", "2026-03-03 11:00", "2026-03-03 07:00 2026-03-03 08:00");
    }

    #[test]
    fn there_is_no_offer_when_there_is_no_time() {
        check("2026-03-02 10:00", "2026-03-02 10:00", "");
        check("2026-03-02 10:00", "2026-03-01 10:00", "");
        check("2026-03-02 10:00", "2026-03-02 10:03", "");
        check("2026-03-02 22:00", "2026-03-03 06:30", "");
        check("2026-03-02 22:00", "2026-03-03 07:00", "");
    }
}
