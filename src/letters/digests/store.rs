//! Owns untold, digest_lines.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Timestamp};

use crate::access::rules::Role;
use crate::completion::rules::Status;
use crate::enrolment::rules::Place;
use crate::kit::among::ids_among;
use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, EnrolmentId, LetterId, PersonId, SessionId, UnitId};
use crate::kit::schema::{
    batches, blocked_addresses, digest_lines, emails, enrolments, grants, letters, marks,
    office_kinds, offices, people, session_revisions, sessions, stopped_digests, units,
    unsubscribes, untold,
};
use crate::letters::compose::Cause;
use crate::letters::digests::rules::{Held, Line};
use crate::post::rules::{Kind, Series, State, reason};
use crate::post::store::Leased;
use crate::reminders;
use crate::schedule::rules::{BatchState, SessionState};

/// Whether anything is to be passed on now, or a digest did not arrive.
pub fn is_due(db: &mut Db, now: Moment) -> Result<bool, Fault> {
    let waits = untold::table.filter(untold::look_at.le(now)).select(untold::letter_id);
    if waits.first::<LetterId>(db).optional()?.is_some() {
        return Ok(true);
    }
    Ok(!lost(db, 1)?.is_empty())
}

/// A letter that waits, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Waiting {
    #[diesel(sql_type = BigInt)]
    pub letter_id: LetterId,
    #[diesel(sql_type = Timestamp)]
    pub since: Moment,
}

/// The letters that the planner shall look at now, held until the end of the transaction: another
/// node waits, and finds what is left.
pub fn take(db: &mut Db, most: i64, now: Moment) -> Result<Vec<Waiting>, Fault> {
    let hold = if matches!(db, Db::Postgres(_)) { " for update" } else { "" };
    let text = format!(
        "select letter_id, since from untold where look_at <= $1 \
         order by look_at, letter_id limit $2{hold}"
    );
    Ok(sql_query(text).bind::<Timestamp, _>(now).bind::<BigInt, _>(most).load(db)?)
}

/// What else waits for some people, reminders apart: those have their day.
pub fn along(db: &mut Db, who: &BTreeSet<PersonId>) -> Result<Vec<Waiting>, Fault> {
    if who.is_empty() {
        return Ok(vec![]);
    }
    let hold = if matches!(db, Db::Postgres(_)) { " for update of t" } else { "" };
    let ids: Vec<String> = who.iter().map(ToString::to_string).collect();
    let text = format!(
        "select t.letter_id, t.since from untold t join letters l on l.id = t.letter_id \
         where l.kind <> 'reminder' and l.person_id in ({}) order by t.letter_id{hold}",
        ids.join(",")
    );
    Ok(sql_query(text).load(db)?)
}

/// Lets letters wait until then.
pub fn wait(db: &mut Db, ids: &[LetterId], until: Moment) -> Result<(), Fault> {
    diesel::update(untold::table.filter(ids_among(untold::letter_id, ids)))
        .set(untold::look_at.eq(until))
        .execute(db)?;
    Ok(())
}

/// These wait no longer.
pub fn done(db: &mut Db, ids: &[LetterId]) -> Result<(), Fault> {
    diesel::delete(untold::table.filter(ids_among(untold::letter_id, ids))).execute(db)?;
    Ok(())
}

#[derive(Insertable)]
#[diesel(table_name = digest_lines, treat_none_as_default_value = false)]
pub struct Told {
    pub letter_id: LetterId,
    pub contact_id: PersonId,
    pub digest_id: LetterId,
    pub since: Moment,
    pub told_at: Moment,
}

/// Writes down what stands in digests. One line that is there already undoes everything: somebody
/// would be told twice.
pub fn write_down(db: &mut Db, rows: &[Told]) -> Result<(), Fault> {
    for chunk in rows.chunks(1_000) {
        on_each!(db, c => diesel::insert_into(digest_lines::table).values(chunk).execute(c))?;
    }
    Ok(())
}

/// Digests that did not arrive, and whether they were tried; what somebody stopped by hand stays so.
/// The word stands in the statement so that both databases see that their index of digests fits.
pub fn lost(db: &mut Db, most: i64) -> Result<Vec<(LetterId, State)>, Fault> {
    let lines = digest_lines::table.filter(digest_lines::digest_id.eq(letters::id));
    Ok(letters::table
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("letters.kind = 'digest'"))
        .filter(letters::state.eq_any([State::Failed, State::Missed, State::Cancelled]))
        .filter(letters::reason.is_null().or(letters::reason.ne(reason::BY_HAND)))
        .filter(exists(lines))
        .order(letters::id)
        .limit(most)
        .select((letters::id, letters::state))
        .load(db)?)
}

/// What stood in some digests waits again.
pub fn reopen(db: &mut Db, digests: &[LetterId], look_at: Moment) -> Result<(), Fault> {
    let rows: Vec<(LetterId, Moment)> = digest_lines::table
        .filter(ids_among(digest_lines::digest_id, digests))
        .select((digest_lines::letter_id, digest_lines::since))
        .distinct()
        .load(db)?;
    diesel::delete(digest_lines::table.filter(ids_among(digest_lines::digest_id, digests)))
        .execute(db)?;
    for chunk in rows.chunks(1_000) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(id, since)| {
                (untold::letter_id.eq(*id), untold::since.eq(*since), untold::look_at.eq(look_at))
            })
            .collect();
        on_each!(db, c => diesel::insert_into(untold::table)
            .values(&rows)
            .on_conflict(untold::letter_id)
            .do_nothing()
            .execute(c))?;
    }
    Ok(())
}

/// To whom each of some letters was told.
pub fn told(db: &mut Db, ids: &[LetterId]) -> Result<HashSet<(LetterId, PersonId)>, Fault> {
    let rows: Vec<(LetterId, PersonId)> = digest_lines::table
        .filter(ids_among(digest_lines::letter_id, ids))
        .select((digest_lines::letter_id, digest_lines::contact_id))
        .load(db)?;
    Ok(rows.into_iter().collect())
}

/// The sessions at their revisions that people were told of since a moment.
pub fn told_lately(
    db: &mut Db,
    who: &BTreeSet<PersonId>,
    since: Moment,
) -> Result<HashSet<(PersonId, SessionId, i32)>, Fault> {
    let rows: Vec<(Option<PersonId>, String)> = digest_lines::table
        .inner_join(letters::table.on(letters::id.eq(digest_lines::letter_id)))
        .filter(ids_among(letters::person_id.assume_not_null(), who.iter().copied()))
        .filter(digest_lines::told_at.ge(since))
        .select((letters::person_id, letters::facts))
        .load(db)?;
    let mut out = HashSet::new();
    for (person, facts) in rows {
        let Some(person) = person else { continue };
        let told = reminders::told(&facts).sessions;
        out.extend(told.into_iter().map(|(id, revision)| (person, id, revision)));
    }
    Ok(out)
}

/// The letters that stand in some digests.
pub fn lines_of(
    db: &mut Db,
    digests: &[LetterId],
) -> Result<HashMap<LetterId, Vec<LetterId>>, Fault> {
    let rows: Vec<(LetterId, LetterId)> = digest_lines::table
        .filter(ids_among(digest_lines::digest_id, digests))
        .order((digest_lines::digest_id, digest_lines::letter_id))
        .select((digest_lines::digest_id, digest_lines::letter_id))
        .load(db)?;
    let mut out: HashMap<LetterId, Vec<LetterId>> = HashMap::new();
    for (digest, letter) in rows {
        out.entry(digest).or_default().push(letter);
    }
    Ok(out)
}

/// A letter as the ledger has it, for its text.
#[derive(Debug, Clone, Queryable)]
pub struct Row {
    pub id: LetterId,
    pub kind: Kind,
    pub state: State,
    pub reason: Option<String>,
    pub person: PersonId,
    pub path: String,
    pub batch: Option<BatchId>,
    pub enrolment: Option<EnrolmentId>,
    pub enrolled: Option<PersonId>,
    pub place: Option<Place>,
    pub batch_state: Option<BatchState>,
    pub facts: String,
    pub due_at: Moment,
    pub useless_after: Option<Moment>,
}

impl Row {
    /// As it would be in hand.
    pub fn letter(&self) -> Leased {
        Leased {
            id: self.id,
            kind: self.kind,
            rule: None,
            person: Some(self.person),
            batch: self.batch,
            session: None,
            revision: None,
            enrolment: self.enrolment,
            facts: self.facts.clone(),
            due_at: self.due_at,
            useless_after: self.useless_after,
            attempts: 0,
            message_id: String::new(),
            address: None,
            body: None,
            slot_at: None,
        }
    }

    pub fn line(&self) -> Line {
        let cause: Cause = match self.kind.is_caused() {
            true => serde_json::from_str(&self.facts).unwrap_or_default(),
            false => Cause::default(),
        };
        let is_offer = self.kind == Kind::Offer;
        Line {
            letter: self.id,
            kind: self.kind,
            state: self.state,
            reason: self.reason.clone(),
            person: self.person,
            path: self.path.clone(),
            enrolment: self.enrolment,
            is_own: self.enrolled == Some(self.person),
            place: self.place,
            batch: self.batch_state,
            told: reminders::told(&self.facts),
            offer: cause.offer.filter(|_| is_offer),
            offer_ends_at: cause.ends_at.filter(|_| is_offer),
            about: cause.about,
            useless_after: self.useless_after,
        }
    }
}

pub fn rows(db: &mut Db, ids: &[LetterId]) -> Result<Vec<Row>, Fault> {
    Ok(letters::table
        .inner_join(people::table.inner_join(units::table.on(units::id.eq(people::unit_id))))
        .left_join(enrolments::table)
        .left_join(batches::table)
        .filter(ids_among(letters::id, ids).and(people::erased_at.is_null()))
        .order(letters::id)
        .select((
            letters::id,
            letters::kind,
            letters::state,
            letters::reason.nullable(),
            people::id,
            units::path,
            letters::batch_id.nullable(),
            letters::enrolment_id.nullable(),
            enrolments::person_id.nullable(),
            enrolments::place.nullable(),
            batches::state.nullable(),
            letters::facts,
            letters::due_at,
            letters::useless_after.nullable(),
        ))
        .load(db)?)
}

pub fn sessions(db: &mut Db, ids: &BTreeSet<SessionId>) -> Result<HashMap<SessionId, Held>, Fault> {
    let rows: Vec<(SessionId, i32, SessionState, Moment, String)> = sessions::table
        .filter(ids_among(sessions::id, ids.iter().copied()))
        .select((
            sessions::id,
            sessions::revision,
            sessions::state,
            sessions::starts_at,
            sessions::timezone,
        ))
        .load(db)?;
    let held = |(id, revision, state, starts_at, zone): (_, _, _, _, String)| {
        let zone = zone.parse().unwrap_or(chrono_tz::Asia::Kolkata);
        (id, Held { revision, state, starts_at, zone })
    };
    Ok(rows.into_iter().map(held).collect())
}

/// When sessions began at each of their revisions.
pub fn before(
    db: &mut Db,
    ids: &BTreeSet<SessionId>,
) -> Result<HashMap<(SessionId, i32), Moment>, Fault> {
    let rows: Vec<(SessionId, i32, Moment)> = session_revisions::table
        .filter(ids_among(session_revisions::session_id, ids.iter().copied()))
        .select((
            session_revisions::session_id,
            session_revisions::revision,
            session_revisions::starts_at,
        ))
        .load(db)?;
    Ok(rows.into_iter().map(|(id, revision, at)| ((id, revision), at)).collect())
}

pub fn unsubscribed(db: &mut Db, who: &BTreeSet<PersonId>) -> Result<HashSet<PersonId>, Fault> {
    let rows: Vec<PersonId> = unsubscribes::table
        .filter(ids_among(unsubscribes::person_id, who.iter().copied()))
        .select(unsubscribes::person_id)
        .load(db)?;
    Ok(rows.into_iter().collect())
}

pub fn absent(
    db: &mut Db,
    ids: &BTreeSet<SessionId>,
) -> Result<HashSet<(SessionId, PersonId)>, Fault> {
    let rows: Vec<(SessionId, PersonId)> = marks::table
        .filter(ids_among(marks::session_id, ids.iter().copied()))
        .filter(marks::status.eq(Status::Absent))
        .select((marks::session_id, marks::person_id))
        .load(db)?;
    Ok(rows.into_iter().collect())
}

/// The letters of offices about offers of some enrolments, as far as they may arrive.
pub fn office_letters(
    db: &mut Db,
    enrolled: &BTreeSet<EnrolmentId>,
) -> Result<Vec<(State, Cause)>, Fault> {
    let on_the_way = [State::Planned, State::Leased, State::Sent, State::Uncertain];
    let rows: Vec<(State, String)> = letters::table
        .filter(letters::kind.eq(Kind::Offer).and(letters::state.eq_any(on_the_way)))
        .filter(ids_among(letters::enrolment_id.assume_not_null(), enrolled.iter().copied()))
        .select((letters::state, letters::facts))
        .load(db)?;
    let cause = |(state, facts): (State, String)| {
        (state, serde_json::from_str::<Cause>(&facts).unwrap_or_default())
    };
    Ok(rows.into_iter().map(cause).filter(|(_, cause)| cause.about.is_some()).collect())
}

/// Who looks after each of some units today: its admins and those in its deciding offices, as far as
/// letters reach them and they want digests.
pub fn contacts(
    db: &mut Db,
    which: &BTreeSet<UnitId>,
    today: NaiveDate,
) -> Result<BTreeMap<UnitId, BTreeSet<PersonId>>, Fault> {
    let ids = || which.iter().copied();
    let mut held: Vec<(UnitId, PersonId)> = grants::table
        .filter(ids_among(grants::unit_id.assume_not_null(), ids()))
        .filter(grants::role.eq(Role::Admin))
        .filter(grants::valid_from.is_null().or(grants::valid_from.le(today)))
        .filter(grants::valid_to.is_null().or(grants::valid_to.ge(today)))
        .select((grants::unit_id.assume_not_null(), grants::person_id))
        .load(db)?;
    let posts: Vec<(UnitId, PersonId)> = offices::table
        .inner_join(office_kinds::table)
        .filter(ids_among(offices::unit_id, ids()).and(office_kinds::approves.eq(true)))
        .filter(offices::valid_from.le(today))
        .filter(offices::valid_to.is_null().or(offices::valid_to.ge(today)))
        .select((offices::unit_id, offices::person_id))
        .load(db)?;
    held.extend(posts);
    let people: BTreeSet<PersonId> = held.iter().map(|(_, person)| *person).collect();
    let willing = willing(db, &people)?;
    let mut out: BTreeMap<UnitId, BTreeSet<PersonId>> = BTreeMap::new();
    for (unit, person) in held.into_iter().filter(|(_, person)| willing.contains(person)) {
        out.entry(unit).or_default().insert(person);
    }
    Ok(out)
}

/// Those with an address that works who did not stop digests.
fn willing(db: &mut Db, who: &BTreeSet<PersonId>) -> Result<HashSet<PersonId>, Fault> {
    let stopped = stopped_digests::table
        .filter(stopped_digests::person_id.eq(emails::person_id))
        .filter(stopped_digests::kind.eq(Series::Digest));
    let rows: Vec<PersonId> = emails::table
        .left_join(blocked_addresses::table.on(blocked_addresses::folded.eq(emails::folded)))
        .filter(blocked_addresses::folded.is_null())
        .filter(ids_among(emails::person_id, who.iter().copied()))
        .filter(diesel::dsl::not(exists(stopped)))
        .select(emails::person_id)
        .distinct()
        .load(db)?;
    Ok(rows.into_iter().collect())
}
