//! Literals: numbers and strings as the lexer made them, `datetime(…)` and its kin by their text, and `dynamic(…)`.

use super::ast::{ColumnDecl, Expr, ExprKind};
use super::lexer::Tok;
use super::parser::Parser;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::value::{DateTime, Decimal, Guid, Json, TimeSpan, Type, Value};

/// What `type(text)` stands for; `None` when the text is no such value.
fn typed(ty: Type, text: &str) -> Option<Value<'static>> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("null") || (text.is_empty() && ty != Type::String) {
        return Some(Value::Null);
    }
    let bare = text.trim_matches(['"', '\'']);
    Some(match ty {
        Type::Bool => match bare.to_ascii_lowercase().as_str() {
            "true" | "1" => Value::Bool(true),
            "false" | "0" => Value::Bool(false),
            _ => return None,
        },
        Type::Int => Value::Int(i32::try_from(integer(bare)?).ok()?),
        Type::Long => Value::Long(integer(bare)?),
        Type::Real => Value::Real(real(bare)?),
        Type::Decimal => Value::Decimal(Decimal::parse(bare)?),
        Type::DateTime => Value::DateTime(match bare {
            "now" => DateTime::now(),
            _ => DateTime::parse(bare).or_else(|| listed(bare))?,
        }),
        Type::TimeSpan => Value::TimeSpan(TimeSpan::parse(bare)?),
        Type::Guid => Value::Guid(Guid::parse(bare)?),
        Type::String | Type::Dynamic => return None,
    })
}

/// `datetime(2025, 6)`, `datetime(2025, 6, 14)`.
fn listed(text: &str) -> Option<DateTime> {
    let numbers = text.split(',').map(|part| part.trim().parse().ok()).collect::<Option<Vec<u32>>>()?;
    match numbers[..] {
        [year, month] => DateTime::from_date(year as i32, month, 1),
        [year, month, day] => DateTime::from_date(year as i32, month, day),
        _ => None,
    }
}

fn integer(text: &str) -> Option<i64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => u64::from_str_radix(hex, 16).ok().map(|v| v as i64),
        None => text.replace(char::is_whitespace, "").parse().ok(),
    }
}

fn real(text: &str) -> Option<f64> {
    match text.to_ascii_lowercase().as_str() {
        "nan" | "+nan" | "-nan" => Some(f64::NAN),
        "+inf" | "inf" => Some(f64::INFINITY),
        "-inf" => Some(f64::NEG_INFINITY),
        other => other.replace(char::is_whitespace, "").parse().ok(),
    }
}

/// The digits of the smallest long, which only a sign makes one.
const SMALLEST: &str = "9223372036854775808";

impl Parser {
    /// A literal, if one stands here.
    pub(super) fn literal(&mut self) -> Result<Option<Expr>> {
        let start = self.span();
        let (value, ty) = match self.peek() {
            Tok::Long(v) => (Value::Long(*v), Type::Long),
            Tok::BigLong => {
                return Err(Diagnostic::error(Code::LITERAL, start, "the number is beyond the range of long")
                    .help("write `decimal(…)` or `real(…)`"));
            }
            Tok::Real(v) => (Value::Real(*v), Type::Real),
            Tok::TimeSpan(v) => (Value::TimeSpan(TimeSpan::from_ticks(*v)), Type::TimeSpan),
            Tok::String(_) => (Value::string(self.string()?), Type::String),
            // `isfuzzy = true (T), (U)`: a parenthesis may follow.
            Tok::Word if matches!(self.word(), "true" | "false" | "True" | "False" | "TRUE" | "FALSE") => {
                (Value::Bool(self.word().eq_ignore_ascii_case("true")), Type::Bool)
            }
            Tok::Word if self.at_ahead(1, "(") => return self.typed_literal(),
            _ => return Ok(None),
        };
        if ty != Type::String {
            self.advance();
        }
        Ok(Some(Expr { kind: ExprKind::Literal { value, ty }, span: self.span_from(start) }))
    }

    /// A value of a `datatable`: there a sign belongs to the literal, so the smallest long can be written.
    pub fn signed_value(&mut self) -> Result<Expr> {
        let start = self.span();
        let smallest = self.text.get(self.token(1).span.range()) == Some(SMALLEST);
        if !(self.at("-") && smallest) {
            return self.expression();
        }
        self.advance();
        self.advance();
        Ok(Expr { kind: ExprKind::Literal { value: Value::Long(i64::MIN), ty: Type::Long }, span: self.span_from(start) })
    }

    /// A string; literals side by side are one string.
    pub fn string(&mut self) -> Result<String> {
        let Tok::String(text) = self.peek() else { return Err(self.expected("a string")) };
        let mut text = text.clone();
        self.advance();
        while let Tok::String(more) = self.peek() {
            text.push_str(more);
            self.advance();
        }
        Ok(text)
    }

    /// `datetime(…)`, `dynamic(…)`, `typeof(…)` …
    fn typed_literal(&mut self) -> Result<Option<Expr>> {
        let start = self.span();
        let kind = match self.word() {
            "typeof" => {
                self.advance();
                self.typeof_rest()?
            }
            word => match Type::parse(word) {
                None | Some(Type::String) => return Ok(None),
                Some(Type::Dynamic) => {
                    self.advance();
                    self.advance();
                    let value = self.json()?.into_dynamic();
                    self.expect(")")?;
                    ExprKind::Literal { value, ty: Type::Dynamic }
                }
                Some(ty) => self.typed_text(ty)?,
            },
        };
        Ok(Some(Expr { kind, span: self.span_from(start) }))
    }

    /// Reads the text between the parentheses as it stands: a date is no expression.
    fn typed_text(&mut self, ty: Type) -> Result<ExprKind> {
        let start = self.span();
        self.advance();
        let from = self.span().end as usize;
        let Some(length) = self.text.get(from..).and_then(|t| t.find(')')) else {
            return Err(Diagnostic::error(Code::LITERAL, start, format!("`{ty}(` is never closed")));
        };
        let text = self.text.get(from..from + length).unwrap_or("").to_string();
        self.skip_to(from + length + 1);
        // A quote in the text may have drawn what follows into a string.
        let torn = self.last_reaches_beyond(from + length + 1);
        let span = Span { start: start.start, end: (from + length + 1) as u32 };
        Ok(match typed(ty, &text) {
            Some(value) => ExprKind::Literal { value, ty },
            None => {
                let shown: String = text.chars().take(40).collect();
                let error = Diagnostic::error(Code::LITERAL, span, format!("`{shown}` is not a {ty}"))
                    .help(format!("to convert an expression, write `to{ty}(…)`"));
                if torn {
                    return Err(error);
                }
                ExprKind::Malformed { text: self.text.get(span.range()).unwrap_or("").to_owned(), error }
            }
        })
    }

    fn typeof_rest(&mut self) -> Result<ExprKind> {
        self.expect("(")?;
        // Here alone the case of a type's name does not matter.
        if let Some(ty) = Type::parse(&self.word().to_ascii_lowercase())
            && self.at_ahead(1, ")")
        {
            self.advance();
            self.advance();
            return Ok(ExprKind::TypeOf(ty));
        }
        let (columns, open) = self.columns_until_close()?;
        Ok(ExprKind::Schema { columns, open })
    }

    /// `typeof(type)`.
    pub fn type_of(&mut self) -> Result<Type> {
        let start = self.span();
        if !self.at_word("typeof") {
            return Err(self.expected("`typeof`"));
        }
        self.advance();
        match self.typeof_rest()? {
            ExprKind::TypeOf(ty) => Ok(ty),
            _ => Err(Diagnostic::error(Code::SYNTAX, self.span_from(start), "a scalar type is expected here")),
        }
    }

    /// The name of a type.
    pub fn type_name(&mut self) -> Result<Type> {
        match Type::parse(self.word()) {
            Some(ty) => {
                self.advance();
                Ok(ty)
            }
            None => {
                let names = Type::ALL.iter().map(|t| t.name());
                Err(self.expected("a type").did_you_mean(self.word(), names))
            }
        }
    }

    /// `name:type`.
    pub fn column_decl(&mut self) -> Result<ColumnDecl> {
        let name = self.declared()?;
        self.expect(":")?;
        Ok(ColumnDecl { name, ty: self.type_name()? })
    }

    /// `(a:long, b:string)`, also with `*`; says whether `*` was among them.
    pub fn schema(&mut self) -> Result<(Vec<ColumnDecl>, bool)> {
        self.expect("(")?;
        self.columns_until_close()
    }

    fn columns_until_close(&mut self) -> Result<(Vec<ColumnDecl>, bool)> {
        let mut open = false;
        let columns = self.list_until(")", |p| {
            open |= p.at("*");
            if p.eat("*") { Ok(None) } else { p.column_decl().map(Some) }
        })?;
        Ok((columns.into_iter().flatten().collect(), open))
    }

    /// A value inside `dynamic(…)`: JSON, with single quotes, bare words and literals of the other types.
    fn json(&mut self) -> Result<Json> {
        self.nested(Parser::json_value)
    }

    fn json_value(&mut self) -> Result<Json> {
        if self.eat("[") {
            return Ok(Json::Array(self.list_until("]", Parser::json)?));
        }
        if self.eat("{") {
            return Ok(Json::Object(self.list_until("}", Parser::json_member)?));
        }
        let negative = self.eat("-");
        if !negative {
            self.eat("+");
        }
        if self.at_word("null") && !self.at_ahead(1, "(") {
            self.advance();
            return Ok(Json::Null);
        }
        if matches!(self.peek(), Tok::Real(v) if v.is_infinite()) {
            return Err(self.expected("a number within the range of real"));
        }
        if *self.peek() == Tok::BigLong {
            let text = self.text.get(self.span().range()).unwrap_or_default();
            let smallest = negative && text == SMALLEST;
            let value = text.parse::<f64>().unwrap_or(f64::NAN);
            self.advance();
            if smallest {
                return Ok(Json::Long(i64::MIN));
            }
            return Ok(Json::Real(if negative { -value } else { value }));
        }
        let value = match self.literal()?.map(|literal| literal.kind) {
            Some(ExprKind::Literal { value, .. }) => value,
            Some(ExprKind::Malformed { error, .. }) => return Err(error),
            _ => {
                let help = "in dynamic(…) only literals may stand: use `bag_pack` or `pack_array` for columns";
                return Err(self.expected("a JSON value").help(help));
            }
        };
        Ok(match Json::from_value(&value) {
            Json::Long(v) if negative => Json::Long(v.wrapping_neg()),
            Json::Real(v) if negative => Json::Real(-v),
            // Kusto holds a timespan that is written inside a dynamic as its ticks.
            Json::TimeSpan(v) => Json::Long(if negative { v.ticks().wrapping_neg() } else { v.ticks() }),
            other => other,
        })
    }

    fn json_member(&mut self) -> Result<(String, Json)> {
        let key = if matches!(self.peek(), Tok::String(_)) { self.string()? } else { self.ident()?.name };
        self.expect(":")?;
        Ok((key, self.json()?))
    }
}
