//! What a planner must know besides sessions: the ways between venues, the holidays.

pub mod rules;
pub mod store;

use crate::access::rules::Reach;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, PersonId, SessionId, VenueId};
use crate::schedule::clashes::{Busy, Wish};
use crate::schedule::ground::rules::Ground;
use crate::schedule::ground::store::Search;
use crate::schedule::holidays;

/// The ground of some wishes, in three statements.
pub fn around(db: &mut Db, wishes: &[Wish]) -> Result<Ground, Fault> {
    let travel = store::travel(db)?;
    let days = |w: &Wish| (w.starts_at.local(w.zone).date(), w.ends_at.local(w.zone).date());
    let from = wishes.iter().map(|w| days(w).0).min();
    let to = wishes.iter().map(|w| days(w).1).max();
    let holidays = match (from, to) {
        (Some(from), Some(to)) => holidays::store::between(db, from, to)?,
        _ => vec![],
    };
    Ok(Ground { travel, holidays })
}

/// The sessions that could clash with some wishes, but for these, in three statements however many
/// wishes there are. Titles only within a reach.
pub fn near(
    db: &mut Db,
    wishes: &[Wish],
    except: &[SessionId],
    ground: &Ground,
    reach: &Reach,
) -> Result<Vec<Busy>, Fault> {
    let wanted = Wanted::of(wishes);
    let Some(search) = wanted.search(ground, except) else { return Ok(vec![]) };
    let shared = store::shared(db, &search)?;
    store::busy(db, &search, &shared, reach)
}

/// What some wishes need, each once.
pub struct Wanted {
    span: Option<(Moment, Moment)>,
    batches: Vec<BatchId>,
    venues: Vec<VenueId>,
    trainers: Vec<PersonId>,
}

impl Wanted {
    pub fn of(wishes: &[Wish]) -> Self {
        let from = wishes.iter().map(|w| w.starts_at).min();
        let to = wishes.iter().map(|w| w.ends_at).max();
        Self {
            span: from.zip(to),
            batches: each_once(wishes.iter().map(|w| w.batch)),
            venues: each_once(wishes.iter().filter_map(|w| w.venue)),
            trainers: each_once(wishes.iter().flat_map(|w| w.trainers.iter().copied())),
        }
    }

    /// Nothing, when nothing is wished for.
    pub fn search<'a>(&'a self, ground: &Ground, except: &'a [SessionId]) -> Option<Search<'a>> {
        let (from, to) = self.span?;
        Some(Search {
            from,
            to,
            slack: ground.travel.most(),
            batches: &self.batches,
            venues: &self.venues,
            trainers: &self.trainers,
            except,
        })
    }
}

fn each_once<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = all.collect();
    all.sort_unstable();
    all.dedup();
    all
}
