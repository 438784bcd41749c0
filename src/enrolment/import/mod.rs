//! Enrolments from a table: seats while there are seats, then the queue; every row told of, the
//! same table twice changes nothing.

pub mod rules;
pub mod store;

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::access::Actor;
use crate::access::rules::Right;
use crate::enrolment::REASON;
use crate::enrolment::desk::{self, Desk, Step};
use crate::enrolment::import::rules::{Known, Lost, Said, consent, meant};
use crate::enrolment::import::store::Run;
use crate::enrolment::rules::{self as seats, Act, Busy, Channel, NOTICE, Place, Way};
use crate::enrolment::store::{self as kept, Consent, Enrolment};
use crate::kit::clean;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, EnrolmentId, PersonId};
use crate::kit::intake::{Field, Intake, Record, Report, Wishes};
use crate::kit::site::Stamp;
use crate::kit::tables::{self, Table};
use crate::people::rules::key;

/// The fields that a list of enrolments may fill, in the order of `F`.
pub const FIELDS: &[Field] = &[
    Field {
        name: "batch", headers: &["batch", "batch id", "batch name", "बैच", "बैच का नाम"]
    },
    Field {
        name: "course", headers: &["course", "course code", "कोर्स", "कोर्स कोड"]
    },
    Field { name: "person", headers: &["person", "person id"] },
    Field {
        name: "reference",
        headers: &[
            "reference",
            "ref",
            "member id",
            "membership no",
            "क्रमांक आईडी",
            "सदस्य आईडी",
            "सदस्यता क्रमांक",
        ],
    },
    Field {
        name: "name", headers: &["name", "full name", "नाम", "पूरा नाम", "सदस्य का नाम"]
    },
    Field {
        name: "relation_name",
        headers: &[
            "relation_name",
            "father name",
            "father's name",
            "husband name",
            "father/husband name",
            "पिता का नाम",
            "पिता/पति का नाम",
            "पिता / पति का नाम",
            "पति का नाम",
        ],
    },
    Field {
        name: "phone",
        headers: &[
            "phone",
            "mobile",
            "mobile no",
            "mobile number",
            "phone number",
            "contact",
            "फोन",
            "मोबाइल",
            "मोबाइल नंबर",
            "फोन नंबर",
            "संपर्क",
        ],
    },
    Field {
        name: "unit", headers: &["unit", "unit code", "इकाई", "इकाई कोड", "इकाई का कोड"]
    },
    Field { name: "consent", headers: &["consent", "सहमति"] },
    Field {
        name: "clash_reason", headers: &["clash_reason", "clash reason", "टकराव का कारण"]
    },
];

#[derive(Clone, Copy)]
enum F {
    Batch,
    Course,
    Person,
    Reference,
    Name,
    Relation,
    Phone,
    Unit,
    Consent,
    ClashReason,
}

/// Takes a list in, in the transaction that is open. Without an actor it is the operator.
pub fn import(
    db: &mut Db,
    actor: Option<&Actor>,
    table: &Table,
    wishes: &Wishes,
    stamp: &Stamp,
) -> Result<Report, Fault> {
    if let Some(actor) = actor {
        actor.must_somewhere(Right::Manage)?;
    }
    let intake = Intake::of(table, FIELDS, wishes)?;
    let mut work = Work { intake, actor, stamp, by: actor.map(|a| a.person) };
    let names = work.read(db)?;
    let batches = names.keys().copied().collect();
    let people = names.values().flatten().map(|named| named.person).collect();
    desk::hold_all(db, &batches, &people, &[], stamp.now)?;
    // A batch is one round of statements, however many names it gets.
    for (batch, names) in names {
        work.enrol(db, batch, names)?;
    }
    Ok(work.intake.report)
}

struct Work<'a> {
    intake: Intake,
    actor: Option<&'a Actor>,
    stamp: &'a Stamp,
    by: Option<PersonId>,
}

/// A row that names a batch and a person.
struct Named {
    line: u64,
    person: PersonId,
    path: String,
    consent: Option<Channel>,
    clash_reason: Option<String>,
}

/// One mistake of a row: the field, the word of the error, what its sentence names.
type Mistake = (F, &'static str, Vec<(&'static str, String)>);

/// What the rows speak of, fetched at once.
struct Facts {
    runs: Vec<Run>,
    people: HashMap<PersonId, Known>,
    by_reference: HashMap<String, Vec<PersonId>>,
    by_phone: HashMap<String, Vec<PersonId>>,
    by_name: HashMap<String, Vec<PersonId>>,
    units: HashMap<String, String>,
}

fn value(record: &Record, field: F) -> &str {
    record.get(field as usize)
}

impl Work<'_> {
    /// The names for each batch, in the order of the table; every mistake of every row is told.
    fn read(&mut self, db: &mut Db) -> Result<BTreeMap<BatchId, Vec<Named>>, Fault> {
        let bad: HashSet<u64> = self.intake.report.errors.iter().map(|e| e.row).collect();
        let records = std::mem::take(&mut self.intake.records);
        let facts = Facts::of(db, &records)?;
        let mut out: BTreeMap<BatchId, Vec<Named>> = BTreeMap::new();
        let mut lines: HashMap<(BatchId, PersonId), u64> = HashMap::new();
        for record in &records {
            let mut wrong: Vec<Mistake> = vec![];
            let batch = self.batch(&facts, record, &mut wrong);
            let person = self.person(&facts, record, &mut wrong);
            let consent = consent(value(record, F::Consent)).unwrap_or_else(|code| {
                wrong.push((F::Consent, code, vec![]));
                None
            });
            let clash_reason = record.given(F::ClashReason as usize).map(str::to_owned);
            if clash_reason.as_ref().is_some_and(|r| r.chars().count() > REASON) {
                wrong.push((F::ClashReason, "too-long", vec![("most", REASON.to_string())]));
            }
            if let (Some(batch), Some(person)) = (batch, person) {
                let first = *lines.entry((batch, person.id)).or_insert(record.line);
                if first != record.line {
                    let field = self.key_field(record);
                    wrong.push((field, "repeated", vec![("row", first.to_string())]));
                }
                if wrong.is_empty() && !bad.contains(&record.line) {
                    let (person, path) = (person.id, person.path.clone());
                    let line = record.line;
                    let named = Named { line, person, path, consent, clash_reason };
                    out.entry(batch).or_default().push(named);
                }
            }
            for (field, code, args) in wrong {
                let said = value(record, field).to_owned();
                self.intake.refuse(record.line, field as usize, code, &said, args);
            }
        }
        self.intake.records = records;
        Ok(out)
    }

    /// The field that found the person.
    fn key_field(&self, record: &Record) -> F {
        let keys = [F::Person, F::Reference, F::Phone];
        keys.into_iter().find(|f| !value(record, *f).is_empty()).unwrap_or(F::Name)
    }

    /// What is outside the actor's units is not there.
    fn batch(&self, facts: &Facts, record: &Record, wrong: &mut Vec<Mistake>) -> Option<BatchId> {
        let (typed, course) = (value(record, F::Batch), value(record, F::Course));
        if typed.is_empty() {
            wrong.push((F::Batch, "required", vec![]));
            return None;
        }
        let id: Option<BatchId> = typed.parse().ok();
        let fits = |run: &&Run| {
            (id == Some(run.id) || run.title == typed)
                && (course.is_empty() || tables::plain(&run.course) == tables::plain(course))
                && self.actor.is_none_or(|a| a.may(Right::Manage, &run.path))
        };
        let found: Vec<&Run> = facts.runs.iter().filter(fits).collect();
        match found.as_slice() {
            [one] => return Some(one.id),
            [] => wrong.push((F::Batch, "batch-unknown", vec![])),
            several => {
                let ids: Vec<String> = several.iter().take(5).map(|r| r.id.to_string()).collect();
                wrong.push((F::Batch, "batch-ambiguous", vec![("ids", ids.join(", "))]));
            }
        }
        None
    }

    fn person<'f>(
        &self,
        facts: &'f Facts,
        record: &Record,
        wrong: &mut Vec<Mistake>,
    ) -> Option<&'f Known> {
        let code = value(record, F::Unit);
        let unit = facts.units.get(code).map(String::as_str);
        if !code.is_empty() && unit.is_none() {
            wrong.push((F::Unit, "unit-unknown", vec![]));
            return None;
        }
        let field = self.key_field(record);
        let typed = value(record, field);
        if typed.is_empty() {
            wrong.push((F::Name, "required", vec![]));
            return None;
        }
        let none = vec![];
        let own: Vec<PersonId>;
        let ids = match field {
            F::Person => {
                own = typed.parse().into_iter().collect();
                &own
            }
            F::Reference => facts.by_reference.get(typed).unwrap_or(&none),
            F::Phone => match clean::phone(typed) {
                Some(number) => facts.by_phone.get(&number).unwrap_or(&none),
                None => {
                    wrong.push((F::Phone, "phone", vec![]));
                    return None;
                }
            },
            _ => facts.by_name.get(&key(typed)).unwrap_or(&none),
        };
        let seen = |k: &&Known| self.actor.is_none_or(|a| a.may(Right::SeePeople, &k.path));
        let candidates: Vec<&Known> =
            ids.iter().filter_map(|id| facts.people.get(id)).filter(seen).collect();
        let (name, relation) = (value(record, F::Name), value(record, F::Relation));
        match meant(&candidates, Said { name, relation, unit }) {
            Ok(known) => return Some(known),
            Err(Lost::Nobody) => wrong.push((field, "person-unknown", vec![])),
            Err(Lost::Another(kept)) => {
                wrong.push((field, "person-another", vec![("kept", kept)]));
            }
            Err(Lost::Several(all)) => {
                let names = all.into_iter().take(5).collect::<Vec<_>>().join("; ");
                wrong.push((field, "person-ambiguous", vec![("names", names)]));
            }
        }
        None
    }

    /// Puts names on one batch, the first of the table first.
    fn enrol(&mut self, db: &mut Db, batch: BatchId, names: Vec<Named>) -> Result<(), Fault> {
        let now = self.stamp.now;
        let desk = Desk::open(db, batch, now)?;
        let people: Vec<PersonId> = names.iter().map(|n| n.person).collect();
        let on_it = kept::enrolments_of(db, batch, &people)?;
        let unready = desk.unready(db, &people)?;
        let diary = desk.diary(db, &people)?;
        let agreed = kept::consented(db, batch, &people)?;
        let closed = seats::closed(&desk.run, now);
        let mut hall = desk.hall.clone();
        // Nobody passes those who wait.
        seats::first_of(&mut hall, desk.queue.iter().map(|w| (w.path.as_str(), ())));
        let first = desk.next_in_line(db, now)?;
        let mut made: Vec<Enrolment> = vec![];
        let mut passed: Vec<(EnrolmentId, Busy, String)> = vec![];
        let mut consents: Vec<(PersonId, Channel)> = vec![];
        for named in names {
            let consent = named.consent.filter(|_| !agreed.contains(&named.person));
            if let Some(e) = on_it.get(&named.person) {
                match e.place {
                    Place::Withdrawn => self.refuse(&named, F::Person, "left-before", vec![]),
                    _ => {
                        if e.place == Place::Requested {
                            self.intake.report.note("asked-already", Some(named.line), vec![]);
                        }
                        consents.extend(consent.map(|channel| (named.person, channel)));
                        match consent {
                            Some(_) => self.intake.report.updated += 1,
                            None => self.intake.report.unchanged += 1,
                        }
                    }
                }
                continue;
            }
            if let Some(why) = closed {
                self.refuse(&named, F::Batch, why, vec![]);
                continue;
            }
            if unready.contains(&named.person) {
                self.refuse(&named, F::Person, "prerequisite", desk.needed_first());
                continue;
            }
            let id = EnrolmentId(self.stamp.id());
            if let Some(busy) = diary.clash(named.person) {
                let Some(reason) = &named.clash_reason else {
                    self.refuse(&named, F::ClashReason, "person-busy", desk.clash_told(busy));
                    continue;
                };
                passed.push((id, busy.clone(), reason.clone()));
            }
            let place = match hall.room_for(&named.path) {
                true => Place::Seat,
                false => Place::Waiting,
            };
            if place == Place::Seat {
                hall.sit(&named.path);
            }
            consents.extend(consent.map(|channel| (named.person, channel)));
            made.push(self.enrolment(&desk, id, &named, place, made.len(), first));
        }
        self.write(db, &desk, &made, &passed, &consents)
    }

    fn enrolment(
        &self,
        desk: &Desk,
        id: EnrolmentId,
        named: &Named,
        place: Place,
        nth: usize,
        first: Moment,
    ) -> Enrolment {
        // One microsecond apart: the order of the table is the order of the queue.
        let later = i64::try_from(nth).unwrap_or(i64::MAX);
        Enrolment {
            id,
            batch: desk.batch.id,
            person: named.person,
            place,
            queued_at: Moment::from_micros(first.micros() + later),
            round: 1,
            created_at: self.stamp.now,
            updated_at: self.stamp.now,
            way: Way::Import,
            asked_by: self.by,
            decider: None,
        }
    }

    fn write(
        &mut self,
        db: &mut Db,
        desk: &Desk,
        made: &[Enrolment],
        passed: &[(EnrolmentId, Busy, String)],
        consents: &[(PersonId, Channel)],
    ) -> Result<(), Fault> {
        kept::add_all(db, made)?;
        for to in [Place::Seat, Place::Waiting] {
            let ids: Vec<EnrolmentId> =
                made.iter().filter(|e| e.place == to).map(|e| e.id).collect();
            if ids.is_empty() {
                continue;
            }
            let step = Step { act: Act::Imported, from: None, to, reason: None, by: self.by };
            desk::tell(db, &desk.batch, &ids, &step, self.stamp)?;
            if to == Place::Waiting {
                let args =
                    vec![("count", ids.len().to_string()), ("batch", desk.batch.title.clone())];
                self.intake.report.note("waiting", None, args);
            }
        }
        desk::note_clash(db, &desk.batch, passed, self.by, self.stamp)?;
        let rows: Vec<Consent<'_>> = consents
            .iter()
            .map(|(person, channel)| Consent {
                id: self.stamp.id(),
                person_id: *person,
                batch_id: Some(desk.batch.id),
                channel: *channel,
                notice: NOTICE,
                noted_by: self.by,
                given_at: self.stamp.now,
            })
            .collect();
        kept::add_consents(db, &rows)?;
        self.intake.report.created += made.len();
        Ok(())
    }

    fn refuse(
        &mut self,
        named: &Named,
        field: F,
        code: &'static str,
        args: Vec<(&'static str, String)>,
    ) {
        let records = &self.intake.records;
        let found = records.binary_search_by_key(&named.line, |r| r.line).ok();
        let record = found.and_then(|at| records.get(at));
        // A person is told of at the column that named him.
        let field = match (field, record) {
            (F::Person, Some(record)) => self.key_field(record),
            (other, _) => other,
        };
        let said = record.map(|r| value(r, field).to_owned()).unwrap_or_default();
        self.intake.refuse(named.line, field as usize, code, &said, args);
    }
}

impl Facts {
    /// Seven statements, whatever the number of rows.
    fn of(db: &mut Db, records: &[Record]) -> Result<Self, Fault> {
        let all = |field: F| -> Vec<String> {
            let given = records.iter().filter_map(|r| r.given(field as usize));
            let unique: HashSet<&str> = given.collect();
            unique.into_iter().map(str::to_owned).collect()
        };
        let batches = all(F::Batch);
        let ids: Vec<BatchId> = batches.iter().filter_map(|b| b.parse().ok()).collect();
        let phones: Vec<String> = all(F::Phone).iter().filter_map(|p| clean::phone(p)).collect();
        let nameless = |r: &&Record| {
            [F::Person, F::Reference, F::Phone].iter().all(|f| value(r, *f).is_empty())
        };
        let names: HashSet<String> =
            records.iter().filter(nameless).map(|r| key(value(r, F::Name))).collect();
        let by_reference = grouped(store::by_reference(db, &all(F::Reference))?);
        let by_phone = grouped(store::by_phone(db, &phones)?);
        let by_name = grouped(store::by_name(db, &Vec::from_iter(names))?);
        let mut people: HashSet<PersonId> =
            all(F::Person).iter().filter_map(|p| p.parse().ok()).collect();
        for found in [&by_reference, &by_phone, &by_name] {
            people.extend(found.values().flatten());
        }
        let known = store::people_of(db, &Vec::from_iter(people))?;
        Ok(Self {
            runs: store::batches_named(db, &ids, &batches)?,
            people: known.into_iter().map(|k| (k.id, k)).collect(),
            by_reference,
            by_phone,
            by_name,
            units: store::units_of(db, &all(F::Unit))?.into_iter().collect(),
        })
    }
}

fn grouped(rows: Vec<(String, PersonId)>) -> HashMap<String, Vec<PersonId>> {
    let mut out: HashMap<String, Vec<PersonId>> = HashMap::new();
    for (key, id) in rows {
        let of_key = out.entry(key).or_default();
        if !of_key.contains(&id) {
            of_key.push(id);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_stand_in_the_order_of_their_names() {
        for (field, name) in
            [(F::Course, "course"), (F::Phone, "phone"), (F::ClashReason, "clash_reason")]
        {
            assert_eq!(FIELDS[field as usize].name, name);
        }
    }
}
