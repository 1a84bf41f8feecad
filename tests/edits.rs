//! People's work is kept: an edition a person has touched is never overwritten.

mod support;

#[cfg(unix)]
use std::fs;

use support::Server;
use support::translator::{Folder, answer, pseudo};

const ISSUE: &str = "2024-02-17-weekly.md";
const EDITION: &str = "2024-02-17-weekly.ja.md";

#[test]
fn the_machines_own_draft_is_written_over() {
    let folder = Folder::with_sample();
    let server = Server::start(|seen| answer(seen, pseudo));
    folder.run(&["translate", "--offline", ISSUE]).exits(0);
    folder.translate(&server.base_url(), &[ISSUE]).exits(0);
    assert!(folder.get(EDITION).contains('ア'));
    // And back.
    folder.run(&["translate", "--offline", ISSUE]).exits(0);
    assert!(!folder.get(EDITION).contains("アアア"));
}

#[test]
fn an_edited_edition_whose_source_is_the_same_stays_and_nothing_is_paid_for() {
    let folder = Folder::with_sample();
    folder.run(&["translate", "--offline", ISSUE]).exits(0);
    let edited = folder.get(EDITION).replace("ネコ", "猫");
    folder.put(EDITION, &edited);
    let server = Server::start(|seen| answer(seen, pseudo));
    folder.translate(&server.base_url(), &[ISSUE]).exits(0);
    assert_eq!(server.seen().len(), 0);
    folder.run(&["translate", "--offline", ISSUE]).exits(0);
    assert_eq!(folder.get(EDITION), edited);
}

#[test]
fn an_edition_of_a_persons_own_is_refused_before_anything_is_paid_for() {
    let folder = Folder::with_sample();
    folder.put(EDITION, "人の版\n");
    let server = Server::start(|seen| answer(seen, pseudo));
    let ran = folder.translate(&server.base_url(), &[ISSUE]).exits(2);
    assert!(ran.err.contains("a person wrote or changed it") && ran.err.contains("--force"), "{}", ran.err);
    assert_eq!(server.seen().len(), 0);
    let ran = folder.run(&["translate", "--offline", ISSUE]).exits(2);
    assert!(ran.err.contains("a person wrote or changed it"), "{}", ran.err);
    assert_eq!(folder.get(EDITION), "人の版\n");
    assert_eq!(folder.files(), [EDITION, ISSUE]);
}

#[test]
fn force_keeps_a_copy() {
    let folder = Folder::with_sample();
    for (edited, copy) in [("人の版", "2024-02-17-weekly.ja.md.bak"), ("人の次の版", "2024-02-17-weekly.ja.md.bak1")]
    {
        folder.put(EDITION, edited);
        let ran = folder.run(&["translate", "--offline", "--force", ISSUE]).exits(0);
        assert_eq!(folder.get(copy), edited);
        assert!(ran.err.contains(copy), "{}", ran.err);
    }
}

#[test]
fn an_edition_that_would_be_the_same_is_no_reason_to_refuse() {
    let folder = Folder::with_sample();
    folder.put(EDITION, include_str!("../examples/ja/2024-02-17-weekly.md"));
    folder.run(&["translate", "--offline", ISSUE]).exits(0);
}

#[test]
fn a_run_killed_between_draft_and_edition_leaves_no_false_person() {
    let folder = Folder::with_sample();
    folder.run(&["translate", "--offline", ISSUE]).exits(0);
    let first = folder.get(EDITION);
    let server = Server::start(|seen| answer(seen, pseudo));
    folder.translate(&server.base_url(), &[ISSUE]).exits(0);
    // As if the second run had been killed before it wrote the edition.
    folder.put(EDITION, &first);
    folder.translate(&server.base_url(), &[ISSUE]).exits(0);
    assert!(folder.get(EDITION).contains('ア'));
}

#[cfg(unix)]
#[test]
fn a_link_is_written_through_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::with_sample();
    folder.put("elsewhere/edition.md", "");
    fs::set_permissions(folder.file("elsewhere/edition.md"), fs::Permissions::from_mode(0o640)).expect("permissions");
    symlink("elsewhere/edition.md", folder.file(EDITION)).expect("a link");
    folder.run(&["translate", "--offline", "--force", ISSUE]).exits(0);
    assert!(fs::symlink_metadata(folder.file(EDITION)).expect("the link").is_symlink());
    assert!(folder.get("elsewhere/edition.md").contains("ネコ"));
    let mode = fs::metadata(folder.file("elsewhere/edition.md")).expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_what_was_there() {
    let folder = Folder::with_sample();
    let before = folder.files();
    // A file that may not grow is what a full disk looks like to a program.
    let limited = std::process::Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_nekoyaku"))
        .args(["translate", "--offline", ISSUE])
        .current_dir(folder.path())
        .output()
        .expect("sh runs");
    let err = String::from_utf8_lossy(&limited.stderr).into_owned();
    assert_eq!(limited.status.code(), Some(2), "{err}");
    assert!(err.contains("2024-02-17-weekly.ja.md cannot be written"), "{err}");
    assert_eq!(folder.files(), before);
}
