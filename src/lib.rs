//! Prashikshan: training courses scheduled, attendance taken, reminders sent, completion shown.
//!
//! The rooms stand in dependency order: each uses only rooms above it. This order is the law; a
//! test reads it from here.

pub mod kit;
pub mod access;
pub mod journal;
pub mod post;
pub mod units;
pub mod people;
pub mod courses;
pub mod schedule;
pub mod completion;
pub mod enrolment;
pub mod imports;
pub mod attendance;
pub mod reminders;
pub mod postponement;
pub mod letters;
pub mod erasure;
pub mod overview;
pub mod demo;
pub mod openapi;
pub mod routes;
pub mod commands;
