//! Signing in, signing out, roles.

use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::rules::{Right, Role};
use crate::access::{self, Actor, Entered, GrantDraft, store};
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::{Fault, Fields};
use crate::kit::ids::GrantId;
use crate::kit::{clean, i18n, web};

#[derive(Deserialize)]
pub struct Back {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize, Serialize, Clone)]
#[serde(deny_unknown_fields)]
pub struct EmailForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeForm {
    #[serde(default)]
    code: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

pub async fn sign_in(visitor: Visitor, back: Query<Back>) -> Answer {
    let (visitor, cookie) = visitor.with_browser();
    let draft = EmailForm { email: String::new(), next: same_site(&back.next) };
    let mut page = visitor.public(
        200,
        "access/sign_in.html",
        &Fields::default(),
        &json!({ "draft": draft }),
    )?;
    if let Some(cookie) = cookie {
        page.add_cookie(&cookie).map_err(Fault::broken)?;
    }
    Ok(page)
}

pub async fn ask_code(visitor: Visitor, form: Form<EmailForm>) -> Answer {
    throttled(&visitor)?;
    let form = form.0;
    let Some(email) = clean::email(&form.email) else {
        let mut fields = Fields::default();
        fields.add("email", if form.email.trim().is_empty() { "required" } else { "email" });
        return visitor.public(422, "access/sign_in.html", &fields, &json!({ "draft": form }));
    };
    let browser = visitor.browser().ok_or(Fault::Stale)?.to_owned();
    let (stamp, secret) = (visitor.site.stamp(), visitor.site.secret.clone());
    let folded = email.to_lowercase();
    visitor.site.write(move |db| access::ask_code(db, &secret, &browser, &folded, &stamp)).await?;
    let content = json!({ "email": email, "next": same_site(&form.next), "wait_minutes": null });
    visitor.public(200, "access/code.html", &Fields::default(), &content)
}

pub async fn enter_code(visitor: Visitor, form: Form<CodeForm>) -> Answer {
    throttled(&visitor)?;
    let CodeForm { code, email, next } = form.0;
    let browser = visitor.browser().ok_or(Fault::Stale)?.to_owned();
    let stamp = visitor.site.stamp();
    let entered = visitor
        .site
        .write(move |db| match access::enter_code(db, &browser, &code, stamp.now)? {
            Entered::Is(person) => {
                Ok((Entered::Is(person), Some(access::open_visit(db, person, &stamp)?)))
            }
            other => Ok((other, None)),
        })
        .await?;
    let mut fields = Fields::default();
    let wait = match entered {
        (_, Some((token, actor))) => return Ok(welcome(&visitor, token, &actor, &next)),
        (Entered::Wait(seconds), _) => Some(seconds.div_ceil(60)),
        _ => {
            fields.add("code", "wrong-code");
            None
        }
    };
    let content = json!({ "email": email, "next": same_site(&next), "wait_minutes": wait });
    visitor.public(422, "access/code.html", &fields, &content)
}

/// Shows whose link it is and the next session; uses nothing up: link scanners come by here.
pub async fn link(visitor: Visitor, token: Path<String>) -> Answer {
    throttled(&visitor)?;
    let (visitor, cookie) = visitor.with_browser();
    let (now, secret, text) = (visitor.site.now(), visitor.site.secret.clone(), token.clone());
    let language = visitor.language;
    let found = visitor
        .site
        .read(move |db| {
            let viewed = access::view_person(&secret, &text, now);
            let person = match viewed {
                Some(person) => Some(person),
                None => access::look_at_link(db, &text, now)?,
            };
            let Some(person) = person else { return Ok(None) };
            let name = store::person(db, person)?.name;
            let next = store::next_session(db, person, now)?.map(|n| card(language, &n));
            Ok(Some(json!({ "name": name, "next_session": next, "only_view": viewed.is_some() })))
        })
        .await?;
    let mut page = match found {
        Some(mut content) => {
            content["token_path"] = json!(*token);
            visitor.public(200, "access/link.html", &Fields::default(), &content)?
        }
        None => visitor.public(410, "access/link_gone.html", &Fields::default(), &json!({}))?,
    };
    if let Some(cookie) = cookie {
        page.add_cookie(&cookie).map_err(Fault::broken)?;
    }
    Ok(page)
}

fn card(language: Language, next: &store::Next) -> serde_json::Value {
    let zone = next.timezone.parse().unwrap_or(chrono_tz::Asia::Kolkata);
    let venue = match language {
        Language::Hi => next.venue_hi.as_ref(),
        Language::En => next.venue_en.as_ref(),
    };
    json!({
        "title": next.title,
        "when": i18n::span(language, next.starts_at, next.ends_at, zone),
        "venue": venue,
        "map_url": next.map_url,
    })
}

pub async fn use_link(visitor: Visitor, token: Path<String>, _form: Form<Nothing>) -> Answer {
    throttled(&visitor)?;
    let stamp = visitor.site.stamp();
    let used = visitor.site.write(move |db| access::use_link(db, &token, &stamp)).await?;
    match used {
        Some((token, actor)) => Ok(welcome(&visitor, token, &actor, "")),
        None => visitor.public(410, "access/link_gone.html", &Fields::default(), &json!({})),
    }
}

fn welcome(visitor: &Visitor, token: String, actor: &Actor, next: &str) -> actix_web::HttpResponse {
    let next = same_site(next);
    let path = if next.is_empty() { actor.home() } else { next.as_str() };
    let mut response = web::see_other(path);
    // A cookie of ours is always a valid header value.
    if let Err(e) = response.add_cookie(&visitor.visit_cookie(token)) {
        tracing::error!(error = %e, "visit cookie");
    }
    response
}

pub async fn sign_out(visitor: Visitor, _form: Form<Nothing>) -> Answer {
    if let Some(token) = visitor.visit_token() {
        let hash = crate::kit::ids::hash(token);
        visitor.site.write(move |db| store::end_visit(db, &hash)).await?;
    }
    let mut response = web::see_other("/");
    response.add_cookie(&visitor.no_visit_cookie()).map_err(Fault::broken)?;
    response.headers_mut().insert(
        actix_web::http::header::HeaderName::from_static("clear-site-data"),
        actix_web::http::header::HeaderValue::from_static("\"cache\", \"storage\""),
    );
    Ok(response)
}

/// Only a path of this site: `//evil`, `/\evil`, `https:…` become nothing.
fn same_site(next: &str) -> String {
    let good = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(char::is_control);
    if good { next.to_owned() } else { String::new() }
}

pub fn throttled(visitor: &Visitor) -> Result<(), Fault> {
    visitor.site.throttle.check_key(&visitor.peer).map_err(|_| Fault::TooMany(60))
}

#[derive(Serialize)]
struct Grants {
    grants: Vec<GrantLine>,
    draft: GrantDraft,
    roles: Vec<(String, String)>,
}

#[derive(Serialize)]
struct GrantLine {
    id: GrantId,
    person: String,
    person_url: String,
    role_key: String,
    unit: String,
    until: Option<String>,
}

pub async fn grants(visitor: Visitor) -> Answer {
    let (today, language) = (visitor.site.now().utc().date_naive(), visitor.language);
    let roles = roles(&visitor);
    visitor
        .page("access/grants.html", move |db, actor| {
            grant_list(db, actor, language, today, GrantDraft::default(), roles)
        })
        .await
}

pub async fn give(visitor: Visitor, form: Form<GrantDraft>) -> Answer {
    let (today, language) = (visitor.site.now().utc().date_naive(), visitor.language);
    let (draft, kept) = (form.0.clone(), form.0);
    match visitor.act(move |db, actor, stamp| access::give(db, actor, &draft, stamp)).await {
        Ok(_) => Ok(done("/grants", "saved")),
        Err(fault) => {
            let roles = roles(&visitor);
            let again = move |db: &mut Db, actor: &Actor| {
                grant_list(db, actor, language, today, kept, roles)
            };
            visitor.again(fault, "access/grants.html", again).await
        }
    }
}

pub async fn end(visitor: Visitor, id: Path<GrantId>, _form: Form<Nothing>) -> Answer {
    visitor.act(move |db, actor, stamp| access::end(db, actor, *id, stamp)).await?;
    Ok(done("/grants", "saved"))
}

fn roles(visitor: &Visitor) -> Vec<(String, String)> {
    [Role::Admin, Role::Trainer, Role::Auditor]
        .iter()
        .map(|r| (r.word().to_owned(), visitor.say(&format!("role-{r}"))))
        .collect()
}

fn grant_list(
    db: &mut Db,
    actor: &Actor,
    language: Language,
    today: chrono::NaiveDate,
    draft: GrantDraft,
    roles: Vec<(String, String)>,
) -> Result<Grants, Fault> {
    let reach = actor.must_somewhere(Right::Manage)?;
    let grants = store::unit_grants(db, today)?
        .into_iter()
        .filter(|g| reach.covers(&g.path))
        .map(|g| GrantLine {
            id: g.id,
            person: g.name,
            person_url: format!("/people/{}", g.person),
            role_key: format!("role-{}", g.role),
            unit: match language {
                Language::Hi => g.unit_hi,
                Language::En => g.unit_en,
            },
            until: g.valid_to.map(|d| i18n::day(language, d)),
        })
        .collect();
    Ok(Grants { grants, draft, roles })
}
