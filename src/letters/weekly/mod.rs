//! How far the people of one's units have come, every Monday to whoever administers them.

pub mod rules;
pub mod store;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{LetterId, PersonId, UnitId};
use crate::kit::ledger::{self, Plan};
use crate::kit::site::Stamp;
use crate::letters::weekly::rules::{Count, Counts, outermost};
use crate::letters::weekly::store::{Post, Unit};
use crate::post::rules::Kind;
use crate::reminders;
use crate::units::rules::line;

/// What the letter of a week is about, as its facts hold it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Week {
    pub monday: NaiveDate,
    pub units: Vec<UnitId>,
}

pub fn week(facts: &str) -> Option<Week> {
    serde_json::from_str(facts).ok()
}

/// Whether a week has begun that is not planned.
pub fn is_due(db: &mut Db, now: Moment) -> Result<bool, Fault> {
    Ok(store::last_turn(db)?.is_none_or(|last| last < rules::monday(now)))
}

/// Plans the letters of the week, once for all nodes, and keeps how far each unit has come; gives how
/// many. A house that is just set up begins with the Monday after: there is no week to look back on.
pub fn plan(db: &mut Db, default: Tz, stamp: &Stamp) -> Result<usize, Fault> {
    let now = stamp.now;
    let monday = rules::monday(now);
    let last = store::last_turn(db)?;
    if last.is_some_and(|last| last >= monday) || !store::begin(db, monday, now)? {
        return Ok(0);
    }
    let counts = store::counts(db)?;
    let mut of_person: BTreeMap<PersonId, Vec<Unit>> = BTreeMap::new();
    let mut kept: BTreeMap<UnitId, Count> = BTreeMap::new();
    for (person, unit) in store::admins(db, now.date_in(default))? {
        kept.insert(unit.id, counts.below(&unit.path));
        of_person.entry(person).or_default().push(unit);
    }
    kept.retain(|_, count| count.enrolled > 0);
    if last.is_none() {
        return Ok(0);
    }
    let rows: Vec<(UnitId, Count)> = kept.iter().map(|(unit, count)| (*unit, *count)).collect();
    store::keep(db, monday, &rows)?;
    let people: BTreeSet<PersonId> = of_person.keys().copied().collect();
    let reachable = reminders::store::reachable(db, &people)?;
    let willing = store::willing(db, &people)?;
    let zones = zones_of(db, of_person.values().flatten())?;
    let mut plans = vec![];
    for (person, units) in of_person {
        let mut units = outermost(units, |unit| &unit.path);
        units.retain(|unit| kept.contains_key(&unit.id));
        let Some(first) = units.first() else { continue };
        let zone = zones.get(&first.id).copied().unwrap_or(default);
        let (due_at, useless) = rules::due(monday, zone);
        if !reachable.contains(&person) || !willing.contains(&person) || useless <= now {
            continue;
        }
        let units: Vec<UnitId> = units.iter().map(|unit| unit.id).collect();
        plans.push(Plan {
            id: LetterId(stamp.id()),
            kind: Kind::Weekly.word().to_owned(),
            rule: None,
            person,
            batch: None,
            session: None,
            revision: None,
            enrolment: None,
            key: format!("weekly:{person}:{monday}"),
            facts: json!(Week { monday, units }),
            due_at,
            useless_after: Some(useless),
        });
    }
    ledger::plan(db, &plans, now)
}

/// The zone of each unit, or of the nearest one above it that has its own.
fn zones_of<'a>(
    db: &mut Db,
    units: impl Iterator<Item = &'a Unit>,
) -> Result<HashMap<UnitId, Tz>, Fault> {
    let paths: BTreeMap<UnitId, &str> = units.map(|unit| (unit.id, unit.path.as_str())).collect();
    let all: BTreeSet<UnitId> = paths.values().flat_map(|path| line(path)).collect();
    let own: HashMap<UnitId, Tz> = reminders::store::zones_of(db, &all)?
        .into_iter()
        .filter_map(|(unit, name)| Some((unit, name?.parse().ok()?)))
        .collect();
    let nearest = |path: &str| line(path).iter().rev().find_map(|unit| own.get(unit).copied());
    Ok(paths.iter().filter_map(|(unit, path)| Some((*unit, nearest(path)?))).collect())
}

/// Whether a person is still admin of every unit that a letter tells of.
pub fn stands(
    db: &mut Db,
    person: Option<PersonId>,
    facts: &str,
    today: NaiveDate,
) -> Result<bool, Fault> {
    let (Some(person), Some(week)) = (person, week(facts)) else { return Ok(false) };
    let held = store::units_of(db, person, today)?;
    Ok(week.units.iter().all(|unit| held.contains(unit)))
}

// --- When it goes ----------------------------------------------------------------------------------

/// How long back sessions without a roll are looked for.
const ROLL_DAYS: i64 = 7;

/// Everything that the weekly letters in hand say.
#[derive(Debug, Clone, Default)]
pub struct Report {
    pub counts: Counts,
    pub before: HashMap<(UnitId, NaiveDate), Count>,
    /// Those that are told of, and those right below them.
    pub units: Vec<Unit>,
    /// Path, start, zone.
    pub without_roll: Vec<(String, Moment, Tz)>,
    /// For each request that waits, the vacant posts that it passed.
    pub vacant: Vec<Vec<Post>>,
    /// The path of each person whose address does not work.
    pub blocked: Vec<String>,
}

impl Report {
    /// The units of a letter.
    pub fn of_week(&self, week: &Week) -> Vec<&Unit> {
        let named = week.units.iter().filter_map(|id| self.units.iter().find(|u| u.id == *id));
        named.collect()
    }

    /// Whether anybody is enrolled there now.
    pub fn says(&self, week: &Week) -> bool {
        self.of_week(week).iter().any(|unit| self.counts.below(&unit.path).enrolled > 0)
    }
}

/// What the weekly letters in hand say; nothing is asked when there is none.
pub fn report(db: &mut Db, weeks: &[Week], default: Tz, now: Moment) -> Result<Report, Fault> {
    if weeks.is_empty() {
        return Ok(Report::default());
    }
    let units: BTreeSet<UnitId> = weeks.iter().flat_map(|w| w.units.iter().copied()).collect();
    let mondays: BTreeSet<NaiveDate> = weeks.iter().map(|w| rules::week_before(w.monday)).collect();
    let asking = store::asking(db)?;
    let above: BTreeSet<UnitId> = asking.iter().flat_map(|path| line(path)).collect();
    let posts = store::posts(db, &above, now.date_in(default))?;
    let passed = |path: &String| -> Vec<Post> {
        let upward = line(path).into_iter().rev().filter_map(|unit| posts.get(&unit));
        upward.take_while(|post| !post.is_held).filter(|post| post.has_post).cloned().collect()
    };
    let rolls = store::without_roll(db, now.plus_days(-ROLL_DAYS), now)?;
    Ok(Report {
        counts: store::counts(db)?,
        before: store::kept(db, &units, &mondays)?,
        units: store::units_and_below(db, &units)?,
        without_roll: rolls
            .into_iter()
            .map(|(path, at, zone)| (path, at, zone.parse().unwrap_or(default)))
            .collect(),
        vacant: asking.iter().map(passed).filter(|posts| !posts.is_empty()).collect(),
        blocked: store::blocked(db)?,
    })
}
