//! People on pages: the list and its file, one person, the forms.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Bytes, Path, Query};
use futures_util::stream;
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::rules::{Reach, Right};
use crate::kit::clean;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n::{self, pick};
use crate::kit::ids::PersonId;
use crate::kit::page::{PageNumber, Paging};
use crate::kit::site::Stamp;
use crate::kit::tables;
use crate::people::offices;
use crate::people::offices::pages::{OfficeView, office_view};
use crate::people::rules::{Gender, Search};
use crate::people::store::{ConsentLine, EnrolmentLine, Person, Place, RoleLine};
use crate::people::{self, PersonDraft, PersonPatch, store};
use crate::post::bounces::{self, Trouble};
use crate::units;
use crate::units::pages::HistoryLine;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    q: String,
    unit: String,
    page: Option<u32>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NewQuery {
    unit: String,
}

#[derive(Serialize)]
struct List {
    q: String,
    unit: String,
    unit_name: Option<String>,
    people: Vec<Line>,
    paging: Paging,
    csv_url: String,
    new_url: Option<String>,
}

#[derive(Serialize)]
struct Line {
    id: PersonId,
    name: String,
    name_other: Option<String>,
    relation: Option<String>,
    unit: String,
    phone: Option<String>,
    previous_party: Option<String>,
    joined_on: Option<String>,
}

pub async fn list(visitor: Visitor, query: Query<ListQuery>) -> Answer {
    let (language, query) = (visitor.language, query.into_inner());
    visitor.page("people/list.html", move |db, actor| whole_list(db, actor, language, query)).await
}

fn whole_list(
    db: &mut Db,
    actor: &Actor,
    language: Language,
    query: ListQuery,
) -> Result<List, Fault> {
    let (reach, unit) = reach(db, actor, &query.unit)?;
    let q = clean::line(&query.q).unwrap_or_default();
    let page = PageNumber::of(query.page);
    let mut found = people::list(db, &reach, &q, page)?;
    let filters = [("q", q.as_str()), ("unit", query.unit.as_str())];
    let paging = Paging::cut(&mut found, page, "/people", &filters);
    let may_add = !actor.reach(Right::Manage).is_empty();
    Ok(List {
        csv_url: format!(
            "/people.csv{}",
            paging.base.trim_start_matches("/people").trim_end_matches('&')
        ),
        new_url: may_add.then(|| with_unit("/people/new", &query.unit)),
        unit_name: unit.map(|u| pick(language, &u.name_hi, &u.name_en).to_owned()),
        unit: query.unit,
        q,
        people: found.into_iter().map(|p| line(language, p)).collect(),
        paging,
    })
}

/// Whose people are listed: everybody's whom the actor may see, or those of one unit and below.
fn reach(db: &mut Db, actor: &Actor, unit: &str) -> Result<(Reach, Option<Place>), Fault> {
    let reach = actor.must_somewhere(Right::SeePeople)?;
    if unit.is_empty() {
        return Ok((reach, None));
    }
    let unit = store::unit_of_code(db, unit)?.ok_or(Fault::NotFound)?;
    if actor.may(Right::SeePeople, &unit.path) || !reach.within(&unit.path).is_empty() {
        return Ok((reach.within(&unit.path), Some(unit)));
    }
    Err(Fault::NotFound)
}

fn with_unit(path: &str, unit: &str) -> String {
    if unit.is_empty() {
        return path.to_owned();
    }
    let unit: String = url::form_urlencoded::byte_serialize(unit.as_bytes()).collect();
    format!("{path}?unit={unit}")
}

fn line(language: Language, p: store::Line) -> Line {
    Line {
        id: p.id,
        unit: pick(language, &p.unit_hi, &p.unit_en).to_owned(),
        phone: p.phone.as_deref().map(clean::phone_shown),
        joined_on: p.joined_on.map(|d| i18n::date_short_with_year(language, d)),
        name: p.name,
        name_other: p.name_other,
        relation: p.relation_name,
        previous_party: p.previous_party,
    }
}

/// Rows of one piece of the file: memory stays bounded however long the list is.
const ROWS_AT_ONCE: i64 = 2_000;

/// The list as a file, without an end of pages.
pub async fn csv(visitor: Visitor, query: Query<ListQuery>) -> Answer {
    let query = query.into_inner();
    let q = clean::line(&query.q).unwrap_or_default();
    let unit = query.unit;
    let (reach, head) = {
        let head = csv_head(&visitor);
        let reach = visitor.see(move |db, actor| Ok(reach(db, actor, &unit)?.0)).await?;
        (reach, head)
    };
    let search = Search::of(&q);
    // Excel takes a file for UTF-8 only when it begins with a byte order mark.
    let first = Some((format!("\u{FEFF}{head}"), Some(0)));
    let pieces = stream::unfold(first, move |step| {
        let (visitor, reach, search) = (visitor.clone(), reach.clone(), search.clone());
        async move {
            let (ready, next) = step?;
            if !ready.is_empty() {
                return Some((Ok(Bytes::from(ready)), Some((String::new(), next))));
            }
            let after = next?;
            match csv_piece(&visitor, reach, search, after).await {
                Ok((text, _)) if text.is_empty() => None,
                Ok((text, next)) => Some((Ok(Bytes::from(text)), Some((String::new(), next)))),
                Err(fault) => Some((Err(actix_web::Error::from(fault)), None)),
            }
        }
    });
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"people.csv\""))
        .streaming(pieces))
}

fn csv_head(visitor: &Visitor) -> String {
    let names = [
        "people-name",
        "people-name-other",
        "people-relation",
        "people-unit-code",
        "people-unit",
        "people-phones",
        "people-emails",
        "people-previous-party",
        "people-joined-on",
        "people-admitted-by",
        "people-constituency",
        "people-language",
        "people-gender",
        "people-reference",
    ];
    let names = names.map(|key| visitor.say(key));
    tables::csv_line(names.iter().map(String::as_str))
}

/// The rows after one person (by id), and the id to go on from.
async fn csv_piece(
    visitor: &Visitor,
    reach: Reach,
    search: Search,
    after: i64,
) -> Result<(String, Option<i64>), Fault> {
    let language = visitor.language;
    let rows = visitor
        .site
        .read(move |db| store::list_after(db, &reach, &search, after, ROWS_AT_ONCE))
        .await?;
    let next = rows.last().map(|p| p.id.0);
    Ok((rows.iter().map(|p| csv_row(language, p)).collect(), next))
}

fn csv_row(language: Language, p: &Person) -> String {
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    let phones: Vec<String> = p.phones.iter().map(|n| clean::phone_shown(n)).collect();
    let cells = [
        p.name.clone(),
        text(&p.name_other),
        text(&p.relation_name),
        p.unit_code.clone(),
        pick(language, &p.unit_hi, &p.unit_en).to_owned(),
        phones.join("; "),
        p.emails.join("; "),
        text(&p.previous_party),
        p.joined_on.map(|d| d.to_string()).unwrap_or_default(),
        text(&p.admitted_by),
        text(&p.seat_code),
        p.language.map(|l| l.to_string()).unwrap_or_default(),
        p.gender.map(|g| g.to_string()).unwrap_or_default(),
        text(&p.reference),
    ];
    tables::csv_line(cells.iter().map(String::as_str))
}

#[derive(Serialize)]
struct One {
    crumbs: Vec<(String, String)>,
    name: String,
    name_other: Option<String>,
    unit: String,
    unit_url: String,
    seat: Option<(String, String)>,
    phones: Vec<(String, String)>,
    emails: Vec<String>,
    facts: Vec<(String, String)>,
    enrolments: Vec<EnrolmentView>,
    offices: Vec<OfficeView>,
    roles: Vec<RoleView>,
    consents: Vec<ConsentView>,
    letters_url: String,
    history: Vec<HistoryLine>,
    edit_url: Option<String>,
    /// For whoever administers the whole tree.
    erasure_url: Option<String>,
    /// Addresses that letters came back from: what to do about each.
    troubles: Vec<TroubleView>,
    troubles_url: Option<String>,
}

#[derive(Serialize)]
struct TroubleView {
    address: String,
    said: String,
    last: String,
    returns: i64,
    is_blocked: bool,
}

#[derive(Serialize)]
struct EnrolmentView {
    url: String,
    batch: String,
    course: String,
    place_key: &'static str,
    percent: i32,
    standing_key: &'static str,
}

#[derive(Serialize)]
struct RoleView {
    role: String,
    unit: String,
    unit_url: String,
    until: Option<String>,
}

/// What a person agreed to.
#[derive(Serialize)]
struct ConsentView {
    channel: String,
    on: String,
    notice: String,
    batch: Option<String>,
    by: Option<String>,
}

pub async fn show(visitor: Visitor, id: Path<PersonId>) -> Answer {
    let v = visitor.clone();
    visitor
        .page("people/show.html", move |db, actor| {
            let person = people::person_for(db, actor, *id)?;
            one(db, actor, &v, person)
        })
        .await
}

fn one(db: &mut Db, actor: &Actor, visitor: &Visitor, p: Person) -> Result<One, Fault> {
    let language = visitor.language;
    let today = visitor.site.now().utc().date_naive();
    let enrolments = store::enrolments(db, p.id)?;
    let roles = store::roles(db, p.id, today)?;
    let offices = offices::store::offices_of_person(db, p.id)?;
    let consents = store::consents(db, p.id)?;
    let history = units::store::history(db, &format!("person/{}", p.id))?;
    let unit = pick(language, &p.unit_hi, &p.unit_en).to_owned();
    let troubles = bounces::troubles(db, p.id)?;
    Ok(One {
        crumbs: vec![
            (visitor.say("people-title"), "/people".to_owned()),
            (p.name.clone(), String::new()),
        ],
        facts: facts(visitor, &p),
        unit_url: units::rules::address(&p.unit_code),
        seat: p.seat_code.as_ref().map(|code| {
            let (hi, en) =
                (p.seat_hi.as_deref().unwrap_or(code), p.seat_en.as_deref().unwrap_or(code));
            (pick(language, hi, en).to_owned(), units::rules::address(code))
        }),
        phones: p.phones.iter().map(|n| (clean::phone_shown(n), format!("tel:{n}"))).collect(),
        enrolments: enrolments.into_iter().map(|e| enrolment_view(language, e)).collect(),
        offices: offices.into_iter().map(|o| office_view(visitor, true, o)).collect(),
        roles: roles.into_iter().map(|r| role_view(visitor, r)).collect(),
        consents: consents.into_iter().map(|c| consent_view(visitor, c)).collect(),
        letters_url: format!("/letters?person={}", p.id),
        history: history.into_iter().map(|h| units::pages::history_line(visitor, h)).collect(),
        edit_url: actor.may(Right::Manage, &p.path).then(|| format!("/people/{}/edit", p.id)),
        erasure_url: actor
            .reach(Right::Manage)
            .covers_tree_of(&p.path)
            .then(|| format!("/people/{}/erasure", p.id)),
        troubles: troubles.into_iter().map(|t| trouble_view(visitor, t)).collect(),
        troubles_url: actor
            .may(Right::Manage, &p.path)
            .then(|| format!("/people/{}/addresses", p.id)),
        unit,
        name: p.name,
        name_other: p.name_other,
        emails: p.emails,
    })
}

fn trouble_view(visitor: &Visitor, t: Trouble) -> TroubleView {
    TroubleView {
        last: i18n::instant(visitor.language, t.last_at, visitor.site.timezone),
        address: t.address,
        said: t.said,
        returns: t.returns,
        is_blocked: t.is_blocked,
    }
}

/// The address of the form.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddressForm {
    #[serde(default)]
    address: String,
}

pub async fn use_address_again(
    visitor: Visitor,
    id: Path<PersonId>,
    form: Form<AddressForm>,
) -> Answer {
    let (id, address) = (*id, form.0.address);
    let act = move |db: &mut Db, actor: &Actor, stamp: &Stamp| {
        people::person_for(db, actor, id)?;
        bounces::forgive(db, actor, id, &address, stamp)
    };
    match visitor.act(act).await {
        Ok(()) => Ok(done(&format!("/people/{id}"), "address-well")),
        Err(fault) => {
            let v = visitor.clone();
            let page = move |db: &mut Db, actor: &Actor| {
                let person = people::person_for(db, actor, id)?;
                one(db, actor, &v, person)
            };
            visitor.again(fault, "people/show.html", page).await
        }
    }
}

fn facts(visitor: &Visitor, p: &Person) -> Vec<(String, String)> {
    [
        ("people-relation", p.relation_name.clone()),
        ("people-previous-party", p.previous_party.clone()),
        ("people-joined-on", p.joined_on.map(|d| i18n::day(visitor.language, d))),
        ("people-admitted-by", p.admitted_by.clone()),
        ("people-language", p.language.map(|l| visitor.say(language_key(l)))),
        ("people-gender", p.gender.map(|g| visitor.say(gender_key(g)))),
        ("people-reference", p.reference.clone()),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some((visitor.say(key), value?)))
    .collect()
}

fn language_key(language: Language) -> &'static str {
    match language {
        Language::Hi => "people-language-hi",
        Language::En => "people-language-en",
    }
}

fn gender_key(gender: Gender) -> &'static str {
    match gender {
        Gender::Female => "people-gender-female",
        Gender::Male => "people-gender-male",
        Gender::Other => "people-gender-other",
    }
}

fn enrolment_view(language: Language, e: EnrolmentLine) -> EnrolmentView {
    EnrolmentView {
        url: format!("/batches/{}", e.batch),
        batch: e.title,
        course: pick(language, &e.course_hi, &e.course_en).to_owned(),
        place_key: match e.place.as_str() {
            "seat" => "people-place-seat",
            "waiting" => "people-place-waiting",
            "offered" => "people-place-offered",
            "requested" => "people-place-requested",
            "held" => "people-place-held",
            _ => "people-place-withdrawn",
        },
        percent: e.percent.unwrap_or_default(),
        standing_key: match e.standing.as_deref() {
            Some("complete") => "people-standing-complete",
            Some("in_progress") => "people-standing-in-progress",
            _ => "people-standing-not-started",
        },
    }
}

fn consent_view(visitor: &Visitor, (channel, notice, batch, by, at): ConsentLine) -> ConsentView {
    let on = i18n::date_short_with_year(visitor.language, at.date_in(visitor.site.timezone));
    ConsentView { channel, on, notice, batch, by }
}

fn role_view(visitor: &Visitor, (role, code, hi, en, until): RoleLine) -> RoleView {
    RoleView {
        role: visitor.say(&format!("role-{role}")),
        unit: pick(visitor.language, &hi, &en).to_owned(),
        unit_url: units::rules::address(&code),
        until: until.map(|d| i18n::day(visitor.language, d)),
    }
}

#[derive(Serialize)]
struct Edit {
    crumbs: Vec<(String, String)>,
    action: String,
    back: String,
    is_new: bool,
    draft: PersonDraft,
    phones: String,
    emails: String,
    languages: Vec<(String, String)>,
    genders: Vec<(String, String)>,
}

pub async fn blank(visitor: Visitor, query: Query<NewQuery>) -> Answer {
    let (v, unit) = (visitor.clone(), query.into_inner().unit);
    let draft = PersonDraft { unit, ..PersonDraft::default() };
    visitor.page("people/edit.html", move |_, actor| new_form(actor, &v, draft)).await
}

pub async fn create(visitor: Visitor, form: Form<PersonDraft>) -> Answer {
    let (draft, kept) = (form.0.clone(), form.0);
    match visitor.act(move |db, actor, stamp| people::create(db, actor, &draft, stamp)).await {
        Ok(person) => Ok(done(&format!("/people/{}", person.id), "saved")),
        Err(fault) => {
            let v = visitor.clone();
            let again = move |_: &mut Db, actor: &Actor| new_form(actor, &v, kept);
            visitor.again(fault, "people/edit.html", again).await
        }
    }
}

fn new_form(actor: &Actor, visitor: &Visitor, draft: PersonDraft) -> Result<Edit, Fault> {
    actor.must_somewhere(Right::Manage)?;
    let crumbs = vec![
        (visitor.say("people-title"), "/people".to_owned()),
        (visitor.say("people-new"), String::new()),
    ];
    Ok(edit_view(visitor, crumbs, "/people".to_owned(), "/people".to_owned(), true, draft))
}

pub async fn edit(visitor: Visitor, id: Path<PersonId>) -> Answer {
    let v = visitor.clone();
    visitor.page("people/edit.html", move |db, actor| edit_form(db, actor, &v, *id, None)).await
}

pub async fn change(visitor: Visitor, id: Path<PersonId>, form: Form<PersonDraft>) -> Answer {
    let (kept, id) = (form.0.clone(), *id);
    let patch = PersonPatch::whole(form.0);
    match visitor.act(move |db, actor, stamp| people::change(db, actor, id, patch, stamp)).await {
        Ok(person) => Ok(done(&format!("/people/{}", person.id), "saved")),
        Err(fault) => {
            let v = visitor.clone();
            let again = move |db: &mut Db, actor: &Actor| edit_form(db, actor, &v, id, Some(kept));
            visitor.again(fault, "people/edit.html", again).await
        }
    }
}

fn edit_form(
    db: &mut Db,
    actor: &Actor,
    visitor: &Visitor,
    id: PersonId,
    typed: Option<PersonDraft>,
) -> Result<Edit, Fault> {
    let person = people::person_for(db, actor, id)?;
    actor.must(Right::Manage, &person.path)?;
    let address = format!("/people/{id}");
    let crumbs = vec![
        (visitor.say("people-title"), "/people".to_owned()),
        (person.name.clone(), address.clone()),
        (visitor.say("do-change"), String::new()),
    ];
    let draft = typed.unwrap_or_else(|| {
        let mut draft = person.draft();
        draft.phones = draft.phones.iter().map(|n| clean::phone_shown(n)).collect();
        draft
    });
    Ok(edit_view(visitor, crumbs, address.clone(), address, false, draft))
}

fn edit_view(
    visitor: &Visitor,
    crumbs: Vec<(String, String)>,
    action: String,
    back: String,
    is_new: bool,
    draft: PersonDraft,
) -> Edit {
    let unknown = || (String::new(), visitor.say("people-not-said"));
    let languages = Language::ALL.iter().map(|l| (l.to_string(), visitor.say(language_key(*l))));
    let genders = Gender::ALL.iter().map(|g| (g.to_string(), visitor.say(gender_key(*g))));
    Edit {
        crumbs,
        action,
        back,
        is_new,
        phones: draft.phones.join(", "),
        emails: draft.emails.join(", "),
        languages: std::iter::once(unknown()).chain(languages).collect(),
        genders: std::iter::once(unknown()).chain(genders).collect(),
        draft,
    }
}
