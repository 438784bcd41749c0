//! Making a message; this folder is the only place that knows the mail library.

pub mod courier;
pub mod dkim;
pub mod dsn;
pub mod read;

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lettre::Address;
use lettre::message::header::{
    ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue,
};
use lettre::message::{Attachment, Body, Mailbox, Message, MultiPart, SinglePart};

use crate::kit::clock::Moment;
use crate::kit::mail::dkim::Signer;
use crate::kit::settings::Smtp;

/// Where letters go.
#[derive(Clone)]
pub enum Mail {
    Smtp(Arc<Smtp>),
    /// One `.eml` file each: no mail server is set.
    Folder(PathBuf),
    /// Kept in memory: for tests.
    Outbox(Arc<Mutex<Vec<Posted>>>),
}

/// A letter as the outbox keeps it.
#[derive(Debug, Clone)]
pub struct Posted {
    pub to: String,
    pub bytes: String,
}

/// Everything that a message says, as plain values.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// `Name <address>`.
    pub from: String,
    pub to_name: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// iTIP messages (RFC 6047), method and iCalendar text. Each speaks of one thing.
    pub calendar: Vec<(&'static str, String)>,
    /// Without angle brackets.
    pub message_id: String,
    /// The message that began this thread, without angle brackets.
    pub references: Option<String>,
    pub language: &'static str,
    /// A link that stops reminders by one POST (RFC 8058).
    pub unsubscribe: Option<String>,
    /// What mail programs sort these letters by (RFC 2919), without angle brackets.
    pub list: Option<String>,
    /// Where answers go, when not to the sender.
    pub reply_to: Option<String>,
    pub date: Option<Moment>,
}

/// What became of one hand-over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    Sent,
    /// Certainly not taken, another try may help.
    Later(String),
    /// Certainly not taken, never will be.
    Refused(String),
    /// The same, because of its address.
    Unreachable(String),
    /// The connection broke after the last dot and before the answer: perhaps taken.
    Unknown(String),
    /// Held back by the last look, before any of it was said.
    Withheld,
}

/// The whole message as it goes over the wire: text, HTML, the first calendar as alternatives, in
/// this order, with each calendar as a file: for programs that only know attachments, and since
/// most programs act on the first calendar of a message only.
pub fn compose(draft: Draft, signer: Option<&Signer>) -> Result<String, String> {
    let from: Mailbox = draft.from.parse().map_err(|e| format!("sender {:?}: {e}", draft.from))?;
    let to: Address = draft.to.parse().map_err(|e| format!("address: {e}"))?;
    // lettre panics on a line end in a display name; ours are clean, and stay so here.
    let name: String = draft.to_name.chars().filter(|c| !c.is_control()).collect();
    let mut builder = Message::builder()
        .from(from)
        .to(Mailbox::new((!name.is_empty()).then_some(name), to))
        .subject(draft.subject.replace(['\r', '\n'], " "))
        .message_id(Some(format!("<{}>", draft.message_id)))
        .header(AutoSubmitted("auto-generated".to_owned()))
        .header(AutoResponse("All".to_owned()))
        .header(ContentLanguage(draft.language.to_owned()));
    if let Some(date) = draft.date {
        builder = builder
            .date(std::time::UNIX_EPOCH + Duration::from_micros(date.micros().max(0) as u64));
    }
    if let Some(first) = &draft.references {
        builder = builder.references(format!("<{first}>")).in_reply_to(format!("<{first}>"));
    }
    if let Some(list) = &draft.list {
        builder = builder.header(ListId(format!("<{list}>")));
    }
    if let Some(reply_to) = &draft.reply_to {
        let office: Mailbox =
            reply_to.parse().map_err(|e| format!("reply to {reply_to:?}: {e}"))?;
        builder = builder.reply_to(office);
    }
    if let Some(link) = &draft.unsubscribe {
        builder = builder
            .header(ListUnsubscribe(format!("<{link}>")))
            .header(ListUnsubscribePost("List-Unsubscribe=One-Click".to_owned()));
    }
    let mut body = MultiPart::alternative()
        .singlepart(SinglePart::plain(shortest(draft.text)))
        .singlepart(SinglePart::html(shortest(draft.html)));
    let kind = |text: String| ContentType::parse(&text).map_err(|e| e.to_string());
    let message = match draft.calendar.first() {
        None => builder.multipart(body),
        Some((method, ics)) => {
            body = body.singlepart(
                SinglePart::builder()
                    .header(kind(format!("text/calendar; charset=utf-8; method={method}"))?)
                    .body(ics.clone()),
            );
            let mut whole = MultiPart::mixed().multipart(body);
            for (n, (method, ics)) in draft.calendar.iter().enumerate() {
                // The first stands above as what is acted on; here it is a file.
                let (name, of) = match n {
                    0 => ("satra.ics".to_owned(), String::new()),
                    _ => (format!("satra-{}.ics", n + 1), format!("; method={method}")),
                };
                let file = Attachment::new(name).body(
                    Body::new(ics.clone()),
                    kind(format!("text/calendar; charset=utf-8{of}"))?,
                );
                whole = whole.singlepart(file);
            }
            builder.multipart(whole)
        }
    };
    let mut message = message.map_err(|e| e.to_string())?;
    if let Some(signer) = signer {
        signer.sign(&mut message);
    }
    let mut bytes = message.formatted();
    // Hundreds wait at a time; the library leaves up to as much room again behind each.
    bytes.shrink_to_fit();
    String::from_utf8(bytes).map_err(|e| e.to_string())
}

/// In whichever encoding is shorter on the way: as `=E0=A4=95` (RFC 2045, 6.7) each byte of Hindi
/// takes three, in base64 (6.8) every byte takes four thirds. The library changes over much later,
/// and looks through the text several times.
fn shortest(text: String) -> Body {
    let foreign = text.bytes().filter(|b| !b.is_ascii()).count();
    if foreign * 6 <= text.len() { Body::new(text) } else { in_base64(&text) }
}

/// Lines of at most 76 letters (RFC 2045, 6.8), of a text whose lines end as they do on the way.
fn in_base64(text: &str) -> Body {
    let plain = match text.contains('\r') {
        true => Cow::Owned(text.replace("\r\n", "\n")),
        false => Cow::Borrowed(text),
    };
    let letters = STANDARD.encode(plain.replace('\n', "\r\n"));
    let mut lines = Vec::with_capacity(letters.len() + letters.len() / LINE * 2 + 2);
    for line in letters.as_bytes().chunks(LINE) {
        lines.extend_from_slice(line);
        lines.extend_from_slice(b"\r\n");
    }
    Body::dangerous_pre_encoded(lines, ContentTransferEncoding::Base64)
}

const LINE: usize = 76;

/// A header that lettre has no type for; the value is plain ASCII of ours.
macro_rules! header {
    ($type:ident, $name:literal) => {
        #[derive(Clone)]
        struct $type(String);
        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }
            fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self(text.to_owned()))
            }
            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), self.0.clone())
            }
        }
    };
}
header!(AutoSubmitted, "Auto-Submitted");
header!(AutoResponse, "X-Auto-Response-Suppress");
header!(ContentLanguage, "Content-Language");
header!(ListId, "List-Id");
header!(ListUnsubscribe, "List-Unsubscribe");
header!(ListUnsubscribePost, "List-Unsubscribe-Post");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_goes_in_the_shorter_encoding() {
        for (text, encoding) in [
            ("Please come at ten.\n".repeat(9), "Content-Transfer-Encoding: 7bit"),
            ("Please come to Café Nagpur.\n".repeat(9), "quoted-printable"),
            ("कृपया दस बजे आएँ।\nPlease come.\r\n".repeat(9), "base64"),
            ("<p class=\"when\">दस बजे</p>\n".repeat(9), "base64"),
        ] {
            let draft = Draft {
                from: "t@example.org".to_owned(),
                to: "a@example.org".to_owned(),
                message_id: "1@example.org".to_owned(),
                language: "hi",
                text: text.clone(),
                html: text.clone(),
                ..Draft::default()
            };
            let bytes = compose(draft, None).unwrap();
            assert!(bytes.lines().any(|l| l.ends_with(encoding)), "{encoding}: {bytes}");
            assert!(bytes.lines().all(|l| l.len() <= 78), "{bytes}");
            let read = mail_parser::MessageParser::default().parse(&bytes).unwrap();
            let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(lines(&read.body_text(0).unwrap()), lines(&text));
            assert_eq!(lines(&read.body_html(0).unwrap()), lines(&text));
        }
    }

    #[test]
    fn a_poisonous_name_reaches_no_header() {
        let draft = Draft {
            from: "Training <t@example.org>".to_owned(),
            to_name: "Asha\r\nBcc: x@example.org".to_owned(),
            to: "asha@example.org".to_owned(),
            subject: "Hello\r\nBcc: x@example.org".to_owned(),
            message_id: "1@example.org".to_owned(),
            language: "en",
            ..Draft::default()
        };
        let bytes = compose(draft.clone(), None).unwrap();
        let headers = bytes.split("\r\n\r\n").next().unwrap();
        assert!(!headers.lines().any(|l| l.starts_with("Bcc:")), "{headers}");
        let evil = Draft { to: "asha@example.org\r\nBcc: x@example.org".to_owned(), ..draft };
        assert!(compose(evil, None).is_err());
    }
}
