//! The browser, or the program in its place.

use super::{bag, behind, numbers};
use crate::value::Json;

/// What stands in a user agent, before its version, and the family that it shows. The first that is found counts: what others
/// are built on comes last.
const BROWSERS: &[(&str, &str)] = &[
    ("Googlebot/", "Googlebot"),
    ("bingbot/", "bingbot"),
    ("YandexBot/", "YandexBot"),
    ("Baiduspider/", "Baiduspider"),
    ("DuckDuckBot/", "DuckDuckBot"),
    ("AhrefsBot/", "AhrefsBot"),
    ("SemrushBot/", "SemrushBot"),
    ("Applebot/", "Applebot"),
    ("Twitterbot/", "Twitterbot"),
    ("LinkedInBot/", "LinkedInBot"),
    ("facebookexternalhit/", "FacebookBot"),
    ("AdobeAIR/", "AdobeAIR"),
    ("PhantomJS/", "PhantomJS"),
    ("HeadlessChrome/", "HeadlessChrome"),
    ("FBAV/", "Facebook"),
    ("Instagram ", "Instagram"),
    ("MicroMessenger/", "WeChat"),
    ("Slack_SSB/", "Slack Desktop Client"),
    ("Thunderbird/", "Thunderbird"),
    ("SeaMonkey/", "SeaMonkey"),
    ("python-requests/", "Python Requests"),
    ("Python-urllib/", "Python-urllib"),
    ("aiohttp/", "Python aiohttp"),
    ("PostmanRuntime/", "PostmanRuntime"),
    ("Go-http-client/", "Go-http-client"),
    ("Apache-HttpClient/", "Apache-HttpClient"),
    ("okhttp/", "okhttp"),
    ("axios/", "axios"),
    ("Wget/", "Wget"),
    ("curl/", "curl"),
    ("CFNetwork/", "CFNetwork"),
    ("Microsoft Outlook ", "Outlook"),
    ("Outlook ", "Outlook"),
    ("EdgA/", "Edge Mobile"),
    ("EdgiOS/", "Edge Mobile"),
    ("Edg/", "Edge"),
    ("Edge/", "Edge"),
    ("Opera Mini/", "Opera Mini"),
    ("OPiOS/", "Opera Mini"),
    ("OPR/", "Opera"),
    ("Opera/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("YaBrowser/", "Yandex Browser"),
    ("UCBrowser/", "UC Browser"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Silk/", "Amazon Silk"),
    ("Electron/", "Electron"),
    ("DuckDuckGo/", "DuckDuckGo Mobile"),
    ("FxiOS/", "Firefox iOS"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome Mobile iOS"),
    ("GSA/", "Google"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Series60/", "Nokia OSS Browser"),
    ("IEMobile/", "IE Mobile"),
    ("IEMobile ", "IE Mobile"),
    ("MSIE ", "IE"),
    ("Trident/7.0; rv:", "IE"),
];

pub fn browser(agent: &str) -> Json {
    let found = BROWSERS.iter().find_map(|(mark, family)| behind(agent, mark).map(|version| (*family, version)));
    let (family, version) = match found {
        Some((family, version)) => on_phones(family, version, agent),
        None => apple(agent),
    };
    let numbers = numbers(version);
    let part = |i: usize| Json::String(numbers.get(i).cloned().unwrap_or_default());
    bag([("Family", Json::String(family.to_owned())), ("MajorVersion", part(0)), ("MinorVersion", part(1)), ("Patch", part(2))])
}

/// Browsers that have another name on phones, and Opera, which hides its version behind another.
fn on_phones<'t>(family: &'static str, version: &'t str, agent: &'t str) -> (&'static str, &'t str) {
    match family {
        "Chrome" if agent.contains("; wv)") => ("Chrome Mobile WebView", version),
        "Chrome" if agent.contains("Mobile Safari/") => ("Chrome Mobile", version),
        "Firefox" if agent.contains("Mobile;") => ("Firefox Mobile", version),
        "Edge" if agent.contains("Windows Phone") => ("Edge Mobile", version),
        "Opera" if agent.contains("Mobile Safari/") => ("Opera Mobile", version),
        "Opera" => ("Opera", behind(agent, "Version/").unwrap_or(version)),
        other => (other, version),
    }
}

fn apple(agent: &str) -> (&'static str, &str) {
    let version = behind(agent, "Version/").unwrap_or("");
    if agent.contains("Android") && agent.contains("Safari/") {
        return ("Android", behind(agent, "Android ").unwrap_or(""));
    }
    match (agent.contains("Safari/"), agent.contains("Mobile/")) {
        (true, true) => ("Mobile Safari", version),
        (true, false) => ("Safari", version),
        _ if agent.contains("iPhone") || agent.contains("iPad") => ("Mobile Safari UI/WKWebView", ""),
        _ => ("Other", ""),
    }
}
