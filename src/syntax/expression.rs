//! Scalar expressions: binary operators by precedence, members, elements, calls.

use super::ast::{Argument, BinaryOp, Expr, ExprKind, Ident, InOp, NamedExpr, TextOp, UnaryOp};
use super::lexer::Tok;
use super::parser::Parser;
use crate::diagnostic::{Code, Diagnostic, Result, Span};

/// Longest chain of operators that do not reorder (`a + b + c …`), and of members and elements.
const CHAIN: usize = 1000;

enum Infix {
    Binary(BinaryOp),
    In(InOp),
    Between(bool),
}

/// The operator that a word stands for.
fn word_operator(word: &str) -> Option<Infix> {
    if let Some(op) = list_operator(word) {
        return Some(op);
    }
    if matches!(word, "between" | "!between") {
        return Some(Infix::Between(word.starts_with('!')));
    }
    let (negated, rest) = match word.strip_prefix('!').or_else(|| word.strip_prefix("not")) {
        Some(rest) => (true, rest),
        None => (false, word),
    };
    let (case_sensitive, rest) = match rest.strip_suffix("_cs") {
        Some(rest) => (true, rest),
        None if rest == "containscs" || rest == "likecs" => (true, &rest[..rest.len() - 2]),
        None => (false, rest),
    };
    let op = match rest {
        "has" => TextOp::Has,
        "hasprefix" => TextOp::HasPrefix,
        "hassuffix" => TextOp::HasSuffix,
        "contains" => TextOp::Contains,
        "startswith" => TextOp::StartsWith,
        "endswith" => TextOp::EndsWith,
        "like" => return Some(Infix::Binary(BinaryOp::Like { case_sensitive, negated })),
        _ => return None,
    };
    Some(Infix::Binary(BinaryOp::Text { op, case_sensitive, negated }))
}

fn list_operator(word: &str) -> Option<Infix> {
    Some(Infix::In(match word {
        "in" => InOp::In { case_sensitive: true, negated: false },
        "!in" | "notin" => InOp::In { case_sensitive: true, negated: true },
        "in~" => InOp::In { case_sensitive: false, negated: false },
        "!in~" | "notin~" => InOp::In { case_sensitive: false, negated: true },
        "has_any" | "has_any~" => InOp::HasAny,
        "has_all" => InOp::HasAll,
        _ => return None,
    }))
}

/// The operator that a punctuation stands for.
fn punct_operator(punct: &str) -> Option<BinaryOp> {
    Some(match punct {
        "==" => BinaryOp::Equal,
        "!=" | "<>" => BinaryOp::NotEqual,
        "<" => BinaryOp::Less,
        "<=" => BinaryOp::LessEqual,
        ">" => BinaryOp::Greater,
        ">=" => BinaryOp::GreaterEqual,
        "+" => BinaryOp::Add,
        "-" => BinaryOp::Subtract,
        "*" => BinaryOp::Multiply,
        "/" => BinaryOp::Divide,
        "%" => BinaryOp::Modulo,
        "=~" => BinaryOp::EqualTilde,
        "!~" => BinaryOp::NotEqualTilde,
        ":" => BinaryOp::Colon,
        _ => return None,
    })
}

/// How tightly an operator binds; `or` is 1, `and` 2.
pub(super) fn precedence(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Or => 1,
        BinaryOp::And => 2,
        BinaryOp::Equal | BinaryOp::NotEqual => 3,
        BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => 4,
        BinaryOp::Add | BinaryOp::Subtract => 5,
        BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo => 6,
        _ => 7,
    }
}

/// A balanced tree of a chain of `and` or `or`: a chain of thousands stays shallow for all who walk it.
fn balanced(op: BinaryOp, mut parts: Vec<(Expr, Span)>) -> Option<Expr> {
    if parts.len() <= 1 {
        return parts.pop().map(|(expr, _)| expr);
    }
    let right = parts.split_off(parts.len() / 2);
    let op_span = right.first().map_or(Span::default(), |(_, span)| *span);
    let (left, right) = (balanced(op, parts)?, balanced(op, right)?);
    let span = left.span.to(right.span);
    Some(Expr { kind: ExprKind::Binary { op, op_span, left: Box::new(left), right: Box::new(right) }, span })
}

impl Parser {
    /// A scalar expression.
    pub fn expression(&mut self) -> Result<Expr> {
        self.nested(|p| p.chain("or", BinaryOp::Or))
    }

    fn chain(&mut self, word: &str, op: BinaryOp) -> Result<Expr> {
        let mut parts = Vec::new();
        let mut op_span = self.span();
        loop {
            let part = if op == BinaryOp::Or { self.chain("and", BinaryOp::And)? } else { self.binary(3)? };
            parts.push((part, op_span));
            op_span = self.span();
            if !self.eat_word(word) {
                break;
            }
        }
        balanced(op, parts).ok_or_else(|| self.expected("an expression"))
    }

    fn binary(&mut self, least: u8) -> Result<Expr> {
        let mut left = self.unary()?;
        for _ in 0..CHAIN {
            let Some((op, tokens)) = self.infix() else { return Ok(left) };
            let strength = match op {
                Infix::Binary(op) => precedence(op),
                _ => 3,
            };
            if strength < least {
                return Ok(left);
            }
            let op_span = self.span();
            (0..tokens).for_each(|_| self.advance());
            left = self.infix_rest(left, op, op_span, strength)?;
        }
        Err(Diagnostic::error(Code::TOO_DEEP, self.span(), format!("a chain of more than {CHAIN} operators")))
    }

    fn infix(&self) -> Option<(Infix, usize)> {
        match self.peek() {
            Tok::Punct(punct) => punct_operator(punct).map(|op| (Infix::Binary(op), 1)),
            Tok::Word if self.at_word("matches") && self.word_at(1) == "regex" => Some((Infix::Binary(BinaryOp::MatchesRegex), 2)),
            Tok::Word => word_operator(self.word()).map(|op| (op, 1)),
            _ => None,
        }
    }

    fn infix_rest(&mut self, left: Expr, op: Infix, op_span: Span, strength: u8) -> Result<Expr> {
        let start = left.span;
        let left = Box::new(left);
        let kind = match op {
            Infix::Binary(op) => ExprKind::Binary { op, op_span, left, right: Box::new(self.binary(strength + 1)?) },
            Infix::In(op) => ExprKind::In { op, op_span, left, items: self.in_items()? },
            Infix::Between(negated) => {
                self.expect("(")?;
                let low = Box::new(self.expression()?);
                self.expect("..")?;
                let high = Box::new(self.expression()?);
                self.expect(")")?;
                ExprKind::Between { negated, value: left, low, high }
            }
        };
        Ok(Expr { kind, span: self.span_from(start) })
    }

    fn in_items(&mut self) -> Result<Vec<Expr>> {
        if !self.at("(") {
            return Ok(vec![self.operand()?]);
        }
        self.advance();
        self.plain_names(|p| p.list_until(")", Parser::pipeline))
    }

    fn unary(&mut self) -> Result<Expr> {
        let start = self.span();
        let op = match self.peek() {
            Tok::Punct("-") => UnaryOp::Minus,
            Tok::Punct("+") => UnaryOp::Plus,
            _ => return self.operand(),
        };
        self.advance();
        let operand = Box::new(self.nested(Parser::unary)?);
        Ok(Expr { kind: ExprKind::Unary { op, operand }, span: self.span_from(start) })
    }

    /// A primary expression with its members and elements; also a table or a pipeline in parentheses.
    pub fn operand(&mut self) -> Result<Expr> {
        let mut expr = self.primary()?;
        for _ in 0..CHAIN {
            let start = expr.span;
            let object = Box::new(expr);
            let kind = if self.at(".") {
                self.advance();
                self.member(object)?
            } else if self.at("[") {
                self.element(object)?
            } else {
                return Ok(*object);
            };
            expr = Expr { kind, span: self.span_from(start) };
        }
        Err(Diagnostic::error(Code::TOO_DEEP, self.span(), format!("a chain of more than {CHAIN} members")))
    }

    fn element(&mut self, object: Box<Expr>) -> Result<ExprKind> {
        self.expect("[")?;
        let index = Box::new(self.plain_names(Parser::expression)?);
        self.expect("]")?;
        Ok(ExprKind::Element { object, index })
    }

    fn member(&mut self, object: Box<Expr>) -> Result<ExprKind> {
        if self.at("[") && self.name_ahead(0).is_none() {
            return self.element(object);
        }
        let name = if self.wildcards { self.wildcard_ident()? } else { self.ident()? };
        if self.at("(") {
            return Ok(ExprKind::MethodCall { object, name, arguments: self.arguments()? });
        }
        Ok(ExprKind::Member { object, name })
    }

    fn primary(&mut self) -> Result<Expr> {
        let start = self.span();
        if let Some(literal) = self.literal()? {
            return Ok(literal);
        }
        let kind = match self.peek() {
            Tok::Punct("(") => {
                self.advance();
                let mut inner = self.plain_names(Parser::pipeline)?;
                self.expect(")")?;
                inner.span = self.span_from(start);
                return Ok(inner);
            }
            Tok::Punct("*") if self.wildcards => ExprKind::Wildcard(self.wildcard_ident()?.name),
            Tok::Punct("*") => {
                self.advance();
                ExprKind::Wildcard("*".to_string())
            }
            _ => self.name_or_call()?,
        };
        Ok(Expr { kind, span: self.span_from(start) })
    }

    fn name_or_call(&mut self) -> Result<ExprKind> {
        if word_operator(self.word()).is_some() && !self.at_ahead(1, "(") || matches!(self.word(), "and" | "or") {
            let follows = matches!(self.peek_at(1), Tok::Word | Tok::String(_) | Tok::Long(_));
            if follows {
                return Err(self.expected("an expression"));
            }
        }
        if self.at_word("entity_group") && self.at_ahead(1, "[") {
            self.advance();
            self.advance();
            return Ok(ExprKind::EntityGroup(self.list_until("]", Parser::operand)?));
        }
        if self.name_ahead(0).is_none() {
            return Err(self.expected("an expression"));
        }
        let name = if self.wildcards { self.wildcard_ident()? } else { self.ident()? };
        // How a subquery is run changes no answer.
        if matches!(name.name.as_str(), "toscalar" | "totable") && self.at_word("kind") && self.at_ahead(1, "=") {
            self.parameters(&["kind"])?;
        }
        if self.at("(") {
            return Ok(ExprKind::Call { name, arguments: self.arguments()? });
        }
        Ok(if self.wildcards && name.name.contains('*') { ExprKind::Wildcard(name.name) } else { ExprKind::Name(name.name) })
    }

    /// A name in which `*` stands for any characters.
    pub(super) fn wildcard_ident(&mut self) -> Result<Ident> {
        let start = self.span();
        if self.at("[") || self.at("{") {
            return self.ident();
        }
        if !matches!(self.peek(), Tok::Word | Tok::Long(_) | Tok::TimeSpan(_) | Tok::Punct("*")) {
            return Err(self.expected("a name"));
        }
        self.advance();
        while self.joined(0) && matches!(self.peek(), Tok::Word | Tok::Long(_) | Tok::TimeSpan(_) | Tok::Punct("*")) {
            self.advance();
        }
        let span = self.span_from(start);
        Ok(Ident { name: self.text.get(span.range()).unwrap_or("").to_string(), span })
    }

    /// Runs a part in which `*` multiplies again.
    pub(super) fn plain_names<T>(&mut self, part: impl FnOnce(&mut Parser) -> Result<T>) -> Result<T> {
        self.with_wildcards(false, part)
    }

    pub(super) fn with_wildcards<T>(&mut self, wildcards: bool, part: impl FnOnce(&mut Parser) -> Result<T>) -> Result<T> {
        let before = std::mem::replace(&mut self.wildcards, wildcards);
        let result = part(self);
        self.wildcards = before;
        result
    }

    /// `(a, name = b, T | take 1)`.
    pub fn arguments(&mut self) -> Result<Vec<Argument>> {
        self.expect("(")?;
        self.plain_names(|p| p.list_until(")", Parser::argument))
    }

    fn argument(&mut self) -> Result<Argument> {
        let name = self.name_before_equals().then(|| self.ident()).transpose()?;
        if name.is_some() {
            self.expect("=")?;
        }
        Ok(Argument { name, value: self.pipeline()? })
    }

    fn name_before_equals(&self) -> bool {
        self.name_ahead(0).is_some_and(|(_, tokens)| self.at_ahead(tokens, "="))
    }

    /// `name = value`, `(a, b) = value` or a bare value.
    pub fn named(&mut self) -> Result<NamedExpr> {
        let mark = self.mark();
        if self.name_before_equals() {
            let names = vec![self.declared()?];
            self.expect("=")?;
            return Ok(NamedExpr { names, value: self.expression()? });
        }
        if self.eat("(") {
            if let Ok(names) = self.list_until(")", Parser::ident)
                && self.eat("=")
            {
                return Ok(NamedExpr { names, value: self.expression()? });
            }
            self.reset(mark);
        }
        Ok(NamedExpr { names: Vec::new(), value: self.expression()? })
    }

    /// Named expressions separated by commas.
    pub fn named_list(&mut self) -> Result<Vec<NamedExpr>> {
        self.list(Parser::named)
    }
}
