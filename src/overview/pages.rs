//! `/`, `/me…`, `/today`, `/dashboard`, the two health checks, help, privacy.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;
use serde_json::json;

use crate::access::Actor;
use crate::access::door::{Answer, Visitor};
use crate::access::rules::{Reach, Right};
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::db::{self, Db};
use crate::kit::fault::{Fault, Fields};
use crate::kit::ids::{PersonId, SessionId};
use crate::kit::site::Site;
use crate::kit::{clean, i18n, web};
use crate::overview::store::{Duty, Meeting, Progress};
use crate::overview::{rules, store};
use crate::post;

/// Nobody sees what this is; whoever is signed in goes where he works.
pub async fn index(visitor: Visitor) -> Answer {
    match visitor.see(|_, actor| Ok(actor.home())).await {
        Ok(home) => Ok(web::see_other(home)),
        Err(Fault::SignIn) => {
            visitor.public(200, "overview/index.html", &Fields::default(), &json!({}))
        }
        Err(other) => Err(other),
    }
}

pub async fn help(visitor: Visitor) -> Answer {
    text_page(&visitor, "overview/help.html").await
}

pub async fn privacy(visitor: Visitor) -> Answer {
    text_page(&visitor, "overview/privacy.html").await
}

async fn text_page(visitor: &Visitor, template: &'static str) -> Answer {
    if visitor.visit_token().is_some() {
        let mine = move |db: &mut Db, actor: &Actor| {
            let path = store::path_of(db, actor.person)?;
            Ok(json!({ "contact": contact(db, &path)? }))
        };
        let page = visitor.page(template, mine).await;
        // A visit that has run out is no reason to refuse a public page.
        if !matches!(&page, Ok(answer) if answer.status().is_redirection()) {
            return page;
        }
    }
    visitor.public(200, template, &Fields::default(), &json!({ "contact": null }))
}

/// Alive: asks nothing.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().body("ok\n")
}

/// Ready: the database answers and its schema is the one we know. Says no more to strangers.
pub async fn readyz(site: Data<Site>) -> Answer {
    let pending = site.read(db::pending).await;
    match pending {
        Ok(steps) if steps.is_empty() => Ok(HttpResponse::Ok().body("ready\n")),
        _ => Err(Fault::Busy),
    }
}

#[derive(Serialize)]
struct Me {
    name: String,
    next: Option<Card>,
    later: Vec<Card>,
    progress: Vec<Course>,
    /// A seat waits for this person's answer.
    is_offered: bool,
    contact: Option<Contact>,
}

#[derive(Serialize)]
struct Card {
    url: String,
    calendar_url: String,
    title: String,
    when: String,
    relative: Option<String>,
    venue: Option<String>,
    address: Option<String>,
    map_url: Option<String>,
    link: Option<String>,
    call: Option<String>,
    cancelled: bool,
    waiting: bool,
    past: bool,
    /// Whether the person may still say beforehand that he cannot come.
    may_apologise: bool,
    /// Whether the person may still say that the mark is wrong, or see what came of it.
    may_appeal: bool,
    status: String,
}

#[derive(Serialize)]
struct Course {
    title: String,
    batch: String,
    place: String,
    complete: bool,
    percent: i32,
}

#[derive(Serialize)]
struct Contact {
    name: String,
    phone: String,
    call: String,
}

pub async fn me(visitor: Visitor) -> Answer {
    let (language, now) = (visitor.language, visitor.site.now());
    let words = Words::of(&visitor);
    visitor
        .page("overview/me.html", move |db, actor| {
            let meetings = all_meetings(db, actor.person)?;
            let progress = store::progress(db, actor.person)?;
            let path = store::path_of(db, actor.person)?;
            let next = rules::next_of(meetings.iter().map(|m| (m.state.as_str(), m.ends_at)), now);
            let mut cards: Vec<Card> = meetings
                .into_iter()
                .skip(next.unwrap_or(usize::MAX))
                .map(|m| card(m, language, now, &words))
                .collect();
            let next = if cards.is_empty() { None } else { Some(cards.remove(0)) };
            cards.truncate(5);
            Ok(Me {
                is_offered: progress.iter().any(|p| p.place == "offered"),
                name: actor.name.clone(),
                next,
                later: cards,
                progress: progress.into_iter().map(|p| course(p, language)).collect(),
                contact: contact(db, &path)?,
            })
        })
        .await
}

pub async fn schedule(visitor: Visitor) -> Answer {
    listed(visitor, "overview/schedule.html").await
}

pub async fn attendance(visitor: Visitor) -> Answer {
    listed(visitor, "overview/attendance.html").await
}

async fn listed(visitor: Visitor, template: &'static str) -> Answer {
    let (language, now) = (visitor.language, visitor.site.now());
    let words = Words::of(&visitor);
    visitor
        .page(template, move |db, actor| {
            let meetings = all_meetings(db, actor.person)?;
            let path = store::path_of(db, actor.person)?;
            let (past, coming): (Vec<_>, Vec<_>) = meetings
                .into_iter()
                .map(|m| card(m, language, now, &words))
                .partition(|card| card.past);
            Ok(json!({ "past": past, "coming": coming, "contact": contact(db, &path)? }))
        })
        .await
}

pub async fn profile(visitor: Visitor) -> Answer {
    let language = visitor.language;
    visitor
        .page("overview/profile.html", move |db, actor| {
            let profile = store::profile(db, actor.person)?;
            let phones: Vec<String> =
                profile.phones.iter().map(|p| clean::phone_shown(p)).collect();
            Ok(json!({
                "name": profile.name,
                "name_other": profile.name_other,
                "relation_name": profile.relation_name,
                "previous_party": profile.previous_party,
                "joined_on": profile.joined_on.map(|d| i18n::day(language, d)),
                "unit": pick(language, profile.unit_hi, profile.unit_en),
                "phones": phones,
                "emails": profile.emails,
                "reminders_stopped": post::store::is_unsubscribed(db, actor.person)?,
                "digests_stopped": post::store::has_stopped_digests(db, actor.person)?,
                "contact": contact(db, &profile.path)?,
            }))
        })
        .await
}

/// Where somebody is expected, or waits to be: on his batches and as a guest, by time.
fn all_meetings(db: &mut Db, person: PersonId) -> Result<Vec<Meeting>, Fault> {
    let mut all = store::meetings(db, person)?;
    all.extend(store::guest_meetings(db, person)?);
    all.sort_by_key(|m| (m.starts_at, m.id));
    Ok(all)
}

#[derive(Serialize)]
struct DutyCard {
    id: SessionId,
    /// Its roster is put on the phone: it begins within two days.
    soon: bool,
    url: String,
    roll_url: String,
    sheet_url: String,
    title: String,
    when: String,
    venue: Option<String>,
    seated: i64,
    marked: i64,
    roll_open: bool,
    done: bool,
}

pub async fn today(visitor: Visitor) -> Answer {
    let (language, now, zone) = (visitor.language, visitor.site.now(), visitor.site.timezone);
    visitor
        .page("overview/today.html", move |db, actor| {
            let reach = actor.reach(Right::Teach);
            if reach.is_empty() && actor.home() == "/me" {
                return Err(Fault::Forbidden);
            }
            let today = now.date_in(zone);
            let start = Moment::of_local(today.and_time(chrono::NaiveTime::MIN), zone);
            let end = start.plus_days(1);
            // An admin of a whole state would see hundreds: only own sessions there.
            let near = if reach.paths().iter().any(|p| p.len() <= 38) { Reach::default() } else { reach.clone() };
            let mut all = store::duties(db, actor.person, &near, start, end.plus_days(14))?;
            if all.is_empty() {
                all = store::duties(db, actor.person, &reach, start, end.plus_days(3))?;
            }
            let (now_on, later): (Vec<_>, Vec<_>) =
                all.into_iter().map(|d| (d.starts_at < end, duty(d, language, now))).partition(|d| d.0);
            let cards = |list: Vec<(bool, DutyCard)>| list.into_iter().map(|d| d.1).collect::<Vec<_>>();
            Ok(json!({ "date": i18n::day(language, today), "today": cards(now_on), "later": cards(later) }))
        })
        .await
}

#[derive(Serialize)]
struct Problem {
    /// Closed by the clock with people not marked.
    lapsed: bool,
    url: String,
    title: String,
    when: String,
}

pub async fn dashboard(visitor: Visitor) -> Answer {
    let (language, now) = (visitor.language, visitor.site.now());
    visitor
        .page("overview/dashboard.html", move |db, actor| {
            let reach = actor.must_somewhere(Right::SeeReports)?;
            let counts = store::standing_counts(db, &reach)?;
            let of = |word: &str| counts.iter().find(|(w, _)| w == word).map_or(0, |(_, n)| *n);
            let (complete, going, waiting) = (of("complete"), of("in_progress"), of("not_started"));
            let enrolled = complete + going + waiting;
            let unmarked = store::unmarked(db, &reach, now.plus_days(-14), now)?;
            let problems: Vec<Problem> = unmarked
                .into_iter()
                .map(|u| Problem {
                    lapsed: u.how.as_deref() == Some("not_marked"),
                    url: format!("/sessions/{}/roll-call", u.id),
                    title: u.title,
                    when: i18n::day_and_clock(language, u.starts_at, zone_of(&u.timezone)),
                })
                .collect();
            let steps = store::steps(db)?;
            let may_manage = actor.reach(Right::Manage);
            Ok(json!({
                "enrolled": enrolled,
                "complete": complete,
                "left": enrolled - complete,
                "percent": rules::percent(complete, enrolled),
                "week": store::session_count(db, &reach, now, now.plus_days(7))?,
                "alarm": post::alarm(db)?.map(|(ended, wrong)| json!({ "ended": ended, "wrong": wrong })),
                "mail_paused": post::pause::standing(db)?.is_some(),
                "troubled": store::troubled_letters(db, &reach, now.plus_days(-30))?,
                "waiting_notices": if may_manage.is_empty() {
                    0
                } else {
                    store::waiting_notices(db, &may_manage, actor.person)?
                },
                "unmarked": problems,
                "new_house": steps.courses == 0 || steps.sessions == 0 || steps.people < 3,
                "has_units": steps.units > 1,
                "has_people": steps.people > 1,
                "has_courses": steps.courses > 0,
                "has_sessions": steps.sessions > 0,
                "may_manage": !may_manage.is_empty(),
            }))
        })
        .await
}

/// Words that a card needs and only the door knows how to say.
#[derive(Clone)]
struct Words {
    today: String,
    tomorrow: String,
}

impl Words {
    fn of(visitor: &Visitor) -> Self {
        Self {
            today: visitor.say("overview-today-word"),
            tomorrow: visitor.say("overview-tomorrow-word"),
        }
    }
}

fn card(m: Meeting, language: Language, now: Moment, words: &Words) -> Card {
    let zone = zone_of(&m.timezone);
    let days = (m.starts_at.date_in(zone) - now.date_in(zone)).num_days();
    let relative = match days {
        0 => Some(words.today.clone()),
        1 => Some(words.tomorrow.clone()),
        _ => None,
    };
    Card {
        url: format!("/sessions/{}", m.id),
        calendar_url: format!("/sessions/{}/calendar", m.id),
        title: m.title,
        when: i18n::span(language, m.starts_at, m.ends_at, zone),
        relative,
        venue: pick_maybe(language, m.venue_hi, m.venue_en),
        address: m.address,
        map_url: m.map_url.filter(|url| url.starts_with("https://") || url.starts_with("http://")),
        link: m.link.filter(|url| url.starts_with("https://") || url.starts_with("http://")),
        call: m.contact.as_deref().and_then(clean::phone),
        cancelled: m.state == "cancelled",
        waiting: m.place == "waiting",
        past: m.ends_at <= now,
        may_apologise: m.state == "published" && m.place == "seat" && m.starts_at > now,
        may_appeal: m.state == "published" && m.ends_at <= now && m.ends_at.plus_days(15) >= now,
        status: m.mark.unwrap_or_else(|| "unmarked".to_owned()),
    }
}

fn course(p: Progress, language: Language) -> Course {
    Course {
        title: pick(language, p.title_hi, p.title_en),
        batch: p.batch,
        place: p.place,
        complete: p.standing.as_deref() == Some("complete"),
        percent: p.percent.unwrap_or(0),
    }
}

fn duty(d: Duty, language: Language, now: Moment) -> DutyCard {
    let roll_open = rules::roll_is_open(d.starts_at, now);
    DutyCard {
        id: d.id,
        soon: d.starts_at < now.plus_days(2),
        url: format!("/sessions/{}", d.id),
        roll_url: format!("/sessions/{}/roll-call", d.id),
        sheet_url: format!("/sessions/{}/sheet", d.id),
        title: d.title,
        when: i18n::span(language, d.starts_at, d.ends_at, zone_of(&d.timezone)),
        venue: pick_maybe(language, d.venue_hi, d.venue_en),
        done: d.seated > 0 && d.marked >= d.seated,
        seated: d.seated,
        marked: d.marked,
        roll_open,
    }
}

fn contact(db: &mut Db, path: &str) -> Result<Option<Contact>, Fault> {
    Ok(store::contact(db, path)?.map(|(name, phone)| Contact {
        name,
        phone: clean::phone_shown(&phone),
        call: phone,
    }))
}

fn zone_of(name: &str) -> chrono_tz::Tz {
    name.parse().unwrap_or(chrono_tz::Asia::Kolkata)
}

fn pick(language: Language, hi: String, en: String) -> String {
    match language {
        Language::Hi => hi,
        Language::En => en,
    }
}

fn pick_maybe(language: Language, hi: Option<String>, en: Option<String>) -> Option<String> {
    match language {
        Language::Hi => hi,
        Language::En => en,
    }
}
