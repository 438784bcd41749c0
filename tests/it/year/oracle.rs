//! Which reminders must have gone, worked out by hand from the end of the story, not by the planner.

use std::collections::HashMap;

use prashikshan::enrolment::rules::Place;
use prashikshan::kit::clock::Moment;
use prashikshan::kit::ids::{PersonId, SessionId};
use prashikshan::post::rules::State;
use prashikshan::schedule::rules::SessionState;

use super::world::{Batch, World};

/// A kind of letter, about which session's revision, to whom.
type Told<'a> = (&'a str, (SessionId, i32), PersonId);

/// Minutes from UTC to India's clock; only batches there are worked out.
const INDIA: i64 = 330;
const DAY: i64 = 1_440;

/// The minute of 1970 at which a clock in India shows a time, some days away from another minute.
fn clock_in_india(at: i64, days: i64, hour: i64) -> i64 {
    (at + INDIA).div_euclid(DAY) * DAY + days * DAY + hour * 60 - INDIA
}

fn minute(at: Moment) -> i64 {
    at.micros().div_euclid(60_000_000)
}

fn day_in_india(minute: i64) -> i64 {
    (minute + INDIA).div_euclid(DAY)
}

/// The three reminders of a session by the words of the rules (product, 27 and 30).
fn by_hand(start: i64) -> [(&'static str, i64); 3] {
    let mut same_day = clock_in_india(start, 0, 8).min(start - 180);
    // By night: in the morning, or in the evening before when it starts before the morning.
    let morning = clock_in_india(start, 0, 7);
    if same_day < morning {
        same_day = if morning < start { morning } else { clock_in_india(start, -1, 21) - 5 };
    }
    [
        ("three_days", clock_in_india(start, -3, 11)),
        ("one_day", clock_in_india(start, -1, 11)),
        ("same_day", same_day),
    ]
}

/// When the letter that tells of something goes: at once by day, else in the morning.
fn told_on(since: i64) -> i64 {
    let of_day = (since + INDIA).rem_euclid(DAY);
    day_in_india(since) + i64::from(of_day >= 21 * 60)
}

/// Gives how many reminders were checked; panics at the first that did not go, or went in vain.
pub fn each_due_reminder_went(world: &World) -> usize {
    let mut went: HashMap<Told<'_>, Vec<i64>> = HashMap::new();
    for d in world.deliveries.iter().filter(|d| d.is_first_copy) {
        for told in &d.told {
            let rule = d.rule.as_deref().unwrap_or_default();
            went.entry((rule, *told, d.person)).or_default().push(minute(d.at));
        }
    }
    let mut checked = 0;
    for batch in &world.batches {
        checked += of_batch(world, batch, &went);
    }
    checked
}

type Went<'a> = HashMap<(&'a str, (SessionId, i32), PersonId), Vec<i64>>;

fn of_batch(world: &World, batch: &Batch, went: &Went<'_>) -> usize {
    let facts = &batch.facts;
    if batch.has_own_rule || !facts.open || facts.zone != chrono_tz::Asia::Kolkata {
        return 0;
    }
    let mut checked = 0;
    let held = facts.sessions.iter().filter(|s| s.state == SessionState::Published);
    for session in held.clone() {
        // Several on one day are one letter at the time of the first: worked out for single days.
        let day = |start: Moment| day_in_india(minute(start));
        if held.clone().filter(|s| day(s.starts_at) == day(session.starts_at)).count() > 1 {
            continue;
        }
        for person in facts.people.iter().filter(|p| p.place == Place::Seat) {
            let is_plain = person.round == 1
                && person.seated_at < session.starts_at
                && facts.zones.get(&person.person) == Some(&chrono_tz::Asia::Kolkata)
                && !world.unsubscribed.contains_key(&person.person)
                && !world.mute.contains_key(&person.person)
                && !facts.answers.contains_key(&(session.id, person.person));
            if !is_plain {
                continue;
            }
            let since = minute(person.seated_at).max(minute(session.settled_at));
            for (rule, due) in by_hand(minute(session.starts_at)) {
                let times = went.get(&(rule, (session.id, session.revision), person.person));
                let times = times.map_or(&[][..], Vec::as_slice);
                let is_over = due < since || day_in_india(due) <= told_on(since);
                if is_over {
                    assert!(times.is_empty(), "{rule} {session:?} {person:?} at {times:?}");
                } else if !is_troubled(world, batch, rule, person.person, due) {
                    assert_eq!(times, [due], "{rule} {session:?} {person:?}");
                }
                checked += 1;
            }
        }
    }
    checked
}

/// Whether mail was not to be had at that minute, or the server of the story had its moods.
fn is_troubled(world: &World, batch: &Batch, rule: &str, person: PersonId, due: i64) -> bool {
    let is_away =
        world.troubles.iter().any(|(from, until, _)| minute(*from) <= due && due <= minute(*until));
    let rows = batch.ledger.letters.iter().zip(&batch.ledger.posts);
    let mut of_rule = rows.filter(|(l, _)| l.person == person && l.rule.as_deref() == Some(rule));
    is_away
        || of_rule
            .any(|(l, p)| l.state != State::Sent && l.state != State::Cancelled || p.attempts > 1)
}
