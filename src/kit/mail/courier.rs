//! Handing letters over: one connection to the mail server, one letter after the other.

use std::path::Path;
use std::time::Duration;

use lettre::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Ehlo, Mail as MailFrom, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::Response;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::kit::mail::{Delivery, Mail, Posted};
use crate::kit::settings::{Smtp, Tls};

/// Opening the connection; a server that is there answers within seconds.
const CONNECT: Duration = Duration::from_secs(10);
/// Each command, with the greeting and the handshakes.
const COMMAND: Duration = Duration::from_secs(30);
/// RFC 5321, 4.5.3.2.6 asks for 10 minutes after the final dot; a relay of one's own is quicker.
const FINAL_DOT: Duration = Duration::from_secs(120);

/// Keeps one connection to the mail server and hands letters over, one after the other.
pub struct Courier {
    mail: Mail,
    line: Option<Line>,
    /// The last letter was held back: the next one perhaps is too.
    is_wary: bool,
}

struct Line {
    talk: AsyncSmtpConnection,
    /// RFC 2920: the server takes several commands at once and answers them in order.
    takes_groups: bool,
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
        Self { mail, line: None, is_wary: false }
    }

    /// Hands one letter over. `may_go` is asked once, in the last instant before any of the letter
    /// is said: with a mail server, when it has taken the receiver and waits for the text.
    pub async fn deliver(
        &mut self,
        parcel: Parcel<'_>,
        may_go: impl Future<Output = bool>,
    ) -> Delivery {
        match self.mail.clone() {
            Mail::Smtp(smtp) => self.deliver_smtp(&smtp, parcel, may_go).await,
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
    ) -> Delivery {
        let (from, to) = match addresses(parcel) {
            Ok(addresses) => addresses,
            Err(why) => return Delivery::Refused(why),
        };
        let mut line = match self.line.take() {
            Some(line) if !line.talk.has_broken() => line,
            _ => match connect(smtp).await {
                Ok(line) => line,
                Err(why) => return Delivery::Later(why),
            },
        };
        let looks_first = self.is_wary || !line.takes_groups;
        let end = converse(&mut line, looks_first, (from, to), parcel.bytes, may_go).await;
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

fn addresses(parcel: Parcel<'_>) -> Result<(Address, Address), String> {
    let from: Mailbox = parcel.from.parse().map_err(|e| format!("sender: {e}"))?;
    let to: Address = parcel.to.parse().map_err(|e| format!("address: {e}"))?;
    Ok((from.email, to))
}

/// MAIL, RCPT, DATA, the last look, the letter: what comes before the look in one go where the server
/// takes it, which halves the waiting. One that looks first, before DATA, keeps its connection when
/// the answer is no. Before the text every error is certain; after it, only an answer with a code is.
/// `Err` is an outcome after which the line is of no use.
async fn converse(
    line: &mut Line,
    looks_first: bool,
    (from, to): (Address, Address),
    bytes: &str,
    may_go: impl Future<Output = bool>,
) -> Result<Delivery, Delivery> {
    let Line { talk, takes_groups } = line;
    let mut parameters = vec![];
    if !<Address as AsRef<str>>::as_ref(&to).is_ascii() {
        if !talk.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Ok(Delivery::Refused("the mail server takes plain addresses only".to_owned()));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    let (mail, rcpt) = (MailFrom::new(Some(from), parameters), Rcpt::new(to, vec![]));
    let opening = match (*takes_groups, looks_first) {
        (true, false) => format!("{mail}{rcpt}{Data}"),
        (true, true) => format!("{mail}{rcpt}"),
        (false, _) => mail.to_string(),
    };
    said(talk.command(opening)).await.map_err(|no| match no {
        // A no to the sender says nothing of this letter: it is the office that must mend something.
        Delivery::Refused(why) => Delivery::Later(why),
        no => no,
    })?;
    let known = match *takes_groups {
        true => said(talk.read_response()).await,
        false => said(talk.command(rcpt)).await,
    };
    known.map_err(|no| match no {
        Delivery::Refused(why) if is_of_address(&why) => Delivery::Unreachable(why),
        no => no,
    })?;
    if looks_first {
        if !may_go.await {
            let reset = said(talk.command(Rset)).await;
            return reset.map(|_| Delivery::Withheld).map_err(|_| Delivery::Withheld);
        }
        said(talk.command(Data)).await?;
    } else {
        said(talk.read_response()).await?;
        if !may_go.await {
            return Err(Delivery::Withheld);
        }
    }
    match timeout(FINAL_DOT, talk.message(bytes.as_bytes())).await {
        Ok(Ok(_)) => Ok(Delivery::Sent),
        Ok(Err(e)) if e.is_permanent() => Ok(Delivery::Refused(e.to_string())),
        Ok(Err(e)) if e.is_transient() => Err(Delivery::Later(e.to_string())),
        Ok(Err(e)) => Err(Delivery::Unknown(e.to_string())),
        Err(_) => Err(Delivery::Unknown("no answer after the letter".to_owned())),
    }
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
        Err(_) => Err(Delivery::Later("the mail server did not answer".to_owned())),
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
    Ok(Line { talk, takes_groups })
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
