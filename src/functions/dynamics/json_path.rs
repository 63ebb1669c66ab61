//! The keys of `bag_has_key` and its kin: a plain name, or a JSON path like `$.key2.prop1` and `$['key2']['prop1']`.

use crate::value::Json;

use super::argument::{Members, set_member};

/// The names to walk down. Text that is no path of names is one name.
pub fn names(text: &str) -> Vec<String> {
    text.strip_prefix('$').and_then(steps).unwrap_or_else(|| vec![text.to_owned()])
}

fn steps(mut rest: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    while !rest.is_empty() {
        let (name, after) = match rest.strip_prefix('.') {
            Some(dotted) => dotted.split_at(dotted.find(['.', '[']).unwrap_or(dotted.len())),
            None => quoted(rest.strip_prefix('[')?)?,
        };
        names.push(name.to_owned());
        rest = after;
    }
    (!names.is_empty() && names.iter().all(|name| !name.is_empty())).then_some(names)
}

/// `'name']` and what follows.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let (name, after) = text.get(1..)?.split_once(quote)?;
    Some((name, after.strip_prefix(']')?))
}

/// Whether something stands at the end of the path.
pub fn contains(members: &Members, path: &[String]) -> bool {
    let Some((name, rest)) = path.split_first() else { return false };
    members.iter().rev().find(|(key, _)| key == name).is_some_and(|(_, value)| match value {
        _ if rest.is_empty() => true,
        Json::Object(inner) => contains(inner, rest),
        _ => false,
    })
}

/// Removes what stands at the end of the path.
pub fn remove(members: &mut Members, path: &[String]) {
    match path {
        [] => {}
        [name] => members.retain(|(key, _)| key != name),
        [name, rest @ ..] => {
            for (_, value) in members.iter_mut().filter(|(key, _)| key == name) {
                if let Json::Object(inner) = value {
                    remove(inner, rest);
                }
            }
        }
    }
}

/// Puts a value at the end of the path, making bags on the way.
pub fn set(members: &mut Members, path: &[String], value: Json) {
    match path {
        [] => {}
        [name] => set_member(members, name, value),
        [name, rest @ ..] => {
            let mut inner = match members.iter().rev().find(|(key, _)| key == name) {
                Some((_, Json::Object(inner))) => inner.clone(),
                _ => Vec::new(),
            };
            set(&mut inner, rest, value);
            set_member(members, name, Json::Object(inner));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_and_paths() {
        assert_eq!(names("key"), ["key"]);
        assert_eq!(names("$.a.b"), ["a", "b"]);
        assert_eq!(names("$['a b'].c"), ["a b", "c"]);
        assert_eq!(names("$"), ["$"]);
        assert_eq!(names("$.a["), ["$.a["]);
    }
}
