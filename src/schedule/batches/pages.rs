//! The pages of the batches.
