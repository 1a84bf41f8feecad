//! What goes on between us and the server, for those who want to see it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The most characters of a body that is shown.
pub(super) const BODY: usize = 4096;

/// Something that is told of each [`Event`], while it happens.
#[derive(Clone)]
pub struct Watch(Arc<dyn Fn(&Event) + Send + Sync>);

impl Watch {
    /// Tell `watch`.
    pub fn new(watch: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self(Arc::new(watch))
    }

    pub(super) fn tell(&self, event: &Event) {
        (self.0)(event);
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}

/// Something that happened. Nothing of it has the key in it, or what a terminal would obey; bodies are
/// cut after 4,096 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A request goes out.
    Sent {
        /// Counted from one, over all requests to this server.
        number: u64,
        /// What it asks for: `POST /v1/chat/completions`.
        what: String,
        /// Its length in bytes.
        bytes: usize,
        /// What it says.
        body: String,
    },
    /// There is a reply.
    Received {
        /// To which request.
        number: u64,
        /// Its status.
        status: u16,
        /// How long it took, from sending to the last byte.
        after: Duration,
        /// Its length in bytes, as far as it was read.
        bytes: usize,
        /// What it says.
        body: String,
    },
    /// There is none.
    Lost {
        /// To which request.
        number: u64,
        /// How long it took to find out.
        after: Duration,
        /// What the system says.
        why: String,
    },
    /// Something is wrong, and is tried again.
    Again {
        /// What it is.
        why: String,
        /// How long is waited before.
        wait: Duration,
    },
    /// From now on it is done in another way.
    Learned(String),
}

impl Event {
    /// From which level of detail on it is worth a line: 1, what goes wrong; 2, what goes on.
    pub fn level(&self) -> u8 {
        match self {
            Self::Again { .. } | Self::Learned(_) => 1,
            Self::Sent { .. } | Self::Received { .. } | Self::Lost { .. } => 2,
        }
    }

    /// The body, of what has one: the third level.
    pub fn body(&self) -> Option<&str> {
        match self {
            Self::Sent { body, .. } | Self::Received { body, .. } => Some(body).filter(|body| !body.is_empty()),
            Self::Lost { .. } | Self::Again { .. } | Self::Learned(_) => None,
        }
        .map(String::as_str)
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sent { number, what, bytes, .. } => write!(f, "→ {number}: {what}, {bytes} bytes"),
            Self::Received { number, status, after, bytes, .. } => {
                write!(f, "← {number}: status {status} after {:.1} s, {bytes} bytes", after.as_secs_f64())
            }
            Self::Lost { number, after, why } => {
                write!(f, "← {number}: nothing after {:.1} s: {why}", after.as_secs_f64())
            }
            Self::Again { why, wait } => write!(f, "{why}; asking again in {:.1} s", wait.as_secs_f64()),
            Self::Learned(what) => f.write_str(what),
        }
    }
}
