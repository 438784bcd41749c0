//! Owns nothing; reads what letters say, for a whole batch of them at once.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamp};

use crate::access::rules::Role;
use crate::completion::rules::Status;
use crate::enrolment::rules::Place;
use crate::kit::among::ids_among;
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{
    BatchId, CourseId, EnrolmentId, LetterId, NoticeId, PersonId, SessionId, UnitId,
};
use crate::kit::kept::{self, Given, Ids};
use crate::kit::schema::{
    batches, blocked_addresses, courses, emails, enrolments, grants, marks, modules, people,
    phones, roll_closings, session_modules, session_revisions, session_trainers, sessions, units,
    venues,
};
use crate::letters::digests::Digests;
use crate::letters::notices;
use crate::letters::notices::store::Gist;
use crate::letters::templates;
use crate::letters::templates::rules::{Case, OwnText};
use crate::letters::weekly::Report;
use crate::post::rules::{Kind, State};
use crate::schedule::rules::{BatchState, SessionState};

/// Everything that the letters in hand may want to say.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    pub people: HashMap<PersonId, Person>,
    pub batches: HashMap<BatchId, Batch>,
    pub enrolments: HashMap<EnrolmentId, Enrolment>,
    /// Place in the queue, from 1.
    pub positions: HashMap<EnrolmentId, i64>,
    pub sessions: HashMap<SessionId, Session>,
    pub before: HashMap<(SessionId, i32), Before>,
    /// Of the unit itself or the nearest one above it that has a phone.
    pub contacts: HashMap<UnitId, Contact>,
    /// Who has a seat on a batch: name, phone.
    pub rosters: HashMap<BatchId, Vec<Trainer>>,
    /// For a session that was missed: sessions to come with one of its modules.
    pub chances: HashMap<SessionId, Vec<Chance>>,
    /// What digests in hand pass on.
    pub digests: Digests,
    pub weekly: Report,
    pub notices: HashMap<NoticeId, Gist>,
    /// Own texts of letters, where somebody wrote any.
    pub own: HashMap<Case, OwnText>,
}

/// A session where what was missed can be made up.
#[derive(Debug, Clone)]
pub struct Chance {
    /// Of the unit that holds it.
    pub path: String,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub timezone: String,
    pub venue: Option<(String, String)>,
}

#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    pub is_erased: bool,
    pub language: Option<Language>,
    pub unit: UnitId,
    pub path: String,
    /// (hi, en)
    pub unit_name: (String, String),
    pub address: Option<String>,
    pub phone: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Batch {
    pub title: String,
    pub course_hi: String,
    pub course_en: String,
    pub state: BatchState,
    pub cancel_reason: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Enrolment {
    pub batch: BatchId,
    pub place: Place,
    pub round: i32,
}

#[derive(Debug, Clone)]
pub struct Session {
    pub batch: BatchId,
    pub revision: i32,
    pub state: String,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub timezone: String,
    pub link: Option<String>,
    pub cancel_reason: Option<String>,
    pub venue: Option<Venue>,
    /// (hi, en), in the order of the course.
    pub modules: Vec<(String, String)>,
    pub trainers: Vec<Trainer>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Venue {
    pub name_hi: String,
    pub name_en: String,
    pub address: String,
    pub map_url: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Trainer {
    pub name: String,
    pub phone: Option<String>,
}

/// What a session said at an earlier revision.
#[derive(Debug, Clone)]
pub struct Before {
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub venue_hi: Option<String>,
    pub venue_en: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Contact {
    pub name: Option<String>,
    pub phone: String,
}

/// What the letters in hand are about.
#[derive(Debug, Default)]
pub struct Subjects {
    pub people: BTreeSet<PersonId>,
    pub batches: BTreeSet<BatchId>,
    pub enrolments: BTreeSet<EnrolmentId>,
    pub sessions: BTreeSet<SessionId>,
    /// Batches whose list of names is wanted.
    pub rosters: BTreeSet<BatchId>,
    /// Sessions that somebody missed.
    pub missed: BTreeSet<SessionId>,
    pub notices: BTreeSet<NoticeId>,
}

/// A constant number of statements, however many letters.
pub fn facts(db: &mut Db, about: &Subjects, now: Moment) -> Result<Facts, Fault> {
    let people = people_of(db, about)?;
    let contacts = contacts_of(db, &people)?;
    let enrolments = enrolments_of(db, about)?;
    Ok(Facts {
        positions: positions_of(db, &enrolments)?,
        batches: batches_of(db, about)?,
        sessions: sessions_of(db, about)?,
        before: before_of(db, about)?,
        rosters: if about.rosters.is_empty() { HashMap::new() } else { rosters_of(db, about)? },
        chances: if about.missed.is_empty() { HashMap::new() } else { chances_of(db, about, now)? },
        digests: Digests::default(),
        weekly: Report::default(),
        notices: if about.notices.is_empty() {
            HashMap::new()
        } else {
            notices::store::gists(db, &about.notices)?
        },
        own: templates::store::current(db)?,
        people,
        contacts,
        enrolments,
    })
}

fn people_of(db: &mut Db, about: &Subjects) -> Result<HashMap<PersonId, Person>, Fault> {
    type Who = (PersonId, String, bool, Option<Language>);
    type Row = (Who, (UnitId, String, String, String));
    let rows: Vec<Row> = people::table
        .inner_join(units::table.on(units::id.eq(people::unit_id)))
        .filter(ids_among(people::id, &about.people))
        .select((
            (people::id, people::name, people::erased_at.is_not_null(), people::language),
            (units::id, units::path, units::name_hi, units::name_en),
        ))
        .load(db)?;
    // One that letters come back from is passed over.
    let addresses: Vec<(PersonId, String)> = emails::table
        .left_join(blocked_addresses::table.on(blocked_addresses::folded.eq(emails::folded)))
        .filter(ids_among(emails::person_id, &about.people))
        .filter(blocked_addresses::folded.is_null())
        .order((emails::person_id, emails::position, emails::id))
        .select((emails::person_id, emails::address))
        .load(db)?;
    let mut first: HashMap<PersonId, String> = HashMap::new();
    for (person, address) in addresses {
        first.entry(person).or_insert(address);
    }
    let phones = phones_of(db, &about.people)?;
    let person = |((id, name, is_erased, language), (unit, path, hi, en)): Row| {
        let (address, phone) = (first.get(&id).cloned(), phones.get(&id).cloned());
        let unit_name = (hi, en);
        (id, Person { name, is_erased, language, unit, path, unit_name, address, phone })
    };
    Ok(rows.into_iter().map(person).collect())
}

/// The first number of each.
fn phones_of(db: &mut Db, who: &BTreeSet<PersonId>) -> Result<HashMap<PersonId, String>, Fault> {
    let numbers: Vec<(PersonId, String)> = phones::table
        .filter(ids_among(phones::person_id, who.iter().copied()))
        .order((phones::person_id, phones::position, phones::id))
        .select((phones::person_id, phones::number))
        .load(db)?;
    let mut first: HashMap<PersonId, String> = HashMap::new();
    for (person, number) in numbers {
        first.entry(person).or_insert(number);
    }
    Ok(first)
}

/// A path is the ids from the root down, 19 digits each.
pub const SEGMENT: usize = 19;

fn contacts_of(
    db: &mut Db,
    people: &HashMap<PersonId, Person>,
) -> Result<HashMap<UnitId, Contact>, Fault> {
    let paths: HashMap<UnitId, Vec<UnitId>> =
        people.values().map(|p| (p.unit, ancestors(&p.path))).collect();
    let all: BTreeSet<UnitId> = paths.values().flatten().copied().collect();
    let rows: Vec<(UnitId, Option<String>, Option<String>)> = units::table
        .filter(ids_among(units::id, all).and(units::contact_phone.is_not_null()))
        .select((units::id, units::contact_name, units::contact_phone))
        .load(db)?;
    let known: HashMap<UnitId, Contact> = rows
        .into_iter()
        .filter_map(|(id, name, phone)| Some((id, Contact { name, phone: phone? })))
        .collect();
    let nearest = |line: &[UnitId]| line.iter().rev().find_map(|id| known.get(id).cloned());
    Ok(paths.iter().filter_map(|(unit, line)| Some((*unit, nearest(line)?))).collect())
}

fn ancestors(path: &str) -> Vec<UnitId> {
    let segments = path.as_bytes().chunks(SEGMENT);
    segments.filter_map(|s| std::str::from_utf8(s).ok()?.parse().ok()).collect()
}

fn enrolments_of(db: &mut Db, about: &Subjects) -> Result<HashMap<EnrolmentId, Enrolment>, Fault> {
    let rows: Vec<(EnrolmentId, BatchId, Place, i32)> = enrolments::table
        .filter(ids_among(enrolments::id, &about.enrolments))
        .select((enrolments::id, enrolments::batch_id, enrolments::place, enrolments::round))
        .load(db)?;
    let enrolment = |(id, batch, place, round)| (id, Enrolment { batch, place, round });
    Ok(rows.into_iter().map(enrolment).collect())
}

/// The queues that somebody in hand waits in, in their immutable order.
fn positions_of(
    db: &mut Db,
    enrolments: &HashMap<EnrolmentId, Enrolment>,
) -> Result<HashMap<EnrolmentId, i64>, Fault> {
    let queues: BTreeSet<BatchId> =
        enrolments.values().filter(|e| e.place == Place::Waiting).map(|e| e.batch).collect();
    let rows: Vec<(BatchId, EnrolmentId)> = enrolments::table
        .filter(ids_among(enrolments::batch_id, queues).and(enrolments::place.eq(Place::Waiting)))
        .order((enrolments::batch_id, enrolments::queued_at, enrolments::id))
        .select((enrolments::batch_id, enrolments::id))
        .load(db)?;
    let mut count: HashMap<BatchId, i64> = HashMap::new();
    let mut out = HashMap::new();
    for (batch, id) in rows {
        let position = count.entry(batch).or_default();
        *position += 1;
        out.insert(id, *position);
    }
    Ok(out)
}

fn batches_of(db: &mut Db, about: &Subjects) -> Result<HashMap<BatchId, Batch>, Fault> {
    type Row = (BatchId, (String, String, String), (BatchState, Option<String>));
    let rows: Vec<Row> = batches::table
        .inner_join(courses::table)
        .filter(ids_among(batches::id, &about.batches))
        .select((
            batches::id,
            (batches::title, courses::title_hi, courses::title_en),
            (batches::state, batches::cancel_reason),
        ))
        .load(db)?;
    let batch = |(id, (title, course_hi, course_en), (state, cancel_reason)): Row| {
        (id, Batch { title, course_hi, course_en, state, cancel_reason })
    };
    Ok(rows.into_iter().map(batch).collect())
}

fn sessions_of(db: &mut Db, about: &Subjects) -> Result<HashMap<SessionId, Session>, Fault> {
    type Row = (
        SessionId,
        (BatchId, i32, String, Moment, Moment, String, Option<String>, Option<String>),
        Option<(String, String, String, Option<String>)>,
    );
    let rows: Vec<Row> = sessions::table
        .left_join(venues::table)
        .filter(ids_among(sessions::id, &about.sessions))
        .select((
            sessions::id,
            (
                sessions::batch_id,
                sessions::revision,
                sessions::state,
                sessions::starts_at,
                sessions::ends_at,
                sessions::timezone,
                sessions::link,
                sessions::cancel_reason,
            ),
            (venues::name_hi, venues::name_en, venues::address, venues::map_url).nullable(),
        ))
        .load(db)?;
    let mut modules = modules_of(db, about)?;
    let mut trainers = trainers_of(db, about)?;
    let mut out = HashMap::new();
    for (id, session, venue) in rows {
        let (batch, revision, state, starts_at, ends_at, timezone, link, cancel_reason) = session;
        let venue = venue.map(|(name_hi, name_en, address, map_url)| Venue {
            name_hi,
            name_en,
            address,
            map_url,
        });
        let modules = modules.remove(&id).unwrap_or_default();
        let trainers = trainers.remove(&id).unwrap_or_default();
        out.insert(
            id,
            Session {
                batch,
                revision,
                state,
                starts_at,
                ends_at,
                timezone,
                link,
                cancel_reason,
                venue,
                modules,
                trainers,
            },
        );
    }
    Ok(out)
}

fn modules_of(
    db: &mut Db,
    about: &Subjects,
) -> Result<HashMap<SessionId, Vec<(String, String)>>, Fault> {
    let rows: Vec<(SessionId, String, String)> = session_modules::table
        .inner_join(modules::table)
        .filter(ids_among(session_modules::session_id, &about.sessions))
        .order((session_modules::session_id, modules::position, modules::id))
        .select((session_modules::session_id, modules::title_hi, modules::title_en))
        .load(db)?;
    let mut out: HashMap<SessionId, Vec<(String, String)>> = HashMap::new();
    for (session, hi, en) in rows {
        out.entry(session).or_default().push((hi, en));
    }
    Ok(out)
}

fn trainers_of(db: &mut Db, about: &Subjects) -> Result<HashMap<SessionId, Vec<Trainer>>, Fault> {
    let rows: Vec<(SessionId, PersonId, String)> = session_trainers::table
        .inner_join(people::table)
        .filter(ids_among(session_trainers::session_id, &about.sessions))
        .order((session_trainers::session_id, people::id))
        .select((session_trainers::session_id, people::id, people::name))
        .load(db)?;
    let who: BTreeSet<PersonId> = rows.iter().map(|(_, person, _)| *person).collect();
    let first = phones_of(db, &who)?;
    let mut out: HashMap<SessionId, Vec<Trainer>> = HashMap::new();
    for (session, person, name) in rows {
        let phone = first.get(&person).cloned();
        out.entry(session).or_default().push(Trainer { name, phone });
    }
    Ok(out)
}

fn before_of(db: &mut Db, about: &Subjects) -> Result<HashMap<(SessionId, i32), Before>, Fault> {
    type Row = (SessionId, i32, Moment, Moment, Option<String>, Option<String>);
    let rows: Vec<Row> = session_revisions::table
        .left_join(venues::table)
        .filter(ids_among(session_revisions::session_id, &about.sessions))
        .select((
            session_revisions::session_id,
            session_revisions::revision,
            session_revisions::starts_at,
            session_revisions::ends_at,
            venues::name_hi.nullable(),
            venues::name_en.nullable(),
        ))
        .load(db)?;
    let before = |(session, revision, starts_at, ends_at, venue_hi, venue_en): Row| {
        ((session, revision), Before { starts_at, ends_at, venue_hi, venue_en })
    };
    Ok(rows.into_iter().map(before).collect())
}

fn rosters_of(db: &mut Db, about: &Subjects) -> Result<HashMap<BatchId, Vec<Trainer>>, Fault> {
    let rows: Vec<(BatchId, PersonId, String)> = enrolments::table
        .inner_join(people::table)
        .filter(ids_among(enrolments::batch_id, &about.rosters))
        .filter(enrolments::place.eq(Place::Seat))
        .order((enrolments::batch_id, people::folded, people::id))
        .select((enrolments::batch_id, people::id, people::name))
        .load(db)?;
    let who: BTreeSet<PersonId> = rows.iter().map(|(_, person, _)| *person).collect();
    let first = phones_of(db, &who)?;
    let mut out: HashMap<BatchId, Vec<Trainer>> = HashMap::new();
    for (batch, person, name) in rows {
        out.entry(batch).or_default().push(Trainer { name, phone: first.get(&person).cloned() });
    }
    Ok(out)
}

/// So many sessions to come are looked at for each of those that were missed.
const MOST_CHANCES: i64 = 2_000;

/// Modules are matched by their course and code: another batch may be on another version.
fn chances_of(
    db: &mut Db,
    about: &Subjects,
    now: Moment,
) -> Result<HashMap<SessionId, Vec<Chance>>, Fault> {
    let missed: Vec<(SessionId, CourseId, String)> = session_modules::table
        .inner_join(sessions::table.inner_join(batches::table))
        .inner_join(modules::table)
        .filter(ids_among(session_modules::session_id, &about.missed))
        .select((session_modules::session_id, batches::course_id, modules::code))
        .load(db)?;
    let courses: BTreeSet<CourseId> = missed.iter().map(|(_, course, _)| *course).collect();
    type Row =
        ((SessionId, CourseId, String, String), (Moment, Moment, String), Option<(String, String)>);
    let coming: Vec<Row> = session_modules::table
        .inner_join(modules::table)
        .inner_join(
            sessions::table
                .inner_join(batches::table.inner_join(units::table))
                .left_join(venues::table),
        )
        .filter(ids_among(batches::course_id, courses).and(batches::state.eq(BatchState::Open)))
        .filter(sessions::state.eq(SessionState::Published).and(sessions::starts_at.gt(now)))
        .order((sessions::starts_at, sessions::id))
        .limit(MOST_CHANCES)
        .select((
            (sessions::id, batches::course_id, modules::code, units::path),
            (sessions::starts_at, sessions::ends_at, sessions::timezone),
            (venues::name_hi, venues::name_en).nullable(),
        ))
        .load(db)?;
    let mut out: HashMap<SessionId, Vec<Chance>> = HashMap::new();
    for ((_, course, code, path), (starts_at, ends_at, timezone), venue) in coming {
        let same = missed.iter().filter(|(_, c, m)| (*c, m) == (course, &code));
        for (session, ..) in same {
            let (path, timezone, venue) = (path.clone(), timezone.clone(), venue.clone());
            let chance = Chance { path, starts_at, ends_at, timezone, venue };
            out.entry(*session).or_default().push(chance);
        }
    }
    Ok(out)
}

/// Whether what a letter follows up is still so: the person is marked absent, the roll is not taken.
pub fn is_still_so(
    db: &mut Db,
    kind: Kind,
    about: &[SessionId],
    person: Option<PersonId>,
) -> Result<bool, Fault> {
    let counted = match kind {
        Kind::Absence => marks::table
            .filter(ids_among(marks::session_id, about).and(marks::status.eq(Status::Absent)))
            .filter(marks::person_id.nullable().eq(person))
            .count()
            .get_result::<i64>(db)?,
        // Somebody on a seat has no mark, and nobody said that this is all.
        Kind::Overdue => {
            let mark = marks::table.filter(
                marks::session_id.eq(sessions::id).and(marks::person_id.eq(enrolments::person_id)),
            );
            let closing = roll_closings::table.filter(roll_closings::session_id.eq(sessions::id));
            sessions::table
                .inner_join(enrolments::table.on(enrolments::batch_id.eq(sessions::batch_id)))
                .filter(ids_among(sessions::id, about).and(enrolments::place.eq(Place::Seat)))
                .filter(not(exists(mark)).and(not(exists(closing))))
                .count()
                .get_result(db)?
        }
        _ => return Ok(true),
    };
    Ok(counted > 0)
}

/// How many of some sessions somebody teaches.
pub fn taught_by(
    db: &mut Db,
    person: Option<PersonId>,
    about: &[SessionId],
) -> Result<usize, Fault> {
    let taught: i64 = session_trainers::table
        .filter(ids_among(session_trainers::session_id, about))
        .filter(session_trainers::person_id.nullable().eq(person))
        .count()
        .get_result(db)?;
    usize::try_from(taught).map_err(Fault::broken)
}

/// Whether somebody teaches one of some sessions, or is an admin of their units today.
pub fn is_staff(
    db: &mut Db,
    person: Option<PersonId>,
    about: &[SessionId],
    today: NaiveDate,
) -> Result<bool, Fault> {
    if taught_by(db, person, about)? > 0 {
        return Ok(true);
    }
    let held: Vec<String> = sessions::table
        .inner_join(batches::table.inner_join(units::table))
        .filter(ids_among(sessions::id, about))
        .select(units::path)
        .load(db)?;
    let granted: Vec<String> = grants::table
        .inner_join(units::table)
        .filter(grants::person_id.nullable().eq(person).and(grants::role.eq(Role::Admin)))
        .filter(grants::valid_from.is_null().or(grants::valid_from.le(today)))
        .filter(grants::valid_to.is_null().or(grants::valid_to.ge(today)))
        .select(units::path)
        .load(db)?;
    Ok(granted.iter().any(|above| held.iter().any(|path| path.starts_with(above.as_str()))))
}

/// What decides, in the instant before sending, whether a letter still goes.
#[derive(Debug, Clone, Queryable)]
pub struct Standing {
    pub state: State,
    pub lease: Option<String>,
    pub useless_after: Option<Moment>,
    pub place: Option<Place>,
    pub batch: Option<BatchState>,
    pub is_paused: bool,
    pub is_unsubscribed: bool,
    /// Whether its reader stopped digests of this kind.
    pub is_stopped: bool,
    pub is_blocked: bool,
    pub is_erased: bool,
}

/// As `STANDINGS` gives them: a letter, and what the fields of `Standing` say, in their order.
type StandingColumns = (
    BigInt,
    (
        Text,
        Nullable<Text>,
        Nullable<Timestamp>,
        Nullable<Text>,
        Nullable<Text>,
        Bool,
        Bool,
        Bool,
        Bool,
        Bool,
    ),
);

/// Addresses that are in use are ASCII, so both databases fold them alike.
const STANDINGS: &str = "select letters.id, letters.state, letters.lease_token, \
    letters.useless_after, enrolments.place, batches.state, \
    exists (select 1 from mail_pauses where ended_at is null), \
    exists (select 1 from unsubscribes where unsubscribes.person_id = letters.person_id), \
    exists (select 1 from stopped_digests where stopped_digests.person_id = letters.person_id \
        and stopped_digests.kind = letters.kind), \
    exists (select 1 from blocked_addresses where folded = lower(letters.address)), \
    exists (select 1 from people where people.id = letters.person_id and erased_at is not null) \
    from letters \
    left join enrolments on enrolments.id = letters.enrolment_id \
    left join batches on batches.id = letters.batch_id \
    where letters.id ?";

/// Of some letters; those that are not there any more are left out.
pub fn standings(
    db: &mut Db,
    ids: impl IntoIterator<Item = LetterId>,
) -> Result<HashMap<LetterId, Standing>, Fault> {
    let ids = Ids::of(ids);
    let rows: Vec<(LetterId, Standing)> =
        kept::load::<StandingColumns, _>(db, STANDINGS, &[Given::Among(&ids)])?;
    Ok(rows.into_iter().collect())
}

/// The present revision and state of some sessions.
pub fn revisions(
    db: &mut Db,
    ids: impl IntoIterator<Item = SessionId>,
) -> Result<HashMap<SessionId, (i32, SessionState)>, Fault> {
    let rows: Vec<(SessionId, i32, SessionState)> = sessions::table
        .filter(ids_among(sessions::id, ids))
        .select((sessions::id, sessions::revision, sessions::state))
        .load(db)?;
    Ok(rows.into_iter().map(|(id, revision, state)| (id, (revision, state))).collect())
}
