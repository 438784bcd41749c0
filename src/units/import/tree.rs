//! The tree in memory, as it is and as it will be.

use std::collections::HashMap;

use crate::kit::ids::{LevelId, UnitId};
use crate::kit::tables;
use crate::units::rules::Level;
use crate::units::store::UnitRow;

/// One unit while a table is read: as it was, as it will be.
pub(super) struct Node {
    pub(super) before: Option<UnitRow>,
    pub(super) after: UnitRow,
    pub(super) level: usize,
    /// The table's row that speaks of it, when that row is good so far.
    pub(super) line: Option<u64>,
    pub(super) refused: bool,
}

/// The whole tree in memory: an import asks the database once, never row by row.
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    pub(super) levels: Vec<Level>,
    pub(super) by_code: HashMap<String, usize>,
    pub(super) by_id: HashMap<UnitId, usize>,
    pub(super) by_name: HashMap<String, Vec<usize>>,
}

impl Tree {
    pub(super) fn of(rows: Vec<UnitRow>, levels: Vec<Level>) -> Self {
        let place: HashMap<LevelId, usize> =
            levels.iter().enumerate().map(|(i, l)| (l.id, i)).collect();
        let mut tree = Self {
            nodes: Vec::with_capacity(rows.len()),
            levels,
            by_code: HashMap::with_capacity(rows.len()),
            by_id: HashMap::with_capacity(rows.len()),
            by_name: HashMap::new(),
        };
        for row in rows {
            let level = place.get(&row.level_id).copied().unwrap_or_default();
            tree.add(Node {
                before: Some(row.clone()),
                after: row,
                level,
                line: None,
                refused: false,
            });
        }
        tree
    }

    pub(super) fn add(&mut self, node: Node) -> usize {
        let at = self.nodes.len();
        self.by_code.insert(node.after.code.clone(), at);
        self.by_id.insert(node.after.id, at);
        for name in names(&node.after) {
            self.by_name.entry(name.to_owned()).or_default().push(at);
        }
        self.nodes.push(node);
        at
    }

    pub(super) fn level(&self, given: &str) -> Option<usize> {
        let wanted = tables::plain(given);
        self.levels.iter().position(|l| {
            [&l.code, &l.name_hi, &l.name_en].iter().any(|name| tables::plain(name) == wanted)
        })
    }

    /// The ids above a node in the tree as it will be.
    pub(super) fn path(&self, node: &Node) -> String {
        let above = node.after.parent_id.and_then(|p| self.by_id.get(&p));
        above.map_or_else(String::new, |p| self.nodes[*p].after.path.clone())
    }
}

/// The folded names of a unit, one by one (`search::fold_all` keeps them two blanks apart).
pub(super) fn names(row: &UnitRow) -> impl Iterator<Item = &str> {
    row.folded.split("  ").filter(|name| !name.is_empty())
}
