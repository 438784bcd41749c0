//! "Will come" or "cannot come", said from a letter without signing in.

pub mod rules;
pub mod store;
pub mod pages;

use serde_json::json;

use crate::attendance::apologies;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::journal::{self, Entry};
use crate::kit::ledger;
use crate::kit::site::Stamp;
use crate::reminders::answers::rules::{Answer, Asked};
use crate::schedule::rules::SessionState;

/// The longest reason.
const MOST_REASON: usize = 300;

/// The session that somebody was asked about, while there is something to say: the person has a
/// seat, and the session has not begun.
pub fn asked(db: &mut Db, asked: Asked, stamp: &Stamp) -> Result<store::Question, Fault> {
    let question = store::question(db, asked)?;
    let is_open = question.state == SessionState::Published && question.starts_at > stamp.now;
    if is_open && question.is_seated { Ok(question) } else { Err(Fault::NotFound) }
}

/// Keeps what somebody says: for this person and this session only; the newest word counts. Who
/// cannot come has apologised with it: the trainer's consent excuses him and frees the chair.
pub fn say(
    db: &mut Db,
    who: Asked,
    answer: Answer,
    reason: &str,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let question = asked(db, who, stamp)?;
    let mut reading = Reading::default();
    let reason = reading.optional("reason", reason, MOST_REASON);
    let reason = reading.done(reason.filter(|_| answer == Answer::NotComing))?;
    store::keep(db, who, answer, reason.as_deref(), stamp.now)?;
    match answer {
        Answer::NotComing => {
            apologies::said(db, who.session, who.person, reason.as_deref(), stamp)?;
        }
        Answer::Coming => apologies::unsaid(db, who.session, who.person, stamp)?,
    }
    // Who does not come is not reminded again.
    ledger::ask(db, question.batch, stamp.now)?;
    let entry = Entry {
        actor: Some(who.person),
        action: "answer given",
        subject: format!("session/{}", who.session),
        unit: Some(question.unit),
        detail: json!({ "answer": answer, "before": question.answer, "by": "letter" }),
    };
    journal::note(db, entry, stamp.now)
}
