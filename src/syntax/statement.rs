//! Statements: `let`, `set`, `declare`, `alias`, `restrict`, and the query itself.

use super::ast::{Expr, ExprKind, Parameter, ParameterKind, Query, Statement, StatementKind};
use super::parser::Parser;
use super::tabular::no_operator;
use crate::diagnostic::{Diagnostic, Result};
use crate::operators;

impl Parser {
    /// The whole text.
    pub fn query(&mut self) -> Result<Query> {
        Ok(Query { statements: self.statements(None)? })
    }

    /// Statements up to a closing token, or the end of the text.
    pub(super) fn statements(&mut self, close: Option<&str>) -> Result<Vec<Statement>> {
        let mut statements = Vec::new();
        let done = |p: &Parser| close.map_or(p.at_end(), |c| p.at(c));
        loop {
            while self.eat(";") {}
            if done(self) {
                return Ok(statements);
            }
            let statement = self.statement()?;
            if !done(self) && !self.at(";") {
                return Err(self.unended(&statement));
            }
            statements.push(statement);
        }
    }

    /// The error of what follows a statement. A statement that is nothing but a word like an operator's name was meant as one.
    fn unended(&self, statement: &Statement) -> Box<Diagnostic> {
        let text = self.text.get(statement.span.range()).unwrap_or_default();
        let is_word = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
        let meant = (is_word && operators::find(text).is_none()).then(|| no_operator(text, statement.span));
        meant.filter(|error| !error.help.is_empty()).unwrap_or_else(|| self.expected("`|`, `;` or the end of the statement"))
    }

    fn statement(&mut self) -> Result<Statement> {
        let start = self.span();
        let named = self.name_ahead(1).is_some();
        let kind = match self.word() {
            "let" if named => self.let_statement()?,
            "set" if named => self.set_statement()?,
            "declare" if named => self.declare_statement()?,
            "alias" if self.word_at(1) == "database" => self.alias_statement()?,
            "restrict" if self.word_at(1) == "access" => self.restrict_statement()?,
            _ => StatementKind::Expression(self.head()?),
        };
        Ok(Statement { kind, span: self.span_from(start) })
    }

    fn let_statement(&mut self) -> Result<StatementKind> {
        self.advance();
        let name = self.ident()?;
        self.expect("=")?;
        let value = if self.at_function() { self.nested(Parser::function)? } else { self.pipeline()? };
        Ok(StatementKind::Let { name, value })
    }

    /// Whether `(a:long) {`, `() {` or `view (` follows.
    fn at_function(&self) -> bool {
        let at = usize::from(self.at_word("view"));
        let parameter = self.name_ahead(at + 1).is_some_and(|(_, tokens)| self.at_ahead(at + 1 + tokens, ":"));
        let empty = self.at_ahead(at + 1, ")") && self.at_ahead(at + 2, "{");
        self.at_ahead(at, "(") && (parameter || empty)
    }

    fn function(&mut self) -> Result<Expr> {
        let start = self.span();
        let view = self.eat_word("view");
        let parameters = self.parameter_list()?;
        self.expect("{")?;
        let body = self.statements(Some("}"))?;
        self.expect("}")?;
        Ok(Expr { kind: ExprKind::Function { parameters, body, view }, span: self.span_from(start) })
    }

    pub fn parameter_list(&mut self) -> Result<Vec<Parameter>> {
        self.expect("(")?;
        self.list_until(")", Parser::parameter)
    }

    fn parameter(&mut self) -> Result<Parameter> {
        let name = self.ident()?;
        self.expect(":")?;
        let kind = if self.at("(") {
            let (columns, open) = self.schema()?;
            ParameterKind::Tabular { columns, open }
        } else {
            ParameterKind::Scalar(self.type_name()?)
        };
        let default = if self.eat("=") { Some(self.expression()?) } else { None };
        Ok(Parameter { name, kind, default })
    }

    fn set_statement(&mut self) -> Result<StatementKind> {
        self.advance();
        let name = self.ident()?;
        let value = if self.eat("=") { Some(self.expression()?) } else { None };
        Ok(StatementKind::Set { name, value })
    }

    fn declare_statement(&mut self) -> Result<StatementKind> {
        self.advance();
        if self.eat_word("query_parameters") {
            return Ok(StatementKind::QueryParameters(self.parameter_list()?));
        }
        self.expect_word("pattern")?;
        self.pattern_declaration()
    }

    fn alias_statement(&mut self) -> Result<StatementKind> {
        self.advance();
        self.advance();
        let name = self.ident()?;
        self.expect("=")?;
        Ok(StatementKind::Alias { name, value: self.operand()? })
    }

    fn restrict_statement(&mut self) -> Result<StatementKind> {
        self.advance();
        self.advance();
        self.expect_word("to")?;
        self.expect("(")?;
        Ok(StatementKind::Restrict(self.with_wildcards(true, |p| p.list_until(")", Parser::operand))?))
    }
}

impl Parser {
    /// A function that is the whole text.
    pub(super) fn function_text(&mut self) -> Result<Expr> {
        let function = self.nested(Parser::function)?;
        if self.at_end() { Ok(function) } else { Err(self.expected("the end of the function")) }
    }
}
