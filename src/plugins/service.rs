//! The plugins that need the Kusto service or something else that is not here: known, and refused by name.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::Relation;

use super::{Call, Plugin};

fn refuse(call: &Call<'_>, name: &str, why: &str) -> Result<Relation> {
    Err(Diagnostic::error(Code::NEEDS_SERVICE, call.span, format!("the plugin `{name}` is not available: {why}")))
}

const fn refused(name: &'static str, summary: &'static str, bind: fn(&mut crate::bind::Binder, Call<'_>) -> Result<Relation>) -> Plugin {
    Plugin { name, syntax: name, summary, bind, examples: &[], differs: "It is refused." }
}

const SANDBOX: &str = "it runs a program in the service's sandbox";
const NETWORK: &str = "it calls another service over the network";
const MODEL: &str = "it calls a language model";
const INTERNAL: &str = "it is internal to the service";

pub static PYTHON: Plugin = refused("python", "Runs a Python script.", |_, call| refuse(&call, "python", SANDBOX));
pub static R: Plugin = refused("r", "Runs an R script.", |_, call| refuse(&call, "r", SANDBOX));
pub static CSHARP: Plugin = refused("csharp", "Runs a C# script.", |_, call| refuse(&call, "csharp", SANDBOX));
pub static SQL_REQUEST: Plugin = refused("sql_request", "Asks a SQL Server database.", |_, call| refuse(&call, "sql_request", NETWORK));
pub static MYSQL_REQUEST: Plugin = refused("mysql_request", "Asks a MySQL database.", |_, call| refuse(&call, "mysql_request", NETWORK));
pub static POSTGRESQL_REQUEST: Plugin =
    refused("postgresql_request", "Asks a PostgreSQL database.", |_, call| refuse(&call, "postgresql_request", NETWORK));
pub static COSMOSDB_SQL_REQUEST: Plugin =
    refused("cosmosdb_sql_request", "Asks a Cosmos DB database.", |_, call| refuse(&call, "cosmosdb_sql_request", NETWORK));
pub static DAX_REQUEST: Plugin = refused("dax_request", "Asks a Power BI model.", |_, call| refuse(&call, "dax_request", NETWORK));
pub static AZURE_DIGITAL_TWINS: Plugin = refused("azure_digital_twins_query_request", "Asks Azure Digital Twins.", |_, call| {
    refuse(&call, "azure_digital_twins_query_request", NETWORK)
});
pub static HTTP_REQUEST: Plugin = refused("http_request", "Sends an HTTP GET.", |_, call| refuse(&call, "http_request", NETWORK));
pub static HTTP_REQUEST_POST: Plugin =
    refused("http_request_post", "Sends an HTTP POST.", |_, call| refuse(&call, "http_request_post", NETWORK));
pub static EXECUTE_QUERY: Plugin = refused("execute_query", "Asks another cluster.", |_, call| refuse(&call, "execute_query", NETWORK));
pub static EXECUTE_SHOW_COMMAND: Plugin =
    refused("execute_show_command", "Runs a command on another cluster.", |_, call| refuse(&call, "execute_show_command", NETWORK));
pub static EXTERNAL_DATATABLE: Plugin =
    refused("external_datatable", "Reads a table of the service.", |_, call| refuse(&call, "external_datatable", INTERNAL));
pub static IDENTITY_V3: Plugin = refused("identity_v3", "Tests the service's plugins.", |_, call| refuse(&call, "identity_v3", INTERNAL));
pub static AI_CHAT_COMPLETION: Plugin =
    refused("ai_chat_completion", "Asks a language model.", |_, call| refuse(&call, "ai_chat_completion", MODEL));
pub static AI_CHAT_COMPLETION_PROMPT: Plugin =
    refused("ai_chat_completion_prompt", "Asks a language model.", |_, call| refuse(&call, "ai_chat_completion_prompt", MODEL));
pub static AI_EMBEDDINGS: Plugin = refused("ai_embeddings", "Embeds text.", |_, call| refuse(&call, "ai_embeddings", MODEL));
pub static AI_EMBED_TEXT: Plugin = refused("ai_embed_text", "Embeds text.", |_, call| refuse(&call, "ai_embed_text", MODEL));
pub static INFER_STORAGE_SCHEMA: Plugin = refused("infer_storage_schema", "Guesses the schema of files in a store.", |_, call| {
    refuse(&call, "infer_storage_schema", "it reads a cloud store; `kalypso schema` shows the schema of local files")
});
pub static INFER_STORAGE_SCHEMA_WITH_SUGGESTIONS: Plugin =
    refused("infer_storage_schema_with_suggestions", "Guesses the schema of files in a store.", |_, call| {
        refuse(&call, "infer_storage_schema_with_suggestions", "it reads a cloud store; `kalypso schema` shows the schema of local files")
    });
pub static DIFFPATTERNS_TEXT: Plugin = refused("diffpatterns_text", "Finds words that tell two sets of texts apart.", |_, call| {
    refuse(&call, "diffpatterns_text", "its algorithm is known to the service only")
});
