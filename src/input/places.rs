//! Databases in MaxMind's format: where addresses are.

use std::fmt;
use std::net::IpAddr;
use std::path::Path;

use maxminddb::{PathElement, Reader};

use crate::plan::Places;
use crate::value::Json;

pub struct PlaceDatabase(Reader<Vec<u8>>);

impl PlaceDatabase {
    /// Reads the whole file. The error is a sentence for who gave its name.
    pub fn open(file: &Path) -> Result<PlaceDatabase, String> {
        Reader::open_readfile(file).map(PlaceDatabase).map_err(|error| format!("{} is no database of places: {error}", file.display()))
    }
}

impl fmt::Debug for PlaceDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "places of {}", self.0.metadata().database_type)
    }
}

impl Places for PlaceDatabase {
    fn find(&self, address: IpAddr) -> Option<Json> {
        let found = self.0.lookup(address).ok().filter(|found| found.has_data())?;
        let text = |path: &[PathElement<'_>]| found.decode_path::<String>(path).ok().flatten().map(Json::String);
        let number =
            |name| found.decode_path::<f64>(&[PathElement::Key("location"), PathElement::Key(name)]).ok().flatten().map(Json::Real);
        let english = [PathElement::Key("names"), PathElement::Key("en")];
        let named = |what: &[PathElement<'static>]| text(&[what, &english].concat());
        let parts = [
            ("country", named(&[PathElement::Key("country")])),
            ("state", named(&[PathElement::Key("subdivisions"), PathElement::Index(0)])),
            ("city", named(&[PathElement::Key("city")])),
            ("latitude", number("latitude")),
            ("longitude", number("longitude")),
        ];
        Some(Json::Object(parts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()))
    }
}
