//! A reminder rule: what goes to whom and when, seen from a session.

use chrono::{Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;

use crate::kit::clock::Moment;
use crate::kit::columns::words;
use crate::kit::ids::RuleId;
use crate::post::rules::Kind;

words! {
    /// What a rule counts from.
    pub enum Anchor {
        Start = "start",
        End = "end",
        Enrolment = "enrolment",
        Completion = "completion",
    }
}

words! {
    /// To whom it goes.
    pub enum Audience {
        Enrolled = "enrolled",
        Waiting = "waiting",
        Absent = "absent",
        /// Enrolled, and has not said whether they come.
        Unanswered = "unanswered",
        Trainers = "trainers",
        UnitAdmins = "unit_admins",
    }
}

words! {
    /// What it says.
    pub enum Template {
        Reminder = "reminder",
        /// A reminder that asks "will you come?".
        Question = "question",
        Absence = "absence",
        Completion = "completion",
        Roster = "roster",
        Overdue = "overdue",
    }
}

words! {
    pub enum Speech { Person = "person", Both = "both" }
}

/// When, seen from the anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Calendar days away (negative before) at a clock time of the place; so many minutes before
    /// the start when that is earlier.
    Clock { days: i64, clock: NaiveTime, at_latest: Option<i64> },
    /// So many minutes away, negative before: true hours, whatever the clocks do.
    Offset { minutes: i64 },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub id: RuleId,
    /// Of a rule that came with the house.
    pub code: Option<String>,
    pub anchor: Anchor,
    pub when: When,
    pub audience: Audience,
    pub template: Template,
    pub speech: Speech,
}

impl Rule {
    /// Its name in the ledger.
    pub fn word(&self) -> String {
        self.code.clone().unwrap_or_else(|| self.id.to_string())
    }

    pub fn kind(&self) -> Kind {
        match self.template {
            Template::Reminder | Template::Question => Kind::Reminder,
            Template::Absence => Kind::Absence,
            Template::Completion => Kind::Completion,
            Template::Roster => Kind::Roster,
            Template::Overdue => Kind::Overdue,
        }
    }

    /// The instant that this rule means, before the quiet hours have their say.
    pub fn at(&self, anchor: Moment, zone: Tz) -> Moment {
        match self.when {
            When::Offset { minutes } => anchor.plus_minutes(minutes),
            When::Clock { days, clock, at_latest } => {
                let day = shifted(anchor.date_in(zone), days);
                let at = Moment::of_local(day.and_time(clock), zone);
                at_latest.map_or(at, |minutes| at.min(anchor.plus_minutes(-minutes)))
            }
        }
    }
}

/// A calendar day some days away.
fn shifted(day: NaiveDate, days: i64) -> NaiveDate {
    let far = Days::new(days.unsigned_abs());
    let moved = if days < 0 { day.checked_sub_days(far) } else { day.checked_add_days(far) };
    moved.unwrap_or(day)
}

/// Whether such a letter at such a time makes sense for such people.
pub fn fits(anchor: Anchor, is_before: bool, audience: Audience, template: Template) -> bool {
    let of_session = matches!(anchor, Anchor::Start | Anchor::End);
    match template {
        Template::Reminder => match audience {
            Audience::Absent => of_session && !is_before,
            Audience::Unanswered => of_session && is_before,
            Audience::Enrolled => anchor != Anchor::Completion,
            Audience::Waiting => of_session && is_before,
            Audience::Trainers | Audience::UnitAdmins => of_session,
        },
        Template::Question => {
            of_session && is_before && matches!(audience, Audience::Enrolled | Audience::Unanswered)
        }
        Template::Absence => of_session && !is_before && audience == Audience::Absent,
        Template::Completion => anchor == Anchor::Completion && audience == Audience::Enrolled,
        Template::Roster => {
            of_session && is_before && matches!(audience, Audience::Trainers | Audience::UnitAdmins)
        }
        Template::Overdue => {
            of_session
                && !is_before
                && matches!(audience, Audience::Trainers | Audience::UnitAdmins)
        }
    }
}

/// The rules that come with the house, as the migration writes them: for rules about rules.
#[cfg(test)]
pub fn defaults() -> Vec<Rule> {
    let clock = |days, hour, at_latest| When::Clock {
        days,
        clock: NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default(),
        at_latest,
    };
    use {Anchor::*, Audience::*, Template::*};
    let rows = [
        ("three_days", Start, clock(-3, 11, None), Enrolled, Reminder),
        ("one_day", Start, clock(-1, 11, None), Enrolled, Question),
        ("same_day", Start, clock(0, 8, Some(180)), Enrolled, Reminder),
        ("roster", Start, clock(-1, 18, None), Trainers, Roster),
        ("absence", End, clock(1, 10, None), Absent, Absence),
        (
            "completion",
            Anchor::Completion,
            When::Offset { minutes: 0 },
            Enrolled,
            Template::Completion,
        ),
        ("overdue_1", End, clock(1, 9, None), Trainers, Overdue),
        ("overdue_3", End, clock(3, 9, None), Trainers, Overdue),
    ];
    rows.into_iter()
        .zip(1..)
        .map(|((code, anchor, when, audience, template), id)| Rule {
            id: RuleId(id),
            code: Some(code.to_owned()),
            anchor,
            when,
            audience,
            template,
            speech: Speech::Person,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_makes_sense() {
        for rule in defaults() {
            let is_before = match rule.when {
                When::Clock { days, at_latest, .. } => days < 0 || at_latest.is_some(),
                When::Offset { minutes } => minutes < 0,
            };
            assert!(fits(rule.anchor, is_before, rule.audience, rule.template), "{rule:?}");
        }
    }

    #[test]
    fn nonsense_does_not_fit() {
        use {Anchor::*, Audience::*, Template::*};
        assert!(!fits(Start, true, Absent, Absence), "nobody is absent before the start");
        assert!(!fits(End, false, Enrolled, Question), "nothing to ask after the end");
        assert!(!fits(Start, true, Enrolled, Roster), "names and phones are for trainers only");
        assert!(!fits(Start, true, Trainers, Template::Completion));
    }

    fn check(zone: Tz, starts: &str, day_before_at_ten: &str) {
        let rule = Rule {
            when: When::Clock {
                days: -1,
                clock: NaiveTime::from_hms_opt(10, 0, 0).unwrap(),
                at_latest: None,
            },
            ..defaults()[0].clone()
        };
        let at = |text: &str| Moment::parse(text).unwrap();
        assert_eq!(rule.at(at(starts), zone), at(day_before_at_ten), "{zone} {starts}");
        let hours = Rule { when: When::Offset { minutes: -1440 }, ..rule };
        assert_eq!(hours.at(at(starts), zone), at(starts).plus_minutes(-1440), "24 h are 24 h");
    }

    #[test]
    fn the_day_before_is_a_calendar_day_at_the_same_clock() {
        use chrono_tz::{Africa, America, Asia, Australia, Europe, Pacific};
        // +5:30 and +5:45, no summer time; over the end of a year, after a leap day.
        check(Asia::Kolkata, "2026-11-29T04:30:00Z", "2026-11-28T04:30:00Z");
        check(Asia::Kolkata, "2027-01-01T04:30:00Z", "2026-12-31T04:30:00Z");
        check(Asia::Kolkata, "2028-03-01T04:30:00Z", "2028-02-29T04:30:00Z");
        check(Asia::Kathmandu, "2026-11-29T04:15:00Z", "2026-11-28T04:15:00Z");
        // Clocks go forward (29 March 2026, 01:00 UTC) and back (25 October 2026, 01:00 UTC).
        check(Europe::London, "2026-03-29T12:00:00Z", "2026-03-28T10:00:00Z");
        check(Europe::London, "2026-10-25T12:00:00Z", "2026-10-24T09:00:00Z");
        check(America::New_York, "2026-03-08T18:00:00Z", "2026-03-07T15:00:00Z");
        check(America::New_York, "2026-11-01T18:00:00Z", "2026-10-31T14:00:00Z");
        // Half an hour of summer time.
        check(Australia::Lord_Howe, "2026-10-04T02:00:00Z", "2026-10-02T23:30:00Z");
        check(Australia::Lord_Howe, "2026-04-05T02:00:00Z", "2026-04-03T23:00:00Z");
        // Out of summer time for Ramadan, and back.
        check(Africa::Casablanca, "2026-02-15T12:00:00Z", "2026-02-14T09:00:00Z");
        // 30 December 2011 was left out: the day before the 31st begins with the 31st.
        check(Pacific::Apia, "2011-12-31T00:00:00Z", "2011-12-30T10:00:00Z");
        // Midnight was left out on 4 November 2018; ten o'clock was not.
        check(America::Sao_Paulo, "2018-11-05T13:00:00Z", "2018-11-04T12:00:00Z");
    }
}
