//! What every answer has: headers, deadlines, language, and faults told as pages or problems.

use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use futures_util::StreamExt;
use rust_embed::RustEmbed;
use serde_json::json;

use crate::kit::columns::Language;
use crate::kit::fault::Fault;
use crate::kit::ids;
use crate::kit::site::Site;
use crate::kit::view::Frame;

#[derive(RustEmbed)]
#[folder = "static"]
struct Assets;

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The largest form or JSON body.
pub const MOST_BODY: usize = 256 * 1024;

/// Puts the headers of every answer on, and writes the page or problem document of a fault.
pub async fn envelope(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    note_visit(&request);
    let mut answer = next.call(request).await?.map_into_boxed_body();
    if let Some(fault) = fault_of(&answer) {
        answer = tell(answer, &fault);
    }
    let https = answer.request().app_data::<Data<Site>>().is_some_and(|s| s.is_https());
    let headers = answer.headers_mut();
    let mut put = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    put(header::CONTENT_SECURITY_POLICY, CSP);
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::REFERRER_POLICY, "no-referrer");
    put(header::X_FRAME_OPTIONS, "DENY");
    put(header::CACHE_CONTROL, "no-store");
    put(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    put(
        HeaderName::from_static("permissions-policy"),
        "camera=(self), geolocation=(), microphone=()",
    );
    put(HeaderName::from_static("x-robots-tag"), "noindex, nofollow");
    if https {
        put(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
    Ok(answer)
}

/// A supervisor asks every few seconds whether the service lives, and nobody waits for a page then.
const OF_SUPERVISORS: [&str; 2] = ["/healthz", "/readyz"];

fn note_visit(request: &ServiceRequest) {
    if let Some(site) = request.app_data::<Data<Site>>()
        && !OF_SUPERVISORS.contains(&request.path())
    {
        site.visits.note(Instant::now());
    }
}

/// The fault behind an error answer; an error of the framework itself becomes the nearest of ours.
fn fault_of(answer: &ServiceResponse<BoxBody>) -> Option<Fault> {
    if let Some(error) = answer.response().error() {
        if let Some(fault) = error.as_error::<Fault>() {
            return Some(fault.clone());
        }
        return Some(match error.as_response_error().status_code().as_u16() {
            404 => Fault::NotFound,
            413 => Fault::TooLarge,
            415 => Fault::UnsupportedMedia,
            400..=499 => Fault::Malformed(String::new()),
            _ => Fault::broken(error),
        });
    }
    None
}

fn tell(answer: ServiceResponse<BoxBody>, fault: &Fault) -> ServiceResponse<BoxBody> {
    let request = answer.request().clone();
    if let Fault::Broken(cause) = fault {
        // The pattern, not the address: some addresses are secrets.
        let path = request.match_pattern().unwrap_or_default();
        tracing::error!(cause = %cause, path, "broken");
    }
    let Some(site) = request.app_data::<Data<Site>>() else { return answer };
    let mut response = fault.error_response();
    let language = language(&request, site);
    let wait = match fault {
        Fault::TooMany(seconds) => Some(*seconds),
        _ => None,
    };
    let (kind, body) = if wants_json(&request) {
        ("application/problem+json", problem(site, language, fault).to_string())
    } else {
        ("text/html; charset=utf-8", page(site, &request, language, fault, wait))
    };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let response = response.set_body(BoxBody::new(body));
    ServiceResponse::new(request, response)
}

fn wants_json(request: &HttpRequest) -> bool {
    let accepts = request.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok());
    request.path().starts_with("/api/")
        || accepts.is_some_and(|a| a.starts_with("application/json"))
}

/// A problem document (RFC 9457).
fn problem(site: &Site, language: Language, fault: &Fault) -> serde_json::Value {
    let (title, detail) = sentences(site, language, fault);
    let mut out = json!({
        "type": format!("{}/problems/{}", site.base_url, fault.word()),
        "title": title,
        "status": fault.status_code().as_u16(),
        "detail": detail,
    });
    match fault {
        Fault::Invalid(fields) => {
            let list: Vec<_> = fields
                .0
                .iter()
                .map(|e| {
                    let text =
                        site.texts().say_with(language, &format!("error-{}", e.code), &e.args);
                    json!({ "name": e.name, "code": e.code, "detail": text })
                })
                .collect();
            out["fields"] = json!(list);
        }
        Fault::Conflict(obstacle) => {
            if let Some(more) = obstacle.more.as_object() {
                for (key, value) in more {
                    out[key] = value.clone();
                }
            }
        }
        _ => {}
    }
    out
}

fn sentences(site: &Site, language: Language, fault: &Fault) -> (String, String) {
    let say = |key: &str, args: &[(&str, String)]| site.texts().say_with(language, key, args);
    match fault {
        Fault::Conflict(o) => {
            (say("fault-conflict-title", &[]), say(&format!("conflict-{}", o.code), &o.args))
        }
        Fault::Malformed(what) => {
            let advice = say("fault-malformed-advice", &[]);
            let detail = if what.is_empty() { advice } else { format!("{advice} ({what})") };
            (say("fault-malformed-title", &[]), detail)
        }
        Fault::TooMany(seconds) => {
            let args = [("wait", seconds.to_string())];
            (say("fault-too-many-title", &[]), say("fault-too-many-advice", &args))
        }
        other => {
            let word = other.word();
            (say(&format!("fault-{word}-title"), &[]), say(&format!("fault-{word}-advice"), &[]))
        }
    }
}

fn page(
    site: &Site,
    request: &HttpRequest,
    language: Language,
    fault: &Fault,
    wait: Option<u64>,
) -> String {
    let (title, advice) = sentences(site, language, fault);
    let frame = Frame {
        lang: language,
        other_language_url: other_language_url(request, language),
        path: request.path().to_owned(),
        actor: None,
        token: String::new(),
        nav: vec![],
        notice: None,
    };
    let content = json!({
        "word": fault.word(), "title": title, "advice": advice,
        "status": fault.status_code().as_u16(), "wait": wait,
    });
    site.views.page("faults/fault.html", &frame, &content).unwrap_or_else(|e| {
        tracing::error!(error = %e, "the fault page itself");
        format!("<!doctype html><title>{title}</title><h1>{title}</h1><p>{advice}</p>")
    })
}

/// `?lang=` once, then the cookie, then what the service is set to.
pub fn language(request: &HttpRequest, site: &Site) -> Language {
    let asked = url::form_urlencoded::parse(request.query_string().as_bytes())
        .find(|(name, _)| name == "lang")
        .and_then(|(_, value)| Language::parse(&value));
    asked
        .or_else(|| request.cookie("lang").and_then(|c| Language::parse(c.value())))
        .unwrap_or(site.language)
}

/// The same address with `lang=` of the other language.
pub fn other_language_url(request: &HttpRequest, language: Language) -> String {
    let other = match language {
        Language::Hi => Language::En,
        Language::En => Language::Hi,
    };
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in url::form_urlencoded::parse(request.query_string().as_bytes()) {
        if name != "lang" {
            query.append_pair(&name, &value);
        }
    }
    query.append_pair("lang", other.word());
    // A link of one purpose stays out of the other language's address: the path alone says it.
    format!("{}?{}", request.path(), query.finish())
}

/// Remembers a language asked for by `?lang=`.
pub async fn remember_language(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let asked = url::form_urlencoded::parse(request.query_string().as_bytes())
        .find(|(name, _)| name == "lang")
        .and_then(|(_, value)| Language::parse(&value));
    let mut answer = next.call(request).await?.map_into_boxed_body();
    if let Some(language) = asked {
        let cookie = actix_web::cookie::Cookie::build("lang", language.word())
            .path("/")
            .http_only(true)
            .same_site(actix_web::cookie::SameSite::Lax)
            .max_age(actix_web::cookie::time::Duration::days(400))
            .finish();
        answer.response_mut().add_cookie(&cookie)?;
    }
    Ok(answer)
}

/// Reads a body within its size and its deadline: a sender of one byte a second is not waited for.
pub async fn body(payload: &mut Payload, most: usize, seconds: u64) -> Result<Bytes, Fault> {
    let read = async {
        let mut out = BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|e| Fault::Malformed(e.to_string()))?;
            if out.len() + chunk.len() > most {
                return Err(Fault::TooLarge);
            }
            out.extend_from_slice(&chunk);
        }
        Ok(out.freeze())
    };
    match tokio::time::timeout(Duration::from_secs(seconds), read).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Fault::Malformed("the body took too long".to_owned())),
    }
}

/// A file of `static/`. Its address carries no hash, so it is revalidated by ETag.
pub async fn asset(
    request: HttpRequest,
    name: actix_web::web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let file = Assets::get(&name).ok_or(Fault::NotFound)?;
    let etag = format!("\"{}\"", &ids::hash(&format!("{:?}", file.metadata.sha256_hash()))[..20]);
    let known = request.headers().get(header::IF_NONE_MATCH).is_some_and(|v| v == etag.as_str());
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::ETAG, etag))
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .insert_header((header::CONTENT_TYPE, content_type(&name)));
    Ok(if known { response.finish() } else { response.body(file.data.into_owned()) })
}

/// A script of a vendor, with its licence beside it.
pub async fn vendored(
    request: HttpRequest,
    name: actix_web::web::Path<String>,
) -> Result<HttpResponse, Fault> {
    asset(request, actix_web::web::Path::from(format!("vendor/{}", *name))).await
}

/// The text of a file of `static/`.
pub fn text_of(name: &str) -> Option<String> {
    String::from_utf8(Assets::get(name)?.data.into_owned()).ok()
}

/// Changes whenever a file of `static/` or a text does: what a phone keeps is then another set.
pub fn version_of_assets(site: &Site) -> String {
    let mut all: Vec<String> = Assets::iter()
        .filter_map(|name| Some(format!("{name} {:?}", Assets::get(&name)?.metadata.sha256_hash())))
        .collect();
    all.sort();
    all.push(site.views.version());
    ids::hash(&all.join("\n"))[..16].to_owned()
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The address a request came from: behind a listed proxy, the last one it forwards for.
pub fn peer(request: &HttpRequest, site: &Site) -> String {
    let Some(peer) = request.peer_addr().map(|a| a.ip()) else { return String::new() };
    if site.trusted_proxies.contains(&peer) {
        let forwarded = request.headers().get("x-forwarded-for").and_then(|v| v.to_str().ok());
        let client = forwarded.and_then(|f| f.rsplit(',').next()).map(str::trim);
        if let Some(client) = client.and_then(|c| c.parse::<std::net::IpAddr>().ok()) {
            return client.to_string();
        }
    }
    peer.to_string()
}

/// A page as an answer.
pub fn html(status: u16, page: String) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(status).unwrap_or_default();
    HttpResponse::build(status).content_type("text/html; charset=utf-8").body(page)
}

/// After a form: look at the result under its own address (303).
pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).finish()
}
