//! Owns answers.

use diesel::prelude::*;

use crate::enrolment::rules::Place;
use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, PersonId, SessionId, UnitId};
use crate::kit::schema::{answers, batches, enrolments, people, sessions, venues};
use crate::reminders::answers::rules::{Answer, Asked};
use crate::schedule::rules::SessionState;

/// The session that somebody was asked about.
#[derive(Debug, Clone)]
pub struct Question {
    pub name: String,
    pub batch: BatchId,
    pub title: String,
    pub unit: UnitId,
    pub state: SessionState,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub timezone: String,
    pub venue: Option<(String, String)>,
    pub is_seated: bool,
    pub answer: Option<Answer>,
    pub reason: Option<String>,
}

pub fn question(db: &mut Db, asked: Asked) -> Result<Question, Fault> {
    type Row =
        ((BatchId, String, UnitId, SessionState, Moment, Moment, String), Option<(String, String)>);
    let row: Option<Row> = sessions::table
        .inner_join(batches::table)
        .left_join(venues::table)
        .filter(sessions::id.eq(asked.session))
        .select((
            (
                batches::id,
                batches::title,
                batches::unit_id,
                sessions::state,
                sessions::starts_at,
                sessions::ends_at,
                sessions::timezone,
            ),
            (venues::name_hi, venues::name_en).nullable(),
        ))
        .first(db)
        .optional()?;
    let ((batch, title, unit, state, starts_at, ends_at, timezone), venue) =
        row.ok_or(Fault::NotFound)?;
    let person: Option<(String, Place)> = people::table
        .inner_join(enrolments::table)
        .filter(people::id.eq(asked.person).and(enrolments::batch_id.eq(batch)))
        .filter(people::erased_at.is_null())
        .select((people::name, enrolments::place))
        .first(db)
        .optional()?;
    let (name, place) = person.ok_or(Fault::NotFound)?;
    let said: Option<(Answer, Option<String>)> = answers::table
        .find((asked.session, asked.person))
        .select((answers::answer, answers::reason))
        .first(db)
        .optional()?;
    let (answer, reason) = said.map_or((None, None), |(answer, reason)| (Some(answer), reason));
    let is_seated = place == Place::Seat;
    Ok(Question {
        name,
        batch,
        title,
        unit,
        state,
        starts_at,
        ends_at,
        timezone,
        venue,
        is_seated,
        answer,
        reason,
    })
}

pub fn keep(
    db: &mut Db,
    asked: Asked,
    answer: Answer,
    reason: Option<&str>,
    now: Moment,
) -> Result<(), Fault> {
    let said =
        || (answers::answer.eq(answer), answers::reason.eq(reason), answers::answered_at.eq(now));
    on_each!(db, c => diesel::insert_into(answers::table)
        .values((
            answers::session_id.eq(asked.session),
            answers::person_id.eq(asked.person),
            said(),
        ))
        .on_conflict((answers::session_id, answers::person_id))
        .do_update()
        .set(said())
        .execute(c))?;
    Ok(())
}

/// Who, the name, the answer, why.
pub type SaidAbout = (PersonId, String, Answer, Option<String>);

/// What was said about a session, in the order of names.
pub fn said_about(db: &mut Db, session: SessionId) -> Result<Vec<SaidAbout>, Fault> {
    Ok(answers::table
        .inner_join(people::table)
        .filter(answers::session_id.eq(session))
        .order((answers::answer.desc(), people::folded, people::id))
        .select((people::id, people::name, answers::answer, answers::reason))
        .load(db)?)
}
