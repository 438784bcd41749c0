//! Owns nothing: reads what the start pages show.

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::access::rules::Reach;
use crate::kit::among::words_among;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{EnrolmentId, PersonId, SessionId};
use crate::kit::schema::{
    batches, courses, emails, enrolments, guests, letters, marks, notices, people, phones,
    roll_closings, session_trainers, sessions, standings, units, venues,
};
use crate::kit::within::Within;

/// A session on somebody's schedule.
#[derive(Queryable)]
pub struct Meeting {
    pub id: SessionId,
    pub title: String,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub timezone: String,
    pub state: String,
    pub venue_hi: Option<String>,
    pub venue_en: Option<String>,
    pub address: Option<String>,
    pub map_url: Option<String>,
    pub link: Option<String>,
    pub contact: Option<String>,
    pub mark: Option<String>,
    pub place: String,
}

/// The sessions of the batches that a person is on, with the person's marks, by time.
pub fn meetings(db: &mut Db, person: PersonId) -> Result<Vec<Meeting>, Fault> {
    Ok(enrolments::table
        .inner_join(batches::table.inner_join(sessions::table.left_join(venues::table)))
        .left_join(
            marks::table.on(marks::session_id
                .eq(sessions::id)
                .and(marks::person_id.eq(enrolments::person_id))),
        )
        .filter(
            enrolments::person_id.eq(person).and(
                enrolments::place
                    .eq("seat")
                    .or(enrolments::place.eq("waiting"))
                    .or(enrolments::place.eq("offered")),
            ),
        )
        .filter(sessions::state.eq("published").or(sessions::state.eq("cancelled")))
        .order((sessions::starts_at, sessions::id))
        .limit(200)
        .select((
            sessions::id,
            batches::title,
            sessions::starts_at,
            sessions::ends_at,
            sessions::timezone,
            sessions::state,
            venues::name_hi.nullable(),
            venues::name_en.nullable(),
            venues::address.nullable(),
            venues::map_url.nullable(),
            sessions::link,
            venues::contact.nullable(),
            marks::status.nullable(),
            enrolments::place,
        ))
        .load(db)?)
}

/// The sessions of other batches to which a person comes to make up, with the person's marks.
pub fn guest_meetings(db: &mut Db, person: PersonId) -> Result<Vec<Meeting>, Fault> {
    let mark = marks::session_id.eq(sessions::id).and(marks::person_id.eq(guests::person_id));
    Ok(guests::table
        .inner_join(sessions::table.inner_join(batches::table).left_join(venues::table))
        .left_join(marks::table.on(mark))
        .filter(guests::person_id.eq(person).and(guests::place.ne("withdrawn")))
        .filter(sessions::state.eq("published").or(sessions::state.eq("cancelled")))
        .order((sessions::starts_at, sessions::id))
        .limit(200)
        .select((
            sessions::id,
            batches::title,
            sessions::starts_at,
            sessions::ends_at,
            sessions::timezone,
            sessions::state,
            venues::name_hi.nullable(),
            venues::name_en.nullable(),
            venues::address.nullable(),
            venues::map_url.nullable(),
            sessions::link,
            venues::contact.nullable(),
            marks::status.nullable(),
            guests::place,
        ))
        .load(db)?)
}

/// One enrolment with how far it has come.
#[derive(Queryable)]
pub struct Progress {
    pub enrolment: EnrolmentId,
    pub title_hi: String,
    pub title_en: String,
    pub batch: String,
    pub place: String,
    pub percent: Option<i32>,
    pub standing: Option<String>,
}

pub fn progress(db: &mut Db, person: PersonId) -> Result<Vec<Progress>, Fault> {
    Ok(enrolments::table
        .inner_join(batches::table.inner_join(courses::table))
        .left_join(standings::table.on(standings::enrolment_id.eq(enrolments::id)))
        .filter(enrolments::person_id.eq(person).and(enrolments::place.ne("withdrawn")))
        .order(enrolments::id.desc())
        .limit(20)
        .select((
            enrolments::id,
            courses::title_hi,
            courses::title_en,
            batches::title,
            enrolments::place,
            standings::percent.nullable(),
            standings::standing.nullable(),
        ))
        .load(db)?)
}

/// Whom to call: the nearest unit above (or the own one) that names somebody.
pub fn contact(db: &mut Db, path: &str) -> Result<Option<(String, String)>, Fault> {
    let above: Vec<&str> = (1..=path.len() / 19).filter_map(|n| path.get(..n * 19)).collect();
    let row: Option<(Option<String>, Option<String>)> = units::table
        .filter(words_among(units::path, above))
        .filter(units::contact_phone.is_not_null())
        .order(units::path.desc())
        .select((units::contact_name, units::contact_phone))
        .first(db)
        .optional()?;
    Ok(row.and_then(|(name, phone)| Some((name.unwrap_or_default(), phone?))))
}

/// What is kept of a person, for the person.
pub struct Profile {
    pub name: String,
    pub name_other: Option<String>,
    pub relation_name: Option<String>,
    pub previous_party: Option<String>,
    pub joined_on: Option<chrono::NaiveDate>,
    pub unit_hi: String,
    pub unit_en: String,
    pub path: String,
    pub phones: Vec<String>,
    pub emails: Vec<String>,
}

pub fn profile(db: &mut Db, person: PersonId) -> Result<Profile, Fault> {
    type Row = (
        (String, Option<String>, Option<String>, Option<String>, Option<chrono::NaiveDate>),
        (String, String, String),
    );
    let (p, u): Row = people::table
        .inner_join(units::table.on(units::id.eq(people::unit_id)))
        .filter(people::id.eq(person).and(people::erased_at.is_null()))
        .select((
            (
                people::name,
                people::name_other,
                people::relation_name,
                people::previous_party,
                people::joined_on,
            ),
            (units::name_hi, units::name_en, units::path),
        ))
        .first(db)?;
    let numbers = phones::table
        .filter(phones::person_id.eq(person))
        .order(phones::position)
        .select(phones::number)
        .load(db)?;
    let addresses = emails::table
        .filter(emails::person_id.eq(person))
        .order(emails::position)
        .select(emails::address)
        .load(db)?;
    Ok(Profile {
        name: p.0,
        name_other: p.1,
        relation_name: p.2,
        previous_party: p.3,
        joined_on: p.4,
        unit_hi: u.0,
        unit_en: u.1,
        path: u.2,
        phones: numbers,
        emails: addresses,
    })
}

/// The path of a person's unit: whom to call hangs on it.
pub fn path_of(db: &mut Db, person: PersonId) -> Result<String, Fault> {
    Ok(people::table
        .inner_join(units::table.on(units::id.eq(people::unit_id)))
        .filter(people::id.eq(person).and(people::erased_at.is_null()))
        .select(units::path)
        .first(db)?)
}

/// A session as its trainer sees it.
#[derive(Queryable)]
pub struct Duty {
    pub id: SessionId,
    pub title: String,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub timezone: String,
    pub venue_hi: Option<String>,
    pub venue_en: Option<String>,
    pub seated: i64,
    pub marked: i64,
}

/// Published sessions between two moments that a person teaches, or that are in a reach.
pub fn duties(
    db: &mut Db,
    person: PersonId,
    reach: &Reach,
    from: Moment,
    to: Moment,
) -> Result<Vec<Duty>, Fault> {
    let own = session_trainers::table
        .filter(session_trainers::person_id.eq(person))
        .select(session_trainers::session_id);
    Ok(sessions::table
        .inner_join(batches::table.inner_join(units::table))
        .left_join(venues::table)
        .filter(sessions::state.eq("published"))
        .filter(sessions::ends_at.gt(from).and(sessions::starts_at.lt(to)))
        .filter(sessions::id.eq_any(own).or(Within(reach.ranges())))
        .order((sessions::starts_at, sessions::id))
        .limit(60)
        .select((
            sessions::id,
            batches::title,
            sessions::starts_at,
            sessions::ends_at,
            sessions::timezone,
            venues::name_hi.nullable(),
            venues::name_en.nullable(),
            seated(),
            marked(),
        ))
        .load(db)?)
}

fn seated() -> diesel::expression::SqlLiteral<BigInt> {
    diesel::dsl::sql(
        "(select count(*) from enrolments e where e.batch_id = sessions.batch_id and e.place = 'seat')",
    )
}

fn marked() -> diesel::expression::SqlLiteral<BigInt> {
    diesel::dsl::sql("(select count(*) from marks m where m.session_id = sessions.id)")
}

/// How many standings of each word lie within a reach.
pub fn standing_counts(db: &mut Db, reach: &Reach) -> Result<Vec<(String, i64)>, Fault> {
    let within = units::table.filter(Within(reach.ranges())).select(units::id);
    Ok(standings::table
        .filter(standings::unit_id.eq_any(within))
        .group_by(standings::standing)
        .select((standings::standing, count_star()))
        .load(db)?)
}

/// A session whose roll nobody finished.
#[derive(Queryable)]
pub struct Unmarked {
    pub id: SessionId,
    pub title: String,
    pub starts_at: Moment,
    pub timezone: String,
    /// How its roll was closed, when it was.
    pub how: Option<String>,
}

/// Published sessions of the last days without a single mark.
pub fn unmarked(
    db: &mut Db,
    reach: &Reach,
    from: Moment,
    to: Moment,
) -> Result<Vec<Unmarked>, Fault> {
    Ok(sessions::table
        .inner_join(batches::table.inner_join(units::table))
        .left_join(roll_closings::table)
        .filter(sessions::state.eq("published"))
        .filter(sessions::ends_at.gt(from).and(sessions::ends_at.lt(to)))
        .filter(Within(reach.ranges()))
        .filter(diesel::dsl::not(diesel::dsl::exists(
            marks::table.filter(marks::session_id.eq(sessions::id)),
        )))
        .order(sessions::starts_at.desc())
        .limit(10)
        .select((
            sessions::id,
            batches::title,
            sessions::starts_at,
            sessions::timezone,
            roll_closings::how.nullable(),
        ))
        .load(db)?)
}

/// How many sessions begin between two moments.
pub fn session_count(db: &mut Db, reach: &Reach, from: Moment, to: Moment) -> Result<i64, Fault> {
    Ok(sessions::table
        .inner_join(batches::table.inner_join(units::table))
        .filter(sessions::state.eq("published"))
        .filter(sessions::starts_at.ge(from).and(sessions::starts_at.lt(to)))
        .filter(Within(reach.ranges()))
        .count()
        .get_result(db)?)
}

/// Letters that failed, are uncertain, or found no address, since a moment.
pub fn troubled_letters(db: &mut Db, reach: &Reach, since: Moment) -> Result<i64, Fault> {
    Ok(letters::table
        .inner_join(people::table.inner_join(units::table.on(units::id.eq(people::unit_id))))
        .filter(letters::state.eq("failed").or(letters::state.eq("uncertain")))
        .filter(letters::updated_at.gt(since))
        .filter(Within(reach.ranges()))
        .count()
        .get_result(db)?)
}

/// Letters to many that others wrote and that wait for a second administrator.
pub fn waiting_notices(db: &mut Db, reach: &Reach, person: PersonId) -> Result<i64, Fault> {
    Ok(notices::table
        .inner_join(units::table)
        .filter(notices::state.eq("waiting"))
        .filter(notices::person_id.ne(person).and(notices::confirmed_by.ne(person)))
        .filter(Within(reach.ranges()))
        .count()
        .get_result(db)?)
}

/// What a new house still lacks, step by step: units, people, courses, sessions, letters sent.
#[derive(QueryableByName)]
pub struct Steps {
    #[diesel(sql_type = BigInt)]
    pub units: i64,
    #[diesel(sql_type = BigInt)]
    pub people: i64,
    #[diesel(sql_type = BigInt)]
    pub courses: i64,
    #[diesel(sql_type = BigInt)]
    pub sessions: i64,
}

pub fn steps(db: &mut Db) -> Result<Steps, Fault> {
    let few = |table: &str| {
        format!("(select count(*) from (select 1 from {table} limit 3) as {table}_few)")
    };
    let text = format!(
        "select {} as units, {} as people, {} as courses, {} as sessions",
        few("units"),
        few("people"),
        few("courses"),
        few("sessions"),
    );
    Ok(diesel::sql_query(text).get_result(db)?)
}

/// Rules that hold at every moment, each with a question that counts what breaks it.
const INVARIANTS: &[(&str, &str)] = &[
    (
        "no batch is overbooked",
        "select count(*) as n from batches b where b.seats < \
         (select count(*) from enrolments e where e.batch_id = b.id \
          and e.place in ('seat', 'offered')) \
         and not exists (select 1 from journal j where j.subject = 'batch/' || b.id \
         and j.action = 'batch changed')",
    ),
    (
        "every path is the parent's path and the own id",
        "select count(*) as n from units u left join units p on p.id = u.parent_id where \
         u.path <> coalesce(p.path, '') || substr('0000000000000000000' || cast(u.id as text), \
         length('0000000000000000000' || cast(u.id as text)) - 18)",
    ),
    (
        "every mark has its event",
        "select count(*) as n from marks m where not exists \
         (select 1 from mark_events e where e.client_id = m.client_id)",
    ),
    (
        "every published session has its revision",
        "select count(*) as n from sessions s where s.state <> 'draft' and not exists \
         (select 1 from session_revisions r where r.session_id = s.id and r.revision = s.revision)",
    ),
    (
        "whoever has a seat has a standing, nobody else has",
        "select count(*) as n from enrolments e left join standings s on s.enrolment_id = e.id \
         where (e.place = 'seat') <> (s.enrolment_id is not null)",
    ),
    (
        "whoever is offered a seat has one open offer, nobody else has",
        "select count(*) as n from enrolments e where (e.place = 'offered') <> \
         exists (select 1 from offers o where o.enrolment_id = e.id and o.answer = 'open')",
    ),
    (
        "every request says which office decides",
        "select count(*) as n from enrolments where place = 'requested' and decider_id is null",
    ),
    (
        "the last step of an enrolment leads to where it stands",
        "select count(*) as n from enrolments e where e.place <> (select m.to_place \
         from enrolment_moves m where m.enrolment_id = e.id order by m.made_at desc, m.id desc limit 1)",
    ),
    (
        "no more seats are kept than there are",
        "select count(*) as n from batches b where b.seats < coalesce((select sum(r.seats) \
         from reservations r where r.batch_id = b.id), 0)",
    ),
    (
        "no letter is sent without its moment",
        "select count(*) as n from letters where (state = 'sent' and sent_at is null) \
         or (state not in ('sent', 'failed', 'uncertain') and sent_at is not null)",
    ),
];

#[derive(QueryableByName)]
struct Broken {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Which rules are broken, and how often.
pub fn broken_invariants(db: &mut Db) -> Result<Vec<(String, String)>, Fault> {
    let mut out = vec![];
    for (rule, question) in INVARIANTS {
        let found: Broken = diesel::sql_query(*question).get_result(db)?;
        if found.n > 0 {
            out.push(((*rule).to_owned(), format!("{} times not", found.n)));
        }
    }
    Ok(out)
}
