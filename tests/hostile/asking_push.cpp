#include "world.hpp"

namespace kontor::hostile {

Task<Result<void>> push_of_data(World& world) {
  const auto flow = world.fresh("flow");
  const auto address = R"({"endpointType":"HttpData","endpoint":")" + world.hostile.url("/in") + "\"}";
  const auto order =
      R"({"messageId":"m1","participantId":"did:web:us","counterPartyId":"did:web:them",)"
      R"("dataspaceContext":"dsp","processId":")" +
      flow + R"(","agreementId":"a","datasetId":"d","profile":"HttpData-PUSH","metadata":{"dataAddress":)" +
      R"({"type":"HttpData","baseUrl":")" + world.server.url("/part") + R"("}},"dataAddress":)" + address +
      "}";
  platform::routing::Call call;
  call.context = world.acme;
  auto start = json::decode<protocol::dps::DataFlowStartMessage>(order).value();
  auto begun =
      co_await world.plane.get<dataplane::signaling::DataFlows>().start(std::move(call), std::move(start));
  if (!begun) co_return fail(std::move(begun.error()));
  auto ended = co_await world.house.engine->wait<domain::data_flow::Machine>(
      world.acme, EntityId(flow),
      [](const auto& each) { return domain::data_flow::is_final(each.state) || !each.last_error.empty(); },
      {world.loop.clock().now() + std::chrono::minutes(2)});
  if (!ended) co_return fail(std::move(ended.error()));
  if (ended->entity.last_error.empty()) co_return Result<void>{};
  co_return fail(ErrorCode::peer_unavailable, "{}", ended->entity.last_error);
}

}  // namespace kontor::hostile
