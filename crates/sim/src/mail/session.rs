//! One SMTP conversation (RFC 5321 with SIZE, 8BITMIME, PIPELINING and AUTH). No TLS, because the server only listens
//! on loopback.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Inbox;
use super::faults::{FaultKind, Step};

/// Maximum size of a message, in bytes.
const MAX_MESSAGE_SIZE: usize = 10 << 20;
/// Maximum length of a command line. RFC 5321 §4.5.3.1.4 requires 512 plus the additions of extensions, AUTH 12,288
/// (RFC 4954 §4).
const MAX_LINE_LENGTH: usize = 12_288;
/// Maximum number of recipients of a message (RFC 5321 §4.5.3.1.8: at least 100).
const MAX_RECIPIENTS: usize = 100;
/// Number of unrecognised commands that ends the conversation.
const MAX_MISTAKES: u32 = 20;
/// Maximum silence of the client (RFC 5321 §4.5.3.2.7).
const SILENCE: Duration = Duration::from_mins(5);

/// Runs the conversation until it ends.
pub(super) async fn converse(stream: TcpStream, inbox: &Inbox) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut session = Session { stream: BufReader::new(stream), inbox, greeted: false, envelope: None, mistakes: 0 };
    match session.fault(Step::Greeting, &[]).await? {
        Turn::Goes => session.reply("220 mail.example.com ESMTP stand-in").await?,
        Turn::Refused | Turn::Over => return Ok(()),
    }
    while session.mistakes < MAX_MISTAKES {
        let Some(line) = session.line().await? else { return Ok(()) };
        let Some(line) = line else {
            session.mistake("500 5.5.2 Line too long").await?;
            continue;
        };
        let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let (verb, rest) = (verb.to_ascii_uppercase(), rest.trim());
        match session.fault_of(&verb, rest).await? {
            Turn::Goes => {}
            Turn::Refused => continue,
            Turn::Over => return Ok(()),
        }
        match verb.as_str() {
            "EHLO" => session.hello(rest, true).await?,
            "HELO" => session.hello(rest, false).await?,
            "MAIL" => session.mail(rest).await?,
            "RCPT" => session.recipient(rest).await?,
            "DATA" => {
                if !session.data().await? {
                    return Ok(());
                }
            }
            "RSET" => {
                session.envelope = None;
                session.reply("250 2.0.0 OK").await?;
            }
            "NOOP" => session.reply("250 2.0.0 OK").await?,
            "VRFY" => session.reply("252 2.1.5 Cannot verify, but will take the message").await?,
            "AUTH" => session.auth(rest).await?,
            "QUIT" => return session.reply("221 2.0.0 Bye").await,
            _ => session.mistake("502 5.5.1 Command not implemented").await?,
        }
    }
    session.reply("421 4.7.0 Too many errors").await
}

/// Continuation of a conversation after faults were applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// No fault.
    Goes,
    /// The step was rejected.
    Refused,
    /// The conversation has ended.
    Over,
}

/// Sender and recipients.
#[derive(Debug, Default)]
struct Envelope {
    from: String,
    to: Vec<String>,
}

struct Session<'a> {
    stream: BufReader<TcpStream>,
    inbox: &'a Inbox,
    greeted: bool,
    envelope: Option<Envelope>,
    mistakes: u32,
}

impl Session<'_> {
    async fn reply(&mut self, text: &str) -> io::Result<()> {
        self.stream.write_all(format!("{text}\r\n").as_bytes()).await
    }

    /// Applies the faults of a command's step.
    async fn fault_of(&mut self, verb: &str, rest: &str) -> io::Result<Turn> {
        let Some(step) = Step::of_command(verb) else { return Ok(Turn::Goes) };
        let recipients = match step {
            Step::Rcpt => path(rest, "TO:").map(|(to, _)| to).into_iter().collect(),
            _ => self.envelope.as_ref().map(|envelope| envelope.to.clone()).unwrap_or_default(),
        };
        self.fault(step, &recipients).await
    }

    async fn fault(&mut self, step: Step, recipients: &[String]) -> io::Result<Turn> {
        match self.inbox.faults.at_step(step, recipients) {
            Some(FaultKind::Silent { .. }) if step == Step::Content => {
                // Unread data fills the buffers between client and server.
                tokio::time::sleep(SILENCE).await;
                Ok(Turn::Over)
            }
            fault => self.suffer(fault).await,
        }
    }

    async fn suffer(&mut self, fault: Option<FaultKind>) -> io::Result<Turn> {
        match fault {
            None => Ok(Turn::Goes),
            Some(FaultKind::Reject { code, .. }) => {
                self.reply(&format!("{code} Refused as the fault says")).await?;
                Ok(Turn::Refused)
            }
            Some(FaultKind::Silent { .. }) => {
                while self.line().await?.is_some() {}
                Ok(Turn::Over)
            }
            Some(_) => Ok(Turn::Over),
        }
    }

    async fn mistake(&mut self, text: &str) -> io::Result<()> {
        self.mistakes += 1;
        self.reply(text).await
    }

    /// Reads the next command line. The outer `None` is the end of the connection, the inner one a line that is too
    /// long.
    async fn line(&mut self) -> io::Result<Option<Option<String>>> {
        let mut line = Vec::new();
        let mut too_long = false;
        loop {
            line.clear();
            if self.read_line(&mut line, MAX_LINE_LENGTH).await? == 0 {
                return Ok(None);
            }
            if line.last() == Some(&b'\n') {
                break;
            }
            too_long = true;
        }
        Ok(Some((!too_long).then(|| String::from_utf8_lossy(&line).trim_end().to_owned())))
    }

    /// Reads to the end of the line, but at most `most` bytes.
    async fn read_line(&mut self, line: &mut Vec<u8>, most: usize) -> io::Result<usize> {
        let mut bounded = (&mut self.stream).take(most as u64);
        timeout(SILENCE, bounded.read_until(b'\n', line)).await.map_err(|_| io::ErrorKind::TimedOut)?
    }

    async fn hello(&mut self, name: &str, extended: bool) -> io::Result<()> {
        if name.is_empty() {
            return self.mistake("501 5.5.4 Say who you are").await;
        }
        self.greeted = true;
        self.envelope = None;
        if !extended {
            return self.reply("250 mail.example.com").await;
        }
        let size = format!("250-SIZE {MAX_MESSAGE_SIZE}");
        let mut lines =
            vec!["250-mail.example.com", &size, "250-8BITMIME", "250-PIPELINING", "250-ENHANCEDSTATUSCODES"];
        if self.inbox.faults.awaits(Step::Starttls) {
            lines.push("250-STARTTLS");
        }
        self.reply(&format!("{}\r\n250 AUTH PLAIN LOGIN", lines.join("\r\n"))).await
    }

    async fn mail(&mut self, rest: &str) -> io::Result<()> {
        if !self.greeted || self.envelope.is_some() {
            return self.mistake("503 5.5.1 Bad sequence of commands").await;
        }
        let Some((from, parameters)) = path(rest, "FROM:") else {
            return self.mistake("501 5.5.4 Syntax: MAIL FROM:<address>").await;
        };
        let size = parameters.split_whitespace().find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            if name.eq_ignore_ascii_case("SIZE") { value.parse::<usize>().ok() } else { None }
        });
        if size.is_some_and(|size| size > MAX_MESSAGE_SIZE) {
            return self.reply("552 5.3.4 Message too big").await;
        }
        self.envelope = Some(Envelope { from, to: Vec::new() });
        self.reply("250 2.1.0 OK").await
    }

    async fn recipient(&mut self, rest: &str) -> io::Result<()> {
        let Some(envelope) = &mut self.envelope else {
            return self.mistake("503 5.5.1 Bad sequence of commands").await;
        };
        let to = match path(rest, "TO:") {
            Some((to, _)) if !to.is_empty() => to,
            _ => return self.mistake("501 5.5.4 Syntax: RCPT TO:<address>").await,
        };
        if envelope.to.len() == MAX_RECIPIENTS {
            return self.reply("452 4.5.3 Too many recipients").await;
        }
        match self.inbox.faults.at_recipient(&to) {
            Some(FaultKind::Temporary) => self.reply("451 4.3.0 Try again later").await,
            Some(_) => self.reply("550 5.1.1 No such mailbox").await,
            None => {
                envelope.to.push(to);
                self.reply("250 2.1.5 OK").await
            }
        }
    }

    /// Receives the message. `false`: the connection has to be closed.
    async fn data(&mut self) -> io::Result<bool> {
        let Some(envelope) = self.envelope.take_if(|envelope| !envelope.to.is_empty()) else {
            self.mistake("503 5.5.1 Bad sequence of commands").await?;
            return Ok(true);
        };
        self.reply("354 End with a line that holds a dot alone").await?;
        if self.fault(Step::Content, &envelope.to).await? != Turn::Goes {
            return Ok(false);
        }
        let Some(source) = self.content().await? else {
            self.reply("552 5.3.4 Message too big").await?;
            return Ok(true);
        };
        let fault = self.inbox.faults.at_step(Step::Message, &envelope.to);
        if matches!(fault, Some(FaultKind::Reject { .. })) {
            self.suffer(fault).await?;
            return Ok(true);
        }
        let (drops, delay) = (self.inbox.faults.drops_after_data(&envelope.to), self.inbox.faults.delay(&envelope.to));
        let id = self.inbox.keep(&envelope.from, envelope.to, source);
        tokio::time::sleep(delay).await;
        if drops || self.suffer(fault).await? == Turn::Over {
            return Ok(false);
        }
        self.reply(&format!("250 2.0.0 OK: kept as {id}")).await?;
        Ok(true)
    }

    /// Reads up to the final dot, and removes dot-stuffing (RFC 5321 §4.5.2). Only CR LF ends a line here: a lone LF
    /// around a dot must not end a message. `None`: it was too large. A sender that never stops is disconnected.
    async fn content(&mut self) -> io::Result<Option<Vec<u8>>> {
        let (mut source, mut line) = (Vec::new(), Vec::new());
        let (mut at_start, mut too_big, mut received) = (true, false, 0);
        loop {
            line.clear();
            if self.read_line(&mut line, MAX_LINE_LENGTH).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if at_start && line == b".\r\n" {
                return Ok((!too_big).then_some(source));
            }
            let stuffed = usize::from(at_start && line.first() == Some(&b'.'));
            at_start = ends_line(&source, &line);
            received += line.len();
            too_big |= received > MAX_MESSAGE_SIZE;
            if received > 2 * MAX_MESSAGE_SIZE {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            if !too_big {
                source.extend_from_slice(&line[stuffed..]);
            }
        }
    }

    /// `AUTH PLAIN` and `AUTH LOGIN` with any name and password.
    async fn auth(&mut self, rest: &str) -> io::Result<()> {
        let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
        let prompts: &[&str] = match (mechanism.to_ascii_uppercase().as_str(), initial.is_empty()) {
            ("PLAIN", true) => &["334 "],
            ("PLAIN", false) => &[],
            // "Username:" and "Password:" in base64.
            ("LOGIN", true) => &["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"],
            ("LOGIN", false) => &["334 UGFzc3dvcmQ6"],
            _ => return self.mistake("504 5.5.4 Unknown mechanism").await,
        };
        for prompt in prompts {
            self.reply(prompt).await?;
            if matches!(self.line().await?.flatten().as_deref(), None | Some("*")) {
                return self.reply("501 5.7.0 Cancelled").await;
            }
        }
        self.reply("235 2.7.0 Welcome").await
    }
}

/// Whether the content ends with CR LF once `line` is added. The two characters may arrive in different pieces.
fn ends_line(before: &[u8], line: &[u8]) -> bool {
    match line {
        [.., b'\r', b'\n'] => true,
        [b'\n'] => before.last() == Some(&b'\r'),
        _ => false,
    }
}

/// The address and the parameters of `FROM:<address> parameters`. Clients put a space after the colon, although the RFC
/// forbids it.
fn path<'a>(rest: &'a str, keyword: &str) -> Option<(String, &'a str)> {
    let (head, tail) = rest.split_at_checked(keyword.len())?;
    let tail = head.eq_ignore_ascii_case(keyword).then(|| tail.trim_start())?;
    let (address, parameters) = tail.strip_prefix('<')?.split_once('>')?;
    Some((address.trim().to_owned(), parameters))
}
