#pragma once

#include <string>

#include "platform/async/scope.hpp"
#include "platform/async/signal.hpp"
#include "platform/bus/embedded/internal/message_log.hpp"

namespace kontor::platform::bus::embedded {

/// One stream of this process: appends messages and removes those that have grown too old or too many.
class StreamState {
 public:
  StreamState(async::Scope& scope, async::Clock& clock, MessageLog& log, Stream stream);

  const Stream& config() const { return config_; }
  void change(Stream stream);
  bool takes(std::string_view subject) const;

  /// Finds what an earlier process left.
  Task<Result<void>> load();
  Task<Result<Published>> publish(Message message);
  Task<Result<void>> remove(std::uint64_t sequence);
  /// Removes messages as the limits say, at the moment each is due; ends when the scope closes.
  Task<void> trim();

  std::uint64_t head() const { return head_; }
  /// Notified when there may be something new for a consumer.
  async::Signal& changed() { return changed_; }

 private:
  Task<Result<void>> trim_oldest(const StoredMessage& oldest);

  async::Scope& scope_;
  async::Clock& clock_;
  MessageLog& log_;
  Stream config_;
  std::uint64_t head_ = 0;
  std::uint64_t count_ = 0;
  async::Signal changed_;
  async::Signal trimming_;  ///< notified when the oldest message is another one, or there are too many
};

}  // namespace kontor::platform::bus::embedded
