//! Rules as Sentinel and Defender publish them. Only the query is required: published files lack any of the rest.

use yaml_rust2::{Yaml, YamlLoader};

use super::rule::{Entity, Rule};
use super::severity::Severity;

/// The rule that a YAML text tells of.
pub fn rule(text: &str) -> Result<Rule, String> {
    let documents = YamlLoader::load_from_str(text).map_err(|error| format!("it is no YAML: {error}"))?;
    let document = documents.first().filter(|document| document.is_hash()).ok_or("it holds no rule: names with values are expected")?;
    Ok(fields(document))
}

/// What a mapping says, whether it stands in a file of its own or before a query.
fn fields(yaml: &Yaml) -> Rule {
    let get = |key: &str| text(member(yaml, key));
    Rule {
        id: get("id"),
        name: get("name"),
        description: unquoted(&get("description")),
        severity: Severity::parse(&get("severity")),
        kind: kind(&get("kind")),
        tactics: list(member(yaml, "tactics")),
        techniques: list(member(yaml, "relevantTechniques")),
        query: get("query"),
        frequency: get("queryFrequency"),
        period: get("queryPeriod"),
        trigger_operator: get("triggerOperator"),
        trigger_threshold: get("triggerThreshold"),
        grouping: text(member(member(yaml, "eventGroupingSettings"), "aggregationKind")),
        suppression: get("suppressionDuration"),
        entities: items(member(yaml, "entityMappings")).map(entity).collect(),
        custom_details: pairs(member(yaml, "customDetails")),
        alert_details: pairs(member(yaml, "alertDetailsOverride")),
        version: get("version"),
        tables: tables(yaml),
        ..Rule::default()
    }
}

fn entity(yaml: &Yaml) -> Entity {
    let field = |field: &Yaml| (text(member(field, "identifier")), text(member(field, "columnName")));
    Entity { kind: text(member(yaml, "entityType")), fields: items(member(yaml, "fieldMappings")).map(field).collect() }
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
        assert!(super::rule("- a").unwrap_err().contains("no rule"));
    }
}
