//! Courses, batches and sessions for the stories of enrolment, attendance and completion.

use diesel::prelude::*;
use prashikshan::completion::rules::{Standing, Status};
use prashikshan::enrolment;
use prashikshan::enrolment::store::Enrolment;
use prashikshan::kit::clock::Moment;
use prashikshan::kit::ids::{
    BatchId, CourseId, EnrolmentId, ModuleId, PersonId, SessionId, VersionId,
};
use prashikshan::kit::schema::{
    batches, course_versions, courses, marks, modules, session_modules, session_trainers, sessions,
    standings,
};

use crate::stage::Stage;

#[derive(Clone)]
pub struct Course {
    pub id: CourseId,
    pub version: VersionId,
    pub modules: Vec<(String, ModuleId)>,
}

/// `A60! B30`: a published course of MP with module A of 60 minutes, compulsory, and B of 30.
pub fn course(stage: &Stage, code: &str, percent: i32, text: &str) -> Course {
    let unit = stage.unit("MP");
    stage.write(|db, stamp| {
        let (id, version) = (CourseId(stamp.id()), VersionId(stamp.id()));
        diesel::insert_into(courses::table)
            .values((
                courses::id.eq(id),
                courses::code.eq(code),
                courses::unit_id.eq(unit),
                courses::title_hi.eq(format!("कोर्स {code}")),
                courses::title_en.eq(format!("Course {code}")),
                courses::state.eq("published"),
                courses::created_at.eq(stamp.now),
                courses::updated_at.eq(stamp.now),
            ))
            .execute(db)?;
        diesel::insert_into(course_versions::table)
            .values((
                course_versions::id.eq(version),
                course_versions::course_id.eq(id),
                course_versions::version.eq(1),
                course_versions::percent.eq(percent),
                course_versions::published_at.eq(Some(stamp.now)),
            ))
            .execute(db)?;
        let mut all = vec![];
        for (n, word) in text.split_whitespace().enumerate() {
            let (code, rest) = word.split_at(1);
            let module = ModuleId(stamp.id());
            diesel::insert_into(modules::table)
                .values((
                    modules::id.eq(module),
                    modules::course_version_id.eq(version),
                    modules::position.eq(n as i32),
                    modules::code.eq(code),
                    modules::title_hi.eq(format!("विषय {code}")),
                    modules::title_en.eq(format!("Module {code}")),
                    modules::minutes
                        .eq(rest.trim_end_matches('!').parse::<i32>().expect("minutes")),
                    modules::compulsory.eq(rest.ends_with('!')),
                ))
                .execute(db)?;
            all.push((code.to_owned(), module));
        }
        Ok(Course { id, version, modules: all })
    })
}

pub fn batch(stage: &Stage, course: &Course, unit: &str, seats: i32) -> BatchId {
    let unit_id = stage.unit(unit);
    stage.write(|db, stamp| {
        let id = BatchId(stamp.id());
        diesel::insert_into(batches::table)
            .values((
                batches::id.eq(id),
                batches::course_version_id.eq(course.version),
                batches::course_id.eq(course.id),
                batches::unit_id.eq(unit_id),
                batches::title.eq(format!("Batch of {unit}")),
                batches::seats.eq(seats),
                batches::state.eq("open"),
                batches::created_at.eq(stamp.now),
                batches::updated_at.eq(stamp.now),
            ))
            .execute(db)?;
        Ok(id)
    })
}

/// A published session of two hours that teaches these modules (`AB`); `starts` is UTC.
pub fn session(
    stage: &Stage,
    batch: BatchId,
    course: &Course,
    teaches: &str,
    starts: &str,
) -> SessionId {
    let starts = Moment::parse(starts).expect("a moment");
    stage.write(|db, stamp| {
        let id = SessionId(stamp.id());
        diesel::insert_into(sessions::table)
            .values((
                sessions::id.eq(id),
                sessions::batch_id.eq(batch),
                sessions::starts_at.eq(starts),
                sessions::ends_at.eq(starts.plus_minutes(120)),
                sessions::timezone.eq("Asia/Kolkata"),
                sessions::state.eq("published"),
                sessions::revision.eq(1),
                sessions::created_at.eq(stamp.now),
                sessions::updated_at.eq(stamp.now),
            ))
            .execute(db)?;
        for (_, module) in course.modules.iter().filter(|(code, _)| teaches.contains(code.as_str()))
        {
            diesel::insert_into(session_modules::table)
                .values((session_modules::session_id.eq(id), session_modules::module_id.eq(module)))
                .execute(db)?;
        }
        Ok(id)
    })
}

pub fn set_session_state(stage: &Stage, session: SessionId, state: &str) {
    stage.write(|db, _| {
        diesel::update(sessions::table.find(session)).set(sessions::state.eq(state)).execute(db)?;
        Ok(())
    });
}

pub fn set_seats(stage: &Stage, batch: BatchId, seats: i32) {
    stage.write(|db, _| {
        diesel::update(batches::table.find(batch)).set(batches::seats.eq(seats)).execute(db)?;
        Ok(())
    });
}

pub fn cancel_batch(stage: &Stage, batch: BatchId) {
    stage.write(|db, _| {
        diesel::update(batches::table.find(batch))
            .set(batches::state.eq("cancelled"))
            .execute(db)?;
        Ok(())
    });
}

pub fn add_trainer(stage: &Stage, session: SessionId, person: PersonId) {
    stage.write(|db, _| {
        diesel::insert_into(session_trainers::table)
            .values((
                session_trainers::session_id.eq(session),
                session_trainers::person_id.eq(person),
            ))
            .execute(db)?;
        Ok(())
    });
}

/// Enrolled by the admin of the state.
pub fn enrol(stage: &Stage, batch: BatchId, person: PersonId) -> Enrolment {
    let admin = stage.actor("State Admin");
    stage.write(|db, stamp| enrolment::enrol(db, &admin, batch, person, stamp))
}

/// People of a unit, enrolled: `P001`, `P002` …
pub fn enrol_many(stage: &Stage, batch: BatchId, unit: &str, n: usize) -> Vec<PersonId> {
    let people: Vec<PersonId> = (1..=n)
        .map(|i| stage.person_without_mail(&format!("Person {unit} {i:03}"), unit))
        .collect();
    for person in &people {
        enrol(stage, batch, *person);
    }
    people
}

/// The marks that count, in words: `Asha present, Bela partial 30`.
pub fn roll(stage: &Stage, session: SessionId) -> String {
    let rows: Vec<(String, Status, Option<i32>)> = stage.read(|db| {
        use prashikshan::kit::schema::people;
        Ok(marks::table
            .inner_join(people::table.on(people::id.eq(marks::person_id)))
            .filter(marks::session_id.eq(session))
            .order(people::name)
            .select((people::name, marks::status, marks::minutes))
            .load(db)?)
    });
    let said = |(name, status, minutes): &(String, Status, Option<i32>)| match minutes {
        Some(minutes) => format!("{name} {status} {minutes}"),
        None => format!("{name} {status}"),
    };
    rows.iter().map(said).collect::<Vec<_>>().join(", ")
}

/// The standing that is kept: `in_progress 40`.
pub fn standing(stage: &Stage, enrolment: EnrolmentId) -> String {
    let row: Option<(Standing, i32)> = stage.read(|db| {
        Ok(standings::table
            .find(enrolment)
            .select((standings::standing, standings::percent))
            .first(db)
            .optional()?)
    });
    row.map_or_else(|| "none".to_owned(), |(standing, percent)| format!("{standing} {percent}"))
}
