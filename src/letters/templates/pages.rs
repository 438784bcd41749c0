//! `/templates`: what letters say in this house's own words.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n;
use crate::kit::mail::Draft;
use crate::kit::web;
use crate::letters::say::Say;
use crate::letters::templates::rules::{Case, OwnText, Placeholder, TextDraft};
use crate::letters::templates::store::{self, Version};
use crate::letters::templates::{self, Readers, Shipped};

#[derive(Serialize)]
struct List {
    groups: Vec<Group>,
}

/// The cases of one kind.
#[derive(Serialize)]
struct Group {
    title: String,
    lines: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    url: String,
    name: String,
    /// In the other language.
    name_other: String,
    is_own: bool,
    since: Option<String>,
    by: Option<String>,
}

fn name_of(say: &Say, case: Case) -> String {
    say.text(&format!("templates-case-{case}"))
}

fn name_in_other(say: &Say, case: Case) -> String {
    let other = match say.language {
        Language::Hi => Language::En,
        Language::En => Language::Hi,
    };
    say.site.texts().say(other, &format!("templates-case-{case}"))
}

fn since(say: &Say, version: &Version) -> String {
    i18n::instant(say.language, version.at, say.zone())
}

pub async fn list(visitor: Visitor) -> Answer {
    let say = Say::of(&visitor);
    visitor.page("letters/templates.html", move |db, actor| listed(db, actor, &say)).await
}

fn listed(db: &mut Db, actor: &Actor, say: &Say) -> Result<List, Fault> {
    templates::must(actor)?;
    let newest = store::newest(db)?;
    let mut groups: Vec<Group> = vec![];
    for case in Case::ALL {
        let version = newest.get(case);
        let line = Line {
            url: format!("/templates/{case}"),
            name: name_of(say, *case),
            name_other: name_in_other(say, *case),
            is_own: version.is_some_and(|v| !v.text.is_shipped()),
            since: version.map(|v| since(say, v)),
            by: version.map(|v| v.by.clone()),
        };
        let title = say.text(&format!("post-kind-{}", case.kind()));
        match groups.last_mut() {
            Some(group) if group.title == title => group.lines.push(line),
            _ => groups.push(Group { title, lines: vec![line] }),
        }
    }
    Ok(List { groups })
}

#[derive(Serialize)]
struct Sheet {
    name: String,
    url: String,
    is_own: bool,
    is_neutral: bool,
    /// What each placeholder is: (as written, what it becomes).
    placeholders: Vec<(String, String)>,
    readers: Vec<(String, String)>,
    draft: TextDraft,
    looks: Vec<Look>,
    versions: Vec<Past>,
    /// Where a trial has just gone.
    sent_to: Option<String>,
}

/// A letter as a reader would get it.
#[derive(Serialize)]
struct Look {
    language: Language,
    subject: String,
    text: String,
}

#[derive(Serialize)]
struct Past {
    url: String,
    number: i32,
    what: String,
    since: String,
    by: String,
}

pub async fn edit(visitor: Visitor, letter: Path<String>) -> Answer {
    let case = case_of(&letter)?;
    let say = Say::of(&visitor);
    visitor
        .page("letters/template.html", move |db, actor| sheet(db, actor, &say, case, None, vec![]))
        .await
}

fn case_of(letter: &str) -> Result<Case, Fault> {
    Case::parse(letter).ok_or(Fault::NotFound)
}

/// With what was typed, or with what holds now.
fn sheet(
    db: &mut Db,
    actor: &Actor,
    say: &Say,
    case: Case,
    typed: Option<TextDraft>,
    looks: Vec<(Language, Draft)>,
) -> Result<Sheet, Fault> {
    templates::must(actor)?;
    let site = &say.site;
    let versions = store::versions(db, case)?;
    let now = versions.first();
    let number = now.map_or(0, |v| v.number);
    let Shipped { hi, en } = templates::shipped(site, case)?;
    let text = now.map(|v| v.text.clone()).unwrap_or_default();
    let draft = match typed {
        Some(typed) => typed,
        None => TextDraft::of(hi.under(&text.hi), en.under(&text.en), number),
    };
    let invented = (String::new(), say.text("templates-invented"));
    let readers = Readers::of(db, actor, site, case)?;
    let readers = readers.choices().map(|(letter, name)| {
        let due = i18n::day_and_clock(say.language, letter.due_at, site.timezone);
        (letter.id.to_string(), format!("{name} – {due}"))
    });
    let explained = |p: Placeholder| (format!("{{{p}}}"), say.text(&format!("templates-what-{p}")));
    Ok(Sheet {
        name: name_of(say, case),
        url: format!("/templates/{case}"),
        is_own: !text.is_shipped(),
        is_neutral: site.letters.neutral,
        placeholders: case.placeholders().into_iter().map(explained).collect(),
        readers: std::iter::once(invented).chain(readers).collect(),
        draft,
        looks: looks
            .into_iter()
            .map(|(language, d)| Look { language, subject: d.subject, text: d.text })
            .collect(),
        versions: versions.iter().map(|v| past(say, case, v)).collect(),
        sent_to: None,
    })
}

fn past(say: &Say, case: Case, version: &Version) -> Past {
    let what = match version.copy_of {
        Some(0) => say.text("templates-version-shipped"),
        Some(number) => {
            let args = [("number", number.to_string())];
            say.site.texts().say_with(say.language, "templates-version-copy", &args)
        }
        None => say.text("templates-version-own"),
    };
    Past {
        url: format!("/templates/{case}/versions/{}", version.number),
        number: version.number,
        what,
        since: since(say, version),
        by: version.by.clone(),
    }
}

async fn again(visitor: &Visitor, fault: Fault, case: Case, typed: TextDraft) -> Answer {
    let say = Say::of(visitor);
    // Whoever is told of somebody else's version may save after it; nobody else is moved on.
    let is_told = matches!(fault, Fault::Conflict(_));
    let page = move |db: &mut Db, actor: &Actor| {
        let mut sheet = sheet(db, actor, &say, case, Some(typed), vec![])?;
        if is_told {
            sheet.draft.seen = sheet.versions.first().map_or(0, |v| v.number).to_string();
        }
        Ok(sheet)
    };
    visitor.again(fault, "letters/template.html", page).await
}

pub async fn write(visitor: Visitor, letter: Path<String>, form: Form<TextDraft>) -> Answer {
    let case = case_of(&letter)?;
    let (draft, typed, say) = (form.0.clone(), form.0, Say::of(&visitor));
    let wrote = visitor
        .act(move |db, actor, stamp| templates::write(db, actor, &say.site, case, &draft, stamp));
    match wrote.await {
        Ok(true) => Ok(done(&format!("/templates/{case}"), "template-saved")),
        Ok(false) => Ok(done(&format!("/templates/{case}"), "template-same")),
        Err(fault) => again(&visitor, fault, case, typed).await,
    }
}

/// Nothing is written: the form stands again with what was typed, the letters beneath it.
pub async fn look(visitor: Visitor, letter: Path<String>, form: Form<TextDraft>) -> Answer {
    let case = case_of(&letter)?;
    let typed = form.0;
    match looked(&visitor, case, &typed).await {
        Ok(looks) => {
            let say = Say::of(&visitor);
            visitor
                .page("letters/template.html", move |db, actor| {
                    sheet(db, actor, &say, case, Some(typed), looks)
                })
                .await
        }
        Err(fault) => again(&visitor, fault, case, typed).await,
    }
}

async fn looked(
    visitor: &Visitor,
    case: Case,
    typed: &TextDraft,
) -> Result<Vec<(Language, Draft)>, Fault> {
    let (draft, say) = (typed.clone(), Say::of(visitor));
    visitor.see(move |db, actor| templates::look(db, actor, &say.site, case, &draft)).await
}

/// What a letter's own page may do: nothing but be seen.
const LETTER_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

/// The letter as a mail program with colours and buttons shows it.
pub async fn look_whole(
    visitor: Visitor,
    path: Path<(String, String)>,
    form: Form<TextDraft>,
) -> Answer {
    let (letter, language) = path.into_inner();
    let case = case_of(&letter)?;
    let language = Language::parse(&language).ok_or(Fault::NotFound)?;
    let typed = form.0;
    match looked(&visitor, case, &typed).await {
        Ok(looks) => {
            let found = looks.into_iter().find(|(said, _)| *said == language);
            let (_, draft) = found.ok_or(Fault::NotFound)?;
            let mut page: HttpResponse = web::html(200, draft.html);
            let policy = header::HeaderValue::from_static(LETTER_POLICY);
            page.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
            Ok(page)
        }
        Err(fault) => again(&visitor, fault, case, typed).await,
    }
}

pub async fn try_out(visitor: Visitor, letter: Path<String>, form: Form<TextDraft>) -> Answer {
    let case = case_of(&letter)?;
    let (draft, typed, say) = (form.0.clone(), form.0, Say::of(&visitor));
    // Nothing that was typed is lost: it need not be saved to be tried.
    let sent = visitor.act(move |db, actor, stamp| {
        templates::try_out(db, actor, &say.site, case, (&draft, say.language), stamp)
    });
    match sent.await {
        Ok(address) => {
            let say = Say::of(&visitor);
            let page = move |db: &mut Db, actor: &Actor| {
                let mut sheet = sheet(db, actor, &say, case, Some(typed), vec![])?;
                sheet.sent_to = Some(address);
                Ok(sheet)
            };
            visitor.page("letters/template.html", page).await
        }
        Err(fault) => again(&visitor, fault, case, typed).await,
    }
}

#[derive(Serialize)]
struct Show {
    name: String,
    url: String,
    letter_url: String,
    number: i32,
    past: Option<Past>,
    parts: Vec<Part>,
    /// The newest version, that a restored one follows.
    seen: i32,
    /// It is not what holds now.
    may_return: bool,
}

/// One of the six texts, now and in the version before.
#[derive(Serialize)]
struct Part {
    label: String,
    language: Language,
    text: String,
    /// Only when it was another one.
    before: Option<String>,
}

pub async fn version(visitor: Visitor, path: Path<(String, i32)>) -> Answer {
    let (letter, number) = path.into_inner();
    let case = case_of(&letter)?;
    let say = Say::of(&visitor);
    visitor
        .page("letters/template_version.html", move |db, actor| {
            shown(db, actor, &say, case, number)
        })
        .await
}

fn shown(db: &mut Db, actor: &Actor, say: &Say, case: Case, number: i32) -> Result<Show, Fault> {
    let (version, before) = templates::version(db, actor, case, number)?;
    let shipped = templates::shipped(&say.site, case)?;
    let text = version.as_ref().map(|v| v.text.clone()).unwrap_or_default();
    let newest = store::newest(db)?.remove(&case);
    let holds = newest.as_ref().map(|v| v.text.clone()).unwrap_or_default();
    Ok(Show {
        name: name_of(say, case),
        url: format!("/templates/{case}/versions/{number}"),
        letter_url: format!("/templates/{case}"),
        number,
        past: version.as_ref().map(|v| past(say, case, v)),
        parts: parts(say, &shipped, &text, &before),
        seen: newest.map_or(0, |v| v.number),
        may_return: text != holds,
    })
}

fn parts(say: &Say, shipped: &Shipped, text: &OwnText, before: &OwnText) -> Vec<Part> {
    let mut out = vec![];
    for (language, shipped) in [(Language::Hi, &shipped.hi), (Language::En, &shipped.en)] {
        let now = shipped.under(text.said_in(language));
        let old = shipped.under(before.said_in(language));
        let three = [
            ("subject", now.subject, old.subject),
            ("opening", now.opening, old.opening),
            ("closing", now.closing, old.closing),
        ];
        out.extend(three.map(|(name, text, old)| Part {
            label: say.text(&format!("templates-{name}-{language}")),
            language,
            before: (old != text).then_some(old),
            text,
        }));
    }
    out
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Seen {
    seen: String,
}

pub async fn put_back(visitor: Visitor, path: Path<(String, i32)>, form: Form<Seen>) -> Answer {
    let (letter, number) = path.into_inner();
    let case = case_of(&letter)?;
    let (seen, say) = (form.0.seen, Say::of(&visitor));
    let put = visitor
        .act(move |db, actor, stamp| templates::put_back(db, actor, case, number, &seen, stamp));
    match put.await {
        Ok(true) => Ok(done(&format!("/templates/{case}"), "template-returned")),
        Ok(false) => Ok(done(&format!("/templates/{case}"), "template-same")),
        Err(fault) => {
            let page = move |db: &mut Db, actor: &Actor| shown(db, actor, &say, case, number);
            visitor.again(fault, "letters/template_version.html", page).await
        }
    }
}
