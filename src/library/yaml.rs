//! Rules as Sentinel and Defender publish them. Only the query is required: published files lack any of the rest.

use yaml_rust2::{Yaml, YamlLoader};

use super::parameter::Parameter;
use super::rule::{Entity, Rule};
use super::severity::Severity;

/// The rule that a YAML text tells of.
pub fn rule(text: &str) -> Result<Rule, String> {
    let documents = YamlLoader::load_from_str(text).or_else(|error| {
        // The first message is about the text that the author knows.
        YamlLoader::load_from_str(&indented(text)).map_err(|_| format!("it is no YAML: {error}"))
    })?;
    let document = documents.first().filter(|document| document.is_hash()).ok_or("it holds no rule: names with values are expected")?;
    let rule = deployed(document).unwrap_or(document);
    Ok(Rule { parameters: parameters(member(rule, "parameters"))?, ..fields(rule) })
}

/// Published files have lines of a block, mostly of the query, that are not indented: only a name ends the block before it.
fn indented(text: &str) -> String {
    let (mut out, mut in_block) = (String::with_capacity(text.len()), false);
    for line in text.lines() {
        match line.split_once(':') {
            Some((name, value)) if is_name(name, value) => in_block = value.trim().starts_with(['|', '>']),
            _ if in_block && !line.starts_with(' ') => out.push_str("  "),
            _ => {}
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// Whether a line begins a member of a document's outermost level.
fn is_name(name: &str, value: &str) -> bool {
    let is_plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_plain && (value.is_empty() || value.starts_with([' ', '\t', '\r']))
}

/// The properties of the rule that a deployment template holds.
fn deployed(yaml: &Yaml) -> Option<&Yaml> {
    items(member(yaml, "resources"))
        .map(|resource| member(resource, "properties"))
        .find(|properties| !text(member(properties, "query")).is_empty())
}

/// What a mapping says, whether it stands in a file of its own or before a query.
fn fields(yaml: &Yaml) -> Rule {
    let get = |key: &str| text(member(yaml, key));
    Rule {
        id: get("id"),
        name: first([get("name"), get("displayName")]),
        description: unquoted(&get("description")),
        severity: Severity::parse(&get("severity")),
        kind: kind(&get("kind")),
        tactics: list(member(yaml, "tactics")),
        techniques: ["relevantTechniques", "techniques"].into_iter().flat_map(|key| list(member(yaml, key))).collect(),
        query: get("query"),
        frequency: get("queryFrequency"),
        period: get("queryPeriod"),
        trigger_operator: get("triggerOperator"),
        trigger_threshold: get("triggerThreshold"),
        grouping: text(member(member(yaml, "eventGroupingSettings"), "aggregationKind")),
        suppression: suppression(yaml),
        entities: items(member(yaml, "entityMappings")).map(entity).collect(),
        custom_details: pairs(member(yaml, "customDetails")),
        alert_details: pairs(member(yaml, "alertDetailsOverride")),
        version: get("version"),
        tables: tables(yaml),
        ..Rule::default()
    }
}

/// Published rules often name a duration and switch it off on the next line.
fn suppression(yaml: &Yaml) -> String {
    let off = text(member(yaml, "suppressionEnabled")).eq_ignore_ascii_case("false");
    if off { String::new() } else { text(member(yaml, "suppressionDuration")) }
}

fn entity(yaml: &Yaml) -> Entity {
    let field = |field: &Yaml| (text(member(field, "identifier")), text(member(field, "columnName")));
    Entity { kind: text(member(yaml, "entityType")), fields: items(member(yaml, "fieldMappings")).map(field).collect() }
}

/// `name: {type: long, default: 5, description: …}`.
fn parameters(yaml: &Yaml) -> Result<Vec<Parameter>, String> {
    let get = |parameter: &Yaml, key: &str| text(member(parameter, key));
    let members = yaml.as_hash().into_iter().flatten();
    let parameter = |(name, says): (&Yaml, &Yaml)| {
        let default = Some(member(says, "default")).filter(|default| !default.is_badvalue()).map(text);
        Parameter::of_notes(&text(name), &get(says, "type"), default.as_deref(), &get(says, "description"))
    };
    members.map(parameter).collect()
}

/// `tables`, or the data types of the connectors.
fn tables(yaml: &Yaml) -> Vec<String> {
    let connectors = items(member(yaml, "requiredDataConnectors")).flat_map(|connector| list(member(connector, "dataTypes")));
    let mut tables = list(member(yaml, "tables"));
    for table in connectors {
        if !tables.contains(&table) {
            tables.push(table);
        }
    }
    tables
}

fn first(texts: [String; 2]) -> String {
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
}

/// Published files write both `Scheduled` and `scheduled`.
fn kind(text: &str) -> String {
    let known = ["Scheduled", "NRT"].into_iter().find(|known| known.eq_ignore_ascii_case(text));
    known.map_or_else(|| text.to_owned(), str::to_owned)
}

/// Descriptions are often quoted inside a block that needs no quotes.
fn unquoted(text: &str) -> String {
    let text = text.trim();
    text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')).unwrap_or(text).trim().to_owned()
}

/// A member by its name, in any case.
fn member<'y>(yaml: &'y Yaml, key: &str) -> &'y Yaml {
    let members = yaml.as_hash().into_iter().flatten();
    let mut found = members.filter(|(name, _)| name.as_str().is_some_and(|name| name.eq_ignore_ascii_case(key)));
    found.next().map_or(&Yaml::BadValue, |(_, value)| value)
}

fn items(yaml: &Yaml) -> impl Iterator<Item = &Yaml> {
    yaml.as_vec().into_iter().flatten()
}

/// A scalar as it was written.
fn text(yaml: &Yaml) -> String {
    match yaml {
        Yaml::String(text) | Yaml::Real(text) => text.clone(),
        Yaml::Integer(number) => number.to_string(),
        Yaml::Boolean(value) => value.to_string(),
        _ => String::new(),
    }
}

/// A list, or the one item that stands for it.
fn list(yaml: &Yaml) -> Vec<String> {
    let all: Vec<String> = if yaml.is_array() { items(yaml).map(text).collect() } else { vec![text(yaml)] };
    all.into_iter().filter(|item| !item.is_empty()).collect()
}

fn pairs(yaml: &Yaml) -> Vec<(String, String)> {
    yaml.as_hash().into_iter().flatten().map(|(name, value)| (text(name), text(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_rules_load_and_bad_ones_say_why() {
        let odd = "id: 7\nKIND: nrt\ndescription: |\n  'Who came'\ntactics: Impact\nquery: T | take 1\nentityMappings:\n- entityType: IP\n  fieldMappings:\n  - identifier: Address\n    columnName: ClientIP\n";
        let rule = rule(odd).unwrap();
        assert_eq!((&*rule.id, &*rule.kind, &*rule.description, &*rule.query), ("7", "NRT", "Who came", "T | take 1"));
        assert_eq!(rule.tactics, ["Impact"]);
        assert_eq!(rule.entities[0].fields, [("Address".to_owned(), "ClientIP".to_owned())]);
        assert!(super::rule("name: [").unwrap_err().contains("it is no YAML"));
        let flat = "name: Flat\nquery: |\n  T\n| where x == 1\nversion: 1.0\n";
        assert_eq!(super::rule(flat).map(|rule| (rule.query, rule.version)), Ok(("T\n| where x == 1\n".to_owned(), "1.0".to_owned())));
        let template = "resources:\n- kind: Scheduled\n  properties:\n    displayName: Deployed\n    query: T\n    techniques: [T1110]\n";
        assert_eq!(super::rule(template).map(|rule| (rule.name, rule.query)), Ok(("Deployed".to_owned(), "T".to_owned())));
        assert!(super::rule("- a").unwrap_err().contains("no rule"));
    }
}
