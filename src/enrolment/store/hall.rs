//! The seats of batches: how many, who has one, who waits, what is kept or lent; of one batch or of
//! many in the same number of statements.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::dsl::{count_star, max, min};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamp};

use crate::enrolment::rules::{Hall, Place, Run};
use crate::enrolment::store::{Batch, Waiting, Zones};
use crate::kit::among::ids_among;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, SessionId};
use crate::kit::schema::{apologies, enrolments, guests, people, reservations, sessions, units};

/// How many stand where on some batches.
pub fn counts(db: &mut Db, ids: &[BatchId]) -> Result<Vec<(BatchId, Place, i64)>, Fault> {
    Ok(enrolments::table
        .filter(ids_among(enrolments::batch_id, ids.iter().copied()))
        .group_by((enrolments::batch_id, enrolments::place))
        .select((enrolments::batch_id, enrolments::place, count_star()))
        .load(db)?)
}

/// Seats, queue, first and last session of a batch.
pub fn run_of(db: &mut Db, batch: &Batch, now: Moment) -> Result<Run, Fault> {
    let mut runs = runs_of(db, std::slice::from_ref(batch), now)?;
    runs.remove(&batch.id).ok_or(Fault::NotFound)
}

/// The same of several.
pub fn runs_of(
    db: &mut Db,
    batches: &[Batch],
    now: Moment,
) -> Result<HashMap<BatchId, Run>, Fault> {
    let ids: Vec<BatchId> = batches.iter().map(|b| b.id).collect();
    let counts: HashMap<(BatchId, Place), i64> =
        counts(db, &ids)?.into_iter().map(|(batch, place, n)| ((batch, place), n)).collect();
    type Span = (BatchId, Option<Moment>, Option<Moment>);
    let spans: Vec<Span> = sessions::table
        .filter(ids_among(sessions::batch_id, ids.iter().copied()))
        .filter(sessions::state.ne("cancelled"))
        .group_by(sessions::batch_id)
        .select((sessions::batch_id, min(sessions::starts_at), max(sessions::ends_at)))
        .load(db)?;
    let spans: HashMap<BatchId, (Option<Moment>, Option<Moment>)> =
        spans.into_iter().map(|(batch, first, last)| (batch, (first, last))).collect();
    let lent = lent(db, &ids, now)?;
    let run = |batch: &Batch| {
        let count = |place| counts.get(&(batch.id, place)).copied().unwrap_or(0);
        let (first_start, last_end) = spans.get(&batch.id).copied().unwrap_or_default();
        let run = Run {
            cancelled: batch.state == "cancelled",
            seats: batch.seats.into(),
            seated: count(Place::Seat),
            offered: count(Place::Offered),
            waiting: count(Place::Waiting),
            lent: lent.get(&batch.id).copied().unwrap_or(0),
            first_start,
            last_end,
        };
        (batch.id, run)
    };
    Ok(batches.iter().map(run).collect())
}

/// The most chairs that guests have at a session to come, beyond those that apologies freed there.
fn lent(db: &mut Db, ids: &[BatchId], now: Moment) -> Result<HashMap<BatchId, i64>, Fault> {
    let guests: Vec<(BatchId, SessionId, i64)> = guests::table
        .inner_join(sessions::table)
        .filter(ids_among(sessions::batch_id, ids.iter().copied()))
        .filter(sessions::state.ne("cancelled").and(sessions::ends_at.gt(now)))
        .filter(guests::place.eq("seat"))
        .group_by((sessions::batch_id, sessions::id))
        .select((sessions::batch_id, sessions::id, count_star()))
        .load(db)?;
    if guests.is_empty() {
        return Ok(HashMap::new());
    }
    let excused: Vec<(SessionId, i64)> = apologies::table
        .inner_join(sessions::table)
        .inner_join(
            enrolments::table.on(enrolments::person_id
                .eq(apologies::person_id)
                .and(enrolments::batch_id.eq(sessions::batch_id))),
        )
        .filter(ids_among(apologies::session_id, guests.iter().map(|(_, id, _)| *id)))
        .filter(enrolments::place.eq(Place::Seat).and(apologies::state.eq("approved")))
        .group_by(apologies::session_id)
        .select((apologies::session_id, count_star()))
        .load(db)?;
    let excused: HashMap<SessionId, i64> = excused.into_iter().collect();
    let mut out: HashMap<BatchId, i64> = HashMap::new();
    for (batch, session, guests) in guests {
        let lent = out.entry(batch).or_default();
        *lent = (*lent).max(guests - excused.get(&session).unwrap_or(&0));
    }
    Ok(out)
}

/// Everybody who waits on some batches, in order.
pub fn queues(db: &mut Db, ids: &[BatchId]) -> Result<HashMap<BatchId, Vec<Waiting>>, Fault> {
    let rows: Vec<(BatchId, Waiting)> = enrolments::table
        .inner_join(people::table.inner_join(units::table.on(units::id.eq(people::unit_id))))
        .filter(ids_among(enrolments::batch_id, ids.iter().copied()))
        .filter(enrolments::place.eq(Place::Waiting))
        .order((enrolments::queued_at, enrolments::id))
        .select((enrolments::batch_id, (enrolments::id, people::id, units::path)))
        .load(db)?;
    let mut out: HashMap<BatchId, Vec<Waiting>> = HashMap::new();
    for (batch, waiting) in rows {
        out.entry(batch).or_default().push(waiting);
    }
    Ok(out)
}

/// Seats of a batch that are kept for a unit.
#[derive(Debug, Clone, Queryable)]
pub struct Kept {
    pub batch: BatchId,
    pub path: String,
    pub name_hi: String,
    pub name_en: String,
    pub seats: i32,
    pub until: NaiveDate,
}

/// All that was ever kept, in the order of the tree; what is past is nobody's any more.
pub fn kept(db: &mut Db, ids: &[BatchId]) -> Result<Vec<Kept>, Fault> {
    Ok(reservations::table
        .inner_join(units::table)
        .filter(ids_among(reservations::batch_id, ids.iter().copied()))
        .select((
            reservations::batch_id,
            units::path,
            units::name_hi,
            units::name_en,
            reservations::seats,
            reservations::held_until,
        ))
        .order(units::path)
        .load(db)?)
}

/// Who sits where, as far as it matters: without kept seats only the number does.
pub fn halls(
    db: &mut Db,
    batches: &[Batch],
    runs: &HashMap<BatchId, Run>,
    now: Moment,
    zones: &Zones,
) -> Result<HashMap<BatchId, Hall>, Fault> {
    let ids: Vec<BatchId> = batches.iter().map(|b| b.id).collect();
    let today: HashMap<BatchId, NaiveDate> =
        batches.iter().map(|b| (b.id, now.date_in(zones.of(&b.path)))).collect();
    let mut pools: HashMap<BatchId, Vec<(String, i64)>> = HashMap::new();
    for kept in kept(db, &ids)? {
        if today.get(&kept.batch).is_some_and(|today| kept.until >= *today) {
            pools.entry(kept.batch).or_default().push((kept.path, kept.seats.into()));
        }
    }
    let sitting = match pools.is_empty() {
        true => vec![],
        false => takers(db, &Vec::from_iter(pools.keys().copied()))?,
    };
    let mut halls: HashMap<BatchId, Hall> = runs
        .iter()
        .map(|(id, run)| match pools.remove(id) {
            Some(kept) => (*id, Hall::new(run.to_give(), kept)),
            None => (*id, Hall::plain(run.to_give(), run.taken())),
        })
        .collect();
    for (batch, path) in sitting {
        if let Some(hall) = halls.get_mut(&batch) {
            hall.sit(&path);
        }
    }
    Ok(halls)
}

/// The units of those who have a seat, or one offered.
fn takers(db: &mut Db, ids: &[BatchId]) -> Result<Vec<(BatchId, String)>, Fault> {
    Ok(enrolments::table
        .inner_join(people::table.inner_join(units::table.on(units::id.eq(people::unit_id))))
        .filter(ids_among(enrolments::batch_id, ids.iter().copied()))
        .filter(enrolments::place.eq_any([Place::Seat, Place::Offered]))
        .select((enrolments::batch_id, units::path))
        .load(db)?)
}

#[derive(QueryableByName)]
struct BatchRow {
    #[diesel(sql_type = BigInt)]
    id: BatchId,
}

/// Open batches that have not begun, where somebody waits and a seat is free that no guest has at
/// any session to come (`Run::free`). Whether it is free for those who wait is for the queue to say.
pub fn batches_to_fill(db: &mut Db, now: Moment) -> Result<Vec<BatchId>, Fault> {
    let rows: Vec<BatchRow> = diesel::sql_query(
        "select f.id from (select b.id, b.seats - (select count(*) from enrolments s \
           where s.batch_id = b.id and s.place in ('seat', 'offered')) as free \
         from batches b where b.state = 'open' \
         and b.id in (select w.batch_id from enrolments w where w.place = 'waiting') \
         and not exists (select 1 from sessions x where x.batch_id = b.id \
              and x.state <> 'cancelled' and x.starts_at <= $1)) f \
         where f.free > 0 and not exists (select 1 from sessions y where y.batch_id = f.id \
           and y.state <> 'cancelled' and y.ends_at > $2 \
           and (select count(*) from guests g where g.session_id = y.id and g.place = 'seat') \
             - (select count(*) from apologies a \
                join enrolments e on e.person_id = a.person_id and e.batch_id = f.id \
                where a.session_id = y.id and a.state = 'approved' and e.place = 'seat') >= f.free) \
         order by f.id",
    )
    .bind::<Timestamp, _>(now)
    .bind::<Timestamp, _>(now)
    .load(db)?;
    Ok(rows.into_iter().map(|r| r.id).collect())
}
