//! The grid of a plan: what is typed, what is drawn from it, what stands against it.

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::courses::rules::{Module, whole};
use crate::kit::clock::Moment;
use crate::kit::columns::words;
use crate::kit::form::Reading;
use crate::kit::ids::{BatchId, PersonId, SessionId, UnitId, VenueId};
use crate::schedule::clashes::{self, Busy, Clash, Wish};
use crate::schedule::ground::rules::Ground;
use crate::schedule::ground::store::Shared;
use crate::schedule::plans::pattern::{self, Repeat};

words! {
    /// Whether a plan has become batches and sessions.
    pub enum PlanState { Draft = "draft", Published = "published" }
}

/// The most sessions for one unit, the most units, the most sessions of all.
pub const MOST_ROWS: i32 = 60;
pub const MOST_COLUMNS: usize = 60;
pub const MOST_CELLS: usize = 600;
/// The clock of a session when nobody says otherwise, and its length without modules.
pub const STARTS_AT: &str = "10:00";
const MINUTES: i64 = 120;

/// A plan as typed. `course` and `units` are codes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlanForm {
    pub course: String,
    pub units: Vec<String>,
    pub first_day: String,
    pub repeat: String,
    /// RFC 5545, for `repeat` = `rule`.
    pub rule: String,
    /// Empty: as many as the rule says, or one for each module.
    pub sessions: String,
    pub starts_at: String,
    /// Empty: as long as the modules take.
    pub ends_at: String,
}

impl Default for PlanForm {
    fn default() -> Self {
        Self {
            course: String::new(),
            units: vec![],
            first_day: String::new(),
            repeat: Repeat::Weekly.to_string(),
            rule: String::new(),
            sessions: String::new(),
            starts_at: STARTS_AT.to_owned(),
            ends_at: String::new(),
        }
    }
}

/// When the sessions of every unit are, and what each teaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub day: NaiveDate,
    pub from: NaiveTime,
    pub to: NaiveTime,
    /// Whether `to` is on the next day.
    pub over_midnight: bool,
    /// Codes.
    pub modules: Vec<String>,
}

/// Reads everything about time; the modules are shared out in their order.
pub fn rows(
    reading: &mut Reading,
    form: &PlanForm,
    modules: &[Module],
    today: NaiveDate,
) -> Vec<Row> {
    let first = reading.optional_date("first_day", &form.first_day);
    match first {
        None if !reading.has("first_day") => reading.fields.add("first_day", "required"),
        Some(day) if day < today => reading.fields.add("first_day", "past"),
        _ => {}
    }
    let from = clock(reading, "starts_at", &form.starts_at);
    if from.is_none() && !reading.has("starts_at") {
        reading.fields.add("starts_at", "required");
    }
    let to = clock(reading, "ends_at", &form.ends_at);
    let repeat = Repeat::parse(form.repeat.trim());
    if repeat.is_none() {
        reading.fields.add("repeat", "unknown");
    }
    let wanted = (!form.sessions.trim().is_empty())
        .then(|| whole(reading, "sessions", &form.sessions, 1, MOST_ROWS));
    let (Some(first), Some(from), Some(repeat)) = (first, from, repeat) else { return vec![] };
    let days = days(reading, repeat, &form.rule, first, wanted, modules.len());
    let shares = shares(modules, days.len());
    days.into_iter()
        .zip(shares)
        .map(|(day, share)| {
            let minutes: i64 = share.iter().map(|m| i64::from(m.minutes)).sum();
            let minutes = if minutes == 0 { MINUTES } else { minutes };
            let (end, wrapped) =
                from.overflowing_add_signed(chrono::Duration::minutes(minutes.min(16 * 60)));
            let to = to.unwrap_or(end);
            let over_midnight = wrapped > 0 && to == end;
            let modules = share.iter().map(|m| m.code.clone()).collect();
            Row { day, from, to, over_midnight, modules }
        })
        .inspect(|row| {
            if row.to <= row.from && !row.over_midnight && !reading.has("ends_at") {
                reading.fields.add("ends_at", "end-before-start");
            }
        })
        .collect()
}

fn clock(reading: &mut Reading, name: &str, given: &str) -> Option<NaiveTime> {
    let text = given.trim();
    if text.is_empty() {
        return None;
    }
    let read =
        ["%H:%M", "%H:%M:%S"].iter().find_map(|form| NaiveTime::parse_from_str(text, form).ok());
    if read.is_none() {
        reading.fields.add(name, "clock");
    }
    read
}

/// The days of the sessions: so many as are wanted, else as the rule ends, else one for each module.
fn days(
    reading: &mut Reading,
    repeat: Repeat,
    written: &str,
    first: NaiveDate,
    wanted: Option<i32>,
    modules: usize,
) -> Vec<NaiveDate> {
    let name = if repeat == Repeat::Rule { "rule" } else { "repeat" };
    if repeat == Repeat::Rule && written.trim().is_empty() {
        reading.fields.add(name, "required");
        return vec![];
    }
    let rule = pattern::rule_of(repeat, written);
    let ends = rule.contains("COUNT=") || rule.contains("UNTIL=");
    let most = usize::try_from(MOST_ROWS).unwrap_or(60);
    let count = match wanted {
        Some(n) => usize::try_from(n).unwrap_or(1),
        None if ends => most + 1,
        None => modules.clamp(1, most),
    };
    let days = match pattern::days(&rule, first, u16::try_from(count).unwrap_or(u16::MAX)) {
        Ok(days) => days,
        Err(why) => {
            reading.fields.add(name, why.word());
            return vec![];
        }
    };
    if days.len() > most {
        reading.fields.add_with(name, "rule-too-many", vec![("most", MOST_ROWS.to_string())]);
        return vec![];
    }
    if days.is_empty() || (wanted.is_some() && days.len() < count) {
        let args = vec![("found", days.len().to_string())];
        reading.fields.add_with(name, "rule-too-few", args);
        return vec![];
    }
    days
}

/// Shares modules out over sessions in their order, as evenly as they go; sessions beyond the
/// modules teach none.
pub fn shares(modules: &[Module], sessions: usize) -> Vec<&[Module]> {
    let mut shares = Vec::with_capacity(sessions);
    let mut at = 0;
    for n in 0..sessions {
        let left = modules.len() - at;
        let take = left.div_ceil(sessions - n);
        shares.push(&modules[at..at + take]);
        at += take;
    }
    shares
}

/// What a plan holds: a column for each unit, and for each session a row of cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grid {
    pub columns: Vec<Column>,
    /// One for each row and column; none where a unit leaves a session out.
    pub rows: Vec<Vec<Option<Cell>>>,
}

/// One unit with the batch that its sessions belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub unit: UnitId,
    /// One that is there already; none: it is made when the plan is published.
    pub batch: Option<BatchId>,
    /// Of the batch to be made.
    pub title: String,
    pub seats: i32,
    /// The zone of the unit's place.
    pub zone: String,
}

impl Column {
    pub fn zone(&self) -> Tz {
        self.zone.parse().unwrap_or(chrono_tz::Asia::Kolkata)
    }
}

/// One session as it shall be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub venue: Option<VenueId>,
    pub link: Option<String>,
    pub trainers: Vec<PersonId>,
    /// Codes.
    pub modules: Vec<String>,
}

impl Grid {
    /// Every session of the plan with its place in the grid: (row, column), from 0.
    pub fn cells(&self) -> impl Iterator<Item = (usize, usize, &Cell)> {
        self.rows.iter().enumerate().flat_map(|(r, row)| {
            row.iter().enumerate().filter_map(move |(c, cell)| Some((r, c, cell.as_ref()?)))
        })
    }

    pub fn cell(&self, row: usize, column: usize) -> Option<&Option<Cell>> {
        self.rows.get(row)?.get(column)
    }

    /// The batches that there are already, each once.
    pub fn batches(&self) -> Vec<BatchId> {
        let mut all: Vec<BatchId> = self.columns.iter().filter_map(|c| c.batch).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    pub fn units(&self) -> Vec<UnitId> {
        self.columns.iter().map(|c| c.unit).collect()
    }

    pub fn venues(&self) -> Vec<VenueId> {
        let mut all: Vec<VenueId> = self.cells().filter_map(|(_, _, cell)| cell.venue).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    pub fn trainers(&self) -> Vec<PersonId> {
        let mut all: Vec<PersonId> =
            self.cells().flat_map(|(_, _, cell)| cell.trainers.iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The batch that a column's sessions clash as: one to be made has no id yet.
    fn batch_of(&self, column: usize) -> BatchId {
        let made_up = BatchId(-1 - i64::try_from(column).unwrap_or(0));
        self.columns.get(column).and_then(|c| c.batch).unwrap_or(made_up)
    }
}

/// What the check must know of a column and its venues besides the grid.
pub struct Facts<'a> {
    /// Of each column's unit.
    pub paths: &'a [String],
    /// Of each column's batch.
    pub seats: &'a [i32],
    /// How others read the column: its batch's title.
    pub titles: &'a [String],
    /// Of each venue of the grid: seats and names.
    pub venue: &'a dyn Fn(VenueId) -> Option<(i32, String, String)>,
    pub name: &'a dyn Fn(PersonId) -> String,
}

/// The cells as wishes, in the order of `Grid::cells`.
pub fn wishes(grid: &Grid, facts: &Facts<'_>) -> Vec<Wish> {
    grid.cells()
        .map(|(_, c, cell)| Wish {
            batch: grid.batch_of(c),
            starts_at: cell.starts_at,
            ends_at: cell.ends_at,
            zone: grid.columns[c].zone(),
            venue: cell.venue,
            venue_seats: cell.venue.and_then(|v| (facts.venue)(v)).map(|(seats, ..)| seats),
            seats: facts.seats.get(c).copied().unwrap_or(0),
            trainers: cell.trainers.clone(),
        })
        .collect()
}

/// The longest session there is: how far back one may have begun that still runs.
const LONGEST_MINUTES: i64 = 16 * 60;

/// What stands against each cell, in the order of `Grid::cells`: sessions that there are, and the
/// other cells of the plan.
pub fn clashes_of(
    grid: &Grid,
    facts: &Facts<'_>,
    busy: Vec<Busy>,
    shared: &[Shared],
    ground: &Ground,
) -> Vec<Vec<Clash>> {
    let wishes = wishes(grid, facts);
    let mut all = busy;
    all.extend(grid.cells().enumerate().map(|(n, (_, c, cell))| {
        let venue = cell.venue.and_then(|v| (facts.venue)(v));
        let batch = grid.batch_of(c);
        Busy {
            // Not a session yet: told apart by its place.
            session: SessionId(-1 - i64::try_from(n).unwrap_or(0)),
            batch,
            title: facts.titles.get(c).cloned(),
            starts_at: cell.starts_at,
            ends_at: cell.ends_at,
            venue: cell.venue,
            venue_hi: venue.as_ref().map(|v| v.1.clone()),
            venue_en: venue.as_ref().map(|v| v.2.clone()),
            trainers: cell.trainers.iter().map(|id| (*id, (facts.name)(*id))).collect(),
            participants: shared
                .iter()
                .filter(|(_, other, _)| *other == batch)
                .map(|(mine, _, name)| (*mine, name.clone()))
                .collect(),
        }
    }));
    all.sort_by_key(|b| (b.starts_at, b.session));
    let slack = ground.travel.most();
    grid.cells()
        .enumerate()
        .zip(&wishes)
        .map(|((n, (_, c, _)), wish)| {
            let own = SessionId(-1 - i64::try_from(n).unwrap_or(0));
            let from = wish.starts_at.plus_minutes(-slack - LONGEST_MINUTES);
            let to = wish.ends_at.plus_minutes(slack);
            let near = &all[all.partition_point(|b| b.starts_at < from)..];
            let near = near.iter().take_while(|b| b.starts_at < to).filter(|b| b.session != own);
            let path = facts.paths.get(c).map_or("", String::as_str);
            let mut found = clashes::clashes(wish, path, near, ground);
            for clash in &mut found {
                clash.session = clash.session.filter(|id| id.0 > 0);
            }
            found
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modules(minutes: &[i32]) -> Vec<Module> {
        minutes
            .iter()
            .zip(1..)
            .map(|(minutes, n)| Module {
                code: format!("M{n}"),
                title_hi: String::new(),
                title_en: String::new(),
                minutes: *minutes,
                compulsory: false,
            })
            .collect()
    }

    fn check(form: &[(&str, &str)], said: &str) {
        let mut plan = PlanForm { first_day: "2026-11-29".to_owned(), ..PlanForm::default() };
        for (name, value) in form {
            let value = (*value).to_owned();
            match *name {
                "first_day" => plan.first_day = value,
                "repeat" => plan.repeat = value,
                "rule" => plan.rule = value,
                "sessions" => plan.sessions = value,
                "starts_at" => plan.starts_at = value,
                "ends_at" => plan.ends_at = value,
                other => panic!("{other}"),
            }
        }
        let mut reading = Reading::default();
        let today = NaiveDate::from_ymd_opt(2026, 11, 25).unwrap();
        let rows = rows(&mut reading, &plan, &modules(&[90, 60, 120]), today);
        let found = match reading.done(()) {
            Ok(()) => rows
                .iter()
                .map(|r| {
                    let days = r.day.format("%d.%m");
                    format!(
                        "{days} {}-{} {}",
                        r.from.format("%H:%M"),
                        r.to.format("%H:%M"),
                        r.modules.join("+")
                    )
                })
                .collect::<Vec<_>>()
                .join(" | "),
            Err(fault) => fault.to_string(),
        };
        assert_eq!(found, said, "{form:?}");
    }

    #[test]
    fn a_pattern_becomes_rows_or_is_told() {
        check(&[], "29.11 10:00-11:30 M1 | 06.12 10:00-11:00 M2 | 13.12 10:00-12:00 M3");
        check(
            &[("sessions", "2"), ("starts_at", "14:30"), ("ends_at", "17:00")],
            "29.11 14:30-17:00 M1+M2 | 06.12 14:30-17:00 M3",
        );
        check(
            &[("repeat", "rule"), ("rule", "rrule:freq=daily;count=2")],
            "29.11 10:00-12:30 M1+M2 | 30.11 10:00-12:00 M3",
        );
        check(
            &[("repeat", "rule"), ("rule", "freq=daily;count=4")],
            "29.11 10:00-11:30 M1 | 30.11 10:00-11:00 M2 | 01.12 10:00-12:00 M3 | 02.12 10:00-12:00 ",
        );
        check(&[("repeat", "rule")], "invalid: rule: required");
        check(
            &[("repeat", "rule"), ("rule", "FREQ=DAILY;COUNT=10000")],
            "invalid: rule: rule-too-many",
        );
        check(
            &[("repeat", "rule"), ("rule", "FREQ=DAILY;COUNT=2"), ("sessions", "3")],
            "invalid: rule: rule-too-few",
        );
        check(&[("sessions", "10000")], "invalid: sessions: range");
        check(&[("first_day", "2026-02-30")], "invalid: first_day: date");
        check(&[("first_day", "")], "invalid: first_day: required");
        check(&[("first_day", "2026-11-24")], "invalid: first_day: past");
        check(
            &[("starts_at", "25:00"), ("ends_at", "soon"), ("repeat", "often")],
            "invalid: starts_at: clock, ends_at: clock, repeat: unknown",
        );
        check(&[("starts_at", "")], "invalid: starts_at: required");
        check(&[("ends_at", "09:00")], "invalid: ends_at: end-before-start");
        check(&[("starts_at", "23:00"), ("sessions", "1")], "29.11 23:00-03:30 M1+M2+M3");
    }

    #[test]
    fn modules_are_shared_out_in_order() {
        let six = modules(&[1, 1, 1, 1, 1, 1]);
        let sizes = |n| shares(&six, n).iter().map(|s| s.len()).collect::<Vec<_>>();
        assert_eq!(sizes(6), [1; 6]);
        assert_eq!(sizes(4), [2, 2, 1, 1]);
        assert_eq!(sizes(1), [6]);
        assert_eq!(sizes(8), [1, 1, 1, 1, 1, 1, 0, 0]);
        assert!(shares(&[], 2).iter().all(|s| s.is_empty()));
    }

    /// `10:00 hall 1 trainers 1` per cell, two units, one row each `;`.
    fn found(rows: &[[&str; 2]], shared: &[Shared]) -> String {
        let cell = |text: &&str| {
            let mut words = text.split_whitespace();
            let clock = words.next()?;
            let from = Moment::parse(&format!("2026-12-01T{clock}:00+05:30")).unwrap();
            let mut cell = Cell {
                starts_at: from,
                ends_at: from.plus_minutes(60),
                venue: None,
                link: None,
                trainers: vec![],
                modules: vec![],
            };
            while let (Some(what), Some(value)) = (words.next(), words.next()) {
                match what {
                    "hall" => cell.venue = Some(VenueId(value.parse().unwrap())),
                    _ => cell.trainers = vec![PersonId(value.parse().unwrap())],
                }
            }
            Some(cell)
        };
        let column = |n: i64| Column {
            unit: UnitId(n),
            batch: (n == 1).then_some(BatchId(1)),
            title: String::new(),
            seats: 30,
            zone: "Asia/Kolkata".to_owned(),
        };
        let grid = Grid {
            columns: vec![column(1), column(2)],
            rows: rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
        };
        let facts = Facts {
            paths: &["01".to_owned(), "02".to_owned()],
            seats: &[30, 30],
            titles: &["River".to_owned(), "Hill".to_owned()],
            venue: &|_| Some((60, "भवन".to_owned(), "Hall".to_owned())),
            name: &|id| format!("T{id}"),
        };
        let found = clashes_of(&grid, &facts, vec![], shared, &Ground::default());
        let words = |c: &Clash| {
            let title = c.title.as_deref().unwrap_or_default();
            format!("{} {title} {}", c.kind, c.people.join("+")).trim().to_owned()
        };
        found
            .iter()
            .map(|c| c.iter().map(words).collect::<Vec<_>>().join(", "))
            .collect::<Vec<_>>()
            .join(" | ")
    }

    #[test]
    fn cells_of_one_plan_clash_with_each_other() {
        assert_eq!(found(&[["10:00 hall 1", "10:00 hall 2"]], &[]), " | ");
        assert_eq!(found(&[["10:00 hall 1", "10:59 hall 1"]], &[]), "venue Hill | venue River");
        assert_eq!(found(&[["10:00 hall 1", "11:00 hall 1"]], &[]), " | ");
        assert_eq!(
            found(&[["10:00 hall 1 trainer 5", "11:30 hall 2 trainer 5"]], &[]),
            "travel Hill T5 | travel River T5"
        );
        assert_eq!(found(&[["10:00", ""], ["10:30", ""]], &[]), "batch River | batch River");
        let shared = [(BatchId(1), BatchId(-2), "Asha".to_owned())];
        assert_eq!(found(&[["10:00", "10:00"]], &shared), "participant Hill Asha | ");
        assert_eq!(found(&[["06:00", ""]], &[]), "quiet");
    }
}
