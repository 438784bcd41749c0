//! The ledger as pages show it.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use crate::access::rules::Reach;
use crate::kit::among::ids_among;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, LetterId, PersonId, SessionId, UnitId};
use crate::kit::page::{PageNumber, ROWS};
use crate::kit::schema::{
    batches, digest_lines, letter_bodies, letters, notices, people, sessions, units, untold,
};
use crate::post::rules::{self, Kind, State};
use crate::post::store::roots;

/// How the newest letters ended, over everybody: (ended, went wrong). The words stand in the
/// statement so that both databases see that their index of ended letters fits.
pub fn newest_ends(db: &mut Db, most: i64) -> Result<(usize, usize), Fault> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        state: String,
    }
    let text = "select state from letters where state in ('sent', 'failed', 'uncertain') \
        order by updated_at desc limit $1";
    let rows: Vec<Row> = sql_query(text).bind::<BigInt, _>(most).load(db)?;
    let wrong = rows.iter().filter(|row| row.state != State::Sent.word()).count();
    Ok((rows.len(), wrong))
}

/// What a list of letters is cut to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub state: Option<State>,
    pub kind: Option<Kind>,
    pub person: Option<PersonId>,
    pub batch: Option<BatchId>,
}

/// A letter as a list shows it.
#[derive(Debug, Queryable)]
pub struct LetterRow {
    pub id: LetterId,
    pub kind: Kind,
    pub rule: Option<String>,
    pub person: Option<PersonId>,
    pub name: Option<String>,
    pub batch: Option<String>,
    pub session: Option<SessionId>,
    pub starts_at: Option<Moment>,
    pub timezone: Option<String>,
    pub revision: Option<i32>,
    pub state: State,
    pub due_at: Moment,
    pub next_try_at: Moment,
    pub attempts: i32,
    pub message_id: String,
    pub reason: Option<String>,
    pub sent_at: Option<Moment>,
    /// Whether the unit's contact was asked to tell it.
    pub is_passed_on: bool,
    /// Whether the contact will be.
    pub is_passing_on: bool,
}

/// The rows of a reach: of people in its units. A macro, because the type of a joined, boxed query
/// cannot be named over two databases.
macro_rules! rows_within {
    ($reach:expr, $filter:expr) => {{
        let mut rows = letters::table
            .inner_join(people::table.inner_join(units::table.on(units::id.eq(people::unit_id))))
            .left_join(batches::table)
            .left_join(sessions::table)
            .select((
                letters::id,
                letters::kind,
                letters::rule.nullable(),
                letters::person_id.nullable(),
                people::name.nullable(),
                batches::title.nullable(),
                letters::session_id.nullable(),
                sessions::starts_at.nullable(),
                sessions::timezone.nullable(),
                letters::revision.nullable(),
                letters::state,
                letters::due_at,
                letters::next_try_at,
                letters::attempts,
                letters::message_id,
                letters::reason.nullable(),
                letters::sent_at.nullable(),
                exists(digest_lines::table.filter(digest_lines::letter_id.eq(letters::id))),
                exists(untold::table.filter(untold::letter_id.eq(letters::id))),
            ))
            .into_boxed();
        // First the ranges, one or another; each filter after them is one more `and`.
        for (from, to) in $reach.ranges() {
            rows = rows.or_filter(units::path.ge(from).and(units::path.lt(to)));
        }
        rows = rows.filter(people::erased_at.is_null());
        if let Some(state) = $filter.state {
            rows = rows.filter(letters::state.eq(state));
        }
        if let Some(kind) = $filter.kind {
            rows = rows.filter(letters::kind.eq(kind));
        }
        if let Some(person) = $filter.person {
            rows = rows.filter(letters::person_id.eq(person));
        }
        if let Some(batch) = $filter.batch {
            rows = rows.filter(letters::batch_id.eq(batch));
        }
        rows
    }};
}

/// The newest letters within a reach, with one row more than a page.
pub fn letters_within(
    db: &mut Db,
    reach: &Reach,
    filter: &Filter,
    page: PageNumber,
) -> Result<Vec<LetterRow>, Fault> {
    Ok(rows_within!(reach, filter)
        .order(letters::id.desc())
        .limit(ROWS + 1)
        .offset(page.offset())
        .load(db)?)
}

/// Letters within a reach from an id on, oldest first.
pub fn letters_after(
    db: &mut Db,
    reach: &Reach,
    filter: &Filter,
    after: Option<i64>,
    most: i64,
) -> Result<Vec<LetterRow>, Fault> {
    Ok(rows_within!(reach, filter)
        .filter(letters::id.gt(LetterId(after.unwrap_or(0))))
        .order(letters::id)
        .limit(most)
        .load(db)?)
}

/// The oldest letters of a selection, a few of them.
pub fn sample_of(db: &mut Db, reach: &Reach, filter: &Filter) -> Result<Vec<LetterRow>, Fault> {
    Ok(rows_within!(reach, filter).order((letters::due_at, letters::id)).limit(SAMPLE).load(db)?)
}

/// Letters of a sample.
const SAMPLE: i64 = 5;

/// The planned letters of a selection.
pub fn planned_within(db: &mut Db, reach: &Reach, filter: &Filter) -> Result<Vec<LetterId>, Fault> {
    let mut rows = letters::table
        .inner_join(people::table.inner_join(units::table.on(units::id.eq(people::unit_id))))
        .select(letters::id)
        .into_boxed();
    for (from, to) in reach.ranges() {
        rows = rows.or_filter(units::path.ge(from).and(units::path.lt(to)));
    }
    rows = rows.filter(letters::state.eq(State::Planned).and(people::erased_at.is_null()));
    if let Some(kind) = filter.kind {
        rows = rows.filter(letters::kind.eq(kind));
    }
    if let Some(person) = filter.person {
        rows = rows.filter(letters::person_id.eq(person));
    }
    if let Some(batch) = filter.batch {
        rows = rows.filter(letters::batch_id.eq(batch));
    }
    Ok(rows.load(db)?)
}

/// How many letters of each state lie within a reach. Over everybody, the index alone answers.
pub fn counts_within(db: &mut Db, reach: &Reach) -> Result<Vec<(State, i64)>, Fault> {
    let roots = roots(db)?;
    if roots.iter().all(|root| reach.covers(root)) {
        return Ok(letters::table
            .group_by(letters::state)
            .select((letters::state, diesel::dsl::count_star()))
            .load(db)?);
    }
    let mut counts = letters::table
        .inner_join(people::table.inner_join(units::table.on(units::id.eq(people::unit_id))))
        .group_by(letters::state)
        .select((letters::state, diesel::dsl::count_star()))
        .into_boxed();
    for (from, to) in reach.ranges() {
        counts = counts.or_filter(units::path.ge(from).and(units::path.lt(to)));
    }
    Ok(counts.load(db)?)
}

/// One letter with everything that is known of it.
#[derive(Debug, Queryable)]
pub struct Detail {
    pub id: LetterId,
    pub kind: Kind,
    pub rule: Option<String>,
    pub person: PersonId,
    pub name: String,
    pub unit: UnitId,
    pub path: String,
    pub batch: Option<BatchId>,
    pub batch_title: Option<String>,
    pub session: Option<SessionId>,
    pub starts_at: Option<Moment>,
    pub timezone: Option<String>,
    pub revision: Option<i32>,
    pub state: State,
    pub due_at: Moment,
    pub useless_after: Option<Moment>,
    pub attempts: i32,
    pub next_try_at: Moment,
    pub message_id: String,
    pub address: Option<String>,
    pub body: Option<String>,
    pub reason: Option<String>,
    pub sent_at: Option<Moment>,
    pub created_at: Moment,
    pub is_passed_on: bool,
    pub is_passing_on: bool,
}

impl Detail {
    pub fn may_repeat(&self) -> bool {
        let why = self.reason.as_deref();
        rules::may_repeat(self.state, why, self.body.is_some(), self.attempts)
    }

    pub fn is_without_bytes(&self) -> bool {
        rules::is_without_bytes(self.state, self.body.is_some(), self.attempts)
    }
}

pub fn letter(db: &mut Db, id: LetterId) -> Result<Detail, Fault> {
    Ok(letters::table
        .inner_join(people::table.inner_join(units::table.on(units::id.eq(people::unit_id))))
        .left_join(batches::table)
        .left_join(sessions::table)
        .left_join(letter_bodies::table)
        .filter(letters::id.eq(id).and(people::erased_at.is_null()))
        .select((
            letters::id,
            letters::kind,
            letters::rule.nullable(),
            people::id,
            people::name,
            units::id,
            units::path,
            letters::batch_id.nullable(),
            batches::title.nullable(),
            letters::session_id.nullable(),
            sessions::starts_at.nullable(),
            sessions::timezone.nullable(),
            letters::revision.nullable(),
            letters::state,
            letters::due_at,
            letters::useless_after.nullable(),
            letters::attempts,
            letters::next_try_at,
            letters::message_id,
            letters::address.nullable(),
            letter_bodies::body.nullable(),
            letters::reason.nullable(),
            letters::sent_at.nullable(),
            letters::created_at,
            exists(digest_lines::table.filter(digest_lines::letter_id.eq(letters::id))),
            exists(untold::table.filter(untold::letter_id.eq(letters::id))),
        ))
        .first(db)?)
}

/// The paths of the units of those whom a letter is about besides its reader: the people of a digest,
/// the units of a weekly summary, that of
/// a letter to many.
pub fn paths_about(db: &mut Db, letter: &Detail) -> Result<Vec<String>, Fault> {
    match letter.kind {
        Kind::Digest => Ok(digest_lines::table
            .inner_join(letters::table.on(letters::id.eq(digest_lines::letter_id)))
            .inner_join(people::table.on(people::id.nullable().eq(letters::person_id)))
            .inner_join(units::table.on(units::id.eq(people::unit_id)))
            .filter(digest_lines::digest_id.eq(letter.id))
            .select(units::path)
            .distinct()
            .load(db)?),
        Kind::Weekly => {
            let facts: String = letters::table.find(letter.id).select(letters::facts).first(db)?;
            let facts: serde_json::Value = serde_json::from_str(&facts).unwrap_or_default();
            let named = facts["units"].as_array().into_iter().flatten();
            let ids: Vec<UnitId> = named.filter_map(|id| id.as_str()?.parse().ok()).collect();
            Ok(units::table.filter(ids_among(units::id, ids)).select(units::path).load(db)?)
        }
        Kind::NoticeNews => {
            let facts: String = letters::table.find(letter.id).select(letters::facts).first(db)?;
            let facts: serde_json::Value = serde_json::from_str(&facts).unwrap_or_default();
            let id: i64 = facts["notice"].as_str().and_then(|id| id.parse().ok()).unwrap_or(0);
            Ok(notices::table
                .inner_join(units::table)
                .filter(notices::id.eq(id))
                .select(units::path)
                .load(db)?)
        }
        _ => Ok(vec![]),
    }
}
