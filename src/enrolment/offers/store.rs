//! Owns offers.

use diesel::prelude::*;

use crate::enrolment::offers::rules::Said;
use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, EnrolmentId, OfferId, PersonId};
use crate::kit::schema::{enrolments, offers, sessions};

/// A seat kept for somebody.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub struct Offer {
    pub id: OfferId,
    pub enrolment: EnrolmentId,
    pub batch: BatchId,
    pub person: PersonId,
    pub made_at: Moment,
    pub ends_at: Moment,
    pub answer: Said,
}

type Columns = (
    offers::id,
    offers::enrolment_id,
    enrolments::batch_id,
    enrolments::person_id,
    offers::made_at,
    offers::ends_at,
    offers::answer,
);
const COLUMNS: Columns = (
    offers::id,
    offers::enrolment_id,
    enrolments::batch_id,
    enrolments::person_id,
    offers::made_at,
    offers::ends_at,
    offers::answer,
);

pub fn offer(db: &mut Db, id: OfferId) -> Result<Offer, Fault> {
    Ok(offers::table
        .inner_join(enrolments::table)
        .filter(offers::id.eq(id))
        .select(COLUMNS)
        .first(db)?)
}

/// The one that is open for an enrolment.
pub fn open_of(db: &mut Db, enrolment: EnrolmentId) -> Result<Option<Offer>, Fault> {
    Ok(offers::table
        .inner_join(enrolments::table)
        .filter(offers::enrolment_id.eq(enrolment).and(offers::answer.eq(Said::Open)))
        .select(COLUMNS)
        .first(db)
        .optional()?)
}

/// Those that are open on a batch.
pub fn open_on(db: &mut Db, batch: BatchId) -> Result<Vec<Offer>, Fault> {
    Ok(offers::table
        .inner_join(enrolments::table)
        .filter(enrolments::batch_id.eq(batch).and(offers::answer.eq(Said::Open)))
        .order(offers::id)
        .select(COLUMNS)
        .load(db)?)
}

/// Those that a person has to answer.
pub fn open_for(db: &mut Db, person: PersonId) -> Result<Vec<Offer>, Fault> {
    Ok(offers::table
        .inner_join(enrolments::table)
        .filter(enrolments::person_id.eq(person).and(offers::answer.eq(Said::Open)))
        .order(offers::id)
        .select(COLUMNS)
        .load(db)?)
}

/// Open ones whose time is over, or whose batch has begun because a session was put earlier.
pub fn over(db: &mut Db, now: Moment) -> Result<Vec<Offer>, Fault> {
    let begun = sessions::table
        .filter(sessions::batch_id.eq(enrolments::batch_id).and(sessions::state.ne("cancelled")))
        .filter(sessions::starts_at.le(now));
    Ok(offers::table
        .inner_join(enrolments::table)
        .filter(offers::answer.eq(Said::Open))
        .filter(offers::ends_at.le(now).or(diesel::dsl::exists(begun)))
        .order((enrolments::batch_id, offers::id))
        .select(COLUMNS)
        .limit(5_000)
        .load(db)?)
}

#[derive(Insertable)]
#[diesel(table_name = offers)]
pub struct Made {
    pub id: OfferId,
    pub enrolment_id: EnrolmentId,
    pub made_at: Moment,
    pub ends_at: Moment,
    pub answer: Said,
}

pub fn add(db: &mut Db, rows: &[Made]) -> Result<(), Fault> {
    for chunk in rows.chunks(1_000) {
        on_each!(db, c => diesel::insert_into(offers::table).values(chunk).execute(c))?;
    }
    Ok(())
}

pub fn answer(
    db: &mut Db,
    ids: &[OfferId],
    said: Said,
    by: Option<PersonId>,
    now: Moment,
) -> Result<(), Fault> {
    diesel::update(offers::table.filter(offers::id.eq_any(ids).and(offers::answer.eq(Said::Open))))
        .set((offers::answer.eq(said), offers::answered_at.eq(now), offers::answered_by.eq(by)))
        .execute(db)?;
    Ok(())
}
