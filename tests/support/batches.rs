//! A server that plays Files and Batches, and answers chat completions too.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::translator::{object, pseudo};
use super::{Reply, Seen, Server};

/// What to do at the steps where a run may be cut short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fault {
    #[default]
    None,
    /// The upload is taken, and nobody is told.
    UploadHangs,
    /// The batch is not made, and nobody is told.
    CreateHangs,
    /// The batch is made, and nobody is told.
    MadeAndHangs,
    /// The batch is made, and the connection breaks.
    MadeAndCloses,
    /// There is no list of batches.
    NoList,
}

/// What the server has.
#[derive(Default)]
pub(crate) struct Shop {
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) batches: Vec<Value>,
    pub(crate) fault: Fault,
    /// Chat completions that were asked for.
    pub(crate) chats: usize,
}

/// The server, and a look at what it has.
pub(crate) struct Desk {
    pub(crate) server: Server,
    shop: Arc<Mutex<Shop>>,
}

impl Desk {
    pub(crate) fn open() -> Self {
        let shop: Arc<Mutex<Shop>> = Arc::default();
        let server = Server::start({
            let shop = Arc::clone(&shop);
            move |seen| serve(&mut locked(&shop), seen)
        });
        Self { server, shop }
    }

    pub(crate) fn shop(&self) -> MutexGuard<'_, Shop> {
        locked(&self.shop)
    }

    pub(crate) fn fault(&self, fault: Fault) {
        self.shop().fault = fault;
    }

    /// The batches that were made.
    pub(crate) fn made(&self) -> usize {
        self.shop().batches.len()
    }

    /// The lines of the requests of a batch.
    pub(crate) fn requests(&self, batch: usize) -> Vec<Value> {
        let shop = self.shop();
        let file = shop.batches[batch]["input_file_id"].as_str().expect("a file");
        shop.files[file].lines().map(|line| serde_json::from_str(line).expect("a line")).collect()
    }

    /// End a batch, with these lines of results and of errors.
    pub(crate) fn end(&self, batch: usize, state: &str, output: &[String], errors: &[String]) {
        let mut shop = self.shop();
        for (field, lines) in [("output_file_id", output), ("error_file_id", errors)] {
            if !lines.is_empty() {
                let id = format!("file-{}-{field}", shop.files.len());
                shop.files.insert(id.clone(), lines.concat());
                shop.batches[batch][field] = id.into();
            }
        }
        let total = output.len() + errors.len();
        shop.batches[batch]["status"] = state.into();
        shop.batches[batch]["request_counts"] =
            json!({ "total": total, "completed": output.len(), "failed": errors.len() });
    }
}

fn locked(shop: &Mutex<Shop>) -> MutexGuard<'_, Shop> {
    shop.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(shop: &mut Shop, seen: &Seen) -> Reply {
    let path = seen.path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.trim_start_matches("/v1/").split('/').collect();
    match (seen.method.as_str(), parts.as_slice()) {
        ("POST", ["chat", "completions"]) => {
            shop.chats += 1;
            Reply::content(&object(seen, pseudo))
        }
        ("POST", ["files"]) => {
            let id = format!("file-{}", shop.files.len());
            shop.files.insert(id.clone(), uploaded(&seen.body));
            if shop.fault == Fault::UploadHangs {
                return Reply::hang();
            }
            Reply::json(json!({ "id": id, "object": "file", "purpose": "batch" }))
        }
        ("GET", ["files", id, "content"]) => match shop.files.get(*id) {
            Some(text) => Reply::status(200, text).header("Content-Type", "application/octet-stream"),
            None => missing(),
        },
        ("POST", ["batches"]) => {
            if shop.fault == Fault::CreateHangs {
                return Reply::hang();
            }
            let body = seen.json();
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs();
            let batch = json!({
                "id": format!("batch_{}", shop.batches.len()), "object": "batch", "status": "in_progress",
                "input_file_id": body["input_file_id"], "endpoint": body["endpoint"], "metadata": body["metadata"],
                "completion_window": body["completion_window"], "created_at": now, "errors": null,
                "output_file_id": null, "error_file_id": null,
                "request_counts": { "total": 0, "completed": 0, "failed": 0 },
            });
            shop.batches.push(batch.clone());
            match shop.fault {
                Fault::MadeAndHangs => Reply::hang(),
                Fault::MadeAndCloses => {
                    shop.fault = Fault::None;
                    Reply::close()
                }
                _ => Reply::json(batch),
            }
        }
        ("GET", ["batches"]) if shop.fault == Fault::NoList => missing(),
        ("GET", ["batches"]) => Reply::json(json!({ "object": "list", "data": shop.batches, "has_more": false })),
        ("GET", ["batches", id]) => {
            shop.batches.iter().find(|batch| batch["id"] == **id).cloned().map_or_else(missing, Reply::json)
        }
        ("POST", ["batches", id, "cancel"]) => {
            let Some(batch) = shop.batches.iter_mut().find(|batch| batch["id"] == **id) else { return missing() };
            batch["status"] = "cancelling".into();
            Reply::json(batch.clone())
        }
        _ => missing(),
    }
}

fn missing() -> Reply {
    Reply::json(json!({ "error": { "message": "no such thing", "type": "invalid_request_error" } })).with_status(404)
}

/// The file in a form.
fn uploaded(form: &str) -> String {
    let (_, after) = form.split_once("filename=").expect("a file");
    let (_, file) = after.split_once("\r\n\r\n").expect("its beginning");
    let end = file.rfind("\r\n--").expect("its end");
    file[..end].to_owned()
}

/// A request of a file of requests as if it had come at once.
fn as_seen(request: &Value) -> Seen {
    Seen {
        index: 0,
        method: String::new(),
        path: String::new(),
        headers: Vec::new(),
        body: request["body"].to_string(),
    }
}

/// A completion for a request, each text changed by `change`.
pub(crate) fn completion(request: &Value, change: impl FnMut(&str) -> String) -> Value {
    let id = &request["custom_id"];
    json!({
        "id": format!("chatcmpl-{id}"), "object": "chat.completion", "model": request["body"]["model"],
        "choices": [{
            "index": 0, "finish_reason": "stop",
            "message": { "role": "assistant", "content": object(&as_seen(request), change) },
        }],
        "usage": { "prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120 },
    })
}

/// A line of results, as OpenAI writes it.
pub(crate) fn answered(request: &Value) -> String {
    result(request, &completion(request, pseudo))
}

/// A line of results with this completion.
pub(crate) fn result(request: &Value, body: &Value) -> String {
    let id = request["custom_id"].as_str().expect("an id");
    json!({
        "id": format!("batch_req_{id}"), "custom_id": id, "error": null,
        "response": { "status_code": 200, "request_id": "r", "body": body },
    })
    .to_string()
        + "\n"
}

/// A line of errors for what was not answered in time.
pub(crate) fn expired(request: &Value) -> String {
    let error = json!({ "code": "batch_expired", "message": "This request could not be executed in time." });
    json!({ "id": "x", "custom_id": request["custom_id"], "response": null, "error": error }).to_string() + "\n"
}
