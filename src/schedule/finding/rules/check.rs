//! Whether a plan keeps every rule, looked at pair by pair and without the search.

use crate::schedule::finding::rules::{MORNING, Minute, NIGHT, Placed, Plan, Problem};

/// What is wrong with a plan, in words for those who mend the program.
pub fn check(problem: &Problem, plan: &Plan) -> Vec<String> {
    let mut wrong = vec![];
    for p in &plan.placed {
        alone(problem, p, &mut wrong);
    }
    for (i, a) in plan.placed.iter().enumerate() {
        for b in &plan.placed[i + 1..] {
            together(problem, a, b, &mut wrong);
        }
    }
    complete(problem, plan, &mut wrong);
    wrong
}

/// One session against what there is.
fn alone(problem: &Problem, p: &Placed, wrong: &mut Vec<String>) {
    let mut say = |what: &str| wrong.push(format!("run {} lesson {}: {what}", p.run, p.lesson));
    let (Some(run), Some(day)) = (problem.runs.get(p.run), problem.days.get(p.day)) else {
        return say("no such batch or day");
    };
    let (Some(lesson), Some(slot)) = (run.lessons.get(p.lesson), day.slots.get(p.slot)) else {
        return say("no such lesson or slot");
    };
    let (Some(trainer), Some(hall)) = (problem.trainers.get(p.trainer), problem.halls.get(p.hall))
    else {
        return say("no such trainer or hall");
    };
    if p.from != slot.at || p.to != slot.at + lesson.minutes {
        say("not at its slot, or too long, or too short");
    }
    if day.closed.is_some() {
        say("on a closed day");
    }
    if slot.clock < MORNING || slot.clock + lesson.minutes > NIGHT {
        say("at night");
    }
    if !run.trainers.contains(&p.trainer) {
        say("a trainer who may not teach it");
    }
    if trainer.away.iter().any(|(from, to)| (*from..=*to).contains(&day.date)) {
        say("the trainer is away");
    }
    let in_window = trainer.windows.iter().any(|(weekday, from, to)| {
        *weekday == day.weekday && *from <= slot.clock && slot.clock + lesson.minutes <= *to
    });
    if !trainer.windows.is_empty() && !in_window {
        say("outside the trainer's hours");
    }
    for taken in &trainer.busy {
        let way = problem.way(taken.hall, Some(hall.id));
        if p.from < taken.to + way && taken.from < p.to + way {
            say("the trainer teaches elsewhere, or does not get there");
        }
    }
    if !run.halls.contains(&p.hall) || hall.seats < run.seats {
        say("a hall that does not fit");
    }
    if hall.busy.iter().any(|t| p.from < t.to && t.from < p.to) {
        say("the hall is taken");
    }
    if run.busy.iter().any(|(from, to)| p.from < *to && *from < p.to) {
        say("somebody of the batch sits elsewhere");
    }
}

/// Two sessions of the plan against each other.
fn together(problem: &Problem, a: &Placed, b: &Placed, wrong: &mut Vec<String>) {
    let mut say = |what: &str| {
        wrong.push(format!("{}.{} and {}.{}: {what}", a.run, a.lesson, b.run, b.lesson));
    };
    let apart = |minutes: Minute| a.to + minutes <= b.from || b.to + minutes <= a.from;
    if a.run == b.run && a.lesson == b.lesson {
        say("placed twice");
    }
    let in_order = if a.lesson < b.lesson { a.to <= b.from } else { b.to <= a.from };
    if a.run == b.run && !in_order {
        say("not in their order");
    }
    let share = |x: &Placed, y: &Placed| {
        problem.runs.get(x.run).is_some_and(|run| run.shares.contains(&y.run))
    };
    if a.run != b.run && (share(a, b) || share(b, a)) && !apart(0) {
        say("people sit in both");
    }
    if a.hall == b.hall && !apart(0) {
        say("two in one hall");
    }
    let hall = |p: &Placed| problem.halls.get(p.hall).map(|h| h.id);
    if a.trainer == b.trainer && !apart(problem.way(hall(a), hall(b))) {
        say("one trainer for two, or no time for the way");
    }
}

/// Every lesson stands in the plan once, or is named as having no time; days are not overfull.
fn complete(problem: &Problem, plan: &Plan, wrong: &mut Vec<String>) {
    for (r, run) in problem.runs.iter().enumerate() {
        for lesson in 0..run.lessons.len() {
            let placed = plan.placed.iter().filter(|p| p.run == r && p.lesson == lesson).count();
            let missing = plan.unplaced.iter().filter(|u| **u == (r, lesson)).count();
            if placed + missing != 1 {
                wrong.push(format!("run {r} lesson {lesson}: {placed} placed, {missing} missing"));
            }
        }
        for day in 0..problem.days.len() {
            let held = plan.placed.iter().filter(|p| p.run == r && p.day == day).count();
            if held > problem.per_day {
                wrong.push(format!("run {r}: {held} sessions on day {day}"));
            }
        }
    }
}
