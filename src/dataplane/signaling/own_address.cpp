#include "dataplane/signaling/own_address.hpp"

#include <algorithm>

#include "base/crypto/hash.hpp"

namespace kontor::dataplane::signaling {

namespace dps = protocol::dps;
namespace flows = domain::data_flow;

Result<dps::HttpAccess> access_of(const ContextId& context, const flows::Grant& grant,
                                  const AccessTokens& tokens, const AddressOptions& options) {
  auto token = tokens.token_of(context, grant.id);
  if (!token) return fail(std::move(token.error()));
  if (crypto::sha256_hex(*token) != grant.token_sha256) {
    return fail(
        ErrorCode::conflict,
        "the key of the data plane's tokens has changed since this flow was opened: suspend and resume it");
  }
  dps::HttpAccess access{.endpoint = {}, .access_token = std::move(*token), .renewal = {}};
  if (!grant.expires_at || !grant.refresh_token_sha256) return access;
  auto refresh_token = tokens.refresh_token_of(context, grant.id);
  if (!refresh_token) return fail(std::move(refresh_token.error()));
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(*grant.expires_at - options.now);
  access.renewal = dps::TokenRenewal{.refresh_token = std::move(*refresh_token),
                                     .expires_in = std::max(left, std::chrono::seconds(0)),
                                     .refresh_endpoint = options.renewal_url};
  return access;
}

Result<dps::DataAddress> address_of(const flows::DataFlow& flow, const AccessTokens& tokens,
                                    const AddressOptions& options) {
  invariant(flow.own_address.has_value(), "an address is asked for where one was opened");
  if (!flow.grant) return *flow.own_address;
  auto access = access_of(flow.participant_context, *flow.grant, tokens, options);
  if (!access) return fail(std::move(access.error()));
  auto address = *flow.own_address;
  for (auto& property : dps::write_http_access(address.endpoint_type, *access).properties) {
    dps::set_property(address, std::move(property));
  }
  return address;
}

}  // namespace kontor::dataplane::signaling
