//! The pages of the sessions.
