//! Owns people, phones, emails, name_words.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text, Timestamp};
use diesel::upsert::excluded;

use crate::access::rules::{Reach, Role};
use crate::kit::among::ids_among;
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::db::{Db, MOST_BINDS, like_literal, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, PersonId, UnitId};
use crate::kit::schema::{
    batches, consents, courses, emails, enrolments, grants, levels, name_words, people, phones,
    standings, units,
};
use crate::kit::site::Stamp;
use crate::kit::sql::Sql;
use crate::people::PersonDraft;
use crate::people::rules::{self, Gender, Search};

/// A person as it stands in its table.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = people, treat_none_as_default_value = false)]
pub struct PersonRow {
    pub id: PersonId,
    pub unit_id: UnitId,
    pub constituency_id: Option<UnitId>,
    pub reference: Option<String>,
    pub name: String,
    pub name_other: Option<String>,
    pub relation_name: Option<String>,
    pub folded: String,
    pub previous_party: Option<String>,
    pub joined_on: Option<NaiveDate>,
    pub admitted_by: Option<String>,
    pub language: Option<Language>,
    pub gender: Option<Gender>,
    pub created_at: Moment,
    pub updated_at: Moment,
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = phones)]
pub struct PhoneRow {
    pub id: i64,
    pub person_id: PersonId,
    pub position: i32,
    pub number: String,
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = emails)]
pub struct EmailRow {
    pub id: i64,
    pub person_id: PersonId,
    pub position: i32,
    pub address: String,
    pub folded: String,
}

#[derive(Insertable)]
#[diesel(table_name = name_words)]
struct WordRow<'a> {
    word: &'a str,
    person_id: PersonId,
}

/// Writes new people. Their words and contacts are written beside.
pub fn add(db: &mut Db, rows: &[PersonRow]) -> Result<(), Fault> {
    for chunk in rows.chunks(MOST_BINDS / 15) {
        on_each!(db, c => diesel::insert_into(people::table).values(chunk).execute(c))?;
    }
    Ok(())
}

/// Writes people who are there already.
pub fn keep(db: &mut Db, rows: &[PersonRow]) -> Result<(), Fault> {
    for chunk in rows.chunks(MOST_BINDS / 15) {
        on_each!(db, c => diesel::insert_into(people::table)
            .values(chunk)
            .on_conflict(people::id)
            .do_update()
            .set((
                people::unit_id.eq(excluded(people::unit_id)),
                people::constituency_id.eq(excluded(people::constituency_id)),
                people::reference.eq(excluded(people::reference)),
                people::name.eq(excluded(people::name)),
                people::name_other.eq(excluded(people::name_other)),
                people::relation_name.eq(excluded(people::relation_name)),
                people::folded.eq(excluded(people::folded)),
                people::previous_party.eq(excluded(people::previous_party)),
                people::joined_on.eq(excluded(people::joined_on)),
                people::admitted_by.eq(excluded(people::admitted_by)),
                people::language.eq(excluded(people::language)),
                people::gender.eq(excluded(people::gender)),
                people::updated_at.eq(excluded(people::updated_at)),
            ))
            .execute(c))?;
    }
    Ok(())
}

pub fn add_phones(db: &mut Db, rows: &[PhoneRow]) -> Result<(), Fault> {
    for chunk in rows.chunks(MOST_BINDS / 4) {
        on_each!(db, c => diesel::insert_into(phones::table).values(chunk).execute(c))?;
    }
    Ok(())
}

pub fn add_emails(db: &mut Db, rows: &[EmailRow]) -> Result<(), Fault> {
    for chunk in rows.chunks(MOST_BINDS / 5) {
        on_each!(db, c => diesel::insert_into(emails::table).values(chunk).execute(c))?;
    }
    Ok(())
}

/// Adds to the search index: (word, person).
pub fn add_words(db: &mut Db, words: &[(String, PersonId)]) -> Result<(), Fault> {
    for chunk in words.chunks(MOST_BINDS / 2) {
        let rows: Vec<WordRow<'_>> =
            chunk.iter().map(|(word, person)| WordRow { word, person_id: *person }).collect();
        on_each!(db, c => diesel::insert_into(name_words::table).values(&rows).execute(c))?;
    }
    Ok(())
}

pub fn drop_words(db: &mut Db, people: &[PersonId]) -> Result<(), Fault> {
    for chunk in people.chunks(MOST_BINDS) {
        diesel::delete(name_words::table.filter(name_words::person_id.eq_any(chunk.to_vec())))
            .execute(db)?;
    }
    Ok(())
}

/// Puts the contacts of one person in the place of those there were.
pub fn set_contacts(
    db: &mut Db,
    person: PersonId,
    numbers: &[String],
    addresses: &[String],
    stamp: &Stamp,
) -> Result<(), Fault> {
    diesel::delete(phones::table.filter(phones::person_id.eq(person))).execute(db)?;
    diesel::delete(emails::table.filter(emails::person_id.eq(person))).execute(db)?;
    let numbers: Vec<PhoneRow> =
        numbers.iter().zip(0..).map(|(number, at)| phone_row(person, at, number, stamp)).collect();
    add_phones(db, &numbers)?;
    let addresses: Vec<EmailRow> = addresses
        .iter()
        .zip(0..)
        .map(|(address, at)| email_row(person, at, address, stamp))
        .collect();
    add_emails(db, &addresses)
}

pub fn phone_row(person: PersonId, position: i32, number: &str, stamp: &Stamp) -> PhoneRow {
    PhoneRow { id: stamp.id(), person_id: person, position, number: number.to_owned() }
}

pub fn email_row(person: PersonId, position: i32, address: &str, stamp: &Stamp) -> EmailRow {
    EmailRow {
        id: stamp.id(),
        person_id: person,
        position,
        address: address.to_owned(),
        folded: address.to_lowercase(),
    }
}

/// A person with where he or she belongs and every contact.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: PersonId,
    pub unit: UnitId,
    pub path: String,
    pub unit_code: String,
    pub unit_hi: String,
    pub unit_en: String,
    pub seat: Option<UnitId>,
    pub seat_code: Option<String>,
    pub seat_hi: Option<String>,
    pub seat_en: Option<String>,
    pub reference: Option<String>,
    pub name: String,
    pub name_other: Option<String>,
    pub relation_name: Option<String>,
    pub folded: String,
    pub previous_party: Option<String>,
    pub joined_on: Option<NaiveDate>,
    pub admitted_by: Option<String>,
    pub language: Option<Language>,
    pub gender: Option<Gender>,
    pub created_at: Moment,
    pub phones: Vec<String>,
    pub emails: Vec<String>,
}

impl Person {
    /// The person as a form shows it.
    pub fn draft(&self) -> PersonDraft {
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        PersonDraft {
            reference: text(&self.reference),
            name: self.name.clone(),
            name_other: text(&self.name_other),
            relation_name: text(&self.relation_name),
            unit: self.unit_code.clone(),
            constituency: text(&self.seat_code),
            phones: self.phones.clone(),
            emails: self.emails.clone(),
            previous_party: text(&self.previous_party),
            joined_on: self.joined_on.map(|d| d.to_string()).unwrap_or_default(),
            admitted_by: text(&self.admitted_by),
            language: self.language.map(|l| l.to_string()).unwrap_or_default(),
            gender: self.gender.map(|g| g.to_string()).unwrap_or_default(),
        }
    }

    pub fn row(&self) -> PersonRow {
        PersonRow {
            id: self.id,
            unit_id: self.unit,
            constituency_id: self.seat,
            reference: self.reference.clone(),
            name: self.name.clone(),
            name_other: self.name_other.clone(),
            relation_name: self.relation_name.clone(),
            folded: self.folded.clone(),
            previous_party: self.previous_party.clone(),
            joined_on: self.joined_on,
            admitted_by: self.admitted_by.clone(),
            language: self.language,
            gender: self.gender,
            created_at: self.created_at,
            updated_at: self.created_at,
        }
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    id: PersonId,
    #[diesel(sql_type = BigInt)]
    unit: UnitId,
    #[diesel(sql_type = Text)]
    path: String,
    #[diesel(sql_type = Text)]
    unit_code: String,
    #[diesel(sql_type = Text)]
    unit_hi: String,
    #[diesel(sql_type = Text)]
    unit_en: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    seat: Option<UnitId>,
    #[diesel(sql_type = Nullable<Text>)]
    seat_code: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    seat_hi: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    seat_en: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    reference: Option<String>,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    name_other: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    relation_name: Option<String>,
    #[diesel(sql_type = Text)]
    folded: String,
    #[diesel(sql_type = Nullable<Text>)]
    previous_party: Option<String>,
    #[diesel(sql_type = Nullable<Date>)]
    joined_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Text>)]
    admitted_by: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    language: Option<Language>,
    #[diesel(sql_type = Nullable<Text>)]
    gender: Option<Gender>,
    #[diesel(sql_type = Timestamp)]
    created_at: Moment,
    #[diesel(sql_type = Nullable<Text>)]
    phones: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    emails: Option<String>,
}

/// Contacts are gathered in the same statement: neither a number nor an address holds a comma.
const COLUMNS: &str = "select p.id, p.unit_id as unit, u.path, u.code as unit_code, u.name_hi as unit_hi, \
    u.name_en as unit_en, p.constituency_id as seat, c.code as seat_code, c.name_hi as seat_hi, \
    c.name_en as seat_en, p.reference, p.name, p.name_other, p.relation_name, p.folded, \
    p.previous_party, p.joined_on, p.admitted_by, p.language, p.gender, p.created_at, \
    (select string_agg(t.number, ',' order by t.position) from phones t where t.person_id = p.id) as phones, \
    (select string_agg(m.address, ',' order by m.position) from emails m where m.person_id = p.id) as emails";

const JOINS: &str =
    "join units u on u.id = p.unit_id left join units c on c.id = p.constituency_id";

/// `column` within [from, to).
fn within(sql: &mut Sql, column: &str, from: &str, to: Option<String>) {
    sql.say(&format!("{column} >= ")).text(from);
    if let Some(to) = to {
        sql.say(&format!(" and {column} < ")).text(to);
    }
}

/// Within a reach. A path in an expression is not looked up in its index: for a wide reach the
/// people are read in the order of the list instead, and the first rows are found at once. The
/// expression names the person too, as SQLite would otherwise make a filter of all units first (a
/// Bloom filter), for the sake of fifty rows: 1.1 ms instead of 0.2 at 4,800 units.
fn in_reach(sql: &mut Sql, reach: &Reach, by_index: bool) {
    let column = if by_index { "u.path" } else { "(case when p.id > 0 then u.path end)" };
    sql.say("(");
    for (i, (from, to)) in reach.ranges().into_iter().enumerate() {
        sql.say(if i == 0 { "(" } else { " or (" });
        within(sql, column, &from, Some(to));
        sql.say(")");
    }
    sql.say(")");
}

fn load(sql: Sql, db: &mut Db) -> Result<Vec<Person>, Fault> {
    Ok(sql.load::<Found>(db)?.into_iter().map(person_of).collect())
}

fn person_of(f: Found) -> Person {
    let list = |text: Option<String>| -> Vec<String> {
        text.unwrap_or_default().split(',').filter(|t| !t.is_empty()).map(str::to_owned).collect()
    };
    Person {
        id: f.id,
        unit: f.unit,
        path: f.path,
        unit_code: f.unit_code,
        unit_hi: f.unit_hi,
        unit_en: f.unit_en,
        seat: f.seat,
        seat_code: f.seat_code,
        seat_hi: f.seat_hi,
        seat_en: f.seat_en,
        reference: f.reference,
        name: f.name,
        name_other: f.name_other,
        relation_name: f.relation_name,
        folded: f.folded,
        previous_party: f.previous_party,
        joined_on: f.joined_on,
        admitted_by: f.admitted_by,
        language: f.language,
        gender: f.gender,
        created_at: f.created_at,
        phones: list(f.phones),
        emails: list(f.emails),
    }
}

pub fn person(db: &mut Db, id: PersonId) -> Result<Option<Person>, Fault> {
    let mut sql = Sql::default();
    sql.say(&format!("{COLUMNS} from people p {JOINS} where p.erased_at is null and p.id = "));
    sql.number(id);
    Ok(load(sql, db)?.pop())
}

/// The people of a reach who fit a search, by their ids after one of them.
pub fn list_after(
    db: &mut Db,
    reach: &Reach,
    search: &Search,
    id: i64,
    limit: i64,
) -> Result<Vec<Person>, Fault> {
    if reach.is_empty() {
        return Ok(vec![]);
    }
    let mut sql = Sql::default();
    sql.say(COLUMNS);
    sql.say(&format!(" from people p {JOINS} where p.erased_at is null and p.id > ")).number(id);
    fits(&mut sql, search);
    sql.say(" and ");
    in_reach(&mut sql, reach, is_narrow(reach) && *search == Search::All);
    sql.say(" order by p.id limit ").number(limit);
    load(sql, db)
}

/// A person as a list shows one.
#[derive(Debug, QueryableByName)]
pub struct Line {
    #[diesel(sql_type = BigInt)]
    pub id: PersonId,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub name_other: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub relation_name: Option<String>,
    #[diesel(sql_type = Text)]
    pub unit_hi: String,
    #[diesel(sql_type = Text)]
    pub unit_en: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub phone: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub previous_party: Option<String>,
    #[diesel(sql_type = Nullable<Date>)]
    pub joined_on: Option<NaiveDate>,
}

/// A page of the people of a reach, in the order of names, or of how they fit a search.
pub fn lines(
    db: &mut Db,
    reach: &Reach,
    search: &Search,
    offset: i64,
    limit: i64,
) -> Result<Vec<Line>, Fault> {
    if reach.is_empty() {
        return Ok(vec![]);
    }
    let mut sql = Sql::default();
    sql.say(
        "select p.id, p.name, p.name_other, p.relation_name, u.name_hi as unit_hi, \
         u.name_en as unit_en, (select t.number from phones t where t.person_id = p.id \
         order by t.position limit 1) as phone, p.previous_party, p.joined_on",
    );
    let order = in_page_order(&mut sql, reach, search);
    sql.say(&format!(" order by {order} limit ")).number(limit);
    sql.say(" offset ").number(offset);
    sql.load(db)
}

/// A reach below the root is small enough to be gathered and sorted.
fn is_narrow(reach: &Reach) -> bool {
    reach.paths().iter().all(|path| path.len() > 19)
}

/// Writes `from … where …` so that the wanted order is that of an index; gives the order.
fn in_page_order(sql: &mut Sql, reach: &Reach, search: &Search) -> &'static str {
    match search {
        Search::All => {
            sql.say(
                " from people p join units u on u.id = p.unit_id where p.erased_at is null and ",
            );
            in_reach(sql, reach, is_narrow(reach));
            "p.folded, p.id"
        }
        Search::Words(words) => {
            let (first, rest) = words.split_first().map_or(("", words.as_slice()), |(f, r)| (f, r));
            sql.say(
                " from name_words w join people p on p.id = w.person_id and p.erased_at is null \
                 join units u on u.id = p.unit_id where ",
            );
            within(sql, "w.word", first, rules::behind(first));
            // A person of whom two words begin so is told once, at the first.
            sql.say(" and not exists (select 1 from name_words x where x.person_id = w.person_id and x.word >= ");
            sql.text(first);
            sql.say(" and x.word < w.word)");
            for word in rest {
                sql.say(
                    " and exists (select 1 from name_words y where y.person_id = w.person_id and ",
                );
                within(sql, "y.word", word, rules::behind(word));
                sql.say(")");
            }
            sql.say(" and ");
            in_reach(sql, reach, false);
            "w.word, w.person_id"
        }
        Search::PhoneBegins(number) => {
            sql.say(
                " from phones f join people p on p.id = f.person_id and p.erased_at is null \
                 join units u on u.id = p.unit_id where ",
            );
            within(sql, "f.number", number, rules::behind_number(number));
            sql.say(" and not exists (select 1 from phones x where x.person_id = f.person_id and x.number >= ");
            sql.text(number.clone());
            sql.say(" and x.number < f.number) and ");
            in_reach(sql, reach, false);
            "f.number, f.person_id"
        }
        Search::PhoneEnds(_) => {
            sql.say(
                " from people p join units u on u.id = p.unit_id where p.erased_at is null and ",
            );
            in_reach(sql, reach, false);
            fits(sql, search);
            "p.folded, p.id"
        }
    }
}

/// The search as conditions on `p`.
fn fits(sql: &mut Sql, search: &Search) {
    match search {
        Search::All => {}
        Search::Words(words) => {
            for word in words {
                sql.say(" and p.id in (select y.person_id from name_words y where ");
                within(sql, "y.word", word, rules::behind(word));
                sql.say(")");
            }
        }
        Search::PhoneBegins(number) => {
            sql.say(" and p.id in (select f.person_id from phones f where ");
            within(sql, "f.number", number, rules::behind_number(number));
            sql.say(")");
        }
        Search::PhoneEnds(digits) => {
            sql.say(" and p.id in (select f.person_id from phones f where f.number like ");
            sql.text(format!("%{}", like_literal(digits)));
            sql.say(")");
        }
    }
}

/// Where a person may belong.
#[derive(Debug, Clone, Queryable)]
pub struct Place {
    pub id: UnitId,
    pub path: String,
    pub electoral: bool,
    pub name_hi: String,
    pub name_en: String,
}

/// A code as typed may hold a NUL, which PostgreSQL refuses to compare with.
pub fn unit_of_code(db: &mut Db, code: &str) -> Result<Option<Place>, Fault> {
    if code.contains('\0') {
        return Ok(None);
    }
    Ok(units::table
        .inner_join(levels::table)
        .filter(units::code.eq(code))
        .select((units::id, units::path, levels::electoral, units::name_hi, units::name_en))
        .first(db)
        .optional()?)
}

/// A unit as an import looks it up.
#[derive(Debug, Clone, Queryable)]
pub struct UnitLine {
    pub id: UnitId,
    pub code: String,
    pub path: String,
    pub name_hi: String,
    pub name_en: String,
    pub folded: String,
    pub electoral: bool,
}

/// Every unit: an import asks once.
pub fn units(db: &mut Db) -> Result<Vec<UnitLine>, Fault> {
    Ok(units::table
        .inner_join(levels::table)
        .select((
            units::id,
            units::code,
            units::path,
            units::name_hi,
            units::name_en,
            units::folded,
            levels::electoral,
        ))
        .load(db)?)
}

pub fn person_of_reference(db: &mut Db, reference: &str) -> Result<Option<PersonId>, Fault> {
    Ok(people::table
        .filter(people::reference.eq(reference))
        .select(people::id)
        .first(db)
        .optional()?)
}

/// Everybody: an import asks once.
pub fn everybody(db: &mut Db) -> Result<Vec<PersonRow>, Fault> {
    Ok(people::table
        .filter(people::erased_at.is_null())
        .order(people::id)
        .select(PersonRow::as_select())
        .load(db)?)
}

/// Holds people who are to be changed until the end of the transaction; gives those who are there
/// still: one who is being erased does not get a name back from somebody who read it before.
pub fn hold(db: &mut Db, ids: &[PersonId]) -> Result<Vec<PersonId>, Fault> {
    let alive = people::table
        .filter(ids_among(people::id, ids.iter().copied()).and(people::erased_at.is_null()))
        .order(people::id)
        .select(people::id);
    Ok(match db {
        Db::Sqlite(c) => alive.load(c)?,
        Db::Postgres(c) => alive.for_no_key_update().load(c)?,
    })
}

/// Every phone number by person, in order.
pub fn all_phones(db: &mut Db) -> Result<HashMap<PersonId, Vec<String>>, Fault> {
    let rows: Vec<(PersonId, String)> = phones::table
        .order((phones::person_id, phones::position))
        .select((phones::person_id, phones::number))
        .load(db)?;
    Ok(by_person(rows))
}

/// Every e-mail address (in lower case) by person, in order.
pub fn all_emails(db: &mut Db) -> Result<HashMap<PersonId, Vec<String>>, Fault> {
    let rows: Vec<(PersonId, String)> = emails::table
        .order((emails::person_id, emails::position))
        .select((emails::person_id, emails::folded))
        .load(db)?;
    Ok(by_person(rows))
}

fn by_person(rows: Vec<(PersonId, String)>) -> HashMap<PersonId, Vec<String>> {
    let mut out: HashMap<PersonId, Vec<String>> = HashMap::new();
    for (person, value) in rows {
        out.entry(person).or_default().push(value);
    }
    out
}

/// One enrolment of a person, as the person's page shows it.
#[derive(Debug, Queryable)]
pub struct EnrolmentLine {
    pub batch: BatchId,
    pub title: String,
    pub course_hi: String,
    pub course_en: String,
    pub place: String,
    pub standing: Option<String>,
    pub percent: Option<i32>,
}

pub fn enrolments(db: &mut Db, person: PersonId) -> Result<Vec<EnrolmentLine>, Fault> {
    Ok(enrolments::table
        .inner_join(batches::table.inner_join(courses::table))
        .left_join(standings::table.on(standings::enrolment_id.eq(enrolments::id)))
        .filter(enrolments::person_id.eq(person))
        .order(enrolments::id.desc())
        .limit(50)
        .select((
            batches::id,
            batches::title,
            courses::title_hi,
            courses::title_en,
            enrolments::place,
            standings::standing.nullable(),
            standings::percent.nullable(),
        ))
        .load(db)?)
}

/// A role of a person: role, code and names of the unit, last day.
/// Channel, version of the notice, batch, who noted it, when.
pub type ConsentLine = (String, String, Option<String>, Option<String>, Moment);

/// What a person agreed to, the newest first.
pub fn consents(db: &mut Db, person: PersonId) -> Result<Vec<ConsentLine>, Fault> {
    Ok(consents::table
        .left_join(batches::table.on(batches::id.nullable().eq(consents::batch_id)))
        .left_join(people::table.on(people::id.nullable().eq(consents::noted_by)))
        .filter(consents::person_id.eq(person))
        .order((consents::given_at.desc(), consents::id.desc()))
        .limit(50)
        .select((
            consents::channel,
            consents::notice,
            batches::title.nullable(),
            people::name.nullable(),
            consents::given_at,
        ))
        .load(db)?)
}

pub type RoleLine = (Role, String, String, String, Option<NaiveDate>);

pub fn roles(db: &mut Db, person: PersonId, today: NaiveDate) -> Result<Vec<RoleLine>, Fault> {
    Ok(grants::table
        .inner_join(units::table)
        .filter(grants::person_id.eq(person))
        .filter(grants::valid_to.is_null().or(grants::valid_to.ge(today)))
        .order(grants::id)
        .limit(50)
        .select((grants::role, units::code, units::name_hi, units::name_en, grants::valid_to))
        .load(db)?)
}
