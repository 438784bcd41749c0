//! What was read, written and told of.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{LevelId, UnitId};
use crate::kit::journal::{self, Entry};
use crate::kit::search;
use crate::post;
use crate::units::import::Work;
use crate::units::import::tree::{Node, names};
use crate::units::store::UnitRow;
use crate::units::{self, store};

impl Work<'_> {
    /// The same name twice under one parent and level is allowed, and worth a look.
    pub(super) fn note_twins(&mut self) {
        let mut first: HashMap<(Option<UnitId>, LevelId, &str), &Node> = HashMap::new();
        let mut notes = vec![];
        for node in self.tree.nodes.iter().filter(|n| !(n.refused && n.before.is_none())) {
            for name in names(&node.after) {
                let key = (node.after.parent_id, node.after.level_id, name);
                let Some(twin) = first.insert(key, node) else { continue };
                if twin.after.id == node.after.id || (twin.line.is_none() && node.line.is_none()) {
                    continue;
                }
                let args = vec![
                    ("name", node.after.name_en.clone()),
                    ("first", twin.after.code.clone()),
                    ("second", node.after.code.clone()),
                ];
                notes.push((node.line.or(twin.line), args));
                break;
            }
        }
        for (line, args) in notes {
            self.intake.report.note("same-name", line, args);
        }
    }

    /// Writes what is new and what is another way; gives the changed ones for the journal.
    pub(super) fn write(&mut self, db: &mut Db) -> Result<Vec<(UnitId, Value, bool)>, Fault> {
        let fresh_ids: HashSet<UnitId> = self
            .tree
            .nodes
            .iter()
            .filter(|n| n.before.is_none() && !n.refused)
            .map(|n| n.after.id)
            .collect();
        let (mut fresh, mut kept, mut changed, mut roots) = (vec![], vec![], vec![], 0);
        for node in &self.tree.nodes {
            match &node.before {
                None if node.refused => {}
                None => {
                    self.intake.report.created += 1;
                    roots += usize::from(node.after.parent_id.is_none());
                    let mut row = node.after.clone();
                    // A constituency of the same table may be written later than this row.
                    if row.constituency_id.is_some_and(|s| fresh_ids.contains(&s)) {
                        kept.push(row.clone());
                        row.constituency_id = None;
                    }
                    fresh.push((row.path.len(), row));
                }
                Some(before) => {
                    let detail = units::differences(before, &node.after);
                    let of_table = node.line.is_some() && !node.refused;
                    if !detail.is_empty() {
                        let moved = before.parent_id != node.after.parent_id;
                        self.intake.report.updated += 1;
                        changed.push((before.id, Value::Object(detail), moved));
                    } else if of_table {
                        self.intake.report.unchanged += 1;
                    }
                    if *before != node.after {
                        let mut row = node.after.clone();
                        row.folded = search::fold_all([row.name_hi.as_str(), row.name_en.as_str()]);
                        row.updated_at = self.now;
                        kept.push(row);
                    }
                }
            }
        }
        fresh.sort_by_key(|(depth, _)| *depth);
        let fresh: Vec<UnitRow> = fresh.into_iter().map(|(_, row)| row).collect();
        store::add(db, &fresh)?;
        store::keep(db, &kept)?;
        // Where the tables' letters go, and by whose clock, may be another way now.
        let elsewhere = self.tree.nodes.iter().filter(|node| {
            let is_other = |before: &UnitRow| {
                before.parent_id != node.after.parent_id || before.timezone != node.after.timezone
            };
            node.before.as_ref().is_some_and(is_other)
        });
        let paths: Vec<&str> = elsewhere.map(|node| node.after.path.as_str()).collect();
        post::ground_changed(db, &paths, self.now)?;
        if roots > 0 {
            self.intake.report.note("roots", None, vec![("count", roots.to_string())]);
        }
        Ok(changed)
    }

    pub(super) fn tell(&self, db: &mut Db, changed: &[(UnitId, Value, bool)]) -> Result<(), Fault> {
        let report = &self.intake.report;
        if report.created + report.updated == 0 {
            return Ok(());
        }
        let actor = self.actor.map(|a| a.person);
        let mut entries: Vec<Entry<'_>> = changed
            .iter()
            .map(|(id, detail, moved)| Entry {
                actor,
                action: if *moved { "unit moved" } else { "unit changed" },
                subject: format!("unit/{id}"),
                unit: Some(*id),
                detail: detail.clone(),
            })
            .collect();
        entries.push(Entry {
            actor,
            action: "units imported",
            subject: "units".to_owned(),
            unit: self.actor.map(|a| a.unit),
            detail: json!({ "created": report.created, "updated": report.updated, "refused": report.refused() }),
        });
        journal::note_all(db, &entries, self.now)
    }
}
