//! Sessions and batches moved or called off, with everything it causes shown beforehand.

pub mod pages;
pub mod batches;
pub mod api;

use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, PersonId};
use crate::reminders::{self, Foresight, Turn};
use crate::schedule;
use crate::schedule::Session;
use crate::schedule::moves::Outlook;
use crate::schedule::rules::SessionState;

/// What a change does to people, ready to be said.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Effect {
    /// How many get a letter.
    pub told: usize,
    /// Some of them.
    pub names: Vec<String>,
    /// Those of them who teach.
    pub trainers: Vec<String>,
    /// How many have no address: somebody must phone them.
    pub mute: usize,
    pub mute_names: Vec<String>,
    /// Planned reminders that no longer go, and those that go instead.
    pub dropped: usize,
    pub planned: usize,
}

/// Names that are read out; the rest are counted.
const NAMES: usize = 5;
/// Among so many the names are looked for.
const SOUGHT: usize = 1_000;

/// What moves would cause.
pub fn of_moves(
    db: &mut Db,
    batch: BatchId,
    looks: &[Outlook],
    by: PersonId,
    now: Moment,
) -> Result<Effect, Fault> {
    let told =
        |o: &&Outlook| (o.meeting || o.trainers) && o.before.state == SessionState::Published;
    let taught_by = |o: &Outlook| {
        let trainers = o.after.trainers.iter().map(|(id, _)| *id);
        o.trainers.then(|| (trainers.collect(), by))
    };
    let look = |o: &Outlook| Turn {
        is_revised: o.meeting,
        taught_by: taught_by(o),
        ..turn(&o.after, false)
    };
    let turns: Vec<Turn> = looks.iter().filter(told).map(look).collect();
    if turns.is_empty() {
        return Ok(Effect::default());
    }
    let seen = reminders::foresee(db, batch, &turns, false, now)?;
    effect(db, &seen)
}

/// What it would cause to call sessions off; with `is_off`, the whole batch.
pub fn of_cancellation(
    db: &mut Db,
    batch: BatchId,
    sessions: &[Session],
    is_off: bool,
    now: Moment,
) -> Result<Effect, Fault> {
    let turns: Vec<Turn> = sessions
        .iter()
        .filter(|s| s.state == SessionState::Published)
        .map(|s| turn(s, true))
        .collect();
    if turns.is_empty() && !is_off {
        return Ok(Effect::default());
    }
    let seen = reminders::foresee(db, batch, &turns, is_off, now)?;
    effect(db, &seen)
}

fn turn(session: &Session, is_cancelled: bool) -> Turn {
    Turn {
        session: session.id,
        starts_at: session.starts_at,
        ends_at: session.ends_at,
        is_cancelled,
        is_revised: true,
        taught_by: None,
    }
}

fn effect(db: &mut Db, seen: &Foresight) -> Result<Effect, Fault> {
    Ok(Effect {
        told: seen.told.len(),
        names: some_names(db, &seen.told)?,
        trainers: some_names(db, &seen.trainers)?,
        mute: seen.mute.len(),
        mute_names: some_names(db, &seen.mute)?,
        dropped: seen.dropped,
        planned: seen.planned,
    })
}

fn some_names(db: &mut Db, people: &[PersonId]) -> Result<Vec<String>, Fault> {
    let sought = &people[..people.len().min(SOUGHT)];
    let names = schedule::store::names_of(db, sought)?;
    Ok(names.into_iter().take(NAMES).map(|(_, name)| name).collect())
}
