//! Persons: anybody the department knows.

pub mod rules;
pub mod store;
pub mod import;
pub mod offices;
pub mod pages;
pub mod api;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};

use crate::access::Actor;
use crate::access::rules::{Reach, Right};
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::{self, Reading};
use crate::kit::ids::{PersonId, UnitId};
use crate::kit::journal::{self, Entry};
use crate::kit::page::{PageNumber, ROWS};
use crate::kit::site::Stamp;
use crate::people::rules::{Facts, Search};
use crate::people::store::{Line, Person, PersonRow};
use crate::post;

/// A person as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PersonDraft {
    /// The key of the list the person comes from.
    pub reference: String,
    pub name: String,
    /// The same name in the other script.
    pub name_other: String,
    /// Father's or husband's name.
    pub relation_name: String,
    /// The code of the unit.
    pub unit: String,
    /// The code of an electoral unit.
    pub constituency: String,
    pub phones: Vec<String>,
    pub emails: Vec<String>,
    pub previous_party: String,
    pub joined_on: String,
    pub admitted_by: String,
    pub language: String,
    pub gender: String,
}

/// What shall be another way about a person: what is not said stays, what is empty is taken away.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PersonPatch {
    #[serde(deserialize_with = "said")]
    pub reference: Option<String>,
    #[serde(deserialize_with = "said")]
    pub name: Option<String>,
    #[serde(deserialize_with = "said")]
    pub name_other: Option<String>,
    #[serde(deserialize_with = "said")]
    pub relation_name: Option<String>,
    #[serde(deserialize_with = "said")]
    pub unit: Option<String>,
    #[serde(deserialize_with = "said")]
    pub constituency: Option<String>,
    pub phones: Option<Vec<String>>,
    pub emails: Option<Vec<String>>,
    #[serde(deserialize_with = "said")]
    pub previous_party: Option<String>,
    #[serde(deserialize_with = "said")]
    pub joined_on: Option<String>,
    #[serde(deserialize_with = "said")]
    pub admitted_by: Option<String>,
    #[serde(deserialize_with = "said")]
    pub language: Option<String>,
    #[serde(deserialize_with = "said")]
    pub gender: Option<String>,
}

/// A field that stands in the body: also `null`, which takes away.
fn said<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    form::loose(from).map(Some)
}

impl PersonPatch {
    /// Every field of the form; it has none for the reference, which belongs to imports.
    pub fn whole(draft: PersonDraft) -> Self {
        Self {
            reference: None,
            name: Some(draft.name),
            name_other: Some(draft.name_other),
            relation_name: Some(draft.relation_name),
            unit: Some(draft.unit),
            constituency: Some(draft.constituency),
            phones: Some(draft.phones),
            emails: Some(draft.emails),
            previous_party: Some(draft.previous_party),
            joined_on: Some(draft.joined_on),
            admitted_by: Some(draft.admitted_by),
            language: Some(draft.language),
            gender: Some(draft.gender),
        }
    }

    fn over(self, draft: PersonDraft) -> PersonDraft {
        PersonDraft {
            reference: self.reference.unwrap_or(draft.reference),
            name: self.name.unwrap_or(draft.name),
            name_other: self.name_other.unwrap_or(draft.name_other),
            relation_name: self.relation_name.unwrap_or(draft.relation_name),
            unit: self.unit.unwrap_or(draft.unit),
            constituency: self.constituency.unwrap_or(draft.constituency),
            phones: self.phones.unwrap_or(draft.phones),
            emails: self.emails.unwrap_or(draft.emails),
            previous_party: self.previous_party.unwrap_or(draft.previous_party),
            joined_on: self.joined_on.unwrap_or(draft.joined_on),
            admitted_by: self.admitted_by.unwrap_or(draft.admitted_by),
            language: self.language.unwrap_or(draft.language),
            gender: self.gender.unwrap_or(draft.gender),
        }
    }
}

/// A person whom this actor may see.
pub fn person_for(db: &mut Db, actor: &Actor, id: PersonId) -> Result<Person, Fault> {
    let person = store::person(db, id)?.ok_or(Fault::NotFound)?;
    actor.must(Right::SeePeople, &person.path)?;
    Ok(person)
}

/// One page of the people of a reach, one more than it holds; by name, or as they fit a search.
pub fn list(db: &mut Db, reach: &Reach, q: &str, page: PageNumber) -> Result<Vec<Line>, Fault> {
    let search = Search::of(q);
    let (offset, limit) = (page.offset(), ROWS + 1);
    let found = store::lines(db, reach, &search, offset, limit)?;
    match search.other_end() {
        Some(other) if found.is_empty() && page.number() == 1 => {
            store::lines(db, reach, &other, offset, limit)
        }
        _ => Ok(found),
    }
}

/// Takes a person in.
pub fn create(
    db: &mut Db,
    actor: &Actor,
    draft: &PersonDraft,
    stamp: &Stamp,
) -> Result<Person, Fault> {
    actor.must_somewhere(Right::Manage)?;
    admit(db, Some(actor), draft, stamp)
}

/// Takes a person in; without an actor it is the operator who does, at the command line.
pub fn admit(
    db: &mut Db,
    actor: Option<&Actor>,
    draft: &PersonDraft,
    stamp: &Stamp,
) -> Result<Person, Fault> {
    let mut reading = Reading::default();
    let facts = rules::facts(&mut reading, draft);
    let unit = unit(db, &mut reading, actor, &draft.unit)?;
    let seat = seat(db, &mut reading, &draft.constituency)?;
    free_reference(db, &mut reading, facts.reference.as_deref(), None)?;
    let Some(unit) = unit else { return reading.done(()).and(Err(Fault::NotFound)) };
    reading.done(())?;
    let row = add(db, actor.map(|a| a.person), unit, seat, &facts, stamp)?;
    store::person(db, row.id)?.ok_or(Fault::NotFound)
}

fn add(
    db: &mut Db,
    by: Option<PersonId>,
    unit: UnitId,
    seat: Option<UnitId>,
    facts: &Facts,
    stamp: &Stamp,
) -> Result<PersonRow, Fault> {
    let id = PersonId(stamp.id());
    let row = row(id, unit, seat, facts, stamp.now);
    store::add(db, std::slice::from_ref(&row))?;
    store::add_words(db, &word_rows(&row))?;
    store::set_contacts(db, id, &facts.phones, &facts.emails, stamp)?;
    note(db, by, "person created", id, unit, json!(null), stamp.now)?;
    Ok(row)
}

/// Takes in somebody of whom only a name and an address is known: the first admin.
pub fn create_plain(
    db: &mut Db,
    name: &str,
    unit: UnitId,
    email: &str,
    stamp: &Stamp,
) -> Result<PersonId, Fault> {
    let mut reading = Reading::default();
    let draft = PersonDraft {
        name: name.to_owned(),
        emails: vec![email.to_owned()],
        ..PersonDraft::default()
    };
    let facts = rules::facts(&mut reading, &draft);
    reading.done(())?;
    Ok(add(db, None, unit, None, &facts, stamp)?.id)
}

/// Changes a person; one who gets another unit takes the standings along (migrations, people).
pub fn change(
    db: &mut Db,
    actor: &Actor,
    id: PersonId,
    patch: PersonPatch,
    stamp: &Stamp,
) -> Result<Person, Fault> {
    store::hold(db, &[id])?;
    let before = person_for(db, actor, id)?;
    actor.must(Right::Manage, &before.path)?;
    let draft = patch.over(before.draft());
    let mut reading = Reading::default();
    let facts = rules::facts(&mut reading, &draft);
    let unit = if draft.unit.trim() == before.unit_code {
        Some(before.unit)
    } else {
        unit(db, &mut reading, Some(actor), &draft.unit)?
    };
    let seat = if draft.constituency.trim() == before.seat_code.as_deref().unwrap_or_default() {
        before.seat
    } else {
        seat(db, &mut reading, &draft.constituency)?
    };
    free_reference(db, &mut reading, facts.reference.as_deref(), Some(id))?;
    let Some(unit) = unit else { return reading.done(()).and(Err(Fault::NotFound)) };
    reading.done(())?;
    let mut after = row(id, unit, seat, &facts, stamp.now);
    after.created_at = before.created_at;
    let changes = differences(&before.row(), &after);
    let contacts = contact_changes(&before, &facts);
    if changes.is_empty() && contacts.is_empty() {
        return Ok(before);
    }
    store::keep(db, std::slice::from_ref(&after))?;
    if changes.contains_key("name") || changes.contains_key("name_other") {
        store::drop_words(db, &[id])?;
        store::add_words(db, &word_rows(&after))?;
    }
    if !contacts.is_empty() {
        store::set_contacts(db, id, &facts.phones, &facts.emails, stamp)?;
    }
    post::readers_changed(db, &[id], stamp.now)?;
    let detail = Value::Object(changes.into_iter().chain(contacts).collect());
    note(db, Some(actor.person), "person changed", id, unit, detail, stamp.now)?;
    store::person(db, id)?.ok_or(Fault::NotFound)
}

/// What is another way. The journal lives longer than a person's data may: it keeps the names of
/// the fields, and for the unit the ids.
pub fn differences(before: &PersonRow, after: &PersonRow) -> Map<String, Value> {
    let mut out = Map::new();
    if before.unit_id != after.unit_id {
        out.insert("unit".to_owned(), json!({ "from": before.unit_id, "to": after.unit_id }));
    }
    let mut compare = |name: &str, changed: bool| {
        if changed {
            out.insert(name.to_owned(), json!("changed"));
        }
    };
    compare("constituency", before.constituency_id != after.constituency_id);
    compare("reference", before.reference != after.reference);
    compare("name", before.name != after.name);
    compare("name_other", before.name_other != after.name_other);
    compare("relation_name", before.relation_name != after.relation_name);
    compare("previous_party", before.previous_party != after.previous_party);
    compare("joined_on", before.joined_on != after.joined_on);
    compare("admitted_by", before.admitted_by != after.admitted_by);
    compare("language", before.language != after.language);
    compare("gender", before.gender != after.gender);
    out
}

fn contact_changes(before: &Person, facts: &Facts) -> Map<String, Value> {
    let pairs =
        [("phones", before.phones != facts.phones), ("emails", before.emails != facts.emails)];
    pairs
        .into_iter()
        .filter(|(_, is)| *is)
        .map(|(name, _)| (name.to_owned(), json!("changed")))
        .collect()
}

/// The rows of the search index for one person.
pub fn word_rows(row: &PersonRow) -> Vec<(String, PersonId)> {
    rules::words_of(&row.name, row.name_other.as_deref()).into_iter().map(|w| (w, row.id)).collect()
}

fn unit(
    db: &mut Db,
    reading: &mut Reading,
    actor: Option<&Actor>,
    code: &str,
) -> Result<Option<UnitId>, Fault> {
    let code = code.trim();
    if code.is_empty() {
        reading.fields.add("unit", "required");
        return Ok(None);
    }
    let may = |path: &str| actor.is_none_or(|a| a.may(Right::Manage, path));
    let found = store::unit_of_code(db, code)?.filter(|u| may(&u.path));
    match &found {
        None => reading.fields.add("unit", "unit-unknown"),
        Some(unit) if unit.electoral => reading.fields.add("unit", "unit-electoral"),
        Some(_) => {}
    }
    Ok(found.map(|u| u.id))
}

fn seat(db: &mut Db, reading: &mut Reading, code: &str) -> Result<Option<UnitId>, Fault> {
    let code = code.trim();
    if code.is_empty() {
        return Ok(None);
    }
    let found = store::unit_of_code(db, code)?;
    match &found {
        None => reading.fields.add("constituency", "not-found"),
        Some(unit) if !unit.electoral => reading.fields.add("constituency", "not-electoral"),
        Some(_) => {}
    }
    Ok(found.map(|u| u.id))
}

fn free_reference(
    db: &mut Db,
    reading: &mut Reading,
    reference: Option<&str>,
    own: Option<PersonId>,
) -> Result<(), Fault> {
    if let Some(reference) = reference
        && store::person_of_reference(db, reference)?.is_some_and(|p| Some(p) != own)
    {
        reading.fields.add("reference", "taken");
    }
    Ok(())
}

fn row(id: PersonId, unit: UnitId, seat: Option<UnitId>, facts: &Facts, now: Moment) -> PersonRow {
    PersonRow {
        id,
        unit_id: unit,
        constituency_id: seat,
        reference: facts.reference.clone(),
        name: facts.name.clone(),
        name_other: facts.name_other.clone(),
        relation_name: facts.relation_name.clone(),
        folded: rules::key(&facts.name),
        previous_party: facts.previous_party.clone(),
        joined_on: facts.joined_on,
        admitted_by: facts.admitted_by.clone(),
        language: facts.language,
        gender: facts.gender,
        created_at: now,
        updated_at: now,
    }
}

fn note(
    db: &mut Db,
    actor: Option<PersonId>,
    action: &str,
    id: PersonId,
    unit: UnitId,
    detail: Value,
    now: Moment,
) -> Result<(), Fault> {
    let entry = Entry { actor, action, subject: format!("person/{id}"), unit: Some(unit), detail };
    journal::note(db, entry, now)
}
