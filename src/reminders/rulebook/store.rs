//! Owns reminder_rules.

use chrono::NaiveTime;
use diesel::prelude::*;

use crate::kit::among::ids_among;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, CourseId, RuleId, UnitId};
use crate::kit::schema::{batches, courses, reminder_rules, units};
use crate::reminders::rulebook::rules::{Made, Scope};
use crate::reminders::rules::rule::{Anchor, Audience, Rule, Speech, Template, When};

/// Digits of one unit in a path.
pub const STEP: usize = 19;

#[derive(Queryable, Selectable)]
#[diesel(table_name = reminder_rules)]
pub struct RuleRow {
    id: RuleId,
    code: Option<String>,
    anchor: Anchor,
    days: i32,
    clock: Option<String>,
    minutes: i32,
    at_latest: Option<i32>,
    audience: Audience,
    template: Template,
    language: Speech,
}

impl RuleRow {
    pub fn rule(self) -> Rule {
        let clock = self.clock.and_then(|c| NaiveTime::parse_from_str(&c, "%H:%M").ok());
        let when = match clock {
            Some(clock) => When::Clock {
                days: i64::from(self.days),
                clock,
                at_latest: self.at_latest.map(i64::from),
            },
            None => When::Offset { minutes: i64::from(self.minutes) },
        };
        Rule {
            id: self.id,
            code: self.code,
            anchor: self.anchor,
            when,
            audience: self.audience,
            template: self.template,
            speech: self.language,
        }
    }
}

/// A rule with where it holds.
pub struct Row {
    pub id: RuleId,
    pub rule: Rule,
    pub is_on: bool,
    pub scope: Scope,
    /// Of the unit whose course or batch it is.
    pub path: Option<String>,
    pub course: Option<(String, String)>,
    pub batch: Option<String>,
}

/// Every rule: first everybody's, then the courses', then the batches'.
pub fn all(db: &mut Db) -> Result<Vec<Row>, Fault> {
    type Course = (CourseId, String, String, UnitId);
    type Found = (RuleRow, bool, Option<Course>, Option<(BatchId, String, UnitId)>);
    let rows: Vec<Found> = reminder_rules::table
        .left_join(courses::table)
        .left_join(batches::table)
        .order((
            reminder_rules::batch_id.is_not_null(),
            reminder_rules::course_id.is_not_null(),
            reminder_rules::course_id,
            reminder_rules::batch_id,
            reminder_rules::id,
        ))
        .select((
            RuleRow::as_select(),
            reminder_rules::is_on,
            (courses::id, courses::title_hi, courses::title_en, courses::unit_id).nullable(),
            (batches::id, batches::title, batches::unit_id).nullable(),
        ))
        .load(db)?;
    let ids: Vec<UnitId> = rows
        .iter()
        .filter_map(|(_, _, course, batch)| {
            course.as_ref().map(|c| c.3).or(batch.as_ref().map(|b| b.2))
        })
        .collect();
    let paths: Vec<(UnitId, String)> =
        units::table.filter(ids_among(units::id, ids)).select((units::id, units::path)).load(db)?;
    let path = |unit| paths.iter().find(|(id, _)| *id == unit).map(|(_, path)| path.clone());
    Ok(rows
        .into_iter()
        .map(|(row, is_on, course, batch)| Row {
            id: row.id,
            rule: row.rule(),
            is_on,
            scope: match (&course, &batch) {
                (_, Some((id, ..))) => Scope::Batch(*id),
                (Some((id, ..)), None) => Scope::Course(*id),
                (None, None) => Scope::Everywhere,
            },
            path: course.as_ref().map(|c| c.3).or(batch.as_ref().map(|b| b.2)).and_then(path),
            course: course.map(|(_, hi, en, _)| (hi, en)),
            batch: batch.map(|(_, title, _)| title),
        })
        .collect())
}

/// Where a rule shall hold: the unit of its course or batch, and how that is called.
#[derive(Debug, Clone, Default)]
pub struct Place {
    pub unit: Option<UnitId>,
    pub path: Option<String>,
    pub title: Option<(String, String)>,
}

pub fn place(db: &mut Db, scope: &Scope) -> Result<Place, Fault> {
    let found: Option<(UnitId, String, String, String)> = match scope {
        Scope::Everywhere => return Ok(Place::default()),
        Scope::Course(id) => courses::table
            .inner_join(units::table)
            .filter(courses::id.eq(id))
            .select((units::id, units::path, courses::title_hi, courses::title_en))
            .first(db)
            .optional()?,
        Scope::Batch(id) => batches::table
            .inner_join(units::table)
            .filter(batches::id.eq(id))
            .select((units::id, units::path, batches::title, batches::title))
            .first(db)
            .optional()?,
    };
    let (unit, path, hi, en) = found.ok_or(Fault::NotFound)?;
    Ok(Place { unit: Some(unit), path: Some(path), title: Some((hi, en)) })
}

#[derive(AsChangeset, Insertable)]
#[diesel(table_name = reminder_rules, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Written {
    anchor: Anchor,
    days: i32,
    clock: Option<String>,
    minutes: i32,
    at_latest: Option<i32>,
    audience: Audience,
    template: Template,
    language: Speech,
    updated_at: Moment,
}

fn written(made: &Made, now: Moment) -> Written {
    let small = |n: i64| i32::try_from(n).unwrap_or_default();
    let (days, clock, minutes, at_latest) = match made.when {
        When::Clock { days, clock, at_latest } => {
            (days, Some(clock.format("%H:%M").to_string()), 0, at_latest.map(small))
        }
        When::Offset { minutes } => (0, None, minutes, None),
    };
    Written {
        anchor: made.anchor,
        days: small(days),
        clock,
        minutes: small(minutes),
        at_latest,
        audience: made.audience,
        template: made.template,
        language: made.speech,
        updated_at: now,
    }
}

pub fn add(db: &mut Db, id: RuleId, scope: &Scope, made: &Made, now: Moment) -> Result<(), Fault> {
    let (course, batch) = match scope {
        Scope::Everywhere => (None, None),
        Scope::Course(id) => (Some(*id), None),
        Scope::Batch(id) => (None, Some(*id)),
    };
    diesel::insert_into(reminder_rules::table)
        .values((
            reminder_rules::id.eq(id),
            reminder_rules::course_id.eq(course),
            reminder_rules::batch_id.eq(batch),
            reminder_rules::is_on.eq(true),
            reminder_rules::created_at.eq(now),
            written(made, now),
        ))
        .execute(db)?;
    Ok(())
}

pub fn change(db: &mut Db, id: RuleId, made: &Made, now: Moment) -> Result<(), Fault> {
    diesel::update(reminder_rules::table.find(id)).set(written(made, now)).execute(db)?;
    Ok(())
}

pub fn switch(db: &mut Db, id: RuleId, on: bool, now: Moment) -> Result<(), Fault> {
    diesel::update(reminder_rules::table.find(id))
        .set((reminder_rules::is_on.eq(on), reminder_rules::updated_at.eq(now)))
        .execute(db)?;
    Ok(())
}
