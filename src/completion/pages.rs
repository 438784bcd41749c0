//! The completion report, the names behind each number, and one verdict explained.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Visitor};
use crate::access::rules::Right;
use crate::completion::rules::{Counts, Standing};
use crate::completion::store::{Course, Unit, Which};
use crate::completion::{self, Behind, Explained, Report};
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n;
use crate::kit::ids::EnrolmentId;
use crate::kit::page::{PageNumber, Paging, ROWS};
use crate::kit::view::page_of;

/// What the report is cut to: codes in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    course: String,
    unit: String,
    standing: String,
    /// `here`: only people of the unit itself.
    only: String,
    page: Option<u32>,
}

impl Filter {
    fn pairs(&self) -> [(&'static str, &str); 4] {
        [
            ("course", &self.course),
            ("unit", &self.unit),
            ("standing", &self.standing),
            ("only", &self.only),
        ]
    }
}

/// An address with its filters, without the empty ones.
fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// A number, with the address of the names behind it.
#[derive(Serialize)]
struct Cell {
    n: i64,
    url: String,
}

#[derive(Serialize)]
struct Row {
    name: String,
    url: Option<String>,
    enrolled: Cell,
    complete: Cell,
    in_progress: Cell,
    not_started: Cell,
    percent: i64,
}

#[derive(Serialize)]
struct ReportPage {
    unit: String,
    unit_name: String,
    course: String,
    courses: Vec<(String, String)>,
    crumbs: Vec<(String, String)>,
    /// The other units where this person sees reports.
    others: Vec<(String, String)>,
    rows: Vec<Row>,
    total: Row,
    csv_url: String,
}

pub async fn report(visitor: Visitor, filter: Query<Filter>) -> Answer {
    let (language, filter) = (visitor.language, filter.into_inner());
    let words = Words::of(&visitor);
    visitor
        .page("completion/report.html", move |db, actor| {
            report_page(db, actor, language, &filter, &words)
        })
        .await
}

/// Words that the rows need.
struct Words {
    title: String,
    all_courses: String,
    here: String,
    total: String,
}

impl Words {
    fn of(visitor: &Visitor) -> Self {
        Self {
            title: visitor.say("completion-title"),
            all_courses: visitor.say("completion-all-courses"),
            here: visitor.say("completion-here"),
            total: visitor.say("completion-total"),
        }
    }
}

fn report_page(
    db: &mut Db,
    actor: &Actor,
    language: Language,
    filter: &Filter,
    words: &Words,
) -> Result<ReportPage, Fault> {
    let report = completion::report(db, actor, filter.course.trim(), filter.unit.trim())?;
    let unit = report.unit.clone().ok_or(Fault::NotFound)?;
    let course = report.course.as_ref().map_or("", |c| c.code.as_str());
    let row = |name: String, url: Option<String>, u: &Unit, only: &str, c: &Counts| {
        let cell = |n: i64, standing: &str| {
            let pairs =
                [("course", course), ("unit", &u.code), ("standing", standing), ("only", only)];
            Cell { n, url: address("/completion/people", &pairs) }
        };
        Row {
            name,
            url,
            enrolled: cell(c.enrolled(), ""),
            complete: cell(c.complete, Standing::Complete.word()),
            in_progress: cell(c.in_progress, Standing::InProgress.word()),
            not_started: cell(c.not_started, Standing::NotStarted.word()),
            percent: c.percent(),
        }
    };
    let to = |u: &Unit| address("/completion", &[("course", course), ("unit", &u.code)]);
    let mut rows: Vec<Row> =
        report.below.iter().map(|(u, c)| row(named(language, u), Some(to(u)), u, "", c)).collect();
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    if report.here.enrolled() > 0 {
        rows.push(row(words.here.clone(), None, &unit, "here", &report.here));
    }
    let reach = actor.must_somewhere(Right::SeeReports)?;
    let mut crumbs: Vec<(String, String)> = vec![];
    for above in completion::line_within(db, &reach, &unit)? {
        crumbs.push((named(language, &above), to(&above)));
    }
    crumbs.push((named(language, &unit), String::new()));
    if crumbs.len() == 1 {
        crumbs.insert(0, (words.title.clone(), address("/completion", &[("course", course)])));
    }
    let others = completion::store::units_at(db, reach.paths())?;
    let others = others.iter().filter(|u| u.id != unit.id).map(|u| (named(language, u), to(u)));
    let others: Vec<(String, String)> =
        if reach.paths().len() > 1 { others.collect() } else { vec![] };
    Ok(ReportPage {
        courses: course_options(db, language, &unit, words)?,
        total: row(words.total.clone(), None, &unit, "", &report.total),
        csv_url: address("/completion.csv", &[("course", course), ("unit", &unit.code)]),
        unit_name: named(language, &unit),
        course: course.to_owned(),
        unit: unit.code,
        crumbs,
        others,
        rows,
    })
}

fn course_options(
    db: &mut Db,
    language: Language,
    unit: &Unit,
    words: &Words,
) -> Result<Vec<(String, String)>, Fault> {
    let mut out = vec![(String::new(), words.all_courses.clone())];
    let courses = completion::courses_for(db, Some(unit))?;
    out.extend(courses.into_iter().map(|c| (c.code.clone(), titled(language, &c))));
    Ok(out)
}

fn named(language: Language, unit: &Unit) -> String {
    match language {
        Language::Hi => unit.name_hi.clone(),
        Language::En => unit.name_en.clone(),
    }
}

fn titled(language: Language, course: &Course) -> String {
    match language {
        Language::Hi => course.title_hi.clone(),
        Language::En => course.title_en.clone(),
    }
}

pub async fn report_csv(visitor: Visitor, filter: Query<Filter>) -> Answer {
    let filter = filter.into_inner();
    let report: Report = visitor
        .see(move |db, actor| {
            completion::report(db, actor, filter.course.trim(), filter.unit.trim())
        })
        .await?;
    Ok(csv("completion.csv", completion::report_csv(&report)))
}

fn csv(name: &str, text: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(text)
}

#[derive(Serialize)]
struct NamesPage {
    unit: String,
    unit_name: String,
    course: String,
    course_title: Option<String>,
    standing: String,
    standings: Vec<(String, String)>,
    only: String,
    crumbs: Vec<(String, String)>,
    lines: Vec<NameLine>,
    paging: Paging,
    csv_url: String,
}

#[derive(Serialize)]
struct NameLine {
    name: String,
    url: Option<String>,
    relation: Option<String>,
    unit: String,
    course: String,
    batch: String,
    standing_key: &'static str,
    standing_kind: &'static str,
    percent: i32,
    missing: usize,
    why_url: String,
    phone: Option<String>,
}

pub async fn names(visitor: Visitor, filter: Query<Filter>) -> Answer {
    let (language, filter) = (visitor.language, filter.into_inner());
    let title = visitor.say("completion-title");
    let standings = ["", "incomplete", "not_started", "in_progress", "complete"];
    let standings = standings.map(|w| (w.to_owned(), visitor.say(key_of(w)))).to_vec();
    visitor
        .page("completion/people.html", move |db, actor| {
            let (unit, course, which) = asked(db, actor, &filter)?;
            let page = PageNumber::of(filter.page);
            let mut behind = completion::names(db, &which, page.offset(), ROWS + 1)?;
            let paging = Paging::cut(&mut behind, page, "/completion/people", &filter.pairs());
            let code = course.as_ref().map_or("", |c| c.code.as_str());
            let back = address("/completion", &[("course", code), ("unit", &unit.code)]);
            let crumbs = vec![
                (title, address("/completion", &[("course", code)])),
                (named(language, &unit), back),
                (standing_name(&standings, &filter.standing), String::new()),
            ];
            Ok(NamesPage {
                unit_name: named(language, &unit),
                course_title: course.as_ref().map(|c| titled(language, c)),
                course: code.to_owned(),
                lines: behind.into_iter().map(|b| name_line(language, b)).collect(),
                csv_url: address("/completion/people.csv", &filter.pairs()),
                unit: unit.code,
                standing: filter.standing,
                only: filter.only,
                standings,
                crumbs,
                paging,
            })
        })
        .await
}

fn standing_name(standings: &[(String, String)], word: &str) -> String {
    let found = standings.iter().find(|(w, _)| w == word).or(standings.first());
    found.map(|(_, name)| name.clone()).unwrap_or_default()
}

fn key_of(word: &str) -> &'static str {
    match word {
        "complete" => "completion-complete",
        "in_progress" => "completion-in-progress",
        "not_started" => "completion-not-started",
        "incomplete" => "completion-incomplete",
        _ => "completion-everybody",
    }
}

fn kind_of(standing: Standing) -> &'static str {
    match standing {
        Standing::Complete => "ok",
        Standing::InProgress => "warn",
        Standing::NotStarted => "neutral",
    }
}

fn name_line(language: Language, behind: Behind) -> NameLine {
    let line = behind.line;
    NameLine {
        url: page_of(line.person, &line.name),
        name: line.name,
        relation: line.relation_name,
        unit: match language {
            Language::Hi => line.unit_hi,
            Language::En => line.unit_en,
        },
        course: line.course_code,
        batch: line.batch_title,
        standing_key: key_of(line.standing.word()),
        standing_kind: kind_of(line.standing),
        percent: line.percent,
        missing: behind.missing.len(),
        why_url: format!("/enrolments/{}/completion", line.enrolment),
        phone: behind.phone,
    }
}

fn asked(
    db: &mut Db,
    actor: &Actor,
    filter: &Filter,
) -> Result<(Unit, Option<Course>, Which), Fault> {
    let reach = actor.must_somewhere(Right::SeeReports)?;
    let unit = completion::unit_for(db, &reach, filter.unit.trim())?;
    let course = completion::course_for(db, Some(&unit), filter.course.trim())?;
    let which = Which {
        path: unit.path.clone(),
        here_only: filter.only == "here",
        course: course.as_ref().map(|c| c.id),
        standings: completion::standings_of(&filter.standing),
    };
    Ok((unit, course, which))
}

pub async fn names_csv(visitor: Visitor, filter: Query<Filter>) -> Answer {
    let filter = filter.into_inner();
    let text = visitor
        .see(move |db, actor| {
            let (_, _, which) = asked(db, actor, &filter)?;
            completion::names_csv(db, &which)
        })
        .await?;
    Ok(csv("people.csv", text))
}

#[derive(Serialize)]
struct WhyPage {
    name: String,
    course: String,
    batch: String,
    batch_url: String,
    standing_key: &'static str,
    standing_kind: &'static str,
    percent: i32,
    modules: Vec<WhyModule>,
    chances: Vec<WhyChance>,
    complete: bool,
}

#[derive(Serialize)]
struct WhyModule {
    title: String,
    minutes: i32,
    of: i32,
    compulsory: bool,
    missing: bool,
    when: Option<String>,
    session_url: Option<String>,
}

#[derive(Serialize)]
struct WhyChance {
    when: String,
    title: String,
    modules: String,
    venue: Option<String>,
    url: String,
}

pub async fn why(visitor: Visitor, id: Path<EnrolmentId>) -> Answer {
    let (language, now) = (visitor.language, visitor.site.now());
    visitor
        .page("completion/why.html", move |db, actor| {
            Ok(why_page(language, completion::explain(db, actor, *id, now)?))
        })
        .await
}

fn why_page(language: Language, e: Explained) -> WhyPage {
    let pick = |hi: &String, en: &String| match language {
        Language::Hi => hi.clone(),
        Language::En => en.clone(),
    };
    let zone = |name: &str| name.parse().unwrap_or(chrono_tz::Asia::Kolkata);
    let modules = e.modules.iter().map(|m| {
        let counted = e.verdict.counted.iter().find(|c| c.module == m.code);
        let held = counted.and_then(|c| e.held.get(&c.session));
        WhyModule {
            title: pick(&m.title_hi, &m.title_en),
            minutes: counted.map_or(0, |c| c.minutes),
            of: m.minutes,
            compulsory: m.compulsory,
            missing: e.verdict.missing.contains(&m.code),
            when: held.map(|(from, to, z)| i18n::span(language, *from, *to, zone(z))),
            session_url: counted.map(|c| format!("/sessions/{}", c.session)),
        }
    });
    let title_of = |code: &String| {
        let module = e.modules.iter().find(|m| m.code == *code);
        module.map_or_else(|| code.clone(), |m| pick(&m.title_hi, &m.title_en))
    };
    let chances = e.chances.iter().map(|c| WhyChance {
        when: i18n::span(language, c.first.starts_at, c.first.ends_at, zone(&c.first.timezone)),
        title: c.first.title.clone(),
        modules: c.modules.iter().map(title_of).collect::<Vec<_>>().join(", "),
        venue: match language {
            Language::Hi => c.first.venue_hi.clone(),
            Language::En => c.first.venue_en.clone(),
        },
        url: format!("/sessions/{}", c.first.session),
    });
    WhyPage {
        modules: modules.collect(),
        chances: chances.collect(),
        course: pick(&e.about.title_hi, &e.about.title_en),
        batch_url: format!("/batches/{}", e.about.batch),
        standing_key: key_of(e.verdict.standing.word()),
        standing_kind: kind_of(e.verdict.standing),
        percent: e.verdict.percent,
        complete: e.verdict.complete(),
        name: e.about.name,
        batch: e.about.batch_title,
    }
}
