//! The letters that the steps of an enrolment cause, planned with the step.

use serde_json::{Value, json};

use crate::courses::rules::line_of;
use crate::enrolment::asks::office;
use crate::enrolment::desk::Desk;
use crate::enrolment::offers::rules::Life;
use crate::enrolment::offers::store::{Made, Offer};
use crate::enrolment::store::{self, Enrolment, Waiting};
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{EnrolmentId, LetterId, PersonId};
use crate::kit::ledger::{self, Plan};
use crate::kit::night::morning;
use crate::kit::site::Stamp;

/// Of each offer to the one who may take it. Who has no address is told by the office of the unit:
/// it gets the letter instead, with the name and the number, and answers for the person.
pub fn offered(
    db: &mut Db,
    desk: &Desk,
    made: &[Made],
    chosen: &[(Waiting, Life)],
    stamp: &Stamp,
) -> Result<(), Fault> {
    let people: Vec<PersonId> = chosen.iter().map(|(w, _)| w.person).collect();
    let reachable = store::reachable(db, &people)?;
    let mut plans = vec![];
    let mut mute = vec![];
    for (offer, (waiting, life)) in made.iter().zip(chosen) {
        let mut facts = json!({
            "offer": offer.id,
            "ends_at": offer.ends_at,
            "begins_at": desk.run.first_start,
            "zone": desk.zones.of(&waiting.path).name(),
        });
        let useless_after = Some(offer.ends_at);
        let key = format!("offer:{}", offer.id);
        let letter = letter(desk, "offer", waiting.person, waiting.id, key, stamp);
        plans.push(Plan { facts: facts.clone(), due_at: life.told_at, useless_after, ..letter });
        if !reachable.contains(&waiting.person) {
            facts["about"] = json!(waiting.person);
            mute.push((offer, waiting, life, facts));
        }
    }
    for (offer, waiting, life, facts) in mute {
        let Some(unit) = line_of(&waiting.path).pop() else { continue };
        // Few at once: as many as seats came free for people without a mailbox.
        for (officer, _) in office(db, unit, stamp.now)?.map(|o| o.people).unwrap_or_default() {
            let key = format!("offer:{}:{officer}", offer.id);
            plans.push(Plan {
                facts: facts.clone(),
                due_at: life.told_at,
                useless_after: Some(offer.ends_at),
                ..letter(desk, "offer", officer, waiting.id, key, stamp)
            });
        }
    }
    ledger::plan(db, &plans, stamp.now)?;
    Ok(())
}

/// That an offer was not taken in time.
pub fn lapsed(db: &mut Db, desk: &Desk, over: &[Offer], stamp: &Stamp) -> Result<(), Fault> {
    if desk.run.cancelled {
        return Ok(());
    }
    let due_at = morning(stamp.now, desk.zones.of(&desk.batch.path));
    let plans: Vec<Plan> = over
        .iter()
        .map(|offer| Plan {
            facts: json!({
                "ends_at": offer.ends_at,
                "zone": desk.zones.of(&desk.batch.path).name(),
            }),
            due_at,
            useless_after: desk.run.first_start.filter(|start| *start > due_at),
            ..letter(
                desk,
                "lapse",
                offer.person,
                offer.enrolment,
                format!("lapse:{}", offer.id),
                stamp,
            )
        })
        .collect();
    ledger::plan(db, &plans, stamp.now)?;
    Ok(())
}

/// To the office that decides.
pub fn asked(
    db: &mut Db,
    desk: &Desk,
    asked: &Enrolment,
    deciders: &[PersonId],
    stamp: &Stamp,
) -> Result<(), Fault> {
    let due_at = morning(stamp.now, desk.zones.of(&desk.batch.path));
    let plans: Vec<Plan> = deciders
        .iter()
        .map(|officer| Plan {
            facts: json!({ "about": asked.person, "way": asked.way }),
            due_at,
            useless_after: useful_until(desk, due_at),
            ..letter(
                desk,
                "request",
                *officer,
                asked.id,
                format!("request:{}:{}:{officer}", asked.id, asked.round),
                stamp,
            )
        })
        .collect();
    ledger::plan(db, &plans, stamp.now)?;
    Ok(())
}

/// That the answer was no: to the person who asked, or to whoever put the name forward.
pub fn refused(
    db: &mut Db,
    desk: &Desk,
    asked: &Enrolment,
    to: PersonId,
    reason: &str,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let due_at = morning(stamp.now, desk.zones.of(&desk.batch.path));
    let mut facts = json!({ "reason": reason });
    if to != asked.person {
        facts["about"] = json!(asked.person);
    }
    let plan = Plan {
        facts,
        due_at,
        useless_after: useful_until(desk, due_at),
        ..letter(
            desk,
            "decision",
            to,
            asked.id,
            format!("decision:{}:{}", asked.id, asked.round),
            stamp,
        )
    };
    ledger::plan(db, &[plan], stamp.now)?;
    Ok(())
}

/// Once the last session is over nobody wants to know; a batch without sessions has no such time.
fn useful_until(desk: &Desk, due_at: Moment) -> Option<Moment> {
    desk.run.last_end.filter(|end| *end > due_at)
}

fn letter(
    desk: &Desk,
    kind: &str,
    person: PersonId,
    enrolment: EnrolmentId,
    key: String,
    stamp: &Stamp,
) -> Plan {
    Plan {
        id: LetterId(stamp.id()),
        kind: kind.to_owned(),
        rule: None,
        person,
        batch: Some(desk.batch.id),
        session: None,
        revision: None,
        enrolment: Some(enrolment),
        key,
        facts: Value::Null,
        due_at: stamp.now,
        useless_after: None,
    }
}
