#include "platform/bus/embedded/internal/message_log.hpp"

#include <array>

#include "base/json/stored.hpp"

namespace kontor::platform::bus::embedded {
namespace {

using protocol::query::all_of;
using protocol::query::Operator;
using protocol::query::Predicate;
using protocol::query::where;

constexpr std::array message_fields{entity::Field{.name = "position", .path = "position", .indexed = true}};
constexpr std::array entry_fields{entity::Field{.name = "place", .path = "place", .indexed = true}};

/// Sorts as text as the messages do by stream and sequence. No name has a colon.
std::string position(std::string_view stream, std::uint64_t sequence) {
  return fmt::format("{}:{:020}", stream, sequence);
}

Predicate behind(const std::string& stream, std::uint64_t after) {
  return all_of({where("position", Operator::greater, {position(stream, after)}),
                 where("position", Operator::less, {stream + ";"})});
}

struct MessageBody {
  std::string position;
  std::uint64_t sequence = 0;
  std::string subject;
  std::string id;
  std::map<std::string, std::string> headers;
  std::string body;
};

json::Value write(const MessageBody& body) {
  return json::ObjectWriter()
      .field("position", body.position)
      .field("sequence", body.sequence)
      .field("subject", body.subject)
      .non_empty("id", body.id)
      .non_empty("headers", body.headers)
      .field("body", body.body)
      .done();
}

Result<void> read(const json::Node& node, MessageBody& body) {
  json::ObjectReader in(node);
  in.required("position", body.position)
      .required("sequence", body.sequence)
      .required("subject", body.subject)
      .optional("id", body.id)
      .optional("headers", body.headers)
      .required("body", body.body);
  return in.done();
}

Result<StoredMessage> decode(const store::Record& record) {
  auto body = json::decode_stored<MessageBody>(record.body);
  if (!body)
    return fail_as(ErrorCode::storage_failed, std::move(body.error()), "the message {} cannot be read",
                   record.id);
  Message message{std::move(body->subject), std::move(body->body), std::move(body->id),
                  std::move(body->headers)};
  return StoredMessage{std::move(message), body->sequence, record.created_at};
}

}  // namespace

const entity::Kind message_kind{.name = "bus-message", .fields = message_fields};
const entity::Kind consumer_kind{.name = "bus-consumer"};
const entity::Kind entry_kind{.name = "bus-entry", .fields = entry_fields};

Task<Result<std::uint64_t>> MessageLog::head(std::string stream) {
  protocol::query::Query query{.where = behind(stream, 0), .sort = {{"position", true}}, .limit = 1};
  auto page = co_await store_.list(store::installation_context(), message_kind, std::move(query));
  if (!page) co_return fail(std::move(page.error()));
  if (page->records.empty()) co_return std::uint64_t{0};
  auto newest = decode(page->records.front());
  if (!newest) co_return fail(std::move(newest.error()));
  co_return newest->sequence;
}

Task<Result<std::uint64_t>> MessageLog::count(std::string stream) {
  return store_.count(store::installation_context(), message_kind, {.where = behind(stream, 0)});
}

Task<Result<void>> MessageLog::append(std::string stream, std::uint64_t sequence, Message message,
                                      Instant id_expires_at) {
  store::Transaction transaction;
  if (!message.id.empty()) {
    transaction.single_use.push_back({fmt::format("bus:{}:{}", stream, message.id), id_expires_at});
  }
  const auto place = position(stream, sequence);
  const MessageBody body{place,
                         sequence,
                         std::move(message.subject),
                         std::move(message.id),
                         std::move(message.headers),
                         std::move(message.body)};
  transaction.puts.push_back({&message_kind, EntityId(place), 0, json::encode(body)});
  auto committed = co_await store_.commit(store::installation_context(), std::move(transaction));
  if (!committed) co_return fail(std::move(committed.error()));
  co_return Result<void>{};
}

Task<Result<std::vector<StoredMessage>>> MessageLog::read(std::string stream, std::uint64_t after,
                                                          std::uint32_t limit) {
  protocol::query::Query query{.where = behind(stream, after), .sort = {{"position"}}, .limit = limit};
  auto page = co_await store_.list(store::installation_context(), message_kind, std::move(query));
  if (!page) co_return fail(std::move(page.error()));
  std::vector<StoredMessage> messages;
  for (const auto& record : page->records) {
    auto message = decode(record);
    if (!message) co_return fail(std::move(message.error()));
    messages.push_back(std::move(*message));
  }
  co_return messages;
}

Task<Result<std::optional<StoredMessage>>> MessageLog::load(std::string stream, std::uint64_t sequence) {
  auto record =
      co_await store_.load(store::installation_context(), message_kind, EntityId(position(stream, sequence)));
  if (!record) co_return fail(std::move(record.error()));
  if (!*record) co_return std::optional<StoredMessage>{};
  auto message = decode(**record);
  if (!message) co_return fail(std::move(message.error()));
  co_return std::optional(std::move(*message));
}

Task<Result<void>> MessageLog::remove(std::string stream, std::uint64_t sequence) {
  store::Transaction transaction;
  transaction.removes.push_back({&message_kind, EntityId(position(stream, sequence)), 1});
  auto removed = co_await store_.commit(store::installation_context(), std::move(transaction));
  const bool gone = !removed && removed.error().code == ErrorCode::version_conflict;
  if (!removed && !gone) co_return fail(std::move(removed.error()));
  co_return Result<void>{};
}

}  // namespace kontor::platform::bus::embedded
