//! trim(), trim_start(), trim_end(): cut what fits a regular expression off a text's ends.

use regex::Regex;

use crate::functions::regex_dialect;
use crate::plan::{Arguments, Function, Kernel, RowFunction};
use crate::value::Value;

pub static TRIM: Function = Function {
    name: "trim",
    category: "String functions",
    signatures: &["(regex:string, source:string) -> string"],
    summary: "The text without leading and trailing matches of a regular expression.",
    kernel: Kernel::Prepare(|_, known| prepare(known, true, true)),
    examples: &[(r#"trim("--", "--https://bing.com--")"#, "https://bing.com"), (r"trim(@'[^\w]+', '  Te st1  // ')", "Te st1")],
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
        let text = arguments[1].as_str().unwrap_or("");
        let own;
        let ends = match &compiled {
            Some(ends) => ends,
            None => match Ends::new(arguments[0].as_str().unwrap_or("")) {
                Ok(ends) => {
                    own = ends;
                    &own
                }
                Err(_) => return Value::string(text.to_owned()),
            },
        };
        Value::string(ends.trim(text, start, end).to_owned())
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

    /// Without matches at the wanted ends, as often as they come.
    fn trim<'t>(&self, mut text: &'t str, start: bool, end: bool) -> &'t str {
        while start && let Some(found) = self.start.find(text).filter(|f| !f.is_empty()) {
            text = &text[found.end()..];
        }
        while end && let Some(found) = self.end.find(text).filter(|f| !f.is_empty()) {
            text = &text[..found.start()];
        }
        text
    }
}
