//! Why a session is not earlier: each slot before it, with what stands in its way.

use crate::schedule::finding::rules::search::Desk;
use crate::schedule::finding::rules::{Closed, MORNING, Minute, NIGHT, Placed, Plan};

/// A time that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub day: usize,
    /// None: the whole day.
    pub slot: Option<usize>,
    pub why: Why,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    Weekday,
    Holiday(usize),
    /// Before seven or after nine at night.
    Night,
    /// The batch has as many sessions on that day as it may.
    FullDay,
    /// The batch, or somebody on it, sits elsewhere.
    People,
    /// No trainer: each who might, with what hinders.
    Trainers(Vec<(usize, Hindrance)>),
    /// No hall with enough seats is free: how many are too small, how many taken.
    Halls {
        small: usize,
        taken: usize,
    },
    /// Some trainers and some halls are free, but nobody gets from one to the other in time.
    Travel,
}

/// What keeps one trainer from a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hindrance {
    Away,
    Hours,
    Teaches,
}

/// For one lesson of a plan: the slots since the lesson before it that were refused, at most so
/// many, and how many more there are. A lesson without a time has refused all.
pub fn refusals(
    desk: &mut Desk<'_>,
    plan: &Plan,
    (run, lesson): (usize, usize),
    most: usize,
) -> (Vec<Refusal>, usize) {
    let problem = desk.problem;
    let placed = plan.placed.iter().find(|p| p.run == run && p.lesson == lesson).copied();
    if let Some(p) = placed {
        desk.take(p);
    }
    let before = |p: &&Placed| p.run == run && p.lesson < lesson;
    let from = plan.placed.iter().filter(before).map(|p| p.to).max().unwrap_or(Minute::MIN);
    let until = placed.map_or(Minute::MAX, |p| p.from);
    let mut all = vec![];
    for (day, d) in problem.days.iter().enumerate() {
        let open: Vec<usize> =
            (0..d.slots.len()).filter(|s| (from..until).contains(&d.slots[*s].at)).collect();
        if open.is_empty() {
            continue;
        }
        let whole = |why| Refusal { day, slot: None, why };
        match d.closed {
            Some(Closed::Weekday) => all.push(whole(Why::Weekday)),
            Some(Closed::Holiday(which)) => all.push(whole(Why::Holiday(which))),
            None if desk.on_day(run, day) >= problem.per_day => all.push(whole(Why::FullDay)),
            None => all.extend(open.into_iter().filter_map(|slot| {
                let why = why_not(desk, run, lesson, day, slot)?;
                Some(Refusal { day, slot: Some(slot), why })
            })),
        }
    }
    if let Some(p) = placed {
        desk.put(p);
    }
    let left = all.len().saturating_sub(most);
    all.truncate(most);
    (all, left)
}

/// What stands against a lesson at a slot; nothing when it could be there.
pub fn why_not(desk: &Desk<'_>, run: usize, lesson: usize, day: usize, slot: usize) -> Option<Why> {
    let problem = desk.problem;
    let (r, d) = (&problem.runs[run], &problem.days[day]);
    let (s, minutes) = (d.slots[slot], r.lessons[lesson].minutes);
    let span = (s.at, s.at + minutes);
    if s.clock < MORNING || s.clock + minutes > NIGHT {
        return Some(Why::Night);
    }
    if !desk.run_is_free(run, span) {
        return Some(Why::People);
    }
    let hindrance = |t: usize| {
        let away = &problem.trainers[t].away;
        if away.iter().any(|(from, to)| *from <= d.date && d.date <= *to) {
            Some(Hindrance::Away)
        } else if !desk.is_available(t, day, s.clock, minutes) {
            Some(Hindrance::Hours)
        } else if !desk.is_idle(t, day, span) {
            Some(Hindrance::Teaches)
        } else {
            None
        }
    };
    let hindered: Vec<(usize, Hindrance)> =
        r.trainers.iter().filter_map(|t| Some((*t, hindrance(*t)?))).collect();
    if hindered.len() == r.trainers.len() {
        return Some(Why::Trainers(hindered));
    }
    let small = r.halls.iter().filter(|h| problem.halls[**h].seats < r.seats).count();
    let free: Vec<usize> = r
        .halls
        .iter()
        .copied()
        .filter(|h| problem.halls[*h].seats >= r.seats && desk.hall_is_free(*h, day, span))
        .collect();
    if free.is_empty() {
        return Some(Why::Halls { small, taken: r.halls.len() - small });
    }
    let able = r.trainers.iter().filter(|t| hindrance(**t).is_none());
    let reached = able.copied().any(|t| free.iter().any(|h| desk.can_travel(t, day, span, *h)));
    (!reached).then_some(Why::Travel)
}
