//! Who gets a seat, who waits, who is offered one.

use crate::kit::clock::Moment;
use crate::kit::columns::words;
use crate::kit::ids::PersonId;

words! {
    /// Where a person stands on a batch.
    pub enum Place {
        /// Asked for, or put forward; somebody decides.
        Requested = "requested",
        /// Kept back until somebody has decided on the person.
        Held = "held",
        Waiting = "waiting",
        /// A seat is kept until the person has answered.
        Offered = "offered",
        Seat = "seat",
        Withdrawn = "withdrawn",
    }
}

words! {
    /// How a name came on a batch.
    pub enum Way {
        Enrolment = "enrolment",
        Nomination = "nomination",
        Request = "request",
        Import = "import",
    }
}

words! {
    /// What one step was.
    pub enum Act {
        Enrolled = "enrolled",
        Imported = "imported",
        Asked = "asked",
        Nominated = "nominated",
        Approved = "approved",
        Refused = "refused",
        /// A seat given by the queue itself, before there were offers.
        Moved = "moved",
        Offered = "offered",
        Taken = "taken",
        Declined = "declined",
        Lapsed = "lapsed",
        /// A seat given past those ahead, for a reason.
        Jumped = "jumped",
        Withdrawn = "withdrawn",
    }
}

impl Act {
    /// What the journal calls it.
    pub fn entry(self) -> &'static str {
        match self {
            Self::Enrolled => "person enrolled",
            Self::Imported => "people enrolled by a list",
            Self::Asked => "place asked for",
            Self::Nominated => "person nominated",
            Self::Approved => "request approved",
            Self::Refused => "request refused",
            Self::Moved => "queue moved",
            Self::Offered => "place offered",
            Self::Taken => "offer taken",
            Self::Declined => "offer declined",
            Self::Lapsed => "offer lapsed",
            Self::Jumped => "person promoted",
            Self::Withdrawn => "person withdrawn",
        }
    }
}

/// The privacy notice that people agree to, by the day of its text.
pub const NOTICE: &str = "2026-11-22";

words! {
    /// How a consent reached us.
    pub enum Channel { Page = "page", Paper = "paper", Phone = "phone", List = "list" }
}

/// A batch as the queue sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    pub cancelled: bool,
    pub seats: i64,
    pub seated: i64,
    pub offered: i64,
    pub waiting: i64,
    /// Chairs that guests have at one session to come, beyond those that apologies freed there.
    pub lent: i64,
    /// Of the sessions that are not cancelled.
    pub first_start: Option<Moment>,
    pub last_end: Option<Moment>,
}

impl Run {
    /// A seat that is offered is nobody else's.
    pub fn taken(&self) -> i64 {
        self.seated + self.offered
    }

    pub fn free(&self) -> i64 {
        (self.to_give() - self.taken()).max(0)
    }

    /// What can be given: a guest who was told that he has a chair keeps it.
    pub fn to_give(&self) -> i64 {
        self.seats - self.lent
    }

    pub fn has_started(&self, now: Moment) -> bool {
        self.first_start.is_some_and(|start| start <= now)
    }
}

/// What stands in the way of a new name; the word of the conflict.
pub fn closed(run: &Run, now: Moment) -> Option<&'static str> {
    if run.cancelled {
        Some("batch-cancelled")
    } else if run.last_end.is_some_and(|end| end <= now) {
        Some("batch-ended")
    } else {
        None
    }
}

/// The same for somebody who asks for a place: once it has begun, only an admin puts a name on it.
pub fn closed_to_requests(run: &Run, now: Moment) -> Option<&'static str> {
    closed(run, now).or_else(|| run.has_started(now).then_some("batch-started"))
}

/// The seats of a batch: those kept for units, and the rest, which is everybody's. A unit's people
/// take what is kept for the nearest unit above them first, so that the count does not depend on
/// who came first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hall {
    seats: i64,
    taken: i64,
    /// Taken from the seats that are everybody's.
    common: i64,
    /// The deepest units first.
    pools: Vec<Pool>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pool {
    path: String,
    seats: i64,
    used: i64,
}

impl Hall {
    /// An empty hall; `kept` are the paths of units with the seats kept for them.
    pub fn new(seats: i64, kept: Vec<(String, i64)>) -> Self {
        let mut pools: Vec<Pool> =
            kept.into_iter().map(|(path, seats)| Pool { path, seats, used: 0 }).collect();
        pools.sort_by_key(|pool| std::cmp::Reverse(pool.path.len()));
        Self { seats, taken: 0, common: 0, pools }
    }

    /// A hall in which nothing is kept and so many sit.
    pub fn plain(seats: i64, taken: i64) -> Self {
        Self { seats, taken, common: taken, pools: vec![] }
    }

    pub fn sit(&mut self, path: &str) {
        self.taken += 1;
        match self.pools.iter_mut().find(|p| path.starts_with(&p.path) && p.used < p.seats) {
            Some(pool) => pool.used += 1,
            None => self.common += 1,
        }
    }

    /// Whether somebody of this unit finds a seat.
    pub fn room_for(&self, path: &str) -> bool {
        self.taken < self.seats && (self.is_kept_for(path) || self.common < self.everybodys())
    }

    /// Whether a seat that is kept for a unit above or at this path is free.
    pub fn is_kept_for(&self, path: &str) -> bool {
        self.taken < self.seats
            && self.pools.iter().any(|p| path.starts_with(&p.path) && p.used < p.seats)
    }

    pub fn is_full(&self) -> bool {
        self.taken >= self.seats
    }

    fn everybodys(&self) -> i64 {
        self.seats - self.pools.iter().map(|p| p.seats).sum::<i64>()
    }
}

/// Who of the queue gets the free seats: the first for whom there is one, then the next. Somebody
/// is passed only where what is free is kept for another unit.
pub fn first_of<'a, T>(hall: &mut Hall, queue: impl IntoIterator<Item = (&'a str, T)>) -> Vec<T> {
    let mut chosen = vec![];
    for (path, who) in queue {
        if hall.is_full() {
            break;
        }
        if hall.room_for(path) {
            hall.sit(path);
            chosen.push(who);
        }
    }
    chosen
}

/// Where a new name goes. Nobody passes those who wait, even when a seat is free for a moment.
pub fn place<'a>(hall: &Hall, queue: impl IntoIterator<Item = &'a str>, path: &str) -> Place {
    let mut after = hall.clone();
    first_of(&mut after, queue.into_iter().map(|path| (path, ())));
    if after.room_for(path) { Place::Seat } else { Place::Waiting }
}

/// A session at which somebody is expected already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Busy {
    pub person: PersonId,
    /// The title of its batch.
    pub batch: String,
    pub starts_at: Moment,
    pub ends_at: Moment,
}

/// The sessions of a batch beside what some people have in that time.
#[derive(Debug, Clone, Default)]
pub struct Diary {
    /// (start, end).
    pub sessions: Vec<(Moment, Moment)>,
    pub busy: Vec<Busy>,
}

impl Diary {
    /// The first of somebody's sessions that is on while this batch meets.
    pub fn clash(&self, person: PersonId) -> Option<&Busy> {
        let at_once = |b: &Busy| {
            self.sessions.iter().any(|(from, to)| b.starts_at < *to && *from < b.ends_at)
        };
        self.busy.iter().find(|b| b.person == person && at_once(b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_that_only_touch_do_not_clash() {
        let minute = |n: i64| Moment::from_micros(n * 60_000_000);
        let busy = |person| Busy {
            person: PersonId(person),
            batch: "B".to_owned(),
            starts_at: minute(60),
            ends_at: minute(120),
        };
        for (person, from, to, is) in [
            (1, 0, 60, false),
            (1, 0, 61, true),
            (1, 119, 200, true),
            (1, 120, 200, false),
            (2, 0, 200, false),
        ] {
            let sessions = vec![(minute(from), minute(to))];
            let diary = Diary { sessions, busy: vec![busy(1)] };
            assert_eq!(diary.clash(PersonId(person)).is_some(), is, "{person} {from} {to}");
        }
    }

    fn at(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    fn run(seats: i64, seated: i64, waiting: i64) -> Run {
        let (first_start, last_end) = (Some(at("2026-03-05 09:00")), Some(at("2026-03-05 11:00")));
        Run { cancelled: false, seats, seated, offered: 0, waiting, lent: 0, first_start, last_end }
    }

    /// `1:2 11:1` keeps two seats for unit 1 and one for 11 below it.
    fn hall(seats: i64, kept: &str, takers: &str) -> Hall {
        let pools = kept.split_whitespace().map(|word| {
            let (path, seats) = word.split_once(':').unwrap();
            (path.to_owned(), seats.parse().unwrap())
        });
        let mut hall = Hall::new(seats, pools.collect());
        takers.split_whitespace().for_each(|path| hall.sit(path));
        hall
    }

    #[test]
    fn seats_go_first_come_first_served() {
        for (seats, taken, queue, expected) in [
            (30, 0, "", Place::Seat),
            (30, 29, "", Place::Seat),
            (30, 30, "", Place::Waiting),
            (30, 29, "1", Place::Waiting),
            (30, 28, "1", Place::Seat),
            (30, 31, "", Place::Waiting),
        ] {
            let hall = Hall::plain(seats, taken);
            let found = place(&hall, queue.split_whitespace(), "1");
            assert_eq!(found, expected, "{seats} {taken} {queue}");
        }
    }

    #[test]
    fn what_is_kept_is_kept() {
        // (seats, kept, who sits, who waits, who comes, where)
        for (seats, kept, takers, queue, path, expected) in [
            (3, "1:2", "", "", "2", Place::Seat),
            (3, "1:2", "2", "", "2", Place::Waiting),
            (3, "1:2", "2", "", "15", Place::Seat),
            (3, "1:2", "2 1 1", "", "1", Place::Waiting),
            // Those of the unit fill what is kept for them first, whoever came first.
            (3, "1:2", "1 1", "", "2", Place::Seat),
            (3, "1:2", "1 1", "", "1", Place::Seat),
            // Another unit's wait does not stand in the way of a kept seat; one's own does.
            (3, "1:2", "2", "2 2", "1", Place::Seat),
            (3, "1:2", "2", "1 1", "1", Place::Waiting),
            // A block's seats lie within its district's hall, and overflow into it.
            (4, "1:2 11:1", "11 11", "", "12", Place::Seat),
            (4, "1:2 11:1", "11 11 12", "", "12", Place::Seat),
            (4, "1:2 11:1", "11 11 12 12", "", "12", Place::Waiting),
            (4, "1:2 11:1", "12 12 2", "", "12", Place::Waiting),
            (4, "1:2 11:1", "12 12 2", "", "11", Place::Seat),
            // After a cut nothing is free, whatever was kept.
            (1, "1:2", "2", "", "1", Place::Waiting),
        ] {
            let hall = hall(seats, kept, takers);
            let found = place(&hall, queue.split_whitespace(), path);
            assert_eq!(found, expected, "{seats} kept {kept} taken {takers} wait {queue}: {path}");
        }
    }

    #[test]
    fn the_first_for_whom_there_is_a_seat() {
        let check = |seats, kept, takers, queue: &str, expected: &[usize]| {
            let mut hall = hall(seats, kept, takers);
            let queue = queue.split_whitespace().enumerate().map(|(n, path)| (path, n));
            assert_eq!(first_of(&mut hall, queue), expected);
        };
        check(3, "", "1", "2 2 2", &[0, 1]);
        check(3, "1:1", "2 2", "2 2 1 1", &[2]);
        check(3, "1:1", "2", "2 2 1 1", &[0, 2]);
        check(2, "", "1 1 1", "1", &[]);
    }

    #[test]
    fn a_batch_closes_with_its_last_session() {
        let open = run(30, 0, 0);
        assert_eq!(closed(&open, at("2026-03-05 10:59")), None);
        assert_eq!(closed(&open, at("2026-03-05 11:00")), Some("batch-ended"));
        assert_eq!(closed(&Run { last_end: None, ..open }, at("2030-01-01 00:00")), None);
        assert_eq!(
            closed(&Run { cancelled: true, ..open }, at("2026-03-01 00:00")),
            Some("batch-cancelled")
        );
        assert_eq!(closed_to_requests(&open, at("2026-03-05 08:59")), None);
        assert_eq!(closed_to_requests(&open, at("2026-03-05 09:00")), Some("batch-started"));
    }
}
