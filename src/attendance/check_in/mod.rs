//! Checking oneself in: the hall's code, seen by a phone in the hall, and one tap.

pub mod rules;
pub mod store;
pub mod pages;

use serde::Deserialize;
use serde_json::json;

use crate::access::{self, Actor};
use crate::attendance::check_in::rules::{Code, Flag, Way};
use crate::attendance::check_in::store::{Attendee, CheckIn};
use crate::attendance::rules::{SentMark, Source};
use crate::attendance::store::Session;
use crate::attendance::{self, Sheet, Ticked};
use crate::completion::rules::Status;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{PersonId, SessionId};
use crate::kit::journal::{self, Entry};
use crate::kit::site::Stamp;

/// A phone in front of a hall's code: what it is, what it saw, whose visit it holds.
pub struct Phone<'a> {
    /// The hash of its own secret.
    pub device: &'a str,
    pub code: Code,
    /// Whether it saw this session's code a few minutes ago, by what it kept of it.
    pub saw: bool,
    pub actor: Option<&'a Actor>,
}

impl Phone<'_> {
    /// Whether it is in front of the code now, or was a few minutes ago.
    pub fn is_there(&self, now: Moment) -> bool {
        self.saw || rules::fits(self.code.step, now)
    }
}

/// The tap, as the page or its script sends it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tap {
    /// Whose; empty for the person who is signed in.
    pub person: String,
    /// The last four digits of his phone number, when the phone does not know him.
    pub digits: String,
    /// `yes`: this phone shall know him next time.
    pub remember: String,
    /// When it was tapped, of a tap that waited for a network.
    pub at: String,
}

/// What came of a tap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tapped {
    pub person: PersonId,
    pub flag: Option<Flag>,
}

/// A session, for whoever holds a code of it: he is in its hall.
pub fn session_of(db: &mut Db, phone: &Phone<'_>) -> Result<Session, Fault> {
    let asker = phone.actor.map_or(PersonId(0), |a| a.person);
    attendance::store::session(db, phone.code.session, asker)
}

/// Marks a person by his own tap: present, or late. Tapping again changes nothing; a second person
/// on one phone is marked and shown to the trainer.
pub fn check_in(db: &mut Db, phone: &Phone<'_>, tap: &Tap, stamp: &Stamp) -> Result<Tapped, Fault> {
    let id = phone.code.session;
    attendance::store::hold(db, id)?;
    let session = session_of(db, phone)?;
    let later = match tap.at.as_str() {
        "" => None,
        at => Some(Moment::parse(at).ok_or_else(|| Fault::field("at", "time"))?),
    };
    let at = later.unwrap_or(stamp.now);
    if let Some(why) = rules::shut(&session.state, session.starts_at, session.ends_at, at) {
        return Err(Fault::conflict(why));
    }
    let (person, way) = whose(db, phone, tap, later, stamp.now)?;
    let proven = match later {
        None => phone.is_there(stamp.now),
        Some(at) => rules::may_come_later(phone.code.step, at, session.ends_at, stamp.now),
    };
    if !proven {
        return Err(Fault::conflict("check-in-stale"));
    }
    if store::expected(db, id, &[person])?.is_empty() {
        return Err(Fault::conflict("check-in-not-listed"));
    }
    if tap.remember == "yes" {
        let until = stamp.now.plus_days(rules::REMEMBERED_DAYS);
        store::remember(db, phone.device, person, stamp.now, until)?;
    }
    let (tapped_before, other_here) = store::taps(db, id, person, phone.device)?;
    let flag = match (other_here, later) {
        (true, _) => Some(Flag::Device),
        (false, Some(_)) => Some(Flag::Later),
        (false, None) => None,
    };
    if tapped_before {
        return Ok(Tapped { person, flag: None });
    }
    let check_in = CheckIn {
        id: stamp.id(),
        session_id: id,
        person_id: person,
        device: phone.device,
        way,
        step: phone.code.step,
        tapped_at: at,
        received_at: stamp.now,
        flag,
    };
    store::add(db, &check_in)?;
    let status = rules::status_at(session.starts_at, at);
    let mark = SentMark {
        device: Some(format!("check-in: {way}")),
        ..SentMark::new(format!("check-in-{id}-{person}"), person, status, at, Source::CheckIn)
    };
    attendance::take_said(db, &session, person, &mark, stamp)?;
    let detail = json!({ "way": way, "flag": flag, "tapped_at": at });
    note(db, person, &session, "person checked in", detail, stamp.now)?;
    Ok(Tapped { person, flag })
}

fn note(
    db: &mut Db,
    by: PersonId,
    session: &Session,
    action: &str,
    detail: serde_json::Value,
    now: Moment,
) -> Result<(), Fault> {
    let subject = format!("session/{}", session.id);
    let entry = Entry { actor: Some(by), action, subject, unit: Some(session.unit), detail };
    journal::note(db, entry, now)
}

/// Whose tap it is: of the visit, of one whom this phone remembers, or of one whose number he knows.
/// A tap that comes later needs a phone that knew him before.
fn whose(
    db: &mut Db,
    phone: &Phone<'_>,
    tap: &Tap,
    later: Option<Moment>,
    now: Moment,
) -> Result<(PersonId, Way), Fault> {
    let named = match tap.person.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| Fault::field("person", "not-found"))?),
    };
    if let Some(actor) = phone.actor.filter(|a| named.is_none_or(|n| n == a.person)) {
        return Ok((actor.person, Way::Visit));
    }
    let known = store::remembered(db, phone.device, now)?;
    let long_enough = |since: Moment| later.is_none_or(|at| since <= at);
    let mut known = known.into_iter().filter(|(_, since)| long_enough(*since));
    let mine = match named {
        Some(person) => known.find(|(p, _)| *p == person),
        None => known.next(),
    };
    if let Some((person, _)) = mine {
        return Ok((person, Way::Remembered));
    }
    let Some(person) = named else { return Err(Fault::field("person", "required")) };
    if later.is_some() {
        return Err(Fault::conflict("check-in-unknown-phone"));
    }
    let digits = read_digits(&tap.digits)?;
    let owners = store::with_phone_end(db, phone.code.session, &digits)?;
    if !owners.contains(&person) {
        return Err(Fault::field("digits", "phone-end"));
    }
    Ok((person, Way::Digits))
}

fn read_digits(typed: &str) -> Result<String, Fault> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.is_empty() {
        return Err(Fault::field("digits", "required"));
    }
    if digits.len() != 4 || !digits.chars().all(|c| c.is_ascii_digit()) {
        return Err(Fault::field("digits", "four-digits"));
    }
    Ok(digits)
}

/// The names on the list whose phone number ends in these digits: only for a phone that is in the
/// hall, and not for one that guesses.
pub fn names_of(
    db: &mut Db,
    phone: &Phone<'_>,
    typed: &str,
    now: Moment,
) -> Result<Result<Vec<Attendee>, Fault>, Fault> {
    if !phone.is_there(now) {
        return Ok(Err(Fault::conflict("check-in-stale")));
    }
    let digits = match read_digits(typed) {
        Ok(digits) => digits,
        Err(fault) => return Ok(Err(fault)),
    };
    let subject = format!("hall:{}:{}", phone.code.session, phone.device);
    let wait = access::wait_of(db, &subject, now)?;
    if wait > 0 {
        return Ok(Err(Fault::TooMany(wait)));
    }
    access::count_guess(db, &subject, now)?;
    let owners = store::with_phone_end(db, phone.code.session, &digits)?;
    let found = store::expected(db, phone.code.session, &owners)?;
    if found.is_empty() {
        return Ok(Err(Fault::field("digits", "phone-end")));
    }
    Ok(Ok(found))
}

/// The people whom a phone may check in with one tap: of its visit, and remembered ones.
pub fn known_people(db: &mut Db, phone: &Phone<'_>, now: Moment) -> Result<Vec<Attendee>, Fault> {
    let mut ids: Vec<PersonId> = phone.actor.iter().map(|a| a.person).collect();
    ids.extend(store::remembered(db, phone.device, now)?.iter().map(|(person, _)| *person));
    store::expected(db, phone.code.session, &ids)
}

/// Those who tapped on this phone, with their marks.
pub fn done_here(db: &mut Db, phone: &Phone<'_>) -> Result<Vec<Attendee>, Fault> {
    let ids = store::tapped_here(db, phone.code.session, phone.device)?;
    store::expected(db, phone.code.session, &ids)
}

/// The full code of six typed digits, among the sessions where this person is expected now.
pub fn find_typed(
    db: &mut Db,
    site: &str,
    actor: &Actor,
    typed: &str,
    now: Moment,
) -> Result<Result<String, Fault>, Fault> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != 6 || !digits.chars().all(|c| c.is_ascii_digit()) {
        return Ok(Err(Fault::field("code", "six-digits")));
    }
    let subject = format!("hall-code:{}", actor.person);
    let wait = access::wait_of(db, &subject, now)?;
    if wait > 0 {
        return Ok(Err(Fault::TooMany(wait)));
    }
    access::count_guess(db, &subject, now)?;
    let soon = now.plus_minutes(30);
    for session in store::sessions_of(db, &[actor.person], now, soon)? {
        let secret = rules::secret_of(site, session);
        let step = rules::step_at(now);
        let fitting = (step - 1..=step + 1).find(|s| rules::typed_code(&secret, *s) == digits);
        if let Some(step) = fitting {
            return Ok(Ok(rules::code(&secret, session, step)));
        }
    }
    Ok(Err(Fault::field("code", "hall-code")))
}

// --- The trainer's side ----------------------------------------------------------------------------

/// A tap to look at: who, why, and who was first on the same phone.
#[derive(Debug, Clone)]
pub struct Doubt {
    pub person: PersonId,
    pub name: String,
    pub flag: Flag,
    pub first: Option<String>,
    pub tapped_at: Moment,
}

pub fn doubts(db: &mut Db, session: SessionId) -> Result<Vec<Doubt>, Fault> {
    let flagged = store::flagged(db, session)?;
    let devices: Vec<&str> = flagged.iter().map(|f| f.device.as_str()).collect();
    let first = store::first_on(db, session, &devices)?;
    let first_on = |device: &str| first.iter().find(|(d, _)| d == device).map(|(_, n)| n.clone());
    let doubt = |f: store::Flagged| Doubt {
        first: first_on(&f.device).filter(|_| f.flag == Flag::Device),
        person: f.person,
        name: f.name,
        flag: f.flag,
        tapped_at: f.tapped_at,
    };
    Ok(flagged.into_iter().map(doubt).collect())
}

/// The trainer has looked: the person is in the hall, or is not and becomes absent.
pub fn settle(
    db: &mut Db,
    actor: &Actor,
    session: SessionId,
    person: PersonId,
    here: &str,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let facts = attendance::session_for(db, actor, session)?;
    let here = match here {
        "yes" => true,
        "no" => false,
        _ => return Err(Fault::field("here", "required")),
    };
    if !store::settle(db, session, person, actor.person, stamp.now)? {
        return Err(Fault::NotFound);
    }
    if !here {
        let absent = Ticked { person, status: Status::Absent, minutes: None };
        let sheet = Sheet { ticked: vec![absent], ..Sheet::default() };
        attendance::take_sheet(db, actor, session, &sheet, Source::Form, stamp)?;
    }
    let detail = json!({ "person": person, "here": here });
    note(db, actor.person, &facts, "check-in settled", detail, stamp.now)
}
