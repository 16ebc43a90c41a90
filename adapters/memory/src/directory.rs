//! Installation-wide look-ups. Looking into other companies' books would need their locks, and two transactions that
//! look at each other would wait for ever; so each unit publishes what the directory needs when it commits.

use crate::books::Books;
use crate::tx::MemoryTx;
use partita_application::ports::{Directory, Stored};
use partita_domain::company::Company;
use partita_domain::hash::Hash;
use partita_domain::id::CompanyId;
use std::collections::{BTreeMap, BTreeSet};

/// What the committed units of all companies have published.
#[derive(Default)]
pub(crate) struct Installation {
    companies: BTreeMap<CompanyId, Company>,
    keys: BTreeMap<Hash, CompanyId>,
    sessions: BTreeMap<Hash, CompanyId>,
    pairings: BTreeMap<Hash, CompanyId>,
    usernames: BTreeSet<(String, CompanyId)>,
}

impl Installation {
    /// Takes over what a unit has changed; called before the unit's undo logs are cleared.
    pub(crate) fn publish(&mut self, company: CompanyId, books: &Books) {
        if let Some(profile) = books.company.get(&()) {
            self.companies.insert(company, profile.clone());
        }
        let mut publish =
            |hash: &Hash, is_there: bool, index: fn(&mut Self) -> &mut BTreeMap<Hash, CompanyId>| {
                if is_there {
                    index(self).insert(*hash, company);
                } else {
                    index(self).remove(hash);
                }
            };
        for hash in books.api_keys.by_hash.touched() {
            publish(hash, books.api_keys.by_hash.contains_key(hash), |all| &mut all.keys);
        }
        for hash in books.sessions.by_hash.touched() {
            publish(hash, books.sessions.by_hash.contains_key(hash), |all| &mut all.sessions);
        }
        for hash in books.pairings.by_hash.touched() {
            publish(hash, books.pairings.by_hash.contains_key(hash), |all| &mut all.pairings);
        }
        for username in books.users.by_username.touched() {
            let place = (username.clone(), company);
            if books.users.by_username.contains_key(username) {
                self.usernames.insert(place);
            } else {
                self.usernames.remove(&place);
            }
        }
    }
}

impl MemoryTx<'_> {
    /// Whose a digest is: of the transaction's own company by its own books, of any other by what that has published.
    fn owner(&self, is_own: bool, published: Option<CompanyId>) -> Option<CompanyId> {
        if is_own { Some(self.company) } else { published.filter(|company| *company != self.company) }
    }
}

impl Directory for MemoryTx<'_> {
    fn companies(&mut self) -> Stored<Vec<Company>> {
        let mut companies = self.installation().companies.clone();
        companies.remove(&self.company);
        companies.extend(self.books().company.get(&()).map(|own| (self.company, own.clone())));
        let mut companies: Vec<Company> = companies.into_values().collect();
        companies.sort_by_key(|company| (company.created_at, company.id));
        Ok(companies)
    }

    fn company_of_key(&mut self, key_hash: Hash) -> Stored<Option<CompanyId>> {
        let is_own = self.books().api_keys.by_hash.contains_key(&key_hash);
        let published = self.installation().keys.get(&key_hash).copied();
        Ok(self.owner(is_own, published))
    }

    fn company_of_session(&mut self, token_hash: Hash) -> Stored<Option<CompanyId>> {
        let is_own = self.books().sessions.by_hash.contains_key(&token_hash);
        let published = self.installation().sessions.get(&token_hash).copied();
        Ok(self.owner(is_own, published))
    }

    fn company_of_pairing(&mut self, code_hash: Hash) -> Stored<Option<CompanyId>> {
        let is_own = self.books().pairings.by_hash.contains_key(&code_hash);
        let published = self.installation().pairings.get(&code_hash).copied();
        Ok(self.owner(is_own, published))
    }

    fn companies_of_username(&mut self, username: &str) -> Stored<Vec<CompanyId>> {
        let companies = Directory::companies(self)?;
        let installation = self.installation();
        let has_user = |company: &CompanyId| {
            if *company == self.company {
                self.books().users.by_username.contains_key(username)
            } else {
                installation.usernames.contains(&(username.to_owned(), *company))
            }
        };
        Ok(companies.into_iter().map(|company| company.id).filter(has_user).collect())
    }
}
