//! trim(), trim_start(), trim_end(): cut what fits a regular expression off a text's ends.

use regex::Regex;

use super::part::part_of;
use crate::functions::regex_dialect;
use crate::plan::{Arguments, Function, Kernel, RowFunction};

pub static TRIM: Function = Function {
    name: "trim",
    category: "String functions",
    signatures: &["(regex:string, source:string) -> string"],
    summary: "The text without leading and trailing matches of a regular expression.",
    kernel: Kernel::Prepare(|_, known| prepare(known, true, true)),
    examples: &[
        (r#"trim("--", "--https://bing.com--")"#, "https://bing.com"),
        (r"trim(@'[^\w]+', '  Te st1  // ')", "Te st1"),
        ("trim('x', 'xxax')", "xa"),
    ],
    ..Function::NEW
};

pub static TRIM_START: Function = Function {
    name: "trim_start",
    category: "String functions",
    signatures: &["(regex:string, source:string) -> string"],
    summary: "The text without leading matches of a regular expression.",
    kernel: Kernel::Prepare(|_, known| prepare(known, true, false)),
    examples: &[(r"trim_start('https://', 'https://bing.com')", "bing.com")],
    ..Function::NEW
};

pub static TRIM_END: Function = Function {
    name: "trim_end",
    category: "String functions",
    signatures: &["(regex:string, source:string) -> string"],
    summary: "The text without trailing matches of a regular expression.",
    kernel: Kernel::Prepare(|_, known| prepare(known, false, true)),
    examples: &[(r"trim_end('\\.com', 'bing.com')", "bing")],
    ..Function::NEW
};

fn prepare(known: &Arguments, start: bool, end: bool) -> Result<RowFunction, String> {
    let compiled = known.constant_str(0).map(Ends::new).transpose()?;
    Ok(Box::new(move |arguments| {
        let own;
        let ends = match &compiled {
            Some(ends) => ends,
            None => match Ends::new(arguments[0].as_str().unwrap_or("")) {
                Ok(ends) => {
                    own = ends;
                    &own
                }
                Err(_) => return arguments[1].clone(),
            },
        };
        part_of(&arguments[1], |text| ends.trim(text, start, end))
    }))
}

struct Ends {
    start: Regex,
    end: Regex,
}

impl Ends {
    fn new(pattern: &str) -> Result<Ends, String> {
        Ok(Ends { start: regex_dialect::compile(&format!("^(?:{pattern})"))?, end: regex_dialect::compile(&format!("(?:{pattern})$"))? })
    }

    /// Without the match at the wanted ends. One match each: a pattern that is meant to repeat says so.
    fn trim<'t>(&self, mut text: &'t str, start: bool, end: bool) -> &'t str {
        if start && let Some(found) = self.start.find(text) {
            text = &text[found.end()..];
        }
        if end && let Some(found) = self.end.find(text) {
            text = &text[..found.start()];
        }
        text
    }
}
