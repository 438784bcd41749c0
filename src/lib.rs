//! Prashikshan: training courses scheduled, attendance taken, reminders sent, completion shown.

pub mod kit;
pub mod access;
pub mod journal;
pub mod completion;
pub mod enrolment;
pub mod attendance;
pub mod routes;
