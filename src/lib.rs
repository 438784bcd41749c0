//! Prashikshan: training courses scheduled, attendance taken, reminders sent, completion shown.

pub mod kit;
pub mod access;
pub mod journal;
pub mod post;
pub mod reminders;
pub mod letters;
pub mod overview;
pub mod demo;
pub mod routes;
