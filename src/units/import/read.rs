//! Every row by itself, without regard to the tree.

use std::collections::HashSet;

use crate::kit::ids::UnitId;
use crate::kit::search;
use crate::kit::site::Stamp;
use crate::units::import::row::{Row, empty_row, facts, overlay};
use crate::units::import::tree::Node;
use crate::units::import::{F, Work};
use crate::units::rules;

impl Work<'_> {
    /// Every row by itself: what it says of its unit, without regard to the tree.
    pub(super) fn read(&mut self, stamp: &Stamp) {
        let optional = [F::Census, F::Population, F::ContactName, F::ContactPhone, F::Constituency];
        self.intake.note_empty(&optional.map(|f| f as usize));
        let bad: HashSet<u64> = self.intake.report.errors.iter().map(|e| e.row).collect();
        let records = std::mem::take(&mut self.intake.records);
        for record in &records {
            let mut row = Row { record, errors: vec![] };
            self.read_row(&mut row, bad.contains(&record.line), stamp);
            self.refuse(row);
        }
        self.intake.records = records;
    }

    fn read_row(&mut self, row: &mut Row<'_>, bad: bool, stamp: &Stamp) -> Option<()> {
        let code = row.get(F::Code).to_owned();
        if let Err(wrong) = rules::code(&code) {
            row.wrong(F::Code, wrong);
        } else if let Some(first) = self.rows_of.get(&code) {
            row.wrong_with(F::Code, "repeated", vec![("row", first.to_string())]);
        } else {
            self.rows_of.insert(code.clone(), row.record.line);
        }
        let known = self.tree.by_code.get(&code).copied();
        let level = self.level(row, known);
        let facts = facts(row, known.map(|k| &self.tree.nodes[k].after));
        if bad || !row.errors.is_empty() {
            // A child of this row is refused for its parent, not for an unknown code.
            if known.is_none() && row.errors.iter().all(|e| e.1 != "repeated") && !code.is_empty() {
                self.placeholder(&code, row.record.line);
            }
            return None;
        }
        let (facts, level) = (facts?, level?);
        let at = match known {
            Some(at) => {
                let kept = &mut self.tree.nodes[at].after;
                overlay(kept, facts);
                at
            }
            None => {
                let id = UnitId(stamp.id());
                let mut fresh = facts;
                fresh.id = id;
                fresh.code = code;
                fresh.level_id = self.tree.levels[level].id;
                fresh.folded = search::fold_all([fresh.name_hi.as_str(), fresh.name_en.as_str()]);
                fresh.created_at = self.now;
                self.tree.add(Node {
                    before: None,
                    after: fresh,
                    level,
                    line: None,
                    refused: false,
                })
            }
        };
        self.tree.nodes[at].line = Some(row.record.line);
        Some(())
    }

    /// Marks a code as refused, so that what hangs under it knows why.
    fn placeholder(&mut self, code: &str, line: u64) {
        let mut after = empty_row(self.now);
        after.code = code.to_owned();
        let node = Node { before: None, after, level: 0, line: Some(line), refused: true };
        self.tree.by_code.insert(code.to_owned(), self.tree.nodes.len());
        self.tree.nodes.push(node);
    }

    fn level(&self, row: &mut Row<'_>, known: Option<usize>) -> Option<usize> {
        let known = known.map(|k| &self.tree.nodes[k]).filter(|k| k.before.is_some());
        let given = row.get(F::Level).to_owned();
        let Some(level) = self.tree.level(&given) else {
            if given.is_empty() {
                if known.is_none() {
                    row.wrong(F::Level, "required");
                }
                return known.map(|k| k.level);
            }
            let all: Vec<&str> = self.tree.levels.iter().map(|l| l.code.as_str()).collect();
            row.wrong_with(F::Level, "level-unknown", vec![("levels", all.join(", "))]);
            return None;
        };
        if let Some(kept) = known.filter(|k| k.level != level) {
            let args = vec![("kept", self.tree.levels[kept.level].code.clone())];
            row.wrong_with(F::Level, "level-differs", args);
            return None;
        }
        Some(level)
    }
}
