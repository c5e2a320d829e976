#include "runtime/issuer_service/issued_lists.hpp"

#include "base/text/encoding.hpp"

namespace kontor::runtime::issuer_service {

namespace engine = platform::engine;
namespace vc = protocol::vc;
using domain::key_pair::Usage;

namespace {

/// Others may have taken places of the same list, or all that were left of it.
constexpr int attempts_max = 20;

}  // namespace

IssuedLists::IssuedLists(Services services, std::string public_url, IssuedListsConfig config)
    : services_(std::move(services)), public_url_(std::move(public_url)), config_(config) {}

// ---- places

Task<Result<StatusPlace>> IssuedLists::place(ContextId context, std::string purpose, vc::Format format) {
  const bool is_2021 = config_.status_list_2021 && format == vc::Format::vc1_0_jwt;
  const Wanted wanted{std::move(context), std::move(purpose),
                      is_2021 ? vc::StatusKind::status_list_2021 : vc::StatusKind::bitstring};
  auto reserve = reserve_of(wanted);
  auto guard = co_await reserve->turn.lock();
  for (int i = 0; i < attempts_max; ++i) {
    if (reserve->free.empty()) {
      auto refilled = co_await refill(wanted, reserve);
      if (!refilled) co_return fail(std::move(refilled.error()));
    }
    auto list =
        co_await services_.engine.load<status_list::Machine>(wanted.context, entity_id(reserve->list));
    if (list) {
      const auto index = reserve->free.back();
      reserve->free.pop_back();
      co_return StatusPlace{status_list::entry_for(list->entity, index),
                            {reserve->list, wanted.purpose, index}};
    }
    // The issuer was erased, and maybe made anew.
    reserve->free.clear();
    if (list.error().code != ErrorCode::not_found) co_return fail(std::move(list.error()));
  }
  co_return fail(ErrorCode::unavailable, "no status list for {} has a place", wanted.purpose);
}

std::shared_ptr<IssuedLists::Reserve> IssuedLists::reserve_of(const Wanted& wanted) {
  if (const auto* known = reserves_.find(wanted)) return *known;
  auto reserve = std::make_shared<Reserve>(services_.executor);
  reserves_.put(wanted, reserve);
  return reserve;
}

Task<Result<void>> IssuedLists::refill(Wanted wanted, std::shared_ptr<Reserve> reserve) {
  Bytes randomness(config_.places_reserved * 8);
  for (int i = 0; i < attempts_max; ++i) {
    auto places = co_await open_places(wanted);
    if (!places) co_return fail(std::move(places.error()));
    services_.engine.random().fill(randomness);
    auto given = status_list::take_places(places->entity, randomness);
    auto put = co_await services_.engine.put<status_list::PlacesDocument>({wanted.context, places->id},
                                                                          places->entity, places->version);
    const bool somebody_else_was_first =
        !put && (put.error().code == ErrorCode::version_conflict || put.error().code == ErrorCode::conflict);
    if (somebody_else_was_first) continue;
    if (!put) co_return fail(std::move(put.error()));
    reserve->list = places->entity.list;
    reserve->free = std::move(given);
    if (!reserve->free.empty()) co_return Result<void>{};
  }
  co_return fail(ErrorCode::unavailable, "no places of a status list for {} could be had", wanted.purpose);
}

Task<Result<engine::Loaded<status_list::Places>>> IssuedLists::open_places(Wanted wanted) {
  protocol::query::Query open;
  open.where = protocol::query::all_of(
      {protocol::query::where("kind", std::string(status_list::kind_names.name(wanted.kind))),
       protocol::query::where("purpose", wanted.purpose), protocol::query::where("open", true)});
  open.limit = 1;
  auto page = co_await services_.engine.list<status_list::PlacesDocument>(wanted.context, std::move(open));
  if (!page) co_return fail(std::move(page.error()));
  if (!page->entities.empty()) co_return std::move(page->entities.front());
  co_return co_await open_list(std::move(wanted));
}

/// The list is there before anybody has a place in it.
Task<Result<engine::Loaded<status_list::Places>>> IssuedLists::open_list(Wanted wanted) {
  auto issuer = co_await services_.signing.did_of(wanted.context);
  if (!issuer) co_return fail(std::move(issuer.error()));
  const issuance::StatusListId id(wanted.purpose + "-" + new_uuid(services_.engine.random()));
  status_list::Create create{
      .id = id,
      .url = public_url_ + "/statuslist/" + text::percent_encode(wanted.context.str()) + "/" + id.str(),
      .issuer = std::move(*issuer),
      .kind = wanted.kind,
      .purpose = wanted.purpose};
  auto created = co_await services_.engine.apply<status_list::Machine>({wanted.context, entity_id(id)},
                                                                       std::move(create));
  if (!created) co_return fail(std::move(created.error()));
  engine::Loaded<status_list::Places> places;
  places.entity = {.list = id,
                   .kind = wanted.kind,
                   .purpose = wanted.purpose,
                   .taken = vc::Bitstring(created->entity.bits.size_bits())};
  places.id = entity_id(id);
  places.context = wanted.context;
  co_return places;
}

// ---- marks

Task<Result<void>> IssuedLists::mark(ContextId context, issuance::StatusListId id,
                                     status_list::Change change) {
  const ListKey key{context, id};
  auto& known = lanes_[key];
  if (!known) known = std::make_shared<Lane>(services_.executor);
  auto lane = known;
  if (!lane->gathering) lane->gathering = std::make_shared<Batch>();
  auto batch = lane->gathering;
  batch->changes.push_back(change);
  auto guard = co_await lane->turn.lock();
  if (!batch->outcome) {
    lane->gathering.reset();
    batch->outcome = co_await write_marks(std::move(context), std::move(id), batch->changes);
  }
  // The table's and this one: nobody else comes after.
  if (lane.use_count() == 2 && !lane->gathering) lanes_.erase(key);
  co_return *batch->outcome;
}

Task<Result<void>> IssuedLists::write_marks(ContextId context, issuance::StatusListId id,
                                            std::vector<status_list::Change> changes) {
  auto applied = co_await services_.engine.apply<status_list::Machine>({std::move(context), entity_id(id)},
                                                                       status_list::Mark{std::move(changes)});
  if (!applied) co_return fail(std::move(applied.error()));
  co_return Result<void>{};
}

// ---- what is published

Task<Result<status_list::Publication>> IssuedLists::published(ContextId context, issuance::StatusListId id,
                                                              platform::async::Deadline deadline) {
  for (bool again = false;; again = true) {
    auto found = co_await services_.engine.load<status_list::PublicationDocument>(context, entity_id(id));
    if (found) co_return std::move(found->entity);
    if (found.error().code != ErrorCode::not_found) co_return fail(std::move(found.error()));
    if (again) co_return fail(ErrorCode::unavailable, "the status list '{}' is not signed yet", id);
    // Made a moment ago, or by the version before, which kept what was signed elsewhere.
    auto asked = co_await services_.engine.apply<status_list::Machine>({context, entity_id(id)},
                                                                       status_list::SigningDue{});
    if (!asked) co_return fail(std::move(asked.error()), "the status list '{}'", id);
    const auto at_rest = [](const status_list::List& list) { return list.sign_at.has_value(); };
    auto waited =
        co_await services_.engine.wait<status_list::Machine>(context, entity_id(id), at_rest, deadline);
    if (!waited) co_return fail(std::move(waited.error()));
  }
}

Task<Result<engine::Outcome<status_list::Machine>>> IssuedLists::sign(
    engine::Committed<status_list::Effect> effect) {
  const auto& call = effect.call();
  auto loaded = co_await services_.engine.load<status_list::Machine>(call.context, call.entity);
  if (!loaded) co_return fail(std::move(loaded.error()));
  const auto& list = loaded->entity;
  const auto now = services_.engine.clock().now();
  const auto credential =
      vc::status_list_credential(status_list::content(list, now, config_.max_age), vc::Format::vc1_0_jwt);
  status_list::Published signed_now{.revision = list.revision,
                                    .signed_at = now,
                                    .valid_until = now + status_list::validity,
                                    .interval = config_.interval};
  auto token = co_await services_.signing.sign(
      call.context, Usage::sign_credentials,
      [credential, now](const vc::Signer& signer) {
        return vc::credential_signing_input(credential, signer, now);
      },
      signed_now.valid_until);
  if (!token) co_return fail(std::move(token.error()), "sign the status list");
  auto published = co_await publish(call, {list.id, std::move(*token), signed_now});
  if (!published) co_return fail(std::move(published.error()));
  ++published_count_;
  co_return engine::Outcome<status_list::Machine>(status_list::Signed{signed_now});
}

Task<Result<void>> IssuedLists::publish(engine::EffectCall call, status_list::Publication publication) {
  auto before = co_await services_.engine.load<status_list::PublicationDocument>(call.context, call.entity);
  if (!before && before.error().code != ErrorCode::not_found) co_return fail(std::move(before.error()));
  co_return co_await services_.engine.put<status_list::PublicationDocument>(
      {call.context, call.entity}, publication, before ? before->version : 0);
}

}  // namespace kontor::runtime::issuer_service
