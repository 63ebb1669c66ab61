//! buildschema(): the least schema that all values of a group fit.

use crate::plan::{Aggregate, GroupState, PerGroup};
use crate::value::{Json, Type, Value};

pub static BUILDSCHEMA: Aggregate = Aggregate {
    name: "buildschema",
    category: "Aggregation functions",
    signatures: &["(expr:dynamicbag) -> dynamic"],
    summary: "The types of all properties; where several occur an array of them, and of an array's elements under `indexer`.",
    prefix: "schema",
    make: |_| Ok(PerGroup::boxed(vec![Type::Dynamic], Schema::default)),
    examples: &[(
        "datatable(v:dynamic)[dynamic({'a': 1}), dynamic({'a': 'x', 'b': [true]})] | summarize buildschema(v)",
        "{\"a\":[\"long\",\"string\"],\"b\":{\"`indexer`\":\"bool\"}}",
    )],
    ..Aggregate::NEW
};

/// The shapes that occur at one place, in the order of their appearance.
#[derive(Default)]
struct Schema(Vec<Shape>);

enum Shape {
    Scalar(&'static str),
    Bag(Vec<(String, Schema)>),
    Array(Schema),
}

impl Schema {
    fn add(&mut self, json: &Json) {
        match json {
            Json::Null => {}
            Json::Array(items) => items.iter().for_each(|item| self.array().add(item)),
            Json::Object(members) => {
                let bag = self.bag();
                members.iter().for_each(|(key, value)| property(bag, key).add(value));
            }
            Json::Bool(_) => self.scalar("bool"),
            Json::Long(_) => self.scalar("long"),
            Json::Real(_) => self.scalar("double"),
            Json::Decimal(_) => self.scalar("decimal"),
            Json::DateTime(_) => self.scalar("datetime"),
            Json::TimeSpan(_) => self.scalar("timespan"),
            Json::Guid(_) => self.scalar("guid"),
            Json::String(_) => self.scalar("string"),
        }
    }

    fn scalar(&mut self, name: &'static str) {
        if !self.0.iter().any(|shape| matches!(shape, Shape::Scalar(known) if *known == name)) {
            self.0.push(Shape::Scalar(name));
        }
    }

    fn array(&mut self) -> &mut Schema {
        let at = self.find(|shape| matches!(shape, Shape::Array(_)), || Shape::Array(Schema::default()));
        match &mut self.0[at] {
            Shape::Array(inner) => inner,
            _ => unreachable!("it was found to be an array"),
        }
    }

    fn bag(&mut self) -> &mut Vec<(String, Schema)> {
        let at = self.find(|shape| matches!(shape, Shape::Bag(_)), || Shape::Bag(Vec::new()));
        match &mut self.0[at] {
            Shape::Bag(members) => members,
            _ => unreachable!("it was found to be a bag"),
        }
    }

    /// The place of a shape, which is added where it is missing.
    fn find(&mut self, is: impl Fn(&Shape) -> bool, new: impl FnOnce() -> Shape) -> usize {
        self.0.iter().position(is).unwrap_or_else(|| {
            self.0.push(new());
            self.0.len() - 1
        })
    }

    fn absorb(&mut self, later: Schema) {
        for shape in later.0 {
            match shape {
                Shape::Scalar(name) => self.scalar(name),
                Shape::Array(inner) => self.array().absorb(inner),
                Shape::Bag(members) => {
                    let bag = self.bag();
                    members.into_iter().for_each(|(key, schema)| property(bag, &key).absorb(schema));
                }
            }
        }
    }

    fn json(self) -> Json {
        let mut shapes: Vec<Json> = self.0.into_iter().map(Shape::json).collect();
        match shapes.len() {
            1 => shapes.remove(0),
            _ => Json::Array(shapes),
        }
    }
}

impl Shape {
    fn json(self) -> Json {
        match self {
            Shape::Scalar(name) => Json::String(name.to_owned()),
            Shape::Array(inner) => Json::Object(vec![("`indexer`".to_owned(), inner.json())]),
            Shape::Bag(members) => Json::Object(members.into_iter().map(|(key, schema)| (key, schema.json())).collect()),
        }
    }
}

fn property<'a>(bag: &'a mut Vec<(String, Schema)>, key: &str) -> &'a mut Schema {
    let at = bag.iter().position(|(known, _)| known == key).unwrap_or_else(|| {
        bag.push((key.to_owned(), Schema::default()));
        bag.len() - 1
    });
    &mut bag[at].1
}

impl GroupState for Schema {
    fn update(&mut self, arguments: &[Value<'_>]) {
        if let Value::Dynamic(dynamic) = &arguments[0] {
            self.add(&dynamic.json());
        }
    }

    fn merge(&mut self, later: Self) {
        self.absorb(later);
    }

    fn finish(self) -> Vec<Value<'static>> {
        vec![if self.0.is_empty() { Value::Null } else { self.json().into_dynamic() }]
    }
}
