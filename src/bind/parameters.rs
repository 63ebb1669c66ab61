//! Parameters of operators: `kind=inner`, `isfuzzy=true`, `hint.strategy=shuffle`.

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::syntax::ast::{ExprKind, OperatorParameter};
use crate::value::Value;

/// A parameter's value as text: a word, a string or a literal.
pub fn text(parameters: &[OperatorParameter], name: &str) -> Option<(String, Span)> {
    let parameter = parameters.iter().find(|p| p.name.name.eq_ignore_ascii_case(name))?;
    let text = match &parameter.value.kind {
        ExprKind::Name(word) => word.clone(),
        ExprKind::Literal { value: Value::String(text), .. } => text.to_string(),
        ExprKind::Literal { value, .. } => value.to_text().to_lowercase(),
        _ => String::new(),
    };
    Some((text, parameter.value.span))
}

/// A parameter that is `true` or `false`; false where it is not given.
pub fn flag(parameters: &[OperatorParameter], name: &str) -> bool {
    text(parameters, name).is_some_and(|(value, _)| value.eq_ignore_ascii_case("true"))
}

/// Refuses parameters that the grammar has, and of which Microsoft does not tell what they do.
pub fn refuse(parameters: &[OperatorParameter], names: &[&str]) -> Result<()> {
    match parameters.iter().find(|p| names.iter().any(|name| p.name.name.eq_ignore_ascii_case(name))) {
        None => Ok(()),
        Some(found) => {
            let message = format!("Microsoft has not published what `{}` does here", found.name.name);
            Err(Diagnostic::error(Code::UNSUPPORTED, found.name.span, message))
        }
    }
}

/// A parameter that must be one of some words. `default` where it is not given.
pub fn choice<T: Copy>(parameters: &[OperatorParameter], name: &str, default: T, choices: &[(&str, T)]) -> Result<T> {
    let Some((value, span)) = text(parameters, name) else { return Ok(default) };
    match choices.iter().find(|(word, _)| *word == value) {
        Some((_, choice)) => Ok(*choice),
        None => Err(Diagnostic::error(Code::INVALID_PARAMETER, span, format!("`{name}` cannot be `{value}`"))
            .did_you_mean(&value, choices.iter().map(|(word, _)| *word))
            .help(format!("it can be {}", choices.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(", ")))),
    }
}
