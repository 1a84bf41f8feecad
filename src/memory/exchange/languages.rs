//! The two languages, and what other programs call them.

/// The languages of a memory, as BCP 47 has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Languages {
    /// That of the texts.
    pub source: String,
    /// That of their translations.
    pub target: String,
}

impl Default for Languages {
    fn default() -> Self {
        Self { source: "zh-CN".to_owned(), target: "ja".to_owned() }
    }
}

/// How well what a file calls a language is the one that is wanted: 0 is best, none is another one.
///
/// Case does not matter, nor does `_` for `-`. Chinese in the other script is another language: no
/// simplified text is like a traditional one.
pub(super) fn rank(wanted: &str, found: &str) -> Option<u8> {
    let (wanted, found) = (normal(wanted), normal(found));
    if wanted == found {
        return Some(0);
    }
    let primary = |tag: &str| {
        let primary = tag.split('-').next().unwrap_or_default();
        // What ISO 639-2 and habit have instead.
        let primary = match primary {
            "zho" | "chi" | "cmn" => "zh",
            "jpn" | "jp" => "ja",
            other => other,
        };
        primary.to_owned()
    };
    if primary(&wanted) != primary(&found) {
        return None;
    }
    match (script(&wanted), script(&found)) {
        (Some(wanted), Some(found)) => (wanted == found).then_some(1),
        _ if !wanted.contains('-') || !found.contains('-') => Some(2),
        _ => Some(3),
    }
}

fn normal(tag: &str) -> String {
    tag.trim().replace('_', "-").to_ascii_lowercase()
}

/// Whether a kind of Chinese is written in simplified characters.
fn script(tag: &str) -> Option<bool> {
    tag.split('-')
        .skip(1)
        .find_map(|part| match part {
            "hans" | "chs" => Some(true),
            "hant" | "cht" => Some(false),
            _ => None,
        })
        .or_else(|| {
            tag.split('-').skip(1).find_map(|part| match part {
                "cn" | "sg" | "my" => Some(true),
                "tw" | "hk" | "mo" => Some(false),
                _ => None,
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_known_by_all_its_names() {
        for name in ["zh-CN", "ZH-CN", "zh_cn", "zh", "zh-Hans", "zh-Hans-CN", "zh-SG", "zh-CHS", "zho", " zh-cn "] {
            assert!(rank("zh-CN", name).is_some(), "{name}");
        }
        for name in ["ja", "JA", "ja-JP", "JA_jp", "jpn"] {
            assert!(rank("ja", name).is_some(), "{name}");
        }
    }

    #[test]
    fn another_script_is_another_language() {
        for name in ["zh-TW", "zh-Hant", "ZH-HK", "zh-Hant-CN", "ja", "en", "", "z"] {
            assert_eq!(rank("zh-CN", name), None, "{name}");
        }
    }

    #[test]
    fn the_nearest_name_is_best() {
        let ranks = ["zh-cn", "zh-Hans", "zh"].map(|name| rank("zh-CN", name).unwrap());
        assert!(ranks.is_sorted() && ranks[0] < ranks[1] && ranks[1] < ranks[2], "{ranks:?}");
    }
}
