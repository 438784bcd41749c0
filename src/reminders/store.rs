//! Owns plan_requests.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Timestamp};

use crate::access::rules::Role;
use crate::attendance::apologies::rules::State as Apology;
use crate::completion::rules::{STEP, Standing, Status};
use crate::enrolment::rules::Place;
use crate::kit::among::{ids_among, words_among};
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, CourseId, EnrolmentId, LetterId, PersonId, SessionId, UnitId};
use crate::kit::schema::{
    answers, apologies, batches, blocked_addresses, emails, enrolment_moves, enrolments, grants,
    letters, marks, people, plan_requests, reminder_rules, roll_closings, session_revisions,
    session_trainers, sessions, standings, trainer_knowledge, units,
};
use crate::post::rules::{Kind, State};
use crate::reminders::answers::rules::Answer;
use crate::reminders::rulebook::rules::Scope;
use crate::reminders::rulebook::store::RuleRow;
use crate::reminders::rules::Heard;
use crate::reminders::rules::rule::Rule;
use crate::schedule::rules::{BatchState, SessionState};

/// Whether any batch waits for the planner.
pub fn is_asked(db: &mut Db, now: Moment) -> Result<bool, Fault> {
    Ok(plan_requests::table
        .filter(plan_requests::asked_at.le(now))
        .select(plan_requests::batch_id)
        .first::<BatchId>(db)
        .optional()?
        .is_some())
}

/// Takes the oldest requests away, before anything is read: a cause that comes in between asks again.
pub fn take_requests(db: &mut Db, most: i64, now: Moment) -> Result<Vec<BatchId>, Fault> {
    let mut taken: Vec<BatchId> = plan_requests::table
        .filter(plan_requests::asked_at.le(now))
        .select(plan_requests::batch_id)
        .order((plan_requests::asked_at, plan_requests::batch_id))
        .limit(most)
        .load(db)?;
    if let Db::Postgres(c) = db {
        // Whoever asks for several does so in this order too. What another planner took in the
        // meantime is not there any more.
        taken = plan_requests::table
            .filter(ids_among(plan_requests::batch_id, taken))
            .order(plan_requests::batch_id)
            .select(plan_requests::batch_id)
            .for_update()
            .load(c)?;
    }
    diesel::delete(
        plan_requests::table.filter(ids_among(plan_requests::batch_id, taken.iter().copied())),
    )
    .execute(db)?;
    Ok(taken)
}

/// Asks the planner to look again at every batch that a rule touches and that is not long over.
pub fn ask_again(db: &mut Db, scope: &Scope, now: Moment) -> Result<(), Fault> {
    let (which, id) = match scope {
        Scope::Everywhere => ("$2 = $2", 0),
        Scope::Course(id) => ("b.course_id = $2", id.0),
        Scope::Batch(id) => ("b.id = $2", id.0),
    };
    sql_query(format!(
        "insert into plan_requests (batch_id, asked_at) select b.id, $1 from batches b \
         where b.state = 'open' and {which} and exists (select 1 from sessions s \
         where s.batch_id = b.id and s.state = 'published' and s.ends_at > $3) \
         order by b.id on conflict (batch_id) do nothing"
    ))
    .bind::<Timestamp, _>(now)
    .bind::<BigInt, _>(id)
    .bind::<Timestamp, _>(now.plus_days(-7))
    .execute(db)?;
    Ok(())
}

#[derive(Queryable)]
pub struct BatchRow {
    pub state: BatchState,
    pub ends_on: Option<NaiveDate>,
    /// Of its unit, when that has its own.
    pub timezone: Option<String>,
    pub course: CourseId,
    pub path: String,
}

pub fn batch(db: &mut Db, batch: BatchId) -> Result<Option<BatchRow>, Fault> {
    Ok(batches::table
        .inner_join(units::table)
        .filter(batches::id.eq(batch))
        .select((
            batches::state,
            batches::ends_on,
            units::timezone,
            batches::course_id,
            units::path,
        ))
        .first(db)
        .optional()?)
}

#[derive(Queryable)]
pub struct SessionRow {
    pub id: SessionId,
    pub revision: i32,
    pub state: SessionState,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub timezone: String,
    pub updated_at: Moment,
}

pub fn sessions_of(db: &mut Db, batch: BatchId) -> Result<Vec<SessionRow>, Fault> {
    Ok(sessions::table
        .filter(sessions::batch_id.eq(batch))
        .order((sessions::starts_at, sessions::id))
        .select((
            sessions::id,
            sessions::revision,
            sessions::state,
            sessions::starts_at,
            sessions::ends_at,
            sessions::timezone,
            sessions::updated_at,
        ))
        .load(db)?)
}

/// When each session of a batch was as it was published, or moved to: the revision and its time.
pub fn told_as(
    db: &mut Db,
    batch: BatchId,
) -> Result<HashMap<SessionId, BTreeMap<i32, Moment>>, Fault> {
    let rows: Vec<(SessionId, i32, Moment)> = session_revisions::table
        .inner_join(sessions::table)
        .filter(sessions::batch_id.eq(batch))
        .filter(session_revisions::state.eq(SessionState::Published))
        .select((sessions::id, session_revisions::revision, session_revisions::made_at))
        .load(db)?;
    let mut out: HashMap<SessionId, BTreeMap<i32, Moment>> = HashMap::new();
    for (session, revision, at) in rows {
        out.entry(session).or_default().insert(revision, at);
    }
    Ok(out)
}

#[derive(Queryable)]
pub struct EnrolmentRow {
    pub id: EnrolmentId,
    pub person: PersonId,
    pub place: Place,
    pub round: i32,
    pub updated_at: Moment,
}

pub fn enrolments_of(db: &mut Db, batch: BatchId) -> Result<Vec<EnrolmentRow>, Fault> {
    Ok(enrolments::table
        .filter(enrolments::batch_id.eq(batch))
        .order(enrolments::id)
        .select((
            enrolments::id,
            enrolments::person_id,
            enrolments::place,
            enrolments::round,
            enrolments::updated_at,
        ))
        .load(db)?)
}

/// The last move to a seat of each enrolment of a batch.
pub fn seated_at(db: &mut Db, batch: BatchId) -> Result<HashMap<EnrolmentId, Moment>, Fault> {
    let rows: Vec<(EnrolmentId, Option<Moment>)> = enrolment_moves::table
        .inner_join(enrolments::table)
        .filter(enrolments::batch_id.eq(batch).and(enrolment_moves::to_place.eq(Place::Seat)))
        .group_by(enrolment_moves::enrolment_id)
        .select((enrolment_moves::enrolment_id, diesel::dsl::max(enrolment_moves::made_at)))
        .load(db)?;
    Ok(rows.into_iter().filter_map(|(id, at)| at.map(|at| (id, at))).collect())
}

pub fn names_of(db: &mut Db, who: &[PersonId]) -> Result<HashMap<PersonId, String>, Fault> {
    let rows: Vec<(PersonId, String)> = people::table
        .filter(ids_among(people::id, who.iter().copied()))
        .select((people::id, people::name))
        .load(db)?;
    Ok(rows.into_iter().collect())
}

/// The path of each person's unit.
pub fn paths_of(db: &mut Db, who: &BTreeSet<PersonId>) -> Result<Vec<(PersonId, String)>, Fault> {
    Ok(people::table
        .inner_join(units::table.on(units::id.eq(people::unit_id)))
        .filter(ids_among(people::id, who.iter().copied()))
        .select((people::id, units::path))
        .load(db)?)
}

/// The zones that some units have of their own.
pub fn zones_of(
    db: &mut Db,
    which: &BTreeSet<UnitId>,
) -> Result<Vec<(UnitId, Option<String>)>, Fault> {
    Ok(units::table
        .filter(ids_among(units::id, which.iter().copied()).and(units::timezone.is_not_null()))
        .select((units::id, units::timezone))
        .load(db)?)
}

/// Those who have an address that works.
pub fn reachable(db: &mut Db, people: &BTreeSet<PersonId>) -> Result<HashSet<PersonId>, Fault> {
    let people: Vec<PersonId> = emails::table
        .left_join(blocked_addresses::table.on(blocked_addresses::folded.eq(emails::folded)))
        .filter(blocked_addresses::folded.is_null())
        .filter(ids_among(emails::person_id, people.iter().copied()))
        .select(emails::person_id)
        .distinct()
        .load(db)?;
    Ok(people.into_iter().collect())
}

/// Who teaches each session of a batch, with the revision at which they were named.
pub fn trainers_of(
    db: &mut Db,
    batch: BatchId,
) -> Result<HashMap<SessionId, BTreeMap<PersonId, i32>>, Fault> {
    let rows: Vec<(SessionId, PersonId, i32)> = session_trainers::table
        .inner_join(sessions::table)
        .filter(sessions::batch_id.eq(batch))
        .select((
            session_trainers::session_id,
            session_trainers::person_id,
            session_trainers::revision,
        ))
        .load(db)?;
    let mut out: HashMap<SessionId, BTreeMap<PersonId, i32>> = HashMap::new();
    for (session, person, revision) in rows {
        out.entry(session).or_default().insert(person, revision);
    }
    Ok(out)
}

/// What those know of teaching the sessions of a batch whom somebody named or took off since.
pub fn heard_of(
    db: &mut Db,
    batch: BatchId,
) -> Result<HashMap<SessionId, BTreeMap<PersonId, Heard>>, Fault> {
    let rows: Vec<(SessionId, PersonId, bool, i32, Moment)> = trainer_knowledge::table
        .inner_join(sessions::table)
        .filter(sessions::batch_id.eq(batch))
        .select((
            trainer_knowledge::session_id,
            trainer_knowledge::person_id,
            trainer_knowledge::teaches,
            trainer_knowledge::revision,
            trainer_knowledge::since,
        ))
        .load(db)?;
    let mut out: HashMap<SessionId, BTreeMap<PersonId, Heard>> = HashMap::new();
    for (session, person, teaches, revision, since) in rows {
        out.entry(session).or_default().insert(person, Heard { teaches, revision, since });
    }
    Ok(out)
}

/// The sessions of a batch whose roll is finished, or has a mark for every seat; with nobody on a
/// seat there is nothing to take.
pub fn rolled_of(db: &mut Db, batch: BatchId) -> Result<HashSet<SessionId>, Fault> {
    let closed: Vec<SessionId> = roll_closings::table
        .inner_join(sessions::table)
        .filter(sessions::batch_id.eq(batch))
        .select(roll_closings::session_id)
        .load(db)?;
    let mark = marks::table
        .filter(marks::session_id.eq(sessions::id).and(marks::person_id.eq(enrolments::person_id)));
    let unmarked = enrolments::table
        .filter(enrolments::batch_id.eq(batch).and(enrolments::place.eq(Place::Seat)))
        .filter(not(exists(mark)));
    let full: Vec<SessionId> = sessions::table
        .filter(sessions::batch_id.eq(batch).and(not(exists(unmarked))))
        .select(sessions::id)
        .load(db)?;
    Ok(closed.into_iter().chain(full).collect())
}

pub fn absent_of(db: &mut Db, batch: BatchId) -> Result<HashSet<(SessionId, PersonId)>, Fault> {
    let rows: Vec<(SessionId, PersonId)> = marks::table
        .inner_join(sessions::table)
        .filter(sessions::batch_id.eq(batch).and(marks::status.eq(Status::Absent)))
        .select((marks::session_id, marks::person_id))
        .load(db)?;
    Ok(rows.into_iter().collect())
}

/// What people said beforehand, by an answer or an apology: whether they come.
pub fn answers_of(
    db: &mut Db,
    batch: BatchId,
) -> Result<HashMap<(SessionId, PersonId), bool>, Fault> {
    let rows: Vec<(SessionId, PersonId, Answer)> = answers::table
        .inner_join(sessions::table)
        .filter(sessions::batch_id.eq(batch))
        .select((answers::session_id, answers::person_id, answers::answer))
        .load(db)?;
    let mut said: HashMap<(SessionId, PersonId), bool> =
        rows.into_iter().map(|(s, p, said)| ((s, p), said == Answer::Coming)).collect();
    let rows: Vec<(SessionId, PersonId, Apology)> = apologies::table
        .inner_join(sessions::table)
        .filter(sessions::batch_id.eq(batch).and(apologies::state.ne(Apology::Withdrawn)))
        .select((apologies::session_id, apologies::person_id, apologies::state))
        .load(db)?;
    for (session, person, state) in rows {
        if state == Apology::Declined {
            // Expected all the same: whatever he said, he is told when it is.
            said.remove(&(session, person));
        } else {
            said.insert((session, person), false);
        }
    }
    Ok(said)
}

/// When the enrolments of a batch that are complete came to it.
pub fn complete_of(db: &mut Db, batch: BatchId) -> Result<HashMap<EnrolmentId, Moment>, Fault> {
    let rows: Vec<(EnrolmentId, Moment)> = standings::table
        .filter(standings::batch_id.eq(batch).and(standings::standing.eq(Standing::Complete)))
        .select((standings::enrolment_id, standings::updated_at))
        .load(db)?;
    Ok(rows.into_iter().collect())
}

/// The admins of a unit and of those above it, with the path of their unit.
pub fn admins_above(
    db: &mut Db,
    path: &str,
    today: NaiveDate,
) -> Result<Vec<(String, PersonId)>, Fault> {
    let line: Vec<&str> = (1..=path.len() / STEP).map(|n| &path[..n * STEP]).collect();
    Ok(grants::table
        .inner_join(units::table)
        .filter(words_among(units::path, line).and(grants::role.eq(Role::Admin)))
        .filter(grants::valid_from.is_null().or(grants::valid_from.le(today)))
        .filter(grants::valid_to.is_null().or(grants::valid_to.ge(today)))
        .order((units::path, grants::person_id))
        .select((units::path, grants::person_id))
        .distinct()
        .load(db)?)
}

/// The rules that are on for a batch: everybody's, its course's, its own.
pub fn rules_of(db: &mut Db, batch: BatchId, course: CourseId) -> Result<Vec<Rule>, Fault> {
    let rows: Vec<RuleRow> = reminder_rules::table
        .filter(reminder_rules::is_on.eq(true))
        .filter(reminder_rules::course_id.is_null().or(reminder_rules::course_id.eq(course)))
        .filter(reminder_rules::batch_id.is_null().or(reminder_rules::batch_id.eq(batch)))
        .order(reminder_rules::id)
        .select(RuleRow::as_select())
        .load(db)?;
    Ok(rows.into_iter().map(RuleRow::rule).collect())
}

#[derive(Queryable)]
pub struct LetterRow {
    pub id: LetterId,
    pub key: String,
    pub kind: Kind,
    pub rule: Option<String>,
    pub state: State,
    pub reason: Option<String>,
    pub person: Option<PersonId>,
    pub facts: String,
    pub due_at: Moment,
    pub useless_after: Option<Moment>,
}

pub fn letters_of(db: &mut Db, batch: BatchId) -> Result<Vec<LetterRow>, Fault> {
    Ok(letters::table
        .filter(letters::batch_id.eq(batch))
        .order(letters::id)
        .select((
            letters::id,
            letters::key,
            letters::kind,
            letters::rule.nullable(),
            letters::state,
            letters::reason,
            letters::person_id.nullable(),
            letters::facts,
            letters::due_at,
            letters::useless_after.nullable(),
        ))
        .load(db)?)
}
