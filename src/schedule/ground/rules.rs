//! What clashes are judged by besides other sessions: ways between venues, holidays.

use std::collections::HashMap;

use crate::kit::ids::VenueId;
use crate::schedule::holidays::rules::Holiday;

/// Minutes that a trainer needs between two venues when nobody says otherwise.
pub const TRAVEL_MINUTES: i64 = 60;

/// How long the way is from any venue to any other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Travel {
    pub minutes: i64,
    /// Pairs that differ, the smaller id first.
    pairs: HashMap<(VenueId, VenueId), i64>,
}

impl Default for Travel {
    fn default() -> Self {
        Self { minutes: TRAVEL_MINUTES, pairs: HashMap::new() }
    }
}

impl Travel {
    pub fn of(minutes: i64) -> Self {
        Self { minutes, pairs: HashMap::new() }
    }

    pub fn set(&mut self, one: VenueId, other: VenueId, minutes: i64) {
        self.pairs.insert(pair(one, other), minutes);
    }

    pub fn between(&self, one: VenueId, other: VenueId) -> i64 {
        if one == other {
            return 0;
        }
        self.pairs.get(&pair(one, other)).copied().unwrap_or(self.minutes)
    }

    /// The pairs that differ from the rest.
    pub fn pairs(&self) -> impl Iterator<Item = ((VenueId, VenueId), i64)> {
        self.pairs.iter().map(|(pair, minutes)| (*pair, *minutes))
    }

    /// The longest way of all: how far around a session others matter.
    pub fn most(&self) -> i64 {
        self.pairs.values().copied().max().unwrap_or(0).max(self.minutes)
    }
}

/// Two venues in the one order in which they are kept.
pub fn pair(one: VenueId, other: VenueId) -> (VenueId, VenueId) {
    if one < other { (one, other) } else { (other, one) }
}

/// The facts of the ground.
#[derive(Debug, Clone, Default)]
pub struct Ground {
    pub travel: Travel,
    /// Of the days in question, everywhere and at any unit.
    pub holidays: Vec<Holiday>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_is_as_long_back_as_forth() {
        let mut travel = Travel::default();
        travel.set(VenueId(7), VenueId(2), 15);
        travel.set(VenueId(2), VenueId(9), 150);
        for (one, other, minutes) in [(2, 7, 15), (7, 2, 15), (9, 2, 150), (7, 9, 60), (7, 7, 0)] {
            assert_eq!(travel.between(VenueId(one), VenueId(other)), minutes, "{one} {other}");
        }
        assert_eq!(travel.most(), 150);
        assert_eq!(Travel::of(0).most(), 0);
    }
}
