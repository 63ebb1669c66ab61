//! Names of columns in downloads of the Entra portal that is not shown in English: as its English downloads have them.

/// The date's column begins such a download in every language, as `Fecha (UTC)`.
const UTC: &str = "(UTC)";
const DATE: &str = "Date (UTC)";

/// A name in Spanish or Italian, as seen in downloads, and the English one.
const NAMES: [(&str, &str); 39] = [
    ("Accesso condizionale", "Conditional Access"),
    ("Actividad", "Activity"),
    ("Agente de usuario", "User agent"),
    ("Agente utente", "User agent"),
    ("Aplicación", "Application"),
    ("Aplicación cliente", "Client app"),
    ("Applicazione", "Application"),
    ("Categoría", "Category"),
    ("Conforme", "Compliant"),
    ("Dirección IP", "IP address"),
    ("Estado", "Status"),
    ("Explorador", "Browser"),
    ("ID sessione", "Session ID"),
    ("Id. de correlación", "Correlation ID"),
    ("Id. de usuario", "User ID"),
    ("Indirizzo IP", "IP address"),
    ("Località", "Location"),
    ("Motivo del error", "Failure reason"),
    ("Nombre de usuario", "Username"),
    ("Nome del tenant principale", "Home tenant name"),
    ("Nome utente", "Username"),
    ("Numero del sistema autonomo", "Autonomous system  number"),
    ("Número de sistema autónomo", "Autonomous system  number"),
    ("Objetivo1NombrePrincipalDeUsuario", "Target1UserPrincipalName"),
    ("Protocolo de autenticación", "Authentication Protocol"),
    ("Recurso", "Resource"),
    ("Requisito de autenticación", "Authentication requirement"),
    ("Requisito per l'autenticazione", "Authentication requirement"),
    ("Resultado", "Result"),
    ("Servicio", "Service"),
    ("Sistema operativo", "Operating System"),
    ("Stato", "Status"),
    ("Tipo de credencial de cliente", "Client credential type"),
    ("Tipo de usuario", "User type"),
    ("Ubicación", "Location"),
    ("User Agent", "User agent"),
    ("UserAgent", "User agent"),
    ("Usuario", "User"),
    ("Utente", "User"),
];

/// Translates the names of a download. Names that are not known stay as they are.
pub fn translate(names: &mut [String]) {
    let Some(date) = names.first_mut().filter(|name| name.ends_with(UTC)) else { return };
    DATE.clone_into(date);
    for name in names {
        if let Some((_, english)) = NAMES.iter().find(|(other, _)| *other == name.trim()) {
            (*english).clone_into(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_downloads_of_the_portal() {
        let translated = |text: &str| {
            let mut names: Vec<String> = text.split(',').map(str::to_owned).collect();
            translate(&mut names);
            names.join(",")
        };
        assert_eq!(translated("Fecha (UTC),Nombre de usuario,Estado,Otro"), "Date (UTC),Username,Status,Otro");
        assert_eq!(translated("Data (UTC),Utente,ActorType"), "Date (UTC),User,ActorType");
        assert_eq!(translated("Estado,Usuario"), "Estado,Usuario");
    }
}
