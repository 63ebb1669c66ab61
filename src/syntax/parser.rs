//! The parser's cursor over tokens: looking, taking, expecting, and errors that say what was expected.

use std::sync::Arc;

use super::ast::Ident;
use super::lexer::{self, Tok, Token};
use crate::diagnostic::{Code, Diagnostic, Result, Span};

/// How to read a query.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// A query may begin with an operator (`where x == 1 | count`): its pipe then has no source.
    pub headless: bool,
    /// How deep parentheses, calls and sub-queries may nest.
    pub depth: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { headless: false, depth: 200 }
    }
}

/// Reads tokens into a syntax tree. Operators in `operators/` build on its methods.
pub struct Parser {
    pub(super) text: Arc<str>,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    pub(super) options: Options,
    /// Whether names may hold `*` here (`union Device*`).
    pub(super) wildcards: bool,
}

/// Words that cannot name a column without brackets.
pub(super) const NOT_NAMES: &[&str] = &["asc", "desc", "first", "last", "has", "true", "false"];

/// Operators that are words and stand between two operands, for "did you mean".
const OPERATOR_WORDS: [&str; 16] = [
    "and",
    "or",
    "in",
    "has",
    "has_any",
    "has_all",
    "hasprefix",
    "hassuffix",
    "contains",
    "contains_cs",
    "startswith",
    "startswith_cs",
    "endswith",
    "endswith_cs",
    "between",
    "matches",
];

impl Parser {
    pub fn new(text: &str, options: Options) -> Parser {
        Parser { text: text.into(), tokens: lexer::tokens(text), at: 0, depth: 0, options, wildcards: false }
    }

    pub(super) fn token(&self, ahead: usize) -> &Token {
        const END: &Token = &Token { kind: Tok::End, span: Span { start: 0, end: 0 } };
        self.tokens.get((self.at + ahead).min(self.tokens.len().saturating_sub(1))).unwrap_or(END)
    }

    pub(super) fn peek(&self) -> &Tok {
        &self.token(0).kind
    }

    pub(super) fn peek_at(&self, ahead: usize) -> &Tok {
        &self.token(ahead).kind
    }

    /// The span of the next token.
    pub fn span(&self) -> Span {
        self.token(0).span
    }

    /// From the start of `from` to the end of the last token taken.
    pub fn span_from(&self, from: Span) -> Span {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(from, |t| t.span);
        from.to(Span { start: from.start, end: last.end.max(from.start) })
    }

    pub(super) fn mark(&self) -> usize {
        self.at
    }

    pub(super) fn reset(&mut self, mark: usize) {
        self.at = mark;
    }

    pub(super) fn advance(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len().saturating_sub(1));
    }

    /// Moves on to the first token that starts at or after a place in the text.
    pub(super) fn skip_to(&mut self, offset: usize) {
        self.at = self.tokens.partition_point(|t| (t.span.start as usize) < offset).min(self.tokens.len().saturating_sub(1));
    }

    /// Whether the token before this one reaches beyond a place in the text.
    pub(super) fn last_reaches_beyond(&self, offset: usize) -> bool {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).is_some_and(|token| token.span.end as usize > offset)
    }

    /// The text of the token `ahead` if it is a word, otherwise nothing.
    pub(super) fn word_at(&self, ahead: usize) -> &str {
        let token = self.token(ahead);
        if token.kind == Tok::Word { self.text.get(token.span.range()).unwrap_or("") } else { "" }
    }

    pub fn word(&self) -> &str {
        self.word_at(0)
    }

    pub fn at_word(&self, word: &str) -> bool {
        self.word() == word
    }

    pub fn at(&self, punct: &str) -> bool {
        self.at_ahead(0, punct)
    }

    pub(super) fn at_ahead(&self, ahead: usize, punct: &str) -> bool {
        matches!(self.token(ahead).kind, Tok::Punct(p) if p == punct)
    }

    /// Whether the token `ahead` follows the one before it without space.
    pub(super) fn joined(&self, ahead: usize) -> bool {
        match (self.at + ahead).checked_sub(1).and_then(|at| self.tokens.get(at)) {
            Some(before) => before.span.end == self.token(ahead).span.start,
            None => false,
        }
    }

    pub fn at_end(&self) -> bool {
        *self.peek() == Tok::End
    }

    pub fn eat(&mut self, punct: &str) -> bool {
        let found = self.at(punct);
        if found {
            self.advance();
        }
        found
    }

    pub fn eat_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        if found {
            self.advance();
        }
        found
    }

    pub fn expect(&mut self, punct: &str) -> Result<()> {
        if self.eat(punct) { Ok(()) } else { Err(self.expected(&format!("`{punct}`"))) }
    }

    pub fn expect_word(&mut self, word: &str) -> Result<()> {
        if self.eat_word(word) { Ok(()) } else { Err(self.expected(&format!("`{word}`"))) }
    }

    /// Items separated by commas, at least one.
    pub fn list<T>(&mut self, mut item: impl FnMut(&mut Parser) -> Result<T>) -> Result<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.eat(",") {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// Items separated by commas up to a closing token; none and a comma at the end are fine.
    pub fn list_until<T>(&mut self, close: &str, mut item: impl FnMut(&mut Parser) -> Result<T>) -> Result<Vec<T>> {
        let mut items = Vec::new();
        while !self.at(close) {
            items.push(item(self)?);
            if !self.eat(",") {
                break;
            }
        }
        self.expect(close)?;
        Ok(items)
    }

    /// Runs a part that nests, within the depth limit.
    pub(super) fn nested<T>(&mut self, part: impl FnOnce(&mut Parser) -> Result<T>) -> Result<T> {
        if self.depth >= self.options.depth {
            let message = format!("the query nests deeper than {} levels", self.options.depth);
            return Err(Diagnostic::error(Code::TOO_DEEP, self.span(), message).help("name inner parts with `let`, or give --max-depth"));
        }
        self.depth += 1;
        let result = part(self);
        self.depth -= 1;
        result
    }

    /// A name: a word (keywords too), or any text in `['…']`, or `{braced}`.
    pub fn ident(&mut self) -> Result<Ident> {
        let start = self.span();
        if let Some((name, tokens)) = self.name_ahead(0) {
            (0..tokens).for_each(|_| self.advance());
            return Ok(Ident { name, span: self.span_from(start) });
        }
        Err(self.expected("a name"))
    }

    /// A name that is being given to a column: words of the language must stand in brackets for that.
    pub fn declared(&mut self) -> Result<Ident> {
        if *self.peek() == Tok::Word && NOT_NAMES.contains(&self.word()) {
            let word = self.word().to_owned();
            return Err(self.expected("a name").help(format!("`{word}` has a meaning of its own: write `['{word}']`")));
        }
        self.ident()
    }

    /// The name that begins `ahead`, and the number of its tokens.
    pub(super) fn name_ahead(&self, ahead: usize) -> Option<(String, usize)> {
        match self.peek_at(ahead) {
            Tok::Word if !self.word_at(ahead).starts_with('!') && !self.word_at(ahead).ends_with('~') => {
                Some((self.word_at(ahead).to_string(), 1))
            }
            Tok::TimeSpan(_) => Some((self.text.get(self.token(ahead).span.range())?.to_string(), 1)),
            Tok::Punct("[") => match self.peek_at(ahead + 1) {
                Tok::String(name) if self.at_ahead(ahead + 2, "]") => Some((name.clone(), 3)),
                _ => None,
            },
            Tok::Punct("{") if self.at_ahead(ahead + 2, "}") && *self.peek_at(ahead + 1) == Tok::Word => {
                Some((format!("{{{}}}", self.word_at(ahead + 1)), 3))
            }
            _ => None,
        }
    }

    /// The error of a token that does not fit here.
    pub fn expected(&self, what: &str) -> Box<Diagnostic> {
        let span = self.span();
        if let Tok::Bad(message, help) = self.peek() {
            let code = if message.contains("character") || message.contains("quote is") { Code::SYNTAX } else { Code::LITERAL };
            return Diagnostic::error(code, span, *message).help(*help);
        }
        let found = match self.text.get(span.range()) {
            Some("") | None => "the end of the query".to_string(),
            Some(text) => format!("`{}`", text.chars().take(40).collect::<String>()),
        };
        let error = Diagnostic::error(Code::SYNTAX, span, format!("expected {what}, found {found}"));
        match self.hint() {
            Some(hint) => error.help(hint),
            None if *self.peek() == Tok::Word => error.did_you_mean(self.word(), OPERATOR_WORDS),
            None => error,
        }
    }

    /// What people who write this often mean.
    fn hint(&self) -> Option<&'static str> {
        let before = self.text.get(..self.span().start as usize).unwrap_or_default().trim_end();
        Some(match self.peek() {
            _ if before.to_ascii_lowercase().ends_with(" not") => "write `not(…)`",
            Tok::Punct("=") => "to compare, write `==` (or `=~` for text in any case)",
            Tok::Punct("&") => "write `and`",
            Tok::Punct("|") if self.at_ahead(1, "|") => "write `or`",
            Tok::Punct("!") => "write `not(…)`",
            Tok::Word => match self.word() {
                "AND" | "And" => "write `and` in lower case",
                "OR" | "Or" => "write `or` in lower case",
                "LIKE" | "Like" => "write `contains`, `startswith` or `matches regex`",
                "is" | "IS" => "write `isnull(x)`, `isempty(x)` or `isnotempty(x)`",
                "group" | "GROUP" => "write `summarize … by a, b`",
                "from" | "FROM" => "KQL begins with the table: `Table | project a, b`",
                word if crate::operators::find(word).is_some() => "a `|` is missing before this operator",
                _ => return None,
            },
            _ => return None,
        })
    }
}
