//! Owns office_kinds, offices.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text};

use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{OfficeId, OfficeKindId, PersonId, UnitId};
use crate::kit::schema::{office_kinds, offices, people, units};
use crate::people::offices::rules::{Kind, Step, Tenure, Term};
use crate::units::rules::line;

/// A kind of post with its code.
#[derive(Debug, Clone)]
pub struct KindRow {
    pub id: OfficeKindId,
    pub code: String,
    pub kind: Kind,
}

type KindColumns = (OfficeKindId, String, i32, String, String, Option<String>, bool, bool);

fn kind_row(
    (id, code, ordinal, name_hi, name_en, level, approves, several): KindColumns,
) -> KindRow {
    KindRow { id, code, kind: Kind { ordinal, name_hi, name_en, level, approves, several } }
}

/// Every kind, from the top. They are few: one for each post that the organisation knows.
pub fn kinds(db: &mut Db) -> Result<Vec<KindRow>, Fault> {
    let rows: Vec<KindColumns> =
        office_kinds::table.order((office_kinds::ordinal, office_kinds::id)).load(db)?;
    Ok(rows.into_iter().map(kind_row).collect())
}

/// One kind, held until the end of the transaction: two appointments to one post wait for each
/// other, so that both never succeed unseen.
pub fn hold_kind(db: &mut Db, id: OfficeKindId) -> Result<Option<KindRow>, Fault> {
    diesel::update(office_kinds::table.find(id))
        .set(office_kinds::ordinal.eq(office_kinds::ordinal))
        .execute(db)?;
    let row: Option<KindColumns> = office_kinds::table.find(id).first(db).optional()?;
    Ok(row.map(kind_row))
}

pub fn add_kind(db: &mut Db, id: OfficeKindId, code: &str, kind: &Kind) -> Result<(), Fault> {
    diesel::insert_into(office_kinds::table)
        .values((
            office_kinds::id.eq(id),
            office_kinds::code.eq(code),
            office_kinds::ordinal.eq(kind.ordinal),
            office_kinds::name_hi.eq(&kind.name_hi),
            office_kinds::name_en.eq(&kind.name_en),
            office_kinds::level.eq(kind.level.as_deref()),
            office_kinds::approves.eq(kind.approves),
            office_kinds::several.eq(kind.several),
        ))
        .execute(db)?;
    Ok(())
}

pub fn set_kind(db: &mut Db, id: OfficeKindId, kind: &Kind) -> Result<(), Fault> {
    diesel::update(office_kinds::table.find(id))
        .set((
            office_kinds::ordinal.eq(kind.ordinal),
            office_kinds::name_hi.eq(&kind.name_hi),
            office_kinds::name_en.eq(&kind.name_en),
            office_kinds::level.eq(kind.level.as_deref()),
            office_kinds::approves.eq(kind.approves),
            office_kinds::several.eq(kind.several),
        ))
        .execute(db)?;
    Ok(())
}

#[derive(Insertable)]
#[diesel(table_name = offices)]
pub struct NewOffice {
    pub id: OfficeId,
    pub kind_id: OfficeKindId,
    pub unit_id: UnitId,
    pub person_id: PersonId,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    pub appointed_by: Option<PersonId>,
    pub created_at: Moment,
}

pub fn add(db: &mut Db, office: &NewOffice) -> Result<(), Fault> {
    diesel::insert_into(offices::table).values(office).execute(db)?;
    Ok(())
}

pub fn set_end(db: &mut Db, id: OfficeId, last_day: NaiveDate) -> Result<(), Fault> {
    diesel::update(offices::table.find(id)).set(offices::valid_to.eq(last_day)).execute(db)?;
    Ok(())
}

/// Who holds, held and will hold one post of one unit.
pub fn tenures(db: &mut Db, unit: UnitId, kind: OfficeKindId) -> Result<Vec<Tenure>, Fault> {
    let rows: Vec<(PersonId, String, NaiveDate, Option<NaiveDate>)> = offices::table
        .inner_join(people::table)
        .filter(offices::unit_id.eq(unit).and(offices::kind_id.eq(kind)))
        .order((offices::valid_from, offices::id))
        .select((people::id, people::name, offices::valid_from, offices::valid_to))
        .load(db)?;
    let tenure = |(person, name, from, to)| Tenure { person, name, term: Term { from, to } };
    Ok(rows.into_iter().map(tenure).collect())
}

/// One person in one post of one unit, as pages show it.
#[derive(Debug, Clone, Queryable)]
pub struct Office {
    pub id: OfficeId,
    pub kind_code: String,
    pub kind_hi: String,
    pub kind_en: String,
    pub person: PersonId,
    pub name: String,
    pub unit: UnitId,
    pub unit_code: String,
    pub unit_path: String,
    pub unit_hi: String,
    pub unit_en: String,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
}

impl Office {
    pub fn term(&self) -> Term {
        Term { from: self.valid_from, to: self.valid_to }
    }
}

enum Of {
    Id(OfficeId),
    Unit(UnitId),
    Person(PersonId),
}

/// Rows of a history that are shown: more than anybody reads.
const MOST: i64 = 200;

fn load(db: &mut Db, of: Of) -> Result<Vec<Office>, Fault> {
    let mut query = offices::table
        .inner_join(office_kinds::table)
        .inner_join(people::table)
        .inner_join(units::table)
        .select((
            offices::id,
            office_kinds::code,
            office_kinds::name_hi,
            office_kinds::name_en,
            people::id,
            people::name,
            units::id,
            units::code,
            units::path,
            units::name_hi,
            units::name_en,
            offices::valid_from,
            offices::valid_to,
        ))
        .order((offices::valid_from.desc(), offices::id.desc()))
        .limit(MOST)
        .into_boxed::<<Db as Connection>::Backend>();
    query = match of {
        Of::Id(id) => query.filter(offices::id.eq(id)),
        Of::Unit(unit) => query.filter(offices::unit_id.eq(unit)),
        Of::Person(person) => query.filter(offices::person_id.eq(person)),
    };
    Ok(query.load(db)?)
}

pub fn office(db: &mut Db, id: OfficeId) -> Result<Option<Office>, Fault> {
    Ok(load(db, Of::Id(id))?.pop())
}

/// Everybody who held, holds or will hold a post of a unit, the latest first.
pub fn offices_of_unit(db: &mut Db, unit: UnitId) -> Result<Vec<Office>, Fault> {
    load(db, Of::Unit(unit))
}

/// The posts that a person held, holds or will hold, the latest first.
pub fn offices_of_person(db: &mut Db, person: PersonId) -> Result<Vec<Office>, Fault> {
    load(db, Of::Person(person))
}

#[derive(QueryableByName)]
struct StepRow {
    #[diesel(sql_type = BigInt)]
    unit: UnitId,
    #[diesel(sql_type = Text)]
    path: String,
    #[diesel(sql_type = Text)]
    name_hi: String,
    #[diesel(sql_type = Text)]
    name_en: String,
    #[diesel(sql_type = Bool)]
    has_post: bool,
    #[diesel(sql_type = Nullable<BigInt>)]
    person: Option<PersonId>,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
}

/// Everybody who decides on a day at each unit of a line, from below: who holds a deciding post
/// there, or is admin of exactly that unit.
pub fn steps(db: &mut Db, path: &str, today: NaiveDate) -> Result<Vec<Step>, Fault> {
    let ids: Vec<String> = line(path).iter().map(std::string::ToString::to_string).collect();
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let line = ids.join(",");
    let rows: Vec<StepRow> = diesel::sql_query(format!(
        "select u.id as unit, u.path, u.name_hi, u.name_en, \
         exists (select 1 from office_kinds k where k.approves and (k.level is null or k.level = l.code)) \
         as has_post, p.id as person, p.name \
         from units u join levels l on l.id = u.level_id \
         left join (select o.unit_id, o.person_id from offices o join office_kinds k on k.id = o.kind_id \
         where k.approves and o.unit_id in ({line}) and o.valid_from <= $1 \
         and (o.valid_to is null or o.valid_to >= $2) \
         union select g.unit_id, g.person_id from grants g where g.role = 'admin' and g.unit_id in ({line}) \
         and (g.valid_from is null or g.valid_from <= $3) and (g.valid_to is null or g.valid_to >= $4)) d \
         on d.unit_id = u.id \
         left join people p on p.id = d.person_id \
         where u.id in ({line}) order by u.path desc, p.folded, p.id"
    ))
    .bind::<Date, _>(today)
    .bind::<Date, _>(today)
    .bind::<Date, _>(today)
    .bind::<Date, _>(today)
    .load(db)?;
    let step = |r: StepRow| Step {
        unit: r.unit,
        path: r.path,
        name_hi: r.name_hi,
        name_en: r.name_en,
        has_post: r.has_post,
        person: Option::zip(r.person, r.name),
    };
    Ok(rows.into_iter().map(step).collect())
}
