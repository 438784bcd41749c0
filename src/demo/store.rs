//! Owns nothing: writes rows of every room's tables in batches, the one exception to that law.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::kit::clock::Moment;
use crate::kit::db::{Db, MOST_BINDS, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{
    BatchId, CourseId, EnrolmentId, GrantId, LetterId, LevelId, ModuleId, NoticeId, OfferId,
    OfficeId, OfficeKindId, PersonId, SessionId, UnitId, VenueId, VersionId,
};
use crate::kit::schema::{
    apologies, batches, consents, course_versions, courses, emails, enrolment_moves, enrolments,
    grants, letters, levels, mark_events, marks, modules, name_words, notices, offers, offices,
    people, phones, plan_requests, reservations, roll_closings, session_modules, session_revisions,
    session_trainers, sessions, units, venues,
};

/// Declares the row of each table, in the order in which they refer to each other, with the cargo
/// that carries them to the database.
macro_rules! rows {
    ($($table:ident as $row:ident { $($field:ident: $type:ty),+ $(,)? })+) => {
        $(
            #[derive(Insertable)]
            #[diesel(table_name = $table, treat_none_as_default_value = false)]
            pub struct $row { $(pub $field: $type),+ }
        )+

        /// Rows on their way, and how many of each table have arrived.
        #[derive(Default)]
        pub struct Cargo {
            $(pub $table: Vec<$row>,)+
            pub arrived: BTreeMap<&'static str, usize>,
        }

        impl Cargo {
            /// Writes everything, in as few statements as binds allow, and is empty again.
            pub fn unload(&mut self, db: &mut Db) -> Result<(), Fault> {
                $(
                    const { assert!(ROWS_AT_ONCE * [$(stringify!($field)),+].len() <= MOST_BINDS) }
                    for chunk in self.$table.chunks(ROWS_AT_ONCE) {
                        on_each!(db, c => diesel::insert_into($table::table)
                            .values(chunk).execute(c))?;
                    }
                    *self.arrived.entry(stringify!($table)).or_default() += self.$table.len();
                    self.$table.clear();
                )+
                Ok(())
            }
        }
    };
}

/// More rows in one statement gain nothing on either database.
const ROWS_AT_ONCE: usize = 500;

rows! {
    levels as Level {
        id: LevelId, code: &'static str, ordinal: i32, name_hi: &'static str, name_en: &'static str,
        electoral: bool,
    }
    units as Unit {
        id: UnitId, code: String, level_id: LevelId, parent_id: Option<UnitId>,
        constituency_id: Option<UnitId>, path: String, name_hi: String, name_en: String,
        folded: String, census_code: Option<String>, population: Option<i64>,
        timezone: Option<&'static str>, contact_name: Option<String>, contact_phone: Option<String>,
        created_at: Moment, updated_at: Moment,
    }
    people as Person {
        id: PersonId, unit_id: UnitId, constituency_id: Option<UnitId>,
        name: String, name_other: Option<String>, relation_name: Option<String>, folded: String,
        previous_party: Option<&'static str>, joined_on: Option<NaiveDate>,
        admitted_by: Option<String>, language: Option<&'static str>, gender: Option<&'static str>,
        created_at: Moment, updated_at: Moment,
    }
    phones as Phone { id: i64, person_id: PersonId, position: i32, number: String }
    emails as Email {
        id: i64, person_id: PersonId, position: i32, address: String, folded: String,
    }
    name_words as NameWord { word: String, person_id: PersonId }
    grants as Grant {
        id: GrantId, person_id: PersonId, role: &'static str, unit_id: Option<UnitId>,
        valid_from: Option<NaiveDate>, granted_by: Option<PersonId>, created_at: Moment,
    }
    offices as Office {
        id: OfficeId, kind_id: OfficeKindId, unit_id: UnitId, person_id: PersonId,
        valid_from: NaiveDate, appointed_by: Option<PersonId>, created_at: Moment,
    }
    courses as Course {
        id: CourseId, code: &'static str, unit_id: UnitId, title_hi: &'static str,
        title_en: &'static str, state: &'static str, created_at: Moment, updated_at: Moment,
    }
    course_versions as Version {
        id: VersionId, course_id: CourseId, version: i32, percent: i32,
        published_at: Option<Moment>,
    }
    modules as Module {
        id: ModuleId, course_version_id: VersionId, position: i32, code: String,
        title_hi: &'static str, title_en: &'static str, minutes: i32, compulsory: bool,
    }
    venues as Venue {
        id: VenueId, unit_id: UnitId, name_hi: String, name_en: String, seats: i32,
        address: String, contact: Option<String>, created_at: Moment, updated_at: Moment,
    }
    batches as Batch {
        id: BatchId, course_version_id: VersionId, course_id: CourseId, unit_id: UnitId,
        title: String, seats: i32, starts_on: Option<NaiveDate>, ends_on: Option<NaiveDate>,
        state: &'static str, created_at: Moment, updated_at: Moment,
    }
    sessions as Session {
        id: SessionId, batch_id: BatchId, venue_id: Option<VenueId>, starts_at: Moment,
        ends_at: Moment, timezone: &'static str, state: &'static str, revision: i32,
        cancel_reason: Option<&'static str>, created_at: Moment, updated_at: Moment,
    }
    session_modules as SessionModule {
        session_id: SessionId, module_id: ModuleId,
    }
    session_trainers as SessionTrainer {
        session_id: SessionId, person_id: PersonId,
    }
    session_revisions as Revision {
        id: i64, session_id: SessionId, revision: i32, starts_at: Moment, ends_at: Moment,
        venue_id: Option<VenueId>, state: &'static str, reason: Option<&'static str>,
        made_by: Option<PersonId>, made_at: Moment,
    }
    enrolments as Enrolment {
        id: EnrolmentId, batch_id: BatchId, person_id: PersonId, place: &'static str,
        queued_at: Moment, round: i32, created_at: Moment, updated_at: Moment, way: &'static str,
        asked_by: Option<PersonId>, decider_id: Option<UnitId>,
    }
    enrolment_moves as Move {
        id: i64, enrolment_id: EnrolmentId, from_place: Option<&'static str>,
        to_place: &'static str, reason: Option<&'static str>, made_by: Option<PersonId>,
        made_at: Moment, act: &'static str,
    }
    reservations as Reservation {
        batch_id: BatchId, unit_id: UnitId, seats: i32, held_until: NaiveDate,
    }
    offers as Offer {
        id: OfferId, enrolment_id: EnrolmentId, made_at: Moment, ends_at: Moment,
        answer: &'static str,
    }
    consents as Consent {
        id: i64, person_id: PersonId, batch_id: Option<BatchId>, channel: &'static str,
        notice: &'static str, noted_by: Option<PersonId>, given_at: Moment,
    }
    marks as Mark {
        id: i64, session_id: SessionId, person_id: PersonId, status: &'static str,
        marked_at: Moment, client_id: String, marked_by: Option<PersonId>, received_at: Moment,
    }
    mark_events as MarkEvent {
        client_id: String, session_id: SessionId, person_id: PersonId, status: &'static str,
        marked_at: Moment, marked_by: Option<PersonId>, device: Option<&'static str>,
        received_at: Moment,
    }
    roll_closings as Closing {
        session_id: SessionId, closed_by: Option<PersonId>, closed_at: Moment,
    }
    apologies as Apology {
        id: i64, session_id: SessionId, person_id: PersonId, reason: &'static str,
        words: Option<&'static str>, state: &'static str, made_at: Moment,
    }
    notices as Notice {
        id: NoticeId, key: &'static str, person_id: PersonId, unit_id: UnitId,
        place: Option<&'static str>, subject_hi: Option<&'static str>,
        body_hi: Option<&'static str>, subject_en: Option<&'static str>,
        body_en: Option<&'static str>, state: &'static str, revision: i32, confirmed_count: Option<i64>,
        confirmed_by: Option<PersonId>, confirmed_at: Option<Moment>, due_at: Option<Moment>,
        is_written: bool, paused_by: Option<&'static str>, created_at: Moment, updated_at: Moment,
    }
    letters as Letter {
        id: LetterId, kind: &'static str, person_id: Option<PersonId>, batch_id: Option<BatchId>,
        enrolment_id: Option<EnrolmentId>, key: String, facts: String, state: &'static str,
        due_at: Moment, useless_after: Option<Moment>, attempts: i32, next_try_at: Moment,
        message_id: String, address: Option<String>, reason: Option<&'static str>,
        sent_at: Option<Moment>, created_at: Moment, updated_at: Moment,
        notice_id: Option<NoticeId>,
    }
    plan_requests as PlanRequest { batch_id: BatchId, asked_at: Moment }
}

impl Cargo {
    /// Unloads when there is enough for full statements.
    pub fn unload_when_heavy(&mut self, db: &mut Db) -> Result<(), Fault> {
        if self.people.len() + self.marks.len() < 8 * ROWS_AT_ONCE {
            return Ok(());
        }
        self.unload(db)
    }
}

/// Whether the database holds any unit, which every other thing needs.
pub fn has_units(db: &mut Db) -> Result<bool, Fault> {
    Ok(diesel::select(diesel::dsl::exists(units::table.select(units::id))).get_result(db)?)
}

pub fn path_of(db: &mut Db, unit: UnitId) -> Result<String, Fault> {
    Ok(units::table.find(unit).select(units::path).first(db)?)
}

/// A cache in which the indexes of a big load fit: SQLite would otherwise write a page many times.
pub fn widen_cache(db: &mut Db) -> Result<(), Fault> {
    if let Db::Sqlite(c) = db {
        c.batch_execute("pragma cache_size = -160000")?;
    }
    Ok(())
}

/// Gives the memory of the load back, writes the log into the file, lets the planner count.
pub fn settle(db: &mut Db) -> Result<(), Fault> {
    match db {
        Db::Sqlite(c) => c.batch_execute(
            "pragma cache_size = -16000; pragma wal_checkpoint(truncate); \
             pragma analysis_limit = 1000; analyze; pragma shrink_memory",
        )?,
        Db::Postgres(c) => c.batch_execute("analyze")?,
    }
    Ok(())
}
