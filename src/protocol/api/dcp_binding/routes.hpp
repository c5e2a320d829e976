#pragma once

#include "protocol/api/route.hpp"
#include "protocol/dcp/messages.hpp"
#include "protocol/dcp/normalise.hpp"

/// The endpoints of the Decentralized Claims Protocol 1.0: credential service, issuer service, and the
/// documents that everybody may read. [DCP 1.0, presentation and issuance protocols]
namespace kontor::protocol::api::dcp_binding {

/// A message in any JSON-LD form that a peer may send.
template <class Message>
struct Incoming {
  Message message;
};
template <class Message>
Result<void> read(const json::Node& node, Incoming<Message>& out) {
  const auto plain = dcp::normalise(node.value());
  return read(json::Node(plain), out.message);
}

consteval RouteInfo of_dcp(RouteInfo info) {
  info.listener = Listener::open;
  info.access = Access::peer;
  info.errors = ErrorBody::edc;
  if (info.method == Method::post) info.body = BodyFormat::json;
  return info;
}

/// Peers write contexts in many ways, and whose messages are told by their types.
inline constexpr Exemptions of_a_message{.free_form = "/@context"};

// ---- credential service

inline constexpr std::string_view presentation_query_example =
    R"({"@context":["https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"],"type":"PresentationQueryMessage",)"
    R"("scope":["org.eclipse.dspace.dcp.vc.type:MembershipCredential"]})";
inline constexpr std::string_view credential_delivery_example =
    R"({"@context":["https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"],"type":"CredentialMessage",)"
    R"("issuerPid":"urn:uuid:issuer","holderPid":"urn:uuid:holder","status":"ISSUED","credentials":[)"
    R"({"credentialType":"MembershipCredential","payload":"e30.e30.","format":"VC1_0_JWT"}]})";
inline constexpr std::string_view credential_offer_example =
    R"({"@context":["https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"],"type":"CredentialOfferMessage",)"
    R"("issuer":"did:web:example.org:issuer","credentials":[{"id":"membership","type":"CredentialObject"}]})";
inline constexpr std::string_view credential_request_example =
    R"({"@context":["https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"],"type":"CredentialRequestMessage",)"
    R"("holderPid":"urn:uuid:holder","credentials":[{"id":"membership"}]})";

inline constexpr Route<Incoming<dcp::PresentationQueryMessage>, dcp::PresentationResponseMessage>
    query_presentations{
        of_dcp({.name = "dcp-presentation-query",
                .method = Method::post,
                .path = "/api/credentials/v1/participants/{participantContextId}/presentations/query",
                .summary = "A verifier asks for the credentials that its access token grants.",
                .example = presentation_query_example,
                .exempt = of_a_message})};
inline constexpr Route<Incoming<dcp::CredentialMessage>, Nothing> deliver_credentials{
    of_dcp({.name = "dcp-credential-delivery",
            .method = Method::post,
            .path = "/api/credentials/v1/participants/{participantContextId}/credentials",
            .summary = "An issuer delivers what the holder asked for, or refuses it.",
            .example = credential_delivery_example,
            .exempt = of_a_message})};
inline constexpr Route<Incoming<dcp::CredentialOfferMessage>, Nothing> offer_credentials{
    of_dcp({.name = "dcp-credential-offer",
            .method = Method::post,
            .path = "/api/credentials/v1/participants/{participantContextId}/offers",
            .summary = "An issuer offers credentials that the holder has not asked for.",
            .example = credential_offer_example,
            .exempt = of_a_message})};

// ---- issuer service

inline constexpr Route<Incoming<dcp::CredentialRequestMessage>, Nothing> request_credentials{
    of_dcp({.name = "dcp-credential-request",
            .method = Method::post,
            .path = "/api/issuance/v1beta/participants/{participantContextId}/credentials",
            .success = 201,
            .summary = "A holder asks for credentials.",
            .example = credential_request_example,
            .exempt = of_a_message})};
inline constexpr Route<Nothing, dcp::CredentialStatus> request_status{
    of_dcp({.name = "dcp-request-status",
            .path = "/api/issuance/v1beta/participants/{participantContextId}/requests/{requestId}",
            .summary = "A holder asks what became of its request."})};

consteval RouteInfo open_to_all(RouteInfo info) {
  info.listener = Listener::open;
  info.access = Access::open;
  return info;
}
inline constexpr Route<Nothing, dcp::IssuerMetadata> issuer_metadata{
    open_to_all({.name = "dcp-issuer-metadata",
                 .path = "/api/issuance/v1beta/participants/{participantContextId}/metadata",
                 .summary = "What the issuer issues."})};
inline constexpr RouteInfo status_list = open_to_all({.name = "status-list",
                                                      .path = "/statuslist/{participantContextId}/{listId}",
                                                      .summary = "A signed status list."});
inline constexpr RouteInfo did_document =
    open_to_all({.name = "did-document",
                 .path = "/{path*}",
                 .summary = "The DID document whose did:web identifier is this address."});

}  // namespace kontor::protocol::api::dcp_binding
