//! From text to a syntax tree with spans kept, and back.

pub mod ast;
mod expression;
mod lexer;
mod literal;
mod operator_parts;
mod parser;
mod pattern;
mod print;
mod print_literal;
mod statement;
mod strings;
mod tabular;

pub use parser::{Options, Parser};
pub use print::{Printer, operator_word};

use crate::diagnostic::Result;

/// Reads a whole query text; the first mistake ends it.
pub fn parse(text: &str) -> Result<ast::Query> {
    parse_with(text, Options::default())
}

/// As `parse`, with options (a query that begins with an operator, another depth).
pub fn parse_with(text: &str, options: Options) -> Result<ast::Query> {
    Parser::new(text, options).query()
}

/// A query as KQL text that parses to the same tree.
pub fn print(query: &ast::Query) -> String {
    let mut printer = Printer::default();
    printer.query(query);
    printer.text
}

/// Where each name stands last in a text: a word, or a string that could name something.
pub fn last_mentions(text: &str) -> std::collections::HashMap<String, u32> {
    let tokens = lexer::tokens(text).into_iter();
    let named = tokens.filter_map(|token| match token.kind {
        lexer::Tok::Word => text.get(token.span.range()).map(|word| (word.to_owned(), token.span.start)),
        lexer::Tok::String(name) => Some((name, token.span.start)),
        _ => None,
    });
    named.collect()
}

/// A function as `.create function` stores it: `(a:long) { body }`.
pub fn parse_function(text: &str) -> Result<ast::Expr> {
    Parser::new(text, Options::default()).function_text()
}
