//! What is taught where and when: courses, venues, batches past, running and to come.

use chrono::{Days, NaiveDate, NaiveTime};

use crate::demo::ZONE;
use crate::demo::crowd::{Crowd, Member};
use crate::demo::dice::Dice;
use crate::demo::names::Name;
use crate::demo::store::{self, Cargo};
use crate::demo::tree::{District, Tree};
use crate::kit::clock::Moment;
use crate::kit::ids::{CourseId, Ids, ModuleId, PersonId, UnitId, VenueId, VersionId};

/// A published course as enrolments see it.
pub struct Taught {
    pub course: CourseId,
    pub version: VersionId,
    pub title: &'static str,
    pub modules: Vec<Part>,
}

pub struct Part {
    pub id: ModuleId,
    pub minutes: i32,
}

/// A unit that holds batches: its hall, its teachers, those who may come.
pub struct Centre {
    pub unit: UnitId,
    pub name: Name,
    pub venue: VenueId,
    pub planner: PersonId,
    pub trainers: Vec<PersonId>,
    pub pool: Vec<Member>,
    /// The blocks below it that people came from, each with its admin; for the story's centre.
    pub blocks: Vec<(UnitId, PersonId)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Past,
    Running,
    Coming,
}

/// One batch of one centre, before anybody is on it.
pub struct Run {
    pub centre: usize,
    pub course: usize,
    pub number: usize,
    pub stage: Stage,
    pub seats: usize,
    /// Members of the centre's pool.
    pub takers: Vec<usize>,
    pub slots: Vec<Slot>,
    pub queue: Option<Queue>,
}

/// What waits for an answer on one batch: a seat that came free and is offered, seats kept for
/// units, and the last of its takers, who asked or were put forward.
pub struct Queue {
    pub kept: Vec<UnitId>,
    pub asked: usize,
    pub nominated: usize,
    pub nominator: PersonId,
}

pub struct Slot {
    pub starts: Moment,
    pub ends: Moment,
    /// Places in the course's list of modules.
    pub modules: Vec<usize>,
}

pub struct Plan {
    pub courses: Vec<Taught>,
    pub centres: Vec<Centre>,
    /// In the order of their first sessions.
    pub runs: Vec<Run>,
}

impl Plan {
    /// The first on the batch whose session is on right now.
    pub fn newcomer(&self) -> Option<PersonId> {
        self.centres.first()?.pool.first().map(|member| member.id)
    }
}

/// The batch whose session is on right now has more seats than the usual thirty.
pub const STORY_SEATS: usize = 50;
const SEATS: usize = 30;
/// Past batches lie between eleven months and 25 days ago.
const PAST_DAYS: i64 = 310;
/// With so many days for a batch it meets every other day, otherwise twice a day.
const WIDE: i64 = 20;

pub fn draw(cargo: &mut Cargo, tree: &Tree, crowd: Crowd, seed: u64, now: Moment) -> Plan {
    let mut planner = Planner {
        cargo,
        dice: Dice::new(seed ^ 0x706C_616E),
        ids: Ids::seeded(seed),
        now,
        today: now.date_in(ZONE),
    };
    let courses = planner.courses(tree.state);
    let centres = planner.centres(tree, crowd);
    let mut runs = planner.runs(&courses, &centres);
    runs.sort_by_key(|run| run.slots.first().map(|slot| slot.starts));
    Plan { courses, centres, runs }
}

struct Planner<'a> {
    cargo: &'a mut Cargo,
    dice: Dice,
    ids: Ids,
    now: Moment,
    today: NaiveDate,
}

impl Planner<'_> {
    fn courses(&mut self, state: UnitId) -> Vec<Taught> {
        let at = self.now.plus_days(-400);
        COURSES.iter().map(|outline| self.course(outline, state, at)).collect()
    }

    fn course(&mut self, outline: &Outline, state: UnitId, at: Moment) -> Taught {
        let course = CourseId(self.ids.next(at));
        let version = VersionId(self.ids.next(at));
        self.cargo.courses.push(store::Course {
            id: course,
            code: outline.code,
            unit_id: state,
            title_hi: outline.title.0,
            title_en: outline.title.1,
            state: "published",
            created_at: at,
            updated_at: at,
        });
        self.cargo.course_versions.push(store::Version {
            id: version,
            course_id: course,
            version: 1,
            percent: outline.percent,
            published_at: Some(at),
        });
        let mut modules = vec![];
        for (n, &(title_hi, title_en, minutes, compulsory)) in outline.modules.iter().enumerate() {
            let id = ModuleId(self.ids.next(at));
            let position = n as i32 + 1;
            let code = format!("{}-{position}", outline.code);
            self.cargo.modules.push(store::Module {
                id,
                course_version_id: version,
                position,
                code,
                title_hi,
                title_en,
                minutes,
                compulsory,
            });
            modules.push(Part { id, minutes });
        }
        Taught { course, version, title: outline.title.0, modules }
    }

    /// The first centre is that of the story: a district, with people of all its blocks. Of the
    /// others each is a block, or a whole district where blocks are too small to fill a hall.
    fn centres(&mut self, tree: &Tree, crowd: Crowd) -> Vec<Centre> {
        let all: Vec<_> = tree.districts.iter().zip(crowd.districts).collect();
        let blocks: usize = all.iter().map(|(_, their)| their.blocks.len()).sum();
        let people = |their: &crate::demo::crowd::BlockCrowd| their.newcomers.len();
        let total: usize = all.iter().flat_map(|(_, their)| &their.blocks).map(people).sum();
        let by_block = total >= blocks * 2 * SEATS;
        let mut centres = vec![];
        for (n, (district, their)) in all.into_iter().enumerate() {
            let mut taken: Vec<Member> = vec![];
            let mut halls = vec![];
            for (block, mut their) in district.blocks.iter().zip(their.blocks) {
                if n == 0 {
                    // Those who joined first: they were there when the story's batch began.
                    let share = STORY_SEATS.div_ceil(district.blocks.len());
                    let share = share.min(their.newcomers.len());
                    taken.extend(their.newcomers.drain(..share));
                }
                let venue =
                    self.hall(block.unit, &block.name, "सामुदायिक भवन", "Community Hall", 60);
                halls.push(Centre {
                    unit: block.unit,
                    name: block.name.clone(),
                    venue,
                    planner: their.admin,
                    trainers: their.trainers,
                    pool: their.newcomers,
                    blocks: vec![],
                });
            }
            if n == 0 {
                taken.truncate(STORY_SEATS);
                let venue = self.training_centre(district);
                centres.push(Centre {
                    unit: district.unit,
                    name: district.name.clone(),
                    venue,
                    planner: their.admin,
                    trainers: vec![crowd.trainer],
                    pool: taken,
                    blocks: halls.iter().map(|hall| (hall.unit, hall.planner)).collect(),
                });
            }
            if by_block {
                centres.extend(halls);
            } else {
                centres.extend(merged(halls, district, their.admin));
            }
        }
        centres
    }

    fn training_centre(&mut self, district: &District) -> VenueId {
        let (hi, en) = ("जिला प्रशिक्षण केंद्र", "District Training Centre");
        self.hall(district.unit, &district.name, hi, en, 120)
    }

    fn hall(&mut self, unit: UnitId, at: &Name, hi: &str, en: &str, seats: i32) -> VenueId {
        let made = self.now.plus_days(-400);
        let id = VenueId(self.ids.next(made));
        self.cargo.venues.push(store::Venue {
            id,
            unit_id: unit,
            name_hi: format!("{hi}, {}", at.hi),
            name_en: format!("{en}, {}", at.en),
            seats,
            address: format!("मुख्य मार्ग, {}", at.hi),
            contact: None,
            created_at: made,
            updated_at: made,
        });
        id
    }

    fn runs(&mut self, courses: &[Taught], centres: &[Centre]) -> Vec<Run> {
        let mut runs = vec![self.story(courses, &centres[0])];
        runs.extend(self.sequel(courses, &centres[0]));
        let mut due = 0.0;
        for (n, centre) in centres.iter().enumerate().skip(1) {
            // Half as many places as people, a little over 27 on each batch.
            due += centre.pool.len() as f64 / 55.0;
            let count = due as usize;
            due -= count as f64;
            let last = match n {
                _ if n % 2 == 1 => Stage::Coming,
                _ if n % 6 == 2 => Stage::Running,
                _ => Stage::Past,
            };
            // Each half is taken from in turn, so that nobody is asked twice without need.
            let half = centre.pool.len().div_ceil(2);
            let mut next = 0;
            for number in 0..count {
                let stage = if number + 1 == count { last } else { Stage::Past };
                let course = (number + number / 4) % courses.len();
                let (from, among) = match stage {
                    Stage::Coming => (half, centre.pool.len() - half),
                    _ => (0, half),
                };
                let wanted = self.wanted().min(among);
                let takers = (0..wanted).map(|k| from + (next + k) % among).collect();
                next += wanted;
                let room = PAST_DAYS / count as i64;
                let start = self.start(number as i64, room, stage);
                let slots = self.slots(&courses[course], start, stage, room);
                let queue = None;
                let seats = SEATS;
                runs.push(Run { centre: n, course, number, stage, seats, takers, slots, queue });
            }
        }
        runs
    }

    fn story(&mut self, courses: &[Taught], centre: &Centre) -> Run {
        Run {
            centre: 0,
            course: 0,
            number: 0,
            stage: Stage::Running,
            seats: STORY_SEATS,
            takers: (0..centre.pool.len()).collect(),
            slots: self.slots(&courses[0], 0, Stage::Running, 30),
            queue: None,
        }
    }

    /// The next course of the story's people, a month ahead: more want to come than there are seats.
    /// The first of the pool, who signs in as the newcomer, is the one who is offered a seat.
    fn sequel(&mut self, courses: &[Taught], centre: &Centre) -> Option<Run> {
        let (people, (_, nominator)) = (centre.pool.len(), *centre.blocks.first()?);
        let seats = (people * 3 / 5).min(SEATS);
        // The second and third are of the first block: its admin puts them forward.
        let mut takers: Vec<usize> = (3..people).collect();
        takers.insert(seats.min(takers.len()), 0);
        takers.extend([1, 2]);
        Some(Run {
            centre: 0,
            course: 1,
            number: 1,
            stage: Stage::Coming,
            seats,
            takers,
            slots: self.slots(&courses[1], 30, Stage::Coming, 30),
            queue: Some(Queue {
                kept: centre.blocks.iter().take(2).map(|(unit, _)| *unit).collect(),
                asked: people / 12,
                nominated: 2,
                nominator,
            }),
        })
    }

    /// How many want to come: one batch in four has more than it has seats.
    fn wanted(&mut self) -> usize {
        if self.dice.chance(25) {
            return SEATS + self.dice.between(1, 4) as usize;
        }
        self.dice.between(24, 30) as usize
    }

    /// Days from today to the first session. Past batches share the year evenly and each keeps to
    /// its part, so that no hall and no teacher is needed twice at once.
    fn start(&mut self, number: i64, room: i64, stage: Stage) -> i64 {
        match stage {
            Stage::Past => {
                let needed = if room < WIDE { 5 } else { 18 };
                -PAST_DAYS - 25 + room * number + self.dice.between(0, (room - needed).max(0))
            }
            Stage::Running => 0,
            Stage::Coming => self.dice.between(4, 20),
        }
    }

    /// One session for each module, then two that repeat a half each for those who were away.
    fn slots(&mut self, taught: &Taught, start: i64, stage: Stage, room: i64) -> Vec<Slot> {
        let parts = taught.modules.len();
        let mut lessons: Vec<Vec<usize>> = (0..parts).map(|n| vec![n]).collect();
        lessons.push((0..parts / 2).collect());
        lessons.push((parts / 2..parts).collect());
        let done = (parts / 2).max(1);
        let mut slots = vec![];
        for (n, modules) in lessons.into_iter().enumerate() {
            let away = n as i64 - done as i64;
            let (day, hour) = match stage {
                Stage::Past if room < WIDE => (start + n as i64 / 2, [10, 14][n % 2]),
                Stage::Past | Stage::Coming => (start + 2 * n as i64, 10),
                Stage::Running => (2 * away, 10),
            };
            let minutes = match modules.as_slice() {
                [one] => i64::from(taught.modules[*one].minutes),
                _ => 150,
            };
            let (starts, ends) = if stage == Stage::Running && away == 0 {
                self.right_now()
            } else {
                let starts = self.at(day, hour);
                (starts, starts.plus_minutes(minutes))
            };
            slots.push(Slot { starts, ends, modules });
        }
        slots
    }

    /// Begun within the last five minutes: its roll can be called.
    fn right_now(&self) -> (Moment, Moment) {
        let five = 300 * 1_000_000;
        let starts = Moment::from_micros(self.now.micros().div_euclid(five) * five);
        (starts, starts.plus_minutes(120))
    }

    fn at(&self, day: i64, hour: u32) -> Moment {
        let days = Days::new(day.unsigned_abs());
        let moved = if day < 0 {
            self.today.checked_sub_days(days)
        } else {
            self.today.checked_add_days(days)
        };
        let clock = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        Moment::of_local(moved.unwrap_or(self.today).and_time(clock), ZONE)
    }
}

/// The blocks of a small district as one centre, in the hall of the first.
fn merged(halls: Vec<Centre>, district: &District, planner: PersonId) -> Option<Centre> {
    let venue = halls.first()?.venue;
    let mut all = Centre {
        unit: district.unit,
        name: district.name.clone(),
        venue,
        planner,
        trainers: vec![],
        pool: vec![],
        blocks: vec![],
    };
    for hall in halls {
        all.trainers.extend(hall.trainers);
        all.pool.extend(hall.pool);
    }
    all.pool.sort_by_key(|member| member.id);
    Some(all)
}

struct Outline {
    code: &'static str,
    title: (&'static str, &'static str),
    percent: i32,
    /// Both titles, minutes, compulsory.
    modules: &'static [(&'static str, &'static str, i32, bool)],
}

const COURSES: &[Outline] = &[
    Outline {
        code: "ORG",
        title: ("संगठन परिचय", "Knowing the organisation"),
        percent: 80,
        modules: &[
            ("हमारा इतिहास", "Our history", 90, true),
            ("हमारे सिद्धांत", "Our principles", 90, true),
            ("संगठन की रचना", "How we are organised", 60, true),
            ("कार्यकर्ता की भूमिका", "What a worker does", 60, false),
            ("प्रश्न और संवाद", "Questions and answers", 60, false),
        ],
    },
    Outline {
        code: "BOOTH",
        title: ("बूथ प्रबंधन", "Booth management"),
        percent: 80,
        modules: &[
            ("बूथ समिति", "The booth committee", 90, true),
            ("घर-घर संपर्क", "Going from door to door", 120, true),
            ("बैठक का संचालन", "Holding a meeting", 60, false),
            ("मतदाता से बातचीत", "Talking with voters", 60, false),
            ("मतदान के दिन का काम", "The work on polling day", 120, true),
        ],
    },
    Outline {
        code: "SPEAK",
        title: ("संवाद कौशल", "Speaking and listening"),
        percent: 75,
        modules: &[
            ("सुनने की कला", "The art of listening", 60, false),
            ("छोटी सभा में बोलना", "Speaking in a small meeting", 90, true),
            ("मंच से बोलना", "Speaking from a stage", 90, false),
            ("कठिन प्रश्न", "Hard questions", 60, false),
            ("बातचीत का अभ्यास", "Practice in conversation", 90, false),
            ("प्रेस से बात", "Talking to the press", 60, false),
        ],
    },
    Outline {
        code: "MEDIA",
        title: ("सामाजिक माध्यम", "Social media"),
        percent: 80,
        modules: &[
            ("माध्यम और मर्यादा", "Media and manners", 60, true),
            ("संदेश लिखना", "Writing a message", 90, false),
            ("अफ़वाह की पहचान", "Telling a rumour from news", 90, true),
            ("फोटो और वीडियो", "Pictures and films", 60, false),
        ],
    },
];
