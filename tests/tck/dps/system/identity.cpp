#include "tck/dps/system/identity.hpp"

#include "base/json/codec.hpp"

namespace kontor::tck::dps {

Result<Did> SaidIdentity::caller(std::string_view header) {
  const auto token = json::parse(header);
  const auto* client = token ? json::find(*token, "clientId") : nullptr;
  const auto* id = client ? client->if_string() : nullptr;
  if (!id) return fail(ErrorCode::unauthenticated, "nobody says who calls");
  return Did(std::string(*id));
}

std::string SaidIdentity::header_for(const ContextId&, const Did&) {
  return header_of(own_id);
}

std::string header_of(std::string_view id) {
  return json::serialize(json::ObjectWriter().field("clientId", id).done());
}

}  // namespace kontor::tck::dps
