//! The keys that were asked for, and how models write them.

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keys<'k>(pub(super) &'k [String]);

impl<'k> Keys<'k> {
    /// The key that is meant by `name`: `B0`, `b 0`, `[b0]` are `b0`.
    pub(super) fn asked(&self, name: &str) -> Option<&'k str> {
        let name = plain(name)?;
        self.0.iter().map(String::as_str).find(|key| *key == name)
    }

    /// The key, where it is the only one.
    pub(super) fn only(&self) -> Option<&'k str> {
        match self.0 {
            [key] => Some(key),
            _ => None,
        }
    }

    /// Whether `name` is a key that was asked for in another request.
    pub(super) fn is_of_another(&self, name: &str) -> bool {
        let is_key = |name: &String| name[1..].bytes().all(|byte| byte.is_ascii_digit()) && name.len() > 1;
        plain(name).filter(is_key).is_some_and(|name| !self.0.contains(&name))
    }
}

/// Without what is around it, if it may be a key.
fn plain(name: &str) -> Option<String> {
    // Four digits are more segments than an issue has.
    const LONGEST: usize = 24;
    if name.len() > LONGEST {
        return None;
    }
    let kept = name.chars().filter(|c| !c.is_whitespace() && !matches!(c, '[' | ']' | '<' | '>' | '=' | '*' | ':'));
    let name: String = kept.map(|c| c.to_ascii_lowercase()).collect();
    name.starts_with('b').then_some(name)
}
