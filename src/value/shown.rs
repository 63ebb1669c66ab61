//! What the text of a value can hold, told from its type.

use super::Type;

/// Whether the text of some value of a type (`tostring`) can hold a text, in any case of letters; `whole` where only whole terms count, as
/// for `has`. `true` where it is not known.
pub fn may_show(ty: Type, text: &str, whole: bool) -> bool {
    let letters = match ty {
        _ if text.is_empty() => return true,
        Type::Bool => return ["true", "false"].iter().any(|shown| shown.contains(&text.to_ascii_lowercase())),
        Type::DateTime => return stands_in_time(text, whole),
        Type::Int | Type::Long | Type::TimeSpan => "",
        Type::Real => "einfnaty",
        Type::Decimal => "e",
        Type::Guid => "abcdef",
        Type::String | Type::Dynamic => return true,
    };
    !text.bytes().any(|byte| byte.is_ascii_alphabetic() && !letters.as_bytes().contains(&byte.to_ascii_lowercase()))
}

fn stands_in_time(text: &str, whole: bool) -> bool {
    /// How a time is shown; a zero stands for any digit.
    const TIME: &[u8] = b"0000-00-00t00:00:00.0000000z";
    let class = |byte: u8| if byte.is_ascii_digit() { b'0' } else { byte.to_ascii_lowercase() };
    let text: Vec<u8> = text.bytes().map(class).collect();
    let in_term = |at: Option<usize>| at.and_then(|at| TIME.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    TIME.windows(text.len().max(1)).enumerate().any(|(at, part)| {
        let cuts = in_term(at.checked_sub(1)) && in_term(Some(at)) || in_term(Some(at + text.len() - 1)) && in_term(Some(at + text.len()));
        part == text && !(whole && cuts)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_time_can_show() {
        let shown = |text| (may_show(Type::DateTime, text, false), may_show(Type::DateTime, text, true));
        assert_eq!(shown("2024"), (true, true));
        assert_eq!(shown("50126"), (true, false));
        assert_eq!(shown("01T03"), (true, true));
        assert_eq!(shown("1T03:00"), (true, false));
        assert_eq!(shown("2024-06-01T03:00:00.0000000Z"), (true, true));
        assert_eq!(shown("203.0.113.5"), (false, false));
        assert_eq!(shown("breakglass"), (false, false));
    }

    #[test]
    fn what_others_can_show() {
        assert!(may_show(Type::Bool, "TRUE", true) && may_show(Type::Bool, "als", false) && !may_show(Type::Bool, "truth", false));
        assert!(may_show(Type::Long, "-15", true) && !may_show(Type::Long, "1e5", true));
        assert!(may_show(Type::Real, "NaN", true) && may_show(Type::Guid, "BEEF", false) && !may_show(Type::Guid, "ghi", false));
    }
}
