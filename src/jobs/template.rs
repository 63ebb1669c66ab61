//! `{{Column}}` in titles and descriptions, as `alertDetailsOverride` has it.

/// The text with each `{{Column}}` replaced; a column that is not there stays as it was written.
pub fn render(format: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(format.len());
    let mut rest = format;
    while let Some((before, behind)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((name, behind)) = behind.split_once("}}") else {
            out.push_str("{{");
            rest = behind;
            continue;
        };
        match value(name.trim()) {
            Some(value) => out.push_str(&value),
            None => out.push_str(&format!("{{{{{name}}}}}")),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_are_replaced_and_values_are_not_read_again() {
        let value = |name: &str| (name == "A").then(|| "{{B}}".to_owned());
        assert_eq!(super::render("x {{A}} {{ A }} {{B}} {{", value), "x {{B}} {{B}} {{B}} {{");
    }
}
