//! The pages of the plans: the pattern, the grid, one session, one unit, the confirmation.

use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::pages::Nothing;
use crate::access::rules::Right;
use crate::courses::pages::choices;
use crate::courses::rules::{CourseState, said};
use crate::courses::store::{courses_in, units_to_choose};
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n;
use crate::kit::ids::PlanId;
use crate::schedule::clashes::{Clash, Kind, is_refused, needs_reason};
use crate::schedule::pages::clash_said;
use crate::schedule::plans::pattern::Repeat;
use crate::schedule::plans::publish::{self, hindrance};
use crate::schedule::plans::rules::{Cell, PlanForm, PlanState};
use crate::schedule::plans::store::{self, Plan};
use crate::schedule::plans::{self, ColumnForm, House};
use crate::schedule::rules::{SessionDraft, typed};

#[derive(Serialize)]
struct List {
    drafts: Vec<Line>,
    /// Drafts of others that one may go on with.
    shared: Vec<Line>,
    published: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    url: String,
    course: String,
    sessions: usize,
    units: usize,
    changed: String,
    /// Who made it, when it was somebody else.
    by: Option<String>,
}

pub async fn list(visitor: Visitor) -> Answer {
    let (language, zone) = (visitor.language, visitor.site.timezone);
    visitor
        .page("schedule/plans.html", move |db, actor| {
            actor.must_somewhere(Right::Plan)?;
            let all = store::plans_of(db, actor.person)?;
            let shared = plans::of_colleagues(db, actor)?;
            let line = |plan: &Plan| Line {
                by: None,
                url: format!("/schedules/{}", plan.id),
                course: said(language, &plan.course_hi, &plan.course_en).to_owned(),
                sessions: plan.grid.cells().count(),
                units: plan.grid.columns.len(),
                changed: i18n::instant(
                    language,
                    plan.published_at.unwrap_or(plan.updated_at),
                    zone,
                ),
            };
            let (drafts, published): (Vec<&Plan>, Vec<&Plan>) =
                all.iter().partition(|p| p.state == PlanState::Draft);
            Ok(List {
                drafts: drafts.into_iter().map(line).collect(),
                shared: shared
                    .into_iter()
                    .map(|(plan, by)| Line { by: Some(by), ..line(&plan) })
                    .collect(),
                published: published.into_iter().map(line).collect(),
            })
        })
        .await
}

#[derive(Serialize)]
struct Blank {
    draft: PlanForm,
    courses: Vec<(String, String)>,
    units: Vec<Tick>,
    repeats: Vec<(String, String)>,
}

#[derive(Serialize)]
struct Tick {
    value: String,
    label: String,
    checked: bool,
}

/// `?course=` and `?unit=` fill the form beforehand.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    course: String,
    #[serde(default)]
    unit: String,
}

pub async fn new(visitor: Visitor, wanted: Query<Wanted>) -> Answer {
    let wanted = wanted.into_inner();
    let units = if wanted.unit.is_empty() { vec![] } else { vec![wanted.unit] };
    let draft = PlanForm { course: wanted.course, units, ..PlanForm::default() };
    let v = visitor.clone();
    visitor.page("schedule/plan_new.html", move |db, actor| blank(db, actor, &v, draft)).await
}

pub async fn create(visitor: Visitor, form: Form<PlanForm>) -> Answer {
    let (language, home) = (visitor.language, visitor.site.timezone);
    let (draft, kept) = (form.0.clone(), form.0);
    let made = visitor
        .act(move |db, actor, stamp| plans::create(db, actor, &draft, language, home, stamp))
        .await;
    match made {
        Ok(id) => Ok(done(&format!("/schedules/{id}"), "plan-drafted")),
        Err(fault) => {
            let v = visitor.clone();
            let again = move |db: &mut Db, actor: &Actor| blank(db, actor, &v, kept);
            visitor.again(fault, "schedule/plan_new.html", again).await
        }
    }
}

fn blank(db: &mut Db, actor: &Actor, visitor: &Visitor, draft: PlanForm) -> Result<Blank, Fault> {
    let reach = actor.must_somewhere(Right::Plan)?;
    let language = visitor.language;
    let courses = courses_in(db, &reach, 0, 200)?
        .into_iter()
        .filter(|c| c.state == CourseState::Published)
        .map(|c| {
            (c.code.clone(), format!("{} ({})", said(language, &c.title_hi, &c.title_en), c.code))
        });
    let units = choices(units_to_choose(db, &reach)?, language);
    let nothing = (String::new(), visitor.say("schedule-choose"));
    Ok(Blank {
        courses: std::iter::once(nothing).chain(courses).collect(),
        units: units
            .into_iter()
            .map(|(value, label)| Tick { checked: draft.units.contains(&value), value, label })
            .collect(),
        repeats: Repeat::ALL
            .iter()
            .map(|r| (r.to_string(), visitor.say(&format!("plan-repeat-{r}"))))
            .collect(),
        draft,
    })
}

#[derive(Serialize)]
struct Show {
    url: String,
    course: String,
    is_draft: bool,
    published: Option<String>,
    columns: Vec<ColumnView>,
    rows: Vec<RowView>,
    sessions: usize,
    red: usize,
    amber: usize,
    /// Batches and sessions to come into being, as they are counted.
    new_batches: usize,
}

#[derive(Serialize)]
struct ColumnView {
    url: String,
    unit: String,
    batch: String,
    batch_url: Option<String>,
    seats: i32,
}

#[derive(Serialize)]
struct RowView {
    number: usize,
    cells: Vec<CellView>,
}

#[derive(Serialize)]
struct CellView {
    /// Its place in the page and in addresses: `2-1`.
    place: String,
    url: String,
    unit: String,
    /// Nothing: the unit leaves this session out.
    when: Option<String>,
    what: String,
    place_name: String,
    trainers: String,
    red: Vec<String>,
    amber: Vec<String>,
}

pub async fn show(visitor: Visitor, id: Path<PlanId>) -> Answer {
    let asked = shown(&visitor, *id);
    visitor.page("schedule/plan.html", asked).await
}

fn shown(
    visitor: &Visitor,
    id: PlanId,
) -> impl FnOnce(&mut Db, &Actor) -> Result<Show, Fault> + Send + use<> {
    let v = visitor.clone();
    move |db, actor| {
        let plan = plans::plan_for(db, actor, id)?;
        let house = House::of(db, actor, &plan, v.site.now())?;
        Ok(show_of(&v, &plan, &house))
    }
}

fn show_of(visitor: &Visitor, plan: &Plan, house: &House) -> Show {
    let language = visitor.language;
    let url = format!("/schedules/{}", plan.id);
    let is_draft = plan.state == PlanState::Draft;
    let unit = |c: usize| said(language, &house.units[c].name_hi, &house.units[c].name_en);
    // What a published plan clashed with is in the journal; its own sessions would stand here.
    let clashes = |n: usize| if is_draft { house.clashes[n].as_slice() } else { &[] };
    let mut rows: Vec<RowView> = plan
        .grid
        .rows
        .iter()
        .enumerate()
        .map(|(r, row)| RowView {
            number: r + 1,
            cells: (0..row.len()).map(|c| empty(&url, r, c, unit(c))).collect(),
        })
        .collect();
    for (n, (r, c, cell)) in plan.grid.cells().enumerate() {
        fill(visitor, plan, house, &mut rows[r].cells[c], (c, cell), clashes(n));
    }
    let all = || (0..house.clashes.len()).map(clashes);
    Show {
        course: said(language, &plan.course_hi, &plan.course_en).to_owned(),
        is_draft,
        published: plan.published_at.map(|at| i18n::instant(language, at, visitor.site.timezone)),
        columns: plan
            .grid
            .columns
            .iter()
            .enumerate()
            .map(|(c, column)| ColumnView {
                url: format!("{url}/columns/{}", c + 1),
                unit: unit(c).to_owned(),
                batch: house.title(column).to_owned(),
                batch_url: column.batch.map(|id| format!("/batches/{id}")),
                seats: house.seats(column),
            })
            .collect(),
        rows,
        sessions: plan.grid.cells().count(),
        red: all().filter(|found| needs_reason(found)).count(),
        amber: all().filter(|found| found.iter().any(|c| c.kind == Kind::Holiday)).count(),
        new_batches: plan.grid.columns.iter().filter(|c| c.batch.is_none()).count(),
        url,
    }
}

fn empty(url: &str, row: usize, column: usize, unit: &str) -> CellView {
    let place = format!("{}-{}", row + 1, column + 1);
    CellView {
        url: format!("{url}/cells/{place}"),
        place,
        unit: unit.to_owned(),
        when: None,
        what: String::new(),
        place_name: String::new(),
        trainers: String::new(),
        red: vec![],
        amber: vec![],
    }
}

fn fill(
    visitor: &Visitor,
    plan: &Plan,
    house: &House,
    view: &mut CellView,
    (column, cell): (usize, &Cell),
    clashes: &[Clash],
) {
    let language = visitor.language;
    let zone = plan.grid.columns[column].zone();
    let said_as = |c: &Clash| clash_said(visitor.site.texts(), language, zone, c);
    view.when = Some(i18n::span(language, cell.starts_at, cell.ends_at, zone));
    view.what = what(house, cell, language);
    let venue = cell.venue.and_then(|id| house.venue(id));
    view.place_name = match venue {
        Some(v) => said(language, &v.name_hi, &v.name_en).to_owned(),
        None => cell.link.clone().unwrap_or_default(),
    };
    view.trainers = cell.trainers.iter().map(|id| house.name(*id)).collect::<Vec<_>>().join(", ");
    for clash in clashes {
        let list = if clash.kind == Kind::Holiday { &mut view.amber } else { &mut view.red };
        list.push(said_as(clash));
    }
}

fn what(house: &House, cell: &Cell, language: Language) -> String {
    let titles: Vec<&str> = house
        .modules
        .iter()
        .filter(|(_, m)| cell.modules.contains(&m.code))
        .map(|(_, m)| said(language, &m.title_hi, &m.title_en))
        .collect();
    titles.join(" · ")
}

/// Where a session stands in the grid, as an address says it: `2-1`.
fn place_of(word: &str) -> Result<(usize, usize), Fault> {
    let (row, column) = word.split_once('-').ok_or(Fault::NotFound)?;
    let number = |text: &str| text.parse::<usize>().ok()?.checked_sub(1);
    number(row).zip(number(column)).ok_or(Fault::NotFound)
}

#[derive(Serialize)]
struct CellSheet {
    url: String,
    back: String,
    course: String,
    unit: String,
    number: usize,
    zone: String,
    is_new: bool,
    draft: SessionDraft,
    modules: Vec<Tick>,
    venues: Vec<(String, String)>,
    trainers: Vec<(String, String)>,
    /// One value for each select of a trainer, some of them empty.
    chosen_trainers: Vec<String>,
    red: Vec<String>,
    amber: Vec<String>,
}

/// Selects for trainers that are offered beyond those in use.
const SPARE_TRAINERS: usize = 2;

pub async fn cell(visitor: Visitor, at: Path<(PlanId, String)>) -> Answer {
    let (id, place) = at.into_inner();
    let v = visitor.clone();
    visitor
        .page("schedule/plan_cell.html", move |db, actor| {
            cell_sheet(db, actor, &v, id, place_of(&place)?, None)
        })
        .await
}

pub async fn change_cell(
    visitor: Visitor,
    at: Path<(PlanId, String)>,
    form: Form<SessionDraft>,
) -> Answer {
    let (id, place) = at.into_inner();
    let at = place_of(&place)?;
    let (draft, kept) = (form.0.clone(), form.0);
    let changed = visitor
        .act(move |db, actor, stamp| plans::change_cell(db, actor, id, at, &draft, stamp))
        .await;
    match changed {
        Ok(()) => Ok(done(&format!("/schedules/{id}#cell-{place}"), "saved")),
        Err(fault) => {
            let v = visitor.clone();
            let again =
                move |db: &mut Db, actor: &Actor| cell_sheet(db, actor, &v, id, at, Some(kept));
            visitor.again(fault, "schedule/plan_cell.html", again).await
        }
    }
}

pub async fn drop_cell(
    visitor: Visitor,
    at: Path<(PlanId, String)>,
    _form: Form<Nothing>,
) -> Answer {
    let (id, place) = at.into_inner();
    let at = place_of(&place)?;
    visitor.act(move |db, actor, stamp| plans::drop_cell(db, actor, id, at, stamp)).await?;
    Ok(done(&format!("/schedules/{id}#cell-{place}"), "saved"))
}

fn cell_sheet(
    db: &mut Db,
    actor: &Actor,
    visitor: &Visitor,
    id: PlanId,
    (row, column): (usize, usize),
    form: Option<SessionDraft>,
) -> Result<CellSheet, Fault> {
    let plan = plans::plan_for(db, actor, id)?;
    let there = plan.grid.cell(row, column).ok_or(Fault::NotFound)?.clone();
    if plan.state == PlanState::Published {
        return Err(Fault::conflict("plan-published"));
    }
    let language = visitor.language;
    let house = House::of(db, actor, &plan, visitor.site.now())?;
    let zone = plan.grid.columns[column].zone();
    // One that was left out begins as the others of its row.
    let model = there.clone().or_else(|| plan.grid.rows[row].iter().flatten().next().cloned());
    let draft = form.unwrap_or_else(|| match &model {
        Some(cell) => SessionDraft {
            modules: cell.modules.clone(),
            trainers: cell.trainers.iter().map(ToString::to_string).collect(),
            venue: cell.venue.map(|v| v.to_string()).unwrap_or_default(),
            link: cell.link.clone().unwrap_or_default(),
            starts_at: typed(cell.starts_at, zone),
            ends_at: typed(cell.ends_at, zone),
            clash_reason: String::new(),
        },
        None => SessionDraft::default(),
    });
    let mut view = empty("", row, column, "");
    let cells = plan.grid.cells().zip(&house.clashes);
    if let Some(((_, c, cell), found)) =
        cells.into_iter().find(|((r, c, _), _)| (*r, *c) == (row, column))
    {
        fill(visitor, &plan, &house, &mut view, (c, cell), found);
    }
    let unit = &house.units[column];
    let url = format!("/schedules/{id}");
    Ok(CellSheet {
        url: format!("{url}/cells/{}", view.place),
        back: format!("{url}#cell-{}", view.place),
        course: said(language, &plan.course_hi, &plan.course_en).to_owned(),
        unit: said(language, &unit.name_hi, &unit.name_en).to_owned(),
        number: row + 1,
        zone: zone.name().to_owned(),
        is_new: there.is_none(),
        modules: house
            .modules
            .iter()
            .map(|(_, m)| Tick {
                checked: draft.modules.contains(&m.code),
                value: m.code.clone(),
                label: said(language, &m.title_hi, &m.title_en).to_owned(),
            })
            .collect(),
        venues: venues(visitor, &house, column),
        trainers: teachers(visitor, &house, column),
        chosen_trainers: with_spare(&draft.trainers),
        red: view.red,
        amber: view.amber,
        draft,
    })
}

fn venues(visitor: &Visitor, house: &House, column: usize) -> Vec<(String, String)> {
    let language = visitor.language;
    let nothing = (String::new(), visitor.say("schedule-choose"));
    let venue = |v: &store::Venue| {
        let name = said(language, &v.name_hi, &v.name_en);
        let unit = said(language, &v.unit_hi, &v.unit_en);
        (v.id.to_string(), format!("{name}, {unit} ({})", v.seats))
    };
    std::iter::once(nothing).chain(house.venues_of(column).into_iter().map(venue)).collect()
}

fn teachers(visitor: &Visitor, house: &House, column: usize) -> Vec<(String, String)> {
    let nothing = (String::new(), visitor.say("schedule-choose"));
    let all = house.teachers_of(column).into_iter().map(|(id, name)| (id.to_string(), name));
    std::iter::once(nothing).chain(all).collect()
}

fn with_spare(trainers: &[String]) -> Vec<String> {
    let mut chosen: Vec<String> =
        trainers.iter().filter(|t| !t.trim().is_empty()).cloned().collect();
    chosen.resize(chosen.len() + SPARE_TRAINERS, String::new());
    chosen
}

#[derive(Serialize)]
struct ColumnSheet {
    url: String,
    back: String,
    course: String,
    unit: String,
    draft: ColumnForm,
    batches: Vec<(String, String)>,
    venues: Vec<(String, String)>,
    trainers: Vec<(String, String)>,
    chosen_trainers: Vec<String>,
}

pub async fn column(visitor: Visitor, at: Path<(PlanId, usize)>) -> Answer {
    let (id, number) = at.into_inner();
    let v = visitor.clone();
    visitor
        .page("schedule/plan_column.html", move |db, actor| {
            column_sheet(db, actor, &v, id, number, None)
        })
        .await
}

pub async fn change_column(
    visitor: Visitor,
    at: Path<(PlanId, usize)>,
    form: Form<ColumnForm>,
) -> Answer {
    let (id, number) = at.into_inner();
    let column = number.checked_sub(1).ok_or(Fault::NotFound)?;
    let (draft, kept) = (form.0.clone(), form.0);
    let changed = visitor
        .act(move |db, actor, stamp| plans::change_column(db, actor, id, column, &draft, stamp))
        .await;
    match changed {
        Ok(()) => Ok(done(&format!("/schedules/{id}"), "saved")),
        Err(fault) => {
            let v = visitor.clone();
            let again = move |db: &mut Db, actor: &Actor| {
                column_sheet(db, actor, &v, id, number, Some(kept))
            };
            visitor.again(fault, "schedule/plan_column.html", again).await
        }
    }
}

fn column_sheet(
    db: &mut Db,
    actor: &Actor,
    visitor: &Visitor,
    id: PlanId,
    number: usize,
    form: Option<ColumnForm>,
) -> Result<ColumnSheet, Fault> {
    let plan = plans::plan_for(db, actor, id)?;
    let at = number.checked_sub(1).ok_or(Fault::NotFound)?;
    let column = plan.grid.columns.get(at).ok_or(Fault::NotFound)?;
    if plan.state == PlanState::Published {
        return Err(Fault::conflict("plan-published"));
    }
    let language = visitor.language;
    let house = House::of(db, actor, &plan, visitor.site.now())?;
    let first = plan.grid.rows.iter().find_map(|row| row[at].as_ref());
    let draft = form.unwrap_or_else(|| ColumnForm {
        batch: column.batch.map(|b| b.to_string()).unwrap_or_default(),
        title: column.title.clone(),
        seats: column.seats.to_string(),
        venue: first.and_then(|c| c.venue).map(|v| v.to_string()).unwrap_or_default(),
        trainers: first
            .map_or_else(Vec::new, |c| c.trainers.iter().map(ToString::to_string).collect()),
    });
    let unit = &house.units[at];
    let mut batches: Vec<(String, String)> = house
        .batches
        .iter()
        .filter(|b| b.unit == column.unit)
        .map(|b| (b.id.to_string(), format!("{} ({})", b.title, b.seats)))
        .collect();
    if actor.may(Right::Manage, &unit.path) {
        batches.insert(0, (String::new(), visitor.say("plan-new-batch")));
    }
    let url = format!("/schedules/{id}");
    Ok(ColumnSheet {
        url: format!("{url}/columns/{number}"),
        back: url,
        course: said(language, &plan.course_hi, &plan.course_en).to_owned(),
        unit: said(language, &unit.name_hi, &unit.name_en).to_owned(),
        batches,
        venues: venues(visitor, &house, at),
        trainers: teachers(visitor, &house, at),
        chosen_trainers: with_spare(&draft.trainers),
        draft,
    })
}

#[derive(Serialize)]
struct Confirmation {
    #[serde(flatten)]
    plan: Show,
    /// How many letters will ask somebody to come, and how many of those people have no address.
    invitations: i64,
    mute: i64,
    /// Why it cannot be published as it stands.
    hindrance: Option<String>,
    /// Whether a reason must be given.
    asks_reason: bool,
    clash_reason: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PublicationForm {
    clash_reason: String,
}

pub async fn publishing(visitor: Visitor, id: Path<PlanId>) -> Answer {
    let v = visitor.clone();
    visitor
        .page("schedule/plan_publication.html", move |db, actor| {
            confirmation(db, actor, &v, *id, String::new())
        })
        .await
}

pub async fn publish(visitor: Visitor, id: Path<PlanId>, form: Form<PublicationForm>) -> Answer {
    let id = *id;
    let (reason, kept) = (form.0.clash_reason.clone(), form.0.clash_reason);
    let published =
        visitor.act(move |db, actor, stamp| publish::publish(db, actor, id, &reason, stamp)).await;
    match published {
        Ok(_) => Ok(done(&format!("/schedules/{id}"), "sessions-published")),
        Err(fault) => {
            let v = visitor.clone();
            let again = move |db: &mut Db, actor: &Actor| confirmation(db, actor, &v, id, kept);
            visitor.again(fault, "schedule/plan_publication.html", again).await
        }
    }
}

fn confirmation(
    db: &mut Db,
    actor: &Actor,
    visitor: &Visitor,
    id: PlanId,
    clash_reason: String,
) -> Result<Confirmation, Fault> {
    let plan = plans::plan_for(db, actor, id)?;
    if plan.state == PlanState::Published {
        return Err(Fault::conflict("plan-published"));
    }
    let house = House::of(db, actor, &plan, visitor.site.now())?;
    let (invitations, mute) = store::invited(db, &plan.grid.batches())?;
    let hindrance = hindrance(&house, actor, &plan, &visitor.site.stamp());
    Ok(Confirmation {
        plan: show_of(visitor, &plan, &house),
        invitations,
        mute,
        hindrance: hindrance.map(|code| visitor.say(&format!("conflict-{code}"))),
        asks_reason: house.clashes.iter().any(|found| needs_reason(found) && !is_refused(found)),
        clash_reason,
    })
}

pub async fn discard(visitor: Visitor, id: Path<PlanId>, _form: Form<Nothing>) -> Answer {
    let id = *id;
    visitor.act(move |db, actor, stamp| plans::discard(db, actor, id, stamp)).await?;
    Ok(done("/schedules", "plan-discarded"))
}
