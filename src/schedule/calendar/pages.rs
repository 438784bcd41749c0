//! The calendar page: one month, week, list or day of sessions.

use std::collections::{BTreeMap, HashMap};

use actix_web::web::Query;
use chrono::{Datelike, NaiveDate, Timelike};
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Visitor};
use crate::access::rules::{Reach, Right};
use crate::courses::pages::choices;
use crate::courses::store::units_to_choose;
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n::{self, pick};
use crate::kit::ids::SessionId;
use crate::kit::page::{PageNumber, Paging};
use crate::schedule::calendar::rules::{self, Shown, View};
use crate::schedule::calendar::store::{self, Slot, Whose};
use crate::schedule::holidays;
use crate::schedule::pages::{place, trainers, what};
use crate::schedule::rules::SessionState;
use crate::schedule::store::sessions_with;
use crate::schedule::{Session, zone_named};
use crate::units;
use crate::units::store::Unit;

/// What a calendar is asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    view: String,
    from: String,
    unit: String,
    whose: String,
    page: Option<u32>,
}

#[derive(Serialize)]
struct Page {
    title: String,
    view: View,
    /// What was typed as a date is none.
    from_error: Option<String>,
    views: Vec<Choice>,
    /// Everybody's or one's own; only where these differ.
    whose: Vec<Choice>,
    before: String,
    today: String,
    after: String,
    /// For a month: rows of seven days. Else one row with each day.
    weeks: Vec<Vec<DayView>>,
    weekdays: Vec<String>,
    count: usize,
    paging: Option<Paging>,
    unit: String,
    unit_name: Option<String>,
    units: Vec<(String, String)>,
    from: String,
    mine: bool,
    feeds_url: String,
}

/// One of several pages to choose from.
#[derive(Serialize)]
struct Choice {
    key: &'static str,
    url: String,
    here: bool,
}

#[derive(Serialize)]
struct DayView {
    number: u32,
    label: String,
    url: String,
    today: bool,
    /// Of the month before or after.
    outside: bool,
    holidays: Vec<String>,
    entries: Vec<EntryView>,
    /// How many more there are than are shown.
    more: usize,
}

#[derive(Clone, Serialize)]
struct EntryView {
    url: String,
    from: String,
    until: String,
    what: String,
    batch: String,
    place: Option<String>,
    trainers: String,
    state: SessionState,
}

/// Sessions that are read at once: more than a state holds in a month.
const MOST: i64 = 20_000;
/// Sessions of one day in a month and in a week; the rest is behind the day's link.
const IN_A_MONTH: usize = 4;
const IN_A_WEEK: usize = 12;

pub async fn show(visitor: Visitor, asked: Query<Asked>) -> Answer {
    let v = visitor.clone();
    let asked = asked.into_inner();
    visitor.page("schedule/calendar.html", move |db, actor| page(db, actor, &v, asked)).await
}

fn page(db: &mut Db, actor: &Actor, visitor: &Visitor, asked: Asked) -> Result<Page, Fault> {
    let (language, zone) = (visitor.language, visitor.site.timezone);
    let today = visitor.site.now().date_in(zone);
    let view = View::parse(&asked.view).unwrap_or(View::Month);
    let from = rules::date(&asked.from);
    let shown = rules::shown(view, from.unwrap_or(today));
    let scope = scope(db, actor, &asked)?;
    // A day elsewhere begins up to 26 hours before or after one here.
    let start = Moment::of_local(shown.first.and_time(chrono::NaiveTime::MIN), zone);
    let end = Moment::of_local(shown.end.and_time(chrono::NaiveTime::MIN), zone);
    let (start, end) = (start.plus_minutes(-26 * 60), end.plus_minutes(26 * 60));
    let slots = store::slots(db, &scope.whose, start, end, MOST)?;
    let mut days = by_day(&slots, shown);
    let count = days.values().map(Vec::len).sum();
    let way = Way { asked: &asked, view, mine: scope.mine };
    let paging = cut(&mut days, view, &asked, &way, shown);
    let wanted = wanted(&days, view);
    let holidays = holidays(db, actor, &scope, shown, language)?;
    let entries = entries(db, &wanted, language)?;
    let row = |day: NaiveDate| DayView {
        holidays: holidays.get(&day).cloned().unwrap_or_default(),
        ..day_view(day, &days, &entries, view, shown, today, &way, language)
    };
    let all: Vec<NaiveDate> = shown.days().collect();
    let weeks = match view {
        View::Month => all.chunks(7).map(|week| week.iter().map(|d| row(*d)).collect()).collect(),
        View::Week | View::Day => vec![all.iter().map(|d| row(*d)).collect()],
        View::List => vec![days.keys().map(|d| row(*d)).collect()],
    };
    let units = if scope.reach.is_empty() {
        vec![]
    } else {
        let every = (String::new(), visitor.say("calendar-every-unit"));
        let mut units = choices(units_to_choose(db, &scope.reach)?, language);
        units.insert(0, every);
        units
    };
    Ok(Page {
        title: title(view, shown, language),
        from_error: (from.is_none() && !asked.from.trim().is_empty())
            .then(|| visitor.say("error-date")),
        views: [
            ("calendar-month", View::Month),
            ("calendar-week", View::Week),
            ("calendar-list", View::List),
        ]
        .map(|(key, other)| Choice {
            key,
            url: way.to(other, from.unwrap_or(today)),
            here: other == view,
        })
        .into(),
        whose: scope.choices(&way, shown),
        before: way.to(view, shown.before),
        today: way.to(view, today),
        after: way.to(view, shown.after),
        weeks,
        weekdays: (0..7).map(|n| i18n::weekday(language, n).to_owned()).collect(),
        count,
        paging,
        unit_name: scope
            .unit
            .as_ref()
            .map(|u| pick(language, &u.row.name_hi, &u.row.name_en).to_owned()),
        units,
        from: shown.about.to_string(),
        mine: scope.mine,
        feeds_url: feeds_url(&asked.unit),
        unit: asked.unit,
        view,
    })
}

fn feeds_url(unit: &str) -> String {
    if unit.is_empty() {
        return "/me/calendars".to_owned();
    }
    let unit: String = url::form_urlencoded::byte_serialize(unit.as_bytes()).collect();
    format!("/me/calendars?unit={unit}")
}

/// Whose sessions a page shows, and what else could be chosen.
struct Scope {
    whose: Whose,
    mine: bool,
    reach: Reach,
    unit: Option<Unit>,
}

impl Scope {
    fn choices(&self, way: &Way<'_>, shown: Shown) -> Vec<Choice> {
        if self.reach.is_empty() || self.unit.is_some() {
            return vec![];
        }
        let choice = |key, mine| Choice {
            key,
            url: Way { mine, ..*way }.to(way.view, shown.about),
            here: mine == self.mine,
        };
        vec![choice("calendar-all", false), choice("calendar-mine", true)]
    }
}

fn scope(db: &mut Db, actor: &Actor, asked: &Asked) -> Result<Scope, Fault> {
    let reach = actor.reach(Right::SeePlans);
    let (person, helped) = (actor.person, actor.grants.iter().filter_map(|g| g.session).collect());
    if !asked.unit.is_empty() {
        let unit = units::unit_for(db, actor, &asked.unit)?;
        let whose = Whose::Units(reach.within(&unit.row.path));
        return Ok(Scope { whose, mine: false, reach, unit: Some(unit) });
    }
    let mine = reach.is_empty() || asked.whose == "mine";
    let whose = if mine {
        Whose::Mine { person, helped }
    } else {
        Whose::Seen { reach: reach.clone(), person, helped }
    };
    Ok(Scope { whose, mine, reach, unit: None })
}

/// The addresses of this calendar at other days.
#[derive(Clone, Copy)]
struct Way<'a> {
    asked: &'a Asked,
    view: View,
    mine: bool,
}

impl Way<'_> {
    fn to(&self, view: View, day: NaiveDate) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("view", view.word()).append_pair("from", &day.to_string());
        if !self.asked.unit.is_empty() {
            query.append_pair("unit", &self.asked.unit);
        }
        if self.mine {
            query.append_pair("whose", "mine");
        }
        format!("/calendar?{}", query.finish())
    }
}

/// The sessions of each day shown; one that goes over midnight stands on both days.
fn by_day(slots: &[Slot], shown: Shown) -> BTreeMap<NaiveDate, Vec<SessionId>> {
    let mut days: BTreeMap<NaiveDate, Vec<SessionId>> = BTreeMap::new();
    for slot in slots {
        let zone = zone_named(Some(&slot.timezone), chrono_tz::Asia::Kolkata);
        let first = slot.starts_at.date_in(zone);
        let end = slot.ends_at.local(zone);
        let ends_at_midnight = end.num_seconds_from_midnight() == 0;
        let last = if ends_at_midnight { end.date().pred_opt() } else { Some(end.date()) };
        let last = last.unwrap_or(first).max(first);
        for day in first.iter_days().take_while(|d| *d <= last).filter(|d| shown.holds(*d)) {
            days.entry(day).or_default().push(slot.id);
        }
    }
    days
}

/// A list and a day are cut to one page; a month and a week show every day.
fn cut(
    days: &mut BTreeMap<NaiveDate, Vec<SessionId>>,
    view: View,
    asked: &Asked,
    way: &Way<'_>,
    shown: Shown,
) -> Option<Paging> {
    if !matches!(view, View::List | View::Day) {
        return None;
    }
    let page = PageNumber::of(asked.page);
    let from = usize::try_from(page.offset()).unwrap_or_default();
    let all = std::mem::take(days).into_iter();
    let mut rows: Vec<(NaiveDate, SessionId)> =
        all.flat_map(|(day, ids)| ids.into_iter().map(move |id| (day, id))).skip(from).collect();
    let mut paging = Paging::cut(&mut rows, page, "", &[]);
    paging.base = format!("{}&", way.to(view, shown.about));
    for (day, id) in rows {
        days.entry(day).or_default().push(id);
    }
    Some(paging)
}

/// The sessions that will be told in words.
fn wanted(days: &BTreeMap<NaiveDate, Vec<SessionId>>, view: View) -> Vec<SessionId> {
    let mut ids: Vec<SessionId> =
        days.values().flat_map(|ids| ids.iter().take(most_of(view))).copied().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn most_of(view: View) -> usize {
    match view {
        View::Month => IN_A_MONTH,
        View::Week => IN_A_WEEK,
        View::List | View::Day => usize::MAX,
    }
}

fn entries(
    db: &mut Db,
    ids: &[SessionId],
    language: Language,
) -> Result<HashMap<SessionId, EntryView>, Fault> {
    let sessions = sessions_with(db, ids)?;
    Ok(sessions.iter().map(|s| (s.id, entry(s, language))).collect())
}

fn entry(session: &Session, language: Language) -> EntryView {
    let zone = session.zone();
    EntryView {
        url: format!("/sessions/{}", session.id),
        from: i18n::clock(language, session.starts_at.local(zone)),
        until: i18n::clock(language, session.ends_at.local(zone)),
        what: what(session, language),
        batch: session.batch_title.clone(),
        place: place(session, language),
        trainers: trainers(session),
        state: session.state,
    }
}

#[expect(clippy::too_many_arguments, reason = "one day is seen from all sides")]
fn day_view(
    day: NaiveDate,
    days: &BTreeMap<NaiveDate, Vec<SessionId>>,
    entries: &HashMap<SessionId, EntryView>,
    view: View,
    shown: Shown,
    today: NaiveDate,
    way: &Way<'_>,
    language: Language,
) -> DayView {
    let ids = days.get(&day).map_or(&[][..], Vec::as_slice);
    let told = ids.iter().take(most_of(view));
    DayView {
        number: day.day(),
        label: i18n::day_short(language, day),
        url: way.to(View::Day, day),
        today: day == today,
        outside: view == View::Month && day.month() != shown.about.month(),
        holidays: vec![],
        entries: told.filter_map(|id| entries.get(id).cloned()).collect(),
        more: ids.len().saturating_sub(most_of(view)),
    }
}

/// The holidays of each day, where the sessions shown are held or, for who plans nothing, at home.
fn holidays(
    db: &mut Db,
    actor: &Actor,
    scope: &Scope,
    shown: Shown,
    language: Language,
) -> Result<HashMap<NaiveDate, Vec<String>>, Fault> {
    let places = match &scope.unit {
        Some(unit) => vec![unit.row.path.clone()],
        None if scope.reach.is_empty() => vec![units::store::path_of(db, actor.unit)?],
        None => scope.reach.paths().to_vec(),
    };
    let last = shown.end.pred_opt().unwrap_or(shown.end);
    let mut out: HashMap<NaiveDate, Vec<String>> = HashMap::new();
    for holiday in holidays::store::between(db, shown.first, last)? {
        let holds = holiday.unit_path.as_deref().is_none_or(|above| {
            places.iter().any(|place| place.starts_with(above) || above.starts_with(place.as_str()))
        });
        if holds {
            let name = pick(language, &holiday.name_hi, &holiday.name_en).to_owned();
            out.entry(holiday.day).or_default().push(name);
        }
    }
    Ok(out)
}

fn title(view: View, shown: Shown, language: Language) -> String {
    let last = shown.end.pred_opt().unwrap_or(shown.end);
    match view {
        View::Month => i18n::month(language, shown.about),
        View::Day => i18n::day(language, shown.first),
        View::Week | View::List => format!(
            "{} – {}",
            i18n::date_short(language, shown.first),
            i18n::date_short_with_year(language, last)
        ),
    }
}
