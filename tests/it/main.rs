//! The one integration binary: every story of the house, on whichever database is given.

#![expect(clippy::expect_used, reason = "a story that cannot go on says so")]

mod stage;
mod forms;
mod hands;
mod recorder;
mod at_once;

mod access;
mod attendance;
mod check_in;
mod badges;
mod apologies;
mod helpers;
mod classroom;
mod completion;
mod courses;
mod enrolment;
mod offers;
mod queue_model;
mod locks;
mod schedule;
mod holidays;
mod plans;
mod tidy;
mod overview;
mod demo;
mod doors;
mod units;
mod people;
mod imports;
mod journeys;
mod statements;
mod together;
mod letters;
mod trainers;
mod templates;
mod lists;
mod postponement;
mod finding;
mod mail;
mod headers;
mod returns;
mod digests;
mod weekly;
mod notices;
mod notice_watch;
mod erasure;
mod offices;
mod calendars;
mod year;
