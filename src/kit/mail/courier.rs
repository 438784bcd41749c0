//! Handing letters over: one connection to the mail server, one letter after the other.

use std::future::ready;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::pin::pin;
use std::time::Duration;

use lettre::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Ehlo, Mail as MailFrom, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::Response;
use tokio::net::TcpStream;
use tokio::select;
use tokio::time::timeout;

use crate::kit::mail::{Delivery, Mail, Posted};
use crate::kit::settings::{Smtp, Tls};

/// Opening the connection; a server that is there answers within seconds.
const CONNECT: Duration = Duration::from_secs(10);
/// Each command, with the greeting and the handshakes.
const COMMAND: Duration = Duration::from_secs(30);
/// RFC 5321, 4.5.3.2.6 asks for 10 minutes after the final dot; a relay of one's own is quicker.
const FINAL_DOT: Duration = Duration::from_secs(120);

/// "Service not available, closing transmission channel" (RFC 5321, 4.2.3).
const CLOSING: u16 = 421;
const SILENT: &str = "the mail server did not answer";

/// Keeps one connection to the mail server and hands letters over, one after the other.
pub struct Courier {
    mail: Mail,
    line: Option<Line>,
    /// The last letter was held back: the next one perhaps is too.
    is_wary: bool,
    /// Whether letters are announced behind the text of the one before: not once that went wrong.
    announces: bool,
}

struct Line {
    talk: AsyncSmtpConnection,
    /// RFC 2920: the server takes several commands at once and answers them in order.
    takes_groups: bool,
    /// The opening of the letter that comes next, when it was said behind the text of the last one;
    /// its answers are not read yet.
    opened: Option<String>,
    /// The socket below the library's stream, for what the library has no word for; not on a system
    /// that has no handles left.
    socket: Option<OwnedFd>,
}

/// What is said before the text of a letter.
struct Opening {
    mail: String,
    rcpt: String,
}

/// One letter as it is handed over.
#[derive(Debug, Clone, Copy)]
pub struct Parcel<'a> {
    /// Names its file in a folder.
    pub name: &'a str,
    /// `Name <address>`.
    pub from: &'a str,
    pub to: &'a str,
    pub bytes: &'a str,
}

impl Courier {
    pub fn new(mail: Mail) -> Self {
        Self { mail, line: None, is_wary: false, announces: true }
    }

    /// Hands one letter over. `may_go` is asked once, in the last instant before any of the letter
    /// is said: with a mail server, when it has taken the receiver and waits for the text. `next` is
    /// asked at most once, when the text goes: who gets the letter that will be handed over after
    /// this one, if there is any.
    pub async fn deliver(
        &mut self,
        parcel: Parcel<'_>,
        may_go: impl Future<Output = bool>,
        next: impl FnOnce() -> Option<String>,
    ) -> Delivery {
        match self.mail.clone() {
            Mail::Smtp(smtp) => self.deliver_smtp(&smtp, parcel, may_go, next).await,
            Mail::Folder(folder) => {
                if may_go.await {
                    deliver_folder(&folder, parcel).await
                } else {
                    Delivery::Withheld
                }
            }
            Mail::Outbox(kept) => {
                if !may_go.await {
                    return Delivery::Withheld;
                }
                let mut kept = kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                kept.push(Posted { to: parcel.to.to_owned(), bytes: parcel.bytes.to_owned() });
                Delivery::Sent
            }
        }
    }

    async fn deliver_smtp(
        &mut self,
        smtp: &Smtp,
        parcel: Parcel<'_>,
        may_go: impl Future<Output = bool>,
        next: impl FnOnce() -> Option<String>,
    ) -> Delivery {
        let (from, to) = match addresses(parcel.from, parcel.to) {
            Ok(addresses) => addresses,
            Err(why) => return Delivery::Refused(why),
        };
        let kept = self.line.take().filter(|line| !line.talk.has_broken());
        let is_kept = kept.is_some();
        let was_announced = kept.as_ref().is_some_and(|line| line.opened.is_some());
        let mut line = match kept {
            Some(line) => line,
            None => match connect(smtp).await {
                Ok(line) => line,
                Err(why) => return Delivery::Later(why),
            },
        };
        let opening = match line.opening(from, to) {
            Ok(opening) => opening,
            Err(no) => {
                self.line = Some(line);
                return no;
            }
        };
        let mut looks_first = self.is_wary || !line.takes_groups;
        let mut opened = open(&mut line, &opening, looks_first).await;
        // Many servers take a number of letters on one connection, or close one that was silent.
        if is_kept && let Err(No::Line { is_told, .. }) = opened {
            // Without a word: it may be one that cannot hear behind a text.
            self.announces &= is_told || !was_announced;
            // First, since a server may want one connection of each.
            drop(line);
            line = match connect(smtp).await {
                Ok(line) => line,
                Err(why) => return Delivery::Later(why),
            };
            looks_first |= !line.takes_groups;
            opened = open(&mut line, &opening, looks_first).await;
        }
        let end = match opened {
            Ok(waits_for_text) => {
                let announces = self.announces;
                // Not even asked for when it would not be said: others may hand it over meanwhile.
                let next = || {
                    let to = if announces { next() } else { None }?;
                    Some(addresses(parcel.from, &to))
                };
                hand_over(&mut line, waits_for_text, parcel.bytes, may_go, next).await
            }
            Err(No::Line { why, .. }) => Err(Delivery::Later(why)),
            Err(No::Letter(outcome)) => Err(outcome),
        };
        let outcome = match end {
            Ok(outcome) => {
                self.line = Some(line);
                outcome
            }
            // It may be waiting for an answer that never comes; its goodbye is not waited for long.
            Err(outcome) if !line.takes_groups => {
                let _ = timeout(Duration::from_secs(1), line.talk.abort()).await;
                outcome
            }
            // Perhaps the server waits for the text: a goodbye would be its first line. Without the
            // final dot it keeps nothing (RFC 5321, 4.1.1.4).
            Err(outcome) => outcome,
        };
        self.is_wary = outcome == Delivery::Withheld;
        outcome
    }
}

fn addresses(from: &str, to: &str) -> Result<(Address, Address), String> {
    let from: Mailbox = from.parse().map_err(|e| format!("sender: {e}"))?;
    let to: Address = to.parse().map_err(|e| format!("address: {e}"))?;
    Ok((from.email, to))
}

impl Line {
    fn opening(&self, from: Address, to: Address) -> Result<Opening, Delivery> {
        let mut parameters = vec![];
        if !<Address as AsRef<str>>::as_ref(&to).is_ascii() {
            if !self.talk.server_info().supports_feature(Extension::SmtpUtfEight) {
                let why = "the mail server takes plain addresses only";
                return Err(Delivery::Refused(why.to_owned()));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let mail = MailFrom::new(Some(from), parameters).to_string();
        Ok(Opening { mail, rcpt: Rcpt::new(to, vec![]).to_string() })
    }
}

/// Why a letter was not opened.
enum No {
    /// The server takes no more on this connection, which it told or not.
    Line {
        why: String,
        is_told: bool,
    },
    Letter(Delivery),
}

/// MAIL, RCPT and DATA: in one go where the server takes it, if may be behind the text of the letter
/// before (RFC 2920, 3.1), which leaves one wait of three. Whoever looks first, before DATA, keeps the
/// connection when the answer is no. Gives whether the server waits for the text already. Up to here
/// every error is certain: nothing was handed over.
async fn open(line: &mut Line, opening: &Opening, looks_first: bool) -> Result<bool, No> {
    let Opening { mail, rcpt } = opening;
    let whole = format!("{mail}{rcpt}{Data}");
    let is_opened = match line.opened.take() {
        Some(opened) if opened == whole => true,
        Some(_) => {
            let why = "another letter was announced".to_owned();
            return Err(No::Line { why, is_told: true });
        }
        None => false,
    };
    let Line { talk, takes_groups, socket, .. } = line;
    let waits_for_text = is_opened || (*takes_groups && !looks_first);
    let taken = async {
        match (is_opened, *takes_groups, looks_first) {
            (true, ..) => next_answer(talk, socket).await,
            (_, true, false) => talk.command(whole).await,
            (_, true, true) => talk.command(format!("{mail}{rcpt}")).await,
            (_, false, _) => talk.command(mail).await,
        }
    };
    match timeout(COMMAND, taken).await {
        Ok(Ok(_)) => {}
        Ok(Err(e)) if e.status().map(u16::from) == Some(CLOSING) => {
            return Err(No::Line { why: e.to_string(), is_told: true });
        }
        // Whatever it says, it may have missed what it was told behind the text.
        Ok(Err(e)) if is_opened || e.status().is_none() => {
            return Err(No::Line { why: e.to_string(), is_told: false });
        }
        Err(_) if is_opened => {
            return Err(No::Line { why: SILENT.to_owned(), is_told: false });
        }
        // A no to the sender says nothing of this letter: it is the office that must mend something.
        Ok(Err(e)) => return Err(No::Letter(Delivery::Later(e.to_string()))),
        Err(_) => return Err(No::Letter(Delivery::Later(SILENT.to_owned()))),
    }
    let known = match *takes_groups {
        true => said(next_answer(talk, socket)).await,
        false => said(talk.command(rcpt)).await,
    };
    known.map_err(|no| match no {
        Delivery::Refused(why) if is_of_address(&why) => No::Letter(Delivery::Unreachable(why)),
        no => No::Letter(no),
    })?;
    if waits_for_text {
        said(next_answer(talk, socket)).await.map_err(No::Letter)?;
    }
    Ok(waits_for_text)
}

/// The next answer of several that were asked for in one go. If it is not there yet, TCP is told to
/// acknowledge the one before: a server that leaves Nagle's algorithm on, as Postfix does, keeps the
/// next one until then, and Linux, when there is nothing to say, takes 40 ms to tell (RFC 1122, 4.2.3.2
/// allows 500). Every ninth letter waited for that.
async fn next_answer(
    talk: &mut AsyncSmtpConnection,
    socket: &Option<OwnedFd>,
) -> Result<Response, lettre::transport::smtp::Error> {
    let mut answer = pin!(talk.read_response());
    select! {
        biased;
        answer = &mut answer => answer,
        () = ready(()) => {
            #[cfg(target_os = "linux")]
            if let Some(socket) = socket
                && let Err(fault) = rustix::net::sockopt::set_tcp_quickack(socket, true)
            {
                tracing::debug!(%fault, "the mail server answers later than it might");
            }
            answer.await
        }
    }
}

/// The last look, DATA if it was not said yet, the text. After the text only an answer with a code is
/// certain. `Err` is an outcome after which the line is of no use.
async fn hand_over(
    line: &mut Line,
    waits_for_text: bool,
    bytes: &str,
    may_go: impl Future<Output = bool>,
    next: impl FnOnce() -> Option<Result<(Address, Address), String>>,
) -> Result<Delivery, Delivery> {
    match (may_go.await, waits_for_text) {
        (true, true) => {}
        (true, false) => {
            said(line.talk.command(Data)).await?;
        }
        (false, true) => return Err(Delivery::Withheld),
        (false, false) => {
            let reset = said(line.talk.command(Rset)).await;
            return reset.map(|_| Delivery::Withheld).map_err(|_| Delivery::Withheld);
        }
    }
    let mut text = dotted(bytes);
    if line.takes_groups
        && let Some(Ok((from, to))) = next()
        && let Ok(Opening { mail, rcpt }) = line.opening(from, to)
    {
        let opening = format!("{mail}{rcpt}{Data}");
        text.push_str(&opening);
        line.opened = Some(opening);
    }
    match timeout(FINAL_DOT, line.talk.command(text)).await {
        Ok(Ok(_)) => Ok(Delivery::Sent),
        Ok(Err(e)) if e.is_permanent() => Ok(Delivery::Refused(e.to_string())),
        Ok(Err(e)) if e.is_transient() => Err(Delivery::Later(e.to_string())),
        Ok(Err(e)) => Err(Delivery::Unknown(e.to_string())),
        Err(_) => Err(Delivery::Unknown("no answer after the letter".to_owned())),
    }
}

/// A text as it goes over the wire, with the dot that ends it (RFC 5321, 4.5.2).
fn dotted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 256);
    for (place, line) in text.split('\n').enumerate() {
        if place > 0 {
            out.push('\n');
        }
        if line.starts_with('.') {
            out.push('.');
        }
        out.push_str(line);
    }
    if !out.ends_with("\r\n") {
        out.push_str("\r\n");
    }
    out.push_str(".\r\n");
    out
}

/// Whether a no to the receiver is about the mailbox: what says `5.7` (policy, relaying) is not.
fn is_of_address(why: &str) -> bool {
    !why.contains(" 5.7.") && !why.contains("(5.7.")
}

/// The answer to one command.
async fn said(
    command: impl Future<Output = Result<Response, lettre::transport::smtp::Error>>,
) -> Result<Response, Delivery> {
    match timeout(COMMAND, command).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(e)) if e.is_permanent() => Err(Delivery::Refused(e.to_string())),
        Ok(Err(e)) => Err(Delivery::Later(e.to_string())),
        Err(_) => Err(Delivery::Later(SILENT.to_owned())),
    }
}

/// The library's own pool leaves Nagle's algorithm on, which costs 40 ms a letter; so the socket
/// is opened here.
async fn connect(smtp: &Smtp) -> Result<Line, String> {
    let say = |e: &dyn std::fmt::Display| format!("{}:{}: {e}", smtp.host, smtp.port);
    let late = |_| say(&"no answer in time");
    let opened = TcpStream::connect((smtp.host.as_str(), smtp.port));
    let socket = timeout(CONNECT, opened).await.map_err(late)?.map_err(|e| say(&e))?;
    socket.set_nodelay(true).map_err(|e| say(&e))?;
    let below = socket.as_fd().try_clone_to_owned().ok();
    let hello = ClientId::default();
    let greeted = AsyncSmtpConnection::connect_with_transport(Box::new(socket), &hello);
    let mut talk = timeout(COMMAND, greeted).await.map_err(late)?.map_err(|e| say(&e))?;
    if smtp.tls == Tls::Required || (smtp.tls == Tls::Opportunistic && talk.can_starttls()) {
        let mut tls = TlsParameters::builder(smtp.host.clone());
        if let Some(pem) = &smtp.ca {
            tls = tls.add_root_certificate(Certificate::from_pem(pem).map_err(|e| say(&e))?);
        }
        let tls = tls.build().map_err(|e| say(&e))?;
        let secured = talk.starttls(tls, &hello);
        timeout(COMMAND, secured).await.map_err(late)?.map_err(|e| say(&e))?;
    }
    // The library keeps only what it needs of the server's hello, so it is said once more. Some
    // servers hear it once only; nothing is lost by that but the groups.
    let takes_groups = match timeout(COMMAND, talk.command(Ehlo::new(hello))).await.map_err(late)? {
        Ok(heard) => heard.message().any(|word| word.eq_ignore_ascii_case("PIPELINING")),
        Err(e) if e.is_permanent() => false,
        Err(e) => return Err(say(&e)),
    };
    if let Some((user, password)) = &smtp.user {
        let credentials = Credentials::new(user.clone(), password.clone());
        let entered = talk.auth(&[Mechanism::Plain, Mechanism::Login], &credentials);
        timeout(COMMAND, entered).await.map_err(late)?.map_err(|e| say(&e))?;
    }
    Ok(Line { talk, takes_groups, opened: None, socket: below })
}

async fn deliver_folder(folder: &Path, parcel: Parcel<'_>) -> Delivery {
    let plain: String =
        parcel.name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let path = folder.join(format!("{plain}.eml"));
    let work = async {
        tokio::fs::create_dir_all(folder).await?;
        tokio::fs::write(&path, parcel.bytes).await
    };
    match work.await {
        Ok(()) => Delivery::Sent,
        Err(e) => Delivery::Later(format!("{}: {e}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_that_begins_a_line_ends_nothing() {
        for (text, wire) in [
            ("Hello\r\n", "Hello\r\n.\r\n"),
            ("Hello", "Hello\r\n.\r\n"),
            (".\r\nMAIL\r\n", "..\r\nMAIL\r\n.\r\n"),
            ("a\r\n.\r\n..b\r\n", "a\r\n..\r\n...b\r\n.\r\n"),
            ("", "\r\n.\r\n"),
        ] {
            assert_eq!(dotted(text), wire, "{text:?}");
        }
    }
}
