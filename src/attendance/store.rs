//! Owns marks, mark_events, disagreements, roll_closings.

use std::collections::{HashMap, HashSet};

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::attendance::rules::{self, Body, Known, Reason, Said, SentMark, Source};
use crate::completion::rules::Status;
use crate::kit::among::{ids_among, words_among};
use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, PersonId, SessionId, UnitId};
use crate::kit::kept::Cell;
use crate::kit::rows;
use crate::kit::schema::{
    batches, courses, disagreements, enrolments, guests, mark_events, marks, modules, people,
    roll_closings, session_modules, session_trainers, sessions, units, venues,
};

/// Puts two phones that send for one session in line. SQLite has one writer anyway.
pub fn hold(db: &mut Db, session: SessionId) -> Result<(), Fault> {
    if let Db::Postgres(c) = db {
        let held = sessions::table.find(session).select(sessions::id).for_no_key_update();
        held.first::<SessionId>(c)?;
    }
    Ok(())
}

/// A session as the roll call needs it.
#[derive(Debug, Clone, Queryable)]
pub struct Session {
    pub id: SessionId,
    pub batch: BatchId,
    pub unit: UnitId,
    pub path: String,
    pub state: String,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub finished_at: Option<Moment>,
    /// `not_marked` when the clock closed it with people not marked.
    pub how: Option<String>,
    /// Whether the asker is one of its trainers.
    pub teaches: bool,
}

pub fn session(db: &mut Db, id: SessionId, asker: PersonId) -> Result<Session, Fault> {
    let teaches = session_trainers::table
        .filter(session_trainers::session_id.eq(id).and(session_trainers::person_id.eq(asker)));
    Ok(sessions::table
        .inner_join(batches::table.inner_join(units::table))
        .left_join(roll_closings::table.on(roll_closings::session_id.eq(sessions::id)))
        .filter(sessions::id.eq(id))
        .select((
            sessions::id,
            batches::id,
            units::id,
            units::path,
            sessions::state,
            sessions::starts_at,
            sessions::ends_at,
            roll_closings::closed_at.nullable(),
            roll_closings::how.nullable(),
            exists(teaches),
        ))
        .first(db)?)
}

/// What stands on the head of a roll or a sheet.
#[derive(Debug, Clone, Queryable)]
pub struct Head {
    pub title: String,
    pub course_hi: String,
    pub course_en: String,
    pub unit_hi: String,
    pub unit_en: String,
    pub timezone: String,
    pub revision: i32,
    pub venue_hi: Option<String>,
    pub venue_en: Option<String>,
    pub address: Option<String>,
}

pub fn head(db: &mut Db, id: SessionId) -> Result<Head, Fault> {
    Ok(sessions::table
        .inner_join(batches::table.inner_join(units::table).inner_join(courses::table))
        .left_join(venues::table)
        .filter(sessions::id.eq(id))
        .select((
            batches::title,
            courses::title_hi,
            courses::title_en,
            units::name_hi,
            units::name_en,
            sessions::timezone,
            sessions::revision,
            venues::name_hi.nullable(),
            venues::name_en.nullable(),
            venues::address.nullable(),
        ))
        .first(db)?)
}

/// The titles of a session's modules: (Hindi, English).
pub fn module_titles(db: &mut Db, id: SessionId) -> Result<Vec<(String, String)>, Fault> {
    Ok(session_modules::table
        .inner_join(modules::table)
        .filter(session_modules::session_id.eq(id))
        .order((modules::position, modules::id))
        .select((modules::title_hi, modules::title_en))
        .load(db)?)
}

pub fn trainer_names(db: &mut Db, id: SessionId) -> Result<Vec<String>, Fault> {
    Ok(session_trainers::table
        .inner_join(people::table)
        .filter(session_trainers::session_id.eq(id))
        .order((people::folded, people::id))
        .select(people::name)
        .load(db)?)
}

/// One who is expected, with the mark that counts.
#[derive(Debug, Clone, Queryable)]
pub struct Expected {
    pub person: PersonId,
    pub name: String,
    pub relation_name: Option<String>,
    pub folded: String,
    pub unit_hi: String,
    pub unit_en: String,
    pub status: Option<Status>,
    pub minutes: Option<i32>,
    pub marked_at: Option<Moment>,
    pub marked_by: Option<PersonId>,
}

/// Everybody with a seat, and the guests of this session, in the order of names; the place in it is the serial number. Sorted here
/// and not by the database, so that the numbers on paper do not depend on its collation.
pub fn roster(db: &mut Db, session: SessionId, batch: BatchId) -> Result<Vec<Expected>, Fault> {
    let mark = marks::person_id.eq(people::id).and(marks::session_id.eq(session));
    let seats = enrolments::table
        .filter(enrolments::batch_id.eq(batch).and(enrolments::place.eq("seat")))
        .select(enrolments::person_id);
    let guests = guests::table
        .filter(guests::session_id.eq(session).and(guests::place.eq("seat")))
        .select(guests::person_id);
    let mut rows: Vec<Expected> = people::table
        .inner_join(units::table.on(units::id.eq(people::unit_id)))
        .left_join(marks::table.on(mark))
        .filter(people::id.eq_any(seats).or(people::id.eq_any(guests)))
        .select((
            people::id,
            people::name,
            people::relation_name,
            people::folded,
            units::name_hi,
            units::name_en,
            marks::status.nullable(),
            marks::minutes.nullable(),
            marks::marked_at.nullable(),
            marks::marked_by.nullable(),
        ))
        .limit(10_000)
        .load(db)?;
    rows.sort_by(|a, b| (&a.folded, a.person).cmp(&(&b.folded, b.person)));
    Ok(rows)
}

// --- Taking marks ----------------------------------------------------------------------------------

type KnownRow = (PersonId, bool, Option<Moment>, Option<String>, Option<Standing>);
/// What a mark says, and whence it came.
type Standing = (Status, Option<i32>, Source);

/// What is known of the people and ids of one call, in two statements.
pub fn known(db: &mut Db, session: &Session, sent: &[SentMark]) -> Result<Known, Fault> {
    let (mut out, persons) = (Known::default(), unique(sent.iter().map(|m| m.person)));
    let mark = marks::person_id.eq(people::id).and(marks::session_id.eq(session.id));
    let seat = enrolments::table
        .filter(enrolments::batch_id.eq(session.batch).and(enrolments::place.eq("seat")))
        .filter(enrolments::person_id.eq(people::id));
    let guest = guests::table
        .filter(guests::session_id.eq(session.id).and(guests::place.eq("seat")))
        .filter(guests::person_id.eq(people::id));
    let rows: Vec<KnownRow> = people::table
        .left_join(marks::table.on(mark))
        .filter(ids_among(people::id, persons))
        .select((
            people::id,
            exists(seat).or(exists(guest)),
            marks::marked_at.nullable(),
            marks::client_id.nullable(),
            (marks::status, marks::minutes, marks::source).nullable(),
        ))
        .load(db)?;
    let mut missing = vec![];
    for (person, seated, marked_at, client_id, stands) in rows {
        if seated || marked_at.is_some() {
            out.expected.insert(person);
        } else {
            missing.push(person);
        }
        if let (Some(at), Some(id), Some((status, minutes, source))) =
            (marked_at, client_id, stands)
        {
            out.ranks.insert(person, rules::rank_of(source, at, id));
            out.stands.insert(person, (status, minutes));
        }
    }
    if !missing.is_empty() {
        out.gone = gone(db, session, missing)?;
    }
    let ids: Vec<&str> = sent.iter().map(|m| m.client_id.as_str()).collect();
    let seen: Vec<(String, SessionId, Body)> = mark_events::table
        .filter(words_among(mark_events::client_id, ids))
        .select((
            mark_events::client_id,
            mark_events::session_id,
            (mark_events::person_id, mark_events::status, mark_events::minutes),
        ))
        .load(db)?;
    for (id, of, body) in seen {
        if of == session.id {
            out.seen.insert(id, body);
        } else {
            out.foreign.insert(id);
        }
    }
    Ok(out)
}

/// Why people who have no seat here may be on a phone's list: they withdrew, or sit in another
/// batch of the same course now.
fn gone(
    db: &mut Db,
    session: &Session,
    missing: Vec<PersonId>,
) -> Result<HashMap<PersonId, Reason>, Fault> {
    let here = diesel::alias!(batches as here);
    let course = here
        .filter(here.field(batches::id).eq(session.batch))
        .select(here.field(batches::course_id));
    let rows: Vec<(PersonId, BatchId, String)> = enrolments::table
        .inner_join(batches::table)
        .filter(ids_among(enrolments::person_id, missing))
        .filter(batches::course_id.eq_any(course))
        .select((enrolments::person_id, enrolments::batch_id, enrolments::place))
        .load(db)?;
    let mut out = HashMap::new();
    for (person, batch, place) in &rows {
        if *batch == session.batch && place == "withdrawn" {
            out.entry(*person).or_insert(Reason::Withdrawn);
        }
    }
    for (person, batch, place) in rows {
        if batch != session.batch && place == "seat" && out.contains_key(&person) {
            out.insert(person, Reason::Moved);
        }
    }
    Ok(out)
}

fn unique(all: impl Iterator<Item = PersonId>) -> Vec<PersonId> {
    let set: HashSet<PersonId> = all.collect();
    set.into_iter().collect()
}

pub struct Event<'a> {
    pub client_id: &'a str,
    pub session_id: SessionId,
    pub person_id: PersonId,
    pub status: Status,
    pub minutes: Option<i32>,
    pub marked_at: Moment,
    pub marked_by: Option<PersonId>,
    pub device: Option<&'a str>,
    pub received_at: Moment,
    pub source: Source,
    pub device_at: Option<Moment>,
    pub sequence: Option<i64>,
    pub offset_ms: Option<i64>,
    pub reason: Option<&'a str>,
}

pub fn add_events<'a>(db: &mut Db, events: &[Event<'a>]) -> Result<(), Fault> {
    let row = |e: &Event<'a>| {
        [
            Cell::text(e.client_id),
            Cell::number(e.session_id),
            Cell::number(e.person_id),
            Cell::text(e.status.word()),
            Cell::Number(e.minutes.map(i64::from)),
            Cell::at(e.marked_at),
            Cell::Number(e.marked_by.map(i64::from)),
            Cell::Text(e.device),
            Cell::at(e.received_at),
            Cell::text(e.source.word()),
            Cell::At(e.device_at),
            Cell::Number(e.sequence),
            Cell::Number(e.offset_ms),
            Cell::Text(e.reason),
        ]
    };
    let into = "insert into mark_events (client_id, session_id, person_id, status, minutes, \
        marked_at, marked_by, device, received_at, source, device_at, sequence, offset_ms, reason)";
    rows::insert(db, into, &events.iter().map(row).collect::<Vec<_>>(), "")
}

pub struct Mark<'a> {
    pub id: i64,
    pub session_id: SessionId,
    pub person_id: PersonId,
    pub status: Status,
    pub minutes: Option<i32>,
    pub marked_at: Moment,
    pub client_id: &'a str,
    pub marked_by: Option<PersonId>,
    pub received_at: Moment,
    pub source: Source,
}

/// Makes these the marks that count.
pub fn keep_marks<'a>(db: &mut Db, all: &[Mark<'a>]) -> Result<(), Fault> {
    let row = |m: &Mark<'a>| {
        [
            Cell::number(m.id),
            Cell::number(m.session_id),
            Cell::number(m.person_id),
            Cell::text(m.status.word()),
            Cell::Number(m.minutes.map(i64::from)),
            Cell::at(m.marked_at),
            Cell::text(m.client_id),
            Cell::Number(m.marked_by.map(i64::from)),
            Cell::at(m.received_at),
            Cell::text(m.source.word()),
        ]
    };
    let into = "insert into marks (id, session_id, person_id, status, minutes, marked_at, \
        client_id, marked_by, received_at, source)";
    let then = "on conflict (session_id, person_id) do update set status = excluded.status, \
        minutes = excluded.minutes, marked_at = excluded.marked_at, \
        client_id = excluded.client_id, marked_by = excluded.marked_by, \
        received_at = excluded.received_at, source = excluded.source";
    rows::insert(db, into, &all.iter().map(row).collect::<Vec<_>>(), then)
}

/// The statuses and minutes that count now, of people who are marked.
pub fn marks_of(
    db: &mut Db,
    session: SessionId,
) -> Result<HashMap<PersonId, (Status, Option<i32>)>, Fault> {
    let rows: Vec<(PersonId, Status, Option<i32>)> = marks::table
        .filter(marks::session_id.eq(session))
        .select((marks::person_id, marks::status, marks::minutes))
        .load(db)?;
    Ok(rows.into_iter().map(|(person, status, minutes)| (person, (status, minutes))).collect())
}

/// The mark that counts of one person.
pub fn mark_of(
    db: &mut Db,
    session: SessionId,
    person: PersonId,
) -> Result<Option<(Status, Option<i32>)>, Fault> {
    Ok(marks::table
        .filter(marks::session_id.eq(session).and(marks::person_id.eq(person)))
        .select((marks::status, marks::minutes))
        .first(db)
        .optional()?)
}

/// The name of somebody who is or was on the batch of a session; nobody else's.
pub fn name_at(db: &mut Db, session: &Session, person: PersonId) -> Result<String, Fault> {
    Ok(enrolments::table
        .inner_join(people::table)
        .filter(enrolments::batch_id.eq(session.batch).and(people::id.eq(person)))
        .select(people::name)
        .first(db)?)
}

/// The name of anybody.
pub fn name_of(db: &mut Db, person: PersonId) -> Result<String, Fault> {
    Ok(people::table.find(person).select(people::name).first(db)?)
}

pub fn close(db: &mut Db, session: SessionId, by: PersonId, now: Moment) -> Result<(), Fault> {
    on_each!(db, c => diesel::insert_into(roll_closings::table)
        .values((
            roll_closings::session_id.eq(session),
            roll_closings::closed_by.eq(Some(by)),
            roll_closings::closed_at.eq(now),
        ))
        .on_conflict(roll_closings::session_id)
        .do_update()
        .set((
            roll_closings::closed_by.eq(Some(by)),
            roll_closings::closed_at.eq(now),
            roll_closings::how.eq("finished"),
        ))
        .execute(c))?;
    Ok(())
}

/// How many sessions one closing takes at once.
const MOST_CLOSED: i64 = 500;

/// Closes the rolls of sessions that ended before a moment and that nobody finished: in three
/// statements, however many they are.
pub fn close_overdue(db: &mut Db, ended: Moment, now: Moment) -> Result<usize, Fault> {
    let open: Vec<SessionId> = sessions::table
        .left_join(roll_closings::table)
        .filter(sessions::state.eq("published").and(sessions::ends_at.lt(ended)))
        // Older ones were closed long ago: a turn of the ticker does not look at years.
        .filter(sessions::starts_at.gt(ended.plus_days(-60)))
        .filter(roll_closings::session_id.nullable().is_null())
        .select(sessions::id)
        .order((sessions::ends_at, sessions::id))
        .limit(MOST_CLOSED)
        .load(db)?;
    if open.is_empty() {
        return Ok(0);
    }
    let mark = marks::table
        .filter(marks::session_id.eq(sessions::id).and(marks::person_id.eq(enrolments::person_id)));
    let unmarked: Vec<SessionId> = sessions::table
        .inner_join(enrolments::table.on(enrolments::batch_id.eq(sessions::batch_id)))
        .filter(ids_among(sessions::id, open.iter().copied()))
        .filter(enrolments::place.eq("seat"))
        .filter(diesel::dsl::not(exists(mark)))
        .select(sessions::id)
        .distinct()
        .load(db)?;
    let unmarked: HashSet<SessionId> = unmarked.into_iter().collect();
    let rows: Vec<_> = open
        .iter()
        .map(|id| {
            let how = if unmarked.contains(id) { "not_marked" } else { "finished" };
            (
                roll_closings::session_id.eq(*id),
                roll_closings::closed_at.eq(now),
                roll_closings::how.eq(how),
            )
        })
        .collect();
    on_each!(db, c => diesel::insert_into(roll_closings::table)
        .values(&rows).on_conflict(roll_closings::session_id).do_nothing().execute(c))?;
    Ok(rows.len())
}

// --- Two hands that differ -------------------------------------------------------------------------

/// Of whom among these people more than one hand has said what it saw: the others' hands cannot differ.
pub fn of_several_hands(
    db: &mut Db,
    session: SessionId,
    people: &[PersonId],
) -> Result<Vec<PersonId>, Fault> {
    use diesel::dsl::{count, count_star, max, min};
    let (by, device) = (mark_events::marked_by, mark_events::device);
    // A hand is a person and a device, either of which may be missing.
    let persons = min(by).ne(max(by)).or(count(by).ne(0).and(count(by).ne(count_star())));
    let devices =
        min(device).ne(max(device)).or(count(device).ne(0).and(count(device).ne(count_star())));
    Ok(mark_events::table
        .filter(mark_events::session_id.eq(session))
        .filter(ids_among(mark_events::person_id, people))
        .filter(words_among(mark_events::source, Source::seen().map(Source::word)))
        .group_by(mark_events::person_id)
        .having(persons.or(devices))
        .select(mark_events::person_id)
        .load(db)?)
}

type SaidRow =
    (PersonId, Source, Moment, String, (Option<PersonId>, Option<String>), (Status, Option<i32>));

/// Every mark ever sent of these people at one session.
pub fn said(db: &mut Db, session: SessionId, people: &[PersonId]) -> Result<Vec<Said>, Fault> {
    let rows: Vec<SaidRow> = mark_events::table
        .filter(mark_events::session_id.eq(session))
        .filter(ids_among(mark_events::person_id, people.iter().copied()))
        .select((
            mark_events::person_id,
            mark_events::source,
            mark_events::marked_at,
            mark_events::client_id,
            (mark_events::marked_by, mark_events::device),
            (mark_events::status, mark_events::minutes),
        ))
        .load(db)?;
    let said = |(person, source, at, id, hand, value): SaidRow| Said {
        person,
        rank: rules::rank_of(source, at, id),
        source,
        hand,
        value,
    };
    Ok(rows.into_iter().map(said).collect())
}

/// Keeps of whom among these people two hands differ.
pub fn keep_disagreements(
    db: &mut Db,
    session: SessionId,
    people: &[PersonId],
    differ: &[PersonId],
    now: Moment,
) -> Result<(), Fault> {
    let these = disagreements::table
        .filter(disagreements::session_id.eq(session).and(disagreements::person_id.eq_any(people)));
    let before: Vec<PersonId> = these.select(disagreements::person_id).load(db)?;
    let over: Vec<PersonId> = before.iter().filter(|p| !differ.contains(p)).copied().collect();
    if !over.is_empty() {
        let these = disagreements::table
            .filter(disagreements::session_id.eq(session))
            .filter(ids_among(disagreements::person_id, over));
        diesel::delete(these).execute(db)?;
    }
    let new = differ.iter().filter(|p| !before.contains(p));
    let rows: Vec<_> = new
        .map(|p| {
            (
                disagreements::session_id.eq(session),
                disagreements::person_id.eq(*p),
                disagreements::found_at.eq(now),
            )
        })
        .collect();
    if !rows.is_empty() {
        on_each!(db, c => diesel::insert_into(disagreements::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Of whom two hands differ at a session: (person, name).
pub fn differing(db: &mut Db, session: SessionId) -> Result<Vec<(PersonId, String)>, Fault> {
    Ok(disagreements::table
        .inner_join(people::table)
        .filter(disagreements::session_id.eq(session))
        .order((people::folded, people::id))
        .select((people::id, people::name))
        .limit(500)
        .load(db)?)
}

/// Whether two hands differ of one person.
pub fn differs(db: &mut Db, session: SessionId, person: PersonId) -> Result<bool, Fault> {
    Ok(diesel::select(exists(disagreements::table.find((session, person)))).get_result(db)?)
}

// --- History ---------------------------------------------------------------------------------------

/// One mark that was sent, whether it counts or not.
#[derive(Debug, Clone, Queryable)]
pub struct Sent {
    pub client_id: String,
    pub person: PersonId,
    pub name: String,
    pub status: Status,
    pub minutes: Option<i32>,
    pub marked_at: Moment,
    pub received_at: Moment,
    pub by: Option<String>,
    pub device: Option<String>,
    pub source: Source,
    /// The phone's own clock, when it was not ours.
    pub device_at: Option<Moment>,
    pub reason: Option<String>,
    /// The id of the mark that counts for this person.
    pub counting: Option<String>,
}

/// The marks of a session, or of one person at it, newest first.
pub fn history(
    db: &mut Db,
    session: SessionId,
    person: Option<PersonId>,
    offset: i64,
    limit: i64,
) -> Result<Vec<Sent>, Fault> {
    let hand = diesel::alias!(people as hands);
    let counting = marks::session_id
        .eq(mark_events::session_id)
        .and(marks::person_id.eq(mark_events::person_id));
    let mut query = mark_events::table
        .inner_join(people::table.on(people::id.eq(mark_events::person_id)))
        .left_join(hand.on(hand.field(people::id).nullable().eq(mark_events::marked_by)))
        .left_join(marks::table.on(counting))
        .filter(mark_events::session_id.eq(session))
        .select((
            mark_events::client_id,
            people::id,
            people::name,
            mark_events::status,
            mark_events::minutes,
            mark_events::marked_at,
            mark_events::received_at,
            hand.field(people::name).nullable(),
            mark_events::device,
            mark_events::source,
            mark_events::device_at,
            mark_events::reason,
            marks::client_id.nullable(),
        ))
        .order((mark_events::marked_at.desc(), mark_events::client_id.desc()))
        .into_boxed();
    if let Some(person) = person {
        query = query.filter(mark_events::person_id.eq(person));
    }
    Ok(query.offset(offset).limit(limit).load(db)?)
}
