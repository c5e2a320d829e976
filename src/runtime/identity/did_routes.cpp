#include "base/crypto/hash.hpp"
#include "platform/http/freshness.hpp"
#include "protocol/api/dcp_binding/routes.hpp"
#include "protocol/did/did.hpp"
#include "protocol/did/web.hpp"
#include "runtime/identity/assembly.hpp"

namespace kontor::runtime::identity {

using platform::routing::Call;

namespace {

constexpr std::size_t tag_digits = 32;

/// Some ask below `…/.well-known/` for the document of a DID with a path, which stands at `…/did.json`.
std::string without_well_known(std::string path) {
  constexpr std::string_view end = "/.well-known/did.json";
  if (path.size() > end.size() && path.ends_with(end))
    path.replace(path.size() - end.size(), end.size(), "/did.json");
  return path;
}

/// A key that was revoked is to be gone for everybody within a minute, a new one is published for longer.
platform::http::Response answer(std::string document, std::string_view known) {
  const auto tag = '"' + crypto::sha256_hex(document).substr(0, tag_digits) + '"';
  platform::http::Response response;
  response.headers.set("ETag", tag);
  response.headers.set("Cache-Control", "max-age=60");
  if (platform::http::names_tag(known, tag)) {
    response.status = 304;
    return response;
  }
  response.headers.set("Content-Type", "application/did+json");
  response.body.text = std::move(document);
  return response;
}

Task<Result<platform::http::Response>> did_document(IdentityContexts& contexts, Call call) {
  const auto nothing_here = [path = call.target.raw_path] {
    return fail(ErrorCode::not_found, "there is no {}", path);
  };
  const auto host = call.headers.get("Host").value_or("");
  Result<protocol::did::DidDocument> document = nothing_here();
  for (const auto& path : {call.target.raw_path, without_well_known(call.target.raw_path)}) {
    auto did = protocol::did::did_at({host, path});
    if (!did) continue;
    document = co_await contexts.published_document(std::move(*did));
    if (document || document.error().code != ErrorCode::not_found) break;
  }
  if (!document && document.error().code != ErrorCode::not_found) co_return fail(std::move(document.error()));
  if (!document) co_return nothing_here();
  co_return answer(json::serialize(protocol::did::write(*document)),
                   call.headers.get("If-None-Match").value_or(""));
}

}  // namespace

void bind_did_routes(platform::routing::Router& router, IdentityContexts& contexts) {
  router.bind_raw(protocol::api::dcp_binding::did_document, [&contexts](Call call, platform::http::Request) {
    return did_document(contexts, std::move(call));
  });
}

}  // namespace kontor::runtime::identity
