#include "protocol/api/dcp_binding/routes.hpp"
#include "protocol/did/did.hpp"
#include "protocol/did/web.hpp"
#include "runtime/identity/assembly.hpp"

namespace kontor::runtime::identity {

using platform::routing::Call;

namespace {

Task<Result<platform::http::Response>> did_document(IdentityContexts& contexts, Call call) {
  const auto nothing_here = [path = call.target.raw_path] {
    return fail(ErrorCode::not_found, "there is no {}", path);
  };
  auto did = protocol::did::did_at({call.headers.get("Host").value_or(""), call.target.raw_path});
  if (!did) co_return nothing_here();
  auto document = co_await contexts.published_document(std::move(*did));
  if (!document && document.error().code != ErrorCode::not_found) co_return fail(std::move(document.error()));
  if (!document) co_return nothing_here();
  platform::http::Response response;
  response.headers.set("Content-Type", "application/did+json");
  response.body.text = json::serialize(protocol::did::write(*document));
  co_return response;
}

}  // namespace

void bind_did_routes(platform::routing::Router& router, IdentityContexts& contexts) {
  router.bind_raw(protocol::api::dcp_binding::did_document, [&contexts](Call call, platform::http::Request) {
    return did_document(contexts, std::move(call));
  });
}

}  // namespace kontor::runtime::identity
