#include "platform/store/sealed/internal/opener.hpp"

namespace kontor::platform::store::sealed {

Task<Result<void>> Opener::open(Record& record, std::string_view kind) {
  if (!find_sealed(kinds_, kind)) co_return Result<void>{};
  auto sealed = read_sealed(record.body);
  if (!sealed) co_return fail(std::move(sealed.error()));
  if (!*sealed) co_return Result<void>{};
  auto key = co_await key_of(record.context, (*sealed)->key_id);
  if (!key) co_return fail(std::move(key.error()));
  const Place place{record.context.str(), kind, record.id.str()};
  auto body = open_members(std::move(**sealed), place, *key);
  if (!body) co_return fail(std::move(body.error()));
  record.body = std::move(*body);
  co_return Result<void>{};
}

Task<Result<void>> Opener::open(OutboxRow& row) {
  if (!find_sealed(kinds_, row.kind)) co_return Result<void>{};
  auto sealed = read_sealed(row.body);
  if (!sealed) co_return fail(std::move(sealed.error()));
  if (!*sealed) co_return Result<void>{};
  auto key = co_await key_of(row.context, (*sealed)->key_id);
  if (!key) co_return fail(std::move(key.error()));
  const Place place{row.context.str(), row.kind, row.id.str(), Place::Row::effect};
  auto body = open_whole(**sealed, place, *key);
  if (!body) co_return fail(std::move(body.error()));
  row.body = std::move(*body);
  co_return Result<void>{};
}

Task<Result<crypto::AesKey>> Opener::key_of(const ContextId& context, const std::string& id) {
  const auto known = known_.find({context, id});
  if (known != known_.end()) co_return known->second;
  auto key = co_await keys_.to_open(context, id);
  if (!key) co_return fail(std::move(key.error()));
  known_.emplace(std::pair(context, id), key->key);
  co_return std::move(key->key);
}

}  // namespace kontor::platform::store::sealed
