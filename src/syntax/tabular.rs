//! Pipelines: what may begin one, and the operators behind.

use super::ast::{Expr, ExprKind, Ident, Operator};
use super::lexer::Tok;
use super::parser::Parser;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::operators::{self, Row};

/// Operators that make rows of their own and so may begin a pipeline.
const SOURCES: &[&str] = &[
    "print",
    "range",
    "datatable",
    "union",
    "search",
    "find",
    "externaldata",
    "external_data",
    "evaluate",
    "macro-expand",
    "contextual_datatable",
    "inline_external_table",
];

impl Parser {
    /// An expression with the operators after it; what stands in parentheses and as an argument.
    pub fn pipeline(&mut self) -> Result<Expr> {
        self.nested(|p| {
            let start = p.span();
            let first = match p.source_operator() {
                Some((row, name)) => {
                    let operator = p.operator_rest(row, name)?;
                    Expr { kind: ExprKind::Pipe { source: None, operators: vec![operator] }, span: p.span_from(start) }
                }
                None => p.expression()?,
            };
            // Which data is hot changes no answer.
            if p.at_word("datascope") && p.at_ahead(1, "=") {
                p.parameters(&["datascope"])?;
            }
            p.pipes(first)
        })
    }

    /// The head of a statement: a pipeline, or with the option `headless` any operator.
    pub(super) fn head(&mut self) -> Result<Expr> {
        let headless = self.options.headless;
        let start = self.span();
        if headless && (self.eat("|") || self.head_operator()) {
            let operators = vec![self.operator()?];
            return self.pipes(Expr { kind: ExprKind::Pipe { source: None, operators }, span: self.span_from(start) });
        }
        if self.word().eq_ignore_ascii_case("select") && !self.at_ahead(1, "|") && !self.at_ahead(1, "(") && *self.peek_at(1) != Tok::End {
            let help = "KQL begins with the table: `Table | where a == 1 | project b`";
            return Err(Diagnostic::error(Code::SYNTAX, self.span(), "this is SQL, not KQL").help(help));
        }
        self.pipeline()
    }

    fn head_operator(&self) -> bool {
        // Operators that may stand alone: a table of such a name is written in brackets.
        const ALONE: [&str; 4] = ["count", "getschema", "serialize", "consume"];
        self.operator_name()
            .is_some_and(|(name, tokens)| !self.name_follows(tokens) || self.options.headless && ALONE.contains(&name.name.as_str()))
    }

    /// Whether what stands `ahead` shows that the word before it was a name.
    fn name_follows(&self, ahead: usize) -> bool {
        match self.peek_at(ahead) {
            Tok::End => true,
            Tok::Punct(p) => !matches!(*p, "(" | "*" | "-" | "+" | "[" | "{"),
            _ => false,
        }
    }

    fn source_operator(&self) -> Option<(&'static Row, (Ident, usize))> {
        let (name, tokens) = self.operator_name()?;
        if !SOURCES.contains(&name.name.as_str()) || self.name_follows(tokens) {
            return None;
        }
        if name.name == "inline_external_table" && !self.at_ahead(1, "(") && self.word_at(1) != "kind" {
            return None;
        }
        if name.name == "range" && self.name_ahead(1).is_none_or(|(_, n)| self.word_at(1 + n) != "from") {
            return None;
        }
        Some((operators::find(&name.name)?, (name, tokens)))
    }

    fn pipes(&mut self, first: Expr) -> Result<Expr> {
        if !self.at("|") {
            return Ok(first);
        }
        let start = first.span;
        let (source, mut operators) = match first.kind {
            ExprKind::Pipe { source, operators } => (source, operators),
            _ => (Some(Box::new(first)), Vec::new()),
        };
        while self.eat("|") {
            operators.push(self.operator()?);
        }
        Ok(Expr { kind: ExprKind::Pipe { source, operators }, span: self.span_from(start) })
    }

    /// The longest operator name that begins here (`mv-expand`), and the number of its tokens.
    fn operator_name(&self) -> Option<(Ident, usize)> {
        let mut name = self.word().to_string();
        let mut found = operators::find(&name).map(|_| (name.clone(), 1));
        let mut tokens = 1;
        while self.at_ahead(tokens, "-") && self.joined(tokens) && self.joined(tokens + 1) && *self.peek_at(tokens + 1) == Tok::Word {
            name = format!("{name}-{}", self.word_at(tokens + 1));
            tokens += 2;
            if operators::find(&name).is_some() {
                found = Some((name.clone(), tokens));
            }
        }
        found.map(|(name, tokens)| {
            let start = self.span();
            let span = crate::diagnostic::Span { start: start.start, end: start.start + name.len() as u32 };
            (Ident { name, span }, tokens)
        })
    }

    /// One operator, its name first.
    pub fn operator(&mut self) -> Result<Operator> {
        match self.operator_name().and_then(|(name, tokens)| Some((operators::find(&name.name)?, (name, tokens)))) {
            Some((row, name)) => self.operator_rest(row, name),
            None => Err(self.unknown_operator()),
        }
    }

    fn unknown_operator(&self) -> Box<Diagnostic> {
        if self.at("|") {
            return self.expected("an operator");
        }
        match self.word() {
            "" => self.expected("an operator"),
            word => no_operator(word, self.span()),
        }
    }

    fn operator_rest(&mut self, row: &'static Row, (name, tokens): (Ident, usize)) -> Result<Operator> {
        (0..tokens).for_each(|_| self.advance());
        let node = self.nested(|p| p.plain_names(|p| (row.parse)(p, &name)))?;
        let span = self.span_from(name.span);
        Ok(Operator { name, span, node })
    }

    /// Operators alone, as `mv-apply`, `fork` and `partition` take them in parentheses: `where x | take 1`.
    pub fn contextual(&mut self) -> Result<Expr> {
        if !self.head_operator() {
            return self.pipeline();
        }
        let start = self.span();
        let operators = vec![self.operator()?];
        self.pipes(Expr { kind: ExprKind::Pipe { source: None, operators }, span: self.span_from(start) })
    }

    /// `( where x | take 1 )`.
    pub fn contextual_in_parentheses(&mut self) -> Result<Expr> {
        self.expect("(")?;
        let body = self.nested(Parser::contextual)?;
        self.expect(")")?;
        Ok(body)
    }

    /// One operator as a pipeline without source.
    pub fn contextual_operator(&mut self) -> Result<Expr> {
        let start = self.span();
        let operators = vec![self.operator()?];
        Ok(Expr { kind: ExprKind::Pipe { source: None, operators }, span: self.span_from(start) })
    }
}

/// The error of a word that should name an operator, with what may have been meant.
pub(super) fn no_operator(word: &str, span: Span) -> Box<Diagnostic> {
    let error = Diagnostic::error(Code::SYNTAX, span, format!("there is no operator `{word}`"));
    match word.to_ascii_lowercase().as_str() {
        "select" => error.help("write `project`"),
        "filter_by" | "and" | "or" => error.help("conditions belong in one `where`"),
        "group" | "groupby" => error.help("write `summarize … by …`"),
        "orderby" => error.help("write `order by`"),
        _ => error.did_you_mean(word, operators::TABLE.iter().flat_map(|row| row.names.iter().copied())),
    }
}
