//! Reading delivery reports (RFC 3464): which letter did not arrive at which address, and for good?

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

/// What a report says of one receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// As the letter was addressed, where the report knows; lower case.
    pub address: String,
    /// Never will be, rather than not yet.
    pub is_final: bool,
    /// RFC 3463: `5.1.1`.
    pub status: String,
    /// In the words of the server that refused.
    pub said: String,
}

/// A report of letters that were not delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Of the letter, without angle brackets, when the report brings it back.
    pub message_id: Option<String>,
    pub receivers: Vec<Undelivered>,
}

/// The report in a message, when it is one. Anything else, however odd, is none.
pub fn report(bytes: &[u8]) -> Option<Report> {
    let message = MessageParser::default().parse(bytes)?;
    let status = part(&message, "delivery-status")?;
    let receivers = receivers(&String::from_utf8_lossy(status.contents()));
    if receivers.is_empty() {
        return None;
    }
    Some(Report { message_id: returned_id(&message), receivers })
}

fn part<'a>(message: &'a Message<'a>, subtype: &str) -> Option<&'a mail_parser::MessagePart<'a>> {
    let is_it = |p: &&mail_parser::MessagePart<'_>| {
        p.content_type().and_then(|c| c.subtype()).is_some_and(|s| s.eq_ignore_ascii_case(subtype))
    };
    message.parts.iter().find(is_it)
}

/// The Message-ID of the letter that came back, whole or its headers only.
fn returned_id(message: &Message<'_>) -> Option<String> {
    for part in &message.parts {
        if let PartType::Message(inner) = &part.body
            && let Some(id) = inner.message_id()
        {
            return Some(id.to_owned());
        }
    }
    let headers = part(message, "rfc822-headers").or_else(|| part(message, "rfc822"))?;
    let text = String::from_utf8_lossy(headers.contents()).into_owned() + "\r\n\r\n";
    let inner = MessageParser::default().parse(text.as_bytes())?;
    inner.message_id().map(str::to_owned)
}

/// Groups of fields with empty lines between them: first the message's own, then one a receiver.
fn receivers(text: &str) -> Vec<Undelivered> {
    let mut out = vec![];
    let mut group: Vec<(String, String)> = vec![];
    for line in text.lines().chain([""]) {
        if line.trim().is_empty() {
            out.extend(receiver(&group));
            group.clear();
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = group.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            group.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
        if out.len() >= MOST_RECEIVERS {
            break;
        }
    }
    out
}

/// Our letters have one receiver each; a report with more is read no further.
const MOST_RECEIVERS: usize = 20;

fn receiver(group: &[(String, String)]) -> Option<Undelivered> {
    let field = |name: &str| group.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    // `rfc822; asha@example.org`: the kind, then the value.
    let value = |name: &str| field(name).map(|v| v.split_once(';').map_or(v, |(_, v)| v).trim());
    let address = value("original-recipient").or_else(|| value("final-recipient"))?;
    let action = field("action")?.to_ascii_lowercase();
    let status = field("status").unwrap_or_default().split_whitespace().next().unwrap_or_default();
    let is_final = match action.as_str() {
        // A mailbox that is full for long is given up by its server, and yet may be emptied.
        "failed" => status.starts_with('5') && !status.starts_with("5.2.2"),
        "delayed" => false,
        // Delivered, relayed, expanded: no trouble.
        _ => return None,
    };
    let said = value("diagnostic-code").unwrap_or(status);
    let plain = |text: &str, most: usize| -> String {
        text.chars().filter(|c| !c.is_control()).take(most).collect()
    };
    let address = address.trim_matches(['<', '>']).to_lowercase();
    (address.contains('@')).then(|| Undelivered {
        address: plain(&address, 320),
        is_final,
        status: plain(status, 20),
        said: plain(said, 500),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Postfix writes them.
    fn bounce(action: &str, status: &str, id: &str) -> String {
        format!(
            "From: MAILER-DAEMON@mail.example.org\r\nTo: training@example.org\r\n\
             Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=\"B\"\r\n\r\n\
             --B\r\nContent-Type: text/plain\r\n\r\nI'm sorry.\r\n\r\n\
             --B\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; mail.example.org\r\nArrival-Date: Sun, 29 Nov 2026 10:30:00 +0530\r\n\r\n\
             Final-Recipient: rfc822; asha@example.net\r\n\
             Original-Recipient: rfc822;Asha@example.org\r\n\
             Action: {action}\r\nStatus: {status}\r\nRemote-MTA: dns; mx.example.net\r\n\
             Diagnostic-Code: smtp; 550 {status} no such\r\n    mailbox here\r\n\r\n\
             --B\r\nContent-Type: message/rfc822\r\n\r\n\
             From: training@example.org\r\nMessage-ID: {id}\r\nSubject: x\r\n\r\nHello\r\n--B--\r\n"
        )
    }

    #[test]
    fn a_report_names_letter_address_and_end() {
        let read = report(bounce("failed", "5.1.1", "<a1@example.org>").as_bytes()).unwrap();
        assert_eq!(read.message_id.as_deref(), Some("a1@example.org"));
        let one = &read.receivers[0];
        assert_eq!((one.address.as_str(), one.status.as_str()), ("asha@example.org", "5.1.1"));
        assert_eq!(one.said, "550 5.1.1 no such mailbox here");
        for (action, status, is_final) in [
            ("failed", "5.1.1", true),
            ("failed", "5.2.2", false),
            ("failed", "4.4.7", false),
            ("delayed", "4.4.1", false),
            ("Failed", "5.7.1", true),
        ] {
            let read = report(bounce(action, status, "<a@b>").as_bytes()).unwrap();
            assert_eq!(read.receivers[0].is_final, is_final, "{action} {status}");
        }
        assert_eq!(report(bounce("delivered", "2.0.0", "<a@b>").as_bytes()), None);
    }

    #[test]
    fn headers_alone_are_enough() {
        let whole = bounce("failed", "5.1.1", "<a1@example.org>");
        let headers = whole.replace("message/rfc822", "text/rfc822-headers");
        let read = report(headers.as_bytes()).unwrap();
        assert_eq!(read.message_id.as_deref(), Some("a1@example.org"));
    }

    #[test]
    fn what_is_no_report_is_none() {
        for odd in [
            "",
            "\0\0\0",
            "From: a@b\r\n\r\nI am away until Monday.",
            "Content-Type: multipart/report",
        ] {
            assert_eq!(report(odd.as_bytes()), None, "{odd:?}");
        }
        let whole = bounce("failed", "5.1.1", "<a1@example.org>");
        // Cut anywhere, or with any byte wrong, it is read or not read, and nothing breaks.
        for end in 0..whole.len() {
            let _ = report(&whole.as_bytes()[..end]);
            let mut bent = whole.clone().into_bytes();
            bent[end] ^= 0x80;
            let _ = report(&bent);
        }
        let deep = "Content-Type: message/rfc822\r\n\r\n".repeat(3_000);
        let _ = report(deep.as_bytes());
        let many = format!(
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n{}",
            "--b\r\n\r\n".repeat(50_000)
        );
        let _ = report(many.as_bytes());
    }
}
