#include "base/json/codec.hpp"
#include "protocol/api/route.hpp"
#include "tck/dsp/connector/connector.hpp"

namespace kontor::tck::dsp {

namespace api = protocol::api;
namespace management = protocol::api::management;
using platform::routing::Call;
using platform::routing::Reply;

struct BeginNegotiation {
  std::string provider;
  std::string offer;
  std::string dataset;
  std::string address;
};
static Result<void> read(const json::Node& node, BeginNegotiation& out) {
  json::ObjectReader in(node);
  in.required("providerId", out.provider).required("offerId", out.offer);
  in.required("datasetId", out.dataset).required("connectorAddress", out.address);
  return in.done();
}

struct BeginTransfer {
  std::string agreement;
  std::string format;
  std::string address;
};
static Result<void> read(const json::Node& node, BeginTransfer& out) {
  json::ObjectReader in(node);
  in.required("agreementId", out.agreement).required("format", out.format);
  in.required("connectorAddress", out.address);
  return in.done();
}

namespace {

using runtime::contract_negotiation::Negotiations;
using runtime::transfer_process::Transfers;

constexpr api::RouteInfo webhook(std::string_view name, std::string_view path) {
  return {.name = name,
          .listener = api::Listener::administration,
          .method = api::Method::post,
          .path = path,
          .access = api::Access::open,
          .body = api::BodyFormat::json};
}

constexpr api::Route<BeginNegotiation, api::Nothing> begin_negotiation{
    webhook("begin-negotiation", "/webhooks/{participantContextId}/negotiations/requests")};
constexpr api::Route<BeginTransfer, api::Nothing> begin_transfer{
    webhook("begin-transfer", "/webhooks/{participantContextId}/transfers/requests")};

management::CounterParty counter_party(std::string address, std::string id) {
  return {std::move(address), std::move(id), std::string(runtime::dsp_endpoint::profile_2025_1)};
}

Task<Result<Reply<api::Nothing>>> begin(Negotiations& negotiations, Call call, BeginNegotiation body) {
  auto wanted =
      json::decode<protocol::odrl::Policy>(R"({"@id":"-","@type":"Offer","permission":[{"action":"use"}]})");
  if (!wanted) co_return fail(std::move(wanted.error()));
  wanted->id = std::move(body.offer);
  wanted->target = std::move(body.dataset);
  wanted->assigner = body.provider;
  auto opened = co_await negotiations.open(
      std::move(call), {.counter_party = counter_party(std::move(body.address), std::move(body.provider)),
                        .offer = std::move(*wanted),
                        .callback_addresses = {}});
  if (!opened) co_return fail(std::move(opened.error()));
  co_return Reply<api::Nothing>{};
}

Task<Result<Reply<api::Nothing>>> begin(Transfers& transfers, Call call, BeginTransfer body) {
  management::TransferRequest request;
  request.counter_party = counter_party(std::move(body.address), {});
  request.contract_id = std::move(body.agreement);
  request.transfer_type = std::move(body.format);
  auto opened = co_await transfers.open(std::move(call), std::move(request));
  if (!opened) co_return fail(std::move(opened.error()));
  co_return Reply<api::Nothing>{};
}

}  // namespace

void bind_webhooks(platform::routing::Router& router, Negotiations& negotiations, Transfers& transfers) {
  router.bind(begin_negotiation, [&negotiations](Call call, BeginNegotiation body) {
    return begin(negotiations, std::move(call), std::move(body));
  });
  router.bind(begin_transfer, [&transfers](Call call, BeginTransfer body) {
    return begin(transfers, std::move(call), std::move(body));
  });
}

Result<platform::assembly::Built<ConnectorAssembly::Provides>> ConnectorAssembly::build(Requires needs,
                                                                                        const Config&) {
  auto& engine = needs.get<platform::engine::Engine>();
  auto& negotiations = needs.get<Negotiations>();
  auto& transfers = needs.get<Transfers>();
  bind_webhooks(needs.get<platform::routing::Router>(), negotiations, transfers);
  auto seeds = std::make_unique<Seeds>(
      Seeds::Services{engine, needs.get<runtime::participant_context::ParticipantContexts>(),
                      needs.get<platform::endpoints::Endpoints>()});
  auto director = std::make_unique<Director>(
      Director::Services{needs.get<platform::async::Scope>(), needs.get<platform::async::Clock>(), engine,
                         negotiations, transfers, needs.get<platform::telemetry::Log>().component("script")});
  return platform::assembly::Built<Provides>{std::move(seeds), std::move(director)};
}

}  // namespace kontor::tck::dsp
