//! The page of imports: paste, look, confirm.

use actix_web::HttpResponse;
use actix_web::http::header;
use serde::Serialize;

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor};
use crate::access::rules::Right;
use crate::imports::{self, ImportDraft, Looked};
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::intake::{Told, ToldError};

/// Errors and rows that a page shows; the file has them all.
const MOST_SHOWN: usize = 200;
const ROWS_SHOWN: usize = 5;

#[derive(Serialize)]
struct Blank {
    kinds: Vec<(String, String)>,
    draft: ImportDraft,
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
}

pub async fn blank(visitor: Visitor) -> Answer {
    let v = visitor.clone();
    visitor
        .page("imports/blank.html", move |_, actor| blank_view(actor, &v, ImportDraft::default()))
        .await
}

fn blank_view(actor: &Actor, visitor: &Visitor, draft: ImportDraft) -> Result<Blank, Fault> {
    actor.must_somewhere(Right::Manage)?;
    let kinds = ["people", "units"].map(|k| (k.to_owned(), visitor.say(&format!("nav-{k}"))));
    Ok(Blank { kinds: kinds.to_vec(), draft })
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
            let again = move |_: &mut Db, actor: &Actor| blank_view(actor, &v, draft);
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
        kind_name: visitor.say(&format!("nav-{}", draft.kind)),
        list_url: format!("/{}", draft.kind),
        draft,
        told,
        rows: table.rows.len(),
        errors,
        more_errors,
        sample: table.rows.iter().take(ROWS_SHOWN).map(|r| r.cells.clone()).collect(),
        headers: table.headers,
    }
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
