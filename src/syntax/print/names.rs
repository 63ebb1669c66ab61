//! Names and the words of operators, as they are written.

use super::super::ast::{BinaryOp, TextOp};
use super::super::{parser, print_literal};
use super::Printer;

/// Words that are not safe as bare names everywhere.
pub const RESERVED: &[&str] = &[
    "and",
    "or",
    "in",
    "between",
    "matches",
    "by",
    "with",
    "on",
    "to",
    "from",
    "step",
    "of",
    "asc",
    "desc",
    "nulls",
    "where",
    "project",
    "true",
    "false",
    "True",
    "False",
    "TRUE",
    "FALSE",
    "let",
    "set",
    "declare",
    "alias",
    "restrict",
    "view",
    "limit",
    "default",
    "as",
    "kind",
    "entity_group",
    "typeof",
    "id",
    "order",
    "partition",
    "dynamic",
    "datetime",
    "date",
    "time",
    "timespan",
    "guid",
    "select",
    "SELECT",
    "like",
    "notlike",
    "notcontains",
    "containscs",
    "notcontainscs",
    "has",
    "contains",
    "startswith",
    "endswith",
    "hasprefix",
    "hassuffix",
    "has_any",
    "has_all",
    "optional",
    "output",
    "declare",
    "pack",
    "project-smart",
    "like_cs",
    "likecs",
    "has_cs",
    "contains_cs",
    "hasprefix_cs",
    "hassuffix_cs",
    "startswith_cs",
    "endswith_cs",
    "notin",
    "nothas",
];

pub fn is_word(name: &str) -> bool {
    let start = name.strip_prefix('$').unwrap_or(name);
    start.starts_with(|c: char| c.is_alphabetic() || c == '_') && start.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn is_braced(name: &str) -> bool {
    name.strip_prefix('{').and_then(|n| n.strip_suffix('}')).is_some_and(is_word)
}

impl Printer {
    /// A name, in brackets where it needs them.
    pub fn name(&mut self, name: &str) {
        let keyword = RESERVED.contains(&name) || parser::NOT_NAMES.contains(&name) || crate::operators::find(name).is_some();
        if is_word(name) && !keyword || is_braced(name) || name == "$" {
            self.word(name);
        } else {
            self.word(&format!("[{}]", print_literal::quoted(name)));
        }
    }
}

/// The word or sign of an operator, which is also what the table of functions has it under.
pub fn operator_word(op: BinaryOp) -> String {
    let word = match op {
        BinaryOp::Or => "or",
        BinaryOp::And => "and",
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Modulo => "%",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Less => "<",
        BinaryOp::LessEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterEqual => ">=",
        BinaryOp::EqualTilde => "=~",
        BinaryOp::NotEqualTilde => "!~",
        BinaryOp::Colon => ":",
        BinaryOp::MatchesRegex => "matches regex",
        BinaryOp::Like { case_sensitive, negated } => {
            return variant("like", case_sensitive, if negated { "not" } else { "" });
        }
        BinaryOp::Text { op, case_sensitive, negated } => {
            let word = match op {
                TextOp::Has => "has",
                TextOp::HasPrefix => "hasprefix",
                TextOp::HasSuffix => "hassuffix",
                TextOp::Contains => "contains",
                TextOp::StartsWith => "startswith",
                TextOp::EndsWith => "endswith",
            };
            return variant(word, case_sensitive, if negated { "!" } else { "" });
        }
    };
    word.to_string()
}

fn variant(word: &str, case_sensitive: bool, not: &str) -> String {
    format!("{not}{word}{}", if case_sensitive { "_cs" } else { "" })
}
