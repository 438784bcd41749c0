//! Owns nothing: empties rows of every room's tables, the second exception to that law (ARCHITECTURE.md).

use std::collections::BTreeSet;

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::access::rules::Role;
use crate::erasure::rules::{self, Fate, Known};
use crate::kit::among::ids_among;
use crate::kit::clock::Moment;
use crate::kit::db::{Db, like_literal};
use crate::kit::fault::Fault;
use crate::kit::ids::{self, BatchId, EnrolmentId, LetterId, PersonId, SessionId};
use crate::kit::journal::Mended;
use crate::kit::mail::read;
use crate::kit::schema::{
    digest_lines, enrolments, grants, guests, letter_bodies, letters, notices, office_kinds,
    offices, people, session_trainers, sessions, units,
};
use crate::kit::sql::Sql;
use crate::kit::view::NOBODY;
use crate::post::rules::{Kind, State, reason};

// --- What there is -------------------------------------------------------------------------------

/// The letters to a person that have not gone.
pub fn unsent(db: &mut Db, person: PersonId) -> Result<i64, Fault> {
    Ok(letters::table
        .filter(letters::person_id.eq(person))
        .filter(letters::state.eq_any([State::Planned, State::Leased]))
        .count()
        .get_result(db)?)
}

/// The posts that a person holds or will hold: (post, unit), each in Hindi and English.
pub type Post = ((String, String), (String, String));

pub fn posts(db: &mut Db, person: PersonId, now: Moment) -> Result<Vec<Post>, Fault> {
    let today = now.utc().date_naive();
    Ok(offices::table
        .inner_join(office_kinds::table)
        .inner_join(units::table)
        .filter(offices::person_id.eq(person))
        .filter(offices::valid_to.is_null().or(offices::valid_to.ge(today)))
        .order(offices::id)
        .select(((office_kinds::name_hi, office_kinds::name_en), (units::name_hi, units::name_en)))
        .load(db)?)
}

/// The roles that a person has today: the word, and the unit's names.
pub fn roles(
    db: &mut Db,
    person: PersonId,
    now: Moment,
) -> Result<Vec<(Role, String, String)>, Fault> {
    let today = now.utc().date_naive();
    Ok(grants::table
        .inner_join(units::table)
        .filter(grants::person_id.eq(person))
        .filter(grants::valid_to.is_null().or(grants::valid_to.ge(today)))
        .order(grants::id)
        .select((grants::role, units::name_hi, units::name_en))
        .load(db)?)
}

/// Whether anybody else administers a whole tree: without one nobody could be let in any more.
pub fn is_another_at_a_root(db: &mut Db, person: PersonId, now: Moment) -> Result<bool, Fault> {
    let today = now.utc().date_naive();
    let others = grants::table
        .inner_join(units::table)
        .filter(grants::role.eq(Role::Admin).and(units::parent_id.is_null()))
        .filter(grants::person_id.ne(person))
        .filter(grants::valid_from.is_null().or(grants::valid_from.le(today)))
        .filter(grants::valid_to.is_null().or(grants::valid_to.ge(today)));
    Ok(diesel::select(exists(others)).get_result(db)?)
}

/// Those of a person's numbers and addresses that nobody else has: (numbers, addresses in lower case).
pub fn own_contacts(db: &mut Db, person: PersonId) -> Result<(Vec<String>, Vec<String>), Fault> {
    let mut own = |table: &str, column: &str| -> Result<Vec<String>, Fault> {
        let mut sql = Sql::default();
        sql.say(&format!("select t.{column} as text from {table} t where t.person_id = "));
        sql.number(person).say(&format!(
            " and not exists (select 1 from {table} o where o.{column} = t.{column} \
             and o.person_id <> t.person_id) order by t.position"
        ));
        Ok(sql.load::<TextRow>(db)?.into_iter().filter_map(|row| row.text).collect())
    };
    Ok((own("phones", "number")?, own("emails", "folded")?))
}

/// All enrolments of a person, and their batches.
pub fn enrolments(db: &mut Db, person: PersonId) -> Result<Vec<(EnrolmentId, BatchId)>, Fault> {
    Ok(enrolments::table
        .filter(enrolments::person_id.eq(person))
        .order(enrolments::id)
        .select((enrolments::id, enrolments::batch_id))
        .load(db)?)
}

/// The sessions to come where a person has or waits for a guest's chair.
pub fn guest_at(db: &mut Db, person: PersonId, now: Moment) -> Result<Vec<SessionId>, Fault> {
    Ok(guests::table
        .inner_join(sessions::table)
        .filter(guests::person_id.eq(person).and(guests::place.ne("withdrawn")))
        .filter(sessions::ends_at.gt(now))
        .order(guests::session_id)
        .select(guests::session_id)
        .load(db)?)
}

/// Holds the person until the end; false when somebody was faster.
pub fn is_there(db: &mut Db, person: PersonId) -> Result<bool, Fault> {
    let row = people::table
        .filter(people::id.eq(person).and(people::erased_at.is_null()))
        .select(people::id);
    let found: Option<PersonId> = match db {
        Db::Sqlite(c) => row.first(c).optional()?,
        Db::Postgres(c) => row.for_no_key_update().first(c).optional()?,
    };
    Ok(found.is_some())
}

// --- The person's own rows -----------------------------------------------------------------------

/// Empties everything that is decided by a column alone (`rules::COLUMNS`). One statement for each
/// column, however much there is.
pub fn empty_columns(db: &mut Db, person: PersonId) -> Result<(), Fault> {
    for (table, column, fate) in rules::COLUMNS {
        let mut sql = Sql::default();
        match fate {
            Fate::Gone => sql.say(&format!("delete from {table} where {column} = ")),
            Fate::Emptied(set) => sql.say(&format!("update {table} set {set} where {column} = ")),
            Fate::Ended(_) | Fate::Kept(_) => continue,
        };
        sql.number(person);
        sql.execute(db)?;
    }
    Ok(())
}

/// Ends what a person holds: roles, posts, drafts, the badge; empties the reasons of the own steps.
pub fn end_all(db: &mut Db, person: PersonId, now: Moment) -> Result<(), Fault> {
    let today = now.utc().date_naive();
    let yesterday = today.pred_opt().unwrap_or(today);
    let mut sql = Sql::default();
    sql.say("update grants set valid_to = ").day(yesterday);
    sql.say(" where person_id = ").number(person);
    sql.say(" and (valid_to is null or valid_to >= ").day(today).say(")");
    sql.execute(db)?;
    let mut sql = Sql::default();
    sql.say("delete from offices where person_id = ").number(person);
    sql.say(" and valid_from >= ").day(today);
    sql.execute(db)?;
    let mut sql = Sql::default();
    sql.say("update offices set valid_to = ").day(yesterday);
    sql.say(" where person_id = ").number(person);
    sql.say(" and (valid_to is null or valid_to >= ").day(today).say(")");
    sql.execute(db)?;
    let mut sql = Sql::default();
    sql.say("delete from plans where state = 'draft' and person_id = ").number(person);
    sql.execute(db)?;
    let mut sql = Sql::default();
    sql.say("delete from appeals where decided_at is null and person_id = ").number(person);
    sql.execute(db)?;
    let mut sql = Sql::default();
    sql.say("update badge_revocations set reason = '' where person_id = ").number(person);
    sql.execute(db)?;
    let mut sql = Sql::default();
    sql.say("insert into badge_revocations (person_id, number, reason, revoked_at) select ");
    // A parameter alone among what is selected has no type on PostgreSQL.
    sql.say("cast(").number(person).say(" as bigint), coalesce(max(number), 0) + 1, '', cast(");
    sql.at(now).say(" as timestamp) from badge_revocations where person_id = ").number(person);
    match db {
        // There `timestamp` would make a number of it.
        Db::Sqlite(_) => {
            let mut plain = Sql::default();
            plain.say("insert into badge_revocations (person_id, number, reason, revoked_at) ");
            plain.say("select ").number(person).say(", coalesce(max(number), 0) + 1, '', ");
            plain.at(now).say(" from badge_revocations where person_id = ").number(person);
            plain.execute(db)?;
        }
        Db::Postgres(_) => {
            sql.execute(db)?;
        }
    }
    let mut sql = Sql::default();
    sql.say("update enrolment_moves set reason = null where enrolment_id in (select id from ");
    sql.say("enrolments where person_id = ").number(person).say(")");
    sql.execute(db)?;
    Ok(())
}

/// Lets nobody wait longer for an address, a number or a code that is nobody's now.
pub fn forget_addresses(
    db: &mut Db,
    person: PersonId,
    numbers: &[String],
    addresses: &[String],
) -> Result<(), Fault> {
    let subjects = addresses.iter().map(|a| format!("mail:{}", ids::hash(a)));
    let subjects: Vec<String> = subjects.chain([format!("proof:{person}")]).collect();
    for (table, column, values) in [
        ("bounces", "folded", addresses),
        ("blocked_addresses", "folded", addresses),
        ("attempts", "subject", subjects.as_slice()),
    ] {
        if values.is_empty() {
            continue;
        }
        let mut sql = Sql::default();
        sql.say(&format!("delete from {table} where {column} in ("));
        among(&mut sql, values);
        sql.say(")");
        sql.execute(db)?;
    }
    if !numbers.is_empty() {
        let mut sql = Sql::default();
        sql.say(&format!("update walk_ins set name = '{NOBODY}', phone = '' where phone in ("));
        among(&mut sql, numbers);
        sql.say(")");
        sql.execute(db)?;
    }
    Ok(())
}

fn among(sql: &mut Sql, values: &[String]) {
    for (i, value) in values.iter().enumerate() {
        sql.say(if i == 0 { "" } else { ", " }).text(value.clone());
    }
}

/// The row itself: nothing is left but where marks and counts hang.
pub fn empty_person(db: &mut Db, person: PersonId, now: Moment) -> Result<(), Fault> {
    let mut sql = Sql::default();
    sql.say(&format!(
        "update people set name = '{NOBODY}', name_other = null, relation_name = null, folded = '', \
         reference = null, previous_party = null, joined_on = null, admitted_by = null, \
         language = null, gender = null, constituency_id = null, updated_at = "
    ));
    sql.at(now).say(", erased_at = ").at(now).say(" where id = ").number(person);
    sql.execute(db)?;
    Ok(())
}

/// Gives the guest's chairs at sessions to come back.
pub fn leave_as_guest(
    db: &mut Db,
    person: PersonId,
    at: &[SessionId],
    now: Moment,
) -> Result<(), Fault> {
    diesel::update(guests::table)
        .filter(guests::person_id.eq(person))
        .filter(ids_among(guests::session_id, at.iter().copied()))
        .set((guests::place.eq("withdrawn"), guests::updated_at.eq(now)))
        .execute(db)?;
    Ok(())
}

// --- Letters -------------------------------------------------------------------------------------

/// Cancels what has not gone to a person, and takes out of the rest to whom it went and what it said.
/// A courier who has one in hand finds that it is no longer his, and gives it up before the text.
pub fn empty_letters(db: &mut Db, person: PersonId, now: Moment) -> Result<(), Fault> {
    let mut sql = Sql::default();
    sql.say(&format!(
        "update letters set state = 'cancelled', reason = '{}', lease_token = null, \
         leased_until = null, updated_at = ",
        reason::ERASED
    ));
    sql.at(now).say(" where state in ('planned', 'leased') and person_id = ").number(person);
    sql.execute(db)?;
    // Behind the rows of the letters: a worker that is writing their bytes down has ended before.
    for what in
        ["untold where letter_id", "digest_lines where letter_id", "letter_bodies where letter_id"]
    {
        let mut sql = Sql::default();
        sql.say(&format!("delete from {what} in (select id from letters where person_id = "));
        sql.number(person).say(")");
        sql.execute(db)?;
    }
    let words: Vec<String> = reason::ALL.iter().map(|word| format!("'{word}'")).collect();
    let mut sql = Sql::default();
    // What a mail server said holds the address.
    sql.say(&format!(
        "update letters set address = null, facts = '{{}}', \
         reason = case when reason in ({}) then reason end where person_id = ",
        words.join(", ")
    ));
    sql.number(person);
    sql.execute(db)?;
    Ok(())
}

/// Letters to others that may name a person: the lists of the batches that the person is on or
/// teaches, what tells of one of the person's letters, what is about the person, letters to many that
/// name him.
pub fn others_about(
    db: &mut Db,
    person: PersonId,
    known: &Known,
) -> Result<BTreeSet<LetterId>, Fault> {
    let mut found: BTreeSet<LetterId> = BTreeSet::new();
    let on: Vec<BatchId> = enrolments(db, person)?.into_iter().map(|(_, batch)| batch).collect();
    let taught: Vec<BatchId> = session_trainers::table
        .inner_join(sessions::table)
        .filter(session_trainers::person_id.eq(person))
        .select(sessions::batch_id)
        .distinct()
        .load(db)?;
    let of_batches: Vec<LetterId> = letters::table
        .filter(ids_among(
            letters::batch_id.assume_not_null(),
            on.into_iter().chain(taught).map(|b| b.0),
        ))
        .filter(letters::person_id.ne(person))
        .select(letters::id)
        .load(db)?;
    let own = letters::table.filter(letters::person_id.eq(person)).select(letters::id.nullable());
    let digests: Vec<LetterId> = digest_lines::table
        .filter(digest_lines::letter_id.nullable().eq_any(own))
        .select(digest_lines::digest_id)
        .load(db)?;
    let about: Vec<LetterId> = letters::table
        .filter(letters::facts.like(format!("%\"{person}\"%")))
        .filter(letters::person_id.ne(person))
        .select(letters::id)
        .load(db)?;
    found.extend(of_batches.into_iter().chain(digests).chain(about));
    let names = |column: &str| {
        let mut sql = Sql::default();
        sql.say("select n.id as id from notices n where ");
        is_named(&mut sql, &format!("n.{column}"), known);
        sql
    };
    if !known.words().is_empty() {
        let mut of_notices: BTreeSet<i64> = BTreeSet::new();
        for column in ["subject_hi", "body_hi", "subject_en", "body_en"] {
            of_notices.extend(names(column).load::<IdRow>(db)?.into_iter().map(|row| row.id));
        }
        // What the writer or confirmer has to do with it is told to others by name.
        let written: Vec<i64> = notices::table
            .filter(notices::person_id.eq(person).or(notices::confirmed_by.eq(person)))
            .select(notices::id)
            .load(db)?;
        let many: Vec<LetterId> = letters::table
            .filter(ids_among(letters::notice_id.assume_not_null(), of_notices))
            .select(letters::id)
            .load(db)?;
        let likes = written.iter().map(|id| format!("%\"{id}\"%"));
        for like in likes {
            let news: Vec<LetterId> = letters::table
                .filter(letters::kind.eq(Kind::NoticeNews).and(letters::facts.like(like)))
                .select(letters::id)
                .load(db)?;
            found.extend(news);
        }
        found.extend(many);
    }
    Ok(found)
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Bodies of one round: each is some ten thousand bytes.
const BODIES_AT_ONCE: usize = 500;

/// Takes the bytes of letters to others away that name a person; those that have not gone are made
/// anew, without the name. One in hand is taken out of it: nobody knows what its worker made of it.
pub fn remake(
    db: &mut Db,
    about: &BTreeSet<LetterId>,
    known: &Known,
    now: Moment,
) -> Result<usize, Fault> {
    let mut named = 0;
    let all: Vec<LetterId> = about.iter().copied().collect();
    for chunk in all.chunks(BODIES_AT_ONCE) {
        // Nobody takes one of them in hand, or fixes its bytes, until we are done.
        if let Db::Postgres(c) = db {
            let unsent = letters::table
                .filter(ids_among(letters::id, chunk.iter().copied()))
                .filter(letters::state.eq_any([State::Planned, State::Leased]))
                .order(letters::id)
                .select(letters::id)
                .for_update();
            unsent.load::<LetterId>(c)?;
        }
        let bodies: Vec<(LetterId, State, Option<String>)> = letters::table
            .left_join(letter_bodies::table)
            .filter(ids_among(letters::id, chunk.iter().copied()))
            .select((letters::id, letters::state, letter_bodies::body.nullable()))
            .load(db)?;
        let is_to_go = |state: State, body: &Option<String>| match body {
            Some(body) => known.stands_in(&read::words(body)),
            None => state == State::Leased,
        };
        let ids: Vec<LetterId> = bodies
            .iter()
            .filter(|(_, state, body)| is_to_go(*state, body))
            .map(|(id, _, _)| *id)
            .collect();
        named += ids.len();
        diesel::delete(letter_bodies::table)
            .filter(ids_among(letter_bodies::letter_id, ids.iter().copied()))
            .execute(db)?;
        diesel::update(letters::table)
            .filter(ids_among(letters::id, ids.iter().copied()))
            .filter(letters::state.eq_any([State::Planned, State::Leased]))
            .set((
                letters::state.eq(State::Planned),
                letters::address.eq(None::<String>),
                letters::lease_token.eq(None::<String>),
                letters::leased_until.eq(None::<Moment>),
                letters::handed.eq(0),
                letters::updated_at.eq(now),
            ))
            .execute(db)?;
    }
    Ok(named)
}

/// Cancels what has not gone to others and is about a person alone: there is nothing to decide on, to
/// call or to put right any more.
pub fn cancel_about(db: &mut Db, person: PersonId, now: Moment) -> Result<(), Fault> {
    let mut sql = Sql::default();
    sql.say(&format!(
        "update letters set state = 'cancelled', reason = '{}', lease_token = null, \
         leased_until = null, updated_at = ",
        reason::ERASED
    ));
    sql.at(now).say(" where state in ('planned', 'leased') and (facts like ");
    sql.text(format!("%\"about\":\"{person}\"%")).say(" or facts like ");
    sql.text(format!("%\"person\":\"{person}\"%")).say(")");
    sql.execute(db)?;
    Ok(())
}

// --- Texts ---------------------------------------------------------------------------------------

/// `column` holds one of the words, in whatever case.
fn is_named(sql: &mut Sql, column: &str, known: &Known) {
    sql.say("(");
    for (i, word) in known.words().iter().enumerate() {
        sql.say(if i == 0 { "" } else { " or " });
        sql.say(&format!("lower({column}) like ")).text(format!("%{}%", like_literal(word)));
        sql.say(" escape '\\'");
    }
    sql.say(")");
}

#[derive(QueryableByName)]
struct TextRow {
    #[diesel(sql_type = Nullable<Text>)]
    text: Option<String>,
}

/// Texts changed in one statement.
const TEXTS_AT_ONCE: usize = 200;

/// Takes the words out of every text that people write freely. A text is found again by what it says,
/// since tables have keys of many kinds.
pub fn take_out(db: &mut Db, known: &Known) -> Result<(), Fault> {
    if known.words().is_empty() {
        return Ok(());
    }
    for (table, column) in rules::TEXTS {
        let mut sql = Sql::default();
        sql.say(&format!("select distinct {column} as text from {table} where "));
        is_named(&mut sql, column, known);
        let texts: Vec<(String, String)> = sql
            .load::<TextRow>(db)?
            .into_iter()
            .filter_map(|row| row.text)
            .filter_map(|text| known.without(&text).map(|left| (text, left)))
            .collect();
        for chunk in texts.chunks(TEXTS_AT_ONCE) {
            let mut sql = Sql::default();
            sql.say(&format!("update {table} set {column} = v.column2 from (values "));
            for (i, (text, left)) in chunk.iter().enumerate() {
                sql.say(if i == 0 { "(" } else { ", (" }).text(text.clone());
                sql.say(", ").text(left.clone()).say(")");
            }
            sql.say(&format!(") as v where {table}.{column} = v.column1"));
            sql.execute(db)?;
        }
    }
    // Whom newcomers call is somebody with a number, or the unit above.
    for sql in [
        format!(
            "update units set contact_name = null, contact_phone = null \
             where contact_name = '{NOBODY}' or contact_phone = '{NOBODY}'"
        ),
        format!("update walk_ins set phone = '' where phone = '{NOBODY}'"),
        format!("update venues set contact = null where contact = '{NOBODY}'"),
    ] {
        let mut said = Sql::default();
        said.say(&sql);
        said.execute(db)?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct EntryRow {
    #[diesel(sql_type = BigInt)]
    position: i64,
    #[diesel(sql_type = Text)]
    detail: String,
}

/// Entries of the journal that name a person, as they shall read.
pub fn entries_naming(db: &mut Db, known: &Known) -> Result<Vec<Mended>, Fault> {
    if known.words().is_empty() {
        return Ok(vec![]);
    }
    let mut sql = Sql::default();
    sql.say("select position, detail from journal where ");
    is_named(&mut sql, "detail", known);
    sql.say(" order by position");
    let rows: Vec<EntryRow> = sql.load(db)?;
    let mended = |row: EntryRow| {
        let detail = known.without(&row.detail)?;
        Some(Mended { position: row.position, detail })
    };
    Ok(rows.into_iter().filter_map(mended).collect())
}

/// Entries about a person and his enrolments: what somebody wrote there freely goes whole.
pub fn entries_about(
    db: &mut Db,
    person: PersonId,
    enrolments: &[EnrolmentId],
) -> Result<Vec<Mended>, Fault> {
    let mut sql = Sql::default();
    sql.say("select position, detail from journal where detail <> 'null' and subject in (");
    sql.text(format!("person/{person}"));
    for id in enrolments {
        sql.say(", ").text(format!("enrolment/{id}"));
    }
    sql.say(") order by position");
    let rows: Vec<EntryRow> = sql.load(db)?;
    let mended = |row: EntryRow| {
        let detail = rules::without_words(&row.detail)?;
        Some(Mended { position: row.position, detail })
    };
    Ok(rows.into_iter().filter_map(mended).collect())
}
