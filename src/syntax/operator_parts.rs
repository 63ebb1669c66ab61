//! The parts that several operators share: parameters, columns, sort keys, blocks, and small questions to the cursor.

use super::ast::{Expr, ExprKind, Ident, NamedExpr, OperatorParameter, Property, SortExpr, Statement};
use super::lexer::Tok;
use super::parser::Parser;
use crate::diagnostic::Result;

impl Parser {
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
    pub fn properties(&mut self) -> Result<Vec<Property>> {
        self.expect("(")?;
        let mut properties: Vec<Property> = Vec::new();
        while !self.at(")") {
            match self.any_parameter() {
                Some(parameter) => {
                    let parameter = parameter?;
                    properties.push(Property { name: parameter.name, values: vec![parameter.value] });
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
}
