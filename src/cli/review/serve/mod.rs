//! `nekoyaku review --serve`: the page in a browser of this machine, on which a person also writes.

mod guard;
mod pictures;
mod proof;
mod site;

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::net::Ipv4Addr;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use nekoyaku::check::{File, Settings};
use nekoyaku::glossary::Glossary;
use nekoyaku::review::Published;
use nekoyaku::update::Conflict;
use tokio::net::{TcpListener, TcpStream};

use super::Args;
use crate::cli::engine::Runtime;
use crate::cli::failure::{self, Failure};
use crate::cli::interrupt::Signals;
use crate::cli::output;
use crate::cli::terminal::Terminal;

use guard::Guard;
use pictures::Pictures;
use proof::{Proof, Texts};
use site::Site;

/// So many connections at once; a browser has six.
const CONNECTIONS: usize = 64;
/// Who does not say in this time what is wanted is not waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is known before anybody asks.
pub(super) struct Materials<'a> {
    pub(super) settings: &'a Settings<'a>,
    pub(super) glossary: &'a Glossary,
    pub(super) published: &'a Published,
    pub(super) source: File,
    pub(super) draft: Option<File>,
    pub(super) conflicts: Vec<Conflict>,
}

/// Serve the page until somebody ends it.
pub(super) fn serve(args: &Args, materials: Materials<'_>, terminal: &mut Terminal) -> Result<(), Failure> {
    let runtime = Runtime::default();
    runtime.get()?.block_on(async {
        let port = args.port.unwrap_or(0);
        let taken = |error: std::io::Error| {
            Failure::new(format!("port {port} of this machine cannot be listened on"))
                .because(&error)
                .hint("without --port a free one is found")
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(taken)?;
        let guard = Guard::new(listener.local_addr().map_err(taken)?.port())?;
        let address = guard.address();
        let file = output::settled(&args.edition);
        let pictures = Pictures::new(&output::settled(&args.source), &file);
        let Materials { settings, glossary, published, source, draft, conflicts } = materials;
        let proof = Proof {
            source: args.source.clone(),
            edition: args.edition.clone(),
            file,
            settings,
            glossary,
            published,
            language: args.lang.into(),
            texts: RefCell::new(Texts { source, draft, conflicts }),
        };
        let site = Site::new(guard, proof, pictures);
        terminal.put(&format!("{address}\n")).map_err(Failure::output)?;
        terminal.flush().map_err(Failure::output)?;
        terminal.note(&format!(
            "{} is open for proofreading at this address; Ctrl-C ends it",
            failure::name(&args.edition)
        ));
        let mut signals = Signals::listen().map_err(|error| Failure::new("nobody could end it").because(&error))?;
        listen(&listener, &site, signals.next()).await;
        let unsaved = site.proof.unsaved().is_some();
        if unsaved {
            terminal.note("changes that were not saved are kept: `review --serve` offers them again");
        }
        Ok(())
    })
}

/// Answer whoever comes, until somebody ends it.
async fn listen(listener: &TcpListener, site: &Site<'_>, ended: impl Future<Output = ()>) {
    let mut ended = pin!(ended);
    let mut connections = FuturesUnordered::new();
    loop {
        let come = poll_fn(|context| {
            if ended.as_mut().poll(context).is_ready() {
                return Poll::Ready(None);
            }
            while let Poll::Ready(Some(())) = connections.poll_next_unpin(context) {}
            // One that cannot be accepted is gone already.
            listener.poll_accept(context).map(|accepted| Some(accepted.ok()))
        });
        match come.await {
            None => return,
            Some(Some((stream, _))) if connections.len() < CONNECTIONS => connections.push(talk(stream, site)),
            Some(_) => {}
        }
    }
}

async fn talk(stream: TcpStream, site: &Site<'_>) {
    let service = service_fn(|request| site.answer(request));
    // A browser that goes away in the middle is no error.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}
