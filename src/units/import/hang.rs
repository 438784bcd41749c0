//! Where each unit hangs, and which constituency it belongs to.

use std::collections::HashSet;

use crate::access::rules::Right;
use crate::kit::ids::UnitId;
use crate::kit::search;
use crate::kit::tables;
use crate::units;
use crate::units::import::row::Row;
use crate::units::import::tree::{Node, names};
use crate::units::import::{F, Work};
use crate::units::rules;

impl Work<'_> {
    /// Finds every parent, from the top level down, so that a row may stand before its parent's.
    pub(super) fn hang(&mut self) {
        let records = std::mem::take(&mut self.intake.records);
        let mut order: Vec<(i32, usize)> = records
            .iter()
            .enumerate()
            .filter_map(|(i, r)| self.node_of(r).map(|at| (self.depth(at), i)))
            .collect();
        order.sort_unstable();
        let level_of = |n: &Node| self.tree.levels[n.level].ordinal;
        let roots =
            self.tree.nodes.iter().filter(|n| n.before.is_some() && n.after.parent_id.is_none());
        let mut top = roots.map(level_of).min();
        for (_, i) in order {
            let record = &records[i];
            let Some(at) = self.node_of(record) else { continue };
            let mut row = Row { record, errors: vec![] };
            let place = self.place(&mut row, at, top);
            self.refuse(row);
            match place {
                Some(parent) => {
                    if parent.is_none() {
                        let here = self.tree.levels[self.tree.nodes[at].level].ordinal;
                        top = Some(top.map_or(here, |top| top.min(here)));
                    }
                    self.moved |= self.set_parent(at, parent);
                }
                None => self.refuse_node(at),
            }
        }
        if self.moved {
            self.rewrite_paths();
        }
        self.intake.records = records;
    }

    /// Where a row wants its unit: `Some(None)` is a root. None when it was refused.
    fn place(&mut self, row: &mut Row<'_>, at: usize, top: Option<i32>) -> Option<Option<usize>> {
        if let Some(before) = &self.tree.nodes[at].before
            && self.actor.is_some_and(|a| !a.may(Right::Manage, &before.path))
        {
            row.wrong(F::Code, "outside");
            return None;
        }
        let named = self.named_parent(row, at)?;
        let Some(parent) = named else {
            // An empty cell moves nobody; it makes a root only of a new unit.
            if let Some(before) = &self.tree.nodes[at].before {
                return Some(before.parent_id.and_then(|p| self.tree.by_id.get(&p)).copied());
            }
            return self.root(row, at, top);
        };
        let (child, above) = (&self.tree.nodes[at], &self.tree.nodes[parent]);
        if above.refused && above.before.is_none() {
            let args = vec![("row", above.line.unwrap_or_default().to_string())];
            row.wrong_with(F::Parent, "parent-refused", args);
            return None;
        }
        if let Err(wrong) =
            rules::may_hang(&self.tree.levels[child.level], Some(&self.tree.levels[above.level]))
        {
            row.wrong(F::Parent, wrong);
            return None;
        }
        if self.actor.is_some_and(|a| !a.may(Right::Manage, &above.after.path)) {
            row.wrong(F::Parent, "outside");
            return None;
        }
        Some(Some(parent))
    }

    /// A new unit without a parent: a root, unless its level belongs under a root there is.
    fn root(&self, row: &mut Row<'_>, at: usize, top: Option<i32>) -> Option<Option<usize>> {
        let level = &self.tree.levels[self.tree.nodes[at].level];
        if top.is_some_and(|top| top < level.ordinal) {
            row.wrong(F::Parent, "parent-required");
            return None;
        }
        if let Err(wrong) = rules::may_hang(level, None) {
            row.wrong(F::Parent, wrong);
            return None;
        }
        if self.actor.is_some_and(|a| !units::keeps_a_root(a)) {
            row.wrong(F::Parent, "outside");
            return None;
        }
        Some(None)
    }

    /// The unit that a row names as parent, by code or by name. `Some(None)`: it names none.
    fn named_parent(&mut self, row: &mut Row<'_>, at: usize) -> Option<Option<usize>> {
        let (code, name) = (row.get(F::Parent).to_owned(), row.get(F::ParentName).to_owned());
        if code.is_empty() {
            if name.is_empty() {
                return Some(None);
            }
            return self.by_name(row, at, &name).map(Some);
        }
        let Some(&parent) = self.tree.by_code.get(&code) else {
            let near = self.near.of(&code, self.tree.by_code.keys().map(String::as_str));
            row.wrong_with(F::Parent, "parent-unknown", vec![("near", near)]);
            return None;
        };
        let kept = &self.tree.nodes[parent].after;
        let same = tables::plain(&kept.name_hi) == tables::plain(&name)
            || tables::plain(&kept.name_en) == tables::plain(&name)
            || names(kept).any(|n| n == search::fold(&name));
        if !name.is_empty() && !same && !self.tree.nodes[parent].refused {
            let args = vec![("said", name), ("kept", kept.name_en.clone()), ("code", code)];
            self.intake.report.note("name-differs", Some(row.record.line), args);
        }
        Some(Some(parent))
    }

    fn by_name(&mut self, row: &mut Row<'_>, at: usize, name: &str) -> Option<usize> {
        let level = match row.get(F::ParentLevel) {
            "" => None,
            given => match self.tree.level(given) {
                Some(level) => Some(level),
                None => {
                    row.wrong(F::ParentLevel, "level-unknown-parent");
                    return None;
                }
            },
        };
        let child = &self.tree.levels[self.tree.nodes[at].level];
        let fits = |n: &&Node| {
            let of = &self.tree.levels[n.level];
            !n.refused
                && level.is_none_or(|l| l == n.level)
                && rules::may_hang(child, Some(of)).is_ok()
                && self
                    .actor
                    .is_none_or(|a| n.before.as_ref().is_none_or(|b| a.may(Right::Manage, &b.path)))
        };
        let known = self.tree.by_name.get(&search::fold(name)).into_iter().flatten();
        let found: Vec<usize> = known.copied().filter(|n| fits(&&self.tree.nodes[*n])).collect();
        match found.as_slice() {
            [one] => Some(*one),
            [] => {
                let all = self.tree.nodes.iter().filter(fits);
                let near = self.near.of(
                    name,
                    all.flat_map(|n| [n.after.name_en.as_str(), n.after.name_hi.as_str()]),
                );
                row.wrong_with(F::ParentName, "parent-unknown", vec![("near", near)]);
                None
            }
            several => {
                let mut codes: Vec<&str> = several
                    .iter()
                    .take(5)
                    .map(|n| self.tree.nodes[*n].after.code.as_str())
                    .collect();
                codes.sort_unstable();
                row.wrong_with(
                    F::ParentName,
                    "parent-ambiguous",
                    vec![("codes", codes.join(", "))],
                );
                None
            }
        }
    }

    /// Gives a node its parent; true when it had another one, so that paths must be rewritten.
    fn set_parent(&mut self, at: usize, parent: Option<usize>) -> bool {
        let parent_id = parent.map(|p| self.tree.nodes[p].after.id);
        let node = &mut self.tree.nodes[at];
        let moved = node.before.as_ref().is_some_and(|b| b.parent_id != parent_id);
        node.after.parent_id = parent_id;
        if node.before.is_none() || moved {
            let above = self.tree.path(&self.tree.nodes[at]);
            let node = &mut self.tree.nodes[at];
            node.after.path = rules::path(&above, node.after.id);
        }
        moved
    }

    /// Levels grow from parent to child, so one pass from the top sets every path right.
    pub(super) fn rewrite_paths(&mut self) {
        let mut order: Vec<(i32, usize)> = (0..self.tree.nodes.len())
            .filter(|at| !(self.tree.nodes[*at].refused && self.tree.nodes[*at].before.is_none()))
            .map(|at| (self.depth(at), at))
            .collect();
        order.sort_unstable();
        for (_, at) in order {
            let above = self.tree.path(&self.tree.nodes[at]);
            let node = &mut self.tree.nodes[at];
            node.after.path = rules::path(&above, node.after.id);
        }
    }

    /// Finds every constituency. It is no part of the tree, so it may stand anywhere in the table.
    /// True when something was refused: then what points to that must be looked at again.
    pub(super) fn seat(&mut self) -> bool {
        let tree = |path: &str| path.get(..rules::SEGMENT).map(str::to_owned);
        let parents: HashSet<UnitId> =
            self.tree.nodes.iter().filter_map(|n| n.after.parent_id).collect();
        let records = std::mem::take(&mut self.intake.records);
        let mut refused = false;
        for record in &records {
            let Some(at) = self.node_of(record) else { continue };
            let Some(code) = record.given(F::Constituency as usize) else { continue };
            let here = tree(&self.tree.nodes[at].after.path);
            let seat = self.tree.by_code.get(code).map(|s| &self.tree.nodes[*s]);
            let seat =
                seat.filter(|s| (!s.refused || s.before.is_some()) && tree(&s.after.path) == here);
            let wrong = match seat {
                Some(s) if self.tree.levels[s.level].electoral => {
                    self.tree.nodes[at].after.constituency_id = Some(s.after.id);
                    continue;
                }
                Some(_) => "not-electoral",
                None => "constituency-unknown",
            };
            refused = true;
            self.intake.refuse(record.line, F::Constituency as usize, wrong, code, vec![]);
            let node = &self.tree.nodes[at];
            if node.before.is_none() && parents.contains(&node.after.id) {
                self.refuse_below(at);
            }
            self.refuse_node(at);
        }
        self.intake.records = records;
        refused
    }

    /// Refuses what this table hangs under a new unit that is not made.
    fn refuse_below(&mut self, at: usize) {
        let path = self.tree.nodes[at].after.path.clone();
        let args = vec![("row", self.tree.nodes[at].line.unwrap_or_default().to_string())];
        for below in 0..self.tree.nodes.len() {
            let node = &self.tree.nodes[below];
            let of_table = node.line.is_some() && !node.refused;
            if below != at && of_table && node.after.path.starts_with(&path) {
                let (line, code) = (node.line.unwrap_or_default(), node.after.code.clone());
                self.refuse_node(below);
                self.intake.refuse(line, F::Parent as usize, "parent-refused", &code, args.clone());
            }
        }
    }
}
