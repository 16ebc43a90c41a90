//! The address of the client: that of the connection, or what a trusted proxy says.

use actix_web::HttpRequest;
use std::net::IpAddr;

/// The proxies whose `X-Forwarded-For` is believed.
#[derive(Clone, Debug, Default)]
pub(crate) struct TrustedProxies(pub(crate) Vec<IpAddr>);

impl TrustedProxies {
    /// The last address in the chain of proxies that is not one of ours.
    pub(crate) fn client(&self, req: &HttpRequest) -> Option<IpAddr> {
        let peer = req.peer_addr()?.ip().to_canonical();
        if !self.0.contains(&peer) {
            return Some(peer);
        }
        let forwarded = req.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
        let hops: Vec<IpAddr> = forwarded
            .flat_map(|value| value.split(','))
            .map_while(|hop| hop.trim().parse::<IpAddr>().ok().map(|ip| ip.to_canonical()))
            .collect();
        hops.iter().rev().find(|hop| !self.0.contains(hop)).copied().or(Some(peer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn client(proxies: &[&str], peer: &str, forwarded: Option<&str>) -> String {
        let proxies = TrustedProxies(proxies.iter().map(|proxy| proxy.parse().unwrap()).collect());
        let mut req = TestRequest::default().peer_addr(format!("{peer}:1234").parse().unwrap());
        if let Some(forwarded) = forwarded {
            req = req.insert_header(("x-forwarded-for", forwarded));
        }
        proxies.client(&req.to_http_request()).unwrap().to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(client(&[], "10.0.0.9", Some("1.2.3.4")), "10.0.0.9");
        assert_eq!(client(&["127.0.0.1"], "127.0.0.1", Some("1.2.3.4")), "1.2.3.4");
        assert_eq!(client(&["127.0.0.1"], "127.0.0.1", Some("6.6.6.6, 1.2.3.4")), "1.2.3.4");
        assert_eq!(client(&["127.0.0.1"], "127.0.0.1", None), "127.0.0.1");
        assert_eq!(client(&["127.0.0.1"], "127.0.0.1", Some("nonsense")), "127.0.0.1");
    }
}
