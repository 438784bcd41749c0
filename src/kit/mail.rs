//! Making a message and handing it over; the only place that knows the mail library.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, Body, Mailbox, Message, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::kit::clock::Moment;
use crate::kit::settings::{Smtp, Tls};

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
    /// iTIP method and iCalendar text (RFC 6047).
    pub calendar: Option<(&'static str, String)>,
    /// Without angle brackets.
    pub message_id: String,
    /// The message that began this thread, without angle brackets.
    pub references: Option<String>,
    pub language: &'static str,
    /// A link that stops reminders by one POST (RFC 8058).
    pub unsubscribe: Option<String>,
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
    /// The connection broke after the last dot and before the answer: perhaps taken.
    Unknown(String),
}

/// The whole message as it goes over the wire: text, HTML, calendar as alternatives, in this
/// order, with the calendar once more as a file for programs that only know attachments.
pub fn compose(draft: &Draft) -> Result<String, String> {
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
    if let Some(link) = &draft.unsubscribe {
        builder = builder
            .header(ListUnsubscribe(format!("<{link}>")))
            .header(ListUnsubscribePost("List-Unsubscribe=One-Click".to_owned()));
    }
    let mut body = MultiPart::alternative()
        .singlepart(SinglePart::plain(draft.text.clone()))
        .singlepart(SinglePart::html(draft.html.clone()));
    let message = match &draft.calendar {
        None => builder.multipart(body),
        Some((method, ics)) => {
            let kind = |text: String| ContentType::parse(&text).map_err(|e| e.to_string());
            body = body.singlepart(
                SinglePart::builder()
                    .header(kind(format!("text/calendar; charset=utf-8; method={method}"))?)
                    .body(ics.clone()),
            );
            let file = Attachment::new("satra.ics".to_owned())
                .body(Body::new(ics.clone()), kind("text/calendar; charset=utf-8".to_owned())?);
            builder.multipart(MultiPart::mixed().multipart(body).singlepart(file))
        }
    };
    let bytes = message.map_err(|e| e.to_string())?.formatted();
    String::from_utf8(bytes).map_err(|e| e.to_string())
}

/// Keeps one connection to the mail server and hands letters over, one after the other.
pub struct Courier {
    mail: Mail,
    line: Option<AsyncSmtpConnection>,
}

const COMMAND: Duration = Duration::from_secs(30);
/// RFC 5321, 4.5.3.2.6 asks for 10 minutes after the final dot; a relay of one's own is quicker.
const FINAL_DOT: Duration = Duration::from_secs(120);

impl Courier {
    pub fn new(mail: Mail) -> Self {
        Self { mail, line: None }
    }

    /// Hands one message over. `name` names its file in a folder.
    pub async fn deliver(&mut self, name: &str, from: &str, to: &str, bytes: &str) -> Delivery {
        match self.mail.clone() {
            Mail::Smtp(smtp) => self.deliver_smtp(&smtp, from, to, bytes).await,
            Mail::Folder(folder) => deliver_folder(&folder, name, bytes).await,
            Mail::Outbox(kept) => {
                let mut kept = kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                kept.push(Posted { to: to.to_owned(), bytes: bytes.to_owned() });
                Delivery::Sent
            }
        }
    }

    async fn deliver_smtp(&mut self, smtp: &Smtp, from: &str, to: &str, bytes: &str) -> Delivery {
        let envelope = match envelope(from, to) {
            Ok(envelope) => envelope,
            Err(why) => return Delivery::Refused(why),
        };
        let mut line = match self.line.take() {
            Some(line) if !line.has_broken() => line,
            _ => match timeout(COMMAND, connect(smtp)).await {
                Ok(Ok(line)) => line,
                Ok(Err(why)) => return Delivery::Later(why),
                Err(_) => return Delivery::Later("the mail server did not answer".to_owned()),
            },
        };
        let outcome = match timeout(COMMAND, announce(&mut line, &envelope)).await {
            Ok(Ok(())) => match timeout(FINAL_DOT, line.message(bytes.as_bytes())).await {
                Ok(Ok(_)) => Delivery::Sent,
                // An answer with a code is a definite no; anything else came after the dot.
                Ok(Err(e)) if e.is_permanent() => Delivery::Refused(e.to_string()),
                Ok(Err(e)) if e.is_transient() => Delivery::Later(e.to_string()),
                Ok(Err(e)) => Delivery::Unknown(e.to_string()),
                Err(_) => Delivery::Unknown("no answer after the letter".to_owned()),
            },
            Ok(Err(outcome)) => outcome,
            Err(_) => Delivery::Later("the mail server did not answer".to_owned()),
        };
        if outcome == Delivery::Sent {
            self.line = Some(line);
        } else {
            line.abort().await;
        }
        outcome
    }
}

fn envelope(from: &str, to: &str) -> Result<Envelope, String> {
    let from: Mailbox = from.parse().map_err(|e| format!("sender: {e}"))?;
    let to: Address = to.parse().map_err(|e| format!("address: {e}"))?;
    Envelope::new(Some(from.email), vec![to]).map_err(|e| e.to_string())
}

/// MAIL, RCPT, DATA: until here nothing was sent, so every error is certain.
async fn announce(line: &mut AsyncSmtpConnection, envelope: &Envelope) -> Result<(), Delivery> {
    let sort = |e: lettre::transport::smtp::Error| {
        if e.is_permanent() {
            Delivery::Refused(e.to_string())
        } else {
            Delivery::Later(e.to_string())
        }
    };
    line.command(MailFrom::new(envelope.from().cloned(), vec![])).await.map_err(sort)?;
    for to in envelope.to() {
        line.command(Rcpt::new(to.clone(), vec![])).await.map_err(sort)?;
    }
    line.command(Data).await.map_err(sort)?;
    Ok(())
}

/// The library's own pool leaves Nagle's algorithm on, which costs 40 ms a letter; so the socket
/// is opened here.
async fn connect(smtp: &Smtp) -> Result<AsyncSmtpConnection, String> {
    let say = |e: &dyn std::fmt::Display| format!("{}:{}: {e}", smtp.host, smtp.port);
    let socket = TcpStream::connect((smtp.host.as_str(), smtp.port)).await.map_err(|e| say(&e))?;
    socket.set_nodelay(true).map_err(|e| say(&e))?;
    let hello = ClientId::default();
    let mut line = AsyncSmtpConnection::connect_with_transport(Box::new(socket), &hello)
        .await
        .map_err(|e| say(&e))?;
    if smtp.tls == Tls::Required || (smtp.tls == Tls::Opportunistic && line.can_starttls()) {
        let tls = TlsParameters::new(smtp.host.clone()).map_err(|e| say(&e))?;
        line.starttls(tls, &hello).await.map_err(|e| say(&e))?;
    }
    if let Some((user, password)) = &smtp.user {
        let credentials = Credentials::new(user.clone(), password.clone());
        line.auth(&[Mechanism::Plain, Mechanism::Login], &credentials)
            .await
            .map_err(|e| say(&e))?;
    }
    Ok(line)
}

async fn deliver_folder(folder: &std::path::Path, name: &str, bytes: &str) -> Delivery {
    let plain: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let path = folder.join(format!("{plain}.eml"));
    let work = async {
        tokio::fs::create_dir_all(folder).await?;
        tokio::fs::write(&path, bytes).await
    };
    match work.await {
        Ok(()) => Delivery::Sent,
        Err(e) => Delivery::Later(format!("{}: {e}", path.display())),
    }
}

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
header!(ListUnsubscribe, "List-Unsubscribe");
header!(ListUnsubscribePost, "List-Unsubscribe-Post");

#[cfg(test)]
mod tests {
    use super::*;

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
        let bytes = compose(&draft).unwrap();
        let headers = bytes.split("\r\n\r\n").next().unwrap();
        assert!(!headers.lines().any(|l| l.starts_with("Bcc:")), "{headers}");
        let evil = Draft { to: "asha@example.org\r\nBcc: x@example.org".to_owned(), ..draft };
        assert!(compose(&evil).is_err());
    }
}
