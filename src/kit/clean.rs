//! Text as people type it, made safe to keep: NFC, one space between words, no hidden characters.

use unicode_normalization::UnicodeNormalization;

/// NFC, trimmed, runs of white space (also tabs, line ends, no-break spaces) made one space,
/// zero-width characters dropped, except the two joiners where Devanagari needs them: after a
/// virama (Unicode core specification, 12.1). None when a control or direction-changing
/// character stands in it.
pub fn line(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in text.nfc() {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if is_joiner(c) {
            if !space && out.ends_with(is_virama) {
                out.push(c);
            }
            continue;
        }
        if matches!(c, '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}') {
            continue;
        }
        if c.is_control() || is_hostile(c) {
            return None;
        }
        if space && !out.is_empty() {
            out.push(' ');
        }
        space = false;
        out.push(c);
    }
    // A joiner at the very end joins nothing.
    Some(out.trim_end_matches(is_joiner).to_owned())
}

/// Several lines: each as `line`, empty ones at both ends dropped.
pub fn paragraph(text: &str) -> Option<String> {
    let lines: Option<Vec<String>> = text.split('\n').map(line).collect();
    Some(lines?.join("\n").trim_matches('\n').to_owned())
}

/// A key (code, header): as `line`, without joiners.
pub fn key(text: &str) -> Option<String> {
    line(text).map(|t| t.replace(is_joiner, ""))
}

/// Whether a name could be used to smuggle an address into a letter of ours.
pub fn holds_address(text: &str) -> bool {
    let text = text.to_lowercase();
    text.contains("://") || text.contains("www.") || text.contains('@')
}

/// An e-mail address that one mailbox could have, in the form it is kept.
pub fn email(text: &str) -> Option<String> {
    let text = key(text)?;
    let (local, domain) = text.rsplit_once('@')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c);
    let good_local = !local.is_empty()
        && local.len() <= 64
        && local.chars().all(plain)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    let good_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let good_domain =
        domain.contains('.') && domain.len() <= 190 && domain.split('.').all(good_label);
    (good_local && good_domain).then(|| format!("{local}@{}", domain.to_ascii_lowercase()))
}

/// A phone number in E.164. Ten digits that start with 6–9 are an Indian mobile (TRAI numbering
/// plan), also after `0` or `91`; anything else needs its `+` and country code.
pub fn phone(text: &str) -> Option<String> {
    let text = key(text)?;
    let text: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.')).collect();
    let (international, digits) = match text.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, text.as_str()),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let mobile = |d: &str| d.len() == 10 && d.starts_with(['6', '7', '8', '9']);
    if international {
        return match digits.strip_prefix("91") {
            Some(rest) => mobile(rest).then(|| format!("+91{rest}")),
            None => ((8..=15).contains(&digits.len()) && !digits.starts_with('0'))
                .then(|| format!("+{digits}")),
        };
    }
    let local =
        [digits, digits.strip_prefix('0').unwrap_or(""), digits.strip_prefix("91").unwrap_or("")];
    local.into_iter().find(|d| mobile(d)).map(|d| format!("+91{d}"))
}

/// `+919876543210` as people read it: `98765 43210`.
pub fn phone_shown(number: &str) -> String {
    match number.strip_prefix("+91") {
        Some(d) if d.len() == 10 && d.is_ascii() => format!("{} {}", &d[..5], &d[5..]),
        _ => number.to_owned(),
    }
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

fn is_virama(c: char) -> bool {
    matches!(
        c,
        '\u{094D}'
            | '\u{09CD}'
            | '\u{0A4D}'
            | '\u{0ACD}'
            | '\u{0B4D}'
            | '\u{0BCD}'
            | '\u{0C4D}'
            | '\u{0CCD}'
            | '\u{0D4D}'
    )
}

/// Direction overrides and isolates, marks, tag characters, the replacement character, private use.
fn is_hostile(c: char) -> bool {
    matches!(c,
        '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
        | '\u{FFF9}'..='\u{FFFD}' | '\u{E000}'..='\u{F8FF}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_or_are_refused() {
        let check = |given: &str, kept: Option<&str>| {
            assert_eq!(line(given).as_deref(), kept, "{given:?}");
        };
        check("  राम   कुमार\t", Some("राम कुमार"));
        // A joiner after a virama is spelling; anywhere else it is noise.
        check("क्\u{200D}ष", Some("क्\u{200D}ष"));
        check("श्री\u{200C}मती", Some("श्रीमती"));
        check("\u{FEFF}Asha\u{200B} Devi", Some("Asha Devi"));
        // A precomposed nukta letter is decomposed by NFC (composition exclusion).
        check("\u{0958}लम", Some("\u{0915}\u{093C}लम"));
        check("Bad\u{202E}name", None);
        check("Nul\u{0}l", None);
        check("A\r\nBcc: x", Some("A Bcc: x"));
    }

    #[test]
    fn phones_become_one_form() {
        let check = |given: &str, kept: Option<&str>| {
            assert_eq!(phone(given).as_deref(), kept, "{given:?}");
        };
        check("98765 43210", Some("+919876543210"));
        check("+91-98765-43210", Some("+919876543210"));
        check("09876543210", Some("+919876543210"));
        check("919876543210", Some("+919876543210"));
        check("+977 9841234567", Some("+9779841234567"));
        check("9.87E+09", None);
        check("12345", None);
        check("5876543210", None);
        check("98765 4321O", None);
    }

    #[test]
    fn addresses_are_plain() {
        let check = |given: &str, kept: Option<&str>| {
            assert_eq!(email(given).as_deref(), kept, "{given:?}");
        };
        check(" Asha.Devi@Example.ORG ", Some("Asha.Devi@example.org"));
        check("asha@localhost", None);
        check("asha@@example.org", None);
        check("a b@example.org", None);
        check("asha@example.org\r\nBcc: x@example.org", None);
        check("आशा@example.org", None);
    }
}
