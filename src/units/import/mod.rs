//! Units from a table: every row told of, good rows in, the same table twice changes nothing.

mod row;
mod tree;
mod read;
mod hang;
mod write;

use std::collections::HashMap;

use crate::access::Actor;
use crate::access::rules::Right;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::intake::{Field, Intake, Nearest, Record, Report, Wishes};
use crate::kit::site::Stamp;
use crate::kit::tables::Table;
use crate::units::import::row::Row;
use crate::units::import::tree::Tree;
use crate::units::{self, store};

/// The fields that a table of units may fill, in the order of `F`.
pub const FIELDS: &[Field] = &[
    Field {
        name: "code", headers: &["code", "unit code", "कोड", "इकाई कोड", "इकाई का कोड"]
    },
    Field {
        name: "name_hi",
        headers: &[
            "name_hi",
            "name (hindi)",
            "hindi name",
            "नाम",
            "नाम (हिन्दी)",
            "नाम (हिंदी)",
            "हिन्दी नाम",
            "इकाई का नाम",
        ],
    },
    Field {
        name: "name_en",
        headers: &[
            "name_en",
            "name (english)",
            "english name",
            "name",
            "unit name",
            "नाम (अंग्रेजी)",
            "नाम (अंग्रेज़ी)",
            "अंग्रेजी नाम",
        ],
    },
    Field { name: "level", headers: &["level", "unit level", "स्तर"] },
    Field {
        name: "parent",
        headers: &["parent", "parent code", "ऊपर की इकाई", "ऊपर की इकाई का कोड", "मूल इकाई"],
    },
    Field {
        name: "parent_name",
        headers: &["parent_name", "parent unit name", "ऊपर की इकाई का नाम"],
    },
    Field {
        name: "parent_level", headers: &["parent_level", "ऊपर की इकाई का स्तर"]
    },
    Field {
        name: "constituency",
        headers: &["constituency", "constituency code", "विधानसभा क्षेत्र", "विधानसभा कोड"],
    },
    Field {
        name: "census_code", headers: &["census_code", "census 2011 code", "जनगणना कोड"]
    },
    Field {
        name: "population", headers: &["population", "जनसंख्या", "आबादी"]
    },
    Field {
        name: "contact_name",
        headers: &["contact_name", "contact", "in-charge", "incharge", "प्रभारी", "प्रभारी का नाम"],
    },
    Field {
        name: "contact_phone",
        headers: &[
            "contact_phone",
            "contact mobile",
            "in-charge phone",
            "प्रभारी का मोबाइल",
            "प्रभारी का फोन",
        ],
    },
    Field { name: "valid_from", headers: &["valid_from", "कब से"] },
    Field { name: "valid_to", headers: &["valid_to", "कब तक"] },
    Field {
        name: "timezone", headers: &["timezone", "time zone", "समय क्षेत्र"]
    },
];

#[derive(Clone, Copy)]
enum F {
    Code,
    NameHi,
    NameEn,
    Level,
    Parent,
    ParentName,
    ParentLevel,
    Constituency,
    Census,
    Population,
    ContactName,
    ContactPhone,
    ValidFrom,
    ValidTo,
    Timezone,
}

/// Takes a table of units in, in the transaction that is open. Without an actor it is the operator.
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
    let mut intake = Intake::of(table, FIELDS, wishes)?;
    if store::levels(db)?.is_empty() {
        intake.report.note("levels-made", None, vec![]);
    }
    let levels = units::levels_or_standard(db, stamp)?;
    let tree = Tree::of(store::all(db)?, levels);
    let now = stamp.now;
    let rows_of = HashMap::new();
    let mut work =
        Work { intake, tree, actor, now, rows_of, near: Nearest::default(), moved: false };
    work.read(stamp);
    work.hang();
    while work.seat() {}
    if work.moved {
        work.rewrite_paths();
    }
    work.note_twins();
    let written = work.write(db)?;
    work.tell(db, &written)?;
    Ok(work.intake.report)
}

struct Work<'a> {
    intake: Intake,
    tree: Tree,
    actor: Option<&'a Actor>,
    now: Moment,
    /// Line of the first row of a code.
    rows_of: HashMap<String, u64>,
    near: Nearest,
    /// Whether a known unit got another parent, so that paths must be written anew.
    moved: bool,
}

impl Work<'_> {
    fn refuse(&mut self, row: Row<'_>) {
        for (field, code, value, args) in row.errors {
            self.intake.refuse(row.record.line, field as usize, code, &value, args);
        }
    }

    fn node_of(&self, record: &Record) -> Option<usize> {
        let at = *self.tree.by_code.get(record.get(F::Code as usize))?;
        let node = &self.tree.nodes[at];
        (node.line == Some(record.line) && !node.refused).then_some(at)
    }

    /// Electoral units come last: they may hang under any other.
    fn depth(&self, at: usize) -> i32 {
        let level = &self.tree.levels[self.tree.nodes[at].level];
        if level.electoral { i32::MAX } else { level.ordinal }
    }

    /// A refused row leaves a known unit as it was; a new one is not made.
    fn refuse_node(&mut self, at: usize) {
        let node = &mut self.tree.nodes[at];
        if let Some(before) = &node.before {
            node.after = before.clone();
        }
        node.refused = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_stand_in_the_order_of_their_names() {
        for (field, name) in
            [(F::Code, "code"), (F::ParentLevel, "parent_level"), (F::Timezone, "timezone")]
        {
            assert_eq!(FIELDS[field as usize].name, name);
        }
    }
}
