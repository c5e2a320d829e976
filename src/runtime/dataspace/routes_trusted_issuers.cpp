#include <algorithm>

#include "protocol/api/management/trusted_issuer_routes.hpp"
#include "runtime/dataspace/routes.hpp"

namespace kontor::runtime::dataspace {

namespace management = protocol::api::management;
using management::TrustedIssuer;
using management::TrustedIssuerEntry;
using platform::engine::Engine;
using platform::engine::Loaded;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

constexpr int attempts_max = 8;

using Issuers = std::vector<TrustedIssuer>;
using Change = std::function<Result<void>(Issuers&)>;

Task<Result<Loaded<Profile>>> load(Engine& engine, const Call& call) {
  co_return co_await engine.load<DataspaceProfileDocument>(platform::store::installation_context(),
                                                           call.entity("profileName"));
}

/// Also when others change the profile at the same time.
Task<Result<void>> change(Engine& engine, Call call, Change change) {
  for (int attempt = 1;; ++attempt) {
    auto profile = co_await load(engine, call);
    if (!profile) co_return fail(std::move(profile.error()));
    auto changed = change(profile->entity.trusted_issuers);
    if (!changed) co_return fail(std::move(changed.error()));
    platform::engine::Command command{platform::store::installation_context(), profile->id,
                                      call.caller.subject, call.trace};
    auto put = co_await engine.put<DataspaceProfileDocument>(std::move(command), std::move(profile->entity),
                                                             profile->version);
    if (put) co_return Result<void>{};
    if (put.error().code != ErrorCode::version_conflict || attempt == attempts_max)
      co_return fail(std::move(put.error()));
  }
}

Result<Issuers::iterator> find(Issuers& issuers, const std::string& id) {
  const auto found = std::ranges::find(issuers, id, [](const TrustedIssuer& each) { return each.id.str(); });
  if (found == issuers.end())
    return fail(ErrorCode::not_found, "'{}' is no trusted issuer of the profile", id);
  return found;
}

Task<Result<Reply<management::IdResponse>>> add(Engine& engine, Call call, TrustedIssuerEntry body) {
  auto issuer = std::move(body.issuer);
  if (issuer.id.empty()) co_return invalid("/@id", "is required");
  auto done = co_await change(engine, std::move(call), [&issuer](Issuers& issuers) -> Result<void> {
    if (find(issuers, issuer.id.str()))
      return fail(ErrorCode::conflict, "{} is a trusted issuer of the profile already", issuer.id);
    if (issuers.size() >= management::trusted_issuers_max)
      return fail(ErrorCode::conflict, "the profile has {} trusted issuers, which is all there may be",
                  issuers.size());
    issuers.push_back(issuer);
    return {};
  });
  if (!done) co_return fail(std::move(done.error()));
  co_return Reply<management::IdResponse>{{issuer.id.str(), engine.clock().now()}};
}

Task<Result<Reply<Nothing>>> replace(Engine& engine, Call call, TrustedIssuerEntry body) {
  const auto id = call.entity("trustedIssuerId").str();
  auto done = co_await change(engine, std::move(call), [&](Issuers& issuers) -> Result<void> {
    auto found = find(issuers, id);
    if (!found) return fail(std::move(found.error()));
    (*found)->supported_types = body.issuer.supported_types;
    return {};
  });
  if (!done) co_return fail(std::move(done.error()));
  co_return Reply<Nothing>{};
}

Task<Result<Reply<Nothing>>> remove(Engine& engine, Call call) {
  const auto id = call.entity("trustedIssuerId").str();
  auto done = co_await change(engine, std::move(call), [&](Issuers& issuers) -> Result<void> {
    auto found = find(issuers, id);
    if (!found) return fail(std::move(found.error()));
    issuers.erase(*found);
    return {};
  });
  if (!done) co_return fail(std::move(done.error()));
  co_return Reply<Nothing>{};
}

Task<Result<Reply<std::vector<TrustedIssuerEntry>>>> list(Engine& engine, Call call) {
  auto profile = co_await load(engine, call);
  if (!profile) co_return fail(std::move(profile.error()));
  const auto type = call.target.parameter("type");
  Reply<std::vector<TrustedIssuerEntry>> reply;
  for (auto& each : profile->entity.trusted_issuers) {
    if (!type || management::supports(each, *type)) reply.body.push_back({std::move(each)});
  }
  co_return reply;
}

Task<Result<Reply<TrustedIssuerEntry>>> get(Engine& engine, Call call) {
  auto profile = co_await load(engine, call);
  if (!profile) co_return fail(std::move(profile.error()));
  auto found = find(profile->entity.trusted_issuers, call.entity("trustedIssuerId").str());
  if (!found) co_return fail(std::move(found.error()));
  co_return Reply<TrustedIssuerEntry>{{std::move(**found)}};
}

}  // namespace

void bind_trusted_issuer_routes(platform::routing::Router& router, Engine& engine) {
  router.bind(management::add_trusted_issuer, [&engine](Call call, TrustedIssuerEntry body) {
    return add(engine, std::move(call), std::move(body));
  });
  router.bind(management::list_trusted_issuers,
              [&engine](Call call, Nothing) { return list(engine, std::move(call)); });
  router.bind(management::get_trusted_issuer,
              [&engine](Call call, Nothing) { return get(engine, std::move(call)); });
  router.bind(management::replace_trusted_issuer, [&engine](Call call, TrustedIssuerEntry body) {
    return replace(engine, std::move(call), std::move(body));
  });
  router.bind(management::remove_trusted_issuer,
              [&engine](Call call, Nothing) { return remove(engine, std::move(call)); });
}

}  // namespace kontor::runtime::dataspace
