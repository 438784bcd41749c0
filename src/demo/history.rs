//! What has happened in every batch so far: enrolments, sessions, marks, letters.

use chrono::NaiveDate;
use serde_json::json;
use uuid::Builder;

use crate::demo::ZONE;
use crate::demo::crowd::Member;
use crate::demo::dice::Dice;
use crate::demo::plan::{Centre, Plan, Queue, Run, Slot, Stage, Taught};
use crate::demo::store::{self, Cargo};
use crate::enrolment::offers::rules::life;
use crate::enrolment::rules::NOTICE;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, EnrolmentId, Ids, LetterId, OfferId, PersonId, SessionId};
use crate::kit::ledger;

/// Writes every batch of the plan with its past.
pub fn tell(
    cargo: &mut Cargo,
    db: &mut Db,
    plan: &Plan,
    ids: &Ids,
    seed: u64,
    now: Moment,
) -> Result<(), Fault> {
    let dice = Dice::new(seed ^ 0x7061_7374);
    let quiet = Dice::new(seed ^ 0x736f_7272);
    let mut teller = Teller { cargo, dice, quiet, ids: ids.clone(), now };
    for run in &plan.runs {
        teller.batch(run, &plan.courses[run.course], &plan.centres[run.centre]);
        teller.cargo.unload_when_heavy(db)?;
    }
    teller.cargo.unload(db)
}

struct Teller<'a> {
    cargo: &'a mut Cargo,
    dice: Dice,
    /// For what was thought of later, so that the rest stays as it was.
    quiet: Dice,
    ids: Ids,
    now: Moment,
}

/// A session as its roll sees it.
struct Meeting {
    id: SessionId,
    trainer: PersonId,
    starts: Moment,
}

/// Somebody who has a seat.
struct Attendee {
    person: PersonId,
    /// After how many sessions this one stays away.
    leaves_after: usize,
}

/// One batch with what its rows refer to.
struct Setting<'a> {
    run: &'a Run,
    taught: &'a Taught,
    centre: &'a Centre,
    batch: BatchId,
    made: Moment,
}

impl Teller<'_> {
    fn batch(&mut self, run: &Run, taught: &Taught, centre: &Centre) {
        let days: Vec<NaiveDate> = run.slots.iter().map(|s| s.starts.date_in(ZONE)).collect();
        let begins = run.slots.first().map_or(self.now, |slot| slot.starts);
        let known = run.takers.iter().map(|&taker| centre.pool[taker].known_since).max();
        // Nobody is enrolled before anybody knows of them.
        let made = begins.plus_days(-20).min(self.now.plus_days(-2));
        let made = known.map_or(made, |known| made.max(known.plus_minutes(60)));
        let batch = BatchId(self.ids.next(made));
        self.cargo.batches.push(store::Batch {
            id: batch,
            course_version_id: taught.version,
            course_id: taught.course,
            unit_id: centre.unit,
            title: format!("{}, {} ({})", taught.title, centre.name.hi, run.number + 1),
            seats: run.seats as i32,
            starts_on: days.first().copied(),
            ends_on: days.last().copied(),
            state: "open",
            created_at: made,
            updated_at: made,
        });
        if let Some(queue) = &run.queue {
            let until = begins.plus_days(-7).date_in(ZONE);
            self.cargo.reservations.extend(queue.kept.iter().map(|unit| store::Reservation {
                batch_id: batch,
                unit_id: *unit,
                seats: KEPT,
                held_until: until,
            }));
        }
        let set = Setting { run, taught, centre, batch, made };
        let before = self.cargo.sessions.len();
        let held = self.sessions(&set);
        let told: Vec<(SessionId, i32)> =
            self.cargo.sessions[before..].iter().map(|s| (s.id, s.revision)).collect();
        let attendees = self.enrolments(&set, &json!({ "sessions": told }).to_string());
        for (n, meeting) in held.iter().enumerate() {
            self.roll(meeting, n, run.stage, &attendees);
        }
        let coming: Vec<(SessionId, Moment)> = self.cargo.sessions[before..]
            .iter()
            .filter(|s| s.ends_at > self.now)
            .map(|s| (s.id, s.starts_at))
            .collect();
        for (session, starts) in coming {
            self.apologies(session, starts, &attendees);
        }
        if run.stage != Stage::Past {
            let asked_at = self.now;
            self.cargo.plan_requests.push(store::PlanRequest { batch_id: batch, asked_at });
        }
    }

    /// Writes the sessions; gives those that were held.
    fn sessions(&mut self, set: &Setting<'_>) -> Vec<Meeting> {
        let mut held = vec![];
        for slot in &set.run.slots {
            let id = SessionId(self.ids.next(set.made));
            let repeats = slot.modules.len() > 1;
            let (state, moved) = match set.run.stage {
                Stage::Past if repeats && self.dice.chance(3) => ("cancelled", None),
                Stage::Past if self.dice.chance(6) => ("published", Some("हॉल उपलब्ध नहीं था")),
                _ => ("published", None),
            };
            self.session(slot, id, set, (state, moved));
            for &module in &slot.modules {
                let module_id = set.taught.modules[module].id;
                self.cargo.session_modules.push(store::SessionModule { session_id: id, module_id });
            }
            let trainer = *self.dice.pick(&set.centre.trainers);
            self.teacher(id, trainer);
            let second = *self.dice.pick(&set.centre.trainers);
            if second != trainer && self.dice.chance(20) {
                self.teacher(id, second);
            }
            if state == "published" && slot.ends <= self.now {
                held.push(Meeting { id, trainer, starts: slot.starts });
            }
        }
        held
    }

    fn teacher(&mut self, session_id: SessionId, person_id: PersonId) {
        self.cargo.session_trainers.push(store::SessionTrainer { session_id, person_id });
    }

    /// One session with its revisions: most were published once and held as announced.
    fn session(
        &mut self,
        slot: &Slot,
        id: SessionId,
        set: &Setting<'_>,
        (state, moved): (&'static str, Option<&'static str>),
    ) {
        let changed = slot.starts.plus_days(-3);
        let first = store::Revision {
            id: self.ids.next(set.made),
            session_id: id,
            revision: 1,
            starts_at: slot.starts,
            ends_at: slot.ends,
            venue_id: Some(set.centre.venue),
            state: "published",
            reason: None,
            made_by: Some(set.centre.planner),
            made_at: set.made,
        };
        let reason = if state == "cancelled" { Some(CANCELLED) } else { moved };
        let mut revision = 1;
        if reason.is_some() {
            revision = 2;
            let before = if moved.is_some() { -24 * 60 } else { 0 };
            let second_id = self.ids.next(changed);
            self.cargo.session_revisions.push(store::Revision {
                starts_at: slot.starts.plus_minutes(before),
                ends_at: slot.ends.plus_minutes(before),
                ..first
            });
            self.cargo.session_revisions.push(store::Revision {
                id: second_id,
                session_id: id,
                revision,
                starts_at: slot.starts,
                ends_at: slot.ends,
                venue_id: Some(set.centre.venue),
                state,
                reason,
                made_by: Some(set.centre.planner),
                made_at: changed,
            });
        } else {
            self.cargo.session_revisions.push(first);
        }
        self.cargo.sessions.push(store::Session {
            id,
            batch_id: set.batch,
            venue_id: Some(set.centre.venue),
            starts_at: slot.starts,
            ends_at: slot.ends,
            timezone: ZONE.name(),
            state,
            revision,
            cancel_reason: (state == "cancelled").then_some(CANCELLED),
            created_at: set.made,
            updated_at: if reason.is_some() { changed } else { set.made },
        });
    }

    fn enrolments(&mut self, set: &Setting<'_>, told: &str) -> Vec<Attendee> {
        let Setting { run, centre, .. } = set;
        let mut attendees = vec![];
        for (n, &taker) in run.takers.iter().enumerate() {
            let member = &centre.pool[taker];
            let at = set.made.plus_minutes(30 + 37 * n as i64);
            if let Some(queue) = &run.queue
                && n + queue.asked + queue.nominated >= run.takers.len()
            {
                self.asked(set, member, queue, n + queue.nominated < run.takers.len());
                continue;
            }
            let first = if n < run.seats { "seat" } else { "waiting" };
            let leaves = match run.queue {
                Some(_) => n == LEAVES,
                None => n > 0 && run.stage == Stage::Past && first == "seat" && self.dice.chance(4),
            };
            let offered = run.queue.is_some() && n == run.seats;
            let place = match first {
                _ if leaves => "withdrawn",
                _ if offered => "offered",
                _ => first,
            };
            let left = at.plus_days(4).min(self.now);
            let enrolment = EnrolmentId(self.ids.next(at));
            self.cargo.enrolments.push(store::Enrolment {
                id: enrolment,
                batch_id: set.batch,
                person_id: member.id,
                place,
                queued_at: at,
                round: 1,
                created_at: at,
                updated_at: if leaves || offered { left } else { at },
                way: "enrolment",
                asked_by: Some(centre.planner),
                decider_id: None,
            });
            self.step(enrolment, (None, first), ("enrolled", None), Some(centre.planner), at);
            if leaves {
                let why = Some(*self.dice.pick(EXCUSES));
                let by = Some(centre.planner);
                self.step(enrolment, (Some(first), place), ("withdrawn", why), by, left);
            }
            if offered {
                self.offer(set, member, enrolment);
            }
            if first == "seat" && run.stage != Stage::Coming {
                self.confirmation(enrolment, member, set, told, at);
            }
            if place == "seat" {
                let lessons = run.slots.len();
                let leaves_after =
                    if self.dice.chance(5) { self.dice.below(lessons) } else { lessons };
                attendees.push(Attendee { person: member.id, leaves_after });
            }
        }
        attendees
    }

    /// Somebody who asked for a place, or was put forward: nobody has decided yet.
    fn asked(&mut self, set: &Setting<'_>, member: &Member, queue: &Queue, himself: bool) {
        let at = self.now.plus_minutes(-self.dice.between(40, 2_000)).max(set.made);
        let enrolment = EnrolmentId(self.ids.next(at));
        let (way, act) = if himself { ("request", "asked") } else { ("nomination", "nominated") };
        let by = if himself { member.id } else { queue.nominator };
        self.cargo.enrolments.push(store::Enrolment {
            id: enrolment,
            batch_id: set.batch,
            person_id: member.id,
            place: "requested",
            queued_at: at,
            round: 1,
            created_at: at,
            updated_at: at,
            way,
            asked_by: Some(by),
            decider_id: Some(if himself { member.unit } else { set.centre.unit }),
        });
        self.step(enrolment, (None, "requested"), (act, None), Some(by), at);
        self.cargo.consents.push(store::Consent {
            id: self.ids.next(at),
            person_id: member.id,
            batch_id: Some(set.batch),
            channel: if himself { "page" } else { "paper" },
            notice: NOTICE,
            noted_by: Some(by),
            given_at: at,
        });
    }

    /// The seat of who left, offered to the first of the queue; the letter waits for the sender.
    fn offer(&mut self, set: &Setting<'_>, member: &Member, enrolment: EnrolmentId) {
        let begins = set.run.slots.first().map(|slot| slot.starts);
        let Some(life) = life(self.now, begins, ZONE) else { return };
        let id = OfferId(self.ids.next(self.now));
        self.cargo.offers.push(store::Offer {
            id,
            enrolment_id: enrolment,
            made_at: self.now,
            ends_at: life.ends_at,
            answer: "open",
        });
        self.step(enrolment, (Some("waiting"), "offered"), ("offered", None), None, self.now);
        let facts = json!({
            "offer": id, "ends_at": life.ends_at, "begins_at": begins, "zone": ZONE.name(),
        });
        let key = format!("offer:{id}");
        self.cargo.letters.push(store::Letter {
            id: LetterId(self.ids.next(self.now)),
            kind: "offer",
            person_id: Some(member.id),
            batch_id: Some(set.batch),
            enrolment_id: Some(enrolment),
            message_id: ledger::message_id(&key),
            key,
            facts: facts.to_string(),
            state: "planned",
            due_at: life.told_at,
            useless_after: Some(life.ends_at),
            attempts: 0,
            next_try_at: life.told_at,
            address: None,
            reason: None,
            sent_at: None,
            created_at: self.now,
            updated_at: self.now,
            notice_id: None,
        });
    }

    fn step(
        &mut self,
        enrolment_id: EnrolmentId,
        (from_place, to_place): (Option<&'static str>, &'static str),
        (act, reason): (&'static str, Option<&'static str>),
        made_by: Option<PersonId>,
        made_at: Moment,
    ) {
        self.cargo.enrolment_moves.push(store::Move {
            id: self.ids.next(made_at),
            enrolment_id,
            from_place,
            to_place,
            reason,
            made_by,
            made_at,
            act,
        });
    }

    /// Some say beforehand that they cannot come; nobody has decided yet.
    fn apologies(&mut self, session_id: SessionId, starts: Moment, attendees: &[Attendee]) {
        let made_at = self.now.min(starts).plus_minutes(-90);
        for attendee in attendees.iter().skip(1) {
            if !self.quiet.chance(5) {
                continue;
            }
            let (reason, words) = *self.quiet.pick(&APOLOGIES);
            self.cargo.apologies.push(store::Apology {
                id: self.ids.next(made_at),
                session_id,
                person_id: attendee.person,
                reason,
                words,
                state: "asked",
                made_at,
            });
        }
    }

    fn roll(&mut self, meeting: &Meeting, number: usize, stage: Stage, attendees: &[Attendee]) {
        // Now and then a trainer forgets; the overdue roll is then seen on the pages.
        let forgotten = if stage == Stage::Running { 15 } else { 0 };
        if number > 0 && self.dice.chance(forgotten) {
            return;
        }
        for attendee in attendees {
            let status = self.status(attendee.leaves_after <= number);
            let at = meeting.starts.plus_seconds(self.dice.between(300, 900));
            if status == "late" && self.dice.chance(40) {
                self.event(meeting, attendee, "absent", at.plus_minutes(-4));
            }
            let client_id = self.event(meeting, attendee, status, at);
            self.cargo.marks.push(store::Mark {
                id: self.ids.next(at),
                session_id: meeting.id,
                person_id: attendee.person,
                status,
                marked_at: at,
                client_id,
                marked_by: Some(meeting.trainer),
                received_at: at.plus_seconds(2),
            });
        }
        self.cargo.roll_closings.push(store::Closing {
            session_id: meeting.id,
            closed_by: Some(meeting.trainer),
            closed_at: meeting.starts.plus_minutes(25),
        });
    }

    /// All in all 82 % present, 5 % late, 3 % excused, 10 % absent.
    fn status(&mut self, stays_away: bool) -> &'static str {
        let absent = if stays_away { 900 } else { 80 };
        match self.dice.below(1000) {
            n if n < absent => "absent",
            n if n < absent + 30 => "excused",
            n if n < absent + 80 => "late",
            _ => "present",
        }
    }

    fn event(
        &mut self,
        meeting: &Meeting,
        attendee: &Attendee,
        status: &'static str,
        at: Moment,
    ) -> String {
        let mut noise = [0u8; 10];
        noise[..8].copy_from_slice(&self.dice.roll().to_le_bytes());
        noise[8..].copy_from_slice(&self.dice.roll().to_le_bytes()[..2]);
        let ms = u64::try_from(at.micros() / 1000).unwrap_or_default();
        let client_id = Builder::from_unix_timestamp_millis(ms, &noise).into_uuid().to_string();
        self.cargo.mark_events.push(store::MarkEvent {
            client_id: client_id.clone(),
            session_id: meeting.id,
            person_id: attendee.person,
            status,
            marked_at: at,
            marked_by: Some(meeting.trainer),
            device: Some("demo"),
            received_at: at.plus_seconds(2),
        });
        client_id
    }

    /// Goes out at once to whom it can reach; for the others the ledger says why not.
    fn confirmation(
        &mut self,
        id: EnrolmentId,
        member: &Member,
        set: &Setting<'_>,
        told: &str,
        at: Moment,
    ) {
        let (state, reason) = match (&member.address, self.dice.below(100)) {
            (None, _) => ("missed", Some("no-address")),
            (_, 0) => ("failed", Some("550 5.1.1 no such mailbox")),
            (_, 1) => ("missed", Some("too-late")),
            _ => ("sent", None),
        };
        let key = format!("confirmation:{id}:1");
        let done = at.plus_seconds(self.dice.between(5, 90));
        self.cargo.letters.push(store::Letter {
            id: LetterId(self.ids.next(at)),
            kind: "confirmation",
            person_id: Some(member.id),
            batch_id: Some(set.batch),
            enrolment_id: Some(id),
            message_id: ledger::message_id(&key),
            key,
            facts: told.to_owned(),
            state,
            due_at: at,
            useless_after: set.run.slots.last().map(|slot| slot.starts),
            attempts: i32::from(state != "missed"),
            next_try_at: at,
            address: member.address.clone(),
            reason,
            sent_at: (state == "sent").then_some(done),
            created_at: at,
            updated_at: done,
            notice_id: None,
        });
    }
}

/// Seats kept for each of some units of the batch that has a queue, and which of its takers left.
const KEPT: i32 = 3;
const LEAVES: usize = 3;

const CANCELLED: &str = "प्रशिक्षक अस्वस्थ थे";

const EXCUSES: &[&str] = &["परिवार में विवाह है", "बाहर जाना है", "स्वास्थ्य ठीक नहीं है"];

/// Why somebody cannot come.
const APOLOGIES: [(&str, Option<&str>); 4] = [
    ("ill", None),
    ("family", Some("घर में विवाह है")),
    ("work", Some("फसल की कटाई")),
    ("other", Some("उस दिन गाँव से बाहर हूँ")),
];
