#include <algorithm>

#include "protocol/api/identity/key_pair_routes.hpp"
#include "runtime/identity/assembly.hpp"

namespace kontor::runtime::identity {

namespace api = protocol::api::identity;
namespace key_pair = domain::key_pair;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

Task<Result<Reply<std::vector<api::KeyPairResource>>>> list_keys(KeyRing& keys, Call call) {
  auto identity = co_await keys.identity(call.context);
  if (!identity) co_return fail(std::move(identity.error()));
  Reply<std::vector<api::KeyPairResource>> reply;
  for (const auto& pair : (*identity)->key_pairs) {
    api::KeyPairResource resource{.id = pair.id.str(), .key_id = pair.key_id, .is_default = pair.is_default};
    resource.state = key_pair::state_codes.code(pair.state);
    for (const auto& [usage, name] : key_pair::usage_names.rows) {
      if (std::ranges::find(pair.usages, usage) != pair.usages.end()) resource.usages.emplace_back(name);
    }
    resource.public_key = protocol::jose::write(pair.public_key);
    reply.body.push_back(std::move(resource));
  }
  co_return reply;
}

}  // namespace

void bind_key_routes(platform::routing::Router& router, KeyRing& keys) {
  router.bind(api::list_key_pairs, [&keys](Call call, Nothing) { return list_keys(keys, std::move(call)); });
}

}  // namespace kontor::runtime::identity
