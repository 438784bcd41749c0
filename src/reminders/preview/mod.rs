//! What will go to whom about a session, and when, before it goes.

pub mod pages;

use std::collections::{BTreeMap, HashMap};

use crate::access::Actor;
use crate::access::rules::Right;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{PersonId, SessionId};
use crate::post::rules::{Kind, State};
use crate::reminders::rules::rule::Rule;
use crate::reminders::rules::{self, BatchFacts};
use crate::reminders::{existing_of, facts_of, store};
use crate::schedule::rules::SessionState;
use crate::schedule::{Session, session_for};

/// Letters of one kind and rule with one due time.
#[derive(Debug, Clone)]
pub struct Pile {
    pub kind: Kind,
    pub rule: Option<Rule>,
    pub due_at: Moment,
    pub names: Vec<String>,
}

/// A session with the letters about it.
pub struct Preview {
    pub session: Session,
    /// What will go, in the order of due; of a draft: what would, if it were published now.
    pub coming: Vec<Pile>,
    /// What became of those that were due, by kind and state.
    pub gone: Vec<(Kind, State, usize)>,
}

/// Letters of one kind and rule, and whom they go to.
type Heap = (Kind, Option<String>, Vec<PersonId>);

/// For those who plan or teach: compared by the planner's own rules, and nothing is written.
pub fn preview(db: &mut Db, actor: &Actor, id: SessionId, now: Moment) -> Result<Preview, Fault> {
    let session = session_for(db, actor, id)?;
    if !session.is_taught_by(actor.person) {
        actor.must(Right::Plan, &session.unit_path)?;
    }
    let mut facts = facts_of(db, session.batch, now)?.ok_or(Fault::NotFound)?;
    publish(&mut facts, id, now);
    let existing = existing_of(db, session.batch)?;
    let difference = rules::difference(&facts, &existing, now);
    let tells = |told: &rules::Told| told.sessions.iter().any(|(session, _)| *session == id);
    let mut piles: BTreeMap<(Moment, &str, String), Heap> = BTreeMap::new();
    let mut pile = |due: Moment, kind: Kind, rule: &Option<String>, person| {
        let key = (due, kind.word(), rule.clone().unwrap_or_default());
        piles.entry(key).or_insert_with(|| (kind, rule.clone(), vec![])).2.push(person);
    };
    let leaves = |id| difference.cancel.contains(&id);
    let amended = |id| difference.amend.iter().any(|(amended, _)| *amended == id);
    for w in difference.add.iter().chain(difference.amend.iter().map(|(_, w)| w)) {
        if tells(&w.told) {
            pile(w.due_at, w.kind, &w.rule, w.person);
        }
    }
    let mut gone: BTreeMap<(&str, &str), (Kind, State, usize)> = BTreeMap::new();
    for letter in existing.iter().filter(|l| tells(&l.told)) {
        if letter.state != State::Planned {
            let key = (letter.kind.word(), letter.state.word());
            gone.entry(key).or_insert((letter.kind, letter.state, 0)).2 += 1;
        } else if !leaves(letter.id) && !amended(letter.id) {
            pile(letter.due_at, letter.kind, &letter.rule, letter.person);
        }
    }
    let people: Vec<PersonId> = piles.values().flat_map(|(_, _, people)| people.clone()).collect();
    let names = store::names_of(db, &people)?;
    let coming = piles.into_iter().map(|((due_at, ..), (kind, rule, people))| Pile {
        kind,
        rule: rule.and_then(|word| facts.rules.iter().find(|r| r.word() == word).cloned()),
        due_at,
        names: said(&names, &people),
    });
    Ok(Preview { coming: coming.collect(), session, gone: gone.into_values().collect() })
}

/// The session as it would be, published now.
fn publish(facts: &mut BatchFacts, id: SessionId, now: Moment) {
    for session in facts.sessions.iter_mut().filter(|s| s.id == id) {
        if session.state == SessionState::Draft {
            session.state = SessionState::Published;
            session.settled_at = now;
        }
    }
}

fn said(names: &HashMap<PersonId, String>, people: &[PersonId]) -> Vec<String> {
    let mut said: Vec<String> = people.iter().filter_map(|p| names.get(p).cloned()).collect();
    said.sort();
    said
}
