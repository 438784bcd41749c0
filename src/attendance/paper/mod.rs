//! The printed sheet, and the roll typed from it by the numbers of those who were not there.

pub mod rules;
pub mod pages;

use std::collections::HashMap;

use crate::access::Actor;
use crate::attendance::paper::rules::{Entered, Printed};
use crate::attendance::rules::Source;
use crate::attendance::store::{Expected, Session};
use crate::attendance::{self, Saved, Sheet, Ticked};
use crate::completion::rules::Status;
use crate::kit::db::Db;
use crate::kit::fault::{Fault, Fields};
use crate::kit::ids::{PersonId, SessionId};
use crate::kit::site::Stamp;

/// What was typed from a sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    pub sheet: String,
    pub absent: String,
}

/// What it means: each person with what will stand, and whether that is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    pub serial: usize,
    pub person: PersonId,
    pub name: String,
    pub status: Status,
    pub minutes: Option<i32>,
    /// Named by its number; the others are there.
    pub named: bool,
    /// Stood before and stays, since nobody named it.
    pub stays: bool,
}

/// The sheet of a roster as it would be printed now.
pub fn printed(session: &Session, revision: i32, roster: &[Expected]) -> Printed {
    let people: Vec<PersonId> = roster.iter().map(|e| e.person).collect();
    rules::printed(session.id, revision, &people)
}

/// Reads what was typed, or tells everything that is wrong with it.
pub fn meaning(sheet: &Printed, roster: &[Expected], typed: &Typed) -> Result<Vec<Meaning>, Fault> {
    let mut wrong = Fields::default();
    if typed.sheet.trim().is_empty() {
        wrong.add("sheet", "required");
    } else if let Some(code) = sheet.refuses(&typed.sheet) {
        wrong.add("sheet", code);
    }
    let entered = match rules::read_numbers(&typed.absent, roster.len()) {
        Ok(entered) => entered,
        Err(more) => {
            wrong.0.extend(more.0);
            vec![]
        }
    };
    wrong.done()?;
    let named: HashMap<usize, Entered> = entered.into_iter().map(|e| (e.serial, e)).collect();
    let means = |(serial, e): (usize, &Expected)| {
        let one = named.get(&serial);
        let stands = if one.is_none() { e.status } else { None };
        Meaning {
            serial,
            person: e.person,
            name: e.name.clone(),
            status: one.map(|o| o.status).or(stands).unwrap_or(Status::Present),
            minutes: one.map_or(e.minutes.filter(|_| stands.is_some()), |o| o.minutes),
            named: one.is_some(),
            stays: stands.is_some(),
        }
    };
    Ok((1..).zip(roster).map(means).collect())
}

/// Marks what the sheet says: those who are named, and as present those of whom nothing stands.
pub fn enter(
    db: &mut Db,
    actor: &Actor,
    session: SessionId,
    typed: &Typed,
    reason: Option<String>,
    stamp: &Stamp,
) -> Result<Saved, Fault> {
    let (facts, roster) = attendance::roster(db, actor, session)?;
    let revision = attendance::store::head(db, session)?.revision;
    let all = meaning(&printed(&facts, revision, &roster), &roster, typed)?;
    let ticked = all.iter().filter(|m| !m.stays).map(|m| Ticked {
        person: m.person,
        status: m.status,
        minutes: m.minutes,
    });
    let sheet = Sheet { ticked: ticked.collect(), reason, ..Sheet::default() };
    attendance::take_sheet(db, actor, session, &sheet, Source::Sheet, stamp)
}
