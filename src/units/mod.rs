//! The organisation tree: its levels, its units, who hangs where.

pub mod rules;
pub mod store;
pub mod import;
pub mod pages;
pub mod api;

use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};

use crate::access::Actor;
use crate::access::rules::Right;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::{self, Reading};
use crate::kit::ids::{LevelId, PersonId, UnitId};
use crate::kit::journal::{self, Entry};
use crate::kit::search;
use crate::kit::site::Stamp;
use crate::post;
use crate::units::rules::{Facts, Level};
use crate::units::store::{Unit, UnitRow};

/// A level as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LevelDraft {
    pub code: String,
    #[serde(deserialize_with = "form::loose")]
    pub ordinal: String,
    pub name_hi: String,
    pub name_en: String,
    #[serde(deserialize_with = "form::loose")]
    pub electoral: String,
}

/// A unit as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UnitDraft {
    pub code: String,
    /// The code of its level.
    pub level: String,
    pub name_hi: String,
    pub name_en: String,
    /// The code of the unit it hangs under; empty for a root.
    pub parent: String,
    /// The code of an electoral unit.
    pub constituency: String,
    pub census_code: String,
    #[serde(deserialize_with = "form::loose")]
    pub population: String,
    pub timezone: String,
    pub contact_name: String,
    pub contact_phone: String,
    pub valid_from: String,
    pub valid_to: String,
}

/// What shall be another way about a unit: what is not said stays, what is empty is taken away.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UnitPatch {
    #[serde(deserialize_with = "said")]
    pub name_hi: Option<String>,
    #[serde(deserialize_with = "said")]
    pub name_en: Option<String>,
    #[serde(deserialize_with = "said")]
    pub parent: Option<String>,
    #[serde(deserialize_with = "said")]
    pub constituency: Option<String>,
    #[serde(deserialize_with = "said")]
    pub census_code: Option<String>,
    #[serde(deserialize_with = "said")]
    pub population: Option<String>,
    #[serde(deserialize_with = "said")]
    pub timezone: Option<String>,
    #[serde(deserialize_with = "said")]
    pub contact_name: Option<String>,
    #[serde(deserialize_with = "said")]
    pub contact_phone: Option<String>,
    #[serde(deserialize_with = "said")]
    pub valid_from: Option<String>,
    #[serde(deserialize_with = "said")]
    pub valid_to: Option<String>,
}

/// A field that stands in the body: also `null`, which takes away.
fn said<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    form::loose(from).map(Some)
}

impl UnitPatch {
    /// Every field of a form.
    pub fn whole(draft: UnitDraft) -> Self {
        Self {
            name_hi: Some(draft.name_hi),
            name_en: Some(draft.name_en),
            parent: Some(draft.parent),
            constituency: Some(draft.constituency),
            census_code: Some(draft.census_code),
            population: Some(draft.population),
            timezone: Some(draft.timezone),
            contact_name: Some(draft.contact_name),
            contact_phone: Some(draft.contact_phone),
            valid_from: Some(draft.valid_from),
            valid_to: Some(draft.valid_to),
        }
    }

    fn over(self, draft: UnitDraft) -> UnitDraft {
        UnitDraft {
            code: draft.code,
            level: draft.level,
            name_hi: self.name_hi.unwrap_or(draft.name_hi),
            name_en: self.name_en.unwrap_or(draft.name_en),
            parent: self.parent.unwrap_or(draft.parent),
            constituency: self.constituency.unwrap_or(draft.constituency),
            census_code: self.census_code.unwrap_or(draft.census_code),
            population: self.population.unwrap_or(draft.population),
            timezone: self.timezone.unwrap_or(draft.timezone),
            contact_name: self.contact_name.unwrap_or(draft.contact_name),
            contact_phone: self.contact_phone.unwrap_or(draft.contact_phone),
            valid_from: self.valid_from.unwrap_or(draft.valid_from),
            valid_to: self.valid_to.unwrap_or(draft.valid_to),
        }
    }
}

/// Whether somebody keeps a whole tree, from its root: who makes levels and further roots.
pub fn keeps_a_root(actor: &Actor) -> bool {
    actor.reach(Right::Manage).paths().iter().any(|path| rules::is_root(path))
}

/// Makes a level.
pub fn add_level(
    db: &mut Db,
    actor: &Actor,
    draft: &LevelDraft,
    stamp: &Stamp,
) -> Result<Level, Fault> {
    if !keeps_a_root(actor) {
        return Err(Fault::Forbidden);
    }
    let mut reading = Reading::default();
    let code = reading.code("code", &draft.code);
    let ordinal = reading.number("ordinal", &draft.ordinal, 0, 1_000_000);
    let hi = reading.optional_name("name_hi", &draft.name_hi);
    let en = reading.optional_name("name_en", &draft.name_en);
    let Some(either) = hi.clone().or_else(|| en.clone()) else {
        reading.fields.add("name_hi", "required");
        return reading.done(()).and(Err(Fault::NotFound));
    };
    let level = Level {
        id: LevelId(stamp.id()),
        code,
        ordinal: i32::try_from(ordinal).map_err(Fault::broken)?,
        name_hi: hi.unwrap_or_else(|| either.clone()),
        name_en: en.unwrap_or(either),
        electoral: matches!(draft.electoral.as_str(), "yes" | "true" | "1" | "on"),
    };
    for known in store::levels(db)? {
        if known.code == level.code {
            reading.fields.add("code", "taken");
        }
        if known.ordinal == level.ordinal {
            reading.fields.add("ordinal", "taken");
        }
    }
    let level = reading.done(level)?;
    store::add_levels(db, std::slice::from_ref(&level))?;
    let entry = Entry {
        actor: Some(actor.person),
        action: "level created",
        subject: format!("level/{}", level.id),
        unit: None,
        detail: json!({ "code": level.code, "ordinal": level.ordinal, "electoral": level.electoral }),
    };
    journal::note(db, entry, stamp.now)?;
    Ok(level)
}

/// The levels; a house without any gets the usual ones, so that its first file can be read.
pub fn levels_or_standard(db: &mut Db, stamp: &Stamp) -> Result<Vec<Level>, Fault> {
    let known = store::levels(db)?;
    if !known.is_empty() {
        return Ok(known);
    }
    let made: Vec<Level> = rules::STANDARD_LEVELS
        .iter()
        .map(|(code, ordinal, hi, en, electoral)| Level {
            id: LevelId(stamp.id()),
            code: (*code).to_owned(),
            ordinal: *ordinal,
            name_hi: (*hi).to_owned(),
            name_en: (*en).to_owned(),
            electoral: *electoral,
        })
        .collect();
    store::add_levels(db, &made)?;
    Ok(made)
}

/// A unit that this person may see.
pub fn unit_for(db: &mut Db, actor: &Actor, code: &str) -> Result<Unit, Fault> {
    let unit = store::unit_of(db, code)?.ok_or(Fault::NotFound)?;
    actor.must(Right::SeePlans, &unit.row.path)?;
    Ok(unit)
}

/// The zone of a unit: its own, the nearest one above it, or the house's.
pub fn zone_of(db: &mut Db, path: &str, house: Tz) -> Result<Tz, Fault> {
    let named = store::zone_name(db, &rules::line(path))?;
    Ok(named.and_then(|name| name.parse().ok()).unwrap_or(house))
}

/// Makes a unit.
pub fn create(db: &mut Db, actor: &Actor, draft: &UnitDraft, stamp: &Stamp) -> Result<Unit, Fault> {
    actor.must_somewhere(Right::Manage)?;
    found(db, Some(actor), draft, stamp)
}

/// Makes a unit; without an actor it is the operator who does, at the command line.
pub fn found(
    db: &mut Db,
    actor: Option<&Actor>,
    draft: &UnitDraft,
    stamp: &Stamp,
) -> Result<Unit, Fault> {
    let mut reading = Reading::default();
    let code = draft.code.trim();
    if let Err(wrong) = rules::code(code) {
        reading.fields.add("code", wrong);
    } else if store::unit_of(db, code)?.is_some() {
        reading.fields.add("code", "taken");
    }
    let levels = levels_or_standard(db, stamp)?;
    let level = levels.iter().find(|l| l.code == draft.level.trim());
    if level.is_none() {
        reading
            .fields
            .add("level", if draft.level.trim().is_empty() { "required" } else { "unknown" });
    }
    let facts = rules::facts(&mut reading, draft);
    let parent = parent(db, &mut reading, actor, level, &draft.parent)?;
    let above = parent.as_ref().map_or("", |p| p.row.path.as_str()).to_owned();
    let seat = constituency(db, &mut reading, &draft.constituency, &above)?;
    let Some(level) = level else { return reading.done(()).and(Err(Fault::NotFound)) };
    reading.done(())?;
    let id = UnitId(stamp.id());
    let row = row(
        id,
        code,
        level.id,
        parent.map(|p| p.row.id),
        seat,
        rules::path(&above, id),
        facts,
        stamp.now,
    );
    store::add(db, std::slice::from_ref(&row))?;
    let detail = json!({ "code": row.code, "level": level.code, "name_hi": row.name_hi, "name_en": row.name_en });
    note(db, actor.map(|a| a.person), "unit created", id, detail, stamp.now)?;
    store::unit_of(db, code)?.ok_or(Fault::NotFound)
}

/// The first unit of an empty house: what the first admin keeps and everything hangs under.
pub fn create_first(db: &mut Db, stamp: &Stamp) -> Result<UnitId, Fault> {
    let levels = levels_or_standard(db, stamp)?;
    let top = levels.iter().find(|l| !l.electoral).ok_or_else(|| Fault::conflict("no-levels"))?;
    let draft = UnitDraft {
        code: "ORG".to_owned(),
        level: top.code.clone(),
        name_hi: "हमारा संगठन".to_owned(),
        name_en: "Our organisation".to_owned(),
        ..UnitDraft::default()
    };
    Ok(found(db, None, &draft, stamp)?.row.id)
}

/// Changes a unit; one that gets another parent takes everything below it along.
pub fn change(
    db: &mut Db,
    actor: &Actor,
    code: &str,
    patch: UnitPatch,
    stamp: &Stamp,
) -> Result<Unit, Fault> {
    let before = unit_for(db, actor, code)?;
    actor.must(Right::Manage, &before.row.path)?;
    let draft = patch.over(before.draft());
    let mut reading = Reading::default();
    let facts = rules::facts(&mut reading, &draft);
    let moves = draft.parent.trim() != before.parent.as_deref().unwrap_or_default();
    let new_parent = if moves {
        parent(db, &mut reading, Some(actor), Some(&before.level), &draft.parent)?
    } else {
        None
    };
    if new_parent.as_ref().is_some_and(|p| p.row.path.starts_with(&before.row.path)) {
        reading.fields.0.retain(|e| e.name != "parent");
        reading.fields.add("parent", "parent-below");
    }
    let seat = if draft.constituency.trim() == before.constituency_code() {
        before.row.constituency_id
    } else {
        constituency(db, &mut reading, &draft.constituency, &before.row.path)?
    };
    reading.done(())?;
    let (id, level) = (before.row.id, before.row.level_id);
    let (parent_id, path) = match (&new_parent, moves) {
        (Some(parent), _) => (Some(parent.row.id), rules::path(&parent.row.path, id)),
        (None, true) => (None, rules::path("", id)),
        (None, false) => (before.row.parent_id, before.row.path.clone()),
    };
    let mut after = row(id, code, level, parent_id, seat, path, facts, stamp.now);
    after.created_at = before.row.created_at;
    let changes = differences(&before.row, &after);
    if changes.is_empty() {
        return Ok(before);
    }
    if moves {
        store::move_subtree(db, &before.row.path, &after.path, stamp.now)?;
    }
    store::keep(db, std::slice::from_ref(&after))?;
    if moves || before.row.timezone != after.timezone {
        post::ground_changed(db, &[&after.path], stamp.now)?;
    }
    let mut detail = Value::Object(changes);
    if moves {
        let to = new_parent.as_ref().map(|p| p.row.code.as_str());
        detail["parent"] = json!({ "before": before.parent, "after": to });
    }
    note(
        db,
        Some(actor.person),
        if moves { "unit moved" } else { "unit changed" },
        id,
        detail,
        stamp.now,
    )?;
    store::unit_of(db, code)?.ok_or(Fault::NotFound)
}

/// What is another way, before and after; contact data only by its name.
pub fn differences(before: &UnitRow, after: &UnitRow) -> Map<String, Value> {
    let mut out = Map::new();
    let mut compare = |name: &str, before: Value, after: Value| {
        if before != after {
            out.insert(name.to_owned(), json!({ "before": before, "after": after }));
        }
    };
    compare("name_hi", json!(before.name_hi), json!(after.name_hi));
    compare("name_en", json!(before.name_en), json!(after.name_en));
    compare("parent", json!(before.parent_id), json!(after.parent_id));
    compare("constituency", json!(before.constituency_id), json!(after.constituency_id));
    compare("census_code", json!(before.census_code), json!(after.census_code));
    compare("population", json!(before.population), json!(after.population));
    compare("timezone", json!(before.timezone), json!(after.timezone));
    compare("contact_name", json!(before.contact_name), json!(after.contact_name));
    compare("valid_from", json!(before.valid_from), json!(after.valid_from));
    compare("valid_to", json!(before.valid_to), json!(after.valid_to));
    if before.contact_phone != after.contact_phone {
        out.insert("contact_phone".to_owned(), json!("changed"));
    }
    out
}

/// The unit that a draft names as parent; none makes a root, which not everybody may.
fn parent(
    db: &mut Db,
    reading: &mut Reading,
    actor: Option<&Actor>,
    level: Option<&Level>,
    code: &str,
) -> Result<Option<Unit>, Fault> {
    let code = code.trim();
    if code.is_empty() {
        if actor.is_some_and(|a| !keeps_a_root(a)) {
            reading.fields.add("parent", "required");
        } else if let Some(Err(wrong)) = level.map(|l| rules::may_hang(l, None)) {
            reading.fields.add("parent", wrong);
        }
        return Ok(None);
    }
    let may = |path: &str| actor.is_none_or(|a| a.may(Right::Manage, path));
    let Some(parent) = store::unit_of(db, code)?.filter(|p| may(&p.row.path)) else {
        reading.fields.add("parent", "not-found");
        return Ok(None);
    };
    if let Some(Err(wrong)) = level.map(|l| rules::may_hang(l, Some(&parent.level))) {
        reading.fields.add("parent", wrong);
    }
    Ok(Some(parent))
}

/// The electoral unit that a draft names: one of the same tree.
fn constituency(
    db: &mut Db,
    reading: &mut Reading,
    code: &str,
    path: &str,
) -> Result<Option<UnitId>, Fault> {
    let code = code.trim();
    if code.is_empty() {
        return Ok(None);
    }
    let tree = path.get(..rules::SEGMENT).unwrap_or_default();
    let seat = store::unit_of(db, code)?.filter(|s| s.row.path.starts_with(tree));
    match &seat {
        None => reading.fields.add("constituency", "not-found"),
        Some(seat) if !seat.level.electoral => reading.fields.add("constituency", "not-electoral"),
        Some(_) => {}
    }
    Ok(seat.map(|s| s.row.id))
}

#[expect(clippy::too_many_arguments, reason = "the parts of one row, each of its own type")]
fn row(
    id: UnitId,
    code: &str,
    level: LevelId,
    parent: Option<UnitId>,
    constituency: Option<UnitId>,
    path: String,
    facts: Facts,
    now: Moment,
) -> UnitRow {
    UnitRow {
        id,
        code: code.to_owned(),
        level_id: level,
        parent_id: parent,
        constituency_id: constituency,
        path,
        folded: search::fold_all([facts.name_hi.as_str(), facts.name_en.as_str()]),
        name_hi: facts.name_hi,
        name_en: facts.name_en,
        census_code: facts.census_code,
        population: facts.population,
        timezone: facts.timezone,
        contact_name: facts.contact_name,
        contact_phone: facts.contact_phone,
        valid_from: facts.valid_from,
        valid_to: facts.valid_to,
        created_at: now,
        updated_at: now,
    }
}

fn note(
    db: &mut Db,
    actor: Option<PersonId>,
    action: &str,
    id: UnitId,
    detail: Value,
    now: Moment,
) -> Result<(), Fault> {
    let entry = Entry { actor, action, subject: format!("unit/{id}"), unit: Some(id), detail };
    journal::note(db, entry, now)
}
