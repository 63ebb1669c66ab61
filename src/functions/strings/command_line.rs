//! parse_command_line(): the arguments of a command, as Windows programs see them.

use crate::plan::{Function, Kernel};
use crate::value::{Json, Value};

pub static PARSE_COMMAND_LINE: Function = Function {
    name: "parse_command_line",
    category: "String functions",
    signatures: &["(command:scalar, parser:string) -> dynamic"],
    summary: "An array of the arguments of a command line; the parser can only be \"windows\".",
    kernel: Kernel::Prepare(|_, known| {
        if known.constant_str(1).is_some_and(|parser| !parser.eq_ignore_ascii_case("windows")) {
            return Err("the parser can only be \"windows\"".to_owned());
        }
        Ok(Box::new(|arguments| {
            let parsed = split(&arguments[0].to_text());
            if parsed.is_empty() { Value::Null } else { Json::Array(parsed.into_iter().map(Json::String).collect()).into_dynamic() }
        }))
    }),
    examples: &[(r#"parse_command_line('echo "hello world!" print', 'windows')"#, r#"["echo","hello world!","print"]"#)],
    ..Function::NEW
};

/// The rules of the Microsoft C runtime: backslashes mean something before a quote only, `""` inside quotes is a quote.
fn split(line: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    let mut chars = line.trim().chars().peekable();
    while chars.peek().is_some() {
        let mut argument = String::new();
        let mut quoted = false;
        while let Some(c) = chars.next() {
            match c {
                '\\' => {
                    let mut count = 1;
                    while chars.next_if_eq(&'\\').is_some() {
                        count += 1;
                    }
                    if chars.peek() == Some(&'"') {
                        argument.extend(std::iter::repeat_n('\\', count / 2));
                        if count % 2 == 1 {
                            chars.next();
                            argument.push('"');
                        }
                    } else {
                        argument.extend(std::iter::repeat_n('\\', count));
                    }
                }
                '"' if quoted && chars.peek() == Some(&'"') => {
                    chars.next();
                    argument.push('"');
                }
                '"' => quoted = !quoted,
                c if c.is_whitespace() && !quoted => break,
                other => argument.push(other),
            }
        }
        arguments.push(argument);
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
    }
    arguments
}
