//! `top-nested`: returns the top values level within level.

use std::any::Any;

use crate::diagnostic::Result;
use crate::syntax::ast::{Expr, Ident, NamedExpr, Node, SortExpr};
use crate::syntax::{Parser, Printer};

use super::Operator;

#[derive(Debug)]
pub struct TopNested {
    pub levels: Vec<TopLevel>,
}

/// One level: `N of value with others = name by aggregate desc`.
#[derive(Debug)]
pub struct TopLevel {
    pub count: Option<Expr>,
    pub of: NamedExpr,
    pub others: Option<Expr>,
    pub by: SortExpr,
}

fn level(parser: &mut Parser) -> Result<TopLevel> {
    let count = if parser.at_word("of") { None } else { Some(parser.expression()?) };
    parser.expect_word("of")?;
    let of = parser.named()?;
    let others = if parser.eat_word("with") {
        parser.expect_word("others")?;
        parser.expect("=")?;
        Some(parser.expression()?)
    } else {
        None
    };
    parser.expect_word("by")?;
    Ok(TopLevel { count, of, others, by: parser.sort_key()? })
}

fn print_level(printer: &mut Printer, level: &TopLevel) {
    if let Some(count) = &level.count {
        printer.expression(count);
    }
    printer.word("of");
    printer.named(&level.of);
    if let Some(others) = &level.others {
        printer.word("with others =");
        printer.expression(others);
    }
    printer.word("by");
    printer.sort_key(&level.by);
}

impl Operator for TopNested {
    const NAMES: &'static [&'static str] = &["top-nested"];
    const SUMMARY: &'static str = "Returns the top values level within level.";
    const SYNTAX: &'static str = "T | top-nested [N] of Expression [with others = Name] by Aggregate [asc | desc], ...";

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<TopNested> {
        let mut levels = vec![level(parser)?];
        while parser.eat(",") {
            parser.eat_name("top-nested");
            levels.push(level(parser)?);
        }
        Ok(TopNested { levels })
    }
}

impl Node for TopNested {
    fn print(&self, printer: &mut Printer) {
        printer.word("top-nested");
        printer.list(&self.levels, |p, level| {
            if !p.text.ends_with("top-nested") {
                p.word("top-nested");
            }
            print_level(p, level);
        });
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
