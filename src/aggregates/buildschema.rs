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

/// What occurs at one place.
#[derive(Default)]
struct Schema {
    /// The shapes, in the order of their appearance.
    shapes: Vec<Shape>,
    /// The members of its bags, and what its arrays hold.
    bag: Option<Vec<(String, Schema)>>,
    array: Option<Box<Schema>>,
}

#[derive(PartialEq, Eq)]
enum Shape {
    Scalar(&'static str),
    Bag,
    Array,
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
        self.saw(Shape::Scalar(name));
    }

    fn saw(&mut self, shape: Shape) {
        if !self.shapes.contains(&shape) {
            self.shapes.push(shape);
        }
    }

    fn array(&mut self) -> &mut Schema {
        self.saw(Shape::Array);
        self.array.get_or_insert_default()
    }

    fn bag(&mut self) -> &mut Vec<(String, Schema)> {
        self.saw(Shape::Bag);
        self.bag.get_or_insert_default()
    }

    fn absorb(&mut self, later: Schema) {
        later.shapes.into_iter().for_each(|shape| self.saw(shape));
        if let Some(inner) = later.array {
            self.array().absorb(*inner);
        }
        for (key, schema) in later.bag.into_iter().flatten() {
            property(self.bag(), &key).absorb(schema);
        }
    }

    fn json(&self) -> Json {
        let mut shapes: Vec<Json> = Vec::new();
        for shape in &self.shapes {
            shapes.push(match shape {
                Shape::Scalar(name) => Json::String((*name).to_owned()),
                Shape::Array => {
                    let inner = self.array.as_ref().map_or(Json::Array(Vec::new()), |inner| inner.json());
                    Json::Object(vec![("`indexer`".to_owned(), inner)])
                }
                Shape::Bag => {
                    let members = self.bag.iter().flatten();
                    Json::Object(members.map(|(key, schema)| (key.clone(), schema.json())).collect())
                }
            });
        }
        match shapes.len() {
            1 => shapes.remove(0),
            _ => Json::Array(shapes),
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

    fn finish(&self) -> Vec<Value<'static>> {
        vec![if self.shapes.is_empty() { Value::Null } else { self.json().into_dynamic() }]
    }
}
