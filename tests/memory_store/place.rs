//! Whatever stands at the index's place, and whatever happens to a process: nothing of a person's is
//! lost, and an issue is translated or it is said why not.

use std::fs;
#[cfg(unix)]
use std::path::Path;
#[cfg(unix)]
use std::process::Command;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::support::translator::{Folder, Ran};
use super::{INDEX, all, index, is_known, pairs, translated};

/// It is refused, with the file's name and what to do, and left as it is; without it, it goes on.
#[track_caller]
fn is_refused(folder: &Folder, said: &str) {
    let before = fs::read(index(folder)).expect("a file");
    let ran = translated(folder, &[]).exits(2);
    assert!(ran.err.contains(&format!("the memory {INDEX} cannot be used: {said}")), "{}", ran.err);
    assert!(ran.err.contains("hint: ") && ran.err.contains("--no-memory"), "{}", ran.err);
    assert!(!folder.has("out.md"));
    for args in [&["memory", "stats"][..], &["memory", "learn"], &["memory", "search", "猫"]] {
        let ran = folder.run(args).exits(2);
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    assert_eq!(fs::read(index(folder)).expect("a file"), before);
    translated(folder, &["--no-memory"]).exits(1);
    assert!(folder.has("out.md"));
}

/// It is said that the memory is made for this run alone, and why; and it is.
#[track_caller]
fn is_made_for_the_run(folder: &Folder, why: &str) {
    let ran = is_known(folder, translated(folder, &[]));
    let said = format!("the memory {INDEX} is made for this run alone: ");
    assert!(ran.err.contains(&said) && ran.err.contains(why), "{}", ran.err);
    folder.run(&["memory", "stats"]).exits(0);
    // Learning is keeping: where nothing is kept, it could not be done.
    let ran = folder.run(&["memory", "learn"]).exits(2);
    assert!(ran.err.contains(why), "{}", ran.err);
}

#[test]
fn what_is_no_index_is_refused_and_left_alone() {
    let folder = pairs(1, 2);
    folder.put(INDEX, "一个文件，不是数据库。".repeat(300));
    is_refused(&folder, "it is no memory of nekoyaku");

    let folder = pairs(1, 2);
    folder.put(INDEX, "");
    fs::remove_file(index(&folder)).expect("a file");
    Connection::open(index(&folder)).expect("a database").execute_batch("CREATE TABLE unit (a)").expect("a table");
    is_refused(&folder, "it is no memory of nekoyaku");

    let folder = pairs(1, 2);
    is_known(&folder, translated(&folder, &[]));
    fs::remove_file(folder.file("out.md")).expect("a file");
    Connection::open(index(&folder)).expect("a database").pragma_update(None, "user_version", 99).expect("a number");
    is_refused(&folder, "it has the form 99, and this version of nekoyaku knows no later one than 2");

    let folder = pairs(1, 2);
    is_known(&folder, translated(&folder, &[]));
    fs::remove_file(folder.file("out.md")).expect("a file");
    let bytes = fs::read(index(&folder)).expect("a file");
    folder.put(INDEX, &bytes[..bytes.len() / 2]);
    is_refused(&folder, "it is damaged: ");
    fs::remove_file(index(&folder)).expect("a file");
    is_known(&folder, translated(&folder, &[]));
}

#[test]
fn an_index_of_an_earlier_version_is_made_anew() {
    let folder = pairs(2, 3);
    folder.run(&["memory", "learn"]).exits(0);
    let wanted = all(&index(&folder));
    assert_eq!(wanted.len(), 8);
    let db = Connection::open(index(&folder)).expect("a database");
    db.execute_batch("PRAGMA user_version = 1; DROP TABLE unit; CREATE TABLE unit (old)").expect("a table");
    drop(db);
    folder.run(&["memory", "learn"]).exits(0);
    assert_eq!(all(&index(&folder)), wanted);
}

#[test]
fn a_folder_or_a_link_at_its_place_is_left_alone() {
    let folder = pairs(1, 2);
    fs::create_dir_all(index(&folder)).expect("a folder");
    is_made_for_the_run(&folder, "it is a folder or a device, and no file");
    assert!(index(&folder).is_dir());
}

#[cfg(unix)]
#[test]
fn a_link_at_its_place_leads_to_nothing_that_is_written() {
    for there in [false, true] {
        let folder = pairs(1, 2);
        folder.put("docs/ja/.nekoyaku/.gitignore", "*\n");
        if there {
            Connection::open(folder.file("theirs.sqlite"))
                .expect("a database")
                .execute_batch("VACUUM")
                .expect("a file");
        }
        std::os::unix::fs::symlink(folder.file("theirs.sqlite"), index(&folder)).expect("a link");
        let before = fs::read(folder.file("theirs.sqlite")).ok();
        is_made_for_the_run(&folder, "leads somewhere else");
        assert_eq!(fs::read(folder.file("theirs.sqlite")).ok(), before);
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_at_its_place_is_not_waited_for() {
    let folder = pairs(1, 2);
    folder.put("docs/ja/.nekoyaku/.gitignore", "*\n");
    let made = Command::new("mkfifo").arg(index(&folder)).status().expect("mkfifo runs");
    assert!(made.success());
    is_made_for_the_run(&folder, "it is a folder or a device, and no file");
}

#[test]
fn another_process_that_does_not_let_go_is_waited_for_and_then_done_without() {
    let folder = pairs(2, 2);
    folder.run(&["memory", "learn"]).exits(0);
    let db = Connection::open(index(&folder)).expect("a database");
    db.execute_batch("BEGIN EXCLUSIVE").expect("a lock");
    let start = Instant::now();
    let ran = is_known(&folder, translated(&folder, &[]));
    assert!(ran.err.contains("another process is using it, and did not let go of it"), "{}", ran.err);
    assert!(start.elapsed() > Duration::from_secs(2));
    db.execute_batch("ROLLBACK").expect("no lock");
    // One that only reads, and one that is about to write, are in nobody's way.
    db.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let ran = is_known(&folder, translated(&folder, &[]));
    assert!(!ran.err.contains("another process"), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_written_is_made_for_the_run() {
    use std::os::unix::fs::PermissionsExt;
    let folder = pairs(2, 2);
    folder.put("docs/ja/.nekoyaku/.gitignore", "*\n");
    let own = folder.file("docs/ja/.nekoyaku");
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
    mode(&own, 0o555);
    if fs::write(own.join("x"), "").is_ok() {
        // To root, nothing is read-only.
        return;
    }
    is_made_for_the_run(&folder, "unable to open database file");
    mode(&own, 0o755);
    folder.run(&["memory", "learn"]).exits(0);
    mode(&index(&folder), 0o444);
    mode(&own, 0o555);
    // Nothing is new: it is read as it is, and nothing is said.
    let ran = is_known(&folder, translated(&folder, &[]));
    assert!(!ran.err.contains("this run alone"), "{}", ran.err);
    folder.put("docs/ja/2024-01-01-weekly.md", "こんにちは、猫のための週刊です。毎週金曜日にお届けします。\n");
    is_made_for_the_run(&folder, "readonly database");
    mode(&own, 0o755);
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_the_memory_is_made_for_the_run() {
    let folder = pairs(4, 20);
    let limited = |args: &[&str]| {
        let mut command = folder.nekoyaku();
        let program = command.get_program().to_owned();
        let envs: Vec<_> =
            command.get_envs().map(|(name, value)| (name.to_owned(), value.map(ToOwned::to_owned))).collect();
        command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; ulimit -f 24; exec \"$0\" \"$@\""]).arg(program).args(args);
        for (name, value) in envs {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        Ran::of(command.current_dir(folder.path()).output().expect("sh runs"))
    };
    let args = ["translate", "--offline", super::NEW, "-o", "out.md", "--no-diff", "--no-note"];
    let ran = is_known(&folder, limited(&args));
    assert!(ran.err.contains("is made for this run alone: "), "{}", ran.err);
    let ran = limited(&["memory", "learn"]).exits(2);
    assert!(ran.err.contains(INDEX), "{}", ran.err);
    // There is room again: nothing of the half that was written is left.
    folder.run(&["memory", "learn"]).exits(0);
    assert_eq!(all(&index(&folder)).len(), 4 * 21);
}

#[test]
fn no_folder_for_it_is_said() {
    let folder = pairs(1, 2);
    let ran = folder.run(&["memory", "stats", "--memory", "nowhere/memory.sqlite"]).exits(0);
    assert!(ran.err.contains("nowhere/memory.sqlite is made for this run alone: "), "{}", ran.err);
}

#[test]
fn what_another_process_left_beside_it_does_no_harm() {
    for left in [&b""[..], &b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"[..], &[0xff; 5000]] {
        let folder = pairs(2, 2);
        folder.run(&["memory", "learn"]).exits(0);
        let wanted = all(&index(&folder));
        folder.put(&format!("{INDEX}-journal"), left);
        is_known(&folder, translated(&folder, &[]));
        assert_eq!(all(&index(&folder)), wanted);
    }
}

#[test]
fn an_index_that_is_deleted_is_made_again() {
    let folder = pairs(2, 2);
    folder.run(&["memory", "learn"]).exits(0);
    let wanted = all(&index(&folder));
    let memory = nekoyaku::memory::Memory::open(&index(&folder)).expect("a memory");
    // Where a file that is open can be deleted at all.
    if fs::remove_file(index(&folder)).is_ok() {
        assert_eq!(memory.similar("第 1 只猫爬上了一号屋顶。", &[], 0.5, 1).expect("a memory").len(), 1);
    }
    folder.run(&["memory", "learn"]).exits(0);
    assert_eq!(all(&index(&folder)), wanted);
}

fn learning(folder: &Folder) -> Child {
    let mut command = folder.nekoyaku();
    command.args(["memory", "learn"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the program runs")
}

#[test]
fn eight_at_once_learn_what_one_learns() {
    let (folder, alone) = (pairs(24, 20), pairs(24, 20));
    let children: Vec<Child> = (0..8).map(|_| learning(&folder)).collect();
    for child in children {
        let ran = Ran::of(child.wait_with_output().expect("it ends")).exits(0);
        assert!(ran.out.contains(&format!("{INDEX}: {} translations", 24 * 21)), "{}", ran.out);
    }
    alone.run(&["memory", "learn"]).exits(0);
    assert_eq!(all(&index(&folder)), all(&index(&alone)));
}

#[test]
fn killed_at_any_instant_the_next_one_learns_the_rest() {
    let kills: u32 = std::env::var("NEKOYAKU_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(8);
    let (folder, alone) = (pairs(30, 100), pairs(30, 100));
    let start = Instant::now();
    alone.run(&["memory", "learn"]).exits(0);
    let whole = start.elapsed();
    let wanted = all(&index(&alone));
    assert_eq!(wanted.len(), 30 * 101);
    let mut killed = 0;
    for kill in 0..kills {
        // Each starts from nothing, and each third one from what the one before left.
        if kill % 3 != 0 {
            let _ = fs::remove_dir_all(folder.file("docs/ja/.nekoyaku"));
        }
        let mut child = learning(&folder);
        std::thread::sleep(whole.mul_f64(fastrand::f64()));
        killed += u32::from(child.try_wait().expect("a child").is_none());
        child.kill().expect("a child to kill");
        child.wait().expect("it ends");
        if kill % 4 == 0 {
            is_known(&folder, translated(&folder, &[]));
        }
        folder.run(&["memory", "learn"]).exits(0);
        assert_eq!(all(&index(&folder)), wanted, "killed after a part of {whole:?}");
    }
    assert!(killed * 3 >= kills, "{killed} of {kills} were killed before their end");
}
