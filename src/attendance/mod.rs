//! Taking the roll: marks from the page, from phones, from programs.

pub mod rules;
pub mod store;
pub mod pages;
pub mod api;
pub mod check_in;
pub mod walk_ins;
pub mod appeals;
pub mod paper;
pub mod badges;
pub mod phones;
pub mod turns;
pub mod guests;
pub mod apologies;
pub mod helpers;

use std::collections::HashMap;

use serde_json::json;

use crate::access::Actor;
use crate::access::rules::{Right, Role};
use crate::attendance::rules::{Hand, Known, Outcome, Reason, SentMark, Source, Window};
use crate::attendance::store::{Event, Expected, Mark, Session};
use crate::completion;
use crate::completion::rules::{STEP, Status};
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
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
    let by_helper = by_helper(actor, sent);
    let sent = by_helper.as_deref().unwrap_or(sent);
    if let Some(reason) = rules::closed(window(&session), hand, stamp.now) {
        return Ok(sent.iter().map(|m| Taken::rejected(m.client_id.clone(), reason)).collect());
    }
    let late = rules::needs_reason(window(&session), stamp.now);
    let known = store::known(db, &session, sent)?;
    let (judged, counting) = rules::merge(&known, sent, stamp.now);
    let judged = judged.into_iter().zip(sent).map(|(j, mark)| match j.outcome {
        // So late a change says why.
        Outcome::Created | Outcome::Superseded if late && mark.reason.is_none() => {
            rules::Judged { outcome: Outcome::Rejected, reason: Some(Reason::ReasonNeeded) }
        }
        _ => j,
    });
    let judged: Vec<rules::Judged> = judged.collect();
    let kept =
        |place: usize| matches!(judged[place].outcome, Outcome::Created | Outcome::Superseded);
    let events: Vec<&SentMark> = (0..sent.len()).filter(|p| kept(*p)).map(|p| &sent[p]).collect();
    let counting: Vec<&SentMark> =
        counting.into_iter().filter(|p| kept(*p)).map(|p| &sent[p]).collect();
    keep(db, &session, Some(actor.person), &known, &events, &counting, stamp)?;
    if !events.is_empty() {
        // Who was marked how stands in mark_events; the journal says who sent it.
        let detail = json!({ "kept": events.len(), "counting": counting.len() });
        note(db, actor, &session, "marks taken", detail, stamp.now)?;
    }
    let told = |(mark, j): (&SentMark, &rules::Judged)| Taken {
        client_id: mark.client_id.clone(),
        outcome: j.outcome,
        reason: j.reason,
    };
    Ok(sent.iter().zip(&judged).map(told).collect())
}

/// What stands before a helper's name, where a mark says on what it was made.
pub const HELPER: &str = "helper: ";

/// A helper marks for the trainer who let him in: the marks say whose hand it was.
fn by_helper(actor: &Actor, sent: &[SentMark]) -> Option<Vec<SentMark>> {
    actor.pass?;
    let device = format!("{HELPER}{}", actor.name);
    let named = |m: &SentMark| SentMark { device: Some(device.clone()), ..m.clone() };
    Some(sent.iter().map(named).collect())
}

/// Takes what was said, not seen: a person's own check-in, an apology that was granted. It yields to
/// whatever somebody saw.
fn take_said(
    db: &mut Db,
    session: &Session,
    by: PersonId,
    mark: &SentMark,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let sent = std::slice::from_ref(mark);
    let known = store::known(db, session, sent)?;
    let (judged, counting) = rules::merge(&known, sent, stamp.now);
    if judged.iter().any(|j| !matches!(j.outcome, Outcome::Created | Outcome::Superseded)) {
        return Ok(());
    }
    let counts: &[&SentMark] = if counting.is_empty() { &[] } else { &[mark] };
    keep(db, session, Some(by), &known, &[mark], counts, stamp)
}

/// Keeps marks as they were made, those that count as the roll, and of whom two hands differ.
fn keep(
    db: &mut Db,
    session: &Session,
    by: Option<PersonId>,
    known: &Known,
    events: &[&SentMark],
    counting: &[&SentMark],
    stamp: &Stamp,
) -> Result<(), Fault> {
    if events.is_empty() {
        return Ok(());
    }
    let rows: Vec<Event<'_>> = events.iter().map(|m| event(m, session, by, stamp.now)).collect();
    store::add_events(db, &rows)?;
    let mut people: Vec<PersonId> = events.iter().map(|m| m.person).collect();
    people.sort_unstable();
    people.dedup();
    let open = store::of_several_hands(db, session.id, &people)?;
    if !open.is_empty() {
        let differ = rules::disagreements(&store::said(db, session.id, &open)?);
        store::keep_disagreements(db, session.id, &open, &differ, stamp.now)?;
    }
    if counting.is_empty() {
        return Ok(());
    }
    let rows: Vec<Mark<'_>> = counting.iter().map(|m| counted(m, session, by, stamp)).collect();
    store::keep_marks(db, &rows)?;
    // Late instead of present is worth the same: nothing of it to count anew.
    let worth = |m: &&Mark<'_>| {
        let before = known.stands.get(&m.person_id);
        before.is_none_or(|(status, minutes)| status.worth(*minutes) != m.status.worth(m.minutes))
    };
    let mut people: Vec<PersonId> = rows.iter().filter(worth).map(|m| m.person_id).collect();
    people.sort_unstable();
    completion::recount_people(db, session.id, &people, stamp.now)?;
    // A mark decides on letters: a follow-up to who was absent, a nudge about the roll.
    ledger::ask_at(db, session.batch, session.ends_at.max(stamp.now))
}

fn event<'a>(
    mark: &'a SentMark,
    session: &Session,
    by: Option<PersonId>,
    now: Moment,
) -> Event<'a> {
    Event {
        client_id: &mark.client_id,
        session_id: session.id,
        person_id: mark.person,
        status: mark.status,
        minutes: mark.minutes,
        marked_at: mark.marked_at,
        marked_by: by,
        device: mark.device.as_deref(),
        received_at: now,
        source: mark.source,
        device_at: mark.phone.map(|p| p.device_at),
        sequence: mark.phone.and_then(|p| p.sequence),
        offset_ms: mark.phone.and_then(|p| p.offset_ms),
        reason: mark.reason.as_deref(),
    }
}

fn counted<'a>(
    mark: &'a SentMark,
    session: &Session,
    by: Option<PersonId>,
    stamp: &Stamp,
) -> Mark<'a> {
    Mark {
        id: stamp.id(),
        session_id: session.id,
        person_id: mark.person,
        status: mark.status,
        minutes: mark.minutes,
        marked_at: mark.marked_at,
        client_id: &mark.client_id,
        marked_by: by,
        received_at: stamp.now,
        source: mark.source,
    }
}

/// Writes into the journal what was done to a session's roll.
pub fn note(
    db: &mut Db,
    actor: &Actor,
    session: &Session,
    action: &str,
    mut detail: serde_json::Value,
    now: Moment,
) -> Result<(), Fault> {
    if actor.pass.is_some() {
        detail["helper"] = json!(actor.name);
    }
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
    if actor.pass.is_some() {
        let helps = actor.helps(session.id);
        return if helps { Ok(Hand::Helper) } else { Err(Fault::NotFound) };
    }
    let admins = |whole: bool| {
        let mut paths =
            actor.grants.iter().filter(|h| h.role == Role::Admin).filter_map(|h| h.path.as_ref());
        paths.any(|p| session.path.starts_with(p.as_str()) && (!whole || p.len() == STEP))
    };
    if admins(true) {
        Ok(Hand::State)
    } else if admins(false) {
        Ok(Hand::Admin)
    } else if actor.may_take_roll(session.teaches, &session.path) {
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

/// A form of the roll: what was ticked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    pub ticked: Vec<Ticked>,
    /// Why so late.
    pub reason: Option<String>,
    /// What the form showed when it was drawn: whatever is ticked as it was, nobody touched.
    pub was: HashMap<PersonId, Option<Status>>,
    /// A choice between two marks: kept also when it is the one that counts.
    pub settles: bool,
}

/// Reads `mark-42=present`, `minutes-42=35`, `was-42=absent`, `settle=yes`, `reason=…`.
/// Anything else is refused by its name.
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
        } else if let Some(person) = person("was-") {
            sheet.was.insert(person, Status::parse(value));
        } else if name == "settle" {
            sheet.settles = true;
        } else if name == "reason" {
            let mut reading = Reading::default();
            sheet.reason = reading.optional("reason", value, 300);
            reading.fields.done()?;
        } else {
            return Err(Fault::field(name, "unknown"));
        }
    }
    for ticked in &mut sheet.ticked {
        let kept = minutes.get(&ticked.person).copied();
        ticked.minutes = kept.filter(|_| matches!(ticked.status, Status::Partial | Status::Late));
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
    source: Source,
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
        sheet.ticked.iter().filter(|t| sheet.settles || is_new(t, sheet, standing.get(&t.person)));
    let marks: Vec<SentMark> = changed
        .map(|t| SentMark {
            minutes: t.minutes,
            reason: sheet.reason.clone(),
            ..SentMark::new(
                format!("{source}-{session}-{}-{}", t.person, stamp.id()),
                t.person,
                t.status,
                stamp.now,
                source,
            )
        })
        .collect();
    let mut saved = Saved::default();
    for chunk in marks.chunks(MOST_MARKS) {
        for taken in take_roll(db, actor, session, chunk, stamp)? {
            match taken.reason {
                None => saved.saved += 1,
                Some(Reason::NotOnRoster | Reason::Withdrawn | Reason::Moved) => {
                    saved.left_out += 1;
                }
                Some(Reason::ReasonNeeded) => return Err(Fault::field("reason", "late-reason")),
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

/// Whether a form says something that does not stand. A list without a field for minutes leaves
/// those of a late arrival as they are.
fn is_new(ticked: &Ticked, sheet: &Sheet, standing: Option<&(Status, Option<i32>)>) -> bool {
    let untouched = sheet.was.get(&ticked.person) == Some(&Some(ticked.status));
    let stands = standing.is_some_and(|(status, minutes)| {
        *status == ticked.status
            && (*minutes == ticked.minutes
                || (ticked.status == Status::Late && ticked.minutes.is_none()))
    });
    let left_alone = untouched && ticked.minutes.is_none();
    !(stands || left_alone)
}

fn conflict_of(reason: Reason) -> &'static str {
    match reason {
        Reason::TooEarly => "roll-too-early",
        Reason::TooLate => "roll-too-late",
        Reason::Cancelled => "roll-cancelled",
        _ => "roll-not-published",
    }
}

/// Why nothing can be taken down at a session now, for whoever may take its roll.
pub fn shut(
    db: &mut Db,
    actor: &Actor,
    session: SessionId,
    now: Moment,
) -> Result<Option<Reason>, Fault> {
    let facts = store::session(db, session, actor.person)?;
    Ok(rules::closed(window(&facts), hand_of(actor, &facts)?, now))
}

/// A session whose roll this actor may take now.
pub fn open_for(
    db: &mut Db,
    actor: &Actor,
    session: SessionId,
    now: Moment,
) -> Result<Session, Fault> {
    let facts = store::session(db, session, actor.person)?;
    match rules::closed(window(&facts), hand_of(actor, &facts)?, now) {
        Some(reason) => Err(Fault::conflict(conflict_of(reason))),
        None => Ok(facts),
    }
}

/// Keeps one mark of somebody who need not stand on the list, at any time: what a decision makes.
/// The caller has asked who may decide.
pub fn mark_beyond_list(
    db: &mut Db,
    actor: &Actor,
    session: SessionId,
    mark: &SentMark,
    action: &str,
    stamp: &Stamp,
) -> Result<(), Fault> {
    store::hold(db, session)?;
    let facts = session_for(db, actor, session)?;
    let one = std::slice::from_ref(mark);
    let mut known = store::known(db, &facts, one)?;
    known.expected.insert(mark.person);
    let (_, counting) = rules::merge(&known, one, stamp.now);
    let counting: Vec<&SentMark> = counting.iter().map(|_| mark).collect();
    keep(db, &facts, Some(actor.person), &known, &[mark], &counting, stamp)?;
    let detail = json!({ "person": mark.person, "status": mark.status });
    note(db, actor, &facts, action, detail, stamp.now)
}

/// Closes each roll that nobody finished within the days of the block's admin. Those who are not
/// marked stay so.
pub fn close_overdue(db: &mut Db, now: Moment) -> Result<usize, Fault> {
    store::close_overdue(db, now.plus_days(-rules::ADMIN_DAYS), now)
}

/// Whether a change is so late that it must say why.
pub fn is_late(session: &Session, now: Moment) -> bool {
    rules::needs_reason(window(session), now)
}

/// What keeps the roll closed to this actor now, as the code of its sentence.
pub fn closed_to(
    actor: &Actor,
    session: &Session,
    now: Moment,
) -> Result<Option<&'static str>, Fault> {
    Ok(rules::closed(window(session), hand_of(actor, session)?, now).map(conflict_of))
}

/// How a roll is finished: what becomes of those who are not marked, and why so late.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Closing {
    pub choice: String,
    pub reason: Option<String>,
}

/// Declares the roll finished. Those who are not marked become absent, or stay as they are; with
/// somebody unmarked it must be said which.
pub fn close_roll(
    db: &mut Db,
    actor: &Actor,
    session: SessionId,
    closing: &Closing,
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
    match closing.choice.as_str() {
        "absent" => {
            let absent = unmarked.iter().map(|e| Ticked {
                person: e.person,
                status: Status::Absent,
                minutes: None,
            });
            let (ticked, reason) = (absent.collect(), closing.reason.clone());
            let sheet = Sheet { ticked, reason, ..Sheet::default() };
            take_sheet(db, actor, session, &sheet, Source::Closing, stamp)?;
        }
        "leave" => {}
        "" if unmarked.is_empty() => {}
        "" => return Err(Fault::field("choice", "required")),
        _ => return Err(Fault::field("choice", "unknown")),
    }
    store::close(db, session, actor.person, stamp.now)?;
    ledger::ask_at(db, facts.batch, facts.ends_at.max(stamp.now))?;
    let detail = json!({ "unmarked": unmarked.len(), "choice": closing.choice });
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
