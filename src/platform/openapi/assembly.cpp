#include "platform/openapi/assembly.hpp"

#include <algorithm>

#include "platform/openapi/document.hpp"
#include "protocol/api/openapi/routes.hpp"

namespace kontor::platform::openapi {

namespace api = protocol::api;
using api::Listener;

namespace {

std::string_view title_of(Listener listener) {
  switch (listener) {
    case Listener::open:
      return "Kontor, public listener";
    case Listener::administration:
      return "Kontor, administration";
    case Listener::signaling:
      return "Kontor, signaling";
    case Listener::metrics:
      break;
  }
  return "Kontor, monitoring";
}

Task<Result<http::Response>> answer(Documents& documents, Listener listener) {
  http::Response response{200, {}, {.text = documents.text(listener)}};
  response.headers.set("Content-Type", "application/json");
  co_return response;
}

}  // namespace

const std::string& Documents::text(Listener listener) {
  auto& text = texts_[listener];
  if (text.empty())
    text = json::serialize(document(at_listener(router_.declarations(), listener), title_of(listener)));
  return text;
}

Result<assembly::Built<OpenApiAssembly::Provides>> OpenApiAssembly::build(Requires needs, const Config&) {
  auto& router = needs.get<routing::Router>();
  auto documents = std::make_unique<Documents>(router);
  const auto routes = router.routes();
  for (const auto* route : {&api::openapi::public_document.info, &api::openapi::administration_document.info,
                            &api::openapi::signaling_document.info}) {
    // A listener that no route is bound to stays closed.
    if (std::ranges::find(routes, route->listener, &api::RouteInfo::listener) == routes.end()) continue;
    router.bind_raw(*route, [&documents = *documents, listener = route->listener](
                                routing::Call, http::Request) { return answer(documents, listener); });
  }
  return documents;
}

}  // namespace kontor::platform::openapi
