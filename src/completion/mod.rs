//! Who has completed what.

pub mod rules;
pub mod store;
pub mod pages;
pub mod api;

use std::collections::HashMap;

use serde_json::json;

use crate::access::Actor;
use crate::access::rules::{Reach, Right};
use crate::completion::rules::{Attended, Counts, Standing, Verdict};
use crate::completion::store::{About, Course, Enrolled, Kept, Line, Named, Unit, Which};
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{CourseId, EnrolmentId, PersonId, SessionId, UnitId, VersionId};
use crate::kit::{clean, tables};

/// Enrolments of one round of statements.
const AT_ONCE: usize = 500;

// --- Keeping the standings -----------------------------------------------------------------------

/// Judges these enrolments again and keeps what came of it. Only a seat has a standing: who waits
/// is not enrolled yet, who withdrew no longer.
pub fn recount(db: &mut Db, ids: &[EnrolmentId], now: Moment) -> Result<(), Fault> {
    for chunk in ids.chunks(AT_ONCE) {
        store::hold(db, chunk)?;
        let enrolled = store::enrolled(db, chunk)?;
        keep(db, enrolled, now)?;
    }
    Ok(())
}

/// Judges again what these people have come to in the course of one session.
pub fn recount_people(
    db: &mut Db,
    session: SessionId,
    people: &[PersonId],
    now: Moment,
) -> Result<(), Fault> {
    for chunk in people.chunks(AT_ONCE) {
        store::hold_people(db, session, chunk)?;
        let enrolled = store::enrolled_people(db, session, chunk)?;
        keep(db, enrolled, now)?;
    }
    Ok(())
}

fn keep(db: &mut Db, enrolled: Vec<Enrolled>, now: Moment) -> Result<(), Fault> {
    let judged = judge(db, enrolled)?;
    let changed: Vec<Kept> = judged
        .iter()
        .filter(|(e, v)| e.place == "seat" && !as_kept(e, v))
        .map(|(e, v)| kept(e, v, now))
        .collect();
    if !changed.is_empty() {
        store::keep(db, &changed)?;
    }
    let gone: Vec<EnrolmentId> = judged
        .iter()
        .filter(|(e, _)| e.place != "seat" && e.kept.is_some())
        .map(|(e, _)| e.enrolment)
        .collect();
    if !gone.is_empty() {
        store::drop(db, &gone)?;
    }
    Ok(())
}

/// Judges everybody again.
pub fn recount_all(db: &mut Db, now: Moment) -> Result<(), Fault> {
    in_chunks(db, |db, ids| recount(db, ids, now))
}

/// Whose kept standing is not what the marks say: nobody's, unless something went wrong.
pub fn wrong_standings(db: &mut Db) -> Result<Vec<EnrolmentId>, Fault> {
    let mut wrong = Vec::new();
    in_chunks(db, |db, ids| {
        let enrolled = store::enrolled(db, ids)?;
        let judged = judge(db, enrolled)?;
        let differs = |(e, v): &&(Enrolled, Verdict)| match e.place.as_str() {
            "seat" => !as_kept(e, v),
            _ => e.kept.is_some(),
        };
        wrong.extend(judged.iter().filter(differs).map(|(e, _)| e.enrolment));
        Ok(())
    })?;
    Ok(wrong)
}

/// A withdrawn enrolment is counted nowhere.
pub fn forget(db: &mut Db, id: EnrolmentId) -> Result<(), Fault> {
    store::drop(db, &[id])
}

fn in_chunks(
    db: &mut Db,
    mut work: impl FnMut(&mut Db, &[EnrolmentId]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut last = EnrolmentId(0);
    loop {
        let ids = store::enrolments_after(db, last, AT_ONCE as i64)?;
        let Some(end) = ids.last() else { return Ok(()) };
        last = *end;
        work(db, &ids)?;
    }
}

fn as_kept(e: &Enrolled, v: &Verdict) -> bool {
    e.kept == Some(v.standing) && e.kept_percent == Some(v.percent)
}

fn kept(e: &Enrolled, v: &Verdict, now: Moment) -> Kept {
    Kept {
        enrolment_id: e.enrolment,
        course_id: e.course,
        batch_id: e.batch,
        person_id: e.person,
        unit_id: e.unit,
        standing: v.standing,
        percent: v.percent,
        updated_at: now,
    }
}

/// The verdict on each enrolment, in two statements.
fn judge(db: &mut Db, all: Vec<Enrolled>) -> Result<Vec<(Enrolled, Verdict)>, Fault> {
    let versions: Vec<VersionId> = unique(all.iter().map(|e| e.version));
    let courses: Vec<CourseId> = unique(all.iter().map(|e| e.course));
    let people: Vec<PersonId> = unique(all.iter().map(|e| e.person));
    let modules = store::modules_of(db, &versions)?;
    let attended = store::attended(db, &people, &courses)?;
    let nothing: Vec<Attended> = vec![];
    let verdict = |e: &Enrolled| {
        let modules = modules.get(&e.version).map_or(&[][..], Vec::as_slice);
        let attended = attended.get(&(e.person, e.course)).unwrap_or(&nothing);
        rules::verdict(modules, e.percent, attended)
    };
    let judged = |e: Enrolled| {
        let verdict = verdict(&e);
        (e, verdict)
    };
    Ok(all.into_iter().map(judged).collect())
}

fn unique<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = all.collect();
    all.sort();
    all.dedup();
    all
}

// --- The report ----------------------------------------------------------------------------------

/// The numbers of a unit and of those right below it.
#[derive(Debug)]
pub struct Report {
    /// None: everything, for the command line.
    pub unit: Option<Unit>,
    pub course: Option<Course>,
    pub total: Counts,
    /// People who belong to the unit itself.
    pub here: Counts,
    pub below: Vec<(Unit, Counts)>,
}

/// The report of a unit (empty: the widest of the actor's) and a course (empty: all).
pub fn report(db: &mut Db, actor: &Actor, course: &str, unit: &str) -> Result<Report, Fault> {
    let reach = actor.must_somewhere(Right::SeeReports)?;
    let unit = unit_for(db, &reach, unit)?;
    let course = course_for(db, Some(&unit), course)?;
    report_of(db, Some(unit), course)
}

fn report_of(db: &mut Db, unit: Option<Unit>, course: Option<Course>) -> Result<Report, Fault> {
    let path = unit.as_ref().map_or("", |u| u.path.as_str());
    let mut counts = store::counts_below(db, path, course.as_ref().map(|c| c.id))?;
    let total = counts.values().fold(Counts::default(), |sum, c| sum.plus(*c));
    let here = counts.remove(path).unwrap_or_default();
    let below = store::units_below(db, unit.as_ref().map(|u| u.id))?
        .into_iter()
        .map(|u| {
            let counts = counts.remove(&u.path).unwrap_or_default();
            (u, counts)
        })
        .collect();
    Ok(Report { unit, course, total, here, below })
}

/// A unit by its code within a reach; without a code the widest of the reach.
pub fn unit_for(db: &mut Db, reach: &Reach, code: &str) -> Result<Unit, Fault> {
    if !code.is_empty() {
        let found = store::unit_of_code(db, code)?.filter(|u| reach.covers(&u.path));
        return found.ok_or(Fault::NotFound);
    }
    let widest = reach.paths().iter().min_by_key(|p| p.len()).ok_or(Fault::Forbidden)?;
    store::units_at(db, std::slice::from_ref(widest))?.pop().ok_or(Fault::NotFound)
}

/// A course by its code or id, among those that the unit may use.
fn course_for(db: &mut Db, unit: Option<&Unit>, asked: &str) -> Result<Option<Course>, Fault> {
    if asked.is_empty() {
        return Ok(None);
    }
    let all = courses_for(db, unit)?;
    let id: Option<CourseId> = asked.parse().ok();
    let found = all.iter().find(|c| c.code == asked).or(all.iter().find(|c| Some(c.id) == id));
    found.cloned().map(Some).ok_or(Fault::NotFound)
}

/// The courses that the report of a unit can be cut to.
pub fn courses_for(db: &mut Db, unit: Option<&Unit>) -> Result<Vec<Course>, Fault> {
    match unit {
        Some(unit) => store::courses_for(db, &rules::line_of(&unit.path), &unit.path),
        None => store::courses_for(db, &[], "0"),
    }
}

/// The units above one that are within a reach, from the top.
pub fn line_within(db: &mut Db, reach: &Reach, unit: &Unit) -> Result<Vec<Unit>, Fault> {
    let mut line = store::units_of(db, &rules::line_of(&unit.path))?;
    line.retain(|u| reach.covers(&u.path) && u.id != unit.id);
    Ok(line)
}

// --- The names behind a number -------------------------------------------------------------------

/// One name, with what is missing and the first phone.
#[derive(Debug)]
pub struct Behind {
    pub line: Line,
    pub missing: Vec<String>,
    pub phone: Option<String>,
}

/// `not_started`, `in_progress`, `complete`, or `incomplete` for the first two; anything else: all.
pub fn standings_of(word: &str) -> Vec<Standing> {
    match Standing::parse(word) {
        Some(standing) => vec![standing],
        None if word == "incomplete" => vec![Standing::NotStarted, Standing::InProgress],
        None => vec![],
    }
}

/// A slice of the names, in the order of the names.
pub fn names(db: &mut Db, which: &Which, offset: i64, limit: i64) -> Result<Vec<Behind>, Fault> {
    let ids = store::ids(db, which, offset, limit)?;
    let mut out = Vec::with_capacity(ids.len());
    for ids in ids.chunks(AT_ONCE) {
        let chunk = store::lines(db, ids)?;
        let people: Vec<PersonId> = unique(chunk.iter().map(|l| l.person));
        let enrolled = store::enrolled(db, ids)?;
        let judged = judge(db, enrolled)?;
        let mut missing: HashMap<EnrolmentId, Vec<String>> =
            judged.into_iter().map(|(e, v)| (e.enrolment, v.missing)).collect();
        let phones = store::first_phones(db, &people)?;
        out.extend(chunk.into_iter().map(|line| Behind {
            missing: missing.remove(&line.enrolment).unwrap_or_default(),
            phone: phones.get(&line.person).map(|p| clean::phone_shown(p)),
            line,
        }));
    }
    Ok(out)
}

/// The most names that one file holds.
const MOST_NAMES: i64 = 200_000;

/// All the names as CSV.
pub fn names_csv(db: &mut Db, which: &Which) -> Result<String, Fault> {
    let mut out = String::from('\u{FEFF}');
    out.push_str(&tables::csv_line([
        "person",
        "name",
        "relation_name",
        "unit",
        "unit_name",
        "course",
        "batch",
        "standing",
        "percent",
        "missing",
        "phone",
    ]));
    for n in names(db, which, 0, MOST_NAMES)? {
        let l = &n.line;
        out.push_str(&tables::csv_line([
            l.person.to_string().as_str(),
            &l.name,
            l.relation_name.as_deref().unwrap_or_default(),
            &l.unit_code,
            &l.unit_hi,
            &l.course_code,
            &l.batch_title,
            l.standing.word(),
            &l.percent.to_string(),
            &n.missing.join(" "),
            n.phone.as_deref().unwrap_or_default(),
        ]));
    }
    Ok(out)
}

/// The report's table as CSV.
pub fn report_csv(report: &Report) -> String {
    let mut out = String::from('\u{FEFF}');
    out.push_str(&tables::csv_line([
        "unit",
        "name_hi",
        "name_en",
        "enrolled",
        "complete",
        "in_progress",
        "not_started",
        "percent",
    ]));
    let mut line = |code: &str, hi: &str, en: &str, c: &Counts| {
        let numbers = [c.enrolled(), c.complete, c.in_progress, c.not_started, c.percent()];
        let numbers = numbers.map(|n| n.to_string());
        let cells = [code, hi, en].into_iter().chain(numbers.iter().map(String::as_str));
        out.push_str(&tables::csv_line(cells));
    };
    for (unit, counts) in &report.below {
        line(&unit.code, &unit.name_hi, &unit.name_en, counts);
    }
    if let Some(unit) = report.unit.as_ref().filter(|_| report.here.enrolled() > 0) {
        line(&unit.code, &unit.name_hi, &unit.name_en, &report.here);
    }
    line("", "कुल", "total", &report.total);
    out
}

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Json,
}

/// The report for the command line: every name with what is missing; as JSON also the numbers. No
/// reach: everything. A code that is not there, or is out of reach, is not found.
pub fn export(
    db: &mut Db,
    reach: Option<&Reach>,
    course: &str,
    unit: &str,
    format: Format,
) -> Result<String, Fault> {
    let unit = match (reach, unit) {
        (Some(reach), unit) => Some(unit_for(db, reach, unit)?),
        (None, "") => None,
        (None, code) => Some(store::unit_of_code(db, code)?.ok_or(Fault::NotFound)?),
    };
    let course = course_for(db, unit.as_ref(), course)?;
    let which = Which {
        path: unit.as_ref().map_or_else(String::new, |u| u.path.clone()),
        here_only: false,
        course: course.as_ref().map(|c| c.id),
        standings: vec![],
    };
    if format == Format::Csv {
        return names_csv(db, &which);
    }
    let people: Vec<_> = names(db, &which, 0, MOST_NAMES)?
        .into_iter()
        .map(|n| {
            json!({
                "enrolment": n.line.enrolment, "person": n.line.person, "name": n.line.name,
                "unit": n.line.unit_code, "course": n.line.course_code, "batch": n.line.batch,
                "standing": n.line.standing, "percent": n.line.percent, "missing": n.missing,
                "phone": n.phone,
            })
        })
        .collect();
    let report = report_of(db, unit, course)?;
    let mut whole = serde_json::to_value(api::ReportView::of(&report)).map_err(Fault::broken)?;
    whole["course"] = json!(report.course.as_ref().map(|c| &c.code));
    whole["people"] = json!(people);
    serde_json::to_string_pretty(&whole).map_err(Fault::broken)
}

// --- One enrolment explained -----------------------------------------------------------------------

/// The verdict on one enrolment, with everything that explains it.
#[derive(Debug)]
pub struct Explained {
    pub about: About,
    pub modules: Vec<Named>,
    pub verdict: Verdict,
    pub held: HashMap<SessionId, (Moment, Moment, String)>,
    /// The next sessions of what is missing, in the person's own units and those above.
    pub chances: Vec<NextChance>,
}

#[derive(Debug)]
pub struct NextChance {
    pub first: store::Chance,
    pub modules: Vec<String>,
}

/// For the person, and for whoever sees the reports of the person's unit or of the batch's.
pub fn explain(
    db: &mut Db,
    actor: &Actor,
    id: EnrolmentId,
    now: Moment,
) -> Result<Explained, Fault> {
    let about = store::about(db, id)?;
    let sees = |path: &str| actor.may(Right::SeeReports, path);
    if about.person != actor.person && !sees(&about.person_path) && !sees(&about.batch_path) {
        actor.must(Right::SeeReports, &about.batch_path)?;
    }
    let enrolled = store::enrolled(db, &[id])?;
    let (_, verdict) = judge(db, enrolled)?.pop().ok_or(Fault::NotFound)?;
    let modules = store::module_names(db, about.version)?;
    let sessions = unique(verdict.counted.iter().map(|c| c.session));
    let held = store::session_times(db, &sessions)?;
    let line: Vec<UnitId> = rules::line_of(&about.person_path);
    let mut chances: Vec<NextChance> = Vec::new();
    if !verdict.missing.is_empty() {
        for chance in store::chances(db, about.course, &verdict.missing, &line, now)? {
            match chances.last_mut().filter(|last| last.first.session == chance.session) {
                Some(last) => last.modules.push(chance.module),
                None => {
                    chances.push(NextChance { modules: vec![chance.module.clone()], first: chance })
                }
            }
        }
    }
    chances.truncate(10);
    Ok(Explained { about, modules, verdict, held, chances })
}
