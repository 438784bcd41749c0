//! Problems made from a number: for trials of the search and for its yardstick.

use chrono::{Datelike, Days, NaiveDate};

use crate::kit::ids::{BatchId, ModuleId, PersonId, VenueId};
use crate::schedule::finding::rules::{
    Closed, Day, Hall, Lesson, Minute, Problem, Run, Slot, Taken, Trainer,
};

/// How large a problem is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub runs: usize,
    pub lessons: usize,
    pub trainers: usize,
    pub halls: usize,
    pub days: usize,
    /// Times at which somebody is busy already.
    pub busy: usize,
}

/// The same number gives the same problem. Days begin on Monday, 2 November 2026, in India.
pub fn problem(seed: u64, size: &Size) -> Problem {
    let mut dice = Dice(seed.wrapping_add(1));
    let first = NaiveDate::from_ymd_opt(2026, 11, 2).unwrap_or_default();
    let days: Vec<Day> = (0..size.days).map(|n| day(first, n, &mut dice)).collect();
    let busy = |dice: &mut Dice, halls: usize| -> Taken {
        let day = &days[dice.below(days.len())];
        let from = day.slots.first().map_or(0, |s| s.at) + 30 * as_minutes(dice.below(12));
        let hall = (halls > 0).then(|| VenueId(id(dice.below(halls))));
        Taken { from, to: from + 60 + 60 * as_minutes(dice.below(3)), hall }
    };
    let mut trainers: Vec<Trainer> =
        (0..size.trainers).map(|n| trainer(n, first, &mut dice)).collect();
    let mut halls: Vec<Hall> = (0..size.halls)
        .map(|n| Hall {
            id: VenueId(id(n)),
            seats: if dice.below(6) == 0 { 20 } else { 40 + 10 * small(dice.below(4)) },
            busy: vec![],
        })
        .collect();
    let mut runs: Vec<Run> = (0..size.runs).map(|n| run(n, size, &mut dice)).collect();
    // People in common are common to both.
    for n in 1..runs.len() {
        if !runs[n].shares.is_empty() {
            runs[n - 1].shares.push(n);
        }
    }
    for _ in 0..size.busy {
        let taken = busy(&mut dice, size.halls);
        match dice.below(3) {
            0 => {
                let at = dice.below(size.trainers);
                trainers[at].busy.push(taken);
            }
            1 => {
                let at = dice.below(size.halls);
                let hall = Some(halls[at].id);
                halls[at].busy.push(Taken { hall, ..taken });
            }
            _ => {
                let at = dice.below(size.runs);
                runs[at].busy.push((taken.from, taken.to));
            }
        }
    }
    Problem {
        days,
        runs,
        trainers,
        halls,
        per_day: 1 + dice.below(2),
        travel: 60,
        ways: ways(size, &mut dice),
    }
}

fn day(first: NaiveDate, n: usize, dice: &mut Dice) -> Day {
    let date = first.checked_add_days(Days::new(n as u64)).unwrap_or(first);
    let weekday = date.weekday().number_from_monday();
    let midnight: Minute = date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp() / 60 - 330;
    let slot = |clock: i64| Slot { clock, at: midnight + clock };
    let closed = match dice.below(15) {
        0 => Some(Closed::Holiday(0)),
        _ => (weekday == 7).then_some(Closed::Weekday),
    };
    Day { date, weekday, closed, slots: vec![slot(10 * 60), slot(14 * 60)] }
}

fn trainer(n: usize, first: NaiveDate, dice: &mut Dice) -> Trainer {
    // Two in three have hours; some are away for a week.
    let windows = match dice.below(3) {
        0 => vec![],
        _ => (1..=6)
            .filter_map(|weekday| {
                let ends = if dice.below(3) == 0 { 13 * 60 } else { 18 * 60 };
                (dice.below(4) > 0).then_some((weekday, 9 * 60, ends))
            })
            .collect(),
    };
    let away = match dice.below(3) {
        0 => {
            let from = first.checked_add_days(Days::new(dice.below(20) as u64)).unwrap_or(first);
            vec![(from, from.checked_add_days(Days::new(6)).unwrap_or(from))]
        }
        _ => vec![],
    };
    Trainer { id: PersonId(id(n)), windows, away, busy: vec![] }
}

fn run(n: usize, size: &Size, dice: &mut Dice) -> Run {
    let some = |all: usize, dice: &mut Dice| -> Vec<usize> {
        let chosen: Vec<usize> = (0..all).filter(|_| dice.below(3) > 0).collect();
        if chosen.is_empty() { (0..all).collect() } else { chosen }
    };
    let lesson = |l: usize, dice: &mut Dice| Lesson {
        module: ModuleId(id(l)),
        minutes: 60 + 30 * as_minutes(dice.below(5)),
    };
    let shares = if n > 0 && dice.below(6) == 0 { vec![n - 1] } else { vec![] };
    Run {
        id: BatchId(id(n)),
        seats: 30,
        lessons: (0..size.lessons).map(|l| lesson(l, dice)).collect(),
        trainers: some(size.trainers, dice),
        halls: some(size.halls, dice),
        busy: vec![],
        shares,
    }
}

fn ways(size: &Size, dice: &mut Dice) -> std::collections::BTreeMap<(VenueId, VenueId), i64> {
    (1..size.halls)
        .filter_map(|n| {
            let minutes = 30 * as_minutes(dice.below(6));
            let pair = (VenueId(id(n - 1)), VenueId(id(n)));
            (dice.below(4) == 0).then_some((pair, minutes))
        })
        .collect()
}

fn id(n: usize) -> i64 {
    as_minutes(n) + 1
}

fn as_minutes(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(0)
}

fn small(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(0)
}

/// Numbers that look like chance (a linear congruential generator).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % n.max(1)
    }
}
