#include "protocol/api/issuer/export_route.hpp"

#include "runtime/issuer_service/issuer.hpp"

namespace kontor::runtime::issuer_service {

using platform::routing::Call;

namespace {

Task<Result<platform::http::Response>> export_all(identity::Signing& signing, identity::Archives& archives,
                                                  Call call) {
  auto did = co_await signing.did_of(call.context);
  if (!did) co_return fail(std::move(did.error()));
  co_return identity::archive_response(
      archives.make({call.context, std::move(*did), identity::ArchivePart::issuer}));
}

}  // namespace

void bind_export_route(platform::routing::Router& router, identity::Signing& signing,
                       identity::Archives& archives) {
  router.bind_raw(protocol::api::issuer::export_issuer, [&](Call call, platform::http::Request) {
    return export_all(signing, archives, std::move(call));
  });
}

}  // namespace kontor::runtime::issuer_service
