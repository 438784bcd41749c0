//! Owns trainer_hours, trainer_absences.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::kit::among::ids_among;
use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{AbsenceId, PersonId, UnitId};
use crate::kit::schema::{people, trainer_absences, trainer_hours, units};
use crate::schedule::availability::rules::{Absence, Hours};

/// A person with name and unit.
pub fn person(db: &mut Db, id: PersonId) -> Result<(String, UnitId, String), Fault> {
    Ok(people::table
        .inner_join(units::table.on(units::id.eq(people::unit_id)))
        .filter(people::id.eq(id).and(people::erased_at.is_null()))
        .select((people::name, units::id, units::path))
        .first(db)?)
}

/// The hours of some people, in the order of the week.
pub fn hours_of(db: &mut Db, who: &[PersonId]) -> Result<Vec<(PersonId, Hours)>, Fault> {
    let rows: Vec<(PersonId, i32, i32, i32)> = trainer_hours::table
        .filter(ids_among(trainer_hours::person_id, who.iter().copied()))
        .order((trainer_hours::person_id, trainer_hours::weekday))
        .select((
            trainer_hours::person_id,
            trainer_hours::weekday,
            trainer_hours::starts,
            trainer_hours::ends,
        ))
        .load(db)?;
    Ok(rows
        .into_iter()
        .map(|(person, weekday, starts, ends)| (person, Hours { weekday, starts, ends }))
        .collect())
}

/// When some people are away, from a day on.
pub fn absences_of(
    db: &mut Db,
    who: &[PersonId],
    from: NaiveDate,
) -> Result<Vec<(PersonId, AbsenceId, Absence)>, Fault> {
    let rows: Vec<(PersonId, AbsenceId, NaiveDate, NaiveDate, Option<String>)> =
        trainer_absences::table
            .filter(ids_among(trainer_absences::person_id, who.iter().copied()))
            .filter(trainer_absences::to_day.ge(from))
            .order((trainer_absences::from_day, trainer_absences::id))
            .select((
                trainer_absences::person_id,
                trainer_absences::id,
                trainer_absences::from_day,
                trainer_absences::to_day,
                trainer_absences::reason,
            ))
            .load(db)?;
    Ok(rows
        .into_iter()
        .map(|(person, id, from_day, to_day, reason)| {
            (person, id, Absence { from_day, to_day, reason })
        })
        .collect())
}

pub fn set_hours(db: &mut Db, who: PersonId, week: &[Hours]) -> Result<(), Fault> {
    diesel::delete(trainer_hours::table.filter(trainer_hours::person_id.eq(who))).execute(db)?;
    let rows: Vec<_> = week
        .iter()
        .map(|h| {
            (
                trainer_hours::person_id.eq(who),
                trainer_hours::weekday.eq(h.weekday),
                trainer_hours::starts.eq(h.starts),
                trainer_hours::ends.eq(h.ends),
            )
        })
        .collect();
    if !rows.is_empty() {
        on_each!(db, c => diesel::insert_into(trainer_hours::table).values(&rows).execute(c))?;
    }
    Ok(())
}

pub fn add_absence(
    db: &mut Db,
    id: AbsenceId,
    who: PersonId,
    absence: &Absence,
    by: PersonId,
    now: Moment,
) -> Result<(), Fault> {
    diesel::insert_into(trainer_absences::table)
        .values((
            trainer_absences::id.eq(id),
            trainer_absences::person_id.eq(who),
            trainer_absences::from_day.eq(absence.from_day),
            trainer_absences::to_day.eq(absence.to_day),
            trainer_absences::reason.eq(&absence.reason),
            trainer_absences::made_by.eq(by),
            trainer_absences::created_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

/// True when there was one.
pub fn remove_absence(db: &mut Db, id: AbsenceId, who: PersonId) -> Result<bool, Fault> {
    let row = trainer_absences::table
        .filter(trainer_absences::id.eq(id).and(trainer_absences::person_id.eq(who)));
    Ok(diesel::delete(row).execute(db)? > 0)
}
