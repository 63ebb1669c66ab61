//! `declare pattern`: queries by the texts of their arguments.

use std::sync::Arc;

use super::Printer;
use super::ast::{Expr, Parameter, ParameterKind, Pattern, PatternRule, StatementKind};
use super::parser::Parser;
use crate::diagnostic::Result;

impl Parser {
    /// `name = (a:string)[b:string] { ("x").["y"] = { T }; }`; the name alone promises a definition elsewhere.
    pub(super) fn pattern_declaration(&mut self) -> Result<StatementKind> {
        let name = self.ident()?;
        if !self.eat("=") {
            return Ok(StatementKind::Pattern { name, definition: None });
        }
        let parameters = self.parameter_list()?;
        let path = if self.eat("[") {
            let path = self.path_parameter()?;
            self.expect("]")?;
            Some(path)
        } else {
            None
        };
        self.expect("{")?;
        let mut rules = Vec::new();
        while !self.at("}") {
            rules.push(self.nested(Parser::pattern_rule)?);
            while self.eat(";") {}
        }
        self.expect("}")?;
        Ok(StatementKind::Pattern { name, definition: Some(Arc::new(Pattern { parameters, path, rules })) })
    }

    fn path_parameter(&mut self) -> Result<Parameter> {
        let name = self.ident()?;
        self.expect(":")?;
        Ok(Parameter { name, kind: ParameterKind::Scalar(self.type_name()?), default: None })
    }

    fn pattern_rule(&mut self) -> Result<PatternRule> {
        let start = self.span();
        self.expect("(")?;
        let arguments = self.list_until(")", Parser::expression)?;
        let path = if self.eat(".") { Some(self.pattern_path()?) } else { None };
        self.expect("=")?;
        let body = self.block()?;
        Ok(PatternRule { arguments, path, body, span: self.span_from(start) })
    }

    fn pattern_path(&mut self) -> Result<Expr> {
        self.expect("[")?;
        let path = self.expression()?;
        self.expect("]")?;
        Ok(path)
    }
}

impl Printer {
    pub(super) fn pattern(&mut self, pattern: &Pattern) {
        self.word("=");
        self.parenthesised(&pattern.parameters, Printer::parameter);
        if let Some(path) = &pattern.path {
            self.raw("[");
            self.parameter(path);
            self.raw("]");
        }
        self.word("{");
        for rule in &pattern.rules {
            self.parenthesised(&rule.arguments, Printer::expression);
            if let Some(path) = &rule.path {
                self.raw(".[");
                self.expression(path);
                self.raw("]");
            }
            self.word("=");
            self.block(&rule.body);
            self.raw(";");
        }
        self.word("}");
    }
}
