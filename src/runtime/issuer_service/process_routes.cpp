#include "protocol/api/issuer/process_routes.hpp"

#include "runtime/issuer_service/documents.hpp"

namespace kontor::runtime::issuer_service {

namespace api = protocol::api::issuer;
using platform::engine::Engine;
using platform::engine::Loaded;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::AnyJson;
using protocol::api::Nothing;
using protocol::query::Query;

namespace {

constexpr std::size_t reason_bytes_max = 1000;

/// Not the holder's access token.
json::Value shown_process(const Loaded<issuance::IssuanceProcess>& loaded) {
  const auto& process = loaded.entity;
  json::Array definitions;
  json::Object formats;
  json::Array credentials;
  for (const auto& each : process.request.credentials) {
    definitions.push_back(json::write(each.definition));
    formats[each.definition.str()] = protocol::vc::format_names.name(each.format);
    credentials.push_back(json::write(each.id));
  }
  json::ObjectWriter shown;
  shown.field("id", process.request.id)
      .field("participantContextId", loaded.context)
      .field("holderId", process.request.holder)
      .field("holderPid", process.request.holder_pid)
      .field("claims", process.claims)
      .field("credentialDefinitions", json::Value(std::move(definitions)))
      .field("credentialFormats", json::Value(std::move(formats)))
      .field("credentials", json::Value(std::move(credentials)))
      .field("state", issuance::state_codes.name(process.state));
  if (process.failure) shown.field("errorDetail", process.failure->reason);
  if (process.gathering) shown.non_empty("errorDetail", process.gathering->reason);
  return shown.field("createdAt", epoch_milliseconds(loaded.created_at))
      .field("updatedAt", epoch_milliseconds(loaded.updated_at))
      .done();
}

Task<Result<Reply<Nothing>>> decide(Engine& engine, Call call, issuance::Event event) {
  auto applied = co_await engine.apply<issuance::Machine>(command_of(call, call.entity("issuanceProcessId")),
                                                          std::move(event));
  if (!applied) co_return fail(std::move(applied.error()));
  co_return Reply<Nothing>{};
}

struct Rejection {
  std::string reason;
};
Result<void> read(const json::Node& node, Rejection& out) {
  json::ObjectReader in(node);
  in.required("reason", out.reason);
  if (in.ok() && (out.reason.empty() || out.reason.size() > reason_bytes_max))
    in.refuse("reason", fmt::format("must have between 1 and {} bytes", reason_bytes_max));
  return in.done();
}

Task<Result<Reply<Nothing>>> reject(Engine& engine, Call call, AnyJson body) {
  Rejection rejection;
  if (auto done = read(json::Node(body.value), rejection); !done) co_return fail(std::move(done.error()));
  co_return co_await decide(engine, std::move(call), issuance::Reject{std::move(rejection.reason)});
}

}  // namespace

void bind_process_routes(platform::routing::Router& router, Engine& engine) {
  router.bind(api::query_issuance_processes, [&engine](Call call, Query query) {
    return find<issuance::Machine>(engine, std::move(call), std::move(query), shown_process);
  });
  router.bind(api::get_issuance_process, [&engine](Call call, Nothing) {
    auto id = call.entity("issuanceProcessId");
    return get<issuance::Machine>(engine, std::move(call), std::move(id), shown_process);
  });
  router.bind(api::approve_issuance_process,
              [&engine](Call call, Nothing) { return decide(engine, std::move(call), issuance::Approve{}); });
  router.bind(api::reject_issuance_process, [&engine](Call call, AnyJson body) {
    return reject(engine, std::move(call), std::move(body));
  });
}

}  // namespace kontor::runtime::issuer_service
