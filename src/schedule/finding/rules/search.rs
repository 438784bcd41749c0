//! A plan without clashes that ends soon: built in the order of time, then improved step by step.
//!
//! The same problem always gives the same plan: every choice has an order, the number of steps is
//! fixed, and the only chance in it is a counter that starts at the same number.

use crate::schedule::finding::rules::{
    MORNING, Minute, NIGHT, Placed, Plan, Problem, Taken, overlaps,
};

/// How often batches are taken out and put in again.
const ROUNDS: usize = 60;
/// How many at once.
const OUT: usize = 4;

pub fn search(problem: &Problem) -> Plan {
    let mut desk = Desk::of(problem);
    desk.build();
    desk.improve();
    desk.share_out();
    desk.pull_forward();
    desk.plan()
}

/// What is taken so far.
pub struct Desk<'a> {
    pub problem: &'a Problem,
    /// By run and lesson.
    placed: Vec<Vec<Option<Placed>>>,
    /// By trainer and day, with what stood there before.
    trainers: Vec<Vec<Vec<Taken>>>,
    /// By hall and day.
    halls: Vec<Vec<Vec<Taken>>>,
    loads: Vec<i64>,
}

/// How good a plan is, the first number first.
type Score = (usize, Minute, i64, i64);

impl<'a> Desk<'a> {
    pub fn of(problem: &'a Problem) -> Self {
        let by_day = |taken: &[Taken]| -> Vec<Vec<Taken>> {
            let margin = problem.travel.max(problem.ways.values().copied().max().unwrap_or(0));
            problem
                .days
                .iter()
                .map(|day| {
                    let Some(slot) = day.slots.first() else { return vec![] };
                    let midnight = slot.at - slot.clock;
                    // Wide enough for a day on which the clocks change.
                    let span = (midnight - margin - 120, midnight + 26 * 60 + margin);
                    taken.iter().filter(|t| overlaps((t.from, t.to), span)).copied().collect()
                })
                .collect()
        };
        Self {
            problem,
            placed: problem.runs.iter().map(|r| vec![None; r.lessons.len()]).collect(),
            trainers: problem.trainers.iter().map(|t| by_day(&t.busy)).collect(),
            halls: problem.halls.iter().map(|h| by_day(&h.busy)).collect(),
            loads: problem
                .trainers
                .iter()
                .map(|t| t.busy.iter().map(|b| b.to - b.from).sum())
                .collect(),
        }
    }

    /// With a plan on it.
    pub fn with(problem: &'a Problem, plan: &Plan) -> Self {
        let mut desk = Self::of(problem);
        for p in &plan.placed {
            desk.put(*p);
        }
        desk
    }

    pub fn put(&mut self, p: Placed) {
        self.placed[p.run][p.lesson] = Some(p);
        let taken = Taken { from: p.from, to: p.to, hall: Some(self.problem.halls[p.hall].id) };
        self.trainers[p.trainer][p.day].push(taken);
        self.halls[p.hall][p.day].push(taken);
        self.loads[p.trainer] += p.to - p.from;
    }

    pub fn take(&mut self, p: Placed) {
        self.placed[p.run][p.lesson] = None;
        for list in [&mut self.trainers[p.trainer][p.day], &mut self.halls[p.hall][p.day]] {
            if let Some(at) = list.iter().rposition(|t| t.from == p.from && t.to == p.to) {
                list.remove(at);
            }
        }
        self.loads[p.trainer] -= p.to - p.from;
    }

    fn plan(&self) -> Plan {
        let mut plan = Plan::default();
        for (run, lessons) in self.placed.iter().enumerate() {
            for (lesson, placed) in lessons.iter().enumerate() {
                match placed {
                    Some(p) => plan.placed.push(*p),
                    None => plan.unplaced.push((run, lesson)),
                }
            }
        }
        plan.placed.sort();
        plan
    }

    fn score(&self) -> Score {
        let all = || self.placed.iter().flatten();
        let missing = all().filter(|p| p.is_none()).count();
        let end = all().flatten().map(|p| p.to).max().unwrap_or(0);
        let ends: i64 =
            self.placed.iter().filter_map(|r| r.iter().flatten().map(|p| p.to).max()).sum();
        (missing, end, ends, self.loads.iter().map(|l| l * l).sum())
    }

    // What may be ----------------------------------------------------------------------------

    /// Whether the batch itself, and everybody on it, is free.
    pub fn run_is_free(&self, run: usize, span: (Minute, Minute)) -> bool {
        let r = &self.problem.runs[run];
        let own =
            |run: usize| self.placed[run].iter().flatten().any(|p| overlaps((p.from, p.to), span));
        !r.busy.iter().any(|b| overlaps(*b, span)) && !own(run) && !r.shares.iter().any(|s| own(*s))
    }

    pub fn on_day(&self, run: usize, day: usize) -> usize {
        self.placed[run].iter().flatten().filter(|p| p.day == day).count()
    }

    /// Whether the trainer can be asked at that time, whatever else is planned.
    pub fn is_available(&self, trainer: usize, day: usize, clock: i64, minutes: i64) -> bool {
        let (t, d) = (&self.problem.trainers[trainer], &self.problem.days[day]);
        let inside =
            |w: &(u32, i64, i64)| w.0 == d.weekday && w.1 <= clock && clock + minutes <= w.2;
        let away = t.away.iter().any(|(from, to)| *from <= d.date && d.date <= *to);
        !away && (t.windows.is_empty() || t.windows.iter().any(inside))
    }

    /// Whether the trainer teaches nothing else then.
    pub fn is_idle(&self, trainer: usize, day: usize, span: (Minute, Minute)) -> bool {
        !self.trainers[trainer][day].iter().any(|t| overlaps((t.from, t.to), span))
    }

    /// Whether the trainer gets to a hall and away from it in time.
    pub fn can_travel(
        &self,
        trainer: usize,
        day: usize,
        span: (Minute, Minute),
        hall: usize,
    ) -> bool {
        let here = Some(self.problem.halls[hall].id);
        !self.trainers[trainer][day].iter().any(|t| {
            let way = self.problem.way(t.hall, here);
            overlaps((t.from - way, t.to + way), span)
        })
    }

    pub fn hall_is_free(&self, hall: usize, day: usize, span: (Minute, Minute)) -> bool {
        !self.halls[hall][day].iter().any(|t| overlaps((t.from, t.to), span))
    }

    /// The session at a slot, with the trainer who has least to do and the best hall for both.
    fn at(&self, run: usize, lesson: usize, day: usize, slot: usize) -> Option<Placed> {
        let (r, d) = (&self.problem.runs[run], &self.problem.days[day]);
        let (s, minutes) = (d.slots[slot], r.lessons[lesson].minutes);
        let span = (s.at, s.at + minutes);
        if s.clock < MORNING || s.clock + minutes > NIGHT || !self.run_is_free(run, span) {
            return None;
        }
        let mut able: Vec<usize> = r
            .trainers
            .iter()
            .copied()
            .filter(|t| self.is_available(*t, day, s.clock, minutes) && self.is_idle(*t, day, span))
            .collect();
        if able.is_empty() {
            return None;
        }
        able.sort_by_key(|t| (self.loads[*t], *t));
        let halls: Vec<usize> = r
            .halls
            .iter()
            .copied()
            .filter(|h| self.problem.halls[*h].seats >= r.seats && self.hall_is_free(*h, day, span))
            .collect();
        able.iter().find_map(|t| {
            let hall = halls.iter().find(|h| self.can_travel(*t, day, span, **h))?;
            let (from, to) = span;
            Some(Placed { from, to, run, lesson, day, slot, trainer: *t, hall: *hall })
        })
    }

    /// The end of the lesson before, and the start of the one after.
    fn room(&self, run: usize, lesson: usize) -> (Minute, Minute) {
        let lessons = &self.placed[run];
        let before = lessons[..lesson].iter().flatten().map(|p| p.to).max();
        let after = lessons[lesson + 1..].iter().flatten().map(|p| p.from).min();
        (before.unwrap_or(Minute::MIN), after.unwrap_or(Minute::MAX))
    }

    /// The first slot before `until` at which a lesson can be.
    fn earliest(&self, run: usize, lesson: usize, until: Minute) -> Option<Placed> {
        let (from, to) = self.room(run, lesson);
        let minutes = self.problem.runs[run].lessons[lesson].minutes;
        for (day, d) in self.problem.days.iter().enumerate() {
            if d.closed.is_some() || self.on_day(run, day) >= self.problem.per_day {
                continue;
            }
            for (slot, s) in d.slots.iter().enumerate() {
                if s.at < from || s.at >= until || s.at + minutes > to {
                    continue;
                }
                if let Some(placed) = self.at(run, lesson, day, slot) {
                    return Some(placed);
                }
            }
        }
        None
    }

    // How it comes to be ---------------------------------------------------------------------

    /// Slot by slot; those with most left to do choose first.
    fn build(&mut self) {
        let problem = self.problem;
        let mut next = vec![0; problem.runs.len()];
        for (day, d) in problem.days.iter().enumerate() {
            if d.closed.is_some() {
                continue;
            }
            for (slot, s) in d.slots.iter().enumerate() {
                let mut open: Vec<usize> = (0..problem.runs.len())
                    .filter(|r| next[*r] < problem.runs[*r].lessons.len())
                    .collect();
                open.sort_by_key(|r| {
                    (std::cmp::Reverse(problem.runs[*r].lessons.len() - next[*r]), *r)
                });
                for run in open {
                    let (from, _) = self.room(run, next[run]);
                    if s.at < from || self.on_day(run, day) >= problem.per_day {
                        continue;
                    }
                    if let Some(placed) = self.at(run, next[run], day, slot) {
                        self.put(placed);
                        next[run] += 1;
                    }
                }
            }
        }
    }

    /// Takes the batch that ends last out, with some others, and puts them in again in another
    /// order; what is no better is undone.
    fn improve(&mut self) {
        let mut chance = Chance(1);
        let runs = self.problem.runs.len();
        for _ in 0..ROUNDS.min(runs * 10) {
            let before = self.score();
            let last = (0..runs).max_by_key(|r| {
                let missing = self.placed[*r].iter().filter(|p| p.is_none()).count();
                (missing, self.placed[*r].iter().flatten().map(|p| p.to).max(), *r)
            });
            let mut out: Vec<usize> = last.into_iter().collect();
            for _ in 1..OUT.min(runs) {
                let other = chance.below(runs);
                if !out.contains(&other) {
                    out.push(other);
                }
            }
            let kept: Vec<Placed> =
                out.iter().flat_map(|r| self.placed[*r].clone()).flatten().collect();
            for p in &kept {
                self.take(*p);
            }
            // Lesson by lesson in turn, or batch by batch.
            let longest = out.iter().map(|r| self.placed[*r].len()).max().unwrap_or(0);
            let in_turn = chance.below(2) == 0;
            let order: Vec<(usize, usize)> = if in_turn {
                (0..longest).flat_map(|l| out.iter().map(move |r| (*r, l))).collect()
            } else {
                out.iter().flat_map(|r| (0..longest).map(move |l| (*r, l))).collect()
            };
            for (run, lesson) in order {
                // Nothing is taught before what comes first.
                let ready = lesson < self.placed[run].len()
                    && self.placed[run][..lesson].iter().all(Option::is_some);
                if ready && let Some(placed) = self.earliest(run, lesson, Minute::MAX) {
                    self.put(placed);
                }
            }
            if self.score() > before {
                let now: Vec<Placed> =
                    out.iter().flat_map(|r| self.placed[*r].clone()).flatten().collect();
                for p in now {
                    self.take(p);
                }
                for p in kept {
                    self.put(p);
                }
            }
        }
    }

    /// Gives sessions of those who teach much to those who teach little, at the same time and place.
    fn share_out(&mut self) {
        loop {
            let mut given = false;
            let mut all: Vec<Placed> = self.placed.iter().flatten().flatten().copied().collect();
            all.sort();
            for p in all {
                let minutes = p.to - p.from;
                let d = &self.problem.days[p.day];
                let clock = d.slots[p.slot].clock;
                self.take(p);
                let span = (p.from, p.to);
                let able = |t: &usize| {
                    self.is_available(*t, p.day, clock, minutes)
                        && self.can_travel(*t, p.day, span, p.hall)
                };
                let least = self.problem.runs[p.run]
                    .trainers
                    .iter()
                    .copied()
                    .filter(able)
                    .min_by_key(|t| (self.loads[*t], *t));
                // Only where it brings the two nearer to each other.
                match least.filter(|t| self.loads[*t] < self.loads[p.trainer]) {
                    Some(trainer) => {
                        self.put(Placed { trainer, ..p });
                        given = true;
                    }
                    None => self.put(p),
                }
            }
            if !given {
                return;
            }
        }
    }

    /// Moves each session to the first slot that is free for it, until none can be moved: what stands
    /// before a session then really stands in its way.
    fn pull_forward(&mut self) {
        loop {
            let mut moved = false;
            let mut all: Vec<Placed> = self.placed.iter().flatten().flatten().copied().collect();
            all.sort();
            for p in all {
                self.take(p);
                let better = self.earliest(p.run, p.lesson, p.from);
                moved |= better.is_some();
                self.put(better.unwrap_or(p));
            }
            // A place for what had none may have come free.
            for run in 0..self.placed.len() {
                for lesson in 0..self.placed[run].len() {
                    let ready = self.placed[run][..lesson].iter().all(Option::is_some);
                    if self.placed[run][lesson].is_none()
                        && ready
                        && let Some(placed) = self.earliest(run, lesson, Minute::MAX)
                    {
                        self.put(placed);
                        moved = true;
                    }
                }
            }
            if !moved {
                return;
            }
        }
    }
}

/// Numbers that look like chance and are the same each time (a linear congruential generator).
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let high = self.0 >> 33;
        usize::try_from(high).unwrap_or(0) % n.max(1)
    }
}
