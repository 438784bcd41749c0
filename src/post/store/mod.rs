//! Owns letters, letter_bodies, mail_pauses, mail_paces, unsubscribes, stopped_digests, bounces, blocked_addresses.

mod lease;
mod list;
mod notices;
mod pace;
mod pause;
mod plans;
mod returns;
mod settle;
mod touched;
mod unsubscribes;

pub use lease::{
    Leased, TRIAL, is_code_due, is_due, lease, lease_codes, leased, newest_of, renew, sweep,
};
pub use list::{
    Detail, Filter, LetterRow, counts_within, letter, letters_after, letters_within, newest_ends,
    paths_about, planned_within, sample_of,
};
pub use notices::{
    cancel_notice, is_notice_open, is_to_be_parked, notice_counts, notice_ends, notice_size,
    park_notice, unpark_notice,
};
pub use pace::{book, next_slot, postpone};
pub use pause::{Pause, begin_pause, end_pauses, pause, roots};
pub use plans::{amend, cancel, forget_body, forget_untried, miss, plan_again};
pub use returns::{
    Bounced, Gone, Returned, add_bounce, block, fail_returned, forgive, nearest_admins, people_at,
    returned, returned_of, returns, returns_of,
};
pub use settle::{
    Fixed, call_back, fix, fix_planned, forget_codes_of, hand_over, release, rest, settle,
};
pub use touched::{batches_touched, batches_with};
pub use unsubscribes::{
    batches_of, cancel_unsubscribed, has_stopped_digests, is_stopped, is_unsubscribed, reader,
    restart_digests, resubscribe, stop_digests, unsubscribe,
};

/// Rows of a `values` list in one statement.
const ROWS_AT_ONCE: usize = 100;
