#include "protocol/api/identity/cache_routes.hpp"

#include "runtime/verifier/assembly.hpp"

namespace kontor::runtime::verifier {

namespace api = protocol::api::identity;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

Task<Result<Reply<Nothing>>> clear(Caches caches) {
  caches.resolver.forget();
  caches.status_lists.forget();
  caches.schemas.forget();
  caches.presentations.forget();
  co_return Reply<Nothing>{};
}

}  // namespace

void bind_cache_routes(platform::routing::Router& router, Caches caches) {
  router.bind(api::clear_caches, [caches](Call, Nothing) { return clear(caches); });
}

}  // namespace kontor::runtime::verifier
