//! Shapes of records: which names their members have, in order. The records of a file have few shapes, and which members hold what is
//! wanted follows from the shape: it is worked out once, and the members of the next record of the shape need not be asked.

use std::rc::Rc;

use super::super::paths::{Node, Paths};
use super::names::Names;
use super::rank;

/// A member of the object read last: the number of its name, where its value stands, and whether that is a string without escapes.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    pub name: u32,
    pub from: u32,
    pub to: u32,
    pub clean: bool,
}

/// The ways through the names of objects. Each starts at a root, with nothing read; where it ends tells the shape.
pub struct Shapes<'p> {
    steps: Vec<Step<'p>>,
}

/// A name behind those of the steps before it.
struct Step<'p> {
    name: u32,
    /// The step that was taken last from here, and the one that was taken from the same step before this one.
    next: u32,
    other: u32,
    shape: Known<'p>,
}

/// What is known of the objects that end at a step.
enum Known<'p> {
    Nothing,
    /// Their members have to be looked at one by one.
    Odd,
    Shape(Box<Shape<'p>>),
}

/// What is wanted of the records of a shape.
pub struct Shape<'p> {
    /// Of each slot the number of the member whose value it gets, or `NONE`.
    members: Box<[u32]>,
    /// Members in which places are wanted: the node, how good the match is, and the member's number.
    inside: Vec<(&'p Node, u8, u32)>,
    /// Of the kinds of records so far what is wanted of them.
    plans: Vec<(usize, Rc<Plan<'p>>)>,
}

/// What is wanted of the records of a shape and a kind.
pub struct Plan<'p> {
    /// Slots, and the members whose values they get.
    pub whole: Vec<(u32, u32)>,
    pub inside: Vec<(&'p Node, u8, u32)>,
}

/// No step, and no member.
pub const NONE: u32 = u32::MAX;
/// Where the way through a record starts.
pub const RECORD: u32 = 0;
/// Where the way through an inner record starts.
pub const INNER: u32 = 1;
/// So many of the names that followed so far are compared before one is looked up.
const EXPECTED: usize = 8;
/// No more steps than this are remembered.
const MOST: usize = 1 << 14;
/// A record with more members than this has no shape.
const LONGEST: usize = 1024;

impl<'p> Shapes<'p> {
    pub fn new() -> Shapes<'p> {
        let root = || Step { name: NONE, next: NONE, other: NONE, shape: Known::Odd };
        Shapes { steps: vec![root(), root()] }
    }

    /// The step from `at` whose name stands at `key`, its name, and where the colon behind it stands.
    #[inline(always)]
    pub fn expected(&mut self, at: u32, names: &Names<'p>, text: &[u8], key: usize) -> Option<(u32, u32, usize)> {
        let (mut before, mut step) = (NONE, self.steps.get(at as usize)?.next);
        for _ in 0..EXPECTED {
            let Step { name, other, .. } = *self.steps.get(step as usize)?;
            if let Some(colon) = names.colon(name, text, key) {
                self.put_first(at, before, step);
                return Some((step, name, colon));
            }
            (before, step) = (step, other);
        }
        None
    }

    /// The step from `at` by a name that was not expected. `NONE` where there are too many.
    pub fn step(&mut self, at: u32, name: u32) -> u32 {
        let Some(from) = self.steps.get(at as usize) else { return NONE };
        let (mut before, mut step) = (NONE, from.next);
        while let Some(known) = self.steps.get(step as usize) {
            if known.name == name {
                self.put_first(at, before, step);
                return step;
            }
            (before, step) = (step, known.other);
        }
        if self.steps.len() >= MOST {
            return NONE;
        }
        let made = self.steps.len() as u32;
        let other = std::mem::replace(&mut self.steps[at as usize].next, made);
        self.steps.push(Step { name, next: NONE, other, shape: Known::Nothing });
        made
    }

    #[inline]
    fn put_first(&mut self, at: u32, before: u32, step: u32) {
        if before == NONE {
            return;
        }
        let first = self.steps[at as usize].next;
        let after = std::mem::replace(&mut self.steps[step as usize].other, first);
        self.steps[before as usize].other = after;
        self.steps[at as usize].next = step;
    }

    /// Whether records with these members, which end at `at`, need not be looked at one by one.
    #[inline]
    pub fn knows(&mut self, at: u32, members: &[Member], names: &Names<'p>, paths: &'p Paths) -> bool {
        let Some(step) = self.steps.get_mut(at as usize) else { return false };
        if let Known::Nothing = step.shape {
            step.shape = Shape::of(members, names, paths).map_or(Known::Odd, |shape| Known::Shape(Box::new(shape)));
        }
        matches!(step.shape, Known::Shape(_))
    }

    #[inline]
    pub fn get(&self, at: u32) -> Option<&Shape<'p>> {
        match &self.steps.get(at as usize)?.shape {
            Known::Shape(shape) => Some(shape),
            _ => None,
        }
    }

    #[inline]
    pub fn get_mut(&mut self, at: u32) -> Option<&mut Shape<'p>> {
        match &mut self.steps.get_mut(at as usize)?.shape {
            Known::Shape(shape) => Some(shape),
            _ => None,
        }
    }
}

impl<'p> Shape<'p> {
    /// `None` where a member may hold the inner record.
    fn of(members: &[Member], names: &Names<'p>, paths: &'p Paths) -> Option<Shape<'p>> {
        if members.len() > LONGEST || members.iter().any(|member| names.get(member.name).may_wrap()) {
            return None;
        }
        let mut found = vec![(0, NONE); paths.slots];
        let mut inside = Vec::new();
        let mut place = |node: &'p Node, rank: u8, member: usize| {
            for slot in &node.slots {
                let known = &mut found[*slot];
                if rank >= known.0 {
                    *known = (rank, member as u32);
                }
            }
            if node.has_children() {
                inside.push((node, rank, member as u32));
            }
        };
        for (number, member) in members.iter().enumerate() {
            for (node, exact) in &names.get(member.name).columns {
                place(node, if *exact { rank::OUTER } else { rank::OUTER_ANY_CASE }, number);
            }
        }
        // Where nothing wraps an inner record, the record is it.
        for (number, member) in members.iter().enumerate() {
            names.get(member.name).inner.into_iter().for_each(|node| place(node, rank::OUTER, number));
        }
        Some(Shape { members: found.into_iter().map(|(_, member)| member).collect(), inside, plans: Vec::new() })
    }

    /// The number of the member whose value a slot gets.
    #[inline]
    pub fn member(&self, slot: usize) -> Option<usize> {
        self.members.get(slot).filter(|member| **member != NONE).map(|member| *member as usize)
    }

    /// What is wanted of the shape's records of a kind.
    #[inline]
    pub fn plan(&mut self, kind: usize, wanted: impl Fn(usize) -> bool) -> Rc<Plan<'p>> {
        match self.plans.iter().find(|(known, _)| *known == kind) {
            Some((_, plan)) => plan.clone(),
            None => self.make_plan(kind, &wanted),
        }
    }

    #[cold]
    fn make_plan(&mut self, kind: usize, wanted: &impl Fn(usize) -> bool) -> Rc<Plan<'p>> {
        let whole = self.members.iter().enumerate().filter(|(slot, member)| **member != NONE && wanted(*slot));
        let inside = self.inside.iter().filter(|(node, ..)| node.holds(wanted));
        let plan = Rc::new(Plan { whole: whole.map(|(slot, member)| (slot as u32, *member)).collect(), inside: inside.copied().collect() });
        self.plans.push((kind, plan.clone()));
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::extract::{Extractor, Token};
    use crate::plan::{ColumnId, ScanColumn};
    use crate::value::{PathStep, Type};

    fn column(id: u32, name: &str, key: Option<&str>) -> ScanColumn {
        let steps = key.into_iter().map(|key| PathStep::Key(key.into())).collect();
        ScanColumn { id: ColumnId(id), column: name.to_owned(), steps, ty: Type::Dynamic }
    }

    /// The values of all slots, as they stand in the record.
    fn values(extractor: &mut Extractor<'_>, record: &str, slots: usize) -> Vec<String> {
        assert!(extractor.object(record, None), "{record}");
        extractor.select(record, 0, |_| true);
        let mut values = vec![String::new(); slots];
        for (slot, token) in extractor.tokens(record) {
            assert_eq!(values[slot], "", "one value for slot {slot} of {record}");
            let (Token::Json(text) | Token::Clean(text)) = token else { continue };
            assert!(matches!(token, Token::Json(_)) || text.starts_with('"') && !text.contains('\\'), "{text}");
            values[slot] = text.to_owned();
        }
        values
    }

    #[test]
    fn a_shape_tells_what_a_look_at_each_member_does() {
        let columns = [
            column(0, "A", None),
            column(1, "B", None),
            column(2, "B", Some("in")),
            column(3, "AuditData", Some("A")),
            column(4, "c", None),
            column(5, "long name of a column that is wanted", None),
        ];
        let paths = Paths::new(&columns);
        let records = [
            (r#"{"A":"1","B":{"in":"2"},"x":[1,{"A":9}]}"#, ["\"1\"", "{\"in\":\"2\"}", "\"2\"", "\"1\"", "", ""]),
            // Of two the later counts, and an exact name before another spelling of it.
            (r#"{"a":"0","A":1,"A":"1\"","b":true}"#, [r#""1\"""#, "true", "", r#""1\"""#, "", ""]),
            (r#" { "C" : null , "long name of a column that is wanted":"5" } "#, ["", "", "", "", "null", "\"5\""]),
            (r#"{"long name of a column that is wanteds":"5","A":""}"#, ["\"\"", "", "", "\"\"", "", ""]),
            (r#"{"AuditData":{"A":"7"},"A":"8"}"#, ["\"8\"", "", "", "\"7\"", "", ""]),
            (r#"{}"#, [""; 6]),
        ];
        // Each record after each other, so that all ways are expected, and not.
        let mut extractor = Extractor::new(&paths);
        for (first, _) in records {
            for (second, expected) in records {
                values(&mut extractor, first, 6);
                assert_eq!(values(&mut extractor, second, 6), expected, "{second} after {first}");
            }
        }
    }

    #[test]
    fn names_without_end_are_forgotten() {
        let columns = [column(0, "A", None)];
        let paths = Paths::new(&columns);
        let mut extractor = Extractor::new(&paths);
        for n in 0..5000 {
            let record = format!(r#"{{"n{n}":1,"A":{n},"m{}":2,"A{}":3}}"#, n % 7, n % 700);
            assert_eq!(values(&mut extractor, &record, 1), [n.to_string()]);
        }
    }
}
