//! Many sessions planned at once: a draft that is kept, looked at, mended, published whole or not.

pub mod pattern;
pub mod rules;
pub mod store;
pub mod publish;
pub mod pages;

use chrono_tz::Tz;
use serde_json::json;

use crate::access::Actor;
use crate::access::rules::{Reach, Right, Role};
use crate::courses;
use crate::courses::rules::{CourseState, Module};
use crate::courses::store::Course;
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::i18n;
use crate::kit::ids::{
    BatchId, CourseId, ModuleId, PersonId, PlanId, SessionId, UnitId, VenueId, VersionId,
};
use crate::kit::journal::{self, Entry};
use crate::kit::site::Stamp;
use crate::schedule::batches;
use crate::schedule::batches::rules::SEATS;
use crate::schedule::clashes::{Busy, Clash};
use crate::schedule::ground;
use crate::schedule::ground::store::Shared;
use crate::schedule::plans::rules::{
    Cell, Column, Facts, Grid, MOST_CELLS, MOST_COLUMNS, PlanForm, PlanState, Row,
};
use crate::schedule::plans::store::{Plan, Teacher, Unit, Venue};
use crate::schedule::rules::SessionDraft;
use crate::schedule::store as schedule_store;
use crate::schedule::{Batch, rules as schedule_rules};

/// A plan of one's own, or of a colleague when one may plan in each of its units; no other is there.
pub fn plan_for(db: &mut Db, actor: &Actor, id: PlanId) -> Result<Plan, Fault> {
    let reach = actor.must_somewhere(Right::Plan)?;
    let plan = store::plan(db, id)?;
    if plan.person == actor.person {
        return Ok(plan);
    }
    let units = store::units_by_id(db, &plan.grid.units())?;
    match is_within(&plan, &units, &reach) {
        true => Ok(plan),
        false => Err(Fault::NotFound),
    }
}

fn is_within(plan: &Plan, units: &[Unit], reach: &Reach) -> bool {
    let covered = |id: &UnitId| units.iter().any(|u| u.id == *id && reach.covers(&u.path));
    plan.grid.units().iter().all(covered)
}

/// Drafts of colleagues that one may go on with, each with the name of who made it.
pub fn of_colleagues(db: &mut Db, actor: &Actor) -> Result<Vec<(Plan, String)>, Fault> {
    let reach = actor.must_somewhere(Right::Plan)?;
    let mut drafts = store::drafts_of_others(db, actor.person)?;
    let mut ids: Vec<UnitId> = drafts.iter().flat_map(|plan| plan.grid.units()).collect();
    ids.sort_unstable();
    ids.dedup();
    let units = store::units_by_id(db, &ids)?;
    drafts.retain(|plan| is_within(plan, &units, &reach));
    let names = store::names_of(db, &drafts.iter().map(|plan| plan.person).collect::<Vec<_>>())?;
    let name = |plan: &Plan| names.iter().find(|(id, _)| *id == plan.person);
    Ok(drafts
        .into_iter()
        .map(|plan| {
            let by = name(&plan).map_or_else(String::new, |(_, name)| name.clone());
            (plan, by)
        })
        .collect())
}

/// The same, to change it: still a draft, and held against everybody else's windows.
fn draft_for(db: &mut Db, actor: &Actor, id: PlanId, stamp: &Stamp) -> Result<Plan, Fault> {
    plan_for(db, actor, id)?;
    store::hold(db, id, stamp.now)?;
    let plan = plan_for(db, actor, id)?;
    match plan.state {
        PlanState::Draft => Ok(plan),
        PlanState::Published => Err(Fault::conflict("plan-published")),
    }
}

/// Draws a draft from a pattern: a column for each unit, a row for each day, venue and trainers as
/// they were last.
pub fn create(
    db: &mut Db,
    actor: &Actor,
    form: &PlanForm,
    language: Language,
    home: Tz,
    stamp: &Stamp,
) -> Result<PlanId, Fault> {
    let reach = actor.must_somewhere(Right::Plan)?;
    let mut reading = Reading::default();
    let course = course(db, actor, form, &mut reading)?;
    let modules = match &course {
        Some((_, version)) => modules_of(db, *version)?,
        None => vec![],
    };
    let units = units(db, form, &mut reading)?;
    if units.iter().any(|u| !reach.covers(&u.path)) {
        reading.fields.add("units", "unknown");
    }
    let today = stamp.now.date_in(home);
    let taught: Vec<Module> = modules.iter().map(|(_, m)| m.clone()).collect();
    let rows = rules::rows(&mut reading, form, &taught, today);
    if rows.len() * units.len() > MOST_CELLS {
        let most = vec![("most", MOST_CELLS.to_string())];
        reading.fields.add_with("units", "plan-too-large", most);
    }
    let Some((course, _)) = course else { return reading.done(PlanId(0)) };
    if let Some(unit) = units.iter().find(|u| !u.path.starts_with(&course.unit_path)) {
        let name = i18n::pick(language, &unit.name_hi, &unit.name_en).to_owned();
        reading.fields.add_with("units", "course-of-another", vec![("unit", name)]);
    }
    let batches = batches_to_fill(db, course.id, &units, stamp.now, home)?;
    for unit in &units {
        let has_batch = batches.iter().any(|b| b.unit == unit.id);
        if !has_batch && !actor.may(Right::Manage, &unit.path) {
            let name = i18n::pick(language, &unit.name_hi, &unit.name_en).to_owned();
            reading.fields.add_with("units", "plan-needs-batch", vec![("unit", name)]);
        }
    }
    reading.done(())?;
    let grid = drawn(db, &units, &batches, &rows, language, home, stamp.now)?;
    let id = PlanId(stamp.id());
    store::add(db, id, actor.person, course.id, &grid, stamp.now)?;
    Ok(id)
}

type Published = (Course, VersionId);

fn course(
    db: &mut Db,
    actor: &Actor,
    form: &PlanForm,
    reading: &mut Reading,
) -> Result<Option<Published>, Fault> {
    let name = form.course.trim();
    if name.is_empty() {
        reading.fields.add("course", "required");
        return Ok(None);
    }
    let Some(course) = courses::course_named(db, actor, name)? else {
        reading.fields.add("course", "unknown");
        return Ok(None);
    };
    let version = match course.state {
        CourseState::Retired => None,
        _ => batches::store::last_published(db, &course)?,
    };
    if version.is_none() {
        reading.fields.add("course", "course-not-published");
    }
    Ok(version.map(|version| (course, version)))
}

/// The modules that new batches of a version teach, in their order.
pub fn modules_of(db: &mut Db, version: VersionId) -> Result<Vec<(ModuleId, Module)>, Fault> {
    let all = courses::store::modules_of(db, &[version])?;
    Ok(all.into_iter().map(|(_, id, module)| (id, module)).collect())
}

fn units(db: &mut Db, form: &PlanForm, reading: &mut Reading) -> Result<Vec<Unit>, Fault> {
    let codes: Vec<String> =
        schedule_rules::chosen(&form.units).into_iter().map(str::to_owned).collect();
    if codes.is_empty() {
        reading.fields.add("units", "required");
        return Ok(vec![]);
    }
    if codes.len() > MOST_COLUMNS {
        let most = vec![("most", MOST_COLUMNS.to_string())];
        reading.fields.add_with("units", "plan-too-wide", most);
        return Ok(vec![]);
    }
    let found = store::units_by_code(db, &codes)?;
    if found.len() < codes.len() {
        reading.fields.add("units", "unknown");
    }
    Ok(found)
}

/// The batches that a new plan fills: open, of these units, without a session yet.
fn batches_to_fill(
    db: &mut Db,
    course: CourseId,
    units: &[Unit],
    now: Moment,
    home: Tz,
) -> Result<Vec<Batch>, Fault> {
    let ids: Vec<UnitId> = units.iter().map(|u| u.id).collect();
    let mut all = store::open_batches(db, course, &ids, now.date_in(home))?;
    let batches: Vec<BatchId> = all.iter().map(|b| b.id).collect();
    let met = batches::store::sessions_of(db, &batches)?;
    all.retain(|b| !met.iter().any(|(id, _)| *id == b.id));
    Ok(all)
}

fn drawn(
    db: &mut Db,
    units: &[Unit],
    batches: &[Batch],
    rows: &[Row],
    language: Language,
    home: Tz,
    now: Moment,
) -> Result<Grid, Fault> {
    let ids: Vec<UnitId> = units.iter().map(|u| u.id).collect();
    let paths: Vec<String> = units.iter().map(|u| u.path.clone()).collect();
    let zones = store::zones(db, &paths)?;
    let usual = usual(db, units, &ids, &paths, now)?;
    let first = rows.first().map(|r| i18n::date_short_with_year(language, r.day));
    let columns: Vec<Column> = units
        .iter()
        .map(|unit| Column {
            unit: unit.id,
            batch: batches.iter().find(|b| b.unit == unit.id).map(|b| b.id),
            title: format!(
                "{}, {}",
                i18n::pick(language, &unit.name_hi, &unit.name_en),
                first.clone().unwrap_or_default()
            ),
            seats: SEATS.parse().unwrap_or(30),
            zone: zone_of(&zones, &unit.path).unwrap_or_else(|| home.name().to_owned()),
        })
        .collect();
    let cell = |row: &Row, column: usize| {
        let zone = columns[column].zone();
        let (venue, trainers) = usual[column].clone();
        let end = if row.over_midnight { row.day.succ_opt().unwrap_or(row.day) } else { row.day };
        Some(Cell {
            starts_at: Moment::of_local(row.day.and_time(row.from), zone),
            ends_at: Moment::of_local(end.and_time(row.to), zone),
            venue,
            link: None,
            trainers,
            modules: row.modules.clone(),
        })
    };
    let rows = rows.iter().map(|row| (0..columns.len()).map(|c| cell(row, c)).collect()).collect();
    Ok(Grid { columns, rows })
}

/// The zone of the nearest unit above a path that has one.
pub fn zone_of(zones: &[(String, String)], path: &str) -> Option<String> {
    zones
        .iter()
        .filter(|(above, _)| path.starts_with(above.as_str()))
        .max_by_key(|(above, _)| above.len())
        .map(|(_, zone)| zone.clone())
}

/// Where a unit meets, and who teaches there.
type Usual = (Option<VenueId>, Vec<PersonId>);

/// Where each unit met last and who taught there; of one that never met its own hall, and its own
/// trainer when there is only one.
fn usual(
    db: &mut Db,
    units: &[Unit],
    ids: &[UnitId],
    paths: &[String],
    now: Moment,
) -> Result<Vec<Usual>, Fault> {
    let last = store::last_held(db, ids)?;
    let sessions: Vec<SessionId> = last.iter().map(|(_, _, session)| *session).collect();
    let taught = schedule_store::trainers_of(db, &sessions)?;
    let chosen: Vec<VenueId> = last.iter().map(|(_, venue, _)| *venue).collect();
    let venues = store::venues_near(db, paths, &Default::default(), &chosen)?;
    let teachers = store::teachers_near(db, paths, now.utc().date_naive())?;
    Ok(units
        .iter()
        .map(|unit| {
            let may_teach = |id: PersonId| {
                teachers.iter().any(|t| t.id == id && is_on_the_line(&t.path, &unit.path))
            };
            if let Some((_, venue, session)) = last.iter().find(|(of, ..)| *of == unit.id) {
                let trainers = taught.iter().filter(|(of, ..)| of == session).map(|(_, id, _)| *id);
                return (Some(*venue), trainers.filter(|id| may_teach(*id)).collect());
            }
            let own = venues.iter().find(|v| v.unit == unit.id).map(|v| v.id);
            let here: Vec<PersonId> = teachers
                .iter()
                .filter(|t| t.path == unit.path && t.role == Role::Trainer)
                .map(|t| t.id)
                .collect();
            (own, if here.len() == 1 { here } else { vec![] })
        })
        .collect())
}

/// Whether one unit is above, at or below another.
pub fn is_on_the_line(one: &str, other: &str) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

/// Everything that a plan is judged by and that its page says, in a constant number of statements.
pub struct House {
    /// Of each column.
    pub units: Vec<Unit>,
    pub venues: Vec<Venue>,
    pub teachers: Vec<Teacher>,
    /// Those who teach in the plan, by name.
    pub names: Vec<(PersonId, String)>,
    /// Open batches of the course at the units of the plan.
    pub batches: Vec<Batch>,
    /// What the course teaches new batches.
    pub modules: Vec<(ModuleId, Module)>,
    /// What stands against each cell, in the order of `Grid::cells`.
    pub clashes: Vec<Vec<Clash>>,
    pub course: Course,
    pub version: Option<VersionId>,
}

impl House {
    pub fn of(db: &mut Db, actor: &Actor, plan: &Plan, now: Moment) -> Result<Self, Fault> {
        let grid = &plan.grid;
        let ids = grid.units();
        let found = store::units_by_id(db, &ids)?;
        let units: Vec<Unit> =
            ids.iter().filter_map(|id| found.iter().find(|u| u.id == *id).cloned()).collect();
        if units.len() != ids.len() {
            return Err(Fault::NotFound);
        }
        let paths: Vec<String> = units.iter().map(|u| u.path.clone()).collect();
        let reach = actor.reach(Right::SeePlans);
        let course = courses::store::course(db, plan.course)?;
        let version = batches::store::last_published(db, &course)?;
        let modules = match version {
            Some(version) => modules_of(db, version)?,
            None => vec![],
        };
        let today = now.utc().date_naive();
        let mut house = Self {
            venues: store::venues_near(db, &paths, &reach, &grid.venues())?,
            teachers: store::teachers_near(db, &paths, today)?,
            names: store::names_of(db, &grid.trainers())?,
            batches: store::open_batches(db, course.id, &ids, today.pred_opt().unwrap_or(today))?,
            units,
            modules,
            clashes: vec![],
            course,
            version,
        };
        house.clashes = house.weigh(db, actor, grid, &paths)?;
        Ok(house)
    }

    fn weigh(
        &self,
        db: &mut Db,
        actor: &Actor,
        grid: &Grid,
        paths: &[String],
    ) -> Result<Vec<Vec<Clash>>, Fault> {
        let seats: Vec<i32> = grid.columns.iter().map(|c| self.seats(c)).collect();
        let titles: Vec<String> = grid.columns.iter().map(|c| self.title(c).to_owned()).collect();
        let facts = Facts {
            paths,
            seats: &seats,
            titles: &titles,
            venue: &|id| self.venue(id).map(|v| (v.seats, v.name_hi.clone(), v.name_en.clone())),
            name: &|id| self.name(id).to_owned(),
        };
        weigh(db, actor, grid, &facts)
    }

    pub fn venue(&self, id: VenueId) -> Option<&Venue> {
        self.venues.iter().find(|v| v.id == id)
    }

    pub fn name(&self, id: PersonId) -> &str {
        let found = self.names.iter().find(|(other, _)| *other == id);
        found.map_or("–", |(_, name)| name.as_str())
    }

    /// The batch that a column fills, when there is one.
    pub fn batch(&self, column: &Column) -> Option<&Batch> {
        self.batches.iter().find(|b| Some(b.id) == column.batch && b.unit == column.unit)
    }

    pub fn title<'a>(&'a self, column: &'a Column) -> &'a str {
        self.batch(column).map_or(&column.title, |b| &b.title)
    }

    pub fn seats(&self, column: &Column) -> i32 {
        self.batch(column).map_or(column.seats, |b| b.seats)
    }

    pub fn teachers_of(&self, column: usize) -> Vec<(PersonId, String)> {
        let Some(unit) = self.units.get(column) else { return vec![] };
        let mut all: Vec<(PersonId, String)> = self
            .teachers
            .iter()
            .filter(|t| is_on_the_line(&t.path, &unit.path))
            .map(|t| (t.id, t.name.clone()))
            .collect();
        all.dedup_by_key(|(id, _)| *id);
        all
    }

    /// The venues for a column, those of its own line first.
    pub fn venues_of(&self, column: usize) -> Vec<&Venue> {
        let Some(unit) = self.units.get(column) else { return vec![] };
        let (near, far): (Vec<&Venue>, Vec<&Venue>) =
            self.venues.iter().partition(|v| is_on_the_line(&v.path, &unit.path));
        near.into_iter().chain(far).collect()
    }
}

/// What stands against each cell of a grid, in the order of `Grid::cells`: what is planned already,
/// and the other cells.
pub fn weigh(
    db: &mut Db,
    actor: &Actor,
    grid: &Grid,
    facts: &Facts<'_>,
) -> Result<Vec<Vec<Clash>>, Fault> {
    let wishes = rules::wishes(grid, facts);
    let ground = ground::around(db, &wishes)?;
    let wanted = ground::Wanted::of(&wishes);
    let (shared, busy): (Vec<Shared>, Vec<Busy>) = match wanted.search(&ground, &[]) {
        Some(search) => {
            let shared = ground::store::shared(db, &search)?;
            let busy = ground::store::busy(db, &search, &shared, &actor.reach(Right::SeePlans))?;
            (shared, busy)
        }
        None => (vec![], vec![]),
    };
    Ok(rules::clashes_of(grid, facts, busy, &shared, &ground))
}

/// Changes one session of a plan, or adds it where the unit left it out.
pub fn change_cell(
    db: &mut Db,
    actor: &Actor,
    id: PlanId,
    (row, column): (usize, usize),
    draft: &SessionDraft,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let mut plan = draft_for(db, actor, id, stamp)?;
    if plan.grid.cell(row, column).is_none() {
        return Err(Fault::NotFound);
    }
    let house = House::of(db, actor, &plan, stamp.now)?;
    let cell = read_cell(&house, &plan.grid, column, draft, stamp.now)?;
    plan.grid.rows[row][column] = Some(cell);
    store::set_grid(db, id, &plan.grid)
}

fn read_cell(
    house: &House,
    grid: &Grid,
    column: usize,
    draft: &SessionDraft,
    now: Moment,
) -> Result<Cell, Fault> {
    let mut reading = Reading::default();
    let zone = grid.columns[column].zone();
    let times = schedule_rules::times(&mut reading, draft, zone);
    if times.is_some_and(|(from, _)| from <= now) {
        reading.fields.add("starts_at", "past");
    }
    let link = schedule_rules::web_address(&mut reading, "link", &draft.link);
    let venue = read_venue(&mut reading, house, &draft.venue);
    if venue.is_some() && link.is_some() {
        reading.fields.add("link", "venue-or-link");
    }
    let trainers = read_trainers(&mut reading, house, column, &draft.trainers);
    let given = schedule_rules::chosen(&draft.modules);
    let taught = house.modules.iter().map(|(_, m)| m.code.as_str());
    let modules: Vec<String> =
        taught.filter(|code| given.contains(code)).map(str::to_owned).collect();
    if modules.len() < given.len() {
        reading.fields.add("modules", "unknown");
    }
    let (starts_at, ends_at) = times.unwrap_or((now, now));
    reading.done(Cell { starts_at, ends_at, venue, link, trainers, modules })
}

fn read_venue(reading: &mut Reading, house: &House, given: &str) -> Option<VenueId> {
    if given.trim().is_empty() {
        return None;
    }
    let venue = given.parse::<VenueId>().ok().filter(|id| house.venue(*id).is_some());
    if venue.is_none() {
        reading.fields.add("venue", "unknown");
    }
    venue
}

fn read_trainers(
    reading: &mut Reading,
    house: &House,
    column: usize,
    given: &[String],
) -> Vec<PersonId> {
    let teachers = house.teachers_of(column);
    let mut ids = vec![];
    for word in schedule_rules::chosen(given) {
        match word.parse::<PersonId>() {
            Ok(id) if teachers.iter().any(|(teacher, _)| *teacher == id) => ids.push(id),
            Ok(_) => reading.fields.add("trainers", "not-a-trainer"),
            Err(_) => reading.fields.add("trainers", "unknown"),
        }
    }
    ids
}

/// Takes one session out of a plan: this unit goes without it.
pub fn drop_cell(
    db: &mut Db,
    actor: &Actor,
    id: PlanId,
    (row, column): (usize, usize),
    stamp: &Stamp,
) -> Result<(), Fault> {
    let mut plan = draft_for(db, actor, id, stamp)?;
    if plan.grid.cell(row, column).is_none() {
        return Err(Fault::NotFound);
    }
    plan.grid.rows[row][column] = None;
    store::set_grid(db, id, &plan.grid)
}

/// A column as typed: its batch, and the venue and trainers of all its sessions.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ColumnForm {
    /// The id of a batch; empty: one is made.
    pub batch: String,
    pub title: String,
    pub seats: String,
    pub venue: String,
    pub trainers: Vec<String>,
}

/// Changes the batch of a column, and where and by whom all its sessions are held.
pub fn change_column(
    db: &mut Db,
    actor: &Actor,
    id: PlanId,
    column: usize,
    form: &ColumnForm,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let mut plan = draft_for(db, actor, id, stamp)?;
    if column >= plan.grid.columns.len() {
        return Err(Fault::NotFound);
    }
    let house = House::of(db, actor, &plan, stamp.now)?;
    let mut reading = Reading::default();
    let venue = read_venue(&mut reading, &house, &form.venue);
    let trainers = read_trainers(&mut reading, &house, column, &form.trainers);
    let unit = plan.grid.columns[column].unit;
    let batch = match form.batch.trim() {
        "" => None,
        given => {
            let chosen = given.parse::<BatchId>().ok();
            let found = house.batches.iter().find(|b| Some(b.id) == chosen && b.unit == unit);
            if found.is_none() {
                reading.fields.add("batch", "unknown");
            }
            found.map(|b| b.id)
        }
    };
    let kept = &mut plan.grid.columns[column];
    if form.batch.trim().is_empty() {
        if !actor.may(Right::Manage, &house.units[column].path) {
            reading.fields.add("batch", "plan-needs-batch-here");
        }
        kept.title = reading.name("title", &form.title);
        kept.seats = courses::rules::whole(&mut reading, "seats", &form.seats, 1, 10_000);
    }
    kept.batch = batch;
    reading.done(())?;
    for cell in plan.grid.rows.iter_mut().filter_map(|row| row[column].as_mut()) {
        cell.trainers.clone_from(&trainers);
        if venue.is_some() || cell.link.is_none() {
            cell.venue = venue;
            cell.link = cell.link.take().filter(|_| venue.is_none());
        }
    }
    store::set_grid(db, id, &plan.grid)
}

/// Throws a draft away. One that was published stays, to be looked up.
pub fn discard(db: &mut Db, actor: &Actor, id: PlanId, stamp: &Stamp) -> Result<(), Fault> {
    let plan = draft_for(db, actor, id, stamp)?;
    store::forget(db, id)?;
    let entry = Entry {
        actor: Some(actor.person),
        action: "plan discarded",
        subject: format!("plan/{id}"),
        unit: plan.grid.columns.first().map(|c| c.unit),
        detail: json!({ "course": plan.course, "sessions": plan.grid.cells().count() }),
    };
    journal::note(db, entry, stamp.now)
}
