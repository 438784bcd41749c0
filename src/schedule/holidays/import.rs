//! Holidays from a table: good rows go in, bad ones are told, the same table twice changes nothing.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde_json::json;

use crate::access::Actor;
use crate::access::rules::Right;
use crate::kit::clean;
use crate::kit::db::{self, Db};
use crate::kit::fault::{Fault, Fields};
use crate::kit::ids::{HolidayId, UnitId};
use crate::kit::intake::{self, Field, Intake, Record, Report, Wishes};
use crate::kit::journal::{self, Entry};
use crate::kit::site::Stamp;
use crate::kit::tables::Table;
use crate::schedule::holidays::rules::{self, Facts, Holiday, HolidayKind};
use crate::schedule::holidays::{may_keep, store};

/// The fields that a table of holidays may fill, in the order of `F`.
const FIELDS: &[Field] = &[
    Field {
        name: "day", headers: &["day", "date", "दिनांक", "तारीख", "दिन"]
    },
    Field {
        name: "name_hi",
        headers: &["name_hi", "name (hindi)", "hindi name", "नाम", "अवकाश", "हिन्दी नाम"],
    },
    Field {
        name: "name_en",
        headers: &["name_en", "name (english)", "name", "holiday", "अंग्रेजी नाम"],
    },
    Field { name: "kind", headers: &["kind", "type", "प्रकार"] },
    Field { name: "estimated", headers: &["estimated", "अनुमानित"] },
    Field {
        name: "unit", headers: &["unit", "unit code", "इकाई", "इकाई कोड"]
    },
];

#[derive(Clone, Copy)]
enum F {
    Day,
    NameHi,
    NameEn,
    Kind,
    Estimated,
    Unit,
}

/// What an import would do: everything is done, then undone.
pub fn look(db: &mut Db, actor: &Actor, text: &str, stamp: &Stamp) -> Result<Looked, Fault> {
    let table = table(text)?;
    let mut report = db::rehearse(db, |db| take(db, actor, &table, stamp))?;
    report.dry_run = true;
    Ok(Looked { report, table })
}

pub fn run(db: &mut Db, actor: &Actor, text: &str, stamp: &Stamp) -> Result<Looked, Fault> {
    let table = table(text)?;
    let report = take(db, actor, &table, stamp)?;
    Ok(Looked { report, table })
}

/// A report beside the table that it tells of.
pub struct Looked {
    pub report: Report,
    pub table: Table,
}

fn table(text: &str) -> Result<Table, Fault> {
    if text.trim().is_empty() {
        return Err(Fault::field("table", "required"));
    }
    Table::read(text.as_bytes()).map_err(|e| {
        let mut fields = Fields::default();
        fields.add_with("table", e.code, vec![("line", e.line.to_string())]);
        Fault::Invalid(fields)
    })
}

fn take(db: &mut Db, actor: &Actor, table: &Table, stamp: &Stamp) -> Result<Report, Fault> {
    actor.must_somewhere(Right::Manage)?;
    let mut intake = Intake::of(table, FIELDS, &Wishes::default())?;
    let records = std::mem::take(&mut intake.records);
    let codes: Vec<String> =
        records.iter().filter_map(|r| r.given(F::Unit as usize)).map(str::to_owned).collect();
    let units: HashMap<String, (UnitId, String)> = store::units_named(db, &codes)?
        .into_iter()
        .map(|(code, id, path)| (code, (id, path)))
        .collect();
    let read: Vec<Facts> =
        records.iter().filter_map(|r| read(&mut intake, actor, &units, r)).collect();
    let days = || read.iter().map(|f| f.day);
    let known = match (days().min(), days().max()) {
        (Some(from), Some(to)) => store::entries(db, from, to)?,
        _ => vec![],
    };
    let known: Vec<(Holiday, bool)> =
        known.into_iter().map(|e| (e.holiday, e.removed_at.is_some())).collect();
    let sorted = sort(&mut intake.report, read, &known, stamp);
    store::add(db, &sorted.new, stamp.now)?;
    for ((kind, estimated), ids) in &sorted.changed {
        store::set_kinds(db, ids, *kind, *estimated, stamp.now)?;
    }
    let report = intake.report;
    if report.created + report.updated > 0 {
        let entry = Entry {
            actor: Some(actor.person),
            action: "holidays imported",
            subject: "holidays".to_owned(),
            unit: None,
            detail: json!({
                "created": sorted.new.iter().map(|(_, facts)| facts).collect::<Vec<_>>(),
                "updated": sorted.changed.values().flatten().collect::<Vec<_>>(),
            }),
        };
        journal::note(db, entry, stamp.now)?;
    }
    Ok(report)
}

/// What the rows come to: new holidays, and those known that get another kind, grouped by it.
#[derive(Default)]
struct Sorted {
    new: Vec<(HolidayId, Facts)>,
    changed: BTreeMap<(HolidayKind, bool), Vec<HolidayId>>,
}

fn sort(report: &mut Report, read: Vec<Facts>, known: &[(Holiday, bool)], stamp: &Stamp) -> Sorted {
    let mut sorted = Sorted::default();
    for facts in read {
        let same_as = |day: NaiveDate, unit: Option<UnitId>, hi: &str, en: &str| {
            facts.day == day && facts.unit == unit && (facts.name_hi == hi || facts.name_en == en)
        };
        let there = known.iter().find(|(h, _)| same_as(h.day, h.unit, &h.name_hi, &h.name_en));
        match there {
            Some((h, removed)) => {
                if h.kind == facts.kind && h.estimated == facts.estimated && !removed {
                    report.unchanged += 1;
                } else {
                    report.updated += 1;
                    sorted.changed.entry((facts.kind, facts.estimated)).or_default().push(h.id);
                }
            }
            None if sorted
                .new
                .iter()
                .any(|(_, f)| same_as(f.day, f.unit, &f.name_hi, &f.name_en)) =>
            {
                report.unchanged += 1;
            }
            None => {
                report.created += 1;
                sorted.new.push((HolidayId(stamp.id()), facts));
            }
        }
    }
    sorted
}

/// One row; what is wrong with it is told, all at once.
fn read(
    intake: &mut Intake,
    actor: &Actor,
    units: &HashMap<String, (UnitId, String)>,
    record: &Record,
) -> Option<Facts> {
    let before = intake.report.refused();
    let mut refuse = |field: F, code: &'static str| {
        let value = record.get(field as usize).to_owned();
        intake.refuse(record.line, field as usize, code, &value, vec![]);
    };
    let text = |field: F| record.given(field as usize);
    let day = match text(F::Day) {
        Some(given) => intake::date(given),
        None => None,
    };
    if day.is_none() {
        refuse(F::Day, if text(F::Day).is_some() { "date" } else { "required" });
    }
    let (hi, en) = (text(F::NameHi), text(F::NameEn));
    if hi.or(en).is_none() {
        refuse(F::NameHi, "required");
    }
    for (field, name) in [(F::NameHi, hi), (F::NameEn, en)] {
        if name.is_some_and(|n| n.chars().count() > 120 || clean::holds_address(n)) {
            refuse(field, "characters");
        }
    }
    let kind = rules::kind_of(record.get(F::Kind as usize));
    if kind.is_none() {
        refuse(F::Kind, "unknown");
    }
    let estimated = rules::is_yes(record.get(F::Estimated as usize));
    if estimated.is_none() {
        refuse(F::Estimated, "unknown");
    }
    let unit = text(F::Unit).map(|code| {
        units.get(code).filter(|(_, path)| may_keep(actor, Some(path))).map(|(id, _)| *id)
    });
    let unit = match unit {
        Some(None) => {
            refuse(F::Unit, "unknown");
            None
        }
        Some(found) => found,
        None if may_keep(actor, None) => None,
        None => {
            refuse(F::Unit, "required");
            None
        }
    };
    if intake.report.refused() > before {
        return None;
    }
    Some(Facts {
        day: day?,
        name_hi: hi.or(en)?.to_owned(),
        name_en: en.or(hi)?.to_owned(),
        kind: kind?,
        estimated: estimated?,
        unit,
    })
}
