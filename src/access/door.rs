//! The door of every page and call: who comes in, what their form says, what they are shown.

use std::collections::BTreeMap;
use std::pin::Pin;

use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::http::{Method, header};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::access::rules::Right;
use crate::access::{self, Actor, pass, store};
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::{Fault, Fields};
use crate::kit::ids::{self, SessionId};
use crate::kit::multipart;
use crate::kit::site::{Site, Stamp};
use crate::kit::view::Frame;
use crate::kit::web;

/// What a page function gives.
pub type Answer = Result<HttpResponse, Fault>;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Key {
    Nobody,
    Cookie(String),
    Bearer(String),
    /// A helper's pass, at the doors that it opens.
    Pass {
        pass: i64,
        session: SessionId,
        token: String,
    },
}

/// Who comes to the door: not yet looked up, so that a request asks the database in one go.
#[derive(Clone)]
pub struct Visitor {
    pub site: Data<Site>,
    pub language: Language,
    /// The address of this network peer.
    pub peer: String,
    key: Key,
    browser: Option<String>,
    /// This phone's own secret, kept for a year: whose phone it is stands elsewhere, if anywhere.
    device: Option<String>,
    /// What this phone saw in a hall a few minutes ago, sealed.
    pub seen: Option<String>,
    path: String,
    other_language_url: String,
    notice: Option<String>,
    idempotency: Option<String>,
}

impl FromRequest for Visitor {
    type Error = Fault;
    type Future = std::future::Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Self::of(request))
    }
}

impl Visitor {
    fn of(request: &HttpRequest) -> Result<Self, Fault> {
        let site =
            request.app_data::<Data<Site>>().cloned().ok_or_else(|| Fault::broken("no site"))?;
        // No text of ours holds a NUL, and PostgreSQL takes none.
        if request.path().contains("%00") || request.path().contains('\0') {
            return Err(Fault::NotFound);
        }
        if request.path().contains('\u{FFFD}') || request.query_string().contains("%00") {
            return Err(Fault::Malformed("address".to_owned()));
        }
        let language = web::language(request, &site);
        let text = |name: header::HeaderName| {
            request.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned)
        };
        let bearer = text(header::AUTHORIZATION)
            .and_then(|v| v.strip_prefix("Bearer ").map(|t| t.trim().to_owned()));
        let cookie = request.cookie(visit_cookie(&site)).map(|c| c.value().to_owned());
        let key = match (bearer, pass_key(request, &site), cookie) {
            (Some(token), ..) => Key::Bearer(token),
            (None, Some(pass), _) => pass,
            (None, None, Some(token)) => Key::Cookie(token),
            _ => Key::Nobody,
        };
        let notice = request.cookie("notice").map(|c| c.value().to_owned());
        let known = |n: &String| n.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        Ok(Self {
            language,
            peer: web::peer(request, &site),
            key,
            browser: request.cookie(browser_cookie(&site)).map(|c| c.value().to_owned()),
            device: request.cookie(device_cookie(&site)).map(|c| c.value().to_owned()),
            seen: request.cookie("seen").map(|c| c.value().to_owned()),
            path: request.path().to_owned(),
            other_language_url: web::other_language_url(request, language),
            notice: notice.filter(known).map(|n| format!("notice-{n}")),
            idempotency: text(header::HeaderName::from_static("idempotency-key")),
            site,
        })
    }

    pub fn say(&self, key: &str) -> String {
        self.site.texts().say(self.language, key)
    }

    /// Asks something as this person.
    pub async fn see<T, F>(&self, ask: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db, &Actor) -> Result<T, Fault> + Send + 'static,
    {
        let (key, now) = (self.key.clone(), self.site.now());
        self.site
            .read(move |db| {
                let actor = enter(db, &key, now)?;
                ask(db, &actor)
            })
            .await
    }

    /// Asks something as whoever comes: a person, or nobody in particular.
    pub async fn see_as_any<T, F>(&self, ask: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db, Option<&Actor>) -> Result<T, Fault> + Send + 'static,
    {
        let (key, now) = (self.key.clone(), self.site.now());
        self.site
            .read(move |db| {
                let actor = enter_or_not(db, &key, now)?;
                ask(db, actor.as_ref())
            })
            .await
    }

    /// Does something as whoever comes, in one transaction.
    pub async fn act_as_any<T, F>(&self, act: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db, Option<&Actor>, &Stamp) -> Result<T, Fault> + Send + 'static,
    {
        let (key, stamp) = (self.key.clone(), self.site.stamp());
        self.site
            .write(move |db| {
                let actor = enter_or_not(db, &key, stamp.now)?;
                act(db, actor.as_ref(), &stamp)
            })
            .await
    }

    /// Does something as this person, in one transaction.
    pub async fn act<T, F>(&self, act: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db, &Actor, &Stamp) -> Result<T, Fault> + Send + 'static,
    {
        let (key, stamp) = (self.key.clone(), self.site.stamp());
        self.site
            .write(move |db| {
                let actor = enter(db, &key, stamp.now)?;
                act(db, &actor, &stamp)
            })
            .await
    }

    /// A page for a signed-in person: asked and drawn in one go.
    pub async fn page<C, F>(&self, template: &'static str, ask: F) -> Answer
    where
        C: Serialize,
        F: FnOnce(&mut Db, &Actor) -> Result<C, Fault> + Send + 'static,
    {
        self.draw(200, template, Fields::default(), None, ask).await
    }

    /// The same form again, with what was typed, each error at its field; a fault that is no matter
    /// of the form goes on its way.
    pub async fn again<C, F>(&self, fault: Fault, template: &'static str, ask: F) -> Answer
    where
        C: Serialize,
        F: FnOnce(&mut Db, &Actor) -> Result<C, Fault> + Send + 'static,
    {
        let status = fault.status_code().as_u16();
        match fault {
            Fault::Invalid(fields) => self.draw(status, template, fields, None, ask).await,
            Fault::Conflict(o) => {
                let key = format!("conflict-{}", o.code);
                let said = self.site.texts().say_with(self.language, &key, &o.args);
                self.draw(status, template, Fields::default(), Some(said), ask).await
            }
            other => Err(other),
        }
    }

    async fn draw<C, F>(
        &self,
        status: u16,
        template: &'static str,
        fields: Fields,
        conflict: Option<String>,
        ask: F,
    ) -> Answer
    where
        C: Serialize,
        F: FnOnce(&mut Db, &Actor) -> Result<C, Fault> + Send + 'static,
    {
        let visitor = self.clone();
        let now = self.site.now();
        let drawn = self
            .site
            .read(move |db| {
                let actor = enter(db, &visitor.key, now)?;
                let content = ask(db, &actor)?;
                visitor.render(template, Some(&actor), &fields, conflict, &content)
            })
            .await;
        let mut response = match drawn {
            // A page asked for by a browser that is not signed in: to the sign-in page and back.
            // A helper whose pass has ended has nothing to sign in to.
            Err(Fault::SignIn) if self.is_helper() => return Ok(done("/helper", "helper-ended")),
            Err(Fault::SignIn) if !self.path.starts_with("/api/") => {
                let back =
                    url::form_urlencoded::byte_serialize(self.path.as_bytes()).collect::<String>();
                return Ok(web::see_other(&format!("/sign-in?next={back}")));
            }
            other => web::html(status, other?),
        };
        if self.notice.is_some() {
            forget(&mut response, "notice")?;
        }
        Ok(response)
    }

    /// A page for anybody.
    pub fn public<C: Serialize>(
        &self,
        status: u16,
        template: &'static str,
        fields: &Fields,
        content: &C,
    ) -> Answer {
        let mut page = web::html(status, self.render(template, None, fields, None, content)?);
        if self.notice.is_some() {
            forget(&mut page, "notice")?;
        }
        Ok(page)
    }

    fn render<C: Serialize>(
        &self,
        template: &'static str,
        actor: Option<&Actor>,
        fields: &Fields,
        conflict: Option<String>,
        content: &C,
    ) -> Result<String, Fault> {
        let errors = self.site.views.messages(self.language, fields);
        let whole = Whole { errors, conflict, content };
        self.site.views.page(template, &self.frame(actor), &whole)
    }

    fn frame(&self, actor: Option<&Actor>) -> Frame {
        Frame {
            lang: self.language,
            other_language_url: self.other_language_url.clone(),
            path: self.path.clone(),
            actor: actor.filter(|a| a.pass.is_none()).map(|a| a.name.clone()),
            token: self.form_token(),
            nav: actor.filter(|a| a.pass.is_none()).map(|a| nav(a, &self.path)).unwrap_or_default(),
            notice: self.notice.as_deref().map(|n| self.say(n)),
        }
    }

    /// The token of this visit's (or, before it, this browser's) forms.
    pub fn form_token(&self) -> String {
        match (&self.key, &self.browser) {
            (Key::Cookie(token) | Key::Pass { token, .. }, _) => {
                ids::seal(&self.site.secret, "form", token)
            }
            (_, Some(browser)) => ids::seal(&self.site.secret, "form", browser),
            _ => String::new(),
        }
    }

    fn form_token_fits(&self, given: &str) -> bool {
        let held = match (&self.key, &self.browser) {
            (Key::Cookie(token) | Key::Pass { token, .. }, _) => token,
            (_, Some(browser)) => browser,
            _ => return false,
        };
        ids::seal_fits(&self.site.secret, "form", held, given)
    }

    /// This browser's own secret, before anybody signs in.
    pub fn browser(&self) -> Option<&str> {
        self.browser.as_deref()
    }

    /// With a browser secret, made when there is none: what sign-in codes are bound to.
    pub fn with_browser(mut self) -> (Self, Option<Cookie<'static>>) {
        if self.browser.is_some() {
            return (self, None);
        }
        let secret = self.site.ids.secret();
        self.browser = Some(secret.clone());
        let cookie = self.cookie(browser_cookie(&self.site), secret, 1);
        (self, Some(cookie))
    }

    /// With a secret of this phone, made when there is none.
    pub fn with_device(mut self) -> (Self, Option<Cookie<'static>>) {
        if self.device.is_some() {
            return (self, None);
        }
        let secret = self.site.ids.secret();
        self.device = Some(secret.clone());
        let cookie = self.cookie(device_cookie(&self.site), secret, 400);
        (self, Some(cookie))
    }

    /// How this phone's secret is kept.
    pub fn device_hash(&self) -> Option<String> {
        self.device.as_deref().map(ids::hash)
    }

    /// Whether a helper's pass was shown at the door.
    pub fn is_helper(&self) -> bool {
        matches!(self.key, Key::Pass { .. })
    }

    pub fn helper_cookie(&self, pass: i64, session: SessionId) -> Cookie<'static> {
        let held = pass::cookie(&self.site.secret, pass, session);
        self.cookie(helper_cookie(&self.site), held, 3)
    }

    pub fn seen_cookie(&self, sealed: String) -> Cookie<'static> {
        self.cookie("seen", sealed, 1)
    }

    pub fn visit_cookie(&self, token: String) -> Cookie<'static> {
        self.cookie(visit_cookie(&self.site), token, 30)
    }

    pub fn visit_token(&self) -> Option<&str> {
        match &self.key {
            Key::Cookie(token) => Some(token),
            _ => None,
        }
    }

    /// An empty visit cookie that replaces the old one.
    pub fn no_visit_cookie(&self) -> Cookie<'static> {
        self.cookie(visit_cookie(&self.site), String::new(), 0)
    }

    fn cookie(&self, name: &'static str, value: String, days: i64) -> Cookie<'static> {
        Cookie::build(name, value)
            .path("/")
            .http_only(true)
            .secure(self.site.is_https())
            .same_site(SameSite::Lax)
            .max_age(actix_web::cookie::time::Duration::days(days))
            .finish()
    }

    /// An API call that makes something, at most once per Idempotency-Key: the same key and body
    /// get the same answer, another body is refused.
    pub async fn once<T, F>(&self, body_hash: String, act: F) -> Answer
    where
        T: Serialize,
        F: FnOnce(&mut Db, &Actor, &Stamp) -> Result<Made<T>, Fault> + Send + 'static,
    {
        let Some(key) = self.idempotency.clone() else {
            let made =
                self.act(move |db, actor, stamp| Ok(settled(act(db, actor, stamp)?))).await?;
            return answer(made?);
        };
        if key.is_empty() || key.len() > 200 {
            return Err(Fault::field("Idempotency-Key", "malformed"));
        }
        let kept = self.act(move |db, actor, stamp| {
            if let Some(kept) = store::kept_answer(db, actor.person, &key)? {
                return if kept.0 == body_hash {
                    Ok(Ok(kept))
                } else {
                    Err(Fault::field("Idempotency-Key", "other-body"))
                };
            }
            let mut kept = match settled(act(db, actor, stamp)?) {
                Ok(kept) => kept,
                Err(e) => return Ok(Err(e)),
            };
            kept.0 = body_hash;
            store::keep_answer(db, actor.person, &key, &kept, stamp.now)?;
            Ok(Ok(kept))
        });
        answer(kept.await??)
    }
}

/// What an API call made, and how it is told.
pub struct Made<T> {
    pub status: u16,
    pub body: T,
    pub location: Option<String>,
}

impl<T> Made<T> {
    /// 201 with its address.
    pub fn created(body: T, location: String) -> Self {
        Self { status: 201, body, location: Some(location) }
    }

    pub fn ok(body: T) -> Self {
        Self { status: 200, body, location: None }
    }
}

fn settled<T: Serialize>(made: Made<T>) -> Result<store::Kept, Fault> {
    let body = serde_json::to_string(&made.body).map_err(Fault::broken)?;
    Ok((String::new(), i32::from(made.status), body, made.location))
}

fn answer((_, status, body, location): store::Kept) -> Answer {
    let status = u16::try_from(status).unwrap_or(200);
    let status = actix_web::http::StatusCode::from_u16(status).unwrap_or_default();
    let mut response = HttpResponse::build(status);
    response.content_type("application/json");
    if let Some(location) = location {
        response.insert_header((header::LOCATION, location));
    }
    Ok(response.body(body))
}

#[derive(Serialize)]
struct Whole<'a, C: Serialize> {
    errors: BTreeMap<String, String>,
    conflict: Option<String>,
    #[serde(flatten)]
    content: &'a C,
}

fn enter(db: &mut Db, key: &Key, now: crate::kit::clock::Moment) -> Result<Actor, Fault> {
    match key {
        Key::Nobody => Err(Fault::SignIn),
        Key::Cookie(token) => access::visitor(db, token, now),
        Key::Bearer(token) => access::bearer(db, token, now),
        Key::Pass { pass, session, .. } => access::helper(db, *pass, *session, now),
    }
}

/// A helper's pass, where it opens: it is no key to any other door.
fn pass_key(request: &HttpRequest, site: &Site) -> Option<Key> {
    let session = pass::session_of(request.path())?;
    let token = request.cookie(helper_cookie(site))?.value().to_owned();
    let pass = pass::read_cookie(&site.secret, &token, session)?;
    Some(Key::Pass { pass, session, token })
}

/// A visit that has run out is nobody's.
fn enter_or_not(
    db: &mut Db,
    key: &Key,
    now: crate::kit::clock::Moment,
) -> Result<Option<Actor>, Fault> {
    match enter(db, key, now) {
        Ok(actor) => Ok(Some(actor)),
        Err(Fault::SignIn) => Ok(None),
        Err(other) => Err(other),
    }
}

/// `__Host-` ties a cookie to https and this host; on plain http (loopback, the demo) it would not
/// be kept.
fn visit_cookie(site: &Site) -> &'static str {
    if site.is_https() { "__Host-visit" } else { "visit" }
}

fn browser_cookie(site: &Site) -> &'static str {
    if site.is_https() { "__Host-browser" } else { "browser" }
}

fn helper_cookie(site: &Site) -> &'static str {
    if site.is_https() { "__Host-helper" } else { "helper" }
}

fn device_cookie(site: &Site) -> &'static str {
    if site.is_https() { "__Host-device" } else { "device" }
}

fn forget(response: &mut HttpResponse, name: &'static str) -> Result<(), Fault> {
    let cookie =
        Cookie::build(name, "").path("/").max_age(actix_web::cookie::time::Duration::ZERO).finish();
    response.add_cookie(&cookie).map_err(Fault::broken)
}

/// After a form: to the result, with a word of what was done (`notice-{word}` in the texts).
pub fn done(path: &str, notice: &'static str) -> HttpResponse {
    let cookie = Cookie::build("notice", notice)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(actix_web::cookie::time::Duration::seconds(60))
        .finish();
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).cookie(cookie).finish()
}

/// The rooms that a person may enter, in the order of use.
fn nav(actor: &Actor, path: &str) -> Vec<(String, String, bool)> {
    let sees = |right| !actor.reach(right).is_empty();
    let rooms: [(&str, &str, bool); 13] = [
        ("nav-dashboard", "/dashboard", sees(Right::SeeReports)),
        ("nav-today", "/today", actor.home() != "/me"),
        ("nav-me", "/me", true),
        ("nav-people", "/people", sees(Right::SeePeople)),
        ("nav-units", "/units", sees(Right::SeePlans)),
        ("nav-courses", "/courses", sees(Right::SeePlans)),
        ("nav-batches", "/batches", sees(Right::SeePlans)),
        ("nav-requests", "/requests", sees(Right::Manage)),
        ("nav-sessions", "/sessions", sees(Right::SeePlans)),
        ("nav-calendar", "/calendar", sees(Right::SeePlans)),
        ("nav-completion", "/completion", sees(Right::SeeReports)),
        ("nav-letters", "/letters", sees(Right::SeeReports)),
        ("nav-journal", "/journal", sees(Right::SeeReports)),
    ];
    rooms
        .into_iter()
        .filter(|(_, _, may)| *may)
        .map(|(key, url, _)| {
            let here =
                path == url || path.strip_prefix(url).is_some_and(|rest| rest.starts_with('/'));
            (key.to_owned(), url.to_owned(), here)
        })
        .collect()
}

/// A form that carried its token. Repeated fields become lists; unknown ones are refused.
pub struct Form<T>(pub T);

/// The pairs of a form whose field names are not known beforehand (`mark-42=present`).
pub struct Pairs(pub Vec<(String, String)>);

type Read<T> = Pin<Box<dyn Future<Output = Result<T, Fault>>>>;

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = Fault;
    type Future = Read<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let pairs = pairs(request, payload);
        Box::pin(async move {
            let pairs = pairs.await?;
            let mut out = url::form_urlencoded::Serializer::new(String::new());
            for (name, value) in pairs.iter().filter(|(name, _)| name != "_token") {
                out.append_pair(name, value);
            }
            let form =
                serde_html_form::from_str(&out.finish()).map_err(|e| unreadable(&e.to_string()))?;
            Ok(Self(form))
        })
    }
}

impl FromRequest for Pairs {
    type Error = Fault;
    type Future = Read<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let pairs = pairs(request, payload);
        Box::pin(async move {
            let mut pairs = pairs.await?;
            pairs.retain(|(name, _)| name != "_token");
            Ok(Self(pairs))
        })
    }
}

fn pairs(request: &HttpRequest, payload: &mut Payload) -> Read<Vec<(String, String)>> {
    let visitor = Visitor::of(request);
    let cross_site = cross_site(request);
    let kind = content_type(request);
    let whole_kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let mut payload = payload.take();
    Box::pin(async move {
        let visitor = visitor?;
        if cross_site {
            return Err(Fault::Stale);
        }
        let boundary = multipart::boundary(&whole_kind);
        if kind != "application/x-www-form-urlencoded" && boundary.is_none() {
            return Err(Fault::UnsupportedMedia);
        }
        let body =
            web::body(&mut payload, web::MOST_BODY, visitor.site.limits.body_seconds).await?;
        let text = std::str::from_utf8(&body).map_err(|_| Fault::Malformed("UTF-8".to_owned()))?;
        let pairs: Vec<(String, String)> = match boundary {
            Some(boundary) => multipart::read(boundary, text.as_bytes())
                .ok_or_else(|| Fault::Malformed("multipart/form-data".to_owned()))?
                .into_iter()
                .map(|(name, value)| (name.to_owned(), String::from_utf8_lossy(value).into_owned()))
                .collect(),
            None => url::form_urlencoded::parse(text.as_bytes()).into_owned().collect(),
        };
        if pairs.iter().any(|(n, v)| n.contains('\u{FFFD}') || v.contains('\u{FFFD}')) {
            return Err(Fault::Malformed("UTF-8".to_owned()));
        }
        let token = pairs.iter().find(|(name, _)| name == "_token").map_or("", |(_, v)| v.as_str());
        if !visitor.form_token_fits(token) {
            return Err(Fault::Stale);
        }
        Ok(pairs)
    })
}

/// A JSON body. With a cookie instead of a token it must carry the form token in `X-Form-Token`.
pub struct Json<T> {
    pub body: T,
    /// For `Visitor::once`: over the call and its body; empty without an Idempotency-Key.
    pub hash: String,
}

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Fault;
    type Future = Read<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visitor = Visitor::of(request);
        let cross_site = cross_site(request);
        let kind = content_type(request);
        let call = format!("{} {}", request.method(), request.path());
        let form_token = request
            .headers()
            .get("x-form-token")
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let mut payload = payload.take();
        Box::pin(async move {
            let visitor = visitor?;
            if visitor.key == Key::Nobody {
                return Err(Fault::SignIn);
            }
            let by_cookie = matches!(visitor.key, Key::Cookie(_) | Key::Pass { .. });
            if by_cookie && (cross_site || !visitor.form_token_fits(&form_token)) {
                return Err(Fault::Stale);
            }
            let body =
                web::body(&mut payload, web::MOST_BODY, visitor.site.limits.body_seconds).await?;
            if kind != "application/json" && !(body.is_empty() && kind.is_empty()) {
                return Err(Fault::UnsupportedMedia);
            }
            let text: &[u8] = if body.is_empty() { b"{}" } else { &body };
            let hash = match visitor.idempotency {
                Some(_) => ids::hash(&format!("{call}\n{}", String::from_utf8_lossy(text))),
                None => String::new(),
            };
            let body = serde_json::from_slice(text).map_err(|e| match e.classify() {
                serde_json::error::Category::Data => unreadable(&e.to_string()),
                _ => Fault::Malformed(format!("line {}, column {}", e.line(), e.column())),
            })?;
            Ok(Self { body, hash })
        })
    }
}

/// A field that is not known, or is of the wrong kind: told by its name, without our type names.
fn unreadable(error: &str) -> Fault {
    let name = error.split('`').nth(1).unwrap_or("body");
    if error.contains("unknown field") || error.contains("duplicate field") {
        Fault::field(name, "unknown")
    } else if error.contains("missing field") {
        Fault::field(name, "required")
    } else {
        Fault::field("body", "malformed")
    }
}

fn content_type(request: &HttpRequest) -> String {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    value.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a browser says that another site sent this (Fetch Metadata, then Origin).
fn cross_site(request: &HttpRequest) -> bool {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return false;
    }
    let text = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => {
            origin.split("://").nth(1).is_none_or(|o| !o.eq_ignore_ascii_case(host))
        }
        (Some(_), None) => true,
        // Neither signal: an old browser or a program; the token decides.
        (None, _) => false,
    }
}

/// A JSON answer.
pub fn json(status: u16, body: &impl Serialize) -> Answer {
    let status = actix_web::http::StatusCode::from_u16(status).unwrap_or_default();
    let body: Value = serde_json::to_value(body).map_err(Fault::broken)?;
    Ok(HttpResponse::build(status).json(body))
}
