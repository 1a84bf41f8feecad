//! Pictures that stand beside the texts, as a browser asks for them.

use std::fs;
use std::path::{Path, PathBuf};

/// The kinds of pictures that are given out, and what they are called.
const KINDS: [(&str, &str); 7] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("avif", "image/avif"),
    // It may have a script in it, which the policy that all answers carry lets no browser run.
    ("svg", "image/svg+xml"),
];

/// Larger ones are not given out, in bytes.
const LARGEST: u64 = 32 << 20;

/// Where pictures may be, and from where their paths are told.
pub(super) struct Pictures {
    root: PathBuf,
    folders: [PathBuf; 2],
}

impl Pictures {
    /// Those in the folders of two files, which are there.
    pub(super) fn new(source: &Path, edition: &Path) -> Self {
        let folder = |path: &Path| path.parent().map_or_else(|| PathBuf::from("/"), Path::to_owned);
        let folders = [folder(source), folder(edition)];
        let is_above = |above: &&Path| folders[0].starts_with(above);
        let root = folders[1].ancestors().find(is_above).unwrap_or(&folders[1]).to_owned();
        Self { root, folders }
    }

    /// The path of a file from the top of both folders, with `/` between its parts.
    pub(super) fn path_of(&self, file: &Path) -> String {
        let below = file.strip_prefix(&self.root).unwrap_or(file);
        below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
    }

    /// The bytes of a picture and what kind they are of; nothing where there is none to give out.
    pub(super) fn get(&self, path: &str) -> Option<(Vec<u8>, &'static str)> {
        // Links are followed first, so that what is looked at is what is read.
        let path = fs::canonicalize(self.root.join(path)).ok()?;
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        let (_, kind) = KINDS.iter().find(|(known, _)| *known == extension)?;
        let is_inside = self.folders.iter().any(|folder| path.starts_with(folder));
        let is_picture = fs::metadata(&path).is_ok_and(|about| about.is_file() && about.len() <= LARGEST);
        if is_inside && is_picture { Some((fs::read(&path).ok()?, kind)) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_come_from_the_two_folders_only_and_nothing_else_comes() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = fs::canonicalize(folder.path()).expect("it is there");
        for name in [
            "a/docs/ja/猫.md",
            "a/docs/猫.md",
            "a/docs/images/猫.PNG",
            "a/docs/ja/b.svg",
            "a/secret.png",
            "a/docs/c.txt",
        ] {
            let path = root.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, name).expect("a file");
        }
        let pictures = Pictures::new(&root.join("a/docs/猫.md"), &root.join("a/docs/ja/猫.md"));
        assert_eq!(pictures.path_of(&root.join("a/docs/ja/猫.md")), "ja/猫.md");
        assert_eq!(pictures.get("images/猫.PNG"), Some(("a/docs/images/猫.PNG".into(), "image/png")));
        assert_eq!(pictures.get("ja/b.svg").map(|(_, kind)| kind), Some("image/svg+xml"));
        for path in ["../secret.png", "ja/../../secret.png", "猫.md", "c.txt", "", "nothing.png", "images"] {
            assert_eq!(pictures.get(path), None, "{path}");
        }
        assert_eq!(pictures.get(root.join("a/secret.png").to_str().expect("a path")), None);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(root.join("a/secret.png"), root.join("a/docs/d.png")).expect("a link");
            assert_eq!(pictures.get("d.png"), None);
        }
    }
}
