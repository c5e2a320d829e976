#include <algorithm>

#include "protocol/api/dsp_binding/routes.hpp"
#include "protocol/api/management/sharing_routes.hpp"
#include "protocol/dcp/scope.hpp"
#include "protocol/dsp/paths.hpp"
#include "protocol/query/query_spec.hpp"
#include "runtime/catalog/foreign_catalog.hpp"
#include "runtime/catalog/routes.hpp"

namespace kontor::runtime::catalog {

namespace management = protocol::api::management;
namespace routes = protocol::api::dsp_binding;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::AnyJson;
using protocol::api::Nothing;

namespace {

constexpr std::string_view token_parameter = "continuationToken";

/// Links to the neighbours of a page.   [RFC 8288; DSP 2025-1, catalog HTTPS binding; `prev` is EDC's]
void add_links(platform::http::Headers& headers, const std::string& url, const PagePlace& place,
               std::uint32_t limit, const CatalogPage& page) {
  const auto link = [&](const PagePlace& to, std::string_view relation) {
    headers.add("Link",
                fmt::format("<{}?{}={}>; rel=\"{}\"", url, token_parameter, write_page_place(to), relation));
  };
  if (page.more) link(page.next, "next");
  if (place.position == 0) return;
  const PagePlace before{.position = place.position - std::min<std::uint64_t>(place.position, limit)};
  link(before, "previous");
  link(before, "prev");
}

Task<Result<Reply<dsp::Catalog>>> serve_catalog(RouteServices services, Call call,
                                                dsp::CatalogRequestMessage body) {
  auto query = protocol::query::read_catalog_filter(body.filter);
  if (!query) co_return fail(std::move(query.error()));
  PagePlace place{.position = query->offset};
  if (const auto token = call.target.parameter(token_parameter)) {
    auto linked = read_page_place(*token);
    if (!linked) co_return fail(std::move(linked.error()));
    place = std::move(*linked);
  }
  auto authenticated = co_await services.peers.authenticate_reader(call);
  if (!authenticated) co_return fail(std::move(authenticated.error()));
  auto subject = co_await services.peers.subject(*authenticated, call.deadline);
  if (!subject) co_return fail(std::move(subject.error()));
  const auto base = services.peers.base_of(call.context, authenticated->profile);
  auto page = co_await services.catalogs.catalog({call.context, base, std::move(*subject)}, *query, place);
  if (!page) co_return fail(std::move(page.error()));
  Reply<dsp::Catalog> reply;
  add_links(reply.headers, dsp::paths::catalog_request(base), place, query->limit, *page);
  reply.body = std::move(page->catalog);
  co_return reply;
}

Task<Result<Reply<dsp::RootDataset>>> serve_dataset(RouteServices services, Call call) {
  auto authenticated = co_await services.peers.authenticate_reader(call);
  if (!authenticated) co_return fail(std::move(authenticated.error()));
  auto subject = co_await services.peers.subject(*authenticated, call.deadline);
  if (!subject) co_return fail(std::move(subject.error()));
  const auto base = services.peers.base_of(call.context, authenticated->profile);
  auto id = call.id<dsp::DatasetId>("datasetId");
  auto dataset = co_await services.catalogs.dataset({call.context, base, std::move(*subject)}, std::move(id));
  if (!dataset) co_return fail(std::move(dataset.error()));
  co_return Reply<dsp::RootDataset>{std::move(*dataset)};
}

Task<Result<Reply<AnyJson>>> pass_on(RouteServices services, dsp_endpoint::DspPeers::Message message,
                                     platform::async::Deadline deadline) {
  auto answer = co_await services.peers.send(std::move(message), deadline);
  if (!answer) co_return fail(std::move(answer.error()));
  auto value = json::parse(*answer, {.bytes_max = 4 * 1024 * 1024});
  if (!value)
    co_return fail_as(ErrorCode::peer_refused, std::move(value.error()), "read the provider's answer");
  co_return Reply<AnyJson>{{std::move(*value)}};
}

/// Everything that a provider offers us, in one answer.
Task<Result<Reply<AnyJson>>> collect(RouteServices services, dsp_endpoint::DspPeers::Message message,
                                     platform::async::Deadline deadline) {
  auto* peers = &services.peers;
  auto first = message.url;
  auto catalog = co_await read_catalog(std::move(first), [peers, message, deadline](std::string url) {
    auto page = message;
    page.url = std::move(url);
    return peers->ask(std::move(page), deadline);
  });
  if (!catalog) co_return fail(std::move(catalog.error()));
  co_return Reply<AnyJson>{{std::move(*catalog)}};
}

Result<std::vector<protocol::dcp::Scope>> scopes_of(const management::CatalogRequest& body) {
  if (body.additional_scopes.empty()) return {};
  auto scopes = protocol::dcp::parse_scopes(body.additional_scopes);
  if (!scopes) return invalid("/additionalScopes", "{}", scopes.error().detail);
  return scopes;
}

Task<Result<Reply<AnyJson>>> request_catalog(RouteServices services, Call call,
                                             management::CatalogRequest body) {
  auto profile = co_await services.peers.profile(call.context, body.counter_party.profile);
  if (!profile) co_return fail(std::move(profile.error()));
  dsp::CatalogRequestMessage message{.id = dsp::MessageId(new_uuid(services.engine.random())), .filter = {}};
  if (body.query) {
    auto filter = protocol::query::write_query_spec(*body.query);
    if (!filter) co_return fail(std::move(filter.error()));
    message.filter.push_back(std::move(*filter));
  }
  auto scopes = scopes_of(body);
  if (!scopes) co_return fail(std::move(scopes.error()));
  dsp_endpoint::DspPeers::Message asked{.context = call.context,
                                        .audience = Did(body.counter_party.id),
                                        .profile = std::move(profile->name),
                                        .url = dsp::paths::catalog_request(body.counter_party.address),
                                        .body = json::encode(message),
                                        .trace = call.trace,
                                        .scopes = std::move(*scopes)};
  // Who asks for a part is given that part.
  if (body.query) co_return co_await pass_on(services, std::move(asked), call.deadline);
  co_return co_await collect(services, std::move(asked), call.deadline);
}

Task<Result<Reply<AnyJson>>> request_dataset(RouteServices services, Call call,
                                             management::DatasetRequest body) {
  auto profile = co_await services.peers.profile(call.context, body.counter_party.profile);
  if (!profile) co_return fail(std::move(profile.error()));
  co_return co_await pass_on(services,
                             {.context = call.context,
                              .audience = Did(body.counter_party.id),
                              .profile = std::move(profile->name),
                              .method = "GET",
                              .url = dsp::paths::dataset(body.counter_party.address, body.id),
                              .body = {},
                              .trace = call.trace},
                             call.deadline);
}

}  // namespace

void bind_catalog_routes(platform::routing::Router& router, RouteServices services) {
  router.bind(routes::request_catalog, [services](Call call, dsp::CatalogRequestMessage body) {
    return serve_catalog(services, std::move(call), std::move(body));
  });
  router.bind(routes::get_dataset,
              [services](Call call, Nothing) { return serve_dataset(services, std::move(call)); });
  router.bind(management::request_catalog, [services](Call call, management::CatalogRequest body) {
    return request_catalog(services, std::move(call), std::move(body));
  });
  router.bind(management::request_dataset, [services](Call call, management::DatasetRequest body) {
    return request_dataset(services, std::move(call), std::move(body));
  });
}

}  // namespace kontor::runtime::catalog
