//! Badges: a person's signed code, lost ones, and the scanner that knows them without a network.

pub mod rules;
pub mod store;
pub mod pages;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::Actor;
use crate::access::rules::Right;
use crate::attendance::badges::rules::{Badge, Press};
use crate::attendance::badges::store::Holder;
use crate::attendance::rules::{Outcome, Reason, SentMark, Source};
use crate::attendance::{self, check_in};
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::ids::{BatchId, PersonId, SessionId};
use crate::kit::journal::{self, Entry};
use crate::kit::site::Stamp;

/// The good badges of some people.
pub fn current(db: &mut Db, people: &[PersonId]) -> Result<Vec<Badge>, Fault> {
    let lost = store::revoked(db, people)?;
    let badge = |p: &PersonId| Badge { person: *p, number: lost.get(p).copied().unwrap_or(0) + 1 };
    Ok(people.iter().map(badge).collect())
}

/// Somebody with the badge that is good now.
pub fn badge_of(db: &mut Db, person: PersonId) -> Result<(Holder, Badge), Fault> {
    let holder = store::holder(db, person)?;
    let badge = current(db, &[person])?.pop().ok_or(Fault::NotFound)?;
    Ok((holder, badge))
}

/// The same, of a person whom the actor may see.
pub fn badge_for(db: &mut Db, actor: &Actor, person: PersonId) -> Result<(Holder, Badge), Fault> {
    let (holder, badge) = badge_of(db, person)?;
    actor.must(Right::SeePeople, &holder.path)?;
    Ok((holder, badge))
}

/// Why a badge is no longer good, as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReasonDraft {
    pub reason: String,
}

/// Makes a lost badge worthless; the next one takes its place. One's own, or that of somebody
/// within one's units.
pub fn revoke(
    db: &mut Db,
    actor: &Actor,
    person: PersonId,
    draft: &ReasonDraft,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let (holder, badge) = badge_of(db, person)?;
    if person != actor.person {
        actor.must(Right::Manage, &holder.path)?;
    }
    let mut reading = Reading::default();
    let reason = reading.text("reason", &draft.reason, 200);
    reading.done(())?;
    store::revoke(db, person, badge.number, &reason, actor.person, stamp.now)?;
    let entry = Entry {
        actor: Some(actor.person),
        action: "badge revoked",
        subject: format!("person/{person}"),
        unit: Some(holder.unit),
        detail: json!({ "number": badge.number, "reason": reason }),
    };
    journal::note(db, entry, stamp.now)
}

/// The cards of a batch: whoever teaches there prints them.
pub fn cards(
    db: &mut Db,
    actor: &Actor,
    batch: BatchId,
) -> Result<(String, Vec<(Holder, Badge)>), Fault> {
    let (title, path) = store::batch(db, batch)?;
    actor.must(Right::Teach, &path)?;
    let holders = store::holders(db, batch)?;
    let people: Vec<PersonId> = holders.iter().map(|h| h.person).collect();
    let badges = current(db, &people)?;
    Ok((title, holders.into_iter().zip(badges).collect()))
}

// --- The scanner -----------------------------------------------------------------------------------

/// How the scanner knows one badge.
pub struct Mark {
    /// The hash of its text.
    pub hash: String,
    pub typed: String,
}

/// What a scanner needs to know the badges of some people without a network.
pub struct Known {
    /// In the order of the people.
    pub marks: Vec<Mark>,
    /// The hashes of the badges that were lost.
    pub revoked: Vec<String>,
    pub key: String,
}

pub fn known(db: &mut Db, secret: &str, people: &[PersonId]) -> Result<Known, Fault> {
    let press = Press::of(secret)?;
    let badges = current(db, people)?;
    let lost = badges.iter().flat_map(|b| (1..b.number).map(|n| Badge { number: n, ..*b }));
    let revoked = lost.map(|b| rules::known_by(&press.text(b))).collect();
    let mark = |b: &Badge| Mark { hash: rules::known_by(&press.text(*b)), typed: press.typed(*b) };
    Ok(Known { marks: badges.iter().map(mark).collect(), revoked, key: press.public_key() })
}

/// A badge as it was scanned or typed, without the scanner's script.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scan {
    pub code: String,
}

/// Marks the holder of a badge present.
pub fn scan(
    db: &mut Db,
    actor: &Actor,
    secret: &str,
    session: SessionId,
    scan: &Scan,
    stamp: &Stamp,
) -> Result<PersonId, Fault> {
    let press = Press::of(secret)?;
    let (facts, roster) = attendance::roster(db, actor, session)?;
    let people: Vec<PersonId> = roster.iter().map(|e| e.person).collect();
    let text: String = scan.code.chars().filter(|c| !c.is_whitespace()).collect();
    if text.is_empty() {
        return Err(Fault::field("code", "required"));
    }
    let badges = current(db, &people)?;
    let badge = match press.read(&text) {
        Some(badge) if !people.contains(&badge.person) => {
            return Err(Fault::field("code", "badge-not-listed"));
        }
        Some(badge) if !badges.contains(&badge) => {
            return Err(Fault::field("code", "badge-revoked"));
        }
        Some(badge) => badge,
        None => {
            let mut fitting = badges.iter().filter(|b| press.typed(**b) == text);
            match (fitting.next(), fitting.next()) {
                (Some(badge), None) => *badge,
                _ => return Err(Fault::field("code", "badge-unknown")),
            }
        }
    };
    let status = check_in::rules::status_at(facts.starts_at, stamp.now);
    let id = format!("badge-{session}-{}-{}", badge.person, stamp.id());
    let mark = SentMark::new(id, badge.person, status, stamp.now, Source::Badge);
    let taken = attendance::take_roll(db, actor, session, &[mark], stamp)?;
    match taken.first() {
        Some(t) if t.outcome == Outcome::Rejected => {
            Err(Fault::conflict(attendance::conflict_of(t.reason.unwrap_or(Reason::Malformed))))
        }
        _ => Ok(badge.person),
    }
}
