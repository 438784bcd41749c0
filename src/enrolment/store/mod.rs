//! Owns enrolments, enrolment_moves, consents.

mod hall;
mod locks;

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono_tz::Tz;
use diesel::dsl::{exists, max, not};
use diesel::prelude::*;

use crate::access::rules::Reach;
use crate::courses::rules::line_of;
use crate::enrolment::rules::{Act, Busy, Channel, Place, Way};
pub use crate::enrolment::store::hall::{
    Kept, batches_to_fill, counts, halls, kept, queues, run_of, runs_of,
};
pub use crate::enrolment::store::locks::{hold, hold_batches, hold_people, hold_queues};
use crate::kit::among::ids_among;
use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, CourseId, EnrolmentId, PersonId, UnitId};
use crate::kit::schema::{
    batches, consents, course_prerequisites, courses, emails, enrolment_moves, enrolments,
    name_words, people, phones, session_trainers, sessions, standings, units,
};
use crate::kit::within::Within;

/// A batch as its enrolments need it.
#[derive(Debug, Clone, Queryable)]
pub struct Batch {
    pub id: BatchId,
    pub course: CourseId,
    pub unit: UnitId,
    pub path: String,
    pub title: String,
    pub seats: i32,
    pub state: String,
    pub course_hi: String,
    pub course_en: String,
    pub unit_hi: String,
    pub unit_en: String,
}

pub fn batch(db: &mut Db, id: BatchId) -> Result<Batch, Fault> {
    batches_of(db, &[id])?.pop().ok_or(Fault::NotFound)
}

/// In the order of their ids; one that is not there is left out.
pub fn batches_of(db: &mut Db, ids: &[BatchId]) -> Result<Vec<Batch>, Fault> {
    Ok(batches::table
        .inner_join(units::table)
        .inner_join(courses::table)
        .filter(ids_among(batches::id, ids.iter().copied()))
        .order(batches::id)
        .select((
            batches::id,
            courses::id,
            units::id,
            units::path,
            batches::title,
            batches::seats,
            batches::state,
            courses::title_hi,
            courses::title_en,
            units::name_hi,
            units::name_en,
        ))
        .load(db)?)
}

/// Somebody in the queue.
#[derive(Debug, Clone, Queryable)]
pub struct Waiting {
    pub id: EnrolmentId,
    pub person: PersonId,
    pub path: String,
}

/// Start and end of each session of a batch that is not cancelled.
pub fn session_times(db: &mut Db, batch: BatchId) -> Result<Vec<(Moment, Moment)>, Fault> {
    Ok(sessions::table
        .filter(sessions::batch_id.eq(batch).and(sessions::state.ne("cancelled")))
        .order((sessions::starts_at, sessions::id))
        .select((sessions::starts_at, sessions::ends_at))
        .load(db)?)
}

/// The sessions of other batches at which some people are expected or teach between two moments.
pub fn busy(
    db: &mut Db,
    ids: &[PersonId],
    but: BatchId,
    from: Moment,
    to: Moment,
) -> Result<Vec<Busy>, Fault> {
    let rows: Vec<(PersonId, String, Moment, Moment)> = enrolments::table
        .inner_join(batches::table)
        .inner_join(sessions::table.on(sessions::batch_id.eq(enrolments::batch_id)))
        .filter(ids_among(enrolments::person_id, ids.iter().copied()))
        .filter(enrolments::place.eq_any([Place::Seat, Place::Offered]))
        .filter(enrolments::batch_id.ne(but).and(sessions::state.ne("cancelled")))
        .filter(sessions::starts_at.lt(to).and(sessions::ends_at.gt(from)))
        .order((sessions::starts_at, sessions::id))
        .select((enrolments::person_id, batches::title, sessions::starts_at, sessions::ends_at))
        .load(db)?;
    let teaches: Vec<(PersonId, String, Moment, Moment)> = session_trainers::table
        .inner_join(sessions::table.inner_join(batches::table))
        .filter(ids_among(session_trainers::person_id, ids.iter().copied()))
        .filter(sessions::batch_id.ne(but).and(sessions::state.ne("cancelled")))
        .filter(sessions::starts_at.lt(to).and(sessions::ends_at.gt(from)))
        .order((sessions::starts_at, sessions::id))
        .select((
            session_trainers::person_id,
            batches::title,
            sessions::starts_at,
            sessions::ends_at,
        ))
        .load(db)?;
    let busy = |(person, batch, starts_at, ends_at)| Busy { person, batch, starts_at, ends_at };
    Ok(rows.into_iter().chain(teaches).map(busy).collect())
}

/// When the sessions of some batches are that are not cancelled, by their start.
pub fn times_of(db: &mut Db, batches: &[BatchId]) -> Result<Vec<(BatchId, Moment, Moment)>, Fault> {
    Ok(sessions::table
        .filter(ids_among(sessions::batch_id, batches.iter().copied()))
        .filter(sessions::state.ne("cancelled"))
        .order((sessions::starts_at, sessions::id))
        .select((sessions::batch_id, sessions::starts_at, sessions::ends_at))
        .load(db)?)
}

/// How many wait.
pub fn waiting_on(db: &mut Db, batch: BatchId) -> Result<i64, Fault> {
    Ok(enrolments::table
        .filter(enrolments::batch_id.eq(batch).and(enrolments::place.eq(Place::Waiting)))
        .count()
        .get_result(db)?)
}

/// When the last of a batch joined.
pub fn last_queued(db: &mut Db, batch: BatchId) -> Result<Option<Moment>, Fault> {
    Ok(enrolments::table
        .filter(enrolments::batch_id.eq(batch))
        .select(max(enrolments::queued_at))
        .first(db)?)
}

/// The zones of some units and of those above them.
#[derive(Debug, Clone, Default)]
pub struct Zones(Vec<(String, Tz)>);

impl Zones {
    /// Of the unit itself or the nearest one above it that has its own.
    pub fn of(&self, path: &str) -> Tz {
        let above = self.0.iter().filter(|(outer, _)| path.starts_with(outer.as_str()));
        let nearest = above.max_by_key(|(outer, _)| outer.len());
        nearest.map_or(chrono_tz::Asia::Kolkata, |(_, zone)| *zone)
    }
}

pub fn zones<'a>(db: &mut Db, paths: impl IntoIterator<Item = &'a str>) -> Result<Zones, Fault> {
    let ids: BTreeSet<UnitId> = paths.into_iter().flat_map(line_of).collect();
    let rows: Vec<(String, Option<String>)> = units::table
        .filter(ids_among(units::id, ids.iter().copied()).and(units::timezone.is_not_null()))
        .select((units::path, units::timezone))
        .load(db)?;
    let known = rows.into_iter().filter_map(|(path, zone)| Some((path, zone?.parse().ok()?)));
    Ok(Zones(known.collect()))
}

/// A course that must be completed first.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Needed {
    pub course: CourseId,
    pub title_hi: String,
    pub title_en: String,
}

/// What must be completed before each of some courses.
pub fn needed(db: &mut Db, ids: &[CourseId]) -> Result<Vec<(CourseId, Needed)>, Fault> {
    Ok(course_prerequisites::table
        .inner_join(courses::table.on(courses::id.eq(course_prerequisites::needs_id)))
        .filter(ids_among(course_prerequisites::course_id, ids.iter().copied()))
        .order(courses::code)
        .select((
            course_prerequisites::course_id,
            (courses::id, courses::title_hi, courses::title_en),
        ))
        .load(db)?)
}

/// Which of some people have completed which of some courses.
pub fn completed(
    db: &mut Db,
    courses: &[CourseId],
    people: &[PersonId],
) -> Result<HashSet<(PersonId, CourseId)>, Fault> {
    let rows: Vec<(PersonId, CourseId)> = standings::table
        .filter(
            ids_among(standings::course_id, courses.iter().copied())
                .and(ids_among(standings::person_id, people.iter().copied())),
        )
        .filter(standings::standing.eq("complete"))
        .select((standings::person_id, standings::course_id))
        .load(db)?;
    Ok(rows.into_iter().collect())
}

/// One person's place on one batch.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable)]
#[diesel(table_name = enrolments, treat_none_as_default_value = false)]
pub struct Enrolment {
    pub id: EnrolmentId,
    #[diesel(column_name = batch_id)]
    pub batch: BatchId,
    #[diesel(column_name = person_id)]
    pub person: PersonId,
    pub place: Place,
    pub queued_at: Moment,
    pub round: i32,
    pub created_at: Moment,
    pub updated_at: Moment,
    pub way: Way,
    pub asked_by: Option<PersonId>,
    /// The unit whose office decides.
    #[diesel(column_name = decider_id)]
    pub decider: Option<UnitId>,
}

pub fn enrolment(db: &mut Db, id: EnrolmentId) -> Result<Enrolment, Fault> {
    Ok(enrolments::table.find(id).first(db)?)
}

pub fn enrolment_of(
    db: &mut Db,
    batch: BatchId,
    person: PersonId,
) -> Result<Option<Enrolment>, Fault> {
    Ok(enrolments::table
        .filter(enrolments::batch_id.eq(batch).and(enrolments::person_id.eq(person)))
        .first(db)
        .optional()?)
}

pub fn person_path(db: &mut Db, person: PersonId) -> Result<Option<String>, Fault> {
    Ok(people::table
        .inner_join(units::table.on(units::id.eq(people::unit_id)))
        .filter(people::id.eq(person).and(people::erased_at.is_null()))
        .select(units::path)
        .first(db)
        .optional()?)
}

fn add(db: &mut Db, enrolment: &Enrolment) -> Result<(), Fault> {
    diesel::insert_into(enrolments::table).values(enrolment).execute(db)?;
    Ok(())
}

/// Somebody new, or back in a new round after a withdrawal.
pub fn admit(db: &mut Db, enrolment: &Enrolment) -> Result<(), Fault> {
    if enrolment.round > 1 { rejoin(db, enrolment) } else { add(db, enrolment) }
}

/// New names, in as few statements as binds allow.
pub fn add_all(db: &mut Db, rows: &[Enrolment]) -> Result<(), Fault> {
    for chunk in rows.chunks(ROWS_AT_ONCE) {
        on_each!(db, c => diesel::insert_into(enrolments::table).values(chunk).execute(c))?;
    }
    Ok(())
}

/// Where some people stand on a batch.
pub fn enrolments_of(
    db: &mut Db,
    batch: BatchId,
    people: &[PersonId],
) -> Result<HashMap<PersonId, Enrolment>, Fault> {
    let rows: Vec<Enrolment> = enrolments::table
        .filter(enrolments::batch_id.eq(batch))
        .filter(ids_among(enrolments::person_id, people.iter().copied()))
        .load(db)?;
    Ok(rows.into_iter().map(|e| (e.person, e)).collect())
}

/// Back at the end of the queue, or on a seat, after a withdrawal.
fn rejoin(db: &mut Db, e: &Enrolment) -> Result<(), Fault> {
    diesel::update(enrolments::table.find(e.id))
        .set((
            enrolments::place.eq(e.place),
            enrolments::queued_at.eq(e.queued_at),
            enrolments::round.eq(e.round),
            enrolments::updated_at.eq(e.updated_at),
            enrolments::way.eq(e.way),
            enrolments::asked_by.eq(e.asked_by),
            enrolments::decider_id.eq(e.decider),
        ))
        .execute(db)?;
    Ok(())
}

pub fn set_place(db: &mut Db, ids: &[EnrolmentId], place: Place, now: Moment) -> Result<(), Fault> {
    diesel::update(enrolments::table.filter(ids_among(enrolments::id, ids.iter().copied())))
        .set((enrolments::place.eq(place), enrolments::updated_at.eq(now)))
        .execute(db)?;
    Ok(())
}

/// The place in the queue of one who waits: 1 is next.
pub fn position(db: &mut Db, e: &Enrolment) -> Result<i64, Fault> {
    let earlier = enrolments::queued_at
        .lt(e.queued_at)
        .or(enrolments::queued_at.eq(e.queued_at).and(enrolments::id.lt(e.id)));
    let before: i64 = enrolments::table
        .filter(enrolments::batch_id.eq(e.batch).and(enrolments::place.eq(Place::Waiting)))
        .filter(earlier)
        .count()
        .get_result(db)?;
    Ok(before + 1)
}

/// Rows of one statement, under the bind limit of both databases.
const ROWS_AT_ONCE: usize = 1_000;

/// One step of one enrolment.
#[derive(Insertable)]
#[diesel(table_name = enrolment_moves, treat_none_as_default_value = false)]
pub struct Move<'a> {
    pub id: i64,
    pub enrolment_id: EnrolmentId,
    pub from_place: Option<Place>,
    pub to_place: Place,
    pub reason: Option<&'a str>,
    pub made_by: Option<PersonId>,
    pub made_at: Moment,
    pub act: Option<Act>,
}

pub fn add_moves(db: &mut Db, moves: &[Move<'_>]) -> Result<(), Fault> {
    for chunk in moves.chunks(ROWS_AT_ONCE) {
        on_each!(db, c => diesel::insert_into(enrolment_moves::table).values(chunk).execute(c))?;
    }
    Ok(())
}

/// Somebody who joins a queue by approval: from now on the order is his.
pub fn join(db: &mut Db, id: EnrolmentId, place: Place, queued_at: Moment) -> Result<(), Fault> {
    diesel::update(enrolments::table.find(id))
        .set((
            enrolments::place.eq(place),
            enrolments::queued_at.eq(queued_at),
            enrolments::updated_at.eq(queued_at),
        ))
        .execute(db)?;
    Ok(())
}

/// That somebody agreed to the privacy notice.
#[derive(Insertable)]
#[diesel(table_name = consents, treat_none_as_default_value = false)]
pub struct Consent<'a> {
    pub id: i64,
    pub person_id: PersonId,
    pub batch_id: Option<BatchId>,
    pub channel: Channel,
    pub notice: &'a str,
    pub noted_by: Option<PersonId>,
    pub given_at: Moment,
}

pub fn add_consents(db: &mut Db, rows: &[Consent<'_>]) -> Result<(), Fault> {
    for chunk in rows.chunks(ROWS_AT_ONCE) {
        on_each!(db, c => diesel::insert_into(consents::table).values(chunk).execute(c))?;
    }
    Ok(())
}

/// How and when people agreed, batch by batch: the last word of each.
pub fn consents_on(
    db: &mut Db,
    batch: BatchId,
) -> Result<HashMap<PersonId, (Channel, Moment)>, Fault> {
    let rows: Vec<(PersonId, Channel, Moment)> = consents::table
        .filter(consents::batch_id.eq(batch))
        .order((consents::given_at, consents::id))
        .select((consents::person_id, consents::channel, consents::given_at))
        .limit(20_000)
        .load(db)?;
    Ok(rows.into_iter().map(|(person, channel, at)| (person, (channel, at))).collect())
}

/// Those of some people whose consent is written down for a batch.
pub fn consented(
    db: &mut Db,
    batch: BatchId,
    people: &[PersonId],
) -> Result<HashSet<PersonId>, Fault> {
    let rows: Vec<PersonId> = consents::table
        .filter(consents::batch_id.eq(batch))
        .filter(ids_among(consents::person_id, people.iter().copied()))
        .select(consents::person_id)
        .load(db)?;
    Ok(rows.into_iter().collect())
}

/// Those of some people who have an address.
pub fn reachable(db: &mut Db, people: &[PersonId]) -> Result<HashSet<PersonId>, Fault> {
    let rows: Vec<PersonId> = emails::table
        .filter(ids_among(emails::person_id, people.iter().copied()))
        .select(emails::person_id)
        .distinct()
        .load(db)?;
    Ok(rows.into_iter().collect())
}

/// The first number of each of some people.
pub fn phones_of(db: &mut Db, people: &[PersonId]) -> Result<HashMap<PersonId, String>, Fault> {
    let rows: Vec<(PersonId, String)> = phones::table
        .filter(ids_among(phones::person_id, people.iter().copied()))
        .order((phones::person_id, phones::position.desc()))
        .select((phones::person_id, phones::number))
        .load(db)?;
    Ok(rows.into_iter().collect())
}

// --- Lists -----------------------------------------------------------------------------------------

/// One name on the list of a batch.
#[derive(Debug, Clone, Queryable)]
pub struct Line {
    pub enrolment: EnrolmentId,
    pub person: PersonId,
    pub name: String,
    pub relation_name: Option<String>,
    pub unit_hi: String,
    pub unit_en: String,
    pub place: Place,
    pub queued_at: Moment,
    pub folded: String,
}

/// Everybody who is or was on a batch, in the order of the queue. Seats are at most 10,000.
pub fn lines(db: &mut Db, batch: BatchId) -> Result<Vec<Line>, Fault> {
    Ok(enrolments::table
        .inner_join(people::table.inner_join(units::table.on(units::id.eq(people::unit_id))))
        .filter(enrolments::batch_id.eq(batch))
        .select((
            enrolments::id,
            people::id,
            people::name,
            people::relation_name,
            units::name_hi,
            units::name_en,
            enrolments::place,
            enrolments::queued_at,
            people::folded,
        ))
        .order((enrolments::queued_at, enrolments::id))
        .limit(20_000)
        .load(db)?)
}

/// A step that somebody gave a reason for.
#[derive(Debug, Clone, Queryable)]
pub struct Reason {
    pub enrolment: EnrolmentId,
    pub to_place: Place,
    pub reason: Option<String>,
    pub made_at: Moment,
}

/// The last reasoned step of each enrolment of a batch.
pub fn reasons(db: &mut Db, batch: BatchId) -> Result<HashMap<EnrolmentId, Reason>, Fault> {
    let rows: Vec<Reason> = enrolment_moves::table
        .inner_join(enrolments::table)
        .filter(enrolments::batch_id.eq(batch).and(enrolment_moves::reason.is_not_null()))
        .select((
            enrolment_moves::enrolment_id,
            enrolment_moves::to_place,
            enrolment_moves::reason,
            enrolment_moves::made_at,
        ))
        .order((enrolment_moves::made_at, enrolment_moves::id))
        .limit(20_000)
        .load(db)?;
    Ok(rows.into_iter().map(|r| (r.enrolment, r)).collect())
}

/// An enrolment as programs see it.
#[derive(Debug, Clone, Queryable)]
pub struct Listed {
    pub id: EnrolmentId,
    pub person: PersonId,
    pub name: String,
    pub place: Place,
}

/// A slice of a batch's enrolments by id.
pub fn listed(
    db: &mut Db,
    batch: BatchId,
    after: EnrolmentId,
    limit: i64,
) -> Result<Vec<Listed>, Fault> {
    Ok(enrolments::table
        .inner_join(people::table)
        .filter(enrolments::batch_id.eq(batch).and(enrolments::id.gt(after)))
        .select((enrolments::id, people::id, people::name, enrolments::place))
        .order(enrolments::id)
        .limit(limit)
        .load(db)?)
}

/// Somebody who could be enrolled.
#[derive(Debug, Clone, Queryable)]
pub struct Candidate {
    pub person: PersonId,
    pub name: String,
    pub relation_name: Option<String>,
    pub unit_hi: String,
    pub unit_en: String,
}

/// What a search looks for: a phone, or the beginnings of words of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    Phone(String),
    Words(Vec<String>),
}

/// People within a reach who are not on the batch: at most 20.
pub fn candidates(
    db: &mut Db,
    batch: BatchId,
    reach: &Reach,
    sought: &Sought,
) -> Result<Vec<Candidate>, Fault> {
    let on_it = enrolments::table
        .filter(enrolments::batch_id.eq(batch).and(enrolments::place.ne(Place::Withdrawn)))
        .select(enrolments::person_id);
    let mut query = people::table
        .inner_join(units::table.on(units::id.eq(people::unit_id)))
        .filter(Within(reach.ranges()))
        .filter(people::id.ne_all(on_it).and(people::erased_at.is_null()))
        .select((people::id, people::name, people::relation_name, units::name_hi, units::name_en))
        .order((people::folded, people::id))
        .limit(20)
        .into_boxed();
    match sought {
        Sought::Phone(number) => {
            let owners = phones::table.filter(phones::number.eq(number)).select(phones::person_id);
            query = query.filter(people::id.eq_any(owners));
        }
        Sought::Words(words) => {
            for word in words {
                // Folded words are a-z and 0-9: nothing that begins with the word sorts behind this.
                let end = format!("{word}zzzzzzzzzzzzzzzz");
                let owners = name_words::table
                    .filter(name_words::word.ge(word).and(name_words::word.le(end)))
                    .select(name_words::person_id);
                query = query.filter(people::id.eq_any(owners));
            }
        }
    }
    Ok(query.load(db)?)
}

pub fn name(db: &mut Db, person: PersonId) -> Result<String, Fault> {
    Ok(people::table.find(person).select(people::name).first(db)?)
}

/// Somebody's place on a batch that is not over.
#[derive(Debug, Clone, Queryable)]
pub struct Held {
    pub id: EnrolmentId,
    pub batch: BatchId,
    pub place: Place,
    pub title: String,
}

/// The open batches with a session that is not over, or none yet, on which somebody stands.
pub fn held_after(db: &mut Db, person: PersonId, now: Moment) -> Result<Vec<Held>, Fault> {
    let of_batch = || sessions::table.filter(sessions::batch_id.eq(batches::id));
    let is_held = || sessions::state.ne("cancelled");
    Ok(enrolments::table
        .inner_join(batches::table)
        .filter(enrolments::person_id.eq(person).and(enrolments::place.ne(Place::Withdrawn)))
        .filter(batches::state.eq("open"))
        .filter(
            exists(of_batch().filter(is_held().and(sessions::ends_at.gt(now))))
                .or(not(exists(of_batch().filter(is_held())))),
        )
        .order(batches::id)
        .select((enrolments::id, batches::id, enrolments::place, batches::title))
        .load(db)?)
}
