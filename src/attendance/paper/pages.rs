//! Printing the sheet, typing it in.

use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::attendance::pages::{Facts, Row, Said, facts, rows};
use crate::attendance::paper::{self, Meaning, Typed};
use crate::attendance::{self, store};
use crate::kit::db::Db;
use crate::kit::fault::{Fault, Fields};
use crate::kit::form::Reading;
use crate::kit::i18n;
use crate::kit::ids::SessionId;
use crate::kit::qr::{self, Qr};

#[derive(Serialize)]
struct SheetPage {
    session: Facts,
    people: Vec<Row>,
    printed: String,
    /// Session, revision, list and check digit, in groups.
    code: String,
    /// Opens the quick entry with the code in it.
    qr: Qr,
}

pub async fn sheet(visitor: Visitor, session: Path<SessionId>) -> Answer {
    let said = Said::of(&visitor);
    let base = visitor.site.base_url.clone();
    visitor
        .page("attendance/sheet.html", move |db, actor| {
            let (session, roster) = attendance::roster(db, actor, *session)?;
            let (facts, zone) = facts(db, &session, &said)?;
            let sheet = paper::printed(&session, facts.revision, &roster);
            let address = quick_path(session.id);
            Ok(SheetPage {
                printed: i18n::day_and_clock(said.language, said.now, zone),
                qr: qr::draw(&format!("{base}{address}?sheet={}", sheet.code()))?,
                code: sheet.shown(),
                session: facts,
                people: rows(roster, &said),
            })
        })
        .await
}

fn quick_path(session: SessionId) -> String {
    format!("/sessions/{session}/roll-call/quick")
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    sheet: String,
    absent: String,
    read: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Entry {
    sheet: String,
    absent: String,
    reason: String,
}

#[derive(Serialize)]
struct QuickPage {
    session: Facts,
    url: String,
    roll_url: String,
    sheet: String,
    absent: String,
    names: usize,
    closed: Option<String>,
    late: bool,
    /// What was typed, read back by name; nothing before it was.
    read: Option<ReadBack>,
    /// What is wrong with it, at its field.
    wrong: std::collections::BTreeMap<String, String>,
}

#[derive(Serialize)]
struct ReadBack {
    named: Vec<Named>,
    present: usize,
    stays: usize,
}

#[derive(Serialize)]
struct Named {
    serial: usize,
    name: String,
    status: &'static str,
    minutes: Option<i32>,
}

fn read_back(all: Vec<Meaning>) -> ReadBack {
    let (named, others): (Vec<Meaning>, Vec<Meaning>) = all.into_iter().partition(|m| m.named);
    let stays = others.iter().filter(|m| m.stays).count();
    let name = |m: Meaning| Named {
        serial: m.serial,
        name: m.name,
        status: m.status.word(),
        minutes: m.minutes,
    };
    ReadBack { present: others.len() - stays, stays, named: named.into_iter().map(name).collect() }
}

fn page(
    said: Said,
    id: SessionId,
    typed: Typed,
    is_read: bool,
) -> impl FnOnce(&mut Db, &Actor) -> Result<QuickPage, Fault> + Send {
    move |db, actor| {
        let (session, roster) = attendance::roster(db, actor, id)?;
        let (facts, _) = facts(db, &session, &said)?;
        let closed = attendance::closed_to(actor, &session, said.now)?;
        let sheet = paper::printed(&session, facts.revision, &roster);
        let (mut read, mut wrong) = (None, Fields::default());
        if is_read {
            match paper::meaning(&sheet, &roster, &typed) {
                Ok(all) => read = Some(read_back(all)),
                Err(Fault::Invalid(fields)) => wrong = fields,
                Err(other) => return Err(other),
            }
        }
        Ok(QuickPage {
            url: quick_path(id),
            roll_url: format!("/sessions/{id}/roll-call"),
            names: roster.len(),
            closed: closed.map(|code| said.texts().say(said.language, &format!("conflict-{code}"))),
            late: attendance::is_late(&session, said.now),
            session: facts,
            wrong: said.messages(&wrong),
            sheet: typed.sheet,
            absent: typed.absent,
            read,
        })
    }
}

/// The field for the numbers; with numbers in the address, what they mean. The page's script asks
/// the same and shows the answer while one types.
pub async fn quick(visitor: Visitor, session: Path<SessionId>, asked: Query<Asked>) -> Answer {
    let Asked { sheet, absent, read } = asked.into_inner();
    let typed = Typed { sheet, absent };
    let asked = page(Said::of(&visitor), *session, typed, !read.is_empty());
    visitor.page("attendance/quick.html", asked).await
}

pub async fn enter(visitor: Visitor, session: Path<SessionId>, form: Form<Entry>) -> Answer {
    let (id, Entry { sheet, absent, reason }) = (*session, form.0);
    let typed = Typed { sheet, absent };
    let kept = typed.clone();
    let entered = visitor
        .act(move |db, actor, stamp| {
            store::hold(db, id)?;
            let mut reading = Reading::default();
            let reason = reading.optional("reason", &reason, 300);
            let reason = reading.done(reason)?;
            paper::enter(db, actor, id, &typed, reason, stamp)
        })
        .await;
    match entered {
        Ok(_) => Ok(done(&format!("/sessions/{id}/roll-call"), "saved")),
        Err(fault) => {
            let again = page(Said::of(&visitor), id, kept, true);
            visitor.again(fault, "attendance/quick.html", again).await
        }
    }
}
