//! A ledger in memory: its rows obey the statements of `post/store.rs`, one by one.

use std::collections::HashSet;

use prashikshan::kit::clock::Moment;
use prashikshan::kit::ids::LetterId;
use prashikshan::kit::ledger::message_id;
use prashikshan::post::rules::{MOST_TRIES, Settlement, State, reason};
use prashikshan::reminders::rules::{Existing, Wanted};

/// What only the ledger knows of a letter.
#[derive(Debug, Clone)]
pub struct Post {
    pub message_id: String,
    pub is_of_seat: bool,
    pub attempts: i32,
    pub next_try_at: Moment,
    pub leased_until: Option<Moment>,
}

#[derive(Debug)]
pub struct Row<'a> {
    pub letter: &'a Existing,
    pub next_try_at: Moment,
}

/// The letters of one batch.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    pub letters: Vec<Existing>,
    pub posts: Vec<Post>,
    keys: HashSet<String>,
}

/// Ids grow by batch and place, so that a place is found without a search.
const STEP: i64 = 100_000;

pub fn place_of(id: LetterId) -> usize {
    usize::try_from(id.0 % STEP).expect("small")
}

impl Ledger {
    /// One whose key is there already changes nothing.
    pub fn plan(&mut self, batch: usize, wanted: Wanted, is_mute: bool) -> Option<usize> {
        if !self.keys.insert(wanted.key.clone()) {
            return None;
        }
        let place = self.letters.len();
        let number = |n: usize| i64::try_from(n).expect("small");
        let (state, why) = match is_mute {
            true => (State::Missed, Some(reason::NO_ADDRESS.to_owned())),
            false => (State::Planned, None),
        };
        self.posts.push(Post {
            message_id: message_id(&wanted.key),
            is_of_seat: wanted.enrolment.is_some(),
            attempts: 0,
            next_try_at: wanted.due_at,
            leased_until: None,
        });
        self.letters.push(Existing {
            id: LetterId((number(batch) + 1) * STEP + number(place)),
            key: wanted.key,
            kind: wanted.kind,
            rule: wanted.rule,
            state,
            reason: why,
            person: wanted.person,
            told: wanted.told,
            due_at: wanted.due_at,
            useless_after: wanted.useless_after,
            is_reachable: !is_mute,
        });
        Some(place)
    }

    pub fn cancel(&mut self, place: usize, why: &str) {
        let letter = &mut self.letters[place];
        if letter.state == State::Planned {
            letter.state = State::Cancelled;
            letter.reason = Some(why.to_owned());
        }
    }

    pub fn amend(&mut self, place: usize, wanted: Wanted) -> bool {
        let letter = &mut self.letters[place];
        if !matches!(letter.state, State::Planned | State::Cancelled | State::Missed) {
            return false;
        }
        letter.state = State::Planned;
        letter.reason = None;
        letter.told = wanted.told;
        letter.due_at = wanted.due_at;
        letter.useless_after = wanted.useless_after;
        self.posts[place].next_try_at = wanted.due_at;
        true
    }

    /// What has become useless is recorded: as missed, or as uncertain when a worker died with it.
    pub fn sweep(&mut self, place: usize, now: Moment) {
        let (letter, post) = (&mut self.letters[place], &self.posts[place]);
        let is_useless = letter.useless_after.is_some_and(|useless| useless <= now);
        let is_left = post.leased_until.is_some_and(|until| until <= now);
        let (state, why) = match letter.state {
            State::Planned if post.next_try_at <= now && is_useless => {
                (State::Missed, reason::TOO_LATE)
            }
            State::Leased if is_left && (is_useless || post.attempts >= MOST_TRIES) => {
                (State::Uncertain, reason::BROKEN_OFF)
            }
            _ => return,
        };
        letter.state = state;
        letter.reason = Some(why.to_owned());
    }

    /// Takes a letter into a worker's hand, when it is due or was left by a dead one.
    pub fn lease(&mut self, place: usize, now: Moment, until: Moment) -> bool {
        let (letter, post) = (&mut self.letters[place], &mut self.posts[place]);
        let is_due = match letter.state {
            State::Planned => post.next_try_at <= now,
            State::Leased => post.leased_until.is_some_and(|until| until <= now),
            _ => false,
        };
        if is_due {
            letter.state = State::Leased;
            post.leased_until = Some(until);
            post.attempts += 1;
        }
        is_due
    }

    /// Back untried, not before a moment.
    pub fn rest(&mut self, place: usize, until: Moment) {
        self.letters[place].state = State::Planned;
        let post = &mut self.posts[place];
        post.leased_until = None;
        post.attempts -= 1;
        post.next_try_at = until;
    }

    pub fn settle(&mut self, place: usize, settlement: Settlement) {
        let (letter, post) = (&mut self.letters[place], &mut self.posts[place]);
        letter.state = settlement.state;
        letter.reason = settlement.reason;
        post.leased_until = None;
        if let Some(at) = settlement.next_try_at {
            post.next_try_at = at;
        }
    }
}
