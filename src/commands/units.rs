//! `units import FILE`.

use crate::commands::args::ImportArgs;
use crate::commands::intake;
use crate::kit::site::Site;
use crate::units;

/// 0 when every row went in, 3 when some were refused.
pub fn import(site: &Site, args: &ImportArgs) -> Result<u8, String> {
    intake::of_file(site, args, |db, table, wishes, stamp| {
        units::import::import(db, None, table, wishes, stamp)
    })
}
