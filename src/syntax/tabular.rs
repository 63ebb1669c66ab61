//! Pipelines, and the parts that several operators share: parameters, column lists, sort keys, sub-pipelines.

use super::ast::{Expr, ExprKind, Ident, NamedExpr, Operator, OperatorParameter, SortExpr, Statement};
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

    /// `name = value` parameters; `allowed` names end in `.` or `_` where they only begin so.
    pub fn parameters(&mut self, allowed: &[&str]) -> Result<Vec<OperatorParameter>> {
        let mut parameters = Vec::new();
        while let Some((name, tokens)) = self.parameter_name() {
            let known = |a: &str| name == a || (a.ends_with(['.', '_']) && name.starts_with(a));
            if !allowed.iter().any(|a| known(a)) {
                break;
            }
            let start = self.span();
            (0..tokens).for_each(|_| self.advance());
            let name = Ident { name, span: self.span_from(start) };
            self.expect("=")?;
            parameters.push(OperatorParameter { name, value: self.parameter_value()? });
        }
        Ok(parameters)
    }

    /// Parameters of any name: `render … title="x"`.
    pub fn any_parameter(&mut self) -> Option<Result<OperatorParameter>> {
        let (name, tokens) = self.parameter_name()?;
        let start = self.span();
        (0..=tokens).for_each(|_| self.advance());
        let name = Ident { name, span: self.span_from(start) };
        Some(self.parameter_value().map(|value| OperatorParameter { name, value }))
    }

    /// `kind`, `hint.strategy` before a `=`.
    fn parameter_name(&self) -> Option<(String, usize)> {
        let mut name = self.word().to_string();
        let mut tokens = 1;
        while self.at_ahead(tokens, ".") && *self.peek_at(tokens + 1) == Tok::Word {
            name = format!("{name}.{}", self.word_at(tokens + 1));
            tokens += 2;
        }
        (!name.is_empty() && self.at_ahead(tokens, "=")).then_some((name, tokens))
    }

    /// A literal or a name: never a call, for what follows may be a parenthesis.
    pub fn parameter_value(&mut self) -> Result<Expr> {
        let start = self.span();
        if let Some(literal) = self.literal()? {
            return Ok(literal);
        }
        if self.at("-") || self.at("(") || self.at("+") {
            return self.expression();
        }
        let name = self.ident()?;
        Ok(Expr { kind: ExprKind::Name(name.name), span: self.span_from(start) })
    }

    /// Column names, wildcards among them.
    pub fn columns(&mut self) -> Result<Vec<Expr>> {
        self.with_wildcards(true, |p| p.list(Parser::operand))
    }

    /// A table: a name with wildcards, a call, or a pipeline in parentheses.
    pub fn table(&mut self) -> Result<Expr> {
        self.with_wildcards(true, Parser::operand)
    }

    /// `value asc nulls last`.
    pub fn sort_key(&mut self) -> Result<SortExpr> {
        let named = self.named()?;
        let name = named.names.into_iter().next();
        let descending = if self.eat_word("desc") { Some(true) } else { self.eat_word("asc").then_some(false) };
        let mut nulls_first = None;
        if self.eat_word("nulls") {
            nulls_first = Some(self.eat_word("first"));
            if nulls_first == Some(false) {
                self.expect_word("last")?;
            }
        }
        Ok(SortExpr { name, value: named.value, descending, nulls_first })
    }

    /// `{ statements }`.
    pub fn block(&mut self) -> Result<Vec<Statement>> {
        self.expect("{")?;
        let statements = self.nested(|p| p.statements(Some("}")))?;
        self.expect("}")?;
        Ok(statements)
    }

    /// Statements up to a closing parenthesis.
    pub fn statements_in_parentheses(&mut self) -> Result<Vec<Statement>> {
        self.expect("(")?;
        let statements = self.nested(|p| p.statements(Some(")")))?;
        self.expect(")")?;
        Ok(statements)
    }

    /// `with (a = 1, b = x, y)`: a property's value may be a list.
    pub fn properties(&mut self) -> Result<Vec<super::ast::Property>> {
        self.expect("(")?;
        let mut properties: Vec<super::ast::Property> = Vec::new();
        while !self.at(")") {
            match self.any_parameter() {
                Some(parameter) => {
                    let parameter = parameter?;
                    properties.push(super::ast::Property { name: parameter.name, values: vec![parameter.value] });
                }
                None => match properties.last_mut() {
                    Some(last) => {
                        let value = self.parameter_value()?;
                        last.values.push(value);
                    }
                    None => return Err(self.expected("a property `name = value`")),
                },
            }
            if !self.eat(",") {
                break;
            }
        }
        self.expect(")")?;
        Ok(properties)
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

/// Small questions and steps that operators ask of the cursor.
impl Parser {
    /// Takes a name with hyphens (`project-smart`) if it stands here.
    pub fn eat_name(&mut self, name: &str) -> bool {
        let mark = self.mark();
        for (i, part) in name.split('-').enumerate() {
            if i > 0 && !self.eat("-") || !self.eat_word(part) {
                self.reset(mark);
                return false;
            }
        }
        true
    }

    /// Whether the operator ends here.
    pub fn at_operator_end(&self) -> bool {
        self.at_end() || ["|", ")", ";", "}"].iter().any(|p| self.at(p))
    }

    pub fn at_next(&self, punct: &str) -> bool {
        self.at_ahead(1, punct)
    }

    pub fn at_string(&self) -> bool {
        matches!(self.peek(), Tok::String(_))
    }

    pub fn at_name(&self) -> bool {
        self.name_ahead(0).is_some()
    }

    /// `(Table, Device*, …)`.
    pub fn tables(&mut self) -> Result<Vec<Expr>> {
        self.expect("(")?;
        self.with_wildcards(true, |p| p.list_until(")", Parser::operand))
    }

    /// Runs a part in which names may hold `*`.
    pub fn with_names<T>(&mut self, part: impl FnOnce(&mut Parser) -> Result<T>) -> Result<T> {
        self.with_wildcards(true, part)
    }

    /// A condition. The grammar lets it have a name, which the binder refuses: `=` in it is a slip for `==`.
    pub fn condition(&mut self) -> Result<NamedExpr> {
        let condition = self.named()?;
        if self.at("=") {
            return Err(self.expected("`|` or the end of the condition"));
        }
        Ok(condition)
    }

    /// A column before a parenthesis that is not its arguments (`partition by a (…)`).
    pub fn operand_without_call(&mut self) -> Result<Expr> {
        let name = self.ident()?;
        let mut expr = Expr { span: name.span, kind: ExprKind::Name(name.name) };
        while self.eat(".") {
            let name = self.ident()?;
            let span = expr.span.to(name.span);
            expr = Expr { kind: ExprKind::Member { object: Box::new(expr), name }, span };
        }
        Ok(expr)
    }

    /// One operator as a pipeline without source.
    pub fn contextual_operator(&mut self) -> Result<Expr> {
        let start = self.span();
        let operators = vec![self.operator()?];
        Ok(Expr { kind: ExprKind::Pipe { source: None, operators }, span: self.span_from(start) })
    }
}
