//! Owns notice_writers.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};

use crate::access::rules::Role;
use crate::kit::among::{ids_among, words_among};
use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{NoticeId, PersonId};
use crate::kit::schema::{
    blocked_addresses, emails, grants, notice_writers, notices, people, units,
};
use crate::kit::sql::Sql;
use crate::letters::notices::rules::NoticeState;
use crate::letters::notices::watch::rules::{Overseer, SETTLED_DAYS, depth, line};

/// Everybody who administers a unit and has an address that works, from wherever.
pub fn overseers(db: &mut Db, path: &str, now: Moment) -> Result<Vec<Overseer>, Fault> {
    type Row = (PersonId, String, Option<PersonId>, Moment);
    let today = now.utc().date_naive();
    let reached = emails::table
        .left_join(blocked_addresses::table.on(blocked_addresses::folded.eq(emails::folded)))
        .filter(emails::person_id.eq(grants::person_id).and(blocked_addresses::folded.is_null()));
    let rows: Vec<Row> = grants::table
        .inner_join(units::table)
        .filter(words_among(units::path, line(path)).and(grants::role.eq(Role::Admin)))
        .filter(grants::valid_from.is_null().or(grants::valid_from.le(today)))
        .filter(grants::valid_to.is_null().or(grants::valid_to.ge(today)))
        .filter(diesel::dsl::exists(reached))
        .order((units::path, grants::person_id))
        .select((grants::person_id, units::path, grants::granted_by, grants::created_at))
        .load(db)?;
    let settled = now.plus_days(-SETTLED_DAYS);
    let overseer = |(person, path, given_by, since): Row| Overseer {
        person,
        depth: depth(&path),
        is_settled: given_by.is_none() || since <= settled,
    };
    Ok(rows.into_iter().map(overseer).collect())
}

/// The names of some people, in their order.
pub fn names(db: &mut Db, who: impl IntoIterator<Item = PersonId>) -> Result<Vec<String>, Fault> {
    Ok(people::table
        .filter(ids_among(people::id, who))
        .order((people::name, people::id))
        .select(people::name)
        .load(db)?)
}

/// Puts two confirmations of one person in line: the second sees what the first has let go.
pub fn line_up(db: &mut Db, person: PersonId, now: Moment) -> Result<(), Fault> {
    on_each!(db, c => diesel::insert_into(notice_writers::table)
        .values((notice_writers::person_id.eq(person), notice_writers::asked_at.eq(now)))
        .on_conflict(notice_writers::person_id)
        .do_update()
        .set(notice_writers::asked_at.eq(now))
        .execute(c))?;
    Ok(())
}

/// To how many people somebody has let letters go since a moment, one notice apart. What waits for
/// approval counts; what was taken back before anything went does not.
pub fn written_since(
    db: &mut Db,
    person: PersonId,
    since: Moment,
    besides: NoticeId,
) -> Result<i64, Fault> {
    let is_of_today = notices::state
        .eq(NoticeState::Waiting)
        .or(notices::confirmed_at.ge(since))
        .or(notices::approved_at.ge(since));
    let counts: Vec<Option<i64>> = notices::table
        .filter(notices::confirmed_by.eq(person).and(notices::id.ne(besides)))
        .filter(notices::state.ne(NoticeState::Cancelled))
        .filter(is_of_today)
        .select(notices::confirmed_count)
        .load(db)?;
    Ok(counts.into_iter().flatten().sum())
}

/// The same, of what nobody else agreed to.
pub fn written_alone_since(
    db: &mut Db,
    person: PersonId,
    since: Moment,
    besides: NoticeId,
) -> Result<i64, Fault> {
    let counts: Vec<Option<i64>> = notices::table
        .filter(notices::confirmed_by.eq(person).and(notices::id.ne(besides)))
        .filter(notices::state.ne(NoticeState::Cancelled))
        .filter(notices::state.ne(NoticeState::Waiting))
        .filter(notices::approved_by.is_null().and(notices::confirmed_at.ge(since)))
        .select(notices::confirmed_count)
        .load(db)?;
    Ok(counts.into_iter().flatten().sum())
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: NoticeId,
}

/// Those that nobody who let them go may let go any more: one question for all that are under way.
pub fn unbacked(db: &mut Db, now: Moment) -> Result<Vec<NoticeId>, Fault> {
    let mut sql = Sql::default();
    sql.say(
        "select n.id from notices n join units u on u.id = n.unit_id \
         where n.state in ('waiting', 'going', 'paused') and not ",
    );
    backed(&mut sql, now);
    sql.say(" order by n.id");
    Ok(sql.load::<Id>(db)?.into_iter().map(|row| row.id).collect())
}

/// Whether those who let a notice go still administer its unit.
pub fn is_backed(db: &mut Db, id: NoticeId, now: Moment) -> Result<bool, Fault> {
    let mut sql = Sql::default();
    sql.say("select n.id from notices n join units u on u.id = n.unit_id where n.id = ").number(id);
    sql.say(" and ");
    backed(&mut sql, now);
    Ok(!sql.load::<Id>(db)?.is_empty())
}

/// Both who confirmed a notice `n` and who approved it administer its unit `u`.
pub fn backed(sql: &mut Sql, now: Moment) {
    sql.say("(");
    holds(sql, Who::Column("n.confirmed_by"), now);
    sql.say(" and (n.approved_by is null or ");
    holds(sql, Who::Column("n.approved_by"), now);
    sql.say("))");
}

enum Who {
    Column(&'static str),
    Person(PersonId),
}

/// Somebody administers the unit `u` today.
fn holds(sql: &mut Sql, who: Who, now: Moment) {
    let today = now.utc().date_naive();
    sql.say(
        "exists (select 1 from grants g join units w on w.id = g.unit_id \
         where g.role = 'admin' and g.person_id = ",
    );
    match who {
        Who::Column(column) => sql.say(column),
        Who::Person(person) => sql.number(person),
    };
    sql.say(" and (g.valid_from is null or g.valid_from <= ").day(today);
    sql.say(") and (g.valid_to is null or g.valid_to >= ").day(today);
    sql.say(") and substr(u.path, 1, length(w.path)) = w.path)");
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Integer)]
    revision: i32,
}

/// How a notice stands, when a person administers its unit.
pub fn standing_for(
    db: &mut Db,
    id: NoticeId,
    person: PersonId,
    now: Moment,
) -> Result<Option<(NoticeState, i32)>, Fault> {
    let mut sql = Sql::default();
    sql.say(
        "select n.state, n.revision from notices n join units u on u.id = n.unit_id where n.id = ",
    )
    .number(id)
    .say(" and ");
    holds(&mut sql, Who::Person(person), now);
    let found = sql.load::<Row>(db)?.into_iter().next();
    Ok(found.and_then(|row| Some((NoticeState::parse(&row.state)?, row.revision))))
}
