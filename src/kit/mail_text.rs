//! Reading back what a message of ours says, and the names that its headers carry.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The domain of `Name <local@domain>`.
pub fn domain(from: &str) -> &str {
    let address = address(from);
    address.rsplit_once('@').map_or("localhost", |(_, domain)| domain)
}

/// The address of `Name <local@domain>`.
pub fn address(from: &str) -> &str {
    match from.rsplit_once('<') {
        Some((_, rest)) => rest.trim_end().trim_end_matches('>'),
        None => from.trim(),
    }
}

/// The name of `Name <local@domain>`.
pub fn name(from: &str) -> &str {
    from.rsplit_once('<').map_or("", |(name, _)| name.trim().trim_matches('"'))
}

/// A letter's Message-ID, without angle brackets.
pub fn message_id(left: &str, mail_from: &str) -> String {
    format!("{left}@{}", domain(mail_from))
}

/// The subject, decoded (RFC 2047).
pub fn subject(message: &str) -> Option<String> {
    let (headers, _) = split(message)?;
    Some(decoded_words(&header(headers, "subject")?))
}

/// The first plain-text part, decoded.
pub fn text(message: &str) -> Option<String> {
    let mut rest = message;
    loop {
        let (headers, body) = split(rest)?;
        let kind = header(headers, "content-type").unwrap_or_default().to_lowercase();
        if kind.starts_with("text/plain") {
            let end = body.find("\r\n--").unwrap_or(body.len());
            let encoding = header(headers, "content-transfer-encoding").unwrap_or_default();
            return Some(decoded_body(&body[..end], &encoding.to_lowercase()));
        }
        // Into the first part of a multipart, or on to the next part.
        let at = body.find("--")?;
        let line_end = body[at..].find("\r\n")?;
        rest = &body[at + line_end + 2..];
    }
}

fn split(text: &str) -> Option<(&str, &str)> {
    text.split_once("\r\n\r\n")
}

/// One header, unfolded.
fn header(headers: &str, name: &str) -> Option<String> {
    let mut found: Option<String> = None;
    for line in headers.split("\r\n") {
        if line.starts_with([' ', '\t']) {
            if let Some(value) = found.as_mut() {
                value.push_str(line);
            }
        } else if found.is_some() {
            break;
        } else if let Some((n, value)) = line.split_once(':')
            && n.eq_ignore_ascii_case(name)
        {
            found = Some(value.trim_start().to_owned());
        }
    }
    found
}

fn decoded_words(text: &str) -> String {
    let mut bytes: Vec<u8> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("=?") {
        let before = &rest[..at];
        // White space between two encoded words is only there to fold the line.
        if !before.trim().is_empty() || bytes.is_empty() {
            bytes.extend_from_slice(before.as_bytes());
        }
        let mut parts = rest[at + 2..].splitn(4, '?');
        let (_, Some(how), Some(word), Some(tail)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            break;
        };
        match how {
            "B" | "b" => bytes.extend(STANDARD.decode(word).unwrap_or_default()),
            _ => bytes.extend(quoted(&word.replace('_', " "))),
        }
        rest = tail.strip_prefix('=').unwrap_or(tail);
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

fn decoded_body(body: &str, encoding: &str) -> String {
    let bytes = match encoding {
        "base64" => {
            let joined: String = body.split_whitespace().collect();
            STANDARD.decode(joined).unwrap_or_default()
        }
        "quoted-printable" => quoted(body),
        _ => body.as_bytes().to_vec(),
    };
    String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
}

fn quoted(text: &str) -> Vec<u8> {
    let joined = text.replace("=\r\n", "");
    let bytes = joined.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let pair = bytes.get(i + 1..i + 3).and_then(|p| std::str::from_utf8(p).ok());
        match (bytes[i], pair.and_then(|p| u8::from_str_radix(p, 16).ok())) {
            (b'=', Some(byte)) => {
                out.push(byte);
                i += 3;
            }
            (byte, _) => {
                out.push(byte);
                i += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::mail::{Draft, compose};

    fn check(subject_in: &str, text_in: &str, calendar: Option<(&'static str, String)>) {
        let draft = Draft {
            from: "प्रशिक्षण <training@example.org>".to_owned(),
            to: "asha@example.org".to_owned(),
            subject: subject_in.to_owned(),
            text: text_in.to_owned(),
            html: "<p>x</p>".to_owned(),
            message_id: "1@example.org".to_owned(),
            language: "hi",
            calendar: calendar.into_iter().collect(),
            ..Draft::default()
        };
        let message = compose(draft, None).unwrap();
        assert_eq!(subject(&message).as_deref(), Some(subject_in));
        assert_eq!(text(&message).map(|t| t.trim_end().to_owned()).as_deref(), Some(text_in));
    }

    #[test]
    fn what_was_written_is_read_back() {
        check("Hello", "One\nTwo = 2", None);
        check(
            "आमंत्रण: रवि, 29 नवंबर, सुबह 10:30 – संगठन का परिचय, दूसरा भाग",
            "नमस्ते\n\nदूसरी पंक्ति, जो बहुत लंबी है और इसलिए टूटती है, टूटती है, टूटती है",
            None,
        );
        check(
            "Sign-in code: 482 913",
            "Short – with a dash",
            Some(("REQUEST", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n".to_owned())),
        );
    }

    #[test]
    fn a_domain_is_read_from_the_sender() {
        assert_eq!(domain("Training <t@example.org>"), "example.org");
        assert_eq!(domain("t@example.org"), "example.org");
        assert_eq!((name("T O <t@example.org>"), name("t@example.org")), ("T O", ""));
        assert_eq!(message_id("ab", "T <t@example.org>"), "ab@example.org");
    }
}
