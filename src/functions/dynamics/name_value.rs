//! name_value(): looks a property up by name in an array of names and values, as audit records have them.

use memchr::{memchr, memchr_iter, memchr2, memchr2_iter, memmem};

use crate::plan::{Function, Kernel, Nulls};
use crate::value::{Dynamic, PathStep, Type, Value, may_show};

pub static NAME_VALUE: Function = Function {
    name: "name_value",
    category: "Dynamic and array functions",
    signatures: &["(array:dynamic, name:string, [key:string], [value:string]) -> string"],
    summary: "The value that an array of `{\"Name\": …, \"Value\": …}` objects gives to a name, as text; `NewValue` where there is no `Value`.",
    nulls: Nulls::Pass,
    kernel: Kernel::Prepare(|_, known| {
        let fixed = known.constants.iter().skip(1).all(Option::is_some);
        let sought = fixed.then(|| Sought::of(|index| known.constants.get(index)?.as_ref()));
        Ok(Box::new(move |arguments| {
            let Some(Value::Dynamic(array)) = arguments.first() else { return Value::string("") };
            let found = match &sought {
                Some(sought) => sought.value(array),
                None => Sought::of(|index| arguments.get(index)).value(array),
            };
            Value::string(found.unwrap_or_default())
        }))
    }),
    examples: &[
        ("name_value(dynamic([{'Name':'OS','Value':'Windows'},{'Name':'BrowserType','Value':'Edge'}]), 'BrowserType')", "Edge"),
        ("name_value(dynamic([{'Name':'Role','NewValue':'Reader'}]), 'Role')", "Reader"),
        ("name_value(dynamic([{'ID':'a@b.example','Type':5}]), '5', 'Type', 'ID')", "a@b.example"),
        ("name_value(dynamic({'Name':'OS'}), 'OS')", ""),
    ],
    differs: "Kusto does not have it.",
    ..Function::NEW
};

/// What is looked up.
struct Sought {
    name: String,
    /// Finds the name in the raw text, where nothing but a string can say it, and without escapes only by its own letters.
    letters: Option<memmem::Finder<'static>>,
    /// How an element mostly begins that says it, up to the text of its value; and where in that the name stands.
    usual: (String, usize),
    key: PathStep,
    values: [PathStep; 2],
    /// There is a slash in what is looked for.
    slash: bool,
}

impl Sought {
    /// By the arguments after the array.
    fn of<'v>(argument: impl Fn(usize) -> Option<&'v Value<'v>>) -> Sought {
        let text = |index: usize, default: &'static str| argument(index).and_then(Value::as_str).unwrap_or(default).to_owned();
        let name = text(1, "");
        let letters = is_words(&name).then(|| memmem::Finder::new(&name).into_owned());
        let (key, value) = (text(2, "Name"), text(3, "Value"));
        let slash = [&name, &key, &value].into_iter().any(|text| text.contains('/'));
        let before = format!("{{\"{key}\":\"");
        let usual = (format!("{before}{name}\",\"{value}\":\""), before.len());
        let values = [PathStep::Key(value), PathStep::Key("NewValue".to_owned())];
        Sought { name, letters, usual, key: PathStep::Key(key), values, slash }
    }

    fn value(&self, array: &Dynamic<'_>) -> Option<String> {
        let text = array.text();
        // Of all escapes that of the slash is in the way of no other character.
        let mut escapes = memchr_iter(b'\\', text.as_bytes()).peekable();
        let bare = escapes.peek().is_none() || !self.slash && escapes.all(|at| text.as_bytes().get(at + 1) == Some(&b'/'));
        let letters = self.letters.as_ref().filter(|_| bare);
        let may_say = |text: &str| letters.is_none_or(|letters| letters.find(text.as_bytes()).is_some());
        if let Some(letters) = letters {
            let first = letters.find(text.as_bytes())?;
            if let Some(found) = first.checked_sub(self.usual.1).and_then(|start| self.usual_value(text, start)) {
                return Some(found);
            }
        }
        if let Some(known) = bare.then(|| self.flat_value(text)).flatten() {
            return known;
        }
        self.element_by_element(array, may_say)
    }

    /// Looks at each element that may say the name.
    fn element_by_element(&self, array: &Dynamic<'_>, may_say: impl Fn(&str) -> bool) -> Option<String> {
        if !array.is_array() {
            return None;
        }
        let mut found = None;
        array.each(|element| {
            let says = element != "null"
                && may_say(element)
                && Dynamic::path_in(element, std::slice::from_ref(&self.key)).to_text() == self.name.as_str();
            if says {
                let given = self.values.iter().map(|value| Dynamic::path_in(element, std::slice::from_ref(value)));
                found = given.into_iter().find(|value| !value.is_null()).map(|value| value.to_text().into_owned());
            }
            !says
        });
        found
    }
}

impl Sought {
    /// The text of the value of the element at `start`, if this begins as most do and all before it are objects without others in them. No
    /// escapes but those of slashes stand in the text, so each quote opens or closes a string.
    fn usual_value(&self, text: &str, start: usize) -> Option<String> {
        let bytes = text.as_bytes();
        let from = start + self.usual.0.len();
        let (before, rest) = (bytes.get(..start)?, text.get(from..)?);
        if !bytes[start..].starts_with(self.usual.0.as_bytes()) || before.first() != Some(&b'[') {
            return None;
        }
        // Where each brace opens or closes an element, the one at `start` opens the next.
        let mut open = false;
        for at in memchr2_iter(b'{', b'}', before) {
            let fits = match bytes[at] {
                b'{' => !open && (at == 1 || bytes[..at].ends_with(b"},")),
                _ => open && bytes[at + 1..].starts_with(b",{"),
            };
            if !fits {
                return None;
            }
            open = !open;
        }
        let next = start == 1 || before.ends_with(b"},");
        if open || !next || memchr2(b'[', b']', &before[1..]).is_some() || memchr_iter(b'"', before).count() % 2 == 1 {
            return None;
        }
        let (value, behind) = rest.split_at(memchr(b'"', rest.as_bytes())?);
        // Another member may say otherwise.
        behind.starts_with("\"}").then(|| value.replace("\\/", "/"))
    }
}

impl Sought {
    /// What an array gives whose elements are objects of texts and whole numbers; `None` where it is another. No escapes but those of
    /// slashes stand in it.
    fn flat_value(&self, text: &str) -> Option<Option<String>> {
        let mut rest = text.strip_prefix('[')?;
        loop {
            rest = rest.strip_prefix('{')?;
            let (mut says, mut values) = (None, [None, None]);
            loop {
                let (name, behind) = quoted(rest)?;
                let (value, behind) = flat(behind.strip_prefix(':')?)?;
                let [first, second] = &mut values;
                let wanted = [(&self.key, &mut says), (&self.values[0], first), (&self.values[1], second)];
                for (_, found) in wanted.into_iter().filter(|(step, _)| matches!(step, PathStep::Key(key) if key == name)) {
                    // Of a name that stands there twice another walk knows which counts.
                    if found.replace(value).is_some() {
                        return None;
                    }
                }
                match behind.as_bytes().first()? {
                    b',' => rest = &behind[1..],
                    b'}' => {
                        rest = &behind[1..];
                        break;
                    }
                    _ => return None,
                }
            }
            if says == Some(self.name.as_str()) {
                return Some(values.into_iter().flatten().next().map(|value| value.replace("\\/", "/")));
            }
            match rest.as_bytes().first()? {
                b',' => rest = &rest[1..],
                b']' if rest.len() == 1 => return Some(None),
                _ => return None,
            }
        }
    }
}

/// A string of JSON without escapes of quotes, and what stands behind it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let content = text.strip_prefix('"')?;
    let end = memchr(b'"', content.as_bytes())?;
    Some((&content[..end], &content[end + 1..]))
}

/// The text of a string, or of a whole number that is shown as it stands there; and what stands behind it.
fn flat(text: &str) -> Option<(&str, &str)> {
    if text.starts_with('"') {
        return quoted(text);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let shown = (1..=18).contains(&digits) && (digits == 1 || !text.starts_with('0'));
    shown.then(|| text.split_at(digits))
}

/// Whether no value but a string can be shown as this text, which its JSON then holds as it is, or with a backslash.
fn is_words(text: &str) -> bool {
    const SCALARS: [Type; 8] = [Type::Bool, Type::Int, Type::Long, Type::Real, Type::Decimal, Type::DateTime, Type::TimeSpan, Type::Guid];
    text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\')
        && !text.starts_with(['{', '['])
        && !SCALARS.iter().any(|ty| may_show(*ty, text, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_letters_leave_out_is_not_there() {
        let names = [
            "UserAgent",
            "User agent",
            "5",
            "True",
            "Infinity",
            "a",
            "",
            "{\"a\":1}",
            "é",
            "[",
            "2024-01-01T00:00:00.0000000Z",
            "a/b",
            "Value",
        ];
        let elements = [
            r#"{"Name":"UserAgent","Value":"curl"}"#,
            r#"{"Name":"User\u0041gent","Value":"escaped"}"#,
            r#"{"Name":"User agent","NewValue":"x","Value":null}"#,
            r#"{"Name":5,"Value":5}"#,
            r#"{"Name":true,"Value":{"a": 1}}"#,
            r#"{"Name":1e999,"Value":"much"}"#,
            r#"{"Name":{"a": 1},"Value":"bag"}"#,
            r#"{"Name":null,"Value":"none"}"#,
            r#"{"Name":"b","Name":"a","Value":1,"Value":2}"#,
            r#"{"Name":"é","Value":"e"}"#,
            r#"{"Name":a,"Value":"broken"}"#,
            "{\"Name\":\u{1}d638396640000000000\u{1},\"Value\":\"time\"}",
            "null",
            "7",
            r#"{"Name":"UserAgent"}"#,
            r#"{"Name":"UserAgent","Value":"Mozilla\/5.0 (x)"}"#,
            r#"{"Name":"User agent","Value":"a\\\"b\/"}"#,
            r#"{"Name":"a","Value":"},{"},{"Name":"UserAgent","Value":"b}"}"#,
            r#"{"Name":"a","Value":[{"Name":"a"},{"Name":"UserAgent","Value":"deep"}]}"#,
            r#"{"a":1}{"Name":"UserAgent","Value":"no comma"}"#,
            r#"},{"Name":"UserAgent","Value":"closed too often"}"#,
            r#"{"Name":"UserAgent","Value":"first","Name":"a"}"#,
            r#"{"Value":"UserAgent","Name":"Value"}"#,
            r#"{"Name":"a\/b","Value":"c\/d"}"#,
            r#"{"Name":5,"NewValue":"five","OldValue":"4"}"#,
            r#"{"Name":"5","Name":"a","Value":"twice"}"#,
            r#"{"Name":"a","Value":05}"#,
            r#"{"Name":"5","Value":123,"Flag":true}"#,
            r#"{"Name":"Value","Value":"","NewValue":"n"}"#,
        ];
        let mut found = 0;
        for from in 0..elements.len() {
            for to in from..elements.len() {
                let text = format!("[{}]", elements[from..=to].join(","));
                for text in [text.clone(), text.replace("\\u0041", "A"), text[1..].to_owned(), text[..text.len() - 3].to_owned()] {
                    let array = Dynamic::from_text(text);
                    for name in names {
                        let name = Value::string(name);
                        let sought = Sought::of(|index| (index == 1).then_some(&name));
                        let slow = Sought::of(|index| (index == 1).then_some(&name)).element_by_element(&array, |_| true);
                        assert_eq!(sought.value(&array), slow, "{name:?} in {}", array.text());
                        found += usize::from(slow.is_some());
                    }
                }
            }
        }
        assert!(found > 500, "{found}");
    }

    #[test]
    fn a_slash_may_be_escaped_in_what_names_the_name() {
        let array = Dynamic::from_text(r#"[{"a\/b":"c","v\/w":"d"}]"#);
        let arguments = ["", "c", "a/b", "v/w"].map(Value::string);
        assert_eq!(Sought::of(|index| arguments.get(index)).value(&array).as_deref(), Some("d"));
    }
}
