//! The letters that one person of a batch should have.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::enrolment::rules::Place;
use crate::kit::clock::Moment;
use crate::kit::ids;
use crate::post::rules::Kind;
use crate::reminders::rules::known::Known;
use crate::reminders::rules::times::{self, Time};
use crate::reminders::rules::{
    Announced, BatchFacts, PersonFacts, Rule, SessionFacts, Told, Wanted,
};
use crate::schedule::rules::SessionState;

/// Everything that should stand in the ledger for a person now.
pub fn of(facts: &BatchFacts, person: &PersonFacts, known: &Known, now: Moment) -> Vec<Wanted> {
    let mut out = Vec::new();
    let letters = Maker { facts, person, now };
    let coming: Vec<&SessionFacts> = facts
        .sessions
        .iter()
        .filter(|s| s.state == SessionState::Published && s.starts_at > now)
        .collect();
    match person.place {
        Place::Seat if facts.open => {
            let confirmation = letters.confirmation(&coming);
            if !known.keys.contains(&confirmation.key) {
                if !(coming.is_empty() && is_over(facts, now)) {
                    out.push(confirmation);
                }
            } else {
                out.extend(letters.invitation(&coming, known));
                out.extend(letters.change(&coming, known));
            }
            out.extend(letters.reminders(&coming, known));
        }
        Place::Waiting if facts.open && !is_over(facts, now) => out.push(letters.waiting()),
        _ => {}
    }
    if person.place != Place::Seat {
        out.extend(letters.withdrawal(&coming, known));
    }
    out.extend(letters.cancellation(known));
    out
}

/// There is nothing left to announce: the last day has passed, or there is none and every session
/// that is not cancelled has begun.
fn is_over(facts: &BatchFacts, now: Moment) -> bool {
    let mut held = facts.sessions.iter().filter(|s| s.state != SessionState::Cancelled).peekable();
    let is_empty = held.peek().is_none();
    let all_begun = held.all(|s| s.starts_at <= now);
    match facts.ends_on {
        Some(last) => all_begun && last < now.date_in(facts.zone),
        None => all_begun && !is_empty,
    }
}

/// Makes the letters of one person.
struct Maker<'a> {
    facts: &'a BatchFacts,
    person: &'a PersonFacts,
    now: Moment,
}

impl Maker<'_> {
    fn confirmation(&self, coming: &[&SessionFacts]) -> Wanted {
        let PersonFacts { enrolment, round, .. } = self.person;
        let key = format!("confirmation:{enrolment}:{round}");
        Wanted {
            due_at: self.soon(coming.first().copied()),
            useless_after: coming.last().map(|s| s.starts_at),
            ..self.letter(Kind::Confirmation, key, all(coming))
        }
    }

    fn waiting(&self) -> Wanted {
        let PersonFacts { enrolment, round, .. } = self.person;
        let held = self.facts.sessions.iter().filter(|s| s.state != SessionState::Cancelled);
        Wanted {
            due_at: self.soon(None),
            useless_after: held.map(|s| s.starts_at).max(),
            ..self.letter(Kind::Waiting, format!("waiting:{enrolment}:{round}"), vec![])
        }
    }

    /// One letter for all sessions that the person has not heard of.
    fn invitation(&self, coming: &[&SessionFacts], known: &Known) -> Option<Wanted> {
        let new: Vec<&SessionFacts> =
            coming.iter().copied().filter(|s| !known.sessions.contains_key(&s.id)).collect();
        let (first, last) = (new.first()?, new.last()?);
        let sessions = all(&new);
        let key = format!("invitation:{}:{}", self.person.person, digest(&sessions));
        Some(Wanted {
            due_at: self.soon(Some(first)),
            useless_after: Some(last.starts_at),
            ..self.letter(Kind::Invitation, key, sessions)
        })
    }

    /// One letter for all sessions that were moved since the person heard of them: a whole batch
    /// moved at once is one piece of news.
    fn change(&self, coming: &[&SessionFacts], known: &Known) -> Option<Wanted> {
        let is_moved = |s: &&SessionFacts| {
            known.sessions.get(&s.id).is_some_and(|before| *before < s.revision)
        };
        let moved: Vec<&SessionFacts> = coming.iter().copied().filter(is_moved).collect();
        let last = moved.last()?;
        Some(Wanted {
            due_at: self.at_once(&moved)?,
            useless_after: Some(last.starts_at),
            ..self.news(Kind::Change, &moved, known)
        })
    }

    /// One letter for all sessions that were cancelled since the person heard of them; when the
    /// whole batch is, also to those who wait for it or heard of no session yet.
    fn cancellation(&self, known: &Known) -> Option<Wanted> {
        let is_news = |s: &&SessionFacts| {
            s.state == SessionState::Cancelled
                && s.starts_at > self.now
                && known.sessions.contains_key(&s.id)
        };
        let gone: Vec<&SessionFacts> = self.facts.sessions.iter().filter(is_news).collect();
        if !self.facts.open {
            return self.end_of_batch(&gone, known);
        }
        let last = gone.last()?;
        Some(Wanted {
            due_at: self.at_once(&gone)?,
            useless_after: Some(last.ends_at),
            ..self.news(Kind::Cancellation, &gone, known)
        })
    }

    fn end_of_batch(&self, gone: &[&SessionFacts], known: &Known) -> Option<Wanted> {
        let PersonFacts { enrolment, round, place, .. } = self.person;
        let key = format!("cancellation:{enrolment}:{round}");
        let first = match place {
            Place::Seat => format!("confirmation:{enrolment}:{round}"),
            _ => format!("waiting:{enrolment}:{round}"),
        };
        // Whoever heard nothing, or left before, has nothing to unlearn.
        let is_concerned = *place != Place::Withdrawn
            && known.keys.contains(&first)
            && !is_over(self.facts, self.now);
        if known.keys.contains(&key) || (gone.is_empty() && !is_concerned) {
            return None;
        }
        Some(Wanted {
            key,
            due_at: self.at_once(gone).unwrap_or_else(|| self.soon(None)),
            useless_after: gone.iter().map(|s| s.ends_at).max(),
            session: None,
            ..self.news(Kind::Cancellation, gone, known)
        })
    }

    /// Takes the coming sessions out of the calendar of somebody who lost the seat.
    fn withdrawal(&self, coming: &[&SessionFacts], known: &Known) -> Option<Wanted> {
        let told: Vec<&SessionFacts> =
            coming.iter().copied().filter(|s| known.sessions.contains_key(&s.id)).collect();
        let (first, last) = (told.first()?, told.last()?);
        let PersonFacts { enrolment, round, .. } = self.person;
        Some(Wanted {
            due_at: self.soon(Some(first)),
            useless_after: Some(last.starts_at),
            ..self.letter(Kind::Withdrawal, format!("withdrawal:{enrolment}:{round}"), all(&told))
        })
    }

    /// One for each rule and day whose time was not over when the person got the seat, or the
    /// session its time: for that, the confirmation or the change already stands.
    fn reminders(&self, coming: &[&SessionFacts], known: &Known) -> Vec<Wanted> {
        let mut groups: BTreeMap<(NaiveDate, Rule), Vec<(&SessionFacts, Time)>> = BTreeMap::new();
        for session in coming {
            let since = self.person.seated_at.max(session.settled_at);
            let day = session.starts_at.date_in(session.zone);
            for time in times::of(session.starts_at, session.zone) {
                let announced = (session.id, session.revision);
                let is_done = known.reminded.contains(&(time.rule.word().to_owned(), announced));
                if time.due >= since && time.useless > self.now && !is_done {
                    groups.entry((day, time.rule)).or_default().push((session, time));
                }
            }
        }
        groups.into_iter().filter_map(|((_, rule), group)| self.reminder(rule, &group)).collect()
    }

    /// Several sessions on one day are one letter, at the time of the first of them.
    fn reminder(&self, rule: Rule, group: &[(&SessionFacts, Time)]) -> Option<Wanted> {
        let sessions: Vec<&SessionFacts> = group.iter().map(|(session, _)| *session).collect();
        let due_at = group.iter().map(|(_, time)| time.due).min()?;
        let useless = group.iter().map(|(_, time)| time.useless).min()?;
        let person = self.person.person;
        let key = match all(&sessions)[..] {
            [(id, revision)] => format!("reminder:{rule}:{id}:{person}:{revision}"),
            ref many => format!("reminder:{rule}:{person}:{}", digest(many)),
        };
        let mut letter = self.letter(Kind::Reminder, key, all(&sessions));
        if let [only] = sessions[..] {
            letter.session = Some((only.id, only.revision));
        }
        Some(Wanted { rule: Some(rule), due_at, useless_after: Some(useless), ..letter })
    }

    fn letter(&self, kind: Kind, key: String, sessions: Vec<Announced>) -> Wanted {
        Wanted {
            kind,
            rule: None,
            person: self.person.person,
            enrolment: self.person.enrolment,
            session: None,
            key,
            told: Told { sessions, before: vec![] },
            due_at: self.now,
            useless_after: None,
        }
    }

    /// A letter about sessions that the person knows otherwise.
    fn news(&self, kind: Kind, sessions: &[&SessionFacts], known: &Known) -> Wanted {
        let person = self.person.person;
        let told = all(sessions);
        let key = match told[..] {
            [(id, revision)] => format!("{kind}:{id}:{person}:{revision}"),
            ref many => format!("{kind}:{person}:{}", digest(many)),
        };
        let mut letter = self.letter(kind, key, told);
        if let [only] = sessions {
            letter.session = Some((only.id, only.revision));
        }
        let before = |s: &&SessionFacts| Some((s.id, *known.sessions.get(&s.id)?));
        letter.told.before = sessions.iter().filter_map(before).collect();
        letter
    }

    /// Now, or after the quiet hours.
    fn soon(&self, session: Option<&SessionFacts>) -> Moment {
        match session {
            Some(s) => {
                times::awake(self.now, s.zone, s.starts_at).unwrap_or(self.now).max(self.now)
            }
            None => times::morning(self.now, self.facts.zone),
        }
    }

    /// Now, also at night when a session is near.
    fn at_once(&self, sessions: &[&SessionFacts]) -> Option<Moment> {
        let first = sessions.first()?;
        let is_near = first.starts_at <= self.now.plus_days(1);
        Some(if is_near { self.now } else { self.soon(Some(first)) })
    }
}

fn all(sessions: &[&SessionFacts]) -> Vec<Announced> {
    sessions.iter().map(|s| (s.id, s.revision)).collect()
}

/// Sessions at their revisions as a short word for a key.
fn digest(sessions: &[Announced]) -> String {
    let mut words: Vec<String> = sessions.iter().map(|(id, rev)| format!("{id}@{rev}")).collect();
    words.sort();
    ids::hash(&words.join(","))
}
