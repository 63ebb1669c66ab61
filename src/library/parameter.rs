//! What a saved query asks for: declared by its own text, or by the notes before it.

use crate::syntax;
use crate::syntax::ast::{ParameterKind, StatementKind};
use crate::value::Type;

/// A value that a saved query takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameter {
    pub name: String,
    /// As KQL calls it: `long`, `dynamic`.
    pub ty: String,
    /// The value where none is given, as KQL; a parameter without one must be given.
    pub default: Option<String>,
    pub description: String,
}

impl Parameter {
    /// As `declare query_parameters` has it.
    pub fn declaration(&self) -> String {
        let default = self.default.as_ref().map(|default| format!(" = {default}")).unwrap_or_default();
        format!("{}: {}{default}", self.name, self.ty)
    }

    /// A parameter of the notes: its default is a plain value, which becomes a literal of its type.
    pub fn of_notes(name: &str, ty: &str, default: Option<&str>, description: &str) -> Result<Parameter, String> {
        let (name, ty) = (name.trim(), if ty.is_empty() { "string" } else { ty });
        if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return Err(format!("`{name}` cannot be the name of a parameter"));
        }
        let kind = Type::parse(ty).ok_or_else(|| format!("the parameter {name} has no known type: `{ty}`"))?;
        let default = default.map(|text| match kind {
            Type::String => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            Type::Bool | Type::Long | Type::Real => text.to_owned(),
            _ => format!("{ty}({text})"),
        });
        Ok(Parameter { name: name.to_owned(), ty: ty.to_owned(), default, description: description.to_owned() })
    }
}

/// The parameters that a query's text declares; `None` where it declares none, or cannot be read.
pub fn declared(query: &str) -> Option<Vec<Parameter>> {
    let tree = syntax::parse_with(query, syntax::Options { headless: true, ..syntax::Options::default() }).ok()?;
    tree.statements.iter().find_map(|statement| match &statement.kind {
        StatementKind::QueryParameters(parameters) => Some(parameters.iter().map(|parameter| of_tree(parameter, query)).collect()),
        _ => None,
    })
}

fn of_tree(parameter: &syntax::ast::Parameter, query: &str) -> Parameter {
    let ty = match &parameter.kind {
        ParameterKind::Scalar(ty) => ty.to_string(),
        ParameterKind::Tabular { .. } => "table".to_owned(),
    };
    let default = parameter.default.as_ref().and_then(|default| query.get(default.span.range())).map(str::to_owned);
    Parameter { name: parameter.name.name.clone(), ty, default, description: String::new() }
}

/// Declares what the notes name where the text does not, on its first line so that positions in the others stay true.
/// What the notes say of a parameter goes with it either way.
pub fn settle(query: &mut String, notes: Vec<Parameter>) -> Vec<Parameter> {
    let Some(mut own) = declared(query) else {
        if !notes.is_empty() {
            let list: Vec<String> = notes.iter().map(Parameter::declaration).collect();
            query.insert_str(0, &format!("declare query_parameters({}); ", list.join(", ")));
        }
        return notes;
    };
    for parameter in &mut own {
        if let Some(note) = notes.iter().find(|note| note.name == parameter.name) {
            parameter.description.clone_from(&note.description);
        }
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_declare_what_the_text_does_not() {
        let notes =
            || vec![Parameter::of_notes("user", "", Some("a\"b"), "who").unwrap(), Parameter::of_notes("n", "long", None, "").unwrap()];
        let mut plain = "// ---\nT | where U == user".to_owned();
        assert_eq!(settle(&mut plain, notes()), notes());
        assert!(plain.starts_with("declare query_parameters(user: string = \"a\\\"b\", n: long); // ---\n"), "{plain}");
        let mut declaring = "declare query_parameters(user:string, days:timespan = 1d);\nT".to_owned();
        let own = settle(&mut declaring, notes());
        assert_eq!(own[0], Parameter { name: "user".into(), ty: "string".into(), default: None, description: "who".into() });
        assert_eq!(own[1].default.as_deref(), Some("1d"));
        assert!(Parameter::of_notes("n", "number", None, "").unwrap_err().contains("number"));
    }
}
