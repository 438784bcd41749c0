//! The courses for programs.

use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::door::{Answer, Json, Made, Visitor, json};
use crate::access::rules::Right;
use crate::courses::rules::{CourseDraft, ModuleDraft};
use crate::courses::{self, Edition, Whole, store};
use crate::kit::form::loose;
use crate::kit::ids::CourseId;
use crate::kit::page::{Listing, Window, limit_of};

/// A course. `modules`, `completion` and `version` are those of the published version, or of the
/// draft when nothing is published; `draft` is what would be published next.
#[derive(Debug, Serialize, ToSchema)]
pub struct CourseView {
    id: String,
    code: String,
    unit: String,
    title_hi: String,
    title_en: String,
    /// `draft`, `published` or `retired`.
    state: String,
    version: i32,
    modules: Vec<ModuleView>,
    completion: CompletionView,
    /// Codes of the courses that must be completed first.
    prerequisites: Vec<String>,
    draft: Option<VersionView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct VersionView {
    version: i32,
    modules: Vec<ModuleView>,
    completion: CompletionView,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ModuleView {
    code: String,
    title_hi: String,
    title_en: String,
    minutes: i32,
    compulsory: bool,
}

#[derive(Debug, Default, Serialize, ToSchema)]
pub struct CompletionView {
    percent: i32,
}

/// A new course. Without `unit` it belongs to the one that the caller manages.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewCourse {
    code: String,
    unit: String,
    title_hi: String,
    title_en: String,
    modules: Vec<ModuleDraft>,
    completion: Completion,
    /// Codes of the courses that must be completed first.
    prerequisites: Vec<String>,
}

/// What changes; what is left out stays. `modules` replaces all of them.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CourseChange {
    title_hi: Option<String>,
    title_en: Option<String>,
    modules: Option<Vec<ModuleDraft>>,
    completion: Option<Completion>,
    prerequisites: Option<Vec<String>>,
}

/// The rule: the share of the minutes, in percent, that completes it (80 when not said).
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Completion {
    #[schema(value_type = i32)]
    #[serde(deserialize_with = "loose")]
    percent: String,
}

#[utoipa::path(get, path = "/api/v1/courses", tag = "courses",
    params(("limit" = Option<i64>, Query), ("after" = Option<i64>, Query)),
    responses((status = 200, body = [CourseView])))]
pub async fn list(visitor: Visitor, window: Query<Window>) -> Answer {
    let limit = limit_of(window.limit);
    let after = CourseId(window.after.unwrap_or(0));
    let items = visitor
        .see(move |db, actor| {
            let reach = actor.must_somewhere(Right::SeePlans)?;
            let rows = store::courses_after(db, &reach, after, limit + 1)?;
            Ok(courses::wholes(db, rows)?.iter().map(view).collect::<Vec<_>>())
        })
        .await?;
    json(200, &Listing::cut(items, limit, |c| c.id.clone()))
}

#[utoipa::path(post, path = "/api/v1/courses", tag = "courses", request_body = NewCourse,
    responses((status = 201, body = CourseView)))]
pub async fn create(visitor: Visitor, body: Json<NewCourse>) -> Answer {
    let Json { body, hash } = body;
    let draft = CourseDraft {
        code: body.code,
        unit: body.unit,
        title_hi: body.title_hi,
        title_en: body.title_en,
        percent: body.completion.percent,
        needs: Some(body.prerequisites.join(",")),
        modules: body.modules,
    };
    visitor
        .once(hash, move |db, actor, stamp| {
            let id = courses::create(db, actor, &draft, stamp)?;
            let whole = courses::whole_for(db, actor, id)?;
            Ok(Made::created(view(&whole), format!("/api/v1/courses/{id}")))
        })
        .await
}

#[utoipa::path(get, path = "/api/v1/courses/{id}", tag = "courses", params(("id" = String, Path)),
    responses((status = 200, body = CourseView)))]
pub async fn show(visitor: Visitor, id: Path<CourseId>) -> Answer {
    let whole = visitor.see(move |db, actor| courses::whole_for(db, actor, *id)).await?;
    json(200, &view(&whole))
}

#[utoipa::path(patch, path = "/api/v1/courses/{id}", tag = "courses", params(("id" = String, Path)),
    request_body = CourseChange, responses((status = 200, body = CourseView)))]
pub async fn change(visitor: Visitor, id: Path<CourseId>, body: Json<CourseChange>) -> Answer {
    let (id, body) = (*id, body.body);
    let whole = visitor
        .act(move |db, actor, stamp| {
            let mut draft = courses::draft_of(&courses::whole_for(db, actor, id)?);
            draft.title_hi = body.title_hi.unwrap_or(draft.title_hi);
            draft.title_en = body.title_en.unwrap_or(draft.title_en);
            draft.modules = body.modules.unwrap_or(draft.modules);
            draft.needs = body.prerequisites.map(|codes| codes.join(","));
            draft.percent = body.completion.map_or(draft.percent, |c| c.percent);
            courses::change_draft(db, actor, id, &draft, stamp)?;
            courses::whole_for(db, actor, id)
        })
        .await?;
    json(200, &view(&whole))
}

#[utoipa::path(post, path = "/api/v1/courses/{id}/publication", tag = "courses",
    params(("id" = String, Path)), responses((status = 200, body = CourseView)))]
pub async fn publish(visitor: Visitor, id: Path<CourseId>, body: Json<Empty>) -> Answer {
    let id = *id;
    visitor
        .once(body.hash, move |db, actor, stamp| {
            courses::publish(db, actor, id, stamp)?;
            Ok(Made::ok(view(&courses::whole_for(db, actor, id)?)))
        })
        .await
}

/// A call whose address says everything.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Empty {}

fn view(whole: &Whole) -> CourseView {
    let course = &whole.course;
    let shown = whole.published().or(whole.editions.first()).map(version);
    let shown = shown.unwrap_or(VersionView {
        version: 0,
        modules: vec![],
        completion: CompletionView::default(),
    });
    CourseView {
        id: course.id.to_string(),
        code: course.code.clone(),
        unit: course.unit_code.clone(),
        title_hi: course.title_hi.clone(),
        title_en: course.title_en.clone(),
        state: course.state.to_string(),
        version: shown.version,
        modules: shown.modules,
        completion: shown.completion,
        prerequisites: whole.needs.iter().map(|n| n.code.clone()).collect(),
        draft: whole.draft().filter(|_| whole.published().is_some()).map(version),
    }
}

fn version(edition: &Edition) -> VersionView {
    VersionView {
        version: edition.version.number,
        completion: CompletionView { percent: edition.version.percent },
        modules: edition
            .modules
            .iter()
            .map(|(_, m)| ModuleView {
                code: m.code.clone(),
                title_hi: m.title_hi.clone(),
                title_en: m.title_en.clone(),
                minutes: m.minutes,
                compulsory: m.compulsory,
            })
            .collect(),
    }
}
