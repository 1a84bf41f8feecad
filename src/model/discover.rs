//! Servers on this machine, which need no key.
//!
//! Somebody who runs one has said which model they want, so it can be offered by name. Only
//! loopback is looked at, and a port counts only if it answers as the API does: on 8080 and 8000
//! there may be anything.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Client;

use super::transport::{LIMIT, local_client, read_at_most};
use super::wire::ModelList;

/// The ports that servers listen on if they are not told otherwise.
pub const USUAL_PORTS: &[(u16, &str)] =
    &[(11434, "Ollama"), (8080, "llama.cpp"), (9931, "llama.cpp"), (1234, "LM Studio"), (8000, "vLLM")];

/// A server that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalServer {
    /// What usually listens there.
    pub name: &'static str,
    /// For [`Options::base_url`](super::Options::base_url).
    pub base_url: String,
    /// The models that it says it has, at least one.
    pub models: Vec<String>,
}

/// The servers on `ports` of this machine that list a model within `wait`, in the order of
/// `ports`.
///
/// 300 ms is plenty for what is running, and not noticed where nothing is.
pub async fn local_servers(ports: &[(u16, &'static str)], wait: Duration) -> Vec<LocalServer> {
    let Ok(http) = local_client() else {
        return Vec::new();
    };
    let looks = ports.iter().map(|&(port, name)| {
        let look = look(&http, port, name);
        async move { tokio::time::timeout(wait, look).await.ok().flatten() }
    });
    join_all(looks).await.into_iter().flatten().collect()
}

async fn look(http: &Client, port: u16, name: &'static str) -> Option<LocalServer> {
    let base_url = format!("http://127.0.0.1:{port}/v1");
    let response = http.get(format!("{base_url}/models")).send().await.ok()?;
    if !response.status().is_success() {
        return None;
    }
    let (body, end) = read_at_most(LIMIT, response).await;
    end.ok()?;
    let models = serde_json::from_slice::<ModelList>(&body).ok()?.names()?;
    (!models.is_empty()).then_some(LocalServer { name, base_url, models })
}
