#include <algorithm>
#include <charconv>
#include <map>

#include "protocol/api/identity/key_pair_routes.hpp"
#include "protocol/query/paging.hpp"
#include "runtime/identity/assembly.hpp"
#include "runtime/identity/key_descriptor.hpp"

namespace kontor::runtime::identity {

namespace api = protocol::api::identity;
namespace key_pair = domain::key_pair;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

constexpr std::chrono::milliseconds overlap_max = std::chrono::days(36500);

api::KeyPairResource shown(const LoadedKeyPair& loaded, bool is_default) {
  const auto& pair = loaded.entity;
  api::KeyPairResource resource{
      .id = pair.id.str(),
      .participant_context_id = loaded.context,
      .created_at = loaded.created_at,
      .changed_at = loaded.updated_at,
      .key_id = pair.key_id,
      .group_name = pair.group_name,
      .key_context = pair.type,
      .is_default = is_default,
      .use_duration = pair.use_duration.count(),
      .rotation_duration = pair.overlap.value_or(std::chrono::milliseconds(0)).count(),
      .public_key = protocol::jose::write(pair.public_key),
      .private_key_alias = pair.private_key_alias,
      .state = key_pair::state_codes.code(pair.state),
      .usages = {}};
  for (const auto& [usage, name] : key_pair::usage_names.rows) {
    if (std::ranges::find(pair.usages, usage) != pair.usages.end()) resource.usages.emplace_back(name);
  }
  return resource;
}

Task<Result<Reply<std::vector<api::KeyPairResource>>>> list_keys(KeyRing& keys, Call call) {
  std::optional<key_pair::State> state;
  if (const auto name = call.target.parameter("state")) {
    auto named = json::state_named(*name, key_pair::state_codes, "/state");
    if (!named) co_return fail(std::move(named.error()));
    state = *named;
  }
  auto known = co_await keys.key_pairs(call.context);
  if (!known) co_return fail(std::move(known.error()));
  Reply<std::vector<api::KeyPairResource>> reply;
  for (const auto& each : *known) {
    if (state && each.entity.state != *state) continue;
    reply.body.push_back(shown(each, is_default(*known, each.entity.id)));
  }
  co_return reply;
}

Task<Result<Reply<std::vector<api::KeyPairResource>>>> list_all_keys(KeyRing& keys, Call call) {
  auto wanted = protocol::query::read_paging(call.target.parameter("offset"), call.target.parameter("limit"));
  if (!wanted) co_return fail(std::move(wanted.error()));
  auto page = co_await keys.key_pairs_of_all(std::move(*wanted));
  if (!page) co_return fail(std::move(page.error()));
  // Which is the default one follows from all that its owner has.
  std::map<ContextId, std::vector<LoadedKeyPair>> of_owners;
  Reply<std::vector<api::KeyPairResource>> reply;
  for (const auto& each : *page) {
    if (!of_owners.contains(each.context)) {
      auto known = co_await keys.key_pairs(each.context);
      if (!known && known.error().code != ErrorCode::not_found) co_return fail(std::move(known.error()));
      of_owners[each.context] = known ? std::move(*known) : std::vector<LoadedKeyPair>{};
    }
    reply.body.push_back(shown(each, is_default(of_owners[each.context], each.entity.id)));
  }
  co_return reply;
}

Task<Result<Reply<api::KeyPairResource>>> get_key(KeyRing& keys, Call call) {
  auto found = co_await keys.find(call.context, call.id<std::string>("keyPairId"));
  if (!found) co_return fail(std::move(found.error()));
  auto known = co_await keys.key_pairs(call.context);
  if (!known) co_return fail(std::move(known.error()));
  co_return Reply<api::KeyPairResource>{shown(*found, is_default(*known, found->entity.id))};
}

Task<Result<Reply<Nothing>>> add_key(KeyRing& keys, Call call, api::KeyDescriptor body) {
  auto owner = co_await keys.identity(call.context);
  if (!owner) co_return fail(std::move(owner.error()));
  auto descriptor = descriptor_of(body, (*owner)->context.did);
  if (!descriptor) co_return fail(std::move(descriptor.error()));
  const auto make_default = call.target.parameter("makeDefault").value_or("false");
  if (make_default != "true" && make_default != "false")
    co_return invalid("/makeDefault", "must be true or false");
  descriptor->make_default = make_default == "true";
  if ((*owner)->context.state == ContextState::deactivated)
    co_return fail(ErrorCode::invalid_input, "the participant context '{}' is not active", call.context);
  auto made = co_await keys.create((*owner)->context, std::move(*descriptor), {}, call.caller.subject);
  if (!made) co_return fail(std::move(made.error()));
  co_return Reply<Nothing>{};
}

Task<Result<Reply<Nothing>>> activate_key(KeyRing& keys, Call call) {
  auto found = co_await keys.find(call.context, call.id<std::string>("keyPairId"));
  if (!found) co_return fail(std::move(found.error()));
  auto done = co_await keys.activate(call.context, found->entity.id, call.caller.subject);
  if (!done) co_return fail(std::move(done.error()));
  co_return Reply<Nothing>{};
}

Task<Result<std::optional<KeyDescriptor>>> successor_of(KeyRing& keys, ContextId context,
                                                        api::Successor body) {
  if (!body.key) co_return std::nullopt;
  auto owner = co_await keys.identity(std::move(context));
  if (!owner) co_return fail(std::move(owner.error()));
  auto descriptor = descriptor_of(*body.key, (*owner)->context.did);
  if (!descriptor) co_return fail(std::move(descriptor.error()));
  co_return std::move(*descriptor);
}

Result<std::optional<std::chrono::milliseconds>> overlap_of(const Call& call) {
  const auto text = call.target.parameter("duration");
  if (!text) return std::nullopt;
  std::int64_t count = 0;
  const auto* end = text->data() + text->size();
  const auto [stopped, problem] = std::from_chars(text->data(), end, count);
  if (problem != std::errc{} || stopped != end || count < 0 || count > overlap_max.count())
    return invalid("/duration", "must be a number of milliseconds, at most {}", overlap_max.count());
  return std::chrono::milliseconds(count);
}

Task<Result<Reply<Nothing>>> rotate_key(KeyRing& keys, Call call, api::Successor body) {
  auto overlap = overlap_of(call);
  if (!overlap) co_return fail(std::move(overlap.error()));
  auto found = co_await keys.find(call.context, call.id<std::string>("keyPairId"));
  if (!found) co_return fail(std::move(found.error()));
  auto successor = co_await successor_of(keys, call.context, std::move(body));
  if (!successor) co_return fail(std::move(successor.error()));
  auto done = co_await keys.rotate(call.context, found->entity.id, {*overlap, std::move(*successor)},
                                   call.caller.subject);
  if (!done) co_return fail(std::move(done.error()));
  co_return Reply<Nothing>{};
}

Task<Result<Reply<Nothing>>> revoke_key(KeyRing& keys, Call call, api::Successor body) {
  auto found = co_await keys.find(call.context, call.id<std::string>("keyPairId"));
  if (!found) co_return fail(std::move(found.error()));
  auto successor = co_await successor_of(keys, call.context, std::move(body));
  if (!successor) co_return fail(std::move(successor.error()));
  auto done =
      co_await keys.revoke(call.context, found->entity.id, std::move(*successor), call.caller.subject);
  if (!done) co_return fail(std::move(done.error()));
  co_return Reply<Nothing>{};
}

}  // namespace

void bind_key_routes(platform::routing::Router& router, KeyRing& keys) {
  router.bind(api::list_key_pairs, [&keys](Call call, Nothing) { return list_keys(keys, std::move(call)); });
  router.bind(api::list_all_key_pairs,
              [&keys](Call call, Nothing) { return list_all_keys(keys, std::move(call)); });
  router.bind(api::get_key_pair, [&keys](Call call, Nothing) { return get_key(keys, std::move(call)); });
  router.bind(api::add_key_pair, [&keys](Call call, api::KeyDescriptor body) {
    return add_key(keys, std::move(call), std::move(body));
  });
  router.bind(api::activate_key_pair,
              [&keys](Call call, Nothing) { return activate_key(keys, std::move(call)); });
  router.bind(api::rotate_key_pair, [&keys](Call call, api::Successor body) {
    return rotate_key(keys, std::move(call), std::move(body));
  });
  router.bind(api::revoke_key_pair, [&keys](Call call, api::Successor body) {
    return revoke_key(keys, std::move(call), std::move(body));
  });
}

}  // namespace kontor::runtime::identity
