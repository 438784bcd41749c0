//! A batch behind its lock, and the steps that are taken on it.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Value, json};

use crate::access::Actor;
use crate::access::rules::Right;
use crate::completion;
use crate::enrolment::rules::{self, Act, Busy, Channel, Diary, Hall, NOTICE, Place, Run, Way};
use crate::enrolment::store::{self, Batch, Consent, Enrolment, Move, Needed, Waiting, Zones};
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::{Fault, Obstacle};
use crate::kit::i18n;
use crate::kit::ids::{BatchId, CourseId, EnrolmentId, PersonId, UnitId};
use crate::kit::journal::{self, Entry};
use crate::kit::ledger;
use crate::kit::site::Stamp;
use crate::schedule::clashes::said_at;

/// Everything that decides on the places of a batch. Nobody else counts them until we are done.
pub struct Desk {
    pub batch: Batch,
    pub run: Run,
    pub hall: Hall,
    pub queue: Vec<Waiting>,
    /// Of the batch's unit and of those who wait.
    pub zones: Zones,
    needed: Vec<Needed>,
}

impl Desk {
    /// As a writer: behind the lock of the batch.
    pub fn open(db: &mut Db, id: BatchId, now: Moment) -> Result<Self, Fault> {
        store::hold(db, id)?;
        Self::look(db, id, now)
    }

    /// For whoever may manage the batch.
    pub fn managed(db: &mut Db, actor: &Actor, id: BatchId, now: Moment) -> Result<Self, Fault> {
        let desk = Self::open(db, id, now)?;
        actor.must(Right::Manage, &desk.batch.path)?;
        Ok(desk)
    }

    /// Without a lock: what is seen may be past in the next moment.
    pub fn look(db: &mut Db, id: BatchId, now: Moment) -> Result<Self, Fault> {
        Self::look_at_all(db, &[id], now)?.pop().ok_or(Fault::NotFound)
    }

    /// Several at once, in as many statements as one.
    pub fn look_at_all(db: &mut Db, ids: &[BatchId], now: Moment) -> Result<Vec<Self>, Fault> {
        let batches = store::batches_of(db, ids)?;
        let mut runs = store::runs_of(db, &batches, now)?;
        let sought: Vec<BatchId> =
            runs.iter().filter(|(_, run)| run.waiting > 0).map(|(id, _)| *id).collect();
        let mut queues = match sought.is_empty() {
            true => HashMap::new(),
            false => store::queues(db, &sought)?,
        };
        let waiting = queues.values().flatten().map(|w| w.path.as_str());
        let own = batches.iter().map(|b| b.path.as_str());
        let zones = store::zones(db, waiting.chain(own))?;
        let mut halls = store::halls(db, &batches, &runs, now, &zones)?;
        let courses: BTreeSet<CourseId> = batches.iter().map(|b| b.course).collect();
        let needed = store::needed(db, &Vec::from_iter(courses))?;
        let desk = |batch: Batch| {
            let before = needed.iter().filter(|(course, _)| *course == batch.course);
            let needed = before.map(|(_, needed)| needed.clone()).collect();
            let (run, hall) = runs.remove(&batch.id).zip(halls.remove(&batch.id))?;
            let queue = queues.remove(&batch.id).unwrap_or_default();
            Some(Self { batch, run, hall, queue, zones: zones.clone(), needed })
        };
        Ok(batches.into_iter().filter_map(desk).collect())
    }

    /// Where somebody of this unit would stand now.
    pub fn place_for(&self, path: &str) -> Place {
        rules::place(&self.hall, self.queue.iter().map(|w| w.path.as_str()), path)
    }

    pub fn must_be_open(&self, now: Moment) -> Result<(), Fault> {
        rules::closed(&self.run, now).map_or(Ok(()), |why| Err(Fault::conflict(why)))
    }

    pub fn must_take_requests(&self, now: Moment) -> Result<(), Fault> {
        rules::closed_to_requests(&self.run, now).map_or(Ok(()), |why| Err(Fault::conflict(why)))
    }

    /// Those who have not completed every course that comes before this one.
    pub fn unready(&self, db: &mut Db, people: &[PersonId]) -> Result<HashSet<PersonId>, Fault> {
        let done = completed(db, &self.courses_first(), people)?;
        let lacks = |p: &&PersonId| !self.is_ready(**p, &done);
        Ok(people.iter().filter(lacks).copied().collect())
    }

    /// The courses that come before this one.
    pub fn courses_first(&self) -> Vec<CourseId> {
        self.needed.iter().map(|n| n.course).collect()
    }

    /// Whether somebody may come, by what people have completed.
    pub fn is_ready(&self, person: PersonId, done: &HashSet<(PersonId, CourseId)>) -> bool {
        self.needed.iter().all(|n| done.contains(&(person, n.course)))
    }

    /// Refused with the names of the courses that come first.
    pub fn must_be_ready(&self, db: &mut Db, person: PersonId) -> Result<(), Fault> {
        if self.unready(db, &[person])?.is_empty() {
            return Ok(());
        }
        let args = self.needed_first();
        Err(Fault::Conflict(Obstacle { code: "prerequisite", args, more: Value::Null }))
    }

    /// The courses that come first, as the sentence about them names them.
    pub fn needed_first(&self) -> Vec<(&'static str, String)> {
        let names = |title: fn(&Needed) -> &str| {
            self.needed.iter().map(title).collect::<Vec<_>>().join(", ")
        };
        vec![("courses_hi", names(|n| &n.title_hi)), ("courses_en", names(|n| &n.title_en))]
    }

    /// What some people have while this batch meets. Nobody gives them another seat until we are
    /// done.
    pub fn diary(&self, db: &mut Db, people: &[PersonId]) -> Result<Diary, Fault> {
        store::hold_people(db, people)?;
        diary(db, self.batch.id, people)
    }

    /// What somebody has while this batch meets; refused unless there is a reason to pass it.
    pub fn must_be_free(
        &self,
        db: &mut Db,
        person: PersonId,
        reason: Option<&str>,
    ) -> Result<Option<Busy>, Fault> {
        let diary = self.diary(db, &[person])?;
        let (Some(busy), None) = (diary.clash(person), reason) else {
            return Ok(diary.clash(person).cloned());
        };
        let args = self.clash_told(busy);
        let zone = self.zones.of(&self.batch.path);
        let more = json!({ "clashes": [{
            "kind": "participant",
            "batch": busy.batch,
            "from": said_at(busy.starts_at, zone),
            "to": said_at(busy.ends_at, zone),
        }] });
        Err(Fault::Conflict(Obstacle { code: "person-busy", args, more }))
    }

    /// As a sentence tells of a clash: which batch, when, in the zone of this one.
    pub fn clash_told(&self, busy: &Busy) -> Vec<(&'static str, String)> {
        let zone = self.zones.of(&self.batch.path);
        let said = |language| i18n::span(language, busy.starts_at, busy.ends_at, zone);
        vec![
            ("batch", busy.batch.clone()),
            ("when_hi", said(Language::Hi)),
            ("when_en", said(Language::En)),
        ]
    }

    /// A moment behind that of everybody who joined before: the order never changes.
    pub fn next_in_line(&self, db: &mut Db, now: Moment) -> Result<Moment, Fault> {
        let last = store::last_queued(db, self.batch.id)?;
        Ok(last.map_or(now, |last| now.max(Moment::from_micros(last.micros() + 1))))
    }
}

/// Which of some people have completed which of some courses; nothing is asked for nothing.
pub fn completed(
    db: &mut Db,
    courses: &[CourseId],
    people: &[PersonId],
) -> Result<HashSet<(PersonId, CourseId)>, Fault> {
    if courses.is_empty() || people.is_empty() {
        return Ok(HashSet::new());
    }
    store::completed(db, courses, people)
}

/// What a deed on several batches takes hold of before its first step: whoever has written into the
/// journal waits for nobody any more. In the order of all writers (ARCHITECTURE.md).
pub fn hold_all(
    db: &mut Db,
    batches: &BTreeSet<BatchId>,
    people: &BTreeSet<PersonId>,
    enrolments: &[EnrolmentId],
    now: Moment,
) -> Result<(), Fault> {
    let batches = Vec::from_iter(batches.iter().copied());
    store::hold_batches(db, &batches)?;
    store::hold_people(db, &Vec::from_iter(people.iter().copied()))?;
    completion::store::hold(db, enrolments)?;
    ledger::ask_all(db, &batches, now)
}

/// What some people have while a batch meets, without a lock.
pub fn diary(db: &mut Db, batch: BatchId, people: &[PersonId]) -> Result<Diary, Fault> {
    let sessions = store::session_times(db, batch)?;
    let (Some(from), Some(to)) =
        (sessions.first().map(|s| s.0), sessions.iter().map(|s| s.1).max())
    else {
        return Ok(Diary::default());
    };
    let busy = store::busy(db, people, batch, from, to)?;
    Ok(Diary { sessions, busy })
}

/// A name that comes on a batch.
pub struct Name {
    pub person: PersonId,
    pub place: Place,
    pub way: Way,
    pub decider: Option<UnitId>,
    pub act: Act,
    pub by: PersonId,
}

/// Puts a name on a batch, in a new round for somebody who withdrew before.
pub fn admit(db: &mut Db, desk: &Desk, name: &Name, stamp: &Stamp) -> Result<Enrolment, Fault> {
    // Behind the person's row: somebody may have been erased since the name was read.
    store::hold_people(db, &[name.person])?;
    if store::person_path(db, name.person)?.is_none() {
        return Err(Fault::field("person", "not-found"));
    }
    let before = store::enrolment_of(db, desk.batch.id, name.person)?;
    if before.as_ref().is_some_and(|e| e.place != Place::Withdrawn) {
        return Err(Fault::conflict("enrolled"));
    }
    let made = Enrolment {
        id: before.as_ref().map_or_else(|| EnrolmentId(stamp.id()), |e| e.id),
        batch: desk.batch.id,
        person: name.person,
        place: name.place,
        queued_at: desk.next_in_line(db, stamp.now)?,
        round: before.as_ref().map_or(1, |e| e.round + 1),
        created_at: before.as_ref().map_or(stamp.now, |e| e.created_at),
        updated_at: stamp.now,
        way: name.way,
        asked_by: Some(name.by),
        decider: name.decider,
    };
    store::admit(db, &made)?;
    let step = Step {
        act: name.act,
        from: before.map(|e| e.place),
        to: made.place,
        reason: None,
        by: Some(name.by),
    };
    tell(db, &desk.batch, &[made.id], &step, stamp)?;
    Ok(made)
}

/// Writes down that somebody agreed to what is kept.
pub fn consent(
    db: &mut Db,
    batch: BatchId,
    person: PersonId,
    channel: Channel,
    by: PersonId,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let row = Consent {
        id: stamp.id(),
        person_id: person,
        batch_id: Some(batch),
        channel,
        notice: NOTICE,
        noted_by: Some(by),
        given_at: stamp.now,
    };
    store::add_consents(db, &[row])
}

/// That a seat was given although the person has something else at that time, with the reason.
pub fn note_clash(
    db: &mut Db,
    batch: &Batch,
    passed: &[(EnrolmentId, Busy, String)],
    by: Option<PersonId>,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let entries: Vec<Entry<'_>> = passed
        .iter()
        .map(|(id, busy, reason)| Entry {
            actor: by,
            action: "enrolled despite a clash",
            subject: format!("enrolment/{id}"),
            unit: Some(batch.unit),
            detail: json!({
                "batch": batch.id, "reason": reason, "clash": busy.batch,
                "at": busy.starts_at.utc().to_rfc3339(),
            }),
        })
        .collect();
    journal::note_all(db, &entries, stamp.now)
}

/// The same for one of whom it is known what was passed, if anything.
pub fn note_passed(
    db: &mut Db,
    desk: &Desk,
    id: EnrolmentId,
    busy: Option<Busy>,
    reason: Option<&str>,
    by: PersonId,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let Some((busy, reason)) = busy.zip(reason) else { return Ok(()) };
    note_clash(db, &desk.batch, &[(id, busy, reason.to_owned())], Some(by), stamp)
}

/// One step of some enrolments of a batch.
pub struct Step<'a> {
    pub act: Act,
    pub from: Option<Place>,
    pub to: Place,
    pub reason: Option<&'a str>,
    pub by: Option<PersonId>,
}

/// Moves enrolments that are on the batch, and tells of it.
pub fn step(
    db: &mut Db,
    batch: &Batch,
    ids: &[EnrolmentId],
    step: &Step<'_>,
    stamp: &Stamp,
) -> Result<(), Fault> {
    store::set_place(db, ids, step.to, stamp.now)?;
    tell(db, batch, ids, step, stamp)
}

/// What follows every step: its history, the letters, the standings, the journal.
pub fn tell(
    db: &mut Db,
    batch: &Batch,
    ids: &[EnrolmentId],
    step: &Step<'_>,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let moves: Vec<Move<'_>> = ids
        .iter()
        .map(|id| Move {
            id: stamp.id(),
            enrolment_id: *id,
            from_place: step.from,
            to_place: step.to,
            reason: step.reason,
            made_by: step.by,
            made_at: stamp.now,
            act: Some(step.act),
        })
        .collect();
    store::add_moves(db, &moves)?;
    ledger::ask(db, batch.id, stamp.now)?;
    completion::recount(db, ids, stamp.now)?;
    let mut detail = json!({ "batch": batch.id, "before": step.from, "after": step.to });
    if let Some(reason) = step.reason {
        detail["reason"] = json!(reason);
    }
    let subject = match ids {
        [one] => format!("enrolment/{one}"),
        many => {
            detail["enrolments"] = Value::from_iter(many.iter().map(ToString::to_string));
            format!("batch/{}", batch.id)
        }
    };
    let action = step.act.entry();
    let entry = Entry { actor: step.by, action, subject, unit: Some(batch.unit), detail };
    journal::note(db, entry, stamp.now)
}
