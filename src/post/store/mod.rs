//! Owns letters, mail_pauses, mail_paces, unsubscribes, bounces, blocked_addresses.

mod lease;
mod list;
mod pace;
mod pause;
mod plans;
mod returns;
mod settle;
mod touched;
mod unsubscribes;

pub use lease::{Leased, TRIAL, is_due, lease, lease_codes, leased, newest_of, renew, sweep};
pub use list::{
    Detail, Filter, LetterRow, counts_within, letter, letters_after, letters_within, newest_ends,
    planned_within, sample_of,
};
pub use pace::{book, next_slot, postpone};
pub use pause::{Pause, begin_pause, end_pauses, pause, roots};
pub use plans::{amend, cancel, forget_body, forget_untried, miss, plan_again};
pub use returns::{
    Bounced, Gone, Returned, add_bounce, block, fail_returned, forgive, nearest_admins, people_at,
    returned, returned_of, returns, returns_of,
};
pub use settle::{Fixed, call_back, fix, fix_planned, hand_over, release, rest, settle};
pub use touched::{batches_touched, batches_with};
pub use unsubscribes::{
    batches_of, cancel_unsubscribed, is_unsubscribed, reader, resubscribe, unsubscribe,
};

/// Rows of a `values` list in one statement.
const ROWS_AT_ONCE: usize = 100;
