//! The journal as a page.

use actix_web::web::Query;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::access::door::{Answer, Visitor};
use crate::access::rules::Right;
use crate::journal::{seals, store};
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n;
use crate::kit::ids::{LetterId, PersonId};
use crate::kit::journal::{MENDER, MENDS};
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
    /// How many entries erasures mended, and which did: (position, address, how many).
    mended: usize,
    menders: Vec<(i64, String, usize)>,
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
            let mut entries: Vec<Line> =
                rows.into_iter().map(|row| line(row, language, zone)).collect();
            close_doors(db, &mut entries)?;
            let menders: Vec<(i64, String, usize)> = store::menders(db, &reach, MENDERS)?
                .into_iter()
                .map(|(at, subject, detail)| {
                    (at, format!("/journal?subject={subject}"), seals(MENDER, &detail).len())
                })
                .collect();
            let mended = menders.iter().map(|(_, _, count)| count).sum();
            Ok(List { subject, mended, menders, entries, paging })
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
        detail: (row.detail != "null").then(|| shown(row.detail)),
    }
}

/// Erasures whose entries are told of: the newest.
const MENDERS: i64 = 50;

/// The seals of entries that were mended are for the proof of the chain, not for eyes.
fn shown(detail: String) -> String {
    if !detail.contains(MENDS) {
        return detail;
    }
    let mut value: Value = serde_json::from_str(&detail).unwrap_or_default();
    match value[MENDS].as_object().map(serde_json::Map::len) {
        Some(count) => {
            value[MENDS] = json!(count);
            value.to_string()
        }
        None => detail,
    }
}

/// A person who was erased has no page, nor have the letters to one.
fn close_doors(db: &mut Db, entries: &mut [Line]) -> Result<(), Fault> {
    let of =
        |line: &Line, kind: &str| -> Option<i64> { line.subject.strip_prefix(kind)?.parse().ok() };
    let people: Vec<PersonId> =
        entries.iter().filter_map(|l| of(l, "person/").map(PersonId)).collect();
    let letters: Vec<LetterId> =
        entries.iter().filter_map(|l| of(l, "letter/").map(LetterId)).collect();
    if people.is_empty() && letters.is_empty() {
        return Ok(());
    }
    let (people, letters) = store::without_page(db, &people, &letters)?;
    for line in entries {
        let is_gone = of(line, "person/").is_some_and(|id| people.contains(&PersonId(id)))
            || of(line, "letter/").is_some_and(|id| letters.contains(&LetterId(id)));
        if is_gone {
            line.subject_url = None;
        }
    }
    Ok(())
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
