//! The letters that one person of a batch should have.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::enrolment::rules::Place;
use crate::kit::clock::Moment;
use crate::kit::ids::{self, EnrolmentId, PersonId};
use crate::kit::night;
use crate::post::rules::Kind;
use crate::reminders::rules::known::{Known, TAUGHT};
use crate::reminders::rules::rule::{Anchor, Audience, Rule, Speech, Template};
use crate::reminders::rules::times::{self, Time};
use crate::reminders::rules::{Announced, BatchFacts, PersonFacts, SessionFacts, Told, Wanted};
use crate::schedule::rules::SessionState;

/// Everything that should stand in the ledger for a person now.
pub fn of(facts: &BatchFacts, person: &PersonFacts, known: &Known, now: Moment) -> Vec<Wanted> {
    let mut out = Vec::new();
    let zone = facts.zone_of(person.person);
    let letters = Maker { facts, person, zone, now };
    let mut recipient = Recipient::of(person, zone);
    let coming: Vec<&SessionFacts> = facts
        .sessions
        .iter()
        .filter(|s| s.state == SessionState::Published && s.starts_at > now)
        .collect();
    match person.place {
        Place::Seat if facts.open => {
            let confirmation = letters.confirmation(&coming);
            if let Some(told_at) = known.keys.get(&confirmation.key) {
                // Late, when the address came after the seat: it told what was due before.
                recipient.since = recipient.since.max(Some(*told_at));
                out.extend(letters.invitation(&coming, known));
                out.extend(letters.change(&coming, known));
            } else {
                recipient.told_now = Some(now);
                if !(coming.is_empty() && is_over(facts, now)) {
                    out.push(confirmation);
                }
            }
            out.extend(letters.since_enrolment(&coming));
            out.extend(letters.completion());
            let fits =
                |rule: &Rule, session: &SessionFacts| is_for_seat(facts, person, rule, session);
            out.extend(by_rules(facts, recipient, known, now, fits));
        }
        Place::Waiting if facts.open && !is_over(facts, now) => {
            out.push(letters.waiting());
            let fits = |rule: &Rule, _: &SessionFacts| rule.audience == Audience::Waiting;
            out.extend(by_rules(facts, recipient, known, now, fits));
        }
        _ => {}
    }
    if person.place != Place::Seat {
        out.extend(letters.withdrawal(&coming, known));
    }
    out.extend(letters.cancellation(known));
    out
}

/// Whether a rule writes to somebody with a seat about a session.
fn is_for_seat(
    facts: &BatchFacts,
    person: &PersonFacts,
    rule: &Rule,
    session: &SessionFacts,
) -> bool {
    let place = (session.id, person.person);
    match rule.audience {
        Audience::Enrolled => facts.answers.get(&place) != Some(&false),
        Audience::Unanswered => !facts.answers.contains_key(&place),
        Audience::Absent => facts.absent.contains(&place),
        _ => false,
    }
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

/// A letter about something that has been is of use for so long.
const SINCE_DAYS: i64 = 7;

/// A list that differs by more names than this is sent to its trainer again.
const NEW_NAMES: usize = 3;

/// Those who get letters about this batch for their work.
pub fn staff(facts: &BatchFacts) -> BTreeSet<PersonId> {
    let trainers = facts.sessions.iter().flat_map(|s| s.trainers.keys().chain(s.heard.keys()));
    trainers.copied().chain(facts.admins.iter().copied()).collect()
}

/// Everything that should stand in the ledger for a trainer or an admin now.
pub fn of_staff(facts: &BatchFacts, person: PersonId, known: &Known, now: Moment) -> Vec<Wanted> {
    let mut out = news_for_trainer(facts, person, known, now);
    if !facts.open {
        return out;
    }
    let fits = |rule: &Rule, session: &SessionFacts| {
        let is_for = match rule.audience {
            Audience::Trainers => session.trainers.contains_key(&person),
            Audience::UnitAdmins => facts.admins.contains(&person),
            _ => false,
        };
        is_for && !(rule.template == Template::Overdue && session.rolled)
    };
    let zone = facts.zone_of(person);
    out.extend(by_rules(facts, Recipient::staff(person, zone), known, now, fits));
    let is_coming = |session: &SessionFacts| {
        let has = |w: &Wanted| {
            w.kind == Kind::Roster && w.session.is_some_and(|(id, _)| id == session.id)
        };
        out.iter().any(has)
    };
    let again = rosters_again(facts, person, known, now, is_coming);
    out.extend(again);
    out
}

/// What became of the sessions that somebody teaches. They were planned with him: he knows them as
/// they were when he was named, or published; he is told when they move or are called off. Whom
/// others name later, or take off, is told that too.
fn news_for_trainer(
    facts: &BatchFacts,
    person: PersonId,
    known: &Known,
    now: Moment,
) -> Vec<Wanted> {
    let teaches = |s: &SessionFacts| s.trainers.contains_key(&person);
    // What he thinks, by the letters since the trainers were last changed over his head.
    let thinks_so = |s: &SessionFacts| match (s.heard.get(&person), known.teaches.get(&s.id)) {
        (Some(heard), Some((says, at))) if *at >= heard.since => *says,
        (Some(heard), _) => heard.teaches,
        (None, _) => teaches(s),
    };
    let before = |s: &SessionFacts| {
        let heard = s.heard.get(&person).map(|heard| heard.revision);
        let named = s.trainers.get(&person).copied().or(heard)?.max(s.published_at?);
        Some(*known.told.get(&s.id).unwrap_or(&named))
    };
    let differs = |s: &SessionFacts| before(s).is_some_and(|before| before < s.revision);
    let mut out = vec![];
    for kind in [Kind::Invitation, Kind::Change, Kind::Cancellation, Kind::Withdrawal] {
        // Of a batch that is off nothing is told but that.
        if !facts.open && kind != Kind::Cancellation {
            continue;
        }
        let is_news = |s: &&SessionFacts| {
            let state = match kind {
                Kind::Cancellation => SessionState::Cancelled,
                _ => SessionState::Published,
            };
            let is_said = match kind {
                Kind::Invitation => teaches(s) && !thinks_so(s),
                Kind::Change => teaches(s) && thinks_so(s) && differs(s),
                Kind::Cancellation => thinks_so(s) && differs(s),
                _ => !teaches(s) && thinks_so(s),
            };
            s.state == state && s.starts_at > now && is_said
        };
        let sessions: Vec<&SessionFacts> = facts.sessions.iter().filter(is_news).collect();
        let again = sessions.iter().filter_map(|s| known.again.get(&s.id)).max();
        let again = again.copied().unwrap_or(0);
        let is_first = kind == Kind::Invitation;
        let told_before: Vec<Announced> = sessions
            .iter()
            .filter(|_| !is_first)
            .filter_map(|s| Some((s.id, before(s)?)))
            .collect();
        let letter = news_of(facts, person, kind, &sessions, again, now);
        out.extend(letter.map(|letter| Wanted {
            told: Told { before: told_before, ..letter.told.clone() },
            ..letter
        }));
    }
    out
}

/// One letter for all sessions of a batch of which the same is to be told.
fn news_of(
    facts: &BatchFacts,
    person: PersonId,
    kind: Kind,
    sessions: &[&SessionFacts],
    again: i32,
    now: Moment,
) -> Option<Wanted> {
    let zone = facts.zone_of(person);
    let (first, last, told) = (sessions.first()?, sessions.last()?, all(sessions));
    let times = if again > 0 { format!(":{again}") } else { String::new() };
    Some(Wanted {
        kind,
        rule: None,
        person,
        enrolment: None,
        session: match told[..] {
            [only] => Some(only),
            _ => None,
        },
        key: format!("{kind}{TAUGHT}{person}:{}{times}", digest(&told)),
        due_at: match kind {
            // Nobody travels in vain, nobody is missed: there is time until the morning.
            Kind::Invitation | Kind::Withdrawal => soon(Some(first), zone, now),
            _ => at_once(sessions, zone, now)?,
        },
        useless_after: Some(last.starts_at),
        told: Told { sessions: told, again, ..Told::default() },
    })
}

/// A list that went out and has changed much since, or whose session has moved since and comes
/// before the next list would.
fn rosters_again(
    facts: &BatchFacts,
    person: PersonId,
    known: &Known,
    now: Moment,
    is_coming: impl Fn(&SessionFacts) -> bool,
) -> Vec<Wanted> {
    let expected = expected(facts);
    let zone = facts.zone_of(person);
    let letter = |session: &SessionFacts| {
        let (revision, told) = known.rosters.get(&session.id)?;
        let told: BTreeSet<PersonId> = told.iter().copied().collect();
        let now_on: BTreeSet<PersonId> = expected.iter().copied().collect();
        let is_changed = told.symmetric_difference(&now_on).count() > NEW_NAMES;
        if !is_changed && *revision == session.revision || is_coming(session) {
            return None;
        }
        let names: Vec<String> = now_on.iter().map(ToString::to_string).collect();
        let list = ids::hash(&names.join(","));
        let announced = (session.id, session.revision);
        Some(Wanted {
            kind: Kind::Roster,
            rule: None,
            person,
            enrolment: None,
            session: Some(announced),
            key: format!("roster:again:{}@{}:{person}:{list}", session.id, session.revision),
            told: Told { sessions: vec![announced], people: expected.clone(), ..Told::default() },
            due_at: soon(Some(session), zone, now),
            useless_after: Some(session.starts_at),
        })
    };
    let coming = facts.sessions.iter().filter(|s| {
        s.state == SessionState::Published && s.starts_at > now && s.trainers.contains_key(&person)
    });
    coming.filter_map(letter).collect()
}

fn expected(facts: &BatchFacts) -> Vec<PersonId> {
    let mut seated: Vec<PersonId> =
        facts.people.iter().filter(|p| p.place == Place::Seat).map(|p| p.person).collect();
    seated.sort();
    seated
}

/// To whom the letters of rules go.
#[derive(Clone, Copy)]
struct Recipient {
    person: PersonId,
    enrolment: Option<EnrolmentId>,
    /// What was due before is not made up for: the confirmation told it.
    since: Option<Moment>,
    /// The confirmation goes only now, and tells what would have been due.
    told_now: Option<Moment>,
    /// Whose nights are quiet.
    zone: Tz,
}

impl Recipient {
    fn of(person: &PersonFacts, zone: Tz) -> Self {
        let PersonFacts { person, enrolment, seated_at, .. } = *person;
        let (enrolment, since) = (Some(enrolment), Some(seated_at));
        Self { person, enrolment, since, told_now: None, zone }
    }

    fn staff(person: PersonId, zone: Tz) -> Self {
        Self { person, enrolment: None, since: None, told_now: None, zone }
    }

    /// What is due before a session by the end of the day on which a letter told of it is told by
    /// that letter: a late enrolment gets one, not three.
    fn is_told(&self, session: &SessionFacts, due: Moment) -> bool {
        let Some(seated_at) = self.since else { return due < session.settled_at };
        let since = seated_at.max(session.settled_at);
        let told_on = night::morning(since, self.zone).date_in(self.zone);
        let is_merged =
            self.told_now.is_some_and(|now| due <= now) || due.date_in(self.zone) <= told_on;
        due < since || (due < session.starts_at && is_merged)
    }
}

/// One letter for each rule and day whose time was not over when the person got the seat, or the
/// session its time: for that, the confirmation or the change already stands.
fn by_rules(
    facts: &BatchFacts,
    to: Recipient,
    known: &Known,
    now: Moment,
    fits: impl Fn(&Rule, &SessionFacts) -> bool,
) -> Vec<Wanted> {
    let mut groups: BTreeMap<(NaiveDate, String), Vec<(&SessionFacts, Time<'_>)>> = BTreeMap::new();
    for session in facts.sessions.iter().filter(|s| s.state == SessionState::Published) {
        let day = session.starts_at.date_in(session.zone);
        let announced = (session.id, session.revision);
        for time in times::of(facts.rules.iter().filter(|r| fits(r, session)), session, to.zone) {
            let word = time.rule.word();
            let is_done = known.reminded.contains(&(word.clone(), announced));
            if !to.is_told(session, time.due) && time.useless > now && !is_done {
                groups.entry((day, word)).or_default().push((session, time));
            }
        }
    }
    groups.into_values().filter_map(|group| by_rule(facts, to, &group, now)).collect()
}

/// Several sessions on one day are one letter, at the time of the first of them.
fn by_rule(
    facts: &BatchFacts,
    to: Recipient,
    group: &[(&SessionFacts, Time<'_>)],
    now: Moment,
) -> Option<Wanted> {
    let (first, time) = group.first()?;
    let (rule, person) = (time.rule, to.person);
    let sessions: Vec<&SessionFacts> = group.iter().map(|(session, _)| *session).collect();
    let due = group.iter().map(|(_, time)| time.due).min()?;
    let useless = group.iter().map(|(_, time)| time.useless).min()?;
    let (kind, word) = (rule.kind(), rule.word());
    let told = all(&sessions);
    let key = match told[..] {
        [(id, revision)] => format!("{kind}:{word}:{id}:{person}:{revision}"),
        ref many => format!("{kind}:{word}:{person}:{}", digest(many)),
    };
    let session = match told[..] {
        [only] => Some(only),
        _ => None,
    };
    let people = if rule.template == Template::Roster { expected(facts) } else { vec![] };
    let asks = match rule.template {
        Template::Question => sessions.iter().map(|s| s.id).collect(),
        _ => vec![],
    };
    Some(Wanted {
        kind,
        rule: Some(word),
        person,
        enrolment: to.enrolment,
        session,
        key,
        told: Told {
            sessions: told,
            before: vec![],
            asks,
            both: rule.speech == Speech::Both,
            people,
            again: 0,
        },
        // What became known late (a mark, days after) goes by day too.
        due_at: if due < now && first.ends_at < now { night::morning(now, to.zone) } else { due },
        useless_after: Some(useless),
    })
}

/// Makes the letters of one person.
struct Maker<'a> {
    facts: &'a BatchFacts,
    person: &'a PersonFacts,
    /// Whose nights are quiet.
    zone: Tz,
    now: Moment,
}

impl Maker<'_> {
    fn confirmation(&self, coming: &[&SessionFacts]) -> Wanted {
        let PersonFacts { enrolment, round, .. } = self.person;
        let key = format!("confirmation:{enrolment}:{round}");
        Wanted {
            due_at: self.soon(coming.first().copied()),
            useless_after: coming.last().map(|s| s.starts_at),
            ..self.asking(coming, self.letter(Kind::Confirmation, key, all(coming)))
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
            ..self.asking(&new, self.letter(Kind::Invitation, key, sessions))
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
            ..self.asking(&moved, self.news(Kind::Change, &moved, known))
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
            && known.keys.contains_key(&first)
            && !is_over(self.facts, self.now);
        if known.keys.contains_key(&key) || (gone.is_empty() && !is_concerned) {
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

    /// What counts from the seat itself: one letter of all sessions to come.
    fn since_enrolment(&self, coming: &[&SessionFacts]) -> Vec<Wanted> {
        let PersonFacts { enrolment, round, seated_at, .. } = *self.person;
        let rules = self
            .facts
            .rules
            .iter()
            .filter(|r| r.anchor == Anchor::Enrolment && r.audience == Audience::Enrolled);
        let letter = |rule: &Rule| {
            let last = coming.last()?;
            let due = night::morning(rule.at(seated_at, self.facts.zone), self.zone);
            let useless = last.starts_at.min(due.plus_days(SINCE_DAYS));
            let key = format!("reminder:{}:{enrolment}:{round}", rule.word());
            (due >= seated_at && useless > self.now).then(|| Wanted {
                rule: Some(rule.word()),
                due_at: due,
                useless_after: Some(useless),
                told: Told {
                    both: rule.speech == Speech::Both,
                    sessions: all(coming),
                    ..Told::default()
                },
                ..self.letter(rule.kind(), key, vec![])
            })
        };
        rules.filter_map(letter).collect()
    }

    /// Told when it is news: a batch that was complete before this rule stays as it is.
    fn completion(&self) -> Vec<Wanted> {
        let PersonFacts { enrolment, round, .. } = *self.person;
        let Some(done_at) = self.facts.complete.get(&enrolment).copied() else { return vec![] };
        let rules = self.facts.rules.iter().filter(|r| r.anchor == Anchor::Completion);
        let letter = |rule: &Rule| {
            let due = night::morning(rule.at(done_at, self.facts.zone), self.zone);
            let useless = due.plus_days(SINCE_DAYS);
            let key = format!("completion:{}:{enrolment}:{round}", rule.word());
            let told = Told { both: rule.speech == Speech::Both, ..Told::default() };
            (due >= done_at && useless > self.now).then(|| Wanted {
                rule: Some(rule.word()),
                due_at: due,
                useless_after: Some(useless),
                told,
                ..self.letter(rule.kind(), key, vec![])
            })
        };
        rules.filter_map(letter).collect()
    }

    fn letter(&self, kind: Kind, key: String, sessions: Vec<Announced>) -> Wanted {
        Wanted {
            kind,
            rule: None,
            person: self.person.person,
            enrolment: Some(self.person.enrolment),
            session: None,
            key,
            told: Told { sessions, ..Told::default() },
            due_at: self.now,
            useless_after: None,
        }
    }

    /// A letter that tells of a session so late that no question about it follows asks by itself.
    fn asking(&self, sessions: &[&SessionFacts], mut letter: Wanted) -> Wanted {
        let to = Recipient::of(self.person, self.zone);
        let rules = &self.facts.rules;
        let is_asked_here = |session: &&&SessionFacts| {
            let fits = rules.iter().filter(|r| is_for_seat(self.facts, self.person, r, session));
            let times = times::of(fits, session, self.zone);
            let has_said = self.facts.answers.contains_key(&(session.id, self.person.person));
            let asks =
                |t: &Time<'_>| t.rule.template == Template::Question && to.is_told(session, t.due);
            !has_said && times.iter().any(asks)
        };
        letter.told.asks = sessions.iter().filter(is_asked_here).map(|s| s.id).collect();
        letter
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

    fn soon(&self, session: Option<&SessionFacts>) -> Moment {
        soon(session, self.zone, self.now)
    }

    fn at_once(&self, sessions: &[&SessionFacts]) -> Option<Moment> {
        at_once(sessions, self.zone, self.now)
    }
}

/// Now, or after the quiet hours.
fn soon(session: Option<&SessionFacts>, zone: Tz, now: Moment) -> Moment {
    match session {
        Some(s) => times::awake(now, zone, s.starts_at).unwrap_or(now).max(now),
        None => night::morning(now, zone),
    }
}

/// Now, also at night when a session is near.
fn at_once(sessions: &[&SessionFacts], zone: Tz, now: Moment) -> Option<Moment> {
    let first = sessions.first()?;
    let is_near = first.starts_at <= now.plus_days(1);
    Some(if is_near { now } else { soon(Some(first), zone, now) })
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
