//! Finding times: a plan without clashes for many batches at once.

pub mod rules;
