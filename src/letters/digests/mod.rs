//! What people without an address must be told, in one letter a day to whoever looks after the unit.

pub mod rules;
pub mod store;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono_tz::Tz;
use serde_json::json;

use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{EnrolmentId, LetterId, PersonId, SessionId, UnitId};
use crate::kit::ledger::{self, Plan};
use crate::kit::night;
use crate::kit::site::Stamp;
use crate::letters::digests::rules::{Fate, Line, Scene};
use crate::letters::digests::store::{Row, Told, Waiting};
use crate::post::rules::{Kind, State};
use crate::reminders;
use crate::units::rules::line;

/// Letters that one run of the planner looks at.
const MOST: i64 = 5_000;
/// People in one letter: more would be cut off by mail programs, and nobody calls so many.
const PEOPLE: usize = 100;
/// A digest is of use for so long when nothing in it says otherwise.
const USEFUL_DAYS: i64 = 2;
/// What nobody could tell for so long is given up when it has no end of its own.
const PATIENCE_DAYS: i64 = 7;
/// Until an office's own letter about an offer is looked after again.
const OFFICE_MINUTES: i64 = 10;
/// Until what stood in a digest that did not arrive is told by another: soon when it was not even
/// tried, later when the mail server refused it.
const AGAIN_MINUTES: i64 = 1;
const REFUSED_MINUTES: i64 = 60;
/// Who was told of a session within so many hours needs no reminder of it.
const LATELY_HOURS: i64 = 36;

/// Plans the digests that are due; gives how many. A fixed number of statements, whatever the number
/// of people.
pub fn plan(db: &mut Db, default: Tz, stamp: &Stamp) -> Result<usize, Fault> {
    let now = stamp.now;
    reopen(db, now)?;
    let taken = store::take(db, MOST, now)?;
    let (due, mut contacts) = sorted(db, &taken, default, now)?;
    let going: BTreeSet<PersonId> = due.iter().map(|(line, _)| line.person).collect();
    // Whoever is called hears everything that waits, not some of it today and the rest tomorrow.
    let known: BTreeSet<LetterId> = taken.iter().map(|w| w.letter_id).collect();
    let mut more = store::along(db, &going)?;
    more.retain(|waiting| !known.contains(&waiting.letter_id));
    let (along, scene) = judged(db, &more, default, now)?;
    let mut lines = due;
    lines.extend(along.into_iter().filter(|(l, _)| rules::fate(l, &scene, now) == Fate::Tell));
    contacts.extend(scene.contacts);
    tell(db, &lines, Scene { contacts, ..Scene::default() }, stamp)
}

fn reopen(db: &mut Db, now: Moment) -> Result<(), Fault> {
    let lost = store::lost(db, MOST)?;
    let (refused, untried): (Vec<_>, Vec<_>) =
        lost.into_iter().partition(|(_, state)| *state == State::Failed);
    for (digests, minutes) in [(untried, AGAIN_MINUTES), (refused, REFUSED_MINUTES)] {
        let ids: Vec<LetterId> = digests.into_iter().map(|(id, _)| id).collect();
        if !ids.is_empty() {
            store::reopen(db, &ids, now.plus_minutes(minutes))?;
        }
    }
    Ok(())
}

type Judged = (Vec<(Line, Moment)>, Scene);

/// Letters that wait, with all that decides on them.
fn judged(db: &mut Db, waiting: &[Waiting], default: Tz, now: Moment) -> Result<Judged, Fault> {
    if waiting.is_empty() {
        return Ok((vec![], Scene::default()));
    }
    let since: HashMap<LetterId, Moment> = waiting.iter().map(|w| (w.letter_id, w.since)).collect();
    let ids: Vec<LetterId> = waiting.iter().map(|w| w.letter_id).collect();
    let lines: Vec<Line> = store::rows(db, &ids)?.iter().map(Row::line).collect();
    let scene = scene(db, &lines, default, now)?;
    let dated = |line: Line| {
        let since = since.get(&line.letter).copied().unwrap_or(now);
        (line, since)
    };
    Ok((lines.into_iter().map(dated).collect(), scene))
}

type Contacts = BTreeMap<UnitId, BTreeSet<PersonId>>;

/// Those of the letters taken that are to be told now, and the contacts of their units; the others
/// wait for their time, or no longer.
fn sorted(
    db: &mut Db,
    taken: &[Waiting],
    default: Tz,
    now: Moment,
) -> Result<(Vec<(Line, Moment)>, Contacts), Fault> {
    let (lines, scene) = judged(db, taken, default, now)?;
    let mut due = vec![];
    let mut done: Vec<LetterId> = vec![];
    let mut later: BTreeMap<Moment, Vec<LetterId>> = BTreeMap::new();
    for (line, since) in lines {
        let zone = scene.zones.get(&line.person).copied().unwrap_or(default);
        let fate = rules::fate(&line, &scene, now);
        let is_given_up = line.useless_after.is_none() && since.plus_days(PATIENCE_DAYS) <= now;
        let at = match fate {
            Fate::Drop => None,
            _ if is_given_up => None,
            Fate::Wait => Some(now.plus_minutes(OFFICE_MINUTES)),
            // Nobody to tell it: perhaps there is somebody tomorrow.
            Fate::Tell if scene.contacts_of(&line).is_empty() => {
                Some(rules::next_digest(now, zone))
            }
            Fate::Tell => {
                let at = rules::tell_at(&rules::news(&line, &scene, since), zone);
                Some(night::morning(at.max(now), zone))
            }
        };
        match at {
            None => done.push(line.letter),
            Some(at) if at > now => later.entry(at).or_default().push(line.letter),
            Some(_) => due.push((line, since)),
        }
    }
    // Few: one for each day and zone.
    for (at, ids) in later {
        store::wait(db, &ids, at)?;
    }
    let who: BTreeSet<PersonId> = due
        .iter()
        .filter(|(line, _)| line.kind == Kind::Reminder)
        .map(|(line, _)| line.person)
        .collect();
    if !who.is_empty() {
        let lately = store::told_lately(db, &who, now.plus_minutes(-LATELY_HOURS * 60))?;
        let is_known = |line: &Line| {
            let mut told = line.told.sessions.iter();
            line.kind == Kind::Reminder
                && told.all(|(id, revision)| lately.contains(&(line.person, *id, *revision)))
        };
        done.extend(due.iter().filter(|(line, _)| is_known(line)).map(|(line, _)| line.letter));
        due.retain(|(line, _)| !is_known(line));
    }
    if !done.is_empty() {
        store::done(db, &done)?;
    }
    Ok((due, scene.contacts))
}

/// Everything that decides on some lines.
pub fn scene(db: &mut Db, lines: &[Line], default: Tz, now: Moment) -> Result<Scene, Fault> {
    let people: BTreeSet<PersonId> = lines.iter().map(|l| l.person).collect();
    let told = lines.iter().flat_map(|l| l.told.sessions.iter().chain(&l.told.before));
    let sessions: BTreeSet<SessionId> = told.map(|(id, _)| *id).collect();
    let offered: BTreeSet<EnrolmentId> =
        lines.iter().filter(|l| l.offer.is_some()).filter_map(|l| l.enrolment).collect();
    let missed: BTreeSet<SessionId> = lines
        .iter()
        .filter(|l| l.kind == Kind::Absence)
        .flat_map(|l| l.told.sessions.iter().map(|(id, _)| *id))
        .collect();
    let units: BTreeSet<UnitId> = lines.iter().flat_map(|l| line(&l.path)).collect();
    let by_office = if offered.is_empty() {
        HashMap::new()
    } else {
        let mut by_office = HashMap::new();
        for (state, cause) in store::office_letters(db, &offered)? {
            let Some(offer) = cause.offer else { continue };
            // One that arrived at anybody of the office is enough.
            let is_sent = matches!(state, State::Sent | State::Uncertain);
            if is_sent || !by_office.contains_key(&offer) {
                by_office.insert(offer, state);
            }
        }
        by_office
    };
    let zones = reminders::zones_of(db, &people)?;
    Ok(Scene {
        before: store::before(db, &sessions)?,
        sessions: store::sessions(db, &sessions)?,
        reachable: reminders::store::reachable(db, &people)?,
        unsubscribed: store::unsubscribed(db, &people)?,
        absent: if missed.is_empty() { Default::default() } else { store::absent(db, &missed)? },
        by_office,
        contacts: store::contacts(db, &units, now.date_in(default))?,
        zones,
    })
}

/// Writes one letter to each contact, and down what stands in it.
fn tell(
    db: &mut Db,
    lines: &[(Line, Moment)],
    scene: Scene,
    stamp: &Stamp,
) -> Result<usize, Fault> {
    if lines.is_empty() {
        return Ok(0);
    }
    let now = stamp.now;
    let ids: Vec<LetterId> = lines.iter().map(|(line, _)| line.letter).collect();
    let told = store::told(db, &ids)?;
    type OfPerson<'a> = BTreeMap<PersonId, Vec<(&'a Line, Moment)>>;
    let mut of_contact: BTreeMap<PersonId, OfPerson<'_>> = BTreeMap::new();
    for (line, since) in lines {
        for contact in scene.contacts_of(line) {
            if !told.contains(&(line.letter, contact)) {
                let people = of_contact.entry(contact).or_default();
                people.entry(line.person).or_default().push((line, *since));
            }
        }
    }
    let (mut plans, mut rows) = (vec![], vec![]);
    for (contact, people) in of_contact {
        let people: Vec<Vec<(&Line, Moment)>> = people.into_values().collect();
        for (n, part) in people.chunks(PEOPLE).enumerate() {
            let id = LetterId(stamp.id());
            let lines: Vec<&(&Line, Moment)> = part.iter().flatten().collect();
            let useless = |line: &Line| line.useless_after.unwrap_or(now.plus_days(USEFUL_DAYS));
            plans.push(Plan {
                id,
                kind: Kind::Digest.word().to_owned(),
                rule: None,
                person: contact,
                batch: None,
                session: None,
                revision: None,
                enrolment: None,
                key: format!("digest:{contact}:{}:{n}", now.micros()),
                facts: json!({}),
                due_at: now,
                useless_after: lines.iter().map(|(line, _)| useless(line)).max(),
            });
            rows.extend(lines.iter().map(|(line, since)| Told {
                letter_id: line.letter,
                contact_id: contact,
                digest_id: id,
                since: *since,
                told_at: now,
            }));
        }
    }
    let planned = ledger::plan(db, &plans, now)?;
    store::write_down(db, &rows)?;
    store::done(db, &ids)?;
    Ok(planned)
}

// --- When it goes ----------------------------------------------------------------------------------

/// What stands in some digests, and how it is now.
#[derive(Debug, Clone, Default)]
pub struct Digests {
    pub rows: HashMap<LetterId, Vec<Row>>,
    pub scene: Scene,
}

/// The digests in hand; nothing is asked when there is none.
pub fn in_hand(
    db: &mut Db,
    digests: &[LetterId],
    default: Tz,
    now: Moment,
) -> Result<Digests, Fault> {
    if digests.is_empty() {
        return Ok(Digests::default());
    }
    let lines = store::lines_of(db, digests)?;
    let ids: BTreeSet<LetterId> = lines.values().flatten().copied().collect();
    let ids: Vec<LetterId> = ids.into_iter().collect();
    let rows: HashMap<LetterId, Row> =
        store::rows(db, &ids)?.into_iter().map(|row| (row.id, row)).collect();
    let all: Vec<Line> = rows.values().map(Row::line).collect();
    let scene = scene(db, &all, default, now)?;
    let of = |ids: Vec<LetterId>| ids.iter().filter_map(|id| rows.get(id).cloned()).collect();
    Ok(Digests { rows: lines.into_iter().map(|(id, ids)| (id, of(ids))).collect(), scene })
}

impl Digests {
    /// Everybody who is told one of the lines.
    pub fn readers(&self) -> BTreeSet<PersonId> {
        let lines = self.rows.values().flatten().map(Row::line);
        lines.flat_map(|line| self.scene.contacts_of(&line)).collect()
    }

    /// A digest goes as it was planned or not at all: when one of its lines is no longer so, or is
    /// no longer this reader's to know, it stays here and the others are planned anew.
    pub fn stands(&self, digest: LetterId, reader: PersonId, now: Moment) -> bool {
        let stands = |row: &Row| {
            let line = row.line();
            rules::fate(&line, &self.scene, now) == Fate::Tell
                && self.scene.contacts_of(&line).contains(&reader)
        };
        self.rows.get(&digest).is_some_and(|rows| !rows.is_empty() && rows.iter().all(stands))
    }
}
