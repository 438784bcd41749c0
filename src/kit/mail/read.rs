//! Reading a message of our own again, as its reader sees it.

use mail_parser::{MessageParser, PartType};

/// Everything in it that can be read: whom it is to, its subject, its texts, its calendar entries.
pub fn words(message: &str) -> String {
    let Some(parsed) = MessageParser::default().parse(message.as_bytes()) else {
        return message.to_owned();
    };
    let mut out = parsed.subject().unwrap_or_default().to_owned();
    let addresses = parsed.to().into_iter().flat_map(|to| to.iter());
    for mailbox in addresses {
        for word in [mailbox.name(), mailbox.address()].into_iter().flatten() {
            out.push('\n');
            out.push_str(word);
        }
    }
    for part in &parsed.parts {
        out.push('\n');
        match &part.body {
            PartType::Text(text) | PartType::Html(text) => out.push_str(text),
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
                out.push_str(&String::from_utf8_lossy(bytes));
            }
            PartType::Message(_) | PartType::Multipart(_) => {}
        }
    }
    // A calendar line goes on after a break and a blank (RFC 5545, 3.1).
    out.replace("\r\n ", "")
}
