#include "interop/edc/mock_identity.hpp"

#include "base/json/codec.hpp"
#include "interop/edc/names.hpp"

namespace kontor::interop::edc {

using namespace runtime;

Task<Result<protocol::dcp::Caller>> MockIdentity::verify(std::string header, ContextId,
                                                         platform::async::Deadline) {
  const auto token = json::parse(header);
  const auto* client = token ? json::find(*token, "clientId") : nullptr;
  const auto* id = client ? client->if_string() : nullptr;
  if (!id) co_return fail(ErrorCode::unauthenticated, "this is no token of a mock identity");
  protocol::dcp::Caller caller;
  caller.did = Did(std::string(*id));
  caller.single_use = {caller.did, new_uuid(random_), clock_.now() + std::chrono::minutes(5)};
  co_return caller;
}

Task<Result<identity::Peer>> MockIdentity::credentials(identity::Presentations::Question question,
                                                       platform::async::Deadline) {
  co_return identity::Peer{question.caller.did, {}, {}};
}

Task<Result<runtime::identity::Peer>> MockIdentity::still_good(runtime::identity::Peer proved, Instant,
                                                               platform::async::Deadline) {
  co_return proved;
}

Task<Result<std::string>> MockIdentity::authorization(ContextId, Did audience,
                                                      std::vector<protocol::dcp::Scope>) {
  co_return json::serialize(json::ObjectWriter()
                                .field("region", "eu")
                                .field("audience", audience.str())
                                .field("clientId", kontor_id)
                                .done());
}

}  // namespace kontor::interop::edc
