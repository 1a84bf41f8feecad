//! A server on loopback for tests of the whole way, and all it can do wrong.
//!
//! Each connection has a thread, and the handler sees every request in the order in which they
//! came. Dropped, the server closes what is open, so a test never waits for one that hangs.

#![allow(dead_code, reason = "each test file uses a part of it")]

pub(crate) mod batches;
pub(crate) mod patch;
pub(crate) mod translator;

use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::{Value, json};

/// How long a hanging connection sleeps before it looks whether it is still wanted.
const NAP: Duration = Duration::from_millis(5);

/// A request, as it came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Its number, counted from 0 over all connections.
    pub(crate) index: usize,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Seen {
    /// The value of a header, whichever case its name is in.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let named = |(n, _): &&(String, String)| n.eq_ignore_ascii_case(name);
        self.headers.iter().find(named).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null if it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }
}

/// What to do about a request.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    manner: Manner,
    delay: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    Whole,
    Close,
    Cut,
    Hang,
    /// Blank lines for so long, one each 20 ms, and then the body.
    Drip(u8),
    /// More and more, until nobody reads it.
    Endless,
}

impl Reply {
    /// A chat completion that says `text`.
    pub(crate) fn content(text: &str) -> Self {
        Self::json(json!({
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_700_000_000,
            "model": "answering-model",
            "choices": [{
                "index": 0,
                "message": { "role": "assistant", "content": text },
                "finish_reason": "stop",
            }],
            "usage": {
                "prompt_tokens": 100,
                "completion_tokens": 20,
                "total_tokens": 120,
                "prompt_tokens_details": { "cached_tokens": 64 },
            },
        }))
    }

    /// The same completion, ending for another reason.
    pub(crate) fn finish(mut self, reason: &str) -> Self {
        let mut value: Value = serde_json::from_str(&self.body).expect("a completion");
        value["choices"][0]["finish_reason"] = reason.into();
        self.body = value.to_string();
        self
    }

    /// A list of models.
    pub(crate) fn models(names: &[&str]) -> Self {
        let data: Vec<_> = names.iter().map(|name| json!({ "id": name })).collect();
        Self::json(json!({ "object": "list", "data": data }))
    }

    #[expect(clippy::needless_pass_by_value, reason = "json!(…) is written in its place")]
    pub(crate) fn json(value: Value) -> Self {
        Self::status(200, &value.to_string()).header("Content-Type", "application/json")
    }

    pub(crate) fn status(status: u16, body: &str) -> Self {
        Self { status, headers: Vec::new(), body: body.to_owned(), manner: Manner::Whole, delay: Duration::ZERO }
    }

    /// The same, with another status.
    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Closes the connection without a word.
    pub(crate) fn close() -> Self {
        Self { manner: Manner::Close, ..Self::status(200, "") }
    }

    /// Promises a completion, sends half of it, and closes the connection.
    pub(crate) fn cut() -> Self {
        Self { manner: Manner::Cut, ..Self::content("途中まで") }
    }

    /// Says nothing, and keeps the connection open.
    pub(crate) fn hang() -> Self {
        Self { manner: Manner::Hang, ..Self::status(200, "") }
    }

    /// Sends so many blank lines, one by one, before what it says: as busy servers keep a connection.
    pub(crate) fn drip(mut self, lines: u8) -> Self {
        self.manner = Manner::Drip(lines);
        self
    }

    /// Sends 300 MB of blanks, or as much as is read of them.
    pub(crate) fn endless() -> Self {
        Self { manner: Manner::Endless, ..Self::status(200, "") }
    }

    /// Waits before it does what it does.
    pub(crate) fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// False if the connection is not to be used again.
    fn write(&self, stream: &mut TcpStream) -> bool {
        let mut head = format!("HTTP/1.1 {} Status\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let before = match self.manner {
            Manner::Drip(lines) => usize::from(lines),
            Manner::Endless => 300_000_000,
            _ => 0,
        };
        head.push_str(&format!("Content-Length: {}\r\n\r\n", before + self.body.len()));
        if !self.write_before(&head, before, stream) {
            return false;
        }

        let body = self.body.as_bytes();
        let body = if self.manner == Manner::Cut { &body[..body.len() / 2] } else { body };
        // The other side may have gone, as one that loses patience does.
        stream.write_all(body).is_ok() && matches!(self.manner, Manner::Whole | Manner::Drip(_))
    }

    /// What comes before the body.
    fn write_before(&self, head: &str, before: usize, stream: &mut TcpStream) -> bool {
        let mut written = stream.write_all(head.as_bytes());
        match self.manner {
            Manner::Drip(_) => {
                for _ in 0..before {
                    thread::sleep(Duration::from_millis(20));
                    written = written.and_then(|()| stream.write_all(b"\n"));
                }
            }
            Manner::Endless => {
                let some = vec![b' '; 1 << 16];
                for _ in 0..before / some.len() {
                    written = written.and_then(|()| stream.write_all(&some));
                }
            }
            _ => {}
        }
        written.is_ok()
    }
}

type Handler = dyn Fn(&Seen) -> Reply + Send + Sync;

struct Shared {
    handler: Box<Handler>,
    seen: Mutex<Vec<Seen>>,
    open: Mutex<Vec<TcpStream>>,
    stopped: AtomicBool,
}

/// A server that is there until it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(handler: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            handler: Box::new(handler),
            seen: Mutex::default(),
            open: Mutex::default(),
            stopped: AtomicBool::new(false),
        });
        let accepting = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                for stream in listener.incoming().flatten() {
                    if shared.stopped.load(Ordering::SeqCst) {
                        break;
                    }
                    if let Ok(twin) = stream.try_clone() {
                        lock(&shared.open).push(twin);
                    }
                    let shared = Arc::clone(&shared);
                    thread::spawn(move || serve(stream, &shared));
                }
            }
        });
        Self { address, shared, accepting: Some(accepting) }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// The requests so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        lock(&self.shared.seen).clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for connections.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
        for stream in lock(&self.shared.open).drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn serve(mut stream: TcpStream, shared: &Shared) {
    let _ = stream.set_nodelay(true);
    let Ok(twin) = stream.try_clone() else { return };
    let mut reader = BufReader::new(twin);

    while let Some(mut seen) = read(&mut reader) {
        {
            let mut all = lock(&shared.seen);
            seen.index = all.len();
            all.push(seen.clone());
        }
        let reply = (shared.handler)(&seen);
        thread::sleep(reply.delay);
        while reply.manner == Manner::Hang && !shared.stopped.load(Ordering::SeqCst) {
            thread::sleep(NAP);
        }
        let gone = matches!(reply.manner, Manner::Close | Manner::Hang);
        if gone || !reply.write(&mut stream) {
            break;
        }
    }
    // The twin in `open` would keep it open.
    let _ = stream.shutdown(Shutdown::Both);
}

/// The next request, or none if there is no more.
fn read(reader: &mut impl BufRead) -> Option<Seen> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);

    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let mut seen = Seen { index: 0, method, path, headers, body: String::new() };
    let length = seen.header("Content-Length").and_then(|n| n.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    seen.body = String::from_utf8_lossy(&body).into_owned();
    Some(seen)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
