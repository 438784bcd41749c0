//! A mail server that takes everything and keeps it, for stories that go over a real connection.

use std::sync::{Arc, Mutex};

use prashikshan::kit::mail::Mail;
use prashikshan::kit::settings::{Smtp, Tls};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A letter as the server took it: the envelope's receiver and the bytes between DATA and the dot.
#[derive(Debug, Clone)]
pub struct Taken {
    pub to: String,
    pub bytes: String,
}

/// The hello of a server that takes several commands at once (RFC 2920), as most do.
pub const GROUPS: &str = "250-here\r\n250 PIPELINING";

#[derive(Clone, Default)]
pub struct Recorder(Arc<Mutex<Vec<Taken>>>);

impl Recorder {
    /// Listens on the loopback; gives itself and the mail that leads to it.
    pub async fn start() -> (Self, Mail) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let recorder = Self::default();
        let kept = recorder.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(kept.clone().serve(socket));
            }
        });
        let smtp =
            Smtp { host: "127.0.0.1".to_owned(), port, user: None, tls: Tls::None, ca: None };
        (recorder, Mail::Smtp(Arc::new(smtp)))
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.0.lock().expect("letters").clone()
    }

    async fn serve(self, socket: TcpStream) {
        let (reader, mut writer) = socket.into_split();
        let mut lines = BufReader::new(reader).lines();
        let mut answer = "220 ready";
        let (mut to, mut letter) = (String::new(), None::<String>);
        loop {
            if !answer.is_empty()
                && writer.write_all(format!("{answer}\r\n").as_bytes()).await.is_err()
            {
                return;
            }
            let Ok(Some(line)) = lines.next_line().await else { return };
            if let Some(bytes) = &mut letter {
                answer = "";
                if line == "." {
                    let bytes = letter.take().unwrap_or_default();
                    self.0.lock().expect("letters").push(Taken { to: to.clone(), bytes });
                    answer = "250 taken";
                } else {
                    // RFC 5321, 4.5.2: a line that began with a dot came with two.
                    bytes.push_str(line.strip_prefix('.').unwrap_or(&line));
                    bytes.push_str("\r\n");
                }
                continue;
            }
            answer = match line.split(' ').next().unwrap_or_default() {
                "EHLO" => GROUPS,
                "RCPT" => {
                    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
                    to = inside.map_or_else(|| line.clone(), |(address, _)| address.to_owned());
                    "250 ok"
                }
                "DATA" => {
                    letter = Some(String::new());
                    "354 go on"
                }
                "QUIT" => return,
                _ => "250 ok",
            };
        }
    }
}
