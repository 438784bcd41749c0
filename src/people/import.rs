//! People from a table: every row told of, good rows in, the same table twice changes nothing.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Value, json};

use crate::access::Actor;
use crate::access::rules::Right;
use crate::kit::clean;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{PersonId, UnitId};
use crate::kit::intake::{self, Field, Intake, Nearest, Record, Report, Wishes};
use crate::kit::journal::{self, Entry};
use crate::kit::search;
use crate::kit::site::Stamp;
use crate::kit::tables::{self, Table};
use crate::people::rules::{self, Facts, Likeness};
use crate::people::store::{EmailRow, PersonRow, PhoneRow, UnitLine};
use crate::people::{self, store};
use crate::post;

/// The fields that a table of people may fill, in the order of `F`.
pub const FIELDS: &[Field] = &[
    Field {
        name: "reference",
        headers: &[
            "reference",
            "ref",
            "id",
            "member id",
            "membership no",
            "क्रमांक आईडी",
            "सदस्य आईडी",
            "सदस्यता क्रमांक",
        ],
    },
    Field {
        name: "name",
        headers: &["name", "full name", "person name", "नाम", "पूरा नाम", "सदस्य का नाम"],
    },
    Field {
        name: "name_other",
        headers: &[
            "name_other",
            "name (english)",
            "name in english",
            "english name",
            "नाम (अंग्रेजी)",
            "नाम अंग्रेजी में",
            "दूसरी लिपि में नाम",
        ],
    },
    Field {
        name: "relation_name",
        headers: &[
            "relation_name",
            "father name",
            "father's name",
            "husband name",
            "father/husband name",
            "father / husband name",
            "पिता का नाम",
            "पिता/पति का नाम",
            "पिता / पति का नाम",
            "पति का नाम",
        ],
    },
    Field {
        name: "unit", headers: &["unit", "unit code", "इकाई", "इकाई कोड", "इकाई का कोड"]
    },
    Field {
        name: "unit_name",
        headers: &[
            "unit_name",
            "block",
            "block name",
            "mandal",
            "ward",
            "इकाई का नाम",
            "ब्लॉक",
            "मंडल",
            "वार्ड",
        ],
    },
    Field {
        name: "phone",
        headers: &[
            "phone",
            "phones",
            "mobile",
            "mobile no",
            "mobile number",
            "phone number",
            "contact",
            "contact no",
            "फोन",
            "मोबाइल",
            "मोबाइल नंबर",
            "मोबाइल नं",
            "फोन नंबर",
            "संपर्क",
        ],
    },
    Field {
        name: "email", headers: &["email", "emails", "e-mail", "email id", "mail", "ईमेल"]
    },
    Field {
        name: "previous_party",
        headers: &[
            "previous_party",
            "previous party",
            "old party",
            "former party",
            "पूर्व दल",
            "पिछला दल",
            "पूर्व पार्टी",
            "पिछली पार्टी",
        ],
    },
    Field {
        name: "joined_on",
        headers: &[
            "joined_on",
            "joining date",
            "date of joining",
            "joined",
            "शामिल होने का दिनांक",
            "शामिल होने की तारीख",
            "सदस्यता दिनांक",
            "जुड़ने का दिनांक",
        ],
    },
    Field {
        name: "admitted_by",
        headers: &["admitted_by", "admitted by", "किसने शामिल किया", "शामिल कराने वाले"],
    },
    Field { name: "language", headers: &["language", "भाषा"] },
    Field { name: "gender", headers: &["gender", "sex", "लिंग"] },
    Field {
        name: "constituency",
        headers: &["constituency", "constituency code", "विधानसभा क्षेत्र", "विधानसभा कोड"],
    },
];

#[derive(Clone, Copy)]
enum F {
    Reference,
    Name,
    NameOther,
    Relation,
    Unit,
    UnitName,
    Phone,
    Email,
    PreviousParty,
    JoinedOn,
    AdmittedBy,
    Language,
    Gender,
    Constituency,
}

/// Takes a table of people in, in the transaction that is open. Without an actor it is the operator.
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
    let places = Places::of(store::units(db)?);
    let known = Known::of(store::everybody(db)?, store::all_phones(db)?, store::all_emails(db)?);
    let mut work =
        Work { intake, places, known, actor, stamp, near: Nearest::default(), out: Out::default() };
    work.read();
    work.write(db)?;
    Ok(work.intake.report)
}

/// The units in memory: an import asks once, never row by row.
struct Places {
    all: Vec<UnitLine>,
    by_code: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
    by_id: HashMap<UnitId, usize>,
}

impl Places {
    fn of(all: Vec<UnitLine>) -> Self {
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (i, unit) in all.iter().enumerate().filter(|(_, u)| !u.electoral) {
            for name in unit.folded.split("  ").filter(|n| !n.is_empty()) {
                by_name.entry(name.to_owned()).or_default().push(i);
            }
        }
        let by_code = all.iter().enumerate().map(|(i, u)| (u.code.clone(), i)).collect();
        let by_id = all.iter().enumerate().map(|(i, u)| (u.id, i)).collect();
        Self { all, by_code, by_name, by_id }
    }
}

/// Everybody in memory, and what finds each again.
struct Known {
    rows: Vec<PersonRow>,
    phones: HashMap<PersonId, Vec<String>>,
    emails: HashMap<PersonId, Vec<String>>,
    by_reference: HashMap<String, usize>,
    by_likeness: HashMap<Likeness, usize>,
}

impl Known {
    fn of(
        rows: Vec<PersonRow>,
        phones: HashMap<PersonId, Vec<String>>,
        emails: HashMap<PersonId, Vec<String>>,
    ) -> Self {
        let mut by_reference = HashMap::new();
        let mut by_likeness = HashMap::with_capacity(rows.len());
        for (i, row) in rows.iter().enumerate() {
            if let Some(reference) = &row.reference {
                by_reference.insert(reference.clone(), i);
            }
            let phone = phones.get(&row.id).and_then(|p| p.first()).map(String::as_str);
            let likeness =
                Likeness::of(&row.name, row.unit_id.0, phone, row.relation_name.as_deref());
            by_likeness.entry(likeness).or_insert(i);
        }
        Self { rows, phones, emails, by_reference, by_likeness }
    }
}

/// What is to be written.
#[derive(Default)]
struct Out {
    fresh: Vec<PersonRow>,
    kept: Vec<PersonRow>,
    renamed: Vec<PersonId>,
    words: Vec<(String, PersonId)>,
    phones: Vec<PhoneRow>,
    emails: Vec<EmailRow>,
    changed: Vec<(PersonId, UnitId, Value)>,
}

struct Work<'a> {
    intake: Intake,
    places: Places,
    known: Known,
    actor: Option<&'a Actor>,
    stamp: &'a Stamp,
    near: Nearest,
    out: Out,
}

/// One mistake of a row: the field, the word of the error, what its sentence names.
type Mistake = (F, &'static str, Vec<(&'static str, String)>);

struct Row<'a> {
    record: &'a Record,
    errors: Vec<Mistake>,
}

impl Row<'_> {
    fn get(&self, field: F) -> &str {
        self.record.get(field as usize)
    }

    fn wrong(&mut self, field: F, code: &'static str) {
        self.errors.push((field, code, vec![]));
    }

    fn wrong_with(&mut self, field: F, code: &'static str, args: Vec<(&'static str, String)>) {
        self.errors.push((field, code, args));
    }
}

/// Who a row speaks of.
#[derive(PartialEq, Eq, Hash, Clone)]
enum Identity {
    Reference(String),
    Likeness(Likeness),
}

impl Work<'_> {
    fn read(&mut self) {
        let optional = [F::Phone, F::Email, F::Relation, F::PreviousParty, F::JoinedOn];
        self.intake.note_empty(&optional.map(|f| f as usize));
        let bad: HashSet<u64> = self.intake.report.errors.iter().map(|e| e.row).collect();
        let records = std::mem::take(&mut self.intake.records);
        let mut lines: HashMap<Identity, u64> = HashMap::with_capacity(records.len());
        let mut namesakes = 0;
        for record in &records {
            let mut row = Row { record, errors: vec![] };
            let facts = facts(&mut row);
            let unit = self.unit(&mut row);
            let seat = self.seat(&mut row);
            let mut identity = None;
            if let Some(unit) = unit {
                let (found, first) = identify(&facts, unit, record.line, &mut lines);
                if let Some(first) = first {
                    let field = if facts.reference.is_some() { F::Reference } else { F::Name };
                    row.wrong_with(field, "repeated", vec![("row", first.to_string())]);
                }
                identity = Some(found);
            }
            let before = identity.as_ref().and_then(|i| self.find(i));
            self.must_reach(&mut row, before);
            let good = row.errors.is_empty() && !bad.contains(&record.line);
            for (field, code, args) in row.errors {
                let value = record.get(field as usize).to_owned();
                self.intake.refuse(record.line, field as usize, code, &value, args);
            }
            if let (Some(unit), true) = (unit, good) {
                match before {
                    Some(before) => self.update(before, facts, unit, seat),
                    None => {
                        namesakes += usize::from(self.is_namesake(&facts, unit));
                        self.add(facts, unit, seat);
                    }
                }
            }
        }
        self.intake.records = records;
        if namesakes > 0 {
            self.intake.report.note("namesakes", None, vec![("count", namesakes.to_string())]);
        }
    }

    fn find(&self, identity: &Identity) -> Option<usize> {
        match identity {
            Identity::Reference(reference) => self.known.by_reference.get(reference).copied(),
            Identity::Likeness(likeness) => self.known.by_likeness.get(likeness).copied(),
        }
    }

    /// Somebody new by reference who looks like somebody who is there.
    fn is_namesake(&self, facts: &Facts, unit: UnitId) -> bool {
        facts.reference.is_some() && self.known.by_likeness.contains_key(&likeness(facts, unit))
    }

    /// The unit that a row names, by code or by name.
    fn unit(&mut self, row: &mut Row<'_>) -> Option<UnitId> {
        let (code, name) = (row.get(F::Unit).to_owned(), row.get(F::UnitName).to_owned());
        if code.is_empty() {
            if name.is_empty() {
                row.wrong(F::Unit, "required");
                return None;
            }
            return self.unit_named(row, &name);
        }
        let Some(&at) = self.places.by_code.get(&code) else {
            let near = self.near.of(&code, self.places.by_code.keys().map(String::as_str));
            row.wrong_with(F::Unit, "unit-unknown-near", vec![("near", near)]);
            return None;
        };
        let unit = &self.places.all[at];
        if unit.electoral {
            row.wrong(F::Unit, "unit-electoral");
            return None;
        }
        if self.actor.is_some_and(|a| !a.may(Right::Manage, &unit.path)) {
            row.wrong(F::Unit, "outside");
            return None;
        }
        let same = tables::plain(&unit.name_hi) == tables::plain(&name)
            || tables::plain(&unit.name_en) == tables::plain(&name)
            || unit.folded.split("  ").any(|n| n == search::fold(&name));
        if !name.is_empty() && !same {
            let args = vec![("said", name), ("kept", unit.name_en.clone()), ("code", code)];
            self.intake.report.note("name-differs", Some(row.record.line), args);
        }
        Some(unit.id)
    }

    fn unit_named(&mut self, row: &mut Row<'_>, name: &str) -> Option<UnitId> {
        let may = |unit: &UnitLine| self.actor.is_none_or(|a| a.may(Right::Manage, &unit.path));
        let known = self.places.by_name.get(&search::fold(name)).into_iter().flatten();
        let found: Vec<&UnitLine> =
            known.map(|u| &self.places.all[*u]).filter(|u| may(u)).collect();
        match found.as_slice() {
            [one] => Some(one.id),
            [] => {
                let all = self.places.all.iter().filter(|u| may(u));
                let near =
                    self.near.of(name, all.flat_map(|u| [u.name_en.as_str(), u.name_hi.as_str()]));
                row.wrong_with(F::UnitName, "unit-unknown-near", vec![("near", near)]);
                None
            }
            several => {
                let mut codes: Vec<&str> =
                    several.iter().take(5).map(|u| u.code.as_str()).collect();
                codes.sort_unstable();
                row.wrong_with(F::UnitName, "parent-ambiguous", vec![("codes", codes.join(", "))]);
                None
            }
        }
    }

    fn seat(&self, row: &mut Row<'_>) -> Option<UnitId> {
        let code = row.get(F::Constituency);
        if code.is_empty() {
            return None;
        }
        let found = self.places.by_code.get(code).map(|at| &self.places.all[*at]);
        match found {
            None => row.wrong(F::Constituency, "constituency-unknown"),
            Some(unit) if !unit.electoral => row.wrong(F::Constituency, "not-electoral"),
            Some(_) => {}
        }
        found.map(|u| u.id)
    }

    /// Nobody takes a person out of another's reach by naming the reference.
    fn must_reach(&self, row: &mut Row<'_>, before: Option<usize>) {
        let (Some(actor), Some(before)) = (self.actor, before) else { return };
        let unit = self.known.rows[before].unit_id;
        let path = self.places.by_id.get(&unit).map(|at| self.places.all[*at].path.as_str());
        if !path.is_some_and(|path| actor.may(Right::Manage, path)) {
            row.wrong(F::Reference, "outside");
        }
    }

    fn add(&mut self, facts: Facts, unit: UnitId, seat: Option<UnitId>) {
        let id = PersonId(self.stamp.id());
        let row = people::row(id, unit, seat, &facts, self.stamp.now);
        self.out.words.extend(people::word_rows(&row));
        self.add_contacts(id, &facts.phones, &facts.emails, 0, 0);
        self.out.fresh.push(row);
        self.intake.report.created += 1;
    }

    fn add_contacts(
        &mut self,
        id: PersonId,
        phones: &[String],
        emails: &[String],
        phone: i32,
        email: i32,
    ) {
        for (number, at) in phones.iter().zip(phone..) {
            self.out.phones.push(store::phone_row(id, at, number, self.stamp));
        }
        for (address, at) in emails.iter().zip(email..) {
            self.out.emails.push(store::email_row(id, at, address, self.stamp));
        }
    }

    /// Lays what a row says over what is known: an empty cell takes nothing away, a contact that
    /// is not in the table stays.
    fn update(&mut self, before: usize, facts: Facts, unit: UnitId, seat: Option<UnitId>) {
        let kept = self.known.rows[before].clone();
        let mut after = kept.clone();
        after.unit_id = unit;
        after.constituency_id = seat.or(kept.constituency_id);
        after.name = facts.name;
        after.folded = rules::key(&after.name);
        after.name_other = facts.name_other.or(after.name_other);
        after.relation_name = facts.relation_name.or(after.relation_name);
        after.previous_party = facts.previous_party.or(after.previous_party);
        after.joined_on = facts.joined_on.or(after.joined_on);
        after.admitted_by = facts.admitted_by.or(after.admitted_by);
        after.language = facts.language.or(after.language);
        after.gender = facts.gender.or(after.gender);
        let (old_phones, old_emails) =
            (self.known.phones.get(&kept.id), self.known.emails.get(&kept.id));
        let phones: Vec<String> = facts
            .phones
            .into_iter()
            .filter(|n| !old_phones.is_some_and(|p| p.contains(n)))
            .collect();
        let emails: Vec<String> = facts
            .emails
            .into_iter()
            .filter(|a| !old_emails.is_some_and(|e| e.contains(&a.to_lowercase())))
            .collect();
        let places =
            |list: Option<&Vec<String>>| list.map_or(0, |l| i32::try_from(l.len()).unwrap_or(0));
        let (phone, email) = (places(old_phones), places(old_emails));
        let mut changes = people::differences(&kept, &after);
        if !phones.is_empty() {
            changes.insert("phones".to_owned(), json!("changed"));
        }
        if !emails.is_empty() {
            changes.insert("emails".to_owned(), json!("changed"));
        }
        if changes.is_empty() {
            self.intake.report.unchanged += 1;
            return;
        }
        self.intake.report.updated += 1;
        self.add_contacts(kept.id, &phones, &emails, phone, email);
        if kept.name != after.name || kept.name_other != after.name_other {
            self.out.renamed.push(kept.id);
            self.out.words.extend(people::word_rows(&after));
        }
        self.out.changed.push((kept.id, unit, Value::Object(changes)));
        after.updated_at = self.stamp.now;
        self.out.kept.push(after);
    }

    fn write(&mut self, db: &mut Db) -> Result<(), Fault> {
        // Two writers of the same people take them in the same order.
        self.out.kept.sort_unstable_by_key(|row| row.id);
        let out = &self.out;
        // One of them was erased since they were read: what the table says is looked at anew.
        let kept: Vec<PersonId> = out.kept.iter().map(|row| row.id).collect();
        if store::hold(db, &kept)?.len() < kept.len() {
            return Err(Fault::Busy);
        }
        store::add(db, &out.fresh)?;
        store::keep(db, &out.kept)?;
        store::drop_words(db, &out.renamed)?;
        store::add_words(db, &out.words)?;
        store::add_phones(db, &out.phones)?;
        store::add_emails(db, &out.emails)?;
        let changed: Vec<PersonId> = out.changed.iter().map(|(id, _, _)| *id).collect();
        post::readers_changed(db, &changed, self.stamp.now)?;
        let report = &self.intake.report;
        if report.created + report.updated == 0 {
            return Ok(());
        }
        let actor = self.actor.map(|a| a.person);
        let mut entries: Vec<Entry<'_>> = out
            .changed
            .iter()
            .map(|(id, unit, detail)| Entry {
                actor,
                action: "person changed",
                subject: format!("person/{id}"),
                unit: Some(*unit),
                detail: detail.clone(),
            })
            .collect();
        entries.push(Entry {
            actor,
            action: "people imported",
            subject: "people".to_owned(),
            unit: self.actor.map(|a| a.unit),
            detail: json!({ "created": report.created, "updated": report.updated, "refused": report.refused() }),
        });
        journal::note_all(db, &entries, self.stamp.now)
    }
}

fn likeness(facts: &Facts, unit: UnitId) -> Likeness {
    let phone = facts.phones.first().map(String::as_str);
    Likeness::of(&facts.name, unit.0, phone, facts.relation_name.as_deref())
}

/// Who a row speaks of, and the earlier row that speaks of the same.
fn identify(
    facts: &Facts,
    unit: UnitId,
    line: u64,
    lines: &mut HashMap<Identity, u64>,
) -> (Identity, Option<u64>) {
    let identity = match &facts.reference {
        Some(reference) => Identity::Reference(reference.clone()),
        None => Identity::Likeness(likeness(facts, unit)),
    };
    let first = lines.get(&identity).copied();
    if first.is_none() {
        lines.insert(identity.clone(), line);
    }
    (identity, first)
}

/// What a row says of a person, every error at once.
fn facts(row: &mut Row<'_>) -> Facts {
    let reference = row.record.given(F::Reference as usize).map(str::to_owned);
    if reference.as_ref().is_some_and(|r| r.chars().count() > 60) {
        row.wrong_with(F::Reference, "too-long", vec![("most", "60".to_owned())]);
    }
    let name = text(row, F::Name).unwrap_or_default();
    if name.is_empty() {
        row.wrong(F::Name, "required");
    } else if !rules::is_unicode(&name) {
        row.wrong(F::Name, "not-unicode");
    }
    let joined_on = row.record.given(F::JoinedOn as usize).and_then(intake::date);
    if joined_on.is_none() && !row.get(F::JoinedOn).is_empty() {
        row.wrong(F::JoinedOn, "date");
    }
    let language = rules::language(row.get(F::Language));
    if language.is_none() && !row.get(F::Language).is_empty() {
        row.wrong(F::Language, "language");
    }
    let gender = rules::gender(row.get(F::Gender));
    if gender.is_none() && !row.get(F::Gender).is_empty() {
        row.wrong(F::Gender, "gender");
    }
    Facts {
        reference,
        name,
        name_other: text(row, F::NameOther),
        relation_name: text(row, F::Relation),
        previous_party: text(row, F::PreviousParty),
        joined_on,
        admitted_by: text(row, F::AdmittedBy),
        language,
        gender,
        phones: contacts(row, F::Phone, phone),
        emails: contacts(row, F::Email, |text| clean::email(text).ok_or("email")),
    }
}

fn text(row: &mut Row<'_>, field: F) -> Option<String> {
    let text = row.record.given(field as usize)?.to_owned();
    if text.chars().count() > 120 {
        row.wrong_with(field, "too-long", vec![("most", "120".to_owned())]);
    } else if clean::holds_address(&text) {
        row.wrong(field, "address-in-name");
    }
    Some(text)
}

fn phone(text: &str) -> Result<String, &'static str> {
    if intake::is_spreadsheet_number(text) {
        return Err("phone-excel");
    }
    // A number cell saved with one decimal is still whole.
    let digits = text.strip_suffix(".0").unwrap_or(text);
    clean::phone(digits).ok_or("phone")
}

fn contacts(
    row: &mut Row<'_>,
    field: F,
    read: impl Fn(&str) -> Result<String, &'static str>,
) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let (mut out, mut wrong) = (vec![], None);
    for part in rules::parts(row.record.get(field as usize)) {
        match read(part) {
            Ok(kept) if seen.insert(kept.to_lowercase()) => out.push(kept),
            Ok(_) => {}
            Err(code) => wrong = wrong.or(Some(code)),
        }
    }
    if let Some(code) = wrong {
        row.wrong(field, code);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_stand_in_the_order_of_their_names() {
        for (field, name) in
            [(F::Reference, "reference"), (F::Phone, "phone"), (F::Constituency, "constituency")]
        {
            assert_eq!(FIELDS[field as usize].name, name);
        }
    }

    #[test]
    fn a_phone_cell_is_read_or_named() {
        for (given, read) in [
            ("98765 43210", Ok("+919876543210")),
            ("9876543210.0", Ok("+919876543210")),
            ("9.87E+09", Err("phone-excel")),
            ("12345", Err("phone")),
        ] {
            assert_eq!(phone(given).as_deref().map_err(|e| *e), read, "{given}");
        }
    }
}
