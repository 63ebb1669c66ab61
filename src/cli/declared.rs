//! `--schema F`: tables declared in JSON, `{"Table": {"column": "type"}}`, columns in the file's order.

use std::fmt;
use std::path::Path;

use serde::Deserializer;
use serde::de::{MapAccess, Visitor};

use crate::value::{Field, Type};

use super::status::Failure;

pub type Tables = Vec<(String, Vec<Field>)>;

/// Reads the file, if one is named.
pub fn read(path: Option<&Path>) -> Result<Tables, Failure> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path.display(), &error))?;
    parse(&text).map_err(|message| Failure::usage(format!("{}: {message}", path.display())))
}

fn parse(text: &str) -> Result<Tables, String> {
    let Pairs(tables) = serde_json::from_str::<Pairs<Pairs<String>>>(text).map_err(|error| error.to_string())?;
    tables.into_iter().map(|(table, Pairs(columns))| Ok((table.clone(), fields(&table, columns)?))).collect()
}

fn fields(table: &str, columns: Vec<(String, String)>) -> Result<Vec<Field>, String> {
    let field = |(name, ty): (String, String)| match Type::parse(&ty) {
        Some(ty) => Ok(Field { name, ty }),
        None => Err(format!("the column {table}.{name} has the type `{ty}`, which KQL does not have")),
    };
    columns.into_iter().map(field).collect()
}

/// An object's members in order.
struct Pairs<V>(Vec<(String, V)>);

impl<'de, V: serde::Deserialize<'de>> serde::Deserialize<'de> for Pairs<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor(std::marker::PhantomData))
    }
}

struct PairsVisitor<V>(std::marker::PhantomData<V>);

impl<'de, V: serde::Deserialize<'de>> Visitor<'de> for PairsVisitor<V> {
    type Value = Pairs<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object: {\"Table\": {\"column\": \"type\"}}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<V>, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order_and_names_what_is_wrong() {
        let tables = parse(r#"{"T": {"b": "long", "a": "date"}, "E": {}}"#).unwrap();
        assert_eq!(tables, [("T".into(), vec![Field::new("b", Type::Long), Field::new("a", Type::DateTime)]), ("E".into(), vec![])]);
        assert!(parse(r#"{"T": {"b": "text"}}"#).unwrap_err().contains("T.b"));
        assert!(parse("[]").is_err());
    }
}
