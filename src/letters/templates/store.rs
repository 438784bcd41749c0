//! Owns letter_templates.

use std::collections::HashMap;

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::PersonId;
use crate::kit::schema::{letter_templates, people};
use crate::letters::templates::rules::{Case, OwnText, Words};

/// One version of the own text of a letter.
#[derive(Debug, Clone)]
pub struct Version {
    pub number: i32,
    pub text: OwnText,
    pub copy_of: Option<i32>,
    pub by: String,
    pub at: Moment,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = letter_templates)]
struct Row {
    letter: String,
    number: i32,
    subject_hi: Option<String>,
    opening_hi: Option<String>,
    closing_hi: Option<String>,
    subject_en: Option<String>,
    opening_en: Option<String>,
    closing_en: Option<String>,
    copy_of: Option<i32>,
    made_at: Moment,
}

impl Row {
    fn version(self, by: String) -> Version {
        Version {
            number: self.number,
            text: OwnText {
                hi: Words {
                    subject: self.subject_hi,
                    opening: self.opening_hi,
                    closing: self.closing_hi,
                },
                en: Words {
                    subject: self.subject_en,
                    opening: self.opening_en,
                    closing: self.closing_en,
                },
            },
            copy_of: self.copy_of,
            by,
            at: self.made_at,
        }
    }
}

/// The newest version of each letter that has any. A letter that this program does not know is
/// passed over.
pub fn newest(db: &mut Db) -> Result<HashMap<Case, Version>, Fault> {
    let newer = diesel::alias!(letter_templates as newer);
    let is_older = exists(
        newer
            .filter(newer.field(letter_templates::letter).eq(letter_templates::letter))
            .filter(newer.field(letter_templates::number).gt(letter_templates::number))
            .select(newer.field(letter_templates::id)),
    );
    let rows: Vec<(Row, String)> = letter_templates::table
        .inner_join(people::table)
        .filter(not(is_older))
        .select((Row::as_select(), people::name))
        .load(db)?;
    let known = |(row, by): (Row, String)| Some((Case::parse(&row.letter)?, row.version(by)));
    Ok(rows.into_iter().filter_map(known).collect())
}

/// The texts that hold now, where they are not those that come with the program.
pub fn current(db: &mut Db) -> Result<HashMap<Case, OwnText>, Fault> {
    let own = newest(db)?.into_iter().map(|(case, version)| (case, version.text));
    Ok(own.filter(|(_, text)| !text.is_shipped()).collect())
}

/// So many versions of a letter are listed.
const MOST_VERSIONS: i64 = 100;

/// The versions of a letter, the newest first.
pub fn versions(db: &mut Db, case: Case) -> Result<Vec<Version>, Fault> {
    let rows: Vec<(Row, String)> = letter_templates::table
        .inner_join(people::table)
        .filter(letter_templates::letter.eq(case.word()))
        .order(letter_templates::number.desc())
        .limit(MOST_VERSIONS)
        .select((Row::as_select(), people::name))
        .load(db)?;
    Ok(rows.into_iter().map(|(row, by)| row.version(by)).collect())
}

pub fn version(db: &mut Db, case: Case, number: i32) -> Result<Version, Fault> {
    let (row, by): (Row, String) = letter_templates::table
        .inner_join(people::table)
        .filter(letter_templates::letter.eq(case.word()))
        .filter(letter_templates::number.eq(number))
        .select((Row::as_select(), people::name))
        .first(db)?;
    Ok(row.version(by))
}

/// What a new version is beside its text.
pub struct Mark {
    pub id: i64,
    pub number: i32,
    pub copy_of: Option<i32>,
    pub by: PersonId,
    pub at: Moment,
}

pub fn add(db: &mut Db, case: Case, text: &OwnText, mark: &Mark) -> Result<(), Fault> {
    diesel::insert_into(letter_templates::table)
        .values((
            letter_templates::id.eq(mark.id),
            letter_templates::letter.eq(case.word()),
            letter_templates::number.eq(mark.number),
            letter_templates::subject_hi.eq(&text.hi.subject),
            letter_templates::opening_hi.eq(&text.hi.opening),
            letter_templates::closing_hi.eq(&text.hi.closing),
            letter_templates::subject_en.eq(&text.en.subject),
            letter_templates::opening_en.eq(&text.en.opening),
            letter_templates::closing_en.eq(&text.en.closing),
            letter_templates::copy_of.eq(mark.copy_of),
            letter_templates::made_by.eq(mark.by),
            letter_templates::made_at.eq(mark.at),
        ))
        .execute(db)?;
    Ok(())
}
