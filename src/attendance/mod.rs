//! Taking the roll: marks from the page, from phones, from programs.

pub mod rules;
pub mod store;
pub mod pages;
pub mod api;
pub mod check_in;

use std::collections::HashMap;

use serde_json::json;

use crate::access::Actor;
use crate::access::rules::{Right, Role};
use crate::attendance::rules::{Hand, Outcome, Reason, SentMark, Window};
use crate::attendance::store::{Event, Expected, Mark, Session};
use crate::completion;
use crate::completion::rules::{STEP, Status};
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{PersonId, SessionId};
use crate::kit::journal::{self, Entry};
use crate::kit::ledger;
use crate::kit::site::Stamp;

/// The most marks of one call.
pub const MOST_MARKS: usize = 500;

/// What came of one mark that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub client_id: String,
    pub outcome: Outcome,
    pub reason: Option<Reason>,
}

impl Taken {
    pub fn rejected(client_id: String, reason: Reason) -> Self {
        Self { client_id, outcome: Outcome::Rejected, reason: Some(reason) }
    }
}

/// Takes marks: the page, the phone's queue and programs all end here. Sending the same again, in
/// any order or cut, changes nothing.
pub fn take_roll(
    db: &mut Db,
    actor: &Actor,
    session: SessionId,
    sent: &[SentMark],
    stamp: &Stamp,
) -> Result<Vec<Taken>, Fault> {
    if sent.len() > MOST_MARKS {
        return Err(Fault::field("body", "too-many-marks"));
    }
    store::hold(db, session)?;
    let session = store::session(db, session, actor.person)?;
    let hand = hand_of(actor, &session)?;
    if let Some(reason) = rules::closed(window(&session), hand, stamp.now) {
        return Ok(sent.iter().map(|m| Taken::rejected(m.client_id.clone(), reason)).collect());
    }
    let sent: Vec<SentMark> = sent.iter().map(|m| not_from_tomorrow(m, stamp.now)).collect();
    let known = store::known(db, &session, &sent)?;
    let (judged, counting) = rules::merge(&known, &sent);
    let kept = |outcome| matches!(outcome, Outcome::Created | Outcome::Superseded);
    let events: Vec<Event<'_>> = sent
        .iter()
        .zip(&judged)
        .filter(|(_, j)| kept(j.outcome))
        .map(|(mark, _)| event(mark, &session, actor, stamp.now))
        .collect();
    if !events.is_empty() {
        store::add_events(db, &events)?;
    }
    let rows: Vec<Mark<'_>> =
        counting.iter().map(|place| counted(&sent[*place], &session, actor, stamp)).collect();
    if !rows.is_empty() {
        store::keep_marks(db, &rows)?;
        let mut people: Vec<PersonId> = rows.iter().map(|m| m.person_id).collect();
        people.sort();
        completion::recount_people(db, session.id, &people, stamp.now)?;
        // A mark decides on letters: a follow-up to who was absent, a nudge about the roll.
        ledger::ask(db, session.batch, stamp.now)?;
    }
    if !events.is_empty() {
        // Who was marked how stands in mark_events; the journal says who sent it.
        let detail = json!({ "kept": events.len(), "counting": rows.len() });
        note(db, actor, &session, "marks taken", detail, stamp.now)?;
    }
    let told = |(mark, j): (&SentMark, &rules::Judged)| Taken {
        client_id: mark.client_id.clone(),
        outcome: j.outcome,
        reason: j.reason,
    };
    Ok(sent.iter().zip(&judged).map(told).collect())
}

/// A mark of the future is one of a phone whose clock is ahead: it is of now.
fn not_from_tomorrow(mark: &SentMark, now: Moment) -> SentMark {
    let minutes = mark.minutes.filter(|_| mark.status == Status::Partial);
    SentMark { marked_at: mark.marked_at.min(now), minutes, ..mark.clone() }
}

fn event<'a>(mark: &'a SentMark, session: &Session, actor: &Actor, now: Moment) -> Event<'a> {
    Event {
        client_id: &mark.client_id,
        session_id: session.id,
        person_id: mark.person,
        status: mark.status,
        minutes: mark.minutes,
        marked_at: mark.marked_at,
        marked_by: Some(actor.person),
        device: mark.device.as_deref(),
        received_at: now,
    }
}

fn counted<'a>(mark: &'a SentMark, session: &Session, actor: &Actor, stamp: &Stamp) -> Mark<'a> {
    Mark {
        id: stamp.id(),
        session_id: session.id,
        person_id: mark.person,
        status: mark.status,
        minutes: mark.minutes,
        marked_at: mark.marked_at,
        client_id: &mark.client_id,
        marked_by: Some(actor.person),
        received_at: stamp.now,
    }
}

fn note(
    db: &mut Db,
    actor: &Actor,
    session: &Session,
    action: &str,
    detail: serde_json::Value,
    now: Moment,
) -> Result<(), Fault> {
    let entry = Entry {
        actor: Some(actor.person),
        action,
        subject: format!("session/{}", session.id),
        unit: Some(session.unit),
        detail,
    };
    journal::note(db, entry, now)
}

/// Whether somebody may take this roll, and as whom: its trainers, whoever teaches in its unit, a
/// helper of this one session.
fn hand_of(actor: &Actor, session: &Session) -> Result<Hand, Fault> {
    let admins = |whole: bool| {
        let mut paths =
            actor.grants.iter().filter(|h| h.role == Role::Admin).filter_map(|h| h.path.as_ref());
        paths.any(|p| session.path.starts_with(p.as_str()) && (!whole || p.len() == STEP))
    };
    if admins(true) {
        Ok(Hand::State)
    } else if admins(false) {
        Ok(Hand::Admin)
    } else if session.teaches || actor.may(Right::Teach, &session.path) {
        Ok(Hand::Trainer)
    } else if actor.helps(session.id) {
        Ok(Hand::Helper)
    } else {
        Err(actor.must(Right::Teach, &session.path).err().unwrap_or(Fault::NotFound))
    }
}

fn window(session: &Session) -> Window<'_> {
    Window {
        state: &session.state,
        starts_at: session.starts_at,
        ends_at: session.ends_at,
        finished: session.finished_at.is_some(),
    }
}

// --- The page's form -------------------------------------------------------------------------------

/// One person's mark as a form has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticked {
    pub person: PersonId,
    pub status: Status,
    pub minutes: Option<i32>,
}

/// A form of the roll: what was ticked, and the phone's clock when it says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    pub ticked: Vec<Ticked>,
    pub marked_at: Option<Moment>,
}

/// Reads `mark-42=present`, `minutes-42=35`, `marked_at=…`. Anything else is refused by its name.
pub fn read_sheet(pairs: &[(String, String)]) -> Result<Sheet, Fault> {
    let mut sheet = Sheet::default();
    let mut minutes: HashMap<PersonId, i32> = HashMap::new();
    for (name, value) in pairs {
        let person =
            |prefix| name.strip_prefix(prefix).and_then(|id: &str| id.parse::<PersonId>().ok());
        if let Some(person) = person("mark-") {
            let status = Status::parse(value).ok_or_else(|| Fault::field(name, "unknown"))?;
            sheet.ticked.push(Ticked { person, status, minutes: None });
        } else if let Some(person) = person("minutes-") {
            if !value.trim().is_empty() {
                let kept = value.trim().parse().map_err(|_| Fault::field(name, "number"))?;
                minutes.insert(person, kept);
            }
        } else if name == "marked_at" {
            sheet.marked_at = Some(Moment::parse(value).ok_or_else(|| Fault::field(name, "time"))?);
        } else {
            return Err(Fault::field(name, "unknown"));
        }
    }
    for ticked in &mut sheet.ticked {
        let kept = minutes.get(&ticked.person).copied();
        ticked.minutes = kept.filter(|_| ticked.status == Status::Partial);
    }
    Ok(sheet)
}

/// What came of a form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Saved {
    pub saved: usize,
    /// People who are no longer on the list.
    pub left_out: usize,
}

/// Takes what a form ticked; what stands already makes no new mark.
pub fn take_sheet(
    db: &mut Db,
    actor: &Actor,
    session: SessionId,
    sheet: &Sheet,
    stamp: &Stamp,
) -> Result<Saved, Fault> {
    store::hold(db, session)?;
    let facts = store::session(db, session, actor.person)?;
    let hand = hand_of(actor, &facts)?;
    if let Some(reason) = rules::closed(window(&facts), hand, stamp.now) {
        return Err(Fault::conflict(conflict_of(reason)));
    }
    let standing = store::marks_of(db, session)?;
    let changed =
        sheet.ticked.iter().filter(|t| standing.get(&t.person) != Some(&(t.status, t.minutes)));
    let marks: Vec<SentMark> = changed
        .map(|t| SentMark {
            client_id: format!("form-{session}-{}-{}", t.person, stamp.id()),
            person: t.person,
            status: t.status,
            minutes: t.minutes,
            marked_at: sheet.marked_at.unwrap_or(stamp.now),
            device: None,
        })
        .collect();
    let mut saved = Saved::default();
    for chunk in marks.chunks(MOST_MARKS) {
        for taken in take_roll(db, actor, session, chunk, stamp)? {
            match taken.reason {
                None => saved.saved += 1,
                Some(Reason::NotOnRoster) => saved.left_out += 1,
                Some(_) => {
                    let person = chunk.iter().find(|m| m.client_id == taken.client_id);
                    let name = person.map_or_else(String::new, |m| format!("minutes-{}", m.person));
                    return Err(Fault::field(&name, "minutes-kept"));
                }
            }
        }
    }
    Ok(saved)
}

fn conflict_of(reason: Reason) -> &'static str {
    match reason {
        Reason::TooEarly => "roll-too-early",
        Reason::TooLate => "roll-too-late",
        Reason::Cancelled => "roll-cancelled",
        Reason::NotPublished | Reason::NotOnRoster | Reason::Malformed => "roll-not-published",
    }
}

/// What keeps the roll closed to this actor now, as the code of its sentence.
pub fn closed_to(
    actor: &Actor,
    session: &Session,
    now: Moment,
) -> Result<Option<&'static str>, Fault> {
    Ok(rules::closed(window(session), hand_of(actor, session)?, now).map(conflict_of))
}

/// Declares the roll finished. Those who are not marked become absent, or stay as they are; with
/// somebody unmarked it must be said which.
pub fn close_roll(
    db: &mut Db,
    actor: &Actor,
    session: SessionId,
    choice: &str,
    stamp: &Stamp,
) -> Result<(), Fault> {
    store::hold(db, session)?;
    let facts = store::session(db, session, actor.person)?;
    let hand = hand_of(actor, &facts)?;
    if let Some(reason) = rules::closed(window(&facts), hand, stamp.now) {
        return Err(Fault::conflict(conflict_of(reason)));
    }
    let roster = store::roster(db, session, facts.batch)?;
    let unmarked: Vec<&Expected> = roster.iter().filter(|e| e.status.is_none()).collect();
    match choice {
        "absent" => {
            let absent = unmarked.iter().map(|e| Ticked {
                person: e.person,
                status: Status::Absent,
                minutes: None,
            });
            let sheet = Sheet { ticked: absent.collect(), marked_at: None };
            take_sheet(db, actor, session, &sheet, stamp)?;
        }
        "leave" => {}
        "" if unmarked.is_empty() => {}
        "" => return Err(Fault::field("choice", "required")),
        _ => return Err(Fault::field("choice", "unknown")),
    }
    store::close(db, session, actor.person, stamp.now)?;
    ledger::ask(db, facts.batch, stamp.now)?;
    let detail = json!({ "unmarked": unmarked.len(), "choice": choice });
    note(db, actor, &facts, "roll closed", detail, stamp.now)
}

// --- Reading ---------------------------------------------------------------------------------------

/// A session and everybody expected, for whoever may take its roll.
pub fn roster(
    db: &mut Db,
    actor: &Actor,
    session: SessionId,
) -> Result<(Session, Vec<Expected>), Fault> {
    let session = session_for(db, actor, session)?;
    let roster = store::roster(db, session.id, session.batch)?;
    Ok((session, roster))
}

/// A session, for whoever may take its roll.
pub fn session_for(db: &mut Db, actor: &Actor, session: SessionId) -> Result<Session, Fault> {
    let session = store::session(db, session, actor.person)?;
    hand_of(actor, &session)?;
    Ok(session)
}

/// How many have which mark; `unmarked` for the rest.
pub fn counts(roster: &[Expected]) -> Vec<(&'static str, usize)> {
    let count = |status: Option<Status>| roster.iter().filter(|e| e.status == status).count();
    let mut out: Vec<(&'static str, usize)> =
        Status::ALL.iter().map(|s| (s.word(), count(Some(*s)))).collect();
    out.push(("unmarked", count(None)));
    out
}
