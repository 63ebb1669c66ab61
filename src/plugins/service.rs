//! The plugins that need the Kusto service or something else that is not here: known, and refused by name.

use super::{Lowering, Plugin};

const fn refused(name: &'static str, summary: &'static str, why: &'static str) -> Plugin {
    Plugin { name, syntax: name, summary, lowering: Lowering::Refused(why), examples: &[], differs: "" }
}

const SANDBOX: &str = "it runs a program in the service's sandbox";
const NETWORK: &str = "it calls another service over the network";
const MODEL: &str = "it calls a language model";
const INTERNAL: &str = "it is internal to the service";

pub static PYTHON: Plugin = refused("python", "Runs a Python script.", SANDBOX);
pub static R: Plugin = refused("r", "Runs an R script.", SANDBOX);
pub static CSHARP: Plugin = refused("csharp", "Runs a C# script.", SANDBOX);
pub static SQL_REQUEST: Plugin = refused("sql_request", "Asks a SQL Server database.", NETWORK);
pub static MYSQL_REQUEST: Plugin = refused("mysql_request", "Asks a MySQL database.", NETWORK);
pub static POSTGRESQL_REQUEST: Plugin = refused("postgresql_request", "Asks a PostgreSQL database.", NETWORK);
pub static COSMOSDB_SQL_REQUEST: Plugin = refused("cosmosdb_sql_request", "Asks a Cosmos DB database.", NETWORK);
pub static DAX_REQUEST: Plugin = refused("dax_request", "Asks a Power BI model.", NETWORK);
pub static AZURE_DIGITAL_TWINS: Plugin = refused("azure_digital_twins_query_request", "Asks Azure Digital Twins.", NETWORK);
pub static HTTP_REQUEST: Plugin = refused("http_request", "Sends an HTTP GET.", NETWORK);
pub static HTTP_REQUEST_POST: Plugin = refused("http_request_post", "Sends an HTTP POST.", NETWORK);
pub static EXECUTE_QUERY: Plugin = refused("execute_query", "Asks another cluster.", NETWORK);
pub static EXECUTE_SHOW_COMMAND: Plugin = refused("execute_show_command", "Runs a command on another cluster.", NETWORK);
pub static EXTERNAL_DATATABLE: Plugin = refused("external_datatable", "Reads a table of the service.", INTERNAL);
pub static IDENTITY_V3: Plugin = refused("identity_v3", "Tests the service's plugins.", INTERNAL);
pub static AI_CHAT_COMPLETION: Plugin = refused("ai_chat_completion", "Asks a language model.", MODEL);
pub static AI_CHAT_COMPLETION_PROMPT: Plugin = refused("ai_chat_completion_prompt", "Asks a language model.", MODEL);
pub static AI_EMBEDDINGS: Plugin = refused("ai_embeddings", "Embeds text.", MODEL);
pub static AI_EMBED_TEXT: Plugin = refused("ai_embed_text", "Embeds text.", MODEL);
pub static INFER_STORAGE_SCHEMA_WITH_SUGGESTIONS: Plugin = refused(
    "infer_storage_schema_with_suggestions",
    "Guesses the schema of files in a store.",
    "it reads a cloud store; `infer_storage_schema` tells the schema of local files",
);
pub static DIFFPATTERNS_TEXT: Plugin =
    refused("diffpatterns_text", "Finds words that tell two sets of texts apart.", "its algorithm is known to the service only");
