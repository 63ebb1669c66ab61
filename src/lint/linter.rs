//! Watches the binder and runs the rules.

use std::collections::{HashMap, HashSet};

use crate::bind::Observer;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::plan::Expr;
use crate::syntax::ast;

use super::fact::{Fact, Seen};
use super::{Finding, Look, RULES};

/// Collects what the rules find while a query binds.
pub struct Linter<'q> {
    query: &'q str,
    facts: HashMap<Span, Fact>,
    told: HashSet<(Code, Span)>,
    found: Vec<Diagnostic>,
}

impl<'q> Linter<'q> {
    pub fn new(query: &'q str) -> Linter<'q> {
        Linter { query, facts: HashMap::new(), told: HashSet::new(), found: Vec::new() }
    }

    /// The warnings, in the order of the text.
    pub fn finish(mut self, tree: &ast::Query) -> Vec<Diagnostic> {
        for rule in RULES {
            if let Look::Query(look) = rule.look {
                look(tree, self.query).into_iter().for_each(|finding| self.tell(rule.code, finding));
            }
        }
        self.found.sort_by_key(|d| (d.span.start, d.code.0));
        self.found
    }

    fn tell(&mut self, code: Code, finding: Finding) {
        if self.told.insert((code, finding.span)) {
            self.found.push(*Diagnostic::warning(code, finding.span, cut(finding.reason)).help(cut(finding.rewrite)));
        }
    }
}

impl Observer for Linter<'_> {
    fn scalar(&mut self, written: &ast::Expr, bound: &Expr, hides: bool) {
        self.facts.insert(written.span, Fact::new(bound));
        for rule in RULES {
            let Look::Scalar(look) = rule.look else { continue };
            let finding = look(&Seen { written, hides, query: self.query, facts: &self.facts });
            finding.into_iter().for_each(|finding| self.tell(rule.code, finding));
        }
    }

    fn operator(&mut self, written: &ast::Operator) {
        for rule in RULES {
            let Look::Operator(look) = rule.look else { continue };
            look(written).into_iter().for_each(|finding| self.tell(rule.code, finding));
        }
    }
}

/// The longest advice: a list in a query can have thousands of items.
const LONGEST: usize = 300;

fn cut(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
