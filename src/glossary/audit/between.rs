//! What entries have against each other.

use std::collections::HashMap;

use super::super::fold::fold;
use super::super::read::key;
use super::entries::{Entry, Placed};
use super::{Flaw, Remark};

/// Duplicates, and forms that are forbidden here and right there.
pub(super) fn check(entries: &[Entry], remarks: &mut Vec<Remark>) {
    let mut firsts: HashMap<String, &Placed> = HashMap::new();
    let mut spellings: HashMap<String, &Placed> = HashMap::new();
    for entry in entries {
        let Some(source) = entry.name() else { continue };
        let spelling = spellings.get(&fold(&source.text)).copied();
        match firsts.get(&key(&source.text, entry.case)) {
            Some(first) => {
                let message = format!("the term `{}` is there already", source.text);
                remarks.push(Remark::new(Flaw::Duplicate, source.span, message).with_other(first.span));
            }
            None => {
                firsts.insert(key(&source.text, entry.case), source);
                if let Some(other) = spelling {
                    let message = format!(
                        "`{}` and `{}` are looked up as one term: they differ in capitals or traditional characters alone",
                        source.text, other.text
                    );
                    remarks.push(Remark::new(Flaw::DuplicateSpelling, source.span, message).with_other(other.span));
                }
            }
        }
        spellings.entry(fold(&source.text)).or_insert(source);
    }
    forbidden_elsewhere(entries, remarks);
}

fn forbidden_elsewhere(entries: &[Entry], remarks: &mut Vec<Remark>) {
    let mut right: HashMap<&str, Vec<(&Entry, &Placed)>> = HashMap::new();
    for entry in entries {
        for form in entry.right() {
            right.entry(&form.text).or_default().push((entry, form));
        }
    }
    for entry in entries {
        let Some(source) = entry.name() else { continue };
        for form in &entry.forbidden {
            let others = right.get(form.text.as_str()).into_iter().flatten();
            let other = others.filter(|(other, _)| !std::ptr::eq(*other, entry)).find_map(|(other, placed)| {
                let name = other.name()?;
                (name.text != source.text).then_some((name, placed))
            });
            if let Some((name, placed)) = other {
                let message = format!(
                    "`{}` is forbidden for `{}`, and right for `{}`: where a text has both, it is not reported",
                    form.text, source.text, name.text
                );
                remarks.push(Remark::new(Flaw::ForbiddenElsewhere, form.span, message).with_other(placed.span));
            }
        }
    }
}
