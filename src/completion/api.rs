//! Completion for programs: the numbers of a unit, the verdict on one enrolment.

use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::door::{self, Answer, Visitor};
use crate::completion::rules::Counts;
use crate::completion::{self, Explained, Report};
use crate::kit::clock::Moment;
use crate::kit::ids::EnrolmentId;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
pub struct Asked {
    course: String,
    unit: String,
}

/// How many are enrolled in a unit and everything below it, and how far they have come.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountsView {
    /// The unit's code.
    pub unit: Option<String>,
    pub enrolled: i64,
    pub complete: i64,
    pub in_progress: i64,
    pub not_started: i64,
    /// Share of the enrolled that are complete, rounded down.
    pub percent: i64,
}

/// The numbers of a unit, and of those right below it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportView {
    #[serde(flatten)]
    pub total: CountsView,
    /// People who belong to the unit itself; `here` and `below` add up to the whole.
    pub here: CountsView,
    pub below: Vec<CountsView>,
}

impl ReportView {
    pub fn of(report: &Report) -> Self {
        let code = || report.unit.as_ref().map(|u| u.code.clone());
        Self {
            total: counts(code(), &report.total),
            here: counts(code(), &report.here),
            below: report.below.iter().map(|(u, c)| counts(Some(u.code.clone()), c)).collect(),
        }
    }
}

fn counts(unit: Option<String>, c: &Counts) -> CountsView {
    CountsView {
        unit,
        enrolled: c.enrolled(),
        complete: c.complete,
        in_progress: c.in_progress,
        not_started: c.not_started,
        percent: c.percent(),
    }
}

#[utoipa::path(get, path = "/api/v1/completion", tag = "completion",
    params(
        ("course" = Option<String>, Query, description = "Code or id of a course; all when empty"),
        ("unit" = Option<String>, Query, description = "Code of a unit; your widest when empty")),
    responses((status = 200, body = ReportView), (status = 404, description = "No such unit or course within your units")))]
pub async fn report(visitor: Visitor, asked: Query<Asked>) -> Answer {
    let asked = asked.into_inner();
    let view = visitor
        .see(move |db, actor| {
            Ok(ReportView::of(&completion::report(
                db,
                actor,
                asked.course.trim(),
                asked.unit.trim(),
            )?))
        })
        .await?;
    door::json(200, &view)
}

/// A module that counts, with the session whose mark made it count.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountedView {
    pub module: String,
    pub title_hi: String,
    pub title_en: String,
    /// Minutes that count.
    pub minutes: i32,
    /// Minutes that the module has.
    pub of: i32,
    pub session: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MissingView {
    pub module: String,
    pub title_hi: String,
    pub title_en: String,
    pub minutes: i32,
    pub compulsory: bool,
}

/// A session to come that teaches something that is missing.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChanceView {
    pub session: String,
    pub batch: String,
    pub title: String,
    pub modules: Vec<String>,
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Moment,
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: Moment,
}

/// The verdict on one enrolment, with its reasons.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerdictView {
    pub complete: bool,
    /// Share of the course's minutes, rounded down.
    pub percent: i32,
    #[schema(value_type = String, example = "in_progress")]
    pub standing: completion::rules::Standing,
    pub counted: Vec<CountedView>,
    pub missing: Vec<MissingView>,
    pub next_chances: Vec<ChanceView>,
}

impl VerdictView {
    fn of(e: Explained) -> Self {
        let named = |code: &str| e.modules.iter().find(|m| m.code == code);
        let counted = e.verdict.counted.iter().filter_map(|c| {
            let m = named(&c.module)?;
            Some(CountedView {
                module: m.code.clone(),
                title_hi: m.title_hi.clone(),
                title_en: m.title_en.clone(),
                minutes: c.minutes,
                of: c.of,
                session: c.session.to_string(),
            })
        });
        let missing = e.verdict.missing.iter().filter_map(|code| {
            let m = named(code)?;
            Some(MissingView {
                module: m.code.clone(),
                title_hi: m.title_hi.clone(),
                title_en: m.title_en.clone(),
                minutes: m.minutes,
                compulsory: m.compulsory,
            })
        });
        let next_chances = e.chances.iter().map(|c| ChanceView {
            session: c.first.session.to_string(),
            batch: c.first.batch.to_string(),
            title: c.first.title.clone(),
            modules: c.modules.clone(),
            starts_at: c.first.starts_at,
            ends_at: c.first.ends_at,
        });
        Self {
            complete: e.verdict.complete(),
            percent: e.verdict.percent,
            standing: e.verdict.standing,
            counted: counted.collect(),
            missing: missing.collect(),
            next_chances: next_chances.collect(),
        }
    }
}

#[utoipa::path(get, path = "/api/v1/enrolments/{id}/completion", tag = "completion",
    params(("id" = String, Path, description = "The enrolment")),
    responses((status = 200, body = VerdictView), (status = 404, description = "No such enrolment within your units")))]
pub async fn verdict(visitor: Visitor, id: Path<EnrolmentId>) -> Answer {
    let now = visitor.site.now();
    let explained = visitor.see(move |db, actor| completion::explain(db, actor, *id, now)).await?;
    door::json(200, &VerdictView::of(explained))
}
