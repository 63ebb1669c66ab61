//! `has_any` and `has_all`: whether the text holds one, or all, of some terms.

use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};
use arrow::array::BooleanArray;
use arrow::buffer::BooleanBuffer;

use crate::plan::{Arguments, ColumnFunction, Function, Kernel, Nulls, Operand};
use crate::value::{Column, Type, Value};

use super::needle::{Mode, Needle, alphanumeric_before, alphanumeric_behind};
use super::text::test_text;

/// Below this many terms, looking for one after the other is faster.
const FEW: usize = 5;

/// The texts that a list of values stands for; an array stands for its elements.
fn texts(values: &[Value<'_>]) -> Vec<String> {
    let mut out = Vec::with_capacity(values.len());
    for value in values {
        match value.as_dynamic().and_then(|d| d.elements()) {
            Some(elements) => out.extend(elements.iter().map(|e| e.to_text().into_owned())),
            None => out.push(value.to_text().into_owned()),
        }
    }
    out
}

/// Many terms at once: those in ASCII by one automaton, the others one by one.
struct AnyOf {
    automaton: Option<(AhoCorasick, Vec<(bool, bool)>)>,
    rest: Vec<Needle>,
}

impl AnyOf {
    fn new(terms: &[String]) -> AnyOf {
        let (ascii, other): (Vec<&String>, Vec<&String>) = terms.iter().partition(|t| t.is_ascii() && !t.is_empty() && terms.len() >= FEW);
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).ascii_case_insensitive(true).build(&ascii).ok();
        let guards = |t: &&String| (t.starts_with(|c: char| c.is_ascii_alphanumeric()), t.ends_with(|c: char| c.is_ascii_alphanumeric()));
        // Without an automaton (it would be too big) every term is looked for by itself.
        let alone: Vec<&String> = if automaton.is_some() { other } else { terms.iter().collect() };
        AnyOf {
            automaton: automaton.filter(|_| !ascii.is_empty()).map(|automaton| (automaton, ascii.iter().map(guards).collect())),
            rest: alone.iter().map(|t| Needle::new(t, Mode::Has, false)).collect(),
        }
    }

    fn is_match(&self, text: &str) -> bool {
        let found = |(automaton, guards): &(AhoCorasick, Vec<(bool, bool)>)| {
            automaton.find_overlapping_iter(text).any(|hit| {
                let (before, behind) = guards[hit.pattern().as_usize()];
                !(before && alphanumeric_before(text, hit.start()) || behind && alphanumeric_behind(text, hit.end()))
            })
        };
        self.automaton.as_ref().is_some_and(found) || self.rest.iter().any(|needle| needle.is_match(text))
    }
}

/// A test for constant terms.
fn tester(terms: &[String], all: bool) -> Box<dyn Fn(&str) -> bool + Send + Sync> {
    if all {
        let needles: Vec<Needle> = terms.iter().map(|t| Needle::new(t, Mode::Has, false)).collect();
        return Box::new(move |text| needles.iter().all(|needle| needle.is_match(text)));
    }
    let any = AnyOf::new(terms);
    Box::new(move |text| any.is_match(text))
}

fn prepare(arguments: &Arguments, all: bool) -> Result<ColumnFunction, String> {
    let constants: Option<Vec<Value<'static>>> = arguments.constants.iter().skip(1).cloned().collect();
    if let Some(constants) = constants {
        let test = tester(&texts(&constants), all);
        return Ok(Box::new(move |operands, rows| test_text(&operands[0], rows, &test)));
    }
    Ok(Box::new(move |operands, rows| {
        let test = |row| {
            let values: Vec<Value<'_>> = operands[1..].iter().map(|o: &Operand| o.value(row)).collect();
            let text = operands[0].value(row);
            let holds = |term: &String| Needle::new(term, Mode::Has, false).is_match(&text.to_text());
            let terms = texts(&values);
            if all { terms.iter().all(holds) } else { terms.iter().any(holds) }
        };
        Column::new(Type::Bool, Arc::new(BooleanArray::new(BooleanBuffer::collect_bool(rows, test), None)))
    }))
}

const BASE: Function = Function {
    category: "Scalar operators",
    signatures: &["(text:stringordynamic, terms:scalar, ...) -> bool"],
    nulls: Nulls::Pass,
    ..Function::NEW
};

pub static HAS_ANY: Function = Function {
    name: "has_any",
    summary: "Whether the text holds one of some terms, ignoring case.",
    kernel: Kernel::PrepareColumns(|_, arguments| prepare(arguments, false)),
    examples: &[("'North America' has_any ('south', 'north')", "True"), ("'northern' has_any (dynamic(['north']))", "False")],
    ..BASE
};

pub static HAS_ALL: Function = Function {
    name: "has_all",
    summary: "Whether the text holds all of some terms, ignoring case.",
    kernel: Kernel::PrepareColumns(|_, arguments| prepare(arguments, true)),
    examples: &[("'North and South America' has_all ('south', 'north')", "True")],
    ..BASE
};
