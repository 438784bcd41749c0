//! The verdict on one enrolment: what of the course was attended, and what is still missing.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::kit::columns::words;
use crate::kit::ids::{SessionId, UnitId};

words! {
    /// One person's attendance at one session. No mark is no status: it is never presumed.
    pub enum Status {
        Present = "present",
        Late = "late",
        Partial = "partial",
        Excused = "excused",
        Absent = "absent",
    }
}

/// What a mark is worth to a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    Nothing,
    Minutes(i32),
    Whole,
}

impl Status {
    pub fn worth(self, minutes: Option<i32>) -> Worth {
        match self {
            Self::Present | Self::Late => Worth::Whole,
            Self::Partial => Worth::Minutes(minutes.unwrap_or(0)),
            Self::Excused | Self::Absent => Worth::Nothing,
        }
    }
}

words! {
    /// How far one enrolment has come.
    pub enum Standing {
        NotStarted = "not_started",
        InProgress = "in_progress",
        Complete = "complete",
    }
}

/// One module of the course version that somebody is enrolled in, in the order of the course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    pub code: String,
    pub minutes: i32,
    pub compulsory: bool,
}

/// One mark at a session of the course, in whichever batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attended {
    pub session: SessionId,
    pub status: Status,
    /// Minutes kept, for `partial`.
    pub minutes: Option<i32>,
    /// What the session taught, in its order: module code and minutes.
    pub taught: Arc<[(String, i32)]>,
}

/// A module that counts, with the mark that made it count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    pub module: String,
    pub minutes: i32,
    pub of: i32,
    pub session: SessionId,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub standing: Standing,
    /// Share of the course's minutes, rounded down.
    pub percent: i32,
    pub counted: Vec<Counted>,
    /// Codes of the modules that are still to be attended; none when it is complete.
    pub missing: Vec<String>,
}

impl Verdict {
    pub fn complete(&self) -> bool {
        self.standing == Standing::Complete
    }
}

/// Complete: at least `percent` % of the course's minutes, and at least that share of every
/// compulsory module (somebody who left five minutes early attended it, somebody who left at half
/// time did not). A module counts once, by its best mark; another batch's session of the same
/// module code is as good.
pub fn verdict(modules: &[Module], percent: i32, attended: &[Attended]) -> Verdict {
    let best = best_minutes(attended);
    let mut counted = Vec::new();
    let mut missing = Vec::new();
    let (mut kept, mut whole, mut compulsory_met) = (0_i64, 0_i64, true);
    for module in modules {
        let mark = best.get(module.code.as_str());
        let minutes = mark.map_or(0, |m| m.minutes(module.minutes));
        let met = reaches(minutes.into(), module.minutes.into(), percent);
        kept += i64::from(minutes);
        whole += i64::from(module.minutes);
        compulsory_met &= met || !module.compulsory;
        if let Some(mark) = mark.filter(|_| minutes > 0) {
            let (module, of) = (module.code.clone(), module.minutes);
            counted.push(Counted { module, minutes, of, session: mark.session });
        }
        if !met {
            missing.push(module.code.clone());
        }
    }
    let complete = whole > 0 && compulsory_met && reaches(kept, whole, percent);
    let standing = match complete {
        true => Standing::Complete,
        false if attended.is_empty() => Standing::NotStarted,
        false => Standing::InProgress,
    };
    if complete {
        missing.clear();
    }
    let percent = if whole > 0 { kept * 100 / whole } else { 0 };
    Verdict { standing, percent: i32::try_from(percent).unwrap_or(0), counted, missing }
}

fn reaches(kept: i64, of: i64, percent: i32) -> bool {
    kept * 100 >= of * i64::from(percent)
}

/// The best mark of one module.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Best {
    /// None: in full, however long the enrolled version's module is.
    minutes: Option<i32>,
    session: SessionId,
}

impl Best {
    fn minutes(self, whole: i32) -> i32 {
        self.minutes.map_or(whole, |m| m.clamp(0, whole))
    }

    /// More minutes are better; among equals the older session, so that order does not matter.
    fn rank(self) -> (i32, std::cmp::Reverse<SessionId>) {
        (self.minutes.unwrap_or(i32::MAX), std::cmp::Reverse(self.session))
    }
}

fn best_minutes(attended: &[Attended]) -> BTreeMap<&str, Best> {
    let mut best: BTreeMap<&str, Best> = BTreeMap::new();
    for mark in attended {
        let mut left = match mark.status.worth(mark.minutes) {
            Worth::Whole => None,
            Worth::Minutes(minutes) => Some(minutes),
            Worth::Nothing => continue,
        };
        for (code, minutes) in mark.taught.iter() {
            // Minutes kept fill the session's modules in their order.
            let minutes = left.map(|left| left.clamp(0, *minutes));
            left = left.map(|left| left - minutes.unwrap_or(0));
            let new = Best { minutes, session: mark.session };
            best.entry(code)
                .and_modify(|old| {
                    if new.rank() > old.rank() {
                        *old = new;
                    }
                })
                .or_insert(new);
        }
    }
    best
}

/// How many enrolments stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub complete: i64,
    pub in_progress: i64,
    pub not_started: i64,
}

impl Counts {
    pub fn plus(self, other: Self) -> Self {
        Self {
            complete: self.complete + other.complete,
            in_progress: self.in_progress + other.in_progress,
            not_started: self.not_started + other.not_started,
        }
    }

    pub fn enrolled(&self) -> i64 {
        self.complete + self.in_progress + self.not_started
    }

    /// Share of the enrolled that are complete, rounded down: 100 means all.
    pub fn percent(&self) -> i64 {
        match self.enrolled() {
            0 => 0,
            all => self.complete * 100 / all,
        }
    }
}

/// Digits of one step of a unit's path.
pub const STEP: usize = 19;

/// The units from the root down to the one whose path this is.
pub fn line_of(path: &str) -> Vec<UnitId> {
    let steps = path.as_bytes().chunks(STEP);
    steps.filter_map(|s| std::str::from_utf8(s).ok()?.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `A60! B30`: module A of 60 minutes, compulsory; B of 30.
    fn modules(text: &str) -> Vec<Module> {
        text.split_whitespace()
            .map(|word| Module {
                code: word[..1].to_owned(),
                minutes: word[1..].trim_end_matches('!').parse().unwrap(),
                compulsory: word.ends_with('!'),
            })
            .collect()
    }

    /// `present A60 B30; partial40 C60`: one mark for each session, with what it taught.
    fn marks(text: &str) -> Vec<Attended> {
        let sessions = text.split(';').map(str::trim).filter(|s| !s.is_empty());
        sessions
            .enumerate()
            .map(|(n, session)| {
                let mut words = session.split_whitespace();
                let mark = words.next().unwrap();
                let status = mark.trim_end_matches(|c: char| c.is_ascii_digit());
                Attended {
                    session: SessionId(n as i64),
                    status: Status::parse(status).unwrap(),
                    minutes: mark[status.len()..].parse().ok(),
                    taught: words.map(|w| (w[..1].to_owned(), w[1..].parse().unwrap())).collect(),
                }
            })
            .collect()
    }

    fn check(course: &str, percent: i32, attended: &str, expected: &str) {
        let v = verdict(&modules(course), percent, &marks(attended));
        let said = format!("{} {}% missing {}", v.standing, v.percent, v.missing.join(""));
        assert_eq!(said.trim_end(), expected, "{course} | {percent} | {attended}");
    }

    #[test]
    fn verdicts_by_hand() {
        let course = "A60! B60 C60 D60 E60";
        check(course, 80, "", "not_started 0% missing ABCDE");
        check(course, 80, "absent A60", "in_progress 0% missing ABCDE");
        check(course, 80, "excused A60; present B60", "in_progress 20% missing ACDE");
        check(course, 80, "present A60 B60; late C60; present D60", "complete 80% missing");
        // 80 %, but not the compulsory one.
        check(course, 80, "present B60 C60 D60 E60", "in_progress 80% missing A");
        // A make-up session of the same module.
        check(
            course,
            80,
            "absent A60; present B60 C60 D60 E60; present A60",
            "complete 100% missing",
        );
        // 100 minutes kept: A in full, then 40 of B.
        check("A60 B60", 80, "partial100 A60 B60", "complete 83% missing");
        check("A60 B60", 90, "partial100 A60 B60", "in_progress 83% missing B");
        check("A60! B60", 50, "partial25 A60 B60; present B60", "in_progress 70% missing A");
        // The same module twice counts once, by the better mark.
        check("A60 B60", 80, "partial20 A60; partial30 A60", "in_progress 25% missing AB");
        check("A60 B60", 80, "present A60; present A60", "in_progress 50% missing B");
        // More minutes than the session had.
        check("A60 B60", 80, "partial500 A60", "in_progress 50% missing B");
        check("A60 B60", 80, "partial A60", "in_progress 0% missing AB");
        // Rounded down: 2 of 3.
        check("A10 B10 C10", 67, "present A10 B10", "in_progress 66% missing C");
        check("A10 B10 C10", 66, "present A10 B10", "complete 66% missing");
        // Another version taught A in 30 minutes: attended in full is attended in full.
        check("A60 B60", 50, "late A30", "complete 50% missing");
        check("", 80, "present A30", "in_progress 0% missing");
    }

    #[test]
    fn the_line_of_a_path() {
        let path = format!("{:019}{:019}", 7, 42);
        assert_eq!(line_of(&path), [UnitId(7), UnitId(42)]);
        assert_eq!(line_of(""), []);
    }

    fn some_modules() -> impl Strategy<Value = Vec<Module>> {
        let one = (1..300_i32, any::<bool>());
        proptest::collection::vec(one, 0..6).prop_map(|all| {
            let codes = "ABCDEF".chars();
            all.into_iter()
                .zip(codes)
                .map(|((minutes, compulsory), code)| Module {
                    code: code.to_string(),
                    minutes,
                    compulsory,
                })
                .collect()
        })
    }

    fn some_marks() -> impl Strategy<Value = Vec<Attended>> {
        let taught = proptest::collection::vec(("[A-G]", 1..300_i32), 0..3);
        let one = (0..Status::ALL.len(), proptest::option::of(-5..900_i32), taught);
        proptest::collection::vec(one, 0..8).prop_map(|all| {
            all.into_iter()
                .enumerate()
                .map(|(n, (status, minutes, taught))| Attended {
                    session: SessionId(n as i64),
                    status: Status::ALL[status],
                    minutes,
                    taught: taught.into(),
                })
                .collect()
        })
    }

    proptest! {
        #[test]
        fn never_over_a_hundred(m in some_modules(), p in 1..=100, a in some_marks()) {
            let v = verdict(&m, p, &a);
            prop_assert!((0..=100).contains(&v.percent));
            prop_assert!(v.counted.iter().all(|c| c.minutes > 0 && c.minutes <= c.of));
            prop_assert!(!v.complete() || v.percent >= p);
        }

        #[test]
        fn more_marks_never_lower_it(m in some_modules(), p in 1..=100, a in some_marks(), n in 0..8_usize) {
            let fewer = verdict(&m, p, &a[..n.min(a.len())]);
            let all = verdict(&m, p, &a);
            prop_assert!(all.percent >= fewer.percent);
            prop_assert!(all.standing >= fewer.standing);
        }

        #[test]
        fn order_does_not_matter(m in some_modules(), p in 1..=100, a in some_marks()) {
            let mut turned = a.clone();
            turned.reverse();
            prop_assert_eq!(verdict(&m, p, &a), verdict(&m, p, &turned));
        }
    }
}
