#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/bus/bus.hpp"
#include "platform/store/store.hpp"

namespace kontor::platform::bus::embedded {

extern const entity::Kind message_kind;
extern const entity::Kind consumer_kind;
extern const entity::Kind entry_kind;

struct StoredMessage {
  Message message;
  std::uint64_t sequence = 0;
  Instant published_at;
};

/// The messages of all streams in the store, each an entity of the installation, found by stream and
/// sequence.
class MessageLog {
 public:
  explicit MessageLog(store::Store& store) : store_(store) {}

  /// The newest sequence of a stream; 0 for an empty one.
  Task<Result<std::uint64_t>> head(std::string stream);
  Task<Result<std::uint64_t>> count(std::string stream);
  /// Errors: conflict (the sequence is taken), replayed (the message's id was seen).
  Task<Result<void>> append(std::string stream, std::uint64_t sequence, Message message,
                            Instant id_expires_at);
  /// In order, those behind `after`.
  Task<Result<std::vector<StoredMessage>>> read(std::string stream, std::uint64_t after, std::uint32_t limit);
  /// None: it is gone.
  Task<Result<std::optional<StoredMessage>>> load(std::string stream, std::uint64_t sequence);
  /// What is gone already counts as removed.
  Task<Result<void>> remove(std::string stream, std::uint64_t sequence);

  store::Store& store() { return store_; }

 private:
  store::Store& store_;
};

}  // namespace kontor::platform::bus::embedded
