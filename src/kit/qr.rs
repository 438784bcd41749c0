//! QR codes as the path of an SVG; the only place that knows their library.

use qrcode::{Color, EcLevel, QrCode};
use serde::Serialize;

use crate::kit::fault::Fault;

/// White modules around a code (ISO/IEC 18004 asks for four).
const QUIET: usize = 4;

/// A code as a template draws it: `<svg viewBox="0 0 size size"><path d="path"/></svg>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Qr {
    pub size: usize,
    pub path: String,
}

impl Qr {
    /// As a file of its own.
    pub fn svg(&self) -> String {
        let Self { size, path } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" width=\"600\" \
             height=\"600\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{size}v{size}H0z\"/>\
             <path d=\"{path}\"/></svg>"
        )
    }
}

/// Draws a text; 15 % of the picture may be lost (level M).
pub fn draw(text: &str) -> Result<Qr, Fault> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(Fault::broken)?;
    let width = code.width();
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..].iter().take_while(|c| **c == Color::Dark).count();
            if run > 0 {
                path.push_str(&format!("M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET));
            }
            x += run.max(1);
        }
    }
    Ok(Qr { size: width + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_in_runs_within_its_quiet_zone() {
        let qr = draw("A").unwrap();
        assert_eq!(qr.size, 21 + 8);
        assert!(qr.path.starts_with("M4 4h7v1h-7z"), "{}", qr.path);
        assert!(draw(&"x".repeat(5_000)).is_err());
    }
}
