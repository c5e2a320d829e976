#include "platform/bus/embedded/embedded_bus.hpp"

#include <algorithm>

#include "base/json/stored.hpp"
#include "platform/bus/embedded/internal/consumer_state.hpp"

namespace kontor::platform::bus::embedded {
namespace {

using ConsumerKey = std::pair<std::string, std::string>;

struct EntryBody {
  std::string place;
  std::string key;
  std::string value;
};

json::Value write(const EntryBody& body) {
  return json::ObjectWriter()
      .field("place", body.place)
      .field("key", body.key)
      .field("value", body.value)
      .done();
}

Result<void> read(const json::Node& node, EntryBody& body) {
  json::ObjectReader in(node);
  in.required("place", body.place).required("key", body.key).required("value", body.value);
  return in.done();
}

Result<EntryBody> decode_entry(const store::Record& record) {
  auto body = json::decode_stored<EntryBody>(record.body);
  if (!body)
    return fail_as(ErrorCode::storage_failed, std::move(body.error()), "the entry {} cannot be read",
                   record.id);
  return body;
}

Result<EntityId> entry_id(const std::string& bucket, const std::string& key) {
  if (is_name(bucket) && is_name(key)) return EntityId(bucket + ":" + key);
  return fail(ErrorCode::invalid_input, "a bucket and a key are letters, digits, - _ / = and . within");
}

Result<void> check(const Stream& stream) {
  const bool filters = !stream.subjects.empty() && std::ranges::all_of(stream.subjects, is_filter);
  if (is_name(stream.name) && filters && stream.messages_max > 0) return {};
  return fail(ErrorCode::invalid_input, "a stream has a name, filters of subjects and room for a message");
}

Result<void> check(const Message& message) {
  if (!is_subject(message.subject))
    return fail(ErrorCode::invalid_input, "a subject is words separated by dots");
  if (message.body.size() <= body_bytes_max && message.id.size() <= 512) return {};
  return fail(ErrorCode::too_large, "a message is at most {} bytes, its id 512", body_bytes_max);
}

bool overlaps(const Stream& a, const Stream& b) {
  return std::ranges::any_of(a.subjects, [&](const auto& filter) {
    return std::ranges::any_of(b.subjects, [&](const auto& other) { return overlap(filter, other); });
  });
}

Task<void> trim_stream(std::shared_ptr<StreamState> stream) {
  co_await stream->trim();
}

class EmbeddedBus final : public Bus {
 public:
  EmbeddedBus(async::Scope& scope, async::Clock& clock, store::Store& store)
      : scope_(scope), clock_(clock), log_(store) {}

  Task<Result<void>> add_stream(Stream stream) override;
  Task<Result<void>> add_consumer(Consumer consumer) override;
  Task<Result<Published>> publish(Message message) override;
  Task<Result<std::optional<Delivery>>> next(std::string stream, std::string consumer,
                                             async::Deadline deadline) override;
  Task<Result<void>> acknowledge(Delivery delivery) override;
  Task<Result<void>> send_back(Delivery delivery) override;
  Task<Result<void>> give_up(Delivery delivery) override;
  Task<Result<void>> extend(Delivery delivery) override;
  Result<ConsumerInfo> info(const std::string& stream, const std::string& consumer) const override;
  Task<Result<std::optional<Entry>>> get(std::string bucket, std::string key) override;
  Task<Result<std::uint64_t>> put(std::string bucket, std::string key, std::string value,
                                  std::uint64_t expected) override;
  Task<Result<void>> remove(std::string bucket, std::string key, std::uint64_t expected) override;
  Task<Result<std::vector<std::string>>> keys(std::string bucket) override;

 private:
  Result<ConsumerState*> find(const std::string& stream, const std::string& consumer) const;
  Result<void> check_queue(const Consumer& consumer) const;

  async::Scope& scope_;
  async::Clock& clock_;
  MessageLog log_;
  std::map<std::string, std::shared_ptr<StreamState>> streams_;
  std::map<ConsumerKey, std::unique_ptr<ConsumerState>> consumers_;
};

Task<Result<void>> EmbeddedBus::add_stream(Stream stream) {
  if (auto checked = check(stream); !checked) co_return checked;
  for (const auto& [name, other] : streams_) {
    if (name == stream.name || !overlaps(stream, other->config())) continue;
    co_return fail(ErrorCode::conflict, "the streams {} and {} take the same subjects", name, stream.name);
  }
  auto& state = streams_[stream.name];
  if (state) {
    state->change(std::move(stream));
    co_return Result<void>{};
  }
  auto added = std::make_shared<StreamState>(scope_, clock_, log_, stream);
  state = added;
  auto loaded = co_await added->load();
  if (loaded) {
    scope_.spawn(trim_stream(added));
  } else {
    streams_.erase(stream.name);
  }
  co_return loaded;
}

Result<void> EmbeddedBus::check_queue(const Consumer& consumer) const {
  for (const auto& [key, other] : consumers_) {
    if (key.first != consumer.stream || key.second == consumer.name) continue;
    if (!overlap(other->config().filter, consumer.filter)) continue;
    return fail(ErrorCode::conflict, "{} and {} take the same messages of the work queue {}", key.second,
                consumer.name, consumer.stream);
  }
  return {};
}

Task<Result<void>> EmbeddedBus::add_consumer(Consumer consumer) {
  if (!is_name(consumer.name) || !is_filter(consumer.filter) || consumer.attempts_max == 0 ||
      consumer.unacknowledged_max == 0) {
    co_return fail(ErrorCode::invalid_input, "a consumer has a name, a filter, and bounds above 0");
  }
  const auto stream = streams_.find(consumer.stream);
  if (stream == streams_.end())
    co_return fail(ErrorCode::not_found, "there is no stream {}", consumer.stream);
  if (stream->second->config().retention == Retention::work_queue) {
    if (auto checked = check_queue(consumer); !checked) co_return checked;
  }
  const ConsumerKey key{consumer.stream, consumer.name};
  if (const auto known = consumers_.find(key); known != consumers_.end()) {
    known->second->change(std::move(consumer));
    co_return Result<void>{};
  }
  auto added = std::make_unique<ConsumerState>(clock_, scope_, log_, *stream->second, std::move(consumer));
  auto loaded = co_await added->load();
  if (loaded) consumers_.emplace(key, std::move(added));
  co_return loaded;
}

Task<Result<Published>> EmbeddedBus::publish(Message message) {
  if (auto checked = check(message); !checked) co_return fail(std::move(checked.error()));
  const auto stream =
      std::ranges::find_if(streams_, [&](const auto& entry) { return entry.second->takes(message.subject); });
  if (stream == streams_.end()) co_return fail(ErrorCode::not_found, "no stream takes {}", message.subject);
  const auto taker = stream->second;
  auto published = co_await taker->publish(std::move(message));
  co_return published;
}

Result<ConsumerState*> EmbeddedBus::find(const std::string& stream, const std::string& consumer) const {
  const auto found = consumers_.find({stream, consumer});
  if (found != consumers_.end()) return found->second.get();
  return fail(ErrorCode::not_found, "there is no consumer {} of the stream {}", consumer, stream);
}

Task<Result<std::optional<Delivery>>> EmbeddedBus::next(std::string stream, std::string consumer,
                                                        async::Deadline deadline) {
  auto found = find(stream, consumer);
  if (!found) co_return fail(std::move(found.error()));
  auto delivery = co_await (*found)->next(deadline);
  co_return delivery;
}

Task<Result<void>> EmbeddedBus::acknowledge(Delivery delivery) {
  auto found = find(delivery.stream, delivery.consumer);
  if (!found) co_return fail(std::move(found.error()));
  auto done = co_await (*found)->acknowledge(delivery.sequence);
  co_return done;
}

Task<Result<void>> EmbeddedBus::send_back(Delivery delivery) {
  auto found = find(delivery.stream, delivery.consumer);
  if (!found) co_return fail(std::move(found.error()));
  auto done = co_await (*found)->send_back(delivery.sequence);
  co_return done;
}

Task<Result<void>> EmbeddedBus::give_up(Delivery delivery) {
  auto found = find(delivery.stream, delivery.consumer);
  if (!found) co_return fail(std::move(found.error()));
  auto done = co_await (*found)->give_up(delivery.sequence);
  co_return done;
}

Task<Result<void>> EmbeddedBus::extend(Delivery delivery) {
  auto found = find(delivery.stream, delivery.consumer);
  if (!found) co_return fail(std::move(found.error()));
  (*found)->extend(delivery.sequence);
  co_return Result<void>{};
}

Result<ConsumerInfo> EmbeddedBus::info(const std::string& stream, const std::string& consumer) const {
  auto found = find(stream, consumer);
  if (!found) return fail(std::move(found.error()));
  return (*found)->info();
}

Task<Result<std::optional<Entry>>> EmbeddedBus::get(std::string bucket, std::string key) {
  auto id = entry_id(bucket, key);
  if (!id) co_return fail(std::move(id.error()));
  auto record = co_await log_.store().load(store::installation_context(), entry_kind, *id);
  if (!record) co_return fail(std::move(record.error()));
  if (!*record) co_return std::optional<Entry>{};
  auto body = decode_entry(**record);
  if (!body) co_return fail(std::move(body.error()));
  co_return Entry{std::move(body->value), (*record)->version};
}

Task<Result<std::uint64_t>> EmbeddedBus::put(std::string bucket, std::string key, std::string value,
                                             std::uint64_t expected) {
  auto id = entry_id(bucket, key);
  if (!id) co_return fail(std::move(id.error()));
  if (value.size() > body_bytes_max)
    co_return fail(ErrorCode::too_large, "a value is at most {} bytes", body_bytes_max);
  const EntryBody body{id->str(), std::move(key), std::move(value)};
  store::Transaction transaction;
  transaction.puts.push_back({&entry_kind, *id, expected, json::encode(body)});
  auto done = co_await log_.store().commit(store::installation_context(), std::move(transaction));
  if (!done) co_return fail(std::move(done.error()));
  co_return expected + 1;
}

Task<Result<void>> EmbeddedBus::remove(std::string bucket, std::string key, std::uint64_t expected) {
  auto id = entry_id(bucket, key);
  if (!id) co_return fail(std::move(id.error()));
  store::Transaction transaction;
  transaction.removes.push_back({&entry_kind, *id, expected});
  auto done = co_await log_.store().commit(store::installation_context(), std::move(transaction));
  if (!done) co_return fail(std::move(done.error()));
  co_return Result<void>{};
}

Task<Result<std::vector<std::string>>> EmbeddedBus::keys(std::string bucket) {
  if (!is_name(bucket))
    co_return fail(ErrorCode::invalid_input, "a bucket is letters, digits, - _ / = and . within");
  using protocol::query::all_of;
  using protocol::query::Operator;
  using protocol::query::where;
  protocol::query::Query query{.where = all_of({where("place", Operator::greater, {bucket + ":"}),
                                                where("place", Operator::less, {bucket + ";"})}),
                               .sort = {{"place"}},
                               .limit = keys_max};
  auto page = co_await log_.store().list(store::installation_context(), entry_kind, std::move(query));
  if (!page) co_return fail(std::move(page.error()));
  std::vector<std::string> keys;
  for (const auto& record : page->records) {
    auto body = decode_entry(record);
    if (!body) co_return fail(std::move(body.error()));
    keys.push_back(std::move(body->key));
  }
  co_return keys;
}

}  // namespace

std::vector<const entity::Kind*> kinds() {
  return {&message_kind, &consumer_kind, &entry_kind};
}

std::unique_ptr<Bus> make_embedded_bus(async::Scope& scope, async::Clock& clock, store::Store& store) {
  return std::make_unique<EmbeddedBus>(scope, clock, store);
}

}  // namespace kontor::platform::bus::embedded
