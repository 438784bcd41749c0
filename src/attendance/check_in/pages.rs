//! The hall's code on the trainer's phone, and what it opens on everybody else's.

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::Actor;
use crate::access::door::{self, Answer, Form, Visitor, done};
use crate::attendance;
use crate::attendance::check_in::rules::{self, Code};
use crate::attendance::check_in::store::Attendee;
use crate::attendance::check_in::{self, Doubt, Phone, Tap};
use crate::attendance::store::{self, Session};
use crate::completion::rules::Status;
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::{Fault, Fields};
use crate::kit::ids::{PersonId, SessionId};
use crate::kit::qr::{self, Qr};
use crate::kit::{i18n, web};

/// How things are said to this visitor.
#[derive(Clone)]
struct Said {
    language: Language,
    now: Moment,
    site: actix_web::web::Data<crate::kit::site::Site>,
}

impl Said {
    fn of(visitor: &Visitor) -> Self {
        let site = visitor.site.clone();
        Self { language: visitor.language, now: site.now(), site }
    }

    fn pick(&self, hi: String, en: String) -> String {
        match self.language {
            Language::Hi => hi,
            Language::En => en,
        }
    }

    fn conflict(&self, code: &str) -> String {
        self.site.texts().say(self.language, &format!("conflict-{code}"))
    }
}

/// What stands over every page of a session's check-in.
#[derive(Serialize)]
struct Place {
    id: SessionId,
    title: String,
    modules: String,
    when: String,
    venue: Option<String>,
    address: Option<String>,
    opens: String,
}

fn place(db: &mut Db, session: &Session, said: &Said) -> Result<(Place, chrono_tz::Tz), Fault> {
    let head = store::head(db, session.id)?;
    let zone = head.timezone.parse().unwrap_or(chrono_tz::Asia::Kolkata);
    let modules = store::module_titles(db, session.id)?;
    let modules: Vec<String> = modules.into_iter().map(|(hi, en)| said.pick(hi, en)).collect();
    let place = Place {
        id: session.id,
        title: head.title,
        modules: modules.join(", "),
        when: i18n::span(said.language, session.starts_at, session.ends_at, zone),
        venue: match said.language {
            Language::Hi => head.venue_hi,
            Language::En => head.venue_en,
        },
        address: head.address,
        opens: i18n::day_and_clock(said.language, rules::opens_at(session.starts_at), zone),
    };
    Ok((place, zone))
}

/// A name as it stands on a phone.
#[derive(Serialize)]
struct Name {
    id: PersonId,
    name: String,
    relation: Option<String>,
    unit: String,
    status: Option<Status>,
}

fn names(all: Vec<Attendee>, said: &Said) -> Vec<Name> {
    let name = |a: Attendee| Name {
        id: a.person,
        name: a.name,
        relation: a.relation_name,
        unit: said.pick(a.unit_hi, a.unit_en),
        status: a.status,
    };
    all.into_iter().map(name).collect()
}

#[derive(Serialize)]
struct TapPage {
    session: Place,
    path: String,
    /// Why nobody can check in here now.
    shut: Option<String>,
    early: bool,
    /// Whom one tap checks in.
    known: Vec<Name>,
    /// Chosen by the end of a phone number.
    found: Vec<Name>,
    digits: String,
    /// Who is signed in, but on no list here.
    unlisted: Option<String>,
    /// Who has checked in on this phone.
    done: Vec<Name>,
    /// A phone that nobody knows yet: it asks for digits.
    asks: bool,
    remembers: bool,
}

/// What a code is for, before anything of it is shown.
fn read(visitor: &Visitor, code: &str) -> Result<Code, Fault> {
    visitor.site.hall_throttle.check_key(&visitor.peer).map_err(|_| Fault::TooMany(60))?;
    rules::read(&visitor.site.secret, code).ok_or(Fault::NotFound)
}

fn saw(visitor: &Visitor, code: Code, device: &str, now: Moment) -> bool {
    let kept = visitor.seen.as_deref();
    kept.is_some_and(|kept| rules::saw(&visitor.site.secret, code.session, device, kept, now))
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Wish {
    /// `yes`: it is not the one whom the phone knows.
    other: String,
}

/// Shows session, hall and name; changes nothing, so that a link alone marks nobody.
pub async fn show(
    visitor: Visitor,
    code: Path<String>,
    wish: actix_web::web::Query<Wish>,
) -> Answer {
    let read = read(&visitor, &code)?;
    let (visitor, browser) = visitor.with_browser();
    let (visitor, device_cookie) = visitor.with_device();
    let device = visitor.device_hash().unwrap_or_default();
    let said = Said::of(&visitor);
    let saw = saw(&visitor, read, &device, said.now);
    let fresh = rules::fits(read.step, said.now);
    let seen = fresh.then(|| rules::seen(&visitor.site.secret, read.session, &device, said.now));
    let page = visitor
        .see_as_any(move |db, actor| {
            let phone = Phone { device: &device, code: read, saw, actor };
            let ask = Ask { digits: "", other: wish.other == "yes" };
            tap_page(db, &phone, &code, ask, vec![], &said)
        })
        .await?;
    let status = if page.shut.is_some() && page.done.is_empty() { 409 } else { 200 };
    let mut answer =
        visitor.public(status, "attendance/check_in.html", &Fields::default(), &page)?;
    for cookie in [browser, device_cookie, seen.map(|s| visitor.seen_cookie(s))].iter().flatten() {
        answer.add_cookie(cookie).map_err(Fault::broken)?;
    }
    Ok(answer)
}

/// What was asked on the page before.
struct Ask<'a> {
    digits: &'a str,
    other: bool,
}

fn tap_page(
    db: &mut Db,
    phone: &Phone<'_>,
    code: &str,
    ask: Ask<'_>,
    found: Vec<Attendee>,
    said: &Said,
) -> Result<TapPage, Fault> {
    let session = check_in::session_of(db, phone)?;
    let (place, _) = place(db, &session, said)?;
    let done = check_in::done_here(db, phone)?;
    let why = rules::shut(&session.state, session.starts_at, session.ends_at, said.now);
    let why = why.or((!phone.is_there(said.now)).then_some("check-in-stale"));
    let mut known = check_in::known_people(db, phone, said.now)?;
    let unlisted =
        phone.actor.filter(|a| known.iter().all(|k| k.person != a.person)).map(|a| a.name.clone());
    known.retain(|k| done.iter().all(|d| d.person != k.person));
    if ask.other || !found.is_empty() {
        known.clear();
    }
    Ok(TapPage {
        session: place,
        path: format!("/check-in/{code}"),
        early: why == Some("check-in-early"),
        shut: why.map(|why| said.conflict(why)),
        asks: known.is_empty() && (done.is_empty() || ask.other),
        known: names(known, said),
        found: names(found, said),
        digits: ask.digits.to_owned(),
        unlisted: unlisted.filter(|_| done.is_empty()),
        done: names(done, said),
        remembers: phone.actor.is_none(),
    })
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Digits {
    digits: String,
}

/// The names behind the last four digits of a number, to choose one's own.
pub async fn find(visitor: Visitor, code: Path<String>, form: Form<Digits>) -> Answer {
    let read = read(&visitor, &code)?;
    let device = visitor.device_hash().ok_or(Fault::Stale)?;
    let said = Said::of(&visitor);
    let guesses = format!("digits:{}", read.session);
    visitor.site.throttle.check_key(&guesses).map_err(|_| Fault::TooMany(60))?;
    let saw = saw(&visitor, read, &device, said.now);
    let digits = form.0.digits;
    let (page, fields) = visitor
        .act_as_any(move |db, actor, stamp| {
            let phone = Phone { device: &device, code: read, saw, actor };
            let ask = Ask { digits: &digits, other: true };
            match check_in::names_of(db, &phone, &digits, stamp.now)? {
                Ok(found) => Ok((tap_page(db, &phone, &code, ask, found, &said)?, None)),
                Err(Fault::Invalid(fields)) => {
                    Ok((tap_page(db, &phone, &code, ask, vec![], &said)?, Some(Ok(fields))))
                }
                Err(fault) => {
                    Ok((tap_page(db, &phone, &code, ask, vec![], &said)?, Some(Err(fault))))
                }
            }
        })
        .await?;
    match fields {
        None => visitor.public(200, "attendance/check_in.html", &Fields::default(), &page),
        Some(Ok(fields)) => visitor.public(422, "attendance/check_in.html", &fields, &page),
        // A code that has run out is told on the page itself.
        Some(Err(Fault::Conflict(_))) => {
            visitor.public(409, "attendance/check_in.html", &Fields::default(), &page)
        }
        Some(Err(fault)) => Err(fault),
    }
}

/// One tap: the person is marked.
pub async fn tap(
    visitor: Visitor,
    request: HttpRequest,
    code: Path<String>,
    form: Form<Tap>,
) -> Answer {
    let read = read(&visitor, &code)?;
    let device = visitor.device_hash().ok_or(Fault::Stale)?;
    let said = Said::of(&visitor);
    let saw = saw(&visitor, read, &device, said.now);
    let by_script = request.headers().get(header::ACCEPT).is_some_and(|a| a == "application/json");
    let (tap, text, phone_device) = (form.0.clone(), code.clone(), device.clone());
    let tapped = visitor
        .act_as_any(move |db, actor, stamp| {
            let phone = Phone { device: &phone_device, code: read, saw, actor };
            check_in::check_in(db, &phone, &tap, stamp)
        })
        .await;
    match tapped {
        Ok(tapped) if by_script => door::json(200, &json!({ "flag": tapped.flag })),
        Ok(_) => Ok(web::see_other(&format!("/check-in/{text}"))),
        Err(fault) if by_script => Err(fault),
        Err(fault @ (Fault::Invalid(_) | Fault::Conflict(_))) => {
            let digits = form.0.digits;
            let page = visitor
                .see_as_any(move |db, actor| {
                    let phone = Phone { device: &device, code: read, saw, actor };
                    let ask = Ask { digits: &digits, other: false };
                    let mut page = tap_page(db, &phone, &code, ask, vec![], &said)?;
                    if let Fault::Conflict(o) = &fault {
                        page.shut = Some(said.conflict(o.code));
                    }
                    Ok((page, fault))
                })
                .await;
            let (page, fault) = page?;
            match fault {
                Fault::Invalid(fields) => {
                    visitor.public(422, "attendance/check_in.html", &fields, &page)
                }
                _ => visitor.public(409, "attendance/check_in.html", &Fields::default(), &page),
            }
        }
        Err(other) => Err(other),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// This phone forgets whose it is.
pub async fn forget(visitor: Visitor, _form: Form<Nothing>) -> Answer {
    let device = visitor.device_hash().ok_or(Fault::Stale)?;
    visitor.site.write(move |db| check_in::store::forget(db, &device)).await?;
    Ok(done("/check-in", "phone-forgotten"))
}

// --- Typing the code -------------------------------------------------------------------------------

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Typed {
    code: String,
}

/// For a phone whose camera reads no code.
pub async fn ask(visitor: Visitor) -> Answer {
    visitor
        .page("attendance/check_in_code.html", |_, _| Ok(json!({ "draft": Typed::default() })))
        .await
}

pub async fn enter(visitor: Visitor, form: Form<Typed>) -> Answer {
    let (secret, typed) = (visitor.site.secret.clone(), form.0.code.clone());
    let found = visitor
        .act(move |db, actor, stamp| check_in::find_typed(db, &secret, actor, &typed, stamp.now))
        .await?;
    match found {
        Ok(code) => Ok(web::see_other(&format!("/check-in/{code}"))),
        Err(fault) => {
            let draft = json!({ "draft": form.0 });
            visitor.again(fault, "attendance/check_in_code.html", move |_, _| Ok(draft)).await
        }
    }
}

// --- The trainer's phone ---------------------------------------------------------------------------

#[derive(Serialize)]
struct HallPage {
    /// Not the empty page that a phone fills by itself.
    shell: bool,
    session: Place,
    path: String,
    /// Why no code is shown.
    shut: Option<String>,
    early: bool,
    qr: Option<Qr>,
    typed: String,
    /// What the phone makes codes of when it has no network, while the session is near.
    secret: String,
    address: String,
    /// Milliseconds since 1970: when the codes begin and end to be good.
    opens_at: i64,
    ends_at: i64,
    present: usize,
    expected: usize,
    doubts: Vec<DoubtRow>,
    refresh: i64,
}

#[derive(Serialize)]
struct DoubtRow {
    person: PersonId,
    name: String,
    first: Option<String>,
    later: bool,
    when: String,
}

fn doubt_row(d: Doubt, zone: chrono_tz::Tz, said: &Said) -> DoubtRow {
    DoubtRow {
        person: d.person,
        later: d.flag == rules::Flag::Later,
        name: d.name,
        first: d.first,
        when: i18n::clock(said.language, d.tapped_at.local(zone)),
    }
}

pub async fn hall(visitor: Visitor, session: Path<SessionId>) -> Answer {
    let said = Said::of(&visitor);
    visitor
        .page("attendance/hall.html", move |db, actor| hall_page(db, actor, *session, &said))
        .await
}

fn hall_page(db: &mut Db, actor: &Actor, id: SessionId, said: &Said) -> Result<HallPage, Fault> {
    let (session, roster) = attendance::roster(db, actor, id)?;
    let (place, zone) = place(db, &session, said)?;
    let secret = rules::secret_of(&said.site.secret, id);
    let step = rules::step_at(said.now);
    let base = &said.site.base_url;
    let why = rules::shut(&session.state, session.starts_at, session.ends_at, said.now);
    let near = rules::is_near(&session.state, session.starts_at, session.ends_at, said.now);
    let qr = match why {
        None => Some(qr::draw(&format!("{base}/check-in/{}", rules::code(&secret, id, step)))?),
        Some(_) => None,
    };
    let doubts = check_in::doubts(db, id)?;
    Ok(HallPage {
        shell: false,
        early: why == Some("check-in-early"),
        shut: why.map(|why| said.conflict(why)),
        qr,
        typed: typed(&secret, step, why.is_none()),
        secret: if near { secret } else { String::new() },
        address: format!("{base}/check-in/"),
        opens_at: rules::opens_at(session.starts_at).micros() / 1_000,
        ends_at: session.ends_at.micros() / 1_000,
        present: arrived(&roster),
        expected: roster.len(),
        doubts: doubts.into_iter().map(|d| doubt_row(d, zone, said)).collect(),
        path: format!("/sessions/{id}"),
        refresh: rules::STEP / 2,
        session: place,
    })
}

/// `482 913`: read out in two breaths.
fn typed(secret: &str, step: i64, open: bool) -> String {
    if !open {
        return String::new();
    }
    let code = rules::typed_code(secret, step);
    format!("{} {}", &code[..3], &code[3..])
}

fn arrived(roster: &[store::Expected]) -> usize {
    let here = |s| matches!(s, Status::Present | Status::Late | Status::Partial);
    roster.iter().filter(|e| e.status.is_some_and(here)).count()
}

/// What the trainer's phone asks every few seconds.
#[derive(Serialize)]
struct Arrivals {
    present: usize,
    expected: usize,
    doubts: usize,
    /// Milliseconds since 1970: by how much this phone's clock is off.
    now: i64,
}

pub async fn arrivals(visitor: Visitor, session: Path<SessionId>) -> Answer {
    let now = visitor.site.now();
    let arrivals = visitor
        .see(move |db, actor| {
            let (session, roster) = attendance::roster(db, actor, *session)?;
            Ok(Arrivals {
                present: arrived(&roster),
                expected: roster.len(),
                doubts: check_in::doubts(db, session.id)?.len(),
                now: now.micros() / 1_000,
            })
        })
        .await?;
    door::json(200, &arrivals)
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Here {
    here: String,
}

/// The trainer has looked who is there.
pub async fn settle(
    visitor: Visitor,
    ids: Path<(SessionId, PersonId)>,
    form: Form<Here>,
) -> Answer {
    let (session, person) = *ids;
    visitor
        .act(move |db, actor, stamp| {
            check_in::settle(db, actor, session, person, &form.0.here, stamp)
        })
        .await?;
    Ok(done(&format!("/sessions/{session}/check-in"), "saved"))
}
