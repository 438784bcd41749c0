//! What is taught: courses, their versions, their modules.

pub mod rules;
pub mod store;
pub mod pages;
pub mod api;

use serde_json::json;

use crate::access::Actor;
use crate::access::rules::{Reach, Right};
use crate::courses::rules::{Content, CourseDraft, CourseState, Module, ModuleDraft};
use crate::courses::store::{Course, Need, NewModule, Unit, Version};
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::ids::{CourseId, ModuleId, VersionId};
use crate::kit::journal::{self, Entry};
use crate::kit::site::Stamp;

/// A version with what it teaches.
#[derive(Debug, Clone)]
pub struct Edition {
    pub version: Version,
    pub modules: Vec<(ModuleId, Module)>,
}

/// A course with all its versions, newest first.
#[derive(Debug, Clone)]
pub struct Whole {
    pub course: Course,
    pub editions: Vec<Edition>,
    /// The courses that must be completed first.
    pub needs: Vec<Need>,
}

impl Whole {
    /// The version that new batches teach.
    pub fn published(&self) -> Option<&Edition> {
        self.editions.iter().find(|e| e.version.published_at.is_some())
    }

    pub fn draft(&self) -> Option<&Edition> {
        self.editions.iter().find(|e| e.version.published_at.is_none())
    }
}

/// Whether a course of this unit may be seen: it is within the reach, or of a unit above it.
fn may_see(reach: &Reach, path: &str) -> bool {
    reach.covers(path) || reach.paths().iter().any(|inner| inner.starts_with(path))
}

/// A course that the actor may see.
pub fn course_for(db: &mut Db, actor: &Actor, id: CourseId) -> Result<Course, Fault> {
    let course = store::course(db, id)?;
    if may_see(&actor.reach(Right::SeePlans), &course.unit_path) {
        Ok(course)
    } else {
        Err(Fault::NotFound)
    }
}

/// The same by its code, or else by its id as text; none when it is not to be seen.
pub fn course_named(db: &mut Db, actor: &Actor, name: &str) -> Result<Option<Course>, Fault> {
    let found = match store::course_of_code(db, name)? {
        Some(course) => Some(course),
        None => match name.parse::<CourseId>().map(|id| store::course(db, id)) {
            Ok(Err(Fault::NotFound)) | Err(_) => None,
            Ok(course) => Some(course?),
        },
    };
    Ok(found.filter(|c| may_see(&actor.reach(Right::SeePlans), &c.unit_path)))
}

/// A course with everything in it.
pub fn whole_for(db: &mut Db, actor: &Actor, id: CourseId) -> Result<Whole, Fault> {
    let course = course_for(db, actor, id)?;
    let mut all = wholes(db, vec![course])?;
    all.pop().ok_or(Fault::NotFound)
}

/// Courses with their versions and modules, in two statements.
pub fn wholes(db: &mut Db, courses: Vec<Course>) -> Result<Vec<Whole>, Fault> {
    let ids: Vec<CourseId> = courses.iter().map(|c| c.id).collect();
    let versions = store::versions_of(db, &ids)?;
    let ids: Vec<VersionId> = versions.iter().map(|v| v.id).collect();
    let mut editions: Vec<Edition> =
        versions.into_iter().map(|version| Edition { version, modules: vec![] }).collect();
    for (version, id, module) in store::modules_of(db, &ids)? {
        if let Some(edition) = editions.iter_mut().find(|e| e.version.id == version) {
            edition.modules.push((id, module));
        }
    }
    let ids: Vec<CourseId> = courses.iter().map(|c| c.id).collect();
    let needs = store::needs_of(db, &ids)?;
    Ok(courses
        .into_iter()
        .map(|course| {
            let editions =
                editions.iter().filter(|e| e.version.course == course.id).cloned().collect();
            let needs = needs.iter().filter(|n| n.course == course.id).cloned().collect();
            Whole { course, editions, needs }
        })
        .collect())
}

/// Makes a course with its first draft version and its modules.
pub fn create(
    db: &mut Db,
    actor: &Actor,
    draft: &CourseDraft,
    stamp: &Stamp,
) -> Result<CourseId, Fault> {
    let reach = actor.must_somewhere(Right::Manage)?;
    let mut reading = Reading::default();
    let code = reading.code("code", &draft.code);
    if !reading.has("code") && store::code_taken(db, &code)? {
        reading.fields.add("code", "taken");
    }
    let unit = home_unit(db, &reach, &draft.unit, &mut reading)?;
    let content = rules::content(&mut reading, draft);
    let (id, version) = (CourseId(stamp.id()), VersionId(stamp.id()));
    let needs = read_needs(db, actor, id, draft, &mut reading)?;
    let Some(unit) = unit else { return reading.done(CourseId(0)) };
    reading.done(())?;
    store::add_course(db, id, &code, unit.id, &content, stamp.now)?;
    store::keep_needs(db, id, needs.as_deref().unwrap_or_default())?;
    store::add_version(db, version, id, 1, content.percent)?;
    keep_modules(db, version, &content.modules, stamp)?;
    let entry = Entry {
        actor: Some(actor.person),
        action: "course created",
        subject: format!("course/{id}"),
        unit: Some(unit.id),
        detail: json!({ "code": code, "content": content, "needs": draft.needs }),
    };
    journal::note(db, entry, stamp.now)?;
    Ok(id)
}

/// The unit that something is made for: the one named, or the only one that the actor reaches.
pub fn home_unit(
    db: &mut Db,
    reach: &Reach,
    code: &str,
    reading: &mut Reading,
) -> Result<Option<Unit>, Fault> {
    if code.trim().is_empty()
        && let [only] = reach.paths()
    {
        let id = rules::line_of(only).last().copied().ok_or(Fault::NotFound)?;
        return store::unit(db, id).map(Some);
    }
    let code = reading.code("unit", code);
    if reading.has("unit") {
        return Ok(None);
    }
    let unit = store::unit_of_code(db, &code)?.filter(|u| reach.covers(&u.path));
    if unit.is_none() {
        reading.fields.add("unit", "unknown");
    }
    Ok(unit)
}

/// The newest version of a course, as it would be typed.
pub fn draft_of(whole: &Whole) -> CourseDraft {
    let newest = whole.editions.first();
    CourseDraft {
        code: whole.course.code.clone(),
        unit: whole.course.unit_code.clone(),
        title_hi: whole.course.title_hi.clone(),
        title_en: whole.course.title_en.clone(),
        percent: newest
            .map_or_else(|| rules::PERCENT.to_owned(), |e| e.version.percent.to_string()),
        needs: Some(whole.needs.iter().map(|n| n.code.as_str()).collect::<Vec<_>>().join(", ")),
        modules: newest.map_or_else(Vec::new, |e| {
            e.modules
                .iter()
                .map(|(_, m)| ModuleDraft {
                    code: m.code.clone(),
                    title_hi: m.title_hi.clone(),
                    title_en: m.title_en.clone(),
                    minutes: m.minutes.to_string(),
                    compulsory: if m.compulsory { "yes" } else { "no" }.to_owned(),
                })
                .collect()
        }),
    }
}

/// Changes what the draft says. A course that is published gets a new draft first; what was
/// published stays as it is.
pub fn change_draft(
    db: &mut Db,
    actor: &Actor,
    id: CourseId,
    draft: &CourseDraft,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let whole = managed(db, actor, id)?;
    let mut reading = Reading::default();
    let content = rules::content(&mut reading, draft);
    let needs = read_needs(db, actor, id, draft, &mut reading)?;
    reading.done(())?;
    if let Some(needs) = needs {
        change_needs(db, actor, &whole, &needs, stamp)?;
    }
    let before = whole.editions.first().map(|e| content_of(&whole.course, e));
    if before.as_ref() == Some(&content) {
        return Ok(());
    }
    store::set_titles(db, id, &content, stamp.now)?;
    if before.as_ref().is_none_or(|b| b.percent != content.percent || b.modules != content.modules)
    {
        let version = open_draft(db, &whole, content.percent, stamp)?;
        keep_modules(db, version, &content.modules, stamp)?;
    }
    let detail = json!({ "before": before, "after": content });
    note(db, actor, &whole.course, "course changed", detail, stamp)
}

/// The courses that a draft says come first; nothing when it does not speak of them.
fn read_needs(
    db: &mut Db,
    actor: &Actor,
    id: CourseId,
    draft: &CourseDraft,
    reading: &mut Reading,
) -> Result<Option<Vec<CourseId>>, Fault> {
    let Some(codes) = draft.needed_codes() else { return Ok(None) };
    let reach = actor.reach(Right::SeePlans);
    let mut known = store::courses_of_codes(db, &codes)?;
    known.retain(|(_, _, path)| may_see(&reach, path));
    if let Some(code) = codes.iter().find(|code| !known.iter().any(|(c, ..)| c == *code)) {
        reading.fields.add_with("needs", "course-unknown", vec![("code", (*code).to_owned())]);
    }
    let mut needs: Vec<CourseId> = known.into_iter().map(|(_, id, _)| id).collect();
    needs.sort_unstable();
    needs.dedup();
    if rules::is_circle(id, &needs, &store::all_needs(db)?) {
        reading.fields.add("needs", "course-circle");
    }
    Ok(Some(needs))
}

fn change_needs(
    db: &mut Db,
    actor: &Actor,
    whole: &Whole,
    needs: &[CourseId],
    stamp: &Stamp,
) -> Result<(), Fault> {
    let mut before: Vec<CourseId> = whole.needs.iter().map(|n| n.needs).collect();
    before.sort_unstable();
    if before == needs {
        return Ok(());
    }
    store::keep_needs(db, whole.course.id, needs)?;
    let detail = json!({ "before": before, "after": needs });
    note(db, actor, &whole.course, "course prerequisites changed", detail, stamp)
}

/// The draft version, made when there is none.
fn open_draft(db: &mut Db, whole: &Whole, percent: i32, stamp: &Stamp) -> Result<VersionId, Fault> {
    if let Some(draft) = whole.draft() {
        return match store::set_percent(db, draft.version.id, percent)? {
            true => Ok(draft.version.id),
            false => Err(Fault::conflict("course-just-published")),
        };
    }
    let last = whole.editions.iter().map(|e| e.version.number).max().unwrap_or(0);
    let version = VersionId(stamp.id());
    store::add_version(db, version, whole.course.id, last + 1, percent)?;
    Ok(version)
}

/// Freezes the draft: new batches teach it from now on, those that run stay on theirs.
pub fn publish(db: &mut Db, actor: &Actor, id: CourseId, stamp: &Stamp) -> Result<(), Fault> {
    let whole = managed(db, actor, id)?;
    let draft = whole.draft().ok_or_else(|| Fault::conflict("course-nothing-new"))?;
    if !store::freeze(db, draft.version.id, stamp.now)? {
        return Err(Fault::conflict("course-just-published"));
    }
    // Counted behind the lock that freezing took.
    if store::modules_of(db, &[draft.version.id])?.is_empty() {
        return Err(Fault::conflict("course-empty"));
    }
    store::set_state(db, id, CourseState::Published, stamp.now)?;
    let detail = json!({ "version": draft.version.number });
    note(db, actor, &whole.course, "course published", detail, stamp)
}

/// No further batch will teach this course; those that run go on.
pub fn retire(db: &mut Db, actor: &Actor, id: CourseId, stamp: &Stamp) -> Result<(), Fault> {
    let whole = managed(db, actor, id)?;
    store::set_state(db, id, CourseState::Retired, stamp.now)?;
    let detail = json!({ "before": whole.course.state });
    note(db, actor, &whole.course, "course retired", detail, stamp)
}

/// A course that the actor may change and that still lives.
fn managed(db: &mut Db, actor: &Actor, id: CourseId) -> Result<Whole, Fault> {
    let whole = whole_for(db, actor, id)?;
    if !actor.may(Right::Manage, &whole.course.unit_path) {
        return Err(Fault::Forbidden);
    }
    if whole.course.state == CourseState::Retired {
        return Err(Fault::conflict("course-retired"));
    }
    Ok(whole)
}

fn content_of(course: &Course, edition: &Edition) -> Content {
    Content {
        title_hi: course.title_hi.clone(),
        title_en: course.title_en.clone(),
        percent: edition.version.percent,
        modules: edition.modules.iter().map(|(_, m)| m.clone()).collect(),
    }
}

fn keep_modules(
    db: &mut Db,
    version: VersionId,
    modules: &[Module],
    stamp: &Stamp,
) -> Result<(), Fault> {
    let rows: Vec<NewModule<'_>> = modules
        .iter()
        .zip(1..)
        .map(|(m, position)| NewModule {
            id: ModuleId(stamp.id()),
            course_version_id: version,
            position,
            code: &m.code,
            title_hi: &m.title_hi,
            title_en: &m.title_en,
            minutes: m.minutes,
            compulsory: m.compulsory,
        })
        .collect();
    store::replace_modules(db, version, &rows)
}

fn note(
    db: &mut Db,
    actor: &Actor,
    course: &Course,
    action: &str,
    detail: serde_json::Value,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let entry = Entry {
        actor: Some(actor.person),
        action,
        subject: format!("course/{}", course.id),
        unit: Some(course.unit),
        detail,
    };
    journal::note(db, entry, stamp.now)
}
