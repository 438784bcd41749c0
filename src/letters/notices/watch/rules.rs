//! Who looks over the shoulder of whoever writes to many, and to how many one may write.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::access::rules::{Held, Role};
use crate::kit::clock::Moment;
use crate::kit::columns::words;
use crate::kit::ids::{NoticeId, PersonId};
use crate::letters::notices::rules::NoticeState;

/// A role counts for approving so long after it was given: otherwise a stolen account would make
/// its own second administrator. One given on the command line counts at once.
pub const SETTLED_DAYS: i64 = 1;

/// Digits of a path for each unit from the root down.
const SEGMENT: usize = 19;

words! {
    /// What administrators hear of a letter to many.
    pub enum News {
        /// It goes when its time of holding is over: to those who can stop it.
        Confirmed = "confirmed",
        /// It waits: to those who may approve it.
        Waiting = "waiting",
        /// To whoever confirmed it.
        Approved = "approved",
        SentBack = "sent-back",
        /// It stopped, because the right of whoever let it go is gone.
        Revoked = "revoked",
    }
}

/// What the facts of such a letter hold. Texts and names are looked up when it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewsFacts {
    pub notice: NoticeId,
    pub news: News,
    /// Of the text that it tells of.
    pub revision: i32,
    pub people: i64,
    /// When the first letters go.
    pub goes_at: Option<Moment>,
}

impl NewsFacts {
    /// Whether it is still so that its reader is to be told.
    pub fn stands(&self, state: NoticeState, revision: i32) -> bool {
        use NoticeState as S;
        let fits = match self.news {
            News::Confirmed | News::Approved => matches!(state, S::Going | S::Paused | S::Done),
            News::Waiting => state == S::Waiting,
            News::SentBack => state == S::Draft,
            News::Revoked => state == S::Revoked,
        };
        fits && revision == self.revision
    }
}

/// Somebody who administers a unit from where one of the grants stands, and whom letters reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overseer {
    pub person: PersonId,
    /// Units from the root down to that of the grant.
    pub depth: usize,
    /// Whether the role was given long enough ago.
    pub is_settled: bool,
}

pub fn depth(path: &str) -> usize {
    path.len() / SEGMENT
}

/// The paths from the root down to a unit's own.
pub fn line(path: &str) -> Vec<String> {
    (1..=depth(path)).filter_map(|n| path.get(..n * SEGMENT).map(str::to_owned)).collect()
}

/// Who hears of a letter to a unit, in time to stop it: the other administrators of the unit, and
/// those of the nearest unit above that has any.
pub fn watchers(all: &[Overseer], besides: &[PersonId], unit: usize) -> BTreeSet<PersonId> {
    let others = || all.iter().filter(|o| !besides.contains(&o.person));
    let above = others().map(|o| o.depth).filter(|depth| *depth < unit).max();
    others().filter(|o| o.depth == unit || Some(o.depth) == above).map(|o| o.person).collect()
}

/// Who may agree to a letter: whoever administers the unit, save those who wrote and confirmed it.
pub fn approvers(all: &[Overseer], besides: &[PersonId]) -> BTreeSet<PersonId> {
    let may = |o: &&Overseer| o.is_settled && !besides.contains(&o.person);
    all.iter().filter(may).map(|o| o.person).collect()
}

/// To how many people somebody may write in a day, by the widest of the grants over a unit. None:
/// there is no limit.
pub fn per_day(grants: &[Held], path: &str, limits: &[i64; 3]) -> Option<i64> {
    let over = |held: &&Held| held.role == Role::Admin;
    let paths = grants.iter().filter(over).filter_map(|held| held.path.as_deref());
    let widest = paths.filter(|held| path.starts_with(held)).map(depth).min();
    let most = widest.map_or(0, |depth| limits[depth.clamp(1, limits.len()) - 1]);
    (widest.is_none() || most > 0).then_some(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overseer(person: i64, depth: usize) -> Overseer {
        Overseer { person: PersonId(person), depth, is_settled: true }
    }

    fn ids(who: BTreeSet<PersonId>) -> Vec<i64> {
        who.into_iter().map(|p| p.0).collect()
    }

    #[test]
    fn the_unit_and_the_nearest_above_are_told() {
        let all = [overseer(1, 1), overseer(2, 2), overseer(3, 3), overseer(4, 3), overseer(2, 1)];
        let told = |besides: i64| ids(watchers(&all, &[PersonId(besides)], 3));
        assert_eq!(told(3), [2, 4]);
        // The only one of the unit above writes: the next one up is told.
        assert_eq!(told(2), [1, 3, 4]);
        assert_eq!(ids(watchers(&all, &[], 1)), [1, 2]);
        assert_eq!(ids(watchers(&all[..1], &[PersonId(1)], 1)), [] as [i64; 0]);
    }

    #[test]
    fn a_fresh_role_approves_nothing() {
        let fresh = Overseer { is_settled: false, ..overseer(5, 1) };
        let all = [overseer(1, 1), overseer(2, 2), fresh];
        assert_eq!(ids(approvers(&all, &[PersonId(2)])), [1]);
        // One grant that has stood for long is enough.
        assert_eq!(ids(approvers(&[fresh, overseer(5, 2)], &[])), [5]);
    }

    #[test]
    fn the_widest_grant_says_how_many() {
        let path = |n: usize| "0".repeat(SEGMENT * n);
        let held = |role, n| Held { role, path: Some(path(n)), session: None };
        let limits = [300, 20, 1];
        let of = |grants: &[Held], n| per_day(grants, &path(n), &limits);
        assert_eq!(of(&[held(Role::Admin, 1)], 3), Some(300));
        assert_eq!(of(&[held(Role::Admin, 3), held(Role::Admin, 2)], 3), Some(20));
        assert_eq!(of(&[held(Role::Admin, 5)], 6), Some(1));
        assert_eq!(of(&[held(Role::Trainer, 1)], 3), Some(0));
        assert_eq!(of(&[held(Role::Admin, 4)], 3), Some(0));
        assert_eq!(per_day(&[held(Role::Admin, 1)], &path(2), &[0, 20, 1]), None);
    }

    #[test]
    fn news_that_is_none_any_more_is_not_told() {
        let facts = |news: &str| NewsFacts {
            notice: NoticeId(1),
            news: News::parse(news).unwrap(),
            revision: 2,
            people: 10,
            goes_at: None,
        };
        for (news, states) in [
            ("confirmed", "going paused done"),
            ("waiting", "waiting"),
            ("approved", "going paused done"),
            ("sent-back", "draft"),
            ("revoked", "revoked"),
        ] {
            let fits: Vec<&str> = NoticeState::ALL
                .iter()
                .filter(|state| facts(news).stands(**state, 2))
                .map(|state| state.word())
                .collect();
            assert_eq!(fits.join(" "), states, "{news}");
            assert!(NoticeState::ALL.iter().all(|state| !facts(news).stands(*state, 3)));
        }
    }
}
