//! The page that finds times.

use actix_web::HttpRequest;
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::rules::Right;
use crate::courses;
use crate::courses::rules::said;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n;
use crate::kit::ids::BatchId;
use crate::kit::site::Site;
use crate::schedule::finding::rules::check::check;
use crate::schedule::finding::rules::search::{Desk, search};
use crate::schedule::finding::rules::why::{Hindrance, Refusal, Why, refusals};
use crate::schedule::finding::rules::{Placed, Plan, Slot};
use crate::schedule::finding::{self, Accepted, AskDraft, Sought, store};

/// The query: what is asked, as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Query {
    batch: Vec<String>,
    from: String,
    to: String,
    clocks: String,
    weekday: Vec<String>,
    per_day: String,
    /// Set by the form: without it, one only comes by.
    find: String,
}

impl Query {
    fn of(text: &str) -> Self {
        serde_html_form::from_str(text).unwrap_or_default()
    }

    fn draft(&self) -> AskDraft {
        AskDraft {
            batches: self.batch.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            clocks: self.clocks.clone(),
            weekdays: self.weekday.clone(),
            per_day: self.per_day.clone(),
        }
    }

    fn text(&self) -> String {
        serde_html_form::to_string(self).unwrap_or_default()
    }
}

#[derive(Serialize)]
struct Page {
    query: Query,
    batches: Vec<Choice>,
    weekdays: Vec<Choice>,
    found: Option<Found>,
    /// The whole question again, for the form that accepts.
    asked: String,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
    meta: String,
    checked: bool,
}

#[derive(Serialize)]
struct Found {
    rows: Vec<Row>,
    without: Vec<Row>,
    ends: Option<String>,
    /// Each trainer who teaches in it, with the hours.
    loads: Vec<(String, String)>,
    /// What the checker says: nothing is wrong.
    sound: bool,
}

#[derive(Serialize)]
struct Row {
    batch: String,
    batch_url: String,
    what: String,
    when: String,
    place: String,
    trainer: String,
    /// For the form that accepts.
    value: String,
    /// Why not earlier.
    why: Vec<String>,
    more: usize,
}

pub async fn suggest(visitor: Visitor, request: HttpRequest) -> Answer {
    let query = Query::of(request.query_string());
    if query.find.is_empty() {
        return visitor.page("schedule/suggestions.html", blank(&visitor, query)).await;
    }
    match look(&visitor, query.clone()).await {
        Ok(page) => visitor.page("schedule/suggestions.html", move |_, _| Ok(page)).await,
        Err(fault) => {
            visitor.again(fault, "schedule/suggestions.html", blank(&visitor, query)).await
        }
    }
}

/// Gathers with the database, searches without it.
async fn look(visitor: &Visitor, query: Query) -> Result<Page, Fault> {
    let (site, language) = (visitor.site.clone(), visitor.language);
    let typed = query.clone();
    let home = site.timezone;
    let now = site.now();
    let (sought, mut page) = visitor
        .see(move |db, actor| {
            let ask = finding::read(&typed.draft(), now.date_in(home))?;
            let sought = finding::gather(db, actor, &ask, home, now)?;
            Ok((sought, page(db, actor, &site, language, typed)?))
        })
        .await?;
    let site = visitor.site.clone();
    let found = actix_web::web::block(move || found(&sought, &site, language)).await;
    page.found = Some(found.map_err(Fault::broken)?);
    Ok(page)
}

fn blank(
    visitor: &Visitor,
    query: Query,
) -> impl FnOnce(&mut Db, &Actor) -> Result<Page, Fault> + Send + use<> {
    let (site, language) = (visitor.site.clone(), visitor.language);
    move |db, actor| page(db, actor, &site, language, query)
}

/// What the form offers when nothing is said: from tomorrow on, for three months, mornings and
/// afternoons.
fn page(
    db: &mut Db,
    actor: &Actor,
    site: &Site,
    language: Language,
    mut query: Query,
) -> Result<Page, Fault> {
    let reach = actor.must_somewhere(Right::Plan)?;
    let today = site.now().date_in(site.timezone);
    if query.find.is_empty() {
        let day = |n| today.checked_add_days(chrono::Days::new(n)).unwrap_or(today).to_string();
        let or = |typed: &mut String, otherwise: String| {
            if typed.is_empty() {
                *typed = otherwise;
            }
        };
        or(&mut query.from, day(1));
        or(&mut query.to, day(91));
        or(&mut query.clocks, "10:00, 14:00".to_owned());
        or(&mut query.per_day, "1".to_owned());
        if query.weekday.is_empty() {
            query.weekday = (1..=7).map(|n: u32| n.to_string()).collect();
        }
    }
    let open = store::open_batches(db, &reach, today)?;
    let ids: Vec<BatchId> = open.iter().map(|b| b.id).collect();
    let versions: Vec<_> = open.iter().map(|b| b.version_id).collect();
    let modules = courses::store::modules_of(db, &versions)?;
    let planned = store::planned(db, &ids)?;
    let batches = open
        .iter()
        .filter_map(|b| {
            let left = modules
                .iter()
                .filter(|(version, id, _)| {
                    *version == b.version_id && !planned.contains(&(b.id, *id))
                })
                .count();
            let unit = said(language, &b.unit_hi, &b.unit_en);
            let left_said = site.texts().say_with(
                language,
                "finding-left",
                &[("count", left.to_string()), ("unit", unit.to_owned())],
            );
            (left > 0).then(|| Choice {
                value: b.id.to_string(),
                label: b.title.clone(),
                meta: left_said,
                checked: query.batch.contains(&b.id.to_string()),
            })
        })
        .collect();
    let weekdays = (1..=7)
        .map(|n: u32| Choice {
            value: n.to_string(),
            label: site.texts().say(language, &format!("availability-weekday-{n}")),
            meta: String::new(),
            checked: query.weekday.contains(&n.to_string()),
        })
        .collect();
    Ok(Page { asked: query.text(), query, batches, weekdays, found: None })
}

/// Refused slots that are read out for one session.
const SLOTS: usize = 8;

fn found(sought: &Sought, site: &Site, language: Language) -> Found {
    let plan = search(&sought.problem);
    let wrong = check(&sought.problem, &plan);
    if !wrong.is_empty() {
        tracing::error!(?wrong, "a plan that does not hold was found and is not shown");
    }
    let told = Told { sought, site, language };
    let mut desk = Desk::with(&sought.problem, &plan);
    let rows = plan.placed.iter().map(|p| told.row(&mut desk, &plan, (p.run, p.lesson), Some(p)));
    let rows: Vec<Row> = rows.collect();
    let without = plan.unplaced.iter().map(|l| told.row(&mut desk, &plan, *l, None));
    let without: Vec<Row> = without.collect();
    let loads = plan.loads(&sought.problem);
    Found {
        ends: (!plan.placed.is_empty()).then(|| {
            let end = finding::moment_of(plan.ends());
            i18n::day(language, end.date_in(sought.zone))
        }),
        loads: sought
            .trainers
            .iter()
            .zip(loads)
            .filter(|(_, minutes)| *minutes > 0)
            .map(|(name, minutes)| (name.clone(), told.hours(minutes)))
            .collect(),
        sound: wrong.is_empty(),
        rows,
        without,
    }
}

/// A plan put into words.
struct Told<'a> {
    sought: &'a Sought,
    site: &'a Site,
    language: Language,
}

impl Told<'_> {
    fn row(
        &self,
        desk: &mut Desk<'_>,
        plan: &Plan,
        (run, lesson): (usize, usize),
        placed: Option<&Placed>,
    ) -> Row {
        let batch = &self.sought.batches[run];
        let (hi, en) = &self.sought.lessons[run][lesson];
        let (why, more) = refusals(desk, plan, (run, lesson), SLOTS);
        let moment = finding::moment_of;
        let when =
            |p: &Placed| i18n::span(self.language, moment(p.from), moment(p.to), self.sought.zone);
        Row {
            batch: batch.title.clone(),
            batch_url: format!("/batches/{}", batch.id),
            what: said(self.language, hi, en).to_owned(),
            when: placed.map(when).unwrap_or_default(),
            place: placed.map(|p| self.hall(p.hall)).unwrap_or_default(),
            trainer: placed.map(|p| self.sought.trainers[p.trainer].clone()).unwrap_or_default(),
            value: placed.map(|p| self.accepted(p).to_string()).unwrap_or_default(),
            why: why.iter().map(|r| self.refusal(r)).collect(),
            more,
        }
    }

    fn accepted(&self, p: &Placed) -> Accepted {
        let problem = &self.sought.problem;
        Accepted {
            batch: problem.runs[p.run].id,
            module: problem.runs[p.run].lessons[p.lesson].module,
            from: p.from,
            to: p.to,
            trainer: problem.trainers[p.trainer].id,
            hall: problem.halls[p.hall].id,
        }
    }

    fn hall(&self, hall: usize) -> String {
        let (hi, en) = &self.sought.halls[hall];
        said(self.language, hi, en).to_owned()
    }

    fn hours(&self, minutes: i64) -> String {
        let (hours, rest) = (minutes / 60, minutes % 60);
        let args = [("hours", hours.to_string()), ("minutes", rest.to_string())];
        let key = if rest == 0 { "finding-hours" } else { "finding-hours-minutes" };
        self.site.texts().say_with(self.language, key, &args)
    }

    /// `Mon 2 Nov, 10:00 am: no trainer is free (…)`.
    fn refusal(&self, refusal: &Refusal) -> String {
        let day = &self.sought.problem.days[refusal.day];
        let slot = refusal.slot.and_then(|s| day.slots.get(s));
        let at = |s: &Slot| {
            i18n::day_and_clock(self.language, finding::moment_of(s.at), self.sought.zone)
        };
        let when = slot.map_or_else(|| i18n::day_short(self.language, day.date), at);
        format!("{when}: {}", self.why(&refusal.why))
    }

    fn why(&self, why: &Why) -> String {
        let texts = self.site.texts();
        let say = |key: &str| texts.say(self.language, key);
        match why {
            Why::Weekday => say("finding-why-weekday"),
            Why::Holiday(which) => {
                let name = self.sought.holidays.get(*which);
                let name = name.map(|h| said(self.language, &h.name_hi, &h.name_en).to_owned());
                let args = [("name", name.unwrap_or_default())];
                texts.say_with(self.language, "finding-why-holiday", &args)
            }
            Why::Night => say("finding-why-night"),
            Why::FullDay => say("finding-why-full-day"),
            Why::People => say("finding-why-people"),
            Why::Trainers(hindered) if hindered.is_empty() => say("finding-why-no-trainer"),
            Why::Trainers(hindered) => {
                let mut list: Vec<String> =
                    hindered.iter().take(4).map(|(t, why)| self.hindrance(*t, *why)).collect();
                if hindered.len() > list.len() {
                    list.push("…".to_owned());
                }
                let args = [("list", list.join("; "))];
                texts.say_with(self.language, "finding-why-trainers", &args)
            }
            Why::Halls { small: 0, taken: 0 } => say("finding-why-no-hall"),
            Why::Halls { small, taken } => {
                let args = [("small", small.to_string()), ("taken", taken.to_string())];
                texts.say_with(self.language, "finding-why-halls", &args)
            }
            Why::Travel => say("finding-why-travel"),
        }
    }

    fn hindrance(&self, trainer: usize, why: Hindrance) -> String {
        let key = match why {
            Hindrance::Away => "finding-trainer-away",
            Hindrance::Hours => "finding-trainer-hours",
            Hindrance::Teaches => "finding-trainer-teaches",
        };
        let args = [("name", self.sought.trainers[trainer].clone())];
        self.site.texts().say_with(self.language, key, &args)
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AcceptForm {
    place: Vec<String>,
    asked: String,
}

pub async fn accept(visitor: Visitor, form: Form<AcceptForm>) -> Answer {
    let home = visitor.site.timezone;
    let query = Query::of(&form.0.asked);
    let places = form.0.place;
    let made = visitor
        .act(move |db, actor, stamp| {
            actor.must_somewhere(Right::Plan)?;
            let places: Vec<Accepted> =
                places.iter().map(|p| p.parse()).collect::<Result<_, _>>()?;
            finding::accept::accept(db, actor, &places, home, stamp)?;
            Ok(places.first().map(|p| p.batch))
        })
        .await;
    match made {
        Ok(batch) => {
            let to = batch.map_or_else(|| "/batches".to_owned(), |id| format!("/batches/{id}"));
            Ok(done(&to, "sessions-drafted"))
        }
        // What stood in the way is now known: the search again, with a word about it.
        Err(fault @ Fault::Conflict(_)) => match look(&visitor, query.clone()).await {
            Ok(page) => {
                visitor.again(fault, "schedule/suggestions.html", move |_, _| Ok(page)).await
            }
            Err(_) => {
                visitor.again(fault, "schedule/suggestions.html", blank(&visitor, query)).await
            }
        },
        Err(fault) => {
            visitor.again(fault, "schedule/suggestions.html", blank(&visitor, query)).await
        }
    }
}
