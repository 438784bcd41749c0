//! Owns travel_settings, travel_times.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::access::rules::Reach;
use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, PersonId, SessionId, VenueId};
use crate::kit::schema::{
    batches, enrolments, people, session_trainers, sessions, travel_settings, travel_times, units,
    venues,
};
use crate::schedule::clashes::Busy;
use crate::schedule::ground::rules::Travel;
use crate::schedule::rules::SessionState;
use crate::schedule::store::trainers_of;

/// The ways between venues, in two statements.
pub fn travel(db: &mut Db) -> Result<Travel, Fault> {
    let minutes: Option<i32> =
        travel_settings::table.select(travel_settings::minutes).first(db).optional()?;
    let pairs: Vec<(VenueId, VenueId, i32)> = travel_times::table
        .select((travel_times::venue_id, travel_times::other_id, travel_times::minutes))
        .load(db)?;
    let mut travel = minutes.map_or_else(Travel::default, |m| Travel::of(i64::from(m)));
    for (one, other, minutes) in pairs {
        travel.set(one, other, i64::from(minutes));
    }
    Ok(travel)
}

/// What sessions are looked for: those that could clash with something in this span.
pub struct Search<'a> {
    pub from: Moment,
    pub to: Moment,
    /// Minutes around the span within which a trainer's way matters.
    pub slack: i64,
    pub batches: &'a [BatchId],
    pub venues: &'a [VenueId],
    pub trainers: &'a [PersonId],
    pub except: &'a [SessionId],
}

/// Two batches that share a person with a seat on each; either order.
pub type Shared = (BatchId, BatchId, String);

/// The people with a seat on one of these batches and on another that meets in the span, or that is
/// one of these too.
pub fn shared(db: &mut Db, search: &Search<'_>) -> Result<Vec<Shared>, Fault> {
    if search.batches.is_empty() {
        return Ok(vec![]);
    }
    let mine = diesel::alias!(enrolments as mine);
    let meeting = sessions::table
        .filter(sessions::state.ne(SessionState::Cancelled))
        .filter(sessions::starts_at.lt(search.to).and(sessions::ends_at.gt(search.from)))
        .select(sessions::batch_id);
    Ok(mine
        .inner_join(
            enrolments::table.on(enrolments::person_id.eq(mine.field(enrolments::person_id))),
        )
        .inner_join(people::table.on(people::id.eq(enrolments::person_id)))
        .filter(mine.field(enrolments::batch_id).eq_any(search.batches.to_vec()))
        .filter(mine.field(enrolments::place).eq("seat"))
        .filter(enrolments::place.eq("seat"))
        .filter(enrolments::batch_id.ne(mine.field(enrolments::batch_id)))
        .filter(
            enrolments::batch_id
                .eq_any(meeting)
                .or(enrolments::batch_id.eq_any(search.batches.to_vec())),
        )
        .select((mine.field(enrolments::batch_id), enrolments::batch_id, people::name))
        .order((people::folded, people::id))
        .load(db)?)
}

/// The sessions that matter, in two statements. Titles only within a reach.
pub fn busy(
    db: &mut Db,
    search: &Search<'_>,
    shared: &[Shared],
    reach: &Reach,
) -> Result<Vec<Busy>, Fault> {
    let taught = session_trainers::table
        .filter(session_trainers::person_id.eq_any(search.trainers.to_vec()))
        .select(session_trainers::session_id);
    let mut of_batches: Vec<BatchId> =
        search.batches.iter().copied().chain(shared.iter().map(|(_, other, _)| *other)).collect();
    of_batches.sort_unstable();
    of_batches.dedup();
    let matters = sessions::batch_id
        .eq_any(of_batches)
        .or(sessions::id.eq_any(taught))
        .or(sessions::venue_id.eq_any(search.venues.to_vec()).assume_not_null());
    type Row = (
        (SessionId, BatchId, Moment, Moment, Option<VenueId>),
        (String, String),
        (Option<String>, Option<String>),
    );
    let rows: Vec<Row> = sessions::table
        .inner_join(batches::table.inner_join(units::table))
        .left_join(venues::table)
        .filter(sessions::state.ne(SessionState::Cancelled))
        .filter(sessions::id.ne_all(search.except.to_vec()))
        .filter(sessions::ends_at.gt(search.from.plus_minutes(-search.slack)))
        .filter(sessions::starts_at.lt(search.to.plus_minutes(search.slack)))
        .filter(matters)
        .select((
            (
                sessions::id,
                sessions::batch_id,
                sessions::starts_at,
                sessions::ends_at,
                sessions::venue_id,
            ),
            (batches::title, units::path),
            (venues::name_hi.nullable(), venues::name_en.nullable()),
        ))
        .order((sessions::starts_at, sessions::id))
        .load(db)?;
    let ids: Vec<SessionId> = rows.iter().map(|(s, ..)| s.0).collect();
    let mut trainers: HashMap<SessionId, Vec<(PersonId, String)>> = HashMap::new();
    for (session, person, name) in trainers_of(db, &ids)? {
        trainers.entry(session).or_default().push((person, name));
    }
    let mut people: HashMap<BatchId, Vec<(BatchId, String)>> = HashMap::new();
    for (one, other, name) in shared {
        people.entry(*other).or_default().push((*one, name.clone()));
    }
    let busy_of = |(session, (title, path), (venue_hi, venue_en)): Row| {
        let (session, batch, starts_at, ends_at, venue) = session;
        Busy {
            session,
            batch,
            title: reach.covers(&path).then_some(title),
            starts_at,
            ends_at,
            venue,
            venue_hi,
            venue_en,
            trainers: trainers.remove(&session).unwrap_or_default(),
            participants: people.get(&batch).cloned().unwrap_or_default(),
        }
    };
    Ok(rows.into_iter().map(busy_of).collect())
}

pub fn set_minutes(db: &mut Db, minutes: i32) -> Result<(), Fault> {
    diesel::update(travel_settings::table).set(travel_settings::minutes.eq(minutes)).execute(db)?;
    Ok(())
}

pub fn set_pair(
    db: &mut Db,
    (one, other): (VenueId, VenueId),
    minutes: i32,
    by: PersonId,
    now: Moment,
) -> Result<(), Fault> {
    on_each!(db, c => diesel::insert_into(travel_times::table)
        .values((
            travel_times::venue_id.eq(one),
            travel_times::other_id.eq(other),
            travel_times::minutes.eq(minutes),
            travel_times::set_by.eq(by),
            travel_times::set_at.eq(now),
        ))
        .on_conflict((travel_times::venue_id, travel_times::other_id))
        .do_update()
        .set((
            travel_times::minutes.eq(minutes),
            travel_times::set_by.eq(by),
            travel_times::set_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// True when there was one.
pub fn forget_pair(db: &mut Db, (one, other): (VenueId, VenueId)) -> Result<bool, Fault> {
    let row = travel_times::table
        .filter(travel_times::venue_id.eq(one).and(travel_times::other_id.eq(other)));
    Ok(diesel::delete(row).execute(db)? > 0)
}

/// The ways that differ from one venue: the other venue's id and names, minutes.
pub fn ways_from(
    db: &mut Db,
    venue: VenueId,
) -> Result<Vec<(VenueId, String, String, i32)>, Fault> {
    let touches = travel_times::venue_id.eq(venue).or(travel_times::other_id.eq(venue));
    let other = venues::id.eq(travel_times::venue_id).or(venues::id.eq(travel_times::other_id));
    Ok(travel_times::table
        .inner_join(venues::table.on(other))
        .filter(touches)
        .filter(venues::id.ne(venue))
        .select((venues::id, venues::name_hi, venues::name_en, travel_times::minutes))
        .order((venues::name_en, venues::id))
        .load(db)?)
}
