//! The page on which a trainer's hours are kept.

use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Pairs, Visitor, done};
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n;
use crate::kit::ids::{AbsenceId, PersonId};
use crate::schedule::availability;
use crate::schedule::availability::rules::{self, AbsenceDraft, DayDraft};
use crate::schedule::availability::store;

#[derive(Serialize)]
struct Sheet {
    url: String,
    absences_url: String,
    name: String,
    is_own: bool,
    week: Vec<Weekday>,
    any_time: bool,
    absences: Vec<Away>,
    draft: AbsenceDraft,
}

#[derive(Serialize)]
struct Weekday {
    name: String,
    starts_name: String,
    starts: String,
    ends_name: String,
    ends: String,
}

#[derive(Serialize)]
struct Away {
    id: String,
    days: String,
    reason: Option<String>,
}

pub async fn show(visitor: Visitor, person: Path<PersonId>) -> Answer {
    visitor.page("schedule/availability.html", sheet(&visitor, *person, None, None)).await
}

fn sheet(
    visitor: &Visitor,
    person: PersonId,
    typed: Option<Vec<DayDraft>>,
    draft: Option<AbsenceDraft>,
) -> impl FnOnce(&mut Db, &Actor) -> Result<Sheet, Fault> + Send + use<> {
    let (language, site) = (visitor.language, visitor.site.clone());
    move |db, actor| {
        let whose = availability::whose(db, actor, person)?;
        let hours = store::hours_of(db, &[person])?;
        let typed = typed.unwrap_or_else(|| {
            let of = |weekday: i32| hours.iter().map(|(_, h)| h).find(|h| h.weekday == weekday);
            let day = |weekday| match of(weekday) {
                Some(h) => DayDraft { starts: rules::typed(h.starts), ends: rules::typed(h.ends) },
                None => DayDraft::default(),
            };
            (1..=7).map(day).collect()
        });
        let today = site.now().date_in(site.timezone);
        let absences = store::absences_of(db, &[person], today)?;
        let days = |a: &rules::Absence| {
            let (from, to) = (i18n::day(language, a.from_day), i18n::day(language, a.to_day));
            if from == to { from } else { format!("{from} – {to}") }
        };
        let week = (1..=7).zip(typed).map(|(n, day): (i32, DayDraft)| Weekday {
            name: site.texts().say(language, &format!("availability-weekday-{n}")),
            starts_name: format!("starts-{n}"),
            starts: day.starts,
            ends_name: format!("ends-{n}"),
            ends: day.ends,
        });
        Ok(Sheet {
            url: format!("/people/{person}/availability"),
            absences_url: format!("/people/{person}/absences"),
            name: whose.name,
            is_own: actor.person == person,
            week: week.collect(),
            any_time: hours.is_empty(),
            absences: absences
                .iter()
                .map(|(_, id, a)| Away {
                    id: id.to_string(),
                    days: days(a),
                    reason: a.reason.clone(),
                })
                .collect(),
            draft: draft.unwrap_or_default(),
        })
    }
}

pub async fn set_week(visitor: Visitor, person: Path<PersonId>, pairs: Pairs) -> Answer {
    let person = *person;
    let value = |name: String| {
        let found = pairs.0.iter().find(|(n, _)| *n == name);
        found.map(|(_, v)| v.clone()).unwrap_or_default()
    };
    let typed: Vec<DayDraft> = (1..=7)
        .map(|n| DayDraft {
            starts: value(format!("starts-{n}")),
            ends: value(format!("ends-{n}")),
        })
        .collect();
    let kept = typed.clone();
    let made = visitor
        .act(move |db, actor, stamp| availability::set_week(db, actor, person, &typed, stamp))
        .await;
    match made {
        Ok(()) => Ok(done(&format!("/people/{person}/availability"), "saved")),
        Err(fault) => {
            let ask = sheet(&visitor, person, Some(kept), None);
            visitor.again(fault, "schedule/availability.html", ask).await
        }
    }
}

pub async fn add_absence(
    visitor: Visitor,
    person: Path<PersonId>,
    form: Form<AbsenceDraft>,
) -> Answer {
    let person = *person;
    let (draft, kept) = (form.0.clone(), form.0);
    let made = visitor
        .act(move |db, actor, stamp| availability::add_absence(db, actor, person, &draft, stamp))
        .await;
    match made {
        Ok(()) => Ok(done(&format!("/people/{person}/availability"), "saved")),
        Err(fault) => {
            let ask = sheet(&visitor, person, None, Some(kept));
            visitor.again(fault, "schedule/availability.html", ask).await
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Removal {
    #[serde(default)]
    absence: String,
}

pub async fn remove_absence(
    visitor: Visitor,
    person: Path<PersonId>,
    form: Form<Removal>,
) -> Answer {
    let person = *person;
    let id = form.0.absence;
    visitor
        .act(move |db, actor, stamp| {
            availability::whose(db, actor, person)?;
            let id: AbsenceId = id.parse().map_err(|_| Fault::NotFound)?;
            availability::remove_absence(db, actor, person, id, stamp)
        })
        .await?;
    Ok(done(&format!("/people/{person}/availability"), "saved"))
}
