//! `enrolments import FILE`.

use crate::commands::args::ImportArgs;
use crate::commands::intake;
use crate::enrolment;
use crate::kit::site::Site;

/// 0 when every row went in, 3 when some were refused.
pub fn import(site: &Site, args: &ImportArgs) -> Result<u8, String> {
    intake::of_file(site, args, |db, table, wishes, stamp| {
        enrolment::import::import(db, None, table, wishes, stamp)
    })
}
