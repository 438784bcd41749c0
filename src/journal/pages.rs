//! The journal as a page.

use actix_web::web::Query;
use serde::{Deserialize, Serialize};

use crate::access::door::{Answer, Visitor};
use crate::access::rules::Right;
use crate::journal::store;
use crate::kit::columns::Language;
use crate::kit::i18n;
use crate::kit::page::{PageNumber, Paging};

#[derive(Deserialize)]
pub struct Filter {
    #[serde(default)]
    subject: String,
    page: Option<u32>,
}

#[derive(Serialize)]
struct List {
    subject: String,
    entries: Vec<Line>,
    paging: Paging,
}

#[derive(Serialize)]
struct Line {
    position: i64,
    when: String,
    actor: Option<String>,
    action: String,
    subject: String,
    subject_url: Option<String>,
    unit: Option<String>,
    detail: Option<String>,
}

pub async fn list(visitor: Visitor, filter: Query<Filter>) -> Answer {
    let (language, zone) = (visitor.language, visitor.site.timezone);
    let page = PageNumber::of(filter.page);
    let subject = filter.into_inner().subject;
    visitor
        .page("journal/list.html", move |db, actor| {
            let reach = actor.must_somewhere(Right::SeeReports)?;
            let mut rows = store::entries(db, &reach, &subject, page)?;
            let paging = Paging::cut(&mut rows, page, "/journal", &[("subject", &subject)]);
            let entries = rows.into_iter().map(|row| line(row, language, zone)).collect();
            Ok(List { subject, entries, paging })
        })
        .await
}

fn line(row: store::Row, language: Language, zone: chrono_tz::Tz) -> Line {
    Line {
        position: row.position,
        when: i18n::day_and_clock(language, row.at, zone),
        actor: row.actor,
        action: row.action,
        subject_url: address(&row.subject),
        subject: row.subject,
        unit: match language {
            Language::Hi => row.unit_hi,
            Language::En => row.unit_en,
        },
        detail: (row.detail != "null").then_some(row.detail),
    }
}

/// The page of a subject, where it has one of its own.
fn address(subject: &str) -> Option<String> {
    let (kind, id) = subject.split_once('/')?;
    let room = match kind {
        "person" => "people",
        "session" => "sessions",
        "batch" => "batches",
        "course" => "courses",
        "venue" => "venues",
        "letter" => "letters",
        "unit" => "units",
        _ => return None,
    };
    Some(format!("/{room}/{id}"))
}
