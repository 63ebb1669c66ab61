//! The device.

use super::{bag, behind, is_spider};
use crate::value::Json;

pub fn device(agent: &str) -> Json {
    let (family, brand, model) = named(agent).unwrap_or_else(|| android(agent));
    bag([("Family", Json::String(family)), ("Brand", Json::String(brand)), ("Model", Json::String(model))])
}

fn three(family: &str, brand: &str, model: &str) -> (String, String, String) {
    (family.to_owned(), brand.to_owned(), model.to_owned())
}

fn named(agent: &str) -> Option<(String, String, String)> {
    if is_spider(agent) {
        return Some(three("Spider", "Spider", "Desktop"));
    }
    for family in ["iPhone", "iPad", "iPod"] {
        if agent.contains(family) {
            return Some(three(family, "Apple", family));
        }
    }
    if let Some(rest) = behind(agent, "Nokia").filter(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric())) {
        let model = rest.split(['/', ' ', ';', ')']).next().unwrap_or("");
        let family = format!("Nokia {}", model.split('-').next().unwrap_or(""));
        return Some(three(&family, "Nokia", model));
    }
    agent.contains("Macintosh").then(|| three("Mac", "Apple", "Mac"))
}

/// Android names the model behind its version: `(Linux; Android 9; SM-G960F Build/R16NW)`.
fn android(agent: &str) -> (String, String, String) {
    let Some(rest) = behind(agent, "Android") else { return three("Other", "", "") };
    let segment = rest.split(')').next().and_then(|inside| inside.split(';').nth(1)).unwrap_or("").trim();
    let (model, built) = segment.split_once(" Build").map_or((segment, false), |(model, _)| (model.trim(), true));
    let samsung = model.strip_prefix("SAMSUNG ").unwrap_or(model);
    if samsung.starts_with("SM-") || samsung.starts_with("GT-") {
        three(&format!("Samsung {samsung}"), "Samsung", samsung)
    } else if model.starts_with("Pixel") || model.starts_with("Nexus") {
        three(model, "Google", model)
    } else if built && !model.is_empty() {
        three(model, "Generic_Android", model)
    } else {
        three("Generic Smartphone", "Generic", "Smartphone")
    }
}
