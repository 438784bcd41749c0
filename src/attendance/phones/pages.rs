//! What a phone asks for: rosters, the empty pages it shows without a network, where it sends.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::access::door::{self, Answer, Form, Json, Visitor};
use crate::attendance::api::TakenView;
use crate::attendance::check_in::rules as codes;
use crate::attendance::pages::{self as roll, Said};
use crate::attendance::{self, store};
use crate::attendance::{badges, phones};
use crate::kit::clock::Moment;
use crate::kit::fault::{Fault, Fields};
use crate::kit::ids::{PersonId, SessionId};
use crate::kit::site::Site;
use crate::kit::view::NOBODY;
use crate::kit::web;

/// What the hall's code is made of without a network; milliseconds since 1970.
#[derive(Serialize)]
struct Hall {
    secret: String,
    address: String,
    opens: i64,
    ends: i64,
}

/// Nothing but what the roll needs: number, name, unit; no phone, no address (trust: decided 1).
#[derive(Serialize)]
struct Bundle {
    session: SessionId,
    /// Whose marks the phone's are.
    owner: String,
    title: String,
    when: String,
    place: Option<String>,
    starts_at: Moment,
    ends_at: Moment,
    opens_at: Moment,
    /// Whoever comes after this is late.
    late_from: Moment,
    revision: i32,
    people: Vec<Member>,
    /// From two days before.
    hall: Option<Hall>,
    /// The hashes of the badges that were lost.
    revoked: Vec<String>,
    /// With this the scanner can tell a badge of ours that is not on the list from a forged one.
    badge_key: String,
    now: Moment,
}

#[derive(Serialize)]
struct Member {
    n: usize,
    id: PersonId,
    name: String,
    unit: String,
    /// The folded name: found in either script.
    find: String,
    status: String,
    /// The hash of the good badge, and the number that is typed instead.
    badge: String,
    typed: String,
}

/// A session's roster for the phone.
pub async fn bundle(visitor: Visitor, session: Path<SessionId>) -> Answer {
    let (said, site) = (Said::of(&visitor), visitor.site.clone());
    let nobody = visitor.say("people-erased");
    let bundle = visitor
        .see(move |db, actor| {
            let (session, roster) = attendance::roster(db, actor, *session)?;
            let (facts, _) = roll::facts(db, &session, &said)?;
            let people: Vec<PersonId> = roster.iter().map(|e| e.person).collect();
            let known = badges::known(db, &site.secret, &people)?;
            let member = |(n, (e, mark)): (usize, (store::Expected, badges::Mark))| Member {
                n,
                id: e.person,
                name: match e.name.as_str() {
                    NOBODY => nobody.clone(),
                    _ => e.name,
                },
                unit: said.pick(e.unit_hi, e.unit_en),
                find: e.folded,
                status: e.status.map_or_else(String::new, |s| s.word().to_owned()),
                badge: mark.hash,
                typed: mark.typed,
            };
            let near = codes::is_near(&session.state, session.starts_at, session.ends_at, said.now);
            let hall = near.then(|| Hall {
                secret: codes::secret_of(&site.secret, session.id),
                address: format!("{}/check-in/", site.base_url),
                opens: codes::opens_at(session.starts_at).micros() / 1_000,
                ends: session.ends_at.micros() / 1_000,
            });
            Ok(Bundle {
                hall,
                session: session.id,
                owner: actor.hand(),
                title: if facts.modules.is_empty() { facts.title } else { facts.modules },
                when: facts.when,
                place: facts.venue,
                starts_at: session.starts_at,
                ends_at: session.ends_at,
                opens_at: crate::attendance::rules::opens_at(session.starts_at),
                late_from: codes::late_from(session.starts_at),
                revision: facts.revision,
                people: (1..).zip(roster.into_iter().zip(known.marks)).map(member).collect(),
                revoked: known.revoked,
                badge_key: known.key,
                now: said.now,
            })
        })
        .await?;
    door::json(200, &bundle)
}

/// Who is signed in, what time it is here, and the token that sending needs.
pub async fn state(visitor: Visitor) -> Answer {
    let now = visitor.site.now();
    let person = visitor.see(|_, actor| Ok(actor.hand())).await?;
    door::json(200, &json!({ "person": person, "now": now, "token": visitor.form_token() }))
}

/// The same, of whoever helps at a session.
pub async fn helper_state(visitor: Visitor, session: Path<SessionId>) -> Answer {
    let now = visitor.site.now();
    let person = visitor
        .see(move |db, actor| attendance::session_for(db, actor, *session).map(|_| actor.hand()))
        .await?;
    door::json(200, &json!({ "person": person, "now": now, "token": visitor.form_token() }))
}

/// What a phone sends: one answer for each, in the same order.
pub async fn take(visitor: Visitor, session: Path<SessionId>, json: Json<Vec<Value>>) -> Answer {
    let _turn = visitor.site.turn()?;
    let operations = phones::read(json.body);
    let taken = visitor
        .act(move |db, actor, stamp| phones::take(db, actor, *session, &operations, stamp))
        .await?;
    door::json(200, &taken.into_iter().map(TakenView::from).collect::<Vec<_>>())
}

// --- Empty pages that a phone keeps ----------------------------------------------------------------

pub async fn offline(visitor: Visitor) -> Answer {
    visitor.public(200, "attendance/offline.html", &Fields::default(), &json!({}))
}

pub async fn offline_roll(visitor: Visitor) -> Answer {
    let counts: BTreeMap<&str, usize> =
        ["present", "late", "partial", "excused", "absent", "unmarked"].map(|w| (w, 0)).into();
    let content = json!({
        "shell": true, "people": [], "counts": counts, "closed": null, "finished": null,
        "late": false, "differing": [], "appeals": [], "apologies": 0, "walk_ins": [], "path": "",
        "session": { "id": "", "title": "", "modules": "", "when": "", "venue": null, "unit": "" },
    });
    visitor.public(200, "attendance/roll_call.html", &Fields::default(), &content)
}

pub async fn offline_scanner(visitor: Visitor) -> Answer {
    let content = json!({
        "shell": true, "closed": null, "path": "", "title": "", "when": "", "opens": "",
        "draft": { "code": "" },
    });
    visitor.public(200, "attendance/scanner.html", &Fields::default(), &content)
}

pub async fn offline_hall(visitor: Visitor) -> Answer {
    let content = json!({
        "shell": true, "path": "", "shut": null, "early": false, "qr": null, "typed": "", "secret": "",
        "address": "", "opens_at": 0, "ends_at": 0, "present": "–", "expected": "–", "doubts": [], "refresh": 15,
        "session": { "id": "", "title": "", "modules": "", "when": "", "venue": null, "opens": "" },
    });
    visitor.public(200, "attendance/hall.html", &Fields::default(), &content)
}

pub async fn offline_badge(visitor: Visitor) -> Answer {
    let content = json!({
        "shell": true, "person_url": null, "revoke_url": null, "draft": { "reason": "" },
        "card": { "name": "", "relation": null, "unit": "", "typed": "", "qr": { "size": 1, "path": "" } },
    });
    visitor.public(200, "attendance/badge.html", &Fields::default(), &content)
}

pub async fn offline_sync(visitor: Visitor) -> Answer {
    let content = json!({ "shell": true, "results": [], "file": "", "reasons": json!(reasons(&visitor)).to_string() });
    visitor.public(200, "attendance/sync.html", &Fields::default(), &content)
}

/// The worker, with the version of everything it keeps in it: another build is another worker.
pub async fn service_worker(site: Data<Site>) -> Answer {
    let text = web::text_of("service-worker.js").ok_or(Fault::NotFound)?;
    let version = web::version_of_assets(&site);
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .content_type("text/javascript; charset=utf-8")
        .body(text.replace("__VERSION__", &version)))
}

pub async fn manifest(visitor: Visitor) -> Answer {
    let manifest = json!({
        "id": "/", "start_url": "/today", "scope": "/", "display": "minimal-ui",
        "lang": visitor.language, "name": visitor.say("app-name"),
        "short_name": visitor.say("app-name"), "background_color": "#ffffff",
        "theme_color": "#0b5563",
        "icons": [{ "src": "/static/icon.svg", "sizes": "any", "type": "image/svg+xml" }],
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .content_type("application/manifest+json")
        .body(manifest.to_string()))
}

// --- /sync -----------------------------------------------------------------------------------------

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Handed {
    /// Pasted.
    file: String,
    /// Chosen.
    upload: String,
}

#[derive(Serialize)]
struct SyncPage {
    shell: bool,
    file: String,
    results: Vec<SessionResult>,
    /// Why the server does not take a mark, in words, for the script: JSON.
    reasons: String,
}

#[derive(Clone, Serialize)]
struct SessionResult {
    session: SessionId,
    kept: usize,
    repeated: usize,
    /// (reason in words, how many).
    rejected: Vec<(String, usize)>,
}

/// Each reason for which the server did not take a mark, in words.
pub fn reasons(visitor: &Visitor) -> BTreeMap<&'static str, String> {
    use crate::attendance::rules::Reason;
    let words = Reason::ALL.iter().map(|r| r.word()).chain(["no-right", "pass-ended"]);
    words.map(|w| (w, visitor.say(&format!("attendance-rejected-{w}")))).collect()
}

fn sync_page(visitor: &Visitor, file: String, results: Vec<SessionResult>) -> SyncPage {
    SyncPage { shell: false, file, results, reasons: json!(reasons(visitor)).to_string() }
}

pub async fn sync(visitor: Visitor) -> Answer {
    let page = sync_page(&visitor, String::new(), vec![]);
    visitor.page("attendance/sync.html", move |_, _| Ok(page)).await
}

/// Takes a file from this phone or another.
pub async fn hand_in(visitor: Visitor, form: Form<Handed>) -> Answer {
    let Handed { file, upload } = form.0;
    let text = if upload.trim().is_empty() { file } else { upload };
    let typed = text.clone();
    let handed =
        visitor.act(move |db, actor, stamp| phones::take_file(db, actor, &text, stamp)).await;
    match handed {
        Ok(all) => {
            let words = reasons(&visitor);
            let results = all.into_iter().map(|(session, taken)| told(session, taken, &words));
            let page = sync_page(&visitor, String::new(), results.collect());
            visitor.page("attendance/sync.html", move |_, _| Ok(page)).await
        }
        Err(fault) => {
            let page = sync_page(&visitor, typed, vec![]);
            visitor.again(fault, "attendance/sync.html", move |_, _| Ok(page)).await
        }
    }
}

fn told(
    session: SessionId,
    taken: Result<Vec<attendance::Taken>, &'static str>,
    words: &BTreeMap<&'static str, String>,
) -> SessionResult {
    use crate::attendance::rules::Outcome;
    let word = |code: &str| words.get(code).cloned().unwrap_or_default();
    let taken = match taken {
        Ok(taken) => taken,
        Err(code) => {
            let rejected = vec![(word(code), 0)];
            return SessionResult { session, kept: 0, repeated: 0, rejected };
        }
    };
    let count =
        |outcomes: &[Outcome]| taken.iter().filter(|t| outcomes.contains(&t.outcome)).count();
    let mut rejected: BTreeMap<&str, usize> = BTreeMap::new();
    for reason in taken.iter().filter_map(|t| t.reason) {
        *rejected.entry(reason.word()).or_default() += 1;
    }
    SessionResult {
        session,
        kept: count(&[Outcome::Created, Outcome::Superseded]),
        repeated: count(&[Outcome::Duplicate]),
        rejected: rejected.into_iter().map(|(code, n)| (word(code), n)).collect(),
    }
}
