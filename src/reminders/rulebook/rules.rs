//! A rule as typed, read into one that makes sense.

use chrono::{NaiveTime, Timelike};
use serde::{Deserialize, Serialize};

use crate::kit::columns::words;
use crate::kit::form::{Reading, loose};
use crate::kit::ids::{BatchId, CourseId};
use crate::reminders::rules::rule::{self, Anchor, Audience, Rule, Speech, Template, When};

words! {
    /// The side of what a rule counts from.
    pub enum Point {
        BeforeStart = "before_start",
        AfterStart = "after_start",
        BeforeEnd = "before_end",
        AfterEnd = "after_end",
        AfterEnrolment = "after_enrolment",
        AfterCompletion = "after_completion",
    }
}

impl Point {
    pub fn anchor(self) -> Anchor {
        match self {
            Self::BeforeStart | Self::AfterStart => Anchor::Start,
            Self::BeforeEnd | Self::AfterEnd => Anchor::End,
            Self::AfterEnrolment => Anchor::Enrolment,
            Self::AfterCompletion => Anchor::Completion,
        }
    }

    pub fn is_before(self) -> bool {
        matches!(self, Self::BeforeStart | Self::BeforeEnd)
    }

    pub fn of(anchor: Anchor, when: When) -> Self {
        let is_before = match when {
            When::Clock { days, at_latest, .. } => days < 0 || at_latest.is_some(),
            When::Offset { minutes } => minutes < 0,
        };
        match (anchor, is_before) {
            (Anchor::Start, true) => Self::BeforeStart,
            (Anchor::Start, false) => Self::AfterStart,
            (Anchor::End, true) => Self::BeforeEnd,
            (Anchor::End, false) => Self::AfterEnd,
            (Anchor::Enrolment, _) => Self::AfterEnrolment,
            (Anchor::Completion, _) => Self::AfterCompletion,
        }
    }
}

/// Where a rule holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Everywhere,
    Course(CourseId),
    Batch(BatchId),
}

/// A rule as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RuleDraft {
    pub course: String,
    pub batch: String,
    pub template: String,
    pub audience: String,
    pub point: String,
    #[serde(deserialize_with = "loose")]
    pub days: String,
    pub clock: String,
    #[serde(deserialize_with = "loose")]
    pub hours: String,
    pub language: String,
}

/// A rule that makes sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub anchor: Anchor,
    pub when: When,
    pub audience: Audience,
    pub template: Template,
    pub speech: Speech,
}

const MOST_DAYS: i64 = 60;
const MOST_HOURS: i64 = 24 * MOST_DAYS;
const HOUR: i64 = 60;

impl RuleDraft {
    pub fn of(rule: &Rule, scope: Scope) -> Self {
        let point = Point::of(rule.anchor, rule.when);
        let (days, clock, hours) = match rule.when {
            When::Clock { days, clock, at_latest } => (
                days.abs().to_string(),
                clock.format("%H:%M").to_string(),
                at_latest.map(|m| (m / HOUR).to_string()).unwrap_or_default(),
            ),
            When::Offset { minutes } => {
                ("0".to_owned(), String::new(), (minutes.abs() / HOUR).to_string())
            }
        };
        let (course, batch) = match scope {
            Scope::Everywhere => (String::new(), String::new()),
            Scope::Course(id) => (id.to_string(), String::new()),
            Scope::Batch(id) => (String::new(), id.to_string()),
        };
        Self {
            course,
            batch,
            template: rule.template.word().to_owned(),
            audience: rule.audience.word().to_owned(),
            point: point.word().to_owned(),
            days,
            clock,
            hours,
            language: rule.speech.word().to_owned(),
        }
    }

    pub fn scope(&self, reading: &mut Reading) -> Scope {
        match (self.course.trim(), self.batch.trim()) {
            ("", "") => Scope::Everywhere,
            (_, batch) if !batch.is_empty() => match batch.parse() {
                Ok(id) => Scope::Batch(id),
                Err(_) => unknown(reading, "batch"),
            },
            (course, _) => match course.parse() {
                Ok(id) => Scope::Course(id),
                Err(_) => unknown(reading, "course"),
            },
        }
    }

    /// With a clock time: days away at that time, and at latest so many hours before the start on
    /// the day itself. Without one: so many days and hours away.
    pub fn read(&self, reading: &mut Reading) -> Made {
        let template = word(reading, "template", &self.template, Template::parse);
        let audience = word(reading, "audience", &self.audience, Audience::parse);
        let point = word(reading, "point", &self.point, Point::parse);
        let speech = word(reading, "language", &self.language, Speech::parse);
        let or_zero =
            |text: &str| if text.trim().is_empty() { "0".to_owned() } else { text.to_owned() };
        let days = reading.number("days", &or_zero(&self.days), 0, MOST_DAYS);
        let hours = reading.number("hours", &or_zero(&self.hours), 0, MOST_HOURS);
        let clock = match self.clock.trim() {
            "" => None,
            text => {
                let clock = NaiveTime::parse_from_str(text, "%H:%M").ok();
                if clock.is_none() {
                    reading.fields.add("clock", "clock");
                }
                if clock.is_some_and(|c| !(7..21).contains(&c.hour())) {
                    reading.fields.add("clock", "quiet-hours");
                }
                clock
            }
        };
        let point = point.unwrap_or(Point::BeforeStart);
        let sign = if point.is_before() { -1 } else { 1 };
        let when = match clock {
            Some(clock) => {
                let on_the_day = point == Point::BeforeStart && days == 0;
                let at_latest = (on_the_day && hours > 0).then_some(hours * HOUR);
                if hours > 0 && !on_the_day {
                    reading.fields.add("hours", "clock-or-hours");
                }
                if on_the_day && !(1..=24).contains(&hours) {
                    reading.fields.add("hours", "hours-on-the-day");
                }
                When::Clock { days: sign * days, clock, at_latest }
            }
            None => When::Offset { minutes: sign * (days * 24 * HOUR + hours * HOUR) },
        };
        if point.is_before() && when == (When::Offset { minutes: 0 }) {
            reading.fields.add("hours", "required");
        }
        let made = Made {
            anchor: point.anchor(),
            when,
            audience: audience.unwrap_or(Audience::Enrolled),
            template: template.unwrap_or(Template::Reminder),
            speech: speech.unwrap_or(Speech::Person),
        };
        if !rule::fits(made.anchor, point.is_before(), made.audience, made.template) {
            reading.fields.add("audience", "does-not-fit");
        }
        made
    }
}

fn unknown(reading: &mut Reading, name: &str) -> Scope {
    reading.fields.add(name, "unknown");
    Scope::Everywhere
}

fn word<T>(
    reading: &mut Reading,
    name: &str,
    given: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let found = parse(given.trim());
    if found.is_none() {
        reading.fields.add(name, if given.trim().is_empty() { "required" } else { "unknown" });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &str, verdict: &str) {
        let mut given = words.split(' ').map(|w| w.trim_matches('-').to_owned());
        let mut next = || given.next().unwrap_or_default();
        let draft = RuleDraft {
            template: next(),
            audience: next(),
            point: next(),
            days: next(),
            clock: next(),
            hours: next(),
            language: "person".to_owned(),
            ..RuleDraft::default()
        };
        let mut reading = Reading::default();
        let made = draft.read(&mut reading);
        let said = match reading.fields.0.first() {
            Some(error) => format!("{} {}", error.name, error.code),
            None => format!("{:?}", made.when),
        };
        assert_eq!(said, verdict, "{words}");
    }

    #[test]
    fn a_rule_is_read_or_refused_at_its_field() {
        check(
            "reminder enrolled before_start 3 11:00 -",
            "Clock { days: -3, clock: 11:00:00, at_latest: None }",
        );
        check(
            "reminder enrolled before_start 0 08:00 3",
            "Clock { days: 0, clock: 08:00:00, at_latest: Some(180) }",
        );
        check("reminder enrolled before_start 1 - 6", "Offset { minutes: -1800 }");
        check(
            "absence absent after_end 1 10:00 -",
            "Clock { days: 1, clock: 10:00:00, at_latest: None }",
        );
        check("completion enrolled after_completion 0 - -", "Offset { minutes: 0 }");
        check("reminder enrolled before_start 0 08:00 -", "hours hours-on-the-day");
        check("reminder enrolled before_start 0 - -", "hours required");
        check("reminder enrolled before_start 2 11:00 4", "hours clock-or-hours");
        check("reminder enrolled before_start 2 22:30 -", "clock quiet-hours");
        check("reminder enrolled before_start 2 soon -", "clock clock");
        check("reminder enrolled before_start 61 11:00 -", "days range");
        check("absence absent before_start 1 11:00 -", "audience does-not-fit");
        check("- enrolled before_start 1 11:00 -", "template required");
        check("poem enrolled before_start 1 11:00 -", "template unknown");
    }
}
