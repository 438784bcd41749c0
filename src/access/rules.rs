//! Who may do what where: roles give rights, grants give them a reach.

use crate::kit::clock::Moment;
use crate::kit::columns::words;
use crate::kit::ids::SessionId;

words! {
    /// What a grant makes of a person.
    pub enum Role { Admin = "admin", Trainer = "trainer", Helper = "helper", Auditor = "auditor" }
}

/// What a role allows within its reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Units, courses, batches, sessions, venues.
    SeePlans,
    /// People, with their phones and addresses.
    SeePeople,
    /// Completion, letters, the journal.
    SeeReports,
    /// Make and change everything but sessions.
    Manage,
    /// Make, move, cancel sessions; keep venues.
    Plan,
    /// Take the roll.
    Teach,
}

impl Right {
    fn of(self) -> &'static [Role] {
        match self {
            Self::SeePlans => &[Role::Admin, Role::Trainer, Role::Auditor],
            Self::SeePeople | Self::SeeReports => &[Role::Admin, Role::Auditor],
            Self::Manage => &[Role::Admin],
            Self::Plan | Self::Teach => &[Role::Admin, Role::Trainer],
        }
    }
}

/// One grant in force: a role on a subtree (by its path) or on one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub role: Role,
    pub path: Option<String>,
    pub session: Option<SessionId>,
}

/// The subtrees within which somebody has a right, none inside another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach(Vec<String>);

impl Reach {
    pub fn of(held: &[Held], right: Right) -> Self {
        let mut paths: Vec<String> = held
            .iter()
            .filter(|h| right.of().contains(&h.role))
            .filter_map(|h| h.path.clone())
            .collect();
        paths.sort();
        let mut kept: Vec<String> = Vec::new();
        for path in paths {
            if !kept.last().is_some_and(|outer| path.starts_with(outer.as_str())) {
                kept.push(path);
            }
        }
        Self(kept)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn covers(&self, path: &str) -> bool {
        self.0.iter().any(|outer| path.starts_with(outer.as_str()))
    }

    pub fn paths(&self) -> &[String] {
        &self.0
    }

    /// Whether the whole tree lies within it that a path is of.
    pub fn covers_tree_of(&self, path: &str) -> bool {
        self.0.iter().any(|above| is_root(above) && path.starts_with(above.as_str()))
    }

    /// The part of this reach that lies within one subtree.
    pub fn within(&self, path: &str) -> Self {
        if self.covers(path) {
            return Self(vec![path.to_owned()]);
        }
        Self(self.0.iter().filter(|inner| inner.starts_with(path)).cloned().collect())
    }

    /// For each subtree the range [from, to) of its paths.
    pub fn ranges(&self) -> Vec<(String, String)> {
        self.0.iter().map(|path| range(path)).collect()
    }
}

/// A path of one segment (kit/ids.rs): that of a unit with nothing above it.
pub fn is_root(path: &str) -> bool {
    path.len() == 19
}

/// The paths of one subtree: from its own to the first that is behind it. Path segments are digits
/// and never start with 9 before the year 2200 (kit/ids.rs).
pub fn range(path: &str) -> (String, String) {
    (path.to_owned(), format!("{path}9"))
}

/// Seconds to wait before the next try at something guessable. Five tries are free; then the wait
/// grows from a minute to an hour and is forgotten after a day of quiet. There is no lock: nobody
/// can shut another out for good.
pub fn wait(tries: i32, last: Moment, now: Moment) -> u64 {
    if now.minutes_since(last) >= 24 * 60 {
        return 0;
    }
    let wait = match tries {
        ..5 => 0,
        5..8 => 60,
        8..12 => 300,
        12..20 => 900,
        _ => 3600,
    };
    let passed = (now.micros() - last.micros()) / 1_000_000;
    u64::try_from(wait - passed).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(role: Role, path: &str) -> Held {
        Held { role, path: Some(path.to_owned()), session: None }
    }

    #[test]
    fn a_grant_reaches_its_unit_and_all_below() {
        let grants =
            [held(Role::Admin, "01"), held(Role::Admin, "0102"), held(Role::Trainer, "03")];
        let manage = Reach::of(&grants, Right::Manage);
        assert_eq!(manage.paths(), ["01"]);
        assert!(manage.covers("01") && manage.covers("010203"));
        assert!(!manage.covers("02") && !manage.covers("03"));
        assert!(Reach::of(&grants, Right::Plan).covers("0305"));
        assert!(Reach::of(&[held(Role::Helper, "01")], Right::Teach).is_empty());
    }

    #[test]
    fn a_reach_is_cut_to_a_subtree() {
        let reach = Reach::of(&[held(Role::Admin, "0102"), held(Role::Admin, "03")], Right::Manage);
        assert_eq!(reach.within("01").paths(), ["0102"]);
        assert_eq!(reach.within("010203").paths(), ["010203"]);
        assert!(reach.within("04").is_empty());
    }

    #[test]
    fn a_range_holds_exactly_the_subtree() {
        let (from, to) = range("0000000000000000012");
        let inside = |p: &str| p >= from.as_str() && p < to.as_str();
        assert!(inside("0000000000000000012") && inside("00000000000000000120899999999999999999"));
        assert!(!inside("0000000000000000013") && !inside("0000000000000000011"));
    }

    #[test]
    fn waiting_grows_and_is_forgotten() {
        let now = Moment::parse("2026-03-02 08:00").unwrap();
        for (tries, minutes_ago, seconds) in [
            (0, 0, 0),
            (4, 0, 0),
            (5, 0, 60),
            (5, 1, 0),
            (8, 1, 240),
            (20, 10, 3000),
            (99, 24 * 60, 0),
        ] {
            assert_eq!(
                wait(tries, now.plus_minutes(-minutes_ago), now),
                seconds,
                "{tries} {minutes_ago}"
            );
        }
    }
}
