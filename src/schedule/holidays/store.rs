//! Owns holidays.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{HolidayId, UnitId};
use crate::kit::schema::{holidays, units};
use crate::schedule::holidays::rules::{Facts, Holiday, HolidayKind};

type Row = (
    (HolidayId, NaiveDate, String, String, HolidayKind, bool),
    (Option<UnitId>, Option<String>, Option<String>, Option<String>, Option<String>),
    Option<Moment>,
);

/// A holiday of the list, with the names of where it holds.
#[derive(Debug, Clone)]
pub struct Entry {
    pub holiday: Holiday,
    pub unit_code: Option<String>,
    pub unit_hi: Option<String>,
    pub unit_en: Option<String>,
    pub removed_at: Option<Moment>,
}

fn entry((holiday, unit, removed_at): Row) -> Entry {
    let (id, day, name_hi, name_en, kind, estimated) = holiday;
    let (unit, unit_path, unit_code, unit_hi, unit_en) = unit;
    Entry {
        holiday: Holiday { id, day, name_hi, name_en, kind, estimated, unit, unit_path },
        unit_code,
        unit_hi,
        unit_en,
        removed_at,
    }
}

/// Every holiday from one day to another, both included, removed ones too; in the order of days.
pub fn entries(db: &mut Db, from: NaiveDate, to: NaiveDate) -> Result<Vec<Entry>, Fault> {
    let rows: Vec<Row> = holidays::table
        .left_join(units::table)
        .filter(holidays::day.between(from, to))
        .select((
            (
                holidays::id,
                holidays::day,
                holidays::name_hi,
                holidays::name_en,
                holidays::kind,
                holidays::estimated,
            ),
            (
                holidays::unit_id,
                units::path.nullable(),
                units::code.nullable(),
                units::name_hi.nullable(),
                units::name_en.nullable(),
            ),
            holidays::removed_at,
        ))
        .order((holidays::day, holidays::kind.desc(), holidays::id))
        .load(db)?;
    Ok(rows.into_iter().map(entry).collect())
}

/// The holidays in force from one day to another, both included: for calendars and for plans.
pub fn between(db: &mut Db, from: NaiveDate, to: NaiveDate) -> Result<Vec<Holiday>, Fault> {
    let all = entries(db, from, to)?;
    Ok(all.into_iter().filter(|e| e.removed_at.is_none()).map(|e| e.holiday).collect())
}

pub fn holiday(db: &mut Db, id: HolidayId) -> Result<Entry, Fault> {
    let day: NaiveDate = holidays::table.find(id).select(holidays::day).first(db)?;
    entries(db, day, day)?.into_iter().find(|e| e.holiday.id == id).ok_or(Fault::NotFound)
}

/// The units that a file may name: (code, id, path).
pub fn units_named(db: &mut Db, codes: &[String]) -> Result<Vec<(String, UnitId, String)>, Fault> {
    Ok(units::table
        .filter(units::code.eq_any(codes))
        .select((units::code, units::id, units::path))
        .load(db)?)
}

#[derive(Insertable)]
#[diesel(table_name = holidays, treat_none_as_default_value = false)]
struct New<'a> {
    id: HolidayId,
    day: NaiveDate,
    name_hi: &'a str,
    name_en: &'a str,
    kind: HolidayKind,
    estimated: bool,
    unit_id: Option<UnitId>,
    created_at: Moment,
    updated_at: Moment,
}

/// Rows of one statement: 9 values each, under the bind limit of both databases.
const ROWS_AT_ONCE: usize = 3_000;

pub fn add(db: &mut Db, all: &[(HolidayId, Facts)], now: Moment) -> Result<(), Fault> {
    for chunk in all.chunks(ROWS_AT_ONCE) {
        let rows: Vec<New<'_>> = chunk
            .iter()
            .map(|(id, f)| New {
                id: *id,
                day: f.day,
                name_hi: &f.name_hi,
                name_en: &f.name_en,
                kind: f.kind,
                estimated: f.estimated,
                unit_id: f.unit,
                created_at: now,
                updated_at: now,
            })
            .collect();
        on_each!(db, c => diesel::insert_into(holidays::table).values(&rows).execute(c))?;
    }
    Ok(())
}

pub fn set(db: &mut Db, id: HolidayId, facts: &Facts, now: Moment) -> Result<(), Fault> {
    diesel::update(holidays::table.find(id))
        .set((
            holidays::day.eq(facts.day),
            holidays::name_hi.eq(&facts.name_hi),
            holidays::name_en.eq(&facts.name_en),
            holidays::kind.eq(facts.kind),
            holidays::estimated.eq(facts.estimated),
            holidays::unit_id.eq(facts.unit),
            holidays::updated_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

/// Says of some holidays, one statement for each kind, whether they hang on the moon.
pub fn set_kinds(
    db: &mut Db,
    ids: &[HolidayId],
    kind: HolidayKind,
    estimated: bool,
    now: Moment,
) -> Result<(), Fault> {
    diesel::update(holidays::table.filter(holidays::id.eq_any(ids)))
        .set((
            holidays::kind.eq(kind),
            holidays::estimated.eq(estimated),
            holidays::removed_at.eq(None::<Moment>),
            holidays::updated_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

pub fn set_removed(
    db: &mut Db,
    id: HolidayId,
    removed_at: Option<Moment>,
    now: Moment,
) -> Result<(), Fault> {
    diesel::update(holidays::table.find(id))
        .set((holidays::removed_at.eq(removed_at), holidays::updated_at.eq(now)))
        .execute(db)?;
    Ok(())
}
