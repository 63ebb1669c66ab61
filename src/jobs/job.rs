//! A job as it runs: what the file of jobs says, over what the rule itself says, over what is usual.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::input::DayOrder;
use crate::library::{self, Rule, Severity};
use crate::value::TimeSpan;

use super::definition::{DateOrder, Definition, Definitions};
use super::deliver::Output;
use super::duration;
use super::trigger::{Grouping, Operator, Trigger};

/// A job, ready to run.
#[derive(Clone, Debug)]
pub struct Job {
    pub name: String,
    pub rule: Rule,
    pub inputs: Vec<String>,
    pub parameters: Vec<(String, String)>,
    pub frequency: TimeSpan,
    pub lookback: TimeSpan,
    pub trigger: Trigger,
    pub grouping: Grouping,
    pub suppression: Option<TimeSpan>,
    pub watchlists: Option<PathBuf>,
    pub functions: Option<PathBuf>,
    pub date_order: Option<DayOrder>,
    pub outputs: Vec<Output>,
    /// SHA-256 of all that decides which alerts there are.
    pub version: String,
}

/// Where neither the job nor its rule says how often to look and how far back.
const FREQUENCY: TimeSpan = TimeSpan::from_ticks(TimeSpan::TICKS_PER_HOUR);
const LOOKBACK: TimeSpan = TimeSpan::from_ticks(TimeSpan::TICKS_PER_DAY);
/// Near-real-time rules say neither: the service looks each minute at what came in. Exports come later than that.
const NRT_FREQUENCY: TimeSpan = TimeSpan::from_ticks(TimeSpan::TICKS_PER_MINUTE);
const NRT_LOOKBACK: TimeSpan = TimeSpan::from_ticks(TimeSpan::TICKS_PER_HOUR);

/// The jobs of a file, each by itself: one that makes no sense does not keep the others from running.
pub fn jobs(definitions: &Definitions, folder: &Path) -> Vec<(String, Result<Job, String>)> {
    let one = |definition: &Definition| (definition.name.clone(), job(definition, definitions, folder));
    definitions.jobs.iter().map(one).collect()
}

fn job(definition: &Definition, definitions: &Definitions, folder: &Path) -> Result<Job, String> {
    let rule = titled(rule(definition, definitions, folder)?, definition);
    let is_nrt = rule.kind == "NRT";
    let (usual_frequency, usual_lookback) = if is_nrt { (NRT_FREQUENCY, NRT_LOOKBACK) } else { (FREQUENCY, LOOKBACK) };
    let frequency = of_rule(definition.frequency, &rule.frequency, "queryFrequency")?;
    let lookback = of_rule(definition.lookback, &rule.period, "queryPeriod")?;
    let frequency = frequency.unwrap_or_else(|| lookback.map_or(usual_frequency, |lookback| lookback.min(usual_frequency)));
    let lookback = lookback.unwrap_or_else(|| frequency.max(usual_lookback));
    if frequency.ticks() < TimeSpan::TICKS_PER_MINUTE {
        return Err(format!("the frequency {frequency} is less than a minute, and no scheduler starts it so often"));
    }
    if lookback < frequency {
        return Err(format!("it looks back {lookback} every {frequency}: what lies between would never be seen"));
    }
    if let Some(severity) = definition.severity.as_ref().filter(|text| severity_of(text).is_none()) {
        return Err(format!("the severity `{severity}` is none of High, Medium, Low and Informational"));
    }
    if definition.inputs.is_empty() {
        return Err("it names no inputs".to_owned());
    }
    let inside = |path: &Option<PathBuf>| path.as_ref().map(|path| folder.join(path));
    let mut job = Job {
        name: definition.name.clone(),
        inputs: definition.inputs.iter().map(|input| folder.join(input).to_string_lossy().into_owned()).collect(),
        parameters: definition
            .parameters
            .iter()
            .map(|(name, value)| Ok((name.clone(), parameter(value)?)))
            .collect::<Result<_, String>>()?,
        frequency,
        lookback,
        trigger: trigger(definition, &rule)?,
        grouping: grouping(definition, &rule)?,
        suppression: suppression(definition, &rule)?,
        watchlists: inside(&definition.watchlists),
        functions: inside(&definition.functions),
        date_order: definition.date_order.map(|order| match order {
            DateOrder::DayFirst => DayOrder::DayFirst,
            DateOrder::MonthFirst => DayOrder::MonthFirst,
        }),
        outputs: definition.outputs.iter().map(|output| Output::new(output, folder)).collect::<Result<_, String>>()?,
        version: String::new(),
        rule,
    };
    if job.outputs.is_empty() {
        job.outputs.push(Output::Terminal);
    }
    job.version = version(&job);
    Ok(job)
}

fn rule(definition: &Definition, definitions: &Definitions, folder: &Path) -> Result<Rule, String> {
    match (&definition.query, &definition.rule, &definition.file) {
        (Some(query), None, None) => Ok(Rule { id: definition.name.clone(), name: definition.name.clone(), ..Rule::inline(query)? }),
        (None, Some(name), None) => {
            let rules = match &definitions.library {
                Some(library) => library::load(&[folder.join(library).to_string_lossy().into_owned()]),
                None => library::shipped(),
            };
            library::find(rules, name)
        }
        (None, None, Some(file)) => {
            let path = folder.join(file);
            if path.is_dir() {
                return Err(format!("{}: a job runs one rule, and this is a folder", path.display()));
            }
            let mut rules = library::load(&[path.to_string_lossy().into_owned()]);
            let rule = rules.pop().ok_or_else(|| format!("{}: it holds no rule", path.display()))?;
            rule.map_err(|error| format!("{}: {}", error.file, error.message))
        }
        _ => Err("it needs one of `query` (the text), `rule` (a saved query's name) and `file` (a .kql or .yaml file)".to_owned()),
    }
}

/// What the job says of its alerts stands before what the rule says.
fn titled(mut rule: Rule, definition: &Definition) -> Rule {
    if let Some(title) = &definition.title {
        rule.name.clone_from(title);
        rule.alert_details.retain(|(name, _)| !name.eq_ignore_ascii_case("alertDisplayNameFormat"));
        rule.alert_details.push(("alertDisplayNameFormat".to_owned(), title.clone()));
    }
    if let Some(description) = &definition.description {
        rule.description.clone_from(description);
        rule.alert_details.retain(|(name, _)| !name.eq_ignore_ascii_case("alertDescriptionFormat"));
        rule.alert_details.push(("alertDescriptionFormat".to_owned(), description.clone()));
    }
    if let Some(severity) = &definition.severity {
        rule.severity = Severity::parse(severity);
        rule.alert_details.retain(|(name, _)| !name.eq_ignore_ascii_case("alertSeverityColumnName"));
    }
    rule
}

/// A severity that is one: what is nothing known is `None`.
pub fn severity_of(text: &str) -> Option<Severity> {
    Some(Severity::parse(text)).filter(|severity| *severity != Severity::Unrated)
}

fn of_rule(own: Option<TimeSpan>, rules: &str, key: &str) -> Result<Option<TimeSpan>, String> {
    match own {
        Some(span) => Ok(Some(span)),
        None if rules.trim().is_empty() => Ok(None),
        None => duration::parse(rules).map(Some).map_err(|error| format!("{key}: {error}")),
    }
}

fn trigger(definition: &Definition, rule: &Rule) -> Result<Trigger, String> {
    let operator = definition.trigger_operator.as_deref().unwrap_or(&rule.trigger_operator);
    let operator = match operator.trim() {
        "" => Operator::Greater,
        text => Operator::parse(text).ok_or_else(|| format!("the trigger operator `{text}` is none of gt, lt, eq and ne"))?,
    };
    let threshold = match (definition.trigger_threshold, rule.trigger_threshold.trim()) {
        (Some(threshold), _) => threshold,
        (None, "") => 0,
        (None, text) => text.parse().map_err(|_| format!("the trigger threshold `{text}` is no number of rows"))?,
    };
    Ok(Trigger { operator, threshold })
}

fn grouping(definition: &Definition, rule: &Rule) -> Result<Grouping, String> {
    match definition.grouping.as_deref().unwrap_or(&rule.grouping).trim() {
        "" => Ok(Grouping::Single),
        text => Grouping::parse(text).ok_or_else(|| format!("the grouping `{text}` is neither SingleAlert nor AlertPerResult")),
    }
}

fn suppression(definition: &Definition, rule: &Rule) -> Result<Option<TimeSpan>, String> {
    match definition.suppression.as_deref().unwrap_or(&rule.suppression).trim() {
        "" | "off" => Ok(None),
        text => duration::parse(text).map(Some),
    }
}

/// A parameter's value as the text that `declare query_parameters` takes.
fn parameter(value: &toml::Value) -> Result<String, String> {
    match value {
        toml::Value::String(text) => Ok(text.clone()),
        value => as_json(value).map(|json| json.to_string()),
    }
}

fn as_json(value: &toml::Value) -> Result<serde_json::Value, String> {
    Ok(match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(value) => (*value).into(),
        toml::Value::Array(items) => items.iter().map(as_json).collect::<Result<_, _>>()?,
        toml::Value::Datetime(_) => return Err("write a time as a text: \"2024-05-31\"".to_owned()),
        toml::Value::Table(_) => return Err("a parameter is a text, a number or a list".to_owned()),
    })
}

fn version(job: &Job) -> String {
    let settings = (job.frequency, job.lookback, job.trigger, job.grouping, job.suppression);
    let mut hash = Sha256::new();
    hash.update(&job.rule.query);
    hash.update(format!("\0{:?}\0{settings:?}", job.parameters));
    job.date_order.iter().for_each(|order| hash.update(format!("\0{order:?}")));
    library::hex(&hash.finalize())
}
