//! parse_xml(): a text of XML as a dynamic.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::plan::{Function, Kernel};
use crate::value::{Json, Value};

pub static PARSE_XML: Function = Function {
    name: "parse_xml",
    category: "String functions",
    signatures: &["(xml_text:stringordynamic) -> dynamic"],
    summary: "The document as a bag: elements by name, attributes as @name, text beside attributes as #text, repeated elements as arrays.",
    kernel: Kernel::Row(|arguments| parse(&arguments[0].to_text()).map_or(Value::Null, Json::into_dynamic)),
    examples: &[
        ("parse_xml('<e name=\"value\">text</e>')", r##"{"e":{"@name":"value","#text":"text"}}"##),
        ("parse_xml('<e> <a>text</a> <a>text</a> </e>')", r#"{"e":{"a":["text","text"]}}"#),
    ],
    ..Function::NEW
};

/// Deeper than this is no document but an attack.
const DEEPEST: usize = 128;

#[derive(Default)]
struct Element {
    name: String,
    members: Vec<(String, Json)>,
    text: String,
}

impl Element {
    fn add(&mut self, name: String, value: Json) {
        match self.members.iter_mut().find(|(n, _)| *n == name) {
            None => self.members.push((name, value)),
            Some((_, Json::Array(items))) => items.push(value),
            Some((_, first)) => {
                let before = std::mem::replace(first, Json::Null);
                *first = Json::Array(vec![before, value]);
            }
        }
    }

    fn value(self) -> Json {
        let text = self.text.trim();
        if self.members.is_empty() {
            return if text.is_empty() { Json::Null } else { Json::String(text.to_owned()) };
        }
        let mut members = self.members;
        if !text.is_empty() {
            members.push(("#text".to_owned(), Json::String(text.to_owned())));
        }
        Json::Object(members)
    }
}

fn parse(text: &str) -> Option<Json> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) if open.len() < DEEPEST => open.push(element(&start)?),
            Event::Start(_) => return None,
            Event::Empty(start) => {
                let element = element(&start)?;
                open.last_mut()?.add(element.name.clone(), element.value());
            }
            Event::End(_) => {
                let element = open.pop()?;
                open.last_mut()?.add(element.name.clone(), element.value());
            }
            Event::Text(part) => open.last_mut()?.text.push_str(&part),
            Event::CData(part) => open.last_mut()?.text.push_str(&part),
            Event::GeneralRef(name) => open.last_mut()?.text.push_str(&entity(&name)?),
            Event::Eof => break,
            _ => {}
        }
    }
    let root = (open.len() == 1).then(|| open.pop()).flatten()?;
    if root.members.is_empty() { None } else { Some(Json::Object(root.members)) }
}

fn element(start: &BytesStart<'_>) -> Option<Element> {
    let mut element = Element { name: start.name().as_ref().to_owned(), ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let raw = attribute.value.clone().into_owned();
        let value = quick_xml::escape::unescape(&raw).ok()?.into_owned();
        element.members.push((format!("@{}", attribute.key.as_ref()), Json::String(value)));
    }
    Some(element)
}

fn entity(name: &str) -> Option<String> {
    quick_xml::escape::unescape(&format!("&{name};")).ok().map(|text| text.into_owned())
}
