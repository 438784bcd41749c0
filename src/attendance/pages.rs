//! The roll call, its closing, the history of marks.

use std::collections::BTreeMap;

use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Pairs, Visitor, done};
use crate::access::rules::Right;
use crate::attendance::rules::Source;
use crate::attendance::store::{self, Expected, Head, Session};
use crate::attendance::{self, Closing, HELPER, Saved, apologies, appeals, rules, walk_ins};
use crate::completion::rules::Status;
use crate::kit::clean;
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::{Fault, Fields};
use crate::kit::form::Reading;
use crate::kit::i18n::{self, Texts};
use crate::kit::ids::{PersonId, SessionId};
use crate::kit::page::{PageNumber, Paging, ROWS};

/// How things are said to this visitor.
#[derive(Clone)]
pub struct Said {
    pub language: Language,
    pub now: Moment,
    texts: std::sync::Arc<crate::kit::view::Views>,
}

impl Said {
    pub fn of(visitor: &Visitor) -> Self {
        let site = &visitor.site;
        Self { language: visitor.language, now: site.now(), texts: site.views.clone() }
    }

    pub fn texts(&self) -> &Texts {
        &self.texts.texts
    }

    /// Each field's errors as sentences.
    pub fn messages(&self, fields: &Fields) -> BTreeMap<String, String> {
        self.texts.messages(self.language, fields)
    }

    pub fn pick(&self, hi: String, en: String) -> String {
        match self.language {
            Language::Hi => hi,
            Language::En => en,
        }
    }
}

/// The facts of a session that stand over its list.
#[derive(Serialize)]
pub struct Facts {
    pub id: SessionId,
    pub title: String,
    pub course: String,
    pub unit: String,
    pub modules: String,
    pub when: String,
    pub venue: Option<String>,
    pub address: Option<String>,
    pub trainers: String,
    pub revision: i32,
    pub opens: String,
}

pub fn facts(db: &mut Db, session: &Session, said: &Said) -> Result<(Facts, chrono_tz::Tz), Fault> {
    let head: Head = store::head(db, session.id)?;
    let modules = store::module_titles(db, session.id)?;
    let trainers = store::trainer_names(db, session.id)?;
    let zone = head.timezone.parse().unwrap_or(chrono_tz::Asia::Kolkata);
    let modules: Vec<String> = modules.into_iter().map(|(hi, en)| said.pick(hi, en)).collect();
    let facts = Facts {
        id: session.id,
        title: head.title,
        course: said.pick(head.course_hi, head.course_en),
        unit: said.pick(head.unit_hi, head.unit_en),
        modules: modules.join(", "),
        when: i18n::span(said.language, session.starts_at, session.ends_at, zone),
        venue: match said.language {
            Language::Hi => head.venue_hi,
            Language::En => head.venue_en,
        },
        address: head.address,
        trainers: trainers.join(", "),
        revision: head.revision,
        opens: i18n::day_and_clock(said.language, rules::opens_at(session.starts_at), zone),
    };
    Ok((facts, zone))
}

#[derive(Serialize)]
pub struct Row {
    serial: usize,
    id: PersonId,
    name: String,
    relation: Option<String>,
    unit: String,
    /// `present` …; empty when not marked.
    status: String,
    minutes: Option<i32>,
    /// The folded name: found in either script.
    find: String,
}

pub fn rows(roster: Vec<Expected>, said: &Said) -> Vec<Row> {
    let row = |(serial, e): (usize, Expected)| Row {
        serial,
        id: e.person,
        name: e.name,
        relation: e.relation_name,
        unit: said.pick(e.unit_hi, e.unit_en),
        status: e.status.map_or_else(String::new, |s| s.word().to_owned()),
        minutes: e.minutes,
        find: e.folded,
    };
    (1..).zip(roster).map(row).collect()
}

#[derive(Serialize)]
struct RollPage {
    /// Not one of the empty pages that a phone fills by itself.
    shell: bool,
    /// Whose marks the phone's are.
    owner: String,
    session: Facts,
    people: Vec<Row>,
    counts: BTreeMap<&'static str, usize>,
    /// Why no mark can be made now.
    closed: Option<String>,
    /// When the roll was declared finished, or closed by the clock.
    finished: Option<String>,
    /// Closed by the clock with people not marked.
    lapsed: bool,
    appeals: Vec<Open>,
    /// How many apologies wait for a decision.
    apologies: i64,
    walk_ins: Vec<Guest>,
    /// Whether a change must say why so late.
    late: bool,
    /// Of whom two hands said different things.
    differing: Vec<Differing>,
    path: String,
}

/// An appeal that waits.
#[derive(Serialize)]
struct Open {
    url: String,
    name: String,
}

/// Somebody who stood on no list.
#[derive(Serialize)]
struct Guest {
    name: String,
    phone: String,
    status: String,
    matched: bool,
    /// For whoever may see people.
    url: Option<String>,
}

fn appeals_at(db: &mut Db, id: SessionId) -> Result<Vec<Open>, Fault> {
    let open = appeals::store::open_at(db, id)?;
    let view = |(a, name): (appeals::store::Appeal, String)| Open {
        url: format!("/appeals/{}", a.id),
        name,
    };
    Ok(open.into_iter().map(view).collect())
}

fn guests(db: &mut Db, actor: &Actor, session: &Session) -> Result<Vec<Guest>, Fault> {
    let may = actor.may(Right::SeePeople, &session.path);
    let all = walk_ins::store::of_session(db, session.id)?;
    let view = |w: walk_ins::store::WalkIn| Guest {
        url: (may && w.person_id.is_none()).then(|| format!("/walk-ins/{}", w.id)),
        phone: if actor.pass.is_some() { String::new() } else { clean::phone_shown(&w.phone) },
        name: w.name,
        status: w.status,
        matched: w.person_id.is_some(),
    };
    Ok(all.into_iter().map(view).collect())
}

#[derive(Serialize)]
struct Differing {
    name: String,
    url: String,
}

fn differing(db: &mut Db, id: SessionId) -> Result<Vec<Differing>, Fault> {
    let url = |person| format!("/sessions/{id}/marks?person={person}");
    let of = |(person, name)| Differing { name, url: url(person) };
    Ok(store::differing(db, id)?.into_iter().map(of).collect())
}

fn path(session: SessionId) -> String {
    format!("/sessions/{session}/roll-call")
}

pub async fn roll_call(visitor: Visitor, session: Path<SessionId>) -> Answer {
    let said = Said::of(&visitor);
    visitor
        .page("attendance/roll_call.html", move |db, actor| roll_page(db, actor, *session, &said))
        .await
}

fn roll_page(db: &mut Db, actor: &Actor, id: SessionId, said: &Said) -> Result<RollPage, Fault> {
    let (session, roster) = attendance::roster(db, actor, id)?;
    let (facts, zone) = facts(db, &session, said)?;
    let closed = attendance::closed_to(actor, &session, said.now)?;
    let finished = session.finished_at.map(|at| i18n::day_and_clock(said.language, at, zone));
    Ok(RollPage {
        shell: false,
        owner: actor.hand(),
        lapsed: session.how.as_deref() == Some("not_marked"),
        // A helper sees who is expected and takes down who comes; nothing else.
        appeals: if actor.pass.is_some() { vec![] } else { appeals_at(db, id)? },
        apologies: if actor.pass.is_some() { 0 } else { apologies::store::waiting(db, id)? },
        walk_ins: guests(db, actor, &session)?,
        counts: attendance::counts(&roster).into_iter().collect(),
        people: rows(roster, said),
        closed: closed.map(|code| said.texts().say(said.language, &format!("conflict-{code}"))),
        session: facts,
        path: path(id),
        late: attendance::is_late(&session, said.now),
        differing: differing(db, id)?,
        finished,
    })
}

/// The whole form, without a script.
pub async fn take(visitor: Visitor, session: Path<SessionId>, form: Pairs) -> Answer {
    let (said, id) = (Said::of(&visitor), *session);
    let taken = visitor
        .act(move |db, actor, stamp| {
            let sheet = attendance::read_sheet(&form.0)?;
            attendance::take_sheet(db, actor, id, &sheet, Source::Form, stamp)
        })
        .await;
    match taken {
        Ok(Saved { left_out: 0, .. }) => Ok(done(&path(id), "saved")),
        Ok(_) => Ok(done(&path(id), "saved-but-some")),
        Err(fault) => {
            let again = move |db: &mut Db, actor: &Actor| roll_page(db, actor, id, &said);
            visitor.again(fault, "attendance/roll_call.html", again).await
        }
    }
}

/// What becomes of those who are not marked.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Choice {
    choice: String,
    reason: String,
}

#[derive(Serialize)]
struct ClosingPage {
    session: Facts,
    unmarked: Vec<Row>,
    /// Whether it must say why so late.
    late: bool,
    path: String,
}

fn closing_page(
    db: &mut Db,
    actor: &Actor,
    id: SessionId,
    said: &Said,
) -> Result<ClosingPage, Fault> {
    let (session, roster) = attendance::roster(db, actor, id)?;
    let (facts, _) = facts(db, &session, said)?;
    let unmarked = rows(roster, said).into_iter().filter(|r| r.status.is_empty()).collect();
    let late = attendance::is_late(&session, said.now);
    Ok(ClosingPage { session: facts, unmarked, late, path: path(id) })
}

/// Finishes the roll at once when everybody is marked; otherwise asks what the rest are.
pub async fn close(visitor: Visitor, session: Path<SessionId>, form: Form<Choice>) -> Answer {
    let (said, id, Choice { choice, reason }) = (Said::of(&visitor), *session, form.0);
    let asked = !choice.is_empty();
    let closed = visitor
        .act(move |db, actor, stamp| {
            let mut reading = Reading::default();
            let reason = reading.optional("reason", &reason, 300);
            let closing = reading.done(Closing { choice, reason })?;
            attendance::close_roll(db, actor, id, &closing, stamp)
        })
        .await;
    match closed {
        // With the roll a helper's pass ends.
        Ok(()) if visitor.is_helper() => Ok(done("/helper", "roll-closed")),
        Ok(()) => Ok(done(&path(id), "roll-closed")),
        Err(Fault::Invalid(_)) if !asked => {
            let ask = move |db: &mut Db, actor: &Actor| closing_page(db, actor, id, &said);
            visitor.page("attendance/closing.html", ask).await
        }
        Err(fault) => {
            let ask = move |db: &mut Db, actor: &Actor| closing_page(db, actor, id, &said);
            visitor.again(fault, "attendance/closing.html", ask).await
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Whose {
    person: Option<PersonId>,
    page: Option<u32>,
}

#[derive(Serialize)]
struct HistoryPage {
    session: Facts,
    path: String,
    /// The one person whose history it is, with the mark that counts.
    of: Option<Of>,
    closed: bool,
    late: bool,
    /// Of whom two hands said different things.
    differing: Vec<Differing>,
    statuses: Vec<(&'static str, String)>,
    marks: Vec<SentRow>,
    paging: Paging,
}

#[derive(Serialize)]
struct Of {
    id: PersonId,
    name: String,
    status: String,
    minutes: Option<i32>,
    differs: bool,
}

#[derive(Serialize)]
struct SentRow {
    person: PersonId,
    name: String,
    url: String,
    status: String,
    minutes: Option<i32>,
    marked: String,
    received: String,
    by: Option<String>,
    /// Who made it for him.
    helper: Option<String>,
    /// Whence it came, in words.
    source: String,
    /// The phone's own clock, when it was wrong by more than two minutes.
    clock: Option<String>,
    reason: Option<String>,
    counts: bool,
}

pub async fn history(visitor: Visitor, session: Path<SessionId>, whose: Query<Whose>) -> Answer {
    let said = Said::of(&visitor);
    visitor
        .page("attendance/marks.html", move |db, actor| {
            history_page(db, actor, *session, &whose, &said)
        })
        .await
}

fn history_page(
    db: &mut Db,
    actor: &Actor,
    id: SessionId,
    whose: &Whose,
    said: &Said,
) -> Result<HistoryPage, Fault> {
    let session = attendance::session_for(db, actor, id)?;
    let (facts, zone) = facts(db, &session, said)?;
    let page = PageNumber::of(whose.page);
    let mut sent = store::history(db, id, whose.person, page.offset(), ROWS + 1)?;
    let person = whose.person.map(|p| p.to_string()).unwrap_or_default();
    let address = format!("/sessions/{id}/marks");
    let paging = Paging::cut(&mut sent, page, &address, &[("person", &person)]);
    let when = |at: Moment| i18n::day_and_clock(said.language, at, zone);
    let of = match whose.person {
        Some(person) => Some(of(db, &session, person)?),
        None => None,
    };
    let closed = attendance::closed_to(actor, &session, said.now)?.is_some();
    let statuses =
        Status::ALL.iter().map(|s| (s.word(), said.texts().say(said.language, key_of(*s))));
    let marks = sent.into_iter().map(|s| SentRow {
        person: s.person,
        url: format!("{address}?person={}", s.person),
        counts: s.counting.as_deref() == Some(s.client_id.as_str()),
        name: s.name,
        status: s.status.word().to_owned(),
        minutes: s.minutes,
        marked: when(s.marked_at),
        received: when(s.received_at),
        by: s.by,
        helper: s.device.as_deref().and_then(|d| d.strip_prefix(HELPER)).map(str::to_owned),
        source: said.texts().say(said.language, &format!("attendance-source-{}", s.source)),
        clock: s.device_at.filter(|at| at.minutes_since(s.marked_at).abs() > 2).map(when),
        reason: s.reason,
    });
    Ok(HistoryPage {
        session: facts,
        path: path(id),
        statuses: statuses.collect(),
        marks: marks.collect(),
        paging,
        closed,
        late: attendance::is_late(&session, said.now),
        differing: differing(db, id)?,
        of,
    })
}

fn of(db: &mut Db, session: &Session, person: PersonId) -> Result<Of, Fault> {
    let name = store::name_at(db, session, person)?;
    let mark = store::mark_of(db, session.id, person)?;
    Ok(Of {
        id: person,
        name,
        status: mark.map_or_else(String::new, |(status, _)| status.word().to_owned()),
        minutes: mark.and_then(|(_, minutes)| minutes),
        differs: store::differs(db, session.id, person)?,
    })
}

pub fn key_of(status: Status) -> &'static str {
    match status {
        Status::Present => "status-present",
        Status::Late => "status-late",
        Status::Partial => "status-partial",
        Status::Excused => "status-excused",
        Status::Absent => "status-absent",
    }
}
