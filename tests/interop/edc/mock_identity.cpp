#include "interop/edc/mock_identity.hpp"

#include "base/json/codec.hpp"
#include "interop/edc/names.hpp"

namespace kontor::interop::edc {

Result<Did> MockIdentity::caller(std::string_view header) {
  const auto token = json::parse(header);
  const auto* client = token ? json::find(*token, "clientId") : nullptr;
  const auto* id = client ? client->if_string() : nullptr;
  if (!id) return fail(ErrorCode::unauthenticated, "this is no token of a mock identity");
  return Did(std::string(*id));
}

std::string MockIdentity::header_for(const ContextId& context, const Did& audience) {
  return json::serialize(json::ObjectWriter()
                             .field("region", "eu")
                             .field("audience", audience.str())
                             .field("clientId", id_of(context.str()))
                             .done());
}

}  // namespace kontor::interop::edc
