//! Owns visits, grants, sign_in_links, sign_in_codes, api_tokens, attempts, idempotency_keys.

use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;

use crate::access::rules::{Held, Role};
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, GrantId, PersonId, SessionId, UnitId};
use crate::kit::schema::{
    api_tokens, attempts, batches, blocked_addresses, emails, enrolments, grants, helper_passes,
    idempotency_keys, people, reminder_rules, roll_closings, session_trainers, sessions,
    sign_in_codes, sign_in_links, units, venues, visits,
};
use crate::kit::within::Within;

/// Who is behind a cookie or a token.
pub struct Known {
    pub person: PersonId,
    pub name: String,
    pub unit: UnitId,
    pub language: Option<Language>,
}

type KnownRow = (PersonId, String, UnitId, Option<Language>);

fn known((person, name, unit, language): KnownRow) -> Known {
    Known { person, name, unit, language }
}

pub fn visitor(db: &mut Db, token_hash: &str, now: Moment) -> Result<Option<Known>, Fault> {
    let row: Option<KnownRow> = visits::table
        .inner_join(people::table)
        .filter(visits::token_hash.eq(token_hash).and(visits::expires_at.gt(now)))
        .filter(people::erased_at.is_null())
        .select((people::id, people::name, people::unit_id, people::language))
        .first(db)
        .optional()?;
    Ok(row.map(known))
}

pub fn bearer(db: &mut Db, token_hash: &str, now: Moment) -> Result<Option<Known>, Fault> {
    let row: Option<KnownRow> = api_tokens::table
        .inner_join(people::table)
        .filter(api_tokens::token_hash.eq(token_hash))
        .filter(api_tokens::expires_at.gt(now).and(api_tokens::revoked_at.is_null()))
        .filter(people::erased_at.is_null())
        .select((people::id, people::name, people::unit_id, people::language))
        .first(db)
        .optional()?;
    Ok(row.map(known))
}

pub fn person(db: &mut Db, id: PersonId) -> Result<Known, Fault> {
    let row: KnownRow = people::table
        .find(id)
        .filter(people::erased_at.is_null())
        .select((people::id, people::name, people::unit_id, people::language))
        .first(db)?;
    Ok(known(row))
}

/// The grants of a person that are in force on a day.
pub fn held(db: &mut Db, person: PersonId, today: NaiveDate) -> Result<Vec<Held>, Fault> {
    let rows: Vec<(Role, Option<String>, Option<SessionId>)> = grants::table
        .left_join(units::table)
        .filter(grants::person_id.eq(person))
        .filter(grants::valid_from.is_null().or(grants::valid_from.le(today)))
        .filter(grants::valid_to.is_null().or(grants::valid_to.ge(today)))
        .select((grants::role, units::path.nullable(), grants::session_id.nullable()))
        .load(db)?;
    Ok(rows.into_iter().map(|(role, path, session)| Held { role, path, session }).collect())
}

/// A helper's pass that is in force.
#[derive(Debug, Clone, Queryable)]
pub struct HeldPass {
    pub session: SessionId,
    pub made_by: PersonId,
    pub label: String,
    /// The path of the session's unit.
    pub path: String,
    /// Whether whoever made it is one of the session's trainers.
    pub teaches: bool,
}

pub fn held_pass(db: &mut Db, pass: i64, ended_after: Moment) -> Result<Option<HeldPass>, Fault> {
    let teaches = session_trainers::table
        .filter(session_trainers::session_id.eq(helper_passes::session_id))
        .filter(session_trainers::person_id.eq(helper_passes::made_by));
    Ok(helper_passes::table
        .inner_join(sessions::table.inner_join(batches::table.inner_join(units::table)))
        .left_join(roll_closings::table.on(roll_closings::session_id.eq(sessions::id)))
        .filter(helper_passes::id.eq(pass).and(helper_passes::revoked_at.is_null()))
        .filter(roll_closings::closed_at.is_null().and(sessions::ends_at.gt(ended_after)))
        .filter(sessions::state.eq("published"))
        .select((
            sessions::id,
            helper_passes::made_by,
            helper_passes::label,
            units::path,
            diesel::dsl::exists(teaches),
        ))
        .first(db)
        .optional()?)
}

pub fn people_of_email(db: &mut Db, folded: &str) -> Result<Vec<PersonId>, Fault> {
    Ok(emails::table
        .filter(emails::folded.eq(folded))
        .select(emails::person_id)
        .order(emails::person_id)
        .limit(10)
        .load(db)?)
}

pub fn add_visit(
    db: &mut Db,
    id: i64,
    token_hash: &str,
    person: PersonId,
    now: Moment,
    until: Moment,
) -> Result<(), Fault> {
    diesel::insert_into(visits::table)
        .values((
            visits::id.eq(id),
            visits::token_hash.eq(token_hash),
            visits::person_id.eq(person),
            visits::created_at.eq(now),
            visits::seen_at.eq(now),
            visits::expires_at.eq(until),
        ))
        .execute(db)?;
    Ok(())
}

pub fn end_visit(db: &mut Db, token_hash: &str) -> Result<(), Fault> {
    diesel::delete(visits::table.filter(visits::token_hash.eq(token_hash))).execute(db)?;
    Ok(())
}

pub fn add_link(
    db: &mut Db,
    id: i64,
    token_hash: &str,
    person: PersonId,
    now: Moment,
    until: Moment,
) -> Result<(), Fault> {
    diesel::insert_into(sign_in_links::table)
        .values((
            sign_in_links::id.eq(id),
            sign_in_links::token_hash.eq(token_hash),
            sign_in_links::person_id.eq(person),
            sign_in_links::created_at.eq(now),
            sign_in_links::expires_at.eq(until),
        ))
        .execute(db)?;
    Ok(())
}

/// Whom an unused link signs in.
pub fn link_person(db: &mut Db, token_hash: &str, now: Moment) -> Result<Option<PersonId>, Fault> {
    Ok(sign_in_links::table
        .filter(sign_in_links::token_hash.eq(token_hash))
        .filter(sign_in_links::used_at.is_null().and(sign_in_links::expires_at.gt(now)))
        .select(sign_in_links::person_id)
        .first(db)
        .optional()?)
}

/// Uses a link up; false when somebody was faster.
pub fn use_link(db: &mut Db, token_hash: &str, now: Moment) -> Result<bool, Fault> {
    let used = diesel::update(
        sign_in_links::table
            .filter(sign_in_links::token_hash.eq(token_hash).and(sign_in_links::used_at.is_null())),
    )
    .set(sign_in_links::used_at.eq(now))
    .execute(db)?;
    Ok(used == 1)
}

pub fn add_code(
    db: &mut Db,
    id: i64,
    browser_hash: &str,
    person: PersonId,
    code_hash: &str,
    now: Moment,
    until: Moment,
) -> Result<(), Fault> {
    diesel::insert_into(sign_in_codes::table)
        .values((
            sign_in_codes::id.eq(id),
            sign_in_codes::browser_hash.eq(browser_hash),
            sign_in_codes::person_id.eq(person),
            sign_in_codes::code_hash.eq(code_hash),
            sign_in_codes::created_at.eq(now),
            sign_in_codes::expires_at.eq(until),
        ))
        .execute(db)?;
    Ok(())
}

/// How many codes went to a person since a moment: nobody's mailbox is flooded through us.
pub fn codes_since(db: &mut Db, person: PersonId, since: Moment) -> Result<i64, Fault> {
    Ok(sign_in_codes::table
        .filter(sign_in_codes::person_id.eq(person).and(sign_in_codes::created_at.gt(since)))
        .count()
        .get_result(db)?)
}

/// The codes that a browser may still enter.
pub fn open_codes(
    db: &mut Db,
    browser_hash: &str,
    now: Moment,
) -> Result<Vec<(i64, PersonId, String)>, Fault> {
    Ok(sign_in_codes::table
        .filter(sign_in_codes::browser_hash.eq(browser_hash))
        .filter(sign_in_codes::used_at.is_null().and(sign_in_codes::expires_at.gt(now)))
        .select((sign_in_codes::id, sign_in_codes::person_id, sign_in_codes::code_hash))
        .order(sign_in_codes::created_at.desc())
        .limit(20)
        .load(db)?)
}

/// The first address of a person that letters do not come back from.
pub fn address_of(db: &mut Db, person: PersonId) -> Result<Option<String>, Fault> {
    Ok(emails::table
        .left_join(blocked_addresses::table.on(blocked_addresses::folded.eq(emails::folded)))
        .filter(emails::person_id.eq(person).and(blocked_addresses::folded.is_null()))
        .order((emails::position, emails::id))
        .select(emails::address)
        .first(db)
        .optional()?)
}

pub fn use_code(db: &mut Db, id: i64, now: Moment) -> Result<bool, Fault> {
    let used =
        diesel::update(sign_in_codes::table.find(id).filter(sign_in_codes::used_at.is_null()))
            .set(sign_in_codes::used_at.eq(now))
            .execute(db)?;
    Ok(used == 1)
}

pub fn add_token(
    db: &mut Db,
    id: i64,
    token_hash: &str,
    person: PersonId,
    label: &str,
    now: Moment,
    until: Moment,
) -> Result<(), Fault> {
    diesel::insert_into(api_tokens::table)
        .values((
            api_tokens::id.eq(id),
            api_tokens::token_hash.eq(token_hash),
            api_tokens::person_id.eq(person),
            api_tokens::label.eq(label),
            api_tokens::created_at.eq(now),
            api_tokens::expires_at.eq(until),
        ))
        .execute(db)?;
    Ok(())
}

/// Tries at something guessable: how many, and the last one.
pub fn tries(db: &mut Db, subject: &str) -> Result<(i32, Option<Moment>), Fault> {
    let row: Option<(i32, Moment)> = attempts::table
        .find(subject)
        .select((attempts::tries, attempts::last_at))
        .first(db)
        .optional()?;
    Ok(row.map_or((0, None), |(n, last)| (n, Some(last))))
}

pub fn set_tries(db: &mut Db, subject: &str, tries: i32, now: Moment) -> Result<(), Fault> {
    on_each!(db, c => diesel::insert_into(attempts::table)
        .values((attempts::subject.eq(subject), attempts::tries.eq(tries), attempts::last_at.eq(now)))
        .on_conflict(attempts::subject)
        .do_update()
        .set((attempts::tries.eq(tries), attempts::last_at.eq(now)))
        .execute(c))?;
    Ok(())
}

pub fn forget_tries(db: &mut Db, subject: &str) -> Result<(), Fault> {
    diesel::delete(attempts::table.find(subject)).execute(db)?;
    Ok(())
}

/// The next session of a person who has a seat: modules are named on the page it opens.
pub struct Next {
    pub title: String,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub timezone: String,
    pub venue_hi: Option<String>,
    pub venue_en: Option<String>,
    pub map_url: Option<String>,
}

pub fn next_session(db: &mut Db, person: PersonId, now: Moment) -> Result<Option<Next>, Fault> {
    type Row = (String, Moment, Moment, String, Option<String>, Option<String>, Option<String>);
    let row: Option<Row> = enrolments::table
        .inner_join(batches::table.inner_join(sessions::table.left_join(venues::table)))
        .filter(enrolments::person_id.eq(person).and(enrolments::place.eq("seat")))
        .filter(sessions::state.eq("published").and(sessions::ends_at.gt(now)))
        .order(sessions::starts_at)
        .select((
            batches::title,
            sessions::starts_at,
            sessions::ends_at,
            sessions::timezone,
            venues::name_hi.nullable(),
            venues::name_en.nullable(),
            venues::map_url.nullable(),
        ))
        .first(db)
        .optional()?;
    Ok(row.map(|(title, starts_at, ends_at, timezone, venue_hi, venue_en, map_url)| Next {
        title,
        starts_at,
        ends_at,
        timezone,
        venue_hi,
        venue_en,
        map_url,
    }))
}

#[derive(Insertable)]
#[diesel(table_name = grants)]
pub struct NewGrant {
    pub id: GrantId,
    pub person_id: PersonId,
    pub role: Role,
    pub unit_id: Option<UnitId>,
    pub session_id: Option<SessionId>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub granted_by: Option<PersonId>,
    pub created_at: Moment,
}

pub fn add_grant(db: &mut Db, grant: &NewGrant) -> Result<(), Fault> {
    diesel::insert_into(grants::table).values(grant).execute(db)?;
    Ok(())
}

/// A grant as the list shows it.
#[derive(Queryable)]
pub struct GrantRow {
    pub id: GrantId,
    pub role: Role,
    pub person: PersonId,
    pub name: String,
    pub unit: UnitId,
    pub path: String,
    pub code: String,
    pub unit_hi: String,
    pub unit_en: String,
    pub valid_to: Option<NaiveDate>,
}

/// Grants on units, newest first. Few enough (one per office) to be cut to a reach in memory.
pub fn unit_grants(db: &mut Db, today: NaiveDate) -> Result<Vec<GrantRow>, Fault> {
    Ok(grants::table
        .inner_join(units::table)
        .inner_join(people::table.on(people::id.eq(grants::person_id)))
        .filter(grants::valid_to.is_null().or(grants::valid_to.ge(today)))
        .select((
            grants::id,
            grants::role,
            people::id,
            people::name,
            units::id,
            units::path,
            units::code,
            units::name_hi,
            units::name_en,
            grants::valid_to,
        ))
        .order((units::path, grants::id))
        .load(db)?)
}

/// The open batches of a subtree whose admins get letters by a rule.
pub fn batches_of_admins(db: &mut Db, unit: UnitId) -> Result<Vec<BatchId>, Fault> {
    let by_rule = reminder_rules::table
        .filter(reminder_rules::audience.eq("unit_admins").and(reminder_rules::is_on.eq(true)));
    let path: Option<String> =
        units::table.find(unit).filter(exists(by_rule)).select(units::path).first(db).optional()?;
    let Some(path) = path else { return Ok(vec![]) };
    let behind = format!("{path}9");
    Ok(batches::table
        .inner_join(units::table)
        .filter(Within(vec![(path, behind)]).and(batches::state.eq("open")))
        .select(batches::id)
        .load(db)?)
}

pub fn end_grant(db: &mut Db, id: GrantId, last_day: NaiveDate) -> Result<(), Fault> {
    diesel::update(grants::table.find(id)).set(grants::valid_to.eq(last_day)).execute(db)?;
    Ok(())
}

pub fn unit_of_code(db: &mut Db, code: &str) -> Result<Option<(UnitId, String)>, Fault> {
    Ok(units::table
        .filter(units::code.eq(code))
        .select((units::id, units::path))
        .first(db)
        .optional()?)
}

/// The answer kept under an Idempotency-Key: (body hash, status, answer, location).
pub type Kept = (String, i32, String, Option<String>);

pub fn kept_answer(db: &mut Db, person: PersonId, key: &str) -> Result<Option<Kept>, Fault> {
    Ok(idempotency_keys::table
        .find((person, key))
        .select((
            idempotency_keys::body_hash,
            idempotency_keys::status,
            idempotency_keys::answer,
            idempotency_keys::location,
        ))
        .first(db)
        .optional()?)
}

pub fn keep_answer(
    db: &mut Db,
    person: PersonId,
    key: &str,
    kept: &Kept,
    now: Moment,
) -> Result<(), Fault> {
    diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::person_id.eq(person),
            idempotency_keys::key.eq(key),
            idempotency_keys::body_hash.eq(&kept.0),
            idempotency_keys::status.eq(kept.1),
            idempotency_keys::answer.eq(&kept.2),
            idempotency_keys::location.eq(kept.3.as_deref()),
            idempotency_keys::created_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}
