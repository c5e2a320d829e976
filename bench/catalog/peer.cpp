#include "peer.hpp"

#include <fmt/format.h>

#include "protocol/dcp/tokens.hpp"

namespace kontor::bench {
namespace {

constexpr auto credential_service = "/credentials";
constexpr auto lifetime = std::chrono::hours(24);

}  // namespace

Peer::Peer(testing::LoopbackServer& server, testing::Party& issuer, std::string name, Did provider,
           std::string region, platform::async::Clock& clock)
    : server_(server),
      party_(server, std::move(name)),
      provider_(std::move(provider)),
      clock_(clock),
      query_(party_.path(std::string(credential_service) + "/presentations/query")) {
  party_.offer("CredentialService", credential_service);
  const auto now = clock_.now();
  auto membership = issuer.credential(party_.did(), "MembershipCredential", now);
  membership.valid_until = now + lifetime;
  membership.subjects.front().claims["regions"] = json::Array{json::Value(region)};
  // Whoever lacks something that policies may ask for is asked again and again.
  auto registered = issuer.credential(party_.did(), "RegisteredCredential", now);
  registered.valid_until = now + lifetime;
  auto presentation =
      party_.presentation(provider_, {issuer.issue(membership, now), issuer.issue(registered, now)}, now);
  presentation.lifetime = lifetime;
  server_.answer(query_, testing::presentation_response({party_.present(presentation)}));
}

installation::Request Peer::asks_for_catalog(const std::string& provider_url, std::size_t limit) {
  auto token = party_.self_issued(provider_, clock_.now());
  token.access_token = "opaque";
  const auto filter =
      limit == 0 ? std::string()
                 : fmt::format(R"(,"filter":[{{"@type":"QuerySpec","offset":0,"limit":{}}}])", limit);
  return {.method = "POST",
          .url = provider_url + "/catalog/request",
          .token = party_.sign(protocol::dcp::signing_input(token, party_.signer())),
          .body = fmt::format(R"({{"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],)"
                              R"("@type":"CatalogRequestMessage"{}}})",
                              filter)};
}

}  // namespace kontor::bench
