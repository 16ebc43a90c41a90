//! What is said once: the owner's password and the first key of a company.

use crate::config::Config;
use crate::out;
use anyhow::{Result, anyhow};
use partita_application::company::Founded;
use serde_json::json;
use std::fs::File;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The secrets of a new company.
pub(crate) struct Notice {
    founded: Founded,
    password: Option<String>,
    chart: String,
    key_file: Option<String>,
}

impl Notice {
    pub(crate) fn new(founded: Founded, password: Option<String>, chart: &str) -> Self {
        Self { founded, password, chart: chart.to_owned(), key_file: None }
    }

    /// Writes the key to the file that is configured for it, if one is; then it is not shown.
    pub(crate) fn keep_key(&mut self, file: Option<KeyFile>) -> Result<()> {
        let (Some(file), Some(secret)) = (file, self.founded.secret.as_ref()) else { return Ok(()) };
        self.key_file = Some(file.write(secret)?);
        Ok(())
    }

    /// For people, with a command that works while a server listens on `address`.
    pub(crate) fn show(&self, address: SocketAddr) -> Result<()> {
        let base = base_url(address);
        let company = &self.founded.company;
        let mut text = format!(
            "\nFounded \"{}\", with books in {} and the chart {}.\n\n",
            company.name, company.base_currency, self.chart
        );
        if let Some(owner) = &self.founded.owner {
            text += &format!("  User      {}\n", owner.username);
        }
        if let Some(password) = &self.password {
            text += &format!("  Password  {password}\n");
        }
        let key = match (&self.founded.secret, &self.key_file) {
            (_, Some(file)) => {
                text += &format!("  Key       in the file {file}\n");
                format!("$(cat '{file}')")
            }
            (Some(secret), None) => {
                text += &format!("  Key       {secret}\n");
                secret.clone()
            }
            (None, None) => "<key>".to_owned(),
        };
        text += "\nThis is shown only once: keep it now. To try it while the server runs:\n\n";
        text += &format!("  curl -H \"X-API-Key: {key}\" {base}/api/v1/accounts\n\n");
        text += &format!("The API is described at {base}/docs");
        Ok(out::line(text)?)
    }

    /// For programs.
    pub(crate) fn show_json(&self) -> Result<()> {
        let founded = &self.founded;
        Ok(out::line(json!({
            "company_id": founded.company.id,
            "name": founded.company.name,
            "base_currency": founded.company.base_currency,
            "chart": self.chart,
            "owner": founded.owner.as_ref().map(|owner| &owner.username),
            "password": self.password,
            "api_key_id": founded.api_key.as_ref().map(|key| key.id),
            "api_key": if self.key_file.is_none() { founded.secret.as_ref() } else { None },
            "api_key_file": self.key_file,
        }))?)
    }
}

/// A file for the first key, opened before there is a key that could be lost.
pub(crate) struct KeyFile {
    file: File,
    path: String,
}

impl KeyFile {
    pub(crate) fn open(config: &Config) -> Result<Option<Self>> {
        let Some(path) = &config.first_key_file else { return Ok(None) };
        let shown = path.display().to_string();
        let mut options = File::options();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let opened = options.open(path).and_then(|file| {
            // A file that was there before may have been open to others.
            #[cfg(unix)]
            file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
            Ok(file)
        });
        match opened {
            Ok(file) => Ok(Some(Self { file, path: shown })),
            Err(error) => Err(anyhow!("the file for the first key, {shown}, cannot be written: {error}")),
        }
    }

    fn write(mut self, secret: &str) -> Result<String> {
        writeln!(self.file, "{secret}")
            .and_then(|()| self.file.sync_all())
            .map_err(|error| anyhow!("the first key cannot be written to {}: {error}", self.path))?;
        Ok(self.path)
    }
}

/// Where a person on this machine reaches a server that listens on `address`.
pub(crate) fn base_url(address: SocketAddr) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, address.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_on_all_addresses_is_reached_on_the_local_one() {
        let base = |address: &str| base_url(address.parse().unwrap());
        assert_eq!(base("0.0.0.0:21384"), "http://127.0.0.1:21384");
        assert_eq!(base("[::]:80"), "http://[::1]:80");
        assert_eq!(base("192.168.1.10:21384"), "http://192.168.1.10:21384");
    }
}
