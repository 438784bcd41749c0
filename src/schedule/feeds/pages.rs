//! Calendar feeds: the page where one makes and closes them, and the file itself.

use actix_web::http::header;
use actix_web::web::{Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use chrono::DateTime;
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::pages::Nothing;
use crate::access::rules::Right;
use crate::courses::pages::choices;
use crate::courses::store::units_to_choose;
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n::{self, pick};
use crate::kit::ids::{self, FeedId};
use crate::kit::mail_text;
use crate::kit::site::Site;
use crate::schedule::feeds::rules::{self, FeedDraft, Purpose};
use crate::schedule::feeds::store::{self, Feed};
use crate::schedule::feeds::{self, Content};
use crate::schedule::pages::{location, what};
use crate::schedule::rules::SessionState;
use crate::schedule::{Session, ical};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    unit: String,
}

#[derive(Serialize)]
struct Page {
    feeds: Vec<FeedView>,
    purposes: Vec<(String, String)>,
    /// For the purpose of a unit: nothing for those who see no unit's plans.
    units: Vec<(String, String)>,
    draft: FeedDraft,
    /// The address just made, shown this once.
    made: Option<Made>,
}

#[derive(Serialize)]
struct Made {
    url: String,
    /// The same as an address that a phone opens in its calendar.
    webcal: String,
}

#[derive(Serialize)]
struct FeedView {
    label: String,
    purpose_key: String,
    unit: Option<String>,
    neutral: bool,
    since: String,
    closed: Option<String>,
    revoke_url: String,
}

pub async fn list(visitor: Visitor, asked: Query<Asked>) -> Answer {
    let (v, unit) = (visitor.clone(), asked.into_inner().unit);
    let purpose = if unit.is_empty() { Purpose::Attending } else { Purpose::Unit };
    let draft = FeedDraft { purpose: purpose.word().to_owned(), unit, ..FeedDraft::default() };
    visitor.page("schedule/feeds.html", move |db, actor| page(db, actor, &v, draft, None)).await
}

/// Shows the new address in the answer itself: it is kept nowhere that a second page could read.
pub async fn create(visitor: Visitor, form: Form<FeedDraft>) -> Answer {
    let (draft, kept, language) = (form.0.clone(), form.0, visitor.language);
    let made =
        visitor.act(move |db, actor, stamp| feeds::create(db, actor, &draft, language, stamp));
    let v = visitor.clone();
    match made.await {
        Ok(token) => {
            let url = format!("{}/calendars/{token}.ics", visitor.site.base_url);
            let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
            let made = Made { webcal: format!("webcal://{rest}"), url: url.clone() };
            let draft =
                FeedDraft { purpose: kept.purpose, unit: kept.unit, ..FeedDraft::default() };
            visitor
                .page("schedule/feeds.html", move |db, actor| {
                    page(db, actor, &v, draft, Some(made))
                })
                .await
        }
        Err(fault) => {
            let again = move |db: &mut Db, actor: &Actor| page(db, actor, &v, kept, None);
            visitor.again(fault, "schedule/feeds.html", again).await
        }
    }
}

pub async fn revoke(visitor: Visitor, id: Path<FeedId>, _form: Form<Nothing>) -> Answer {
    visitor.act(move |db, actor, stamp| feeds::revoke(db, actor, *id, stamp)).await?;
    Ok(done("/me/calendars", "saved"))
}

fn page(
    db: &mut Db,
    actor: &Actor,
    visitor: &Visitor,
    draft: FeedDraft,
    made: Option<Made>,
) -> Result<Page, Fault> {
    let reach = actor.reach(Right::SeePlans);
    let mut purposes = vec![Purpose::Attending];
    if rules::is_due(actor, Purpose::Teaching, None) {
        purposes.push(Purpose::Teaching);
    }
    let mut units = vec![];
    if !reach.is_empty() {
        purposes.push(Purpose::Unit);
        units = choices(units_to_choose(db, &reach)?, visitor.language);
    }
    let purpose = |p: Purpose| (p.word().to_owned(), visitor.say(&format!("feeds-purpose-{p}")));
    let feeds = store::feeds_of(db, actor.person)?;
    Ok(Page {
        feeds: feeds.into_iter().map(|f| feed_view(visitor, f)).collect(),
        purposes: purposes.into_iter().map(purpose).collect(),
        units,
        draft,
        made,
    })
}

fn feed_view(visitor: &Visitor, feed: Feed) -> FeedView {
    let language = visitor.language;
    let day = |at: Moment| i18n::date_short_with_year(language, at.date_in(visitor.site.timezone));
    FeedView {
        purpose_key: format!("feeds-purpose-{}", feed.purpose),
        unit: Option::zip(feed.unit_hi, feed.unit_en)
            .map(|(hi, en)| pick(language, &hi, &en).to_owned()),
        since: day(feed.created_at),
        closed: feed.revoked_at.map(day),
        revoke_url: format!("/feeds/{}/revocation", feed.id),
        label: feed.label,
        neutral: feed.neutral,
    }
}

/// The file of one feed. Nothing of this request is written down: its address is a secret.
pub async fn file(visitor: Visitor, request: HttpRequest, token: Path<String>) -> Answer {
    let (site, now) = (visitor.site.clone(), visitor.site.now());
    let content = site.read(move |db| feeds::content(db, &token, now)).await?;
    let body = text(&site, &content, now);
    let etag = format!("\"{}\"", &ids::hash(&body)[..32]);
    let mut changed = content.feed.changed_at;
    let dies = content.sessions.is_none() && content.feed.revoked_at.is_none();
    if etag != content.feed.etag || dies {
        let (feed, served) = (content.feed, etag.clone());
        site.write(move |db| feeds::serve(db, &feed, &served, dies, now)).await?;
        changed = now;
    }
    let seconds = changed.utc().timestamp();
    let header_text = |name: header::HeaderName| {
        request.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned)
    };
    let tags = header_text(header::IF_NONE_MATCH);
    let since = header_text(header::IF_MODIFIED_SINCE)
        .and_then(|t| DateTime::parse_from_rfc2822(&t).ok())
        .map(|at| at.timestamp());
    let known = rules::is_known(&etag, seconds, tags.as_deref(), since);
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::ETAG, etag))
        .insert_header((header::LAST_MODIFIED, http_date(changed)))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"));
    if known {
        return Ok(response.finish());
    }
    Ok(response
        .content_type("text/calendar; charset=utf-8; method=PUBLISH")
        .insert_header((header::CONTENT_DISPOSITION, "inline; filename=\"calendar.ics\""))
        .body(body))
}

/// RFC 9110, 5.6.7.
fn http_date(at: Moment) -> String {
    at.utc().format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Title, time and place, nothing more; of a neutral feed not even the title.
fn text(site: &Site, content: &Content, now: Moment) -> String {
    let feed = &content.feed;
    let language = feed.language;
    let say = |key: &str| site.texts().say(language, key);
    let (neutral, from) = (say("feeds-neutral-title"), site.mail_from.clone());
    let sessions = content.sessions.as_deref().unwrap_or_default();
    let words: Vec<(String, String)> = sessions
        .iter()
        .map(|s| {
            let title = if feed.neutral { neutral.clone() } else { what(s, language) };
            (title, location(s, language))
        })
        .collect();
    let events =
        sessions.iter().zip(&words).map(|(s, (title, place))| event(feed, s, title, place));
    let name = name(site, feed, language);
    let closed_title = say("feeds-closed-note");
    let closed = feed.revoked_at.unwrap_or(now);
    ical::feed(&ical::Feed {
        name: &name,
        domain: mail_text::domain(&from),
        organizer: ical::Party { name: &say("app-name"), address: mail_text::address(&from) },
        events: events.collect(),
        note: content.sessions.is_none().then(|| ical::Note {
            uid: format!("feed-{}-closed", feed.id),
            at: closed,
            day: closed.date_in(site.timezone),
            summary: &closed_title,
        }),
    })
}

fn event<'a>(
    feed: &Feed,
    session: &Session,
    title: &'a str,
    place: &'a str,
) -> (Moment, ical::Event<'a>) {
    let event = ical::Event {
        session: session.id,
        person: feed.person,
        sequence: session.revision - 1,
        starts_at: session.starts_at,
        ends_at: session.ends_at,
        zone: session.zone(),
        summary: title,
        location: place,
        description: "",
        url: "",
        cancelled: session.state == SessionState::Cancelled,
    };
    (session.updated_at, event)
}

/// What a calendar program calls the feed, until somebody there names it.
fn name(site: &Site, feed: &Feed, language: Language) -> String {
    let unit = Option::zip(feed.unit_hi.as_deref(), feed.unit_en.as_deref());
    match unit {
        Some((hi, en)) if !feed.neutral => {
            let unit = pick(language, hi, en).to_owned();
            site.texts().say_with(language, "feeds-name-unit", &[("unit", unit)])
        }
        _ => site.texts().say(language, "feeds-name"),
    }
}
