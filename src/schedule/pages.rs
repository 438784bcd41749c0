//! The pages of the sessions.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Path, Query};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::pages::Nothing;
use crate::access::rules::Right;
use crate::courses;
use crate::courses::rules::said;
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n::{self, Texts};
use crate::kit::ids::{BatchId, SessionId};
use crate::kit::page::{PageNumber, Paging};
use crate::kit::site::Site;
use crate::kit::{ids, mail_text};
use crate::schedule::clashes::{Clash, is_refused};
use crate::schedule::holidays::rules::Holiday;
use crate::schedule::rules::{BatchState, SessionDraft, SessionState};
use crate::schedule::store::{self, Revision, Swap, When};
use crate::schedule::{self, Batch, Session, holidays, ical, venues};

/// A session as one row of a list.
#[derive(Serialize)]
pub struct Line {
    url: String,
    when: String,
    /// Its modules, or its batch when none is named.
    what: String,
    batch: String,
    place: Option<String>,
    trainers: String,
    state: SessionState,
}

pub fn line(session: &Session, language: Language) -> Line {
    Line {
        url: format!("/sessions/{}", session.id),
        when: i18n::span(language, session.starts_at, session.ends_at, session.zone()),
        what: what(session, language),
        batch: session.batch_title.clone(),
        place: place(session, language),
        trainers: trainers(session),
        state: session.state,
    }
}

pub fn what(session: &Session, language: Language) -> String {
    let titles: Vec<&str> =
        session.modules.iter().map(|m| said(language, &m.title_hi, &m.title_en)).collect();
    if titles.is_empty() { session.batch_title.clone() } else { titles.join(" · ") }
}

pub fn place(session: &Session, language: Language) -> Option<String> {
    let venue = session.venue.as_ref().map(|v| said(language, &v.name_hi, &v.name_en).to_owned());
    venue.or_else(|| session.link.clone())
}

pub fn trainers(session: &Session) -> String {
    session.trainers.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ")
}

#[derive(Deserialize)]
pub struct Filter {
    #[serde(default)]
    when: String,
    page: Option<u32>,
}

#[derive(Serialize)]
struct List {
    sessions: Vec<Line>,
    past: bool,
    paging: Paging,
    /// Where those who teach say when they can.
    hours_url: Option<String>,
}

pub async fn list(visitor: Visitor, filter: Query<Filter>) -> Answer {
    let (language, now, page) = (visitor.language, visitor.site.now(), PageNumber::of(filter.page));
    let past = filter.when == "past";
    visitor
        .page("schedule/sessions.html", move |db, actor| {
            let when = if past { When::Past } else { When::Upcoming };
            let mut rows = store::sessions_seen(db, actor, when, now, page)?;
            if rows.is_empty() && actor.home() == "/me" {
                return Err(Fault::Forbidden);
            }
            let filters = [("when", if past { "past" } else { "" })];
            let paging = Paging::cut(&mut rows, page, "/sessions", &filters);
            let teaches = !actor.reach(Right::Teach).is_empty();
            let hours_url = teaches.then(|| format!("/people/{}/availability", actor.person));
            let sessions = rows.iter().map(|s| line(s, language)).collect();
            Ok(List { sessions, past, paging, hours_url })
        })
        .await
}

#[derive(Serialize)]
struct Show {
    url: String,
    what: String,
    when: String,
    batch: String,
    batch_url: Option<String>,
    venue: Option<VenueView>,
    link: Option<String>,
    trainers: String,
    modules: Vec<ModuleView>,
    state: SessionState,
    cancel_reason: Option<String>,
    /// For those who plan or teach; nothing for those who only come.
    staff: Option<Staff>,
    history: Vec<Change>,
    may_publish: bool,
    may_move: bool,
    may_cancel: bool,
    roll_call_url: Option<String>,
    sheet_url: Option<String>,
    calendar_url: Option<String>,
}

#[derive(Serialize)]
struct VenueView {
    name: String,
    address: String,
    map_url: Option<String>,
    contact: Option<String>,
    url: Option<String>,
}

#[derive(Serialize)]
struct ModuleView {
    title: String,
    minutes: i32,
    compulsory: bool,
}

#[derive(Serialize)]
struct Staff {
    expected: i64,
    waiting: i64,
    marks: Vec<(String, i64)>,
    unmarked: i64,
    revision: i32,
    /// Who said beforehand that they come, and that they cannot.
    coming: i64,
    not_coming: i64,
    /// For those who may see the letters about it.
    letters_url: Option<String>,
    /// What the day is a holiday for, before it comes.
    holidays: Vec<String>,
    /// Of how many people two hands said different things.
    differing: i64,
}

/// A revision, with what the one before it said where that differs.
#[derive(Serialize)]
struct Change {
    number: i32,
    when: String,
    when_before: Option<String>,
    place: Option<String>,
    place_before: Option<String>,
    cancelled: bool,
    reason: Option<String>,
    /// Trainers after and before, for a change of them: it is no revision.
    trainers: Option<(String, String)>,
    modules: Option<(String, String)>,
    #[serde(skip)]
    made_at: Moment,
    made: String,
    made_by: Option<String>,
}

pub async fn show(visitor: Visitor, id: Path<SessionId>) -> Answer {
    let asked = shown(&visitor, *id);
    visitor.page("schedule/session.html", asked).await
}

fn shown(
    visitor: &Visitor,
    id: SessionId,
) -> impl FnOnce(&mut Db, &Actor) -> Result<Show, Fault> + Send + use<> {
    let (language, site, now) = (visitor.language, visitor.site.clone(), visitor.site.now());
    move |db, actor| {
        let session = schedule::session_for(db, actor, id)?;
        let (expected, waiting) = store::seats_taken(db, session.batch)?;
        let marks = store::mark_counts(db, id)?;
        let is_staff = actor.may(Right::SeePlans, &session.unit_path)
            || session.is_taught_by(actor.person)
            || actor.helps(id);
        let said = if is_staff { store::answer_counts(db, id)? } else { vec![] };
        let answered = |word: &str| said.iter().find(|(w, _)| w == word).map_or(0, |(_, n)| *n);
        let sees_letters =
            actor.may(Right::Plan, &session.unit_path) || session.is_taught_by(actor.person);
        let differing = if is_staff { store::differing(db, id)? } else { 0 };
        let marked: i64 = marks.iter().map(|(_, n)| n).sum();
        let holidays = match is_staff && session.starts_at > now {
            true => holidays_of(db, &session)?,
            false => vec![],
        };
        let staff = is_staff.then(|| Staff {
            expected,
            waiting,
            marks,
            unmarked: (expected - marked).max(0),
            revision: session.revision,
            coming: answered("coming"),
            not_coming: answered("not_coming"),
            letters_url: sees_letters.then(|| format!("/sessions/{id}/letters")),
            holidays: holidays.iter().map(|h| holiday_said(site.texts(), language, h)).collect(),
            differing,
        });
        let history = whole_history(db, &session, language, staff.is_some())?;
        Ok(show_of(&session, history, staff, actor, language, now))
    }
}

/// The holidays on the day on which a session begins, where it is held.
fn holidays_of(db: &mut Db, session: &Session) -> Result<Vec<Holiday>, Fault> {
    let day = session.starts_at.date_in(session.zone());
    let all = holidays::store::between(db, day, day)?;
    Ok(holidays::rules::on(&all, day, &session.unit_path).into_iter().cloned().collect())
}

fn show_of(
    session: &Session,
    history: Vec<Change>,
    staff: Option<Staff>,
    actor: &Actor,
    language: Language,
    now: Moment,
) -> Show {
    let url = format!("/sessions/{}", session.id);
    let sees = actor.may(Right::SeePlans, &session.unit_path);
    let may_plan =
        actor.may(Right::Plan, &session.unit_path) && session.state != SessionState::Cancelled;
    let teaches = actor.may(Right::Teach, &session.unit_path)
        || session.is_taught_by(actor.person)
        || actor.helps(session.id);
    let published = session.state == SessionState::Published;
    let is_open = session.batch_state == BatchState::Open;
    Show {
        what: what(session, language),
        when: i18n::span(language, session.starts_at, session.ends_at, session.zone()),
        batch: session.batch_title.clone(),
        batch_url: (!actor.helps(session.id) || sees)
            .then(|| format!("/batches/{}", session.batch)),
        venue: session.venue.as_ref().map(|v| VenueView {
            name: said(language, &v.name_hi, &v.name_en).to_owned(),
            address: v.address.clone(),
            map_url: v.map_url.clone(),
            contact: v.contact.clone(),
            url: sees.then(|| format!("/venues/{}", v.id)),
        }),
        link: session.link.clone(),
        trainers: trainers(session),
        modules: session
            .modules
            .iter()
            .map(|m| ModuleView {
                title: said(language, &m.title_hi, &m.title_en).to_owned(),
                minutes: m.minutes,
                compulsory: m.compulsory,
            })
            .collect(),
        state: session.state,
        cancel_reason: session.cancel_reason.clone(),
        history,
        staff,
        may_publish: may_plan && is_open && !published,
        may_move: may_plan && is_open && (!published || session.ends_at > now),
        may_cancel: may_plan,
        roll_call_url: (teaches && published).then(|| format!("{url}/roll-call")),
        sheet_url: (teaches && published).then(|| format!("{url}/sheet")),
        calendar_url: published.then(|| format!("{url}/calendar")),
        url,
    }
}

/// The history, newest first, each beside the one before. Who made it is told to staff only.
fn changes(history: &[Revision], language: Language, zone: Tz, is_staff: bool) -> Vec<Change> {
    let when = |r: &Revision| i18n::span(language, r.starts_at, r.ends_at, zone);
    let place = |r: &Revision| {
        let venue = match language {
            Language::Hi => r.venue_hi.clone(),
            Language::En => r.venue_en.clone(),
        };
        venue.or_else(|| r.link.clone())
    };
    history
        .iter()
        .zip(history.iter().skip(1).map(Some).chain([None]))
        .map(|(r, before)| Change {
            number: r.number,
            when: when(r),
            when_before: before.map(&when).filter(|w| *w != when(r)),
            place: place(r),
            place_before: before.and_then(place).filter(|p| Some(p) != place(r).as_ref()),
            cancelled: r.state == SessionState::Cancelled,
            reason: r.reason.clone(),
            trainers: None,
            modules: None,
            made_at: r.made_at,
            made: i18n::day_and_clock(language, r.made_at, zone),
            made_by: r.made_by.clone().filter(|_| is_staff),
        })
        .collect()
}

/// What is needed to say who taught what before.
struct Names {
    people: Vec<(ids::PersonId, String)>,
    /// Titles by code.
    modules: Vec<(String, String)>,
}

/// Since people were first told: what changed without a new time or place.
fn swapped(
    swaps: &[Swap],
    since: Option<Moment>,
    names: &Names,
    language: Language,
    zone: Tz,
    is_staff: bool,
) -> Vec<Change> {
    let people = |ids: &[ids::PersonId]| {
        let named = ids.iter().filter_map(|id| names.people.iter().find(|(other, _)| other == id));
        named.map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let modules = |codes: &[String]| {
        let titled = codes.iter().map(|code| {
            names.modules.iter().find(|(other, _)| other == code).map_or(code, |(_, title)| title)
        });
        titled.map(String::as_str).collect::<Vec<_>>().join(" · ")
    };
    swaps
        .iter()
        .filter(|s| since.is_some_and(|since| s.made_at >= since))
        .map(|s| Change {
            number: 0,
            when: String::new(),
            when_before: None,
            place: None,
            place_before: None,
            cancelled: false,
            reason: None,
            trainers: (s.trainers.0 != s.trainers.1)
                .then(|| (people(&s.trainers.1), people(&s.trainers.0))),
            modules: (s.modules.0 != s.modules.1)
                .then(|| (modules(&s.modules.1), modules(&s.modules.0))),
            made_at: s.made_at,
            made: i18n::day_and_clock(language, s.made_at, zone),
            made_by: s.made_by.clone().filter(|_| is_staff),
        })
        .collect()
}

/// Revisions and the rest, newest first.
fn whole_history(
    db: &mut Db,
    session: &Session,
    language: Language,
    is_staff: bool,
) -> Result<Vec<Change>, Fault> {
    let revisions = store::history(db, session.id)?;
    let swaps = store::swaps(db, session.id)?;
    let zone = session.zone();
    let mut all = changes(&revisions, language, zone, is_staff);
    if !swaps.is_empty() {
        let people: Vec<ids::PersonId> =
            swaps.iter().flat_map(|s| s.trainers.0.iter().chain(&s.trainers.1)).copied().collect();
        let modules = courses::store::modules_of(db, &[session.version_id])?;
        let names = Names {
            people: store::names_of(db, &people)?,
            modules: modules
                .into_iter()
                .map(|(_, _, m)| (m.code, said(language, &m.title_hi, &m.title_en).to_owned()))
                .collect(),
        };
        let since = revisions.iter().map(|r| r.made_at).min();
        all.extend(swapped(&swaps, since, &names, language, zone, is_staff));
        all.sort_by_key(|c| std::cmp::Reverse(c.made_at));
    }
    Ok(all)
}

/// What the form of a session needs, new or moved.
#[derive(Serialize)]
pub struct Sheet {
    action: String,
    back: String,
    batch: String,
    batch_url: String,
    is_new: bool,
    is_published: bool,
    zone: String,
    draft: SessionDraft,
    reason: String,
    modules: Vec<Tick>,
    venues: Vec<(String, String)>,
    trainers: Vec<(String, String)>,
    /// One value for each select of a trainer, some of them empty.
    chosen_trainers: Vec<String>,
    clashes: Vec<String>,
    /// None of these can be passed with a reason.
    refused: bool,
    /// The one that is shown.
    revision: i32,
}

#[derive(Serialize)]
struct Tick {
    value: String,
    label: String,
    checked: bool,
}

/// Selects for trainers that are offered beyond those in use.
const SPARE_TRAINERS: usize = 2;

pub async fn new(visitor: Visitor, batch: Path<BatchId>) -> Answer {
    let site = visitor.site.clone();
    let language = visitor.language;
    visitor
        .page("schedule/session_form.html", move |db, actor| {
            new_sheet(db, actor, &site, language, *batch, SessionDraft::default())
        })
        .await
}

pub async fn create(visitor: Visitor, batch: Path<BatchId>, form: Form<SessionDraft>) -> Answer {
    let (batch, home) = (*batch, visitor.site.timezone);
    let (draft, kept) = (form.0.clone(), form.0);
    let made = visitor
        .act(move |db, actor, stamp| schedule::create(db, actor, batch, &draft, home, stamp))
        .await;
    match made {
        Ok(id) => Ok(done(&format!("/sessions/{id}"), "session-drafted")),
        Err(fault) => {
            let (site, language) = (visitor.site.clone(), visitor.language);
            let again = move |db: &mut Db, actor: &Actor| {
                new_sheet(db, actor, &site, language, batch, kept)
            };
            visitor.again(fault, "schedule/session_form.html", again).await
        }
    }
}

fn new_sheet(
    db: &mut Db,
    actor: &Actor,
    site: &Site,
    language: Language,
    id: BatchId,
    draft: SessionDraft,
) -> Result<Sheet, Fault> {
    let batch = schedule::batch_for(db, actor, id)?;
    if !actor.may(Right::Plan, &batch.unit_path) {
        return Err(Fault::Forbidden);
    }
    let zone = schedule::zone_of(db, &batch, site.timezone)?;
    let typed = !draft.starts_at.trim().is_empty();
    let clashes = match typed {
        true => schedule::clashes_of(db, actor, &batch, &draft, zone, None, site.now())?,
        false => vec![],
    };
    sheet(db, actor, site, language, &batch, None, (draft, zone, clashes))
}

/// The form of a session that there is, as it stands or as typed.
pub fn move_sheet(
    db: &mut Db,
    actor: &Actor,
    site: &Site,
    language: Language,
    id: SessionId,
    typed: Option<(SessionDraft, String)>,
) -> Result<Sheet, Fault> {
    let session = schedule::session_for(db, actor, id)?;
    if !actor.may(Right::Plan, &session.unit_path) {
        return Err(Fault::Forbidden);
    }
    let batch = store::batch(db, session.batch)?;
    let zone = session.zone();
    let Some((draft, reason)) = typed else {
        let as_it_is = (session.draft(), zone, vec![]);
        return sheet(db, actor, site, language, &batch, Some(&session), as_it_is);
    };
    let clashes =
        schedule::clashes_of(db, actor, &batch, &draft, zone, Some(&session), site.now())?;
    let made = sheet(db, actor, site, language, &batch, Some(&session), (draft, zone, clashes))?;
    Ok(Sheet { reason, ..made })
}

fn sheet(
    db: &mut Db,
    actor: &Actor,
    site: &Site,
    language: Language,
    batch: &Batch,
    session: Option<&Session>,
    (draft, zone, clashes): (SessionDraft, Tz, Vec<Clash>),
) -> Result<Sheet, Fault> {
    let batch_url = format!("/batches/{}", batch.id);
    let url = session.map(|s| format!("/sessions/{}", s.id));
    let modules = courses::store::modules_of(db, &[batch.version_id])?;
    let reach = actor.reach(Right::SeePlans);
    let near = venues::store::venues_for(db, &reach, &batch.unit_path)?;
    let mut teachers = store::teachers_of(db, &batch.unit_path, site.now().utc().date_naive())?;
    for (id, name) in session.iter().flat_map(|s| &s.trainers) {
        if !teachers.iter().any(|(other, _)| other == id) {
            teachers.push((*id, name.clone()));
        }
    }
    let mut chosen: Vec<String> =
        draft.trainers.iter().filter(|t| !t.trim().is_empty()).cloned().collect();
    chosen.resize(chosen.len() + SPARE_TRAINERS, String::new());
    let is_published = session.is_some_and(|s| s.state == SessionState::Published);
    let texts = &site.views.texts;
    let blank = (String::new(), texts.say(language, "schedule-choose"));
    let venue = |v: &venues::store::Venue| {
        let name = said(language, &v.name_hi, &v.name_en);
        let unit = said(language, &v.unit_hi, &v.unit_en);
        (v.id.to_string(), format!("{name}, {unit} ({})", v.seats))
    };
    Ok(Sheet {
        action: url
            .as_ref()
            .map_or_else(|| format!("{batch_url}/sessions"), |u| format!("{u}/postponement")),
        back: url.unwrap_or_else(|| batch_url.clone()),
        batch: batch.title.clone(),
        batch_url,
        is_new: session.is_none(),
        is_published,
        zone: zone.name().to_owned(),
        reason: String::new(),
        modules: modules
            .iter()
            .map(|(_, _, m)| Tick {
                value: m.code.clone(),
                label: said(language, &m.title_hi, &m.title_en).to_owned(),
                checked: draft.modules.contains(&m.code),
            })
            .collect(),
        venues: std::iter::once(blank.clone()).chain(near.iter().map(venue)).collect(),
        trainers: std::iter::once(blank)
            .chain(teachers.into_iter().map(|(id, name)| (id.to_string(), name)))
            .collect(),
        chosen_trainers: chosen,
        refused: is_refused(&clashes),
        clashes: clashes.iter().map(|c| clash_said(texts, language, zone, c)).collect(),
        revision: session.map_or(0, |s| s.revision),
        draft,
    })
}

/// One clash as a sentence.
pub fn clash_said(texts: &Texts, language: Language, zone: Tz, clash: &Clash) -> String {
    let venue = match language {
        Language::Hi => clash.venue_hi.clone(),
        Language::En => clash.venue_en.clone(),
    };
    let batch =
        clash.title.clone().unwrap_or_else(|| texts.say(language, "schedule-clash-elsewhere"));
    // A hall of a thousand is not read out.
    let mut people: Vec<&str> = clash.people.iter().take(5).map(String::as_str).collect();
    if clash.people.len() > people.len() {
        people.push("…");
    }
    let args = [
        ("people", people.join(", ")),
        ("count", clash.people.len().to_string()),
        ("when", i18n::span(language, clash.from, clash.to, zone)),
        ("batch", batch),
        ("venue", venue.unwrap_or_default()),
        ("minutes", clash.minutes.unwrap_or_default().to_string()),
        (
            "holiday",
            clash.holiday.as_ref().map_or_else(String::new, |h| holiday_said(texts, language, h)),
        ),
    ];
    texts.say_with(language, &format!("schedule-clash-{}", clash.kind), &args)
}

/// A holiday with its kind: `Diwali (public, estimated)`.
pub fn holiday_said(texts: &Texts, language: Language, holiday: &Holiday) -> String {
    let name = said(language, &holiday.name_hi, &holiday.name_en);
    let kind = texts.say(language, &format!("holidays-kind-{}", holiday.kind));
    match holiday.estimated {
        true => format!("{name} ({kind}, {})", texts.say(language, "holidays-estimated")),
        false => format!("{name} ({kind})"),
    }
}

pub async fn publish(visitor: Visitor, id: Path<SessionId>, _form: Form<Nothing>) -> Answer {
    let id = *id;
    match visitor.act(move |db, actor, stamp| schedule::publish(db, actor, id, stamp)).await {
        Ok(()) => Ok(done(&format!("/sessions/{id}"), "session-published")),
        Err(fault) => {
            let asked = shown(&visitor, id);
            visitor.again(fault, "schedule/session.html", asked).await
        }
    }
}

/// The session as a file for the reader's own calendar; the same entry as in the letters.
pub async fn calendar(visitor: Visitor, id: Path<SessionId>) -> Answer {
    let (id, language) = (*id, visitor.language);
    let (session, person) = visitor
        .see(move |db, actor| Ok((schedule::session_for(db, actor, id)?, actor.person)))
        .await?;
    if session.state == SessionState::Draft {
        return Err(Fault::NotFound);
    }
    let file = calendar_text(&visitor.site, &session, person, language);
    Ok(HttpResponse::Ok()
        .content_type("text/calendar; charset=utf-8; method=PUBLISH")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"session-{id}.ics\""),
        ))
        .body(file))
}

/// Where a session is, as a calendar says it.
pub fn location(session: &Session, language: Language) -> String {
    match &session.venue {
        Some(v) => [said(language, &v.name_hi, &v.name_en), &v.address]
            .into_iter()
            .filter(|t| !t.is_empty())
            .collect::<Vec<_>>()
            .join(", "),
        None => session.link.clone().unwrap_or_default(),
    }
}

fn calendar_text(
    site: &Site,
    session: &Session,
    person: ids::PersonId,
    language: Language,
) -> String {
    let location = location(session, language);
    let what = what(session, language);
    let description = [session.batch_title.clone(), trainers(session)].join("\n");
    let url = format!("{}/sessions/{}", site.base_url, session.id);
    ical::text(&ical::Calendar {
        method: ical::Method::Publish,
        domain: mail_text::domain(&site.mail_from),
        stamp: site.now(),
        organizer: ical::Party {
            name: &site.texts().say(language, "app-name"),
            address: mail_text::address(&site.mail_from),
        },
        attendee: None,
        events: vec![ical::Event {
            session: session.id,
            person,
            sequence: session.revision - 1,
            starts_at: session.starts_at,
            ends_at: session.ends_at,
            zone: session.zone(),
            summary: &what,
            location: &location,
            description: description.trim_end(),
            url: &url,
            cancelled: session.state == SessionState::Cancelled,
        }],
    })
}
