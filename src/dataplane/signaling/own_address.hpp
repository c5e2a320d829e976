#pragma once

#include <string>

#include "dataplane/signaling/access_tokens.hpp"
#include "domain/data_flow/types.hpp"
#include "protocol/dps/http_profile.hpp"

namespace kontor::dataplane::signaling {

struct AddressOptions {
  Instant now;
  std::string renewal_url;  ///< where tokens that expire are renewed
};

/// The address that we opened, as the counter-party gets it: with the tokens of the grant in force, derived
/// anew. Errors: conflict, when the plane's key is not that of the grant any more.
Result<protocol::dps::DataAddress> address_of(const domain::data_flow::DataFlow& flow,
                                              const AccessTokens& tokens, const AddressOptions& options);

/// The same of a grant alone.
Result<protocol::dps::HttpAccess> access_of(const ContextId& context, const domain::data_flow::Grant& grant,
                                            const AccessTokens& tokens, const AddressOptions& options);

}  // namespace kontor::dataplane::signaling
