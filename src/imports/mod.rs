//! Units or people taken in from a pasted table: looked at first, then done.

pub mod pages;

use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::rules::Right;
use crate::kit::db::{self, Db};
use crate::kit::fault::{Fault, Fields};
use crate::kit::intake::{Report, Wishes};
use crate::kit::site::Stamp;
use crate::kit::tables::Table;
use crate::{people, units};

/// A pasted table, and what is in it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ImportDraft {
    /// `units` or `people`.
    pub kind: String,
    /// Cells as a spreadsheet copies them: tabs between, a line each.
    pub table: String,
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
    let wishes = Wishes::default();
    match draft.kind.as_str() {
        "units" => units::import::import(db, Some(actor), table, &wishes, stamp),
        "people" => people::import::import(db, Some(actor), table, &wishes, stamp),
        _ => Err(Fault::field("kind", "unknown")),
    }
}
