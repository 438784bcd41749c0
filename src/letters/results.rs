//! What became of letters in hand, written down.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::LetterId;
use crate::kit::ledger;
use crate::kit::site::{Site, Stamp};
use crate::letters::errand::Ready;
use crate::letters::write;
use crate::post::rules::{End, Kind};
use crate::post::store::Leased;
use crate::post::{self, Tally, Tried};

/// How long results are kept while the database is away: as long as a lease holds, for after it
/// somebody else may send the letters again.
const PATIENCE: Duration = Duration::from_secs(240);
/// The waits between two tries to write results down.
const RETRIES: [Duration; 3] =
    [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(5)];

/// What is told of one letter.
pub struct Report {
    /// What it was held by.
    pub token: Arc<str>,
    pub letter: Leased,
    pub outcome: Outcome,
}

impl Report {
    pub fn of(ready: Ready, outcome: Outcome) -> Self {
        Self { token: ready.hold.token, letter: ready.letter, outcome }
    }
}

/// What is to be written down of the letters that one lease holds.
pub struct Step {
    pub token: Arc<str>,
    pub reports: Vec<Report>,
    /// Those that are about to be handed over.
    pub next: Vec<LetterId>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Ended(End),
    /// It was about to be handed over, and was not.
    Withheld(End),
    /// It is in other hands by now.
    Lost,
    /// It was about to be handed over; it goes back as it was.
    Back,
    /// It was about to be handed over; its reader sleeps until then.
    Rest(Moment),
}

/// Writes ends down, and which letters are next, with patience: a letter that went but is not
/// written down goes again.
pub async fn settle(site: &Site, steps: Vec<Step>) -> Result<Tally, Fault> {
    if steps.is_empty() {
        return Ok(Tally::default());
    }
    let steps = Arc::new(steps);
    let began = Instant::now();
    let mut waits = RETRIES.iter().chain(std::iter::repeat(&RETRIES[RETRIES.len() - 1]));
    loop {
        let told = steps.clone();
        let done = write(site, move |db, site| {
            let (mut tally, stamp) = (Tally::default(), site.stamp());
            for Step { token, reports, next } in told.iter() {
                tally += settle_here(db, token, reports, &stamp)?;
                if !next.is_empty() {
                    post::store::hand_over(db, token, next)?;
                }
            }
            Ok(tally)
        })
        .await;
        match (done, waits.next()) {
            (Err(fault), Some(wait)) if began.elapsed() < PATIENCE => {
                let letters: usize = steps.iter().map(|step| step.reports.len()).sum();
                tracing::warn!(%fault, letters, "results are kept in hand");
                sleep(*wait).await;
            }
            (done, _) => return done,
        }
    }
}

/// Writes ends down; for a letter that was no longer true, the planner is asked to look again.
pub fn settle_here(
    db: &mut Db,
    token: &str,
    reports: &[Report],
    stamp: &Stamp,
) -> Result<Tally, Fault> {
    let now = stamp.now;
    let mut unreachable = vec![];
    let (mut tried, mut lost, mut stale) = (vec![], 0, BTreeSet::new());
    let (mut back, mut called_back) = (vec![], vec![]);
    let mut resting: BTreeMap<Moment, Vec<LetterId>> = BTreeMap::new();
    for Report { letter, outcome, .. } in reports {
        let (id, useless_after) = (letter.id, letter.useless_after);
        let mut attempts = letter.attempts;
        let end = match outcome {
            Outcome::Ended(end) => end.clone(),
            Outcome::Withheld(end) => {
                called_back.push(id);
                attempts -= 1;
                end.clone()
            }
            Outcome::Lost => {
                lost += 1;
                continue;
            }
            Outcome::Back => {
                called_back.push(id);
                back.push(id);
                continue;
            }
            Outcome::Rest(until) => {
                called_back.push(id);
                resting.entry(*until).or_default().push(id);
                continue;
            }
        };
        if end == End::Unwanted && letter.kind != Kind::SignIn {
            stale.extend(letter.batch);
        }
        if let End::Unreachable(why) = &end {
            unreachable.push((id, why.clone()));
        }
        tried.push(Tried { id, kind: letter.kind, attempts, useless_after, end });
    }
    if !called_back.is_empty() {
        post::store::call_back(db, token, &called_back)?;
    }
    if !back.is_empty() {
        post::store::release(db, token, &back, now)?;
    }
    post::store::rest(db, token, &resting, now)?;
    let mut tally = post::settle(db, token, &tried, now)?;
    tally.late += lost;
    if tally.late > 0 {
        tracing::warn!(
            late_result = tally.late,
            "letters were in other hands when their results came"
        );
    }
    ledger::ask_all(db, &Vec::from_iter(stale), now)?;
    if !unreachable.is_empty() {
        post::bounces::refused(db, &unreachable, stamp)?;
    }
    Ok(tally)
}
