//! `review --serve`: who may ask, what is written, and that nothing that anybody wrote is lost.

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use serde_json::{Value, json};
use support::translator::Folder;

const SOURCE: &str = "# 周刊\n\n一只猫😺。\n\n- 见[文章](https://a.example/%A2)\n\n一条狗。\n";
const EDITION: &str = "# 週刊\n\n猫😺が一匹。\n\n- [記事](https://a.example/%A3)を参照\n\n犬が一匹。\n";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.put("docs/周刊.md", SOURCE);
    folder.put("docs/ja/周刊.md", EDITION);
    folder
}

/// The program, as it serves a pair.
struct Server {
    program: Child,
    port: u16,
    token: String,
}

struct Answer {
    status: u16,
    heads: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        serde_json::from_str(&self.body).expect("JSON")
    }
}

impl Server {
    fn start(folder: &Folder) -> Self {
        let mut command = folder.nekoyaku();
        command.args(["review", "--serve", "--no-memory", "docs/周刊.md", "docs/ja/周刊.md"]);
        let mut program = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
        let mut address = String::new();
        BufReader::new(program.stdout.take().expect("stdout")).read_line(&mut address).expect("an address");
        let rest = address.trim_end().strip_prefix("http://127.0.0.1:").expect("an address of this machine");
        let (port, path) = rest.split_once('/').expect("a path");
        let token = path.strip_suffix('/').expect("a folder").to_owned();
        Self { program, port: port.parse().expect("a port"), token }
    }

    fn own(&self) -> [(&'static str, String); 2] {
        [("Host", format!("127.0.0.1:{}", self.port)), ("Origin", format!("http://127.0.0.1:{}", self.port))]
    }

    fn ask(&self, method: &str, path: &str, heads: &[(&str, String)], body: &str) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in heads {
            request += &format!("{name}: {value}\r\n");
        }
        request += "\r\n";
        request += body;
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let (heads, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = heads.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Answer { status, heads: heads.to_lowercase(), body: body.to_owned() }
    }

    fn post(&self, what: &str, message: &Value) -> Answer {
        self.ask("POST", &format!("/{}/{what}", self.token), &self.own(), &message.to_string())
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", &format!("/{}/{path}", self.token), &self.own()[..1], "")
    }

    fn check(&self, base: &str, text: Option<&str>) -> Value {
        self.post("check", &json!({ "base": base, "text": text, "known": [], "written": null })).json()
    }

    fn save(&self, base: &str, text: &str) -> Answer {
        self.post("save", &json!({ "base": base, "text": text }))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn blocks(live: &Value) -> Vec<&Value> {
    let groups = live["groups"].as_array().expect("groups");
    groups.iter().flat_map(|group| group["blocks"].as_array().expect("blocks")).collect()
}

#[test]
fn who_does_not_have_the_token_or_comes_from_elsewhere_is_refused() {
    let folder = folder();
    let server = Server::start(&folder);
    let (own, other) = (server.own(), ("Origin", "http://evil.example".to_owned()));
    let [host, origin] = own.clone();
    let path = |what: &str| format!("/{}/{what}", server.token);
    let save = json!({ "base": EDITION, "text": "奪われた。\n" }).to_string();
    let refused = [
        ("POST", "/save".to_owned(), own.to_vec()),
        ("POST", "/AAAAAAAAAAAAAAAAAAAAAA/save".to_owned(), own.to_vec()),
        ("POST", path("save"), vec![host.clone(), other.clone()]),
        ("POST", path("save"), vec![host.clone()]),
        ("POST", path("save"), vec![("Host", format!("evil.example:{}", server.port)), origin.clone()]),
        ("POST", path("save"), vec![host.clone(), origin, ("Sec-Fetch-Site", "cross-site".to_owned())]),
        ("POST", path("unsaved"), vec![host.clone(), other.clone()]),
        ("GET", "/".to_owned(), vec![host.clone()]),
        ("GET", "/ja/周刊.md".to_owned(), vec![host.clone()]),
        ("GET", path(""), vec![host, other]),
        ("GET", path(""), vec![("Host", format!("evil.example:{}", server.port))]),
    ];
    for (method, path, heads) in refused {
        let answer = server.ask(method, &path, &heads, &save);
        assert_eq!(answer.status, 403, "{method} {path} {heads:?}");
        assert!(!answer.body.contains(&server.token) && !answer.body.contains("猫"));
    }
    assert_eq!(folder.get("docs/ja/周刊.md"), EDITION);
    assert_eq!(server.save(EDITION, EDITION).status, 200);
}

#[test]
fn the_page_may_ask_its_own_server_and_nobody_may_frame_it() {
    let folder = folder();
    let server = Server::start(&folder);
    let moved = server.get("");
    assert_eq!(moved.status, 302);
    let page = server.get("ja/%E5%91%A8%E5%88%8A.md");
    assert_eq!(page.status, 200);
    for part in
        ["default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'", "nosniff", "no-store", "no-referrer"]
    {
        assert!(page.heads.contains(part), "{part}: {}", page.heads);
    }
    assert!(page.body.contains("connect-src &#x27;self&#x27;"), "the page itself has the policy, too");
    for path in ["docs/%E5%91%A8%E5%88%8A.md", "..%2f..%2fCargo.toml", "%ff", "ja/../%E5%91%A8%E5%88%8A.md", "save"] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    folder.put("docs/images/猫.png", "a picture");
    let picture = server.get("images/%E7%8C%AB.png");
    assert_eq!((picture.status, &*picture.body), (200, "a picture"));
    assert!(picture.heads.contains("content-type: image/png"), "{}", picture.heads);
    for (method, status) in [("PUT", 405), ("DELETE", 405)] {
        assert_eq!(server.ask(method, &format!("/{}/save", server.token), &server.own(), "").status, status);
    }
    for body in ["", "{", "[]", "{\"base\": 1, \"text\": 2}", "{\"base\": \"\\ud800\", \"text\": \"\"}"] {
        let answer = server.ask("POST", &format!("/{}/save", server.token), &server.own(), body);
        assert_eq!(answer.status, 400, "{body}");
    }
    assert_eq!(folder.get("docs/ja/周刊.md"), EDITION);
}

#[test]
fn what_is_written_is_checked_before_it_is_saved_and_saved_as_it_is() {
    let folder = folder();
    let server = Server::start(&folder);
    let begun = server.check("", None);
    assert_eq!((begun["text"].as_str(), begun["unsaved"].as_bool()), (Some(EDITION), Some(false)));
    let units: Vec<u16> = EDITION.encode_utf16().collect();
    let at = |block: &Value, end: &str| usize::try_from(block[end].as_u64().expect("a place")).expect("a place");
    let text = |block: &Value| String::from_utf16(&units[at(block, "start")..at(block, "end")]).expect("a text");
    let found: Vec<String> = blocks(&begun).into_iter().map(text).collect();
    assert_eq!(found, ["# 週刊", "猫😺が一匹。", "- [記事](https://a.example/%A3)を参照", "犬が一匹。"]);
    assert!(begun["tally"].as_str().expect("HTML").contains("Error 1"), "{}", begun["tally"]);

    // The fix of what was found, as the page takes it.
    let fix = blocks(&begun)[2]["fixes"][0][0].as_array().expect("a fix").clone();
    let place = |number: usize| usize::try_from(fix[number].as_u64().expect("a place")).expect("a place");
    let mut mended = units[..place(0)].to_vec();
    mended.extend(fix[2].as_str().expect("a text").encode_utf16());
    mended.extend(&units[place(1)..]);
    let mended = String::from_utf16(&mended).expect("a text");
    assert_eq!(mended, EDITION.replace("%A3", "%A2"));
    let checked = server.check(EDITION, Some(&mended));
    assert!(checked["tally"].as_str().expect("HTML").contains("Error 0"), "{}", checked["tally"]);
    assert_eq!(folder.get("docs/ja/周刊.md"), EDITION, "nothing was saved yet");
    let saved = server.save(EDITION, &mended).json();
    assert_eq!(saved["text"].as_str(), Some(&*mended));
    assert_eq!(folder.get("docs/ja/周刊.md"), mended);
    assert_eq!(server.post("state", &json!({})).json()["version"], saved["version"]);
}

#[test]
fn a_file_that_was_changed_meanwhile_is_merged_or_left_alone() {
    let folder = folder();
    let server = Server::start(&folder);
    let mine = EDITION.replace("猫😺が一匹。", "猫😺が一匹いる。");
    folder.put("docs/ja/周刊.md", EDITION.replace("犬が", "イヌが"));
    let both = mine.replace("犬が", "イヌが");
    assert_eq!(server.save(EDITION, &mine).json()["text"].as_str(), Some(&*both));
    assert_eq!(folder.get("docs/ja/周刊.md"), both);

    let theirs = both.replace("猫😺が一匹いる。", "ネコ😺が一匹いる。");
    folder.put("docs/ja/周刊.md", &theirs);
    let mine = both.replace("猫😺が一匹いる。", "猫😺がひとり。");
    let answer = server.save(&both, &mine);
    assert_eq!(answer.status, 409);
    let answer: Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!(answer["disk"].as_str(), Some(&*theirs));
    let conflicts: Vec<&Value> =
        answer["conflicts"].as_array().expect("parts").iter().filter(|part| part.is_object()).collect();
    assert_eq!(conflicts, [&json!({ "mine": "猫😺がひとり。\n", "theirs": "ネコ😺が一匹いる。\n" })]);
    assert_eq!(folder.get("docs/ja/周刊.md"), theirs, "nothing was written over");
    // A person chose theirs here, on what the file is now.
    assert_eq!(server.save(&theirs, &theirs).status, 200);
    // Who took the file away did not take away what is on the page.
    std::fs::remove_file(folder.file("docs/ja/周刊.md")).expect("it is there");
    assert_eq!(server.save(&theirs, &mine).status, 200);
    assert_eq!(folder.get("docs/ja/周刊.md"), mine);
}

#[test]
fn what_was_not_saved_is_there_when_the_program_is_started_again() {
    let folder = folder();
    let mine = EDITION.replace("犬が", "イヌが");
    let server = Server::start(&folder);
    server.check(EDITION, Some(&mine));
    drop(server);
    assert_eq!(folder.get("docs/ja/周刊.md"), EDITION);

    let server = Server::start(&folder);
    assert_eq!(server.check("", None)["unsaved"], json!(true));
    assert_eq!(server.post("unsaved", &json!({})).json(), json!({ "base": EDITION, "text": mine }));
    server.post("drop", &json!({}));
    assert_eq!(server.check("", None)["unsaved"], json!(false));
    assert_eq!(server.post("unsaved", &json!({})).json(), Value::Null, "and no empty edition is offered");

    server.check(EDITION, Some(&mine));
    assert_eq!(server.save(EDITION, &mine).status, 200);
    assert_eq!(server.check("", None)["unsaved"], json!(false));
    assert!(!folder.has("docs/ja/.nekoyaku/unsaved/周刊.md.json"));
}

#[cfg(unix)]
#[test]
fn through_a_link_the_file_it_leads_to_is_written() {
    let folder = Folder::new();
    folder.put("docs/周刊.md", SOURCE);
    folder.put("真/周刊.md", EDITION);
    std::fs::create_dir_all(folder.file("docs/ja")).expect("a folder");
    std::os::unix::fs::symlink(folder.file("真/周刊.md"), folder.file("docs/ja/周刊.md")).expect("a link");
    let server = Server::start(&folder);
    let mine = EDITION.replace("犬が", "イヌが");
    assert_eq!(server.save(EDITION, &mine).status, 200);
    assert_eq!(folder.get("真/周刊.md"), mine);
    assert!(std::fs::symlink_metadata(folder.file("docs/ja/周刊.md")).expect("it is there").is_symlink());
}

#[cfg(unix)]
#[test]
fn a_file_that_became_a_link_while_it_was_served_is_written_where_it_leads() {
    let folder = folder();
    let server = Server::start(&folder);
    folder.put("真/周刊.md", EDITION);
    std::fs::remove_file(folder.file("docs/ja/周刊.md")).expect("it is there");
    std::os::unix::fs::symlink(folder.file("真/周刊.md"), folder.file("docs/ja/周刊.md")).expect("a link");
    let mine = EDITION.replace("犬が", "イヌが");
    assert_eq!(server.save(EDITION, &mine).status, 200);
    assert_eq!(folder.get("真/周刊.md"), mine);
    assert!(std::fs::symlink_metadata(folder.file("docs/ja/周刊.md")).expect("it is there").is_symlink());
}

#[test]
fn what_cannot_be_served_is_said() {
    let folder = folder();
    let ran = folder.run(&["review", "--serve", "docs/周刊.md", "-"]).exits(2);
    assert!(ran.err.contains("--serve needs two files"), "{}", ran.err);
    let ran = folder.run(&["review", "--serve", "docs/周刊.md", "docs/ja/鳥.md"]).exits(2);
    assert!(ran.err.contains("docs/ja/鳥.md"), "{}", ran.err);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let ran =
        folder.run(&["review", "--serve", "--port", &port, "--no-memory", "docs/周刊.md", "docs/ja/周刊.md"]).exits(2);
    assert!(ran.err.contains(&port) && ran.err.contains("without --port"), "{}", ran.err);
}
