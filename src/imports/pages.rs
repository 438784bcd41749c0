//! The page of imports: paste, look, confirm.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Query;
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor};
use crate::access::rules::Right;
use crate::imports::{self, ImportDraft, KINDS, Looked};
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::intake::{Told, ToldError};

/// Errors and rows that a page shows; the file has them all.
const MOST_SHOWN: usize = 200;
const ROWS_SHOWN: usize = 5;

/// What a link to the page may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    kind: String,
    batch: String,
}

#[derive(Serialize)]
struct Blank {
    kinds: Vec<(String, String)>,
    draft: ImportDraft,
    /// The title of the batch that every row is for.
    batch: Option<String>,
}

/// One field, with the column that fills it.
#[derive(Serialize)]
struct Column {
    name: String,
    options: Vec<(String, String)>,
    value: String,
}

#[derive(Serialize)]
struct Shown {
    draft: ImportDraft,
    kind_name: String,
    told: Told,
    rows: usize,
    /// The errors of the page, and how many more there are.
    errors: Vec<ToldError>,
    more_errors: usize,
    headers: Vec<String>,
    sample: Vec<Vec<String>>,
    list_url: String,
    columns: Vec<Column>,
}

pub async fn blank(visitor: Visitor, asked: Query<Asked>) -> Answer {
    let (v, Asked { kind, batch }) = (visitor.clone(), asked.into_inner());
    let draft = ImportDraft { kind, batch, ..ImportDraft::default() };
    visitor.page("imports/blank.html", move |db, actor| blank_view(db, actor, &v, draft)).await
}

fn blank_view(
    db: &mut Db,
    actor: &Actor,
    visitor: &Visitor,
    draft: ImportDraft,
) -> Result<Blank, Fault> {
    actor.must_somewhere(Right::Manage)?;
    let batch = imports::batch_of(db, actor, &draft)?;
    let kinds = KINDS.map(|(k, _)| (k.to_owned(), kind_name(visitor, k)));
    Ok(Blank { kinds: kinds.to_vec(), draft, batch })
}

fn kind_name(visitor: &Visitor, kind: &str) -> String {
    match kind {
        "enrolments" => visitor.say("enrolment-title"),
        other => visitor.say(&format!("nav-{other}")),
    }
}

/// What would become of the table.
pub async fn look(visitor: Visitor, form: Form<ImportDraft>) -> Answer {
    let (draft, kept) = (form.0.clone(), form.0);
    let looked = visitor.act(move |db, actor, stamp| imports::look(db, actor, &draft, stamp)).await;
    show(visitor, looked, kept, "imports/look.html").await
}

/// Takes the table in.
pub async fn run(visitor: Visitor, form: Form<ImportDraft>) -> Answer {
    let (draft, kept) = (form.0.clone(), form.0);
    let ran = visitor.act(move |db, actor, stamp| imports::run(db, actor, &draft, stamp)).await;
    show(visitor, ran, kept, "imports/result.html").await
}

async fn show(
    visitor: Visitor,
    looked: Result<Looked, Fault>,
    draft: ImportDraft,
    template: &'static str,
) -> Answer {
    match looked {
        Ok(looked) => {
            let view = view(&visitor, looked, draft);
            visitor.page(template, move |_, _| Ok(view)).await
        }
        Err(fault) => {
            let v = visitor.clone();
            let again = move |db: &mut Db, actor: &Actor| blank_view(db, actor, &v, draft);
            visitor.again(fault, "imports/blank.html", again).await
        }
    }
}

fn view(visitor: &Visitor, Looked { report, table }: Looked, draft: ImportDraft) -> Shown {
    let mut told = report.told(visitor.site.texts(), visitor.language);
    let mut errors = std::mem::take(&mut told.errors);
    let more_errors = errors.len().saturating_sub(MOST_SHOWN);
    errors.truncate(MOST_SHOWN);
    told.notes.truncate(MOST_SHOWN);
    Shown {
        kind_name: kind_name(visitor, &draft.kind),
        list_url: list_url(&draft),
        columns: columns(visitor, &told, &draft, &table.headers),
        draft,
        told,
        rows: table.rows.len(),
        errors,
        more_errors,
        sample: table.rows.iter().take(ROWS_SHOWN).map(|r| r.cells.clone()).collect(),
        headers: table.headers,
    }
}

/// Where the rows are seen afterwards.
fn list_url(draft: &ImportDraft) -> String {
    match (draft.kind.as_str(), draft.batch.as_str()) {
        ("enrolments", "") => "/batches".to_owned(),
        ("enrolments", batch) => format!("/batches/{batch}/enrolments"),
        (kind, _) => format!("/{kind}"),
    }
}

/// Each field with the column that fills it now and every other that could.
fn columns(visitor: &Visitor, told: &Told, draft: &ImportDraft, headers: &[String]) -> Vec<Column> {
    let fields = draft.fields().iter().filter(|f| f.name != "batch" || draft.batch.is_empty());
    fields
        .map(|field| {
            let with = |header: &str| format!("{}={header}", field.name);
            let none = (with(""), visitor.say("imports-no-column"));
            let each = headers.iter().filter(|h| !h.is_empty());
            let options = std::iter::once(none).chain(each.map(|h| (with(h), h.clone())));
            Column {
                name: visitor.say(&format!("imports-field-{}", field.name)),
                options: options.collect(),
                value: with(told.columns.get(field.name).map_or("", String::as_str)),
            }
        })
        .collect()
}

/// The refused rows as a file. Nothing of an import is stored, so it is looked at once more: rows
/// that went in by now change nothing.
pub async fn refused(visitor: Visitor, form: Form<ImportDraft>) -> Answer {
    let draft = form.0;
    let Looked { report, table } =
        visitor.act(move |db, actor, stamp| imports::look(db, actor, &draft, stamp)).await?;
    let text = report.refused_csv(&table, visitor.site.texts(), visitor.language);
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"refused.csv\""))
        .body(format!("\u{FEFF}{text}")))
}
