//! How reals become text.

use std::borrow::Cow;

/// The shortest digits that read back as the same (finite, non-zero) real, and the place of the point: `0.digits * 10^point`.
fn shortest(value: f64) -> (String, i32) {
    let text = format!("{:e}", value.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (mantissa.replace('.', ""), exponent.parse::<i32>().unwrap_or(0) + 1)
}

/// Like `shortest`, but of several candidates of that length the largest, as Kusto's engine chooses: `0.1 + 0.2` is
/// `0.30000000000000007`.
fn largest_shortest(value: f64) -> (String, i32) {
    let (mut digits, point) = shortest(value);
    // Fewer digits leave one candidate only, but for the tiniest reals.
    while digits.len() >= 16 && !digits.ends_with('9') {
        let mut next = digits.clone();
        let last = next.pop().unwrap_or('9');
        next.push(char::from(last as u8 + 1));
        if format!("0.{next}e{point}").parse::<f64>().ok() != Some(value.abs()) {
            break;
        }
        digits = next;
    }
    (digits, point)
}

fn plain(digits: &str, point: i32, whole_suffix: &str) -> String {
    let count = digits.len() as i32;
    if point <= 0 {
        format!("0.{}{digits}", "0".repeat(point.unsigned_abs() as usize))
    } else if point >= count {
        format!("{digits}{}{whole_suffix}", "0".repeat((point - count) as usize))
    } else {
        let (whole, fraction) = digits.split_at(point as usize);
        format!("{whole}.{fraction}")
    }
}

fn scientific(digits: &str, point: i32) -> String {
    let (first, rest) = digits.split_at(1);
    let dot = if rest.is_empty() { "" } else { "." };
    format!("{first}{dot}{rest}") + &format!("E{}{:02}", if point > 0 { '+' } else { '-' }, (point - 1).unsigned_abs())
}

fn signed(value: f64, magnitude: String) -> String {
    if value.is_sign_negative() { format!("-{magnitude}") } else { magnitude }
}

/// As `tostring()` and `strcat()` print a real: `1.0`, `0.1`, `1e22`, `inf`, `NaN`.
pub fn engine_text(value: f64) -> Cow<'static, str> {
    if value.is_nan() {
        return Cow::Borrowed("NaN");
    }
    if value.is_infinite() {
        return Cow::Borrowed(if value > 0.0 { "inf" } else { "-inf" });
    }
    if value == 0.0 {
        return Cow::Borrowed(if value.is_sign_negative() { "-0.0" } else { "0.0" });
    }
    let (digits, point) = largest_shortest(value);
    let magnitude = if (-5..=21).contains(&point) {
        plain(&digits, point, ".0")
    } else {
        let (first, rest) = digits.split_at(1);
        let dot = if rest.is_empty() { "" } else { "." };
        format!("{first}{dot}{rest}e{}", point - 1)
    };
    Cow::Owned(signed(value, magnitude))
}

/// As a cell of a result prints a real: `1`, `0.1`, `1E+20`, `Infinity`, `NaN`.
pub fn cell_text(value: f64) -> Cow<'static, str> {
    if value.is_nan() {
        return Cow::Borrowed("NaN");
    }
    if value.is_infinite() {
        return Cow::Borrowed(if value > 0.0 { "Infinity" } else { "-Infinity" });
    }
    if value == 0.0 {
        return Cow::Borrowed(if value.is_sign_negative() { "-0" } else { "0" });
    }
    let (digits, point) = shortest(value);
    let magnitude = if (-3..=15).contains(&point) { plain(&digits, point, "") } else { scientific(&digits, point) };
    Cow::Owned(signed(value, magnitude))
}

/// As a number inside a dynamic: `1.0`, `0.1`, `1E+20`; what JSON can't say is a string, `"NaN"`.
pub fn json_text(value: f64) -> Cow<'static, str> {
    let text = cell_text(value);
    if !value.is_finite() {
        Cow::Owned(format!("\"{text}\""))
    } else if text.contains(['.', 'E']) {
        text
    } else {
        Cow::Owned(format!("{text}.0"))
    }
}

/// The real that `todouble("…")` reads: decimal notation with surrounding blanks, `nan`, `inf` and `infinity`.
pub fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    match unsigned.as_bytes().first()? {
        b'0'..=b'9' | b'.' => text.parse().ok(),
        b'n' | b'N' => matches!(unsigned, "nan" | "NaN" | "Nan").then_some(f64::NAN),
        b'i' | b'I' => {
            let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
            matches!(&unsigned[1..], "nf" | "nfinity").then_some(sign * f64::INFINITY)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_kusto_does() {
        let cases = [
            (0.1 + 0.2, "0.30000000000000007", "0.30000000000000004"),
            (1.0 / 3.0, "0.3333333333333333", "0.3333333333333333"),
            (42.0, "42.0", "42"),
            (-1.5, "-1.5", "-1.5"),
            (1e20, "100000000000000000000.0", "1E+20"),
            (1.5e-7, "1.5e-7", "1.5E-07"),
            (f64::INFINITY, "inf", "Infinity"),
            (5e-324, "5e-324", "5E-324"),
        ];
        for (value, engine, cell) in cases {
            assert_eq!((engine_text(value).as_ref(), cell_text(value).as_ref()), (engine, cell));
        }
        assert_eq!((json_text(5.0).as_ref(), json_text(f64::NAN).as_ref()), ("5.0", "\"NaN\""));
    }
}
