//! When the letters of rules go: by day, and no longer than they are of use.

use chrono::NaiveTime;
use chrono_tz::Tz;

use crate::kit::clock::Moment;
use crate::kit::night;
use crate::reminders::rules::SessionFacts;
use crate::reminders::rules::rule::{Anchor, Rule, Template};

/// When one rule's letter about a session goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time<'a> {
    pub rule: &'a Rule,
    pub due: Moment,
    /// When the next one of its kind has come, or the session begun.
    pub useless: Moment,
}

/// How long a letter about what has been is of use.
const AFTER_DAYS: i64 = 7;
/// A roll that is not taken by then is closed as not marked.
const ROLL_DAYS: i64 = 5;

/// The times of some rules for a session, in their order; a rule whose time falls on or behind the
/// next one's is left out. Clocks are those of the place, quiet hours those of the reader.
pub fn of<'a>(
    rules: impl IntoIterator<Item = &'a Rule>,
    session: &SessionFacts,
    reader: Tz,
) -> Vec<Time<'a>> {
    let mut times: Vec<(&Rule, Moment)> =
        rules.into_iter().filter_map(|rule| Some((rule, due(rule, session, reader)?))).collect();
    times.sort_by_key(|(rule, due)| (*due, rule.id));
    let time = |(i, &(rule, due)): (usize, &(&'a Rule, Moment))| {
        let next = times[i + 1..].iter().find(|(other, _)| other.kind() == rule.kind());
        let end = limit(rule, due, session);
        let useless = next.map_or(end, |(_, next)| end.min(*next));
        Time { rule, due, useless }
    };
    let mut out: Vec<Time<'a>> = times.iter().enumerate().map(time).collect();
    out.retain(|time| time.due < time.useless);
    out
}

fn due(rule: &Rule, session: &SessionFacts, reader: Tz) -> Option<Moment> {
    let anchor = match rule.anchor {
        Anchor::Start => session.starts_at,
        Anchor::End => session.ends_at,
        Anchor::Enrolment | Anchor::Completion => return None,
    };
    let at = rule.at(anchor, session.zone);
    Some(if at < session.starts_at {
        awake(at, reader, session.starts_at).unwrap_or(at)
    } else {
        night::morning(at, reader)
    })
}

fn limit(rule: &Rule, due: Moment, session: &SessionFacts) -> Moment {
    match rule.template {
        _ if due < session.starts_at => session.starts_at,
        Template::Overdue => session.ends_at.plus_days(ROLL_DAYS),
        _ => due.plus_days(AFTER_DAYS),
    }
}

/// A moment outside the quiet hours: itself, else the morning after, else (when the session starts
/// before that) the evening before. None when only the night is left.
pub fn awake(at: Moment, zone: Tz, starts_at: Moment) -> Option<Moment> {
    let morning = night::morning(at, zone);
    if morning < starts_at {
        return Some(morning);
    }
    let last = NaiveTime::from_hms_opt(night::EVENING - 1, 55, 0).unwrap_or_default();
    Some(night::evening(at, last, zone)).filter(|e| *e < starts_at)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::kit::ids::SessionId;
    use crate::reminders::rules::rule::{Audience, defaults};
    use crate::schedule::rules::SessionState;

    fn at(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    /// A wall clock reading in India.
    fn ist(text: &str) -> Moment {
        at(text).plus_minutes(-330)
    }

    const ZONE: Tz = chrono_tz::Asia::Kolkata;

    fn session(starts_at: Moment, zone: Tz) -> SessionFacts {
        SessionFacts {
            id: SessionId(1),
            revision: 1,
            state: SessionState::Published,
            starts_at,
            ends_at: starts_at.plus_minutes(120),
            zone,
            settled_at: starts_at.plus_days(-30),
            published_at: Some(1),
            trainers: BTreeMap::new(),
            heard: BTreeMap::new(),
            rolled: false,
        }
    }

    fn dues(starts_at: Moment, zone: Tz, audience: Audience) -> Vec<Moment> {
        let rules = defaults();
        let session = session(starts_at, zone);
        of(rules.iter().filter(|r| r.audience == audience), &session, zone)
            .into_iter()
            .map(|t| t.due)
            .collect()
    }

    fn check_times(starts: &str, three_days: &str, one_day: &str, same_day: &str) {
        let due = dues(ist(starts), ZONE, Audience::Enrolled);
        assert_eq!(due, [ist(three_days), ist(one_day), ist(same_day)], "{starts}");
    }

    #[test]
    fn reminders_come_by_day() {
        check_times("2026-11-29 14:00", "2026-11-26 11:00", "2026-11-28 11:00", "2026-11-29 08:00");
        check_times("2026-11-29 10:30", "2026-11-26 11:00", "2026-11-28 11:00", "2026-11-29 07:30");
        // Three hours before would be in the quiet hours: the morning.
        check_times("2026-11-29 09:00", "2026-11-26 11:00", "2026-11-28 11:00", "2026-11-29 07:00");
        // Or the evening before, when the session begins with the morning.
        check_times("2026-11-29 06:30", "2026-11-26 11:00", "2026-11-28 11:00", "2026-11-28 20:55");
        check_times("2026-11-29 07:00", "2026-11-26 11:00", "2026-11-28 11:00", "2026-11-28 20:55");
        check_times("2026-11-29 00:30", "2026-11-26 11:00", "2026-11-28 11:00", "2026-11-28 20:55");
        check_times("2026-11-29 23:30", "2026-11-26 11:00", "2026-11-28 11:00", "2026-11-29 08:00");
        // Over the end of a year, and after a leap day.
        check_times("2027-01-01 14:00", "2026-12-29 11:00", "2026-12-31 11:00", "2027-01-01 08:00");
        check_times("2028-03-01 14:00", "2028-02-27 11:00", "2028-02-29 11:00", "2028-03-01 08:00");
    }

    #[test]
    fn a_clock_change_keeps_the_clock_time() {
        // Clocks go forward on 8 March 2026 at 02:00.
        let due =
            dues(at("2026-03-09T18:00:00Z"), chrono_tz::America::New_York, Audience::Enrolled);
        assert_eq!(due[0], at("2026-03-06T16:00:00Z"));
        assert_eq!(due[1], at("2026-03-08T15:00:00Z"));
    }

    #[test]
    fn the_clock_is_that_of_the_place_and_the_night_that_of_the_reader() {
        let rules = defaults();
        let session = session(ist("2026-11-29 10:00"), ZONE);
        let times = of(rules.iter().take(3), &session, chrono_tz::Europe::London);
        let due: Vec<Moment> = times.iter().map(|t| t.due).collect();
        // 11:00 in India is 05:30 in London; on the day itself it is night there until the start.
        let told = ["2026-11-26 12:30", "2026-11-28 12:30", "2026-11-29 02:25"].map(ist);
        assert_eq!(due, told);
    }

    #[test]
    fn trainers_and_absent_people_have_their_times() {
        let starts = ist("2026-11-29 14:00");
        let due = dues(starts, ZONE, Audience::Trainers);
        let told = ["2026-11-28 18:00", "2026-11-30 09:00", "2026-12-02 09:00"].map(ist);
        assert_eq!(due, told);
        assert_eq!(dues(starts, ZONE, Audience::Absent), [ist("2026-11-30 10:00")]);
    }

    #[test]
    fn of_two_at_one_time_one_goes() {
        let mut rules = defaults();
        rules[0].when = rules[1].when;
        let session = session(ist("2026-11-29 14:00"), ZONE);
        let times = of(rules.iter().take(2), &session, ZONE);
        assert_eq!(times.len(), 1);
        assert_eq!(times[0].useless, session.starts_at);
    }
}
