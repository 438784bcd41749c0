//! Owns nothing; reads batches and people that a list names.

use diesel::prelude::*;

use crate::enrolment::import::rules::Known;
use crate::kit::among::{ids_among, words_among};
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, PersonId};
use crate::kit::schema::{batches, courses, people, phones, units};

/// A batch that a row may mean.
#[derive(Debug, Clone, Queryable)]
pub struct Run {
    pub id: BatchId,
    pub title: String,
    pub course: String,
    pub path: String,
}

/// The batches with these ids or just these titles.
pub fn batches_named(db: &mut Db, ids: &[BatchId], titles: &[String]) -> Result<Vec<Run>, Fault> {
    let named = words_among(batches::title, titles.to_vec()).and(batches::state.eq("open"));
    Ok(batches::table
        .inner_join(units::table)
        .inner_join(courses::table)
        .filter(ids_among(batches::id, ids.iter().copied()).or(named))
        .order(batches::id)
        .select((batches::id, batches::title, courses::code, units::path))
        .load(db)?)
}

pub fn by_reference(db: &mut Db, refs: &[String]) -> Result<Vec<(String, PersonId)>, Fault> {
    let rows: Vec<(Option<String>, PersonId)> = people::table
        .filter(words_among(people::reference.assume_not_null(), refs.to_vec()))
        .select((people::reference, people::id))
        .load(db)?;
    Ok(rows.into_iter().filter_map(|(reference, id)| Some((reference?, id))).collect())
}

pub fn by_phone(db: &mut Db, numbers: &[String]) -> Result<Vec<(String, PersonId)>, Fault> {
    Ok(phones::table
        .filter(words_among(phones::number, numbers.to_vec()))
        .order((phones::number, phones::person_id))
        .select((phones::number, phones::person_id))
        .load(db)?)
}

/// People by the folded name, just as it is kept.
pub fn by_name(db: &mut Db, folded: &[String]) -> Result<Vec<(String, PersonId)>, Fault> {
    Ok(people::table
        .filter(words_among(people::folded, folded.to_vec()))
        .filter(people::erased_at.is_null())
        .order((people::folded, people::id))
        .select((people::folded, people::id))
        .load(db)?)
}

pub fn people_of(db: &mut Db, ids: &[PersonId]) -> Result<Vec<Known>, Fault> {
    type Row = (PersonId, String, Option<String>, Option<String>, String, String);
    let rows: Vec<Row> = people::table
        .inner_join(units::table.on(units::id.eq(people::unit_id)))
        .filter(ids_among(people::id, ids.iter().copied()))
        .filter(people::erased_at.is_null())
        .select((
            people::id,
            people::name,
            people::name_other,
            people::relation_name,
            units::code,
            units::path,
        ))
        .load(db)?;
    let known = |(id, name, name_other, relation_name, unit, path)| Known {
        id,
        name,
        name_other,
        relation_name,
        unit,
        path,
    };
    Ok(rows.into_iter().map(known).collect())
}

/// (code, path) of some units.
pub fn units_of(db: &mut Db, codes: &[String]) -> Result<Vec<(String, String)>, Fault> {
    Ok(units::table
        .filter(words_among(units::code, codes.to_vec()))
        .select((units::code, units::path))
        .load(db)?)
}
