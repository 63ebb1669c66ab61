//! name_value(): looks a property up by name in an array of names and values, as audit records have them.

use memchr::{memchr, memmem};

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
    key: PathStep,
    values: [PathStep; 2],
}

impl Sought {
    /// By the arguments after the array.
    fn of<'v>(argument: impl Fn(usize) -> Option<&'v Value<'v>>) -> Sought {
        let text = |index: usize, default: &'static str| argument(index).and_then(Value::as_str).unwrap_or(default).to_owned();
        let name = text(1, "");
        let letters = is_words(&name).then(|| memmem::Finder::new(&name).into_owned());
        let values = [PathStep::Key(text(3, "Value")), PathStep::Key("NewValue".to_owned())];
        Sought { name, letters, key: PathStep::Key(text(2, "Name")), values }
    }

    fn value(&self, array: &Dynamic<'_>) -> Option<String> {
        let text = array.text();
        let letters = self.letters.as_ref().filter(|_| memchr(b'\\', text.as_bytes()).is_none());
        let may_say = |text: &str| letters.is_none_or(|letters| letters.find(text.as_bytes()).is_some());
        if !may_say(text) || !array.is_array() {
            return None;
        }
        let step = |element: &str, step: &PathStep| Dynamic::path_in(element, std::slice::from_ref(step)).to_text().into_owned();
        let mut found = None;
        array.each(|element| {
            let says = element != "null"
                && may_say(element)
                && Dynamic::path_in(element, std::slice::from_ref(&self.key)).to_text() == self.name.as_str();
            if says {
                let given = |value: &&PathStep| !Dynamic::path_in(element, std::slice::from_ref(*value)).is_null();
                found = self.values.iter().find(given).map(|value| step(element, value));
            }
            !says
        });
        found
    }
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
        let names = ["UserAgent", "User agent", "5", "True", "Infinity", "a", "", "{\"a\":1}", "é", "[", "2024-01-01T00:00:00.0000000Z"];
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
                        let slow = Sought { letters: None, ..Sought::of(|index| (index == 1).then_some(&name)) };
                        assert_eq!(sought.value(&array), slow.value(&array), "{name:?} in {}", array.text());
                        found += usize::from(slow.value(&array).is_some());
                    }
                }
            }
        }
        assert!(found > 500, "{found}");
    }
}
