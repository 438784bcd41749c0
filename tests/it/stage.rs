//! The stage: a fresh house with a fixed clock, a small organisation, signed-in clients.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use actix_web::body::to_bytes;
use actix_web::cookie::Cookie;
use actix_web::dev::ServiceResponse;
use actix_web::http::{Method, header};
use actix_web::middleware::from_fn;
use actix_web::test;
use actix_web::web::Data;
use diesel::prelude::*;
use prashikshan::access::rules::Role;
use prashikshan::access::{self};
use prashikshan::kit::clock::{Clock, Moment};
use prashikshan::kit::columns::Language;
use prashikshan::kit::db::{Address, Database, Db};
use prashikshan::kit::fault::Fault;
use prashikshan::kit::i18n::Texts;
use prashikshan::kit::ids::{self, Ids, LevelId, PersonId, UnitId};
use prashikshan::kit::mail::{Mail, Posted};
use prashikshan::kit::schema::{emails, levels, name_words, people, phones, units};
use prashikshan::kit::site::{Letterhead, Limits, Site, Stamp};
use prashikshan::kit::view::Views;
use prashikshan::kit::visits::Visits;
use prashikshan::kit::{search, web};
use prashikshan::routes;

pub struct Stage {
    pub site: Site,
    pub outbox: Arc<Mutex<Vec<Posted>>>,
    /// Keeps the folder of an on-disk database until the end of the story.
    _folder: Option<Folder>,
}

struct Folder(std::path::PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Stage {
    /// `now` is UTC: `2026-03-02 08:00`.
    pub async fn new(now: &str) -> Self {
        Self::on(now, fresh(false))
    }

    /// The same outside the async world.
    pub fn here(now: &str) -> Self {
        Self::on(now, fresh(false))
    }

    /// With a database that several connections can share: for stories with real parallel work.
    pub async fn on_disk(now: &str) -> Self {
        Self::on(now, fresh(true))
    }

    /// A house without anybody in it.
    pub async fn empty(now: &str) -> Self {
        Self::bare(now, fresh(false))
    }

    fn bare(now: &str, (database, folder): (Database, Option<Folder>)) -> Self {
        let outbox = Arc::new(Mutex::new(vec![]));
        let texts = Arc::new(Texts::load().expect("texts"));
        let quota =
            governor::Quota::per_minute(std::num::NonZeroU32::new(100_000).expect("not zero"));
        let site = Site {
            database,
            clock: Clock::fixed(Moment::parse(now).expect("a moment")),
            ids: Ids::seeded(1),
            views: Arc::new(Views::load(texts).expect("views")),
            mail: Mail::Outbox(outbox.clone()),
            secret: "a secret that only tests know, long enough".into(),
            base_url: "http://training.example.org".into(),
            mail_from: "Prashikshan <training@example.org>".into(),
            letters: Letterhead::default(),
            language: Language::Hi,
            timezone: chrono_tz::Asia::Kolkata,
            limits: Limits::default(),
            bell: Arc::default(),
            visits: Arc::new(Visits::open(Instant::now())),
            trusted_proxies: Arc::from([]),
            throttle: Arc::new(governor::RateLimiter::keyed(quota)),
            hall_throttle: Arc::new(governor::RateLimiter::keyed(quota)),
            deliveries: Arc::new(tokio::sync::Semaphore::new(4)),
        };
        Self { site, outbox, _folder: folder }
    }

    fn on(now: &str, made: (Database, Option<Folder>)) -> Self {
        let stage = Self::bare(now, made);
        stage.organisation();
        stage
    }

    pub fn write<T>(&self, work: impl FnOnce(&mut Db, &Stamp) -> Result<T, Fault>) -> T {
        let stamp = self.site.stamp();
        self.site.write_here(|db| work(db, &stamp)).expect("a write")
    }

    pub fn try_write<T>(
        &self,
        work: impl FnOnce(&mut Db, &Stamp) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let stamp = self.site.stamp();
        self.site.write_here(|db| work(db, &stamp))
    }

    pub fn read<T>(&self, work: impl FnOnce(&mut Db) -> Result<T, Fault>) -> T {
        self.site.read_here(work).expect("a read")
    }

    /// UTC.
    pub fn clock_to(&self, now: &str) {
        self.site.clock.set(Moment::parse(now).expect("a moment"));
    }

    pub fn now(&self) -> Moment {
        self.site.now()
    }

    /// One turn of the ticker: plans, sends.
    pub async fn tick(&self) {
        prashikshan::letters::tick(&self.site).await.expect("a turn");
    }

    pub fn letters(&self) -> Vec<Posted> {
        self.outbox.lock().expect("outbox").clone()
    }

    pub fn clear_letters(&self) {
        self.outbox.lock().expect("outbox").clear();
    }

    fn organisation(&self) {
        self.write(|db, stamp| {
            let state = add_level(db, stamp, 1, "state", "प्रदेश", "State");
            let district = add_level(db, stamp, 2, "district", "जिला", "District");
            let block = add_level(db, stamp, 3, "block", "ब्लॉक", "Block");
            add_level(db, stamp, 4, "booth", "बूथ", "Booth");
            let mp = add_unit(db, stamp, "MP", state, None, "मध्य प्रांत", "Madhya Prant");
            let d1 = add_unit(db, stamp, "D1", district, Some(mp), "पूर्व जिला", "East district");
            let d2 = add_unit(db, stamp, "D2", district, Some(mp), "पश्चिम जिला", "West district");
            add_unit(db, stamp, "B11", block, Some(d1), "नदी ब्लॉक", "River block");
            add_unit(db, stamp, "B12", block, Some(d1), "पहाड़ ब्लॉक", "Hill block");
            add_unit(db, stamp, "B21", block, Some(d2), "वन ब्लॉक", "Forest block");
            Ok(())
        });
        for (name, unit, role) in [
            ("State Admin", "MP", Role::Admin),
            ("District Admin", "D1", Role::Admin),
            ("Other Admin", "D2", Role::Admin),
            ("Trainer One", "D1", Role::Trainer),
            ("Auditor One", "MP", Role::Auditor),
        ] {
            let person = self.person(name, unit);
            let unit = self.unit(unit);
            self.write(|db, stamp| access::grant(db, None, person, role, unit, None, stamp));
        }
    }

    /// A person of a unit, with the e-mail `first.last@example.org` and a phone.
    pub fn person(&self, name: &str, unit: &str) -> PersonId {
        let unit = self.unit(unit);
        self.write(|db, stamp| add_person(db, stamp, name, unit, true))
    }

    /// A person without an e-mail address.
    pub fn person_without_mail(&self, name: &str, unit: &str) -> PersonId {
        let unit = self.unit(unit);
        self.write(|db, stamp| add_person(db, stamp, name, unit, false))
    }

    pub fn reads_hindi(&self, person: PersonId) {
        self.write(|db, _| {
            let row = people::table.find(person);
            diesel::update(row).set(people::language.eq(Language::Hi)).execute(db)?;
            Ok(())
        });
    }

    pub fn unit(&self, code: &str) -> UnitId {
        self.read(|db| Ok(units::table.filter(units::code.eq(code)).select(units::id).first(db)?))
    }

    pub fn path(&self, code: &str) -> String {
        self.read(|db| {
            Ok(units::table.filter(units::code.eq(code)).select(units::path).first(db)?)
        })
    }

    pub fn person_named(&self, name: &str) -> PersonId {
        self.read(|db| {
            Ok(people::table.filter(people::name.eq(name)).select(people::id).first(db)?)
        })
    }

    pub fn actor(&self, name: &str) -> access::Actor {
        let person = self.person_named(name);
        self.read(|db| access::actor_of(db, person, self.now()))
    }

    pub fn sign_in(&self, person: PersonId) -> Client {
        let (token, _) = self.write(|db, stamp| access::open_visit(db, person, stamp));
        Client {
            site: self.site.clone(),
            person: Some(person),
            visit: Some(token),
            bearer: None,
            lang: "en",
            jar: None,
            app: Rc::default(),
        }
    }

    /// Nobody in particular.
    pub fn nobody(&self) -> Client {
        Client {
            site: self.site.clone(),
            person: None,
            visit: None,
            bearer: None,
            lang: "en",
            jar: None,
            app: Rc::default(),
        }
    }

    pub fn admin(&self) -> Client {
        self.sign_in(self.person_named("State Admin"))
    }

    pub fn district_admin(&self) -> Client {
        self.sign_in(self.person_named("District Admin"))
    }

    /// Admin of the other district, D2.
    pub fn other_admin(&self) -> Client {
        self.sign_in(self.person_named("Other Admin"))
    }

    pub fn trainer(&self) -> Client {
        self.sign_in(self.person_named("Trainer One"))
    }

    pub fn auditor(&self) -> Client {
        self.sign_in(self.person_named("Auditor One"))
    }

    pub fn newcomer(&self, name: &str, unit: &str) -> Client {
        let person = self.person(name, unit);
        self.sign_in(person)
    }
}

/// A browser or a program at the door.
#[derive(Clone)]
pub struct Client {
    site: Site,
    pub person: Option<PersonId>,
    visit: Option<String>,
    bearer: Option<String>,
    lang: &'static str,
    /// What this browser keeps, when it keeps anything.
    jar: Option<Arc<Mutex<BTreeMap<String, String>>>>,
    app: Rc<RefCell<Option<App>>>,
}

type App = Rc<dyn Fn(test::TestRequest) -> Pin<Box<dyn Future<Output = ServiceResponse>>>>;

impl Client {
    pub fn in_hindi(mut self) -> Self {
        self.lang = "hi";
        self
    }

    /// With a phone of its own that keeps cookies.
    pub fn on_a_phone(mut self) -> Self {
        self.jar = Some(Arc::default());
        self
    }

    /// Somebody else takes this phone in the hand.
    pub fn handed_to(&self, other: &Self) -> Self {
        Self { jar: self.jar.clone(), ..other.clone() }
    }

    fn kept(&self, name: &str) -> Option<String> {
        self.jar.as_ref()?.lock().expect("a jar").get(name).cloned()
    }

    fn form_token(&self) -> String {
        let held = self.visit.clone().or_else(|| self.kept("helper"));
        let held = held.or_else(|| self.kept("browser"));
        held.map(|h| ids::seal(&self.site.secret, "form", &h)).unwrap_or_default()
    }

    /// The same person by an API token.
    pub fn by_token(mut self) -> Self {
        let stamp = self.site.stamp();
        let person = self.person.expect("a person");
        let token = self
            .site
            .write_here(|db| access::make_token(db, person, "test", 30, &stamp))
            .expect("a token");
        self.bearer = Some(token);
        self.visit = None;
        self
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], None, Body::None).await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let mut out = url::form_urlencoded::Serializer::new(String::new());
        out.append_pair("_token", &self.form_token());
        for (name, value) in form {
            out.append_pair(name, value);
        }
        self.send(Method::POST, path, &[], None, Body::Form(out.finish())).await
    }

    /// A form with a file in it, as a browser without scripts sends it.
    pub async fn post_file(&self, path: &str, field: &str, text: &str) -> Answer {
        let part = |head: String, text: &str| {
            format!("--x1\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n")
        };
        let token = part("name=\"_token\"".to_owned(), &self.form_token());
        let file = part(format!("name=\"{field}\"; filename=\"marks.json\""), text);
        let body = format!("{token}{file}--x1--\r\n");
        self.send(Method::POST, path, &[], None, Body::Parts(body)).await
    }

    /// As the roll call's script sends it.
    pub async fn post_json(&self, path: &str, body: serde_json::Value) -> Answer {
        let token = self.form_token();
        let headers = [("accept", "application/json"), ("x-form-token", token.as_str())];
        self.send(Method::POST, path, &headers, None, Body::Json(body.to_string())).await
    }

    /// A form whose answer is asked for as JSON.
    pub async fn post_for_json(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let mut out = url::form_urlencoded::Serializer::new(String::new());
        out.append_pair("_token", &self.form_token());
        for (name, value) in form {
            out.append_pair(name, value);
        }
        let accept = [("accept", "application/json")];
        self.send(Method::POST, path, &accept, None, Body::Form(out.finish())).await
    }

    /// Without the token of its form.
    pub async fn post_without_token(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let mut out = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in form {
            out.append_pair(name, value);
        }
        self.send(Method::POST, path, &[], None, Body::Form(out.finish())).await
    }

    pub async fn api_get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], None, Body::None).await
    }

    pub async fn api_post(&self, path: &str, body: serde_json::Value) -> Answer {
        self.send(Method::POST, path, &[], None, Body::Json(body.to_string())).await
    }

    pub async fn api_post_once(&self, path: &str, key: &str, body: serde_json::Value) -> Answer {
        let headers = [("idempotency-key", key)];
        self.send(Method::POST, path, &headers, None, Body::Json(body.to_string())).await
    }

    pub async fn api_patch(&self, path: &str, body: serde_json::Value) -> Answer {
        self.send(Method::PATCH, path, &[], None, Body::Json(body.to_string())).await
    }

    /// A body that `json!` cannot say.
    pub async fn api_raw(&self, method: &str, path: &str, body: &str) -> Answer {
        let method = method.parse().expect("a method");
        self.send(method, path, &[], None, Body::Json(body.to_owned())).await
    }

    /// The house at this client's door, built once: that costs more than most requests.
    async fn app(&self) -> App {
        if let Some(app) = self.app.borrow().as_ref() {
            return app.clone();
        }
        let service = test::init_service(
            actix_web::App::new()
                .app_data(Data::new(self.site.clone()))
                .wrap(from_fn(web::remember_language))
                .wrap(from_fn(web::envelope))
                .configure(routes::all),
        )
        .await;
        let service = Rc::new(service);
        let app: App = Rc::new(move |request| {
            let service = service.clone();
            Box::pin(async move {
                test::call_service(&*service, request.to_request()).await.map_into_boxed_body()
            })
        });
        *self.app.borrow_mut() = Some(app.clone());
        app
    }

    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        cookie: Option<(&str, &str)>,
        body: Body,
    ) -> Answer {
        let app = self.app().await;
        // As a browser sends it: what is not plain ASCII goes percent-encoded.
        let address: String =
            path.bytes()
                .map(|b| {
                    if b.is_ascii_graphic() {
                        char::from(b).to_string()
                    } else {
                        format!("%{b:02X}")
                    }
                })
                .collect();
        let mut request = test::TestRequest::with_uri(&address)
            .method(method)
            .cookie(Cookie::new("lang", self.lang));
        if let Some(visit) = &self.visit {
            request = request.cookie(Cookie::new("visit", visit.clone()));
            request = request
                .insert_header(("x-form-token", ids::seal(&self.site.secret, "form", visit)));
        }
        if let Some(bearer) = &self.bearer {
            request = request.insert_header((header::AUTHORIZATION, format!("Bearer {bearer}")));
        }
        for (name, value) in headers {
            request = request.insert_header((*name, *value));
        }
        if let Some(jar) = &self.jar {
            for (name, value) in jar.lock().expect("a jar").iter() {
                request = request.cookie(Cookie::new(name.clone(), value.clone()));
            }
        }
        if let Some((name, value)) = cookie {
            request = request.cookie(Cookie::new(name.to_owned(), value.to_owned()));
        }
        request = match body {
            Body::None => request,
            Body::Form(text) => request
                .insert_header((header::CONTENT_TYPE, "application/x-www-form-urlencoded"))
                .set_payload(text),
            Body::Parts(text) => request
                .insert_header((header::CONTENT_TYPE, "multipart/form-data; boundary=x1"))
                .set_payload(text),
            Body::Json(text) => {
                request.insert_header((header::CONTENT_TYPE, "application/json")).set_payload(text)
            }
        };
        let response = app(request).await;
        let status = response.status().as_u16();
        if let Some(jar) = &self.jar {
            let mut jar = jar.lock().expect("a jar");
            for cookie in response.response().cookies() {
                jar.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
        let headers: Vec<(String, String)> = response
            .headers()
            .iter()
            .map(|(n, v)| (n.to_string(), String::from_utf8_lossy(v.as_bytes()).into_owned()))
            .collect();
        let body = to_bytes(response.into_body()).await.expect("a body");
        Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }
}

pub enum Body {
    None,
    Form(String),
    /// With a file: parts between the boundary `x1`.
    Parts(String),
    Json(String),
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    pub fn location(&self) -> &str {
        self.header("location").unwrap_or_default()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }

    /// The words of the page: tags stripped, blanks folded.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let mut inside = false;
        for c in self.body.chars() {
            match c {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    out.push(' ');
                }
                c if !inside => out.push(c),
                _ => {}
            }
        }
        let out = out.replace("&amp;", "&").replace("&#x27;", "'").replace("&quot;", "\"");
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Fails with the page's words when the status is another.
    pub fn must_be(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    pub fn says(self, words: &str) -> Self {
        assert!(self.text().contains(words), "{words:?} is not in: {}", self.text());
        self
    }
}

fn add_level(db: &mut Db, stamp: &Stamp, ordinal: i32, code: &str, hi: &str, en: &str) -> LevelId {
    let id = LevelId(stamp.id());
    diesel::insert_into(levels::table)
        .values((
            levels::id.eq(id),
            levels::code.eq(code),
            levels::ordinal.eq(ordinal),
            levels::name_hi.eq(hi),
            levels::name_en.eq(en),
            levels::electoral.eq(false),
        ))
        .execute(db)
        .expect("a level");
    id
}

fn add_unit(
    db: &mut Db,
    stamp: &Stamp,
    code: &str,
    level: LevelId,
    parent: Option<UnitId>,
    hi: &str,
    en: &str,
) -> UnitId {
    let id = UnitId(stamp.id());
    let above: String = match parent {
        Some(parent) => units::table.find(parent).select(units::path).first(db).expect("a parent"),
        None => String::new(),
    };
    diesel::insert_into(units::table)
        .values((
            units::id.eq(id),
            units::code.eq(code),
            units::level_id.eq(level),
            units::parent_id.eq(parent),
            units::path.eq(format!("{above}{:019}", id.0)),
            units::name_hi.eq(hi),
            units::name_en.eq(en),
            units::folded.eq(search::fold_all([hi, en])),
            units::created_at.eq(stamp.now),
            units::updated_at.eq(stamp.now),
        ))
        .execute(db)
        .expect("a unit");
    id
}

fn add_person(
    db: &mut Db,
    stamp: &Stamp,
    name: &str,
    unit: UnitId,
    mail: bool,
) -> Result<PersonId, Fault> {
    let id = PersonId(stamp.id());
    let folded = search::fold(name);
    diesel::insert_into(people::table)
        .values((
            people::id.eq(id),
            people::unit_id.eq(unit),
            people::name.eq(name),
            people::folded.eq(&folded),
            people::language.eq(Language::En),
            people::created_at.eq(stamp.now),
            people::updated_at.eq(stamp.now),
        ))
        .execute(db)?;
    for word in folded.split_whitespace() {
        diesel::insert_into(name_words::table)
            .values((name_words::word.eq(word), name_words::person_id.eq(id)))
            .execute(db)?;
    }
    diesel::insert_into(phones::table)
        .values((
            phones::id.eq(stamp.id()),
            phones::person_id.eq(id),
            phones::position.eq(0),
            phones::number.eq(format!("+9198{:08}", id.0 % 100_000_000)),
        ))
        .execute(db)?;
    if mail {
        let address = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
        diesel::insert_into(emails::table)
            .values((
                emails::id.eq(stamp.id()),
                emails::person_id.eq(id),
                emails::position.eq(0),
                emails::address.eq(&address),
                emails::folded.eq(&address),
            ))
            .execute(db)?;
    }
    Ok(id)
}

/// What the caller of the suite wishes.
#[expect(clippy::disallowed_methods, reason = "as for the switch below")]
pub fn wish(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A migrated, empty database: in memory, in a file, or on the server of TEST_DATABASE_URL.
fn fresh(on_disk: bool) -> (Database, Option<Folder>) {
    #[expect(clippy::disallowed_methods, reason = "the one switch of the whole suite")]
    let server = std::env::var("TEST_DATABASE_URL").ok();
    match server {
        Some(server) => (postgres(&server), None),
        None if on_disk => {
            let name =
                format!("prashikshan-{}-{}", std::process::id(), Ids::from_machine().secret());
            let folder = std::env::temp_dir().join(name);
            std::fs::create_dir_all(&folder).expect("a folder");
            let path = folder.join("test.db");
            let database =
                Database::open(Address::Sqlite(path.display().to_string())).expect("a database");
            database.migrate().expect("migrations");
            (database, Some(Folder(folder)))
        }
        None => {
            let database =
                Database::open(Address::Sqlite(":memory:".to_owned())).expect("a database");
            database.migrate().expect("migrations");
            (database, None)
        }
    }
}

/// One database for each story, copied from a template that the first story of a schema makes.
fn postgres(server: &str) -> Database {
    use diesel::connection::SimpleConnection;
    let template = format!("prashikshan_template_{}", &ids::hash(&every_step())[..12]);
    let name = format!("story_{}", ids::hash(&Ids::from_machine().secret())[..20].to_owned());
    let mut db = diesel::PgConnection::establish(server)
        .expect("the PostgreSQL server of TEST_DATABASE_URL");
    let at = |database: &str| {
        let (head, _) = server.rsplit_once('/').expect("a database name in TEST_DATABASE_URL");
        format!("{head}/{database}")
    };
    db.batch_execute("select pg_advisory_lock(77)").expect("a lock");
    let there: i64 = diesel::sql_query(format!(
        "select count(*) as n from pg_database where datname = '{template}'"
    ))
    .get_result::<Count>(&mut db)
    .expect("a count")
    .n;
    if there == 0 {
        db.batch_execute(&format!("create database {template}")).expect("a template");
        let made = Database::open(Address::Postgres(at(&template))).expect("a database");
        made.migrate().expect("migrations");
        drop(made);
        // The pool closes its connections in its own time; a template must have none.
        let close = format!(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{template}'"
        );
        db.batch_execute(&close).expect("no connections");
    }
    let copy = format!("create database {name} template {template} strategy file_copy");
    let mut made = db.batch_execute(&copy);
    for _ in 0..50 {
        if made.is_ok() {
            break;
        }
        made = db.batch_execute(&copy);
    }
    made.expect("a database for the story");
    db.batch_execute("select pg_advisory_unlock(77)").expect("unlock");
    Database::open(Address::Postgres(at(&name))).expect("a database")
}

/// The text of every migration, in order: a template is good for just these.
fn every_step() -> String {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut steps: Vec<_> = ["migrations", "migrations_postgres"]
        .into_iter()
        .flat_map(|folder| std::fs::read_dir(here.join(folder)).expect("migrations"))
        .map(|step| step.expect("a step").path().join("up.sql"))
        .filter(|up| up.exists())
        .collect();
    steps.sort();
    steps.iter().map(|up| std::fs::read_to_string(up).expect("a step")).collect()
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}
