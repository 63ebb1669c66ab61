//! geo_from_wkt(): well-known text to GeoJSON.

use crate::plan::{Function, Kernel};
use crate::value::{Json, Value};

use super::geojson::{collection, geometry};
use super::point::CATEGORY;

pub static GEO_FROM_WKT: Function = Function {
    name: "geo_from_wkt",
    category: CATEGORY,
    signatures: &["(wkt:stringorarray) -> dynamic"],
    summary: "A GeoJSON geometry from its well-known text; null for text that is none.",
    kernel: Kernel::Row(|arguments| {
        let Some(text) = arguments[0].as_str() else { return Value::Null };
        let mut reader = Reader { rest: text };
        let read = reader.shape(0).filter(|_| reader.at_end());
        read.map_or(Value::Null, Json::into_dynamic)
    }),
    examples: &[
        ("geo_from_wkt('POINT (1 2)')", "{\"type\":\"Point\",\"coordinates\":[1,2]}"),
        ("geo_from_wkt('POLYGON ((0 0, 2 0, 2 2, 0 0))').coordinates", "[[[0,0],[2,0],[2,2],[0,0]]]"),
        ("geo_from_wkt('LINESTRING')", ""),
    ],
    differs: "only from a string, not from an array",
    ..Function::NEW
};

/// How deep collections may hold collections.
const DEEPEST: usize = 64;

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn at_end(&self) -> bool {
        self.rest.trim().is_empty()
    }

    fn take(&mut self, symbol: char) -> Option<()> {
        self.rest = self.rest.trim_start().strip_prefix(symbol)?;
        Some(())
    }

    fn word(&mut self) -> String {
        let text = self.rest.trim_start();
        let (word, rest) = text.split_at(text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len()));
        self.rest = rest;
        word.to_ascii_uppercase()
    }

    fn shape(&mut self, depth: usize) -> Option<Json> {
        let (name, levels) = match self.word().as_str() {
            "POINT" => {
                self.take('(')?;
                let point = self.point()?;
                self.take(')')?;
                return Some(geometry("Point", point));
            }
            "LINESTRING" => ("LineString", 1),
            "MULTIPOINT" => ("MultiPoint", 1),
            "POLYGON" => ("Polygon", 2),
            "MULTILINESTRING" => ("MultiLineString", 2),
            "MULTIPOLYGON" => ("MultiPolygon", 3),
            "GEOMETRYCOLLECTION" if depth < DEEPEST => return self.collection(depth),
            _ => return None,
        };
        Some(geometry(name, self.nested(levels)?))
    }

    fn collection(&mut self, depth: usize) -> Option<Json> {
        self.list(|reader| reader.shape(depth + 1)).map(collection)
    }

    fn nested(&mut self, levels: usize) -> Option<Json> {
        let items = if levels == 1 { self.list(Reader::enclosed_point) } else { self.list(|reader| reader.nested(levels - 1)) };
        items.map(Json::Array)
    }

    fn list(&mut self, item: impl Fn(&mut Self) -> Option<Json>) -> Option<Vec<Json>> {
        self.take('(')?;
        let mut items = vec![item(self)?];
        while self.take(',').is_some() {
            items.push(item(self)?);
        }
        self.take(')')?;
        Some(items)
    }

    /// `1 2`, or `(1 2)` as multipoints may have it.
    fn enclosed_point(&mut self) -> Option<Json> {
        if self.take('(').is_none() {
            return self.point();
        }
        let point = self.point()?;
        self.take(')')?;
        Some(point)
    }

    fn point(&mut self) -> Option<Json> {
        let mut numbers = vec![self.number()?, self.number()?];
        while let Some(number) = self.number() {
            numbers.push(number);
        }
        Some(Json::Array(numbers))
    }

    fn number(&mut self) -> Option<Json> {
        let text = self.rest.trim_start();
        let (number, rest) = text.split_at(text.find(|c: char| !(c.is_ascii_digit() || "+-.eE".contains(c))).unwrap_or(text.len()));
        let read = number.parse().map(Json::Long).or_else(|_| number.parse().map(Json::Real)).ok()?;
        self.rest = rest;
        Some(read)
    }
}
