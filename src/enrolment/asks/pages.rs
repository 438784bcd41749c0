//! One's own courses, names put forward, what waits for a decision.

use std::collections::{HashMap, HashSet};

use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::rules::Right;
use crate::enrolment::asks::store::{Mine, Open, Pending};
use crate::enrolment::asks::{self, store};
use crate::enrolment::desk;
use crate::enrolment::offers::store::{Offer, open_for};
use crate::enrolment::pages::{BusyRow, Found, Said, Search, candidate};
use crate::enrolment::rules::{Channel, Diary, Place, Way};
use crate::enrolment::store::{
    Needed, batch as batch_of, busy, completed, counts, name, needed, times_of, zones,
};
use crate::enrolment::{self, ReasonDraft};
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n;
use crate::kit::ids::{BatchId, CourseId, EnrolmentId, PersonId, UnitId};
use crate::kit::site::Stamp;
use crate::kit::view::page_of;

// --- One's own courses -----------------------------------------------------------------------------

/// Open batches that a page shows.
const OPEN_SHOWN: i64 = 30;

#[derive(Serialize)]
struct Courses {
    mine: Vec<MineRow>,
    open: Vec<OpenRow>,
    /// The unit whose office decides.
    office: Option<String>,
    /// One's own unit, when its office is vacant.
    vacant: Option<String>,
}

#[derive(Serialize)]
struct MineRow {
    id: EnrolmentId,
    course: String,
    batch: String,
    place: Place,
    position: i64,
    begins: Option<String>,
    /// The end of the offer that is open.
    until: Option<String>,
    /// Seats that were given past this person: when, and why.
    jumps: Vec<(String, String)>,
    schedule: bool,
}

#[derive(Serialize)]
struct OpenRow {
    id: BatchId,
    course: String,
    batch: String,
    unit: String,
    begins: Option<String>,
    seats: i32,
    taken: i64,
    waiting: i64,
    full: bool,
    /// Courses that must be completed first.
    lacks: Option<String>,
}

pub async fn courses(visitor: Visitor) -> Answer {
    let (said, stamp) = (Said::of(&visitor), visitor.site.stamp());
    visitor
        .page("enrolment/courses.html", move |db, actor| courses_page(db, actor, said, &stamp))
        .await
}

fn courses_page(db: &mut Db, actor: &Actor, said: Said, stamp: &Stamp) -> Result<Courses, Fault> {
    let home = store::home(db, actor.person)?;
    let zone = zones(db, [home.path.as_str()])?.of(&home.path);
    let said = Said { zone, ..said };
    let mine = store::mine(db, actor.person)?;
    let offers = open_for(db, actor.person)?;
    let ids: Vec<BatchId> = mine.iter().map(|m| m.batch).collect();
    let jumps = store::jumps(db, &ids)?;
    let mut open = store::open_for(db, &home.path, stamp.now, OPEN_SHOWN)?;
    open.retain(|o| !ids.contains(&o.id));
    let counts = counts(db, &open.iter().map(|o| o.id).collect::<Vec<_>>())?;
    let lacking = lacking(db, actor.person, &open, said)?;
    let office = asks::office(db, home.unit, stamp.now)?;
    let vacant = office.as_ref().and_then(|o| o.vacant.first().cloned());
    let jumps_of = |m: &Mine| {
        // Whoever joined later and sat down was moved past this person.
        let behind = jumps.iter().filter(|j| j.batch == m.batch && j.queued_at > m.queued_at);
        behind.map(|j| (said.moment(j.made_at), j.reason.clone().unwrap_or_default())).collect()
    };
    Ok(Courses {
        mine: mine
            .iter()
            .map(|m| MineRow {
                jumps: if m.place == Place::Waiting { jumps_of(m) } else { vec![] },
                ..mine_row(m, offers.iter().find(|o| o.enrolment == m.id), said)
            })
            .collect(),
        open: open.into_iter().map(|o| open_row(o, &counts, &lacking, said)).collect(),
        office: office.map(|o| said.pick(o.name_hi, o.name_en)),
        vacant: vacant.map(|(_, hi, en)| said.pick(hi, en)),
    })
}

fn mine_row(m: &Mine, offer: Option<&Offer>, said: Said) -> MineRow {
    MineRow {
        id: m.id,
        course: said.pick(m.course_hi.clone(), m.course_en.clone()),
        batch: m.batch_title.clone(),
        place: m.place,
        position: m.position,
        begins: m.first_start.map(|at| said.moment(at)),
        until: offer.filter(|o| o.ends_at > said.now).map(|o| said.moment(o.ends_at)),
        jumps: vec![],
        schedule: m.place == Place::Seat,
    }
}

fn open_row(
    o: Open,
    counts: &[(BatchId, Place, i64)],
    lacking: &HashMap<CourseId, String>,
    said: Said,
) -> OpenRow {
    let count =
        |place| counts.iter().find(|(b, p, _)| *b == o.id && *p == place).map_or(0, |(_, _, n)| *n);
    let taken = count(Place::Seat) + count(Place::Offered);
    let day = o.starts_on.map(|day| i18n::day(said.language, day));
    OpenRow {
        id: o.id,
        course: said.pick(o.course_hi, o.course_en),
        batch: o.title,
        unit: said.pick(o.unit_hi, o.unit_en),
        begins: o.first_start.map(|at| said.moment(at)).or(day),
        seats: o.seats,
        taken,
        waiting: count(Place::Waiting),
        full: taken >= i64::from(o.seats),
        lacks: lacking.get(&o.course).cloned(),
    }
}

/// For each course the names of those that this person must complete before.
fn lacking(
    db: &mut Db,
    person: PersonId,
    open: &[Open],
    said: Said,
) -> Result<HashMap<CourseId, String>, Fault> {
    let wanted: Vec<CourseId> = open.iter().map(|o| o.course).collect();
    let needed = needed(db, &wanted)?;
    let first: Vec<CourseId> = needed.iter().map(|(_, n)| n.course).collect();
    let done: HashSet<(PersonId, CourseId)> =
        if first.is_empty() { HashSet::new() } else { completed(db, &first, &[person])? };
    let mut out: HashMap<CourseId, String> = HashMap::new();
    for (course, Needed { course: needs, title_hi, title_en }) in needed {
        if done.contains(&(person, needs)) {
            continue;
        }
        let names = out.entry(course).or_default();
        if !names.is_empty() {
            names.push_str(", ");
        }
        names.push_str(&said.pick(title_hi, title_en));
    }
    Ok(out)
}

/// A request as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AskDraft {
    batch: String,
    consent: String,
}

pub async fn ask(visitor: Visitor, form: Form<AskDraft>) -> Answer {
    let (said, stamp, draft) = (Said::of(&visitor), visitor.site.stamp(), form.0);
    let asked = visitor
        .act(move |db, actor, stamp| {
            let batch: BatchId =
                draft.batch.parse().map_err(|_| Fault::field("batch", "not-found"))?;
            if draft.consent.is_empty() {
                return Err(Fault::field("consent", "consent-needed"));
            }
            asks::request(db, actor, batch, actor.person, stamp)?;
            desk::consent(db, batch, actor.person, Channel::Page, actor.person, stamp)
        })
        .await;
    match asked {
        Ok(()) => Ok(done("/me/courses", "asked")),
        Err(fault) => {
            let again = move |db: &mut Db, actor: &Actor| courses_page(db, actor, said, &stamp);
            visitor.again(fault, "enrolment/courses.html", again).await
        }
    }
}

// --- What waits for a decision ---------------------------------------------------------------------

/// Rows of one page; what is decided makes room for the next.
const PENDING_SHOWN: i64 = 100;

#[derive(Serialize)]
struct Requests {
    rows: Vec<PendingRow>,
    /// Whether somebody on the page has something else at that time.
    clashes: bool,
    clash_reason: String,
    more: bool,
    may_nominate: bool,
}

#[derive(Serialize)]
struct PendingRow {
    id: EnrolmentId,
    name: String,
    relation: Option<String>,
    person_url: String,
    unit: String,
    course: String,
    batch: String,
    batch_url: Option<String>,
    asked: String,
    nominated: bool,
    /// The unit whose office is asked, when it is another than the person's.
    decider: Option<String>,
    /// What else the person has while the batch meets.
    clash: Option<String>,
}

pub async fn requests(visitor: Visitor) -> Answer {
    let said = Said::of(&visitor);
    visitor
        .page("enrolment/requests.html", move |db, actor| {
            requests_page(db, actor, said, String::new())
        })
        .await
}

fn requests_page(
    db: &mut Db,
    actor: &Actor,
    said: Said,
    clash_reason: String,
) -> Result<Requests, Fault> {
    let deciding = asks::deciding(db, actor, said.now)?;
    if deciding.is_empty() {
        return Err(Fault::Forbidden);
    }
    let mut rows = asks::pending(db, &deciding, PENDING_SHOWN + 1)?;
    let more = rows.len() as i64 > PENDING_SHOWN;
    rows.truncate(PENDING_SHOWN as usize);
    let units: Vec<UnitId> =
        rows.iter().flat_map(|p| p.decider.into_iter().chain([p.unit])).collect();
    let names: HashMap<UnitId, String> =
        store::names(db, &units)?.into_iter().map(|(id, hi, en)| (id, said.pick(hi, en))).collect();
    let reach = actor.reach(Right::SeePlans);
    let seen =
        store::batches_within(db, &rows.iter().map(|p| p.batch).collect::<Vec<_>>(), &reach)?;
    let mut clashes = clashes_of(db, &rows, said)?;
    let rows: Vec<PendingRow> = rows
        .into_iter()
        .map(|p| PendingRow {
            clash: clashes.remove(&p.enrolment),
            ..pending_row(p, &names, &seen, said)
        })
        .collect();
    let may_nominate = !actor.reach(Right::Manage).is_empty();
    let clashes = rows.iter().any(|r| r.clash.is_some());
    Ok(Requests { rows, clashes, clash_reason, more, may_nominate })
}

/// What else those who wait for a decision have while the batch they ask for meets.
fn clashes_of(
    db: &mut Db,
    rows: &[Pending],
    said: Said,
) -> Result<HashMap<EnrolmentId, String>, Fault> {
    let batches: Vec<BatchId> = rows.iter().map(|p| p.batch).collect();
    let times = times_of(db, &batches)?;
    let (Some(from), Some(to)) = (times.iter().map(|t| t.1).min(), times.iter().map(|t| t.2).max())
    else {
        return Ok(HashMap::new());
    };
    let people: Vec<PersonId> = rows.iter().map(|p| p.person).collect();
    let mut diary = Diary { sessions: vec![], busy: busy(db, &people, BatchId(0), from, to)? };
    let mut out = HashMap::new();
    for row in rows {
        let of_batch = times.iter().filter(|t| t.0 == row.batch);
        diary.sessions = of_batch.map(|t| (t.1, t.2)).collect();
        if let Some(busy) = diary.clash(row.person) {
            let when = i18n::span(said.language, busy.starts_at, busy.ends_at, said.zone);
            out.insert(row.enrolment, format!("{}: {when}", busy.batch));
        }
    }
    Ok(out)
}

fn pending_row(
    p: Pending,
    names: &HashMap<UnitId, String>,
    seen: &[BatchId],
    said: Said,
) -> PendingRow {
    let unit = names.get(&p.unit).cloned().unwrap_or_default();
    let decider = p.decider.and_then(|id| names.get(&id).cloned());
    PendingRow {
        id: p.enrolment,
        name: p.name,
        relation: p.relation_name,
        person_url: format!("/people/{}", p.person),
        decider: decider.filter(|name| *name != unit),
        unit,
        course: said.pick(p.course_hi, p.course_en),
        batch: p.batch_title,
        batch_url: seen.contains(&p.batch).then(|| format!("/batches/{}/enrolments", p.batch)),
        asked: said.moment(p.asked_at),
        nominated: p.way == Way::Nomination,
        clash: None,
    }
}

/// The names that were ticked.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ticked {
    ids: Vec<EnrolmentId>,
    clash_reason: String,
}

pub async fn approve(visitor: Visitor, form: Form<Ticked>) -> Answer {
    let (said, Ticked { ids, clash_reason }) = (Said::of(&visitor), form.0);
    let kept = clash_reason.clone();
    let done_so_far = visitor
        .act(move |db, actor, stamp| asks::approve_all(db, actor, &ids, &clash_reason, stamp))
        .await;
    match done_so_far {
        Ok(round) if round.left > 0 => Ok(done("/requests", "approved-some")),
        Ok(round) if round.waiting > 0 => Ok(done("/requests", "approved-waiting")),
        Ok(_) => Ok(done("/requests", "approved")),
        Err(fault) => {
            let again = move |db: &mut Db, actor: &Actor| requests_page(db, actor, said, kept);
            visitor.again(fault, "enrolment/requests.html", again).await
        }
    }
}

#[derive(Serialize)]
struct RefusalPage {
    name: String,
    title: String,
    path: String,
    draft: ReasonDraft,
}

fn refusal_page(
    db: &mut Db,
    actor: &Actor,
    id: EnrolmentId,
    now: Moment,
    draft: ReasonDraft,
) -> Result<RefusalPage, Fault> {
    let found = asks::pending_for(db, actor, id, now)?;
    Ok(RefusalPage {
        name: name(db, found.person)?,
        title: batch_of(db, found.batch)?.title,
        path: format!("/enrolments/{id}/refusal"),
        draft,
    })
}

pub async fn refusal(visitor: Visitor, id: Path<EnrolmentId>) -> Answer {
    let now = visitor.site.now();
    let asked =
        move |db: &mut Db, actor: &Actor| refusal_page(db, actor, *id, now, ReasonDraft::default());
    visitor.page("enrolment/refusal.html", asked).await
}

pub async fn refuse(visitor: Visitor, id: Path<EnrolmentId>, form: Form<ReasonDraft>) -> Answer {
    let (id, now, draft, kept) = (*id, visitor.site.now(), form.0.clone(), form.0);
    match visitor
        .act(move |db, actor, stamp| asks::refuse(db, actor, id, &draft.reason, stamp))
        .await
    {
        Ok(_) => Ok(done("/requests", "refused")),
        Err(fault) => {
            let again = move |db: &mut Db, actor: &Actor| refusal_page(db, actor, id, now, kept);
            visitor.again(fault, "enrolment/refusal.html", again).await
        }
    }
}

// --- Names put forward -----------------------------------------------------------------------------

#[derive(Serialize)]
struct Nominations {
    open: Vec<OpenRow>,
}

pub async fn nominations(visitor: Visitor) -> Answer {
    let said = Said::of(&visitor);
    visitor
        .page("enrolment/nominations.html", move |db, actor| {
            let reach = actor.must_somewhere(Right::Manage)?;
            let open = store::open_to(db, &reach, said.now, OPEN_SHOWN)?;
            let counts = counts(db, &open.iter().map(|o| o.id).collect::<Vec<_>>())?;
            let none = HashMap::new();
            let open = open.into_iter().map(|o| open_row(o, &counts, &none, said)).collect();
            Ok(Nominations { open })
        })
        .await
}

#[derive(Serialize)]
struct NominationPage {
    title: String,
    course: String,
    unit: String,
    path: String,
    seats: i64,
    taken: i64,
    waiting: i64,
    open: bool,
    /// Whether a name goes on the list at once, where seats are kept or one decides oneself.
    settled: bool,
    sent: Vec<SentRow>,
    q: String,
    searched: bool,
    found: Vec<Found>,
    /// Who has another session at that time: to be put forward with a reason.
    busy: Option<BusyRow>,
}

#[derive(Serialize)]
struct SentRow {
    name: String,
    url: Option<String>,
    unit: String,
    place: Place,
}

pub async fn nomination(visitor: Visitor, id: Path<BatchId>, search: Query<Search>) -> Answer {
    let (said, stamp) = (Said::of(&visitor), visitor.site.stamp());
    visitor
        .page("enrolment/nomination.html", move |db, actor| {
            nomination_page(db, actor, *id, &search.q, said, &stamp)
        })
        .await
}

fn nomination_page(
    db: &mut Db,
    actor: &Actor,
    id: BatchId,
    q: &str,
    said: Said,
    stamp: &Stamp,
) -> Result<NominationPage, Fault> {
    let desk = desk::Desk::look(db, id, stamp.now)?;
    asks::may_nominate(db, actor, &desk.batch, stamp)?;
    let reach = actor.reach(Right::Manage);
    let open = desk.must_take_requests(stamp.now).is_ok();
    let found = if open { enrolment::candidates_of(db, &reach, id, q)? } else { vec![] };
    let sent = store::sent(db, id, &reach)?;
    let settled = actor.may(Right::Manage, &desk.batch.path)
        || reach.paths().iter().all(|path| desk.hall.is_kept_for(path));
    let batch = desk.batch;
    Ok(NominationPage {
        title: batch.title,
        course: said.pick(batch.course_hi, batch.course_en),
        unit: said.pick(batch.unit_hi, batch.unit_en),
        path: format!("/batches/{id}/nominations"),
        seats: desk.run.seats,
        taken: desk.run.taken(),
        waiting: desk.run.waiting,
        open,
        settled,
        sent: sent
            .into_iter()
            .map(|s| SentRow {
                url: page_of(s.person, &s.name),
                name: s.name,
                unit: said.pick(s.unit_hi, s.unit_en),
                place: s.place,
            })
            .collect(),
        searched: enrolment::sought(q).is_some(),
        q: q.to_owned(),
        found: found.into_iter().map(|c| candidate(c, said)).collect(),
        busy: None,
    })
}

/// Somebody put forward, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NominationDraft {
    person: String,
    consent: String,
    clash_reason: String,
}

pub async fn nominate(visitor: Visitor, id: Path<BatchId>, form: Form<NominationDraft>) -> Answer {
    let (said, stamp, id, draft) = (Said::of(&visitor), visitor.site.stamp(), *id, form.0);
    let asked: Option<PersonId> = draft.person.trim().parse().ok();
    let consent = draft.consent.clone();
    let whole = enrolment::Draft {
        person: draft.person,
        way: Way::Nomination.word().to_owned(),
        consent: draft.consent,
        clash_reason: draft.clash_reason,
    };
    match visitor.act(move |db, actor, stamp| enrolment::take(db, actor, id, &whole, stamp)).await {
        Ok(made) => {
            let notice = match made.place {
                Place::Seat => "enrolled",
                Place::Waiting => "waiting",
                _ => "nominated",
            };
            Ok(done(&format!("/batches/{id}/nominations"), notice))
        }
        Err(fault) => {
            let busy = asked.filter(|_| fault.word() == "person-busy");
            let again = move |db: &mut Db, actor: &Actor| {
                let mut page = nomination_page(db, actor, id, "", said, &stamp)?;
                page.busy = match busy {
                    Some(person) => Some(BusyRow { person, name: name(db, person)?, consent }),
                    None => None,
                };
                Ok(page)
            };
            visitor.again(fault, "enrolment/nomination.html", again).await
        }
    }
}
