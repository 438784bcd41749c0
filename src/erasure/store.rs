//! Owns nothing: empties rows of every room's tables, the second exception to that law (ARCHITECTURE.md).

use std::collections::BTreeSet;

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

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
use crate::kit::search;
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

/// A person's numbers and addresses, in lower case.
#[derive(Debug, Default)]
pub struct Contacts {
    pub numbers: Vec<String>,
    pub addresses: Vec<String>,
}

/// All of a person's, also the addresses that letters to her once went to; then those that nobody
/// else has.
pub fn contacts(db: &mut Db, person: PersonId) -> Result<(Contacts, Contacts), Fault> {
    let mut ask = |what: &str, of: &str, nobody_else: &str| -> Result<Vec<String>, Fault> {
        let mut sql = Sql::default();
        sql.say(&format!("select distinct {what} as text from {of} t where t.person_id = "));
        sql.number(person).say(&format!(" and {what} is not null{nobody_else} order by 1"));
        Ok(sql.load::<TextRow>(db)?.into_iter().filter_map(|row| row.text).collect())
    };
    let others = |table: &str, column: &str, what: &str| {
        format!(
            " and not exists (select 1 from {table} o where o.{column} = {what} \
             and o.person_id <> t.person_id)"
        )
    };
    let (number, folded, sent_to) = ("t.number", "t.folded", "lower(t.address)");
    let of_others = others("emails", "folded", sent_to);
    let mut all =
        Contacts { numbers: ask(number, "phones", "")?, addresses: ask(folded, "emails", "")? };
    let mut own = Contacts {
        numbers: ask(number, "phones", &others("phones", "number", number))?,
        addresses: ask(folded, "emails", &others("emails", "folded", folded))?,
    };
    let former = ask(sent_to, "letters", &of_others)?;
    for known in [&mut all.addresses, &mut own.addresses] {
        let new: Vec<String> = former.iter().filter(|a| !known.contains(a)).cloned().collect();
        known.extend(new);
    }
    Ok((all, own))
}

#[derive(QueryableByName)]
struct NamesRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    name_other: Option<String>,
}

/// Those of a person's names that nobody who is still here bears too, alone or within a longer one,
/// in either script: what others wrote may mean him.
pub fn nobody_elses<'a>(
    db: &mut Db,
    person: PersonId,
    names: &[&'a str],
) -> Result<Vec<&'a str>, Fault> {
    let names: Vec<&str> = names.iter().copied().filter(|n| !n.trim().is_empty()).collect();
    if names.is_empty() {
        return Ok(vec![]);
    }
    let mut sql = Sql::default();
    sql.say("select p.name, p.name_other from people p where p.erased_at is null and p.id <> ");
    sql.number(person).say(" and (");
    for (i, name) in names.iter().enumerate() {
        sql.say(if i == 0 { "(" } else { " or (" });
        let key = search::fold(name);
        if key.is_empty() {
            let like = format!("%{}%", like_literal(name.trim()));
            sql.say("p.name like ").text(like.clone()).say(" escape '\\' or p.name_other like ");
            sql.text(like).say(" escape '\\'");
        }
        for (j, word) in key.split(' ').filter(|w| !w.is_empty()).enumerate() {
            sql.say(if j == 0 { "" } else { " and " });
            sql.say("p.id in (select person_id from name_words where word = ").text(word).say(")");
        }
        sql.say(")");
    }
    sql.say(")");
    let others = sql.load::<NamesRow>(db)?;
    let is_borne = |name: &&str| {
        others.iter().any(|o| {
            rules::holds_name(&o.name, name)
                || o.name_other.as_deref().is_some_and(|other| rules::holds_name(other, name))
        })
    };
    Ok(names.into_iter().filter(|name| !is_borne(name)).collect())
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

/// Whether somebody is here, behind the lock that puts erasures in line.
pub fn is_alive(db: &mut Db, person: PersonId) -> Result<bool, Fault> {
    let row = people::table.filter(people::id.eq(person).and(people::erased_at.is_null()));
    Ok(diesel::select(exists(row)).get_result(db)?)
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
pub fn forget_addresses(db: &mut Db, person: PersonId, own: &Contacts) -> Result<(), Fault> {
    let (numbers, addresses) = (own.numbers.as_slice(), own.addresses.as_slice());
    let mut sql = Sql::default();
    sql.say("delete from bounces where letter_id in (select id from letters where person_id = ");
    sql.number(person).say(")");
    sql.execute(db)?;
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
        // Somebody saw who it was: that one's name stays, whatever number he gave.
        sql.say(") and (person_id is null or person_id = ").number(person).say(")");
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

/// Letters to others that may name a person.
#[derive(Debug, Default)]
pub struct About {
    /// What is about the person, and what tells of one of the person's letters.
    pub certain: BTreeSet<LetterId>,
    /// The lists of the batches that the person is on or teaches, news of what the person wrote to
    /// many: to be looked into.
    pub perhaps: BTreeSet<LetterId>,
}

pub fn others_about(db: &mut Db, person: PersonId) -> Result<About, Fault> {
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
    let mut perhaps = BTreeSet::from_iter(of_batches);
    // What the writer or confirmer has to do with it is told to others by name.
    let written: Vec<i64> = notices::table
        .filter(notices::person_id.eq(person).or(notices::confirmed_by.eq(person)))
        .select(notices::id)
        .load(db)?;
    for like in written.iter().map(|id| format!("%\"{id}\"%")) {
        let news: Vec<LetterId> = letters::table
            .filter(letters::kind.eq(Kind::NoticeNews).and(letters::facts.like(like)))
            .select(letters::id)
            .load(db)?;
        perhaps.extend(news);
    }
    Ok(About { certain: digests.into_iter().chain(about).collect(), perhaps })
}

/// Bodies of one round: each is some ten thousand bytes.
const BODIES_AT_ONCE: usize = 500;

/// By what a person is known in letters to others.
pub struct Words {
    /// Also by a name of one word: a false hit costs one more making.
    pub all: Known,
    /// As she is known in texts, whoever else bears the name.
    pub hers: Known,
}

type Body = (LetterId, Kind, State, i32, Option<String>);

/// Takes the bytes of letters to others away that name a person. Those that nobody handed over are
/// made anew, without the name; one that a mail server perhaps took is never made anew, since it
/// would be another letter under the same Message-ID.
pub fn remake(db: &mut Db, about: &About, words: &Words, now: Moment) -> Result<usize, Fault> {
    let mut named = 0;
    let all: Vec<LetterId> = about.certain.union(&about.perhaps).copied().collect();
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
        let mut bodies: Vec<Body> = letters::table
            .left_join(letter_bodies::table)
            .filter(ids_among(letters::id, chunk.iter().copied()))
            .select((
                letters::id,
                letters::kind,
                letters::state,
                letters::handed,
                letter_bodies::body.nullable(),
            ))
            .load(db)?;
        bodies.retain(|(id, kind, state, _, body)| {
            let is_open = matches!(state, State::Planned | State::Leased);
            // Lists hold names and nothing else; what arrived long ago otherwise goes only for more
            // than one word.
            let known = if is_open || *kind == Kind::Roster { &words.all } else { &words.hers };
            about.certain.contains(id)
                || match body {
                    Some(body) => known.stands_in(&read::words(body)),
                    // Whoever has it in hand may have it written by now.
                    None => *state == State::Leased,
                }
        });
        named += bodies.len();
        let ids = |is_wanted: fn(i32) -> bool| {
            ids_among(
                letters::id,
                bodies.iter().filter(|(_, _, _, handed, _)| is_wanted(*handed)).map(|b| b.0),
            )
        };
        diesel::delete(letter_bodies::table)
            .filter(ids_among(letter_bodies::letter_id, bodies.iter().map(|b| b.0)))
            .execute(db)?;
        diesel::update(letters::table)
            .filter(ids(|handed| handed <= 0))
            .filter(letters::state.eq_any([State::Planned, State::Leased]))
            .set((
                letters::state.eq(State::Planned),
                letters::address.eq(None::<String>),
                letters::lease_token.eq(None::<String>),
                letters::leased_until.eq(None::<Moment>),
                letters::slot_at.eq(None::<Moment>),
                letters::take_overs.eq(0),
                letters::updated_at.eq(now),
            ))
            .execute(db)?;
        diesel::update(letters::table)
            .filter(ids(|handed| handed > 0))
            .filter(letters::state.eq_any([State::Planned, State::Leased]))
            .set((
                letters::state.eq(State::Uncertain),
                letters::reason.eq(Some(reason::BROKEN_OFF)),
                letters::lease_token.eq(None::<String>),
                letters::leased_until.eq(None::<Moment>),
                letters::slot_at.eq(None::<Moment>),
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
        replace(db, table, column, sql, known)?;
    }
    for sql in [
        format!("update walk_ins set phone = '' where phone = '{NOBODY}'"),
        format!("update venues set contact = null where contact = '{NOBODY}'"),
    ] {
        let mut said = Sql::default();
        said.say(&sql);
        said.execute(db)?;
    }
    Ok(())
}

/// What the program wrote about the person itself: the name goes there, whoever else bears it.
pub fn take_out_of_hers(db: &mut Db, person: PersonId, hers: &Known) -> Result<(), Fault> {
    for (table, column) in [("idempotency_keys", "answer"), ("letters", "facts")] {
        let mut sql = Sql::default();
        sql.say(&format!("select distinct {column} as text from {table} where {column} like "));
        sql.text(format!("%\"{person}\"%"));
        replace(db, table, column, sql, hers)?;
    }
    Ok(())
}

fn replace(db: &mut Db, table: &str, column: &str, which: Sql, known: &Known) -> Result<(), Fault> {
    let texts: Vec<(String, String)> = which
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
    Ok(())
}

/// Whom newcomers call is somebody with a number, or the unit above. Her own number goes with her
/// name; a number that somebody has who is still here stays, without her name.
pub fn forget_contacts(
    db: &mut Db,
    person: PersonId,
    own: &Contacts,
    known: &Known,
) -> Result<(), Fault> {
    if known.words().is_empty() {
        return Ok(());
    }
    let mut sql = Sql::default();
    sql.say("select u.id, u.contact_name, u.contact_phone, exists (select 1 from phones p ");
    sql.say("where p.number = u.contact_phone and p.person_id <> ").number(person);
    sql.say(") as is_anothers from units u where ");
    is_named(&mut sql, "u.contact_name", known);
    sql.say(" or u.contact_phone in (");
    among(&mut sql, &own.numbers);
    if own.numbers.is_empty() {
        sql.text("");
    }
    sql.say(")");
    let rows: Vec<ContactRow> = sql.load(db)?;
    let is_her_number = |row: &ContactRow| {
        row.contact_phone.as_ref().is_some_and(|phone| own.numbers.contains(phone))
    };
    let is_named =
        |row: &ContactRow| row.contact_name.as_deref().is_some_and(|name| known.stands_in(name));
    let (named, hers): (Vec<&ContactRow>, Vec<&ContactRow>) = rows
        .iter()
        .filter(|row| is_her_number(row) || is_named(row))
        .partition(|row| !is_her_number(row) && row.is_anothers);
    diesel::update(units::table)
        .filter(ids_among(units::id, hers.iter().map(|row| row.id)))
        .set((units::contact_name.eq(None::<String>), units::contact_phone.eq(None::<String>)))
        .execute(db)?;
    diesel::update(units::table)
        .filter(ids_among(units::id, named.iter().map(|row| row.id)))
        .set(units::contact_name.eq(None::<String>))
        .execute(db)?;
    Ok(())
}

#[derive(QueryableByName)]
struct ContactRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Nullable<Text>)]
    contact_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    contact_phone: Option<String>,
    #[diesel(sql_type = Bool)]
    is_anothers: bool,
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

/// Entries about a person and his enrolments: what somebody wrote there freely goes whole, and the
/// name, whoever else bears it.
pub fn entries_about(
    db: &mut Db,
    person: PersonId,
    enrolments: &[EnrolmentId],
    hers: &Known,
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
        let cleared = rules::without_words(&row.detail);
        let detail = hers.without(cleared.as_deref().unwrap_or(&row.detail)).or(cleared)?;
        Some(Mended { position: row.position, detail })
    };
    Ok(rows.into_iter().filter_map(mended).collect())
}
