#include "tck/dps/system/planes.hpp"

#include "base/json/codec.hpp"
#include "base/text/type_name.hpp"
#include "protocol/api/route.hpp"

namespace kontor::tck::dps {

namespace api = protocol::api;
namespace management = protocol::api::management;
using platform::routing::Call;
using platform::routing::Reply;
using runtime::transfer_process::Transfers;

struct Trigger {
  std::string agreement;
  std::string protocol_url;
};
static Result<void> read(const json::Node& node, Trigger& out) {
  json::ObjectReader in(node);
  in.required("agreementId", out.agreement).required("dspUrl", out.protocol_url);
  return in.done();
}

struct Triggered {
  std::string id;
};
static Result<void> read(const json::Node& node, Triggered& out) {
  json::ObjectReader in(node);
  in.required("id", out.id);
  return in.done();
}
static json::Value write(const Triggered& triggered) {
  return json::ObjectWriter().field("id", triggered.id).done();
}

namespace {

constexpr api::Route<Trigger, Triggered> trigger_transfer{
    {.name = "trigger-transfer",
     .listener = api::Listener::administration,
     .method = api::Method::post,
     .path = "/webhooks/{participantContextId}/dataflows/trigger",
     .access = api::Access::open,
     .body = api::BodyFormat::json}};

Task<Result<Reply<Triggered>>> begin(Transfers& transfers, Call call, Trigger trigger) {
  management::TransferRequest request;
  request.counter_party = {std::move(trigger.protocol_url), std::string(kit_as_provider),
                           std::string(runtime::dsp_endpoint::profile_2025_1)};
  request.contract_id = std::move(trigger.agreement);
  request.transfer_type = std::string(transfer_type);
  auto opened = co_await transfers.open(std::move(call), std::move(request));
  if (!opened) co_return fail(std::move(opened.error()));
  co_return Reply<Triggered>{{opened->id.str()}};
}

/// Of what only is there.
class Given final : public platform::assembly::Part {
 public:
  explicit Given(Counterpart counterpart) : counterpart_(std::move(counterpart)) {}
  Counterpart& value() { return counterpart_; }
  Task<Result<void>> start() override { co_return Result<void>{}; }
  Task<Result<void>> drain(platform::async::Deadline) override { co_return Result<void>{}; }
  Task<Result<void>> stop() override { co_return Result<void>{}; }

 private:
  Counterpart counterpart_;
};

}  // namespace

platform::assembly::Assembly given(Counterpart counterpart) {
  return {
      .name = "counterpart",
      .required = {},
      .provided = {type_name<Counterpart>()},
      .section = {},
      .kinds = {},
      .check_config = [](const platform::config::Settings&) { return Result<void>{}; },
      .build = [counterpart = std::move(counterpart)](
                   platform::assembly::ServiceTable& services,
                   const platform::config::Settings&) -> Result<std::unique_ptr<platform::assembly::Part>> {
        auto part = std::make_unique<Given>(counterpart);
        services.put(part->value());
        return part;
      }};
}

void bind_trigger(platform::routing::Router& router, Transfers& transfers) {
  router.bind(trigger_transfer, [&transfers](Call call, Trigger trigger) {
    return begin(transfers, std::move(call), std::move(trigger));
  });
}

Result<platform::assembly::Built<PlanesAssembly::Provides>> PlanesAssembly::build(Requires needs,
                                                                                  const Config&) {
  const auto& counterpart = needs.get<Counterpart>();
  auto& engine = needs.get<platform::engine::Engine>();
  auto& router = needs.get<platform::routing::Router>();
  auto& clock = needs.get<platform::async::Clock>();
  bind_trigger(router, needs.get<Transfers>());
  auto seeds = std::make_unique<Seeds>(
      Seeds::Services{engine, needs.get<runtime::participant_context::ParticipantContexts>(),
                      needs.get<dataplane::signaling::ControlPlanes>()},
      counterpart.kit);
  auto relay = std::make_unique<Relay>(Relay::Services{needs.get<platform::async::Scope>(), clock, router,
                                                       needs.get<platform::auth::TokenSource>()},
                                       counterpart.relay_port);
  auto mover = std::make_unique<ScriptedMover>(clock, needs.get<platform::endpoints::Endpoints>().public_url);
  needs.get<dataplane::signaling::DataFlows>().serve_with(*mover);
  return platform::assembly::Built<Provides>{std::move(seeds), std::move(relay), std::move(mover)};
}

Task<Result<void>> PlanesAssembly::start(Provides provided) {
  auto sown = co_await provided.get<Seeds>().sow();
  if (!sown) co_return fail(std::move(sown.error()));
  co_return provided.get<Relay>().listen();
}

Task<Result<void>> PlanesAssembly::drain(Provides provided, platform::async::Deadline deadline) {
  co_await provided.get<Relay>().drain(deadline);
  co_return Result<void>{};
}

}  // namespace kontor::tck::dps
