#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result/result.hpp"
#include "base/time/time.hpp"
#include "platform/async/clock.hpp"
#include "platform/async/task.hpp"
#include "platform/bus/subject.hpp"

namespace kontor::platform::bus {

inline constexpr std::size_t body_bytes_max = 1024 * 1024;
inline constexpr std::size_t keys_max = 10'000;  ///< of one call of `keys`

/// What is published. Texts are UTF-8.
struct Message {
  std::string subject;
  std::string body;
  /// Stable over all attempts to publish: a second message of this id is dropped within the stream's window.
  /// Empty: none.
  std::string id = {};
  std::map<std::string, std::string> headers = {};  ///< `traceparent`, for one
};

enum class Retention : std::uint8_t {
  limits,      ///< messages stay until the stream's limits are reached, whoever has read them
  work_queue,  ///< a message goes when its one consumer acknowledges it
};

/// A durable sequence of the messages of some subjects.
struct Stream {
  std::string name;
  std::vector<std::string> subjects;  ///< filters; no subject belongs to two streams
  Retention retention = Retention::limits;
  Duration age_max = std::chrono::hours(24 * 7);
  std::uint64_t messages_max = 1'000'000;  ///< the oldest go first
  Duration duplicate_window = std::chrono::minutes(10);
};

/// A durable place in a stream. Each message that matches is delivered until it is acknowledged or given up.
struct Consumer {
  std::string stream;
  std::string name;
  std::string filter = ">";
  Duration acknowledge_within = std::chrono::seconds(30);  ///< then the message is delivered again
  /// Waits before the second, third … delivery of a message that was sent back; the last holds for all
  /// further ones.
  std::vector<Duration> back_off = {std::chrono::milliseconds(200), std::chrono::seconds(1),
                                    std::chrono::seconds(10)};
  std::uint32_t attempts_max = 10;        ///< then it is given up: counted, delivered no more
  std::size_t unacknowledged_max = 1000;  ///< deliveries under way; more wait
};

/// A message in the hands of a consumer.
struct Delivery {
  Message message;
  std::string stream;
  std::string consumer;
  std::uint64_t sequence = 0;
  std::uint32_t attempt = 1;  ///< a crash may hide attempts that were under way
  Instant published_at;
};

enum class Published : std::uint8_t { stored, duplicate };

/// A value of a key with its revision: another one after each change.
struct Entry {
  std::string value;
  std::uint64_t revision = 0;
};

struct ConsumerInfo {
  std::size_t unacknowledged = 0;
  std::uint64_t given_up = 0;  ///< since this process began
};

/// Messages between services, and small shared state. Modelled on what NATS JetStream offers, so that it
/// fits.
///
/// What was acknowledged to the caller is durable. Delivery is at least once and in order of publication,
/// save for messages that were sent back. Errors: invalid_input (a name, subject or size), not_found (no
/// stream takes the subject; no such stream or consumer), conflict, version_conflict, storage_failed,
/// unavailable, cancelled. Used on the io thread.
class Bus {
 public:
  virtual ~Bus() = default;

  /// Creates or changes; what is there is kept. Errors: conflict when another stream takes one of the
  /// subjects.
  virtual Task<Result<void>> add_stream(Stream stream) = 0;
  /// Creates or changes; its place in the stream is kept. A new one begins with the oldest message. Errors:
  /// conflict when the stream is a work queue and another consumer's filter takes some of the same messages.
  virtual Task<Result<void>> add_consumer(Consumer consumer) = 0;

  virtual Task<Result<Published>> publish(Message message) = 0;

  /// The next message; none when there was none until the deadline.
  virtual Task<Result<std::optional<Delivery>>> next(std::string stream, std::string consumer,
                                                     async::Deadline deadline) = 0;
  /// It is done: the message is delivered to this consumer no more.
  virtual Task<Result<void>> acknowledge(Delivery delivery) = 0;
  /// It failed: delivered again after the back-off, until the attempts are used up.
  virtual Task<Result<void>> send_back(Delivery delivery) = 0;
  /// It will never succeed: given up at once.
  virtual Task<Result<void>> give_up(Delivery delivery) = 0;
  /// It takes longer: `acknowledge_within` begins anew.
  virtual Task<Result<void>> extend(Delivery delivery) = 0;
  virtual Result<ConsumerInfo> info(const std::string& stream, const std::string& consumer) const = 0;

  /// Nothing where the key does not exist.
  virtual Task<Result<std::optional<Entry>>> get(std::string bucket, std::string key) = 0;
  /// Compare and set: `expected` is the revision that was read, 0 for a key that must not exist. The result
  /// is the new revision. Errors: conflict (it exists), version_conflict (somebody changed or removed it).
  virtual Task<Result<std::uint64_t>> put(std::string bucket, std::string key, std::string value,
                                          std::uint64_t expected) = 0;
  /// Errors: version_conflict (somebody changed or removed it).
  virtual Task<Result<void>> remove(std::string bucket, std::string key, std::uint64_t expected) = 0;
  /// In the order of their bytes, at most `keys_max`.
  virtual Task<Result<std::vector<std::string>>> keys(std::string bucket) = 0;
};

}  // namespace kontor::platform::bus
