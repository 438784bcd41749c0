//! Owns levels, units.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text, Timestamp};
use diesel::upsert::excluded;

use crate::access::rules::{Reach, range};
use crate::kit::among::{ids_among, words_among};
use crate::kit::clock::Moment;
use crate::kit::db::{Db, MOST_BINDS, like_literal, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{LevelId, OfficeId, OfficeKindId, PersonId, UnitId};
use crate::kit::page::{PageNumber, ROWS};
use crate::kit::schema::{journal, levels, office_kinds, offices, people, units};
use crate::kit::within::Within;
use crate::units::UnitDraft;
use crate::units::rules::Level;

type LevelRow = (LevelId, String, i32, String, String, bool);

fn level((id, code, ordinal, name_hi, name_en, electoral): LevelRow) -> Level {
    Level { id, code, ordinal, name_hi, name_en, electoral }
}

/// The levels, from the top.
pub fn levels(db: &mut Db) -> Result<Vec<Level>, Fault> {
    let rows: Vec<LevelRow> = levels::table.order(levels::ordinal).load(db)?;
    Ok(rows.into_iter().map(level).collect())
}

pub fn add_levels(db: &mut Db, made: &[Level]) -> Result<(), Fault> {
    for level in made {
        diesel::insert_into(levels::table)
            .values((
                levels::id.eq(level.id),
                levels::code.eq(&level.code),
                levels::ordinal.eq(level.ordinal),
                levels::name_hi.eq(&level.name_hi),
                levels::name_en.eq(&level.name_en),
                levels::electoral.eq(level.electoral),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// A unit as it stands in its table.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = units, treat_none_as_default_value = false)]
pub struct UnitRow {
    pub id: UnitId,
    pub code: String,
    pub level_id: LevelId,
    pub parent_id: Option<UnitId>,
    pub constituency_id: Option<UnitId>,
    pub path: String,
    pub name_hi: String,
    pub name_en: String,
    pub folded: String,
    pub census_code: Option<String>,
    pub population: Option<i64>,
    pub timezone: Option<String>,
    pub contact_name: Option<String>,
    pub contact_phone: Option<String>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub created_at: Moment,
    pub updated_at: Moment,
}

/// Rows of one statement.
const ROWS_AT_ONCE: usize = MOST_BINDS / 18;

/// Writes new units, parents before children.
pub fn add(db: &mut Db, rows: &[UnitRow]) -> Result<(), Fault> {
    for chunk in rows.chunks(ROWS_AT_ONCE) {
        on_each!(db, c => diesel::insert_into(units::table).values(chunk).execute(c))?;
    }
    Ok(())
}

/// Writes units that are there already. Code, level and birth of a unit never change.
pub fn keep(db: &mut Db, rows: &[UnitRow]) -> Result<(), Fault> {
    for chunk in rows.chunks(ROWS_AT_ONCE) {
        on_each!(db, c => diesel::insert_into(units::table)
            .values(chunk)
            .on_conflict(units::id)
            .do_update()
            .set((
                units::parent_id.eq(excluded(units::parent_id)),
                units::constituency_id.eq(excluded(units::constituency_id)),
                units::path.eq(excluded(units::path)),
                units::name_hi.eq(excluded(units::name_hi)),
                units::name_en.eq(excluded(units::name_en)),
                units::folded.eq(excluded(units::folded)),
                units::census_code.eq(excluded(units::census_code)),
                units::population.eq(excluded(units::population)),
                units::timezone.eq(excluded(units::timezone)),
                units::contact_name.eq(excluded(units::contact_name)),
                units::contact_phone.eq(excluded(units::contact_phone)),
                units::valid_from.eq(excluded(units::valid_from)),
                units::valid_to.eq(excluded(units::valid_to)),
                units::updated_at.eq(excluded(units::updated_at)),
            ))
            .execute(c))?;
    }
    Ok(())
}

/// Gives a whole subtree its new place, in one statement.
pub fn move_subtree(db: &mut Db, from: &str, to: &str, now: Moment) -> Result<usize, Fault> {
    let (first, behind) = range(from);
    let keep_from = i32::try_from(from.len() + 1).map_err(Fault::broken)?;
    let moved = diesel::sql_query(
        "update units set path = $1 || substr(path, $2), updated_at = $3 where path >= $4 and path < $5",
    )
    .bind::<Text, _>(to)
    .bind::<Integer, _>(keep_from)
    .bind::<Timestamp, _>(now)
    .bind::<Text, _>(first)
    .bind::<Text, _>(behind)
    .execute(db)?;
    Ok(moved)
}

/// Every unit, parents before children: for an import, which reads the tree once.
pub fn all(db: &mut Db) -> Result<Vec<UnitRow>, Fault> {
    Ok(units::table.order(units::path).load(db)?)
}

/// A unit with its level and the codes it points to.
#[derive(Debug, Clone)]
pub struct Unit {
    pub row: UnitRow,
    pub level: Level,
    /// The parent's code.
    pub parent: Option<String>,
    /// Code, Hindi and English name of the constituency.
    pub constituency: Option<(String, String, String)>,
}

impl Unit {
    pub fn constituency_code(&self) -> &str {
        self.constituency.as_ref().map_or("", |c| c.0.as_str())
    }

    /// The unit as a form shows it.
    pub fn draft(&self) -> UnitDraft {
        let row = &self.row;
        UnitDraft {
            code: row.code.clone(),
            level: self.level.code.clone(),
            name_hi: row.name_hi.clone(),
            name_en: row.name_en.clone(),
            parent: self.parent.clone().unwrap_or_default(),
            constituency: self.constituency_code().to_owned(),
            census_code: row.census_code.clone().unwrap_or_default(),
            population: row.population.map(|n| n.to_string()).unwrap_or_default(),
            timezone: row.timezone.clone().unwrap_or_default(),
            contact_name: row.contact_name.clone().unwrap_or_default(),
            contact_phone: row.contact_phone.clone().unwrap_or_default(),
            valid_from: row.valid_from.map(|d| d.to_string()).unwrap_or_default(),
            valid_to: row.valid_to.map(|d| d.to_string()).unwrap_or_default(),
        }
    }
}

type Backend = <Db as Connection>::Backend;
type SeatRow = (Option<String>, Option<String>, Option<String>);

enum Wanted<'a> {
    Code(&'a str),
    Window { reach: &'a Reach, parent: Option<UnitId>, after: i64 },
}

fn load(db: &mut Db, wanted: Wanted<'_>, limit: i64) -> Result<Vec<Unit>, Fault> {
    let (above, seats) = diesel::alias!(units as above, units as seats);
    let mut query = units::table
        .inner_join(levels::table)
        .left_join(above.on(above.field(units::id).nullable().eq(units::parent_id)))
        .left_join(seats.on(seats.field(units::id).nullable().eq(units::constituency_id)))
        .select((
            units::all_columns,
            levels::all_columns,
            above.field(units::code).nullable(),
            (
                seats.field(units::code).nullable(),
                seats.field(units::name_hi).nullable(),
                seats.field(units::name_en).nullable(),
            ),
        ))
        .order(units::id)
        .limit(limit)
        .into_boxed::<Backend>();
    match wanted {
        Wanted::Code(code) => query = query.filter(units::code.eq(code.to_owned())),
        Wanted::Window { reach, parent, after } => {
            query = query.filter(Within(reach.ranges()));
            query = query.filter(units::id.gt(UnitId(after)));
            if let Some(parent) = parent {
                query = query.filter(units::parent_id.eq(parent));
            }
        }
    }
    let rows: Vec<(UnitRow, LevelRow, Option<String>, SeatRow)> = query.load(db)?;
    let unit = |(row, of, parent, (code, hi, en))| Unit {
        row,
        level: level(of),
        parent,
        constituency: Option::zip(code, Option::zip(hi, en)).map(|(code, (hi, en))| (code, hi, en)),
    };
    Ok(rows.into_iter().map(unit).collect())
}

/// A code as typed may hold a NUL, which PostgreSQL refuses to compare with.
pub fn unit_of(db: &mut Db, code: &str) -> Result<Option<Unit>, Fault> {
    if code.contains('\0') {
        return Ok(None);
    }
    Ok(load(db, Wanted::Code(code), 1)?.pop())
}

/// Units of a reach in the order of their ids, after one of them: for the API.
pub fn window(
    db: &mut Db,
    reach: &Reach,
    parent: Option<UnitId>,
    after: i64,
    limit: i64,
) -> Result<Vec<Unit>, Fault> {
    load(db, Wanted::Window { reach, parent, after }, limit)
}

/// A unit in a list.
#[derive(Debug, Clone, Queryable)]
pub struct Line {
    pub id: UnitId,
    pub code: String,
    pub path: String,
    pub name_hi: String,
    pub name_en: String,
    pub level_hi: String,
    pub level_en: String,
}

/// Which units a list shows.
pub enum Shown<'a> {
    Below(UnitId),
    /// The highest ones of a reach.
    Tops(&'a Reach),
    /// Those whose name holds these letters, or whose code begins so.
    Matching {
        reach: &'a Reach,
        folded: String,
        code: &'a str,
    },
}

/// One row more than a page holds.
pub fn lines(db: &mut Db, shown: Shown<'_>, page: PageNumber) -> Result<Vec<Line>, Fault> {
    let mut query = units::table
        .inner_join(levels::table)
        .select((
            units::id,
            units::code,
            units::path,
            units::name_hi,
            units::name_en,
            levels::name_hi,
            levels::name_en,
        ))
        .order((levels::ordinal, units::folded, units::id))
        .limit(ROWS + 1)
        .offset(page.offset())
        .into_boxed::<Backend>();
    match shown {
        Shown::Below(parent) => query = query.filter(units::parent_id.eq(parent)),
        Shown::Tops(reach) => query = query.filter(words_among(units::path, reach.paths())),
        Shown::Matching { reach, folded, code } => {
            query = query.filter(Within(reach.ranges()));
            let begins = format!("{}%", like_literal(code));
            let by_code = units::code.like(begins).escape('\\');
            query = if folded.is_empty() {
                query.filter(by_code)
            } else {
                let holds = format!("%{}%", like_literal(&folded));
                query.filter(by_code.or(units::folded.like(holds).escape('\\')))
            };
        }
    }
    Ok(query.load(db)?)
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    id: UnitId,
    #[diesel(sql_type = BigInt)]
    units: i64,
    #[diesel(sql_type = BigInt)]
    people: i64,
}

/// For each of these units, how many units are below it, and how many people are in it or below.
/// People are counted by unit first, then rolled up by path: joining them to the tree row by row
/// is many times slower on SQLite.
pub fn counts(db: &mut Db, ids: &[UnitId]) -> Result<HashMap<UnitId, (i64, i64)>, Fault> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let rows: Vec<CountRow> = diesel::sql_query(format!(
        "with counted as (select unit_id, sum(n) as n from (\
         select unit_id, count(*) as n from people group by unit_id union all \
         select unit_id, -count(*) as n from people where erased_at is not null group by unit_id\
         ) here group by unit_id) \
         select u.id as id, count(b.id) - 1 as units, \
         cast(coalesce(sum(counted.n), 0) as bigint) as people \
         from units u join units b on b.path >= u.path and b.path < u.path || '9' \
         left join counted on counted.unit_id = b.id where u.id in ({}) group by u.id",
        ids.join(",")
    ))
    .load(db)?;
    Ok(rows.into_iter().map(|r| (r.id, (r.units, r.people))).collect())
}

/// Code, path and both names of some units, from the root.
pub fn names(db: &mut Db, ids: &[UnitId]) -> Result<Vec<(String, String, String, String)>, Fault> {
    Ok(units::table
        .filter(ids_among(units::id, ids))
        .order(units::path)
        .select((units::code, units::path, units::name_hi, units::name_en))
        .load(db)?)
}

/// The zone that counts for a unit: its own, or the nearest one above it.
pub fn zone_name(db: &mut Db, ids: &[UnitId]) -> Result<Option<String>, Fault> {
    let zones: Vec<Option<String>> = units::table
        .filter(ids_among(units::id, ids).and(units::timezone.is_not_null()))
        .order(units::path.desc())
        .select(units::timezone)
        .limit(1)
        .load(db)?;
    Ok(zones.into_iter().next().flatten())
}

/// A post that units of a level have, with one of those who hold it; nobody means it is vacant.
#[derive(Debug, Clone, Queryable)]
pub struct Post {
    pub kind: OfficeKindId,
    pub name_hi: String,
    pub name_en: String,
    pub approves: bool,
    pub several: bool,
    pub office: Option<OfficeId>,
    pub person: Option<PersonId>,
    pub name: Option<String>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
}

/// The posts of a unit on a day, one row for each holder.
pub fn posts(db: &mut Db, unit: UnitId, level: &str, today: NaiveDate) -> Result<Vec<Post>, Fault> {
    let in_force = offices::kind_id
        .eq(office_kinds::id)
        .and(offices::unit_id.eq(unit))
        .and(offices::valid_from.le(today))
        .and(offices::valid_to.is_null().or(offices::valid_to.ge(today)));
    Ok(office_kinds::table
        .left_join(offices::table.on(in_force))
        .left_join(people::table.on(people::id.nullable().eq(offices::person_id.nullable())))
        .filter(office_kinds::level.is_null().or(office_kinds::level.eq(level)))
        .order((office_kinds::ordinal, office_kinds::id, people::folded, people::id))
        .select((
            office_kinds::id,
            office_kinds::name_hi,
            office_kinds::name_en,
            office_kinds::approves,
            office_kinds::several,
            offices::id.nullable(),
            people::id.nullable(),
            people::name.nullable(),
            offices::valid_from.nullable(),
            offices::valid_to.nullable(),
        ))
        .load(db)?)
}

pub fn path_of(db: &mut Db, id: UnitId) -> Result<String, Fault> {
    Ok(units::table.find(id).select(units::path).first(db)?)
}

/// The topmost units.
pub fn roots(db: &mut Db) -> Result<Vec<UnitId>, Fault> {
    Ok(units::table
        .filter(units::parent_id.is_null())
        .order(units::id)
        .select(units::id)
        .load(db)?)
}

/// One thing that was done to something, newest first.
pub type Happened = (Moment, Option<String>, String, String);

/// When, who, what, with which detail.
pub fn history(db: &mut Db, subject: &str) -> Result<Vec<Happened>, Fault> {
    Ok(journal::table
        .left_join(people::table.on(journal::actor_id.eq(people::id.nullable())))
        .filter(journal::subject.eq(subject))
        .order(journal::position.desc())
        .limit(20)
        .select((journal::at, people::name.nullable(), journal::action, journal::detail))
        .load(db)?)
}
