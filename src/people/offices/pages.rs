//! Offices on pages: those of one unit, the kinds there are, where a request goes.

use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::rules::Right;
use crate::kit::clean;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n::{self, pick};
use crate::kit::ids::{OfficeId, OfficeKindId, PersonId};
use crate::kit::page::PageNumber;
use crate::kit::view::page_of;
use crate::people::offices::rules::{Approver, EndDraft, KindDraft, OfficeDraft};
use crate::people::offices::store::{self, KindRow, Office};
use crate::people::store::Line;
use crate::people::{self, offices};
use crate::units::pages::PostView;
use crate::units::rules::address;
use crate::units::store::Unit;
use crate::units::{self};

/// Where a request goes, in words: for the part `offices.way`.
#[derive(Debug, Serialize)]
pub struct Way {
    to: String,
    /// Who decides there, the first of them by name.
    people: String,
    /// How many more.
    more: usize,
    /// The units passed over, from below.
    vacant: String,
}

/// Names shown of those who decide.
const NAMES: usize = 3;

pub fn way(language: Language, approver: &Approver) -> Way {
    let names: Vec<&str> = approver.people.iter().map(|(_, name)| name.as_str()).collect();
    let vacant: Vec<&str> =
        approver.vacant.iter().map(|(_, hi, en)| pick(language, hi, en)).collect();
    Way {
        to: pick(language, &approver.name_hi, &approver.name_en).to_owned(),
        people: names.iter().take(NAMES).copied().collect::<Vec<_>>().join(", "),
        more: names.len().saturating_sub(NAMES),
        vacant: vacant.join(", "),
    }
}

/// Somebody's time in a post, as a line of a table.
#[derive(Serialize)]
pub struct OfficeView {
    kind: String,
    person: String,
    /// For who may see people.
    person_url: Option<String>,
    unit: String,
    unit_url: String,
    from: String,
    to: Option<String>,
    /// Whether it is held today.
    now: bool,
}

pub fn office_view(visitor: &Visitor, sees_people: bool, office: Office) -> OfficeView {
    let language = visitor.language;
    let today = visitor.site.now().date_in(visitor.site.timezone);
    OfficeView {
        now: office.term().holds(today),
        kind: pick(language, &office.kind_hi, &office.kind_en).to_owned(),
        person_url: page_of(office.person, &office.name).filter(|_| sees_people),
        person: office.name,
        unit: pick(language, &office.unit_hi, &office.unit_en).to_owned(),
        unit_url: address(&office.unit_code),
        from: i18n::date_short_with_year(language, office.valid_from),
        to: office.valid_to.map(|d| i18n::date_short_with_year(language, d)),
    }
}

#[derive(Serialize)]
struct List {
    crumbs: Vec<(String, String)>,
    unit: String,
    posts: Vec<PostView>,
    way: Way,
    history: Vec<OfficeView>,
    /// For who keeps a whole tree.
    may_change_kinds: bool,
}

pub async fn list(visitor: Visitor, code: Path<String>) -> Answer {
    let v = visitor.clone();
    visitor
        .page("people/offices.html", move |db, actor| {
            let unit = units::unit_for(db, actor, &code)?;
            whole_list(db, actor, &v, &unit)
        })
        .await
}

fn whole_list(db: &mut Db, actor: &Actor, visitor: &Visitor, unit: &Unit) -> Result<List, Fault> {
    let today = visitor.site.now().date_in(visitor.site.timezone);
    let sees_people = actor.may(Right::SeePeople, &unit.row.path);
    let history = store::offices_of_unit(db, unit.row.id)?;
    Ok(List {
        crumbs: crumbs(db, actor, visitor, unit, None)?,
        unit: name(visitor, unit),
        posts: units::pages::posts(db, actor, visitor, unit)?,
        way: way(visitor.language, &offices::approver(db, unit.row.id, today)?),
        history: history.into_iter().map(|o| office_view(visitor, sees_people, o)).collect(),
        may_change_kinds: units::keeps_a_root(actor),
    })
}

fn name(visitor: &Visitor, unit: &Unit) -> String {
    pick(visitor.language, &unit.row.name_hi, &unit.row.name_en).to_owned()
}

/// The way down to the unit, its offices, and what is done with them.
fn crumbs(
    db: &mut Db,
    actor: &Actor,
    visitor: &Visitor,
    unit: &Unit,
    act: Option<&str>,
) -> Result<Vec<(String, String)>, Fault> {
    let reach = actor.reach(Right::SeePlans);
    let first = visitor.say("units-title");
    let mut out = units::pages::crumbs(db, &reach, visitor.language, first, unit)?;
    let at = address(&unit.row.code);
    if let Some(last) = out.last_mut() {
        last.1.clone_from(&at);
    }
    let here = if act.is_some() { format!("{at}/offices") } else { String::new() };
    out.push((visitor.say("offices-title"), here));
    out.extend(act.map(|key| (visitor.say(key), String::new())));
    Ok(out)
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NewQuery {
    kind: String,
    q: String,
}

#[derive(Serialize)]
struct Sheet {
    crumbs: Vec<(String, String)>,
    unit: String,
    action: String,
    kinds: Vec<(String, String)>,
    found: Vec<Found>,
    draft: OfficeDraft,
}

/// Somebody to choose.
#[derive(Serialize)]
struct Found {
    id: PersonId,
    name: String,
    name_other: Option<String>,
    relation: Option<String>,
    unit: String,
    phone: Option<String>,
}

pub async fn blank(visitor: Visitor, code: Path<String>, query: Query<NewQuery>) -> Answer {
    let (v, query) = (visitor.clone(), query.into_inner());
    let draft = OfficeDraft { kind: query.kind, q: query.q, ..OfficeDraft::default() };
    visitor
        .page("people/office_form.html", move |db, actor| sheet(db, actor, &v, &code, draft))
        .await
}

pub async fn appoint(visitor: Visitor, code: Path<String>, form: Form<OfficeDraft>) -> Answer {
    let (draft, kept, of) = (form.0.clone(), form.0, code.clone());
    let today = visitor.site.now().date_in(visitor.site.timezone);
    let made =
        visitor.act(move |db, actor, stamp| offices::appoint(db, actor, &of, &draft, today, stamp));
    match made.await {
        Ok(_) => Ok(done(&format!("{}/offices", address(&code)), "saved")),
        Err(fault) => {
            let v = visitor.clone();
            let again = move |db: &mut Db, actor: &Actor| sheet(db, actor, &v, &code, kept);
            visitor.again(fault, "people/office_form.html", again).await
        }
    }
}

fn sheet(
    db: &mut Db,
    actor: &Actor,
    visitor: &Visitor,
    code: &str,
    mut draft: OfficeDraft,
) -> Result<Sheet, Fault> {
    let unit = units::unit_for(db, actor, code)?;
    actor.must(Right::Manage, &unit.row.path)?;
    let language = visitor.language;
    let today = visitor.site.now().date_in(visitor.site.timezone);
    if draft.valid_from.is_empty() {
        draft.valid_from = today.to_string();
    }
    let q = clean::line(&draft.q).unwrap_or_default();
    let found = match q.as_str() {
        "" => vec![],
        q => people::list(db, &actor.reach(Right::SeePeople), q, PageNumber::default())?,
    };
    let fits = |k: &KindRow| k.kind.level.as_deref().is_none_or(|l| l == unit.level.code);
    let kinds = store::kinds(db)?.into_iter().filter(fits);
    Ok(Sheet {
        crumbs: crumbs(db, actor, visitor, &unit, Some("offices-appoint"))?,
        unit: name(visitor, &unit),
        action: format!("{}/offices", address(code)),
        kinds: kinds
            .map(|k| {
                (k.id.to_string(), pick(language, &k.kind.name_hi, &k.kind.name_en).to_owned())
            })
            .collect(),
        found: found.into_iter().map(|p| found_view(language, p)).collect(),
        draft,
    })
}

fn found_view(language: Language, p: Line) -> Found {
    Found {
        id: p.id,
        unit: pick(language, &p.unit_hi, &p.unit_en).to_owned(),
        phone: p.phone.as_deref().map(clean::phone_shown),
        name: p.name,
        name_other: p.name_other,
        relation: p.relation_name,
    }
}

#[derive(Serialize)]
struct Ending {
    crumbs: Vec<(String, String)>,
    action: String,
    back: String,
    kind: String,
    person: String,
    unit: String,
    since: String,
    draft: EndDraft,
}

pub async fn ending(visitor: Visitor, id: Path<OfficeId>) -> Answer {
    let v = visitor.clone();
    visitor
        .page("people/office_end.html", move |db, actor| end_sheet(db, actor, &v, *id, None))
        .await
}

pub async fn end(visitor: Visitor, id: Path<OfficeId>, form: Form<EndDraft>) -> Answer {
    let (id, draft, kept) = (*id, form.0.clone(), form.0);
    let today = visitor.site.now().date_in(visitor.site.timezone);
    match visitor
        .act(move |db, actor, stamp| offices::end(db, actor, id, &draft, today, stamp))
        .await
    {
        Ok(office) => Ok(done(&format!("{}/offices", address(&office.unit_code)), "saved")),
        Err(fault) => {
            let v = visitor.clone();
            let again = move |db: &mut Db, actor: &Actor| end_sheet(db, actor, &v, id, Some(kept));
            visitor.again(fault, "people/office_end.html", again).await
        }
    }
}

fn end_sheet(
    db: &mut Db,
    actor: &Actor,
    visitor: &Visitor,
    id: OfficeId,
    typed: Option<EndDraft>,
) -> Result<Ending, Fault> {
    let office = offices::office_for(db, actor, id)?;
    let unit = units::unit_for(db, actor, &office.unit_code)?;
    let language = visitor.language;
    let today = visitor.site.now().date_in(visitor.site.timezone);
    Ok(Ending {
        crumbs: crumbs(db, actor, visitor, &unit, Some("offices-end"))?,
        action: format!("/offices/{id}/end"),
        back: format!("{}/offices", address(&office.unit_code)),
        kind: pick(language, &office.kind_hi, &office.kind_en).to_owned(),
        person: office.name,
        unit: name(visitor, &unit),
        since: i18n::date_short_with_year(language, office.valid_from),
        draft: typed.unwrap_or_else(|| EndDraft { valid_to: today.to_string() }),
    })
}

#[derive(Serialize)]
struct Kinds {
    kinds: Vec<KindView>,
    /// For who keeps a whole tree: a form for another one.
    may_change: bool,
    levels: Vec<(String, String)>,
    draft: KindDraft,
}

#[derive(Serialize)]
struct KindView {
    url: String,
    code: String,
    name: String,
    level: Option<String>,
    approves: bool,
    several: bool,
}

pub async fn kinds(visitor: Visitor) -> Answer {
    let v = visitor.clone();
    visitor
        .page("people/office_kinds.html", move |db, actor| {
            kind_list(db, actor, &v, KindDraft::default())
        })
        .await
}

pub async fn add_kind(visitor: Visitor, form: Form<KindDraft>) -> Answer {
    let (draft, kept) = (form.0.clone(), form.0);
    match visitor.act(move |db, actor, stamp| offices::add_kind(db, actor, &draft, stamp)).await {
        Ok(_) => Ok(done("/office-kinds", "saved")),
        Err(fault) => {
            let v = visitor.clone();
            let again = move |db: &mut Db, actor: &Actor| kind_list(db, actor, &v, kept);
            visitor.again(fault, "people/office_kinds.html", again).await
        }
    }
}

fn kind_list(
    db: &mut Db,
    actor: &Actor,
    visitor: &Visitor,
    draft: KindDraft,
) -> Result<Kinds, Fault> {
    actor.must_somewhere(Right::SeePlans)?;
    let levels = levels(db, visitor)?;
    let view = |k: KindRow| KindView {
        url: format!("/office-kinds/{}", k.id),
        code: k.code,
        name: pick(visitor.language, &k.kind.name_hi, &k.kind.name_en).to_owned(),
        // A house without that level keeps the kind; its code then says which level is meant.
        level: k.kind.level.map(|code| {
            levels.iter().find(|(known, _)| *known == code).map_or(code.clone(), |(_, n)| n.clone())
        }),
        approves: k.kind.approves,
        several: k.kind.several,
    };
    let kinds = store::kinds(db)?.into_iter().map(view).collect();
    Ok(Kinds { kinds, may_change: units::keeps_a_root(actor), levels, draft })
}

fn levels(db: &mut Db, visitor: &Visitor) -> Result<Vec<(String, String)>, Fault> {
    let every = (String::new(), visitor.say("offices-every-level"));
    let levels = units::store::levels(db)?.into_iter().map(|l| {
        let name = pick(visitor.language, &l.name_hi, &l.name_en).to_owned();
        (l.code, name)
    });
    Ok(std::iter::once(every).chain(levels).collect())
}

#[derive(Serialize)]
struct KindSheet {
    crumbs: Vec<(String, String)>,
    action: String,
    levels: Vec<(String, String)>,
    draft: KindDraft,
}

pub async fn kind(visitor: Visitor, id: Path<OfficeKindId>) -> Answer {
    let v = visitor.clone();
    visitor
        .page("people/office_kind.html", move |db, actor| kind_sheet(db, actor, &v, *id, None))
        .await
}

pub async fn change_kind(
    visitor: Visitor,
    id: Path<OfficeKindId>,
    form: Form<KindDraft>,
) -> Answer {
    let (id, draft, kept) = (*id, form.0.clone(), form.0);
    match visitor
        .act(move |db, actor, stamp| offices::change_kind(db, actor, id, &draft, stamp))
        .await
    {
        Ok(()) => Ok(done("/office-kinds", "saved")),
        Err(fault) => {
            let v = visitor.clone();
            let again = move |db: &mut Db, actor: &Actor| kind_sheet(db, actor, &v, id, Some(kept));
            visitor.again(fault, "people/office_kind.html", again).await
        }
    }
}

fn kind_sheet(
    db: &mut Db,
    actor: &Actor,
    visitor: &Visitor,
    id: OfficeKindId,
    typed: Option<KindDraft>,
) -> Result<KindSheet, Fault> {
    let row = offices::kind_for(db, actor, id)?;
    let yes = |on: bool| if on { "yes".to_owned() } else { String::new() };
    let known = KindDraft {
        code: row.code,
        ordinal: row.kind.ordinal.to_string(),
        name_hi: row.kind.name_hi,
        name_en: row.kind.name_en,
        level: row.kind.level.unwrap_or_default(),
        approves: yes(row.kind.approves),
        several: yes(row.kind.several),
    };
    let name = pick(visitor.language, &known.name_hi, &known.name_en).to_owned();
    let mut levels = levels(db, visitor)?;
    if !levels.iter().any(|(code, _)| *code == known.level) {
        levels.push((known.level.clone(), known.level.clone()));
    }
    Ok(KindSheet {
        crumbs: vec![
            (visitor.say("offices-kinds"), "/office-kinds".to_owned()),
            (name, String::new()),
        ],
        action: format!("/office-kinds/{id}"),
        levels,
        draft: typed.map_or(known.clone(), |typed| KindDraft { code: known.code, ..typed }),
    })
}
