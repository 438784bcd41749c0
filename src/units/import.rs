//! Units from a table: every row told of, good rows in, the same table twice changes nothing.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use crate::access::Actor;
use crate::access::rules::Right;
use crate::kit::clean;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{LevelId, UnitId};
use crate::kit::intake::{self, Field, Intake, Nearest, Record, Report, Wishes};
use crate::kit::journal::{self, Entry};
use crate::kit::search;
use crate::kit::site::Stamp;
use crate::kit::tables::{self, Table};
use crate::post;
use crate::units::rules::{self, Level};
use crate::units::store::UnitRow;
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

/// One unit while a table is read: as it was, as it will be.
struct Node {
    before: Option<UnitRow>,
    after: UnitRow,
    level: usize,
    /// The table's row that speaks of it, when that row is good so far.
    line: Option<u64>,
    refused: bool,
}

/// The whole tree in memory: an import asks the database once, never row by row.
struct Tree {
    nodes: Vec<Node>,
    levels: Vec<Level>,
    by_code: HashMap<String, usize>,
    by_id: HashMap<UnitId, usize>,
    by_name: HashMap<String, Vec<usize>>,
}

impl Tree {
    fn of(rows: Vec<UnitRow>, levels: Vec<Level>) -> Self {
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

    fn add(&mut self, node: Node) -> usize {
        let at = self.nodes.len();
        self.by_code.insert(node.after.code.clone(), at);
        self.by_id.insert(node.after.id, at);
        for name in names(&node.after) {
            self.by_name.entry(name.to_owned()).or_default().push(at);
        }
        self.nodes.push(node);
        at
    }

    fn level(&self, given: &str) -> Option<usize> {
        let wanted = tables::plain(given);
        self.levels.iter().position(|l| {
            [&l.code, &l.name_hi, &l.name_en].iter().any(|name| tables::plain(name) == wanted)
        })
    }

    /// The ids above a node in the tree as it will be.
    fn path(&self, node: &Node) -> String {
        let above = node.after.parent_id.and_then(|p| self.by_id.get(&p));
        above.map_or_else(String::new, |p| self.nodes[*p].after.path.clone())
    }
}

/// The folded names of a unit, one by one (`search::fold_all` keeps them two blanks apart).
fn names(row: &UnitRow) -> impl Iterator<Item = &str> {
    row.folded.split("  ").filter(|name| !name.is_empty())
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

/// One mistake of a row: the field, the word of the error, what its sentence names.
type Mistake = (F, &'static str, String, Vec<(&'static str, String)>);

/// A row while its errors are gathered.
struct Row<'a> {
    record: &'a Record,
    errors: Vec<Mistake>,
}

impl Row<'_> {
    fn get(&self, field: F) -> &str {
        self.record.get(field as usize)
    }

    fn wrong(&mut self, field: F, code: &'static str) {
        let value = self.get(field).to_owned();
        self.errors.push((field, code, value, vec![]));
    }

    fn wrong_with(&mut self, field: F, code: &'static str, args: Vec<(&'static str, String)>) {
        let value = self.get(field).to_owned();
        self.errors.push((field, code, value, args));
    }
}

impl Work<'_> {
    /// Every row by itself: what it says of its unit, without regard to the tree.
    fn read(&mut self, stamp: &Stamp) {
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

    fn refuse(&mut self, row: Row<'_>) {
        for (field, code, value, args) in row.errors {
            self.intake.refuse(row.record.line, field as usize, code, &value, args);
        }
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

    /// Finds every parent, from the top level down, so that a row may stand before its parent's.
    fn hang(&mut self) {
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
    fn rewrite_paths(&mut self) {
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
    fn seat(&mut self) -> bool {
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

    /// The same name twice under one parent and level is allowed, and worth a look.
    fn note_twins(&mut self) {
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
    fn write(&mut self, db: &mut Db) -> Result<Vec<(UnitId, Value, bool)>, Fault> {
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

    fn tell(&self, db: &mut Db, changed: &[(UnitId, Value, bool)]) -> Result<(), Fault> {
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

fn empty_row(now: Moment) -> UnitRow {
    UnitRow {
        id: UnitId(0),
        code: String::new(),
        level_id: LevelId(0),
        parent_id: None,
        constituency_id: None,
        path: String::new(),
        name_hi: String::new(),
        name_en: String::new(),
        folded: String::new(),
        census_code: None,
        population: None,
        timezone: None,
        contact_name: None,
        contact_phone: None,
        valid_from: None,
        valid_to: None,
        created_at: now,
        updated_at: now,
    }
}

/// What a row says of its unit's facts; empty cells say nothing.
fn facts(row: &mut Row<'_>, known: Option<&UnitRow>) -> Option<UnitRow> {
    let mut out = empty_row(Moment::from_micros(0));
    let (hi, en) = (name(row, F::NameHi), name(row, F::NameEn));
    // A name in one language stands for both until the other is known.
    let copied = known.is_some_and(|k| k.name_hi == k.name_en);
    (out.name_hi, out.name_en) = match (hi.is_empty(), en.is_empty()) {
        (true, true) => {
            if known.is_none_or(|k| k.name_hi.is_empty()) {
                row.wrong(F::NameHi, "required");
            }
            (String::new(), String::new())
        }
        (true, false) if known.is_none() || copied => (en.clone(), en),
        (false, true) if known.is_none() || copied => (hi.clone(), hi),
        _ => (hi, en),
    };
    out.census_code = rules::census_code(row.get(F::Census));
    out.population = match row.get(F::Population).replace(',', "").as_str() {
        "" => None,
        text => {
            let number = text
                .strip_suffix(".0")
                .unwrap_or(text)
                .parse()
                .ok()
                .filter(|n| (0..=10_000_000_000).contains(n));
            if number.is_none() {
                row.wrong(F::Population, "number");
            }
            number
        }
    };
    out.contact_name = Some(name(row, F::ContactName)).filter(|n| !n.is_empty());
    out.contact_phone = phone(row);
    out.valid_from = date(row, F::ValidFrom);
    out.valid_to = date(row, F::ValidTo);
    let from = out.valid_from.or(known.and_then(|k| k.valid_from));
    if from.zip(out.valid_to).is_some_and(|(from, to)| to < from) {
        row.wrong(F::ValidTo, "before-start");
    }
    out.timezone = match row.get(F::Timezone).parse::<chrono_tz::Tz>() {
        Ok(zone) => Some(zone.name().to_owned()),
        Err(_) if row.get(F::Timezone).is_empty() => None,
        Err(_) => {
            row.wrong(F::Timezone, "timezone");
            None
        }
    };
    row.errors.is_empty().then_some(out)
}

fn name(row: &mut Row<'_>, field: F) -> String {
    let name = row.get(field).to_owned();
    if name.chars().count() > 120 {
        row.wrong_with(field, "too-long", vec![("most", "120".to_owned())]);
    } else if clean::holds_address(&name) {
        row.wrong(field, "address-in-name");
    }
    name
}

fn phone(row: &mut Row<'_>) -> Option<String> {
    let given = row.get(F::ContactPhone);
    if given.is_empty() {
        return None;
    }
    let mangled = intake::is_spreadsheet_number(given);
    let phone = clean::phone(given);
    if phone.is_none() {
        row.wrong(F::ContactPhone, if mangled { "phone-excel" } else { "phone" });
    }
    phone
}

fn date(row: &mut Row<'_>, field: F) -> Option<chrono::NaiveDate> {
    let given = row.get(field);
    if given.is_empty() {
        return None;
    }
    let day = intake::date(given);
    if day.is_none() {
        row.wrong(field, "date");
    }
    day
}

/// Lays what a row says over what is known: an empty cell takes nothing away.
fn overlay(kept: &mut UnitRow, said: UnitRow) {
    if !said.name_hi.is_empty() {
        kept.name_hi = said.name_hi;
    }
    if !said.name_en.is_empty() {
        kept.name_en = said.name_en;
    }
    kept.census_code = said.census_code.or(kept.census_code.take());
    kept.population = said.population.or(kept.population);
    kept.contact_name = said.contact_name.or(kept.contact_name.take());
    kept.contact_phone = said.contact_phone.or(kept.contact_phone.take());
    kept.valid_from = said.valid_from.or(kept.valid_from);
    kept.valid_to = said.valid_to.or(kept.valid_to);
    kept.timezone = said.timezone.or(kept.timezone.take());
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
