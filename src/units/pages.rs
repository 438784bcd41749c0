//! The tree on pages: lists, one unit, its forms.

use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::rules::{Reach, Right};
use crate::kit::clean;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n::{self, pick};
use crate::kit::ids::OfficeKindId;
use crate::kit::page::{PageNumber, Paging};
use crate::kit::search;
use crate::units::rules;
use crate::units::store::{Happened, Line, Post, Shown, Unit};
use crate::units::{self, LevelDraft, UnitDraft, UnitPatch, store};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    parent: String,
    q: String,
    page: Option<u32>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NewQuery {
    parent: String,
}

#[derive(Serialize)]
struct List {
    /// The unit whose sub-units are shown, when one was named.
    above: Option<String>,
    crumbs: Vec<(String, String)>,
    q: String,
    lines: Vec<LineView>,
    paging: Paging,
    new_url: Option<String>,
    may_import: bool,
    /// For who keeps a whole tree: the levels, and a form for another one.
    levels: Option<Vec<LevelView>>,
    draft: LevelDraft,
}

#[derive(Serialize)]
struct LineView {
    url: String,
    code: String,
    name: String,
    level: String,
    units: i64,
    people: i64,
    /// For who may see people.
    people_url: Option<String>,
}

#[derive(Serialize)]
struct LevelView {
    code: String,
    ordinal: i32,
    name: String,
    electoral: bool,
}

pub async fn list(visitor: Visitor, query: Query<ListQuery>) -> Answer {
    let (language, query) = (visitor.language, query.into_inner());
    let crumb = visitor.say("units-title");
    visitor
        .page("units/list.html", move |db, actor| {
            whole_list(db, actor, language, crumb, &query, LevelDraft::default())
        })
        .await
}

pub async fn add_level(visitor: Visitor, form: Form<LevelDraft>) -> Answer {
    let (draft, kept, language) = (form.0.clone(), form.0, visitor.language);
    match visitor.act(move |db, actor, stamp| units::add_level(db, actor, &draft, stamp)).await {
        Ok(_) => Ok(done("/units", "saved")),
        Err(fault) => {
            let crumb = visitor.say("units-title");
            let again = move |db: &mut Db, actor: &Actor| {
                whole_list(db, actor, language, crumb, &ListQuery::default(), kept)
            };
            visitor.again(fault, "units/list.html", again).await
        }
    }
}

fn whole_list(
    db: &mut Db,
    actor: &Actor,
    language: Language,
    crumb: String,
    query: &ListQuery,
    draft: LevelDraft,
) -> Result<List, Fault> {
    let reach = actor.must_somewhere(Right::SeePlans)?;
    let page = PageNumber::of(query.page);
    let q = clean::line(&query.q).unwrap_or_default();
    let above = match query.parent.as_str() {
        "" => None,
        code => Some(units::unit_for(db, actor, code)?),
    };
    let (folded, within);
    let shown = match (&above, q.as_str()) {
        (Some(unit), "") => Shown::Below(unit.row.id),
        (None, "") => Shown::Tops(&reach),
        (unit, q) => {
            within = unit.as_ref().map_or_else(|| reach.clone(), |u| reach.within(&u.row.path));
            folded = search::fold(q);
            Shown::Matching { reach: &within, folded, code: q }
        }
    };
    let filters = [("parent", query.parent.as_str()), ("q", q.as_str())];
    let (lines, paging) = lines(db, actor, language, shown, page, "/units", &filters)?;
    let manages = !actor.reach(Right::Manage).is_empty();
    let keeps = units::keeps_a_root(actor);
    let levels = if keeps {
        Some(store::levels(db)?.into_iter().map(|l| level_view(language, l)).collect())
    } else {
        None
    };
    let new_url = match &above {
        Some(unit) if actor.may(Right::Manage, &unit.row.path) => Some(new_under(&unit.row.code)),
        None if keeps => Some("/units/new".to_owned()),
        _ => None,
    };
    Ok(List {
        crumbs: match &above {
            Some(unit) => crumbs(db, &reach, language, crumb, unit)?,
            None => vec![],
        },
        above: above.map(|u| pick(language, &u.row.name_hi, &u.row.name_en).to_owned()),
        q,
        lines,
        paging,
        new_url,
        may_import: manages,
        levels,
        draft,
    })
}

fn level_view(language: Language, level: rules::Level) -> LevelView {
    LevelView {
        name: pick(language, &level.name_hi, &level.name_en).to_owned(),
        code: level.code,
        ordinal: level.ordinal,
        electoral: level.electoral,
    }
}

fn new_under(code: &str) -> String {
    let code: String = url::form_urlencoded::byte_serialize(code.as_bytes()).collect();
    format!("/units/new?parent={code}")
}

fn people_of(actor: &Actor, path: &str, code: &str) -> Option<String> {
    let code: String = url::form_urlencoded::byte_serialize(code.as_bytes()).collect();
    actor.may(Right::SeePeople, path).then(|| format!("/people?unit={code}"))
}

/// One page of units with what is below each: two statements.
fn lines(
    db: &mut Db,
    actor: &Actor,
    language: Language,
    shown: Shown<'_>,
    page: PageNumber,
    path: &str,
    filters: &[(&str, &str)],
) -> Result<(Vec<LineView>, Paging), Fault> {
    let mut lines: Vec<Line> = store::lines(db, shown, page)?;
    let paging = Paging::cut(&mut lines, page, path, filters);
    let ids: Vec<_> = lines.iter().map(|l| l.id).collect();
    let counts = store::counts(db, &ids)?;
    let view = |line: Line| {
        let (units, people) = counts.get(&line.id).copied().unwrap_or_default();
        LineView {
            url: rules::address(&line.code),
            people_url: people_of(actor, &line.path, &line.code),
            name: pick(language, &line.name_hi, &line.name_en).to_owned(),
            level: pick(language, &line.level_hi, &line.level_en).to_owned(),
            code: line.code,
            units,
            people,
        }
    };
    Ok((lines.into_iter().map(view).collect(), paging))
}

/// The way from the first unit that may be seen down to this one.
pub fn crumbs(
    db: &mut Db,
    reach: &Reach,
    language: Language,
    first: String,
    unit: &Unit,
) -> Result<Vec<(String, String)>, Fault> {
    let mut out = vec![(first, "/units".to_owned())];
    for (code, path, hi, en) in store::names(db, &rules::above(&unit.row.path))? {
        if reach.covers(&path) {
            out.push((pick(language, &hi, &en).to_owned(), rules::address(&code)));
        }
    }
    out.push((pick(language, &unit.row.name_hi, &unit.row.name_en).to_owned(), String::new()));
    Ok(out)
}

#[derive(Serialize)]
struct One {
    crumbs: Vec<(String, String)>,
    name: String,
    other_name: Option<String>,
    code: String,
    level: String,
    facts: Vec<(String, String)>,
    contact_name: Option<String>,
    contact_phone: Option<String>,
    contact_url: Option<String>,
    constituency: Option<(String, String)>,
    units: i64,
    people: i64,
    /// For who may see people.
    people_url: Option<String>,
    posts: Vec<PostView>,
    offices_url: String,
    lines: Vec<LineView>,
    paging: Paging,
    history: Vec<HistoryLine>,
    edit_url: Option<String>,
    new_url: Option<String>,
}

/// A post of a unit with those who hold it: for the part `offices.posts`.
#[derive(Serialize)]
pub struct PostView {
    name: String,
    approves: bool,
    holders: Vec<HolderView>,
    /// For who keeps the unit, while there is room for somebody.
    appoint_url: Option<String>,
}

#[derive(Serialize)]
struct HolderView {
    name: String,
    /// For who may see people.
    url: Option<String>,
    since: String,
    until: Option<String>,
    /// For who keeps the unit.
    end_url: Option<String>,
}

/// One line of the history of a unit or a person.
#[derive(Serialize)]
pub struct HistoryLine {
    pub when: String,
    pub who: Option<String>,
    pub what: String,
    /// What is another way since: (field, before, after).
    pub changes: Vec<(String, String, String)>,
}

pub async fn show(visitor: Visitor, code: Path<String>, query: Query<ListQuery>) -> Answer {
    let v = visitor.clone();
    visitor
        .page("units/show.html", move |db, actor| {
            let unit = units::unit_for(db, actor, &code)?;
            one(db, actor, &v, unit, PageNumber::of(query.page))
        })
        .await
}

fn one(
    db: &mut Db,
    actor: &Actor,
    visitor: &Visitor,
    unit: Unit,
    page: PageNumber,
) -> Result<One, Fault> {
    let language = visitor.language;
    let reach = actor.reach(Right::SeePlans);
    let crumbs = crumbs(db, &reach, language, visitor.say("units-title"), &unit)?;
    let shown = Shown::Below(unit.row.id);
    let (lines, paging) =
        lines(db, actor, language, shown, page, &rules::address(&unit.row.code), &[])?;
    let below = store::counts(db, &[unit.row.id])?;
    let (count, people) = below.get(&unit.row.id).copied().unwrap_or_default();
    let history = store::history(db, &format!("unit/{}", unit.row.id))?;
    let manages = actor.may(Right::Manage, &unit.row.path);
    let posts = posts(db, actor, visitor, &unit)?;
    let row = &unit.row;
    let (name, other) = match language {
        Language::Hi => (&row.name_hi, &row.name_en),
        Language::En => (&row.name_en, &row.name_hi),
    };
    Ok(One {
        crumbs,
        name: name.clone(),
        other_name: (other != name).then(|| other.clone()),
        code: row.code.clone(),
        level: pick(language, &unit.level.name_hi, &unit.level.name_en).to_owned(),
        facts: facts(visitor, &unit),
        contact_name: row.contact_name.clone(),
        contact_phone: row.contact_phone.as_deref().map(clean::phone_shown),
        contact_url: row.contact_phone.as_ref().map(|n| format!("tel:{n}")),
        constituency: unit
            .constituency
            .as_ref()
            .map(|(code, hi, en)| (pick(language, hi, en).to_owned(), rules::address(code))),
        units: count,
        people,
        people_url: people_of(actor, &row.path, &row.code),
        posts,
        offices_url: format!("{}/offices", rules::address(&row.code)),
        lines,
        paging,
        history: history.into_iter().map(|h| history_line(visitor, h)).collect(),
        edit_url: manages.then(|| format!("{}/edit", rules::address(&row.code))),
        new_url: (manages && !unit.level.electoral).then(|| new_under(&row.code)),
    })
}

/// The posts of a unit with those who hold them today.
pub fn posts(
    db: &mut Db,
    actor: &Actor,
    visitor: &Visitor,
    unit: &Unit,
) -> Result<Vec<PostView>, Fault> {
    let language = visitor.language;
    let today = visitor.site.now().date_in(visitor.site.timezone);
    let keeps = actor.may(Right::Manage, &unit.row.path);
    let sees_people = actor.may(Right::SeePeople, &unit.row.path);
    let address = rules::address(&unit.row.code);
    let mut out: Vec<(OfficeKindId, PostView)> = vec![];
    for post in store::posts(db, unit.row.id, &unit.level.code, today)? {
        if out.last().is_none_or(|(kind, _)| *kind != post.kind) {
            let free = post.several || post.person.is_none();
            let view = PostView {
                name: pick(language, &post.name_hi, &post.name_en).to_owned(),
                approves: post.approves,
                holders: vec![],
                appoint_url: (keeps && free)
                    .then(|| format!("{address}/offices/new?kind={}", post.kind)),
            };
            out.push((post.kind, view));
        }
        let Some((_, view)) = out.last_mut() else { continue };
        view.holders.extend(holder(language, post, keeps, sees_people));
    }
    Ok(out.into_iter().map(|(_, view)| view).collect())
}

fn holder(language: Language, post: Post, keeps: bool, sees_people: bool) -> Option<HolderView> {
    let (person, office) = Option::zip(post.person, post.office)?;
    Some(HolderView {
        name: post.name?,
        url: sees_people.then(|| format!("/people/{person}")),
        since: i18n::date_short_with_year(language, post.valid_from?),
        until: post.valid_to.map(|d| i18n::date_short_with_year(language, d)),
        end_url: keeps.then(|| format!("/offices/{office}/end")),
    })
}

fn facts(visitor: &Visitor, unit: &Unit) -> Vec<(String, String)> {
    let row = &unit.row;
    let date = |d: chrono::NaiveDate| i18n::day(visitor.language, d);
    [
        ("units-census-code", row.census_code.clone()),
        ("units-population", row.population.map(i18n::number)),
        ("units-timezone", row.timezone.clone()),
        ("units-valid-from", row.valid_from.map(date)),
        ("units-valid-to", row.valid_to.map(date)),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some((visitor.say(key), value?)))
    .collect()
}

/// An entry of the journal as a line of a history.
pub fn history_line(visitor: &Visitor, (at, who, action, detail): Happened) -> HistoryLine {
    let detail: Value = serde_json::from_str(&detail).unwrap_or_default();
    let changes = detail.as_object().into_iter().flatten();
    HistoryLine {
        when: i18n::instant(visitor.language, at, visitor.site.timezone),
        who,
        what: act_key(&action).map_or(action, |key| visitor.say(key)),
        changes: changes
            .filter_map(|(field, change)| change_view(visitor, field, change))
            .collect(),
    }
}

fn change_view(visitor: &Visitor, field: &str, change: &Value) -> Option<(String, String, String)> {
    let label = visitor.say(field_key(field)?);
    let text = |value: Option<&Value>| match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    match change {
        Value::Object(o) if o.contains_key("before") && field != "constituency" => {
            Some((label, text(o.get("before")), text(o.get("after"))))
        }
        Value::Object(_) => Some((label, String::new(), String::new())),
        Value::String(word) if word == "changed" => Some((label, String::new(), String::new())),
        _ => None,
    }
}

fn act_key(action: &str) -> Option<&'static str> {
    Some(match action {
        "unit created" => "units-act-created",
        "unit changed" => "units-act-changed",
        "unit moved" => "units-act-moved",
        "person created" => "people-act-created",
        "person changed" => "people-act-changed",
        "signed in" => "people-act-signed-in",
        "role given" => "people-act-role-given",
        "role ended" => "people-act-role-ended",
        "office given" => "offices-act-given",
        "office ended" => "offices-act-ended",
        "calendar feed created" => "feeds-act-created",
        "calendar feed revoked" => "feeds-act-revoked",
        "token created" => "people-act-token",
        _ => return None,
    })
}

fn field_key(field: &str) -> Option<&'static str> {
    Some(match field {
        "name_hi" => "units-name-hi",
        "name_en" => "units-name-en",
        "parent" => "units-parent",
        "constituency" => "units-constituency",
        "census_code" => "units-census-code",
        "population" => "units-population",
        "timezone" => "units-timezone",
        "contact_name" => "units-contact-name",
        "contact_phone" => "units-contact-phone",
        "valid_from" => "units-valid-from",
        "valid_to" => "units-valid-to",
        "name" => "people-name",
        "name_other" => "people-name-other",
        "relation_name" => "people-relation",
        "unit" => "people-unit",
        "phones" => "people-phones",
        "emails" => "people-emails",
        "previous_party" => "people-previous-party",
        "joined_on" => "people-joined-on",
        "admitted_by" => "people-admitted-by",
        "language" => "people-language",
        "gender" => "people-gender",
        "reference" => "people-reference",
        _ => return None,
    })
}

#[derive(Serialize)]
struct Edit {
    crumbs: Vec<(String, String)>,
    action: String,
    back: String,
    /// Whether the unit is to be made: only then its code and level may be typed.
    is_new: bool,
    levels: Vec<(String, String)>,
    draft: UnitDraft,
}

pub async fn blank(visitor: Visitor, query: Query<NewQuery>) -> Answer {
    let (v, parent) = (visitor.clone(), query.into_inner().parent);
    let draft = UnitDraft { parent, ..UnitDraft::default() };
    visitor.page("units/edit.html", move |db, actor| new_form(db, actor, &v, draft)).await
}

pub async fn create(visitor: Visitor, form: Form<UnitDraft>) -> Answer {
    let (draft, kept) = (form.0.clone(), form.0);
    match visitor.act(move |db, actor, stamp| units::create(db, actor, &draft, stamp)).await {
        Ok(unit) => Ok(done(&rules::address(&unit.row.code), "saved")),
        Err(fault) => {
            let v = visitor.clone();
            let again = move |db: &mut Db, actor: &Actor| new_form(db, actor, &v, kept);
            visitor.again(fault, "units/edit.html", again).await
        }
    }
}

fn new_form(
    db: &mut Db,
    actor: &Actor,
    visitor: &Visitor,
    draft: UnitDraft,
) -> Result<Edit, Fault> {
    actor.must_somewhere(Right::Manage)?;
    let language = visitor.language;
    let parent =
        store::unit_of(db, draft.parent.trim())?.filter(|p| actor.may(Right::Manage, &p.row.path));
    let known = store::levels(db)?;
    let known = if known.is_empty() {
        return Err(Fault::conflict("no-levels"));
    } else {
        known
    };
    let fits = |l: &&rules::Level| rules::may_hang(l, parent.as_ref().map(|p| &p.level)).is_ok();
    let levels = known
        .iter()
        .filter(fits)
        .map(|l| (l.code.clone(), pick(language, &l.name_hi, &l.name_en).to_owned()))
        .collect();
    let mut crumbs = vec![(visitor.say("units-title"), "/units".to_owned())];
    if let Some(parent) = &parent {
        let name = pick(language, &parent.row.name_hi, &parent.row.name_en).to_owned();
        crumbs.push((name, rules::address(&parent.row.code)));
    }
    crumbs.push((visitor.say("units-new"), String::new()));
    let back = parent.map_or_else(|| "/units".to_owned(), |p| rules::address(&p.row.code));
    Ok(Edit { crumbs, action: "/units".to_owned(), back, is_new: true, levels, draft })
}

pub async fn edit(visitor: Visitor, code: Path<String>) -> Answer {
    let v = visitor.clone();
    visitor.page("units/edit.html", move |db, actor| edit_form(db, actor, &v, &code, None)).await
}

pub async fn change(visitor: Visitor, code: Path<String>, form: Form<UnitDraft>) -> Answer {
    let (draft, kept, of) = (form.0.clone(), form.0, code.clone());
    let patch = UnitPatch::whole(draft);
    match visitor.act(move |db, actor, stamp| units::change(db, actor, &of, patch, stamp)).await {
        Ok(unit) => Ok(done(&rules::address(&unit.row.code), "saved")),
        Err(fault) => {
            let v = visitor.clone();
            let again =
                move |db: &mut Db, actor: &Actor| edit_form(db, actor, &v, &code, Some(kept));
            visitor.again(fault, "units/edit.html", again).await
        }
    }
}

fn edit_form(
    db: &mut Db,
    actor: &Actor,
    visitor: &Visitor,
    code: &str,
    typed: Option<UnitDraft>,
) -> Result<Edit, Fault> {
    let unit = units::unit_for(db, actor, code)?;
    actor.must(Right::Manage, &unit.row.path)?;
    let language = visitor.language;
    let name = pick(language, &unit.row.name_hi, &unit.row.name_en).to_owned();
    let address = rules::address(code);
    let known = unit.draft();
    let draft = match typed {
        Some(typed) => UnitDraft { code: known.code, level: known.level, ..typed },
        None => known,
    };
    Ok(Edit {
        crumbs: vec![
            (visitor.say("units-title"), "/units".to_owned()),
            (name, address.clone()),
            (visitor.say("do-change"), String::new()),
        ],
        action: address.clone(),
        back: address,
        is_new: false,
        levels: vec![(
            unit.level.code.clone(),
            pick(language, &unit.level.name_hi, &unit.level.name_en).to_owned(),
        )],
        draft,
    })
}
