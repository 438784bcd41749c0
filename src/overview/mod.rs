//! The start pages: one's own training, today's sessions, the numbers of one's units.

pub mod rules;
pub mod store;
pub mod pages;
