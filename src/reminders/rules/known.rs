//! What somebody knows by the letters that went out.

use std::collections::{BTreeMap, BTreeSet};

use crate::kit::clock::Moment;
use crate::kit::ids::{PersonId, SessionId};
use crate::post::rules::{Kind, State};
use crate::reminders::rules::{Announced, Existing, is_withdrawn};

/// What stands in the keys of letters to trainers about the sessions that they teach.
pub const TAUGHT: &str = ":taught:";

/// What a person was told by letters that went out, or whose fate was decided by hand.
#[derive(Debug, Default)]
pub struct Known {
    /// The sessions in the person's calendar, at the revision last told.
    pub sessions: BTreeMap<SessionId, i32>,
    /// The keys of the letters that went out, with the time at which each was due.
    pub keys: BTreeMap<String, Moment>,
    /// What each rule has reminded of, so that a letter that told of several sessions is not told
    /// again when one of them has begun.
    pub reminded: BTreeSet<(String, Announced)>,
    /// The revision of each session that a letter told last, also that it is off.
    pub told: BTreeMap<SessionId, i32>,
    /// Whether a letter told last that its reader teaches a session, or no longer does, and when.
    pub teaches: BTreeMap<SessionId, (bool, Moment)>,
    /// How many times a letter told that its reader no longer teaches it.
    pub again: BTreeMap<SessionId, i32>,
    /// Who was on the list of a session when its trainer last got it, and at which revision.
    pub rosters: BTreeMap<SessionId, (i32, Vec<PersonId>)>,
}

impl Known {
    pub fn of(letters: &[&Existing]) -> Self {
        let mut out: Vec<&&Existing> =
            letters.iter().filter(|l| l.state != State::Planned && !is_withdrawn(l)).collect();
        out.sort_by_key(|l| l.id);
        let mut known = Self::default();
        for letter in out {
            known.keys.insert(letter.key.clone(), letter.due_at);
            let told = letter.told.sessions.iter().copied();
            if let Some(rule) = &letter.rule {
                known.reminded.extend(told.clone().map(|announced| (rule.clone(), announced)));
            }
            known.told.extend(told.clone());
            let is_taught = letter.key.contains(TAUGHT);
            if is_taught || letter.kind == Kind::Roster {
                let teaches = letter.kind != Kind::Withdrawal;
                let says = (teaches, letter.due_at);
                known.teaches.extend(told.clone().map(|(session, _)| (session, says)));
                let again = letter.told.again + i32::from(!teaches);
                known.again.extend(told.clone().map(|(session, _)| (session, again)));
            }
            match letter.kind {
                // What a trainer is told takes nothing out of the calendar of a seat.
                Kind::Invitation | Kind::Withdrawal if is_taught => {}
                Kind::Confirmation | Kind::Invitation | Kind::Change => known.sessions.extend(told),
                Kind::Cancellation | Kind::Withdrawal => {
                    for (session, _) in told {
                        known.sessions.remove(&session);
                    }
                }
                Kind::Roster => {
                    let people = &letter.told.people;
                    let list = |(session, revision)| (session, (revision, people.clone()));
                    known.rosters.extend(told.map(list));
                }
                _ => {}
            }
        }
        known
    }
}
