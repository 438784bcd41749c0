//! Owns weekly_turns, weekly_counts.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Text};

use crate::access::rules::Role;
use crate::enrolment::rules::Place;
use crate::kit::among::ids_among;
use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{PersonId, UnitId};
use crate::kit::schema::{
    batches, blocked_addresses, emails, enrolments, grants, marks, office_kinds, offices, people,
    roll_closings, sessions, stopped_digests, units, weekly_counts, weekly_turns,
};
use crate::letters::weekly::rules::{Count, Counts};
use crate::post::rules::Series;
use crate::schedule::rules::{BatchState, SessionState};

/// The newest week that is planned.
pub fn last_turn(db: &mut Db) -> Result<Option<NaiveDate>, Fault> {
    Ok(weekly_turns::table
        .order(weekly_turns::monday.desc())
        .select(weekly_turns::monday)
        .first(db)
        .optional()?)
}

/// Begins a week. False when another node has.
pub fn begin(db: &mut Db, monday: NaiveDate, now: Moment) -> Result<bool, Fault> {
    let done = on_each!(db, c => diesel::insert_into(weekly_turns::table)
        .values((weekly_turns::monday.eq(monday), weekly_turns::planned_at.eq(now)))
        .on_conflict(weekly_turns::monday)
        .do_nothing()
        .execute(c))?;
    Ok(done > 0)
}

/// Keeps how far units had come.
pub fn keep(db: &mut Db, monday: NaiveDate, counts: &[(UnitId, Count)]) -> Result<(), Fault> {
    for chunk in counts.chunks(1_000) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(unit, count)| {
                (
                    weekly_counts::unit_id.eq(*unit),
                    weekly_counts::monday.eq(monday),
                    weekly_counts::enrolled.eq(count.enrolled),
                    weekly_counts::complete.eq(count.complete),
                )
            })
            .collect();
        on_each!(db, c => diesel::insert_into(weekly_counts::table)
            .values(&rows)
            .on_conflict((weekly_counts::unit_id, weekly_counts::monday))
            .do_nothing()
            .execute(c))?;
    }
    Ok(())
}

/// How far some units had come in each week that is named.
pub fn kept(
    db: &mut Db,
    which: &BTreeSet<UnitId>,
    mondays: &BTreeSet<NaiveDate>,
) -> Result<HashMap<(UnitId, NaiveDate), Count>, Fault> {
    let rows: Vec<(UnitId, NaiveDate, i64, i64)> = weekly_counts::table
        .filter(ids_among(weekly_counts::unit_id, which.iter().copied()))
        .filter(weekly_counts::monday.eq_any(mondays))
        .select((
            weekly_counts::unit_id,
            weekly_counts::monday,
            weekly_counts::enrolled,
            weekly_counts::complete,
        ))
        .load(db)?;
    let count = |(unit, monday, enrolled, complete)| ((unit, monday), Count { enrolled, complete });
    Ok(rows.into_iter().map(count).collect())
}

/// How far the people of every unit have come: as the report, counted from the index first.
pub fn counts(db: &mut Db) -> Result<Counts, Fault> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        path: String,
        #[diesel(sql_type = BigInt)]
        enrolled: i64,
        #[diesel(sql_type = BigInt)]
        complete: i64,
    }
    let text = "select u.path, c.enrolled, c.complete from (select unit_id, count(*) as enrolled, \
        sum(case when standing = 'complete' then 1 else 0 end) as complete \
        from standings group by unit_id) c join units u on u.id = c.unit_id";
    let rows: Vec<Row> = sql_query(text).load(db)?;
    let count = |r: Row| (r.path, Count { enrolled: r.enrolled, complete: r.complete });
    Ok(Counts::of(rows.into_iter().map(count)))
}

/// A unit as a letter names it.
#[derive(Debug, Clone, Queryable)]
pub struct Unit {
    pub id: UnitId,
    pub parent: Option<UnitId>,
    pub code: String,
    pub path: String,
    pub name_hi: String,
    pub name_en: String,
}

type UnitColumns =
    (units::id, units::parent_id, units::code, units::path, units::name_hi, units::name_en);
const UNIT: UnitColumns =
    (units::id, units::parent_id, units::code, units::path, units::name_hi, units::name_en);

/// Who is admin of which unit today.
pub fn admins(db: &mut Db, today: NaiveDate) -> Result<Vec<(PersonId, Unit)>, Fault> {
    Ok(grants::table
        .inner_join(units::table)
        .filter(grants::role.eq(Role::Admin))
        .filter(grants::valid_from.is_null().or(grants::valid_from.le(today)))
        .filter(grants::valid_to.is_null().or(grants::valid_to.ge(today)))
        .order((grants::person_id, units::path))
        .select((grants::person_id, UNIT))
        .load(db)?)
}

/// Of which units a person is admin today.
pub fn units_of(
    db: &mut Db,
    person: PersonId,
    today: NaiveDate,
) -> Result<BTreeSet<UnitId>, Fault> {
    let rows: Vec<UnitId> = grants::table
        .filter(grants::person_id.eq(person).and(grants::role.eq(Role::Admin)))
        .filter(grants::unit_id.is_not_null())
        .filter(grants::valid_from.is_null().or(grants::valid_from.le(today)))
        .filter(grants::valid_to.is_null().or(grants::valid_to.ge(today)))
        .select(grants::unit_id.assume_not_null())
        .load(db)?;
    Ok(rows.into_iter().collect())
}

/// Those who did not stop weekly letters.
pub fn willing(db: &mut Db, who: &BTreeSet<PersonId>) -> Result<HashSet<PersonId>, Fault> {
    let stopped: Vec<PersonId> = stopped_digests::table
        .filter(stopped_digests::kind.eq(Series::Weekly))
        .select(stopped_digests::person_id)
        .load(db)?;
    let stopped: HashSet<PersonId> = stopped.into_iter().collect();
    Ok(who.iter().copied().filter(|person| !stopped.contains(person)).collect())
}

/// Some units, and those right below them.
pub fn units_and_below(db: &mut Db, which: &BTreeSet<UnitId>) -> Result<Vec<Unit>, Fault> {
    let ids = || which.iter().copied();
    Ok(units::table
        .filter(
            ids_among(units::id, ids()).or(ids_among(units::parent_id.assume_not_null(), ids())),
        )
        .order(units::path)
        .select(UNIT)
        .load(db)?)
}

// --- What is wrong ---------------------------------------------------------------------------------

/// Sessions that ended lately with somebody on a seat unmarked, and that nobody finished by hand:
/// path, start, zone.
pub fn without_roll(
    db: &mut Db,
    since: Moment,
    now: Moment,
) -> Result<Vec<(String, Moment, String)>, Fault> {
    let mark = marks::table
        .filter(marks::session_id.eq(sessions::id).and(marks::person_id.eq(enrolments::person_id)));
    let unmarked = enrolments::table
        .filter(enrolments::batch_id.eq(sessions::batch_id).and(enrolments::place.eq(Place::Seat)))
        .filter(not(exists(mark)));
    let finished = roll_closings::table.filter(
        roll_closings::session_id.eq(sessions::id).and(roll_closings::closed_by.is_not_null()),
    );
    Ok(sessions::table
        .inner_join(batches::table.inner_join(units::table))
        .filter(sessions::starts_at.gt(since).and(sessions::ends_at.le(now)))
        .filter(sessions::state.eq(SessionState::Published))
        .filter(batches::state.eq(BatchState::Open))
        .filter(exists(unmarked).and(not(exists(finished))))
        .order((sessions::starts_at, sessions::id))
        .select((units::path, sessions::starts_at, sessions::timezone))
        .load(db)?)
}

/// The unit of each person who asks for a place and waits for the answer: its path.
pub fn asking(db: &mut Db) -> Result<Vec<String>, Fault> {
    Ok(enrolments::table
        .inner_join(batches::table)
        .inner_join(people::table.inner_join(units::table.on(units::id.eq(people::unit_id))))
        .filter(enrolments::place.eq(Place::Requested).and(batches::state.eq(BatchState::Open)))
        .select(units::path)
        .load(db)?)
}

/// A unit with a post whose holder decides: whether the post is there, and whether anybody does.
#[derive(Debug, Clone)]
pub struct Post {
    pub path: String,
    pub name_hi: String,
    pub name_en: String,
    pub has_post: bool,
    pub is_held: bool,
}

/// Who decides at some units today.
pub fn posts(
    db: &mut Db,
    which: &BTreeSet<UnitId>,
    today: NaiveDate,
) -> Result<BTreeMap<UnitId, Post>, Fault> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        id: UnitId,
        #[diesel(sql_type = Text)]
        path: String,
        #[diesel(sql_type = Text)]
        name_hi: String,
        #[diesel(sql_type = Text)]
        name_en: String,
        #[diesel(sql_type = Bool)]
        has_post: bool,
    }
    if which.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ids: Vec<String> = which.iter().map(ToString::to_string).collect();
    let rows: Vec<Row> = sql_query(format!(
        "select u.id, u.path, u.name_hi, u.name_en, exists (select 1 from office_kinds k \
         where k.approves and (k.level is null or k.level = l.code)) as has_post \
         from units u join levels l on l.id = u.level_id where u.id in ({})",
        ids.join(",")
    ))
    .load(db)?;
    let of = || which.iter().copied();
    let mut held: BTreeSet<UnitId> = offices::table
        .inner_join(office_kinds::table)
        .filter(ids_among(offices::unit_id, of()).and(office_kinds::approves.eq(true)))
        .filter(offices::valid_from.le(today))
        .filter(offices::valid_to.is_null().or(offices::valid_to.ge(today)))
        .select(offices::unit_id)
        .load::<UnitId>(db)?
        .into_iter()
        .collect();
    let granted: Vec<UnitId> = grants::table
        .filter(ids_among(grants::unit_id.assume_not_null(), of()))
        .filter(grants::role.eq(Role::Admin))
        .filter(grants::valid_from.is_null().or(grants::valid_from.le(today)))
        .filter(grants::valid_to.is_null().or(grants::valid_to.ge(today)))
        .select(grants::unit_id.assume_not_null())
        .load(db)?;
    held.extend(granted);
    let post = |r: Row| {
        let (path, name_hi, name_en, has_post) = (r.path, r.name_hi, r.name_en, r.has_post);
        (r.id, Post { path, name_hi, name_en, has_post, is_held: held.contains(&r.id) })
    };
    Ok(rows.into_iter().map(post).collect())
}

/// The path of the unit of each person with an address that letters come back from.
pub fn blocked(db: &mut Db) -> Result<Vec<String>, Fault> {
    let rows: Vec<(PersonId, String)> = emails::table
        .inner_join(blocked_addresses::table.on(blocked_addresses::folded.eq(emails::folded)))
        .inner_join(people::table.inner_join(units::table.on(units::id.eq(people::unit_id))))
        .select((people::id, units::path))
        .distinct()
        .load(db)?;
    Ok(rows.into_iter().map(|(_, path)| path).collect())
}
