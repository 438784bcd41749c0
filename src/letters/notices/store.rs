//! Owns notices.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text as SqlText};

use crate::access::rules::{Reach, range};
use crate::kit::among::ids_among;
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, CourseId, LetterId, NoticeId, PersonId, UnitId};
use crate::kit::page::{PageNumber, ROWS};
use crate::kit::schema::{batches, courses, letters, notices, people, units};
use crate::kit::sql::Sql;
use crate::kit::within::Within;
use crate::letters::notices::rules::{
    Brake, Filter, NoticeState, OnBatch, Outcome, SAMPLE, Text, Texts,
};
use crate::letters::notices::watch::store::backed;
use crate::post::rules::State;

/// A notice as it is kept.
#[derive(Debug, Clone)]
pub struct Notice {
    pub id: NoticeId,
    pub by: String,
    pub author: PersonId,
    pub unit: UnitId,
    pub unit_code: String,
    pub unit_path: String,
    pub unit_hi: String,
    pub unit_en: String,
    pub filter: Filter,
    pub texts: Texts,
    pub state: NoticeState,
    pub revision: i32,
    pub confirmed_count: Option<i64>,
    pub confirmed_at: Option<Moment>,
    pub due_at: Option<Moment>,
    pub written_to: PersonId,
    pub is_written: bool,
    pub paused_by: Option<Brake>,
    pub watched_from: Option<Moment>,
    pub updated_at: Moment,
    /// Who let it go, who agreed, who sent it back and why.
    pub confirmed_by: Option<PersonId>,
    pub approved_by: Option<PersonId>,
    pub sent_back_by: Option<PersonId>,
    pub sent_back_reason: Option<String>,
}

type Columns = (
    (notices::id, people::id, people::name, notices::state, notices::revision),
    (units::id, units::code, units::path, units::name_hi, units::name_en),
    (notices::course_id, notices::batch_id, notices::place, notices::verdict),
    (notices::subject_hi, notices::body_hi, notices::subject_en, notices::body_en),
    (notices::confirmed_count, notices::confirmed_at, notices::due_at, notices::written_to),
    (notices::is_written, notices::paused_by, notices::watched_from, notices::updated_at),
    (notices::confirmed_by, notices::approved_by, notices::sent_back_by, notices::sent_back_reason),
);

const NOTICE: Columns = (
    (notices::id, people::id, people::name, notices::state, notices::revision),
    (units::id, units::code, units::path, units::name_hi, units::name_en),
    (notices::course_id, notices::batch_id, notices::place, notices::verdict),
    (notices::subject_hi, notices::body_hi, notices::subject_en, notices::body_en),
    (notices::confirmed_count, notices::confirmed_at, notices::due_at, notices::written_to),
    (notices::is_written, notices::paused_by, notices::watched_from, notices::updated_at),
    (notices::confirmed_by, notices::approved_by, notices::sent_back_by, notices::sent_back_reason),
);

type Row = (
    (NoticeId, PersonId, String, NoticeState, i32),
    (UnitId, String, String, String, String),
    (Option<CourseId>, Option<BatchId>, Option<OnBatch>, Option<Outcome>),
    (Option<String>, Option<String>, Option<String>, Option<String>),
    (Option<i64>, Option<Moment>, Option<Moment>, PersonId),
    (bool, Option<Brake>, Option<Moment>, Moment),
    (Option<PersonId>, Option<PersonId>, Option<PersonId>, Option<String>),
);

fn notice_of(row: Row) -> Notice {
    let ((id, author, by, state, revision), of_unit, filter, texts, confirmed, way, hands) = row;
    let (unit, unit_code, unit_path, unit_hi, unit_en) = of_unit;
    let (course, batch, place, verdict) = filter;
    let (confirmed_count, confirmed_at, due_at, written_to) = confirmed;
    let (is_written, paused_by, watched_from, updated_at) = way;
    let (confirmed_by, approved_by, sent_back_by, sent_back_reason) = hands;
    Notice {
        id,
        by,
        author,
        unit,
        unit_code,
        unit_path,
        unit_hi,
        unit_en,
        filter: Filter { course, batch, place, verdict },
        texts: texts_of_row(texts),
        state,
        revision,
        confirmed_count,
        confirmed_at,
        due_at,
        written_to,
        is_written,
        paused_by,
        watched_from,
        updated_at,
        confirmed_by,
        approved_by,
        sent_back_by,
        sent_back_reason,
    }
}

type TextRow = (Option<String>, Option<String>, Option<String>, Option<String>);

fn texts_of_row((subject_hi, body_hi, subject_en, body_en): TextRow) -> Texts {
    let text = |subject: Option<String>, body: Option<String>| {
        subject.zip(body).map(|(subject, body)| Text { subject, body })
    };
    Texts { hi: text(subject_hi, body_hi), en: text(subject_en, body_en) }
}

pub fn notice(db: &mut Db, id: NoticeId) -> Result<Notice, Fault> {
    let row: Row = notices::table
        .inner_join(people::table)
        .inner_join(units::table.on(units::id.eq(notices::unit_id)))
        .filter(notices::id.eq(id))
        .select(NOTICE)
        .first(db)?;
    Ok(notice_of(row))
}

/// The newest notices to units within a reach, one more than a page.
pub fn notices_in(db: &mut Db, reach: &Reach, page: PageNumber) -> Result<Vec<Notice>, Fault> {
    let rows: Vec<Row> = notices::table
        .inner_join(people::table)
        .inner_join(units::table.on(units::id.eq(notices::unit_id)))
        .filter(Within(reach.ranges()))
        .order(notices::id.desc())
        .limit(ROWS + 1)
        .offset(page.offset())
        .select(NOTICE)
        .load(db)?;
    Ok(rows.into_iter().map(notice_of).collect())
}

/// Those within a reach that wait for somebody who did not write them, the oldest first; a page of
/// them at most.
pub fn waiting_for(db: &mut Db, reach: &Reach, person: PersonId) -> Result<Vec<Notice>, Fault> {
    let rows: Vec<Row> = notices::table
        .inner_join(people::table)
        .inner_join(units::table.on(units::id.eq(notices::unit_id)))
        .filter(Within(reach.ranges()))
        .filter(notices::state.eq(NoticeState::Waiting))
        .filter(notices::person_id.ne(person).and(notices::confirmed_by.ne(person)))
        .order((notices::confirmed_at, notices::id))
        .limit(ROWS)
        .select(NOTICE)
        .load(db)?;
    Ok(rows.into_iter().map(notice_of).collect())
}

/// What a form made.
pub fn made_by_form(db: &mut Db, key: &str) -> Result<Option<NoticeId>, Fault> {
    Ok(notices::table.filter(notices::key.eq(key)).select(notices::id).first(db).optional()?)
}

/// What a draft says: its unit, its audience, its texts.
#[derive(AsChangeset, Insertable)]
#[diesel(table_name = notices, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Content<'a> {
    pub unit_id: UnitId,
    pub course_id: Option<CourseId>,
    pub batch_id: Option<BatchId>,
    pub place: Option<OnBatch>,
    pub verdict: Option<Outcome>,
    pub subject_hi: Option<&'a str>,
    pub body_hi: Option<&'a str>,
    pub subject_en: Option<&'a str>,
    pub body_en: Option<&'a str>,
    pub updated_at: Moment,
}

impl<'a> Content<'a> {
    pub fn of(unit: UnitId, filter: Filter, texts: &'a Texts, now: Moment) -> Self {
        let (hi, en) = (texts.hi.as_ref(), texts.en.as_ref());
        Self {
            unit_id: unit,
            course_id: filter.course,
            batch_id: filter.batch,
            place: filter.place,
            verdict: filter.verdict,
            subject_hi: hi.map(|t| t.subject.as_str()),
            body_hi: hi.map(|t| t.body.as_str()),
            subject_en: en.map(|t| t.subject.as_str()),
            body_en: en.map(|t| t.body.as_str()),
            updated_at: now,
        }
    }
}

pub fn add(
    db: &mut Db,
    id: NoticeId,
    key: &str,
    person: PersonId,
    content: &Content<'_>,
) -> Result<(), Fault> {
    diesel::insert_into(notices::table)
        .values((
            notices::id.eq(id),
            notices::key.eq(key),
            notices::person_id.eq(person),
            notices::state.eq(NoticeState::Draft),
            notices::revision.eq(1),
            notices::created_at.eq(content.updated_at),
            content,
        ))
        .execute(db)?;
    Ok(())
}

/// Changes a draft; false when it is one no more.
pub fn change(db: &mut Db, id: NoticeId, content: &Content<'_>) -> Result<bool, Fault> {
    let draft = notices::table.find(id).filter(notices::state.eq(NoticeState::Draft));
    let done = diesel::update(draft)
        .set((content, notices::revision.eq(notices::revision + 1)))
        .execute(db)?;
    Ok(done == 1)
}

/// Throws a draft away; false when it is one no more.
pub fn forget(db: &mut Db, id: NoticeId) -> Result<bool, Fault> {
    let draft = notices::table.find(id).filter(notices::state.eq(NoticeState::Draft));
    Ok(diesel::delete(draft).execute(db)? == 1)
}

/// Puts two who act on one notice in line: each sees what the other did. Touching the row locks it
/// on PostgreSQL; SQLite has one writer anyway.
pub fn hold(db: &mut Db, id: NoticeId, now: Moment) -> Result<(), Fault> {
    diesel::update(notices::table.find(id)).set(notices::updated_at.eq(now)).execute(db)?;
    Ok(())
}

/// Somebody lets a draft go. Without a time it waits for a second one who agrees.
pub fn set_confirmed(
    db: &mut Db,
    id: NoticeId,
    by: PersonId,
    count: i64,
    due_at: Option<Moment>,
    now: Moment,
) -> Result<(), Fault> {
    let state = if due_at.is_some() { NoticeState::Going } else { NoticeState::Waiting };
    diesel::update(notices::table.find(id))
        .set((
            notices::state.eq(state),
            notices::confirmed_count.eq(count),
            notices::confirmed_by.eq(by),
            notices::confirmed_at.eq(now),
            notices::due_at.eq(due_at),
            notices::watched_from.eq(now),
            notices::sent_back_by.eq(None::<PersonId>),
            notices::sent_back_reason.eq(None::<String>),
        ))
        .execute(db)?;
    Ok(())
}

pub fn set_approved(
    db: &mut Db,
    id: NoticeId,
    by: PersonId,
    count: i64,
    due_at: Moment,
    now: Moment,
) -> Result<(), Fault> {
    diesel::update(notices::table.find(id))
        .set((
            notices::state.eq(NoticeState::Going),
            notices::confirmed_count.eq(count),
            notices::approved_by.eq(by),
            notices::approved_at.eq(now),
            notices::due_at.eq(due_at),
            notices::watched_from.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

/// A draft again, as if nobody had confirmed it; the codes for what it was are good for nothing.
pub fn set_sent_back(db: &mut Db, id: NoticeId, by: PersonId, reason: &str) -> Result<(), Fault> {
    diesel::update(notices::table.find(id))
        .set((
            notices::state.eq(NoticeState::Draft),
            notices::revision.eq(notices::revision + 1),
            notices::confirmed_count.eq(None::<i64>),
            notices::confirmed_by.eq(None::<PersonId>),
            notices::confirmed_at.eq(None::<Moment>),
            notices::sent_back_by.eq(by),
            notices::sent_back_reason.eq(reason),
        ))
        .execute(db)?;
    Ok(())
}

pub fn set_state(db: &mut Db, id: NoticeId, state: NoticeState) -> Result<(), Fault> {
    diesel::update(notices::table.find(id)).set(notices::state.eq(state)).execute(db)?;
    Ok(())
}

pub fn set_paused(db: &mut Db, id: NoticeId, by: Brake) -> Result<(), Fault> {
    diesel::update(notices::table.find(id))
        .set((notices::state.eq(NoticeState::Paused), notices::paused_by.eq(by)))
        .execute(db)?;
    Ok(())
}

pub fn set_resumed(db: &mut Db, id: NoticeId, now: Moment) -> Result<(), Fault> {
    diesel::update(notices::table.find(id))
        .set((
            notices::state.eq(NoticeState::Going),
            notices::paused_by.eq(None::<Brake>),
            notices::watched_from.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

/// How far the ledger is written.
pub fn set_written(db: &mut Db, id: NoticeId, to: PersonId, is_all: bool) -> Result<(), Fault> {
    diesel::update(notices::table.find(id))
        .set((notices::written_to.eq(to.0), notices::is_written.eq(is_all)))
        .execute(db)?;
    Ok(())
}

/// A notice whose letters are not all in the ledger yet.
pub fn unwritten(db: &mut Db) -> Result<Option<NoticeId>, Fault> {
    Ok(notices::table
        .filter(notices::state.eq(NoticeState::Going).and(notices::is_written.eq(false)))
        .order(notices::id)
        .select(notices::id)
        .first(db)
        .optional()?)
}

/// Those that the ticker looks after: under way, or paused.
pub fn at_work(db: &mut Db, now: Moment) -> Result<Vec<Notice>, Fault> {
    let rows: Vec<Row> = notices::table
        .inner_join(people::table)
        .inner_join(units::table.on(units::id.eq(notices::unit_id)))
        .filter(notices::state.eq_any([NoticeState::Going, NoticeState::Paused]))
        .filter(notices::due_at.le(now))
        .order(notices::id)
        .select(NOTICE)
        .load(db)?;
    Ok(rows.into_iter().map(notice_of).collect())
}

/// What letters say of a notice.
#[derive(Debug, Clone)]
pub struct Gist {
    pub texts: Texts,
    /// (hi, en)
    pub unit: (String, String),
    /// Who let it go, or wrote it.
    pub by: String,
    /// Who agreed to it, or sent it back.
    pub second: Option<String>,
    pub sent_back_reason: Option<String>,
}

pub fn gists(db: &mut Db, ids: &BTreeSet<NoticeId>) -> Result<HashMap<NoticeId, Gist>, Fault> {
    type Hands = (PersonId, Option<PersonId>, Option<PersonId>, Option<PersonId>, Option<String>);
    type Row = (NoticeId, TextRow, (String, String), Hands);
    let rows: Vec<Row> = notices::table
        .inner_join(units::table)
        .filter(ids_among(notices::id, ids))
        .select((
            notices::id,
            (notices::subject_hi, notices::body_hi, notices::subject_en, notices::body_en),
            (units::name_hi, units::name_en),
            (
                notices::person_id,
                notices::confirmed_by,
                notices::approved_by,
                notices::sent_back_by,
                notices::sent_back_reason,
            ),
        ))
        .load(db)?;
    let hands = rows.iter().flat_map(|(_, _, _, (author, confirmed, approved, sent_back, _))| {
        [Some(*author), *confirmed, *approved, *sent_back].into_iter().flatten()
    });
    let names: HashMap<PersonId, String> = people::table
        .filter(ids_among(people::id, hands.collect::<BTreeSet<_>>()))
        .select((people::id, people::name))
        .load::<(PersonId, String)>(db)?
        .into_iter()
        .collect();
    let gist = |(id, texts, unit, hands): Row| {
        let (author, confirmed, approved, sent_back, sent_back_reason) = hands;
        let by = names.get(&confirmed.unwrap_or(author)).cloned().unwrap_or_default();
        let second = approved.or(sent_back).and_then(|id| names.get(&id).cloned());
        (id, Gist { texts: texts_of_row(texts), unit, by, second, sent_back_reason })
    };
    Ok(rows.into_iter().map(gist).collect())
}

#[derive(QueryableByName)]
struct LookRow {
    #[diesel(sql_type = SqlText)]
    state: String,
    #[diesel(sql_type = SqlText)]
    unit_path: String,
    #[diesel(sql_type = Nullable<SqlText>)]
    reader_path: Option<String>,
    #[diesel(sql_type = Integer)]
    backed: i32,
    #[diesel(sql_type = Integer)]
    fits: i32,
}

/// Whether somebody `e` enrolled is still of the audience of a notice `n`, as `audience` says it.
const FITS: &str = "(n.batch_id is null or e.batch_id = n.batch_id) \
    and (n.course_id is null or b.course_id = n.course_id) \
    and (e.place = n.place or (n.place is null and e.place in ('seat', 'offered', 'waiting'))) \
    and (n.verdict is null or exists (select 1 from standings s where s.enrolment_id = e.id \
    and (case when n.verdict = 'complete' then s.standing = 'complete' \
    else not exists (select 1 from standings d where d.person_id = e.person_id \
    and d.course_id = s.course_id and d.standing = 'complete') end)))";

/// For the last look: how a notice stands, and whether it still goes to its reader: who let it go
/// administers its unit, the reader belongs there and is what the audience was to be.
pub fn standing(
    db: &mut Db,
    id: NoticeId,
    reader: Option<PersonId>,
    now: Moment,
) -> Result<Option<(NoticeState, bool)>, Fault> {
    let reader = reader.map_or(0, |p| p.0);
    let mut sql = Sql::default();
    sql.say("select n.state, u.path as unit_path, case when ");
    backed(&mut sql, now);
    sql.say(
        " then 1 else 0 end as backed, (select v.path from people p \
         join units v on v.id = p.unit_id where p.erased_at is null and p.id = ",
    )
    .number(reader)
    .say(
        ") as reader_path, case when n.batch_id is null and n.course_id is null and n.place is null \
         and n.verdict is null then 1 when exists (select 1 from enrolments e \
         join batches b on b.id = e.batch_id where e.person_id = ",
    )
    .number(reader)
    .say(&format!(" and {FITS}) then 1 else 0 end as fits"))
    .say(" from notices n join units u on u.id = n.unit_id where n.id = ")
    .number(id);
    let found = sql.load::<LookRow>(db)?.into_iter().next();
    Ok(found.and_then(|row| {
        let state = NoticeState::parse(&row.state)?;
        let is_within = row.reader_path.is_some_and(|path| path.starts_with(&row.unit_path));
        Some((state, is_within && row.fits == 1 && row.backed == 1))
    }))
}

/// The path as its index knows it: units first, then their people.
const BY_UNIT: &str = "u.path";
/// A path in an expression is not looked up in its index: people are then read in the order of
/// their ids, and the next thousand are found without sorting all that are left.
const BY_PERSON: &str = "(u.path || '')";

/// From the people of a unit and below, those whom a filter leaves.
fn audience(sql: &mut Sql, column: &str, path: &str, filter: &Filter) {
    let (from, to) = range(path);
    sql.say(" from people p join units u on u.id = p.unit_id where ");
    sql.say(column).say(" >= ").text(from);
    sql.say(" and ").say(column).say(" < ").text(to);
    sql.say(" and p.erased_at is null");
    if !filter.is_of_training() {
        return;
    }
    // A person once, however many enrolments fit.
    sql.say(" and exists (select 1 from enrolments e join batches b on b.id = e.batch_id");
    if filter.verdict.is_some() {
        sql.say(" join standings s on s.enrolment_id = e.id");
    }
    sql.say(" where e.person_id = p.id");
    match filter.place {
        Some(place) => sql.say(" and e.place = ").text(place.word()),
        None => sql.say(" and e.place in ('seat', 'offered', 'waiting')"),
    };
    if let Some(course) = filter.course {
        sql.say(" and b.course_id = ").number(course);
    }
    if let Some(batch) = filter.batch {
        sql.say(" and e.batch_id = ").number(batch);
    }
    match filter.verdict {
        Some(Outcome::Complete) => {
            sql.say(" and s.standing = 'complete'");
        }
        // Who completed the course in another batch has completed it.
        Some(Outcome::Incomplete) => {
            sql.say(
                " and not exists (select 1 from standings d where d.person_id = p.id \
                 and d.course_id = s.course_id and d.standing = 'complete')",
            );
        }
        None => {}
    }
    sql.say(")");
}

/// An address that letters do not come back from.
const REACHED: &str = "exists (select 1 from emails m left join blocked_addresses x \
    on x.folded = m.folded where m.person_id = p.id and x.folded is null)";
const STOPPED: &str = "exists (select 1 from unsubscribes n where n.person_id = p.id)";

/// How many people a notice is for, and how many of them get none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Counts {
    #[diesel(sql_type = BigInt)]
    pub meant: i64,
    #[diesel(sql_type = BigInt)]
    pub without_address: i64,
    #[diesel(sql_type = BigInt)]
    pub stopped: i64,
}

impl Counts {
    pub fn reached(self) -> i64 {
        self.meant - self.without_address - self.stopped
    }
}

pub fn counts(db: &mut Db, path: &str, filter: &Filter) -> Result<Counts, Fault> {
    let mut sql = Sql::default();
    sql.say(&format!(
        "select count(*) as meant, \
         coalesce(sum(case when {REACHED} then 0 else 1 end), 0) as without_address, \
         coalesce(sum(case when {REACHED} and {STOPPED} then 1 else 0 end), 0) as stopped"
    ));
    audience(&mut sql, BY_UNIT, path, filter);
    let none = Counts { meant: 0, without_address: 0, stopped: 0 };
    Ok(sql.load(db)?.into_iter().next().unwrap_or(none))
}

/// Somebody who gets a notice.
#[derive(Debug, Clone, QueryableByName)]
pub struct Reader {
    #[diesel(sql_type = BigInt)]
    pub id: PersonId,
    #[diesel(sql_type = SqlText)]
    pub name: String,
    #[diesel(sql_type = Nullable<SqlText>)]
    pub language: Option<Language>,
}

/// Those who get it, behind one person, in the order of their ids.
pub fn readers(
    db: &mut Db,
    path: &str,
    filter: &Filter,
    behind: PersonId,
    most: i64,
) -> Result<Vec<Reader>, Fault> {
    let mut sql = Sql::default();
    sql.say("select p.id, p.name, p.language");
    audience(&mut sql, BY_PERSON, path, filter);
    sql.say(&format!(" and {REACHED} and not {STOPPED} and p.id > ")).number(behind);
    sql.say(" order by p.id limit ").number(most);
    sql.load(db)
}

/// Some of those who get it.
pub fn sample(db: &mut Db, path: &str, filter: &Filter) -> Result<Vec<Reader>, Fault> {
    readers(db, path, filter, PersonId(0), SAMPLE)
}

/// One of those who get it.
pub fn reader(
    db: &mut Db,
    path: &str,
    filter: &Filter,
    person: PersonId,
) -> Result<Option<Reader>, Fault> {
    let found = readers(db, path, filter, PersonId(person.0.saturating_sub(1)), 1)?;
    Ok(found.into_iter().find(|r| r.id == person))
}

/// What became of one letter of a notice.
#[derive(Debug, Clone, Queryable)]
pub struct Line {
    pub id: LetterId,
    pub person: String,
    pub state: State,
    pub reason: Option<String>,
    pub at: Moment,
    pub sent_at: Option<Moment>,
}

/// The letters of a notice, one more than a page.
pub fn lines(
    db: &mut Db,
    id: NoticeId,
    state: Option<State>,
    page: PageNumber,
) -> Result<Vec<Line>, Fault> {
    let mut rows = letters::table
        .inner_join(people::table)
        .filter(letters::notice_id.eq(id).and(people::erased_at.is_null()))
        .select((
            letters::id,
            people::name,
            letters::state,
            letters::reason,
            letters::updated_at,
            letters::sent_at,
        ))
        .order(letters::id)
        .limit(ROWS + 1)
        .offset(page.offset())
        .into_boxed();
    if let Some(state) = state {
        rows = rows.filter(letters::state.eq(state));
    }
    Ok(rows.load(db)?)
}

/// The title of a course: (hi, en).
pub fn course_title(db: &mut Db, id: CourseId) -> Result<(String, String), Fault> {
    Ok(courses::table.find(id).select((courses::title_hi, courses::title_en)).first(db)?)
}

pub fn batch_title(db: &mut Db, id: BatchId) -> Result<String, Fault> {
    Ok(batches::table.find(id).select(batches::title).first(db)?)
}
