//! Units, people or enrolments taken in from a pasted table: looked at first, then done.

pub mod pages;

use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::rules::Right;
use crate::kit::db::{self, Db};
use crate::kit::fault::{Fault, Fields};
use crate::kit::ids::BatchId;
use crate::kit::intake::{Field, Report, Wishes};
use crate::kit::site::Stamp;
use crate::kit::tables::Table;
use crate::{enrolment, people, units};

/// A pasted table, and what is in it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ImportDraft {
    /// `units`, `people` or `enrolments`.
    pub kind: String,
    /// Cells as a spreadsheet copies them: tabs between, a line each.
    pub table: String,
    /// The batch of every row, for enrolments; when empty, a column names it.
    pub batch: String,
    /// `field=Header`: which column fills which field; no header: none does.
    pub columns: Vec<String>,
}

/// The kinds of table, and the fields that each may fill.
pub const KINDS: [(&str, &[Field]); 3] = [
    ("people", people::import::FIELDS),
    ("units", units::import::FIELDS),
    ("enrolments", enrolment::import::FIELDS),
];

impl ImportDraft {
    pub fn fields(&self) -> &'static [Field] {
        let known = KINDS.iter().find(|(kind, _)| *kind == self.kind);
        known.map_or(&[], |(_, fields)| fields)
    }

    fn wishes(&self) -> Wishes {
        let mut wishes = Wishes::default();
        for column in &self.columns {
            let Some((field, header)) = column.split_once('=') else { continue };
            let wish = (field.to_owned(), header.to_owned());
            match header {
                "" => wishes.sets.push(wish),
                _ => wishes.columns.push(wish),
            }
        }
        if !self.batch.is_empty() {
            wishes.columns.retain(|(field, _)| field != "batch");
            wishes.sets.retain(|(field, _)| field != "batch");
            wishes.sets.push(("batch".to_owned(), self.batch.clone()));
        }
        wishes
    }
}

/// The title of the batch that a list is for, when the address or the form names one.
pub fn batch_of(db: &mut Db, actor: &Actor, draft: &ImportDraft) -> Result<Option<String>, Fault> {
    if draft.batch.is_empty() {
        return Ok(None);
    }
    let id: BatchId = draft.batch.parse().map_err(|_| Fault::NotFound)?;
    let batch = enrolment::batch_for(db, actor, id)?;
    actor.must(Right::Manage, &batch.path)?;
    Ok(Some(batch.title))
}

/// What an import would do: everything is done, then undone.
pub fn look(
    db: &mut Db,
    actor: &Actor,
    draft: &ImportDraft,
    stamp: &Stamp,
) -> Result<Looked, Fault> {
    let table = table(draft)?;
    let mut report = db::rehearse(db, |db| take(db, actor, draft, &table, stamp))?;
    report.dry_run = true;
    Ok(Looked { report, table })
}

/// Does the import: good rows go in, bad rows are told.
pub fn run(
    db: &mut Db,
    actor: &Actor,
    draft: &ImportDraft,
    stamp: &Stamp,
) -> Result<Looked, Fault> {
    let table = table(draft)?;
    let report = take(db, actor, draft, &table, stamp)?;
    Ok(Looked { report, table })
}

/// A report beside the table that it tells of.
pub struct Looked {
    pub report: Report,
    pub table: Table,
}

fn table(draft: &ImportDraft) -> Result<Table, Fault> {
    if draft.table.trim().is_empty() {
        return Err(Fault::field("table", "required"));
    }
    Table::read(draft.table.as_bytes()).map_err(|e| {
        let mut fields = Fields::default();
        fields.add_with("table", e.code, vec![("line", e.line.to_string())]);
        Fault::Invalid(fields)
    })
}

fn take(
    db: &mut Db,
    actor: &Actor,
    draft: &ImportDraft,
    table: &Table,
    stamp: &Stamp,
) -> Result<Report, Fault> {
    actor.must_somewhere(Right::Manage)?;
    batch_of(db, actor, draft)?;
    let wishes = draft.wishes();
    match draft.kind.as_str() {
        "units" => units::import::import(db, Some(actor), table, &wishes, stamp),
        "people" => people::import::import(db, Some(actor), table, &wishes, stamp),
        "enrolments" => enrolment::import::import(db, Some(actor), table, &wishes, stamp),
        _ => Err(Fault::field("kind", "unknown")),
    }
}
